"""Valid arguments for the tools of an environment: of the right types, and aware of the data.

    candidates = Candidates(session)
    tool, arguments = candidates.call(random.Random(0))
    session.call(tool.name, arguments)

References are keys of rows that the signed-in user may see, often of rows that are related to those already chosen;
other values are often those of columns of the same name and kind. What a body makes of them is its own business:
the call may still end in a declared error. The session may change in any way meanwhile; every value is of its state at
the moment. Given the same draws and state, the values are the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from awmlang.proving.patterns import matching
from awmlang.runtime import Session
from awmlang.runtime import program as p
from awmlang.runtime.schema import Table

Key = int | str
Row = tuple[str, Key]  # a table and a key
T = TypeVar("T")

MOST_VALUES = 40  # of a column
NEWEST = 3  # rows that are often chosen, so that what one call makes another takes up
MOST_ITEMS = 3  # of a list, beyond the least
TEXTS = ("a", "Kim", "Something new", "42", "Zoë’s café", "two words", "x" * 40)


class Draws(Protocol):
    """What choices are drawn from, such as a ``random.Random``."""

    def randrange(self, stop: int, /) -> int:
        """A number from 0 to ``stop - 1``; 0 is the simplest choice."""


class NoCandidate(Exception):
    """There is no valid value: no row that the signed-in user may see, no text that is known to match a pattern."""


class Candidates:
    """What is valid in the state of a session, whose database it reads and pins.

    Keys of the rows in ``aims``, where there are valid ones, are drawn rather than others.
    """

    def __init__(self, session: Session, aims: Collection[Row] = ()) -> None:
        self.session = session
        self.aims = aims
        self.environment = session.environment
        self.schema = session.environment.schema
        self.tools = tuple(session.environment.program.values())
        self._database = session.database
        self._read: dict[str, list[Any]] = {}
        self._state: tuple[object, int] | None = None
        self._columns: dict[tuple[str, str], list[str]] = {}

    # ---- Calls

    def call(self, draws: Draws) -> tuple[p.Tool, dict[str, Any]]:
        """A tool that can be called, and arguments for it. Raises NoCandidate when no tool can."""
        tools = list(self.tools)
        while tools:
            tool = tools.pop(draws.randrange(len(tools)))
            arguments = self.arguments(draws, tool)
            if arguments is not None:
                return tool, arguments
        raise NoCandidate("no tool can be called")

    def arguments(self, draws: Draws, tool: p.Tool) -> dict[str, Any] | None:
        """Arguments of a call, in JSON's values: ``{"item_id": 3, "quantity": 2}``; None if there are none.

        About half of those that may be left out are.
        """
        try:
            return self._record(draws, tool.parameters, [])
        except NoCandidate:
            return None

    def valid(self, draws: Draws, type: p.Type, name: str = "", chosen: list[Row] | None = None) -> Any:
        """A value of a type in JSON, for a parameter called ``name``. Raises NoCandidate.

        ``chosen`` are the rows that the call already refers to; those of the value are added.
        """
        chosen = [] if chosen is None else chosen
        match type:
            case p.Optional(inner=inner):
                return None if draws.randrange(4) == 3 else self.valid(draws, inner, name, chosen)
            case p.Ref():
                return self._key(draws, type, chosen)
            case p.List(item=item, least=least, most=most):
                length = least + draws.randrange(min(MOST_ITEMS, most - least) + 1)
                return [self.valid(draws, item, name, chosen) for _ in range(length)]
            case p.Record(fields=fields):
                return self._record(draws, fields, chosen)
            case p.Enum(members=members):
                return pick(draws, members)
            case p.Bool():
                return bool(draws.randrange(2))
            case p.Int(least=least, most=most):
                return self._number(draws, "int", name, least, most)
            case p.Money(least=least, most=most):
                return self._number(draws, "money", name, least, most) / 100
            case p.Float(least=low, most=high):
                return self._float(draws, name, low, high)
            case p.Text():
                return self._text(draws, name, type)
            case p.Date():
                return self._moment(draws, "date", name)
            case p.Time():
                return self._moment(draws, "time", name)
            case p.Datetime():
                return self._moment(draws, "datetime", name)
        raise TypeError(f"there are no values for {type.__class__.__name__}")

    def _record(self, draws: Draws, parameters: Sequence[p.Parameter], chosen: list[Row]) -> dict[str, Any]:
        return {
            each.json_name: self.valid(draws, each.type, each.name, chosen)
            for each in parameters
            if each.required or draws.randrange(2)
        }

    # ---- Rows

    def keys(self, entity: p.Entity, *, lifted: bool = False) -> list[Key]:
        """The keys of the rows of an entity that the signed-in user may see, or of all if ``lifted``, in order."""
        column = _quoted(self.schema.tables[entity.table].key)
        sql = f"SELECT seen.{column} FROM {_quoted(entity.table)} AS seen"
        if not lifted and entity.visible != entity.exists:
            visible = re.sub(r":key\b", f"seen.{column}", entity.visible)
            sql += f" WHERE EXISTS ({visible})"
        return self._values(f"{sql} ORDER BY 1")

    def deleted(self, entity: p.Entity) -> list[Key]:
        """The keys of the rows that were there at the start and are no more, in order."""
        gone = (change for change in self.session.changes() if change.new is None)
        return [change.key for change in gone if change.table == entity.table]

    def _key(self, draws: Draws, type: p.Ref, chosen: list[Row]) -> Key:
        keys = self.keys(type.entity, lifted=type.lifted)
        keys = [key for key in keys if (type.entity.table, key) in self.aims] or keys
        kind = draws.randrange(4)
        if kind == 1:
            keys = keys[-NEWEST:]
        elif kind > 1 and chosen:
            near = self._related(type.entity.table, pick(draws, chosen))
            keys = [key for key in keys if key in near] or keys
        if not keys:
            raise NoCandidate(type.entity.name)
        key = pick(draws, keys)
        chosen.append((type.entity.table, key))
        return key

    def _related(self, table: str, row: Row) -> set[Key]:
        """The keys of the rows of a table that refer to the row, that it refers to, or that refer to the same."""
        one, other = self.schema.tables[table], self.schema.tables[row[0]]
        found: set[Key] = set()
        for column, target in one.references.items():
            if target == other.name:
                found.update(self._where(one, f"{_quoted(column)} = :key", row[1]))
            for same, target_of_other in other.references.items():
                if target == target_of_other:
                    shared = (
                        f"SELECT {_quoted(same)} FROM {_quoted(other.name)} WHERE {_quoted(other.key)} = :key"
                    )
                    found.update(self._where(one, f"{_quoted(column)} = ({shared})", row[1]))
        for column, target in other.references.items():
            if target == one.name:
                sql = f"SELECT {_quoted(column)} FROM {_quoted(other.name)} WHERE {_quoted(other.key)} = :key"
                found.update(self._database.values(sql, key=row[1]))
        return found

    def _where(self, table: Table, condition: str, key: Key) -> list[Key]:
        sql = f"SELECT {_quoted(table.key)} FROM {_quoted(table.name)} WHERE {condition}"
        return self._database.values(sql, key=key)

    # ---- Values that are not rows

    def _number(self, draws: Draws, kind: str, name: str, least: int, most: int) -> int:
        """One of the data's, or one at a bound, or a small one."""
        small = max(least, min(most, 1))
        match draws.randrange(8):
            case 0 | 1:
                return small
            case 2 | 3:
                return max(least, min(most, small + draws.randrange(10 if kind == "int" else 10_000)))
            case 4:
                return pick(draws, [n for n in (least, least + 1, 0, most - 1, most) if least <= n <= most])
            case 5:
                return least + draws.randrange(min(most - least, 1_000_000) + 1)
        found: list[int] = [n for n in self._found(draws, kind, name) if least <= n <= most]
        return pick(draws, found or [small])

    def _float(self, draws: Draws, name: str, low: float, high: float) -> float:
        found: list[float] = [n for n in self._found(draws, "float", name) if low <= n <= high]
        plain = [n for n in (0.0, 1.0, 0.5, low, high, -1.5, 1e6) if low <= n <= high and abs(n) < 1e300]
        between = [low + (high - low) * draws.randrange(101) / 100] if high - low < 1e300 else []
        return pick(draws, (*found, *plain, *between))

    def _text(self, draws: Draws, name: str, type: p.Text) -> str:
        if draws.randrange(2) == 0:
            found: list[str] = [text for text in self._found(draws, "text", name) if _parses(type, text)]
            if found:
                return pick(draws, found)
        if type.pattern is not None:
            made = [text for text in (matching(draws, type.pattern) for _ in range(4)) if text is not None]
            texts = [text for text in made if _parses(type, text)]
        else:
            bounds = ("x" * type.least, "y" * min(type.most, 200))
            texts = [text for text in (*TEXTS, *bounds) if _parses(type, text)]
        texts = texts or [text for text in self._found(draws, "text", name) if _parses(type, text)]
        if not texts:
            raise NoCandidate(name)
        return pick(draws, texts)

    def _moment(self, draws: Draws, kind: str, name: str) -> str:
        found = self._found(draws, kind, name)
        if found and draws.randrange(2) == 0:
            return str(pick(draws, found))
        now = datetime.fromisoformat(self.session.now)
        if kind == "time":
            return str(pick(draws, (now.time().isoformat(), "09:00:00", "00:00:00", "17:30:00", "23:59:59")))
        days = pick(draws, (0, 1, 2, 7, 30, -1, -7, -365, 365))
        try:
            moment = now + timedelta(days=days)
        except OverflowError:
            moment = now
        return (moment.date() if kind == "date" else moment.replace(microsecond=0)).isoformat()

    def _found(self, draws: Draws, kind: str, name: str) -> list[Any]:
        """Values, in their inside form, of a column of that kind: of one that is called so, else of any."""
        if (kind, name) not in self._columns:
            self._columns[kind, name] = self._columns_of(kind, name)
        columns = self._columns[kind, name]
        return self._values(pick(draws, columns)) if columns else []

    def _columns_of(self, kind: str, name: str) -> list[str]:
        every = [
            (column, _column_sql(table.name, column))
            for table in self.schema.tables.values()
            for column, type in table.types.items()
            if type == kind and column not in table.references and (kind == "text" or column != table.key)
        ]
        alike = [sql for column, sql in every if column == name or (name and column in name.split("_"))]
        return alike or [sql for _, sql in every]

    def _values(self, sql: str) -> list[Any]:
        """What a query finds now; asked once a state."""
        state = (self._database.recorder, self._database.connection.total_changes())
        if self._state is None or self._state[0] is not state[0] or self._state[1] != state[1]:
            self._state = state
            self._read = {}
        if sql not in self._read:
            self._database.grant()
            self._read[sql] = self._database.values(sql, me=self._database.me, now=self.session.now)
        return self._read[sql]


def tables_named(type: p.Type) -> Iterator[str]:
    """The tables of whose rows there are keys in values of a type."""
    match type:
        case p.Ref(entity=entity):
            yield entity.table
        case p.Optional(inner=inner) | p.List(item=inner):
            yield from tables_named(inner)
        case p.Record(fields=fields):
            for each in fields:
                yield from tables_named(each.type)


def pick(draws: Draws, items: Sequence[T]) -> T:
    """One of the items, the first being the simplest choice."""
    return items[draws.randrange(len(items))] if len(items) > 1 else items[0]


def _parses(type: p.Type, value: Any) -> bool:
    try:
        type.parse(value)
    except p.Invalid:
        return False
    return True


def _column_sql(table: str, column: str) -> str:
    """The values of a column in use, some of them if there are many."""
    name = _quoted(column)
    return f"SELECT DISTINCT {name} FROM {_quoted(table)} WHERE {name} IS NOT NULL ORDER BY 1 LIMIT {MOST_VALUES}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
