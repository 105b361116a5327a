"""Elaboration of expressions: tree to model, with a type on each and every name resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from awmlang.diagnostics import Edit, Fix, Span
from awmlang.diagnostics.codes import (
    MAY_BE_NULL,
    MISPLACED_IF_GIVEN,
    NEEDLESS_IF_GIVEN,
    NO_FIELDS,
    NO_SIGNED_IN_USER,
    NOT_A_CONDITION,
    NOT_AVAILABLE_HERE,
    NOT_SHOWABLE,
    OPTIONAL_TEXT,
    OUT_OF_RANGE,
    TYPE_MISMATCH,
    UNKNOWN_FIELD,
)
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Context, Scope
from awmlang.semantics.convert import Converter, narrowed, unknown
from awmlang.semantics.describe import describe
from awmlang.semantics.narrowing import implied, path
from awmlang.semantics.notes import Seen
from awmlang.semantics.numbers import decimal, whole
from awmlang.syntax import tree

Rule = Callable[["Elaborator", Any, Scope, "t.Type | None"], m.Expression]
RULES: dict[type, Rule] = {}
"""One typing rule a node class; the modules beside this one add theirs."""


def rule(node_class: type) -> Callable[[Rule], Rule]:
    def add(function: Rule) -> Rule:
        RULES[node_class] = function
        return function

    return add


class Elaborator:
    """Gives expressions of one spec their meaning. Holds no state but the context and the report."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.report = context.report
        self.convert = Converter(context.report, context.notes)
        self.notes = context.notes

    def expr(self, node: tree.Expr, scope: Scope, expected: t.Type | None = None) -> m.Expression:
        """The meaning of ``node``; ``expected`` helps literals to their type but is not enforced."""
        value = known(RULES[type(node)](self, node, scope, expected), scope)
        if self.notes.seen is not None:
            self.notes.seen[id(node)] = Seen(node, scope, expected, value.type)
        return value

    def fit(self, node: tree.Expr, scope: Scope, target: t.Type, what: str = "") -> m.Expression:
        """The meaning of ``node`` as a ``target``."""
        return self.convert.fit(as_value(self.expr(node, scope, target)), target, what)

    def condition(self, node: tree.Expr, scope: Scope) -> m.Expression:
        """The meaning of ``node``, which must be Bool."""
        value = self.expr(node, scope, t.Bool())
        if isinstance(value.type, (t.Bool, t.Unknown)):
            return value
        if isinstance(t.required(value.type), t.Bool):
            self.convert.may_be_null(value)
        else:
            help = None
            if isinstance(value.type, t.Optional):
                help = "To ask whether it is there, compare: `x != null`."
            elif isinstance(value.type, t.List):
                help = "To ask whether there are any, write `exists(...)`."
            self.report.add(
                NOT_A_CONDITION,
                node.span,
                f"A condition is true or false, but this is {describe(value.type)}.",
                help=help,
            )
        return unknown(node.span)

    def row(self, node: tree.Expr, scope: Scope) -> m.Expression:
        return self.expr(node, scope)

    # ---- Fields

    def field_of(self, base: m.Expression, name: tree.Name, span: Span, scope: Scope) -> m.Expression:
        """``base.name``."""
        inner = t.required(base.type)
        nullable = isinstance(base.type, t.Optional)
        match inner:
            case t.Unknown():
                return unknown(span)
            case t.Ref(entity):
                return self._field_of_row(base, entity, name, span, nullable)
            case t.Record():
                found = inner.field(name.text)
                if found is not None:
                    if found.span is not None:
                        self.notes.refer(name.span, found.span)
                    return m.GetItem(
                        span, t.optional(found.type) if nullable else found.type, base, name.text
                    )
                known_names = [f.name for f in inner.fields]
                self.report.unknown(
                    UNKNOWN_FIELD, name.span, f"{describe(inner)} has no field", name.text, known_names
                )
                return unknown(span)
            case t.Group(key, row) if name.text in ("key", "rows"):
                if not isinstance(base, (m.RowOf, m.Aggregate)):
                    self.report.add(
                        NO_FIELDS,
                        name.span,
                        f"`.{name.text}` is asked of a group that was taken out of a list.",
                        help="`first(group(...) sort ...)` or `one(...)` takes one out that can be asked.",
                    )
                    return unknown(span)
                if name.text == "key":
                    return m.GroupKey(span, t.optional(key) if nullable else key, base)
                if nullable:
                    self.convert.may_be_null(base)
                    return unknown(span)
                return m.RowsOfGroup(span, t.List(row), base)
            case t.Group():
                self.report.unknown(
                    UNKNOWN_FIELD, name.span, "A group has `.key` and `.rows`, no", name.text, ["key", "rows"]
                )
                return unknown(span)
            case t.List() if name.text == "items" and scope.place in ("solution", "task"):
                dot = Span(span.file, name.span.start - 1, name.span.end)
                self.report.add(
                    NO_FIELDS,
                    name.span,
                    "What a tool returns as a list is the list itself here; only a page has `.items`.",
                    fixes=(Fix("Take `.items` away", (Edit(dot, ""),), safe=True),),
                )
                return unknown(span)
            case t.List(item=t.Ref()):
                self.report.add(
                    NO_FIELDS,
                    name.span,
                    f"`.{name.text}` is asked of a list of rows.",
                    help=f"`list(q, .{name.text})` takes it from each row, `first(q).{name.text}` from the first.",
                )
                return unknown(span)
        self.report.add(NO_FIELDS, name.span, f"{describe(base.type)} has no fields, so no `.{name.text}`.")
        return unknown(span)

    def _field_of_row(
        self, base: m.Expression, entity_name: str, name: tree.Name, span: Span, nullable: bool
    ) -> m.Expression:
        entity = self.context.entities[entity_name]
        if (field := entity.fields.get(name.text)) is not None:
            self.notes.refer(name.span, field.span)
            return m.Get(span, t.optional(field.type) if nullable else field.type, base, field)
        if (inverse := entity.inverses.get(name.text)) is not None:
            self.notes.refer(name.span, inverse.span)
            if nullable:
                self.convert.may_be_null(base)
                return unknown(span)
            return inverse_rows(self.context, base, inverse, span)
        if name.text in entity.computed or (entity_name, name.text) in self.context.computed_nodes:
            self.notes.refer(name.span, self.context.computed_nodes[entity_name, name.text].name.span)
            computed = self.context.resolve_computed(entity_name, name.text)
            if computed is None:
                return unknown(span)
            return m.GetComputed(
                span, t.optional(computed.type) if nullable else computed.type, base, computed
            )
        self.report.unknown(
            UNKNOWN_FIELD, name.span, f"{entity_name} has no field", name.text, self.field_names(entity_name)
        )
        return unknown(span)

    def field_names(self, entity_name: str) -> list[str]:
        entity = self.context.entities[entity_name]
        computed = [name for owner, name in self.context.computed_nodes if owner == entity_name]
        return [*entity.fields, *entity.inverses, *computed]


# ---- Helpers that the other modules share


def known(value: m.Expression, scope: Scope) -> m.Expression:
    """The value without null where that is known to be ruled out."""
    if isinstance(value.type, t.Optional) and path(value) in scope.facts.present:
        return narrowed(value)
    return value


def as_value(value: m.Expression) -> m.Expression:
    """A query where a list is wanted becomes the list of its items."""
    if isinstance(value, (m.Query, m.AllRows, m.GroupRows, m.RowsOfGroup)):
        query = as_query(value)
        return m.Aggregate(value.span, query.type, "list", query, None)
    return value


def as_query(value: m.Expression, alias: str | None = None) -> m.Query:
    """Any list as a query over it."""
    if isinstance(value, m.Query):
        return value
    assert isinstance(value.type, t.List)
    binding = m.Binding(value.type.item, alias)
    return m.Query(value.span, t.List(value.type.item), value, binding, None, (), None, None)


def inverse_rows(context: Context, base: m.Expression, inverse: m.InverseField, span: Span) -> m.Expression:
    """The rows of ``inverse.target`` whose ``via`` is ``base``; the row or null where it is one to one."""
    target = context.entities[inverse.target]
    binding = m.Binding(t.Ref(target.name))
    via = target.fields[inverse.via]
    row = m.RowOf(span, binding.type, binding)
    where = m.Operation(span, t.Bool(), "==", (m.Get(span, via.type, row, via), base))
    rows = m.AllRows(span, t.List(binding.type), target, "all")
    query = m.Query(span, t.List(binding.type), rows, binding, where, (), None, None)
    if inverse.single:
        return m.Aggregate(span, t.optional(binding.type), "first", query, None)
    return query


# ---- Paths


@rule(tree.Attribute)
def attribute(e: Elaborator, node: tree.Attribute, scope: Scope, expected: t.Type | None) -> m.Expression:
    if (value := foreign.row_at_hand(e, node, scope)) is not None:
        return value
    base = e.expr(node.base, scope)
    if (value := foreign.field_of(e, node, base, scope)) is not None:
        return value
    return e.field_of(base, node.field, node.span, scope)


@rule(tree.Index)
def index(e: Elaborator, node: tree.Index, scope: Scope, expected: t.Type | None) -> m.Expression:
    items = as_value(e.expr(node.base, scope))
    position = e.fit(node.index, scope, t.Int(), "the index")
    match items.type:
        case t.List(item):
            return m.At(node.span, item, items, position)
        case t.Unknown():
            pass
        case t.Optional():
            e.convert.may_be_null(items)
        case _:
            e.report.add(
                TYPE_MISMATCH,
                node.base.span,
                f"Only a list has items by number; this is {describe(items.type)}.",
            )
    return unknown(node.span)


@rule(tree.IfGiven)
def if_given(e: Elaborator, node: tree.IfGiven, scope: Scope, expected: t.Type | None) -> m.Expression:
    if scope.givens is None:
        e.report.add(
            MISPLACED_IF_GIVEN,
            node.span,
            "`?` drops a term of a `where`, and this is in none.",
            help="To give another value for null, write `x ?? other`.",
        )
        return unknown(node.span)
    value = e.expr(node.value, scope, expected)
    if isinstance(value.type, t.Unknown):
        return value
    if not isinstance(value.type, t.Optional):
        fix = Fix(
            "Take the `?` away",
            (Edit(Span(node.span.file, node.span.end - 1, node.span.end), ""),),
            safe=True,
        )
        e.report.add(NEEDLESS_IF_GIVEN, node.span, "This is always given: it needs no `?`.", fixes=(fix,))
        return value
    scope.givens.append(value)
    return narrowed(value)


# ---- Literals


@rule(tree.Number)
def number(e: Elaborator, node: tree.Number, scope: Scope, expected: t.Type | None) -> m.Expression:
    value = decimal(node.text) if "." in node.text else whole(node.text)
    if value is None:
        e.report.add(OUT_OF_RANGE, node.span, "The number is too large: whole numbers end at 2^53 - 1.")
        return unknown(node.span)
    return m.Constant(node.span, t.Float() if isinstance(value, float) else t.Int(), value)


@rule(tree.Boolean)
def boolean(e: Elaborator, node: tree.Boolean, scope: Scope, expected: t.Type | None) -> m.Expression:
    return m.Constant(node.span, t.Bool(), int(node.value))


@rule(tree.Null)
def null(e: Elaborator, node: tree.Null, scope: Scope, expected: t.Type | None) -> m.Expression:
    return m.Constant(node.span, t.Null(), None)


@rule(tree.String)
def string(e: Elaborator, node: tree.String, scope: Scope, expected: t.Type | None) -> m.Expression:
    if all(isinstance(part, str) for part in node.parts):
        return m.Constant(node.span, t.Text(), "".join(part for part in node.parts if isinstance(part, str)))
    parts = tuple(part if isinstance(part, str) else _text_part(e, part, scope) for part in node.parts)
    return m.Interpolation(node.span, t.Text(), parts)


def _text_part(e: Elaborator, node: tree.Expr, scope: Scope) -> m.Expression:
    value = e.expr(node, scope)
    match value.type:
        case t.Optional():
            e.report.add(
                OPTIONAL_TEXT,
                node.span,
                f"This may be null ({describe(value.type)}), and a text cannot say that.",
                help="Rule null out before, or give another value with `let x = ... ?? ...`.",
            )
        case t.Ref(entity):
            key = e.context.entities[entity].key
            return m.Get(node.span, key.type, value, key)
        case t.List() | t.Record() | t.Map() | t.Group() | t.Void():
            e.report.add(
                NOT_SHOWABLE,
                node.span,
                f"A text can hold numbers, texts, dates and the like, but not {describe(value.type)}.",
            )
    return value


@rule(tree.ListOf)
def list_of(e: Elaborator, node: tree.ListOf, scope: Scope, expected: t.Type | None) -> m.Expression:
    wanted = t.required(expected) if expected is not None else None
    item_type = wanted.item if isinstance(wanted, t.List) else None
    items = [as_value(e.expr(item, scope, item_type)) for item in node.items]
    if item_type is None:
        item_type = e.convert.common(items, node.span, "An item of the list") if items else t.Unknown()
        items = [e.convert.fit(item, item_type) for item in items]
    return m.MakeList(node.span, t.List(item_type), tuple(items))


@rule(tree.Conditional)
def conditional(e: Elaborator, node: tree.Conditional, scope: Scope, expected: t.Type | None) -> m.Expression:
    condition = e.condition(node.condition, scope)
    true, false = implied(condition)
    then = as_value(e.expr(node.then, scope.knowing(scope.facts.and_(true)), expected))
    otherwise = as_value(e.expr(node.otherwise, scope.knowing(scope.facts.and_(false)), expected))
    return choose(e, node.span, condition, then, otherwise)


def choose(
    e: Elaborator, span: Span, condition: m.Expression, then: m.Expression, otherwise: m.Expression
) -> m.Expression:
    """``if condition then ... else ...`` with both branches of one type."""
    common = e.convert.common((then, otherwise), span, "The value")
    fitted = [e.convert.fit(branch, common) for branch in (then, otherwise)]
    return m.Choose(span, common, condition, *fitted)


# ---- Rows of a kind


@rule(tree.Rows)
def rows(e: Elaborator, node: tree.Rows, scope: Scope, expected: t.Type | None) -> m.Expression:
    entity = e.context.entity(node.entity)
    if entity is None:
        return unknown(node.span)
    if node.which != "my":
        if scope.place != "task":
            e.report.add(
                NOT_AVAILABLE_HERE,
                node.span,
                f"`{node.which} {entity.name}` compares the end of a task with its start; it stands only there.",
            )
            return unknown(node.span)
        return m.AllRows(node.span, t.List(t.Ref(entity.name)), entity, node.which)
    if e.context.me is None:
        e.report.add(
            NO_SIGNED_IN_USER,
            node.span,
            f"`my {entity.name}`: nobody is signed in.",
            help="Declare the signed-in user: `me: User = label`.",
        )
        return unknown(node.span)
    query = as_query(m.AllRows(node.span, t.List(t.Ref(entity.name)), entity, "all"))
    return restricted(e, query, entity)


def restricted(e: Elaborator, query: m.Query, entity: m.Entity) -> m.Query:
    """The rows of ``query`` that ``me`` may see."""
    rule = e.context.resolve_access(entity)
    if rule is None:
        return query
    seen = m.With(
        query.span,
        t.Bool(),
        m.RowOf(query.span, query.binding.type, query.binding),
        entity.this,
        rule,
    )
    return replace(query, where=conjunction(seen, query.where))


def conjunction(a: m.Expression | None, b: m.Expression | None) -> m.Expression | None:
    if a is None or b is None:
        return a or b
    return m.Operation(b.span, t.Bool(), "and", (a, b))


def require_row(e: Elaborator, value: m.Expression) -> str | None:
    """The entity of a row that is not null, or None, reported."""
    match value.type:
        case t.Ref(entity):
            return entity
        case t.Optional(inner=t.Ref()):
            e.report.add(MAY_BE_NULL, value.span, f"This may be null ({describe(value.type)}).")
    return None
