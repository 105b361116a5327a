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
from awmlang.runtime.schema import OWN_TABLES, Schema, sequences

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
    found = [_sides(change) for change in apsw.Changeset.iter(saved.changeset)]
    try:
        _put(database, found)
    except apsw.ConstraintError:
        database.restart()
        database.grant(UNBOUNDED)
        _force(database, found)
    for table, sequence in saved.sequences:
        database.connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        database.connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, sequence)
        )


def _put(database: Database, found: list[_Sides]) -> None:
    """Make the changes in an order in which every reference holds all the time, as it did and will.

    New rows come first, those referred to before those that refer, what is gone goes last, the other way round: so no
    row that stays refers to one that goes, and is touched by its going. Refused (ConstraintError) where rows have
    exchanged unique values, or new ones refer to each other in a circle.
    """
    schema, execute = database.schema, database.connection.execute
    order = {table: number for number, table in enumerate(schema.referenced_first)}

    found = sorted(found, key=lambda change: (order[change[0]], (change[2] or change[3])[change[1]]))
    for table, _, old, new in found:
        if old is None:
            execute(f"INSERT INTO {_quoted(table)} VALUES ({', '.join('?' * len(new))})", new)
    for table, key, old, new in found:
        if old is not None and new is not None:
            names, changed = (
                schema.columns[table],
                [i for i, value in enumerate(new) if value is not apsw.no_change],
            )
            sets = ", ".join(f"{_quoted(names[index])} = ?" for index in changed)
            where = f"{_quoted(names[key])} = ?"
            execute(
                f"UPDATE {_quoted(table)} SET {sets} WHERE {where}", (*(new[i] for i in changed), old[key])
            )
    for table, key, old, new in reversed(found):
        if new is None:
            execute(
                f"DELETE FROM {_quoted(table)} WHERE {_quoted(schema.columns[table][key])} = ?", (old[key],)
            )


_Sides = tuple[
    str, int, Any, Any
]  # table, index of the key, values before and after: None where there is no row


def _sides(change: apsw.TableChange) -> _Sides:
    return change.name, next(iter(change.pk_columns)), change.old, change.new


def _force(database: Database, found: list[_Sides]) -> None:
    """Make the changes without asking for references, which held when the state was saved.

    Rows that are gone or changed are removed before any is put in, so that no unique value is met twice. It takes far
    longer: SQLite prepares all statements anew when references are asked for or not.
    """
    connection, columns = database.connection, database.schema.columns
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 0)
    rows = []
    for table, key, old, new in found:
        if old is not None:
            where = f"FROM {_quoted(table)} WHERE {_quoted(columns[table][key])} = ?"
            before = connection.execute(f"SELECT * {where}", (old[key],)).fetchall()[0]
            connection.execute(f"DELETE {where}", (old[key],))
            if new is not None:
                new = tuple(a if b is apsw.no_change else b for a, b in zip(before, new, strict=True))
        if new is not None:
            rows.append((table, new))
    for table, row in rows:
        connection.execute(f"INSERT INTO {_quoted(table)} VALUES ({', '.join('?' * len(row))})", row)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1)


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
