"""What an expression does beside giving a value: only Python can do it, so it stands in no SELECT."""

from __future__ import annotations

from awmlang.semantics import model as m
from awmlang.semantics.visit import expressions_in

Node = m.Expression | m.Statement


def is_effect(e: m.Expression) -> bool:
    """Whether it makes a row or calls a function that writes or may fail."""
    return isinstance(e, m.CreateRow) or (isinstance(e, m.CallFunction) and not e.function.is_pure)


def has_effect(node: Node) -> bool:
    """Whether something in it does."""
    return any(map(is_effect, expressions_in(node)))
