"""Statements and calls of tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from awmlang.proving.interpreter import values as v
from awmlang.proving.interpreter.evaluate import Evaluator, Scope
from awmlang.proving.interpreter.values import Failure
from awmlang.proving.interpreter.world import Key, Row, World
from awmlang.semantics import model as m
from awmlang.semantics import types as t


@dataclass(frozen=True)
class Outcome:
    """``value`` is the result as JSON has it, or ``error`` the code and message of the error."""

    value: dict[str, Any] | None
    error: tuple[str, str] | None = None


class Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Interpreter:
    """A session: calls one after the other, each a second later than the one before.

    ``seen`` gathers the kinds of nodes that were evaluated.
    """

    def __init__(
        self, model: m.Model, world: World, me: Key | None, labels: Mapping[str, Key] | None = None
    ) -> None:
        self.model = model
        self.start = world.copy()
        self.world = world
        self.me = me
        self.labels = labels or {}
        self.calls: list[str] = []
        self.seen: set[type] = set()
        self._evaluator = self._at(world)

    def _at(self, world: World) -> Evaluator:
        now = datetime.fromisoformat(self.model.clock) + timedelta(seconds=len(self.calls))
        called = frozenset(name for name in self.calls if name)
        made = Evaluator(
            world, self.me, now.isoformat(), self._create, self._function, self.labels, self.start, called
        )
        made.seen = self.seen
        return made

    # ---- Calls

    def call(self, name: str, arguments: Mapping[str, Any]) -> Outcome:
        """A call with arguments of the parameters' types, as the runtime reads them."""
        tool, before = self.model.tools[name], self.world.copy()
        self._evaluator = self._at(self.world)
        try:
            self._see(tool, arguments)
            scope = Scope({p.variable: _held(arguments[p.name], p.type) for p in tool.parameters})
            outcome = Outcome(self._tool(tool, scope))
        except Failure as failure:
            self.world = before
            outcome = Outcome(None, (failure.code, failure.message))
        self.calls.append(name if outcome.error is None else "")
        return outcome

    def skip(self) -> None:
        """A call that never came to the tool."""
        self.calls.append("")

    def _tool(self, tool: m.Tool, scope: Scope) -> dict[str, Any]:
        try:
            self._block(tool.body, scope)
        except Returned as returned:
            made = v.result(returned.value, tool.result)
            for invariant in self.model.invariants if tool.writes else ():
                if not self._evaluator.value(invariant.condition, Scope()):
                    raise Failure("constraint", invariant.message) from None
            return made
        raise AssertionError("a tool returns")

    def _see(self, tool: m.Tool, arguments: Mapping[str, Any]) -> None:
        for parameter in tool.parameters:
            for ref, key in _references(arguments[parameter.name], parameter.type):
                access = None if ref.lifted else self.model.entities[ref.entity].access
                if key not in self.world.rows[ref.entity]:
                    raise Failure("not_found")
                this = self.model.entities[ref.entity].this
                if access is not None and not self._evaluator.value(access, Scope({}, {this: key})):
                    raise Failure("not_found")

    def _function(self, function: m.Function, arguments: list[Any]) -> Any:
        variables = [parameter.variable for parameter in function.parameters]
        try:
            self._block(function.body, Scope(dict(zip(variables, arguments, strict=True))))
        except Returned as returned:
            return returned.value
        return None

    def holds(self, condition: m.Expression, scope: Scope | None = None) -> bool:
        """Whether an expectation holds now."""
        return bool(self._at(self.world).value(condition, scope or Scope()))

    # ---- Statements

    def _block(self, body: tuple[m.Statement, ...], scope: Scope) -> None:
        for statement in body:
            self.seen.add(type(statement))
            self._statement(statement, scope)

    def _statement(self, st: m.Statement, scope: Scope) -> None:
        value = self._evaluator.value
        match st:
            case m.Let(variable=variable):
                scope.variables[variable] = self._found(st.value, st.otherwise, scope)
            case m.Assign(variable=variable):
                scope.variables[variable] = v.kept(value(st.value, scope))
            case m.Require(condition=condition):
                if not value(condition, scope):
                    self._fail(st.otherwise, scope)
            case m.Fail():
                self._fail(st.otherwise, scope)
            case m.Do():
                value(st.value, scope)
            case m.Update():
                self._update(st, scope)
            case m.Delete():
                keys = self._targets(st.target, scope)
                self.world.delete(st.entity, keys, self._evaluator.holds)
            case m.If(condition=condition):
                self._block(st.then if value(condition, scope) else st.otherwise, scope)
            case m.For():
                for items in list(self._items(st, scope)):
                    if all(
                        self._is_there(item, var.type) for item, var in zip(items, st.variables, strict=True)
                    ):
                        scope.variables |= dict(zip(st.variables, items, strict=True))
                        self._block(st.body, scope)
            case m.Return():
                found = None if st.value is None else self._found(st.value, st.otherwise, scope)
                raise Returned(found)
            case _:
                raise NotImplementedError(type(st).__name__)

    def _found(self, e: m.Expression, otherwise: m.Otherwise | None, scope: Scope) -> Any:
        """A value, or the error that stands behind ``else``."""
        if otherwise is None:
            return v.kept(self._evaluator.value(e, scope))
        if isinstance(e, m.Aggregate) and e.kind == "one":
            items = self._evaluator.value(e.query, scope)
            if len(items) != 1:
                self._fail(otherwise, scope)
            inner = scope.at(e.query.binding, items[0])
            found = items[0] if e.value is None else self._evaluator.value(e.value, inner)
        else:
            found = self._evaluator.value(e, scope)
        if found is None:
            self._fail(otherwise, scope)
        return v.kept(found)

    def _fail(self, otherwise: m.Otherwise, scope: Scope) -> None:
        raise Failure(otherwise.code, self._evaluator.value(otherwise.message, scope))

    def _items(self, st: m.For, scope: Scope) -> Iterator[tuple[Any, ...]]:
        source = st.source
        if isinstance(source, m.CallBuiltin) and source.name == "zip":
            lists = [self._evaluator.value(each, scope) for each in source.arguments]
            return iter(list(zip(*lists, strict=False)))
        return iter([(item,) for item in self._evaluator.value(source, scope)])

    def _is_there(self, item: Any, type: t.Type) -> bool:
        return not isinstance(type, t.Ref) or item in self.world.rows[type.entity]

    # ---- Writes

    def _targets(self, target: m.Expression, scope: Scope) -> list[Key]:
        if isinstance(target, m.Query):
            found: list[Key] = self._evaluator.value(target, scope)
            return found
        key: Key = self._evaluator.value(target, scope)
        entity = t.required(target.type)
        assert isinstance(entity, t.Ref)
        self.world.row(entity.entity, key)  # it must be there
        return [key]

    def _update(self, st: m.Update, scope: Scope) -> None:
        binding = st.target.binding if isinstance(st.target, m.Query) else st.binding
        changes: dict[Key, Row] = {}
        for key in self._targets(st.target, scope):
            inner = scope.at(binding, key).at(st.binding, key)
            changes[key] = {f.name: v.kept(self._evaluator.value(e, inner)) for f, e in st.changes}
        self.world.update(st.entity, changes, self._evaluator.holds)

    def _create(self, e: m.CreateRow, scope: Scope) -> Key:
        row: Row = {field.name: v.kept(self._evaluator.value(value, scope)) for field, value in e.values}
        for field in e.entity.fields.values():
            if field.name not in row:
                default = field.default
                row[field.name] = None if default is None else self._evaluator.value(default, Scope())
        ordered = {name: row[name] for name in e.entity.fields}
        return self.world.insert(e.entity, ordered, self._evaluator.holds)


def _held(value: Any, type: t.Type) -> Any:
    """An argument as the interpreter holds it."""
    if value is None:
        return None
    match t.required(type):
        case t.Bool():
            return bool(value)
        case t.List(item=item):
            return [_held(each, item) for each in value]
        case t.Record(fields=fields):
            return {field.name: _held(value[field.name], field.type) for field in fields}
    return value


def _references(value: Any, type: t.Type) -> Iterator[tuple[t.Ref, Key]]:
    if value is None:
        return
    match t.required(type):
        case t.Ref() as ref:
            yield ref, value
        case t.List(item=item):
            for each in value:
                yield from _references(each, item)
        case t.Record(fields=fields):
            for field in fields:
                yield from _references(value[field.name], field.type)
