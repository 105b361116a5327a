"""Seed data: rows, files, and generated rows. What needs the values themselves is checked when they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from awmlang.diagnostics import Label, Span
from awmlang.diagnostics.codes import (
    DUPLICATE_NAME,
    MISSING_VALUE,
    NOT_A_QUERY,
    NOT_AVAILABLE_HERE,
    SHADOWED_NAME,
    WRONG_ARGUMENTS,
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.calls import is_required, row_values, writable_field
from awmlang.semantics.context import Context, Scope
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_value
from awmlang.semantics.numbers import whole
from awmlang.semantics.queries import open_query
from awmlang.semantics.visit import expressions_in, parts_of
from awmlang.syntax import tree

MOST_GENERATED = 200_000
"""Rows, by all generate blocks of a spec."""


def collect_labels(context: Context, nodes: tuple[tree.Declaration, ...]) -> None:
    """Labels may be used before they are declared."""
    for node in nodes:
        if not isinstance(node, tree.Data) or node.entity.text not in context.entities:
            continue
        for row in node.rows:
            if row.label is None:
                continue
            name = row.label.text
            if name in context.labels:
                label = Label(context.labels[name][1], "the other one")
                context.report.add(
                    DUPLICATE_NAME, row.label.span, f"`{name}` labels another row already.", labels=(label,)
                )
            elif name in ("me", "now", "this", "n", "unchanged") or name in context.entities:
                context.report.add(
                    SHADOWED_NAME, row.label.span, f"`{name}` cannot label a row: it means something else."
                )
            else:
                context.labels[name] = (node.entity.text, row.label.span)


class SeedData:
    def __init__(self, e: Elaborator) -> None:
        self.e = e
        self.report = e.report

    def block(self, node: tree.Data | tree.DataFile | tree.Generate) -> m.Block | None:
        entity = self.e.context.entity(node.entity)
        if entity is None:
            return None
        match node:
            case tree.Data():
                return self._rows(entity, node)
            case tree.DataFile():
                return m.FileBlock(entity, node.path.value, node.span)
            case tree.Generate():
                return self._generate(entity, node)

    def _rows(self, entity: m.Entity, node: tree.Data) -> m.DataBlock:
        columns: list[m.Field | None] = []
        for name in node.columns:
            field = entity.key if _numbers_itself(entity, name.text) else writable_field(self.e, entity, name)
            if field is not None:
                self.e.notes.refer(name.span, field.span)
            if field is not None and field in columns:
                self.report.add(DUPLICATE_NAME, name.span, f"`{name.text}` stands here twice.")
                field = None
            columns.append(field)
        named = {name.text for name in node.columns}
        missing = [f"`{f.name}`" for f in entity.fields.values() if f.name not in named and is_required(f)]
        if missing and node.rows and None not in columns:
            span = node.columns[0].span.to(node.columns[-1].span)
            self.report.add(
                MISSING_VALUE,
                span,
                f"Every {entity.name} needs {' and '.join(missing)}.",
                labels=(Label(entity.span, "declared here"),),
            )
        rows = [self._row(row, columns) for row in node.rows]
        return m.DataBlock(entity, tuple(row for row in rows if row is not None), node.span)

    def _row(self, node: tree.Row, columns: list[m.Field | None]) -> m.SeedRow | None:
        if len(node.values) != len(columns):
            self.report.add(
                WRONG_ARGUMENTS,
                node.span,
                f"The row has {len(node.values)} values for {len(columns)} columns.",
            )
            return None
        values = {}
        for field, value in zip(columns, node.values, strict=True):
            if field is not None:
                values[field.name] = self.e.fit(value, Scope("data"), field.type, f"`{field.name}`")
                self._reads_no_rows(values[field.name])
        return m.SeedRow(node.label.text if node.label else None, values, node.span)

    def _reads_no_rows(self, value: m.Expression) -> None:
        """Rows are all made together, so none is there to be read."""
        reads = (m.Get, m.GetComputed, m.AllRows, m.Query, m.Aggregate, m.CallFunction)
        read = next((x for x in expressions_in(value) if isinstance(x, reads)), None)
        if read is not None:
            self.report.add(
                NOT_AVAILABLE_HERE,
                read.span,
                "A value of a row is a constant, a label, or made of constants and `now`.",
                help="`generate` makes rows from other rows.",
            )

    def _generate(self, entity: m.Entity, node: tree.Generate) -> m.GenerateBlock:
        count = None
        if node.count is not None:
            count = whole(node.count.text)
            if count is None or count > MOST_GENERATED:
                self.report.add(
                    WRONG_ARGUMENTS,
                    node.count.span,
                    f"A whole number of rows is generated, {MOST_GENERATED:,} at most.",
                )
                count = None
        this = m.Binding(t.Ref(entity.name))
        scope = Scope("generate")
        loops = []
        for loop in node.loops:
            opened = open_query(self.e, loop.source, scope)
            item: t.Type = opened[0].binding.type if opened is not None else t.Unknown()
            if loop.name.text in scope.names or loop.name.text in self.e.context.labels:
                self.report.add(
                    SHADOWED_NAME, loop.name.span, f"`{loop.name.text}` is something else here already."
                )
            variable = m.Variable(loop.name.text, item, "loop", loop.name.span)
            scope = scope.with_name(loop.name.text, variable)
            if isinstance(item, t.Group):
                self.report.add(
                    NOT_A_QUERY,
                    loop.source.span,
                    f"Rows are made for rows or values, not for {describe(item)}.",
                )
            if opened is not None:
                loops.append((variable, as_value(opened[0])))
        values = row_values(self.e, entity, node.values, scope.with_row(this), node.span)
        self._in_order(entity, this, values)
        return m.GenerateBlock(entity, count, tuple(loops), this, tuple(values), node.span)

    def _in_order(
        self, entity: m.Entity, this: m.Binding, values: Sequence[tuple[m.Field, m.Expression]]
    ) -> None:
        """Report values of the row being made that are read before they are given."""
        later = {field for field, _ in values}
        for field, value in values:
            for read, span in _reads(value, this, entity.key):
                if read in later:
                    what = "by its own value" if read is field else "before it is given"
                    self.report.add(
                        NOT_AVAILABLE_HERE,
                        span,
                        f"`.{read.name}` of the row being made is read {what}.",
                        help=None if read is field else f"Give `{read.name}` before `{field.name}`.",
                    )
            later.discard(field)


def _reads(node: object, this: m.Binding, key: m.Field) -> Iterator[tuple[m.Field, Span]]:
    """The stored fields of a row that an expression reads, of the computed ones too; the row alone is its key."""
    match node:
        case m.Get(row=m.RowOf(binding=binding), field=field) if binding is this:
            yield field, node.span
        case m.GetComputed(row=m.RowOf(binding=binding), field=computed) if binding is this:
            yield from [(field, node.span) for field, _ in _reads(computed.value, computed.this, key)]
        case m.RowOf(binding=binding) if binding is this:
            yield key, node.span
        case _:
            for part in parts_of(node):
                yield from _reads(part, this, key)


def _numbers_itself(entity: m.Entity, name: str) -> bool:
    """Keys that number themselves may be given in data."""
    return name == entity.key.name
