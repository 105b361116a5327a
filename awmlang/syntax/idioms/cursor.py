"""The place in a declaration that an idiom is looked for at, and the rewriting of all that are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, finding
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax.grammar import END, Table
from awmlang.syntax.tokens import Token, tokenize

_MOST = 300  # rewrites in one declaration
_MOST_LOOKS = 1_000_000  # at tokens: idioms look far ahead where nothing is closed
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {")": "(", "]": "[", "}": "{"}
LITERALS = ("NUMBER", "STRING", "true", "false", "null")

Piece = str | tuple[int, int]
"""Text of a rewrite: new, or that of the tokens from one index up to another."""


class Rewrite(NamedTuple):
    """The tokens from ``begin`` up to ``end`` become those of ``pieces``.

    ``marked``: the tokens that are underlined. ``message`` is what is said. ``fix`` is None where the pieces are only
    there to read on with; ``safe``, where they certainly mean what was meant.
    """

    begin: int
    end: int
    pieces: tuple[Piece, ...]
    message: str
    marked: tuple[int, int]
    fix: str | None
    safe: bool
    help: str | None


Idiom = Callable[["Cursor"], Rewrite | None]
_IDIOMS: dict[str, list[Idiom]] = {}
"""By the text of the token they begin with, in small letters, or by its kind."""


def idiom(*keys: str) -> Callable[[Idiom], Idiom]:
    """Adds an idiom that is looked for at tokens of these texts or kinds."""

    def add(function: Idiom) -> Idiom:
        for key in keys:
            _IDIOMS.setdefault(key, []).append(function)
        return function

    return add


class Cursor:
    """Token ``at`` of ``tokens``, and what stands around it. ``declaration`` is the word that began it all."""

    def __init__(self, table: Table, source: Source, tokens: Sequence[Token], declaration: str) -> None:
        self.table = table
        self.source = source
        self.tokens = list(tokens)
        self.declaration = declaration
        self.at = 0
        self.looks = 0

    # ---- Looking around. Indexes are absolute; outside of the declaration there is the end.

    def token(self, index: int) -> Token:
        self.looks += 1
        return (
            self.tokens[index]
            if 0 <= index < len(self.tokens)
            else self.tokens[-1]._replace(kind=END, text="")
        )

    def kind(self, index: int) -> str:
        return self.token(index).kind

    def text(self, index: int) -> str:
        return self.token(index).text

    def lower(self, index: int) -> str:
        return self.token(index).text.lower()

    def is_word(self, index: int) -> bool:
        """A word that can be a name: of the language or not, but not reserved."""
        token = self.token(index)
        return token.text.isidentifier() and token.kind not in self.table.reserved

    def words(self, index: int, *texts: str) -> bool:
        """Whether these words stand at ``index``, in whatever capitals."""
        return all(self.lower(index + n) == text for n, text in enumerate(texts))

    def touches(self, index: int) -> bool:
        """Whether a token begins where the one before it ends."""
        return index > 0 and self.token(index - 1).end == self.token(index).start

    def begins_line(self, index: int) -> bool:
        """Whether a token is the first on its line, or the first in braces."""
        if index <= 0 or index >= len(self.tokens) or self.kind(index - 1) in ("{", "}"):
            return True
        return self.breaks_before(index)

    def breaks_before(self, index: int) -> bool:
        return index <= 0 or "\n" in self.source.text[self.token(index - 1).end : self.token(index).start]

    def line_end(self, index: int) -> int:
        """Where what begins at ``index`` ends: at a new line, or at the end of the brackets around."""
        depth, here = 0, index
        while here < len(self.tokens) and self.kind(here) != END:
            kind = self.kind(here)
            if kind in _CLOSING:
                depth -= 1
                if depth < 0:
                    return here
            elif here > index and depth == 0 and self.breaks_before(here):
                return here
            depth += kind in _OPENING
            here += 1
        return here

    def closing(self, index: int) -> int | None:
        """The bracket that closes the one at ``index``, or None."""
        open_: list[str] = []
        for here in range(index, len(self.tokens)):
            kind = self.kind(here)
            if kind in _OPENING:
                open_.append(_OPENING[kind])
            elif kind in _CLOSING:
                if not open_ or open_.pop() != kind:
                    return None
                if not open_:
                    return here
        return None

    def opening(self, index: int) -> int | None:
        """The bracket that is closed at ``index``, or None."""
        open_: list[str] = []
        for here in range(index, -1, -1):
            kind = self.kind(here)
            if kind in _CLOSING:
                open_.append(_CLOSING[kind])
            elif kind in _OPENING:
                if not open_ or open_.pop() != kind:
                    return None
                if not open_:
                    return here
        return None

    def around(self, index: int) -> int:
        """The bracket that is open around a token, or -1."""
        depth = 0
        for here in range(index - 1, -1, -1):
            kind = self.kind(here)
            depth += kind in _CLOSING
            if kind in _OPENING:
                depth -= 1
                if depth < 0:
                    return here
        return -1

    def find(self, kinds: Sequence[str], start: int, end: int) -> int | None:
        """The first token of one of these kinds between two others, outside of brackets."""
        depth = 0
        for here in range(start, end):
            kind = self.kind(here)
            depth -= kind in _CLOSING
            if depth == 0 and (kind in kinds or self.lower(here) in kinds):
                return here
            depth += kind in _OPENING
        return None

    def split(self, start: int, end: int) -> list[tuple[int, int]]:
        """What commas outside of brackets divide the tokens into."""
        parts: list[tuple[int, int]] = []
        while (comma := self.find((",",), start, end)) is not None:
            parts.append((start, comma))
            start = comma + 1
        return [*parts, (start, end)] if start < end else parts

    def operand(self, index: int) -> int | None:
        """Where a value that begins at ``index`` and has no operators ends: a literal, a path, a call, a list."""
        kind = self.kind(index)
        if kind in LITERALS:
            here = index + 1
        elif kind == "-" and self.kind(index + 1) == "NUMBER":
            here = index + 2
        elif kind in ("(", "["):
            close = self.closing(index)
            if close is None:
                return None
            here = close + 1
        elif kind == "FIELD" or self.is_word(index):
            here = index + 1
            if kind != "FIELD" and self.kind(here) == "(" and self.touches(here):
                close = self.closing(here)
                if close is None:
                    return None
                here = close + 1
        else:
            return None
        while self.kind(here) == "FIELD" and self.touches(here) and self.kind(here + 1) != "(":
            here += 1
        return here

    def operand_before(self, index: int) -> int | None:
        """Where the value that ends before ``index`` begins, as ``operand`` has it."""
        here = index - 1
        while self.kind(here) == "FIELD" and here > 0 and self.touches(here) and self._ends_operand(here - 1):
            here -= 1
        kind = self.kind(here)
        if kind in (")", "]"):
            begin = self.opening(here)
            if begin is None:
                return None
            if begin > 0 and self.touches(begin) and self.is_word(begin - 1):
                return begin - 1
            return begin
        return here if kind == "FIELD" or kind in LITERALS or self.is_word(here) else None

    def _ends_operand(self, index: int) -> bool:
        return self.kind(index) in (")", "]", "FIELD") or self.is_word(index)

    # ---- Rewriting

    def rewrite(
        self,
        begin: int,
        end: int,
        *pieces: Piece,
        say: str,
        fix: str | None = None,
        mark: tuple[int, int] | None = None,
        safe: bool = True,
        help: str | None = None,
    ) -> Rewrite:
        """``fix`` is what the fix is called; by default what it writes. Without ``safe`` it is only offered."""
        return Rewrite(
            begin,
            end,
            pieces,
            say,
            mark or (begin, end),
            fix if fix is not None else f"write `{self.written(pieces)}`",
            safe,
            help,
        )

    def read_on(
        self,
        begin: int,
        end: int,
        *pieces: Piece,
        say: str,
        mark: tuple[int, int] | None = None,
        help: str | None = None,
    ) -> Rewrite:
        """As ``rewrite``, where it is not sure what would be right: nothing is offered."""
        return Rewrite(begin, end, pieces, say, mark or (begin, end), None, False, help)

    def gap(self, index: int) -> str:
        """What stands between a token and the one before it."""
        return self.source.text[self.token(index - 1).end : self.token(index).start]

    def source_of(self, begin: int, end: int) -> str:
        """The text of some tokens, and what is between them."""
        return self.source.text[self.token(begin).start : self.token(end - 1).end] if begin < end else ""

    def written(self, pieces: Sequence[Piece]) -> str:
        return "".join(piece if isinstance(piece, str) else self.source_of(*piece) for piece in pieces)

    def make(self, change: Rewrite) -> Diagnostic:
        """Makes a rewrite, and gives the finding."""
        first, last = self.token(change.begin), self.token(max(change.end - 1, change.begin))
        marked = self._span(*change.marked)
        replaced = self._span(change.begin, change.end)
        fixes: tuple[Fix, ...] = ()
        if change.fix is not None:
            text = self.written(change.pieces)
            if not text.strip():
                replaced = self._with_space(replaced)
            fixes = (Fix(change.fix, (Edit(replaced, text),), change.safe),)
        made: list[Token] = []
        for piece in change.pieces:
            if isinstance(piece, str):
                made += [
                    token._replace(start=first.start, end=last.end)
                    for token in tokenize(self.table, piece)[:-1]
                ]
            else:
                made += self.tokens[slice(*piece)]
        self.tokens[change.begin : change.end] = made
        return finding(codes.FOREIGN, marked, change.message, help=change.help, fixes=fixes)

    def _with_space(self, span: Span) -> Span:
        """What is left out, with the line that it stood alone on or the white space before it."""
        text = self.source.text
        start = len(text[: span.start].rstrip(" \t"))
        begins_line = start == 0 or text[start - 1] == "\n"
        if begins_line and text[span.end : span.end + 1] == "\n":
            return Span(span.file, start, span.end + 1)
        touches_next = re.match(r"[\w.\"]", text[span.end : span.end + 1])
        return span if begins_line or touches_next else Span(span.file, start, span.end)

    def _span(self, begin: int, end: int) -> Span:
        if begin >= end:
            place = self.token(begin - 1).end
            return Span(self.source.file, place, place)
        return Span(self.source.file, self.token(begin).start, max(t.end for t in self.tokens[begin:end]))


def rewritten(
    table: Table, source: Source, tokens: Sequence[Token], within: str | None = None
) -> tuple[list[Token], list[Diagnostic]]:
    """The tokens of a declaration in words of the language, and a finding for each idiom in them.

    Tokens that stand in a declaration without its beginning are ``within`` one that begins so.
    """
    cursor = Cursor(table, source, tokens, within or tokens[0].kind)
    found: list[Diagnostic] = []
    while cursor.at < len(cursor.tokens) and len(found) < _MOST and cursor.looks < _MOST_LOOKS:
        token = cursor.tokens[cursor.at]
        keys = dict.fromkeys((token.text.lower(), token.kind))
        change = next((c for key in keys for known in _IDIOMS.get(key, ()) if (c := known(cursor))), None)
        if change is None:
            cursor.at += 1
        else:
            found.append(cursor.make(change))
            cursor.at = max(0, change.begin - 1)
    return cursor.tokens, found
