"""Rules on several rows, asked at the end of a statement that writes several rows.

SQLite asks for uniqueness row by row, and so do the triggers of ``disjoint``: rows that swap or shift values would
stop each other on the way. Where an update can do that to a rule, the entity's table has one more column, ``SETTLED``:
1, and null in the rows that the update is at. Such rows take no part in the rule, whose unique index ends in that
column and is as good for look-ups as without it. The second half of the statement settles them, and the rule is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from awmlang.lowering.names import identifier, table_of
from awmlang.lowering.rules import Rule, entity_rules
from awmlang.lowering.trees import Sql, is_null, number
from awmlang.runtime.schema import SETTLED
from awmlang.semantics import model as m
from awmlang.semantics.visit import expressions_in, statements_in


def settled_rules(model: m.Model) -> dict[str, frozenset[str]]:
    """By entity, the names of the rules that the rows of one statement can stand in each other's way of."""
    found: dict[str, set[str]] = {}
    bodies = [f.body for f in model.functions.values()] + [tool.body for tool in model.tools.values()]
    for body in bodies:
        for statement in statements_in(body):
            if isinstance(statement, m.Update):
                found.setdefault(statement.entity.name, set()).update(r.name for r in collisions(statement))
    return {name: frozenset(names) for name, names in found.items() if names}


def collisions(update: m.Update) -> Iterator[Rule]:
    """The rules that rows of the update may break on the way though they keep to them in the end.

    Where all rows get the same new values, one that has not moved yet will move to where the others are: it stands
    in nobody's way who can stay there. (Not so the ends of ranges, of which some may be empty.)
    """
    if not isinstance(update.target, m.Query):
        return
    for rule in entity_rules(update.entity):
        if rule.kind in ("unique", "disjoint"):
            ends = set(rule.fields[:2]) if rule.kind == "disjoint" else set()
            asked = fields_asked(rule)
            for field, value in update.changes:
                if field in ends or (field in asked and _reads(value, update.binding)):
                    yield rule
                    break


def fields_asked(rule: Rule) -> Sequence[m.Field]:
    """The fields that a rule depends on, those of its condition included."""
    condition = rule.check.condition if rule.check is not None else None
    asked = dict.fromkeys(rule.fields)
    pending = [] if condition is None else [condition]
    while pending:
        for part in expressions_in(pending.pop()):
            if isinstance(part, m.Get):
                asked[part.field] = None
            elif isinstance(part, m.GetComputed):
                pending.append(part.field.value)
    return list(asked)


def _reads(value: m.Expression, binding: m.Binding) -> bool:
    return any(isinstance(part, m.RowOf) and part.binding is binding for part in expressions_in(value))


def settled(table: str | None = None) -> exp.Column:
    """The column, of the table or alias ``table`` if one is named."""
    return exp.Column(this=identifier(SETTLED), table=identifier(table) if table else None)


def unsettle() -> exp.EQ:
    """What the UPDATE sets beside the new values."""
    return exp.EQ(this=settled(), expression=exp.Null())


def settle(entity: m.Entity) -> Sql:
    """The UPDATE behind it, which asks."""
    again = exp.EQ(this=settled(), expression=number(1))
    return exp.Update(this=table_of(entity), expressions=[again], where=exp.Where(this=is_null(settled())))
