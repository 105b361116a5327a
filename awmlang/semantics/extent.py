"""How large things are with all that they refer to.

A spec is a text of some length, but what it says can be far larger: a function that calls another twice, which
calls another twice, and so on. Computed fields and pure functions are put into the SQL that uses them, what a pure
function's names stand for in place of each: that would be a statement without end. Calls of other functions would
take as long. All are measured where they are declared, before anything is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import parts_of

MAX_SIZE = 10_000
"""Expressions and statements in one declaration, with those of all computed fields and functions in it."""

MAX_DEPTH = 100
"""How deep they are nested, functions that write aside: those are called, not put in place of the call."""

MAX_TYPE_SIZE = 1_000
"""Fields and other parts of one type."""


MAX_WIDTH = 400
"""Parts of one record or text, arguments of one call; a list may have ``MAX_ITEMS``."""

MAX_ITEMS = 1_000


class Extent(NamedTuple):
    """``size`` is that of all but the variables, and ``uses`` how often each of those stands in it.

    ``wide`` is something in it that has too many parts of its own.
    """

    size: int
    uses: Mapping[m.Variable, int]
    depth: int
    wide: m.Expression | None

    @property
    def is_too_large(self) -> bool:
        return self.size + sum(self.uses.values()) > MAX_SIZE

    @property
    def is_too_deep(self) -> bool:
        return self.depth > MAX_DEPTH


_NOTHING = Extent(0, {}, 0, None)
_ONE = Extent(1, {}, 1, None)
_WIDE = (m.MakeRecord, m.Interpolation, m.CallBuiltin, m.MakeList)


class Extents:
    """The extents of what has been analysed. The model shares parts, so each is measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Extent]] = {}  # the object too, so that its id stays its own

    def of(self, node: object) -> Extent:
        """The extent of an expression, a statement, a tuple of them, or a function."""
        if isinstance(node, tuple):
            return _together([self.of(part) for part in node])
        if isinstance(node, (m.Constant, m.RowOf)):
            return _ONE
        found = self._known.get(id(node))
        if found is None:
            made = self._of_function(node) if isinstance(node, m.Function) else self._of_node(node)
            found = self._known[id(node)] = (node, made)
        return found[1]

    def _of_node(self, node: object) -> Extent:
        if isinstance(node, m.Local):
            return Extent(0, {node.variable: 1}, 1, None)
        if isinstance(node, m.CallFunction) and node.function.is_pure:
            return self._applied(node)
        parts = parts_of(node)
        below = [self.of(part) for part in parts]
        if isinstance(node, m.GetComputed):
            below.append(self.of(node.field.value))
        elif isinstance(node, m.CallFunction):
            below.append(self.of(node.function)._replace(depth=0))  # it is called where it is
        size, uses, depth, wide = _together(below)
        if len(parts) > MAX_WIDTH and isinstance(node, _WIDE):
            most = MAX_ITEMS if isinstance(node, m.MakeList) else MAX_WIDTH
            wide = node if len(parts) > most else wide
        return Extent(size + 1, uses, depth + 1, wide)

    def _applied(self, call: m.CallFunction) -> Extent:
        """Of what a pure function gives: its arguments stand wherever its parameters did."""
        function = self.of(call.function)
        arguments = [self.of(argument) for argument in call.arguments]
        made = [Extent(function.size + 1, {}, 0, function.wide)]
        for parameter, argument in zip(call.function.parameters, arguments, strict=True):
            made.append(_times(argument, function.uses.get(parameter.variable, 0)))
        depth = function.depth + max((argument.depth for argument in arguments), default=0)
        return _together(made)._replace(depth=depth)

    def _of_function(self, function: m.Function) -> Extent:
        if not function.is_pure:
            return self.of(function.body)._replace(uses={})
        return self._result(function.body, _NOTHING)

    def _result(self, body: Sequence[m.Statement], after: Extent) -> Extent:
        """Of what statements return, as one expression; where they go on, it is ``after`` what stands behind them."""
        result = after
        for statement in reversed(body):
            match statement:
                case m.Return(value=value):
                    result = self.of(value) if value is not None else _NOTHING
                case m.Let(variable=variable, value=value):
                    given = self.of(value)
                    uses = result.uses.get(variable, 0)
                    rest = {other: count for other, count in result.uses.items() if other is not variable}
                    depth = result.depth + given.depth if uses else result.depth
                    result = _together([result._replace(uses=rest), _times(given, uses)])._replace(
                        depth=depth
                    )
                case m.If(condition=condition, then=then, otherwise=otherwise):
                    branches = [self._result(then, result), self._result(otherwise, result)]
                    result = _together([Extent(1, {}, 0, None), self.of(condition), *branches])
                    result = result._replace(depth=result.depth + 1)
        return result


def _together(parts: Sequence[Extent]) -> Extent:
    if len(parts) == 1:
        return parts[0]
    size, depth, wide = 0, 0, None
    uses: dict[m.Variable, int] = {}
    for part in parts:
        size += part.size
        depth = max(depth, part.depth)
        wide = wide or part.wide
        for variable, count in part.uses.items():
            uses[variable] = min(uses.get(variable, 0) + count, MAX_SIZE + 1)
    return Extent(min(size, MAX_SIZE + 1), uses, depth, wide)


def _times(extent: Extent, factor: int) -> Extent:
    """Of the same thing in several places."""
    uses = {variable: min(count * factor, MAX_SIZE + 1) for variable, count in extent.uses.items()}
    return extent._replace(size=min(extent.size * factor, MAX_SIZE + 1), uses=uses)


def is_too_large_a_type(type: t.Type) -> bool:
    """Whether a type has more than ``MAX_TYPE_SIZE`` parts, or is nested more than ``MAX_DEPTH`` deep."""
    waiting = [(type, 1)]
    seen = 0
    while waiting:
        top, depth = waiting.pop()
        seen += 1
        if seen > MAX_TYPE_SIZE or depth > MAX_DEPTH:
            return True
        match top:
            case t.Optional(inner=inner):
                waiting.append((inner, depth + 1))
            case t.List(item=item):
                waiting.append((item, depth + 1))
            case t.Map(value=value):
                waiting.append((value, depth + 1))
            case t.Record(fields=fields):
                waiting += [(field.type, depth + 1) for field in fields]
    return False
