"""Diagnostics as workflow commands of GitHub Actions, which show them beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source
from awmlang.diagnostics.visible import visible


def render_github(diagnostics: Iterable[Diagnostic], sources: Mapping[int, Source]) -> str:
    """A command a line: ``::error file=...,line=...,endLine=...,col=...,endColumn=...,title=...::message``."""
    return "".join(_command(d, sources) + "\n" for d in diagnostics)


def _command(diagnostic: Diagnostic, sources: Mapping[int, Source]) -> str:
    properties: dict[str, str | int] = {}
    source = sources.get(diagnostic.span.file)
    if source is not None:
        line, column = source.position(diagnostic.span.start)
        end_line, end_column = source.position(diagnostic.span.end)
        properties |= {"file": source.path, "line": line, "endLine": end_line}
        if end_line == line:  # columns are refused for a range of several lines
            properties |= {"col": column, "endColumn": end_column}
    properties["title"] = f"{diagnostic.code.id} {diagnostic.code.title}"
    shown = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    message = [diagnostic.message, *(diagnostic.help or "").splitlines()]
    return f"::{diagnostic.severity} {shown}::{'%0A'.join(map(_escape, message))}"


def _escape(text: str) -> str:
    return visible(text).replace("%", "%25")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
