"""Tasks: what compiled rewards say of a state, and what the interpreter says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from awmlang.proving.candidates import Candidates, NoCandidate
from awmlang.proving.differential.calls import (
    UNBOUND,
    Comparison,
    Difference,
    Report,
    alike,
    beginning,
    plain,
    public,
)
from awmlang.proving.interpreter import Instance, Interpreter, Scope
from awmlang.runtime import Environment, Session, grading
from awmlang.runtime.errors import ToolError
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in

Json = dict[str, Any]
Call = tuple[str, Json]
BESIDES = 0.5  # how likely a random call is, before each call of a solution and at the end
LEFT_OUT = 0.15  # how likely a call of a solution is left out


def compare_tasks(
    model: m.Model, environment: Environment, labels: dict[str, Any], *, tries: int, seed: object
) -> Report:
    """Of each instance of each task: in the untouched state, after each call of the solution, and after each call of
    ``tries`` sequences in which random calls are mixed with some of the solution's."""
    report = Report()
    with environment.session() as session:
        start = beginning(model, session, labels)
    for task in model.tasks.values():
        entries = [entry for entry in environment.tasks.values() if entry["task"] == task.name]
        rows = [None] if task.source is None else start.value(task.source, Scope())
        if len(entries) != len(rows):
            report.differences.append(Difference([], f"instances of {task.name}", len(entries), len(rows)))
            continue
        for entry, row in zip(entries, rows, strict=True):
            variables = {} if task.variable is None else {task.variable: row}
            try:
                instance = Instance(task, variables, _again(start))
            except ToolError as error:
                end = (error.code, error.message)
                report.differences.append(Difference([], f"the solution of {entry['id']}", "succeeds", end))
                continue
            report.differences += _entry_differs(entry, instance)
            for number in range(-1, tries):
                random = Random(f"{seed}/{entry['id']}/{number}")
                with environment.session(entry["id"]) as session:
                    comparison = Comparison(model, session, _again(start))
                    calls = _calls(session, random, is_mixed=number >= 0)
                    report.differences += _played(comparison, instance, calls, report)
    return report


def _again(start: Interpreter) -> Interpreter:
    return Interpreter(start.model, start.start.copy(), start.me, start.labels)


def _entry_differs(entry: Json, instance: Instance) -> Iterator[Difference]:
    """What is known of an instance before it is played, and the answers where its solution ends."""
    answers = instance.verdict(instance.solver).answers
    shown = {
        answer.name: public(value, answer.type)
        for answer, value in zip(instance.task.answers, answers, strict=True)
    }
    ours = {
        "prompt": instance.prompt,
        "variable": {variable.name: value for variable, value in instance.variables.items()},
        "guards": instance.guards,
        "answer": shown.get(None, shown or None),
    }
    theirs = {name: entry[name] for name in ours}
    if not alike(theirs, ours):
        yield Difference([], f"the entry of {entry['id']}", theirs, ours)
    for answer, value, derived in zip(instance.task.answers, answers, instance.derived, strict=True):
        if answer.derived is not None and not alike(_in_any_order(value), _in_any_order(derived)):
            yield Difference([], f"the derived answer of {entry['id']}", value, derived)


def _in_any_order(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _calls(session: Session, random: Random, is_mixed: bool) -> Iterator[Call]:
    """The calls of the solution of the session's task; if they are mixed, some of them, and random ones between."""
    assert session.task is not None
    candidates = Candidates(session)
    for step in (*session.task["solution"], None):
        while is_mixed and random.random() < BESIDES:
            try:
                tool, arguments = candidates.call(random)
            except NoCandidate:
                break
            yield tool.name, arguments
        if step is not None and not (is_mixed and random.random() < LEFT_OUT):
            yield step["tool"], step["arguments"]


def _played(
    comparison: Comparison, instance: Instance, calls: Iterable[Call], report: Report
) -> Iterator[Difference]:
    """The first difference in what the calls do, or in a verdict before them, between them or after them."""
    difference = _verdict_differs(comparison, instance, report)
    for tool, arguments in calls:
        if difference is not None or comparison.outcome in UNBOUND:
            break
        difference = comparison.call(tool, arguments)
        report.outcomes[comparison.outcome] += 1
        if difference is None and comparison.outcome not in UNBOUND:
            difference = _verdict_differs(comparison, instance, report)
    report.seen |= comparison.interpreter.seen
    if difference is not None:
        yield difference


def _verdict_differs(comparison: Comparison, instance: Instance, report: Report) -> Difference | None:
    session, task = comparison.session, instance.task
    assert session.task is not None
    grade = session.grade(session.task["answer"])
    report.verdicts[
        "complete" if grade.complete else "side effects" if grade.side_effects else "incomplete"
    ] += 1
    verdict = instance.verdict(comparison.interpreter)
    is_answered = all(check.holds for check in grade.checks if check.kind == "answer")
    theirs = {
        "holds": [check.holds for check in grade.checks if check.kind != "answer"],
        "answers": [
            json.loads(value) if isinstance(answer.type, t.List) and value is not None else value
            for answer, value in zip(task.answers, grading.expected(session), strict=True)
        ],
        "side effects": bool(grade.side_effects),
        "complete": grade.complete,
    }
    ours = {
        "holds": verdict.holds,
        "answers": plain(verdict.answers),
        "side effects": verdict.has_side_effects,
        "complete": all(verdict.holds) and is_answered and not verdict.has_side_effects,
    }
    if alike(theirs, ours):
        return None
    of_gone = any(key not in rows for key, rows in _named_rows(instance, comparison.interpreter))
    return comparison.differs(f"the verdict on {session.task['id']}", theirs, ours, of_gone)


def _named_rows(instance: Instance, session: Interpreter) -> Iterator[tuple[Any, Any]]:
    """The keys of the rows that the checks of a task name, each with the rows of its entity as they are."""
    task = instance.task
    roots = [*(expect.condition for expect in task.expects), *(answer.value for answer in task.answers)]
    for root in roots:
        for node in expressions_in(root):
            if isinstance(node, (m.Label, m.Me, m.Local)) and isinstance(
                type := t.required(node.type), t.Ref
            ):
                yield session.value(node, Scope(dict(instance.variables))), session.world.rows[type.entity]
