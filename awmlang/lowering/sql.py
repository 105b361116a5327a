"""Expressions of the model as SQL trees: the state of one statement, and the rows in it.

A ``Lowering`` makes one statement. ``LOWER`` has a rule for each class of expression; the modules beside this
one add theirs: ``operators``, ``calls``, ``queries``, ``groups``, ``shapes``. A rule gives a fresh tree each time.

Where the value of a Bool is asked for, it is 0 or 1; ``condition`` may also give null, which a WHERE takes for
false. Rows are their keys, lists and records the JSON text of their form inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlglot import exp

from awmlang.lowering import trees
from awmlang.lowering.bounds import is_whole, needs_check
from awmlang.lowering.names import SQL_RESERVED, identifier, python_name, table_name, table_of
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t

Key = int | str
Schema = Literal["old"] | None
Parameter = m.Variable | str
"""A local, or what else a statement is given by name: ``me``, ``now``, ``unchanged``, ``called_<tool>``."""


class Frame:
    """One SELECT being made: rows that references lead to are joined to it as they are asked for."""

    def __init__(self, lowering: Lowering, schema: Schema = None) -> None:
        self.lowering = lowering
        self.schema = schema
        self.select = exp.Select()
        self._paths: dict[tuple[str, str], Row] = {}

    @property
    def is_empty(self) -> bool:
        """Whether it reads from nothing yet."""
        return self.select.args.get("from_") is None

    def source(self, make: Sql, wanted: str) -> str:
        """Read from what is no table; the alias it gets."""
        alias = self.lowering.alias(wanted)
        self.select.set("from_", exp.From(this=self.lowering.aliased(make, alias)))
        return alias

    def table(self, entity: m.Entity, wanted: str, schema: Schema = None) -> Row:
        """Read from the table of an entity."""
        alias = self.lowering.alias(wanted)
        self.select.set("from_", exp.From(this=self.lowering.aliased(table_of(entity, schema), alias)))
        return Row(alias, entity, self, schema, False)

    def join(self, entity: m.Entity, key: Sql, wanted: str, schema: Schema, optional: bool) -> Row:
        """Join the row of an entity that has the key ``key``, which is null at times if ``optional``."""
        alias = self.lowering.alias(wanted)
        on = exp.EQ(this=self.lowering.column(entity.key, alias), expression=key)
        table = self.lowering.aliased(table_of(entity, schema), alias)
        self.select.append("joins", exp.Join(this=table, on=on, side="LEFT" if optional else None))
        return Row(alias, entity, self, schema, optional)

    def follow(self, row: Row, field: m.Field) -> Row:
        """The row that a reference leads to, joined once."""
        path = (row.alias, field.name)
        if path not in self._paths:
            target = self.lowering.entity_of(field.type)
            optional = row.optional or isinstance(field.type, t.Optional)
            key = self.lowering.column(field, row.alias)
            self._paths[path] = self.join(target, key, field.name, row.schema, optional)
        return self._paths[path]

    def where(self, *conditions: Sql) -> None:
        """Keep the rows for which these hold too."""
        found = self.select.args.get("where")
        terms = [found.this, *conditions] if found else list(conditions)
        self.select.set("where", exp.Where(this=trees.all_of(terms)))

    def giving(self, *values: Sql, order: list[exp.Ordered] | None = None) -> exp.Select:
        """The SELECT of the values."""
        self.select.set("expressions", list(values))
        if order:
            self.select.set("order", exp.Order(expressions=order))
        return self.select


@dataclass(slots=True)
class Row:
    """A row that a statement is at, by the alias of its table; ``""`` where columns stand alone.

    ``frame``: the SELECT to which what it refers to can be joined, if any. ``schema``: where it is read.
    ``optional``: it may be absent, as the columns of an outer join are.
    """

    alias: str
    entity: m.Entity
    frame: Frame | None
    schema: Schema
    optional: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """What a parameter or a ``let`` of an inlined function stands for, and what the names in that stand for."""

    value: m.Expression
    scope: Mapping[m.Variable, Argument]


@dataclass(slots=True)
class Item:
    """Something else that a binding is at: ``make`` gives its value."""

    make: Callable[[], Sql]


Place = Any
"""A Row, an Item, or an item of a grouping (``groups.Grouped``)."""

Rule = Callable[["Lowering", Any], Sql]
LOWER: dict[type, Rule] = {}


def lowers(*classes: type) -> Callable[[Rule], Rule]:
    """Adds the rule of some classes of expression."""

    def add(rule: Rule) -> Rule:
        LOWER.update(dict.fromkeys(classes, rule))
        return rule

    return add


@dataclass(frozen=True, slots=True)
class Context:
    """What all statements share. ``labels`` gives the key of a labelled row.

    ``name`` gives the name of a local as a parameter. ``frame`` names the clock of triggers, where there are
    no parameters.
    """

    model: m.Model
    labels: Callable[[str], Key] | None = None
    name: Callable[[str], str] = python_name


class Lowering:
    """One statement being made. ``parameters`` are those it has asked for, by name."""

    def __init__(self, context: Context, *, vanishing: frozenset[str] | None = None) -> None:
        """``vanishing``: the entities whose rows may be gone though a local holds their key; None: any."""
        self.context = context
        self.model = context.model
        self.parameters: dict[str, Parameter] = {}
        self.bindings: dict[m.Binding, Place] = {}
        self.arguments: Mapping[m.Variable, Argument] = {}
        self.old = False
        self.in_trigger = False
        self.depth = 0  # how many SELECTs the one at hand stands in
        self.vanishing = vanishing
        self._root: Frame | None = None
        self._anchors: dict[object, Row] = {}
        self._aliases: set[str] = set()
        self._sources: list[Sql] = []

    # ---- Values

    def value(self, expression: m.Expression) -> Sql:
        """The value inside; of a Bool, 0 or 1."""
        return LOWER[type(expression)](self, expression)

    def checked(self, expression: m.Expression) -> Sql:
        """The value as it leaves an expression: a number that is not too large."""
        tree = self.value(expression)
        if not needs_check(expression):
            return tree
        return trees.call("awm_whole" if is_whole(expression.type) else "awm_finite", tree)

    def condition(self, expression: m.Expression) -> Sql:
        """A condition, where null is as good as false."""
        if type(expression) is m.Operation:
            from awmlang.lowering.operators import logic

            return logic(self, expression, strict=False)
        return self.value(expression)

    # ---- Names

    def alias(self, wanted: str) -> str:
        """An alias that nothing else in the statement has."""
        name = f"{wanted}_" if wanted in SQL_RESERVED else wanted
        number = 1
        while name in self._aliases:
            number += 1
            name = f"{wanted}_{number}"
        self._aliases.add(name)
        return name

    def aliased(self, source: Sql, alias: str) -> Sql:
        """What a SELECT reads from, under an alias."""
        if source.name != alias or source.args.get("db"):
            source.set("alias", exp.TableAlias(this=identifier(alias)))
        self._sources.append(source)
        return source

    def column(self, field: m.Field | str, alias: str) -> exp.Column:
        """A column of what has the alias."""
        made = exp.Column(this=identifier(field if isinstance(field, str) else field.name))
        if alias:
            made.set("table", identifier(alias))
        return made

    def parameter(self, name: str, given: Parameter) -> Sql:
        self.parameters[name] = given
        return trees.parameter(name)

    def finish(self, tree: Sql) -> Sql:
        """The statement, without the table's name before columns where there is one table alone."""
        if len(self._sources) == 1:
            alias = self._sources[0].alias_or_name
            for made in tree.find_all(exp.Column):
                if made.table == alias:
                    made.set("table", None)
            self._sources[0].set("alias", None)
        return tree

    # ---- Rows

    def entity_of(self, type: t.Type) -> m.Entity:
        ref = t.required(type)
        assert isinstance(ref, t.Ref)
        return self.model.entities[ref.entity]

    @contextmanager
    def bound(self, binding: m.Binding, place: Place) -> Iterator[None]:
        """With ``binding`` at ``place``."""
        before = self.bindings.get(binding)
        self.bindings[binding] = place
        yield
        if before is not None:
            self.bindings[binding] = before

    @contextmanager
    def as_of(self, schema: Schema) -> Iterator[None]:
        """With everything read at the start, if ``schema`` says so."""
        before, self.old = self.old, self.old or schema == "old"
        yield
        self.old = before

    @contextmanager
    def within(self, scope: Mapping[m.Variable, Argument]) -> Iterator[None]:
        """With the variables of inlined functions standing for what ``scope`` says."""
        before, self.arguments = self.arguments, scope
        yield
        self.arguments = before

    def root(self, make: Callable[[], Sql]) -> Sql:
        """A SELECT of one value; rows that locals hold are read in its FROM."""
        self._root = Frame(self)
        return self._root.giving(make())

    def place(self, row: m.Expression) -> Row | None:
        """Where the columns of a row can be read as they are; what it takes is joined."""
        match row:
            case m.RowOf(binding=binding):
                found = self.bindings[binding]
                return found if isinstance(found, Row) and not (self.old and found.schema is None) else None
            case m.Get(row=base, field=field):
                found = self.place(base)
                return found.frame.follow(found, field) if found and found.frame else None
            case m.GroupKey(group=m.RowOf(binding=binding)):
                return self.bindings[binding].follow() if isinstance(t.required(row.type), t.Ref) else None
            case m.Local(variable=variable) if variable in self.arguments:
                found = self.arguments[variable]
                with self.within(found.scope):
                    return self.place(found.value)
            case m.Local(variable=variable):
                return self._anchor(variable, variable.type, variable.name, row)
            case m.Me():
                return self._anchor("me", row.type, "me", row)
        return None

    def _anchor(self, key: object, type: t.Type, wanted: str, row: m.Expression) -> Row | None:
        """The row that a local holds, read in the root SELECT, unless it may not be there."""
        root = self._root
        if root is None or self.old or self.vanishing is None:
            return None
        if not isinstance(type, t.Ref) or type.entity in self.vanishing:
            return None
        if key not in self._anchors:
            entity = self.model.entities[type.entity]
            if root.is_empty:
                found = root.table(entity, wanted)
                root.where(exp.EQ(this=self.column(entity.key, found.alias), expression=self.value(row)))
            else:
                found = root.join(entity, self.value(row), wanted, None, False)
            self._anchors[key] = found
        return self._anchors[key]

    def at(self, row: m.Expression, use: Callable[[Row], Sql]) -> Sql:
        """What ``use`` makes of the columns of a row; null if there is no such row."""
        found = self.place(row)
        if found is not None and not (found.optional and isinstance(row.type, t.Optional)):
            return use(found)
        return trees.scalar(self.reading(row, use))

    def reading(self, row: m.Expression, use: Callable[[Row], Sql]) -> exp.Select:
        """A SELECT of its own that reads a row by its key."""
        steps: list[m.Field] = []
        while isinstance(row, m.Get) and self.place(row.row) is None:
            steps.append(row.field)
            row = row.row
        entity = self.entity_of(row.type)
        key = self.value(row)
        frame = Frame(self)
        schema: Schema = "old" if self.old or self.is_past(row) else None
        at = frame.table(entity, self._wanted(row, entity), schema)
        frame.where(exp.EQ(this=self.column(entity.key, at.alias), expression=key))
        for field in reversed(steps):
            at = frame.follow(at, field)
        self.depth += 1
        value = use(at)
        self.depth -= 1
        if at.optional and not isinstance(value, exp.Column):  # what is made of no row need not be null
            value = trees.case([(trees.is_not_null(self.column(at.entity.key, at.alias)), value)])
        if self.vanishing and entity.name in self.vanishing and not isinstance(row, (m.RowOf, m.Aggregate)):
            value = trees.call("awm_present", key.copy(), trees.count_all(), trees.call("min", value))
        return frame.giving(value)

    def is_past(self, e: m.Expression) -> bool:
        """Whether a row is one of ``gone E``, or led to by one, and so read as it was; or the rows of a list are."""
        match e:
            case m.AllRows(which=which):
                return which == "gone"
            case m.RowOf(binding=binding):
                found = self.bindings.get(binding)
                return found.schema == "old" if isinstance(found, Row) else False
            case m.Get(row=inner) | m.GetComputed(row=inner) | m.Query(source=inner):
                return self.is_past(inner)
            case m.GroupRows(query=inner) | m.RowsOfGroup(group=inner) | m.GroupKey(group=inner):
                return self.is_past(inner)
            case m.Aggregate(query=query, value=value):
                while isinstance(value, (m.Get, m.GetComputed)):
                    value = value.row
                if value is None or (isinstance(value, m.RowOf) and value.binding is query.binding):
                    return self.is_past(query)
                return self.is_past(value)
            case m.Local(variable=variable) if variable in self.arguments:
                found = self.arguments[variable]
                with self.within(found.scope):
                    return self.is_past(found.value)
        return False

    def _wanted(self, row: m.Expression, entity: m.Entity) -> str:
        return row.field.name if isinstance(row, m.Get) else table_name(entity.name)


@lowers(m.Constant)
def _constant(s: Lowering, e: m.Constant) -> Sql:
    return trees.constant(e.value)


@lowers(m.Local)
def _local(s: Lowering, e: m.Local) -> Sql:
    if e.variable in s.arguments:
        found = s.arguments[e.variable]
        with s.within(found.scope):
            return s.value(found.value)
    return s.parameter(s.context.name(e.variable.name), e.variable)


@lowers(m.Label)
def _label(s: Lowering, e: m.Label) -> Sql:
    assert s.context.labels is not None
    return trees.constant(s.context.labels(e.label))


@lowers(m.Me)
def _me(s: Lowering, e: m.Me) -> Sql:
    return s.parameter("me", "me")


@lowers(m.Now)
def _now(s: Lowering, e: m.Now) -> Sql:
    if s.in_trigger:
        clock = exp.Table(this=identifier("awm_clock"))
        return trees.scalar(
            exp.Select(expressions=[exp.Column(this=identifier("now"))], from_=exp.From(this=clock))
        )
    return s.parameter("now", "now")


@lowers(m.RowOf)
def _row_of(s: Lowering, e: m.RowOf) -> Sql:
    found = s.bindings[e.binding]
    return s.column(found.entity.key, found.alias) if isinstance(found, Row) else found.make()


@lowers(m.Get)
def _get(s: Lowering, e: m.Get) -> Sql:
    if e.field.is_key and not s.old:
        return s.value(e.row)
    if isinstance(e.row, m.Local) and e.row.variable in s.arguments:
        given = s.arguments[e.row.variable]
        with s.within(given.scope):
            return s.value(replace(e, row=replace(given.value, type=e.row.type)))
    if isinstance(e.row, m.Aggregate) and e.row.value is None:  # of first(q) or one(q)
        row = m.RowOf(e.span, e.row.query.binding.type, e.row.query.binding)
        return s.value(replace(e.row, type=e.type, value=m.Get(e.span, e.field.type, row, e.field)))
    found = s.place(e.row)
    if found is not None:
        return s.column(e.field, found.alias)
    return trees.scalar(s.reading(e.row, lambda row: s.column(e.field, row.alias)))


@lowers(m.GetComputed)
def _get_computed(s: Lowering, e: m.GetComputed) -> Sql:
    def inlined(row: Row) -> Sql:
        with s.bound(e.field.this, row), s.as_of(row.schema):
            return s.value(e.field.value)

    return s.at(e.row, inlined)


@lowers(m.GetItem)
def _get_item(s: Lowering, e: m.GetItem) -> Sql:
    return exp.JSONExtractScalar(this=trees.within(s.value(e.record), 9), expression=trees.text(e.name))


@lowers(m.At)
def _at(s: Lowering, e: m.At) -> Sql:
    return trees.call("awm_at", s.value(e.list), s.value(e.index))


@lowers(m.Old)
def _old(s: Lowering, e: m.Old) -> Sql:
    with s.as_of("old"):
        return s.value(e.value)


@lowers(m.Called)
def _called(s: Lowering, e: m.Called) -> Sql:
    return s.parameter(f"called_{e.tool}", f"called_{e.tool}")


@lowers(m.Unchanged)
def _unchanged(s: Lowering, e: m.Unchanged) -> Sql:
    return s.parameter("unchanged", "unchanged")


# ---- Statements


@dataclass(frozen=True, slots=True)
class Statement:
    """A tree, and the parameters it takes by name."""

    tree: Sql
    parameters: Mapping[str, Parameter]


def row_condition(model: m.Model, condition: m.Expression, this: m.Binding, row: str | None) -> Sql:
    """A condition on a row of which the columns stand there, alone or after ``row`` (such as OLD)."""
    s = Lowering(Context(model))
    s.in_trigger = True
    assert isinstance(this.type, t.Ref)
    s.bindings[this] = Row(row or "", model.entities[this.type.entity], None, None, False)
    return s.value(condition)
