"""The functions of the language in SQL: ``awm_name`` for each of ``functions``."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from awmlang.runtime import functions as fn

if TYPE_CHECKING:
    import apsw

_SCALAR: tuple[Callable[..., Any], ...] = (
    fn.whole, fn.finite, fn.divide, fn.modulo, fn.scale, fn.average, fn.round, fn.round_to, fn.round_money, fn.abs, fn.least, fn.greatest, fn.floor, fn.ceil, fn.calc,
    fn.fold, fn.lower, fn.upper, fn.trim, fn.length, fn.contains, fn.starts_with, fn.ends_with, fn.matches, fn.replace, fn.concat,
    fn.money_text, fn.float_text,
    fn.days, fn.hours, fn.minutes, fn.seconds, fn.months, fn.date, fn.time, fn.datetime, fn.year, fn.month, fn.day, fn.weekday,
    fn.shift, fn.shift_months, fn.elapsed, fn.only, fn.present,
)  # fmt: skip

# What takes a list takes it first.
_OF_LIST: tuple[Callable[..., Any], ...] = (fn.has, fn.join, fn.at, fn.flat, fn.sorted, fn.distinct)
_GIVES_LIST: tuple[Callable[..., Any], ...] = (fn.split, fn.range)


def register(connection: apsw.Connection) -> None:
    """Make every function callable from the SQL of ``connection`` as ``awm_<name>``."""
    for name, function in sql_functions():
        connection.create_scalar_function(name, function, deterministic=True)


@lru_cache(maxsize=1)
def sql_functions() -> tuple[tuple[str, Callable[..., Any]], ...]:
    functions: dict[str, Callable[..., Any]] = {function.__name__: function for function in _SCALAR}
    functions |= {function.__name__: _of_list(function) for function in _OF_LIST}
    functions |= {function.__name__: _gives_list(function) for function in _GIVES_LIST}
    return tuple((f"awm_{name}", function) for name, function in functions.items())


def _of_list(function: Callable[..., Any]) -> Callable[..., Any]:
    def of_list(items: str | None, *others: Any) -> Any:
        value = function(None if items is None else json.loads(items), *others)
        return fn.json_text(value) if isinstance(value, (list, dict)) else value

    return of_list


def _gives_list(function: Callable[..., Any]) -> Callable[..., Any]:
    def gives_list(*arguments: Any) -> str | None:
        value = function(*arguments)
        return None if value is None else fn.json_text(value)

    return gives_list
