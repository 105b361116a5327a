"""What the database has against seed rows, in the spec's words and at the row's place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
from sqlglot import exp

from awmlang.diagnostics import Diagnostic, Label, Span
from awmlang.diagnostics.codes import BROKEN_RULE, CANNOT_COMPUTE, DUPLICATE_ROW, NO_SUCH_ROW
from awmlang.lowering.keys import Key
from awmlang.lowering.names import column, table_name, table_of, to_sql
from awmlang.lowering.rows import Given
from awmlang.lowering.rules import Rule, entity_rules
from awmlang.lowering.schema import insert_sql, overlap, rule_condition
from awmlang.runtime.errors import ToolError
from awmlang.runtime.schema import SETTLED
from awmlang.semantics.model import Entity, Field, GenerateBlock, Model
from awmlang.semantics.types import Ref, required

MOST_FINDINGS = 200  # of one kind, and in all

Origin = Given | GenerateBlock
Values = Sequence[Any]


class Audit:
    """``origins`` has the origin of every row by entity and key. Findings are added to ``diagnostics``."""

    def __init__(self, model: Model, connection: apsw.Connection, diagnostics: list[Diagnostic]) -> None:
        self.origins: dict[tuple[str, Key], Origin] = {}
        self._model = model
        self._connection = connection
        self._diagnostics = diagnostics
        self._reported: set[Diagnostic] = set()
        self._statements: dict[str, tuple[str, int]] = {}
        self._suspects: dict[str, Entity] = {}

    def insert(self, entity: Entity, rows: Sequence[tuple[Values, Given]]) -> None:
        """Put rows in, their values in the order of the entity's fields. What breaks a rule is reported."""
        sql, key = self._statement(entity)
        for values, origin in rows:
            self.origins.setdefault((entity.name, values[key]), origin)
        try:
            with self._connection:
                self._connection.executemany(sql, [values for values, _ in rows])
            return
        except (apsw.ConstraintError, ToolError):
            self._suspects[entity.name] = entity
        self._connection.execute("PRAGMA ignore_check_constraints = ON")
        for values, origin in rows:
            try:
                self._connection.execute(sql, values)
            except apsw.ConstraintError as error:
                self.refused(entity, values, origin, error)
            except ToolError as error:
                self.untested(entity, origin, error)
        self._connection.execute("PRAGMA ignore_check_constraints = OFF")

    def add(self, entity: Entity, values: Values, origin: GenerateBlock) -> None:
        """Put one row in. Raises apsw.ConstraintError, ToolError."""
        sql, key = self._statement(entity)
        self._connection.execute(sql, values)
        self.origins[entity.name, values[key]] = origin

    def _statement(self, entity: Entity) -> tuple[str, int]:
        """The INSERT of a row, and which of its values is the key."""
        if entity.name not in self._statements:
            key = list(entity.fields).index(entity.key.name)
            self._statements[entity.name] = insert_sql(entity), key
        return self._statements[entity.name]

    def refused(self, entity: Entity, values: Values, origin: Origin, error: apsw.ConstraintError) -> None:
        """Report a row that could not be put in."""
        detail = str(error).partition(" constraint failed: ")[2]
        detail = detail.removesuffix(f", {table_name(entity.name)}.{SETTLED}")
        for rule in entity_rules(entity):
            if rule.kind in ("key", "unique") and detail == self._columns(entity, rule.fields):
                self._duplicate(entity, rule, dict(zip(entity.fields, values, strict=True)), origin)
                return
            if rule.name == detail:
                self._broken(rule, origin)
                return
        self._report(BROKEN_RULE, origin, None, f"This {entity.name} cannot be stored: {error}.")

    def finish(self) -> None:
        """Look for what shows only once all rows are there."""
        for entity in self._suspects.values():
            for rule in entity_rules(entity):
                if rule.kind in ("value", "row"):
                    self._search(entity, rule)
        if self._rows_of("PRAGMA foreign_key_check"):
            for entity in self._model.entities.values():
                for field in entity.fields.values():
                    self._references(entity, field)
        for entity in self._model.entities.values():
            for rule in entity_rules(entity):
                if rule.kind == "disjoint":
                    self._overlaps(entity, rule)

    def _search(self, entity: Entity, rule: Rule) -> None:
        broken = exp.select(column(entity.key)).from_(table_of(entity))
        try:
            rows = self._rows(broken.where(exp.not_(rule_condition(self._model, rule))))
        except ToolError as error:
            words = f"This cannot be tested for every row of the data: {error.message}"
            self._diagnostics.append(Diagnostic(CANNOT_COMPUTE, rule.span, words))
            return
        for (key,) in rows:
            self._broken(rule, self.origins[entity.name, key])

    # ---- Findings

    def untested(self, entity: Entity, origin: Origin, error: ToolError) -> None:
        """Report a row of which a rule cannot be evaluated."""
        words = f"A rule of {entity.name} cannot be tested for this row: {error.message}"
        self._report(CANNOT_COMPUTE, origin, None, words)

    def _duplicate(self, entity: Entity, rule: Rule, values: dict[str, Any], origin: Origin) -> None:
        same = [exp.NullSafeEQ(this=column(f), expression=exp.Placeholder(this=f.name)) for f in rule.fields]
        query = exp.select(column(entity.key)).from_(table_of(entity)).where(*same)
        found = self._rows(query, {f.name: values[f.name] for f in rule.fields})
        other = self.origins.get((entity.name, found[0][0])) if found else None
        label = () if other is None or other is origin else (Label(_span(other, None), "the other row"),)
        name = rule.fields[0].name if len(rule.fields) == 1 else None
        if rule.check is None:
            shown = f"Another {entity.name} has the same `{rule.fields[0].name}`."
        else:
            shown = f"This {entity.name} breaks a rule: {rule.message}."
        self._report(DUPLICATE_ROW, origin, name, shown, label)

    def _broken(self, rule: Rule, origin: Origin) -> None:
        if rule.check is None:
            self._report(BROKEN_RULE, origin, rule.fields[0].name, f"{rule.message}.")
            return
        entity = rule.name.partition(".")[0]
        label = (Label(rule.span, "the rule"),)
        self._report(BROKEN_RULE, origin, None, f"This {entity} breaks a rule: {rule.message}.", label)

    def _references(self, entity: Entity, field: Field) -> None:
        type = required(field.type)
        if not isinstance(type, Ref):
            return
        target = self._model.entities[type.entity]
        there = exp.select(column(target.key)).from_(table_of(target))
        lost = exp.select(column(entity.key), column(field)).from_(table_of(entity))
        for key, value in self._rows(lost.where(exp.not_(column(field).isin(query=there)))):
            shown = (
                f"There is no {target.name} {value!r}."
                if isinstance(value, int)
                else f'There is no {target.name} "{value}".'
            )
            self._report(NO_SUCH_ROW, self.origins[entity.name, key], field.name, shown)

    def _overlaps(self, entity: Entity, rule: Rule) -> None:
        first, second = exp.alias_(table_of(entity), "a"), exp.alias_(table_of(entity), "b")
        keys = [column(entity.key, "a"), column(entity.key, "b")]
        clash = overlap(self._model, rule, "a", "b")
        query = exp.select(*keys).from_(first).join(second, on=exp.and_(keys[0] < keys[1], *clash))
        try:
            found = self._rows(query.order_by(*keys).limit(MOST_FINDINGS))
        except ToolError as error:
            words = f"This cannot be tested for every two rows of the data: {error.message}"
            self._diagnostics.append(Diagnostic(CANNOT_COMPUTE, rule.span, words))
            return
        except apsw.InterruptError:
            words = f"There are too many rows of {entity.name} to see whether this holds of each two."
            self._diagnostics.append(Diagnostic(CANNOT_COMPUTE, rule.span, words))
            return
        for a, b in found:
            labels = (
                Label(_span(self.origins[entity.name, a], None), "the other row"),
                Label(rule.span, "the rule"),
            )
            origin = self.origins[entity.name, b]
            self._report(
                BROKEN_RULE, origin, None, f"This {entity.name} breaks a rule: {rule.message}.", labels
            )

    def _report(
        self, code: Any, origin: Origin, name: str | None, message: str, labels: tuple[Label, ...] = ()
    ) -> None:
        shown = origin.located(message, name) if isinstance(origin, Given) else message
        found = Diagnostic(code, _span(origin, name), shown, labels)
        if found not in self._reported:  # the rows of a generate block share their places
            self._reported.add(found)
            self._diagnostics.append(found)

    # ---- Queries

    def _columns(self, entity: Entity, fields: Sequence[Field]) -> str:
        """The columns of a unique index, as SQLite's message has them."""
        return ", ".join(f"{table_name(entity.name)}.{field.name}" for field in fields)

    def _rows(self, query: exp.Expression, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._rows_of(to_sql(query), values)

    def _rows_of(self, sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()


def _span(origin: Origin, name: str | None) -> Span:
    if isinstance(origin, Given):
        return origin.span if name is None else origin.span_of(name)
    return next((value.span for field, value in origin.values if field.name == name), origin.span)
