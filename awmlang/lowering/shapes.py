"""Records and lists in SQL: as they are held inside, and as the public JSON of a result shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlglot import exp

from awmlang.lowering import trees
from awmlang.lowering.calls import inlined
from awmlang.lowering.operators import may_be_null
from awmlang.lowering.queries import _one as one
from awmlang.lowering.queries import array, first, inside, is_json, mapping, page
from awmlang.lowering.sql import Frame, Item, Lowering, lowers
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t


@lowers(m.MakeList)
def _make_list(s: Lowering, e: m.MakeList) -> Sql:
    return trees.call("json_array", *[inside(s, item) for item in e.items])


@lowers(m.MakeRecord)
def _make_record(s: Lowering, e: m.MakeRecord) -> Sql:
    return trees.call("json_object", *_pairs(s, e, inside))


def _pairs(s: Lowering, e: m.MakeRecord, give: Callable[[Lowering, m.Expression], Sql]) -> list[Sql]:
    parts: list[Sql] = []
    for name, value in e.fields:
        parts += [trees.text(name), give(s, value)]
    return parts


@lowers(m.With)
def _with(s: Lowering, e: m.With) -> Sql:
    return shown(s, e, s.value)


def shown(s: Lowering, e: m.With, lower: Callable[[m.Expression], Sql]) -> Sql:
    """The value of a ``With``, as ``lower`` makes it; null if its row is null."""
    if isinstance(t.required(e.row.type), t.Ref):

        def use(row: object) -> Sql:
            with s.bound(e.binding, row):
                return lower(e.value)

        return s.at(e.row, use)
    with s.bound(e.binding, Item(lambda: s.value(e.row))):
        made = lower(e.value)
    return trees.case([(trees.is_not_null(s.value(e.row)), made)]) if may_be_null(e.row) else made


# ---- Public JSON


def result(s: Lowering, e: m.Expression) -> Sql:
    """The public JSON text of a tool's result: an object at the root."""
    match e.type:
        case t.Record() | t.Map():
            return _json(public(s, e))
        case t.List():
            return trees.call("json_object", trees.text("items"), public(s, e))
    return trees.call("json_object", trees.text("value"), public(s, e))


def public(s: Lowering, e: m.Expression) -> Sql:
    """A value as part of the public JSON."""
    match e:
        case m.MakeRecord():
            return trees.call("json_object", *_pairs(s, e, public))
        case m.MakeList():
            return trees.call("json_array", *[public(s, item) for item in e.items])
        case m.With():
            tree = shown(s, e, lambda value: public(s, value))
            return tree if not isinstance(tree, (exp.Subquery, exp.Case)) else _restored(e, tree)
        case m.CallFunction():
            return _restored(e, inlined(s, e, lambda value: public(s, value)))
        case m.Choose() if is_json(e.type):
            branches = [(s.condition(e.condition), public(s, e.then))]
            return _json(trees.case(branches, public(s, e.otherwise)))
        case m.Aggregate(kind="list"):
            return _json(array(s, e, public))
        case m.Aggregate(kind="map"):
            return _json(mapping(s, e, public))
        case m.Aggregate(kind="page"):
            return page(s, e, public)
        case m.Aggregate(kind="first") if is_json(e.type):
            return _json(trees.scalar(first(s, e, public)))
        case m.Aggregate(kind="one") if is_json(e.type):
            return _json(trees.scalar(one(s, e, public)))
    return _converted(s, e.type, lambda: s.checked(e))


def _json(tree: Sql) -> Sql:
    made = isinstance(tree, exp.Anonymous) and str(tree.this).startswith("json")
    return tree if made else trees.call("json", tree)


def _restored(e: m.Expression, tree: Sql) -> Sql:
    """What is JSON is marked as such again once it comes out of a SELECT or a CASE."""
    type = t.required(e.type)
    return _json(tree) if is_json(type) or isinstance(type, (t.Money, t.Bool)) else tree


def _converted(s: Lowering, type: t.Type, make: Callable[[], Sql]) -> Sql:
    """A value inside, made public."""
    nullable = isinstance(type, t.Optional)
    match t.required(type):
        case t.Money():
            if nullable:
                return trees.call("json", trees.call("awm_money_text", make()))
            units = trees.binary(exp.Div, make(), trees.number(100.0))
            return trees.call("json", trees.call("printf", trees.text("%.2f"), units))
        case t.Bool():
            words = [(trees.number(1), trees.text("true")), (trees.number(0), trees.text("false"))]
            if nullable:
                return trees.call("json", trees.case(words, of=make()))
            return trees.call("json", trees.call("iif", make(), trees.text("true"), trees.text("false")))
        case t.List(item) if not _same_in_public(item):
            frame = Frame(s)
            alias = frame.source(exp.Table(this=trees.call("json_each", make())), "item")
            value = _converted(s, item, lambda: s.column("value", alias))
            order = [trees.ordered(s.column("key", alias))]
            return trees.call(
                "json", trees.scalar(frame.giving(trees.aggregated("json_group_array", value, order=order)))
            )
        case t.Record(fields) if not all(_same_in_public(f.type) for f in fields):
            parts: list[Sql] = []
            for f in fields:
                parts += [trees.text(f.name), _converted(s, f.type, partial(_extracted, make, f.name))]
            made = trees.call("json_object", *parts)
            return trees.call("json", trees.case([(trees.is_not_null(make()), made)])) if nullable else made
        case t.Map(value) if not _same_in_public(value):
            frame = Frame(s)
            alias = frame.source(exp.Table(this=trees.call("json_each", make())), "item")
            held = _converted(s, value, lambda: s.column("value", alias))
            made = trees.call("json_group_object", s.column("key", alias), held)
            return trees.call("json", trees.scalar(frame.giving(made)))
        case t.List() | t.Record() | t.Map():
            return trees.call("json", make())
    return make()


def _extracted(make: Callable[[], Sql], name: str) -> Sql:
    return exp.JSONExtractScalar(this=trees.within(make(), 9), expression=trees.text(name))


def _same_in_public(type: t.Type) -> bool:
    """Whether a value inside stands in public JSON as it is."""
    match t.required(type):
        case t.Money() | t.Bool():
            return False
        case t.List(item):
            return _same_in_public(item)
        case t.Map(value):
            return _same_in_public(value)
        case t.Record(fields):
            return all(_same_in_public(f.type) for f in fields)
    return True
