"""Expressions of tools as Python: what reads rows becomes one named SELECT each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from awmlang.diagnostics import Span
from awmlang.lowering import writes
from awmlang.lowering.bounds import fits, is_whole, needs_check
from awmlang.lowering.effects import Deletions, has_effect, is_effect, reads_rows
from awmlang.lowering.names import constant_name, layout_sql, python_name
from awmlang.lowering.operators import may_be_null
from awmlang.lowering.queries import is_json, rows
from awmlang.lowering.rewrite import parts, rewrite, with_parts
from awmlang.lowering.source import literal
from awmlang.lowering.sql import Context, Lowering, Parameter
from awmlang.lowering.trees import Sql, unwrapped
from awmlang.semantics import model as m
from awmlang.semantics import types as t

NUMBERS = (t.Int, t.Float, t.Money, t.Duration)
PLAIN = (*NUMBERS, t.Date, t.Time, t.Datetime)
CALLS = frozenset(
    {"days", "hours", "minutes", "seconds", "months", "date", "time", "datetime"}
    | {"range", "length", "weekday", "year", "month", "day"}
)
"""Functions of the language that Python calls where their arguments read no rows."""

_COMPARED = 3
_LEVELS = {"or": 0, "and": 1, "not": 2, "+": 4, "-": 4, "*": 5}
"""How tightly operators bind in Python; those that are not here compare."""


@dataclass(slots=True)
class Module:
    """What the functions of one ``tools.py`` share."""

    context: Context
    deletions: Deletions
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


class Body:
    """The source of one function: its named statements, and its lines with the spans they come from.

    ``has_effects``: whether there is anything in it that ``hoisted`` would take out. ``vanishing``: the entities whose
    rows may be gone by now though a local holds their key.
    """

    def __init__(
        self, module: Module, name: str, has_effects: bool, vanishing: frozenset[str] = frozenset()
    ) -> None:
        self.module = module
        self.name = name
        self.vanishing = vanishing
        self._has_effects = has_effects
        self.statements: list[tuple[str, str]] = []
        self.lines: list[tuple[str, Span | None]] = []
        self.span: Span | None = None
        self._indent = 1
        self._temporaries = 0

    # ---- Lines

    def line(self, text: str) -> None:
        self.lines.append((f"{'    ' * self._indent}{text}", self.span))

    def inside(self, make: Callable[[], None]) -> None:
        """What ``make`` adds, one step further in."""
        self._indent += 1
        make()
        self._indent -= 1

    def when(self, condition: str, then: Callable[[], None]) -> None:
        self.line(f"if {condition}:")
        self.inside(then)

    def temporary(self, wanted: str, type: t.Type, span: Span) -> m.Variable:
        """A local that the spec does not have."""
        self._temporaries += 1
        return m.Variable(f"{wanted}_{self._temporaries}", type, "let", span)

    # ---- SQL

    def lowering(self) -> Lowering:
        return Lowering(self.module.context, vanishing=self.vanishing)

    def named(self, s: Lowering, tree: Sql, hint: str) -> str:
        """The name of the statement and its arguments: ``NAME, cart=cart, me=db.me``."""
        name = self.module.constant(self.name, hint)
        self.statements.append((name, layout_sql(s.finish(unwrapped(tree)), len(name) + len(' = ""'))))
        return ", ".join([name, *(f"{name}={_given(given)}" for name, given in s.parameters.items())])

    def select(self, e: m.Expression, hint: str) -> str:
        s = self.lowering()
        if isinstance(e, m.Aggregate) and e.kind == "one" and e.value is None:
            return f"db.one({self.named(s, rows(s, e.query), hint)})"
        tree = s.root(lambda: s.checked(e))
        return f"db.{'json' if is_json(e.type) else 'value'}({self.named(s, tree, hint)})"

    # ---- Expressions

    def python(self, e: m.Expression, hint: str) -> str:
        """Source of the value inside; ``hint`` is what a statement that it takes is called."""
        match e:
            case m.CallFunction():
                return self._call(e)
            case m.CreateRow():
                return self._create(e)
            case m.Query(binding=m.Binding(type=t.Ref())):
                query = self.hoisted(e)
                assert isinstance(query, m.Query)
                s = self.lowering()
                return f"db.values({self.named(s, rows(s, query), hint)})"
            case m.Choose() if self.hoists(e):
                return self._branch(e, hint)
            case m.Operation() if self._is_lazy(e):
                return self._lazily(e, hint)
        source = self._checked(e)
        if source is not None:
            return source
        e = self.hoisted(e)
        return self._checked(e) or self.select(e, hint)

    def hoists(self, e: m.Expression) -> bool:
        """Whether only Python can do something in it."""
        return self._has_effects and has_effect(e)

    def _is_lazy(self, e: m.Expression) -> bool:
        """Whether it has something on its right side that only Python can do, and that may not be done."""
        is_lazy = isinstance(e, m.Operation) and e.operator in ("and", "or", "??")
        return is_lazy and isinstance(e, m.Operation) and self.hoists(e.arguments[1])

    def hoisted(self, e: m.Expression) -> m.Expression:
        """With what only Python can do kept in locals before."""
        if not self.hoists(e):
            return e
        if is_effect(e) or isinstance(e, m.Choose) or self._is_lazy(e):
            return self.kept(e, "made")
        if isinstance(e, (m.Query, m.Aggregate, m.With)):  # what is beside it may be over its items
            lifted: m.Expression = rewrite(e, lambda x: self.kept(x, "made") if is_effect(x) else None)
            return lifted
        return with_parts(e, self.in_turn(parts(e)))

    def in_turn(self, values: Sequence[m.Expression]) -> list[m.Expression]:
        """Hoisted, each; what is read by those before is kept as it was by then."""
        last = max((i for i, value in enumerate(values) if self.hoists(value)), default=0)
        return [
            self.kept(value, "read")
            if i < last and not self.hoists(value) and reads_rows(value)
            else self.hoisted(value)
            for i, value in enumerate(values)
        ]

    def kept(self, e: m.Expression, wanted: str) -> m.Local:
        """A local with its value."""
        local = self.temporary(wanted, e.type, e.span)
        self.line(f"{python_name(local.name)} = {self.python(e, wanted)}")
        return m.Local(e.span, e.type, local)

    def _call(self, e: m.CallFunction) -> str:
        given = self.in_turn(e.arguments) if any(map(self.hoists, e.arguments[1:])) else e.arguments
        arguments = [
            self.python(argument, parameter.name)
            for parameter, argument in zip(e.function.parameters, given, strict=True)
        ]
        return f"{python_name(e.function.name)}({', '.join(['db', *arguments])})"

    def _create(self, e: m.CreateRow) -> str:
        given = self.in_turn([value for _, value in e.values])
        values = [(f, self.settled(v, f.name)) for (f, _), v in zip(e.values, given, strict=True)]
        s = self.lowering()
        tree = writes.insert(s, e.entity, values)
        call = f"db.insert({self.named(s, tree, f'create_{e.entity.name}')})"
        if e.entity.key.serial is None:
            return call
        kept = python_name(self.temporary("key", e.entity.key.type, e.span).name)
        self.line(f"{kept} = {call}")
        self.line(f"db.run({literal(writes.COUNT_UP)}, entity={literal(e.entity.name)})")
        return kept

    def settled(self, value: m.Expression, hint: str) -> m.Expression:
        """A value for a column: a function's result is kept in a local."""
        return self.kept(value, hint) if isinstance(value, m.CallFunction) else value

    def _lazily(self, e: m.Operation, hint: str) -> str:
        """What ``and``, ``or`` and ``??`` come to, the right side worked out only if the left does not settle it."""
        wanted, goes_on = {"and": ("holds", "{}"), "or": ("holds", "not {}"), "??": ("found", "{} is None")}[
            e.operator
        ]
        kept = python_name(self.temporary(wanted, e.type, e.span).name)
        self.line(f"{kept} = {self.python(e.arguments[0], hint)}")
        self.when(goes_on.format(kept), lambda: self.line(f"{kept} = {self.python(e.arguments[1], hint)}"))
        return kept

    def _branch(self, e: m.Choose, hint: str) -> str:
        kept = python_name(self.temporary("chosen", e.type, e.span).name)
        self.when(self.python(e.condition, hint), lambda: self.line(f"{kept} = {self.python(e.then, hint)}"))
        self.line("else:")
        self.inside(lambda: self.line(f"{kept} = {self.python(e.otherwise, hint)}"))
        return kept

    # ---- What reads no rows

    def _checked(self, e: m.Expression) -> str | None:
        """The same for a value that leaves its expression: a number that is not too large."""
        source = self.plain(e)
        return f"fn.whole({source})" if source and is_whole(e.type) and needs_check(e) else source

    def plain(self, e: m.Expression) -> str | None:
        """Source that reads no rows, if the value can be had so."""
        match e:
            case m.Constant(value=value):
                return literal(value)
            case m.Local(variable=variable):
                return python_name(variable.name)
            case m.Me():
                return "db.me"
            case m.Now():
                return "db.now"
            case m.Get(row=row, field=f) if f.is_key:
                return self.plain(row)
            case m.MakeList(items=items):
                parts = self._all(items, self._checked)
                return None if parts is None else f"[{', '.join(parts)}]"
            case m.MakeRecord(fields=fields):
                parts = self._all([value for _, value in fields], self._checked)
                if parts is None:
                    return None
                pairs = [f"{literal(name)}: {part}" for (name, _), part in zip(fields, parts, strict=True)]
                return "{" + ", ".join(pairs) + "}"
            case m.GetItem(record=record, name=name) if not may_be_null(record):
                base = self.plain(record)
                return None if base is None else f"{base}[{literal(name)}]"
            case m.Operation(operator=operator, arguments=arguments):
                parts = self._all(arguments, self.plain)
                return None if parts is None else _operation(e, operator, parts)
            case m.CallBuiltin(name=name, arguments=arguments) if name in CALLS:
                parts = self._all(arguments, self.plain)
                return None if parts is None else f"fn.{name}({', '.join(parts)})"
        return None

    def _all(
        self, values: Sequence[m.Expression], source: Callable[[m.Expression], str | None]
    ) -> list[str] | None:
        parts: list[str] = []
        for value in values:
            part = source(value)
            if part is None:
                return None
            parts.append(part)
        return parts


def _operation(e: m.Operation, operator: str, parts: list[str]) -> str | None:
    """Source of an operation on ``parts``, where Python's operator means the same."""
    arguments = e.arguments
    types = [t.required(a.type) for a in arguments]
    least = _LEVELS.get(operator, _COMPARED + 1)
    wrapped = [_operand(part, a, least) for part, a in zip(parts, arguments, strict=True)]
    if operator == "not":
        return f"not {wrapped[0]}"
    if operator in ("==", "!="):
        null = next((a for a in arguments if isinstance(a, m.Constant) and a.value is None), None)
        if null is not None:
            other = wrapped[1] if null is arguments[0] else wrapped[0]
            return f"{other} is {'' if operator == '==' else 'not '}None"
        return None if isinstance(types[0], (t.Record, t.List)) else f" {operator} ".join(wrapped)
    if operator in ("and", "or"):
        return f" {operator} ".join(wrapped)
    if any(map(may_be_null, arguments)):
        return None
    if operator in ("<", "<=", ">", ">=") and isinstance(types[0], PLAIN):
        return f" {operator} ".join(wrapped)
    if operator in ("+", "-", "*") and is_whole(e.type) and all(map(is_whole, types)):
        return f" {operator} ".join(wrapped)
    return None


def _operand(source: str, e: m.Expression, least: int) -> str:
    """An operand as SQLite has it: a float where 64 bits do not hold it."""
    if isinstance(e, m.Operation) and is_whole(e.type) and not fits(e):
        return f"fn.wide({source})"
    return source if _level(e) >= least else f"({source})"


def _level(e: m.Expression) -> int:
    """How tightly the source of an expression binds."""
    return _LEVELS.get(e.operator, _COMPARED) if isinstance(e, m.Operation) else len(_LEVELS)


def _given(given: Parameter) -> str:
    return f"db.{given}" if isinstance(given, str) else python_name(given.name)
