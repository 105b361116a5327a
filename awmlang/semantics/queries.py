"""Queries, and the functions that make one value of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from awmlang.diagnostics import Span
from awmlang.diagnostics.codes import (
    BAD_OPERANDS,
    BAD_PAGED,
    DUPLICATE_NAME,
    MISPLACED_IF_GIVEN,
    NOT_A_QUERY,
    NOT_COMPARABLE,
    SHADOWED_NAME,
    WRONG_ARGUMENTS,
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import base, unknown
from awmlang.semantics.describe import describe, words
from awmlang.semantics.expressions import Elaborator, as_query, as_value, conjunction, rule
from awmlang.semantics.narrowing import implied
from awmlang.semantics.operators import NUMBERS, ORDERED
from awmlang.syntax import tree


@rule(tree.Query)
def query(e: Elaborator, node: tree.Query, scope: Scope, expected: t.Type | None) -> m.Expression:
    found = open_query(e, node, scope)
    if found is None:
        return unknown(node.span)
    if node.paged is not None:
        e.report.add(
            BAD_PAGED,
            node.paged.span,
            "`paged` makes the pages of a tool's result; it stands only in its `return`.",
            help="`take n` cuts a list.",
        )
    return found[0]


def open_query(e: Elaborator, node: tree.Expr, scope: Scope) -> tuple[m.Query, Scope] | None:
    """The query of ``node``, and the scope of what follows it: its shape, the rest of the call around it."""
    if not isinstance(node, tree.Query):
        value = e.expr(node, scope)
        if not _is_list(e, value, node.span):
            return None
        found = as_query(value)
        return found, scope.inside_query().with_row(found.binding)
    source = e.expr(node.source, scope)
    if not _is_list(e, source, node.source.span):
        return None
    found = as_query(source)
    if (
        found.sort
        or found.skip
        or found.take
        or (isinstance(source, m.Query) and isinstance(node.source, tree.Query))
    ):
        found = as_query(m.Aggregate(found.span, found.type, "list", found, None))
    inner = scope.inside_query()
    if node.alias is not None:
        name = node.alias.text
        if name in scope.names:
            e.report.add(
                SHADOWED_NAME,
                node.alias.span,
                f"`{name}` is something else here already.",
                help="Give the row another name.",
            )
        found.binding.alias, found.binding.span = name, node.alias.span
        inner = inner.with_name(name, found.binding)
    else:
        inner = inner.with_row(found.binding)
    where = found.where
    if node.where is not None:
        where = conjunction(where, where_of(e, node.where, inner))
        inner = inner.knowing(inner.facts.and_(implied(where)[0])) if where is not None else inner
    sort = sort_of(e, node.sort, inner) if node.sort is not None else ()
    skip = e.fit(node.skip, scope, t.Int(0), "`skip`") if node.skip is not None else None
    take = e.fit(node.take, scope, t.Int(0), "`take`") if node.take is not None else None
    return replace(found, span=node.span, where=where, sort=sort, skip=skip, take=take), inner


def _is_list(e: Elaborator, value: m.Expression, span: Span) -> bool:
    if isinstance(value.type, t.List):
        return True
    if isinstance(value.type, t.Unknown):
        return False
    if isinstance(value.type, t.Optional) and isinstance(value.type.inner, t.List):
        e.convert.may_be_null(value)
    else:
        e.report.add(NOT_A_QUERY, span, f"Rows or a list are expected, but this is {describe(value.type)}.")
    return False


# ---- Where


def where_of(e: Elaborator, node: tree.Expr, scope: Scope) -> m.Expression:
    """A where clause: its terms, each dropped when an ``x?`` in it is absent."""
    if isinstance(node, tree.Binary) and node.operator == "and":
        left = where_of(e, node.left, scope)
        right = where_of(e, node.right, scope.knowing(scope.facts.and_(implied(left)[0])))
        return m.Operation(node.span, t.Bool(), "and", (left, right))
    branches: list[tuple[m.Expression, list[m.Expression]]] = []
    facts = scope.facts
    for branch in _alternatives(node):
        givens: list[m.Expression] = []
        value = e.condition(branch, scope.collecting(givens).knowing(facts))
        if scope.in_where and givens:
            e.report.add(
                MISPLACED_IF_GIVEN,
                givens[0].span,
                "`?` drops a term of a `where`, but not of a query inside one.",
                help="Say in the outer `where` when the query counts: `x == null or exists(...)`.",
            )
        facts = facts.and_(implied(value)[1])
        branches.append((value, givens))
    return _any(node.span, branches)


def _alternatives(node: tree.Expr) -> list[tree.Expr]:
    if isinstance(node, tree.Binary) and node.operator == "or":
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


def _any(span: Span, branches: list[tuple[m.Expression, list[m.Expression]]]) -> m.Expression:
    """One of the branches holds, of those whose parameters are all given; true if none is left."""
    terms: list[m.Expression] = []
    if all(givens for _, givens in branches):
        dropped = [_fold("or", [_absent(g) for g in givens]) for _, givens in branches]
        terms.append(_fold("and", _distinct(dropped)))
    for value, givens in branches:
        if len(branches) == 1:
            terms.append(value)
        else:
            terms.append(_fold("and", [*(_given(g) for g in givens), value]))
    return replace(_fold("or", terms), span=span)


def _distinct(terms: list[m.Expression]) -> list[m.Expression]:
    """Without the terms that say the same of the same parameter."""
    found: dict[object, m.Expression] = {}
    for term in terms:
        key: object = id(term)
        if isinstance(term, m.Operation) and term.operator == "==" and isinstance(term.arguments[0], m.Local):
            key = term.arguments[0].variable
        found.setdefault(key, term)
    return list(found.values())


def _absent(value: m.Expression) -> m.Expression:
    return m.Operation(value.span, t.Bool(), "==", (value, m.Constant(value.span, t.Null(), None)))


def _given(value: m.Expression) -> m.Expression:
    return m.Operation(value.span, t.Bool(), "!=", (value, m.Constant(value.span, t.Null(), None)))


def _fold(operator: m.Operator, terms: list[m.Expression]) -> m.Expression:
    result = terms[0]
    for term in terms[1:]:
        result = m.Operation(result.span.to(term.span), t.Bool(), operator, (result, term))
    return result


# ---- Sort


def sort_of(e: Elaborator, node: tree.Sort, scope: Scope) -> tuple[m.SortKey | m.SortChoice, ...]:
    keys: list[m.SortKey | m.SortChoice] = []
    for key in node.keys:
        if isinstance(key, tree.SortKey):
            keys.append(_sort_key(e, key, scope))
        elif (choice := _sort_choice(e, key, scope)) is not None:
            keys.append(choice)
    return tuple(keys)


def _sort_key(e: Elaborator, node: tree.SortKey, scope: Scope) -> m.SortKey:
    value = as_value(e.expr(node.value, scope))
    inner = t.required(value.type)
    if isinstance(inner, t.Ref):
        key = e.context.entities[inner.entity].key
        value = m.Get(
            value.span, t.optional(key.type) if isinstance(value.type, t.Optional) else key.type, value, key
        )
    elif not isinstance(inner, (*ORDERED, t.Bool, t.Unknown)):
        e.report.add(NOT_COMPARABLE, node.span, f"Rows cannot be sorted by {describe(value.type)}.")
        value = unknown(node.span)
    return m.SortKey(value, node.descending)


def _sort_choice(e: Elaborator, node: tree.SortChoice, scope: Scope) -> m.SortChoice | None:
    selector = e.expr(node.selector, replace(scope, row=None))
    enum = t.required(selector.type)
    if not isinstance(enum, t.Enum):
        if not isinstance(enum, t.Unknown):
            e.report.add(
                BAD_OPERANDS,
                node.selector.span,
                f"`sort by` picks by an enum value, but this is {describe(selector.type)}.",
            )
        return None
    options: dict[str, m.SortKey] = {}
    for option in node.options:
        if option.member.text in options:
            e.report.add(DUPLICATE_NAME, option.member.span, f"`{option.member.text}` stands here twice.")
        e.convert.fit(m.Constant(option.member.span, t.Text(), option.member.text), enum)
        options[option.member.text] = _sort_key(e, option.key, scope)
    missing = [member for member in enum.members if member not in options]
    if missing:
        e.report.add(BAD_OPERANDS, node.span, f"`sort by` says nothing for {words(missing, 'and')}.")
    return m.SortChoice(selector, tuple(options.items()))


# ---- Functions over a query

Aggregation = Callable[[Elaborator, tree.Call, m.Query, Scope, "list[tree.Expr]"], m.Expression]
AGGREGATES: dict[str, tuple[int, int, Aggregation]] = {}
"""By name: how many arguments may follow the query, at least and at most, and the typing rule."""


def aggregate(name: str, least: int, most: int) -> Callable[[Aggregation], Aggregation]:
    def add(function: Aggregation) -> Aggregation:
        AGGREGATES[name] = (least, most, function)
        return function

    return add


def call_aggregate(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression:
    least, most, function = AGGREGATES[node.name.text]
    name = node.name.text
    if any(a.name is not None for a in node.arguments) or not least + 1 <= len(node.arguments) <= most + 1:
        shape = {(0, 0): "q", (0, 1): "q` or `{name}(q, value", (1, 1): "q, value", (2, 2): "q, key, value"}
        usage = shape[least, most].format(name=name)
        e.report.add(
            WRONG_ARGUMENTS,
            node.span,
            f"`{name}` is written `{name}({usage})`, where `q` is a query or a list.",
        )
        return unknown(node.span)
    opened = open_query(e, node.arguments[0].value, scope)
    if opened is None:
        return unknown(node.span)
    found, inner = opened
    if isinstance(node.arguments[0].value, tree.Query) and node.arguments[0].value.paged is not None:
        e.report.add(
            BAD_PAGED,
            node.span,
            "`paged` makes the pages of a tool's result; it stands only in its `return`.",
        )
    return function(e, node, found, inner, [a.value for a in node.arguments[1:]])


def _item(found: m.Query) -> m.RowOf:
    return m.RowOf(found.span, found.binding.type, found.binding)


def _value(e: Elaborator, found: m.Query, inner: Scope, rest: list[tree.Expr]) -> m.Expression:
    """The projection, or else the item itself."""
    return as_value(e.expr(rest[0], inner)) if rest else _item(found)


@aggregate("count", 0, 0)
def _count(
    e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
) -> m.Expression:
    return m.Aggregate(node.span, t.Int(0), "count", found, None)


@aggregate("exists", 0, 0)
def _exists(
    e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
) -> m.Expression:
    return m.Aggregate(node.span, t.Bool(), "exists", found, None)


@aggregate("all", 1, 1)
def _all(e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]) -> m.Expression:
    return m.Aggregate(node.span, t.Bool(), "all", found, e.condition(rest[0], inner))


@aggregate("sum", 0, 1)
def _sum(e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]) -> m.Expression:
    value = _value(e, found, inner, rest)
    inner_type = t.required(value.type)
    if not isinstance(inner_type, (*NUMBERS, t.Duration)):
        return _not_for(e, node, value, "adds up numbers", rest)
    return m.Aggregate(node.span, base(inner_type), "sum", found, value)


@aggregate("avg", 0, 1)
def _avg(e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]) -> m.Expression:
    value = _value(e, found, inner, rest)
    inner_type = t.required(value.type)
    if not isinstance(inner_type, NUMBERS):
        return _not_for(e, node, value, "takes the mean of numbers", rest)
    result: t.Type = t.Money() if isinstance(inner_type, t.Money) else t.Float()
    return m.Aggregate(node.span, t.optional(result), "avg", found, value)


def _extreme(kind: m.AggregateKind) -> Aggregation:
    def typed(
        e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
    ) -> m.Expression:
        value = _value(e, found, inner, rest)
        if not isinstance(t.required(value.type), ORDERED):
            return _not_for(e, node, value, "compares values that have an order", rest)
        return m.Aggregate(node.span, t.optional(base(t.required(value.type))), kind, found, value)

    return typed


aggregate("min", 0, 1)(_extreme("min"))
aggregate("max", 0, 1)(_extreme("max"))


def _not_for(
    e: Elaborator, node: tree.Call, value: m.Expression, what: str, rest: list[tree.Expr]
) -> m.Expression:
    if not isinstance(value.type, t.Unknown):
        help = None if rest else f"Say what of each row: `{node.name.text}(q, .field)`."
        e.report.add(
            BAD_OPERANDS,
            value.span,
            f"`{node.name.text}` {what}, but this is {describe(value.type)}.",
            help=help,
        )
    return unknown(node.span)


@aggregate("first", 0, 0)
def _first(
    e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
) -> m.Expression:
    return m.Aggregate(node.span, t.optional(found.binding.type), "first", found, None)


@aggregate("one", 0, 0)
def _one(e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]) -> m.Expression:
    return m.Aggregate(node.span, found.binding.type, "one", found, None)


@aggregate("list", 0, 1)
def _list(
    e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
) -> m.Expression:
    value = _value(e, found, inner, rest)
    return m.Aggregate(node.span, t.List(base(value.type)), "list", found, value if rest else None)


@aggregate("distinct", 0, 1)
def _distinct_items(
    e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
) -> m.Expression:
    value = _value(e, found, inner, rest)
    if isinstance(t.required(value.type), (t.Record, t.Map, t.List, t.Group)):
        return _not_for(e, node, value, "tells values apart", rest)
    return m.Aggregate(node.span, t.List(base(value.type)), "distinct", found, value if rest else None)


@aggregate("map", 2, 2)
def _map(e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]) -> m.Expression:
    key = e.expr(rest[0], inner)
    if isinstance(key.type, t.Ref):
        field = e.context.entities[key.type.entity].key
        key = m.Get(key.span, field.type, key, field)
    if not isinstance(key.type, (t.Text, t.Enum, t.Int, t.Date, t.Unknown)):
        if isinstance(key.type, t.Optional):
            e.convert.may_be_null(key)
        else:
            e.report.add(
                BAD_OPERANDS,
                rest[0].span,
                f"A key of a map is a text or prints as one, but this is {describe(key.type)}.",
            )
    value = as_value(e.expr(rest[1], inner))
    return m.Aggregate(node.span, t.Map(base(value.type)), "map", found, value, key=key)


@aggregate("group", 1, 1)
def _group(
    e: Elaborator, node: tree.Call, found: m.Query, inner: Scope, rest: list[tree.Expr]
) -> m.Expression:
    key = e.expr(rest[0], inner)
    if isinstance(t.required(key.type), (t.Record, t.Map, t.List, t.Group, t.Unknown)):
        return _not_for(e, node, key, "needs a key that can be told apart", rest)
    return m.GroupRows(node.span, t.List(t.Group(base(key.type), found.binding.type)), found, key)
