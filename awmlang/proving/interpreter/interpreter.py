"""Statements and calls of tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awmlang.proving.interpreter import values as v
from awmlang.proving.interpreter.evaluate import Evaluator, Scope
from awmlang.proving.interpreter.world import Key, Row
from awmlang.runtime.errors import ToolError
from awmlang.semantics import model as m
from awmlang.semantics import types as t


class Returned(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Interpreter(Evaluator):
    """A session: calls one after the other, each a second later than the one before."""

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
                    for items in self._rounds(st.source, s):
                        given = dict(zip(st.variables, items, strict=True))
                        if all(self._is_there(item, variable.type) for variable, item in given.items()):
                            s.variables |= given
                            self.block(st.body, s)
                case m.Return():
                    raise Returned(st.value and self._found(st.value, st.otherwise, s))
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
        raise ToolError(otherwise.code, self.value(otherwise.message, s))

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
        row = {f.name: given.get(f.name, self._default(f.default)) for f in e.entity.fields.values()}
        return self.world.insert(e.entity, row, self.holds)

    def _default(self, e: m.Expression | None) -> Any:
        return e and self.value(e, Scope())

    # ---- Solutions of tasks

    def _call_tool(self, e: m.ToolCall, s: Scope) -> Any:
        given = {parameter.name: self._kept(value, s) for parameter, value in e.arguments}
        arguments = {p.name: given.get(p.name, self._default(p.default)) for p in e.tool.parameters}
        return self.call(e.tool.name, arguments)
