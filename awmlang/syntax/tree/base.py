"""What every node has, and how trees are walked and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeVar, dataclass_transform

from awmlang.diagnostics.span import Span

_Class = TypeVar("_Class", bound=type)


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: _Class) -> _Class:
    """A tree node. Frozen for the type checker only: a frozen dataclass takes three times as long to make."""
    return dataclass(slots=True, eq=False)(cls)  # type: ignore[return-value]


@node
class Node:
    span: Span


@cache
def child_fields(node_class: type[Node]) -> tuple[str, ...]:
    """The names of a class's fields that hold nodes or plain values, not places."""
    return tuple(f.name for f in fields(node_class) if f.name not in ("span", "operator_span"))


def walk(node: object) -> Iterator[Node]:
    """A node (or a tuple of nodes) and all below it, outermost first."""
    if isinstance(node, Node):
        yield node
        for name in child_fields(type(node)):  # type: ignore[arg-type]
            child = getattr(node, name)
            if isinstance(child, (Node, tuple)):
                yield from walk(child)
    elif isinstance(node, tuple):
        for item in node:
            yield from walk(item)


def same(a: object, b: object) -> bool:
    """Whether two trees have the same structure, spans and comments aside."""
    if isinstance(a, Span) and isinstance(b, Span):
        return True
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Node) and isinstance(b, Node):
        return type(a) is type(b) and all(
            same(getattr(a, f.name), getattr(b, f.name))
            for f in fields(a)
            if f.name not in ("span", "operator_span", "comments")
        )
    return a == b
