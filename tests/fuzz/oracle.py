"""What must hold for any bytes at all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from awmlang.cli.specs import Built, build_source
from awmlang.diagnostics import FORMATS, Diagnostic, Span, exit_code, render
from awmlang.syntax import files
from tests.fuzz.mutations import FOLDER


def examine(data: bytes) -> Built:
    """What ``awmc check`` and ``awmc compile`` make of a file, after everything that must hold was seen to hold."""
    source, found = files.decode(data, "spec.awm")
    built = build_source(source, found, folder=FOLDER)
    assert (built.compiled is None) == bool(exit_code(built.diagnostics)), built.diagnostics
    for diagnostic in built.diagnostics:
        assert diagnostic.message.strip(), diagnostic
        assert len(diagnostic.message) < 1000, diagnostic
        for span in spans(diagnostic):
            assert span.file == 0, diagnostic
            assert 0 <= span.start <= span.end <= len(source.text), diagnostic
    for format in FORMATS:
        shown = render(built.diagnostics, {0: source}, format)
        shown.encode()
        if format in ("json", "sarif"):
            json.loads(shown)
    return built


def spans(diagnostic: Diagnostic) -> Iterator[Span]:
    """All the places that it speaks of."""
    yield diagnostic.span
    yield from (label.span for label in diagnostic.labels)
    yield from (edit.span for fix in diagnostic.fixes for edit in fix.edits)


def outcome(data: bytes, built: Built) -> str:
    """How far a file came, for statistics."""
    if built.compiled is not None:
        return "compiled"
    codes = {d.code.id for d in built.diagnostics if d.is_error}
    for name, first in (
        ("no text", ("AWM00",)),
        ("syntax", ("AWM0",)),
        ("semantics", ("AWM1", "AWM2", "AWM3")),
        ("data", ("AWM4",)),
    ):
        if any(code.startswith(first) for code in codes):
            return name
    return "tasks"
