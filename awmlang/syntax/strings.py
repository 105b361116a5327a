"""What string tokens hold: escapes, text of several lines, and the places of interpolated expressions.

A string in ``\"\"\"`` loses the line break behind its opening, the last line break if only white space follows
it, and the white space that all its lines (blank ones and one on the line of the opening aside) begin with.
Line breaks are ``\\n`` whatever the file has. All text is in Unicode's form NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}

_SPECIAL = re.compile(r"\\(.)|(\r\n?|\n)|\{\{|\}\}|[{}]", re.S)
_BREAK = re.compile(r"\r\n?|\n")


class Piece(NamedTuple):
    """A part of a string: its offsets in the file, and for ``text`` its value.

    ``code`` is what stands between braces; ``brace`` a brace without its other one.
    """

    kind: Literal["text", "code", "brace"]
    start: int
    end: int
    value: str


def plain(text: str, start: int = 0) -> str:
    """The value of a string token in which braces mean nothing."""
    body = text[1:-1]
    if not text.startswith('"""') and "\\" not in body:
        return body if body.isascii() else unicodedata.normalize("NFC", body)
    return "".join(piece.value for piece in _pieces(text, start, interpolated=False))


def interpolated(text: str, start: int) -> list[Piece]:
    """The parts of a string token that begins at offset ``start`` of the file."""
    return list(_pieces(text, start, interpolated=True))


def _pieces(text: str, offset: int, interpolated: bool) -> Iterator[Piece]:
    position, end, indent = _body(text)
    value: list[str] = []
    begin = position

    def plain_piece(upto: int) -> Iterator[Piece]:
        if joined := unicodedata.normalize("NFC", "".join(value)):
            yield Piece("text", offset + begin, offset + upto, joined)
        value.clear()

    while found := _SPECIAL.search(text, position, end):
        value.append(text[position : found.start()])
        mark, position = found.group(), found.end()
        if found[1] is not None:
            value.append(ESCAPES.get(found[1], mark))
        elif found[2] is not None:
            value.append("\n")
            while position < end and position < found.end() + indent and text[position] in " \t":
                position += 1
        elif not interpolated:
            value.append(mark)
        elif len(mark) == 2:
            value.append(mark[0])
        else:
            yield from plain_piece(found.start())
            close = text.find("}", position, end) if mark == "{" else -1
            if close < 0:
                yield Piece("brace", offset + found.start(), offset + found.end(), mark)
            else:
                yield Piece("code", offset + position, offset + close, text[position:close])
                position = close + 1
            begin = position
    value.append(text[position:end])
    yield from plain_piece(end)


def _body(text: str) -> tuple[int, int, int]:
    """Where the body of a string token begins and ends, and how much indentation its lines have in common."""
    if not text.startswith('"""'):
        return 1, len(text) - 1, 0
    start, end = 3, len(text) - 3
    lines = _BREAK.split(text[start:end])
    if len(lines) > 1 and not lines[-1].strip(" \t"):
        last = list(_BREAK.finditer(text, start, end))[-1]
        end = last.start()
        lines.pop()
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines[1:] if line.strip(" \t")]
    indent = min(indents, default=0)
    if len(lines) > 1 and not lines[0].strip(" \t"):
        first = _BREAK.search(text, start, end)
        assert first is not None, "there are two lines"
        start = min(first.end() + indent, end)
        # A blank first line may be shorter than the others' indentation.
        start = min(start, _line_end(text, first.end(), end))
    return start, end, indent


def _line_end(text: str, start: int, end: int) -> int:
    found = _BREAK.search(text, start, end)
    return found.start() if found else end
