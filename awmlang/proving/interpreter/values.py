"""Values and what is done with them: numbers, texts, times. Held as in ``semantics/types.py``."""

from __future__ import annotations

import calendar
import math
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from operator import add, ge, gt, le, lt, mod, mul, sub, truediv
from typing import Any

from awmlang.runtime.calculator import calculate
from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import matches
from awmlang.semantics import types as t

Unary = Callable[[Any], Any]
Binary = Callable[[Any, Any], Any]
ORDER: dict[str, Binary] = {"<": lt, "<=": le, ">": gt, ">=": ge}
ARITHMETIC: dict[str, Binary] = {"+": add, "-": sub, "*": mul, "/": truediv, "%": mod}


def exact(value: int | float) -> Fraction:
    """The number that the shortest decimal of a float says."""
    return Fraction(Decimal(repr(kept(value)))) if isinstance(value, float) else Fraction(value)


def half_away(value: Fraction) -> int:
    """Rounded, halves away from zero."""
    size = math.floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


class Wide(float):
    """An integer that 64 bits do not hold: an expression goes on with the float, but cannot end in it."""


def kept(value: Any) -> Any:
    """A value that leaves an expression: numbers that JSON cannot carry end the call."""
    too_large = isinstance(value, int) and abs(value) >= 2**53
    if too_large or isinstance(value, Wide) or (isinstance(value, float) and not math.isfinite(value)):
        raise ToolError("arithmetic", "")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        kept(part)
    return value


def calculated(sign: str, a: Any, b: Any) -> Any:
    """A number inside an expression. A remainder has the sign of ``b``."""
    if sign in ("/", "%") and not b:
        raise ToolError("arithmetic", "")
    result = ARITHMETIC[sign](a, b)
    if sign in ("/", "%") and isinstance(result, float):
        kept(result)
    is_wide = isinstance(result, int) and not -(2**63) <= result < 2**63
    return Wide(result) if is_wide or (sign != "/" and Wide in (type(a), type(b))) else result


def scaled(money: int, by: list[Any], over: list[Any]) -> int:
    if 0 in over:
        raise ToolError("arithmetic", "")
    result = Fraction(money) * math.prod(map(exact, by)) / math.prod(map(exact, over))
    return int(kept(half_away(result)))


def rank(value: Any, type: t.Type) -> Any:
    """What a value that is not null is ordered by."""
    match t.required(type):
        case t.Text():
            return value.casefold(), value
        case t.Enum(members=members):
            return members.index(value)
    return value


def in_order(items: Iterable[Any], of: Unary, type: t.Type, descending: bool = False) -> list[Any]:
    """Nulls come last, whichever way."""
    ranked = [(of(item), item) for item in items]
    known = [pair for pair in ranked if pair[0] is not None]
    known.sort(key=lambda pair: rank(pair[0], type), reverse=descending)
    return [item for _, item in known] + [item for value, item in ranked if value is None]


def identity(value: Any) -> Any:
    """What tells different values apart: lists and records are compared by what they hold."""
    match value:
        case list():
            return tuple(map(identity, value))
        case dict():
            return frozenset((name, identity(part)) for name, part in value.items())
    return value


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def printed(value: Any, type: t.Type) -> str:
    """A value in a text."""
    kept(value)
    match t.required(type):
        case t.Money():
            return f"{Decimal(value) / 100:.2f}"
        case t.Bool():
            return "true" if value else "false"
        case t.Float():
            return str(float(value) + 0.0)  # without the sign of -0.0
    return str(value)


def moved(moment: str, by: int, type: t.Type) -> str:
    """A date or datetime that much later; of a date, the day on which that falls. Months end at their end at the latest."""
    try:
        if not isinstance(t.required(type), t.Months):
            return (datetime.fromisoformat(moment) + timedelta(seconds=by)).isoformat()[: len(moment)]
        day = date.fromisoformat(moment[:10])
        year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)).isoformat() + moment[10:]
    except (OverflowError, ValueError):
        raise ToolError("arithmetic", "") from None


def elapsed(a: str, b: str) -> int:
    return int((datetime.fromisoformat(a) - datetime.fromisoformat(b)).total_seconds())


def rounded_money(amount: int, places: int) -> int:
    unit = 10 ** (2 - min(places, 2))
    return half_away(Fraction(amount, unit)) * int(unit)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "lower": lambda text: normal(text.lower()),
    "upper": lambda text: normal(text.upper()),
    "trim": lambda text: text.strip(),
    "starts_with": lambda text, start: text.startswith(start),
    "ends_with": lambda text, end: text.endswith(end),
    "matches": matches,
    "replace": lambda text, old, new: normal(text.replace(old, new)) if old else text,
    "split": lambda text, by: [normal(part) for part in (text.split(by) if by else text)],
    "join": lambda texts, by: normal(by.join(texts)),
    "length": len,
    "floor": lambda number: math.floor(kept(number)),
    "ceil": lambda number: math.ceil(kept(number)),
    "round": lambda number: half_away(exact(number)),
    "round_to": lambda number, places: float(Fraction(half_away(exact(number) * 10**places), 10**places)),
    "round_money": rounded_money,
    "calc": calculate,
    "days": lambda count: half_away(exact(count) * 86_400),
    "hours": lambda count: half_away(exact(count) * 3_600),
    "minutes": lambda count: half_away(exact(count) * 60),
    "seconds": lambda count: half_away(exact(count)),
    "months": lambda count: count,
    "date": lambda moment: moment[:10],
    "time": lambda moment: moment[11:],
    "datetime": lambda day, time: f"{day}T{time}",
    "year": lambda day: int(day[:4]),
    "month": lambda day: int(day[5:7]),
    "day": lambda day: int(day[8:10]),
    "weekday": lambda day: date.fromisoformat(day[:10]).isoweekday(),
    "at": lambda items, index: items[index],
    "range": lambda count: list(range(count)),
    "zip": lambda one, other: list(zip(one, other, strict=False)),
    "flat": lambda lists: [item for items in lists for item in items],
}


def builtin(name: str, arguments: list[Any], type: t.Type) -> Any:
    """A call of a function of the language. A null makes the result null, but for questions about texts."""
    if None in arguments:
        return False if name in ("starts_with", "ends_with", "matches") else None
    a, b = arguments[0], arguments[-1]
    match name:
        case "least" | "greatest":
            return (min if name == "least" else max)(arguments, key=partial(rank, type=type))
        case "abs":
            return Wide(abs(a)) if isinstance(a, Wide) else abs(a)
        case "range" if a > 10_000:
            raise ToolError("arithmetic", "")
        case "at" if not 0 <= b < len(a):
            raise ToolError("arithmetic", "")
    return kept(FUNCTIONS[name](*arguments))
