"""The automaton without values: what can stand where, tried without doing it.

Its stacks share their lower parts, so that keeping and going back to one costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from awmlang.syntax.grammar import END, Table
from awmlang.syntax.tokens import Token

WORDS = {"_free", "_reserved", "_member_word", "_statement_word", "_clause_word", "_guard_word"}
"""The rules by which words of the language are names."""


class Stack(NamedTuple):
    """The top symbol of a stack, the ``depth``th, and what is below. It spans tokens ``begin`` to ``end`` (exclusive)."""

    state: int
    below: Stack | None
    begin: int
    end: int
    depth: int


class Reduced(NamedTuple):
    """Tokens ``begin`` to ``end`` were found to be an ``origin``."""

    origin: str
    begin: int
    end: int


class Automaton:
    def __init__(self, table: Table, start: str) -> None:
        self._actions = table.actions
        self._gotos = table.gotos
        self._rules = table.rules
        self._final = table.ends[start]
        self.bottom = Stack(table.starts[start], None, 0, 0, 0)

    def shift(self, stack: Stack, kind: str, reduced: list[Reduced] | None = None) -> Stack | None:
        """The stack with a token of ``kind`` on it; None if it cannot stand there. ``END`` leaves it as it is."""
        while True:
            action = self._actions[stack.state].get(kind)
            if action is None:
                return None
            if action >= 0:
                return Stack(action, stack, stack.end, stack.end + 1, stack.depth + 1)
            rule = self._rules[~action]
            end, below = stack.end, stack
            for _ in range(rule.size):
                begin = below.begin
                assert below.below is not None, "a rule never takes the bottom"
                below = below.below
            stack = Stack(self._gotos[below.state][rule.origin], below, begin, end, below.depth + 1)
            if reduced is not None:
                reduced.append(Reduced(rule.origin, begin, end))
            if kind == END and stack.state == self._final:
                return stack

    def reach(self, stack: Stack, tokens: Iterable[Token]) -> tuple[int, bool]:
        """How many of ``tokens`` can follow, and whether something complete ends there, before others or ``END``."""
        count = 0
        for token in tokens:
            following = self.shift(stack, token.kind)
            if following is None:
                return count, self.shift(stack, END) is not None
            if token.kind == END:
                return count, True
            stack = following
            count += 1
        return count, False

    def accepted(self, stack: Stack) -> set[str]:
        """The kinds of tokens that can follow."""
        return {kind for kind in self._actions[stack.state] if self.shift(stack, kind) is not None}

    def before(self, stack: Stack, kind: str) -> Stack:
        """The stack on which a token of ``kind`` is put: everything that it ends is reduced."""
        shifted = self.shift(stack, kind)
        assert shifted is not None and shifted.below is not None, "the token can stand here"
        return shifted.below

    def is_name(self, stack: Stack, kind: str) -> bool:
        """Whether a word of the language, put on ``stack``, could be nothing but a name."""
        shifted = self.shift(stack, kind)
        assert shifted is not None, "the token can stand here"
        following = self._actions[shifted.state].values()
        return all(action < 0 and self._rules[~action].origin in WORDS for action in following)

    def begins(self, stack: Stack) -> set[str]:
        """The rules of which something can begin on top of ``stack``."""
        return set(self._gotos[stack.state])

    def put(self, stack: Stack, kinds: Sequence[str]) -> Stack | None:
        """The stack with tokens of these kinds on it."""
        following: Stack | None = stack
        for kind in kinds:
            if following is None:
                break
            following = self.shift(following, kind)
        return following
