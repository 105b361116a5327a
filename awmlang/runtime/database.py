"""One session's database: statements for generated code, transactions, a budget of work, SQLite's refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import inf
from time import monotonic
from typing import Any, TypeVar

import apsw

from awmlang.runtime.errors import ToolError, arithmetic, too_expensive
from awmlang.runtime.functions import json_text
from awmlang.runtime.schema import Schema
from awmlang.runtime.sql_functions import register

WORK = 50_000  # what a call may cost: 1 is an item of a loop, or a thousand instructions of SQLite's machine
WORK_OF_STEP = (
    10  # SQLite counts in steps, and takes up a prepared statement's last one where it stopped: one call
)
# may come to a step more or less a statement than the same call elsewhere, which is below 1 % of WORK
UNBOUNDED = 1 << 60
# The most that apsw keeps: it forgets a statement that is none of the last 512 run. At about 6 kB each they are most
# of a database's memory, and worth it: an episode with all prepared anew takes three times as long.
CACHED_STATEMENTS = 512
LONGEST_VALUE = 16_000_000  # bytes of one text in the database or a result
_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI

_Items = TypeVar("_Items", bound=Sequence[Any])


def known(error: Exception) -> ToolError | None:
    """What an error is called in the language; None if it has no business to be there."""
    if isinstance(error, ToolError):
        return error
    if isinstance(error, (apsw.InterruptError, apsw.TooBigError, apsw.NoMemError, MemoryError)):
        return too_expensive()
    if isinstance(error, OverflowError) or (isinstance(error, apsw.SQLError) and "overflow" in str(error)):
        return arithmetic("A number is too large.")
    return None


def create(schema: str) -> apsw.Connection:
    """An empty database in memory with the tables of ``schema``, to be filled and made an ``image``."""
    connection = apsw.Connection(":memory:")
    register(connection)
    connection.execute("PRAGMA page_size = 1024")  # most tables are small, and every session holds all pages
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(schema)
    return connection


def image(connection: apsw.Connection) -> bytes:
    """The bytes of ``seed.db``."""
    connection.execute("VACUUM")
    return connection.serialize("main")


class Database:
    """A copy of an image, in one transaction from its first write on: rolling it back is the way to the start.

    ``me`` is the key of the signed-in user, ``now`` the time of the call at hand, ``recorder`` what listens to
    all that is written since the start.
    """

    __slots__ = (
        "__weakref__",
        "_before",
        "_deadline",
        "_granted",
        "_start_attached",
        "_work",
        "connection",
        "me",
        "now",
        "recorder",
        "schema",
    )

    def __init__(self, source: apsw.Connection, schema: Schema, me: int | str | None) -> None:
        """``source`` holds the image."""
        self.connection = apsw.Connection(":memory:", flags=_FLAGS, statementcachesize=CACHED_STATEMENTS)
        with self.connection.backup("main", source, "main") as backup:
            backup.step()
        register(self.connection)
        self.connection.config(apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1)
        # Plans do not depend on what is bound: else SQLite prepares most statements anew at every call.
        self.connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        self.connection.limit(apsw.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        self.connection.convert_binding = _bound
        self.connection.set_progress_handler(self._progress, WORK_OF_STEP * 1000)
        self.schema = schema
        self.me = me
        self.now = ""
        self._work = self._granted = WORK
        self._deadline = inf
        self._before = 0  # what was spent of budgets that have ended
        self._start_attached = False
        self.connection.execute("BEGIN")
        self.recorder = self._record()

    def _record(self) -> apsw.Session:
        recorder = apsw.Session(self.connection, "main")
        for table in (*self.schema.tables, "awm_serial"):
            recorder.attach(table)
        return recorder

    # ---- For generated code

    def value(self, sql: str, /, **parameters: Any) -> Any:
        """The first column of the first row; None if there is no row."""
        for row in self.connection.execute(sql, parameters):
            return row[0]
        return None

    def values(self, sql: str, /, **parameters: Any) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.connection.execute(sql, parameters)]

    def json(self, sql: str, /, **parameters: Any) -> Any:
        """The list or record whose JSON text is the first column of the first row."""
        text = self.value(sql, **parameters)
        return None if text is None else json.loads(text)

    def one(self, sql: str, /, **parameters: Any) -> Any:
        """The first column of the only row; ``not_found`` unless there is exactly one."""
        rows = self.connection.execute(sql, parameters).fetchall()
        if len(rows) == 1:
            return rows[0][0]
        raise ToolError("not_found", "There is more than one such row." if rows else "There is no such row.")

    def insert(self, sql: str, /, **parameters: Any) -> Any:
        """Run an INSERT ... RETURNING; the key it returns."""
        try:
            return self.connection.execute(sql, parameters).fetchall()[0][0]
        except apsw.ConstraintError as error:
            raise self._refusal(error, sql) from error

    def run(self, sql: str, /, **parameters: Any) -> None:
        """Run an UPDATE or DELETE."""
        try:
            self.connection.execute(sql, parameters)
        except apsw.ConstraintError as error:
            raise self._refusal(error, sql) from error

    def run_on_row(self, sql: str, /, **parameters: Any) -> None:
        """Run an UPDATE or DELETE of one row; ``not_found`` if it is gone."""
        self.run(sql, **parameters)
        if not self.connection.changes():
            raise ToolError("not_found", "A row has been deleted.")

    def each(self, items: _Items) -> _Items:
        """The items, their number taken from the call's budget of work."""
        self.spend(len(items))
        return items

    def alive(self, sql: str, keys: Sequence[Any]) -> Iterator[Any]:
        """The keys whose row ``sql`` (parameter ``key``) still finds when their turn comes."""
        for key in self.each(keys):
            if self.value(sql, key=key) is not None:
                yield key

    # ---- Work

    def grant(self, work: int = WORK, seconds: float = inf) -> None:
        """Begin a new budget, which is used up when ``seconds`` have passed too."""
        self._before += self._granted - self._work
        self._work = self._granted = work
        self._deadline = inf if seconds == inf else monotonic() + seconds

    @property
    def spent(self) -> int:
        """The work of all that was done with it."""
        return self._before + self._granted - self._work

    def spend(self, work: int) -> None:
        self._work -= work
        if self._work < 0 or monotonic() > self._deadline:
            raise too_expensive()

    def _progress(self) -> bool:
        self._work -= WORK_OF_STEP
        return self._work < 0 or monotonic() > self._deadline

    # ---- Transactions

    def begin(self) -> None:
        """Begin the writes of a call. The time goes where triggers find it."""
        self.connection.execute("SAVEPOINT call")
        self.connection.execute("UPDATE awm_clock SET now = ?", (self.now,))

    def commit(self) -> None:
        self.connection.execute("RELEASE call")

    def rollback(self) -> None:
        """Undo the writes of the call."""
        self.grant()
        self.connection.execute("ROLLBACK TO call; RELEASE call")

    @property
    def lost(self) -> bool:
        """Whether SQLite rolled all back, as it does when it is stopped in the middle of a write."""
        return not self.connection.in_transaction

    def restart(self) -> None:
        """Back to the image."""
        self.grant()
        if not self.lost:
            self.connection.execute("ROLLBACK")
        self.connection.execute("BEGIN")
        self.recorder.close()
        self.recorder = self._record()

    def attach_start(self, name: str) -> None:
        """Attach the seed image ``name``, read-only, as ``old``.

        It stays: to attach or detach one makes SQLite prepare all statements anew.
        """
        if not self._start_attached:
            self.connection.execute("ATTACH ? AS old", (f"{name}&mode=ro",))
            self._start_attached = True

    def close(self) -> None:
        self.recorder.close()
        self.connection.close()

    # ---- Refusals

    def _refusal(self, error: apsw.ConstraintError, sql: str) -> ToolError:
        """What a broken constraint is called in the language."""
        kind: int = error.extendedresult  # type: ignore[attr-defined]
        detail = str(error).partition(" constraint failed: ")[2] or str(error)
        if kind == apsw.SQLITE_CONSTRAINT_FOREIGNKEY:
            words = sql.split(None, 3)
            if words[0] == "DELETE":
                entity = self.schema.entity_of(words[2].strip('"'))
                return ToolError("in_use", f"This {entity} cannot be deleted: other rows refer to it.")
            return ToolError("not_found", "A row that this refers to does not exist.")
        if kind == apsw.SQLITE_CONSTRAINT_DATATYPE:
            return arithmetic("A number is too large.")
        if kind == apsw.SQLITE_CONSTRAINT_NOTNULL:
            table, _, column = detail.partition(".")
            return ToolError("constraint", f"{self.schema.entity_of(table)}.{column} must have a value")
        return ToolError("constraint", self.schema.rule(detail))


def _bound(_cursor: apsw.Cursor, _number: int, value: object) -> str:
    """How a list or record is bound, as is anything else that SQLite has no type for."""
    return json_text(value)
