"""Diagnostics in order, counted, and in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.render_github import render_github
from awmlang.diagnostics.render_json import render_json
from awmlang.diagnostics.render_sarif import render_sarif
from awmlang.diagnostics.span import Source

Format = Literal["text", "json", "sarif", "github"]
FORMATS: tuple[Format, ...] = get_args(Format)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file and place, wider spans first; what has no place comes first of all."""
    return sorted(diagnostics, key=lambda d: (d.span.file, d.span.start, -d.span.end, d.code.id, d.message))


def render(diagnostics: Iterable[Diagnostic], sources: Mapping[int, Source], format: Format) -> str:
    """The diagnostics in order, as plain text that ends in a line break, or as nothing where text has nothing.

    ``sources`` by file id, as spans hold it; a span of no such file has no place.
    """
    found = in_order(diagnostics)
    match format:
        case "json":
            return render_json(found, sources)
        case "sarif":
            return render_sarif(found, sources)
        case "github":
            return render_github(found, sources)
        case "text":
            from awmlang.diagnostics.render_text import render_text  # rich takes a while to load

            return render_text(found, sources).plain


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    errors = sum(d.is_error for d in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [_count(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(counts) or "no problems"


def exit_code(diagnostics: Iterable[Diagnostic]) -> int:
    """1 if there is an error, else 0."""
    return int(any(d.is_error for d in diagnostics))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
