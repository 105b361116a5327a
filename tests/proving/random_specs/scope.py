"""What random specs are made of: fields, constants, and what may be read at a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

FIELDS = {
    "i": "int", "n": "int?", "f": "float", "m": "money", "mm": "money?", "ok": "bool", "okk": "bool?", "s": "text", "ss": "text?",
    "d": "date", "dd": "date?", "t": "time", "at": "datetime", "e": "Color", "ee": "Color?", "l": "[int]", "w": "[text]",
}  # fmt: skip
"""The stored fields that every entity draws from; one with ``?`` may be null."""

ENTITIES = ("A", "B", "C", "D")
"""``A`` is who is signed in; a ``B`` has an ``A``, a ``C`` a ``B``, and perhaps an ``A``; a ``D`` has the only ``D`` of a ``C``."""

CONSTANTS = {
    "int": ("0", "1", "2", "7", "-3", "100"),
    "float": ("0.5", "2.0", "-1.25", "3.0"),
    "money": ("coin(0.01)", "coin(0)", "coin(7.50)"),
    "bool": ("true", "false"),
    "text": ('"ab"', '"Straße"', '"50%"', '""', '"a_b"', r'"\"q\" \\ n\n"', '"""two\nlines"""'),
    "date": ('date(now)', 'date("2025-01-31T00:00:00")'),
    "time": ('time(now)', 'time("2025-01-31T23:59:59")'),
    "datetime": ("now", 'datetime(date(now), time("2025-01-31T08:00:00"))'),
    "duration": ("days(1)", "hours(30)", "minutes(-5)", "seconds(90)"),
    "Color": ("tint()",),
    "[int]": ("[1, 2, 3]", "[7]"),
    "[text]": ('["a", "B"]', '["ab"]'),
}  # fmt: skip

ORDERED = ("int", "float", "money", "text", "date", "time", "datetime", "duration")
SAMPLES = {
    "int": ("0", "3", "-7", "12"), "float": ("0.5", "-2.25", "3"), "money": ("1.20", "0.35", "-4.99", "100"),
    "bool": ("true", "false"), "text": ('"Ab"', '"ab"', '"Ähre"', '"straße"', '"Zoe"', '"x y"'),
    "date": ('"2025-01-31"', '"2024-02-29"'), "time": ('"08:00:00"', '"23:59:59"'),
    "datetime": ('"2025-06-01T10:00:00"', '"2024-12-31T23:30:00"'), "Color": ('"red"', '"green"', '"dark blue"'),
    "[int]": ("[]", "[3, 1]", "[2, 2, 9]"), "[text]": ("[]", '["ab", "Ab"]'),
}  # fmt: skip
"""Values of fields, as data writes them."""

RECORD = {"x": "int", "y": "text?", "z": "money"}
"""The fields of every record in a list."""


@dataclass
class Scope:
    """What may be read: expressions by the type they have; the rows that names stand for, by entity; lists of records;
    parameters that may be left out, with their types; lists of rows, with their entities."""

    values: dict[str, list[str]] = field(default_factory=dict)
    rows: list[tuple[str, str]] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)
    lists: list[tuple[str, str]] = field(default_factory=list)

    def inner(self) -> Scope:
        """For a block or a query: what is added to it is not seen outside."""
        values = {type: list(names) for type, names in self.values.items()}
        return Scope(values, list(self.rows), list(self.records), list(self.given), list(self.lists))

    def named(self) -> Scope:
        """Without what is read of the row at hand."""
        inner = self.inner()
        inner.values = {
            type: [name for name in names if not name.startswith(".")] for type, names in self.values.items()
        }
        return inner

    def add(self, type: str, name: str) -> None:
        self.values.setdefault(type, []).append(name)

    def row(self, entity: str) -> str | None:
        """A name of a row of an entity."""
        return next((row for row, of in self.rows if of == entity), None)


class Choices:
    """Draws, and names that are new."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.fields: dict[str, dict[str, str]] = {}
        """Of each entity, by name: the type, with ``!`` behind it where it is computed."""
        self.tools: dict[str, dict[str, str]] = {}
        """Of each tool, by parameter: an entity, a type, ``record`` ``[record]``, ``[B]`` or ``[D]``."""
        self.in_task = False
        self.names = 0

    def pick(self, *options: str) -> str:
        return options[self.random.randrange(len(options))]

    def chance(self, of: int) -> bool:
        """Once in so many times; not to is simplest."""
        return self.random.randrange(of) == of - 1

    def mostly(self, of: int) -> bool:
        """All but once in so many times; not to is simplest."""
        return self.random.randrange(of) > 0

    def name(self, start: str) -> str:
        self.names += 1
        return f"{start}{self.names}"

    def stored(self, entity: str) -> dict[str, str]:
        return {name: type for name, type in self.fields[entity].items() if not type.endswith("!")}

    def see(self, scope: Scope, row: str, entity: str, computed: bool = True) -> None:
        """What can be read of a row, and of those that it refers to."""
        dot = "" if row == "this" else row
        if dot:
            scope.rows.append((row, entity))
        for name, type in self.fields[entity].items():
            if computed or not type.endswith("!"):
                scope.add(type.rstrip("!"), f"{dot}.{name}")
        if dot and computed:
            for path, target, is_optional in PATHS.get(entity, ()):
                for name, type in self.fields[target].items():
                    plain = type.rstrip("!")
                    scope.add(f"{plain.rstrip('?')}?" if is_optional else plain, f"{dot}.{path}.{name}")

    def required(self, entity: str) -> dict[str, str]:
        """The fields that ``create`` must be given; those with a default are given too."""
        return {
            n: type
            for n, type in self.stored(entity).items()
            if type[-1] != "?" and n not in ("e", "lo", "hi")
        }


PATHS = {
    "B": (("a", "A", False),),
    "C": (("b", "B", False), ("a", "A", True), ("twin", "D", True)),
    "D": (("c", "C", False),),
}
"""Ways from a row to another, and whether there may be none."""
