"""The tables and rows of a world as a script for another engine: DuckDB or PostgreSQL.

Columns hold what they hold in SQLite: money in minor units, true and false as 1 and 0, dates, times and lists as text.
Keys, references, rules on one row and uniqueness come along; what cannot is listed at the top of the script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, get_args

import apsw
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Engine

from awmlang.lowering.dialect_checks import Dialect, NotCarried, Retarget, functions
from awmlang.lowering.indexes import Index, indexes
from awmlang.lowering.names import column, identifier, table_name, table_of
from awmlang.lowering.rules import Rule, entity_rules, numbers_itself
from awmlang.lowering.schema import column_type, one_line, rule_condition
from awmlang.lowering.sql import row_condition
from awmlang.lowering.trees import Sql, all_of, binary, case, constant, text
from awmlang.semantics.model import Check, Entity, Field, Model
from awmlang.semantics.types import Float, Int, Money, Optional, Ref, required

DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

_NAMES: dict[Dialect, str] = {"duckdb": "DuckDB", "postgres": "PostgreSQL"}
_TYPES = {"INTEGER": exp.DType.BIGINT, "REAL": exp.DType.DOUBLE, "TEXT": exp.DType.TEXT}
_ROWS_OF_A_STATEMENT = 100
_LONGEST_NAME = 63  # characters that PostgreSQL keeps of a name

Row = tuple[Any, ...]


class BadRow(Exception):
    """A row holds what no text of SQL can."""


def script(model: Model, image: bytes, dialect: Dialect, *, rows: bool = True) -> str:
    """The script that makes the tables, with the rows of the seed image ``image`` unless not asked for.

    It is one transaction. Raises BadRow.
    """
    made = (_Postgres if dialect == "postgres" else _DuckDB)(model, image, dialect, rows)
    return made.script()


class _Script:
    """What both engines have in common."""

    def __init__(self, model: Model, image: bytes, dialect: Dialect, rows: bool) -> None:
        self.model = model
        self._dialect = dialect
        self._generator = Engine.get_or_raise(dialect).generator(identify=True, normalize_functions=False)
        self._retarget = Retarget(dialect)
        self._database = apsw.Connection(":memory:")
        self._database.deserialize("main", image)
        self._with_rows = rows
        self.left_out: list[str] = []
        self.before: list[str] = []  # statements before the first table

    def script(self) -> str:
        model = self.model
        entities = self.in_order()
        tables = [self.table(entity) for entity in entities]
        rows = [part for entity in entities for part in self.rows(entity)] if self._with_rows else []
        behind = [part for entity in entities for part in self.behind(entity)]
        before = [*functions(self._retarget.used, self._dialect), *self.before]
        for entity in entities:
            self.left_out += [
                f"{entity.name}.{flow.field.name}: its flow, a rule on updates" for flow in entity.flows
            ]
        if self._retarget.used & {"awm_contains", "awm_fold", "awm_lower", "awm_upper"}:
            self.left_out.append("case folding: by lower(), which leaves letters such as ß as they are")
        head = [f"{model.name}: {one_line(model.title)}", f"For {_NAMES[self._dialect]}, from `awmc sql`."]
        if self.left_out:
            head += ["", "Not carried over:", *(f"  {each}" for each in sorted(self.left_out))]
        top = "\n".join(f"-- {line}".rstrip() for line in head)
        parts = [top, "BEGIN;", "\n".join(before), *tables, *rows, *behind, "COMMIT;"]
        return "\n\n".join(filter(None, parts)) + "\n"

    # ---- What differs

    def in_order(self) -> list[Entity]:
        """The entities in the order in which their tables can be made and filled."""
        return list(self.model.entities.values())

    def column(self, entity: Entity, field: Field) -> Sql:
        """The definition of a column, without its rule."""
        raise NotImplementedError

    def rows_in_order(self, entity: Entity, rows: list[Row]) -> Iterator[Sequence[Row]]:
        """The rows of each statement."""
        for start in range(0, len(rows), _ROWS_OF_A_STATEMENT):
            yield rows[start : start + _ROWS_OF_A_STATEMENT]

    def behind(self, entity: Entity) -> Iterator[str]:
        """Statements behind the rows."""
        return iter(())

    # ---- Text

    def sql(self, tree: Sql) -> str:
        return self._generator.generate(tree)

    def name(self, name: str) -> str:
        """A name, in quotes; one that is too long for an engine ends in a hash."""
        if len(name) > _LONGEST_NAME:
            name = f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        return self.sql(exp.to_identifier(name, quoted=True))

    def table_name(self, entity: Entity) -> str:
        return self.name(table_name(entity.name))

    # ---- Tables

    def table(self, entity: Entity) -> str:
        lines: list[tuple[str, str | None]] = [
            (self.sql(self.column(entity, field)), field.doc) for field in entity.fields.values()
        ]
        for rule in entity_rules(entity):
            if rule.kind in ("value", "row"):
                checked = self.carried(rule.name, partial(rule_condition, model=self.model, rule=rule))
                if checked is not None:
                    lines.append((f"CONSTRAINT {self.name(rule.name)} CHECK ({self.sql(checked)})", None))
        body = []
        for place, (line, doc) in enumerate(lines, 1):
            body += [f"  -- {one_line(doc)}"] if doc else []
            body.append(f"  {line}{',' if place < len(lines) else ''}")
        head = [f"-- {one_line(entity.doc)}"] if entity.doc else []
        return "\n".join([*head, f"CREATE TABLE {self.table_name(entity)} (", *body, ");"])

    def carried(self, name: str, make: Callable[[], Sql]) -> Sql | None:
        """A condition of this engine; None, with a note, if it cannot be had."""
        try:
            return self._retarget.condition(make())
        except NotCarried as reason:
            self.left_out.append(f"{name}: {reason}")
            return None

    def condition_of(self, check: Check | None, name: str) -> tuple[bool, Sql | None]:
        """Whether the condition of a rule on several rows can be had, and what it is, if there is one."""
        if check is None or check.condition is None:
            return True, None
        condition, this = check.condition, check.this
        made = self.carried(name, lambda: row_condition(self.model, condition, this, None))
        return made is not None, made

    def kind(self, field: Field) -> exp.DataType:
        return exp.DataType(this=_TYPES[column_type(self.model, field.type)])

    def not_null(self, field: Field) -> list[Sql]:
        optional = isinstance(field.type, Optional) or field.is_key
        return [] if optional else [exp.NotNullColumnConstraint()]

    def target(self, field: Field) -> Entity | None:
        """The entity that a reference leads to."""
        held = required(field.type)
        return self.model.entities[held.entity] if isinstance(held, Ref) else None

    # ---- Rows

    def read(self, entity: Entity) -> list[Row]:
        """The rows by key."""
        quoted = [f'"{field.name}"' for field in entity.fields.values()]
        table = table_name(entity.name)
        return self._database.execute(
            f'SELECT {", ".join(quoted)} FROM "{table}" ORDER BY "{entity.key.name}"'
        ).fetchall()

    def next_key(self, entity: Entity) -> int:
        """The key that the next row gets."""
        if not self._with_rows:
            return 1
        found = self._database.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", [table_name(entity.name)]
        ).fetchall()
        return int(str(found[0][0])) + 1 if found else 1

    def rows(self, entity: Entity) -> Iterator[str]:
        names = ", ".join(self.name(field.name) for field in entity.fields.values())
        for some in self.rows_in_order(entity, self.read(entity)):
            values = ",\n".join(
                f"  {self.sql(exp.Tuple(expressions=[*map(_constant, row)]))}" for row in some
            )
            yield f"INSERT INTO {self.table_name(entity)} ({names}) VALUES\n{values};"


def _constant(value: float | str | None) -> Sql:
    if isinstance(value, str) and "\0" in value:
        raise BadRow(f"a text holds a NUL character: {value!r}")
    return constant(value)


class _Postgres(_Script):
    """References come behind the rows, which may then refer to each other in any order."""

    def column(self, entity: Entity, field: Field) -> Sql:
        kind = self.kind(field)
        constraints: list[Sql] = []
        if kind.this == exp.DType.TEXT:
            constraints.append(exp.CollateColumnConstraint(this=exp.to_identifier("C", quoted=True)))
        if numbers_itself(field):
            start = constant(self.next_key(entity))
            constraints.append(exp.GeneratedAsIdentityColumnConstraint(this=False, start=start))
        if field.is_key:
            constraints.append(exp.PrimaryKeyColumnConstraint())
        return _column(field, kind, [*constraints, *self.not_null(field)])

    def behind(self, entity: Entity) -> Iterator[str]:
        table = self.table_name(entity)
        lines = [
            self._reference(table, entity, field) for field in entity.fields.values() if self.target(field)
        ]
        lines += [self._index(table, index) for index in indexes(self.model)[entity.name]]
        lines += [self._disjoint(table, rule) for rule in entity_rules(entity) if rule.kind == "disjoint"]
        if any(lines):
            yield "\n".join(filter(None, lines))

    def _reference(self, table: str, entity: Entity, field: Field) -> str:
        other = self.target(field)
        assert other is not None
        action = {"in_use": "", "cascade": " ON DELETE CASCADE", "clears": " ON DELETE SET NULL"}
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {self.name(f'{entity.name}.{field.name}.reference')}"
            f" FOREIGN KEY ({self.name(field.name)})"
            f" REFERENCES {self.table_name(other)} ({self.name(other.key.name)}){action[field.on_delete]};"
        )

    def _index(self, table: str, index: Index) -> str:
        carried, condition = self.condition_of(index.check, index.name)
        if not carried:
            return ""
        columns = [f"{self.name(c.field.name)}{' DESC' if c.descending else ''}" for c in index.columns]
        where = f" WHERE {self.sql(condition)}" if condition is not None else ""
        unique = "UNIQUE " if index.unique else ""
        return f"CREATE {unique}INDEX {self.name(index.name)} ON {table} ({', '.join(columns)}){where};"

    def _disjoint(self, table: str, rule: Rule) -> str:
        """Ranges of which none may overlap another; empty ones overlap nothing."""
        start, end, *by = rule.fields
        carried, condition = self.condition_of(rule.check, rule.name)
        if not carried or isinstance(required(start.type), Float):
            if carried:
                self.left_out.append(f"{rule.name}: ranges of floats")
            return ""
        range_ = "int8range" if isinstance(required(start.type), (Int, Money)) else "awm_range"
        if range_ == "awm_range":
            self._once('CREATE TYPE awm_range AS RANGE (SUBTYPE = text, COLLATION = "C");')
        if by:
            self._once("CREATE EXTENSION IF NOT EXISTS btree_gist;")
        ends = [self.sql(_bare(field)) for field in (start, end)]
        parts = [f"{self.sql(_bare(field))} WITH =" for field in by]
        parts.append(f"{range_}({', '.join(ends)}) WITH &&")
        holds: list[Sql] = [binary(exp.LT, _bare(start), _bare(end))]
        holds += [condition] if condition is not None else []
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {self.name(rule.name)}"
            f" EXCLUDE USING gist ({', '.join(parts)}) WHERE ({self.sql(all_of(holds))});"
        )

    def _once(self, statement: str) -> None:
        if statement not in self.before:
            self.before.append(statement)


class _DuckDB(_Script):
    """A table must be there before others refer to it, and so must a row: references in a circle are left out."""

    def __init__(self, model: Model, image: bytes, dialect: Dialect, rows: bool) -> None:
        super().__init__(model, image, dialect, rows)
        self._unreferenced: set[Field] = set()

    def in_order(self) -> list[Entity]:
        entities = self.model.entities
        while True:
            graph: dict[str, set[str]] = {name: set() for name in entities}
            for entity in entities.values():
                for field, other in self._references(entity):
                    if other is not entity:
                        graph[entity.name].add(other.name)
                    elif self._parents_first(entity, field) is None:
                        self._leave_out(entity, field, "its rows refer to each other in a circle")
            try:
                return [entities[name] for name in TopologicalSorter(graph).static_order()]
            except CycleError as error:
                self._break(error.args[1])

    def _references(self, entity: Entity) -> Iterator[tuple[Field, Entity]]:
        for field in entity.fields.values():
            other = self.target(field)
            if other is not None and field not in self._unreferenced:
                yield field, other

    def _break(self, circle: list[str]) -> None:
        """Leaves out the references of one entity to the next in a circle, optional ones if there are."""
        steps = [
            [
                (self.model.entities[b], f)
                for f, other in self._references(self.model.entities[b])
                if other.name == a
            ]
            for a, b in pairwise(circle)
        ]
        chosen = min(steps, key=lambda step: any(not isinstance(f.type, Optional) for _, f in step))
        for entity, field in chosen:
            self._leave_out(entity, field, "tables that refer to each other in a circle")

    def _leave_out(self, entity: Entity, field: Field, why: str) -> None:
        self._unreferenced.add(field)
        self.left_out.append(f"{entity.name}.{field.name}: the reference, {why}")

    def column(self, entity: Entity, field: Field) -> Sql:
        constraints: list[Sql] = [exp.PrimaryKeyColumnConstraint()] if field.is_key else self.not_null(field)
        if numbers_itself(field):
            sequence = self.name(f"{table_name(entity.name)}_{field.name}")
            self.before.append(f"CREATE SEQUENCE {sequence} START {self.next_key(entity)};")
            following = exp.Anonymous(this="nextval", expressions=[text(sequence)])
            constraints.append(exp.DefaultColumnConstraint(this=following))
        other = self.target(field)
        if other is not None and field not in self._unreferenced:
            key = exp.Schema(
                this=table_of(other),
                expressions=[identifier(other.key.name)],
            )
            constraints.append(exp.Reference(this=key))
            if field.on_delete != "in_use":
                action = "ON DELETE CASCADE" if field.on_delete == "cascade" else "ON DELETE SET NULL"
                self.left_out.append(
                    f"{entity.name}.{field.name}: {action}; the row it leads to cannot be deleted"
                )
        return _column(field, self.kind(field), constraints)

    def rows_in_order(self, entity: Entity, rows: list[Row]) -> Iterator[Sequence[Row]]:
        own = [field for field, other in self._references(entity) if other is entity]
        if not own:
            yield from super().rows_in_order(entity, rows)
            return
        key = self._place(entity, entity.key)
        by_key = {row[key]: row for row in rows}
        for name in self._parents_first(entity, *own) or ():
            yield [by_key[name]]  # a row must be there before another statement refers to it

    def _parents_first(self, entity: Entity, *fields: Field) -> list[Any] | None:
        """The keys of an entity's rows, those first that others refer to; None if they do so in a circle."""
        if not self._with_rows:
            return []
        key, places = self._place(entity, entity.key), [self._place(entity, field) for field in fields]
        graph = {
            row[key]: [row[place] for place in places if row[place] is not None] for row in self.read(entity)
        }
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError:
            return None

    def _place(self, entity: Entity, field: Field) -> int:
        return list(entity.fields).index(field.name)

    def behind(self, entity: Entity) -> Iterator[str]:
        self.left_out += [
            f"{rule.name}: ranges that do not overlap"
            for rule in entity_rules(entity)
            if rule.kind == "disjoint"
        ]
        return iter(())

    def table(self, entity: Entity) -> str:
        """With the unique indexes, as rows of the same transaction cannot be indexed."""
        made = [self._unique(entity, index) for index in indexes(self.model)[entity.name] if index.unique]
        return "\n".join([super().table(entity), *filter(None, made)])

    def _unique(self, entity: Entity, index: Index) -> str:
        """Where a condition limits it, the index is on values that are null for other rows."""
        carried, condition = self.condition_of(index.check, index.name)
        if not carried:
            return ""
        columns: list[str] = []
        for each in index.columns:
            value = self.sql(_bare(each.field))
            if condition is not None:
                value = f"({self.sql(case([(condition.copy(), _bare(each.field))]))})"
            columns.append(value)
        table = self.table_name(entity)
        return f"CREATE UNIQUE INDEX {self.name(index.name)} ON {table} ({', '.join(columns)});"


def _bare(field: Field) -> Sql:
    return column(field)


def _column(field: Field, kind: exp.DataType, constraints: Sequence[Sql]) -> Sql:
    parts = [exp.ColumnConstraint(kind=constraint) for constraint in constraints]
    return exp.ColumnDef(this=identifier(field.name), kind=kind, constraints=parts)
