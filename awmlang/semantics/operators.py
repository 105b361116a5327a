"""Typing rules of the operators."""

from __future__ import annotations

from dataclasses import replace

from awmlang.diagnostics import Span
from awmlang.diagnostics.codes import (
    BAD_OPERANDS,
    MONEY_TIMES_MONEY,
    NOT_COMPARABLE,
    SAME_ON_BOTH_SIDES,
)
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import base, narrowed, same_type, unknown
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_value, choose, known, rule
from awmlang.semantics.narrowing import implied, path
from awmlang.syntax import tree

NUMBERS = (t.Int, t.Float, t.Money)
ORDERED = (*NUMBERS, t.Text, t.Date, t.Time, t.Datetime, t.Duration, t.Enum)


@rule(tree.Not)
def not_(e: Elaborator, node: tree.Not, scope: Scope, expected: t.Type | None) -> m.Expression:
    return m.Operation(node.span, t.Bool(), "not", (e.condition(node.value, scope),))


@rule(tree.Negate)
def negate(e: Elaborator, node: tree.Negate, scope: Scope, expected: t.Type | None) -> m.Expression:
    value = _operand(e, e.expr(node.value, scope, expected), scope)
    if (
        isinstance(value, m.Constant)
        and isinstance(value.value, (int, float))
        and not isinstance(value.type, t.Bool)
    ):
        return m.Constant(node.span, value.type, -value.value)
    if not isinstance(t.required(value.type), (*NUMBERS, t.Duration, t.Unknown)):
        e.report.add(
            BAD_OPERANDS, node.span, f"`-` turns a number around, but this is {describe(value.type)}."
        )
        return unknown(node.span)
    return m.Operation(node.span, _unbounded(value.type), "negate", (value,))


@rule(tree.Binary)
def binary(e: Elaborator, node: tree.Binary, scope: Scope, expected: t.Type | None) -> m.Expression:
    match node.operator:
        case "and" | "or":
            return foreign.default_by_or(e, node, scope, expected) or _logic(e, node, scope)
        case "==" | "!=" | "<" | "<=" | ">" | ">=":
            return _comparison(e, node, scope)
        case "in" | "not in":
            return _membership(e, node, scope)
        case "contains":
            return _contains(e, node, scope)
        case "??":
            return _otherwise(e, node, scope, expected)
    return _arithmetic(e, node, scope, expected)


def _logic(e: Elaborator, node: tree.Binary, scope: Scope) -> m.Expression:
    left = e.condition(node.left, scope)
    true, false = implied(left)
    facts = scope.facts.and_(true if node.operator == "and" else false)
    right = e.condition(node.right, scope.knowing(facts))
    operator: m.Operator = "and" if node.operator == "and" else "or"
    return m.Operation(node.span, t.Bool(), operator, (left, right))


# ---- Comparison


def _literal(node: tree.Expr) -> bool:
    return isinstance(node, (tree.String, tree.Number, tree.ListOf, tree.Null, tree.Negate, tree.Record))


def _pair(e: Elaborator, node: tree.Binary, scope: Scope) -> tuple[m.Expression, m.Expression]:
    """Both sides; a literal takes the type of the other side."""
    if _literal(node.left) and not _literal(node.right):
        right = as_value(e.expr(node.right, scope))
        return as_value(e.expr(node.left, scope, right.type)), right
    left = as_value(e.expr(node.left, scope))
    return left, as_value(e.expr(node.right, scope, left.type))


def _align(
    e: Elaborator, left: m.Expression, right: m.Expression
) -> tuple[m.Expression, m.Expression] | None:
    """Both sides as one base type, or None where they have none in common."""
    a, b = t.required(left.type), t.required(right.type)
    if isinstance(a, t.Null) or isinstance(b, t.Null) or isinstance(a, t.Unknown) or isinstance(b, t.Unknown):
        return left, right
    if same_type(a, b):
        return _with_fitted_items(e, left), _with_fitted_items(e, right)
    for wide, narrow, swap in ((left, right, False), (right, left, True)):
        target, given = t.required(wide.type), t.required(narrow.type)
        fits = (
            (isinstance(target, (t.Float, t.Money)) and isinstance(given, t.Int))
            or (isinstance(narrow, m.Constant)
            and (
                (isinstance(target, t.Money) and isinstance(given, t.Float))
                or (isinstance(target, (t.Enum, t.Date, t.Time, t.Datetime)) and isinstance(given, t.Text))
            ))
        )  # fmt: skip
        if fits:
            nullable = isinstance(narrow.type, t.Optional)
            aim = t.optional(base(target)) if nullable else base(target)
            fitted = e.convert.fit(narrow, aim)
            return (fitted, wide) if swap else (wide, fitted)
    return None


def _with_fitted_items(e: Elaborator, side: m.Expression) -> m.Expression:
    """A list literal took the other side's type: so must its items."""
    return e.convert.fit(side, base(side.type)) if isinstance(side, m.MakeList) else side


def _comparison(e: Elaborator, node: tree.Binary, scope: Scope) -> m.Expression:
    left, right = _pair(e, node, scope)
    aligned = _align(e, left, right)
    operator = node.operator
    if aligned is None:
        help = None
        types = {type(t.required(left.type)), type(t.required(right.type))}
        if types == {t.Date, t.Datetime}:
            help = "Take the day of the datetime: `date(x)`."
        elif types == {t.Enum, t.Text}:
            help = "Give the text the enum's type, or write the member as a literal."
        elif t.List in types and t.Ref in types:
            help = "To ask whether a row is among others, write `x in list`."
        e.report.add(
            NOT_COMPARABLE,
            node.span,
            f"{_capital(describe(left.type))} cannot be compared with {describe(right.type)}.",
            help=help,
        )
        return unknown(node.span)
    left, right = aligned
    if isinstance(left.type, t.Unknown) or isinstance(right.type, t.Unknown):
        return unknown(node.span)
    if operator not in ("==", "!="):
        for side in (left, right):
            if not isinstance(t.required(side.type), ORDERED):
                e.report.add(
                    NOT_COMPARABLE,
                    side.span,
                    f"{_capital(describe(side.type))} has no order, so no `{operator}`.",
                )
                return unknown(node.span)
    elif isinstance(t.required(left.type), (t.Group, t.Void, t.Months, t.Map)):
        e.report.add(NOT_COMPARABLE, node.span, f"{_capital(describe(left.type))} cannot be compared.")
        return unknown(node.span)
    where = path(left)
    if where is not None and where == path(right):
        e.report.add(
            SAME_ON_BOTH_SIDES,
            node.span,
            "Both sides are the same value of the same row.",
            help="Inside a query the dot is the query's row. Name the outer row with `as` to compare the two.",
        )
    return m.Operation(node.span, t.Bool(), operator, (left, right))


def _membership(e: Elaborator, node: tree.Binary, scope: Scope) -> m.Expression:
    operator: m.Operator = "in" if node.operator == "in" else "not in"
    if _literal(node.left):
        items = as_value(e.expr(node.right, scope))
        item_type = items.type.item if isinstance(items.type, t.List) else None
        item = as_value(e.expr(node.left, scope, item_type))
    else:
        item = as_value(e.expr(node.left, scope))
        items = as_value(e.expr(node.right, scope, t.List(t.required(item.type))))
    if isinstance(items.type, t.Unknown) or isinstance(item.type, t.Unknown):
        return unknown(node.span)
    if not isinstance(items.type, t.List):
        if isinstance(items.type, t.Optional):
            e.convert.may_be_null(items)
        else:
            help = (
                "Is a text part of another one? Write `text contains part`."
                if isinstance(items.type, t.Text)
                else None
            )
            e.report.add(
                BAD_OPERANDS,
                node.right.span,
                f"`in` needs a list, but this is {describe(items.type)}.",
                help=help,
            )
        return unknown(node.span)
    wanted = items.type.item
    if isinstance(items, m.MakeList):
        items = e.convert.fit(items, t.List(base(t.required(item.type))))
    elif isinstance(item, m.Constant):
        item = e.convert.fit(item, base(wanted))
    elif not same_type(item.type, wanted) and not isinstance(wanted, t.Unknown):
        e.report.add(
            NOT_COMPARABLE, node.span, f"{_capital(describe(item.type))} is never in {describe(items.type)}."
        )
        return unknown(node.span)
    return m.Operation(node.span, t.Bool(), operator, (item, items))


def _contains(e: Elaborator, node: tree.Binary, scope: Scope) -> m.Expression:
    left = as_value(e.expr(node.left, scope))
    inner = t.required(left.type)
    if isinstance(inner, t.Unknown):
        return left
    item_type: t.Type = inner.item if isinstance(inner, t.List) else t.Text()
    right = as_value(e.expr(node.right, scope, item_type))
    if isinstance(right.type, t.Unknown):
        return right
    if not isinstance(inner, (t.Text, t.List)):
        e.report.add(
            BAD_OPERANDS,
            node.left.span,
            f"`contains` looks into a text or a list, but this is {describe(left.type)}.",
        )
        return unknown(node.span)
    right = e.convert.fit(right, t.optional(base(item_type)))
    return m.Operation(node.span, t.Bool(), "contains", (left, right))


def _otherwise(e: Elaborator, node: tree.Binary, scope: Scope, expected: t.Type | None) -> m.Expression:
    left = as_value(e.expr(node.left, scope, t.optional(expected) if expected is not None else None))
    wanted = t.required(left.type) if not isinstance(left.type, t.Null) else expected
    right = as_value(e.expr(node.right, scope, wanted))
    if isinstance(left.type, t.Unknown) or isinstance(right.type, t.Unknown):
        return unknown(node.span)
    if not isinstance(left.type, (t.Optional, t.Null)):
        e.report.add(
            BAD_OPERANDS,
            node.left.span,
            f"This is never null ({describe(left.type)}), so `??` has nothing to do.",
        )
        return left
    chosen = choose(
        e, node.span, m.Constant(node.span, t.Bool(), 1), replace(left, type=t.required(left.type)), right
    )
    if not isinstance(chosen, m.Choose):
        return chosen
    right = chosen.otherwise
    common = chosen.type
    left = e.convert.fit(left, t.optional(common))
    return m.Operation(node.span, common, "??", (left, right))


# ---- Arithmetic


def _operand(e: Elaborator, value: m.Expression, scope: Scope) -> m.Expression:
    """An operand must not be null, except in the checks of a task, where null carries on."""
    if isinstance(value.type, t.Optional) and scope.place != "task":
        e.convert.may_be_null(value)
        return narrowed(value)
    return value


def _unbounded(type: t.Type) -> t.Type:
    return t.optional(base(t.required(type))) if isinstance(type, t.Optional) else base(type)


def _arithmetic(e: Elaborator, node: tree.Binary, scope: Scope, expected: t.Type | None) -> m.Expression:
    if (date := foreign.bare_date(e, node)) is not None:
        return date
    left = _operand(e, known(as_value(e.expr(node.left, scope)), scope), scope)
    right = _operand(e, known(as_value(e.expr(node.right, scope)), scope), scope)
    if foreign.text_sum(e, node, left, right):
        return unknown(node.span)
    return arithmetic(e, node.span, node.operator, left, right)


def arithmetic(
    e: Elaborator, span: Span, operator: tree.BinaryOperator, left: m.Expression, right: m.Expression
) -> m.Expression:
    """``left operator right``, converted and typed; both may be null only in a task's checks."""
    a, b = t.required(left.type), t.required(right.type)
    if isinstance(a, t.Unknown) or isinstance(b, t.Unknown):
        return unknown(span)
    nullable = isinstance(left.type, t.Optional) or isinstance(right.type, t.Optional)

    def make(result: t.Type, x: m.Expression = left, y: m.Expression = right) -> m.Expression:
        return m.Operation(span, t.optional(result) if nullable else result, operator, (x, y))

    def to(value: m.Expression, target: t.Type) -> m.Expression:
        return e.convert.fit(value, t.optional(target) if isinstance(value.type, t.Optional) else target)

    numbers = (t.Int, t.Float)
    match operator, a, b:
        case "+" | "-" | "*" | "%", t.Int(), t.Int():
            return make(t.Int())
        case "+" | "-" | "*" | "/" | "%", t.Int() | t.Float(), t.Int() | t.Float():
            return make(t.Float(), to(left, t.Float()), to(right, t.Float()))
        case "+" | "-", t.Money(), t.Money():
            return make(t.Money())
        case "+" | "-", t.Money(), t.Int():
            return make(t.Money(), left, to(right, t.Money()))
        case "+" | "-", t.Int(), t.Money():
            return make(t.Money(), to(left, t.Money()), right)
        case "+" | "-", t.Money(), t.Float() if isinstance(right, m.Constant):
            return make(t.Money(), left, to(right, t.Money()))
        case "+" | "-", t.Float(), t.Money() if isinstance(left, m.Constant):
            return make(t.Money(), to(left, t.Money()), right)
        case "*", t.Money(), t.Money():
            e.report.add(
                MONEY_TIMES_MONEY,
                span,
                "Money times money has no meaning.",
                help="Multiply money by an int or a float.",
            )
            return unknown(span)
        case "*" | "/", t.Money(), _ if isinstance(b, numbers):
            return _scale(span, left, right, operator == "*", nullable)
        case "*", _, t.Money() if isinstance(a, numbers):
            return _scale(span, right, left, True, nullable)
        case "/", t.Money(), t.Money():
            return make(t.Float())
        case "+", t.Date() | t.Datetime(), t.Duration() | t.Months():
            return make(a)
        case "+", t.Duration() | t.Months(), t.Date() | t.Datetime():
            return make(b, right, left)
        case "-", t.Date() | t.Datetime(), t.Duration() | t.Months():
            return make(a)
        case "-", t.Date(), t.Date():
            return make(t.Duration())
        case "-", t.Datetime(), t.Datetime():
            return make(t.Duration())
        case "+" | "-", t.Duration(), t.Duration():
            return make(t.Duration())
        case "*", t.Duration(), t.Int():
            return make(t.Duration())
        case "*", t.Int(), t.Duration():
            return make(t.Duration(), right, left)
        case "/", t.Duration(), t.Duration():
            return make(t.Float())
    help = None
    if {type(a), type(b)} == {t.Date, t.Datetime}:
        help = "Take the day of the datetime: `date(x)`."
    elif isinstance(a, (t.Date, t.Datetime)) and isinstance(b, t.Int):
        help = "Say the unit: `days(n)`, `hours(n)`, `minutes(n)`, `months(n)`."
    elif isinstance(a, t.Time) or isinstance(b, t.Time):
        help = "A time of day has no arithmetic; make a datetime of it: `datetime(day, time)`."
    elif isinstance(a, t.Money) and isinstance(b, t.Float) and operator in "+-":
        help = "A float is no exact amount; compute with money or ints."
    e.report.add(
        BAD_OPERANDS,
        span,
        f"`{operator}` does not take {describe(left.type)} and {describe(right.type)}.",
        help=help,
    )
    return unknown(span)


def _scale(
    span: Span, money: m.Expression, factor: m.Expression, times: bool, nullable: bool
) -> m.Expression:
    """One chain is rounded once: a factor joins the chain it stands behind."""
    chain = money if isinstance(money, m.Scale) else m.Scale(span, money.type, money, (), ())
    type_ = t.optional(t.Money()) if nullable else t.Money()
    if times:
        return m.Scale(span, type_, chain.money, (*chain.by, factor), chain.over)
    return m.Scale(span, type_, chain.money, chain.by, (*chain.over, factor))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
