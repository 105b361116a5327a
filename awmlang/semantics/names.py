"""Names: what they stand for where they stand, and what is near to those that stand for nothing."""

from __future__ import annotations

from awmlang.diagnostics import Edit, Fix, Span
from awmlang.diagnostics.codes import LABEL_IN_CODE, NO_ROW_AT_HAND, NO_SIGNED_IN_USER, UNKNOWN_NAME
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import unknown
from awmlang.semantics.describe import words
from awmlang.semantics.expressions import Elaborator, rule
from awmlang.syntax import tree


@rule(tree.Reference)
def reference(e: Elaborator, node: tree.Reference, scope: Scope, expected: t.Type | None) -> m.Expression:
    name, span, context = node.name, node.span, e.context
    symbol = scope.names.get(name)
    if isinstance(symbol, m.Variable):
        context.used.add(id(symbol))
        context.notes.refer(span, symbol.span)
        return m.Local(span, symbol.type, symbol)
    if isinstance(symbol, m.Binding):
        if symbol.span is not None:
            context.notes.refer(span, symbol.span)
        return m.RowOf(span, symbol.type, symbol)
    if name == "me":
        if context.me is None:
            e.report.add(
                NO_SIGNED_IN_USER,
                span,
                "`me` is used, but nobody is signed in.",
                help="Declare the signed-in user at the top: `me: User = label`.",
            )
            return unknown(span)
        return m.Me(span, t.Ref(context.me.entity))
    if name == "now":
        return m.Now(span, t.Datetime())
    if name == "this" and scope.this is not None:
        return m.RowOf(span, scope.this.type, scope.this)
    if scope.sees_labels and name in context.labels:
        entity, declared = context.labels[name]
        context.notes.refer(span, declared)
        return m.Label(span, t.Ref(entity), name)
    if name == "n" and scope.place == "generate":
        return m.CallBuiltin(span, t.Int(1), "n", ())
    if name == "unchanged" and scope.place == "task":
        return m.Unchanged(span, t.Bool())
    if name in context.entities:
        context.notes.refer(span, context.entities[name].span)
        return m.AllRows(span, t.List(t.Ref(name)), context.entities[name], "all")
    if (value := foreign.name(e, node)) is not None:
        return value
    _unknown_name(e, node, scope, expected)
    return unknown(span)


def _unknown_name(e: Elaborator, node: tree.Reference, scope: Scope, expected: t.Type | None) -> None:
    name, span, context = node.name, node.span, e.context
    inner = t.required(expected) if expected is not None else None
    if isinstance(inner, t.Enum) and name in inner.members:
        fix = Fix(f'Write "{name}"', (Edit(span, f'"{name}"'),), safe=True)
        e.report.add(
            UNKNOWN_NAME,
            span,
            f"`{name}` is no name here.",
            help=f'A member of {inner.name} stands in quotes: "{name}".',
            fixes=(fix,),
        )
    elif name in context.labels and not scope.sees_labels:
        e.report.add(
            LABEL_IN_CODE,
            span,
            f"`{name}` is a label of seed data, and tools know no labels.",
            help="The same spec runs over other data: take the row as a parameter or find it by its fields.",
        )
    elif (
        scope.row is not None
        and isinstance(scope.row.type, t.Ref)
        and name in e.field_names(scope.row.type.entity)
    ):
        fix = Fix(f"Write `.{name}`", (Edit(Span(span.file, span.start, span.start), "."),), safe=True)
        e.report.add(
            UNKNOWN_NAME,
            span,
            f"There is nothing called `{name}` here.",
            help=f"The field of the row at hand is `.{name}`.",
            fixes=(fix,),
        )
    else:
        e.report.unknown(UNKNOWN_NAME, span, "There is nothing called", name, scope.visible_names(context))


@rule(tree.RowField)
def row_field(e: Elaborator, node: tree.RowField, scope: Scope, expected: t.Type | None) -> m.Expression:
    if scope.row is None:
        named = [name for name, symbol in scope.names.items() if isinstance(symbol, m.Binding)]
        help = (
            f"The row is called {words(named)}: write `{named[-1]}.{node.field.text}`."
            if named
            else "A dot stands for the row of a query, of an update, of a shape, or of the entity around it."
        )
        e.report.add(NO_ROW_AT_HAND, node.span, f"`.{node.field.text}`: there is no row at hand.", help=help)
        return unknown(node.span)
    row = m.RowOf(node.span, scope.row.type, scope.row)
    return e.field_of(row, node.field, node.span, scope)
