"""Wrong answers to a task that is otherwise done: none may be taken for the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from awmlang.runtime.answers import LONGEST, Expected
from awmlang.runtime.environment import Environment
from awmlang.runtime.state import public

MANY_NUMBERS = 1_000
FEW = 20  # values of a database that a person might as well name in a sentence


def wrong_answers(
    environment: Environment, expected: Sequence[Expected], floods: bool
) -> Iterator[tuple[str, object]]:
    """What is wrong with each, and the answer, a value or a sentence. ``floods``: those that say very much too."""
    right = {one.name: public(one.type, one.value) for one in expected}
    if any(value not in (None, []) for value in right.values()):
        yield "no answer", None
        yield "an empty answer", ""
        yield "an evasive answer", "I am sorry, I could find nothing about it."
        if floods:
            yield "numbers stuffed into the answer", _stuffed()
            values = _everything(environment)
            if len(values) >= FEW:
                yield "all that the database holds", ", ".join(values)[:LONGEST]
        yield "the answer denied", " ".join(f"It is not {_said(value)}." for value in right.values())
    for name, type in ((one.name, one.type) for one in expected):
        for what, value in _near(type, right[name]):
            label = "the answer" if name is None else f"the answer {name}"
            yield f"{label} {what}", value if name is None else right | {name: value}


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _stuffed() -> str:
    return " ".join(f"{number} {number / 4:.2f}" for number in range(MANY_NUMBERS))


def _everything(environment: Environment) -> list[str]:
    """The values of all columns, each once."""
    found: dict[str, None] = {}
    with environment.session() as session:
        for table in environment.schema.tables.values():
            for column, type in table.types.items():
                rows = session.database.values(f'SELECT DISTINCT "{column}" FROM "{table.name}"')
                found |= dict.fromkeys(_said(public(type, value)) for value in rows if value is not None)
    return list(found)


def _near(type: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Values that are nearly the right one."""
    if type.startswith("["):
        if value:
            yield "without one of its items", value[1:]
            yield "with an item twice", [*value, value[0]]
            yield "with one of its items wrong", [next(_near(type[1:-1], value[0]))[1], *value[1:]]
        return
    if value is None:
        return
    match type:
        case "int":
            yield "with 1 more", value + 1
            yield "with 1 less", value - 1
            yield "with the other sign", -value or 1
        case "money":
            yield "with a cent more", (round(value * 100) + 1) / 100
            yield "with a cent less", (round(value * 100) - 1) / 100
            yield "with the other sign", -value or 1.0
        case "float":
            yield "with a tenth more", value + max(0.1, abs(value) / 10)
            yield "with the other sign", -value or 1.0
        case "bool":
            yield "turned round", not value
        case "date":
            yield "a day later", (date.fromisoformat(value) + timedelta(1)).isoformat()
            yield "a year later", (date.fromisoformat(value) + timedelta(365)).isoformat()
        case "datetime":
            yield "an hour later", (datetime.fromisoformat(value) + timedelta(hours=1)).isoformat()
        case "time":
            yield "an hour later", f"{(int(value[:2]) + 1) % 24:02}{value[2:]}"
        case _:
            yield "without its first word", " ".join(value.split()[1:]) or "something"
            yield "with other words", "something else"
