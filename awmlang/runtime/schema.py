"""What the runtime must know of a bundle's tables, read once from its image and its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import apsw

OWN_TABLES = frozenset({"awm_clock", "awm_serial"})
SETTLED = "awm_settled"
"""The last column of some tables, null while an update of several rows is at the row: see ``lowering/settling.py``."""


class Table(NamedTuple):
    """The rows of an entity. ``key`` is a column; it is ``generated`` where the database or a serial makes it.

    ``types`` of the columns: int, float, money, bool, text, enum, date, time, datetime, those in brackets for lists;
    of a reference, the type of the key.
    """

    name: str
    entity: str
    key: str
    generated: bool
    types: Mapping[str, str]
    references: Mapping[str, str]  # column: table


class Schema:
    """``tables`` of the spec by name, the ``rules`` by the name that SQLite's messages have for them.

    ``rank`` of a table: lower for those that it refers to, unless they refer to one another in a circle.
    """

    def __init__(
        self, connection: apsw.Connection, entities: Mapping[str, Any], rules: Mapping[str, str]
    ) -> None:
        self.tables = {entity["table"]: _table(connection, name, entity) for name, entity in entities.items()}
        self.entities = {table.entity: table for table in self.tables.values()}
        self.columns = {
            name: tuple(
                row[0]
                for row in connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
                if row[0] != SETTLED
            )
            for name in (*self.tables, *OWN_TABLES)
        }
        self.sequences = sequences(connection)
        ordered = (*_referenced_first(self.tables), *OWN_TABLES)
        self.rank = {name: number for number, name in enumerate(ordered)}
        self.rules = rules
        self._indexes = _indexes(connection, self.tables)

    def rule(self, name: str) -> str:
        """The words of the rule that SQLite calls ``name`` in its message: a constraint, an index, columns."""
        return self.rules.get(name) or self.rules.get(self._indexes.get(name, name), name)

    def entity_of(self, table: str) -> str:
        """The entity whose rows a table holds."""
        return self.tables[table].entity if table in self.tables else table


def sequences(connection: apsw.Connection) -> dict[str, int]:
    """The last number given out by table; SQLite keeps none where no table numbers its rows."""
    kept = connection.execute("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'").fetchall()
    return dict(connection.execute("SELECT name, seq FROM main.sqlite_sequence")) if kept else {}


def _table(connection: apsw.Connection, name: str, entity: Mapping[str, Any]) -> Table:
    table = entity["table"]
    references: Any = connection.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,))
    return Table(table, name, entity["key"], entity["generated"], entity["columns"], dict(references))


def _referenced_first(tables: Mapping[str, Table]) -> list[str]:
    """The tables, each behind those that it refers to; where they refer to one another in a circle, some order."""
    ordered: dict[str, None] = {}
    begun: set[str] = set()
    for first in tables:
        path = [(first, iter(tables[first].references.values()))] if first not in begun else []
        begun.add(first)
        while path:
            name, rest = path[-1]
            other = next((other for other in rest if other not in begun), None)
            if other is None:
                ordered[name] = None
                path.pop()
            else:
                begun.add(other)
                path.append((other, iter(tables[other].references.values())))
    return list(ordered)


def _indexes(connection: apsw.Connection, tables: Mapping[str, Table]) -> dict[str, str]:
    """The named unique indexes by what SQLite's messages have in their place: ``t.a, t.b``."""
    found: dict[str, str] = {}
    for table in tables:
        named = 'SELECT name FROM pragma_index_list(?) WHERE "unique" AND origin = ? ORDER BY partial, name'
        rows: Any = connection.execute(named, (table, "c")).fetchall()
        for (index,) in rows:
            columns = connection.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,))
            found.setdefault(", ".join(f"{table}.{column}" for (column,) in columns), index)
            found[f"index '{index}'"] = index
    return found


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'
