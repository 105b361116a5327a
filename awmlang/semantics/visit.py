"""Walking the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from awmlang.semantics import model as m


@cache
def _children(node_class: Any) -> tuple[str, ...]:
    skipped = {"span", "type", "variable", "binding", "field", "function", "entity", "tool", "label"}
    return tuple(f.name for f in fields(node_class) if f.name not in skipped)


def parts_of(node: object) -> Iterator[object]:
    """The expressions and statements right below a node; declarations that it refers to are not below it."""
    for name in _children(type(node)):  # type: ignore[arg-type]
        yield from _parts(getattr(node, name))


def _parts(value: object) -> Iterator[object]:
    if isinstance(
        value, (m.Expression, m.Statement, m.SortKey, m.SortChoice, m.Otherwise, m.Expect, m.Answer)
    ):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts(item)


def expressions_in(node: object) -> Iterator[m.Expression]:
    """An expression, statement or task and all expressions below it, outermost first."""
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, m.Expression):
            yield top
        stack.extend(reversed(list(parts_of(top))))


def statements_in(body: tuple[m.Statement, ...]) -> Iterator[m.Statement]:
    """The statements of a body and all below them, in order."""
    for statement in body:
        yield statement
        if isinstance(statement, m.If):
            yield from statements_in(statement.then)
            yield from statements_in(statement.otherwise)
        elif isinstance(statement, m.For):
            yield from statements_in(statement.body)
