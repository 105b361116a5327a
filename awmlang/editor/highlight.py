"""Which words of a text are keywords and which are names: most words of the language can be either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from awmlang.syntax import grammar
from awmlang.syntax.automaton import WORDS, Automaton, Reduced, Stack
from awmlang.syntax.tokens import Token, tokenize

Role = Literal["keyword", "name", "other"]

_AGAIN = ("declaration", "statement", "step", "expr")
"""What a text that is no whole spec, or the rest behind a mistake, may go on as."""


def roles(text: str) -> Iterator[tuple[Token, Role]]:
    """Each token with its role. Words of what the grammar does not take are names unless they are reserved."""
    table = grammar.load()
    tokens = tokenize(table, text)
    stack, automaton = _start(tokens, 0)
    for index, token in enumerate(tokens[:-1]):
        following = automaton.shift(stack, token.kind)
        if following is None:
            stack, automaton = _start(tokens, index)
            following = automaton.shift(stack, token.kind)
        if not (token.text[0].isalpha() or token.text[0] == "_"):
            role: Role = "other"
        elif following is None:
            role = "keyword" if token.kind in table.reserved else "name"
        elif token.kind in ("NAME", "LABEL") or _is_name(automaton, following, tokens[index + 1].kind):
            role = "name"
        else:
            role = "keyword"
        yield token, role
        stack = following or automaton.bottom


def _is_name(automaton: Automaton, stack: Stack, following: str) -> bool:
    """Whether the word on top of the stack turns into a name when the next token comes."""
    reduced: list[Reduced] = []
    automaton.shift(stack, following, reduced)
    return bool(reduced) and reduced[0].origin in WORDS


def _start(tokens: Sequence[Token], index: int) -> tuple[Stack, Automaton]:
    """The beginning of whatever can go on furthest from a token."""
    table = grammar.load()
    starts = [Automaton(table, start) for start in (("start",) if index == 0 else ()) + _AGAIN]
    ahead = tokens[index : index + 200]
    automaton = max(starts, key=lambda each: each.reach(each.bottom, ahead)[0])
    return automaton.bottom, automaton
