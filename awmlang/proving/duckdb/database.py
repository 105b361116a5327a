"""A database of DuckDB's that compiled tools run on as they run on SQLite's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import apsw
import duckdb

from awmlang.proving.duckdb import functions
from awmlang.proving.duckdb.dialect import Statement, statement
from awmlang.proving.duckdb.kinds import of_column
from awmlang.proving.duckdb.rules import NO_SUCH_ROW, OLD, Rules
from awmlang.runtime.errors import ToolError, arithmetic
from awmlang.runtime.schema import OWN_TABLES, SETTLED, Schema, sequences

_Items = TypeVar("_Items", bound=Sequence[Any])
_TOO_LARGE = (duckdb.OutOfRangeException, duckdb.ConversionException)


class Failed(Exception):
    """DuckDB does not run a statement; the message says which, and what it says."""


class Database:
    """A copy of SQLite's tables in memory. It offers to generated code what ``runtime.database.Database`` does.

    A call that writes is a transaction, DuckDB having no savepoints. There is no budget of work: DuckDB does not count.
    ``run_statements``: those of SQLite's that were run here.
    """

    lost = False

    def __init__(self, source: apsw.Connection, schema: Schema, rules: Rules, me: int | str | None) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": 1})
        self.schema = schema
        self.me = me
        self.now = ""
        self._rules = rules
        self._generated = frozenset(
            name for name, table in schema.tables.items() if table.key == "id" and table.types["id"] == "int"
        )
        self._failures = functions.register(self.connection)
        self._statements: dict[tuple[Any, ...], Statement] = {}
        self._sequences = self._before = sequences(source)
        for table in (*schema.tables, *OWN_TABLES):
            self._copy(source, table)

    def _copy(self, source: apsw.Connection, table: str) -> None:
        types = self._rules.columns[table]
        names = [name for name in types if name != SETTLED]
        columns = [f"{_quoted(name)} {of_column(types[name])}" for name in names]
        self.connection.execute(
            f"CREATE TABLE {_quoted(table)} ({', '.join(columns)}, {SETTLED} BIGINT DEFAULT 1)"
        )
        listed = ", ".join(map(_quoted, names))
        rows = source.execute(f"SELECT {listed} FROM main.{_quoted(table)}").fetchall()
        if rows:
            values = ", ".join(f"unnest(${i})" for i in range(1, len(names) + 1))
            lists = [list(column) for column in zip(*rows, strict=True)]
            self.connection.execute(f"INSERT INTO {_quoted(table)} ({listed}) SELECT {values}", lists)

    # ---- For generated code

    def value(self, sql: str, /, **parameters: Any) -> Any:
        for row in self._rows(sql, parameters):
            return row[0]
        return None

    def values(self, sql: str, /, **parameters: Any) -> list[Any]:
        return [row[0] for row in self._rows(sql, parameters)]

    def json(self, sql: str, /, **parameters: Any) -> Any:
        text = self.value(sql, **parameters)
        return None if text is None else json.loads(text)

    def one(self, sql: str, /, **parameters: Any) -> Any:
        rows = self._rows(sql, parameters)
        if len(rows) == 1:
            return rows[0][0]
        raise ToolError("not_found", "There is more than one such row." if rows else "There is no such row.")

    def insert(self, sql: str, /, **parameters: Any) -> Any:
        made = self._made(sql, {**parameters, "awm_id": 0})
        number = self._sequences.get(made.table, 0) + 1
        if any(binding.parameter == "p_awm_id" for binding in made.bindings):
            self._sequences[made.table] = number
        ((key,),) = self._run(made, {**parameters, "awm_id": number})
        self._hold(made.table, None, key)
        return key

    def run(self, sql: str, /, **parameters: Any) -> None:
        self._write(sql, parameters)

    def run_on_row(self, sql: str, /, **parameters: Any) -> None:
        if not self._write(sql, parameters):
            raise ToolError("not_found", "A row has been deleted.")

    def each(self, items: _Items) -> _Items:
        return items

    def alive(self, sql: str, keys: Sequence[Any]) -> Iterator[Any]:
        for key in keys:
            if self.value(sql, key=key) is not None:
                yield key

    def grant(self, work: int = 0) -> None:
        """There is no budget."""

    # ---- Transactions

    def begin(self) -> None:
        self.connection.execute("BEGIN")
        self.connection.execute("UPDATE awm_clock SET now = ?", [self.now])
        self._before = dict(self._sequences)

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def rollback(self) -> None:
        self.connection.execute("ROLLBACK")
        self._sequences = self._before

    def explain(self, sql: str, parameters: dict[str, Any]) -> None:
        """Have DuckDB plan a statement. Raises NotCarried, Failed."""
        made = self._made(
            sql, {**parameters, "awm_id": 0} if sql.lstrip().startswith("INSERT") else parameters
        )
        given = {f"p_{name}": value for name, value in {**parameters, "awm_id": 0}.items()}
        self._execute(f"EXPLAIN {made.sql}", made.bound(given))

    @property
    def run_statements(self) -> set[str]:
        return {shape[0] for shape in self._statements}

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """The rows of a table by key, as SQLite's are read by ``columns``."""
        columns = self.schema.columns[table]
        return self.connection.execute(
            f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table)} ORDER BY 1"
        ).fetchall()

    def sequences(self) -> dict[str, int]:
        """The last number given out by table."""
        return {name: number for name, number in self._sequences.items() if number}

    def close(self) -> None:
        self.connection.close()

    # ---- Statements

    def _made(self, sql: str, parameters: dict[str, Any]) -> Statement:
        shape = (sql, *((name, _shape(value)) for name, value in parameters.items()))
        if shape not in self._statements:
            self._statements[shape] = statement(sql, self._rules.columns, parameters, self._generated)
        return self._statements[shape]

    def _rows(self, sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        return self._run(self._made(sql, parameters), parameters)

    def _run(self, made: Statement, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        given = {f"p_{name}": value for name, value in parameters.items()}
        return self._execute(made.sql, made.bound(given))

    def _execute(self, sql: str, bound: Any) -> list[tuple[Any, ...]]:
        self._failures.last = None
        try:
            rows = self.connection.execute(sql, bound).fetchall()
        except duckdb.Error as error:
            if self._failures.last is not None:
                raise self._failures.last from None
            if isinstance(error, _TOO_LARGE):
                raise arithmetic("A number is too large.") from error
            raise Failed(f"{error}\n{sql}") from error
        return [tuple(int(value) if isinstance(value, bool) else value for value in row) for row in rows]

    # ---- Writes

    def _write(self, sql: str, parameters: dict[str, Any]) -> int:
        """Run an UPDATE or DELETE; the number of rows."""
        made = self._made(sql, parameters)
        if made.table in OWN_TABLES:
            return len(self._run(made, parameters))
        if made.kind == "delete":
            return self._delete(made, parameters)
        if self._rules.keeps_old(made.table, made.columns):
            self._execute(f"CREATE OR REPLACE TEMP TABLE {OLD} AS FROM {_quoted(made.table)}", None)
        ((count,),) = self._run(made, parameters)
        if count:
            self._hold(made.table, made.columns)
        return int(count)

    def _hold(self, table: str, columns: Sequence[str] | None, key: Any = None) -> None:
        """Refuse what the last statement did to a table if it broke a rule."""
        query = self._rules.query(table, columns)
        found = self._execute(query, {"awm_key": key} if columns is None else None) if query else []
        if found:
            words = found[0][0]
            if words == NO_SUCH_ROW:
                raise ToolError("not_found", "A row that this refers to does not exist.")
            raise ToolError("constraint", self.schema.rule(words))

    def _delete(self, made: Statement, parameters: dict[str, Any]) -> int:
        key = _quoted(self.schema.tables[made.table].key)
        given = {f"p_{name}": value for name, value in parameters.items()}
        keys = [row[0] for row in self._execute(f"{made.sql} RETURNING {key}", made.bound(given))]
        gone: dict[str, list[Any]] = {}
        self._follow(made.table, keys, gone)
        for table, lost in gone.items():
            for reference in self._rules.references[table]:
                column = _quoted(reference.column)
                sql = f"SELECT 1 FROM {_quoted(reference.table)} WHERE {column} IN (SELECT unnest($keys)) LIMIT 1"
                if self._execute(sql, {"keys": lost}):
                    entity = self.schema.entity_of(made.table)
                    raise ToolError("in_use", f"This {entity} cannot be deleted: other rows refer to it.")
        return len(keys)

    def _follow(self, table: str, keys: list[Any], gone: dict[str, list[Any]]) -> None:
        """Do to the rows that refer to deleted ones what their references say."""
        if not keys:
            return
        gone.setdefault(table, []).extend(keys)
        for reference in self._rules.references[table]:
            other, column = _quoted(reference.table), _quoted(reference.column)
            where = f"WHERE {column} IN (SELECT unnest($keys))"
            if reference.on_delete == "CASCADE":
                key = _quoted(self.schema.tables[reference.table].key)
                rows = self._execute(f"DELETE FROM {other} {where} RETURNING {key}", {"keys": keys})
                self._follow(reference.table, [row[0] for row in rows], gone)
            elif reference.on_delete == "SET NULL":
                self._execute(f"UPDATE {other} SET {column} = NULL {where}", {"keys": keys})
                self._hold(reference.table, [reference.column])


def _shape(value: Any) -> Any:
    """What the types in a statement depend on."""
    if isinstance(value, list):
        return ("list", next((_shape(item) for item in value if item is not None), None))
    if isinstance(value, dict):
        return tuple((key, _shape(each)) for key, each in value.items())
    return type(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
