"""The pieces of the language that scalars hold: parsed, with every place put back into the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache
from typing import Any, NamedTuple

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, finding
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import tree
from awmlang.syntax.grammar import Part, load
from awmlang.syntax.parser import PartParser
from awmlang.syntax.tokens import comments, tokenize
from awmlang.syntax.yaml_nodes import Scalar
from awmlang.syntax.yaml_places import Places, places

_CHUNK = -2  # the file id of a place within a chunk
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_ESCAPES = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\t": r"\t"}


class Chunk(NamedTuple):
    """Text in the language, and where its characters stand in the file."""

    text: str
    places: Places

    def behind(self, count: int) -> Chunk:
        """Without the first characters."""
        held = self.places
        return Chunk(
            self.text[count:], Places(held.starts[count:], held.ends[count:], held.span(0, count)[1])
        )


class Chunks:
    """Parses what the scalars of one file hold."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parser = PartParser(_CHUNK)
        self.findings: list[Diagnostic] = []
        self.comments: list[tree.Comment] = []

    def chunk(self, *parts: Scalar | str) -> Chunk:
        """Scalars with glue between them. Glue stands where the scalar before or behind it does."""
        if len(parts) == 1 and isinstance(parts[0], Scalar):
            return Chunk(parts[0].value, self._places(parts[0]))
        text, starts, ends = "", [], []
        first = next(self._places(part).at for part in parts if isinstance(part, Scalar))
        at = first
        for part in parts:
            if isinstance(part, str):
                text += part
                starts += [at] * len(part)
                ends += [at] * len(part)
            else:
                held = self._places(part)
                text += part.value
                starts += held.starts
                ends += held.ends
                at = held.span(len(part.value), len(part.value))[1]
        return Chunk(text, Places(starts, ends, first))

    def parse(self, chunk: Chunk, rule: Part) -> Any | None:
        """What a chunk is as a rule of the grammar, or what could be made of it, or None."""
        source = Source(_CHUNK, self._source.path, chunk.text)
        node, found = self._parser.parse(source, rule)
        self.findings += [self._moved(finding, chunk.places) for finding in found]
        if node is not None:
            self._move(node, chunk.places)
            if "#" in chunk.text:
                notes = comments(chunk.text, tokenize(load(), chunk.text), _CHUNK)
                self._move(notes, chunk.places)
                self.comments += notes
        return node

    def name(self, scalar: Scalar, rule: str) -> tree.Name | None:
        """A word as a name; NAME is one that is no word of the language."""
        start, end = self._places(scalar).span(0, len(scalar.value))
        span = Span(self._source.file, start, end)
        if rule == "NAME":
            fits = [token.kind for token in tokenize(load(), scalar.value)][:-1] == ["NAME"]
        else:
            fits = self.is_word(scalar.value, rule)  # type: ignore[arg-type]
        if fits:
            return tree.Name(span, scalar.value)
        if scalar.value.isidentifier() and scalar.value.isascii():
            self.report(
                codes.RESERVED_WORD,
                span,
                f"`{scalar.value}` is a word of the language and cannot be a name here",
            )
        else:
            advice = "a name has letters, digits and underscores, and begins with a letter"
            self.report(codes.UNEXPECTED, span, f"expected a name, found `{scalar.value}`", advice)
        return None

    def is_word(self, text: str, rule: Part) -> bool:
        """Whether a text is a single word that ``rule`` takes."""
        return text.isidentifier() and not self._parser.parse(Source(_CHUNK, "", text), rule)[1]

    def text(self, scalar: Scalar) -> tree.Text | None:
        """A text in which braces mean nothing."""
        if self._bad_characters(scalar):
            return None
        return tree.Text(scalar.span, unicodedata.normalize("NFC", scalar.value))

    def string(self, scalar: Scalar) -> tree.String | None:
        """A text with values in braces."""
        if self._bad_characters(scalar):
            return None
        value = scalar.value
        if "{" not in value and "}" not in value:
            value = unicodedata.normalize("NFC", value)
            return tree.String(scalar.span, (value,) if value else ())
        held = self._places(scalar)
        text, starts, ends = ['"'], [held.at], [held.at]
        for character, start, end in zip(value, held.starts, held.ends, strict=True):
            escaped = _ESCAPES.get(character, character)
            text.append(escaped)
            starts += [start] * len(escaped)
            ends += [end] * len(escaped)
        text.append('"')
        starts.append(ends[-1])
        ends.append(ends[-1])
        string: tree.String | None = self.parse(Chunk("".join(text), Places(starts, ends, held.at)), "expr")
        if string is not None:
            return tree.String(scalar.span, string.parts)
        return None

    def report(self, code: codes.Code, span: Span, message: str, advice: str | None = None) -> None:
        self.findings.append(finding(code, span, message, help=advice))

    # ---- Places

    def _places(self, scalar: Scalar) -> Places:
        _, start, end = scalar.span
        return places(self._source.text, start, end, scalar.style, scalar.value)

    def _bad_characters(self, scalar: Scalar) -> bool:
        bad = _CONTROL.search(scalar.value)
        if bad:
            span = Span(self._source.file, *self._places(scalar).span(*bad.span()))
            name = f"U+{ord(bad.group()):04X}"
            self.report(codes.BAD_ESCAPE, span, f"the control character {name} stands in a text")
        return bad is not None

    def _span(self, span: Span, held: Places) -> Span:
        return Span(self._source.file, *held.span(span.start, span.end)) if span.file == _CHUNK else span

    def _moved(self, finding: Diagnostic, held: Places) -> Diagnostic:
        return replace(
            finding,
            span=self._span(finding.span, held),
            labels=tuple(replace(label, span=self._span(label.span, held)) for label in finding.labels),
            fixes=tuple(
                replace(fix, edits=tuple(Edit(self._span(edit.span, held), edit.text) for edit in fix.edits))
                for fix in finding.fixes
            ),
        )

    def _move(self, made: Any, held: Places) -> None:
        """Puts the spans of what was just parsed into the file."""
        waiting = [made]
        while waiting:
            value = waiting.pop()
            if isinstance(value, tree.Node):
                if value.span.file != _CHUNK:
                    continue
                for name in _fields(type(value)):  # type: ignore[arg-type]
                    part = getattr(value, name)
                    if isinstance(part, Span):
                        setattr(value, name, self._span(part, held))
                    elif isinstance(part, (tree.Node, tuple)):
                        waiting.append(part)
            elif isinstance(value, Iterable):
                waiting += [item for item in value if isinstance(item, (tree.Node, tuple))]


@cache
def _fields(node_class: type[tree.Node]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(node_class))
