"""The LALR(1) automaton over the table: tokens in, what the builder makes of them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awmlang.diagnostics.span import Span
from awmlang.syntax.build import Builder
from awmlang.syntax.depth import MAX_STACK
from awmlang.syntax.grammar import END, Table
from awmlang.syntax.tokens import Token


class Stuck(Exception):
    """The token at ``index`` cannot stand there, or is nested too deeply. ``values`` are of what stands before it."""

    def __init__(self, index: int, values: Sequence[Any] = ()) -> None:
        self.index = index
        self.values = values


class Machine:
    """Parses the tokens of file ``file``; ``builder`` makes the values."""

    def __init__(self, table: Table, builder: Builder, file: int) -> None:
        self._table = table
        self._file = file
        self._rules = [
            (rule.origin, rule.size, rule.build, rule.take, getattr(builder, rule.build or "", None))
            for rule in table.rules
        ]

    def run(self, tokens: Sequence[Token], start: str) -> Any:
        """What the builder makes of ``tokens``, which end in one of kind ``END``, as the rule ``start``."""
        actions, gotos, rules, file = self._table.actions, self._table.gotos, self._rules, self._file
        final = self._table.ends[start]
        state = self._table.starts[start]
        states: list[int] = [state]
        values: list[Any] = []
        begins: list[int] = []  # where each value begins
        last = 0  # where the last token shifted ends
        for index, token in enumerate(tokens):
            kind = token[0]
            while True:
                action = actions[state].get(kind)
                if action is None:
                    raise Stuck(index, values)
                if action >= 0:
                    state = action
                    states.append(state)
                    values.append(token)
                    begins.append(token[1])
                    last = max(last, token[2])  # a repair may have swapped tokens
                    if len(states) > MAX_STACK:
                        raise Stuck(index, values)
                    break
                origin, size, build, take, make = rules[~action]
                if size == 1 and build is None:
                    states.pop()
                else:
                    children = values[-size:]
                    begin = begins[-size]
                    del values[-size:], begins[-size:], states[-size:]
                    if take is not None:
                        children = _taken(children, take)
                    if make is not None:
                        value = make(Span(file, begin, last), *children)
                    else:
                        value = children if build else children[0]
                    values.append(value)
                    begins.append(begin)
                state = gotos[states[-1]][origin]
                states.append(state)
                if kind == END and state == final:
                    return values[0]
        raise ValueError("the tokens must end in END")


def _taken(children: list[Any], take: tuple[int | None, ...]) -> list[Any]:
    """The children that count, as ``grammar.Rule`` has it."""
    if len(take) == 2 and take[0] == ~0 and take[1] is not None and take[1] > 0:
        # A list and one item more. The list stood on the stack and belongs to nobody else, so it can grow.
        grown: list[Any] = children[0]
        grown.append(children[take[1]])
        return grown
    taken: list[Any] = []
    for index in take:
        if index is None:
            taken.append(None)
        elif index >= 0:
            taken.append(children[index])
        else:
            taken += children[~index]
    return taken
