"""Expressions and queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import Any

from awmlang.proving.interpreter import values as v
from awmlang.proving.interpreter.world import Key, Row, World
from awmlang.semantics import model as m
from awmlang.semantics import types as t

UNORDERED = ("count", "exists", "all", "sum", "avg", "min", "max")
"""Aggregates of which the order of the items is no matter."""


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
    """Evaluates over ``world``. ``create`` and ``call`` are for what only bodies do: rows made, functions that write.

    ``start`` is the world that ``old`` sees, ``called`` the tools called with success.
    """

    def __init__(
        self,
        world: World,
        me: Key | None,
        now: str,
        create: Callable[[m.CreateRow, Scope], Key],
        call: Callable[[m.Function, list[Any]], Any],
        labels: Mapping[str, Key] | None = None,
        start: World | None = None,
        called: frozenset[str] = frozenset(),
    ) -> None:
        self.world = world
        self.me = me
        self.now = now
        self.create = create
        self.call = call
        self.labels = labels or {}
        self.start = start
        self.called = called
        self.seen: set[type] = set()

    def value(self, e: m.Expression, scope: Scope) -> Any:
        self.seen.add(type(e))
        return self._value(e, scope)

    def holds(self, e: m.Expression, binding: m.Binding, row: Row) -> bool:
        """Whether a rule over a row holds, which may not be in the world any more, or not yet."""
        return bool(self.value(e, Scope({}, {binding: row})))

    @singledispatchmethod
    def _value(self, e: m.Expression, s: Scope) -> Any:
        raise NotImplementedError(type(e).__name__)

    # ---- Names

    @_value.register
    def _(self, e: m.Constant, s: Scope) -> Any:
        return bool(e.value) if isinstance(t.required(e.type), t.Bool) and e.value is not None else e.value

    @_value.register
    def _(self, e: m.Local, s: Scope) -> Any:
        return s.variables[e.variable]

    @_value.register
    def _(self, e: m.Label, s: Scope) -> Any:
        return self.labels[e.label]

    @_value.register
    def _(self, e: m.Me, s: Scope) -> Any:
        return self.me

    @_value.register
    def _(self, e: m.Now, s: Scope) -> Any:
        return self.now

    @_value.register
    def _(self, e: m.RowOf, s: Scope) -> Any:
        found = s.bindings[e.binding]
        if isinstance(found, dict) and isinstance(e.type, t.Ref):
            return found[self.world.model.entities[e.type.entity].key.name]
        return found

    def row(self, e: m.Expression, s: Scope) -> Row | None:
        """The row that an expression of a Ref type stands for."""
        if isinstance(e, m.RowOf) and isinstance(s.bindings[e.binding], dict):
            found: Row = s.bindings[e.binding]  # of a rule
            return found
        return self._row(self.value(e, s), e.type)

    def _row(self, key: Key | None, type: t.Type) -> Row | None:
        entity = t.required(type)
        assert isinstance(entity, t.Ref)
        return None if key is None else self.world.row(entity.entity, key)

    @_value.register
    def _(self, e: m.Get, s: Scope) -> Any:
        row = self.row(e.row, s)
        return None if row is None else row[e.field.name]

    @_value.register
    def _(self, e: m.GetComputed, s: Scope) -> Any:
        key = self.value(e.row, s)
        if self._row(key, e.row.type) is None:
            return None
        return self.value(e.field.value, Scope({}, {e.field.this: key}))

    @_value.register
    def _(self, e: m.GetItem, s: Scope) -> Any:
        record = self.value(e.record, s)
        return None if record is None else record[e.name]

    @_value.register
    def _(self, e: m.GroupKey, s: Scope) -> Any:
        group = self.value(e.group, s)
        return None if group is None else group.key

    @_value.register
    def _(self, e: m.At, s: Scope) -> Any:
        items, index = self.value(e.list, s), self.value(e.index, s)
        if items is None or index is None:
            return None
        if not 0 <= index < len(items):
            raise v.arithmetic()
        return items[index]

    # ---- Operators

    @_value.register
    def _(self, e: m.Operation, s: Scope) -> Any:
        first = e.arguments[0]
        match e.operator:
            case "and":
                return all(self.value(a, s) for a in e.arguments)
            case "or":
                return any(self.value(a, s) for a in e.arguments)
            case "not":
                return not self.value(first, s)
            case "??":
                left = self.value(first, s)
                return left if left is not None else self.value(e.arguments[1], s)
        arguments = [self.value(a, s) for a in e.arguments]
        a, b = arguments[0], arguments[-1]
        match e.operator:
            case "==":
                return v.same(a, b)
            case "!=":
                return not v.same(a, b)
            case "<" | "<=" | ">" | ">=":
                if a is None or b is None:
                    return False
                x, y = v.rank(a, first.type), v.rank(b, e.arguments[1].type)
                return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[e.operator]
            case "in":
                return a is not None and b is not None and a in b
            case "not in":
                return not (a is not None and b is not None and a in b)
            case "contains" if isinstance(t.required(first.type), t.List):
                return a is not None and b is not None and b in a
            case "contains":
                return a is not None and b is not None and v.fold(b) in v.fold(a)
        return self._arithmetic(e, arguments)

    def _arithmetic(self, e: m.Operation, arguments: list[Any]) -> Any:
        if None in arguments:
            return None
        a, b = arguments[0], arguments[-1]
        if isinstance(t.required(e.arguments[0].type), (t.Date, t.Datetime)):
            moved = t.required(e.arguments[1].type)
            if not isinstance(moved, (t.Duration, t.Months)):
                return v.elapsed(a, b)
            amount = b if e.operator == "+" else -b
            return (v.shifted_months if isinstance(moved, t.Months) else v.shifted)(a, amount)
        match e.operator:
            case "negate":
                return v.inside(-a)
            case "+":
                return v.inside(a + b)
            case "-":
                return v.inside(a - b)
            case "*":
                return v.inside(a * b)
            case "/":
                return v.divided(a, b)
            case "%":
                return v.remainder(a, b)
        raise NotImplementedError(e.operator)

    @_value.register
    def _(self, e: m.Scale, s: Scope) -> Any:
        money = self.value(e.money, s)
        by, over = [self.value(x, s) for x in e.by], [self.value(x, s) for x in e.over]
        return None if None in (money, *by, *over) else v.scaled(money, by, over)

    @_value.register
    def _(self, e: m.Convert, s: Scope) -> Any:
        value = self.value(e.value, s)
        match value, t.required(e.type):
            case None, _:
                return None
            case _, t.Float():
                return float(value)
            case _, t.Money():
                return value * 100
        return value

    @_value.register
    def _(self, e: m.Choose, s: Scope) -> Any:
        return self.value(e.then if self.value(e.condition, s) else e.otherwise, s)

    # ---- Calls, texts, lists, records

    @_value.register
    def _(self, e: m.CallFunction, s: Scope) -> Any:
        return self.call(e.function, [v.kept(self.value(a, s)) for a in e.arguments])

    @_value.register
    def _(self, e: m.CallBuiltin, s: Scope) -> Any:
        arguments = [self.value(a, s) for a in e.arguments]
        return v.builtin(e.name, arguments, [a.type for a in e.arguments], e.type)

    @_value.register
    def _(self, e: m.Interpolation, s: Scope) -> Any:
        parts = [x if isinstance(x, str) else v.printed(v.kept(self.value(x, s)), x.type) for x in e.parts]
        return v.normal("".join(parts))

    @_value.register
    def _(self, e: m.MakeList, s: Scope) -> Any:
        return [self.value(item, s) for item in e.items]

    @_value.register
    def _(self, e: m.MakeRecord, s: Scope) -> Any:
        return {name: self.value(value, s) for name, value in e.fields}

    @_value.register
    def _(self, e: m.CreateRow, s: Scope) -> Any:
        return self.create(e, s)

    @_value.register
    def _(self, e: m.With, s: Scope) -> Any:
        row = self.value(e.row, s)
        if row is None:
            return None
        if isinstance(t.required(e.row.type), t.Ref):
            self._row(row, e.row.type)  # it must be there
        return self.value(e.value, s.at(e.binding, row))

    # ---- Queries

    @_value.register
    def _(self, e: m.AllRows, s: Scope) -> Any:
        now = self.world.rows[e.entity.name]
        if e.which == "all":
            return self.world.keys(e.entity.name)
        assert self.start is not None
        then = self.start.rows[e.entity.name]
        match e.which:
            case "new":
                found = now.keys() - then.keys()
            case "gone":
                found = then.keys() - now.keys()
            case "changed":
                found = {key for key in now.keys() & then.keys() if now[key] != then[key]}
        return sorted(found)

    @_value.register
    def _(self, e: m.GroupRows, s: Scope) -> Any:
        groups: dict[Any, Group] = {}
        for item in self.value(e.query, s):
            key = self.value(e.key, s.at(e.query.binding, item))
            groups.setdefault(v.identity(key), Group(key, [])).rows.append(item)
        known = [group for group in groups.values() if group.key is not None]
        known.sort(key=lambda group: v.rank(group.key, e.key.type))
        return known + [group for group in groups.values() if group.key is None]

    @_value.register
    def _(self, e: m.RowsOfGroup, s: Scope) -> Any:
        return self.value(e.group, s).rows

    @_value.register
    def _(self, e: m.Query, s: Scope) -> Any:
        items = list(self.value(e.source, s) or [])
        if isinstance(e.binding.type, t.Ref) and not self._is_of_the_past(e.source):
            rows = self.world.rows[e.binding.type.entity]
            items = [key for key in items if key in rows]
        if e.where is not None:
            items = [item for item in items if self.value(e.where, s.at(e.binding, item))]
        for key in reversed(e.sort):
            items = self._sorted(items, key, e.binding, s)
        if e.skip is not None:
            items = items[max(0, self.value(e.skip, s)) :]
        if e.take is not None:
            items = items[: max(0, self.value(e.take, s))]
        return items

    def _is_of_the_past(self, source: m.Expression) -> bool:
        return isinstance(source, m.AllRows) and source.which == "gone"

    def _sorted(
        self, items: list[Any], key: m.SortKey | m.SortChoice, binding: m.Binding, s: Scope
    ) -> list[Any]:
        """Nulls come last, whichever way."""
        if isinstance(key, m.SortChoice):
            chosen = dict(key.options).get(self.value(key.selector, s))
            return items if chosen is None else self._sorted(items, chosen, binding, s)
        ranked = [(self.value(key.value, s.at(binding, item)), item) for item in items]
        known = [pair for pair in ranked if pair[0] is not None]
        known.sort(key=lambda pair: v.rank(pair[0], key.value.type), reverse=key.descending)
        return [item for _, item in known] + [item for value, item in ranked if value is None]

    @_value.register
    def _(self, e: m.Aggregate, s: Scope) -> Any:
        query = e.query
        if e.kind in UNORDERED and query.skip is None and query.take is None:
            query = replace(query, sort=())  # what is not needed can not fail
        items, given, type = self.value(query, s), e.value, t.required(e.type)

        def of(item: Any) -> Any:
            return item if given is None else self.value(given, s.at(e.query.binding, item))

        match e.kind:
            case "count":
                return len(items)
            case "exists":
                return bool(items)
            case "all":
                return all(of(item) for item in items)
            case "first":
                return of(items[0]) if items else None
            case "one":
                if len(items) != 1:
                    raise v.Failure("not_found")
                return of(items[0])
            case "list":
                return [of(item) for item in items]
            case "distinct":
                different: dict[Any, Any] = {}
                for value in map(of, items):
                    different.setdefault(v.identity(value), value)
                return list(different.values())
            case "map":
                return self._map(e, items, of, s)
            case "page":
                return self._page(e, items, of, s)
        numbers = [value for value in map(of, items) if value is not None]
        if e.kind == "sum":
            return sum(numbers, 0.0 if isinstance(type, t.Float) else 0)
        if not numbers:
            return None
        assert given is not None
        match e.kind:
            case "min":
                return min(numbers, key=lambda value: v.rank(value, given.type))
            case "max":
                return max(numbers, key=lambda value: v.rank(value, given.type))
        if isinstance(type, t.Money):
            return v.scaled(sum(numbers), [], [len(numbers)])
        return sum(numbers) / len(numbers)

    def _map(self, e: m.Aggregate, items: list[Any], of: Callable[[Any], Any], s: Scope) -> dict[str, Any]:
        assert e.key is not None
        made: dict[str, Any] = {}
        for item in items:
            key = v.printed(self.value(e.key, s.at(e.query.binding, item)), e.key.type)
            made.pop(key, None)  # the last of equal keys, in its place
            made[key] = of(item)
        return made

    def _page(self, e: m.Aggregate, items: list[Any], of: Callable[[Any], Any], s: Scope) -> dict[str, Any]:
        assert e.page is not None and e.page_size is not None
        page, size = self.value(e.page, s), self.value(e.page_size, s)
        start = (page - 1) * size
        return {
            "items": [of(item) for item in items[start : start + size]],
            "total": len(items),
            "page": page,
        }

    # ---- Only in tasks

    @_value.register
    def _(self, e: m.Old, s: Scope) -> Any:
        assert self.start is not None
        now, self.world = self.world, self.start
        try:
            return self.value(e.value, s)
        except v.Failure as failure:
            if failure.code == "not_found":
                return None
            raise
        finally:
            self.world = now

    @_value.register
    def _(self, e: m.Called, s: Scope) -> Any:
        return e.tool in self.called

    @_value.register
    def _(self, e: m.Unchanged, s: Scope) -> Any:
        assert self.start is not None
        return self.world.rows == self.start.rows
