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

    def changes(self, start: World, entity: str) -> tuple[set[Key], set[Key], set[tuple[Key, str]]]:
        """Of an entity, the rows that are new since the start, those that are gone, and the fields that others have changed."""
        now, then = self.rows[entity], start.rows[entity]
        differing = [key for key in now.keys() & then.keys() if now[key] != then[key]]
        changed = {(key, name) for key in differing for name in now[key] if now[key][name] != then[key][name]}
        return now.keys() - then.keys(), then.keys() - now.keys(), changed

    # ---- Writing

    def insert(self, entity: m.Entity, row: Row, holds: Holds) -> Key:
        """A row with all its fields but a key that is made for it."""
        key, rows, number = entity.key, self.rows[entity.name], self.next.get(entity.name, 0)
        if key.serial is not None:
            row[key.name] = f"{key.serial.prefix}{number:0{key.serial.width}d}"
        elif row[key.name] is None:
            row[key.name] = number
        made: Key = row[key.name]
        if made in rows:
            raise ToolError("constraint", f"{entity.name}.{key.name}")
        if entity.name in self.next:
            self.next[entity.name] = max(number, made if isinstance(made, int) else number) + 1
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
        cascades = [(row, to) for row, field, to in references if field.on_delete == "cascade"]
        while more := {row for row, to in cascades if to in gone} - gone:
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
        fields = entity.fields.values()
        unique = [
            m.Check(f.name, "unique", entity.this, None, (f,), f.name, f.span) for f in fields if f.is_unique
        ]
        for key in keys:
            for field in fields:
                self._fits(field, self.rows[entity.name][key][field.name])
            for check in (*entity.checks, *unique):
                self._check(entity, check, key, holds)

    def _fits(self, field: m.Field, value: Any) -> None:
        """Raises ToolError where a value does not keep to the type of its field."""
        fits = True
        match t.required(field.type):
            case _ if value is None:
                fits = isinstance(field.type, t.Optional)
            case t.Ref(entity=entity):
                if value not in self.rows[entity]:
                    raise ToolError("not_found", "")
            case t.Enum(members=members):
                fits = value in members
            case t.Int() | t.Float() | t.Money() as type:
                fits = _is_within(value, type.low, type.high)
            case t.List(low=low, high=high) | t.Text(low=low, high=high, pattern=None):
                fits = _is_within(len(value), low, high)
            case t.Text(low=low, high=high, pattern=str() as pattern):
                fits = _is_within(len(value), low, high) and matches(value, pattern)
        if not fits:
            raise ToolError("constraint", field.name)

    def _check(self, entity: m.Entity, check: m.Check, key: Key, holds: Holds) -> None:
        def counts(key: Key) -> bool:
            return check.condition is None or holds(check.condition, check.this, key)

        rows, broken = self.rows[entity.name], False
        if check.kind == "row":
            broken = not counts(key)
        elif counts(key):
            names = [field.name for field in check.fields]
            span, alike = (names[:2], names[2:]) if check.kind == "disjoint" else ([], names)
            broken = any(
                _clash(rows[key], rows[other], span, alike) and counts(other)
                for other in rows
                if other != key
            )
        if broken:
            raise ToolError("constraint", check.message)


def _is_within(size: float, low: float | None, high: float | None) -> bool:
    return (low is None or size >= low) and (high is None or size <= high)


def _clash(one: Row, other: Row, span: list[str], alike: list[str]) -> bool:
    """Whether two rows are alike, nulls aside, and overlap in their ``span``."""
    if any(one[name] is None or one[name] != other[name] for name in alike):
        return False
    ends = [row[name] for row in (one, other) for name in span]
    return not ends or (None not in ends and ends[0] < ends[3] and ends[2] < ends[1])
