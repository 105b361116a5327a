"""Tasks: what the reference solution does, and what the checks say of the state in which another session ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from awmlang.proving.interpreter.interpreter import Interpreter, Scope
from awmlang.proving.interpreter.world import Key, World
from awmlang.runtime.errors import ToolError
from awmlang.semantics import model as m
from awmlang.semantics import types as t


class Verdict(NamedTuple):
    """``holds`` has the expectations, or whether the end state is that of the solution where nothing is expected."""

    holds: list[bool]
    answers: list[Any]
    has_side_effects: bool


class Instance:
    """A task for one value of its template's variable. ``solver``, at the start still, then makes the solution."""

    def __init__(self, task: m.Task, variables: dict[m.Variable, Any], solver: Interpreter) -> None:
        self.task = task
        self.variables = variables
        self.solver = solver
        scope = Scope(dict(variables))
        self.prompt = solver.value(task.prompt, scope)
        self.guards = [index for index, holds in enumerate(self.verdict(solver).holds) if holds]
        solver.block(task.solution or (), scope)
        self.derived = [a.derived and solver.value(a.derived, scope) for a in task.answers]

    def verdict(self, session: Interpreter) -> Verdict:
        """On the state in which another session is, which began where this one did."""
        holds = [bool(self._check(expect.condition, session)) for expect in self.task.expects]
        if not holds and self._end(self.solver):
            holds.append(self._end(session) == self._end(self.solver))
        answers = [self._check(answer.value, session) for answer in self.task.answers]
        return Verdict(holds, answers, self._has_side_effects(session.world))

    def _check(self, e: m.Expression, session: Interpreter) -> Any:
        """What ends in an error is null."""
        try:
            return session.value(e, Scope(dict(self.variables)))
        except ToolError:
            return None

    def _has_side_effects(self, world: World) -> bool:
        """Whether more is changed than by the solution: rows are new by number, others by key and field."""
        for name in world.rows:
            new, gone, changed = world.changes(self.solver.start, name)
            most, may_go, may_change = self.solver.world.changes(self.solver.start, name)
            beyond = {(name, field) for _, field in changed - may_change} - set(self.task.allowed)
            if (name, None) not in self.task.allowed and (len(new) > len(most) or gone - may_go or beyond):
                return True
        return False

    def _end(self, session: Interpreter) -> list[Any]:
        """What is changed, generated keys and the times of calls aside."""
        told: list[Any] = []
        for name in session.world.rows:
            new, gone, changed = session.world.changes(session.start, name)
            told += [("gone", name, key) for key in gone]
            told += [("changed", name, key, _told(session, name, key, [field])) for key, field in changed]
            told += [("new", name, _told(session, name, key)) for key in new]
        return sorted(told, key=repr)


def _told(session: Interpreter, name: str, key: Key, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """Some fields of a row: of a reference to a new row that row, for the time of a call that it is one."""
    entity, told = session.model.entities[name], {}
    for field in [entity.fields[name] for name in fields or entity.fields]:
        value, type = session.world.rows[name][key][field.name], t.required(field.type)
        if isinstance(type, t.Ref) and value not in session.start.rows[type.entity]:
            value = value and _told(session, type.entity, value)
        elif isinstance(type, t.Datetime) and session.model.clock <= (value or "") <= session.now:
            value = "the time of a call"
        if not (field.is_key and name in session.world.next):
            told[field.name] = value
    return told
