"""The seed: rows become a database, or findings about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
from sqlglot import exp

from awmlang.diagnostics import Diagnostic, limited
from awmlang.diagnostics.codes import BAD_CELL, BROKEN_INVARIANT, CANNOT_COMPUTE, MISSING_LABEL
from awmlang.lowering.audit import MOST_FINDINGS, Audit
from awmlang.lowering.constants import NotConstant, fold
from awmlang.lowering.evaluate import Evaluator
from awmlang.lowering.files import CellError, cell_value
from awmlang.lowering.generate import Generator
from awmlang.lowering.keys import Key, Keys, SeedError
from awmlang.lowering.names import table_of, to_sql
from awmlang.lowering.rows import Batch, Given, read_sources
from awmlang.lowering.work import Work
from awmlang.runtime.database import create, image
from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import json_text
from awmlang.runtime.sql_functions import register
from awmlang.semantics.model import Entity, Expression, Field, GenerateBlock, Model, Variable

LARGE = 1_000  # rows


@dataclass(frozen=True, slots=True)
class World:
    """``image`` is the bytes of seed.db; ``labels`` the key of each labelled row, and ``labelled`` with its entity.

    ``rows`` counts by entity. ``files`` has the content of every data file that was read.
    """

    image: bytes
    labels: dict[str, Key]
    labelled: dict[str, tuple[str, Key]]
    rows: dict[str, int]
    files: dict[str, bytes]


def build_world(
    model: Model, schema: str, seed: int, folder: Path, data: Path | None
) -> tuple[World | None, list[Diagnostic]]:
    """Make the rows of the seed data. Data files are looked for in ``folder``, the spec's, and in ``data``."""
    sources = read_sources(model, folder, data)
    if (
        sources.diagnostics
    ):  # rows that are not there as they should be would be missed wherever they are named
        return None, sources.diagnostics
    seeding = Seeding(model, schema, seed, sources.batches)
    rows = seeding.run()
    if seeding.diagnostics:
        return None, limited(seeding.diagnostics, MOST_FINDINGS)
    labels = {name: key for name, (_, key) in seeding.keys.labels.items()}
    return World(image(seeding.connection), labels, seeding.keys.labels, rows, sources.files), []


class Seeding:
    """A database being filled."""

    def __init__(self, model: Model, schema: str, seed: int, batches: list[Batch]) -> None:
        self.model = model
        self.connection = create(schema)
        self.work = Work()
        self.work.watch(self.connection)
        self.connection.execute("PRAGMA foreign_keys = OFF")  # a row may refer to one that comes later
        self.diagnostics: list[Diagnostic] = []
        self._evaluator = Evaluator(model, self._label)
        self._reader: apsw.Connection | None = None
        self.audit = Audit(model, self.connection, self.diagnostics)
        self.keys = Keys(model, batches, self.value, self._fail)
        self._batches = batches
        self._generator = Generator(self, seed)
        self._defaults: dict[Field, Any] = {}

    def run(self) -> dict[str, int]:
        """Fill the database; give the number of rows by entity, which means nothing where there are findings."""
        self.connection.execute("BEGIN")
        self.keys.hand_out()
        self._sign_in()
        for number, batch in enumerate(self._batches):
            self.work.begin()
            try:
                if not isinstance(batch.block, GenerateBlock):
                    self._insert(batch.block.entity, batch.rows)
                elif not self.diagnostics:  # what it would find amiss comes from what has been found already
                    self._generator.run(batch, number)
            except apsw.InterruptError:
                words = f"These rows of {batch.block.entity.name} take too much work to make."
                self.diagnostics.append(Diagnostic(CANNOT_COMPUTE, batch.block.span, words))
                return {}
        self.work.begin()
        try:
            self.audit.finish()
        except apsw.InterruptError:
            last = self._batches[-1].block
            words = "There are too many rows to see whether they keep all rules."
            self.diagnostics.append(Diagnostic(CANNOT_COMPUTE, last.span, words))
        if not self.diagnostics:
            self._invariants()
        if self.diagnostics:
            return {}
        self.work.end()
        counts = self._count()
        self._statistics(counts)
        self.connection.execute("COMMIT")
        return counts

    # ---- Values

    def fold(self, expression: Expression) -> Any:
        """The value inside of an expression that needs no database. Raises NotConstant, SeedError."""
        return fold(expression, self.model.clock, self._label)

    def value(self, expression: Expression) -> Any:
        """The value inside of an expression over no row. Raises SeedError."""
        try:
            return self.fold(expression)
        except NotConstant:
            pass
        try:
            value = self.plan(expression)({})
        except ToolError as error:
            raise SeedError(CANNOT_COMPUTE, error.message) from None
        return json_text(value) if isinstance(value, (list, dict)) else value

    def plan(self, expression: Expression) -> Callable[[Mapping[Variable, Any]], Any]:
        """What gives the value of an expression by the locals in it, and raises ToolError.

        Rows are read as they stood at the last ``refresh``.
        """
        query = self._evaluator.query(expression)

        def run(locals: Mapping[Variable, Any]) -> Any:
            self.work.begin()
            connection = self._snapshot() if query.reads else self.connection
            return query.run(connection, locals, self._me(), self.model.clock)

        return run

    def refresh(self) -> None:
        """See the rows that are there now."""
        self._reader = None

    def _snapshot(self) -> apsw.Connection:
        if self._reader is None:
            self._reader = apsw.Connection(":memory:")
            self._reader.deserialize("main", self.connection.serialize("main"))
            register(self._reader)
            self.work.watch(self._reader)
        return self._reader

    def _sign_in(self) -> None:
        """The signed-in user may be missing from data files that stand in for the spec's rows."""
        me = self.model.me
        if me is not None and not self.keys.knows(me.label):
            words = f"Nobody can be signed in: no {me.entity} of the data at hand has the label `{me.label}`."
            self.diagnostics.append(Diagnostic(MISSING_LABEL, me.span, words))

    def _me(self) -> Key | None:
        me = self.model.me
        return self.keys.label(me.label) if me is not None else None

    def default(self, field: Field) -> Any:
        """What a field holds where nothing is given."""
        if field.default is None:
            return None
        if field not in self._defaults:
            self._defaults[field] = self.value(field.default)
        return self._defaults[field]

    def _label(self, name: str) -> Key:
        return self.keys.label(name)

    # ---- Rows

    def _insert(self, entity: Entity, rows: list[Given]) -> None:
        made = [(values, row) for row in rows if (values := self._row(row)) is not None]
        self.audit.insert(entity, made)

    def _row(self, row: Given) -> tuple[Any, ...] | None:
        """The values of a row's columns, or None, reported."""
        before = len(self.diagnostics)
        values = tuple([self._cell(field, row) for field in row.entity.fields.values()])
        return values if len(self.diagnostics) == before else None

    def _cell(self, field: Field, row: Given) -> Any:
        if field.is_key:
            return row.key
        try:
            if field.name in row.values:
                return self.value(row.values[field.name])
            if field.name in row.cells:
                return cell_value(field.type, row.cells[field.name], self.keys.cell)
            return self.default(field)
        except SeedError as error:
            self._fail(row, field.name, error)
        except CellError as error:
            self._fail(row, field.name, SeedError(BAD_CELL, f"{error}."))
        return None

    def _fail(self, row: Given, name: str | None, error: SeedError) -> None:
        span = row.span if name is None else row.span_of(name)
        self.diagnostics.append(Diagnostic(error.code, span, row.located(error.message, name)))

    # ---- The end

    def _invariants(self) -> None:
        self.refresh()
        for invariant in self.model.invariants:
            try:
                holds = self.plan(invariant.condition)({})
            except ToolError as error:
                found = Diagnostic(
                    CANNOT_COMPUTE, invariant.span, f"The invariant cannot be tested: {error.message}"
                )
                self.diagnostics.append(found)
            else:
                if not holds:
                    words = f"The seed data breaks an invariant: {invariant.message}."
                    self.diagnostics.append(Diagnostic(BROKEN_INVARIANT, invariant.span, words))

    def _count(self) -> dict[str, int]:
        """The number of rows by entity. Counters of serial keys are left where the next row goes on."""
        counts: dict[str, int] = {}
        for name, entity in self.model.entities.items():
            count = exp.select(exp.Count(this=exp.Star())).from_(table_of(entity))
            counts[name] = int(str(self.connection.execute(to_sql(count)).fetchall()[0][0]))
            if entity.key.serial is not None:
                self.connection.execute("INSERT INTO awm_serial VALUES (?, ?)", (name, self.keys.next[name]))
        return counts

    def _statistics(self, counts: Mapping[str, int]) -> None:
        """Tell SQLite which indexes of large tables find few rows; for small ones its guesses are better."""
        for name, entity in self.model.entities.items():
            if counts[name] >= LARGE:
                self.connection.execute(to_sql(exp.Analyze(tables=[table_of(entity)])))
