"""Values of expressions that need neither a row nor a database."""

from __future__ import annotations

from collections.abc import Callable

from awmlang.runtime.functions import json_text
from awmlang.semantics.model import (
    Constant,
    Convert,
    Expression,
    Label,
    MakeList,
    MakeRecord,
    Now,
    Operation,
)
from awmlang.semantics.types import Float, Money, required

Scalar = int | float | str | None


class NotConstant(Exception):
    """The expression has to be run."""


def _no_label(name: str) -> Scalar:
    raise NotConstant


def fold(
    expression: Expression, now: str | None = None, label: Callable[[str], Scalar] = _no_label
) -> Scalar:
    """The value inside, lists and records as JSON text; ``label`` gives a labelled row's key."""
    if type(expression) is Constant:
        return expression.value
    if type(expression) is Label:
        return label(expression.label)
    value = _structure(expression, now, label)
    return json_text(value) if isinstance(value, (list, dict)) else value  # type: ignore[return-value]


def _structure(expression: Expression, now: str | None, label: Callable[[str], Scalar]) -> object:
    match expression:
        case Constant(value=value):
            return value
        case Label(label=name):
            return label(name)
        case Now() if now is not None:
            return now
        case Convert(value=inner):
            held = _structure(inner, now, label)
            match required(expression.type), held:
                case Money(), int():
                    return held * 100
                case Float(), int():
                    return float(held)
            return held
        case Operation(operator="negate", arguments=(inner,)):
            held = _structure(inner, now, label)
            return -held if isinstance(held, (int, float)) else held
        case MakeList(items=items):
            return [_structure(item, now, label) for item in items]
        case MakeRecord(fields=fields):
            return {name: _structure(value, now, label) for name, value in fields}
    raise NotConstant
