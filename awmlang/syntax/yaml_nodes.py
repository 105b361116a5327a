"""YAML text to nodes that know their places.

Every scalar is its text, whatever YAML would make of it: ``no``, ``012`` and ``2025-06-01`` stay what they are.
Tags, anchors, aliases and further documents are refused: nothing here needs them, and they can do harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, finding
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax.tree import Comment
from awmlang.syntax.yaml_places import Style, content

MAX_NESTING = 60
"""Lists and mappings in each other."""

_TOO_DEEP = "this is nested too deeply"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_VALUE = re.compile(r"[ \t]*(?:- +)*(?:[^\s:#\"'\[{][^:#\n]*: +)?(?=[\[{\"'`@%&*!|>])")


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """``value`` is its text; ``span`` has the quotes. ``flow``: it stands within brackets or braces."""

    span: Span
    value: str
    style: Style
    flow: bool

    @property
    def absent(self) -> bool:
        """Whether it is YAML's way to say that there is nothing."""
        return not self.style and self.value in ("", "null", "~")


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    span: Span
    items: list[Node]


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    span: Span
    pairs: list[tuple[Scalar, Node]]


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """``root`` is None where there are ``findings``. ``scalars`` are in order."""

    source: Source
    root: Node | None
    scalars: list[Scalar]
    findings: list[Diagnostic]


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended: a mapping if it has ``pairs``."""

    start: int
    flow: bool
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Scalar, Node]] | None = None
    key: Scalar | None = None
    names: dict[str, Scalar] = field(default_factory=dict)


def read_yaml(source: Source) -> Document:
    """The nodes of a YAML file."""
    composer = Composer(source)
    if unreadable := _UNREADABLE.search(source.text):
        place = Span(source.file, *unreadable.span())
        message = f"the character U+{ord(unreadable.group()):04X} cannot stand in YAML as it is"
        advice = r"escape it in double quotes: `\u....`"
        composer.report(codes.NOT_TEXT, place, message, advice)
        return composer.document()
    events = yaml.parse(source.text, Loader=_LOADER)
    try:
        for event in events:
            if not _put(composer, event):
                break
    except yaml.MarkedYAMLError as error:
        composer.findings.append(_no_yaml(source, error))
    return composer.document()


def _put(composer: Composer, event: Any) -> bool:
    """Adds what an event tells; False where nothing that follows is worth a look."""
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.AliasEvent):
        composer.refuse(start, end, "an alias", "write out what it stands for")
        return True
    if isinstance(event, yaml.DocumentStartEvent) and composer.root is not None:
        composer.refuse(start, end, "a second document", "keep each spec in a file of its own")
        return False
    if isinstance(event, yaml.NodeEvent):
        tag = getattr(event, "tag", None)
        if tag is not None:
            composer.refuse(start, start + 1, "a tag", "leave it out: what a value is follows from its place")
        if event.anchor is not None:
            composer.refuse(
                start, start + 1, "an anchor", "leave it out, and write out what its aliases repeat"
            )
    if isinstance(event, yaml.ScalarEvent):
        if event.tag is not None or event.anchor is not None:
            start = end  # where the value itself begins is not told
        composer.scalar(start, end, event.value, cast("Style", event.style or ""))
    elif isinstance(event, yaml.CollectionStartEvent):
        return composer.open(start, isinstance(event, yaml.MappingStartEvent))
    elif isinstance(event, yaml.CollectionEndEvent):
        composer.close(start, end)
    return True


class Composer:
    """Puts nodes together as they come in."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: list[_Open] = []
        self._scalars: list[Scalar] = []
        self._end = 0  # of the last scalar, or bracket
        self.root: Node | None = None
        self.findings: list[Diagnostic] = []

    def document(self) -> Document:
        """What was composed."""
        if self.root is None and not self.findings:
            self.report(codes.NO_ENVIRONMENT, Span(self._source.file, 0, 0), "the file holds nothing")
        root = None if self.findings else self.root
        return Document(self._source, root, self._scalars, self.findings)

    def scalar(self, start: int, end: int, value: str, style: Style) -> None:
        scalar = Scalar(Span(self._source.file, start, end), value, style, self._flow)
        self._scalars.append(scalar)
        self._end = end
        if self._open and self._open[-1].pairs is not None and self._open[-1].key is None:
            self._key(self._open[-1], scalar)
        else:
            self._add(scalar)

    def open(self, start: int, is_mapping: bool) -> bool:
        """A list or mapping begins. False if that goes too deep."""
        if self._open and self._open[-1].pairs is not None and self._open[-1].key is None:
            self.refuse(start, start + 1, "a list or mapping as a key", "a key is a name")
            return False
        if len(self._open) >= MAX_NESTING:
            place = Span(self._source.file, start, start + 1)
            self.report(codes.TOO_DEEP, place, _TOO_DEEP)
            return False
        flow = self._flow or self._source.text[start] in "[{"
        self._open.append(_Open(start, flow, pairs=[] if is_mapping else None))
        return True

    @property
    def _flow(self) -> bool:
        return bool(self._open) and self._open[-1].flow

    def close(self, start: int, end: int) -> None:
        """The innermost list or mapping ends, at a bracket or, where ``start`` is ``end``, before what follows."""
        if start < end:
            self._end = end
        closed = self._open.pop()
        span = Span(self._source.file, closed.start, max(closed.start, self._end))
        if closed.pairs is None:
            self._add(Sequence(span, closed.items))
        else:
            self._add(Mapping(span, closed.pairs))

    def _key(self, mapping: _Open, key: Scalar) -> None:
        if first := mapping.names.get(key.value):
            line, _ = self._source.position(first.span.start)
            self.report(
                codes.DUPLICATE_KEY,
                key.span,
                f"the key `{key.value}` stands here twice, first in line {line}",
            )
        mapping.names[key.value] = mapping.key = key

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.pairs is None:
            parent.items.append(node)
        elif parent.key is not None:
            parent.pairs.append((parent.key, node))
            parent.key = None

    def refuse(self, start: int, end: int, what: str, advice: str) -> None:
        """Reports what YAML has and this form has not."""
        self.report(
            codes.REFUSED_YAML, Span(self._source.file, start, end), f"{what} cannot stand here", advice
        )

    def report(self, code: codes.Code, span: Span, message: str, advice: str | None = None) -> None:
        self.findings.append(finding(code, span, message, help=advice))


def _no_yaml(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = min(mark.index if mark else 0, max(0, len(source.text) - 1))
    span = Span(source.file, place, min(place + 1, len(source.text)))
    if error.problem and "nesting depth" in error.problem:
        return finding(codes.TOO_DEEP, span, _TOO_DEEP)
    number, column = source.position(place)
    line = source.line(number)
    advice: str | None = None
    fixes: tuple[Fix, ...] = ()
    found = _VALUE.match(line)
    if found and found.end() < column:
        advice = "quote the whole of a value that begins with `[`, `{`, a quote or a sign such as `@`"
        value = line[found.end() :].rstrip()
        start = place - (column - 1) + found.end()
        if value[0] in "[{" and not _is_closed(value[: column - 1 - found.end()]):
            advice = "quote a text that has a comma, brackets or braces in it"
        elif " #" not in value:
            fixes = (quoting(source, start, start + len(value)),)
    elif error.problem and "mapping values" in error.problem:
        advice = "quote a value that has `: ` in it"
    elif "\t" in line[: len(line) - len(line.lstrip())]:
        advice = "indent with spaces: YAML takes no tabs"
    return finding(codes.NO_YAML, span, f"this is no YAML: {error.problem}", help=advice, fixes=fixes)


def _is_closed(text: str) -> bool:
    return sum(map(text.count, "[{")) <= sum(map(text.count, "]}"))


def quoting(source: Source, start: int, end: int) -> Fix:
    """Puts single quotes around characters of a line."""
    text = source.text[start:end].replace("'", "''")
    return Fix("quote it", (Edit(Span(source.file, start, end), f"'{text}'"),))


def comments(document: Document) -> tuple[Comment, ...]:
    """The comments of a YAML file: what stands behind a ``#`` outside of scalars."""
    text, file = document.source.text, document.source.file
    found: list[Comment] = []
    position = 0
    gaps = [content(text, s.span.start, s.span.end, s.style) for s in document.scalars]
    begins = [
        s.span.start if s.style not in ("|", ">") else gap[0]
        for s, gap in zip(document.scalars, gaps, strict=True)
    ]
    for begin, end in [
        *zip(begins, (s.span.end for s in document.scalars), strict=True),
        (len(text), len(text)),
    ]:
        while (position := text.find("#", position, begin)) >= 0:
            stop = text.find("\n", position)
            stop = len(text) if stop < 0 else stop
            line = text.rfind("\n", 0, position) + 1
            words = text[position + 1 : stop].removeprefix(" ").rstrip()
            span = Span(file, position, position + len(text[position:stop].rstrip("\r")))
            found.append(Comment(span, words, trailing=bool(text[line:position].strip())))
            position = stop
        position = end
    return tuple(found)
