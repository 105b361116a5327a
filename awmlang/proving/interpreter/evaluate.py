"""Expressions and queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from awmlang.proving.interpreter import values as v
from awmlang.proving.interpreter.world import Key, Row, World
from awmlang.runtime.errors import ToolError
from awmlang.semantics import model as m
from awmlang.semantics import types as t

UNORDERED = ("count", "exists", "all", "sum", "avg", "min", "max")
"""Aggregates of which the order of the items is no matter."""


class PastInt(int):
    """The key of a row as it was at the start: one of ``gone E``, or what such a row referred to."""


class PastText(str):
    """Likewise."""


PAST = (PastInt, PastText)


def past(key: Key) -> Key:
    return PastInt(key) if isinstance(key, int) else PastText(key)


@dataclass(frozen=True, eq=False)
class Group:
    key: Any
    rows: list[Any]


@dataclass
class Scope:
    """What names stand for: variables, and the rows, items or groups that queries are at."""

    variables: dict[m.Variable, Any] = field(default_factory=dict)
    bindings: dict[m.Binding, Any] = field(default_factory=dict)

    def at(self, binding: m.Binding, item: Any) -> Scope:
        return Scope(self.variables, self.bindings | {binding: item})


class Evaluator:
    """Evaluates over ``world``, in a session that began with ``start``.

    ``calls`` are the tools called so far, "" for a call that failed. In the checks of a task (``is_checking``) a row
    that is not there is null. ``seen`` gathers the kinds of nodes that were evaluated.
    """

    def __init__(self, model: m.Model, world: World, me: Key | None, labels: Mapping[str, Key]) -> None:
        self.model = model
        self.world = world
        self.start = world.copy()
        self.me = me
        self.labels = labels
        self.calls: list[str] = []
        self.is_checking = False
        self.seen: set[type] = set()

    @property
    def now(self) -> str:
        return (datetime.fromisoformat(self.model.clock) + timedelta(seconds=len(self.calls))).isoformat()

    def holds(self, condition: m.Expression, binding: m.Binding, key: Key) -> bool:
        return bool(self.value(condition, Scope({}, {binding: key})))

    def value(self, e: m.Expression, s: Scope) -> Any:
        match e:
            # Names
            case m.Constant():
                return e.value
            case m.Local():
                return s.variables[e.variable]
            case m.Label():
                return self.labels[e.label]
            case m.Me():
                return self.me
            case m.Now():
                return self.now
            case m.RowOf():
                return s.bindings[e.binding]
            case m.Get() | m.GetComputed():
                return self._read(e, s)
            case m.GetItem():
                record = self.value(e.record, s)
                return None if record is None else record[e.name]
            case m.GroupKey():
                group = self.value(e.group, s)
                return None if group is None else group.key
            case m.At():
                items, index = self.value(e.list, s), self.value(e.index, s)
                if items is None or index is None:
                    return None
                if not 0 <= index < len(items):
                    raise ToolError("arithmetic", "")
                return items[index]
            # Operators
            case m.Operation():
                return self._operation(e, s)
            case m.Scale():
                money = self.value(e.money, s)
                by, over = [self.value(x, s) for x in e.by], [self.value(x, s) for x in e.over]
                return None if None in (money, *by, *over) else v.scaled(money, by, over)
            case m.Convert():
                return v.converted(self.value(e.value, s), e.type)
            case m.Choose():
                return self.value(e.then if self.value(e.condition, s) else e.otherwise, s)
            # What is made
            case m.CallBuiltin():
                return v.builtin(e.name, [self.value(a, s) for a in e.arguments], e.type)
            case m.Interpolation():
                parts = [x if isinstance(x, str) else v.printed(self.value(x, s), x.type) for x in e.parts]
                return v.normal("".join(parts))
            case m.MakeList():
                return [self.value(item, s) for item in e.items]
            case m.MakeRecord():
                return {name: self.value(value, s) for name, value in e.fields}
            # Queries
            case m.AllRows(which="all"):
                return sorted(self.world.rows[e.entity.name])
            case m.AllRows():
                new, gone, changed = self.world.changes(self.start, e.entity.name)
                found = {"new": new, "gone": map(past, gone), "changed": {key for key, _ in changed}}
                return sorted(found[e.which])
            case m.GroupRows():
                return self._groups(e, s)
            case m.RowsOfGroup():
                return self.value(e.group, s).rows
            case m.Query():
                return self._query(e, s)
            case m.Aggregate():
                return self._aggregate(e, s)
            case m.With():
                item = self.value(e.row, s)
                if isinstance(t.required(e.row.type), t.Ref) and self.row(item, e.row.type) is None:
                    return None
                return None if item is None else self.value(e.value, s.at(e.binding, item))
            # In the checks of tasks
            case m.Old():
                return self.within(self.start, e.value, s)
            case m.Called():
                return e.tool in self.calls
            case m.Unchanged():
                return self.world.rows == self.start.rows
        raise NotImplementedError(type(e).__name__)

    # ---- Rows

    def world_of(self, key: Key) -> World:
        return self.start if isinstance(key, PAST) else self.world

    def row(self, key: Key | None, type: t.Type) -> Row | None:
        entity = t.required(type)
        assert isinstance(entity, t.Ref)
        found = None if key is None else self.world_of(key).rows[entity.entity].get(key)
        if found is None and key is not None and not self.is_checking:
            raise ToolError("not_found", "")
        return found

    def _read(self, e: m.Get | m.GetComputed, s: Scope) -> Any:
        """A field of a row; of one of the past, as it was, and so is the row that it refers to."""
        key = self.value(e.row, s)
        row = self.row(key, e.row.type)
        if row is None:
            return None
        if isinstance(e, m.Get):
            found = row[e.field.name]
        else:
            found = self.within(self.world_of(key), e.field.value, Scope({}, {e.field.this: key}))
        is_row = found is not None and isinstance(t.required(e.type), t.Ref)
        return past(found) if is_row and isinstance(key, PAST) else found

    def within(self, world: World, e: m.Expression, s: Scope) -> Any:
        before, self.world = self.world, world
        try:
            return self.value(e, s)
        finally:
            self.world = before

    # ---- Operators

    def _operation(self, e: m.Operation, s: Scope) -> Any:
        first, last = e.arguments[0], e.arguments[-1]
        match e.operator:
            case "and":
                return all(self.value(a, s) for a in e.arguments)
            case "or":
                return any(self.value(a, s) for a in e.arguments)
            case "not":
                return not self.value(first, s)
            case "??":
                left = self.value(first, s)
                return left if left is not None else self.value(last, s)
        arguments = [self.value(a, s) for a in e.arguments]
        a, b = arguments[0], arguments[-1]
        match e.operator:
            case "==":
                return a == b
            case "!=":
                return a != b
            case "not in":
                return None in arguments or a not in b
        if None in arguments:
            return None if e.operator in (*v.ARITHMETIC, "negate") else False
        match e.operator:
            case "in":
                return a in b
            case "contains" if isinstance(t.required(first.type), t.List):
                return b in a
            case "contains":
                return b.casefold() in a.casefold()
            case "negate":
                return v.calculated("*", a, -1)
            case "+" | "-" if isinstance(t.required(first.type), (t.Date, t.Datetime)):
                if isinstance(b, str):
                    return v.elapsed(a, b)
                return v.moved(a, b if e.operator == "+" else -b, last.type)
        if e.operator in v.ARITHMETIC:
            return v.calculated(e.operator, a, b)
        return v.ORDER[e.operator](v.rank(a, first.type), v.rank(b, last.type))

    # ---- Queries

    def _groups(self, e: m.GroupRows, s: Scope) -> list[Group]:
        groups: dict[Any, Group] = {}
        for item in self.value(e.query, s):
            key = self.value(e.key, s.at(e.query.binding, item))
            groups.setdefault(v.identity(key), Group(key, [])).rows.append(item)
        return v.in_order(groups.values(), lambda group: group.key, e.key.type)

    def _query(self, e: m.Query, s: Scope) -> list[Any]:
        def at(value: m.Expression) -> Callable[[Any], Any]:
            return lambda item: self.value(value, s.at(e.binding, item))

        items = list(self.value(e.source, s) or [])
        if isinstance(e.binding.type, t.Ref):
            entity = e.binding.type.entity
            items = [key for key in items if key in self.world_of(key).rows[entity]]
        if e.where is not None:
            items = list(filter(at(e.where), items))
        for key in reversed(e.sort):
            chosen = key if isinstance(key, m.SortKey) else dict(key.options).get(self.value(key.selector, s))
            if chosen is not None:
                items = v.in_order(items, at(chosen.value), chosen.value.type, chosen.descending)
        if e.skip is not None:
            items = items[max(0, self.value(e.skip, s)) :]
        if e.take is not None:
            items = items[: max(0, self.value(e.take, s))]
        return items

    def _aggregate(self, e: m.Aggregate, s: Scope) -> Any:
        def of(item: Any) -> Any:
            return item if e.value is None else self.value(e.value, s.at(e.query.binding, item))

        query, type = e.query, t.required(e.type)
        if e.kind in UNORDERED and query.skip is None and query.take is None:
            query = replace(query, sort=())  # what is not needed can not fail
        items = self.value(query, s)
        match e.kind:
            case "count":
                return len(items)
            case "exists":
                return bool(items)
            case "all":
                return all(map(of, items))
            case "first":
                return of(items[0]) if items else None
            case "one":
                if len(items) != 1:
                    raise ToolError("not_found", "")
                return of(items[0])
            case "list":
                return list(map(of, items))
            case "distinct":
                return list({v.identity(value): value for value in map(of, items)}.values())
            case "map":
                assert e.key is not None
                made: dict[str, Any] = {}
                for item in items:
                    key = v.printed(self.value(e.key, s.at(e.query.binding, item)), e.key.type)
                    made.pop(key, None)  # the last of equal keys, in its place
                    made[key] = of(item)
                return made
            case "page":
                assert e.page is not None and e.page_size is not None
                page, size = self.value(e.page, s), self.value(e.page_size, s)
                shown = items[(page - 1) * size :][:size]
                return {"items": list(map(of, shown)), "total": len(items), "page": page}
        known = [value for value in map(of, items) if value is not None]
        if e.kind == "sum":
            return sum(known, 0.0 if isinstance(type, t.Float) else 0)
        if not known:
            return None
        if e.kind in ("min", "max"):
            return v.extreme(min if e.kind == "min" else max, known, type)
        return (
            v.scaled(sum(known), [], [len(known)]) if isinstance(type, t.Money) else sum(known) / len(known)
        )
