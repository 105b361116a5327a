"""Diagnostics as SARIF 2.1.0, the exchange format of code scanners."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from awmlang import __version__
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix
from awmlang.diagnostics.explain import page
from awmlang.diagnostics.span import Source, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, Any]


def render_sarif(diagnostics: Sequence[Diagnostic], sources: Mapping[int, Source]) -> str:
    """A log of one run. Columns count Unicode code points."""
    codes = sorted({d.code for d in diagnostics}, key=lambda code: code.id)
    rules = [
        {
            "id": code.id,
            "shortDescription": {"text": code.title},
            "fullDescription": {"text": page(code).meaning},
            "help": {"text": page(code).meaning, "markdown": page(code).markdown()},
            "defaultConfiguration": {"level": code.severity},
        }
        for code in codes
    ]
    index = {code.id: number for number, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "awmc", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, index[d.code.id], sources) for d in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(diagnostic: Diagnostic, rule: int, sources: Mapping[int, Source]) -> Json:
    text = diagnostic.message if diagnostic.help is None else f"{diagnostic.message}\n{diagnostic.help}"
    result: Json = {
        "ruleId": diagnostic.code.id,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": text},
    }
    if diagnostic.span.file in sources:
        result["locations"] = [{"physicalLocation": _physical(diagnostic.span, sources)}]
    labels = [label for label in diagnostic.labels if label.span.file in sources]
    if labels:
        result["relatedLocations"] = [
            {"physicalLocation": _physical(label.span, sources), "message": {"text": label.message}}
            for label in labels
        ]
    fixes = [fix for fix in diagnostic.fixes if fix.edits and all(e.span.file in sources for e in fix.edits)]
    if fixes:
        result["fixes"] = [_fix(fix, sources) for fix in fixes]
    return result


def _fix(fix: Fix, sources: Mapping[int, Source]) -> Json:
    edits: dict[int, list[Edit]] = {}
    for edit in fix.edits:
        edits.setdefault(edit.span.file, []).append(edit)
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(sources[file].path)},
                "replacements": [
                    {
                        "deletedRegion": _region(edit.span, sources[file]),
                        "insertedContent": {"text": edit.text},
                    }
                    for edit in changes
                ],
            }
            for file, changes in edits.items()
        ],
    }


def _physical(span: Span, sources: Mapping[int, Source]) -> Json:
    source = sources[span.file]
    return {"artifactLocation": {"uri": _uri(source.path)}, "region": _region(span, source)}


def _region(span: Span, source: Source) -> Json:
    line, column = source.position(span.start)
    end_line, end_column = source.position(span.end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _uri(path: str) -> str:
    """A relative reference for a relative path, else a ``file:`` URI."""
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix(), errors="replace")
