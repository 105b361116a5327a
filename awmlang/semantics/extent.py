"""How large things are with all that they refer to.

A spec is a text of some length, but what it says can be far larger: a function that calls another twice, which
calls another twice, and so on. Computed fields and pure functions are put into the SQL that uses them, so that
would be a statement without end; calls of other functions would take as long. Both are measured where they are
declared, before anything is made of them.
"""

from __future__ import annotations

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
    """``wide`` is something in it that has too many parts of its own."""

    size: int
    depth: int
    wide: m.Expression | None = None

    @property
    def is_too_large(self) -> bool:
        return self.size > MAX_SIZE

    @property
    def is_too_deep(self) -> bool:
        return self.depth > MAX_DEPTH


_WIDE = (m.MakeRecord, m.Interpolation, m.CallBuiltin, m.MakeList)


class Extents:
    """The extents of what has been analysed. The model shares parts, so each is measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Extent]] = {}  # the object too, so that its id stays its own

    def of(self, node: object) -> Extent:
        """The extent of an expression, a statement, or a tuple of them."""
        if isinstance(node, tuple):
            return self._over([self.of(part) for part in node])
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = (node, self._measure(node))
        return found[1]

    def _measure(self, node: object) -> Extent:
        parts = parts_of(node)
        below = self._over([self.of(part) for part in parts])
        size, depth, wide = below.size + 1, below.depth + 1, below.wide
        if (
            len(parts) > MAX_WIDTH
            and isinstance(node, _WIDE)
            and not (isinstance(node, m.MakeList) and len(parts) <= MAX_ITEMS)
        ):
            wide = node
        match node:
            case m.GetComputed(field=field):
                inner = self.of(field.value)
                return Extent(size + inner.size, max(depth, inner.depth + 1), wide)
            case m.CallFunction(function=function):
                inner = self.of(function.body)
                return Extent(
                    size + inner.size, max(depth, inner.depth + 1) if function.is_pure else depth, wide
                )
        return Extent(size, depth, wide)

    def _over(self, parts: list[Extent]) -> Extent:
        return Extent(
            sum(part.size for part in parts),
            max((part.depth for part in parts), default=0),
            next((part.wide for part in parts if part.wide is not None), None),
        )


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
