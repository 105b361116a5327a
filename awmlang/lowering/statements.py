"""Statements of tools and functions as lines of Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from awmlang.lowering import shapes, writes
from awmlang.lowering.names import constant_name, python_name
from awmlang.lowering.python import Body
from awmlang.lowering.queries import rows
from awmlang.lowering.rewrite import rewrite
from awmlang.lowering.settling import collisions, settle
from awmlang.lowering.source import literal
from awmlang.semantics import model as m
from awmlang.semantics import types as t

_TIGHT = re.compile(r"[\w.]+(\(.*\)|\[.*\])?")


def block(body: Body, statements: Sequence[m.Statement], is_tool: bool) -> None:
    """The lines of some statements. A tool returns the JSON text of its result, a function its value inside."""
    before = len(body.lines)
    for st in statements:
        body.span = st.span
        deleted = body.module.deletions.of(st)
        if not isinstance(st, (m.Delete, m.If)):  # what a round of a loop deletes is gone in the next one
            body.vanishing |= deleted
        _statement(body, st, is_tool)
        body.vanishing |= deleted
    if len(body.lines) == before:
        body.line("pass")


def _statement(body: Body, st: m.Statement, is_tool: bool) -> None:
    match st:
        case m.Let():
            _let(body, st)
        case m.Assign(variable=variable, value=value):
            body.line(f"{python_name(variable.name)} = {body.python(value, variable.name)}")
        case m.Require(condition=condition, otherwise=otherwise):
            body.when(_negated(body.python(condition, "require")), lambda: _fail(body, otherwise))
        case m.Fail(otherwise=otherwise):
            _fail(body, otherwise)
        case m.Do(value=value):
            body.line(body.python(value, "do"))
        case m.Update():
            _update(body, st)
        case m.Delete():
            target = body.hoisted(st.target)
            s = body.lowering()
            tree, hint = writes.delete(s, st.entity, target), f"delete_{_noun(st.target, st.entity)}"
            body.line(f"db.{_run(body, st)}({body.named(s, tree, hint)})")
        case m.If(condition=condition, then=then, otherwise=other):
            body.when(body.python(condition, "if"), lambda: block(body, then, is_tool))
            if other:
                body.line("else:")
                body.inside(lambda: block(body, other, is_tool))
        case m.For():
            _for(body, st, is_tool)
        case m.Return():
            _result(body, st) if is_tool else _return(body, st)


def _negated(source: str) -> str:
    return f"not {source}" if _TIGHT.fullmatch(source) else f"not ({source})"


def _fail(body: Body, otherwise: m.Otherwise) -> None:
    message = body.python(otherwise.message, otherwise.code)
    body.line(f"raise ToolError({literal(otherwise.code)}, {message})")


def _let(body: Body, st: m.Let) -> None:
    name, value = python_name(st.variable.name), st.value
    if st.otherwise is None:
        body.line(f"{name} = {body.python(value, st.variable.name)}")
    else:
        _found(body, name, value, st.variable.name, st.otherwise)


def _found(body: Body, name: str, value: m.Expression, hint: str, otherwise: m.Otherwise) -> None:
    """``name`` is the value, or the call fails as ``otherwise`` says."""
    if isinstance(value, m.Aggregate) and value.kind == "one":
        s = body.lowering()
        body.line(f"{name} = db.values({body.named(s, rows(s, value.query), hint)})")
        body.when(f"len({name}) != 1", lambda: _fail(body, otherwise))
        body.line(f"{name} = {name}[0]")
    else:
        body.line(f"{name} = {body.python(value, hint)}")
        body.when(f"{name} is None", lambda: _fail(body, otherwise))


def _update(body: Body, st: m.Update) -> None:
    s = body.lowering()
    noun = _noun(st.target, st.entity)
    if isinstance(st.target, m.Query):
        query = body.hoisted(st.target)
        assert isinstance(query, m.Query)
        body.line(f"db.run({body.named(s, writes.update_rows(s, st, query), f'update_{noun}')})")
        if any(collisions(st)):
            body.line(f"db.run({body.named(body.lowering(), settle(st.entity), f'settle_{noun}')})")
    else:
        row = body.hoisted(st.target)
        if not isinstance(row, (m.Local, m.Me)):
            kept = body.temporary("row", st.target.type, st.span)
            body.line(f"{python_name(kept.name)} = {body.python(row, kept.name)}")
            row = m.Local(st.span, st.target.type, kept)
        changes = _changes(body, st, row)
        tree = writes.update_row(s, st, row, changes)
        body.line(f"db.{_run(body, st)}({body.named(s, tree, f'update_{noun}')})")


def _run(body: Body, st: m.Update | m.Delete) -> str:
    """What runs a write: of a row that may be gone, what finds that out."""
    may_be_gone = not isinstance(st.target, m.Query) and st.entity.name in body.vanishing
    return "run_on_row" if may_be_gone else "run"


def _changes(body: Body, st: m.Update, row: m.Expression) -> list[tuple[m.Field, m.Expression]]:
    """The right sides of the update of one row, calls of functions done before."""

    def here(node: m.Expression) -> m.Expression | None:
        return row if isinstance(node, m.RowOf) and node.binding is st.binding else None

    values = [value for _, value in st.changes]
    if any(isinstance(value, m.CallFunction) or body.hoists(value) for value in values):
        values = body.in_turn([rewrite(value, here) for value in values])
    return [(f, body.settled(value, f.name)) for (f, _), value in zip(st.changes, values, strict=True)]


def _for(body: Body, st: m.For, is_tool: bool) -> None:
    names = ", ".join(python_name(v.name) for v in st.variables)
    source = st.source
    if isinstance(source, m.CallBuiltin) and source.name == "zip":
        lists = body.in_turn(source.arguments)
        first, second = [body.python(x, v.name) for x, v in zip(lists, st.variables, strict=True)]
        body.line(f"for {names} in zip(db.each({first}), {second}, strict=False):")
    else:
        assert isinstance(source, m.Query)
        ref, hint = source.binding.type, st.variables[0].name
        is_whole = source.where is None and not source.sort and source.take is None and source.skip is None
        is_list = is_whole and not isinstance(ref, t.Ref)
        items = body.python(source.source if is_list else source, hint)
        if isinstance(ref, t.Ref) and ref.entity in body.vanishing:
            body.line(f"for {names} in db.alive({constant_name(ref.entity)}.exists, {items}):")
        else:
            body.line(f"for {names} in db.each({items}):")
    body.inside(lambda: _round(body, st, is_tool))


def _round(body: Body, st: m.For, is_tool: bool) -> None:
    if len(st.variables) > 1:
        for v in st.variables:
            if isinstance(v.type, t.Ref) and v.type.entity in body.vanishing:
                exists = f"db.value({constant_name(v.type.entity)}.exists, key={python_name(v.name)})"
                body.when(f"{exists} is None", lambda: body.line("continue"))
    block(body, st.body, is_tool)


def _return(body: Body, st: m.Return) -> None:
    """The end of a function."""
    assert st.value is not None
    if st.otherwise is None:
        body.line(f"return {body.python(st.value, 'result')}")
    else:
        _found(body, "result", st.value, "result", st.otherwise)
        body.line("return result")


def _result(body: Body, st: m.Return) -> None:
    """The end of a tool."""
    assert st.value is not None
    value = body.hoisted(st.value)
    if st.otherwise is not None:
        _found(body, "found", value, "found", st.otherwise)
        value = replace(value, type=t.required(value.type))
    s = body.lowering()
    tree = s.root(lambda: shapes.result(s, value))
    body.line(f"return db.value({body.named(s, tree, 'result')})")


def _noun(target: m.Expression, entity: m.Entity) -> str:
    """What a write is named for."""
    if isinstance(target, m.Local):
        return re.sub(r"\W", "_", target.variable.name)
    return "me" if isinstance(target, m.Me) else entity.name
