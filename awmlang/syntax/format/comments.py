"""Comments and blank lines, carried from a file into the document that its tree became.

The words of the document are those of the file, in the same order, but for a few that mean nothing (optional commas,
needless parentheses). So what a comment stands between is found by going through both side by side. A comment goes to
the line of the document that is there; where there is none, to the end of the line or, on a line of its own, above.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from awmlang.syntax.format.document import Doc, Notes, flatten
from awmlang.syntax.grammar import Table
from awmlang.syntax.tokens import Token, tokenize
from awmlang.syntax.tree import Comment

# What only the file may have: two ``answer { }`` or ``allow`` become one, and ``asc`` goes without saying.
_NEEDLESS = frozenset([",", "(", ")", "{", "}", "asc", "answer", "allow"])

_CROWDED = re.compile(r"#(?=\w)")


class FormatError(Exception):
    """A fault of the formatter: what it made of a file says something else."""


def notes(table: Table, doc: Doc, text: str, comments: Sequence[Comment]) -> dict[int, Notes]:
    """What ``document.settle`` takes: the comments of the file ``text``, and its blank lines."""
    return _Weaver(table, doc, text, comments).weave()


def _side_by_side(made: list[Token], written: list[Token]) -> list[int | None]:
    """For each token of the file, the index of that in the document."""
    pairs: list[int | None] = [None] * len(written)
    place = 0
    for index, token in enumerate(made):
        at = place
        while not _alike(token, written[at]) and written[at].text in _NEEDLESS:
            at += 1
        if _alike(token, written[at]):
            pairs[at] = index
            place = at + 1
        elif token.text != ",":
            raise FormatError(f"`{token.text}` is written for `{written[at].text}`")
    return pairs


def _alike(made: Token, written: Token) -> bool:
    if made.text == ",":
        return written.text == ","
    return made.text == written.text or written.kind == "STRING"  # a string may be written as a word


class _Weaver:
    """Goes through the comments from the last to the first, so that none passes the one behind it."""

    def __init__(self, table: Table, doc: Doc, text: str, comments: Sequence[Comment]) -> None:
        flat, lines = flatten(doc)
        self._offsets = [offset for offset, _ in lines]
        self._lines = [line for _, line in lines]
        self._made = tokenize(table, flat)
        self._written = tokenize(table, text)
        self._pairs = _side_by_side(self._made, self._written)
        self._origins = {made: at for at, made in enumerate(self._pairs) if made is not None}
        self._text = text
        self._comments = comments
        self._last = len(lines)  # the line of the comment placed last
        self._notes: dict[int, Notes] = {}

    def weave(self) -> dict[int, Notes]:
        for comment in reversed(self._comments):
            self._place(comment)
        for number, offset in enumerate(self._offsets):
            if self._blank_before_word(offset):
                self._note(number, blank=True)
        return self._notes

    def _place(self, comment: Comment) -> None:
        word, first, behind = self._around(comment)
        if comment.trailing:
            line = first
            if first == behind:
                previous = self._lines[first - 1]
                if previous.kind == "lead" and self._offsets[first - 1] == word:
                    line = first - 1
            free = line < len(self._lines) and self._at(line).trailing is None
            if free and line <= self._last and (line < behind or self._lines[line].hard):
                self._note(line, trailing=self._shown(comment))
                self._last = line
                return
            if not free:
                behind = line
        self._put_above(min(behind - 1, self._last), comment)

    def _around(self, comment: Comment) -> tuple[int, int, int]:
        """Where the word before a comment stands in the document; the range of lines from it to the word behind."""
        at = bisect_left(self._written, comment.span.start, key=lambda token: token.start)
        before = next((i for i in reversed(self._pairs[:at]) if i is not None), None)
        behind = next(i for i in self._pairs[at:] if i is not None)
        while self._made[behind].text == ",":
            behind += 1
        start, end = (0, 0) if before is None else (self._made[before].start, self._made[before].end)
        return (
            start,
            bisect_left(self._offsets, end),
            bisect_right(self._offsets, self._made[behind].start),
        )

    def _put_above(self, line: int, comment: Comment) -> None:
        """On a line of its own, before all that is there already."""
        here = self._at(line)
        own = here.own if here.trailing is None else ((False, here.trailing), *here.own)
        self._note(
            line, trailing=None, own=((self._blank_before(comment.span.start), self._shown(comment)), *own)
        )
        self._last = line

    def _at(self, line: int) -> Notes:
        return self._notes.get(line, Notes())

    def _note(self, line: int, **changes: Any) -> None:
        self._notes[line] = replace(self._at(line), **changes)

    def _shown(self, comment: Comment) -> str:
        return _CROWDED.sub("# ", self._text[comment.span.start : comment.span.end].rstrip())

    def _blank_before(self, place: int) -> bool:
        """Whether a blank line stands in the file before ``place``, which is that of a word or a comment."""
        start = place
        while start > 0 and self._text[start - 1] in " \t\r\n":
            start -= 1
        return self._text.count("\n", start, place) > 1

    def _blank_before_word(self, offset: int) -> bool:
        """The same of the word at ``offset`` of the document."""
        made = bisect_left(self._made, offset, key=lambda token: token.start)
        written = self._origins.get(made)
        return written is not None and self._blank_before(self._written[written].start)
