"""Small models by hand."""

from __future__ import annotations

from typing import Any

from awmlang.diagnostics import NOWHERE
from awmlang.semantics import model as m
from awmlang.semantics import types as t

STATUS = t.Enum("Status", ("cart", "placed", "delivered"))


def constant(type: t.Type, value: Any) -> m.Constant:
    return m.Constant(NOWHERE, type, value)


def field(entity: str, name: str, type: t.Type, **marks: Any) -> m.Field:
    return m.Field(name, entity, type, NOWHERE, **marks)


def entity(name: str, doc: str | None = None, **fields: t.Type | tuple[t.Type, dict[str, Any]]) -> m.Entity:
    """``fields`` by name: a type, or a type and the marks of ``Field``. Without a key there is an ``id``."""
    made = m.Entity(name, NOWHERE, doc, m.Binding(t.Ref(name)))
    for field_name, given in fields.items():
        type, marks = given if isinstance(given, tuple) else (given, {})
        made.fields[field_name] = field(name, field_name, type, **marks)
    if not any(each.is_key for each in made.fields.values()):
        made.fields = {"id": field(name, "id", t.Int(), is_key=True), **made.fields}
    return made


def model(*entities: m.Entity, **changes: Any) -> m.Model:
    parts: dict[str, Any] = {
        "name": "shop",
        "title": "A shop.",
        "clock": "2025-06-02T18:30:00",
        "me": None,
        "policies": (),
        "enums": {"Status": STATUS},
        "entities": {each.name: each for each in entities},
        "functions": {},
        "tools": {},
        "labels": {},
        "blocks": (),
        "invariants": (),
        "tasks": {},
    }
    return m.Model(**(parts | changes))


def get(entity: m.Entity, name: str, binding: m.Binding | None = None) -> m.Get:
    """``.name`` of the entity's own row."""
    row = binding or entity.this
    made = entity.fields[name]
    return m.Get(NOWHERE, made.type, m.RowOf(NOWHERE, row.type, row), made)


def operation(operator: Any, *arguments: m.Expression, type: t.Type | None = None) -> m.Operation:
    return m.Operation(NOWHERE, type or t.Bool(), operator, arguments)


def check(entity: m.Entity, kind: Any, message: str, condition: m.Expression | None, *fields: str) -> None:
    """Add a check to the entity."""
    name = f"check_{len(entity.checks) + 1}"
    columns = tuple(entity.fields[each] for each in fields)
    entity.checks.append(m.Check(name, kind, entity.this, condition, columns, message, NOWHERE))
