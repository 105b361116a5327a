"""Expressions of the model with parts of them replaced."""

from __future__ import annotations

from collections.abc import Callable
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
    names = _fields(type(node))  # type: ignore[arg-type]
    old = [getattr(node, name) for name in names]
    new = [rewrite(value, change) for value in old]
    return node if all(a is b for a, b in zip(old, new, strict=True)) else type(node)(*new)


@cache
def _fields(node: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(node))
