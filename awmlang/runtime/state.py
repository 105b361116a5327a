"""What a session has changed since the seed: kept, put back, shown, compared.

SQLite's session extension records the rows that are written. A changeset of those, with the counters of
generated keys, is the difference between the seed and now, however the session came there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

from awmlang.runtime.database import UNBOUNDED
from awmlang.runtime.functions import json_text
from awmlang.runtime.schema import OWN_TABLES, Schema, quoted, sequences

if TYPE_CHECKING:
    from awmlang.runtime.database import Database

Row = dict[str, Any]
Key = int | str


class Change(NamedTuple):
    """A row that differs from the seed: ``old`` is None where it is new, ``new`` where it is gone.

    A changed row has in both the columns that differ, and only those. Values are in their inside form.
    """

    table: str
    key: Key
    old: Row | None
    new: Row | None


class State(NamedTuple):
    """A difference from the seed: a changeset, and the counters of ``id``s that moved."""

    changeset: bytes
    sequences: tuple[tuple[str, int], ...]


START = State(b"", ())


def save(database: Database) -> State:
    """The difference from the seed."""
    database.grant(UNBOUNDED)
    return State(database.recorder.changeset(), _sequences(database))


def restore(database: Database, saved: State) -> None:
    """Turn the seed into the state that was saved."""
    if saved == START:
        return
    database.grant(UNBOUNDED)
    rows = [_row(database.schema, change) for change in apsw.Changeset.iter(saved.changeset)]
    if not _put(database, rows):
        database.restart()
        database.grant(UNBOUNDED)
        _force(database, rows)
    execute = database.connection.execute
    for table, sequence in saved.sequences:
        execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, sequence))


class _Row(NamedTuple):
    """A change for SQL: the row that ``where`` (``WHERE key = ?``) finds, before and after; None is no row."""

    table: str  # quoted
    columns: tuple[str, ...]
    where: str
    rank: int  # of the table: those it refers to have lower ones
    key: Key
    old: Any
    new: Any


def _row(schema: Schema, change: apsw.TableChange) -> _Row:
    columns, index = schema.columns[change.name], next(iter(change.pk_columns))
    values: Any = change.old or change.new
    where = f"WHERE {quoted(columns[index])} = ?"
    return _Row(
        quoted(change.name), columns, where, schema.rank[change.name], values[index], change.old, change.new
    )


_Statement = tuple[str, tuple[Any, ...]]


def _put(database: Database, rows: list[_Row]) -> bool:
    """Make the changes in an order in which every rule holds all the time, as it did and will; whether there is one.

    New and changed rows come first: so no row that stays refers to one that goes, and is touched by its going. There
    may be no order where rows have exchanged unique values, or new ones refer to each other in a circle.
    """
    rows = sorted(rows, key=lambda row: (row.rank, row.key))
    new: list[_Statement] = [(_insertion(row.table, row.new), row.new) for row in rows if row.old is None]
    changed = [_update(row) for row in rows if row.old is not None and row.new is not None]
    gone = [(f"DELETE FROM {row.table} {row.where}", (row.key,)) for row in reversed(rows) if row.new is None]
    left = _make(database, new + changed)
    return (
        all(statement in new for statement in left)
        and not _make(database, gone)
        and not _make(database, left)
    )


def _make(database: Database, statements: list[_Statement]) -> list[_Statement]:
    """Run the statements, those that are refused again when others are through; the ones that are refused for good."""
    while statements:
        refused = []
        for statement in statements:
            try:
                database.connection.execute(*statement)
            except apsw.ConstraintError:
                refused.append(statement)
        if len(refused) == len(statements):
            return refused
        statements = refused
    return []


def _update(row: _Row) -> _Statement:
    changed = [index for index, value in enumerate(row.new) if value is not apsw.no_change]
    sets = ", ".join(f"{quoted(row.columns[index])} = ?" for index in changed)
    return f"UPDATE {row.table} SET {sets} {row.where}", (*(row.new[index] for index in changed), row.key)


def _force(database: Database, rows: list[_Row]) -> None:
    """Make the changes without asking for references, which held when the state was saved.

    Rows that are gone or changed are removed before any is put in, so that no unique value is met twice. It takes far
    longer: SQLite prepares all statements anew when references are asked for or not.
    """
    connection = database.connection
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 0)
    put = []
    for row in rows:
        new = row.new
        if row.old is not None:
            before = connection.execute(f"SELECT * FROM {row.table} {row.where}", (row.key,)).fetchall()[0]
            connection.execute(f"DELETE FROM {row.table} {row.where}", (row.key,))
            if new is not None:
                new = tuple(a if b is apsw.no_change else b for a, b in zip(before, new, strict=True))
        if new is not None:
            put.append((row.table, new))
    for table, values in put:
        connection.execute(_insertion(table, values), values)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1)


def _insertion(table: str, values: tuple[Any, ...]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})"


def _sequences(database: Database) -> tuple[tuple[str, int], ...]:
    found = sequences(database.connection)
    seed = database.schema.sequences
    return tuple(sorted((table, number) for table, number in found.items() if seed.get(table) != number))


def changes(schema: Schema, saved: State) -> list[Change]:
    """The rows of the spec's entities that differ, by table in the spec's order, then by key."""
    order = {table: number for number, table in enumerate(schema.tables)}
    found = [
        _change(schema, change)
        for change in apsw.Changeset.iter(saved.changeset)
        if change.name not in OWN_TABLES
    ]
    return sorted(found, key=lambda change: (order[change.table], change.key))


def _change(schema: Schema, change: apsw.TableChange) -> Change:
    names = schema.columns[change.name]
    index = next(iter(change.pk_columns))
    values: tuple[Any, ...] = change.old or change.new or ()
    if change.old is None or change.new is None:
        row = dict(zip(names, values, strict=False))  # SETTLED, the last column of some, is no part of a row
        old, new = (row, None) if change.new is None else (None, row)
        return Change(change.name, values[index], old, new)
    differ = [i for i, value in enumerate(change.new) if value is not apsw.no_change]
    old = {names[i]: change.old[i] for i in differ}
    return Change(change.name, values[index], old, {names[i]: change.new[i] for i in differ})


def digest(schema: Schema, saved: State) -> str:
    """A hash that is equal for equal differences from one seed, by whatever calls they came about."""
    import hashlib  # loads slowly, and not every program needs it

    rows = []
    for change in apsw.Changeset.iter(saved.changeset):
        sides = [_known(side) for side in (change.old, change.new)]
        rows.append(json_text([change.name, *sides]))
    return hashlib.sha256("\n".join([*sorted(rows), json_text(saved.sequences)]).encode()).hexdigest()


def _known(values: tuple[Any, ...] | None) -> Mapping[int, Any] | None:
    if values is None:
        return None
    return {index: value for index, value in enumerate(values) if value is not apsw.no_change}


def by_entity(schema: Schema, found: list[Change]) -> dict[str, dict[str, Any]]:
    """The changes in the spec's names and in JSON's values.

    ``{"Order": {"new": {41: row}, "gone": {3: row}, "changed": {5: {"status": ["cart", "placed"]}}}}``
    """
    entities: dict[str, dict[str, Any]] = {}
    for table, key, old, new in found:
        info = schema.tables[table]
        parts = entities.setdefault(info.entity, {"new": {}, "gone": {}, "changed": {}})
        if old is None or new is None:
            row = {column: public(info.types[column], value) for column, value in (old or new or {}).items()}
            parts["new" if old is None else "gone"][key] = row
        else:
            parts["changed"][key] = {
                column: [public(info.types[column], old[column]), public(info.types[column], new[column])]
                for column in new
            }
    return entities


def public(type: str, value: Any) -> Any:
    """A column's value as JSON has it. ``type`` as ``schema.Table`` has it."""
    if value is None:
        return None
    if type.startswith("["):
        return [public(type[1:-1], item) for item in json.loads(value)]
    if type == "money":
        return value / 100
    return bool(value) if type == "bool" else value
