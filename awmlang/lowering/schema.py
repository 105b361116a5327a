"""schema.sql: tables, named constraints, indexes, triggers for flows and disjoint ranges.

What comes from the spec stands in sqlglot trees; the frames around them hold nothing but keywords.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sqlglot import exp

from awmlang.lowering import calls, operators  # noqa: F401  (they add their rules)
from awmlang.lowering.indexes import Index, indexes
from awmlang.lowering.names import column, identifier, table_of, to_sql
from awmlang.lowering.rules import Rule, entity_rules, numbers_itself
from awmlang.lowering.settling import fields_asked, settled, settled_rules
from awmlang.lowering.sql import row_condition
from awmlang.lowering.trees import (
    Sql,
    all_of,
    any_of,
    binary,
    call,
    exists,
    is_not_null,
    is_null,
    is_true,
    negation,
    number,
    text,
)
from awmlang.runtime.schema import SETTLED
from awmlang.semantics.model import Entity, Field, Flow, Model, Step
from awmlang.semantics.types import Bool, Enum, Float, Int, List, Money, Optional, Ref, Text, Type, required

_ON_DELETE = {"in_use": [], "cascade": ["ON DELETE CASCADE"], "clears": ["ON DELETE SET NULL"]}

_OWN_TABLES = """\
-- The time of the call, for guards that read it; NULL while rows are put back, which no trigger may stop.
CREATE TABLE awm_clock (
  now TEXT
) STRICT;
INSERT INTO awm_clock VALUES (NULL);

-- The next number of each entity whose key is a serial.
CREATE TABLE awm_serial (
  entity TEXT NOT NULL PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;"""


_SETTLED = "Null while an update of several rows is at the row, and rules on several rows leave it out."


def schema_sql(model: Model) -> str:
    """The whole of schema.sql."""
    parts, late, wanted = [_OWN_TABLES], settled_rules(model), indexes(model)
    for entity in model.entities.values():
        rules, later = list(entity_rules(entity)), late.get(entity.name, frozenset())
        table = _table(model, entity, rules, bool(later))
        parts.append("\n".join([table, *_indexes(model, entity, wanted[entity.name], later)]))
        parts += [_flow_trigger(model, entity, flow) for flow in entity.flows]
        for rule in rules:
            if rule.kind == "disjoint":
                parts += _disjoint_triggers(model, entity, rule, rule.name in later)
    return "\n\n".join(parts) + "\n"


def insert_sql(entity: Entity) -> str:
    """An INSERT of one row, a ``?`` for each of the entity's fields."""
    columns = [identifier(field.name) for field in entity.fields.values()]
    into = exp.Schema(this=table_of(entity), expressions=columns)
    values = exp.Values(expressions=[exp.Tuple(expressions=[exp.Placeholder() for _ in columns])])
    return to_sql(exp.Insert(this=into, expression=values))


def column_type(model: Model, type: Type) -> str:
    """INTEGER, REAL or TEXT; of a reference, what the key it holds has."""
    match required(type):
        case Int() | Bool() | Money():
            return "INTEGER"
        case Float():
            return "REAL"
        case Ref(entity):
            return column_type(model, model.entities[entity].key.type)
    return "TEXT"


# ---- Tables


def _table(model: Model, entity: Entity, rules: Sequence[Rule], settles: bool) -> str:
    values = {rule.fields[0].name: rule for rule in rules if rule.kind == "value"}
    fields = entity.fields.values()
    lines = [(_column(model, field, values.get(field.name)), field.doc) for field in fields]
    if settles:
        lines.append((f"{to_sql(settled())} INTEGER DEFAULT 1", _SETTLED))
    lines += [(to_sql(_constraint(model, rule)), None) for rule in rules if rule.kind == "row"]
    body = []
    for place, (written, doc) in enumerate(lines, 1):
        if doc:
            body.append(f"  -- {one_line(doc)}")
        body.append(f"  {written}{',' if place < len(lines) else ''}")
    head = [f"-- {one_line(entity.doc)}"] if entity.doc else []
    options = "STRICT" if column_type(model, entity.key.type) == "INTEGER" else "STRICT, WITHOUT ROWID"
    return "\n".join([*head, f"CREATE TABLE {to_sql(table_of(entity))} (", *body, f") {options};"])


def _column(model: Model, field: Field, rule: Rule | None) -> str:
    kind, target = column_type(model, field.type), required(field.type)
    constraints: list[Sql] = []
    if field.is_key:
        constraints.append(exp.PrimaryKeyColumnConstraint())
        if numbers_itself(field):
            constraints.append(exp.AutoIncrementColumnConstraint())
    if not isinstance(field.type, Optional) and not (field.is_key and kind == "INTEGER"):
        constraints.append(exp.NotNullColumnConstraint())
    if isinstance(target, Ref):
        other = model.entities[target.entity]
        key = exp.Schema(this=table_of(other), expressions=[identifier(other.key.name)])
        constraints.append(exp.Reference(this=key, options=_ON_DELETE[field.on_delete]))
    parts = [exp.ColumnConstraint(kind=constraint) for constraint in constraints]
    text = to_sql(exp.ColumnDef(this=identifier(field.name), kind=exp.Var(this=kind), constraints=parts))
    return text if rule is None else f"{text} {to_sql(_constraint(model, rule))}"


def _constraint(model: Model, rule: Rule) -> Sql:
    check = exp.CheckColumnConstraint(this=rule_condition(model, rule))
    return exp.Constraint(this=exp.to_identifier(rule.name, quoted=True), expressions=[check])


def one_line(doc: str) -> str:
    """A text fit for a comment behind ``--``."""
    return "".join(c if c.isprintable() else " " for c in " ".join(doc.split()))


# ---- Conditions


def rule_condition(model: Model, rule: Rule) -> Sql:
    """What holds of each row under a rule of kind value or row, over the bare columns of its table."""
    if rule.check is not None and rule.check.condition is not None:
        return row_condition(model, rule.check.condition, rule.check.this, None)
    field = rule.fields[0]
    condition = _value_condition(column(field), field.type)
    if condition is None:
        raise ValueError(f"{rule.name} has no bounds")
    return condition


def _value_condition(value: Sql, type: Type) -> Sql | None:
    match required(type):
        case Int(low, high) | Float(low, high) | Money(low, high):
            return _bounded(value, low, high)
        case Text(low, high, pattern):
            bounds = _bounded(call("length", value), low, high)
            if pattern is None:
                return bounds
            matches: Sql = call("awm_matches", value.copy(), text(pattern))
            if isinstance(type, Optional):  # null matches nothing, but is no business of this rule
                matches = any_of([is_null(value.copy()), matches])
            return matches if bounds is None else all_of([bounds, matches])
        case List(_, low, high):
            return _bounded(call("json_array_length", value), low, high)
        case Enum(_, members):
            return exp.In(this=value, expressions=[text(member) for member in members])
        case Bool():
            return exp.In(this=value, expressions=[number(0), number(1)])
    return None


def _bounded(value: Sql, low: float | None, high: float | None) -> Sql | None:
    if low is not None and high is not None:
        return exp.Between(this=value, low=number(low), high=number(high))
    if low is not None:
        return binary(exp.GTE, value, number(low))
    return None if high is None else binary(exp.LTE, value, number(high))


# ---- Indexes


def _indexes(model: Model, entity: Entity, made: Sequence[Index], later: frozenset[str]) -> list[str]:
    """``later``: the names of the rules that leave out rows which are not settled."""
    lines = []
    for index in made:
        columns: list[Sql] = [
            exp.Ordered(this=column(c.field), desc=c.descending or None, nulls_first=not c.descending)
            for c in index.columns
        ]
        if index.unique and index.name in later:
            columns.append(_ascending(settled()))
        where = None
        if index.check is not None and index.check.condition is not None:
            where = row_condition(model, index.check.condition, index.check.this, None)
        lines.append(_index(entity, index.name, columns, where, index.unique))
    if later:
        name = f"{entity.name}.{SETTLED}"
        lines.append(_index(entity, name, [_ascending(settled())], is_null(settled())))
    return lines


def _ascending(made: Sql) -> Sql:
    return exp.Ordered(this=made, nulls_first=True)


def _index(
    entity: Entity, name: str, columns: Sequence[Sql], where: Sql | None = None, unique: bool = False
) -> str:
    parameters = exp.IndexParameters(columns=list(columns), where=where and exp.Where(this=where))
    index = exp.Index(this=exp.to_identifier(name, quoted=True), table=table_of(entity), params=parameters)
    return f"{to_sql(exp.Create(this=index, kind='INDEX', unique=unique))};"


# ---- Triggers


def _flow_trigger(model: Model, entity: Entity, flow: Flow) -> str:
    """Stops an update that no arrow of the flow allows, or whose arrows all have a guard that fails."""
    field = flow.field
    old, new = column(field, "OLD"), column(field, "NEW")
    reached: dict[str, dict[str, list[Step]]] = {}
    for step in flow.steps:
        reached.setdefault(step.source, {}).setdefault(step.target, []).append(step)
    known = any_of([_moved(old, new, source, list(targets)) for source, targets in reached.items()])
    subject = f"{entity.name}.{field.name} cannot go from "
    words = [text(subject), _shown(field, old), text(" to "), _shown(field, new)]
    body = [(reduce(_joined, words), negation(is_true(known)))]
    for source, targets in reached.items():
        for target, steps in targets.items():
            guards = [
                row_condition(model, step.guard, flow.this, "OLD") for step in steps if step.guard is not None
            ]
            if len(guards) == len(steps):
                message = next(
                    (step.message for step in steps if step.message), f"{subject}{source} to {target} now"
                )
                body.append(
                    (text(message), all_of([_moved(old, new, source, [target]), negation(any_of(guards))]))
                )
    changed = binary(exp.NullSafeNEQ, old.copy(), new.copy())
    event = f"BEFORE UPDATE OF {to_sql(column(field))}"
    return _trigger(f"{entity.name}.{field.name}", event, entity, changed, body)


def _moved(old: Sql, new: Sql, source: str, targets: Sequence[str]) -> Sql:
    arrived = exp.In(this=new.copy(), expressions=[text(target) for target in targets])
    return all_of([binary(exp.EQ, old.copy(), text(source)), arrived])


def _shown(field: Field, value: Sql) -> Sql:
    return call("coalesce", value, text("null")) if isinstance(field.type, Optional) else value


def _joined(a: Sql, b: Sql) -> Sql:
    return exp.DPipe(this=a, expression=b)


def _disjoint_triggers(model: Model, entity: Entity, rule: Rule, later: bool) -> list[str]:
    """Stop a row whose range overlaps that of another; ``later``, once the row is settled."""
    other = [binary(exp.NEQ, column(entity.key, "other"), column(entity.key, "NEW"))]
    rows = exp.Select(expressions=[number(1)], from_=exp.From(this=exp.alias_(table_of(entity), "other")))
    rows.set("where", exp.Where(this=all_of(other + overlap(model, rule, "other", "NEW"))))
    body = [(text(rule.name), exists(rows))]
    columns: list[Sql] = [column(field) for field in fields_asked(rule)]
    when = None
    if later:
        columns.append(settled())
        when = is_not_null(settled("NEW"))
    event = f"AFTER UPDATE OF {', '.join(map(to_sql, columns))}"
    return [
        _trigger(f"{rule.name}.insert", "AFTER INSERT", entity, None, body),
        _trigger(f"{rule.name}.update", event, entity, when, body),
    ]


def overlap(model: Model, rule: Rule, a: str, b: str) -> list[Sql]:
    """The terms that hold where the rows ``a`` and ``b`` break a rule of kind disjoint together."""
    assert rule.check is not None
    start, end, *by = rule.fields
    terms = [binary(exp.EQ, column(field, a), column(field, b)) for field in by]
    terms += [binary(exp.LT, column(start, x), column(end, y)) for x, y in ((a, b), (b, a))]
    if rule.check.condition is not None:
        terms += [row_condition(model, rule.check.condition, rule.check.this, row) for row in (a, b)]
    return terms


def _trigger(name: str, event: str, entity: Entity, when: Sql | None, body: Sequence[tuple[Sql, Sql]]) -> str:
    """``body``: messages, and the conditions on which they abort."""
    runs = "(SELECT now FROM awm_clock) IS NOT NULL"
    lines = [
        f"CREATE TRIGGER {to_sql(identifier(name))} {event} ON {to_sql(table_of(entity))}",
        f"WHEN {runs}" if when is None else f"WHEN {to_sql(when)} AND {runs}",
        "BEGIN",
        *(
            f"  SELECT RAISE(ABORT, {to_sql(words)})\n  WHERE {to_sql(condition)};"
            for words, condition in body
        ),
        "END;",
    ]
    return "\n".join(lines)
