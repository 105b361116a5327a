"""Walking the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from awmlang.semantics import model as m

_NODES = (m.Expression, m.Statement, m.SortKey, m.SortChoice, m.Otherwise, m.Expect, m.Answer)
_SKIPPED = {"span", "type", "variable", "binding", "field", "function", "entity", "tool", "label"}


@cache
def _children(node_class: Any) -> Callable[[object], tuple[object, ...]]:
    names = [f.name for f in fields(node_class) if f.name not in _SKIPPED]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda node: (only(node),)
    return attrgetter(*names) if names else lambda _: ()


def parts_of(node: object) -> list[object]:
    """The expressions and statements right below a node; declarations that it refers to are not below it."""
    found: list[object] = []
    _collect(_children(type(node))(node), found)  # type: ignore[arg-type]
    return found


def _collect(values: tuple[object, ...], found: list[object]) -> None:
    for value in values:
        if isinstance(value, _NODES):
            found.append(value)
        elif type(value) is tuple:
            _collect(value, found)


def expressions_in(node: object) -> list[m.Expression]:
    """An expression (or statement) and all expressions below it, outermost first."""
    found = [node] if isinstance(node, m.Expression) else []
    _gather(_children(type(node))(node), found)  # type: ignore[arg-type]
    return found


def _gather(values: tuple[object, ...], found: list[m.Expression]) -> None:
    for value in values:
        if isinstance(value, m.Expression):
            found.append(value)
            _gather(_children(type(value))(value), found)  # type: ignore[arg-type]
        elif type(value) is tuple:
            _gather(value, found)
        elif isinstance(value, _NODES):
            _gather(_children(type(value))(value), found)  # type: ignore[arg-type]


def statements_in(body: tuple[m.Statement, ...]) -> Iterator[m.Statement]:
    """The statements of a body and all below them, in order."""
    for statement in body:
        yield statement
        if isinstance(statement, m.If):
            yield from statements_in(statement.then)
            yield from statements_in(statement.otherwise)
        elif isinstance(statement, m.For):
            yield from statements_in(statement.body)
