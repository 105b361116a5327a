"""contract.json: what the tools promise, in terms that a test can ask the database and the results about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from awmlang.diagnostics import Source
from awmlang.lowering.reach import beyond_access, references
from awmlang.lowering.tools import visible_sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in, statements_in

Change = tuple[m.Field, m.Expression | None]
"""A field that is given a value: in an update the value, else None."""


def contract(model: m.Model, source: Source) -> dict[str, Any]:
    """The content of contract.json:

    ``access``: by entity, SQL that finds a row if ``me`` may see the row ``:key``, as in tools.py.
    ``flows``: an entry an arrow, with the tools that set the field to what it leads to.
    ``tools``: an entry a tool: ``errors`` that it declares; the entities that it ``writes``, the fields that it ``sets``
    in words of the spec (``User.name``); where it ``takes`` and
    ``shows`` keys of rows that only some may see, by path; the entities ``beyond`` whose access its body goes.
    """
    access = {
        name: visible_sql(model, entity)
        for name, entity in model.entities.items()
        if entity.access is not None
    }
    changes = {tool: list(_changes(tool.body, set())) for tool in model.tools.values()}
    return {
        "access": access,
        "flows": [arrow for entity in model.entities.values() for arrow in _arrows(entity, source, changes)],
        "tools": [_tool(model, tool, changes[tool]) for tool in model.tools.values()],
    }


def _arrows(
    entity: m.Entity, source: Source, changes: Mapping[m.Tool, Sequence[Change]]
) -> Iterator[dict[str, Any]]:
    for flow in entity.flows:
        arrows = {(step.source, step.target): step for step in reversed(flow.steps)}
        for (before, after), step in reversed(arrows.items()):
            yield {
                "entity": entity.name,
                "field": flow.field.name,
                "source": before,
                "target": after,
                "line": source.position(step.span.start)[0],
                "tools": [tool.name for tool in changes if _updates(changes[tool], flow.field, after)],
            }


def _changes(body: tuple[m.Statement, ...], seen: set[m.Function]) -> Iterator[Change]:
    """What statements, and functions that they call, give fields."""
    for statement in statements_in(body):
        if isinstance(statement, m.Update):
            yield from statement.changes
    for statement in body:
        for x in expressions_in(statement):
            if isinstance(x, m.CreateRow):
                yield from ((field, None) for field, _ in x.values)
            elif isinstance(x, m.CallFunction) and x.function not in seen:
                seen.add(x.function)
                yield from _changes(x.function.body, seen)


def _updates(changes: Iterable[Change], field: m.Field, value: str) -> bool:
    """Whether a field may be updated to a value."""
    return any(
        changed is field and to is not None and (not isinstance(to, m.Constant) or to.value == value)
        for changed, to in changes
    )


def _tool(model: m.Model, tool: m.Tool, changes: Iterable[Change]) -> dict[str, Any]:
    takes = {
        path.removeprefix("."): ref.entity
        for parameter in tool.parameters
        for path, ref in references(parameter.type, parameter.json_name)
        if not ref.lifted and model.entities[ref.entity].access is not None
    }
    return {
        "name": tool.name,
        "errors": sorted(tool.errors),
        "writes": sorted(tool.writes),
        "sets": sorted({f"{field.entity}.{field.name}" for field, _ in changes}),
        "takes": takes,
        "shows": _shows(model, tool),
        "beyond": sorted(
            name for name in beyond_access(model, tool) if model.entities[name].access is not None
        ),
    }


def _shows(model: m.Model, tool: m.Tool) -> dict[str, str]:
    """The entity whose keys stand at a path of the result; paths of which that cannot be told are left out."""
    match t.required(tool.result):
        case t.Record() | t.Map():
            root = ""
        case t.List():
            root = ".items"
        case _:
            root = ".value"
    found: dict[str, set[str | None]] = {}
    for statement in statements_in(tool.body):
        if isinstance(statement, m.Return) and statement.value is not None:
            for path, entity in _keys(statement.value, root):
                found.setdefault(path, set()).add(entity)
    shown = {path.removeprefix("."): names for path, names in found.items() if len(names) == 1}
    return {
        path: name
        for path, (name,) in shown.items()
        if name is not None and model.entities[name].access is not None
    }


def _keys(value: m.Expression, path: str) -> Iterator[tuple[str, str | None]]:
    """The paths of a value with the entity whose key stands there, None where it is something else."""
    match value:
        case m.Get(row=row, field=field) if field.is_key and isinstance(t.required(row.type), t.Ref):
            yield path, field.entity
        case m.With(value=inner):
            yield from _keys(inner, path)
        case m.MakeRecord(fields=fields):
            for name, each in fields:
                yield from _keys(each, f"{path}.{name}")
        case m.Aggregate(kind="page", value=m.Expression() as item):
            yield from _keys(item, f"{path}.items[]")
        case m.Aggregate(kind="list" | "distinct", value=m.Expression() as item):
            yield from _keys(item, f"{path}[]")
        case m.Aggregate(kind="first" | "one", value=m.Expression() as item):
            yield from _keys(item, path)
        case m.Choose(then=one, otherwise=other) | m.Operation(operator="??", arguments=(one, other)):
            yield from _keys(one, path)
            yield from _keys(other, path)
        case m.Constant(value=None):
            pass
        case _:
            yield path, None
