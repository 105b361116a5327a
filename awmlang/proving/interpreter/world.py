"""The rows of a world, as dictionaries, and the rules that a write must leave true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from awmlang.proving.interpreter.values import Failure
from awmlang.runtime.functions import matches
from awmlang.semantics import model as m
from awmlang.semantics import types as t

Key = int | str
Row = dict[str, Any]
Holds = Callable[[m.Expression, m.Binding, Row], bool]
"""Whether a condition over a row holds."""


@dataclass
class World:
    """``rows`` by entity and key; ``next`` is the next id, or the next number of a serial key, by entity."""

    model: m.Model
    rows: dict[str, dict[Key, Row]]
    next: dict[str, int]

    def copy(self) -> World:
        rows = {name: {key: dict(row) for key, row in rows.items()} for name, rows in self.rows.items()}
        return World(self.model, rows, dict(self.next))

    def keys(self, entity: str) -> list[Key]:
        """In order."""
        return sorted(self.rows[entity])

    def row(self, entity: str, key: Key) -> Row:
        """Raises Failure if it is gone."""
        found = self.rows[entity].get(key)
        if found is None:
            raise Failure("not_found")
        return found

    # ---- Writing

    def insert(self, entity: m.Entity, values: Row, holds: Holds) -> Key:
        """A row with all its fields but a key that is made for it."""
        key = entity.key
        if key.serial is not None:
            number = self.next[entity.name]
            values[key.name] = f"{key.serial.prefix}{number:0{key.serial.width}d}"
        elif key.name == "id" and values.get("id") is None:
            values["id"] = self.next[entity.name]
        made: Key = values[key.name]
        if made in self.rows[entity.name]:
            raise Failure("constraint", f"{entity.name}.{key.name}")
        if key.serial is not None:
            self.next[entity.name] += 1
        elif isinstance(made, int):
            self.next[entity.name] = max(self.next[entity.name], made + 1)
        self.rows[entity.name][made] = values
        self._audit(entity, [made], holds)
        return made

    def update(self, entity: m.Entity, changes: dict[Key, Row], holds: Holds) -> None:
        """All rows at once, then the rules. ``holds`` sees them as they were in the guards of flows."""
        for key, new in changes.items():
            for flow in entity.flows:
                if flow.field.name in new:
                    self._flow(flow, self.rows[entity.name][key], new[flow.field.name], holds)
        for key, new in changes.items():
            self.rows[entity.name][key] = self.rows[entity.name][key] | new
        self._audit(entity, changes, holds)

    def delete(self, entity: m.Entity, keys: Iterable[Key], holds: Holds) -> None:
        """With the rows that go with them. Raises Failure where others still refer to one."""
        gone = {(entity.name, key) for key in keys}
        pending = list(gone)
        cleared: dict[str, set[Key]] = {}
        while pending:
            name, key = pending.pop()
            for other, field in self._referring(name):
                for referring, row in self.rows[other.name].items():
                    if row[field.name] != key or (other.name, referring) in gone:
                        continue
                    if field.on_delete == "cascade":
                        gone.add((other.name, referring))
                        pending.append((other.name, referring))
        for name, key in gone:
            for other, field in self._referring(name):
                for referring, row in self.rows[other.name].items():
                    if row[field.name] == key and (other.name, referring) not in gone:
                        if field.on_delete != "clears":
                            raise Failure("in_use")
                        row[field.name] = None
                        cleared.setdefault(other.name, set()).add(referring)
        for name, key in gone:
            del self.rows[name][key]
        for name, changed in cleared.items():
            self._audit(self.model.entities[name], changed, holds)

    def _referring(self, name: str) -> list[tuple[m.Entity, m.Field]]:
        found = []
        for entity in self.model.entities.values():
            for field in entity.fields.values():
                target = t.required(field.type)
                if isinstance(target, t.Ref) and target.entity == name:
                    found.append((entity, field))
        return found

    # ---- Rules

    def _flow(self, flow: m.Flow, row: Row, after: Any, holds: Holds) -> None:
        before = row[flow.field.name]
        if before == after:
            return
        steps = [step for step in flow.steps if (step.source, step.target) == (before, after)]
        if not any(step.guard is None or holds(step.guard, flow.this, row) for step in steps):
            raise Failure("constraint", f"{flow.field.name} from {before} to {after}")

    def _audit(self, entity: m.Entity, keys: Iterable[Key], holds: Holds) -> None:
        rows = self.rows[entity.name]
        for key in keys:
            for field in entity.fields.values():
                self._field(field, rows[key][field.name])
            for check in entity.checks:
                self._check(entity, check, key, holds)
            for field in entity.fields.values():
                if field.is_unique:
                    self._unique(entity, (field,), key, lambda row: True)

    def _field(self, field: m.Field, value: Any) -> None:
        if value is None:
            if not isinstance(field.type, t.Optional):
                raise Failure("constraint", field.name)
            return
        if not fits(value, t.required(field.type)):
            raise Failure("constraint", field.name)
        target = t.required(field.type)
        if isinstance(target, t.Ref) and value not in self.rows[target.entity]:
            raise Failure("not_found")

    def _check(self, entity: m.Entity, check: m.Check, key: Key, holds: Holds) -> None:
        rows = self.rows[entity.name]

        def counts(row: Row) -> bool:
            return check.condition is None or holds(check.condition, check.this, row)

        if check.kind == "row":
            if not counts(rows[key]):
                raise Failure("constraint", check.message)
        elif check.kind == "unique":
            self._unique(entity, check.fields, key, counts)
        elif counts(rows[key]):
            start, end, *by = (field.name for field in check.fields)
            one = rows[key]
            for other_key, other in rows.items():
                if (
                    other_key == key
                    or not counts(other)
                    or any(one[f] is None or one[f] != other[f] for f in by)
                ):
                    continue
                ends = (one[start], one[end], other[start], other[end])
                if None not in ends and one[start] < other[end] and other[start] < one[end]:
                    raise Failure("constraint", check.message)

    def _unique(
        self, entity: m.Entity, fields: tuple[m.Field, ...], key: Key, counts: Callable[[Row], bool]
    ) -> None:
        rows = self.rows[entity.name]
        values = [rows[key][field.name] for field in fields]
        if None in values or not counts(rows[key]):
            return
        for other_key, other in rows.items():
            if other_key != key and [other[field.name] for field in fields] == values and counts(other):
                raise Failure("constraint", " ".join(f.name for f in fields))


def fits(value: Any, type: t.Type) -> bool:
    """Whether a value keeps to the bounds of a type."""
    match type:
        case t.Int(low=low, high=high) | t.Float(low=low, high=high) | t.Money(low=low, high=high):
            return (low is None or value >= low) and (high is None or value <= high)
        case t.Text(low=low, high=high, pattern=pattern):
            bounded = (low is None or len(value) >= low) and (high is None or len(value) <= high)
            return bounded and (pattern is None or matches(value, pattern))
        case t.List(low=low, high=high):
            return (low is None or len(value) >= low) and (high is None or len(value) <= high)
        case t.Enum(members=members):
            return value in members
    return True
