"""What is uncertain in a spec that holds errors of writing."""

from __future__ import annotations

from collections.abc import Sequence

from awmlang.diagnostics import Diagnostic, Source, Span
from awmlang.syntax import tree


class Doubt:
    """Declarations with errors of writing in them: what stands there was guessed, or left out.

    They are not judged, and nothing is held against their uses. ``names`` are those of the declarations.
    ``is_total``: a declaration could not be read at all, so anything may be missing.
    """

    def __init__(self, spec: tree.Spec, source: Source, writing: Sequence[Diagnostic]) -> None:
        self._source = source
        self._lines = {
            line
            for finding in writing
            if finding.is_error and finding.span.file == source.file
            for line in self._lines_of(finding.span)
        }
        self._spans: list[Span] = []
        self.names: set[str] = set()
        self.labels = False  # whether a row with a label may be missing
        self.is_total = False
        if not self._lines:
            return
        certain = set(self._lines)
        for declaration in (
            spec.declarations if spec.environment is None else (spec.environment, *spec.declarations)
        ):
            lines = self._lines_of(declaration.span)
            if self._lines.isdisjoint(lines):
                continue
            certain.difference_update(lines)
            self._spans.append(declaration.span)
            self.labels = self.labels or isinstance(declaration, tree.Data)
            if isinstance(name := getattr(declaration, "name", None), tree.Name):
                self.names.add(name.text)
        self.is_total = bool(certain)

    @property
    def exists(self) -> bool:
        """Whether there are errors of writing."""
        return bool(self._lines)

    def _lines_of(self, span: Span) -> range:
        return range(self._source.position(span.start)[0], self._source.position(span.end)[0] + 1)

    def covers(self, span: Span) -> bool:
        """Whether a place lies in a declaration that is not judged."""
        return any(each.start <= span.start <= each.end for each in self._spans)

    def touches(self, span: Span) -> bool:
        """Whether there is an error of writing on a line of this."""
        return bool(self._lines) and not self._lines.isdisjoint(self._lines_of(span))
