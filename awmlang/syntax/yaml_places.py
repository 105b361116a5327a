"""Where the characters of a YAML or JSON scalar's value stand in the file.

The parser of YAML tells the value of a scalar and where it begins and ends. What lies between may be folded,
indented and escaped; here it is read once more, with an eye on the places alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Style = Literal["", "'", '"', "|", ">"]
"""Plain, quoted, and the two kinds of blocks."""

_BREAK = r"(?:\r\n|[\r\n\x85])"
_SPACE = re.compile(rf"[ \t]*(?:{_BREAK}[ \t]*)*")
_ONE_BREAK = re.compile(_BREAK)
_LINE = re.compile(rf"([^\r\n\x85]*)({_BREAK}?)")
_HEADER = re.compile(rf"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?{_BREAK}")
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_NUMBERED = {"x": 4, "u": 6, "U": 10}
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


class Places(NamedTuple):
    """Character ``i`` of a text is characters ``starts[i]`` to ``ends[i]`` of the file; ``at`` is where it begins."""

    starts: Sequence[int]
    ends: Sequence[int]
    at: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place of characters ``start`` to ``end``."""
        if start < end:
            return self.starts[start], self.ends[end - 1]
        if start < len(self.starts):
            return self.starts[start], self.starts[start]
        return (self.ends[-1], self.ends[-1]) if self.ends else (self.at, self.at)


class _Piece(NamedTuple):
    """Characters of a value that stand together for characters ``start`` to ``end`` of the file."""

    value: str
    start: int
    end: int


def content(text: str, start: int, end: int, style: Style) -> tuple[int, int]:
    """The part of a scalar that holds its value: without quotes, without the header of a block."""
    if style in ("'", '"') and style:
        return start + 1, end - 1
    if style:
        header = _HEADER.match(text, start, end)
        return (header.end() if header else end), end
    return start, end


def places(text: str, start: int, end: int, style: Style, value: str) -> Places:
    """The places of the characters of ``value``, a scalar that is ``text[start:end]``.

    Should YAML's reading and the one here differ, every character stands for the whole scalar.
    """
    begin, stop = content(text, start, end, style)
    if stop - begin == len(value) and text.startswith(value, begin):
        return Places(range(begin, stop), range(begin + 1, stop + 1), begin)
    read = _block(text, start, begin, stop, value) if style in ("|", ">") else _flow(text, begin, stop, style)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in read:
        characters.append(piece.value)
        if len(piece.value) == piece.end - piece.start:
            starts += range(piece.start, piece.end)
            ends += range(piece.start + 1, piece.end + 1)
        else:
            starts += [piece.start] * len(piece.value)
            ends += [piece.end] * len(piece.value)
    if not "".join(characters).startswith(value):
        return Places([begin] * len(value), [stop] * len(value), begin)
    return Places(starts[: len(value)], ends[: len(value)], begin)


def _flow(text: str, position: int, end: int, style: Style) -> Iterator[_Piece]:
    """The pieces of a plain or quoted scalar."""
    special = {'"': re.compile(r"[ \t\r\n\x85\\]"), "'": re.compile(r"[ \t\r\n\x85]|''")}.get(
        style, re.compile(r"[ \t\r\n\x85]")
    )
    while position < end:
        found = special.search(text, position, end)
        upto = found.start() if found else end
        if position < upto:
            yield _Piece(text[position:upto], position, upto)
        if found is None:
            return
        if found.group() == "''":
            position = upto + 2
            yield _Piece("'", upto, position)
        elif found.group() == "\\":
            piece = _escape(text, upto, end)
            position = piece.end
            yield piece
        else:
            space = _SPACE.match(text, upto, end)
            assert space is not None, "it matches nothing at all as well"
            position = space.end()
            breaks = len(_ONE_BREAK.findall(space.group()))
            folded = space.group() if not breaks else "\n" * (breaks - 1) or " "
            yield _Piece(folded, upto, position)


def _escape(text: str, start: int, end: int) -> _Piece:
    if pair := _PAIR.match(text, start, end):
        high, low = (int(half, 16) for half in pair.groups())
        return _Piece(chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), start, pair.end())
    mark = text[start + 1 : start + 2]
    if line := _ONE_BREAK.match(text, start + 1, end):
        space = _SPACE.match(text, line.end(), end)
        assert space is not None, "it matches nothing at all as well"
        return _Piece("\n" * len(_ONE_BREAK.findall(space.group())), start, space.end())
    length = _NUMBERED.get(mark)
    if length is None:
        return _Piece(_ESCAPES.get(mark, mark), start, start + 2)
    return _Piece(chr(int(text[start + 2 : start + length], 16)), start, start + length)


def _block(text: str, start: int, begin: int, end: int, value: str) -> Iterator[_Piece]:
    """The pieces of a literal or folded scalar, line breaks at its end included."""
    folds = text[start] == ">"
    lines = [found for found in _LINE.finditer(text, begin, end) if found.group()]
    indent = _indent([line[1] for line in lines], value)
    broken: _Piece | None = None  # the break behind the last line that is not blank
    blank: list[_Piece] = []  # the breaks of blank lines behind that
    after_spaced = False
    for line in lines:
        at = min(line.start() + indent, line.end(1))
        rest, mark = text[at : line.end(1)], _Piece("\n", line.end(1), line.end())
        if not rest:
            blank.append(mark)
            continue
        spaced = rest[0] in " \t"
        if broken is not None:
            if not folds or after_spaced or spaced:
                yield broken
            elif not blank:
                yield broken._replace(value=" ")
        yield from blank
        yield _Piece(rest, at, line.end(1))
        broken, blank, after_spaced = mark, [], spaced
    if broken is not None:
        yield broken
    yield from blank


def _indent(lines: list[str], value: str) -> int:
    """How far the lines of a block are indented. (The header may say so, but counts from the block around it.)"""
    for line, held in zip(lines, value.split("\n"), strict=False):
        if line.strip(" \t"):
            return max(0, len(line) - len(line.lstrip(" ")) - (len(held) - len(held.lstrip(" "))))
    return 0
