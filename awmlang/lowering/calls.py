"""Functions in SQL: those of the language, those of the spec, and texts put together."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from awmlang.lowering import trees
from awmlang.lowering.operators import enum_number, rank
from awmlang.lowering.sql import Argument, Lowering, lowers
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t

# What SQLite has itself, with the same meaning.
_NATIVE = {"abs": "abs", "date": "date", "time": "time"}


@lowers(m.CallBuiltin)
def _call_builtin(s: Lowering, e: m.CallBuiltin) -> Sql:
    name, arguments = e.name, e.arguments
    if name in ("least", "greatest"):
        return _extreme(s, e)
    if name == "length" and isinstance(t.required(arguments[0].type), t.List):
        return trees.call("json_array_length", s.value(arguments[0]))
    if name == "length":
        return trees.call("length", s.value(arguments[0]))
    return trees.call(_NATIVE.get(name, f"awm_{name}"), *[s.value(x) for x in arguments])


def _extreme(s: Lowering, e: m.CallBuiltin) -> Sql:
    """The least or greatest of some values that are not null."""
    match t.required(e.type):
        case t.Text():
            return trees.call(f"awm_{e.name}", *[s.value(x) for x in e.arguments])
        case t.Enum(_, members):
            # a smaller number comes first: the arguments are compared one after another
            relation = exp.LTE if e.name == "least" else exp.GTE
            result = s.value(e.arguments[-1])
            for i in range(len(e.arguments) - 2, -1, -1):
                here = e.arguments[i]
                first = [
                    relation(this=enum_number(s, here, members), expression=enum_number(s, other, members))
                    for other in e.arguments[i + 1 :]
                ]
                result = trees.case([(trees.all_of(first), s.value(here))], result)
            return result
    return trees.call("min" if e.name == "least" else "max", *[s.value(x) for x in e.arguments])


@lowers(m.CallFunction)
def _call_function(s: Lowering, e: m.CallFunction) -> Sql:
    return inlined(s, e, s.value)


def inlined(s: Lowering, e: m.CallFunction, lower: Callable[[m.Expression], Sql]) -> Sql:
    """The result of a pure function: its ``return`` with arguments and ``let``s in place."""
    scope = {
        parameter.variable: Argument(argument, s.arguments)
        for parameter, argument in zip(e.function.parameters, e.arguments, strict=True)
    }

    def block(body: tuple[m.Statement, ...], scope: dict[m.Variable, Argument]) -> Sql:
        """What the statements return; where a branch goes on, it goes on with what stands behind it."""
        statement, rest = body[0], body[1:]
        match statement:
            case m.Let(variable=variable, value=value):
                return block(rest, {**scope, variable: Argument(value, scope)})
            case m.If(condition=condition, then=then, otherwise=otherwise):
                with s.within(scope):
                    test = s.condition(condition)
                return trees.case([(test, block((*then, *rest), scope))], block((*otherwise, *rest), scope))
        assert isinstance(statement, m.Return) and statement.value is not None
        with s.within(scope):
            return lower(statement.value)

    return block(e.function.body, {**s.arguments, **scope})


# ---- Texts


@lowers(m.Interpolation)
def _interpolation(s: Lowering, e: m.Interpolation) -> Sql:
    parts = [trees.text(part) if isinstance(part, str) else printed(s, part) for part in e.parts]
    return trees.call("awm_concat", *parts)


def printed(s: Lowering, e: m.Expression) -> Sql:
    """A value as text."""
    match t.required(e.type):
        case t.Int():
            return trees.as_text(s.checked(e))
        case t.Float():
            return trees.call("awm_float_text", s.checked(e))
        case t.Money():
            return trees.call("awm_money_text", s.checked(e))
        case t.Bool():
            return trees.call("iif", s.condition(e), trees.text("true"), trees.text("false"))
    return s.value(e)


__all__ = ["inlined", "printed", "rank"]
