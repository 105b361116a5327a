"""Diagnostics as a JSON list, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source, Span


def render_json(diagnostics: Iterable[Diagnostic], sources: Mapping[int, Source]) -> str:
    """A list of records. Offsets count characters from 0, lines and columns from 1; ``end`` is exclusive."""
    return json.dumps([_record(d, sources) for d in diagnostics], indent=2) + "\n"


def _record(diagnostic: Diagnostic, sources: Mapping[int, Source]) -> dict[str, Any]:
    return {
        "code": diagnostic.code.id,
        "title": diagnostic.code.title,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span, sources),
        "labels": [{"message": label.message, **_place(label.span, sources)} for label in diagnostic.labels],
        "help": diagnostic.help,
        "fixes": [
            {
                "message": fix.message,
                "safe": fix.safe,
                "edits": [{"text": edit.text, **_place(edit.span, sources)} for edit in fix.edits],
            }
            for fix in diagnostic.fixes
        ],
    }


def _place(span: Span, sources: Mapping[int, Source]) -> dict[str, Any]:
    source = sources.get(span.file)
    if source is None:
        return {"file": None, "start": None, "end": None}
    return {"file": source.path, "start": _point(source, span.start), "end": _point(source, span.end)}


def _point(source: Source, offset: int) -> dict[str, int]:
    line, column = source.position(offset)
    return {"offset": offset, "line": line, "column": column}
