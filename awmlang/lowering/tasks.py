"""tasks.json: instances of tasks, with what their reference solutions call and change; and the proof of each."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from awmlang.diagnostics import Diagnostic, Span
from awmlang.diagnostics.codes import (
    ANSWERS_DISAGREE,
    CANNOT_PROVE,
    INCOMPLETE_SOLUTION,
    NO_INSTANCES,
    NULL_ANSWER,
    SOLUTION_FAILS,
    TASK_LEFT_OUT,
    VACUOUS_TASK,
    Code,
)
from awmlang.lowering.evaluate import Evaluator
from awmlang.lowering.jsonschema import public, result_inside, type_schema
from awmlang.lowering.keys import SeedError
from awmlang.lowering.rewrite import rewrite
from awmlang.lowering.work import Work
from awmlang.runtime import grading
from awmlang.runtime.environment import Environment
from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import json_text
from awmlang.runtime.session import Session
from awmlang.semantics import types as t
from awmlang.semantics.model import (
    Do,
    Expression,
    For,
    If,
    Label,
    Let,
    Local,
    Model,
    Statement,
    Task,
    ToolCall,
    Unchanged,
    Variable,
)
from awmlang.semantics.visit import expressions_in

Json = dict[str, Any]
Locals = dict[Variable, Any]


class _Unproven(Exception):
    """A task has no instance to be had, for the reason of the diagnostic."""

    def __init__(self, code: Code, span: Span, message: str) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, span, message)


MOST_INSTANCES = 10_000  # of a template
STEP = 20  # work of one step of a solution, in the units of ``runtime.database.WORK``


def tasks_at_home(model: Model, labels: Mapping[str, object]) -> tuple[Model, list[Diagnostic]]:
    """The model with only those tasks whose labelled rows are all there, and a warning for each other task.

    Data files that stand in for the spec's rows may lack rows that its tasks are about.
    """
    tasks, found = {}, []
    for task in model.tasks.values():
        lost = next(
            (node for node in expressions_in(task) if isinstance(node, Label) and node.label not in labels),
            None,
        )
        if lost is None:
            tasks[task.name] = task
        else:
            words = f"The task `{task.name}` is left out: no row of the data at hand has the label `{lost.label}`."
            found.append(Diagnostic(TASK_LEFT_OUT, lost.span, words))
    return replace(model, tasks=tasks), found


def prove_tasks(
    model: Model, environment: Environment, evaluator: Evaluator
) -> tuple[list[Json], dict[str, tuple[ToolCall, ...]], list[Diagnostic]]:
    """The entries of tasks.json, and the calls in the spec behind each one's solution. ``environment`` is the rest of the bundle, with no tasks in it yet.

    A template is proven row by row, up to the first row that fails.
    """
    entries: list[Json] = []
    steps: dict[str, tuple[ToolCall, ...]] = {}
    found: list[Diagnostic] = []
    work = Work()
    for task in model.tasks.values():
        try:
            for id, locals in _instances(task, environment, evaluator):
                instance = _Instance(model, environment, evaluator, work, task, id, locals)
                with _unlogged():
                    entries.append(instance.prove())
                steps[id] = tuple(instance.steps)
        except _Unproven as unproven:
            found.append(unproven.diagnostic)
    return entries, steps, found


@contextmanager
def _unlogged() -> Iterator[None]:
    """With faults of sessions told by diagnostics alone: where nobody listens to a log, Python prints its errors."""
    logger = logging.getLogger("awmlang.runtime.session")
    nobody = logging.NullHandler()
    logger.addHandler(nobody)
    try:
        yield
    finally:
        logger.removeHandler(nobody)


def _instances(task: Task, environment: Environment, evaluator: Evaluator) -> Iterator[tuple[str, Locals]]:
    """The id and the variable of each instance of a task, in the order of the template's rows."""
    if task.variable is None or task.source is None:
        yield task.name, {}
        return
    with environment.session() as session:
        try:
            rows = evaluator.run(task.source, session, {})
        except ToolError as error:
            words = f"The rows of the template cannot be found: {error.message}"
            raise _Unproven(CANNOT_PROVE, task.source.span, words) from None
    if len(rows) > MOST_INSTANCES:
        words = f"`{task.name}` has {len(rows):,} instances, but {MOST_INSTANCES:,} at most can be proven."
        raise _Unproven(CANNOT_PROVE, task.source.span, words)
    if not rows:
        raise _Unproven(
            NO_INSTANCES, task.source.span, f"`{task.name}` has no instances: there are no such rows."
        )
    for number, row in enumerate(rows, 1):
        yield f"{task.name}[{number}]", {task.variable: row}


class _Instance:
    """One instance of a task while it is proven."""

    def __init__(
        self,
        model: Model,
        environment: Environment,
        evaluator: Evaluator,
        work: Work,
        task: Task,
        id: str,
        locals: Locals,
    ) -> None:
        self.model = model
        self.environment = environment
        self.evaluator = evaluator
        self.work = work
        self.task = task
        self.id = id
        self.locals = locals
        self.calls: list[Json] = []
        self.steps: list[ToolCall] = []
        self._spent = 0

    def prove(self) -> Json:
        """The entry of tasks.json. Raises _Unproven."""
        self.work.begin()
        with self.environment.session() as session:
            entry = self._entry(session)
            session.task = entry
            checks = session.grade().checks[: len(self.task.expects)]
            entry["guards"] = [index for index, check in enumerate(checks) if check.holds]
            self._statements(self.task.solution or (), session)
            recorded = grading.record(session)
            entry["solution"] = self.calls
            entry["frame"] = recorded["frame"]
            entry["change"] = None if self.task.expects else recorded["change"]
            entry["answer"] = self._answers(session)
            if self.task.solution is not None:
                self._complete(session, entry)
            self._spend(session, self.task.span)
        self._not_vacuous(entry)
        return entry

    def _entry(self, session: Session) -> Json:
        """What is known of the instance before anything is done."""
        task = self.task
        return {
            "id": self.id,
            "task": task.name,
            "prompt": self._text(task.prompt, session),
            "user": [self._text(user, session) for user in task.users],
            "judge": [self._text(judge, session) for judge in task.judges],
            "variable": {variable.name: value for variable, value in self.locals.items()},
            "solution": [],
            "answer": None,
            "answer_schema": self._answer_schema(),
            "guards": [],
            "frame": {},
            "change": None,
        }

    # ---- The solution

    def _statements(self, body: tuple[Statement, ...], session: Session) -> None:
        for statement in body:
            self._spend(session, statement.span)
            match statement:
                case Let(variable=variable, value=value):
                    self.locals[variable] = self._value(value, session)
                case Do(value=value):
                    self._value(value, session)
                case If(condition=condition, then=then, otherwise=otherwise):
                    self._statements(then if self._value(condition, session) else otherwise, session)
                case For(variables=variables, source=source, body=inner):
                    for item in self._value(source, session):
                        self._spend(session, source.span)
                        items = (item,) if len(variables) == 1 else item
                        self.locals.update(zip(variables, items, strict=True))
                        self._statements(inner, session)

    def _value(self, expression: Expression, session: Session) -> Any:
        """The value inside of an expression of the solution; calls in it are made, from the inside out."""

        def call(node: Expression) -> Expression | None:
            if not isinstance(node, ToolCall):
                return None
            result = Variable(node.tool.name, node.type, "let", node.span)
            self.locals[result] = self._call(node, session)
            return Local(node.span, node.type, result)

        return self._evaluate(rewrite(expression, call), session)

    def _call(self, node: ToolCall, session: Session) -> Any:
        """Make a call; its result inside."""
        arguments = {
            parameter.json_name: public(parameter.type, self._value(argument, session))
            for parameter, argument in node.arguments
        }
        result = session.call(node.tool.name, arguments)
        self._spend(session, node.span)
        if result.error is not None:
            words = f"`{node.tool.name}` fails with `{result.error.code}`: {result.error.message}"
            raise self._unproven(SOLUTION_FAILS, node.span, words)
        self.steps.append(node)
        self.calls.append({"tool": node.tool.name, "arguments": arguments})
        return result_inside(node.tool.result, result.value)

    # ---- Proofs

    def _complete(self, session: Session, entry: Json) -> None:
        grade = session.grade(entry["answer"])
        if grade.complete:
            return
        for expect, check in zip(self.task.expects, grade.checks, strict=False):
            if not check.holds:
                words = f"The solution of `{self.task.name}` ends where this does not hold."
                raise self._unproven(INCOMPLETE_SOLUTION, expect.span, words)
        words = f"The solution of `{self.task.name}` does not complete it: {grade.why}."
        raise self._unproven(INCOMPLETE_SOLUTION, self.task.span, words)

    def _not_vacuous(self, entry: Json) -> None:
        if self._is_refusal():
            return
        with self.environment.session() as session:
            session.task = entry
            if session.grade().complete:
                words = f"`{self.task.name}` is complete before anything is done: all that it expects holds already."
                raise self._unproven(VACUOUS_TASK, self.task.span, words)

    def _is_refusal(self) -> bool:
        expects = self.task.expects
        return bool(expects) and all(isinstance(expect.condition, Unchanged) for expect in expects)

    # ---- Answers

    def _answers(self, session: Session) -> Any:
        """The expected answer in JSON: a value, or an object of several by name. None where none is asked for."""
        values = grading.expected(session)
        found = {}
        for answer, value in zip(self.task.answers, values, strict=True):
            if value is None:
                raise self._unproven(NULL_ANSWER, answer.value.span, "The answer is null.")
            value = json.loads(value) if isinstance(answer.type, t.List) else value
            if answer.derived is not None:
                derived = self._value(answer.derived, session)
                if not _same(value, derived):
                    expected, got = (json_text(public(answer.type, each)) for each in (value, derived))
                    words = f"The answer is {expected}, but the solution's results give {got}."
                    raise self._unproven(ANSWERS_DISAGREE, answer.derived.span, words)
            found[answer.name] = public(answer.type, value)
        return found.get(None, found or None)

    def _answer_schema(self) -> Json | None:
        schemas = {answer.name: type_schema(self.model, answer.type) for answer in self.task.answers}
        if None in schemas or not schemas:
            return schemas.get(None)
        names = list(schemas)
        return {"type": "object", "properties": schemas, "required": names, "additionalProperties": False}

    # ---- Values

    def _spend(self, session: Session, span: Span) -> None:
        """Take a step, and what the database did for it, from the work that there is for proofs."""
        spent = session.database.spent
        try:
            self.work.spend(STEP + spent - self._spent)
        except ToolError as error:
            raise self._unproven(
                CANNOT_PROVE, span, f"The solution cannot be replayed: {error.message}"
            ) from None
        self._spent = spent

    def _text(self, expression: Expression, session: Session) -> str:
        return str(self._evaluate(expression, session))

    def _evaluate(self, expression: Expression, session: Session) -> Any:
        try:
            return self.evaluator.run(expression, session, self.locals)
        except SeedError as error:
            raise self._unproven(error.code, expression.span, error.message) from None
        except ToolError as error:
            words = f"This cannot be evaluated: {error.message}"
            raise self._unproven(CANNOT_PROVE, expression.span, words) from None

    def _unproven(self, code: Code, span: Span, message: str) -> _Unproven:
        return _Unproven(code, span, message if self.id == self.task.name else f"{message} (In `{self.id}`.)")


def _same(a: Any, b: Any) -> bool:
    """Whether two answers are equal; of a list, in any order."""
    if isinstance(a, float) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-9)
    if isinstance(a, list) and isinstance(b, list):
        return sorted(a) == sorted(b)
    return bool(a == b)
