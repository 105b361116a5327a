"""How two states differ, in words: what the checks of a task do not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from awmlang.runtime.environment import Environment
from awmlang.runtime.functions import json_text
from awmlang.runtime.schema import Table

Diff = dict[str, dict[str, Any]]
"""As ``Session.diff`` gives it."""

Row = Mapping[str, Any]

LONGEST = 60  # characters of a value


def difference(environment: Environment, solution: Diff, other: Diff, now: str) -> list[str]:
    """What ``other`` has that the end state of a solution has not, a line each.

    Generated keys, and times up to ``now`` that could be those of any call, do not count.
    """
    lines: list[str] = []
    nothing: dict[str, Any] = {"new": {}, "gone": {}, "changed": {}}
    for table in environment.schema.tables.values():
        ours, theirs = solution.get(table.entity, nothing), other.get(table.entity, nothing)
        lines += _changed(table, ours["changed"], theirs["changed"], environment.clock, now)
        for key in sorted({*ours["gone"], *theirs["gone"]}, key=str):
            if key not in theirs["gone"]:
                lines.append(f"{table.entity} {key} is still there")
            elif key not in ours["gone"]:
                lines.append(f"{table.entity} {key} is gone")
        seen = [
            [_seen(table, row, environment.clock, now) for row in side["new"].values()]
            for side in (ours, theirs)
        ]
        lines += _made(table.entity, *seen)
    return lines


def _changed(
    table: Table, ours: Mapping[Any, Any], theirs: Mapping[Any, Any], start: str, now: str
) -> Iterator[str]:
    for key in sorted({*ours, *theirs}, key=str):
        mine, other = ours.get(key, {}), theirs.get(key, {})
        for column in {**mine, **other}:
            before = (mine.get(column) or other[column])[0]
            right = mine[column][1] if column in mine else before
            wrong = other[column][1] if column in other else before
            times = table.types[column] == "datetime" and all(
                value is not None and start <= value <= now for value in (right, wrong)
            )
            if right != wrong and not times:
                yield f"{table.entity} {key}: {column} is {_said(wrong)}, not {_said(right)}"


def _seen(table: Table, row: Row, start: str, now: str) -> Row:
    """A new row without what says nothing of it."""
    return {
        column: value
        for column, value in row.items()
        if not (table.generated and column == table.key)
        and not (table.types[column] == "datetime" and value is not None and start <= value <= now)
    }


def _made(entity: str, ours: list[Row], theirs: list[Row]) -> Iterator[str]:
    """Of new rows, each against the one most like it."""
    for row in list(ours):
        if row in theirs:
            ours.remove(row)
            theirs.remove(row)
    while ours and theirs:
        one, other = min(
            ((one, other) for one in ours for other in theirs), key=lambda pair: len(_unlike(*pair))
        )
        ours.remove(one)
        theirs.remove(other)
        for column in _unlike(one, other):
            wrong, right = (_said(row.get(column)) for row in (other, one))
            yield f"the new {entity}: {column} is {wrong}, not {right}"
    for row in theirs:
        yield f"another new {entity} {json_text(row)}"
    for row in ours:
        yield f"no new {entity} {json_text(row)}"


def _unlike(one: Row, other: Row) -> list[str]:
    return [column for column in {**one, **other} if one.get(column) != other.get(column)]


def _said(value: Any) -> str:
    return short(json_text(value))


def short(text: str) -> str:
    """The text, or the beginning of a long one."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
