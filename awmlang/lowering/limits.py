"""Statements that are too large for the database: SQLite takes 64 tables in a join, 1,000 arguments of a function."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any

import apsw

from awmlang.diagnostics import Diagnostic, Span
from awmlang.diagnostics.codes import TOO_EXTENSIVE
from awmlang.lowering.names import python_name
from awmlang.runtime import program
from awmlang.runtime.environment import Environment
from awmlang.semantics.model import Model

LONG = 1_200  # characters: no shorter statement is too large


class _Nulls(dict[str, None]):
    """Whatever parameters a statement has."""

    def __missing__(self, _: str) -> None:
        return None


def too_large_statements(model: Model, environment: Environment) -> list[Diagnostic]:
    """A finding for each declaration that takes a statement which the database does not."""
    long = [(what, span, sql) for what, span, sql in _statements(model, environment) if len(sql) > LONG]
    if not long:
        return []
    found: dict[Span, Diagnostic] = {}
    with environment.session() as session:
        database = session.database
        database.attach_start(environment.seed_name)
        for what, span, sql in long:
            try:
                database.connection.execute(f"EXPLAIN {sql}", _Nulls()).close()
            except apsw.SQLError as error:
                words = f"{what} takes a statement that is too large for the database: {error}."
                help = "Show less at once, or keep parts of it with `let`."
                found.setdefault(span, Diagnostic(TOO_EXTENSIVE, span, words, help=help))
    return list(found.values())


def _statements(model: Model, environment: Environment) -> Iterator[tuple[str, Span, str]]:
    """What takes each statement, where that is declared, and the statement."""
    code: dict[str, Any] = {}
    for tool in model.tools.values():
        body = environment.program[tool.name].body
        assert isinstance(body, FunctionType)
        code = body.__globals__
        for sql in _constants(body):
            yield f"`{tool.name}`", tool.span, sql
    for function in model.functions.values():
        made = code.get(python_name(function.name))
        if isinstance(made, FunctionType):
            for sql in _constants(made):
                yield f"`{function.name}`", function.span, sql
    entities = {value.name: value for value in code.values() if isinstance(value, program.Entity)}
    for entity in model.entities.values():
        if entity.name in entities:
            yield f"The access rule of {entity.name}", entity.span, entities[entity.name].visible
    for invariant, (sql, _) in zip(model.invariants, environment.invariants, strict=True):
        yield "The invariant", invariant.span, sql
    for task in model.tasks.values():
        checks = environment.rewards[task.name]
        for expect, check in zip(task.expects, checks.expects, strict=True):
            yield f"An expectation of `{task.name}`", expect.span, check.sql
        for answer, check in zip(task.answers, checks.answers, strict=True):
            yield f"The answer of `{task.name}`", answer.span, check.sql


def _constants(body: FunctionType) -> Iterator[str]:
    """The statements that generated code names."""
    for name in body.__code__.co_names:
        value = body.__globals__.get(name)
        if isinstance(value, str):
            yield value
