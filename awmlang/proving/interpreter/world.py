"""The rows of a world, as dictionaries, and the rules that a write must leave true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import matches
from awmlang.semantics import model as m
from awmlang.semantics import types as t

Key = int | str
Row = dict[str, Any]
Holds = Callable[[m.Expression, m.Binding, Key], bool]
"""Whether a condition over a row holds."""


@dataclass
class World:
    """``rows`` by entity and key; ``next`` is the next id, or the next number of a serial key, by entity.

    A row is replaced where it changes, so that copies may share it.
    """

    model: m.Model
    rows: dict[str, dict[Key, Row]]
    next: dict[str, int]

    def copy(self) -> World:
        return World(self.model, {name: dict(rows) for name, rows in self.rows.items()}, dict(self.next))

    # ---- Writing

    def insert(self, entity: m.Entity, row: Row, holds: Holds) -> Key:
        """A row with all its fields but a key that is made for it."""
        key, rows = entity.key, self.rows[entity.name]
        if key.serial is not None:
            row[key.name] = f"{key.serial.prefix}{self.next[entity.name]:0{key.serial.width}d}"
        elif key.name == "id" and row["id"] is None:
            row["id"] = self.next[entity.name]
        made: Key = row[key.name]
        if made in rows:
            raise ToolError("constraint", f"{entity.name}.{key.name}")
        if key.serial is not None:
            self.next[entity.name] += 1
        elif isinstance(made, int):
            self.next[entity.name] = max(self.next[entity.name], made + 1)
        rows[made] = row
        self._audit(entity, [made], holds)
        return made

    def update(self, entity: m.Entity, changes: dict[Key, Row], holds: Holds) -> None:
        """All rows at once, then the rules; the guards of flows see the rows as they were."""
        rows = self.rows[entity.name]
        for key, new in changes.items():
            for flow in entity.flows:
                before, after = rows[key][flow.field.name], (rows[key] | new)[flow.field.name]
                steps = [step for step in flow.steps if (step.source, step.target) == (before, after)]
                if before != after and not any(
                    step.guard is None or holds(step.guard, flow.this, key) for step in steps
                ):
                    raise ToolError("constraint", f"{flow.field.name} from {before} to {after}")
        rows |= {key: rows[key] | new for key, new in changes.items()}
        self._audit(entity, changes, holds)

    def delete(self, entity: m.Entity, keys: Iterable[Key], holds: Holds) -> None:
        """With the rows that go with them. Raises ToolError where others still refer to one."""
        references = list(self._references())
        gone = {(entity.name, key) for key in keys}
        while (
            more := {row for row, field, to in references if to in gone and field.on_delete == "cascade"}
            - gone
        ):
            gone |= more
        cleared = []
        for (name, key), field, to in references:
            if to in gone and (name, key) not in gone:
                if field.on_delete != "clears":
                    raise ToolError("in_use", "")
                self.rows[name][key] = self.rows[name][key] | {field.name: None}
                cleared.append((name, key))
        for name, key in gone:
            del self.rows[name][key]
        for name, key in cleared:
            self._audit(self.model.entities[name], [key], holds)

    def _references(self) -> Iterator[tuple[tuple[str, Key], m.Field, tuple[str, Key | None]]]:
        """What refers to what: a row, by a field, to a row."""
        for name, entity in self.model.entities.items():
            for field in entity.fields.values():
                target = t.required(field.type)
                if isinstance(target, t.Ref):
                    for key, row in self.rows[name].items():
                        yield (name, key), field, (target.entity, row[field.name])

    # ---- Rules

    def _audit(self, entity: m.Entity, keys: Iterable[Key], holds: Holds) -> None:
        for key in keys:
            row = self.rows[entity.name][key]
            for field in entity.fields.values():
                self._fits(field, row[field.name])
            for check in entity.checks:

                def counts(key: Key, check: m.Check = check) -> bool:
                    return check.condition is None or holds(check.condition, check.this, key)

                names = [field.name for field in check.fields]
                if check.kind == "row" and not counts(key):
                    raise ToolError("constraint", check.message)
                if check.kind == "unique":
                    self._apart(entity, key, names, (), counts)
                if check.kind == "disjoint":
                    self._apart(entity, key, names[2:], names[:2], counts)
            for field in entity.fields.values():
                if field.is_unique:
                    self._apart(entity, key, [field.name], (), lambda key: True)

    def _fits(self, field: m.Field, value: Any) -> None:
        type = t.required(field.type)
        if value is None:
            if type is field.type:
                raise ToolError("constraint", field.name)
        elif isinstance(type, t.Ref):
            if value not in self.rows[type.entity]:
                raise ToolError("not_found", "")
        elif not fits(value, type):
            raise ToolError("constraint", field.name)

    def _apart(
        self, entity: m.Entity, key: Key, alike: list[str], span: Iterable[str], counts: Callable[[Key], bool]
    ) -> None:
        """No other row that counts has the same, which is not null, in ``alike``, and a ``span`` that overlaps."""
        rows = self.rows[entity.name]
        row = rows[key]
        for other_key, other in rows.items() if counts(key) else ():
            same = all(row[name] is not None and row[name] == other[name] for name in alike)
            if other_key != key and same and counts(other_key) and _overlap(row, other, *span):
                raise ToolError("constraint", ", ".join([*alike, *span]))


def _overlap(one: Row, other: Row, start: str | None = None, end: str | None = None) -> bool:
    if start is None or end is None:
        return True
    ends = (one[start], one[end], other[start], other[end])
    return None not in ends and one[start] < other[end] and other[start] < one[end]


def fits(value: Any, type: t.Type) -> bool:
    """Whether a value keeps to the bounds of a type."""
    match type:
        case t.Enum(members=members):
            return value in members
        case t.Text() | t.List():
            size = len(value)
        case t.Int() | t.Float() | t.Money():
            size = value
        case _:
            return True
    if isinstance(type, t.Text) and type.pattern is not None and not matches(value, type.pattern):
        return False
    return (type.low is None or size >= type.low) and (type.high is None or size <= type.high)
