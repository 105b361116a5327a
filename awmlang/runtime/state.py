"""What a session has changed since the seed: kept, put back, shown, compared.

SQLite's session extension records the rows that are written. A changeset of those, with the counters of
generated keys, is the difference between the seed and now, however the session came there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw

from awmlang.runtime.functions import json_text
from awmlang.runtime.schema import OWN_TABLES, Schema

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


def record(database: Database) -> apsw.Session:
    """Record from here on what is written."""
    session = apsw.Session(database.connection, "main")
    for table in (*database.schema.tables, "awm_serial"):
        session.attach(table)
    return session


def save(database: Database, recorder: apsw.Session) -> State:
    """The difference from the seed."""
    database.grant()
    return State(recorder.changeset(), _sequences(database))


def restore(database: Database, saved: State) -> None:
    """Turn the seed into the state that was saved.

    Rows that are gone or changed are removed before any is put in, so that values which rows have exchanged meet no
    uniqueness on the way; references, flows and ranges held when the state was saved and are not asked again.
    """
    connection, columns = database.connection, database.schema.columns
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 0)
    rows = []
    for change in apsw.Changeset.iter(saved.changeset):
        names = columns[change.name]
        if change.old is not None:
            key = [names[index] for index in sorted(change.pk_columns)]
            where = " AND ".join(f"{_quoted(name)} = ?" for name in key)
            values = tuple(change.old[index] for index in sorted(change.pk_columns))
            table = _quoted(change.name)
            before = connection.execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()[0]
            connection.execute(f"DELETE FROM {table} WHERE {where}", values)
        if change.new is not None:
            row = change.new
            if change.old is not None:
                row = tuple(a if b is apsw.no_change else b for a, b in zip(before, row, strict=True))
            rows.append((change.name, row))
    for name, row in rows:
        connection.execute(f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * len(row))})", row)
    for table, sequence in saved.sequences:
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, sequence))
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1)


def _sequences(database: Database) -> tuple[tuple[str, int], ...]:
    found = dict(database.connection.execute("SELECT name, seq FROM main.sqlite_sequence"))
    seed = database.schema.sequences
    return tuple(sorted((table, number) for table, number in found.items() if seed.get(table) != number))


def changes(database: Database, recorder: apsw.Session) -> list[Change]:
    """The rows of the spec's entities that differ, by table in the spec's order, then by key."""
    database.grant()
    schema, changeset = database.schema, recorder.changeset()
    order = {table: number for number, table in enumerate(schema.tables)}
    found = [
        _change(schema, change) for change in apsw.Changeset.iter(changeset) if change.name not in OWN_TABLES
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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
