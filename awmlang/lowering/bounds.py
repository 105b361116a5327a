"""Bounds of whole numbers, by which it is known where one cannot leave what JSON carries exactly."""

from __future__ import annotations

from awmlang.runtime.functions import LARGEST, LONGEST_RANGE, LONGEST_TEXT
from awmlang.semantics import model as m
from awmlang.semantics import types as t

Bounds = tuple[int, int]

STORED: Bounds = (-LARGEST, LARGEST)
"""What every column, local and result of a checked function lies within."""

ANY: Bounds = (-(1 << 200), 1 << 200)
MOST_ROWS = 1 << 31
_COUNT: Bounds = (0, MOST_ROWS)

_OF_CALL: dict[str, Bounds] = {
    "length": (0, LONGEST_TEXT),
    "range": (0, LONGEST_RANGE),
    "year": (1, 9999),
    "month": (1, 12),
    "day": (1, 31),
    "weekday": (1, 7),
}


def is_whole(type: t.Type) -> bool:
    """Whether values of the type are integers that arithmetic may carry too far."""
    return isinstance(t.required(type), (t.Int, t.Money, t.Duration, t.Months))


def needs_check(value: m.Expression) -> bool:
    """Whether a whole number may be too large, or a float overflow, and nothing has checked it yet."""
    if is_whole(value.type):
        low, high = bounds(value)
        return low < STORED[0] or high > STORED[1] or not _parts_fit(value)
    return isinstance(t.required(value.type), t.Float) and _may_overflow(value)


def fits(value: m.Expression) -> bool:
    """Whether a whole number is always one of 64 bits."""
    low, high = bounds(value)
    return low >= -(1 << 63) and high < 1 << 63


def _parts_fit(value: m.Expression) -> bool:
    """Whether no part on the way to a whole number may have become a float, which a bound would not tell."""
    match value:
        case m.Operation(arguments=arguments):
            return all(fits(x) and _parts_fit(x) for x in arguments if is_whole(x.type))
        case m.Choose(then=then, otherwise=otherwise):
            return _parts_fit(then) and _parts_fit(otherwise)
        case m.With(value=inner) | m.GetComputed(field=m.ComputedField(value=inner)):
            return _parts_fit(inner)
    return True


def bounds(value: m.Expression) -> Bounds:
    """The least and the greatest that a whole number may be, null aside."""
    match value:
        case m.Constant(value=int() as number):
            return number, number
        case m.Operation():
            return _operation(value)
        case m.Scale(money=money, by=by, over=()) if all(isinstance(t.required(x.type), t.Int) for x in by):
            product = bounds(money)
            for factor in by:
                product = _product(product, bounds(factor))
            return product
        case m.Convert(value=inner):
            return (
                _product(bounds(inner), (100, 100)) if isinstance(t.required(value.type), t.Money) else STORED
            )
        case m.Choose(then=then, otherwise=otherwise):
            return _union(bounds(then), bounds(otherwise))
        case m.With(value=inner):
            return bounds(inner)
        case m.GetComputed(field=field):
            return bounds(field.value)
        case m.Aggregate():
            return _aggregate(value)
        case m.CallFunction(function=function) if function.is_pure:
            return ANY
        case m.CallBuiltin(name="least" | "greatest", arguments=arguments):
            low, high = zip(*map(bounds, arguments), strict=True)
            pick = min if value.name == "least" else max
            return pick(low), pick(high)
        case m.CallBuiltin(name="abs", arguments=(inner,)):
            least, most = bounds(inner)
            return 0, max(-least, most)
        case m.CallBuiltin(name=name):
            return _OF_CALL.get(name, STORED)
    return _of_type(value.type)


def _of_type(type: t.Type) -> Bounds:
    inner = t.required(type)
    low, high = STORED
    if isinstance(inner, (t.Int, t.Money)):
        return max(low, inner.low if inner.low is not None else low), min(
            high, inner.high if inner.high is not None else high
        )
    return low, high


def _operation(value: m.Operation) -> Bounds:
    match value.operator, value.arguments:
        case "+", (a, b) if is_whole(a.type):
            (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
            return a_low + b_low, a_high + b_high
        case "-", (a, b) if is_whole(a.type):
            (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
            return a_low - b_high, a_high - b_low
        case "*", (a, b):
            return _product(bounds(a), bounds(b))
        case "negate", (a,):
            low, high = bounds(a)
            return -high, -low
        case "%", (_, b):
            low, high = bounds(b)
            return min(low, 0), max(high, 0)
        case "??", (a, b):
            return _union(bounds(a), bounds(b))
    return STORED


def _aggregate(value: m.Aggregate) -> Bounds:
    match value.kind:
        case "count":
            return _COUNT
        case "sum" if value.value is not None:
            low, high = bounds(value.value)
            return min(low * MOST_ROWS, 0), max(high * MOST_ROWS, 0)
        case "min" | "max" | "first" | "one" if value.value is not None:
            return bounds(value.value)
    return STORED


def _product(a: Bounds, b: Bounds) -> Bounds:
    products = [x * y for x in a for y in b]
    return min(products), max(products)


def _union(a: Bounds, b: Bounds) -> Bounds:
    return min(a[0], b[0]), max(a[1], b[1])


def _may_overflow(value: m.Expression) -> bool:
    match value:
        case m.Operation(operator="+" | "-" | "*" | "negate", arguments=arguments):
            return any(not isinstance(x, m.Constant) for x in arguments)
        case m.Operation(operator="??", arguments=arguments):
            return any(map(_may_overflow, arguments))
        case m.Choose(then=then, otherwise=otherwise):
            return _may_overflow(then) or _may_overflow(otherwise)
        case m.With(value=inner) | m.GetComputed(field=m.ComputedField(value=inner)):
            return _may_overflow(inner)
        case m.Aggregate(kind="sum" | "avg"):
            return True
        case m.Aggregate(value=m.Expression() as inner):
            return _may_overflow(inner)
        case m.CallFunction(function=function):
            return function.is_pure
        case m.CallBuiltin(name="least" | "greatest" | "abs", arguments=arguments):
            return any(map(_may_overflow, arguments))
    return False
