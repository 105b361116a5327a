"""Places as editors count them: lines and units within a line, from 0; and back to characters of a text.

Most editors count units of UTF-16, in which an emoji is two; some ask for UTF-8 or UTF-32.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_BREAK = re.compile(r"\r\n|\n|\r")
_WIDTHS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


class Lines:
    """The lines of a text."""

    def __init__(self, text: str, encoding: Encoding = "utf-16") -> None:
        self.text = text
        self._encoding = encoding
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self._ends = [*(match.start() for match in _BREAK.finditer(text)), len(text)]
        self._is_plain = encoding == "utf-32" or text.isascii()

    def place(self, offset: int) -> tuple[int, int]:
        """The line of a character, and the units before it in the line."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self.text[self._starts[line] : offset])

    def offset(self, line: int, unit: int) -> int:
        """The character at a place; of one outside of the text or within a character, the nearest before it."""
        if line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[line], self._ends[line]
        if self._is_plain:
            return min(start + unit, end)
        for at in range(start, end):
            unit -= self._units(self.text[at])
            if unit < 0:
                return at
        return end

    def _units(self, text: str) -> int:
        if self._is_plain or text.isascii():
            return len(text)
        return len(text.encode(_WIDTHS[self._encoding], "surrogatepass")) // _UNIT[self._encoding]
