"""Operators in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from awmlang.lowering import trees
from awmlang.lowering.effects import may_fail
from awmlang.lowering.sql import Lowering, lowers
from awmlang.lowering.trees import Sql
from awmlang.semantics import model as m
from awmlang.semantics import types as t

_ORDERINGS: dict[str, type[exp.Binary]] = {"<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
_ARITHMETIC: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def may_be_null(value: m.Expression) -> bool:
    return isinstance(value.type, (t.Optional, t.Null))


@lowers(m.Operation)
def _operation(s: Lowering, e: m.Operation) -> Sql:
    match e.operator, e.arguments:
        case "??", (a, b):
            return trees.call("coalesce", s.value(a), s.value(b))
        case "negate", (a,):
            return exp.Neg(this=trees.within(s.value(a), 9))
        case "+" | "-", (a, b) if isinstance(t.required(a.type), (t.Date, t.Datetime)):
            return _of_dates(s, e.operator, a, b)
        case "+" | "-" | "*", (a, b):
            return trees.binary(_ARITHMETIC[e.operator], s.value(a), s.value(b))
        case "/", (a, b) if isinstance(b, m.Constant) and isinstance(b.value, float) and b.value:
            return trees.binary(exp.Div, s.value(a), s.value(b))
        case "/" | "%", (a, b):
            return trees.call("awm_divide" if e.operator == "/" else "awm_modulo", s.value(a), s.value(b))
    return logic(s, e, strict=True)


def _of_dates(s: Lowering, operator: str, a: m.Expression, b: m.Expression) -> Sql:
    moved = t.required(b.type)
    if not isinstance(moved, (t.Duration, t.Months)):
        return trees.call("awm_elapsed", s.value(a), s.value(b))
    amount = s.value(b)
    if operator == "-":
        amount = exp.Neg(this=trees.within(amount, 9))
    return trees.call("awm_shift_months" if isinstance(moved, t.Months) else "awm_shift", s.value(a), amount)


# ---- True and false


def logic(s: Lowering, e: m.Expression, strict: bool) -> Sql:
    """A Bool; only where it is ``strict`` is it never null."""
    if not isinstance(e, m.Operation):
        return s.value(e)
    match e.operator, e.arguments:
        case "and" | "or", _:
            return _in_turn(s, e.operator, _terms(e, e.operator), strict)
        case "not", (a,):
            return trees.negation(logic(s, a, True))
        case "==" | "!=", (a, b):
            return _equality(s, e.operator == "==", a, b)
        case "<" | "<=" | ">" | ">=", (a, b):
            tree = _ordering(s, e.operator, a, b)
            return _settled(tree, strict and (may_be_null(a) or may_be_null(b)))
        case "in", (a, b):
            return _settled(_membership(s, a, b), strict and _unsure(a, b))
        case "not in", (a, b):
            found = _membership(s, a, b)
            return trees.negation(_settled(found, _unsure(a, b)))
        case "contains", (a, b) if isinstance(t.required(a.type), t.List):
            return _settled(_membership(s, b, a), strict and _unsure(b, a))
        case "contains", (a, b):
            return trees.call("awm_contains", s.value(a), s.value(b))
    return s.value(e)


def _terms(e: m.Expression, operator: str) -> list[m.Expression]:
    if isinstance(e, m.Operation) and e.operator == operator:
        return [term for x in e.arguments for term in _terms(x, operator)]
    return [e]


def _in_turn(s: Lowering, operator: str, terms: Sequence[m.Expression], strict: bool) -> Sql:
    """Terms of an ``and`` or ``or``, of which none is worked out that those before it make needless.

    SQL keeps to that in CASE alone, which is for terms that may fail. In a condition the terms before stand outside
    as well, where indexes can be used for them.
    """
    safe = next((i for i, term in enumerate(terms) if may_fail(term, s.vanishing or ())), len(terms))
    before, rest = terms[: max(safe, 1)], terms[max(safe, 1) :]

    def together() -> Sql:
        chain = trees.all_of if operator == "and" else trees.any_of
        return chain([logic(s, term, strict) for term in before])

    if not rest:
        return together()
    then = _in_turn(s, operator, rest, strict)
    if operator == "or":
        return trees.case([(together(), trees.number(1))], then)
    guarded = trees.case([(together(), then)], trees.number(0))
    return guarded if strict or safe == 0 else trees.all_of([together(), guarded])


def _settled(tree: Sql, may_be_null: bool) -> Sql:
    return trees.is_true(tree) if may_be_null else tree


def _equality(s: Lowering, same: bool, a: m.Expression, b: m.Expression) -> Sql:
    if _is_null(a):
        a, b = b, a
    if _is_null(b):
        return (trees.is_null if same else trees.is_not_null)(s.value(a))
    relation = trees.same if same else trees.differ
    return relation(s.value(a), s.value(b), may_be_null(a) or may_be_null(b))


def _is_null(e: m.Expression) -> bool:
    return isinstance(e, m.Constant) and e.value is None


def _ordering(s: Lowering, operator: str, a: m.Expression, b: m.Expression) -> Sql:
    left, right = rank(s, a), rank(s, b)
    if len(left) == 1:
        return trees.binary(_ORDERINGS[operator], left[0], right[0])
    return _ORDERINGS[operator](this=exp.Tuple(expressions=left), expression=exp.Tuple(expressions=right))


def rank(s: Lowering, e: m.Expression) -> list[Sql]:
    """What a value is ordered by, the first thing first: a text by its folded form, an enum by its number."""
    match t.required(e.type):
        case t.Text():
            return [trees.call("awm_fold", s.value(e)), s.value(e)]
        case t.Enum(_, members):
            return [enum_number(s, e, members)]
    return [s.value(e)]


def enum_number(s: Lowering, e: m.Expression, members: Sequence[str]) -> Sql:
    """The place of an enum's member in its declaration."""
    if isinstance(e, m.Constant) and isinstance(e.value, str):
        return trees.number(members.index(e.value))
    numbers = [(trees.text(member), trees.number(i)) for i, member in enumerate(members)]
    return trees.case(numbers, of=s.value(e))


def _unsure(item: m.Expression, items: m.Expression) -> bool:
    """Whether ``item in items`` may be null in SQL."""
    if may_be_null(item):
        return True
    if isinstance(items, m.MakeList):
        return any(map(may_be_null, items.items))
    return isinstance(items.type, t.List) and isinstance(items.type.item, t.Optional)


def _membership(s: Lowering, item: m.Expression, items: m.Expression) -> Sql:
    if isinstance(items, m.MakeList):
        choices = [s.value(x) for x in items.items]
        return exp.In(this=trees.within(s.value(item), 5), expressions=choices)
    if isinstance(t.required(item.type), (t.List, t.Record, t.Map)):
        return trees.call("awm_has", s.value(items), s.value(item))
    from awmlang.lowering.queries import members

    return trees.among(s.value(item), members(s, items))


# ---- Numbers


@lowers(m.Scale)
def _scale(s: Lowering, e: m.Scale) -> Sql:
    if not e.over and all(isinstance(t.required(x.type), t.Int) for x in e.by):
        product = s.value(e.money)
        for factor in e.by:
            product = trees.binary(exp.Mul, product, s.value(factor))
        return product
    chain: list[Sql] = []
    for operator, factors in (("*", e.by), ("/", e.over)):
        for factor in factors:
            chain += [trees.text(operator), s.value(factor)]
    return trees.call("awm_scale", s.value(e.money), *chain)


@lowers(m.Convert)
def _convert(s: Lowering, e: m.Convert) -> Sql:
    if not isinstance(t.required(e.type), (t.Float, t.Money)):
        return s.value(e.value)
    to_money = isinstance(t.required(e.type), t.Money)
    if isinstance(e.value, m.Constant) and isinstance(e.value.value, int):
        return trees.number(e.value.value * 100 if to_money else float(e.value.value))
    if to_money:
        return trees.binary(exp.Mul, s.value(e.value), trees.number(100))
    return trees.as_real(s.value(e.value))


@lowers(m.Choose)
def _choose(s: Lowering, e: m.Choose) -> Sql:
    branches = [(s.condition(e.condition), s.value(e.then))]
    otherwise = e.otherwise
    while isinstance(otherwise, m.Choose):
        branches.append((s.condition(otherwise.condition), s.value(otherwise.then)))
        otherwise = otherwise.otherwise
    return trees.case(branches, s.value(otherwise))


def equals(a: m.Expression, b: m.Expression) -> m.Operation:
    """``a == b``."""
    return m.Operation(a.span, t.Bool(), "==", (a, b))


def row_of(binding: m.Binding, like: m.Expression) -> m.RowOf:
    """The row that the binding is at, standing where ``like`` does."""
    return m.RowOf(like.span, binding.type, binding)


__all__ = ["enum_number", "equals", "logic", "may_be_null", "rank", "replace", "row_of"]
