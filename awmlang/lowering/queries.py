"""Queries in SQL: what a SELECT reads from, in which order, and the one value that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlglot import exp

from awmlang.lowering import trees
from awmlang.lowering.bounds import bounds
from awmlang.lowering.choosing import apart, is_unique, through
from awmlang.lowering.names import table_name, table_of
from awmlang.lowering.operators import logic, may_be_null, rank
from awmlang.lowering.sql import Frame, Item, Lowering, Place, Row, Schema, lowers
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t

Give = Callable[[Lowering, m.Expression], Sql]
"""How an item of a list is made: as it is inside, or as a result shows it."""


@dataclass(slots=True)
class Grouped:
    """A group: where the rows of its SELECT are, and what they are grouped by."""

    s: Lowering
    rows: m.GroupRows
    place: Place
    frame: Frame
    depth: int

    def make(self) -> Sql:
        """The key."""
        with self.s.bound(self.rows.query.binding, self.place):
            return self.s.value(self.rows.key)

    def follow(self) -> Row:
        """The row that the key refers to."""
        with self.s.bound(self.rows.query.binding, self.place):
            found = self.s.place(self.rows.key)
            if found is not None:
                return found
            entity = self.s.entity_of(self.rows.key.type)
            optional = may_be_null(self.rows.key)
            return self.frame.join(entity, self.s.value(self.rows.key), "key", None, optional)


@dataclass(slots=True)
class Opened:
    """A query whose FROM and WHERE are made. ``is_whole``: its rows are neither cut nor grouped."""

    s: Lowering
    query: m.Query
    frame: Frame
    tie: Callable[[], list[exp.Ordered]]
    is_whole: bool

    def item(self) -> m.RowOf:
        return m.RowOf(self.query.span, self.query.binding.type, self.query.binding)

    def order(self) -> list[exp.Ordered]:
        return [*_sorted(self.s, self.query), *self.tie()]

    def select(self, *values: Sql, ordered: bool = True) -> exp.Select:
        """The SELECT of values of each item, in order, cut."""
        order = self.order() if ordered else None
        take, skip = self.query.take, self.query.skip
        limit = _at_least_0(self.s, take) if take is not None else None
        offset = self.s.value(skip) if skip is not None else None
        if any(count is not None and count.find(exp.Column) for count in (limit, offset)):
            return self._numbered(values, order, limit, offset)
        select = self.frame.giving(*values, order=order)
        if limit is not None or offset is not None:
            select.set("limit", exp.Limit(expression=limit or trees.number(-1)))
        if offset is not None:
            select.set("offset", exp.Offset(expression=offset))
        return select

    def _numbered(
        self, values: Sequence[Sql], order: list[exp.Ordered] | None, limit: Sql | None, offset: Sql | None
    ) -> exp.Select:
        """As ``select``, for counts that are read of rows, of which LIMIT and OFFSET know nothing."""
        nth = exp.Column(this=exp.to_identifier("nth"))
        named = [
            value if isinstance(value, exp.Alias) else exp.Alias(this=value, alias=exp.to_identifier("v"))
            for value in values
        ]
        inner = self.frame.giving(*named, exp.Alias(this=trees.row_number(order), alias=nth.this))
        first = trees.call("max", offset, trees.number(0)) if offset is not None else trees.number(0)
        terms = [trees.binary(exp.GT, nth.copy(), first)]
        if limit is not None:
            terms.append(trees.binary(exp.LTE, nth.copy(), trees.binary(exp.Add, first.copy(), limit)))
        select = from_select(inner, *(exp.Column(this=value.args["alias"].copy()) for value in named))
        select.set("where", exp.Where(this=trees.all_of(terms)))
        if order:
            select.set("order", exp.Order(expressions=[exp.Ordered(this=nth)]))
        return select

    def over(self, value: Callable[[], Sql] | None, build: Callable[[Sql], Sql]) -> exp.Select:
        """The SELECT of what ``build`` makes of a column of values; in a SELECT around it where that must be.

        Without values the rows are only counted, in whatever order.
        """
        made = value() if value is not None else trees.number(1)
        if self.is_whole:
            return self.frame.giving(build(made))
        is_cut = self.query.take is not None or self.query.skip is not None
        inner = self.select(
            exp.Alias(this=made, alias=exp.to_identifier("v")), ordered=is_cut and value is not None
        )
        return from_select(inner, build(exp.Column(this=exp.to_identifier("v"))))


def _at_least_0(s: Lowering, count: m.Expression) -> Sql:
    """A LIMIT below 0 would be none."""
    tree = s.value(count)
    return tree if bounds(count)[0] >= 0 else trees.call("max", tree, trees.number(0))


def from_select(inner: exp.Select, *values: Sql) -> exp.Select:
    return exp.Select(expressions=list(values), from_=exp.From(this=exp.Subquery(this=inner)))


# ---- Sources


@contextmanager
def opened(s: Lowering, query: m.Query) -> Iterator[Opened]:
    """The query's SELECT, with its binding at the item."""
    frame = Frame(s)
    s.depth += 1
    if isinstance(query.source, m.GroupRows):
        with _groups(s, query, query.source) as found:
            yield found
    else:
        place, tie = _source(s, frame, query.source, query.binding)
        with s.bound(query.binding, place):
            if query.where is not None:
                frame.where(s.condition(query.where))
            yield Opened(s, query, frame, tie, query.skip is None and query.take is None)
    s.depth -= 1


@contextmanager
def _groups(s: Lowering, query: m.Query, rows: m.GroupRows) -> Iterator[Opened]:
    frame = Frame(s)
    place, _ = _source(s, frame, rows.query.source, rows.query.binding)
    with s.bound(rows.query.binding, place):
        if rows.query.where is not None:
            frame.where(s.condition(rows.query.where))
        grouped = Grouped(s, rows, place, frame, s.depth)
        frame.select.set("group", exp.Group(expressions=[trees.no_position(grouped.make())]))
        with s.bound(query.binding, grouped):
            if query.where is not None:
                frame.select.set("having", exp.Having(this=s.condition(query.where)))
            group = m.RowOf(query.span, query.binding.type, query.binding)
            key = m.GroupKey(query.span, rows.key.type, group)
            yield Opened(s, query, frame, lambda: _ordered(s, key, False), False)


def _source(
    s: Lowering, frame: Frame, source: m.Expression, binding: m.Binding
) -> tuple[Place, Callable[[], list[exp.Ordered]]]:
    """Sets the FROM; where the items are, and what they are in order of when nothing else is said."""
    if isinstance(source, m.AllRows):
        return _all_rows(s, frame, source, binding)
    if isinstance(source, m.RowsOfGroup):
        return _rows_of_group(s, frame, source, binding)
    alias = frame.source(exp.Table(this=trees.call("json_each", s.value(source))), "item")
    tie = lambda: [trees.ordered(s.column("key", alias))]  # noqa: E731
    if isinstance(binding.type, t.Ref):
        entity = s.model.entities[binding.type.entity]
        wanted = binding.alias or table_name(entity.name)
        schema: Schema = "old" if s.old or s.is_past(source) else None
        return frame.join(entity, s.column("value", alias), wanted, schema, False), tie
    return Item(lambda: s.column("value", alias)), tie


def _all_rows(
    s: Lowering, frame: Frame, source: m.AllRows, binding: m.Binding
) -> tuple[Place, Callable[[], list[exp.Ordered]]]:
    entity = source.entity
    row = frame.table(
        entity, binding.alias or table_name(entity.name), "old" if s.old or source.which == "gone" else None
    )
    if source.which != "all":
        alias = s.alias("other")
        other = s.aliased(table_of(entity, None if source.which == "gone" else "old"), alias)
        same = trees.same(s.column(entity.key, alias), s.column(entity.key, row.alias), False)
        if source.which == "changed":
            differs = [
                trees.differ(s.column(f, alias), s.column(f, row.alias), True)
                for f in entity.fields.values()
                if not f.is_key
            ]
            same = trees.binary(exp.And, same, trees.any_of(differs))
        there = exp.Select(
            expressions=[trees.number(1)], from_=exp.From(this=other), where=exp.Where(this=same)
        )
        frame.where(trees.exists(there) if source.which == "changed" else trees.negation(trees.exists(there)))
    return row, lambda: [trees.ordered(s.column(entity.key, row.alias))]


def _rows_of_group(
    s: Lowering, frame: Frame, source: m.RowsOfGroup, binding: m.Binding
) -> tuple[Place, Callable[[], list[exp.Ordered]]]:
    """The grouped rows once more, those whose key is the group's."""
    group = source.group
    if isinstance(group, m.Aggregate):  # the first of the groups, or the only one
        assert isinstance(group.query.source, m.GroupRows)
        rows = group.query.source
        key = s.value(m.GroupKey(group.span, rows.key.type, group))
    else:
        assert isinstance(group, m.RowOf)
        grouped: Grouped = s.bindings[group.binding]
        rows, key = grouped.rows, grouped.make()
    place, tie = _source(s, frame, rows.query.source, rows.query.binding)
    with s.bound(rows.query.binding, place):
        if rows.query.where is not None:
            frame.where(s.condition(rows.query.where))
        frame.where(trees.same(s.value(rows.key), key, True))
    return place, tie


# ---- Order


def _sorted(s: Lowering, query: m.Query) -> list[exp.Ordered]:
    terms: list[exp.Ordered] = []
    for key in query.sort:
        if isinstance(key, m.SortKey):
            terms += _ordered(s, key.value, key.descending)
            continue
        for member, option in key.options:
            for part in rank(s, option.value):
                chosen = trees.same(s.value(key.selector), trees.text(member), may_be_null(key.selector))
                terms.append(trees.ordered(trees.case([(chosen, part)]), option.descending, True))
    return terms


def _ordered(s: Lowering, value: m.Expression, descending: bool) -> list[exp.Ordered]:
    return [trees.ordered(part, descending, may_be_null(value)) for part in rank(s, value)]


# ---- Values


def members(s: Lowering, items: m.Expression) -> exp.Select:
    """The SELECT of the items of a list."""
    if isinstance(items, m.Aggregate) and items.kind == "list":
        with opened(s, items.query) as found:
            ordered = not found.is_whole
            return found.select(s.value(items.value or found.item()), ordered=ordered)
    frame = Frame(s)
    alias = frame.source(exp.Table(this=trees.call("json_each", s.value(items))), "item")
    return frame.giving(s.column("value", alias))


def rows(s: Lowering, query: m.Query) -> exp.Select:
    """The SELECT of the items of a query, in order."""
    with opened(s, query) as found:
        return found.select(s.value(found.item()))


@lowers(m.Query)
def _query(s: Lowering, e: m.Query) -> Sql:
    return array(s, m.Aggregate(e.span, e.type, "list", e, None), inside)


@lowers(m.GroupKey)
def _group_key(s: Lowering, e: m.GroupKey) -> Sql:
    if isinstance(e.group, m.Aggregate):
        binding = e.group.query.binding
        key = m.GroupKey(e.span, e.type, m.RowOf(e.span, binding.type, binding))
        return s.value(replace(e.group, type=e.type, value=key))
    assert isinstance(e.group, m.RowOf)
    made: Sql = s.bindings[e.group.binding].make()
    return made


@lowers(m.Aggregate)
def _aggregate(s: Lowering, e: m.Aggregate) -> Sql:
    native = _native(s, e)
    if native is not None:
        return native
    e = apart(e)
    match e.kind:
        case "list":
            return array(s, e, inside)
        case "distinct":
            return trees.call("awm_distinct", array(s, e, inside))
        case "map":
            return mapping(s, e, inside)
        case "exists" | "all":
            return _quantified(s, e)
        case "first":
            return trees.scalar(first(s, e, inside if is_json(e.type) else None))
        case "one":
            return trees.scalar(_one(s, e))
        case "min" | "max":
            if isinstance(t.required(e.type), (t.Text, t.Enum)):
                return trees.scalar(_extreme(s, e))
    with opened(s, e.query) as found:
        value = None if e.value is None else (lambda: s.value(e.value))  # type: ignore[arg-type]
        return trees.scalar(found.over(value, lambda v: _combined(e, v, None)))


def _combined(e: m.Aggregate, value: Sql, where: Sql | None) -> Sql:
    """What SQL makes of a column of values."""

    def filtered(tree: Sql) -> Sql:
        return tree if where is None else exp.Filter(this=tree, expression=exp.Where(this=where.copy()))

    match e.kind:
        case "count":
            return filtered(trees.count_all())
        case "sum":
            zero = trees.number(0.0 if isinstance(e.type, t.Float) else 0)
            return trees.call("coalesce", filtered(trees.call("sum", value)), zero)
        case "avg" if isinstance(t.required(e.type), t.Money):
            return trees.call(
                "awm_average", filtered(trees.call("sum", value)), filtered(trees.call("count", value.copy()))
            )
    return filtered(trees.call(e.kind, value))


def _native(s: Lowering, e: m.Aggregate) -> Sql | None:
    """An aggregate over ``.rows`` in the SELECT that makes the groups, where SQL has it."""
    query = e.query
    if not isinstance(query.source, m.RowsOfGroup) or e.kind not in ("count", "sum", "avg", "min", "max"):
        return None
    if not isinstance(query.source.group, m.RowOf):
        return None
    grouped = s.bindings[query.source.group.binding]
    simple = (
        not isinstance(t.required(e.type), (t.Text, t.Enum)) and query.skip is None and query.take is None
    )
    if s.depth != grouped.depth or not simple:
        return None
    with s.bound(grouped.rows.query.binding, grouped.place), s.bound(query.binding, grouped.place):
        where = s.condition(query.where) if query.where is not None else None
        value = s.value(e.value) if e.value is not None else trees.number(1)
        return _combined(e, value, where)


def _quantified(s: Lowering, e: m.Aggregate) -> Sql:
    with opened(s, e.query) as found:
        if e.kind == "exists":
            return trees.exists(found.select(trees.number(1), ordered=False))
        assert e.value is not None
        fails = trees.negation(logic(s, e.value, strict=True))
        if found.is_whole:
            found.frame.where(fails)
            return trees.negation(trees.exists(found.frame.giving(trees.number(1))))
        inner = found.select(exp.Alias(this=fails, alias=exp.to_identifier("v")))
        outer = from_select(inner, trees.number(1))
        outer.set("where", exp.Where(this=exp.Column(this=exp.to_identifier("v"))))
        return trees.negation(trees.exists(outer))


def first(s: Lowering, e: m.Aggregate, give: Give | None) -> exp.Select:
    """The SELECT of the first item, or of its value."""
    e = apart(e)
    with opened(s, e.query) as found:
        item = e.value if e.value is not None else found.item()
        value = give(s, item) if give is not None else s.value(item)
        if e.query.take is not None:
            inner = found.select(exp.Alias(this=value, alias=exp.to_identifier("v")))
            select = from_select(inner, exp.Column(this=exp.to_identifier("v")))
        else:
            select = found.select(value)
        select.set("limit", exp.Limit(expression=trees.number(1)))
        return select


def _one(s: Lowering, e: m.Aggregate, give: Give | None = None) -> exp.Select:
    give = give or (inside if is_json(e.type) else None)
    with opened(s, e.query) as found:
        item = e.value if e.value is not None else found.item()
        value = (lambda: give(s, item)) if give is not None else (lambda: s.value(item))
        return found.over(value, lambda v: trees.call("awm_only", trees.count_all(), trees.call("min", v)))


def _extreme(s: Lowering, e: m.Aggregate) -> exp.Select:
    """The least or greatest text or enum member, by its own order."""
    assert e.value is not None
    if e.query.take is not None or e.query.skip is not None or isinstance(e.query.source, m.GroupRows):
        query, value = through(m.Aggregate(e.span, t.List(e.value.type), "list", e.query, e.value))
    else:
        query, value = e.query, e.value
    with opened(s, query) as found:
        if may_be_null(value):
            found.frame.where(trees.is_not_null(s.value(value)))
        order = [trees.ordered(part, e.kind == "max") for part in rank(s, value)]
        select = found.frame.giving(s.value(value), order=order)
        select.set("limit", exp.Limit(expression=trees.number(1)))
        return select


# ---- Lists and maps


def is_json(type: t.Type) -> bool:
    """Whether a value is JSON text in SQL."""
    return isinstance(t.required(type), (t.List, t.Record, t.Map))


def inside(s: Lowering, e: m.Expression) -> Sql:
    """A value inside as part of a JSON text."""
    tree = s.checked(e)
    made = isinstance(tree, exp.Anonymous) and str(tree.this).startswith("json")
    return trees.call("json", tree) if is_json(e.type) and not made else tree


def array(s: Lowering, e: m.Aggregate, give: Give) -> Sql:
    """The JSON array of the items of a ``list`` or a ``distinct``."""
    e = apart(e)
    with opened(s, e.query) as found:
        item = e.value if e.value is not None else found.item()
        if found.is_whole:
            value = give(s, item)
            made = trees.aggregated("json_group_array", value, order=found.order())
            return trees.scalar(found.frame.giving(made))
        inner = found.select(exp.Alias(this=give(s, item), alias=exp.to_identifier("v")))
        return trees.scalar(from_select(inner, trees.call("json_group_array", _again(item, give))))


def _again(item: m.Expression, give: Give) -> Sql:
    """A column of JSON is text again once it comes out of a SELECT."""
    column = exp.Column(this=exp.to_identifier("v"))
    plain = give is inside and not is_json(item.type)
    whole = isinstance(t.required(item.type), (t.Int, t.Float, t.Duration, t.Ref))
    texts = isinstance(t.required(item.type), (t.Text, t.Enum, t.Date, t.Time, t.Datetime))
    return column if plain or whole or texts else trees.call("json", column)


def mapping(s: Lowering, e: m.Aggregate, give: Give) -> Sql:
    """The JSON object of a ``map``, in order; of entries with one key the last."""
    from awmlang.lowering.calls import printed

    e = apart(e)
    assert e.key is not None and e.value is not None
    if is_unique(e.key, e.query):
        with opened(s, e.query) as found:
            made = trees.aggregated(
                "json_group_object", printed(s, e.key), give(s, e.value), order=found.order()
            )
            return trees.scalar(found.frame.giving(made))
    key, value, place = (exp.Column(this=exp.to_identifier(name)) for name in "kvn")
    with opened(s, e.query) as found:
        inner = found.select(
            exp.Alias(this=printed(s, e.key), alias=key.this),
            exp.Alias(this=give(s, e.value), alias=value.this),
            exp.Alias(this=trees.row_number(found.order()), alias=place.this),
        )
    last = from_select(inner, key, value, exp.Alias(this=trees.call("max", place), alias=place.this))
    last.set("group", exp.Group(expressions=[trees.no_position(key.copy())]))
    made = trees.aggregated(
        "json_group_object", key.copy(), _again(e.value, give), order=[trees.ordered(place.copy())]
    )
    return trees.scalar(from_select(last, made))


def page(s: Lowering, e: m.Aggregate, give: Give) -> Sql:
    """``{items, total, page}``."""
    assert e.page is not None and e.page_size is not None
    whole, one = t.Int(0), m.Constant(e.span, t.Int(1), 1)
    before = m.Operation(e.span, whole, "-", (e.page, one))
    skip: m.Expression = m.Operation(e.span, whole, "*", (before, e.page_size))
    if e.query.skip is not None:
        skip = m.Operation(e.span, whole, "+", (skip, e.query.skip))
    shown = replace(e.query, skip=skip, take=e.page_size)
    items = array(s, m.Aggregate(e.span, t.List(t.Unknown()), "list", shown, e.value), give)
    with opened(s, e.query) as found:
        total = found.over(None, lambda _: trees.count_all())
    return trees.call(
        "json_object",
        trees.text("items"), trees.call("json", items),
        trees.text("total"), trees.scalar(total),
        trees.text("page"), s.value(e.page),
    )  # fmt: skip
