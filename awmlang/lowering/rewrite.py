"""Expressions of the model with parts of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from awmlang.semantics.model import Expression, SortChoice, SortKey

_PARTS = (Expression, SortKey, SortChoice)


def rewrite(node: Any, change: Callable[[Expression], Expression | None]) -> Any:
    """``node`` with every expression replaced for which ``change`` gives another, from the outside in.

    What has nothing to replace in it is the same object as before.
    """
    if isinstance(node, tuple):
        items = tuple([rewrite(item, change) for item in node])
        return items if any(new is not old for new, old in zip(items, node, strict=True)) else node
    if not isinstance(node, _PARTS):
        return node
    if isinstance(node, Expression):
        changed = change(node)
        if changed is not None:
            return changed
    names = _fields(type(node))
    old = [getattr(node, name) for name in names]
    new = [rewrite(value, change) for value in old]
    return node if all(a is b for a, b in zip(old, new, strict=True)) else type(node)(*new)


def parts(node: Expression) -> list[Expression]:
    """The expressions right below a node, in the order in which they are worked out."""
    found: list[Expression] = []

    def take(part: Expression) -> Expression:
        found.append(part)
        return part

    for name in _fields(type(node)):
        rewrite(getattr(node, name), take)
    return found


def with_parts(node: Expression, new: Sequence[Expression]) -> Expression:
    """The node with others in place of its ``parts``."""
    rest = iter(new)
    values = [rewrite(getattr(node, name), lambda _: next(rest)) for name in _fields(type(node))]
    return type(node)(*values)


def _fields(kind: type) -> tuple[str, ...]:
    return _fields_of(kind)


@cache
def _fields_of(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
