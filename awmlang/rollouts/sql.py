"""A run as tables of DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from awmlang.rollouts import store

KEY = "environment, task, attempt"

_COLUMNS = {
    "environment": "VARCHAR",
    "task": "VARCHAR",
    "attempt": "INTEGER",
    "template": "VARCHAR",
    "ended": "VARCHAR",
    "complete": "BOOLEAN",
    "fraction": "DOUBLE",
    "malformed": "BOOLEAN",
    "reward": "DOUBLE",
    "why": "VARCHAR",
    "turns": "INTEGER",
    "prompt_tokens": "BIGINT",
    "completion_tokens": "BIGINT",
    "retries": "INTEGER",
    "cost": "DOUBLE",
    "other_tokens": "BIGINT",
    "seconds": "DOUBLE",
    "answer": "JSON",
}
_LISTS = {
    "calls": "STRUCT(turn INTEGER, tool VARCHAR, arguments VARCHAR, error VARCHAR, malformed BOOLEAN, seconds DOUBLE)",
    "checks": "STRUCT(kind VARCHAR, message VARCHAR, holds BOOLEAN, weight DOUBLE)",
    "side_effects": "STRUCT(effect VARCHAR)",
    "judge": "STRUCT(rubric VARCHAR, holds BOOLEAN)",
    "messages": "STRUCT(role VARCHAR, content VARCHAR, reasoning_content VARCHAR, tool_call_id VARCHAR, tool_calls JSON)",
}

VIEWS = ("episodes", *_LISTS)


class BadQuery(Exception):
    """What DuckDB has to say about a statement."""


def query(folder: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and the rows of a statement over VIEWS. Raises store.Unusable, BadQuery.

    A view of what an episode has a list of has ``environment``, ``task`` and ``attempt`` of the episode, and the ``number`` of the
    item, from 0.
    """
    with duckdb.connect() as connection:
        try:
            _make_views(connection, folder)
            relation = connection.sql(statement)
            if relation is None:
                return [], []
            return relation.columns, relation.fetchall()
        except duckdb.Error as error:
            raise BadQuery(str(error)) from None


def _make_views(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    store.settings(folder)
    path = str(folder / store.EPISODES).replace("'", "''")
    columns = {**_COLUMNS, **{name: f"{struct}[]" for name, struct in _LISTS.items()}}
    columns["side_effects"] = "VARCHAR[]"
    listed = ", ".join(f"{name}: '{type}'" for name, type in columns.items())
    # A line that is half written, as the last one may be, is a row of nulls.
    connection.execute(
        f"CREATE VIEW run AS SELECT * FROM read_json('{path}', columns = {{{listed}}}, "
        "format = 'newline_delimited', ignore_errors = true) WHERE environment IS NOT NULL"
    )
    connection.execute(f"CREATE VIEW episodes AS SELECT {', '.join(_COLUMNS)} FROM run")
    for name in _LISTS:
        item = "item AS effect" if name == "side_effects" else "item.*"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT {KEY}, number - 1 AS number, {item} FROM "
            f"(SELECT {KEY}, unnest({name}) AS item, generate_subscripts({name}, 1) AS number FROM run)"
        )
