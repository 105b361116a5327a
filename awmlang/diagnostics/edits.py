"""Applying the edits of fixes."""

from __future__ import annotations

from collections.abc import Iterable

from awmlang.diagnostics.diagnostic import Edit


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` of one file with all ``edits`` made; their spans count from the text as it is.

    Insertions at one place keep their order. Raises ValueError where two edits overlap or one lies outside.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        start, end = edit.span.start, edit.span.end
        if not at <= start <= end <= len(text):
            raise ValueError(f"edit {start}..{end} overlaps another or lies outside the text")
        parts += text[at:start], edit.text
        at = end
    return "".join(parts) + text[at:]
