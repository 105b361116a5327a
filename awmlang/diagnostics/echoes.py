"""Findings that may only follow from others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source


def without_echoes(
    meaning: Iterable[Diagnostic], writing: Sequence[Diagnostic], source: Source
) -> list[Diagnostic]:
    """Of the findings about the meaning of a text, those that stand whatever is wrong with its writing.

    What could not be read may use what seems unused, and what was made of a line to read on may mean nothing. So
    where there are errors of writing, these are errors on other lines.
    """
    lines = {source.position(d.span.start)[0] for d in writing if d.is_error}
    if not lines:
        return list(meaning)
    return [d for d in meaning if d.is_error and source.position(d.span.start)[0] not in lines]
