"""Text to tokens. What no token matches becomes a token of kind ``ERROR``, one character long."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from awmlang.diagnostics.span import Span
from awmlang.syntax.grammar import END, Table
from awmlang.syntax.tree import Comment

ERROR = "ERROR"
_MARK = "MARK"  # punctuation
_NOTHING = "NOTHING"


class Token(NamedTuple):
    """``kind`` is as ``grammar.Table`` has it; ``start`` and ``end`` are offsets into the file."""

    kind: str
    start: int
    end: int
    text: str


class _Lexer:
    """The scanner of a grammar: one regular expression, and the table of words."""

    def __init__(self, table: Table) -> None:
        patterns = dict(table.patterns)
        skip, pattern = patterns.pop("SKIP"), patterns.pop("REGEX")
        marks = sorted((w for w in table.words if not re.match(r"\w", w)), key=len, reverse=True)
        patterns |= {_MARK: "|".join(map(re.escape, marks)), ERROR: ".", _NOTHING: "\\Z"}
        groups = "|".join(f"(?P<{name}>{regexp})" for name, regexp in patterns.items())
        self.match = re.compile(f"(?:{skip})?+(?:{groups})", re.S).match
        # A slash is a division, except behind "(", where only a pattern can stand.
        self.match_pattern = re.compile(f"(?:{skip})?+(?P<REGEX>{pattern})").match
        self.words = {word: word for word in table.words}


@cache
def _lexer(table: Table) -> _Lexer:
    return _Lexer(table)


Mend = Callable[[list[Token], int], int]
"""Is shown the tokens so far and the place of what is no token; adds or takes away some and says where to go on."""


def tokenize(
    table: Table, text: str, start: int = 0, end: int | None = None, mend: Mend | None = None
) -> list[Token]:
    """The tokens of ``text[start:end]``, and one of kind ``END`` behind them."""
    lexer = _lexer(table)
    match, words = lexer.match, lexer.words
    end = len(text) if end is None else end
    tokens: list[Token] = []
    append = tokens.append
    kind, position = "", start
    while True:
        found = (lexer.match_pattern(text, position, end) if kind == "(" else None) or match(
            text, position, end
        )
        assert found is not None, "the scanner matches anything"
        group = found.lastgroup
        assert group is not None, "every alternative has a name"
        if group == _NOTHING:
            append(Token(END, end, end, ""))
            return tokens
        begin, position = found.span(group)
        if group == ERROR and mend is not None:
            position = mend(tokens, begin)
            continue
        string = text[begin:position]
        kind = words.get(string, group)
        append(Token(kind, begin, position, string))


def comments(text: str, tokens: list[Token], file: int) -> tuple[Comment, ...]:
    """The comments between tokens."""
    starts = [token.start for token in tokens]
    found: list[Comment] = []
    position = text.find("#")
    while position >= 0:
        before = bisect_right(starts, position) - 1
        if before >= 0 and position < tokens[before].end:
            position = text.find("#", tokens[before].end)
            continue
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        end -= text[position:end].endswith("\r")
        trailing = before >= 0 and text.find("\n", tokens[before].end, position) < 0
        found.append(
            Comment(Span(file, position, end), text[position + 1 : end].removeprefix(" ").rstrip(), trailing)
        )
        position = text.find("#", end)
    return tuple(found)
