"""Documents: text that knows where it may be broken, and how it is laid out.

The algebra of Wadler's "A prettier printer": a ``Group`` stands on one line if it has room there; else the ``Line``s
that are directly in it become line breaks. Comments hang on lines, as ``Notes``, and make them break.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from awmlang.syntax.format.columns import Cell, Row

STEP = 2

Doc: TypeAlias = "str | Line | Cell | Nest | Group | Hug | tuple[Doc, ...]"
"""A text may hold line breaks of its own: they are indented like others, and break the groups around."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What a file has at a line: ``trailing`` ends the line before; each of ``own`` has a line to itself.

    ``blank`` and the first of each pair of ``own`` say whether a blank line stands before, and before what follows.
    """

    trailing: str | None = None
    own: tuple[tuple[bool, str], ...] = ()
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A place for a line break; ``flat`` stands there where there is none.

    A ``hard`` one always breaks. In a list, ``open`` is behind the opening bracket, ``item`` between items, and
    ``close`` before the closing bracket, one step less indented; blank lines of the file are kept between items. What
    follows a ``lead`` is a word that goes on with what is before it, as an operator does. ``blank`` asks for a blank
    line.
    """

    flat: str = " "
    kind: Literal["open", "item", "close", "lead", "fill"] = "lead"
    hard: bool = False
    blank: bool = False
    notes: Notes = Notes()


@dataclass(frozen=True, slots=True)
class Nest:
    """``content``, its lines indented more."""

    content: Doc
    by: int = STEP


@dataclass(frozen=True, slots=True)
class Group:
    """``broken`` if a line in it must break, which ``settle`` finds out."""

    content: Doc
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Hug:
    """A group of ``head``, a line and ``tail`` in brackets.

    Where there is no room for it but for the head, and the tail would not have room on a line of its own either,
    the tail is broken within its brackets and opens behind the head.
    """

    head: Group
    line: Line
    tail: Group
    broken: bool = False


def flatten(doc: Doc) -> tuple[str, list[tuple[int, Line]]]:
    """All of a document on one line, and its lines in order, each with the offset of what follows it."""
    parts: list[str] = []
    lines: list[tuple[int, Line]] = []
    offset = 0
    stack: list[Doc] = [doc]
    while stack:
        match stack.pop():
            case str(text):
                parts.append(text)
                offset += len(text)
            case tuple(docs):
                stack.extend(reversed(docs))
            case Nest(content) | Group(content):
                stack.append(content)
            case Hug(head, line, tail):
                stack += [tail, line, head]
            case Line() as line:
                parts.append(line.flat)
                offset += len(line.flat)
                lines.append((offset, line))
            case Cell():
                pass
    return "".join(parts), lines


def settle(doc: Doc, notes: Mapping[int, Notes]) -> Doc:
    """The document with ``notes`` on its lines, given by their number in order, and groups broken that must be."""
    count = 0

    def settled(doc: Doc) -> tuple[Doc, bool]:
        nonlocal count
        match doc:
            case tuple(docs):
                done = [settled(each) for each in docs]
                return tuple(each for each, _ in done), any(broken for _, broken in done)
            case Nest(content, by):
                content, broken = settled(content)
                return Nest(content, by), broken
            case Group(content):
                content, broken = settled(content)
                return Group(content, broken), broken
            case Hug():
                done = [settled(part) for part in (doc.head, doc.line, doc.tail)]
                (head, _), (line, _), (tail, _) = done
                assert isinstance(head, Group) and isinstance(line, Line) and isinstance(tail, Group)
                broken = any(broken for _, broken in done)
                return Hug(head, line, tail, broken), broken
            case Line():
                here = notes.get(count, doc.notes)
                count += 1
                return replace(doc, notes=here), doc.hard or bool(here.trailing or here.own)
            case str(text):
                return text, "\n" in text
            case _:
                return doc, False

    return settled(doc)[0]


@dataclass(frozen=True, slots=True)
class _Part:
    """A document on its way to the page."""

    indent: int
    flat: bool
    doc: Doc


def render(doc: Doc, width: int) -> list[Row]:
    """The lines of a settled document, of at most ``width`` columns where it can be broken so."""
    rows = [Row(0)]
    stack = [_Part(0, False, doc)]
    while stack:
        part = stack.pop()
        match part.doc:
            case str(text):
                first, *others = text.split("\n")
                rows[-1].text += first
                for other in others:
                    rows.append(Row(part.indent, other))
            case tuple(docs):
                stack.extend(_Part(part.indent, part.flat, each) for each in reversed(docs))
            case Nest(content, by):
                stack.append(_Part(part.indent + by, part.flat, content))
            case Group(content, broken):
                flat = part.flat or not broken
                inner = _Part(part.indent, flat, content)
                if flat and not part.flat and not _fits(width - rows[-1].width, inner, stack):
                    inner = _Part(part.indent, False, content)
                stack.append(inner)
            case Hug(head, line, tail) if part.flat:
                stack += [_Part(part.indent, True, each) for each in (tail, line, head)]
            case Hug() as hug:
                stack += reversed(_hug(hug, part.indent, width - rows[-1].width, width, stack))
            case Line(flat, hard=False) if part.flat:
                rows[-1].text += flat
            case Line() as line:
                _break(rows, line, part.indent)
            case Cell() as cell:
                rows[-1].cells.append((len(rows[-1].text), cell))
    return rows


def _hug(hug: Hug, indent: int, room: int, width: int, behind: list[_Part]) -> list[_Part]:
    """The three parts, as they are to be laid out where ``room`` is left."""
    flat = [_Part(indent, True, part) for part in (hug.head, hug.line, hug.tail)]
    if not hug.broken and _fits(room, _Part(indent, True, (hug.head, hug.line, hug.tail)), behind):
        return flat
    tail_is_long = hug.tail.broken or indent + STEP + len(flatten(hug.tail)[0]) > width
    commented = hug.head.broken or hug.line.notes.trailing or hug.line.notes.own
    if tail_is_long and not commented and _fits(room, _Part(indent, True, (hug.head, " {")), []):
        return [*flat[:2], _Part(indent, False, hug.tail)]
    return [
        _Part(indent, False, hug.head.content),
        _Part(indent + STEP, False, hug.line),
        _Part(indent + STEP, False, hug.tail),
    ]


def _fits(room: int, part: _Part, behind: list[_Part]) -> bool:
    """Whether ``part`` has room, and what comes behind it up to the next place where a line can be broken."""
    stack = [part]
    below = len(behind)
    while room >= 0:
        if not stack:
            if not below:
                return True
            below -= 1
            stack.append(behind[below])
        each = stack.pop()
        match each.doc:
            case str(text):
                first, *others = text.split("\n")
                room -= len(first)
                if others:
                    return room >= 0
            case tuple(docs):
                stack.extend(_Part(0, each.flat, inner) for inner in reversed(docs))
            case Nest(content) | Group(content):
                stack.append(_Part(0, each.flat, content))
            case Hug(head, line, tail):
                stack += [_Part(0, each.flat, inner) for inner in (tail, line, head)]
            case Line(flat):
                if not each.flat:
                    return True
                room -= len(flat)
            case Cell():
                pass
    return False


def _break(rows: list[Row], line: Line, indent: int) -> None:
    notes = line.notes
    rows[-1].comment = notes.trailing
    begins = [blank for blank, _ in notes.own] + [notes.blank]
    if line.blank and not any(begins):
        begins[0] = True
    for index, blank in enumerate(begins):
        last = index == len(notes.own)
        at_edge = (line.kind == "open" and index == 0) or (line.kind == "close" and last)
        if blank and line.kind not in ("lead", "fill") and not at_edge:
            rows.append(Row(0))
        if not last:
            rows.append(Row(indent, notes.own[index][1]))
    rows.append(Row(max(indent - STEP, 0) if line.kind == "close" else indent))
