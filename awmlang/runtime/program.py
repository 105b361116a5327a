"""What a generated ``tools.py`` is written in: argument types, entities, tools.

A type parses public JSON into the form that values have inside (see ``semantics/types.py``) and refuses all
else. Every type takes ``name``, its name in JSON where that is not the parameter's, and ``default``, a value
in its inside form. A name of the spec that Python has taken (a keyword, ``db``, ``writes``, ``invariants``) or
that ends in an underscore stands with one more underscore behind it, in records too.
"""

from __future__ import annotations

import datetime as clock
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import LARGEST, compiled

if TYPE_CHECKING:
    from awmlang.runtime.database import Database

__all__ = [
    "Bool", "Date", "Datetime", "Entity", "Enum", "Float", "Int", "List", "Money", "Optional", "Record", "Ref",
    "Text", "Time", "Tool", "ToolError", "Type", "tool",
]  # fmt: skip

LONGEST_TEXT = 100_000  # characters of a text without a bound of its own
LONGEST_LIST = 1_000  # items of a list without a bound of its own
_REQUIRED = object()

Parser = Callable[[Any], Any]
Checker = Callable[["Database", Any], None]


class Invalid(Exception):
    """A value is not of its type. ``problem`` goes on where its path ends: ``must be an integer``."""

    def __init__(self, problem: str, *path: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = list(path)


class Missing(Exception):
    """A key of which there is no row, or none that the signed-in user may see."""

    def __init__(self, entity: str, key: int | str) -> None:
        super().__init__(entity, key)
        self.message = (
            f'There is no {entity} "{key}".' if isinstance(key, str) else f"There is no {entity} {key}."
        )
        self.path: list[str | int] = []


class Type:
    """``what`` a value must be, in words; ``parse`` gives the inside form or raises Invalid.

    ``check``, where the value holds references, raises Missing for the first whose row is not there. Bounds are
    ``least`` and ``most``, both inside: of a number (of money in minor units), of a length.
    """

    def __init__(self, what: str, parse: Parser, name: str | None, default: object) -> None:
        self.what = what
        self.parse = parse
        self.check: Checker | None = None
        self.name = name
        self.default = default


class Int(Type):
    def __init__(
        self,
        low: int | None = None,
        high: int | None = None,
        *,
        name: str | None = None,
        default: object = _REQUIRED,
    ) -> None:
        problem = f"must be an integer{_range(low, high)}"
        self.least = least = -LARGEST if low is None else low
        self.most = most = LARGEST if high is None else high

        def parse(value: Any) -> int:
            if type(value) is not int:
                if type(value) is not float or not value.is_integer():
                    raise Invalid(problem)
                value = int(value)
            if least <= value <= most:
                return value  # type: ignore[no-any-return]
            raise Invalid(problem)

        super().__init__(problem, parse, name, default)


class Float(Type):
    def __init__(
        self,
        low: float | None = None,
        high: float | None = None,
        *,
        name: str | None = None,
        default: object = _REQUIRED,
    ) -> None:
        problem = f"must be a number{_range(low, high)}"
        self.least = least = -math.inf if low is None else low
        self.most = most = math.inf if high is None else high

        def parse(value: Any) -> float:
            if type(value) is int:
                try:
                    value = float(value)
                except OverflowError:
                    raise Invalid(problem) from None
            elif type(value) is not float:
                raise Invalid(problem)
            if least <= value <= most and math.isfinite(value):
                return value + 0.0  # type: ignore[no-any-return]  # -0.0 becomes 0.0
            raise Invalid(problem)

        super().__init__(problem, parse, name, default)


class Money(Type):
    """Bounds in minor units; in JSON a number with at most two decimals."""

    def __init__(
        self,
        low: int | None = None,
        high: int | None = None,
        *,
        name: str | None = None,
        default: object = _REQUIRED,
    ) -> None:
        self.least = least = -LARGEST if low is None else low
        self.most = most = LARGEST if high is None else high
        words = _range(
            None if low is None else f"{low / 100:.2f}", None if high is None else f"{high / 100:.2f}"
        )
        problem = f"must be a number with at most two decimals{words}"

        def parse(value: Any) -> int:
            if type(value) is int:
                amount = value * 100
            elif type(value) is float and -LARGEST <= value <= LARGEST:
                amount = round(value * 100)
                if amount / 100 != value:
                    raise Invalid(problem)
            else:
                raise Invalid(problem)
            if least <= amount <= most:
                return amount
            raise Invalid(problem)

        super().__init__(problem, parse, name, default)


class Bool(Type):
    def __init__(self, *, name: str | None = None, default: object = _REQUIRED) -> None:
        problem = "must be true or false"

        def parse(value: Any) -> int:
            if value is True:
                return 1
            if value is False:
                return 0
            raise Invalid(problem)

        super().__init__(problem, parse, name, default)


class Text(Type):
    """``low`` and ``high`` bound the characters; ``pattern`` (RE2) must match all of it."""

    def __init__(
        self,
        low: int | None = None,
        high: int | None = None,
        *,
        pattern: str | None = None,
        name: str | None = None,
        default: object = _REQUIRED,
    ) -> None:
        self.least = least = low or 0
        self.most = most = LONGEST_TEXT if high is None else high
        self.pattern = pattern
        words = f" of {least:,} to {most:,} characters" if least else f" of at most {most:,} characters"
        problem = "must be text" + (words if low is not None or high is not None else "")
        if pattern is not None:
            problem += f" that matches {pattern}"

        def parse(value: Any) -> str:
            if type(value) is not str:
                raise Invalid(problem)
            if not value.isascii():
                try:
                    value.encode()
                except UnicodeEncodeError:
                    raise Invalid("must be text without lone surrogates") from None
                value = normalize("NFC", value)
            if not least <= len(value) <= most:
                raise Invalid(f"must be text{words}")
            if "\0" in value:
                raise Invalid("must be text without NUL characters")
            if pattern is not None and compiled(pattern).fullmatch(value) is None:
                raise Invalid(problem)
            return value  # type: ignore[no-any-return]

        super().__init__(problem, parse, name, default)


class Enum(Type):
    def __init__(self, *members: str, name: str | None = None, default: object = _REQUIRED) -> None:
        problem = f"must be one of {', '.join(members)}"
        self.members = members
        held = {member: member for member in members}

        def parse(value: Any) -> str:
            if type(value) is str and value in held:
                return held[value]
            raise Invalid(problem)

        super().__init__(problem, parse, name, default)


class Date(Type):
    def __init__(self, *, name: str | None = None, default: object = _REQUIRED) -> None:
        problem = "must be a date such as 2025-06-02"
        super().__init__(problem, _moment(clock.date.fromisoformat, 10, problem), name, default)


class Time(Type):
    def __init__(self, *, name: str | None = None, default: object = _REQUIRED) -> None:
        problem = "must be a time without offset, such as 18:30 or 18:30:00"
        super().__init__(problem, _moment(clock.time.fromisoformat, 8, problem), name, default)


class Datetime(Type):
    def __init__(self, *, name: str | None = None, default: object = _REQUIRED) -> None:
        problem = "must be a date and time without offset, such as 2025-06-02T18:30:00"
        super().__init__(problem, _moment(clock.datetime.fromisoformat, 19, problem), name, default)


def _moment(from_iso: Callable[[str], Any], length: int, problem: str) -> Parser:
    """ISO text of just this form; the seconds of a time may be left out."""

    def parse(value: Any) -> str:
        if type(value) is str:
            text = f"{value}:00" if len(value) == length - 3 else value
            try:
                if len(text) == length and from_iso(text).isoformat() == text:
                    return text
            except ValueError:
                pass
        raise Invalid(problem)

    return parse


class Entity:
    """``name`` as in the spec. ``visible``: SQL that finds a row if the row ``:key`` may be seen by ``:me``."""

    def __init__(
        self, name: str, *, table: str, key: Type, column: str = "id", visible: str | None = None
    ) -> None:
        self.name = name
        self.table = table
        self.key = key
        self.exists = f'SELECT 1 FROM "{table}" WHERE "{column}" = :key'
        self.visible = visible or self.exists


class Ref(Type):
    """The key of a row. ``lifted``: of any row, else only of one that the signed-in user may see."""

    def __init__(
        self, entity: Entity, *, lifted: bool = False, name: str | None = None, default: object = _REQUIRED
    ) -> None:
        sql = entity.exists if lifted else entity.visible
        self.entity = entity
        self.lifted = lifted
        super().__init__(entity.key.what, entity.key.parse, name, default)

        def check(db: Database, key: Any) -> None:
            if db.value(sql, key=key, me=db.me, now=db.now) is None:
                raise Missing(entity.name, key)

        self.check = check


class List(Type):
    def __init__(
        self,
        item: Type,
        low: int | None = None,
        high: int | None = None,
        *,
        name: str | None = None,
        default: object = _REQUIRED,
    ) -> None:
        self.least = least = low or 0
        self.most = most = LONGEST_LIST if high is None else high
        self.item = item
        problem = f"must be a list of {f'{least} to {most:,}' if least else f'at most {most:,}'} items"
        parse_item, check_item = item.parse, item.check

        def parse(value: Any) -> list[Any]:
            if type(value) is not list or not least <= len(value) <= most:
                raise Invalid(problem)
            items: list[Any] = []
            try:
                for given in value:
                    items.append(parse_item(given))
            except Invalid as invalid:
                invalid.path.insert(0, len(items))
                raise
            return items

        super().__init__(problem, parse, name, default)
        if check_item is None:
            return

        def check(db: Database, items: list[Any]) -> None:
            for index, key in enumerate(items):
                try:
                    check_item(db, key)
                except Missing as missing:
                    missing.path.insert(0, index)
                    raise

        self.check = check


class Record(Type):
    def __init__(
        self, fields: Mapping[str, Type], *, name: str | None = None, default: object = _REQUIRED
    ) -> None:
        problem = "must be an object"
        slots = _Slots(fields)
        self.fields = slots.parameters

        def parse(value: Any) -> dict[str, Any]:
            if type(value) is not dict:
                raise Invalid(problem)
            return slots.parse(value)

        super().__init__(problem, parse, name, default)
        if slots.checks:
            self.check = slots.check


class Optional(Type):
    """The value or null; null when absent, unless there is a ``default``."""

    def __init__(self, inner: Type, *, name: str | None = None, default: object = None) -> None:
        self.inner = inner
        parse_inner, check_inner = inner.parse, inner.check
        super().__init__(
            f"{inner.what} or null",
            lambda value: None if value is None else parse_inner(value),
            name or inner.name,
            default,
        )
        if check_inner is not None:
            self.check = lambda db, value: None if value is None else check_inner(db, value)


class Parameter(NamedTuple):
    """A parameter of a tool or a field of a record: its name in the spec and in JSON."""

    name: str
    json_name: str
    type: Type
    required: bool


class _Slots:
    """Named values: the fields of a record, the parameters of a tool."""

    def __init__(self, fields: Mapping[str, Type]) -> None:
        names = {name: type.name or _unmangled(name) for name, type in fields.items()}
        self.slots = tuple((names[name], name, type.parse, type.default) for name, type in fields.items())
        self.parameters = tuple(
            Parameter(_unmangled(name), names[name], type, type.default is _REQUIRED)
            for name, type in fields.items()
        )
        self.names = frozenset(names.values())
        self.checks = tuple((names[name], name, type.check) for name, type in fields.items() if type.check)

    def parse(self, given: dict[Any, Any]) -> dict[str, Any]:
        if not given.keys() <= self.names:
            unknown = next(key for key in given if key not in self.names)
            raise Invalid(
                f"is not known here; there is {', '.join(sorted(self.names)) or 'nothing'}", _shown(unknown)
            )
        values = {}
        for json_name, name, parse, default in self.slots:
            if json_name in given:
                try:
                    values[name] = parse(given[json_name])
                except Invalid as invalid:
                    invalid.path.insert(0, json_name)
                    raise
            elif default is _REQUIRED:
                raise Invalid("is missing", json_name)
            else:
                values[name] = default
        return values

    def check(self, db: Database, values: dict[str, Any]) -> None:
        for json_name, name, check in self.checks:
            try:
                check(db, values[name])
            except Missing as missing:
                missing.path.insert(0, json_name)
                raise


class Tool:
    """A tool: its parameters, its body, the indexes of the invariants that its writes may break."""

    def __init__(
        self,
        body: Callable[..., str],
        parameters: Mapping[str, Type],
        writes: bool,
        invariants: tuple[int, ...],
    ) -> None:
        self.name = _unmangled(body.__name__)
        self.body = body
        self.writes = writes
        self.invariants = invariants
        self._slots = _Slots(parameters)
        self.parameters = self._slots.parameters

    def parse(self, arguments: object) -> dict[str, Any]:
        """The arguments of the body, from those of a call. Raises ``invalid_argument``."""
        if type(arguments) is not dict:
            raise ToolError("invalid_argument", "The arguments must be an object.")
        try:
            return self._slots.parse(arguments)
        except Invalid as invalid:
            field = _path(invalid.path)
            raise ToolError("invalid_argument", f"{field} {invalid.problem}.", field) from None
        except RecursionError:
            raise ToolError("invalid_argument", "The arguments are nested too deeply.") from None

    def check(self, db: Database, values: dict[str, Any]) -> None:
        """That every row referred to is there and may be seen. Raises ``not_found``."""
        if self._slots.checks:
            try:
                self._slots.check(db, values)
            except Missing as missing:
                raise ToolError("not_found", missing.message, _path(missing.path)) from None


def tool(
    *, writes: bool = False, invariants: tuple[int, ...] = (), **parameters: Type
) -> Callable[[Callable[..., str]], Tool]:
    """Make a tool of a function of the database and one argument a parameter, which gives the public JSON.

    ``writes``: it runs in a transaction, at whose end ``invariants`` (indexes of INVARIANTS) must hold.
    """
    return lambda body: Tool(body, parameters, writes, invariants)


def _unmangled(name: str) -> str:
    return name.removesuffix("_")


def _range(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f", at least {low}"
    return "" if high is None else f", at most {high}"


def _path(path: list[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _shown(name: object) -> str:
    """A name that a caller made up, fit for a message."""
    text = name if isinstance(name, str) else "a name that is no text"
    return text[:80].encode("utf-8", "replace").decode()
