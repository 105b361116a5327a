"""Values and what is done with them: numbers, texts, times. Held as in ``semantics/types.py``, but Bools as Bools."""

from __future__ import annotations

import json
import math
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from awmlang.runtime.calculator import calculate
from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import matches
from awmlang.semantics import types as t

LARGEST = 2**53 - 1
DAY = 86_400
UNITS = {"days": DAY, "hours": 3_600, "minutes": 60, "seconds": 1}


class Failure(Exception):
    """How a call ends that does not succeed."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def arithmetic() -> Failure:
    return Failure("arithmetic")


# ---- Numbers


def exact(value: int | float) -> Fraction:
    """The number that the shortest decimal of a float says."""
    if isinstance(value, float) and not math.isfinite(value):
        raise arithmetic()
    return Fraction(value) if isinstance(value, int) else Fraction(Decimal(repr(value)))


def half_away(value: Fraction) -> int:
    """Rounded, halves away from zero."""
    size = math.floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def kept(value: Any) -> Any:
    """A value that leaves an expression: numbers that JSON cannot carry end the call."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        raise arithmetic()
    if isinstance(value, float) and not math.isfinite(value):
        raise arithmetic()
    for part in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        kept(part)
    return value


def inside(value: Any) -> Any:
    """A number inside an expression, where integers have 64 bits."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise arithmetic()
    return value


def divided(a: int | float, b: int | float) -> float:
    try:
        return float(kept(a / b))
    except (ZeroDivisionError, OverflowError):
        raise arithmetic() from None


def remainder(a: Any, b: Any) -> Any:
    """It has the sign of ``b``."""
    if not b:
        raise arithmetic()
    return kept(a % b)


def scaled(money: int, by: list[Any], over: list[Any]) -> int:
    result = exact(money)
    for factor in by:
        result *= exact(factor)
    for factor in over:
        if not factor:
            raise arithmetic()
        result /= exact(factor)
    rounded: int = kept(half_away(result))
    return rounded


# ---- Order


def fold(text: str) -> str:
    return text.casefold()


def rank(value: Any, type: t.Type) -> Any:
    """What a value that is not null is ordered by."""
    match t.required(type):
        case t.Text():
            return fold(value), value
        case t.Enum(members=members):
            return members.index(value)
    return value


def same(a: Any, b: Any) -> bool:
    """Null is only null."""
    return (a is None) == (b is None) and bool(a == b)


# ---- Text


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def printed(value: Any, type: t.Type) -> str:
    """A value in a text."""
    match t.required(type):
        case t.Money():
            return f"{Decimal(value) / 100:.2f}"
        case t.Bool():
            return "true" if value else "false"
        case t.Float():
            return repr(float(value))
    return str(value)


# ---- Time


def shifted(value: str, seconds: int) -> str:
    """A datetime that much later; of a date, the day on which that falls."""
    try:
        return (datetime.fromisoformat(value) + timedelta(seconds=seconds)).isoformat()[: len(value)]
    except OverflowError:
        raise arithmetic() from None


def shifted_months(value: str, months: int) -> str:
    """As many months later, at the month's end at the latest."""
    day = date.fromisoformat(value[:10])
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise arithmetic()
    for last in (day.day, 30, 29, 28):
        try:
            return date(years, month + 1, min(day.day, last)).isoformat() + value[10:]
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def elapsed(a: str, b: str) -> int:
    return int((datetime.fromisoformat(a) - datetime.fromisoformat(b)).total_seconds())


# ---- Functions


def builtin(name: str, arguments: list[Any], types: list[t.Type], result: t.Type) -> Any:
    """A call of a function of the language. A null makes the result null, but for questions about texts."""
    if name in ("starts_with", "ends_with", "matches") and None in arguments:
        return False
    if None in arguments:
        return None
    a, *more = arguments
    match name:
        case "lower" | "upper":
            return normal(getattr(a, name)())
        case "trim":
            return a.strip()
        case "starts_with" | "ends_with":
            return (
                a[: len(more[0])] == more[0]
                if name == "starts_with"
                else a[len(a) - len(more[0]) :] == more[0]
            )
        case "matches":
            return matches(a, more[0])
        case "replace":
            return normal(a.replace(more[0], more[1])) if more[0] else a
        case "split":
            return [normal(part) for part in (a.split(more[0]) if more[0] else a)]
        case "join":
            return normal(more[0].join(a))
        case "length":
            return len(a)
        case "abs":
            return abs(a)
        case "floor":
            return kept(math.floor(kept(a)))
        case "ceil":
            return kept(math.ceil(kept(a)))
        case "round":
            return kept(half_away(exact(a)))
        case "round_to":
            return float(Fraction(half_away(exact(a) * 10 ** more[0]), 10 ** more[0]))
        case "round_money":
            unit = 10 ** (2 - min(more[0], 2))
            return kept(half_away(Fraction(a, unit)) * unit)
        case "least" | "greatest":
            pick = min if name == "least" else max
            return pick(arguments, key=lambda value: rank(value, result))
        case "calc":
            try:
                return kept(calculate(a))
            except ToolError as error:
                raise Failure(error.code) from None
        case "days" | "hours" | "minutes" | "seconds":
            return kept(half_away(exact(a) * UNITS[name]))
        case "months":
            return kept(a)
        case "date":
            return a[:10]
        case "time":
            return a[11:]
        case "datetime":
            return f"{a}T{more[0]}"
        case "year" | "month" | "day":
            return getattr(date.fromisoformat(a[:10]), name)
        case "weekday":
            return date.fromisoformat(a[:10]).isoweekday()
        case "range":
            if a > 10_000:
                raise arithmetic()
            return list(range(a))
        case "flat":
            return [item for items in a for item in items]
    raise NotImplementedError(name)


# ---- Results


def public(value: Any, type: t.Type) -> Any:
    """A value in a result, as JSON has it; money is a float of two decimals."""
    if value is None:
        return None
    match t.required(type):
        case t.Money():
            return kept(value) / 100
        case t.Bool():
            return bool(value)
        case t.List(item=item):
            return [public(each, item) for each in value]
        case t.Record(fields=fields):
            return {field.name: public(value[field.name], field.type) for field in fields}
        case t.Map(value=inside):
            return {key: public(each, inside) for key, each in value.items()}
    return kept(value)


def result(value: Any, type: t.Type) -> dict[str, Any]:
    """What a tool gives: an object."""
    match type:
        case t.Record() | t.Map():
            made: dict[str, Any] = public(value, type)
            return made
        case t.List():
            return {"items": public(value, type)}
    return {"value": public(value, type)}


def identity(value: Any) -> Any:
    """What tells different values apart: lists and records are compared by what they hold."""
    return json.dumps(value, sort_keys=True) if isinstance(value, (list, dict)) else value
