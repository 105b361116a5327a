"""Results, changes and grades as tables. Nothing in them steers a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from awmlang.diagnostics import visible
from awmlang.runtime.grading import Grade
from awmlang.runtime.schema import Table as Schema


def text(value: object, style: str = "") -> Text:
    """Text of a spec or of its data."""
    return Text("\n".join(visible(line) for line in str(value).split("\n")), style)


def result(document: str) -> RenderableType:
    """The result of a call, from its JSON text."""
    value = json.loads(document, parse_float=Decimal)
    if list(value) == ["value"]:
        return _cell(value["value"])
    items = value.get("items")
    if not isinstance(items, list):
        return _fields(value)
    rest = {name: each for name, each in value.items() if name != "items"}
    shown = [_rows(items) if items else Text("nothing", "dim")]
    if rest:
        shown.append(Text(", ".join(f"{name} {each}" for name, each in rest.items()), "dim"))
    return Group(*shown)


def rows(columns: Iterable[str], lines: Iterable[Iterable[RenderableType]]) -> Table:
    """A table with a heading, and text that wraps."""
    names = list(columns)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), show_header=any(names))
    for column in names:
        table.add_column(text(column), overflow="fold")
    for line in lines:
        table.add_row(*line)
    return table


def diff(changes: Mapping[str, Mapping[str, Any]], entities: Mapping[str, Schema]) -> RenderableType:
    """What ``Session.diff`` gives."""
    lines: list[list[RenderableType]] = []
    for entity, parts in changes.items():
        types = entities[entity].types

        def shown(column: str, value: Any, types: Mapping[str, str] = types) -> Text:
            return _inline(f"{value:.2f}" if types[column] == "money" and value is not None else value)

        def whole(row: Mapping[str, Any], shown: Any = shown) -> Text:
            return Text(", ").join(
                Text.assemble((visible(name), "dim"), " ", shown(name, each)) for name, each in row.items()
            )

        for kind, style in (("new", "green"), ("gone", "red")):
            for key, row in parts[kind].items():
                lines.append([Text(kind, style), text(entity), text(key), whole(row)])
        for key, columns in parts["changed"].items():
            words = (
                Text.assemble((visible(column), "dim"), " ", shown(column, old), " -> ", shown(column, new))
                for column, (old, new) in columns.items()
            )
            lines.append([Text("changed", "yellow"), text(entity), text(key), Text(", ").join(words)])
    return rows(("", "entity", "key", ""), lines) if lines else Text("nothing has changed", "dim")


def grade(done: Grade) -> RenderableType:
    """What ``Session.grade`` gives."""
    outcome = Text("complete", "green") if done.complete else Text("not complete", "bold red")
    lines: list[list[RenderableType]] = [
        [
            Text("yes", "green") if check.holds else Text("no", "bold red"),
            text(check.kind),
            text(check.message),
        ]
        for check in done.checks
    ]
    lines += [[Text("no", "bold red"), Text("no side effects"), text(effect)] for effect in done.side_effects]
    head = Text.assemble(outcome, f", reward {done.fraction:.2f}")
    return Group(head, rows(("", "", ""), lines)) if lines else head


def _fields(value: Mapping[str, Any]) -> RenderableType:
    """A record: a line for each field."""
    if not value:
        return Text("done", "dim")
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, each in value.items():
        table.add_row(text(name), _cell(each))
    return table


def _rows(items: list[Any]) -> RenderableType:
    """A list: a row for each record, a line for anything else."""
    if not all(isinstance(item, dict) for item in items):
        return Group(*(_cell(item) for item in items))
    columns = list(dict.fromkeys(name for item in items for name in item))
    table = rows(columns, ([_cell(item.get(name)) for name in columns] for item in items))
    for column, name in zip(table.columns, columns, strict=True):
        if all(_is_number(item.get(name)) for item in items):
            column.justify = "right"
    return table


def _cell(value: Any) -> RenderableType:
    if isinstance(value, dict) and any(isinstance(each, (dict, list)) for each in value.values()):
        return _fields(value)
    if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        return _rows(value)
    return _inline(value)


def _inline(value: Any) -> Text:
    """On one line: null as a dash, a record as ``id 3, name Kim``."""
    if value is None:
        return Text("-", "dim")
    if isinstance(value, bool):
        return Text("true" if value else "false")
    if isinstance(value, dict):
        return Text(", ").join(Text.assemble((visible(k), "dim"), " ", _inline(v)) for k, v in value.items())
    if isinstance(value, list):
        return Text(", ").join(map(_inline, value)) if value else Text("none", "dim")
    return text(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, Decimal)) and not isinstance(value, bool))
