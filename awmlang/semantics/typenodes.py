"""Written types to types: names, bounds, patterns, aliases; and parameters with their published names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from awmlang.diagnostics import Edit, Span
from awmlang.diagnostics.codes import (
    BAD_BOUNDS,
    BAD_DEFAULT,
    BAD_FIELD_TYPE,
    BAD_PATTERN,
    DUPLICATE_NAME,
    NOT_AVAILABLE_HERE,
    UNKNOWN_TYPE,
)
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.builtins import pattern_error
from awmlang.semantics.context import Context, Scope
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.numbers import decimal, minor, whole
from awmlang.syntax import tree
from awmlang.syntax.idioms import FOREIGN_TYPES

SCALARS: dict[str, t.Type] = {
    "int": t.Int(),
    "float": t.Float(),
    "bool": t.Bool(),
    "text": t.Text(),
    "money": t.Money(),
    "date": t.Date(),
    "time": t.Time(),
    "datetime": t.Datetime(),
    "duration": t.Duration(),
}


class Types:
    """Resolves the types written in one spec."""

    def __init__(self, e: Elaborator) -> None:
        self.e = e
        self.context: Context = e.context
        self.report = e.report
        self._open: list[str] = []

    def resolve(self, node: tree.TypeNode) -> t.Type:
        match node:
            case tree.OptionalType(inner=inner):
                return t.optional(self.resolve(inner))
            case tree.ListType(item=item, size=size):
                low, high = self._counts(size, "list")
                item_type = self.resolve(item)
                if isinstance(item_type, t.Optional):
                    self.report.add(
                        BAD_FIELD_TYPE,
                        item.span,
                        "The items of a list are never null.",
                        help="Take the `?` away.",
                    )
                return t.List(t.required(item_type), low, high)
            case tree.RecordType(fields=fields):
                return t.Record(tuple(self._record_field(f) for f in self._distinct(fields)))
            case tree.NamedType():
                return self._named(node)

    def _named(self, node: tree.NamedType) -> t.Type:
        name = node.name.text
        found = self._find(node)
        if node.lifted and not isinstance(found, (t.Ref, t.Unknown)):
            self.report.add(
                NOT_AVAILABLE_HERE, node.span, f"`any` lifts the access rule of an entity; {name} is none."
            )
        if isinstance(found, t.Ref):
            found = replace(found, lifted=node.lifted)
        return self._sized(found, node)

    def _find(self, node: tree.NamedType) -> t.Type:
        name = node.name.text
        if name in SCALARS:
            return SCALARS[name]
        if (declared := self.context.notes.kinds.get(name)) is not None:
            self.context.notes.refer(node.name.span, declared)
        if name in self.context.enums:
            return self.context.enums[name]
        if name in self.context.entities:
            return t.Ref(name)
        if name in self.context.aliases:
            return self.alias(name, node.span)
        known = [*SCALARS, *self.context.enums, *self.context.entities, *self.context.aliases]
        word = FOREIGN_TYPES.get(name.lower(), name.lower())
        if word in SCALARS:
            foreign.say(self.e, node.name.span, f"write `{word}`, not `{name}`", Edit(node.name.span, word))
            return SCALARS[word]
        self.report.unknown(UNKNOWN_TYPE, node.name.span, "There is no type", name, known)
        return t.Unknown()

    def alias(self, name: str, at: Span | None = None) -> t.Type:
        """The type that an alias stands for; ``at`` is where it is used."""
        if name in self.context.alias_types:
            return self.context.alias_types[name]
        if name in self._open:
            self.report.add(
                UNKNOWN_TYPE, at or self.context.aliases[name].name.span, f"The type {name} contains itself."
            )
            return t.Unknown()
        alias = self.context.aliases[name]
        self._open.append(name)
        found = self.resolve(alias.type)
        self._open.pop()
        if not self.context.type_fits(found, alias.name.span, name):
            found = t.Unknown()
        if isinstance(found, t.Record):
            found = replace(found, name=name)
        self.context.alias_types[name] = found
        return found

    # ---- Bounds

    def _sized(self, type: t.Type, node: tree.NamedType) -> t.Type:
        size = node.size
        if size is None:
            return type
        if size.pattern is not None:
            if not isinstance(type, t.Text):
                self.report.add(BAD_BOUNDS, size.span, f"Only text has a pattern, not {describe(type)}.")
                return type
            error = pattern_error(size.pattern)
            if error is not None:
                self.report.add(BAD_PATTERN, size.span, f"The pattern cannot be read: {error}.")
                return type
            return t.Text(pattern=size.pattern)
        match type:
            case t.Int():
                low, high = self._whole(size.low, size), self._whole(size.high, size)
                return self._ordered(t.Int(low, high), low, high, size)
            case t.Text():
                low, high = self._counts(size, "text")
                return t.Text(low, high)
            case t.Float():
                lowest, highest = self._decimal(size.low, size), self._decimal(size.high, size)
                return self._ordered(t.Float(lowest, highest), lowest, highest, size)
            case t.Money():
                low, high = self._minor(size.low, size), self._minor(size.high, size)
                return self._ordered(t.Money(low, high), low, high, size)
            case t.Unknown():
                return type
        self.report.add(
            BAD_BOUNDS, size.span, f"{describe(type)[:1].upper()}{describe(type)[1:]} has no bounds."
        )
        return type

    def _ordered(self, type: t.Type, low: float | None, high: float | None, size: tree.Size) -> t.Type:
        if low is not None and high is not None and low > high:
            self.report.add(BAD_BOUNDS, size.span, "The lower bound is above the upper one.")
        return type

    def _whole(self, text: str | None, size: tree.Size) -> int | None:
        if text is None:
            return None
        number = whole(text)
        if number is None:
            self.report.add(BAD_BOUNDS, size.span, "These bounds are whole numbers, up to 2^53 - 1.")
        return number

    def _decimal(self, text: str | None, size: tree.Size) -> float | None:
        number = decimal(text) if text is not None else None
        if text is not None and number is None:
            self.report.add(BAD_BOUNDS, size.span, "These bounds are too large.")
        return number

    def _minor(self, text: str | None, size: tree.Size) -> int | None:
        if text is None:
            return None
        amount = minor(text)
        if amount is None:
            self.report.add(
                BAD_BOUNDS, size.span, "Bounds of money have two decimals at most, and end at 2^53 - 1 cents."
            )
        return amount

    def _counts(self, size: tree.Size | None, what: str) -> tuple[int | None, int | None]:
        if size is None:
            return None, None
        if size.pattern is not None:
            self.report.add(
                BAD_BOUNDS, size.span, "A list is bounded by how many items it has: `[T](1..10)`."
            )
            return None, None
        low, high = self._whole(size.low, size), self._whole(size.high, size)
        if (low or 0) < 0 or (high is not None and high < (low or 0)):
            self.report.add(BAD_BOUNDS, size.span, f"The length of a {what} goes from 0 up.")
            return None, None
        return low, high

    # ---- Parameters

    def parameter(self, node: tree.Parameter) -> m.Parameter:
        type = self.resolve(node.type)
        variable = m.Variable(node.name.text, type, "parameter", node.name.span)
        default = (
            self.constant_default(node.default, type, node.name.text) if node.default is not None else None
        )
        alias = node.alias.text if node.alias is not None else None
        doc = node.doc.value if node.doc is not None else None
        return m.Parameter(variable, alias or json_name(node.name.text, type), default, doc)

    def parameters(self, nodes: Sequence[tree.Parameter]) -> tuple[m.Parameter, ...]:
        return tuple(self.parameter(node) for node in self._distinct(nodes))

    def _distinct(self, nodes: Sequence[tree.Parameter]) -> list[tree.Parameter]:
        seen: dict[str, tree.Parameter] = {}
        for node in nodes:
            if node.name.text in seen:
                self.report.add(DUPLICATE_NAME, node.name.span, f"`{node.name.text}` is declared twice.")
            else:
                seen[node.name.text] = node
        return list(seen.values())

    def _record_field(self, node: tree.Parameter) -> t.RecordField:
        p = self.parameter(node)
        default = (constant_value(p.default),) if p.default is not None else None
        return t.RecordField(p.name, p.type, p.json_name, p.doc, default, node.name.span)

    def constant_default(self, node: tree.Expr, type: t.Type, name: str) -> m.Expression | None:
        value = self.e.fit(node, Scope("rule"), type, f"`{name}`")
        if isinstance(value.type, t.Unknown):
            return None
        if not is_constant(value):
            self.report.add(BAD_DEFAULT, node.span, "The default of a parameter is a constant.")
            return None
        return value


def is_constant(value: m.Expression) -> bool:
    if isinstance(value, m.MakeList):
        return all(map(is_constant, value.items))
    return isinstance(value, m.Constant)


def constant_value(value: m.Expression) -> object:
    """The value inside of a constant."""
    if isinstance(value, m.MakeList):
        return [constant_value(item) for item in value.items]
    assert isinstance(value, m.Constant)
    return value.value


def json_name(name: str, type: t.Type) -> str:
    """What a parameter is called in a schema: ``order_id`` for a row, ``order_ids`` for a list of rows."""
    match t.required(type):
        case t.Ref():
            return f"{name}_id"
        case t.List(item=t.Ref()):
            return f"{singular(name)}_ids"
    return name


def singular(word: str) -> str:
    """``addresses`` to ``address``, ``entries`` to ``entry``, ``orders`` to ``order``."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def plural(word: str) -> str:
    """``address`` to ``addresses``, ``entry`` to ``entries``, ``order`` to ``orders``."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return word + "es"
    return word + "s"
