"""Fitting a value to the type that its place expects: conversions, constants against bounds, common types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from awmlang.diagnostics import Edit, Fix, Span
from awmlang.diagnostics.codes import (
    BAD_LITERAL,
    MAY_BE_NULL,
    NO_COMMON_TYPE,
    NULL_ALONE,
    OUT_OF_RANGE,
    TYPE_MISMATCH,
    UNKNOWN_FIELD,
    UNKNOWN_MEMBER,
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.describe import describe, nearest, words
from awmlang.semantics.notes import Notes, fields_meant, spans_of
from awmlang.semantics.numbers import MAX_WHOLE
from awmlang.semantics.report import Report

_PLAIN: dict[object, t.Type] = {
    c: c()
    for c in (
        t.Int,
        t.Float,
        t.Money,
        t.Text,
        t.Bool,
        t.Date,
        t.Time,
        t.Datetime,
        t.Duration,
        t.Months,
        t.Null,
        t.Void,
    )
}


def base(type: t.Type) -> t.Type:
    """The type without its bounds."""
    plain = _PLAIN.get(type.__class__)
    if plain is not None:
        return plain
    match type:
        case t.Ref(entity, lifted):
            return t.Ref(entity) if lifted else type
        case t.List(item):
            return t.List(base(item))
        case t.Optional(inner):
            return t.Optional(base(inner))
        case t.Map(value):
            return t.Map(base(value))
        case t.Record(fields):
            return t.Record(
                tuple(t.RecordField(f.name, base(f.type), f.json_name, span=f.span) for f in fields)
            )
        case _:
            return type


def same_type(a: t.Type, b: t.Type) -> bool:
    """Equal, bounds and nullability aside."""
    a, b = t.required(a), t.required(b)
    if a is b:
        return True
    if a.__class__ is not b.__class__:
        return False
    return a.__class__ in _PLAIN or base(a) == base(b)


def temporal(type: t.Type, text: str) -> str | None:
    """The canonical form of a date, time or datetime literal, or None."""
    try:
        match type:
            case t.Date() if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                return date.fromisoformat(text).isoformat()
            case t.Time() if re.fullmatch(r"\d\d:\d\d(:\d\d)?", text):
                return time.fromisoformat(text).isoformat("seconds")
            case t.Datetime() if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", text):
                return datetime.fromisoformat(text).isoformat("T", "seconds")
    except ValueError:
        pass
    return None


_EXAMPLE = {t.Date: "2025-06-02", t.Time: "18:30", t.Datetime: "2025-06-02T18:30:00"}


class Converter:
    """Fits expressions to types, and reports what does not fit."""

    def __init__(self, report: Report, notes: Notes) -> None:
        self.report = report
        self.notes = notes

    def fit(self, value: m.Expression, target: t.Type, what: str = "") -> m.Expression:
        """``value`` as a ``target``; a diagnostic, and Unknown, where it cannot be.

        ``what`` names the place for the message: "`quantity`", "the answer".
        """
        source = value.type
        if isinstance(source, t.Unknown) or isinstance(target, t.Unknown):
            return value
        if isinstance(value, m.Constant) and value.value is None:
            if isinstance(target, t.Optional):
                return m.Constant(value.span, target, None)
            self.report.add(
                MAY_BE_NULL, value.span, f"{_place(what)} cannot be null: its type is {describe(target)}."
            )
            return unknown(value.span)
        if isinstance(source, t.Optional) and not isinstance(target, t.Optional):
            if self._reaches(source.inner, target):
                self.may_be_null(value)
            else:
                self._mismatch(value, target, what)
            return unknown(value.span)
        fitted = self._convert(value, t.required(target), what)
        if fitted is None:
            self._mismatch(value, target, what)
            return unknown(value.span)
        return fitted

    def may_be_null(self, value: m.Expression) -> None:
        self.report.add(
            MAY_BE_NULL,
            value.span,
            f"This may be null ({describe(value.type)}).",
            help="Rule that out first: `require x != null else ...`, `if x != null { ... }`, or give another "
            "value with `??`.",
        )

    def _mismatch(self, value: m.Expression, target: t.Type, what: str) -> None:
        wanted, given = describe(target), describe(value.type)
        subject = f"{what} is {wanted}" if what else f"{wanted} is expected here"
        help = None
        fixes: tuple[Fix, ...] = ()
        numeric = (t.Int, t.Float, t.Money)
        if isinstance(t.required(target), t.Int) and isinstance(t.required(value.type), t.Float):
            help = "Round it: `round(x)`, `floor(x)` or `ceil(x)` give an int."
        elif isinstance(t.required(target), t.Text) and isinstance(
            t.required(value.type), (*numeric, t.Enum)
        ):
            help = 'Put it into a text: "{x}".'
        elif isinstance(value.type, t.List) and same_type(value.type.item, target):
            help = "That is a list of them; `first(...)` or `one(...)` takes one out."
        elif isinstance(value, m.Constant) and isinstance(value.value, str) and isinstance(target, numeric):
            try:
                Decimal(value.value)
            except ArithmeticError:
                pass
            else:
                help = "Numbers stand without quotes."
                fixes = (Fix("Take the quotes away", (Edit(value.span, value.value),), safe=True),)
        self.report.add(
            TYPE_MISMATCH, value.span, f"{_capital(subject)}, but this is {given}.", help=help, fixes=fixes
        )

    def _reaches(self, source: t.Type, target: t.Type) -> bool:
        return same_type(source, target) or (
            isinstance(source, t.Int) and isinstance(target, (t.Float, t.Money))
        )

    def _convert(self, value: m.Expression, target: t.Type, what: str) -> m.Expression | None:
        """The value as a ``target`` (which is not Optional), or None where it cannot be one."""
        source = t.required(value.type)
        nullable = isinstance(value.type, t.Optional)
        if isinstance(value, m.Constant):
            constant = self._constant(value, target, what)
            if constant is not None:
                return constant
        if isinstance(value, m.MakeList) and isinstance(target, t.List):
            items = tuple(self.fit(item, target.item, what) for item in value.items)
            return m.MakeList(value.span, t.List(target.item, target.low, target.high), items)
        if isinstance(value, m.MakeRecord) and isinstance(target, t.Record):
            return self._record(value, target)
        if isinstance(value, m.Choose):
            return m.Choose(
                value.span,
                t.optional(target) if nullable else target,
                value.condition,
                self.fit(value.then, t.optional(target) if nullable else target, what),
                self.fit(value.otherwise, t.optional(target) if nullable else target, what),
            )
        if same_type(source, target):
            return value
        if isinstance(source, t.Int) and isinstance(target, (t.Float, t.Money)):
            return m.Convert(value.span, t.optional(base(target)) if nullable else base(target), value)
        if isinstance(source, t.List) and isinstance(target, t.List) and isinstance(source.item, t.Unknown):
            return value
        return None

    def _record(self, value: m.MakeRecord, target: t.Record) -> m.Expression:
        given = dict(value.fields)
        fields_meant(self.notes, spans_of(value.type), target)
        for name in given:
            if target.field(name) is None:
                self.report.unknown(
                    UNKNOWN_FIELD,
                    given[name].span,
                    f"{_capital(describe(target))} has no field",
                    name,
                    [f.name for f in target.fields],
                )
        fields: list[tuple[str, m.Expression]] = []
        for f in target.fields:
            if f.name in given:
                fields.append((f.name, self.fit(given[f.name], f.type, f"`{f.name}`")))
            elif f.default is not None:
                fields.append((f.name, m.Constant(value.span, f.type, f.default[0])))  # type: ignore[arg-type]
            elif isinstance(f.type, t.Optional):
                fields.append((f.name, m.Constant(value.span, f.type, None)))
            else:
                self.report.add(TYPE_MISMATCH, value.span, f"The record has no `{f.name}`.")
        return m.MakeRecord(value.span, target, tuple(fields))

    def _constant(self, value: m.Constant, target: t.Type, what: str) -> m.Expression | None:
        held, span = value.value, value.span
        match target:
            case t.Enum(name, members) if isinstance(held, str) and isinstance(value.type, t.Text):
                if held not in members:
                    self._unknown_member(span, name, held, members)
                self.notes.member(span, name, held)
                return m.Constant(span, target, held)
            case t.Date() | t.Time() | t.Datetime() if isinstance(held, str) and isinstance(
                value.type, t.Text
            ):
                canonical = temporal(target, held)
                if canonical is None:
                    example = _EXAMPLE[target.__class__]
                    self.report.add(
                        BAD_LITERAL,
                        span,
                        f'"{held}" is no {describe(target)}.',
                        help=f'A {describe(target)} is written "{example}".',
                    )
                return m.Constant(span, target, canonical or _EXAMPLE[target.__class__])
            case t.Int() if isinstance(value.type, t.Int) and isinstance(held, int):
                self._range(span, held, target.low, target.high, str, what)
                return m.Constant(span, base(target), held)
            case t.Float() if isinstance(value.type, (t.Int, t.Float)) and isinstance(held, (int, float)):
                self._range(span, held, target.low, target.high, str, what)
                return m.Constant(span, base(target), float(held))
            case t.Money() if isinstance(value.type, (t.Int, t.Float)) and isinstance(held, (int, float)):
                minor = Decimal(repr(held)) * 100
                if minor != minor.to_integral_value():
                    self.report.add(
                        OUT_OF_RANGE, span, f"{_place(what)} is money: it has two decimals at most."
                    )
                    return unknown(span)
                self._range(span, int(minor), target.low, target.high, lambda x: f"{x / 100:.2f}", what)
                return m.Constant(span, base(target), int(minor))
            case t.Text() if isinstance(value.type, t.Text) and isinstance(held, str):
                self._text(span, held, target, what)
                return m.Constant(span, base(target), held)
        return None

    def _unknown_member(self, span: Span, enum: str, member: str, members: tuple[str, ...]) -> None:
        near = nearest(member, members)
        self.report.add(
            UNKNOWN_MEMBER,
            span,
            f'{enum} has no member "{member}".',
            help=f'Did you mean "{near}"?' if near else f"Its members are {words(members, 'and')}.",
            fixes=(Fix(f'Write "{near}"', (Edit(span, f'"{near}"'),)),) if near else (),
        )

    def _text(self, span: Span, held: str, target: t.Text, what: str) -> None:
        if (target.low is not None and len(held) < target.low) or (
            target.high is not None and len(held) > target.high
        ):
            bounds = (
                f"{target.low or 0} to {target.high}" if target.high is not None else f"{target.low} at least"
            )
            self.report.add(
                OUT_OF_RANGE, span, f"{_place(what)} has {len(held)} characters; its length is {bounds}."
            )
        elif target.pattern is not None:
            import re2

            if re2.fullmatch(target.pattern, held) is None:
                self.report.add(OUT_OF_RANGE, span, f"{_place(what)} does not match /{target.pattern}/.")

    def _range(
        self, span: Span, held: float, low: float | None, high: float | None, show: object, what: str
    ) -> None:
        assert callable(show)
        if isinstance(held, int) and abs(held) > MAX_WHOLE:
            self.report.add(OUT_OF_RANGE, span, "The number is too large: whole numbers end at 2^53 - 1.")
        elif low is not None and held < low:
            self.report.add(OUT_OF_RANGE, span, f"{_place(what)} is {show(held)}, but at least {show(low)}.")
        elif high is not None and held > high:
            self.report.add(OUT_OF_RANGE, span, f"{_place(what)} is {show(held)}, but at most {show(high)}.")

    def common(self, values: Sequence[m.Expression], span: Span, what: str) -> t.Type:
        """The type that all values can take (then ``fit`` each to it); Unknown, reported, if there is none."""
        types = [v.type for v in values if not isinstance(v.type, (t.Null, t.Unknown))]
        if not types:
            if any(isinstance(v.type, t.Null) for v in values):
                self.report.add(NULL_ALONE, span, f"{what} is only ever null: its type cannot be told.")
            return t.Unknown()
        nullable = any(isinstance(v.type, (t.Null, t.Optional)) for v in values)
        typed = [v for v in values if not isinstance(v.type, (t.Null, t.Unknown))]
        candidates = [t.required(x) for x in types]
        best = max(candidates, key=_width)
        firm = [t.required(v.type) for v in typed if not _is_text_constant(v)]
        if firm and isinstance(best, t.Text):
            best = max(firm, key=_width)
        for v in typed:
            mine = t.required(v.type)
            if not (
                self._reaches(mine, best)
                or (_is_text_constant(v) and isinstance(best, (t.Enum, t.Date, t.Time, t.Datetime, t.Text)))
                or (isinstance(v, m.Constant) and isinstance(mine, t.Float) and isinstance(best, t.Money))
                or (isinstance(mine, t.Record) and isinstance(best, t.Record) and isinstance(v, m.MakeRecord))
                or (isinstance(v, m.MakeList) and isinstance(best, t.List))
            ):
                self.report.add(
                    NO_COMMON_TYPE,
                    v.span,
                    f"{what} is {describe(best)} elsewhere, but {describe(mine)} here.",
                )
                return t.Unknown()
        result = base(best)
        return t.optional(result) if nullable else result


def _width(type: t.Type) -> int:
    """Money takes in float constants and ints, float takes in ints; a text constant takes any shape."""
    match type:
        case t.Money():
            return 4
        case t.Float():
            return 3
        case t.Int():
            return 2
        case t.Text():
            return 0
        case t.List(item=t.Unknown()):
            return 0
        case t.Record(fields):
            return 10 + len(fields)
    return 1


def _is_text_constant(value: m.Expression) -> bool:
    return isinstance(value, m.Constant) and isinstance(value.value, str) and isinstance(value.type, t.Text)


def _place(what: str) -> str:
    return _capital(what) if what else "The value"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def unknown(span: Span) -> m.Constant:
    """What stands for an expression that has been reported."""
    return m.Constant(span, t.Unknown(), None)


def narrowed(value: m.Expression) -> m.Expression:
    """The same value with null ruled out."""
    return replace(value, type=t.required(value.type)) if isinstance(value.type, t.Optional) else value
