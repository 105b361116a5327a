"""The functions of the language in DuckDB: those that SQLite has, with the types that DuckDB asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from awmlang.runtime.errors import ToolError
from awmlang.runtime.sql_functions import sql_functions

KINDS = ("BIGINT", "DOUBLE", "VARCHAR")

# What a function gives. One that is not here gives what it is given: it is there once for each of KINDS.
RESULTS: dict[str, str] = {
    **dict.fromkeys(
        "whole scale average round round_money floor ceil length days hours minutes seconds months year month day"
        " weekday elapsed".split(),
        "BIGINT",
    ),
    **dict.fromkeys("finite divide round_to calc".split(), "DOUBLE"),
    **dict.fromkeys(
        "fold lower upper trim replace concat money_text float_text date time datetime shift shift_months join flat"
        " sorted distinct split range".split(),
        "VARCHAR",
    ),
    **dict.fromkeys("contains starts_with ends_with matches has".split(), "BOOLEAN"),
}


class Failures:
    """The error of the language that a function raised last: DuckDB's own error keeps its text alone."""

    def __init__(self) -> None:
        self.last: ToolError | None = None

    def kept(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def keep(*arguments: Any) -> Any:
            try:
                return function(*(int(a) if isinstance(a, bool) else a for a in arguments))
            except ToolError as error:
                self.last = error
                raise

        return keep


def register(connection: duckdb.DuckDBPyConnection) -> Failures:
    """Make every function callable as ``awm_<name>``, or as ``awm_<name>__bigint`` and so on."""
    failures = Failures()
    for name, function in sql_functions():
        kept = failures.kept(function)
        result = RESULTS.get(name.removeprefix("awm_"))
        variants = [(name, result)] if result else [(variant(name, kind), kind) for kind in KINDS]
        for each, kind in variants:
            connection.create_function(
                each, kept, None, duckdb.sqltype(kind), null_handling="special", side_effects=False
            )
    return failures


def variant(name: str, kind: str) -> str:
    """What a function that gives what it is given is called where it gives ``kind``."""
    return f"{name}__{kind.lower()}"
