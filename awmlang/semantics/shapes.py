"""How values look in a result: shapes, and the ``show`` of an entity where none is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from awmlang.diagnostics import Edit, Span
from awmlang.diagnostics.codes import (
    DUPLICATE_NAME,
    NOT_SHOWABLE,
    SHAPE_ON_SCALAR,
    SHOW_CYCLE,
    TOO_DEEP,
)
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import base, unknown
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_query, rule
from awmlang.semantics.notes import spans_of
from awmlang.semantics.queries import open_query
from awmlang.syntax import tree

MOST_SHOWS = 20
"""How many shows may be shown in one another."""


class Presenter:
    """Turns values into what a result shows."""

    def __init__(self, e: Elaborator) -> None:
        self.e = e

    # ---- Without a shape

    def present(self, value: m.Expression) -> m.Expression:
        """``value`` with every row in it as its entity's ``show`` has it, or as its key."""
        match t.required(value.type):
            case t.Ref():
                return self._shaped_row(value, None, Scope("rule"))
            case t.List(item) if not _plain(item) or isinstance(
                value, (m.Query, m.AllRows, m.GroupRows, m.RowsOfGroup)
            ):
                if isinstance(value.type, t.Optional):
                    self.e.convert.may_be_null(value)
                    return unknown(value.span)
                return self._list(value)
            case t.Record(fields) if not all(_plain(f.type) for f in fields):
                return self._record(value)
            case t.Map(inner) if not _plain(inner):
                return self._map(value)
            case t.Group():
                return self._refuse(
                    value,
                    "A group has no look of its own.",
                    "Give it a shape: `{ key = .key, n = count(.rows) }`.",
                )
            case t.Void():
                return self._refuse(value, "This gives no value.", None)
        return value

    def _refuse(self, value: m.Expression, message: str, help: str | None) -> m.Expression:
        self.e.report.add(NOT_SHOWABLE, value.span, message, help=help)
        return unknown(value.span)

    def _list(self, value: m.Expression) -> m.Expression:
        if isinstance(value, m.Aggregate) and value.kind in ("list", "distinct") and value.value is not None:
            shown = self.present(value.value)
            if value.kind == "list" or _plain(base(value.value.type)):
                return replace(value, type=t.List(base(shown.type)), value=shown)
        if isinstance(value, m.Aggregate) and value.kind == "list" and value.value is None:
            value = value.query
        if isinstance(value, m.MakeList):
            items = tuple(self.present(item) for item in value.items)
            return m.MakeList(value.span, t.List(items[0].type if items else t.Unknown()), items)
        query = as_query(value)
        item = m.RowOf(value.span, query.binding.type, query.binding)
        shown = self.present(item)
        return m.Aggregate(
            value.span, t.List(base(shown.type)), "list", query, None if shown is item else shown
        )

    def _record(self, value: m.Expression) -> m.Expression:
        type = t.required(value.type)
        assert isinstance(type, t.Record)
        if isinstance(value, m.MakeRecord):
            fields = [(name, self.present(v)) for name, v in value.fields]
            return _record(value.span, fields, dict(spans_of(type)))
        binding = m.Binding(type)
        row = m.RowOf(value.span, type, binding)
        fields = [(f.name, self.present(m.GetItem(value.span, f.type, row, f.name))) for f in type.fields]
        record = _record(value.span, fields, dict(spans_of(type)))
        return m.With(value.span, _like(value.type, record.type), value, binding, record)

    def _map(self, value: m.Expression) -> m.Expression:
        if isinstance(value, m.Aggregate) and value.kind == "map" and value.value is not None:
            shown = self.present(value.value)
            return replace(value, type=t.Map(base(shown.type)), value=shown)
        return self._refuse(
            value,
            "A map of rows that was stored cannot be shown.",
            "Write the `map(...)` where it is returned.",
        )

    # ---- With a shape

    def shaped(
        self, node: tree.Expr, shape: tree.Shape | None, scope: Scope, expected: t.Type | None = None
    ) -> m.Expression:
        """The expression as a result shows it, in ``shape`` if there is one."""
        if shape is None:
            return self.present(self.e.expr(node, scope, expected))
        if isinstance(node, tree.Query):
            opened = open_query(self.e, node, scope)
            return (
                unknown(node.span) if opened is None else self._query(opened[0], shape, opened[1], node.span)
            )
        return self.apply(self.e.expr(node, scope, expected), shape, scope)

    def apply(self, value: m.Expression, shape: tree.Shape, scope: Scope) -> m.Expression:
        """A value in a shape."""
        match t.required(value.type):
            case t.Unknown():
                return value
            case t.Ref() | t.Record():
                return self._shaped_row(value, shape, scope)
            case t.List(item=t.Ref() | t.Record() | t.Group()) if not isinstance(value.type, t.Optional):
                if isinstance(value, m.Aggregate) and value.kind == "list" and value.value is None:
                    value = value.query
                query = as_query(value)
                return self._query(query, shape, scope.inside_query().with_row(query.binding), value.span)
            case t.List() if isinstance(value.type, t.Optional):
                self.e.convert.may_be_null(value)
            case _:
                self.e.report.add(
                    SHAPE_ON_SCALAR,
                    shape.span,
                    f"A shape says which fields are shown, but {describe(value.type)} has none.",
                )
        return unknown(value.span)

    def _query(self, query: m.Query, shape: tree.Shape, inner: Scope, span: Span) -> m.Expression:
        item = self._entries(query.binding, shape, inner.with_row(query.binding))
        return m.Aggregate(span, t.List(item.type), "list", query, item)

    def _shaped_row(self, value: m.Expression, shape: tree.Shape | None, scope: Scope) -> m.Expression:
        inner = t.required(value.type)
        # ``first(q) { ... }``: the shape is part of what the query selects.
        if isinstance(value, m.Aggregate) and value.kind in ("first", "one") and value.value is None:
            record = self._look(value.query.binding, shape, scope.inside_query(), value.span)
            return replace(value, type=_like(value.type, record.type), value=record)
        if isinstance(value, m.RowOf):
            binding = value.binding
            if shape is None and isinstance(inner, t.Ref):
                return self._look(binding, None, scope, value.span)
        binding = m.Binding(inner)
        record = self._look(binding, shape, scope.inside_query(), value.span)
        return m.With(value.span, _like(value.type, record.type), value, binding, record)

    def _look(self, binding: m.Binding, shape: tree.Shape | None, scope: Scope, span: Span) -> m.Expression:
        if shape is not None:
            return self._entries(binding, shape, scope.with_row(binding))
        assert isinstance(binding.type, t.Ref)
        return self.shown(binding.type.entity, binding, span)

    def shown(self, entity_name: str, binding: m.Binding, span: Span) -> m.Expression:
        """The row at ``binding`` as its entity shows it: its ``show``, else its key."""
        entity = self.e.context.entities[entity_name]
        node = self.e.context.entity_nodes[entity_name]
        show = next((member for member in node.members if isinstance(member, tree.Show)), None)
        row = m.RowOf(span, binding.type, binding)
        if show is None:
            return m.Get(span, entity.key.type, row, entity.key)
        showing = self.e.context.showing
        if entity_name in showing:
            circle = " shows ".join([*showing[showing.index(entity_name) :], entity_name])
            self.e.report.add(
                SHOW_CYCLE,
                show.span,
                f"{circle}: the result would never end.",
                help="Give one of them a shape that names fields only.",
            )
            return m.Get(span, entity.key.type, row, entity.key)
        if entity_name in self.e.context.unshowable:
            return m.Get(span, entity.key.type, row, entity.key)
        if len(showing) >= MOST_SHOWS:
            self.e.context.unshowable.add(entity_name)
            self.e.report.add(
                TOO_DEEP,
                show.span,
                f"{entity_name} is shown in what is shown in something else, and so on, too many times.",
            )
            return m.Get(span, entity.key.type, row, entity.key)
        showing.append(entity_name)
        record = self._entries(binding, show.shape, Scope("rule", row=binding, this=binding, in_query=True))
        showing.pop()
        if not self.e.context.type_fits(record.type, show.span, f"what {entity_name} shows"):
            self.e.context.unshowable.add(entity_name)
        return record

    def _entries(self, binding: m.Binding, shape: tree.Shape, scope: Scope) -> m.MakeRecord:
        """The record that a shape makes of the row at ``binding``, which is ``scope.row``."""
        self.e.notes.shaped[id(shape)] = binding.type
        fields: dict[str, m.Expression] = {}
        places: dict[str, Span] = {}
        row = m.RowOf(shape.span, binding.type, binding)
        if shape.star is not None and isinstance(binding.type, t.Ref):
            for field in self.e.context.entities[binding.type.entity].fields.values():
                fields[field.name] = self.present(m.Get(shape.star, field.type, row, field))
                places[field.name] = field.span
        for entry in shape.entries:
            name = entry.name.text
            if name in fields and (shape.star is None or (entry.value is None and entry.shape is None)):
                self.e.report.add(DUPLICATE_NAME, entry.name.span, f"`{name}` is shown twice.")
            fields[name], places[name] = self._entry(entry, row, scope), entry.name.span
        return _record(shape.span, list(fields.items()), places)

    def _entry(self, entry: tree.Entry, row: m.RowOf, scope: Scope) -> m.Expression:
        if entry.value is not None:
            return self.shaped(entry.value, entry.shape, scope)
        if entry.query is not None:
            if self._is_renamed(entry, row, scope):
                return unknown(entry.span)
            # The field is one of the row shown, whatever the dot is around it.
            return self.shaped(entry.query, entry.shape, scope)
        value = self.e.field_of(row, entry.name, entry.name.span, scope)
        return self.present(value) if entry.shape is None else self.apply(value, entry.shape, scope)

    def _is_renamed(self, entry: tree.Entry, row: m.RowOf, scope: Scope) -> bool:
        """``name as title``, where only rows are named so; reported."""
        assert entry.query is not None
        query, name = entry.query, entry.name.text
        if query.alias is None or query.where or query.sort or query.skip or query.take:
            return False
        value = self.e.field_of(row, entry.name, entry.name.span, scope)
        if isinstance(t.required(value.type), (t.List, t.Unknown)):
            return False
        written = f"{query.alias.text} = .{name}"
        foreign.say(
            self.e, query.span, f"a value gets another name by `{written}`", Edit(query.span, written)
        )
        return True


def _plain(type: t.Type) -> bool:
    """Whether values of the type look in a result as they are: no rows in them."""
    match t.required(type):
        case t.Ref() | t.Group():
            return False
        case t.List(item):
            return _plain(item)
        case t.Map(value):
            return _plain(value)
        case t.Record(fields):
            return all(_plain(f.type) for f in fields)
    return True


def _like(type: t.Type, result: t.Type) -> t.Type:
    return t.optional(result) if isinstance(type, t.Optional) else result


def _record(span: Span, fields: list[tuple[str, m.Expression]], places: Mapping[str, Span]) -> m.MakeRecord:
    record = t.Record(
        tuple(t.RecordField(name, base(value.type), name, span=places.get(name)) for name, value in fields)
    )
    return m.MakeRecord(span, record, tuple(fields))


@rule(tree.Record)
def record(e: Elaborator, node: tree.Record, scope: Scope, expected: t.Type | None) -> m.Expression:
    """A record: its values as they are, but one with a shape as a result shows it."""
    wanted = t.required(expected) if expected is not None else None
    fields: dict[str, m.Expression] = {}
    for pair in node.pairs:
        name = pair.name.text
        if name in fields:
            e.report.add(DUPLICATE_NAME, pair.name.span, f"`{name}` stands here twice.")
        found = wanted.field(name) if isinstance(wanted, t.Record) else None
        if pair.shape is not None:
            fields[name] = Presenter(e).shaped(pair.value, pair.shape, scope)
        else:
            value = e.expr(pair.value, scope, found.type if found else None)
            fields[name] = value if not isinstance(value.type, t.Null) or found else _null(e, value)
    return _record(node.span, list(fields.items()), {pair.name.text: pair.name.span for pair in node.pairs})


def _null(e: Elaborator, value: m.Expression) -> m.Expression:
    """``name = null`` in a result: a null of no particular type."""
    return m.Constant(value.span, t.optional(t.Text()), None)
