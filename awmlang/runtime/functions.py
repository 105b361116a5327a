"""The functions of the language: once, for generated Python as ``fn.name`` (and for SQL, in ``sql_functions``).

Values are held as ``semantics/types.py`` says: money in minor units, durations in seconds, dates and times
as ISO text. A function of a null is null; a question about a null (``contains``, ``matches``) is answered no.
Lists are Python lists here, and JSON text in SQL. Errors are ToolErrors: ``arithmetic``, ``too_expensive``.
"""

from __future__ import annotations

import builtins
import datetime as clock
import json
import math
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import Any, TypeVar
from unicodedata import normalize

from awmlang.runtime.calculator import calculate
from awmlang.runtime.errors import ToolError, arithmetic, too_expensive

LARGEST = 2**53 - 1  # the largest integer that JSON carries exactly
LONGEST_TEXT = 1_000_000
LONGEST_RANGE = 10_000

Number = int | float
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _nullable(function: _Function) -> _Function:
    """Null if an argument is null."""

    @wraps(function)
    def nullable(*arguments: Any) -> Any:
        for argument in arguments:
            if argument is None:
                return None
        return function(*arguments)

    return nullable  # type: ignore[return-value]


# ---- Numbers


@_nullable
def whole(value: Number) -> int:
    """``value`` if it is an integer that JSON carries exactly; SQLite turns what overflows into a float."""
    if type(value) is not int or not -LARGEST <= value <= LARGEST:
        raise arithmetic("A number is too large.")
    return value


@_nullable
def wide(value: int) -> Number:
    """``value`` as SQLite goes on with it inside an expression: a float where 64 bits do not hold it."""
    return value if -(1 << 63) <= value < 1 << 63 else float(value)


@_nullable
def finite(value: float) -> float:
    """``value`` unless a float overflowed."""
    if not math.isfinite(value):
        raise arithmetic("A number is too large.")
    return value


@_nullable
def divide(a: Number, b: Number) -> float:
    """``a / b``, a float."""
    if not b:
        raise arithmetic("Division by zero.")
    try:
        return finite(a / b)
    except OverflowError:
        raise arithmetic("A number is too large.") from None


@_nullable
def modulo(a: Number, b: Number) -> Number:
    """The remainder that has the sign of ``b``."""
    if not b:
        raise arithmetic("Division by zero.")
    return finite(a % b)


@_nullable
def scale(money: int, *chain: str | Number) -> int:
    """Money times and over numbers: ``scale(m, "*", 1.5, "/", 100)``.

    Exact: a float counts as its shortest decimal, and the end is rounded once, half away from zero.
    """
    numerator, denominator = money, 1
    for operator, factor in zip(chain[::2], chain[1::2], strict=True):
        up, down = _ratio(factor)
        if operator == "/":
            up, down = down, up
        numerator *= up
        denominator *= down
    if not denominator:
        raise arithmetic("Division by zero.")
    return whole(_half_away(numerator, denominator))


@_nullable
def average(total: int, count: int) -> int | None:
    """The mean of amounts of money, rounded half away from zero; null over nothing."""
    return scale(total, "/", count) if count else None


@_nullable
def round(value: Number) -> int:
    """To an integer, half away from zero; as with all rounding, a float counts as its shortest decimal."""
    return whole(_half_away(*_ratio(value)))


@_nullable
def round_to(value: float, places: int) -> float:
    """To ``places`` decimals, half away from zero."""
    numerator, denominator = _ratio(value)
    try:
        return float(_half_away(numerator * 10**places, denominator) / 10**places)
    except OverflowError:
        raise arithmetic("A number is too large.") from None


@_nullable
def round_money(amount: int, places: int) -> int:
    """To ``places`` decimals of a unit, half away from zero."""
    unit = 10 ** (2 - min(places, 2))
    return whole(_half_away(amount, unit) * unit)


@_nullable
def abs(value: Number) -> Number:
    return builtins.abs(value)


@_nullable
def least(*values: Any) -> Any:
    """Of texts, the first in order."""
    return min(values, key=order if isinstance(values[0], str) else None)


@_nullable
def greatest(*values: Any) -> Any:
    """Of texts, the last in order."""
    return max(values, key=order if isinstance(values[0], str) else None)


@_nullable
def floor(value: Number) -> int:
    return whole(math.floor(finite(value)))


@_nullable
def ceil(value: Number) -> int:
    return whole(math.ceil(finite(value)))


@_nullable
def calc(text: str) -> float:
    """The value of ``+ - * / ( )`` over decimal numbers; anything else is ``arithmetic``."""
    return finite(calculate(text))


def _ratio(value: Any) -> tuple[int, int]:
    """Numerator and denominator of the shortest decimal that stands for ``value``."""
    if type(value) is int:
        return value, 1
    digits, _, exponent = repr(finite(value)).partition("e")
    units, _, decimals = digits.partition(".")
    power = int(exponent or 0) - len(decimals)
    number = int(units + decimals)
    return (number * 10**power, 1) if power >= 0 else (number, 10**-power)


def _half_away(numerator: int, denominator: int) -> int:
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    rounded = (2 * builtins.abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


# ---- Text


def _normal(text: str) -> str:
    if text.isascii():
        return text
    return normalize("NFC", text)


def _bounded(length: int) -> None:
    if length > LONGEST_TEXT:
        raise too_expensive(f"A text becomes longer than {LONGEST_TEXT:,} characters.")


@_nullable
def fold(text: str) -> str:
    """What texts are sorted and searched by."""
    return text.lower() if text.isascii() else text.casefold()


def order(text: str) -> tuple[str, str]:
    """What a text is ordered by, in Python: casefolded, then by code point."""
    return fold(text), text


@_nullable
def lower(text: str) -> str:
    return _normal(text.lower())


@_nullable
def upper(text: str) -> str:
    return _normal(text.upper())


@_nullable
def trim(text: str) -> str:
    return text.strip()


@_nullable
def length(value: str | list[Any]) -> int:
    """Characters of a text, items of a list. (In SQL: of a text; a list has ``json_array_length``.)"""
    return len(value)


def contains(text: str | None, part: str | None) -> bool:
    """Whether ``part`` is in ``text``, both casefolded; there are no wildcards."""
    return text is not None and part is not None and fold(part) in fold(text)


def has(items: Sequence[Any] | None, item: Any) -> bool:
    """Whether a list contains an item; a null item is in no list."""
    return items is not None and item is not None and item in items


def starts_with(text: str | None, start: str | None) -> bool:
    return text is not None and start is not None and text.startswith(start)


def ends_with(text: str | None, end: str | None) -> bool:
    return text is not None and end is not None and text.endswith(end)


def matches(text: str | None, pattern: str | None) -> bool:
    """Whether the pattern (RE2, linear in the text) matches all of ``text``."""
    return text is not None and pattern is not None and compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """A compiled RE2 pattern."""
    import re2  # loads slowly, and few environments have patterns

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise arithmetic("A pattern is not a regular expression.") from None


@_nullable
def replace(text: str, old: str, new: str) -> str:
    """All occurrences; an empty ``old`` occurs nowhere."""
    if not old:
        return text
    if len(new) > len(old):
        _bounded(len(text) + text.count(old) * (len(new) - len(old)))
    return _normal(text.replace(old, new))


@_nullable
def split(text: str, separator: str) -> list[str]:
    """The parts between separators; the characters when it is empty."""
    parts = text.split(separator) if separator else list(text)
    return [_normal(part) for part in parts]


@_nullable
def join(items: Sequence[str], separator: str) -> str:
    _bounded(sum(map(len, items)) + len(items) * len(separator))
    return _normal(separator.join(items))


@_nullable
def concat(*parts: str) -> str:
    """The parts of an interpolated text, as text."""
    _bounded(sum(map(len, parts)))
    return _normal("".join(parts))


@_nullable
def money_text(amount: int) -> str:
    """``1234`` is ``12.34``."""
    return f"{'-' if amount < 0 else ''}{builtins.abs(amount) // 100}.{builtins.abs(amount) % 100:02}"


@_nullable
def float_text(value: float) -> str:
    """The shortest decimal that stands for it."""
    return repr(float(value))


# ---- Lists


@_nullable
def at(items: Sequence[Any], index: int) -> Any:
    """The item at ``index``, from 0."""
    if not 0 <= index < len(items):
        raise arithmetic(f"There is no item {index} in a list of {len(items)}.")
    return items[index]


@_nullable
def flat(lists: Sequence[Sequence[Any]]) -> list[Any]:
    return [item for items in lists for item in items]


@_nullable
def sorted(items: Sequence[Any]) -> list[Any]:
    """Ascending; texts by casefold, then code point."""
    texts = bool(items) and isinstance(items[0], str)
    return builtins.sorted(items, key=order if texts else None)


@_nullable
def distinct(items: Sequence[Any]) -> list[Any]:
    """Without repetition, in order of first appearance."""
    return list(dict.fromkeys(items))


@_nullable
def range(*bounds: int) -> list[int]:
    """``range(n)`` is 0 to n - 1, ``range(a, b)`` is a to b - 1."""
    numbers = builtins.range(*bounds)
    if len(numbers) > LONGEST_RANGE:
        raise arithmetic(f"A range has at most {LONGEST_RANGE:,} numbers.")
    return list(numbers)


def only(count: int, value: Any) -> Any:
    """``value``, the least of ``count`` values: ``not_found`` unless it is the only one."""
    if count != 1:
        raise ToolError("not_found", "There is more than one such row." if count else "There is no such row.")
    return value


def present(key: int | str | None, count: int, value: Any) -> Any:
    """``value``, of the row with the key, of which there are ``count``: ``not_found`` if it is gone."""
    if key is not None and not count:
        raise ToolError("not_found", "A row has been deleted.")
    return value


# ---- Time


@_nullable
def days(count: Number) -> int:
    return _seconds(count, 86_400)


@_nullable
def hours(count: Number) -> int:
    return _seconds(count, 3_600)


@_nullable
def minutes(count: Number) -> int:
    return _seconds(count, 60)


@_nullable
def seconds(count: Number) -> int:
    return _seconds(count, 1)


@_nullable
def months(count: int) -> int:
    return whole(count)


def _seconds(count: Number, unit: int) -> int:
    numerator, denominator = _ratio(count)
    return whole(_half_away(numerator * unit, denominator))


@_nullable
def date(value: str) -> str:
    """The date of a datetime."""
    return value[:10]


@_nullable
def time(value: str) -> str:
    """The time of day of a datetime."""
    return value[11:]


@_nullable
def datetime(day: str, at: str) -> str:
    """A date and a time of day together."""
    return f"{day}T{at}"


@_nullable
def year(value: str) -> int:
    return int(value[:4])


@_nullable
def month(value: str) -> int:
    return int(value[5:7])


@_nullable
def day(value: str) -> int:
    return int(value[8:10])


@_nullable
def weekday(value: str) -> int:
    """1 is Monday."""
    return clock.date.fromisoformat(value[:10]).isoweekday()


@_nullable
def shift(value: str, duration: int) -> str:
    """A date or datetime ``duration`` seconds later; of a date, the day on which that falls."""
    try:
        later = clock.datetime.fromisoformat(value) + clock.timedelta(seconds=duration)
    except OverflowError:
        raise arithmetic("A date is out of range.") from None
    return later.isoformat()[: len(value)]


@_nullable
def shift_months(value: str, count: int) -> str:
    """A date or datetime ``count`` calendar months later, clamped to the month's end."""
    index = year(value) * 12 + month(value) - 1 + count
    to_year, to_month = index // 12, index % 12 + 1
    if not clock.MINYEAR <= to_year <= clock.MAXYEAR:
        raise arithmetic("A date is out of range.")
    return f"{to_year:04}-{to_month:02}-{min(day(value), _days_in(to_year, to_month)):02}{value[10:]}"


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@_nullable
def elapsed(a: str, b: str) -> int:
    """``a - b`` of two dates or two datetimes, in seconds."""
    between = clock.datetime.fromisoformat(a) - clock.datetime.fromisoformat(b)
    return between.days * 86_400 + between.seconds


_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode  # made once: it takes longer than encoding


def json_text(value: object) -> str:
    """A list or record as it crosses into SQL."""
    return _encode(value)
