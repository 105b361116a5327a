"""Statements and calls of tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from awmlang.proving.interpreter import values as v
from awmlang.proving.interpreter.evaluate import Evaluator, Scope
from awmlang.proving.interpreter.values import Failure
from awmlang.proving.interpreter.world import Key, Row
from awmlang.semantics import model as m
from awmlang.semantics import types as t


@dataclass(frozen=True)
class Outcome:
    """``result`` is the result as JSON has it, ``value`` as it is inside; or ``error`` the error's code and message."""

    result: dict[str, Any] | None = None
    value: Any = None
    error: tuple[str, str] | None = None


class Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Interpreter(Evaluator):
    """A session: calls one after the other, each a second later than the one before."""

    def call(self, name: str, arguments: Mapping[str, Any]) -> Outcome:
        """A call with arguments of the parameters' types, as the runtime reads them."""
        tool, before = self.model.tools[name], self.world.copy()
        try:
            for parameter in tool.parameters:
                for ref, key in _references(arguments[parameter.name], parameter.type):
                    self._admit(ref, key)
            value = self._run(tool.body, {p.variable: arguments[p.name] for p in tool.parameters})
            outcome = Outcome(v.result(value, tool.result), value)
            for invariant in self.model.invariants if tool.writes else ():
                if not self.value(invariant.condition, Scope()):
                    raise Failure("constraint", invariant.message)
        except Failure as failure:
            self.world = before
            outcome = Outcome(error=(failure.code, failure.message))
        self.calls.append(name if outcome.error is None else "")
        return outcome

    def skip(self) -> None:
        """A call that never came to the tool."""
        self.calls.append("")

    def _admit(self, ref: t.Ref, key: Key) -> None:
        """A row that is given must be there, and ``me`` may see it."""
        entity = self.model.entities[ref.entity]
        access = None if ref.lifted else entity.access
        if key not in self.world.rows[entity.name]:
            raise Failure("not_found")
        if access is not None and not self.holds(access, entity.this, key):
            raise Failure("not_found")

    def value(self, e: m.Expression, s: Scope) -> Any:
        """Also of what only bodies of tools and solutions of tasks hold."""
        self.seen.add(type(e))
        match e:
            case m.CreateRow():
                return self._create(e, s)
            case m.CallFunction():
                given = [self._kept(argument, s) for argument in e.arguments]
                variables = [parameter.variable for parameter in e.function.parameters]
                return self._run(e.function.body, dict(zip(variables, given, strict=True)))
            case m.ToolCall():
                return self._call_tool(e, s)
        return super().value(e, s)

    def _run(self, body: tuple[m.Statement, ...], variables: dict[m.Variable, Any]) -> Any:
        try:
            self.block(body, Scope(variables))
        except Returned as returned:
            return returned.value
        return None

    # ---- Statements

    def block(self, body: tuple[m.Statement, ...], s: Scope) -> None:
        for statement in body:
            self.seen.add(type(statement))
            self._statement(statement, s)

    def _statement(self, st: m.Statement, s: Scope) -> None:
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
                for items in self._rounds(st.source, s):
                    given = dict(zip(st.variables, items, strict=True))
                    if all(self._is_there(item, variable.type) for variable, item in given.items()):
                        s.variables |= given
                        self.block(st.body, s)
            case m.Return():
                raise Returned(None if st.value is None else self._found(st.value, st.otherwise, s))
            case _:
                raise NotImplementedError(type(st).__name__)

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
        raise Failure(otherwise.code, self.value(otherwise.message, s))

    def _rounds(self, source: m.Expression, s: Scope) -> list[tuple[Any, ...]]:
        if isinstance(source, m.CallBuiltin) and source.name == "zip":
            return list(zip(*(self.value(each, s) for each in source.arguments), strict=False))
        return [(item,) for item in self.value(source, s)]

    def _is_there(self, item: Any, type: t.Type) -> bool:
        return not isinstance(type, t.Ref) or item in self.world.rows[type.entity]

    # ---- Writes

    def _targets(self, target: m.Expression, s: Scope) -> list[Key]:
        found = self.value(target, s)
        if isinstance(target, m.Query):
            return list(found)
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
        row: Row = {}
        for name, field in e.entity.fields.items():
            default = None if field.default is None else self.value(field.default, Scope())
            row[name] = given.get(name, default)
        return self.world.insert(e.entity, row, self.holds)

    # ---- Solutions of tasks

    def _call_tool(self, e: m.ToolCall, s: Scope) -> Any:
        given = {parameter.name: self._kept(value, s) for parameter, value in e.arguments}
        for parameter in e.tool.parameters:
            default = None if parameter.default is None else self.value(parameter.default, Scope())
            given.setdefault(parameter.name, default)
        outcome = self.call(e.tool.name, given)
        if outcome.error is not None:
            raise Failure(*outcome.error)
        return outcome.value


def _references(value: Any, type: t.Type) -> Iterator[tuple[t.Ref, Key]]:
    match t.required(type):
        case t.Ref() as ref if value is not None:
            yield ref, value
        case t.List(item=item):
            for each in value or ():
                yield from _references(each, item)
        case t.Record(fields=fields) if value is not None:
            for field in fields:
                yield from _references(value[field.name], field.type)
