"""Calls of tools, statements, expressions and queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial, reduce
from typing import Any, NamedTuple

from awmlang.proving.interpreter import values as v
from awmlang.proving.interpreter.world import Key, Row, World
from awmlang.runtime.errors import ToolError
from awmlang.semantics import model as m
from awmlang.semantics import types as t


class PastInt(int):
    """The key of a row as it was at the start: one of ``gone E``, or what such a row referred to."""


class PastText(str):
    """Likewise."""


PAST = (PastInt, PastText)


def past(key: Key) -> Key:
    return PastInt(key) if isinstance(key, int) else PastText(key)


class Group(NamedTuple):
    key: Any
    rows: list[Any]


@dataclass
class Scope:
    """What names stand for: variables, and the rows, items or groups that queries are at."""

    variables: dict[m.Variable, Any] = field(default_factory=dict)
    bindings: dict[m.Binding, Any] = field(default_factory=dict)

    def at(self, binding: m.Binding, item: Any) -> Scope:
        return Scope(self.variables, self.bindings | {binding: item})


class Returned(Exception):
    """With what a body returns."""


class Interpreter:
    """A session: calls one after the other, each a second later than the one before, on the ``world`` of the ``start``.

    ``calls`` are the tools called so far, "" for a call that failed. ``seen`` gathers the kinds of nodes that were evaluated.
    """

    def __init__(self, model: m.Model, world: World, me: Key | None, labels: Mapping[str, Key]) -> None:
        self.model = model
        self.world = world
        self.start = world.copy()
        self.me = me
        self.labels = labels
        self.calls: list[str] = []
        self.seen: set[type] = set()

    @property
    def now(self) -> str:
        return (datetime.fromisoformat(self.model.clock) + timedelta(seconds=len(self.calls))).isoformat()

    def holds(self, condition: m.Expression, binding: m.Binding, key: Key) -> bool:
        return bool(self.value(condition, Scope({}, {binding: key})))

    # ---- Calls of tools

    def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """What a tool returns. ``arguments`` are as the runtime reads them. Raises ToolError, and then changes nothing."""
        tool, before = self.model.tools[name], self.world.copy()
        try:
            for parameter in tool.parameters:
                self._admit(arguments[parameter.name], parameter.type)
            value = self._run(tool.body, {p.variable: arguments[p.name] for p in tool.parameters})
            for invariant in self.model.invariants if tool.writes else ():
                if not self.value(invariant.condition, Scope()):
                    raise ToolError("constraint", invariant.message)
        except ToolError:
            self.world = before
            self.calls.append("")
            raise
        self.calls.append(name)
        return value

    def _admit(self, value: Any, type: t.Type) -> None:
        """The rows in an argument must be there, and ``me`` may see them."""
        match t.required(type):
            case _ if value is None:
                return
            case t.List(item=item):
                for each in value:
                    self._admit(each, item)
            case t.Record(fields=fields):
                for field in fields:
                    self._admit(value[field.name], field.type)
            case t.Ref(entity=name, lifted=lifted):
                self.row(value, type)
                entity = self.model.entities[name]
                if entity.access and not lifted and not self.holds(entity.access, entity.this, value):
                    raise ToolError("not_found", "")

    def _run(self, body: tuple[m.Statement, ...], variables: dict[m.Variable, Any]) -> Any:
        try:
            self.block(body, Scope(variables))
        except Returned as returned:
            return returned.args[0]
        return None

    # ---- Statements

    def block(self, body: tuple[m.Statement, ...], s: Scope) -> None:
        for st in body:
            self.seen.add(type(st))
            match st:
                case m.Let():
                    s.variables[st.variable] = self._found(st.value, st.otherwise, s)
                case m.Assign():
                    s.variables[st.variable] = self._kept(st.value, s)
                case m.Require():
                    if not self.value(st.condition, s):
                        self._fail(st.otherwise, s)
                case m.Fail():
                    self._fail(st.otherwise, s)
                case m.Do():
                    self.value(st.value, s)
                case m.Update():
                    self._update(st, s)
                case m.Delete():
                    self.world.delete(st.entity, self._targets(st.target, s), self.holds)
                case m.If():
                    self.block(st.then if self.value(st.condition, s) else st.otherwise, s)
                case m.For():
                    for given in self._rounds(st, s):
                        s.variables |= given
                        self.block(st.body, s)
                case m.Return():
                    raise Returned(st.value and self._found(st.value, st.otherwise, s))
                case _:
                    raise TypeError(f"no meaning is given to {type(st).__name__}")

    def _kept(self, e: m.Expression, s: Scope) -> Any:
        return v.kept(self.value(e, s))

    def _found(self, e: m.Expression, otherwise: m.Otherwise | None, s: Scope) -> Any:
        """A value, or the error that stands behind ``else``: where it is null, or ``one`` of another number of rows."""
        if otherwise is None:
            return self._kept(e, s)
        if isinstance(e, m.Aggregate) and e.kind == "one" and len(self.value(e.query, s)) != 1:
            self._fail(otherwise, s)
        found = self._kept(e, s)
        if found is None:
            self._fail(otherwise, s)
        return found

    def _fail(self, otherwise: m.Otherwise, s: Scope) -> None:
        raise ToolError(otherwise.code, self.value(otherwise.message, s))

    def _rounds(self, st: m.For, s: Scope) -> Iterator[dict[m.Variable, Any]]:
        """What the variables are in each round; a row that is gone by then has none."""
        for item in self.value(st.source, s):
            items = [item] if len(st.variables) == 1 else item  # of ``zip``
            given = dict(zip(st.variables, items, strict=True))
            rows = [(item, v.type.entity) for v, item in given.items() if isinstance(v.type, t.Ref)]
            if all(key in self.world.rows[entity] for key, entity in rows):
                yield given

    # ---- Writes

    def _targets(self, target: m.Expression, s: Scope) -> list[Key]:
        if isinstance(target, m.Query):
            is_whole = target.skip is None and target.take is None
            return list(self.value(replace(target, sort=()) if is_whole else target, s))
        found = self.value(target, s)
        self.row(found, target.type)  # it must be there
        return [found]

    def _update(self, st: m.Update, s: Scope) -> None:
        binding = st.target.binding if isinstance(st.target, m.Query) else st.binding
        changes: dict[Key, Row] = {}
        for key in self._targets(st.target, s):
            inner = s.at(binding, key).at(st.binding, key)
            changes[key] = {field.name: self._kept(value, inner) for field, value in st.changes}
        self.world.update(st.entity, changes, self.holds)

    def _create(self, e: m.CreateRow, s: Scope) -> Key:
        given = {field.name: self._kept(value, s) for field, value in e.values}
        row = {f.name: given.get(f.name, self._default(f.default)) for f in e.entity.fields.values()}
        return self.world.insert(e.entity, row, self.holds)

    def _default(self, e: m.Expression | None) -> Any:
        return e and self.value(e, Scope())

    def _call_tool(self, e: m.ToolCall, s: Scope) -> Any:
        given = {parameter.name: self._kept(value, s) for parameter, value in e.arguments}
        arguments = {p.name: given.get(p.name, self._default(p.default)) for p in e.tool.parameters}
        return self.call(e.tool.name, arguments)

    # ---- Expressions

    def value(self, e: m.Expression, s: Scope) -> Any:
        self.seen.add(type(e))
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
                return v.builtin("at", [self.value(e.list, s), self.value(e.index, s)], e.type)
            # Operators
            case m.Operation():
                return self._operation(e, s)
            case m.Scale():
                money = self.value(e.money, s)
                by, over = [self.value(x, s) for x in e.by], [self.value(x, s) for x in e.over]
                return None if None in (money, *by, *over) else v.scaled(money, by, over)
            case m.Convert():
                value, into = self.value(e.value, s), t.required(e.type)
                if value is None or not isinstance(into, (t.Float, t.Money)):
                    return value  # a key stands for its row
                return float(value) if isinstance(into, t.Float) else v.calculated("*", value, 100)
            case m.Choose():
                return self.value(e.then if self.value(e.condition, s) else e.otherwise, s)
            case m.CallBuiltin():
                return v.builtin(e.name, [self.value(a, s) for a in e.arguments], e.type)
            case m.Interpolation():
                parts = [x if isinstance(x, str) else v.printed(self.value(x, s), x.type) for x in e.parts]
                return v.normal("".join(parts))
            case m.MakeList():
                return [self.value(item, s) for item in e.items]
            case m.MakeRecord():
                return {name: self.value(value, s) for name, value in e.fields}
            case m.CreateRow():
                return self._create(e, s)
            case m.CallFunction():
                given = [self._kept(argument, s) for argument in e.arguments]
                variables = [parameter.variable for parameter in e.function.parameters]
                return self._run(e.function.body, dict(zip(variables, given, strict=True)))
            case m.ToolCall():
                return self._call_tool(e, s)
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
            case m.Old(type=t.Optional()):
                with suppress(ToolError):  # of a row that was not there
                    return self.within(self.start, e.value, s)
                return None
            case m.Old():
                return self.within(self.start, e.value, s)
            case m.Called():
                return e.tool in self.calls
            case m.Unchanged():
                return self.world.rows == self.start.rows
        raise TypeError(f"no meaning is given to {type(e).__name__}")

    # ---- Rows

    def world_of(self, key: Key) -> World:
        return self.start if isinstance(key, PAST) else self.world

    def row(self, key: Key | None, type: t.Type) -> Row | None:
        entity = t.required(type)
        assert isinstance(entity, t.Ref)
        if key is None:
            return None
        rows = self.world_of(key).rows[entity.entity]
        if key not in rows:
            raise ToolError("not_found", "")
        return rows[key]

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

        is_empty = isinstance(e.take, m.Constant) and e.take.value == 0  # then nothing is needed
        items = [] if is_empty else list(self.value(e.source, s) or [])
        if isinstance(e.binding.type, t.Ref):
            entity = e.binding.type.entity
            items = [key for key in items if key in self.world_of(key).rows[entity]]
        if e.where is not None:
            items = list(filter(at(e.where), items))
        for key in reversed(e.sort):
            chosen = key if isinstance(key, m.SortKey) else dict(key.options).get(self.value(key.selector, s))
            if chosen is not None:
                items = v.in_order(items, at(chosen.value), chosen.value.type, chosen.descending)
        if e.skip is not None and items:
            items = items[max(0, self.value(e.skip, s)) :]
        if e.take is not None and items:
            items = items[: max(0, self.value(e.take, s))]
        return items

    def _aggregate(self, e: m.Aggregate, s: Scope) -> Any:
        def of(item: Any) -> Any:
            return item if e.value is None else self.value(e.value, s.at(e.query.binding, item))

        query, type = e.query, t.required(e.type)
        is_whole = query.skip is None and query.take is None
        if e.kind in ("count", "exists") or (is_whole and e.kind in ("all", "sum", "avg", "min", "max")):
            query = replace(query, sort=())  # the order is no matter, and what is not needed can not fail
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
            return reduce(partial(v.calculated, "+"), known, 0.0 if isinstance(type, t.Float) else 0)
        if not known:
            return None
        if e.kind in ("min", "max"):
            return (min if e.kind == "min" else max)(known, key=partial(v.rank, type=type))
        total, count = sum(known), len(known)
        return v.scaled(total, [], [count]) if isinstance(type, t.Money) else total / count
