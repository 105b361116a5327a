"""Which statements of an environment DuckDB takes, found without a call."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from sqlglot import exp

from awmlang.proving.duckdb.database import Database, Failed
from awmlang.proving.duckdb.dialect import trees_of
from awmlang.proving.duckdb.kinds import NotCarried, each_of
from awmlang.runtime import Environment
from awmlang.runtime.program import Tool

_BEGINNINGS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def statements(environment: Environment) -> dict[str, set[str]]:
    """The statements that each tool can come to, with those of its invariants."""
    found: dict[str, set[str]] = {}
    for name, tool in environment.program.items():
        found[name] = {environment.invariants[index][0] for index in tool.invariants}
        pending, seen = [tool.body], set()
        while pending:
            function = pending.pop()
            if function in seen or not isinstance(function, FunctionType):
                continue
            seen.add(function)
            for used in function.__code__.co_names:
                value = function.__globals__.get(used)
                if isinstance(value, str) and value.lstrip().startswith(_BEGINNINGS):
                    found[name].add(value)
                pending.append(value.body if isinstance(value, Tool) else value)
    return found


def not_carried(statements: set[str], database: Database) -> dict[str, str]:
    """The statements that DuckDB does not take, parameters being null or empty, and why."""
    reasons = {}
    for sql in statements:
        try:
            database.explain(sql, _nothing(sql))
        except (NotCarried, Failed) as reason:
            reasons[sql] = str(reason)
    return reasons


def _nothing(sql: str) -> dict[str, Any]:
    """For each parameter nothing: null, an empty list, a record without members."""
    parameters: dict[str, Any] = {}
    for tree in trees_of(sql):
        for placeholder in tree.find_all(exp.Placeholder):
            around = placeholder.parent
            listed = around is not None and around.parent is not None and each_of(around.parent) is around
            record = isinstance(around, exp.JSONExtractScalar)
            value: Any = [] if listed else {} if record else None
            name = placeholder.name.removeprefix("p_")
            parameters[name] = parameters.get(name) or value
    return parameters
