"""YAML or JSON text to tree, and the fixes of findings made fit for such files."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import strings, tree
from awmlang.syntax.depth import too_deep
from awmlang.syntax.parser import capped, deep_finding
from awmlang.syntax.yaml_emit import is_plain, quoted
from awmlang.syntax.yaml_json import read_json
from awmlang.syntax.yaml_nodes import Document, Scalar, comments, read_yaml
from awmlang.syntax.yaml_places import content
from awmlang.syntax.yaml_read import Reader

_LITERAL = re.compile(r'"(?:[^"\\]|\\["\\nt])*"')
_OF_THE_FORM = {codes.NO_YAML, codes.REFUSED_YAML, codes.UNKNOWN_KEY, codes.MISSING_KEY, codes.WRONG_NODE}
"""Their fixes are written for the file as it is."""


def parse_yaml(source: Source, form: Literal["yaml", "json"]) -> tuple[tree.Spec, list[Diagnostic]]:
    """The tree of a file, and findings as ``parser.parse`` has them."""
    document = read_yaml(source) if form == "yaml" else read_json(source)
    if document.root is None:
        return tree.Spec(Span(source.file, 0, len(source.text)), None, (), ()), capped(document.findings)
    reader = Reader(document)
    spec = reader.spec(document.root)
    found = document.findings + reader.findings
    shallow = []
    for declaration in spec.declarations:
        if deep := too_deep(declaration):
            found.append(deep_finding(deep))
        else:
            shallow.append(declaration)
    notes = (
        sorted((*comments(document), *reader.comments), key=lambda note: note.span) if form == "yaml" else ()
    )
    return tree.Spec(spec.span, spec.environment, tuple(shallow), tuple(notes)), capped(found)


def fit_fixes(source: Source, form: Literal["yaml", "json"], found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, with the edits of their fixes as they must be within the scalars of ``source``.

    Fixes are written in the language. One that cannot be had by editing within a scalar becomes advice.
    """
    found = list(found)
    if not any(finding.fixes for finding in found):
        return found
    document = read_yaml(source) if form == "yaml" else read_json(source)
    reader = Reader(document)
    if document.root is not None:
        reader.spec(document.root)
    fitter = _Fitter(document, reader.texts)
    return [finding if finding.code in _OF_THE_FORM else fitter.finding(finding) for finding in found]


class _Fitter:
    def __init__(self, document: Document, texts: set[Scalar]) -> None:
        self._text = document.source.text
        self._file = document.source.file
        self._scalars = document.scalars
        self._begins = [scalar.span.start for scalar in document.scalars]
        self._texts = {scalar.span for scalar in texts}

    def finding(self, finding: Diagnostic) -> Diagnostic:
        fixes, advice = [], finding.help
        for fix in finding.fixes:
            edits = [self._edit(edit) if edit.span.file == self._file else edit for edit in fix.edits]
            fitting = tuple(edit for edit in edits if edit is not None)
            if len(fitting) == len(edits):
                fixes.append(replace(fix, edits=fitting))
            else:
                advice = advice or fix.message
        return replace(finding, fixes=tuple(fixes), help=advice)

    def _edit(self, edit: Edit) -> Edit | None:
        """An edit within the scalar that it lies in."""
        index = bisect_right(self._begins, edit.span.start) - 1
        if index < 0:
            return None
        scalar = self._scalars[index]
        start, end = content(self._text, scalar.span.start, scalar.span.end, scalar.style)
        whole = edit.span == scalar.span or (edit.span.start, edit.span.end) == (start, end)
        if scalar.span in self._texts and whole:
            if not _LITERAL.fullmatch(edit.text):
                return None
            value = strings.plain(edit.text)
            return Edit(
                scalar.span, value if is_plain(value, scalar.flow) and not scalar.style else quoted(value)
            )
        if edit.span.start < start or edit.span.end > end or "\n" in edit.text:
            return None
        text = edit.text
        if scalar.style == '"':
            text = json.dumps(text, ensure_ascii=False)[1:-1]
        elif scalar.style == "'":
            text = text.replace("'", "''")
        elif not scalar.style:
            after = self._text[start : edit.span.start] + text + self._text[edit.span.end : end]
            if not all(is_plain(line.strip(), scalar.flow) for line in after.splitlines() if line.strip()):
                return None
        return Edit(edit.span, text)
