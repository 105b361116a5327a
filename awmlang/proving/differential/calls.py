"""Calls: their results, their errors, and the rows behind them."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from awmlang.proving.candidates import Candidates, NoCandidate
from awmlang.proving.interpreter import Interpreter, World
from awmlang.runtime import Environment, Session
from awmlang.runtime.errors import ToolError
from awmlang.runtime.session import Error
from awmlang.semantics import model as m
from awmlang.semantics import types as t

UNBOUND = ("too_expensive",)
"""Errors that the interpreter does not know: it has all the time in the world."""


@dataclass(frozen=True)
class Difference:
    """What a sequence of calls came to on both sides at its last call; ``of_gone``: in a check that names a row which is gone."""

    calls: list[tuple[str, dict[str, Any]]]
    what: str
    compiled: Any
    interpreted: Any
    of_gone: bool = False


@dataclass
class Report:
    """``outcomes`` counts the calls compared by how they ended, ``verdicts`` those on tasks by what they say (complete,
    incomplete, side effects); ``seen`` has the nodes that were evaluated."""

    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    seen: set[type] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Report) -> None:
        self.outcomes += other.outcomes
        self.differences += other.differences
        self.seen |= other.seen
        self.verdicts += other.verdicts

    @property
    def compared(self) -> int:
        return self.outcomes.total()


def compare(
    model: m.Model,
    environment: Environment,
    labels: dict[str, Any],
    *,
    calls: int,
    seed: object,
    length: int = 20,
) -> Report:
    """Random sequences of ``length`` calls, from the start each, until ``calls`` were compared.

    A sequence ends at the first difference.
    """
    report = Report()
    for number in range(calls):
        if report.compared >= calls:
            break
        random = Random(f"{seed}/{number}")
        with environment.session() as session:
            comparison = Comparison(model, session, beginning(model, session, labels))
            _sequence(comparison, random, min(length, calls - report.compared), report)
    return report


def _sequence(comparison: Comparison, random: Random, length: int, report: Report) -> None:
    candidates = Candidates(comparison.session)
    for _ in range(length):
        try:
            tool, arguments = candidates.call(random)
        except NoCandidate:
            return
        if random.randrange(12) == 0 and arguments:
            name = random.choice(sorted(arguments))
            arguments[name] = random.choice([None, 0, -1, 10**9, "", "x", [], True, 3.5])
        difference = comparison.call(tool.name, arguments)
        report.outcomes[comparison.outcome] += 1
        if difference is not None:
            report.differences.append(difference)
            break
        if comparison.outcome in UNBOUND:
            break
    report.seen |= comparison.interpreter.seen


class Comparison:
    """A session and an interpreter that get the same calls. ``outcome`` is the last call's."""

    def __init__(self, model: m.Model, session: Session, interpreter: Interpreter) -> None:
        self.session = session
        self.model = model
        self.interpreter = interpreter
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.outcome = ""

    def call(self, name: str, arguments: dict[str, Any]) -> Difference | None:
        self.calls.append((name, arguments))
        result = self.session.call(name, arguments)
        self.outcome = "ok" if result.error is None else result.error.code
        if self.outcome in UNBOUND:
            return None
        program = self.session.environment.program[name]
        try:
            parsed = program.parse(arguments).values()
        except ToolError as error:
            self.interpreter.calls.append("")
            return None if error.code == self.outcome else self.differs("error", self.outcome, error.code)
        values = {p.name: value for p, value in zip(program.parameters, parsed, strict=True)}
        tool = self.model.tools[name]
        theirs = result.value if result.error is None else _told(tool, result.error)
        try:
            ours: Any = result_json(self.interpreter.call(name, values), tool.result)
        except ToolError as error:
            ours = _told(tool, error)
        if not alike(theirs, ours):
            return self.differs(
                "error" if isinstance(ours, tuple) or result.error else "result", theirs, ours
            )
        return self._compare_rows(world(self.model, self.session), self.interpreter.world)

    def _compare_rows(self, theirs: World, ours: World) -> Difference | None:
        for entity, rows in theirs.rows.items():
            mine = ours.rows[entity]
            keys = [
                key
                for key in rows.keys() | mine.keys()
                if rows.get(key) != mine.get(key) and not alike(rows.get(key), plain(mine.get(key)))
            ]
            if keys:
                some = sorted(keys, key=str)[:3]
                return self.differs(
                    f"rows of {entity}", {k: rows.get(k) for k in some}, {k: mine.get(k) for k in some}
                )
        return None if theirs.next == ours.next else self.differs("next keys", theirs.next, ours.next)

    def differs(self, what: str, compiled: Any, interpreted: Any, of_gone: bool = False) -> Difference:
        return Difference(list(self.calls), what, compiled, interpreted, of_gone)


def beginning(model: m.Model, session: Session, labels: dict[str, Any]) -> Interpreter:
    """An interpreter in the state of a session that has just begun."""
    return Interpreter(model, world(model, session), session.environment.me, labels)


def _told(tool: m.Tool, error: ToolError | Error) -> tuple[str, ...]:
    """What is compared of an error: its code, and the message if the tool declares it."""
    return (error.code, error.message) if error.code in tool.errors else (error.code,)


def world(model: m.Model, session: Session) -> World:
    """The rows of a session's database, as the interpreter holds them."""
    connection, schema = session.database.connection, session.environment.schema
    rows: dict[str, dict[int | str, dict[str, Any]]] = {}
    following: dict[str, int] = {}
    tables = {table.entity: table.name for table in schema.tables.values()}
    numbered = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    serials = dict(connection.execute("SELECT entity, next FROM awm_serial"))
    for name, entity in model.entities.items():
        columns = ", ".join(f'"{field}"' for field in entity.fields)
        found: dict[int | str, dict[str, Any]] = {}
        for values in connection.execute(f'SELECT {columns} FROM "{tables[name]}"'):
            row = {
                f.name: _read(value, f.type) for f, value in zip(entity.fields.values(), values, strict=True)
            }
            found[row[entity.key.name]] = row
        rows[name] = found
        if name in serials:
            following[name] = serials[name]
        elif entity.key.name == "id" and isinstance(t.required(entity.key.type), t.Int):
            following[name] = numbered.get(tables[name], 0) + 1
    return World(model, rows, following)


def _read(value: Any, type: t.Type) -> Any:
    return json.loads(value) if isinstance(t.required(type), t.List) and value is not None else value


def plain(value: Any) -> Any:
    """A row of the interpreter with 0 and 1 for false and true, as SQLite has it."""
    match value:
        case bool():
            return int(value)
        case list():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(part) for name, part in value.items()}
    return value


def alike(a: Any, b: Any) -> bool:
    """Equal, floats but for the order in which they were added up."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, float) or isinstance(b, float):
        numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
        return numbers and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return type(a) is type(b) and bool(a == b)


def public(value: Any, type: t.Type) -> Any:
    """A value in a result, as JSON has it; money is a float of two decimals."""
    if value is None:
        return None
    match t.required(type):
        case t.Money():
            return value / 100
        case t.Bool():
            return bool(value)
        case t.List(item=item):
            return [public(each, item) for each in value]
        case t.Record(fields=fields):
            return {field.name: public(value[field.name], field.type) for field in fields}
        case t.Map(value=inside):
            return {key: public(each, inside) for key, each in value.items()}
    return value


def result_json(value: Any, type: t.Type) -> dict[str, Any]:
    """What a tool gives: an object."""
    made = public(value, type)
    match type:
        case t.Record() | t.Map():
            return dict(made)
        case t.List():
            return {"items": made}
    return {"value": made}
