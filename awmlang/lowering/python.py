"""Expressions and statements of tools as Python: what reads rows becomes one named SELECT each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from awmlang.diagnostics import Span
from awmlang.lowering import shapes, trees
from awmlang.lowering.bounds import is_whole, needs_check
from awmlang.lowering.names import constant_name, layout_sql, python_name, table_name, table_of
from awmlang.lowering.operators import may_be_null
from awmlang.lowering.queries import is_json, rows
from awmlang.lowering.rewrite import rewrite
from awmlang.lowering.settling import collisions, settle, unsettle
from awmlang.lowering.sql import Context, Lowering, Row
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in

NUMBERS = (t.Int, t.Float, t.Money, t.Duration)
PLAIN = (*NUMBERS, t.Date, t.Time, t.Datetime)


@dataclass(slots=True)
class Module:
    """What the functions of one ``tools.py`` share. ``deletable``: entities whose rows may vanish in a call."""

    context: Context
    deletable: frozenset[str]
    constants: set[str] = field(default_factory=set)

    def constant(self, *parts: str) -> str:
        """A name that no other constant has."""
        name = constant_name(*parts)
        number = 1
        while name in self.constants:
            number += 1
            name = f"{constant_name(*parts)}_{number}"
        self.constants.add(name)
        return name


def _must_python(e: m.Expression) -> bool:
    return isinstance(e, m.CreateRow) or (isinstance(e, m.CallFunction) and not e.function.is_pure)


class Body:
    """The source of one function: its named statements, and its lines with the spans they come from."""

    def __init__(self, module: Module, name: str) -> None:
        self.module = module
        self.name = name
        self.statements: list[tuple[str, str]] = []
        self.lines: list[tuple[str, Span | None]] = []
        self._indent = 1
        self._span: Span | None = None
        self._temporaries = 0

    # ---- Lines

    def line(self, text: str) -> None:
        self.lines.append((f"{'    ' * self._indent}{text}", self._span))

    def _temporary(self, wanted: str, type: t.Type, span: Span) -> m.Variable:
        self._temporaries += 1
        return m.Variable(f"{wanted}_{self._temporaries}", type, "let", span)

    # ---- SQL

    def lowering(self) -> Lowering:
        return Lowering(self.module.context, vanishing=self.module.deletable)

    def named(self, s: Lowering, tree: Sql, hint: str, **more: str) -> str:
        """The name of the statement and its arguments: ``NAME, cart=cart, me=db.me``."""
        tree = s.finish(_unwrapped(tree))
        name = self.module.constant(self.name, hint)
        self.statements.append((name, layout_sql(tree)))
        arguments = [f"{p}={_given(p, g)}" for p, g in s.parameters.items() if p not in more]
        return ", ".join([name, *arguments, *(f"{k}={v}" for k, v in more.items())])

    def select(self, e: m.Expression, hint: str) -> str:
        s = self.lowering()
        if isinstance(e, m.Aggregate) and e.kind == "one" and e.value is None:
            return f"db.one({self.named(s, rows(s, e.query), hint)})"
        tree = s.root(lambda: s.checked(e))
        return f"db.{'json' if is_json(e.type) else 'value'}({self.named(s, tree, hint)})"

    # ---- Expressions

    def python(self, e: m.Expression, hint: str) -> str:
        """Source of the value inside."""
        if isinstance(e, m.CallFunction):
            arguments = [self.python(a, hint) for a in e.arguments]
            return f"{python_name(e.function.name)}({', '.join(['db', *arguments])})"
        if isinstance(e, m.CreateRow):
            return self.create(e)
        if isinstance(e, m.Query) and isinstance(e.binding.type, t.Ref):
            e = self._hoisted(e)
            s = self.lowering()
            assert isinstance(e, m.Query)
            return f"db.values({self.named(s, rows(s, e), hint)})"
        if (
            isinstance(e, m.Operation)
            and e.operator == "??"
            and any(_must_python(x) for x in expressions_in(e.arguments[1]))
        ):
            return self._otherwise(e, hint)
        if isinstance(e, m.Choose) and any(_must_python(x) for x in expressions_in(e)):
            return self._branch(e, hint)
        source = self._plain(e)
        if source is not None:
            return source
        e = self._hoisted(e)
        return self._plain(e) or self.select(e, hint)

    def _hoisted(self, e: m.Expression) -> m.Expression:
        """With what only Python can do kept in a local before."""

        def change(node: m.Expression) -> m.Expression | None:
            if not _must_python(node):
                return None
            kept = self._temporary("made", node.type, node.span)
            self.line(f"{python_name(kept.name)} = {self.python(node, kept.name)}")
            return m.Local(node.span, node.type, kept)

        found = rewrite(e, change)
        assert isinstance(found, m.Expression)
        return found

    def _otherwise(self, e: m.Operation, hint: str) -> str:
        kept = python_name(self._temporary("found", e.type, e.span).name)
        self.line(f"{kept} = {self.python(e.arguments[0], hint)}")
        self._when(f"{kept} is None", lambda: self.line(f"{kept} = {self.python(e.arguments[1], hint)}"))
        return kept

    def _branch(self, e: m.Choose, hint: str) -> str:
        kept = python_name(self._temporary("chosen", e.type, e.span).name)
        self._when(self.python(e.condition, hint), lambda: self.line(f"{kept} = {self.python(e.then, hint)}"))
        self.line("else:")
        self._inside(lambda: self.line(f"{kept} = {self.python(e.otherwise, hint)}"))
        return kept

    def _when(self, condition: str, then: object) -> None:
        self.line(f"if {condition}:")
        self._inside(then)

    def _inside(self, make: object) -> None:
        assert callable(make)
        self._indent += 1
        make()
        self._indent -= 1

    def _plain(self, e: m.Expression) -> str | None:
        """Source that reads no rows, if the value can be had so."""
        match e:
            case m.Constant(value=value):
                return repr(value)
            case m.Local(variable=variable):
                return python_name(variable.name)
            case m.Me():
                return "db.me"
            case m.Now():
                return "db.now"
            case m.Get(row=row, field=f) if f.is_key:
                return self._plain(row)
            case m.MakeList(items=items):
                parts = [self._plain(item) for item in items]
                return None if None in parts else f"[{', '.join(map(str, parts))}]"
            case m.MakeRecord(fields=fields):
                pairs = [(name, self._plain(value)) for name, value in fields]
                if any(p is None for _, p in pairs):
                    return None
                return "{" + ", ".join(f'"{name}": {p}' for name, p in pairs) + "}"
            case m.GetItem(record=record, name=name) if not may_be_null(record):
                base = self._plain(record)
                return None if base is None else f'{base}["{name}"]'
            case m.Operation(operator=operator, arguments=arguments):
                return self._operation(e, operator, arguments)
            case m.CallBuiltin(name=name, arguments=arguments) if name in (
                "days",
                "hours",
                "minutes",
                "seconds",
                "months",
                "date",
                "time",
                "datetime",
                "range",
                "length",
                "weekday",
                "year",
                "month",
                "day",
            ):
                parts = [self._plain(a) for a in arguments]
                return None if None in parts else f"fn.{name}({', '.join(map(str, parts))})"
        return None

    def _operation(self, e: m.Operation, operator: str, arguments: Sequence[m.Expression]) -> str | None:
        types = [t.required(a.type) for a in arguments]
        nullable = any(map(may_be_null, arguments))
        parts = [self._plain(a) for a in arguments]
        if None in parts:
            return None
        wrapped = [
            f"({p})" if isinstance(a, m.Operation) else str(p) for p, a in zip(parts, arguments, strict=True)
        ]
        if operator == "not":
            return f"not {wrapped[0]}"
        if operator in ("==", "!="):
            null = next((a for a in arguments if isinstance(a, m.Constant) and a.value is None), None)
            if null is not None:
                other = wrapped[1] if null is arguments[0] else wrapped[0]
                return f"{other} is {'' if operator == '==' else 'not '}None"
            return (
                f"{wrapped[0]} {operator} {wrapped[1]}"
                if not isinstance(types[0], (t.Record, t.List))
                else None
            )
        if operator in ("and", "or"):
            return f"{wrapped[0]} {operator} {wrapped[1]}"
        if nullable:
            return None
        if operator in ("<", "<=", ">", ">=") and isinstance(types[0], PLAIN):
            return f"{wrapped[0]} {operator} {wrapped[1]}"
        if operator in ("+", "-", "*") and is_whole(e.type) and all(map(is_whole, types)):
            source = f"{wrapped[0]} {operator} {wrapped[1]}"
            return f"fn.whole({source})" if needs_check(e) else source
        return None

    # ---- Rows

    def create(self, e: m.CreateRow) -> str:
        values = [(f, self._hoisted(v)) for f, v in e.values]
        given = {f.name for f, _ in values}
        values += [
            (f, f.default) for f in e.entity.fields.values() if f.name not in given and f.default is not None
        ]
        s = self.lowering()
        columns, made = [], []
        for f, v in values:
            columns.append(exp.to_identifier(f.name, quoted=True))
            made.append(s.checked(v))
        key = e.entity.key
        if key.serial is not None:
            columns.append(exp.to_identifier(key.name, quoted=True))
            made.append(_next_serial(e.entity, key.serial))
        into = exp.Schema(this=table_of(e.entity), expressions=columns) if columns else table_of(e.entity)
        tree: Sql
        if columns:
            source = exp.Values(expressions=[exp.Tuple(expressions=made)])
            tree = exp.Insert(this=into, expression=source)
        else:
            tree = exp.Insert(this=into, default=True)
        tree.set("returning", exp.Returning(expressions=[exp.column(key.name, quoted=True)]))
        call = f"db.insert({self.named(s, tree, f'create {e.entity.name}'.replace(' ', '_'))})"
        if key.serial is None:
            return call
        kept = python_name(self._temporary("key", key.type, e.span).name)
        self.line(f"{kept} = {call}")
        self.line(f"db.run({_COUNT_UP!r}, entity={e.entity.name!r})")
        return kept

    def _update(self, st: m.Update) -> None:
        s = self.lowering()
        entity = st.entity
        if isinstance(st.target, m.Query):
            self._update_rows(s, st, st.target)
            return
        target = self._hoisted(st.target)
        if not isinstance(target, (m.Local, m.Me)):
            kept = self._temporary("row", st.target.type, st.span)
            self.line(f"{python_name(kept.name)} = {self.python(target, kept.name)}")
            target = m.Local(st.span, st.target.type, kept)

        def here(node: m.Expression) -> m.Expression | None:
            return target if isinstance(node, m.RowOf) and node.binding is st.binding else None

        changes = []
        for f, v in st.changes:
            if any(_must_python(x) for x in expressions_in(v)):
                v = self._hoisted(rewrite(v, here))
            changes.append((f, v))
        table = table_of(entity)
        alias = s.alias(table_name(entity.name))
        s.aliased(table, alias)
        s.bindings[st.binding] = Row(alias, entity, None, None, False)
        sets = [exp.EQ(this=exp.column(f.name, quoted=True), expression=s.checked(v)) for f, v in changes]
        where = exp.EQ(this=s.column(entity.key, alias), expression=s.value(target))
        tree = exp.Update(this=table, expressions=sets, where=exp.Where(this=where))
        self.line(f"db.run({self.named(s, tree, f'update_{_noun(st.target, entity)}')})")

    def _update_rows(self, s: Lowering, st: m.Update, query: m.Query) -> None:
        """All right sides are worked out in the FROM, before anything is written."""
        from awmlang.lowering.queries import opened

        entity = st.entity
        with opened(s, query) as found:
            columns = [exp.Alias(this=s.value(found.item()), alias=exp.to_identifier("key"))]
            columns += [
                exp.Alias(this=s.checked(v), alias=exp.to_identifier(f"new_{f.name}")) for f, v in st.changes
            ]
            inner = found.select(columns[0])
            inner.set("expressions", columns)
        name = table_name(entity.name)
        table = table_of(entity)
        sets = [
            exp.EQ(
                this=exp.column(f.name, quoted=True), expression=exp.column(f"new_{f.name}", table="chosen")
            )
            for f, _ in st.changes
        ]
        collides = any(collisions(st))
        if collides:
            sets.append(unsettle())
        source = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("chosen")))
        key = exp.column(entity.key.name, table=name, quoted=True)
        where = exp.EQ(this=key, expression=exp.column("key", table="chosen"))
        tree = exp.Update(
            this=table, expressions=sets, from_=exp.From(this=source), where=exp.Where(this=where)
        )
        s._sources.append(table)
        self.line(f"db.run({self.named(s, tree, f'update_{entity.name}')})")
        if collides:
            self.line(f"db.run({self.named(self.lowering(), settle(entity), f'settle_{entity.name}')})")

    def _delete(self, st: m.Delete) -> None:
        target = self._hoisted(st.target)
        s = self.lowering()
        key = exp.column(st.entity.key.name, quoted=True)
        where: Sql
        if isinstance(target, m.Query):
            where = trees.among(key, rows(s, target))
        else:
            where = exp.EQ(this=key, expression=s.value(target))
        tree = exp.Delete(this=table_of(st.entity), where=exp.Where(this=where))
        s._sources.append(tree)
        self.line(f"db.run({self.named(s, tree, f'delete_{st.entity.name}')})")

    # ---- Statements

    def block(self, body: Sequence[m.Statement], is_tool: bool) -> None:
        before = len(self.lines)
        for st in body:
            self._span = st.span
            self._statement(st, is_tool)
        if len(self.lines) == before:
            self.line("pass")

    def _statement(self, st: m.Statement, is_tool: bool) -> None:
        match st:
            case m.Let():
                self._let(st)
            case m.Assign(variable=variable, value=value):
                self.line(f"{python_name(variable.name)} = {self.python(value, variable.name)}")
            case m.Require(condition=condition, otherwise=otherwise):
                source = self.python(condition, "require")
                self._when(
                    f"not ({source})" if " " in source and not source.startswith("db.") else f"not {source}",
                    lambda: self._fail(otherwise),
                )
            case m.Fail(otherwise=otherwise):
                self._fail(otherwise)
            case m.Do(value=value):
                self.line(self.python(value, "do"))
            case m.Update():
                self._update(st)
            case m.Delete():
                self._delete(st)
            case m.If(condition=condition, then=then, otherwise=other):
                self._when(self.python(condition, "if"), lambda: self.block(then, is_tool))
                if other:
                    self.line("else:")
                    self._inside(lambda: self.block(other, is_tool))
            case m.For():
                self._for(st, is_tool)
            case m.Return():
                self._return(st, is_tool)

    def _fail(self, otherwise: m.Otherwise) -> None:
        self.line(f'raise ToolError("{otherwise.code}", {self.python(otherwise.message, otherwise.code)})')

    def _let(self, st: m.Let) -> None:
        name = python_name(st.variable.name)
        value = st.value
        if st.otherwise is not None and isinstance(value, m.Aggregate) and value.kind == "one":
            s = self.lowering()
            self.line(f"{name} = db.values({self.named(s, rows(s, value.query), st.variable.name)})")
            self._when(f"len({name}) != 1", lambda: self._fail(st.otherwise))
            self.line(f"{name} = {name}[0]")
            return
        self.line(f"{name} = {self.python(value, st.variable.name)}")
        if st.otherwise is not None:
            self._when(f"{name} is None", lambda: self._fail(st.otherwise))

    def _for(self, st: m.For, is_tool: bool) -> None:
        names = ", ".join(python_name(v.name) for v in st.variables)
        source = st.source
        if isinstance(source, m.CallBuiltin) and source.name == "zip":
            a, b = (self.python(x, "list") for x in source.arguments)
            self.line(f"for {names} in zip(db.each({a}), {b}):")
        else:
            assert isinstance(source, m.Query)
            ref = source.binding.type
            if (
                not isinstance(ref, t.Ref)
                and source.where is None
                and not source.sort
                and source.take is None
                and source.skip is None
            ):
                items = self.python(source.source, st.variables[0].name)
            else:
                items = self.python(source, st.variables[0].name)
            if isinstance(ref, t.Ref) and ref.entity in self.module.deletable:
                self.line(f"for {names} in db.alive({constant_name(ref.entity)}.exists, {items}):")
            else:
                self.line(f"for {names} in db.each({items}):")
        self._inside(lambda: self.block(st.body, is_tool))

    def _return(self, st: m.Return, is_tool: bool) -> None:
        assert st.value is not None
        if not is_tool:
            source = self.python(st.value, "result")
            if st.otherwise is not None:
                self.line(f"result = {source}")
                self._when("result is None", lambda: self._fail(st.otherwise))
                source = "result"
            self.line(f"return {source}")
            return
        value = self._hoisted(st.value)
        if st.otherwise is None:
            s = self.lowering()
            self.line(f"return db.value({self.named(s, s.root(lambda: shapes.result(s, value)), 'result')})")
            return
        one = isinstance(value, m.Aggregate) and value.kind == "one"
        s = self.lowering()
        if one:
            assert isinstance(value, m.Aggregate)
            self.line(f"found = db.values({self.named(s, rows(s, value.query), 'found')})")
            self._when("len(found) != 1", lambda: self._fail(st.otherwise))
        else:
            self.line(f"found = {self.select(value, 'found')}")
            self._when("found is None", lambda: self._fail(st.otherwise))
        s = self.lowering()
        sure = value if one else _sure(value)
        self.line(f"return db.value({self.named(s, s.root(lambda: shapes.result(s, sure)), 'result')})")


_COUNT_UP = "UPDATE awm_serial SET next = next + 1 WHERE entity = :entity"


def _next_serial(entity: m.Entity, serial: m.Serial) -> Sql:
    counter = exp.Select(
        expressions=[exp.column("next")],
        from_=exp.From(this=exp.Table(this=exp.to_identifier("awm_serial"))),
        where=exp.Where(this=exp.EQ(this=exp.column("entity"), expression=trees.text(entity.name))),
    )
    pattern = serial.prefix.replace("%", "%%") + f"%0{serial.width}d"
    return trees.call("printf", trees.text(pattern), trees.scalar(counter))


def _sure(e: m.Expression) -> m.Expression:
    from dataclasses import replace

    return replace(e, type=t.required(e.type))


def _unwrapped(tree: Sql) -> Sql:
    """``SELECT (SELECT x FROM ...)`` is ``SELECT x FROM ...``."""
    if isinstance(tree, exp.Select) and tree.args.get("from_") is None and len(tree.expressions) == 1:
        only = tree.expressions[0]
        if isinstance(only, exp.Subquery) and isinstance(only.this, exp.Select):
            return only.this
    return tree


def _given(name: str, given: m.Variable | str) -> str:
    if isinstance(given, str):
        return f"db.{given}"
    return python_name(given.name)


def _noun(target: m.Expression, entity: m.Entity) -> str:
    if isinstance(target, m.Local):
        return re.sub(r"\W", "_", target.variable.name)
    return "me" if isinstance(target, m.Me) else entity.name
