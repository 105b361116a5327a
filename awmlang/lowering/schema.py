"""schema.sql: tables, named constraints, indexes, triggers for flows and disjoint ranges.

What comes from the spec stands in sqlglot trees; the frames around them hold nothing but keywords.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from awmlang.lowering.names import column, identifier, table_of, to_sql
from awmlang.lowering.rules import Rule, entity_rules, numbers_itself
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


def schema_sql(model: Model) -> str:
    """The whole of schema.sql."""
    parts = [_OWN_TABLES]
    for entity in model.entities.values():
        rules = list(entity_rules(entity))
        parts.append("\n".join([_table(model, entity, rules), *_indexes(model, entity, rules)]))
        parts += [_flow_trigger(model, entity, flow) for flow in entity.flows]
        for rule in rules:
            if rule.kind == "disjoint":
                parts += _disjoint_triggers(model, entity, rule)
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


def _table(model: Model, entity: Entity, rules: Sequence[Rule]) -> str:
    values = {rule.fields[0].name: rule for rule in rules if rule.kind == "value"}
    fields = entity.fields.values()
    lines = [(_column(model, field, values.get(field.name)), field.doc) for field in fields]
    lines += [(to_sql(_constraint(model, rule)), None) for rule in rules if rule.kind == "row"]
    body = []
    for number, (text, doc) in enumerate(lines, 1):
        if doc:
            body.append(f"  -- {_one_line(doc)}")
        body.append(f"  {text}{',' if number < len(lines) else ''}")
    head = [f"-- {_one_line(entity.doc)}"] if entity.doc else []
    options = "STRICT" if column_type(model, entity.key.type) == "INTEGER" else "STRICT, WITHOUT ROWID"
    return "\n".join([*head, f"CREATE TABLE {to_sql(table_of(entity))} (", *body, f") {options};"])


def _column(model: Model, field: Field, rule: Rule | None) -> str:
    kind, target = column_type(model, field.type), required(field.type)
    constraints: list[exp.Expression] = []
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


def _constraint(model: Model, rule: Rule) -> exp.Expression:
    check = exp.CheckColumnConstraint(this=rule_condition(model, rule))
    return exp.Constraint(this=exp.to_identifier(rule.name, quoted=True), expressions=[check])


def _one_line(doc: str) -> str:
    return "".join(c if c.isprintable() else " " for c in " ".join(doc.split()))


# ---- Conditions


def rule_condition(model: Model, rule: Rule) -> exp.Expression:
    """What holds of each row under a rule of kind value or row, over the bare columns of its table."""
    if rule.check is not None and rule.check.condition is not None:
        return row_condition(model, rule.check.condition, rule.check.this, None)
    field = rule.fields[0]
    condition = _value_condition(column(field), required(field.type))
    if condition is None:
        raise ValueError(f"{rule.name} has no bounds")
    return condition


def _value_condition(value: exp.Expression, type: Type) -> exp.Expression | None:
    match type:
        case Int(low, high) | Float(low, high) | Money(low, high):
            return _bounded(value, low, high)
        case Text(low, high, pattern):
            length = _bounded(exp.func("length", value), low, high)
            if pattern is None:
                return length
            # what is null matches nothing, but is no business of this rule
            matches = exp.func("awm_matches", value.copy(), exp.Literal.string(pattern))
            return exp.and_(length, exp.or_(value.copy().is_(exp.null()), matches))
        case List(_, low, high):
            return _bounded(exp.func("json_array_length", value), low, high)
        case Enum(_, members):
            return exp.In(this=value, expressions=[exp.Literal.string(member) for member in members])
        case Bool():
            return exp.In(this=value, expressions=[exp.Literal.number(0), exp.Literal.number(1)])
    return None


def _bounded(value: exp.Expression, low: float | None, high: float | None) -> exp.Expression | None:
    if low is not None and high is not None:
        return exp.Between(this=value, low=exp.Literal.number(low), high=exp.Literal.number(high))
    if low is not None:
        return exp.GTE(this=value, expression=exp.Literal.number(low))
    return None if high is None else exp.LTE(this=value, expression=exp.Literal.number(high))


# ---- Indexes


def _indexes(model: Model, entity: Entity, rules: Sequence[Rule]) -> list[str]:
    """Unique ones for rules; then one for each disjoint rule and reference that none of them begins with."""
    lines, led = [], {entity.key.name}
    for rule in rules:
        if rule.kind == "unique":
            condition = rule.check.condition if rule.check is not None else None
            where = None if condition is None else row_condition(model, condition, rule.check.this, None)
            lines.append(_index(entity, rule.name, rule.fields, where, unique=True))
            if condition is None:
                led.add(rule.fields[0].name)
        elif rule.kind == "disjoint" and len(rule.fields) > 2:
            start, _, *by = rule.fields
            lines.append(_index(entity, f"{rule.name}.search", (*by, start)))
            led.add(by[0].name)
    for field in entity.fields.values():
        if isinstance(required(field.type), Ref) and field.name not in led:
            lines.append(_index(entity, f"{entity.name}.{field.name}", (field,)))
    return lines


def _index(
    entity: Entity, name: str, fields: Sequence[Field], where: exp.Expression | None = None, unique: bool = False
) -> str:
    columns = [exp.Ordered(this=column(field), nulls_first=True) for field in fields]
    parameters = exp.IndexParameters(columns=columns, where=where and exp.Where(this=where))
    index = exp.Index(this=exp.to_identifier(name, quoted=True), table=table_of(entity), params=parameters)
    return f"{to_sql(exp.Create(this=index, kind='INDEX', unique=unique))};"


# ---- Triggers


def _flow_trigger(model: Model, entity: Entity, flow: Flow) -> str:
    """Stops an update that no arrow of the flow allows, or whose arrows all have a guard that fails."""
    field = flow.field
    old, new = column(field, "OLD"), column(field, "NEW")
    targets: dict[str, list[str]] = {}
    arrows: dict[tuple[str, str], list[Step]] = {}
    for step in flow.steps:
        targets.setdefault(step.source, []).append(step.target)
        arrows.setdefault((step.source, step.target), []).append(step)
    allowed = exp.or_(
        *[
            exp.and_(old.eq(exp.Literal.string(source)), new.isin(*map(exp.Literal.string, reached)))
            for source, reached in targets.items()
        ]
    )
    subject = f"{entity.name}.{field.name} cannot go from "
    parts = [exp.Literal.string(subject), _shown(old), exp.Literal.string(" to "), _shown(new)]
    body = [_abort(_joined(parts), exp.not_(_is_true(allowed)))]
    for (source, target), steps in arrows.items():
        guards = [row_condition(model, step.guard, flow.this, "OLD") for step in steps if step.guard is not None]
        if len(guards) == len(steps):
            moved = exp.and_(old.eq(exp.Literal.string(source)), new.eq(exp.Literal.string(target)))
            words = next((step.message for step in steps if step.message), f"{subject}{source} to {target} now")
            body.append(_abort(exp.Literal.string(words), exp.and_(moved, exp.not_(exp.or_(*guards)))))
    event = f"BEFORE UPDATE OF {to_sql(column(field))}"
    changed = exp.NullSafeNEQ(this=old, expression=new)
    return _trigger(f"{entity.name}.{field.name}", event, entity, changed, body)


def _disjoint_triggers(model: Model, entity: Entity, rule: Rule) -> list[str]:
    """Stop a row whose range overlaps that of another."""
    key = entity.key
    others = exp.select("1").from_(exp.alias_(table_of(entity), "other"))
    differs = exp.NEQ(this=column(key, "other"), expression=column(key, "NEW"))
    clash = exp.Exists(this=others.where(differs, overlap(model, rule, "other", "NEW")))
    body = [_abort(exp.Literal.string(rule.name), clash)]
    columns = ", ".join(to_sql(column(field)) for field in rule.fields)
    return [
        _trigger(f"{rule.name}.insert", "AFTER INSERT", entity, None, body),
        _trigger(f"{rule.name}.update", f"AFTER UPDATE OF {columns}", entity, None, body),
    ]


def overlap(model: Model, rule: Rule, a: str, b: str) -> exp.Expression:
    """Whether the rows ``a`` and ``b`` break a rule of kind disjoint together."""
    assert rule.check is not None
    start, end, *by = rule.fields
    terms: list[exp.Expression] = [column(field, a).eq(column(field, b)) for field in by]
    terms += [column(start, x) < column(end, y) for x, y in ((a, b), (b, a))]
    if rule.check.condition is not None:
        terms += [row_condition(model, rule.check.condition, rule.check.this, row) for row in (a, b)]
    return exp.and_(*terms)


def _trigger(
    name: str, event: str, entity: Entity, when: exp.Expression | None, body: Sequence[exp.Expression]
) -> str:
    runs = "(SELECT now FROM awm_clock) IS NOT NULL"
    lines = [
        f"CREATE TRIGGER {to_sql(identifier(name))} {event} ON {to_sql(table_of(entity))}",
        f"WHEN {runs}" if when is None else f"WHEN {to_sql(when)} AND {runs}",
        "BEGIN",
        *(f"  {to_sql(statement)};" for statement in body),
        "END;",
    ]
    return "\n".join(lines)


def _abort(message: exp.Expression, condition: exp.Expression) -> exp.Expression:
    raised = exp.Anonymous(this="RAISE", expressions=[exp.Var(this="ABORT"), message])
    return exp.select(raised).where(condition)


def _shown(value: exp.Expression) -> exp.Expression:
    return exp.func("coalesce", value, exp.Literal.string("null"))


def _joined(parts: Sequence[exp.Expression]) -> exp.Expression:
    joined, *rest = parts
    for part in rest:
        joined = exp.DPipe(this=joined, expression=part)
    return joined


def _is_true(condition: exp.Expression) -> exp.Expression:
    return exp.Is(this=exp.paren(condition), expression=exp.true())
