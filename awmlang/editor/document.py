"""A text as it stands in an editor, and what is understood of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from awmlang.diagnostics import Diagnostic, Source, Span, in_order, without_echoes
from awmlang.editor.index import Index, Occurrence
from awmlang.editor.positions import Encoding, Lines
from awmlang.semantics.analyze import analyze
from awmlang.semantics.notes import Notes
from awmlang.syntax import tree
from awmlang.syntax.files import decode
from awmlang.syntax.forms import fit_fixes, form_in, form_of, parse


@dataclass(frozen=True)
class Reading:
    """One text, read once. ``findings`` are those of ``awmc check``, but for what needs seed data and tasks to run."""

    source: Source
    spec: tree.Spec
    notes: Notes
    findings: list[Diagnostic]
    parses: bool

    @cached_property
    def index(self) -> Index:
        return Index(self.source, self.spec, self.notes)

    @property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)


def read(source: Source) -> Reading:
    """What is to be known of a text, broken or not."""
    _, refused = decode(source.text.encode(errors="replace"), source.path, source.file)
    if refused:
        nothing = tree.Spec(Span(source.file, 0, 0), None, (), ())
        return Reading(source, nothing, Notes(seen={}), refused, parses=False)
    spec, writing = parse(source)
    notes = Notes(seen={})
    _, meaning = analyze(spec, source, notes)
    found = fit_fixes(source, in_order([*writing, *without_echoes(meaning, writing, source)]))
    return Reading(source, spec, notes, found, not any(finding.is_error for finding in writing))


class Document:
    """An open file: its text now, and the last one that could be read whole."""

    def __init__(self, path: str, text: str, encoding: Encoding = "utf-16") -> None:
        self._encoding = encoding
        self._last_good: Reading | None = None
        self.path = path
        self.edit(text)

    def edit(self, text: str) -> None:
        """The text is now this."""
        self.lines = Lines(text, self._encoding)
        self.source = Source(0, self.path, text)
        self._reading: Reading | None = None

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def is_of_the_language(self) -> bool:
        """Whether it is in the language, not in YAML or JSON."""
        return (form_of(self.path) or form_in(self.text)) == "awm"

    @property
    def reading(self) -> Reading:
        """The text as it is now, read when first asked for."""
        if self._reading is None:
            self._reading = read(self.source)
            if self._reading.parses:
                self._last_good = self._reading
        return self._reading

    @property
    def last_whole(self) -> Reading:
        """The last text that could be read whole; the one now if there was none."""
        reading = self.reading
        return reading if reading.parses or self._last_good is None else self._last_good

    def name_at(self, offset: int) -> tuple[Occurrence, Index] | None:
        """The name at a character and the index that knows it; of a text that is broken there, the one before."""
        index = self.reading.index
        found = index.at(offset)
        if found is None and not self.reading.parses and self._last_good is not None:
            before = _before(self._last_good.source.text, self.text, offset)
            earlier = self._last_good.index.at(before) if before is not None else None
            if earlier is not None:
                moved = offset - before  # type: ignore[operator]
                span = earlier.span._replace(start=earlier.span.start + moved, end=earlier.span.end + moved)
                if self.text[span.start : span.end] == earlier.text:
                    return replace(earlier, span=span), self._last_good.index
        return None if found is None else (found, index)

    def spans_now(self, index: Index, spans: Iterable[Span]) -> list[Span]:
        """Places that ``index`` knows, as they are in the text now; without those that are no more."""
        if index.source is self.source:
            return list(spans)
        found = []
        for span in spans:
            start = _before(self.text, index.source.text, span.start)
            if start is not None:
                found.append(span._replace(start=start, end=start + span.end - span.start))
        return found


def _before(old: str, new: str, offset: int) -> int | None:
    """Where the character at ``offset`` of the new text was in the old one; None if it was not."""
    same = _common(old, new)
    if offset <= same:
        return offset
    same_behind = _common(old[same:][::-1], new[same:][::-1])
    if offset >= len(new) - same_behind:
        return offset - len(new) + len(old)
    return None


def _common(a: str, b: str) -> int:
    """How many characters two texts have in common at their start."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
