"""How well a task was done: its expectations, its answers, and that nothing else was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from awmlang.runtime import state
from awmlang.runtime.checks import Task
from awmlang.runtime.database import known
from awmlang.runtime.functions import json_text
from awmlang.runtime.schema import Schema, quoted

if TYPE_CHECKING:
    from awmlang.runtime.database import Database
    from awmlang.runtime.session import Session

Json = dict[str, Any]

DEEPEST = 4  # new rows within one another, where they are compared by what they refer to


class Check(NamedTuple):
    """``kind``: expectation, guard (it held at the start and earns nothing), answer, or end (the end state)."""

    kind: str
    message: str
    holds: bool
    weight: float


class Grade(NamedTuple):
    """``complete``: every check holds and there is no side effect.

    ``fraction``, 0 to 1: the share of the weights that was earned. It is 0 where a guard is broken or there is
    a side effect: what was done right does not pay for what was done wrong.
    """

    complete: bool
    fraction: float
    checks: tuple[Check, ...]
    side_effects: tuple[str, ...]
    why: str


def grade(session: Session, db: Database, entry: Json, changes: list[state.Change], answer: object) -> Grade:
    """Grade the session's task in its present state. ``entry`` is the task's in tasks.json."""
    environment = session.environment
    task: Task = environment.rewards[entry["task"]]
    parameters = _parameters(session, entry, changes)
    db.attach_start(environment.seed_name)
    checks = []
    for index, expect in enumerate(task.expects):
        kind = "guard" if index in entry["guards"] else "expectation"
        checks.append(Check(kind, expect.message, bool(_value(db, expect.sql, parameters)), expect.weight))
    if entry["change"] is not None:
        same = canonical(environment.schema, changes, environment.clock, session.now) == entry["change"]
        checks.append(Check("end", "the end state is that of the solution", same, 1))
    if task.answers:
        from awmlang.runtime.answers import Expected, judge

        expected = [Expected(a.name, a.type, _value(db, a.sql, parameters)) for a in task.answers]
        for verdict in judge(expected, answer, partial(_columns_with, db, environment.schema)):
            checks.append(Check("answer", verdict.message, verdict.holds, 1))
    effects = tuple(side_effects(environment.schema, changes, entry["frame"], task.allowed))
    reasons = [f"{check.message}: not so" for check in checks if not check.holds]
    reasons += [f"side effect: {effect}" for effect in effects]
    return Grade(not reasons, _fraction(checks, bool(effects)), tuple(checks), effects, "; ".join(reasons))


def _columns_with(db: Database, schema: Schema, text: str) -> Iterator[set[str]]:
    """The texts of each column of texts in which one of them is ``text``."""
    for table in schema.tables.values():
        for column, type in table.types.items():
            if type == "text" or type == "enum":
                name, source = quoted(column), quoted(table.name)
                if db.value(f"SELECT 1 FROM {source} WHERE {name} = :text", text=text):
                    yield set(db.values(f"SELECT DISTINCT {name} FROM {source} WHERE {name} IS NOT NULL"))


def record(session: Session) -> Json:
    """What a solution that was just played in ``session`` changed: ``frame`` and ``change`` of tasks.json.

    ``change`` is for a task without expectations whose solution writes; None where nothing was written, and to be
    made None for any other task.
    """
    schema, changes = session.environment.schema, session.changes()
    change = canonical(schema, changes, session.environment.clock, session.now) if changes else None
    return {"frame": frame(schema, changes), "change": change}


def expected(session: Session) -> list[Any]:
    """The answers to the session's task in its present state, in their inside form; lists as JSON text."""
    task: Task = session.environment.rewards[session.task["task"]] if session.task else Task()
    return evaluate(session, [answer.sql for answer in task.answers])


def evaluate(session: Session, queries: Iterable[str]) -> list[Any]:
    """What SQL in the terms of ``runtime.checks`` gives in the session's present state."""
    entry, db = session.task or {"variable": {}}, session.database
    parameters = _parameters(session, entry, session.changes())
    db.attach_start(session.environment.seed_name)
    return [_value(db, sql, parameters) for sql in queries]


def _parameters(session: Session, entry: Json, changes: list[state.Change]) -> Json:
    called = {call.tool for call in session.log if call.error is None}
    return {
        **entry["variable"],
        **{f"called_{tool}": tool in called for tool in session.environment.program},
        "unchanged": not changes,
        "me": session.environment.me,
        "now": session.now,
    }


def _value(db: Database, sql: str, parameters: Mapping[str, Any]) -> Any:
    """What a check's SQL gives; null where it ends in an error of the language."""
    db.grant()
    try:
        return db.value(sql, **parameters)
    except Exception as error:
        if known(error) is None:
            raise
        return None


def _fraction(checks: list[Check], side_effects: bool) -> float:
    if side_effects or any(check.kind == "guard" and not check.holds for check in checks):
        return 0.0
    earning = [check for check in checks if check.kind != "guard"]
    total = sum(check.weight for check in earning)
    return sum(check.weight for check in earning if check.holds) / total if total else 1.0


# ---- Side effects


def frame(schema: Schema, changes: list[state.Change]) -> Json:
    """What a solution changed, for ``frame`` of tasks.json.

    ``{"Order": {"new": 1, "gone": ["3"], "changed": {"5": ["status"]}}}``; keys are texts, as JSON has them.
    """
    found: Json = {}
    for table, key, old, new in changes:
        parts = found.setdefault(schema.tables[table].entity, {"new": 0, "gone": [], "changed": {}})
        if old is None:
            parts["new"] += 1
        elif new is None:
            parts["gone"].append(str(key))
        else:
            parts["changed"][str(key)] = sorted(new)
    return found


def side_effects(
    schema: Schema,
    changes: list[state.Change],
    allowed_frame: Json,
    allowed: Iterable[tuple[str, str | None]],
) -> list[str]:
    """What was changed beyond a solution's frame, minus what the task allows, in words."""
    allowances = set(allowed)
    effects = []
    for entity, parts in frame(schema, changes).items():
        if (entity, None) in allowances:
            continue
        within = allowed_frame.get(entity, {"new": 0, "gone": [], "changed": {}})
        if parts["new"] > within["new"]:
            effects.append(f"{parts['new']} new {entity}, not {within['new']}")
        effects += [f"{entity} {key} is gone" for key in parts["gone"] if key not in within["gone"]]
        for key, columns in parts["changed"].items():
            beyond = set(columns) - set(within["changed"].get(key, ()))
            effects += [
                f"{entity} {key} has another {column}"
                for column in sorted(beyond)
                if (entity, column) not in allowances
            ]
    return effects


# ---- End states


def canonical(schema: Schema, changes: list[state.Change], start: str, now: str) -> Json:
    """A change, generated keys and times of the session aside, for ``change`` of tasks.json.

    New rows are a multiset, in which a reference to a new row with a generated key is the structure of that row.
    What new rows refer to is told ``DEEPEST`` rows deep: where each refers to two others, that doubles with every row.
    A datetime from ``start`` to ``now`` could be the time of any call, and is the same as any other.
    """
    made = {
        (change.table, change.key): change.new
        for change in changes
        if change.old is None and change.new and schema.tables[change.table].generated
    }

    def structure(table: str, row: state.Row, above: tuple[tuple[str, state.Key], ...]) -> Json:
        info = schema.tables[table]
        shown: Json = {}
        for column, value in row.items():
            target = (info.references.get(column, ""), value)
            if target in above:
                shown[column] = {"above": above.index(target)}
            elif target in made and len(above) > DEEPEST:
                shown[column] = {"new": schema.tables[target[0]].entity}
            elif target in made:
                shown[column] = structure(target[0], made[target], (target, *above))
            elif info.types[column] == "datetime" and value is not None and start <= value <= now:
                shown[column] = {"time": "of the session"}
            elif not (info.generated and column == info.key):
                shown[column] = value
        return shown

    found: Json = {}
    for table, key, old, new in changes:
        parts = found.setdefault(schema.tables[table].entity, {"new": [], "gone": [], "changed": {}})
        if new is None:
            parts["gone"].append(str(key))
        elif old is None:
            parts["new"].append(structure(table, new, ((table, key),)))
        else:
            parts["changed"][str(key)] = structure(table, new, ((table, key),))
    for parts in found.values():
        parts["new"].sort(key=json_text)
    return found
