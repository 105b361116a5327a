"""The types of the language, and how values of them are held inside (between the edges of a call).

======================  =========================================================================
type                    inside: in a local, a column, a bound parameter, internal JSON
======================  =========================================================================
Int, Float              int (at most 2^53-1 in size), float
Bool                    0 or 1
Money                   int, in minor units (cents)
Text, Enum              str in NFC; a member's name
Date, Time, Datetime    str: ``2025-06-02``, ``18:30:00``, ``2025-06-02T18:30:00``
Duration, Months        int seconds; int calendar months
Ref                     the row's key: int or str
List, Record, Map       list, dict, dict; as a SQL value or parameter, the JSON text of those
Optional                the value, or None
======================  =========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field

from awmlang.diagnostics.span import Span


@dataclass(frozen=True, slots=True)
class Int:
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Float:
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """Bounds in minor units."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Bool:
    pass


@dataclass(frozen=True, slots=True)
class Text:
    """``low`` and ``high`` bound the length in characters; ``pattern`` must match the whole (RE2)."""

    low: int | None = None
    high: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Date:
    pass


@dataclass(frozen=True, slots=True)
class Time:
    pass


@dataclass(frozen=True, slots=True)
class Datetime:
    pass


@dataclass(frozen=True, slots=True)
class Duration:
    """Exact seconds, as ``hours(2)`` or ``date - date`` gives."""


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months, as ``months(2)`` gives; only added to or taken from a date or a datetime."""


@dataclass(frozen=True, slots=True)
class Enum:
    """``members`` in the order of declaration, which is how they sort."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A row of an entity. ``lifted``: a parameter of any row, not only those that ``me`` may see."""

    entity: str
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """A list, or the rows of a query (then the items are ``Ref`` or ``Group``)."""

    item: Type
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class RecordField:
    """In parameters: ``json_name`` in the published schema; ``default``, if any, the value inside, in a tuple.

    ``span``: where the name is written, if it is.
    """

    name: str
    type: Type
    json_name: str = field(compare=False)
    doc: str | None = field(default=None, compare=False)
    default: tuple[object] | None = field(default=None, compare=False)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """``name`` is the alias it was declared under, if any."""

    fields: tuple[RecordField, ...]
    name: str | None = field(default=None, compare=False)

    def field(self, name: str) -> RecordField | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Map:
    """What ``map`` makes: an object whose keys are texts known only at run time."""

    value: Type


@dataclass(frozen=True, slots=True)
class Group:
    """An item of ``group(...)``: its ``.key``, and its ``.rows``, which are items of the grouped query."""

    key: Type
    row: Type


@dataclass(frozen=True, slots=True)
class Optional:
    """Never nested, never around ``Null`` or ``Unknown``: make it with ``optional``."""

    inner: Type


@dataclass(frozen=True, slots=True)
class Null:
    """The type of ``null`` alone."""


@dataclass(frozen=True, slots=True)
class Void:
    """What a function without ``return`` gives."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The type of what has been reported already: it fits everywhere and is reported no more."""


Type = (
    Int
    | Float
    | Money
    | Bool
    | Text
    | Date
    | Time
    | Datetime
    | Duration
    | Months
    | Enum
    | Ref
    | List
    | Record
    | Map
    | Group
    | Optional
    | Null
    | Void
    | Unknown
)


def optional(type: Type) -> Type:
    """The type with null added."""
    return type if isinstance(type, (Optional, Null, Unknown, Void)) else Optional(type)


def required(type: Type) -> Type:
    """The type without null."""
    return type.inner if isinstance(type, Optional) else type
