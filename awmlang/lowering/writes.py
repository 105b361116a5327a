"""INSERT, UPDATE and DELETE: the trees of what statements of a spec write."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from awmlang.lowering import trees
from awmlang.lowering.choosing import chosen
from awmlang.lowering.names import column, identifier, table_name, table_of
from awmlang.lowering.queries import Opened, opened
from awmlang.lowering.settling import collisions, unsettle
from awmlang.lowering.sql import Lowering, Row
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m

Values = Sequence[tuple[m.Field, m.Expression]]

COUNT_UP = "UPDATE awm_serial SET next = next + 1 WHERE entity = :entity"
"""Follows each INSERT of a row whose key is a serial."""


def insert(s: Lowering, entity: m.Entity, values: Values) -> Sql:
    """INSERT ... RETURNING key. Fields without a value have their default, or null."""
    given = {field for field, _ in values}
    defaults = [
        (field, field.default)
        for field in entity.fields.values()
        if field not in given and field.default is not None
    ]
    columns, made = [], []
    for field, value in [*values, *defaults]:
        columns.append(identifier(field.name))
        made.append(s.checked(value))
    key = entity.key
    if key.serial is not None:
        columns.append(identifier(key.name))
        made.append(_next_serial(entity, key.serial))
    if columns:
        into = exp.Schema(this=table_of(entity), expressions=columns)
        tree = exp.Insert(this=into, expression=exp.Values(expressions=[exp.Tuple(expressions=made)]))
    else:
        tree = exp.Insert(this=table_of(entity), default=True)
    tree.set("returning", exp.Returning(expressions=[column(key)]))
    return tree


def _next_serial(entity: m.Entity, serial: m.Serial) -> Sql:
    counter = exp.Select(
        expressions=[exp.column("next")],
        from_=exp.From(this=exp.Table(this=identifier("awm_serial"))),
        where=exp.Where(this=exp.EQ(this=exp.column("entity"), expression=trees.text(entity.name))),
    )
    pattern = serial.prefix.replace("%", "%%") + f"%0{serial.width}d"
    return trees.call("printf", trees.text(pattern), trees.scalar(counter))


def update_row(s: Lowering, update: m.Update, key: m.Expression, changes: Values) -> Sql:
    """UPDATE of the row that has a key."""
    table = table_of(update.entity)
    alias = s.alias(table_name(update.entity.name))
    s.aliased(table, alias)
    s.bindings[update.binding] = Row(alias, update.entity, None, None, False)
    sets = [exp.EQ(this=column(field), expression=s.checked(value)) for field, value in changes]
    where = exp.EQ(this=s.column(update.entity.key, alias), expression=s.value(key))
    return exp.Update(this=table, expressions=sets, where=exp.Where(this=where))


def update_rows(s: Lowering, update: m.Update, query: m.Query) -> Sql:
    """UPDATE of the rows of a query. Right sides that read rows are worked out in the FROM, before anything is written."""
    entity = update.entity
    query, right = chosen(query, [value for _, value in update.changes])
    with opened(s, query) as found:
        values = [(f, s.checked(v)) for (f, _), v in zip(update.changes, right, strict=True) if v is not None]
        if not any(collisions(update)) and (rows_of := _plain_rows(found, [value for _, value in values])):
            sets = [exp.EQ(this=column(field), expression=value) for field, value in values]
            return exp.Update(this=rows_of, expressions=sets, where=found.frame.select.args.get("where"))
        columns = [exp.Alias(this=s.value(found.item()), alias=identifier("key"))]
        columns += [exp.Alias(this=value, alias=identifier(f"new_{field.name}")) for field, value in values]
        inner = found.select(*columns)
    table = table_of(entity)
    s.aliased(table, table.name)
    sets = [
        exp.EQ(this=column(field), expression=exp.column(f"new_{field.name}", table="chosen"))
        for field, _ in update.changes
    ]
    if any(collisions(update)):
        sets.append(unsettle())
    source = exp.Subquery(this=inner, alias=exp.TableAlias(this=identifier("chosen")))
    where = exp.EQ(this=column(entity.key, table.name), expression=exp.column("key", table="chosen"))
    return exp.Update(this=table, expressions=sets, from_=exp.From(this=source), where=exp.Where(this=where))


def delete(s: Lowering, entity: m.Entity, target: m.Expression) -> Sql:
    """DELETE of a row, or of the rows of a query."""
    if isinstance(target, m.Query):
        with opened(s, target) as found:
            if rows_of := _plain_rows(found):
                return exp.Delete(this=rows_of, where=found.frame.select.args.get("where"))
            inner = found.select(s.value(found.item()), ordered=not found.is_whole)
        where = trees.among(column(entity.key), inner)
    else:
        where = exp.EQ(this=column(entity.key), expression=s.value(target))
    table = table_of(entity)
    s.aliased(table, table.name)
    return exp.Delete(this=table, where=exp.Where(this=where))


def _plain_rows(found: Opened, values: Sequence[Sql] = ()) -> exp.Table | None:
    """The table of a query that reads nothing but each row itself, so that a write cannot change what it finds."""
    select = found.frame.select
    table, where = select.args["from_"].this, select.args.get("where")
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier) or not found.is_whole:
        return None
    if select.args.get("joins") or any(x.find(exp.Select) for x in (*values, *([where] if where else ()))):
        return None
    return table
