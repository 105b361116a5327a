"""Expressions of seed data and tasks, evaluated while compiling: each is one SELECT, as in a tool."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import apsw
from sqlglot import exp

from awmlang.lowering import calls, operators, queries, shapes  # noqa: F401  (they add their rules)
from awmlang.lowering.constants import NotConstant, fold
from awmlang.lowering.names import to_sql
from awmlang.lowering.queries import is_json
from awmlang.lowering.sql import Context, Lowering
from awmlang.runtime.database import known
from awmlang.runtime.errors import too_expensive
from awmlang.runtime.session import Session
from awmlang.semantics.model import Expression, Local, Model, Variable

Key = int | str


@dataclass(frozen=True, slots=True)
class Query:
    """``parameters`` by name: a local, ``me`` or ``now``. ``reads``: it reads tables. ``is_json``: it gives JSON."""

    sql: str
    parameters: Mapping[str, Variable | str]
    reads: bool
    is_json: bool

    def run(
        self, connection: apsw.Connection, locals: Mapping[Variable, Any], me: Key | None, now: str
    ) -> Any:
        """The value inside; lists and records as Python has them. Raises ToolError."""
        world = {"me": me, "now": now}
        values = {
            name: world[given] if isinstance(given, str) else locals[given]
            for name, given in self.parameters.items()
        }
        try:
            value = connection.execute(self.sql, values).fetchall()[0][0]
        except Exception as error:
            understood = known(error)
            if understood is None and isinstance(error, apsw.SQLError):
                understood = too_expensive(f"It is too large for the database: {error}.")
            if understood is None:
                raise
            raise understood from None
        return json.loads(str(value)) if self.is_json and value is not None else value


class Evaluator:
    """Makes queries of expressions. ``label`` gives the key of a labelled row; it may raise."""

    def __init__(self, model: Model, label: Callable[[str], Key]) -> None:
        self._label = label
        self._context = Context(model, label, str)
        self._made: dict[Expression, Query] = {}

    def query(self, expression: Expression) -> Query:
        """The SELECT of an expression, worked out once."""
        if expression not in self._made:
            lowering = Lowering(self._context)
            tree = lowering.finish(lowering.root(lambda: lowering.value(expression)))
            reads = tree.find(exp.Table) is not None
            self._made[expression] = Query(to_sql(tree), lowering.parameters, reads, is_json(expression.type))
        return self._made[expression]

    def run(self, expression: Expression, session: Session, locals: Mapping[Variable, Any]) -> Any:
        """The value inside, over the state of a session; lists and records as Python has them. Raises ToolError."""
        if isinstance(expression, Local):
            return locals[expression.variable]
        try:
            value = fold(expression, session.now, self._label)
            return json.loads(str(value)) if value is not None and is_json(expression.type) else value
        except NotConstant:
            pass
        db = session.database
        db.grant()
        return self.query(expression).run(db.connection, locals, db.me, session.now)
