"""The functions of the language: their parameters and results. What they do is in ``runtime/functions.py``.

``round``, ``floor`` and ``ceil`` of money count whole units: the money is divided by one unit first. In the
model, ``round`` is Float to Int, ``round_to`` Float to Float and ``round_money`` Money to Money.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from awmlang.diagnostics.codes import BAD_PATTERN, TYPE_MISMATCH, WRONG_ARGUMENTS
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import base, unknown
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_value
from awmlang.semantics.operators import NUMBERS, ORDERED
from awmlang.syntax import tree

TEXT, INT, FLOAT = t.Text(), t.Int(), t.Float()
TEXTS = t.List(TEXT)


@dataclass(frozen=True)
class Signature:
    """A function whose types do not depend on its arguments."""

    parameters: tuple[t.Type, ...]
    result: t.Type
    doc: str


SIGNATURES: dict[str, Signature] = {
    "lower": Signature((TEXT,), TEXT, "The text in small letters."),
    "upper": Signature((TEXT,), TEXT, "The text in capital letters."),
    "trim": Signature((TEXT,), TEXT, "The text without white space at its ends."),
    "starts_with": Signature((TEXT, TEXT), t.Bool(), "Whether a text begins with another, exactly."),
    "ends_with": Signature((TEXT, TEXT), t.Bool(), "Whether a text ends with another, exactly."),
    "matches": Signature((TEXT, TEXT), t.Bool(), "Whether a pattern, written as a literal, fits the whole text."),
    "replace": Signature((TEXT, TEXT, TEXT), TEXT, "The text with each occurrence of the second replaced by the third."),
    "split": Signature((TEXT, TEXT), TEXTS, "The pieces of a text between separators."),
    "join": Signature((TEXTS, TEXT), TEXT, "The texts of a list with a separator between them."),
    "floor": Signature((FLOAT,), INT, "The largest whole number that is not above."),
    "ceil": Signature((FLOAT,), INT, "The smallest whole number that is not below."),
    "days": Signature((INT,), t.Duration(), "That many days."),
    "hours": Signature((INT,), t.Duration(), "That many hours."),
    "minutes": Signature((INT,), t.Duration(), "That many minutes."),
    "seconds": Signature((INT,), t.Duration(), "That many seconds."),
    "months": Signature((INT,), t.Months(), "That many calendar months; a sum ends at the month's end at the latest."),
    "date": Signature((t.Datetime(),), t.Date(), "The day of a datetime."),
    "time": Signature((t.Datetime(),), t.Time(), "The time of day of a datetime."),
    "datetime": Signature((t.Date(), t.Time()), t.Datetime(), "A day and a time of day together."),
    "range": Signature((t.Int(0),), t.List(INT), "The whole numbers from 0, that many; 10,000 at most."),
    "calc": Signature((TEXT,), FLOAT, "The value of a sum in digits, `+ - * / ( )` and points."),
}  # fmt: skip

Special = Callable[[Elaborator, tree.Call, Scope, "list[tree.Expr]"], m.Expression]


@dataclass(frozen=True)
class Rule:
    """A function with a typing rule of its own, and its number of arguments, at least and at most."""

    least: int
    most: int | None
    usage: str
    doc: str
    typed: Special


SPECIAL: dict[str, Rule] = {}


def special(name: str, least: int, most: int | None, usage: str, doc: str) -> Callable[[Special], Special]:
    def add(function: Special) -> Special:
        SPECIAL[name] = Rule(least, most, usage, doc, function)
        return function

    return add


def is_builtin(name: str) -> bool:
    return name in SIGNATURES or name in SPECIAL


def call_builtin(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression:
    name, values = node.name.text, [a.value for a in node.arguments]
    named = next((a.name for a in node.arguments if a.name is not None), None)
    if named is not None:
        e.report.add(WRONG_ARGUMENTS, named.span, f"`{name}` takes its arguments without names.")
        return unknown(node.span)
    if name in SPECIAL:
        rule = SPECIAL[name]
        if len(values) < rule.least or (rule.most is not None and len(values) > rule.most):
            e.report.add(WRONG_ARGUMENTS, node.span, f"`{name}` is written `{rule.usage}`.")
            return unknown(node.span)
        return rule.typed(e, node, scope, values)
    signature = SIGNATURES[name]
    if len(values) != len(signature.parameters):
        kinds = ", ".join(describe(p) for p in signature.parameters)
        e.report.add(
            WRONG_ARGUMENTS,
            node.span,
            f"`{name}` takes {kinds}: {len(signature.parameters)}, not {len(values)}.",
        )
        return unknown(node.span)
    arguments = [as_value(e.expr(v, scope, p)) for v, p in zip(values, signature.parameters, strict=True)]
    if name in ("floor", "ceil"):
        arguments = [_units(e, arguments[0])]
    fitted = tuple(
        e.convert.fit(v, p, f"the argument of `{name}`")
        for v, p in zip(arguments, signature.parameters, strict=True)
    )
    if name == "matches":
        _pattern(e, fitted[1])
    return m.CallBuiltin(node.span, signature.result, name, fitted)


def _pattern(e: Elaborator, pattern: m.Expression) -> None:
    if isinstance(pattern.type, t.Unknown):
        return
    if not isinstance(pattern, m.Constant):
        e.report.add(
            BAD_PATTERN, pattern.span, "A pattern is a literal text, so that it can be checked here."
        )
    else:
        check_pattern(e, str(pattern.value), pattern)


def check_pattern(e: Elaborator, pattern: str, at: m.Expression) -> None:
    message = pattern_error(pattern)
    if message is not None:
        e.report.add(BAD_PATTERN, at.span, f"The pattern cannot be read: {message}.")


LONGEST_PATTERN = 1_000


def pattern_error(pattern: str) -> str | None:
    """What RE2 has against the pattern, if anything."""
    import re2

    if len(pattern) > LONGEST_PATTERN:
        return f"it has more than {LONGEST_PATTERN:,} characters"
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        text = error.args[0] if error.args else error
        return (text.decode() if isinstance(text, bytes) else str(text)).rstrip(".")
    return None


def _units(e: Elaborator, value: m.Expression) -> m.Expression:
    """Money as a float number of whole units; anything else as it is."""
    if isinstance(value.type, t.Money):
        unit = m.Constant(value.span, t.Money(), 100)
        return m.Operation(value.span, t.Float(), "/", (value, unit))
    return value


@special(
    "round",
    1,
    2,
    "round(x)` or `round(x, places)",
    "The nearest whole number, halves away from zero; with places, the nearest with that many.",
)
def _round(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
    value = e.expr(values[0], scope)
    if len(values) == 1:
        return m.CallBuiltin(
            node.span, INT, "round", (e.convert.fit(_units(e, value), FLOAT, "what is rounded"),)
        )
    places = e.fit(values[1], scope, t.Int(0, 10), "the number of places")
    if isinstance(value.type, t.Money):
        return m.CallBuiltin(node.span, t.Money(), "round_money", (value, places))
    return m.CallBuiltin(
        node.span, FLOAT, "round_to", (e.convert.fit(value, FLOAT, "what is rounded"), places)
    )


@special("abs", 1, 1, "abs(x)", "The size of a number or duration.")
def _abs(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
    value = e.expr(values[0], scope)
    if not isinstance(value.type, (*NUMBERS, t.Duration)):
        return _unfit(e, node, value, "takes the size of a number")
    return m.CallBuiltin(node.span, base(value.type), "abs", (value,))


def _pick_extreme(name: str) -> Special:
    def typed(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
        arguments = [as_value(e.expr(v, scope)) for v in values]
        common = e.convert.common(arguments, node.span, f"An argument of `{name}`")
        if isinstance(common, t.Unknown):
            return unknown(node.span)
        if not isinstance(t.required(common), ORDERED):
            return _unfit(e, node, arguments[0], "compares values that have an order")
        fitted = tuple(e.convert.fit(a, t.required(common), f"an argument of `{name}`") for a in arguments)
        return m.CallBuiltin(node.span, t.required(common), name, fitted)

    return typed


special("least", 2, None, "least(a, b, ...)", "The least of some values.")(_pick_extreme("least"))
special("greatest", 2, None, "greatest(a, b, ...)", "The greatest of some values.")(_pick_extreme("greatest"))


@special("length", 1, 1, "length(x)", "How many characters a text has, or items a list.")
def _length(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
    value = as_value(e.expr(values[0], scope))
    if not isinstance(value.type, (t.Text, t.List)):
        return _unfit(e, node, value, "counts the characters of a text or the items of a list")
    return m.CallBuiltin(node.span, t.Int(0), "length", (value,))


def _part_of_time(name: str) -> Special:
    def typed(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
        value = e.expr(values[0], scope)
        if isinstance(value, m.Constant) and isinstance(value.type, t.Text):
            value = e.convert.fit(value, t.Date() if len(str(value.value)) <= 10 else t.Datetime())
        if not isinstance(value.type, (t.Date, t.Datetime)):
            return _unfit(e, node, value, "is a part of a date or a datetime")
        return m.CallBuiltin(node.span, INT, name, (value,))

    return typed


for _name, _doc in (
    ("year", "The year of a date or datetime."),
    ("month", "Its month, from 1."),
    ("day", "Its day of the month."),
    ("weekday", "Its day of the week: 1 is Monday, 7 Sunday."),
):
    special(_name, 1, 1, f"{_name}(x)", _doc)(_part_of_time(_name))


@special("flat", 1, 1, "flat(list of lists)", "The lists in a list, joined.")
def _flat(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
    value = as_value(e.expr(values[0], scope))
    if not (isinstance(value.type, t.List) and isinstance(value.type.item, t.List)):
        return _unfit(e, node, value, "joins the lists in a list")
    return m.CallBuiltin(node.span, t.List(value.type.item.item), "flat", (value,))


@special("sorted", 1, 1, "sorted(list)", "The items of a list in their order.")
def _sorted(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
    value = as_value(e.expr(values[0], scope))
    if not (isinstance(value.type, t.List) and isinstance(value.type.item, ORDERED)):
        return _unfit(e, node, value, "sorts a list of values that have an order")
    binding = m.Binding(value.type.item)
    item = m.RowOf(node.span, binding.type, binding)
    key = m.SortKey(item, False)
    sorted_ = m.Query(node.span, t.List(value.type.item), value, binding, None, (key,), None, None)
    return m.Aggregate(node.span, sorted_.type, "list", sorted_, None)


@special("zip", 2, 2, "zip(a, b)", "Pairs of items of two lists, for a `for` with two names.")
def _zip(e: Elaborator, node: tree.Call, scope: Scope, values: list[tree.Expr]) -> m.Expression:
    e.report.add(WRONG_ARGUMENTS, node.span, "`zip` stands only in a loop: `for a, b in zip(p, q) { }`.")
    return unknown(node.span)


def _unfit(e: Elaborator, node: tree.Call, value: m.Expression, what: str) -> m.Expression:
    if isinstance(value.type, t.Optional):
        e.convert.may_be_null(value)
    elif not isinstance(value.type, t.Unknown):
        e.report.add(
            TYPE_MISMATCH, value.span, f"`{node.name.text}` {what}, but this is {describe(value.type)}."
        )
    return unknown(node.span)
