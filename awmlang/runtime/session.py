"""One agent's world: calls, and ways back to where it was."""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from awmlang.runtime import state
from awmlang.runtime.database import UNBOUNDED, WORK, known
from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import json_text
from awmlang.runtime.grading import Grade, grade

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from awmlang.runtime.database import Database
    from awmlang.runtime.environment import Environment
    from awmlang.runtime.program import Tool


class Error(NamedTuple):
    """``field`` is the JSON path of the argument to blame, if one is."""

    code: str
    message: str
    field: str | None


class Result:
    """How a call ended. ``text`` is the public JSON that an agent sees, of an error too."""

    __slots__ = ("error", "text")

    def __init__(self, text: str, error: Error | None = None) -> None:
        self.text = text
        self.error = error

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def value(self) -> Any:
        """What ``text`` says."""
        return json.loads(self.text)

    def __repr__(self) -> str:
        return f"<Result {self.text}>"


class Call(NamedTuple):
    """A call as it was made: its arguments in their inside form (None when they were invalid), its error's code."""

    tool: str
    values: dict[str, Any] | None
    error: str | None


class Snapshot(NamedTuple):
    """A state of a session: small, immutable, fit for pickle and for another process with the same bundle."""

    environment: str
    task: str | None
    state: state.State
    log: tuple[Call, ...]


class Session:
    """A copy of the environment's seed that one agent changes by calls. Threads may share it; calls take turns.

    ``task`` is the entry of tasks.json, or None. ``log`` has every call since the start.
    """

    def __init__(self, environment: Environment, task: dict[str, Any] | None) -> None:
        self.environment = environment
        self.task = task
        self.log: list[Call] = []
        self._start = datetime.fromisoformat(environment.clock)
        self._lock = threading.Lock()
        self._held: Database | None = None
        self._saved: state.State | None = state.START  # None: what the database held has to say
        self._pinned = self._closed = False

    # ---- Calls

    @property
    def now(self) -> str:
        """The time of the next call: one second passes with every call."""
        return (self._start + timedelta(seconds=len(self.log))).isoformat()

    def call(self, tool: str, arguments: dict[str, Any] | str | None = None, seconds: float = inf) -> Result:
        """Call a tool with JSON arguments, as a dict or as text.

        Whatever they are, this returns a Result: of success, or of an error that is declared by the tool or
        built in. ``internal`` is the code of a fault of the compiler, which is logged. Raises ValueError only when
        the session is closed.

        What a call may cost is bounded, and the same everywhere. ``seconds`` bounds the time as well, for who
        serves many: a call that takes longer ends in ``too_expensive`` and changes nothing.
        """
        with self._lock:
            db = self._held or self._wake()
            db.now = self.now
            db.grant(WORK, seconds)
            program = self.environment.program.get(tool) if type(tool) is str else None
            values = None
            try:
                if program is None:
                    raise ToolError("unknown_tool", f"There is no tool {_shown(tool)}.")
                values = program.parse(_loaded(arguments))
                program.check(db, values)
                result = Result(self._run(db, program, values))
            except Exception as error:
                result = _failed(self._error(error))
            self.log.append(Call(program.name if program else "", values, result.error and result.error.code))
            return result

    def _run(self, db: Database, program: Tool, values: dict[str, Any]) -> str:
        if program.writes:
            db.begin()
        try:
            text = program.body(db, **values)
            for index in program.invariants:
                sql, words = self.environment.invariants[index]
                if not db.value(sql, me=db.me, now=db.now):
                    raise ToolError("constraint", words)
            if type(text) is not str:
                raise TypeError(f"{program.name} gave no result")
        except BaseException:
            if program.writes:
                self._undo(db)
            raise
        if program.writes:
            db.commit()
            self._saved = None
        return text

    def _undo(self, db: Database) -> None:
        """Undo the writes of the call at hand."""
        if db.lost:
            self._replay(db)
        else:
            db.rollback()

    def _replay(self, db: Database) -> None:
        """Make the writes of the log again, after SQLite has rolled all of them back. Calls are deterministic."""
        db.restart()
        for number, call in enumerate(self.log):
            program = self.environment.program.get(call.tool)
            if program and program.writes and call.values is not None and call.error is None:
                db.now = (self._start + timedelta(seconds=number)).isoformat()
                db.grant(UNBOUNDED)
                self._run(db, program, call.values)

    def _error(self, error: Exception) -> Error:
        told = known(error) or self._fault(error)
        return Error(told.code, told.message, told.field)

    def _fault(self, error: Exception) -> ToolError:
        """An error that should not be: logged, and told with the line of the spec it comes from."""
        import logging

        logging.getLogger(__name__).error("a fault in %s", self.environment.source, exc_info=error)
        line, trace = None, error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename == self.environment.source:
                line = _spec_line(self.environment.lines, trace.tb_lineno)
            trace = trace.tb_next
        place = f" at line {line} of its spec" if line else ""
        return ToolError("internal", f"The environment failed{place}. Nothing was changed.")

    # ---- States

    def reset(self) -> None:
        """Back to the start."""
        with self._lock:
            self._become(state.START)
            self.log = []

    def snapshot(self) -> Snapshot:
        """The state, to come back to."""
        with self._lock:
            task = None if self.task is None else self.task["id"]
            return Snapshot(self.environment.hash, task, self._state(), tuple(self.log))

    def restore(self, snapshot: Snapshot) -> None:
        """Come back to a snapshot of this environment's, wherever it was taken. Raises ValueError for another's."""
        if snapshot.environment != self.environment.hash:
            raise ValueError("the snapshot is of another environment, or of another version of it")
        with self._lock:
            self._become(snapshot.state)
            if snapshot.task is None:
                self.task = None
            elif self.task is None or self.task["id"] != snapshot.task:
                self.task = self.environment.task(snapshot.task)
            self.log = list(snapshot.log)

    def fork(self) -> Session:
        """Another session in the same state, which goes its own way from here."""
        fork = Session(self.environment, self.task)
        fork.restore(self.snapshot())
        return fork

    def diff(self) -> dict[str, dict[str, Any]]:
        """What differs from the start, in the spec's names and in JSON's values.

        ``{"Order": {"new": {41: row}, "gone": {3: row}, "changed": {5: {"status": ["cart", "placed"]}}}}``
        """
        return state.by_entity(self.environment.schema, self.changes())

    def changes(self) -> list[state.Change]:
        """What differs from the start, in tables' names and in inside values."""
        with self._lock:
            return state.changes(self.environment.schema, self._state())

    def state_hash(self) -> str:
        """Equal for states with the same rows and the same next ids, by whatever calls they came about."""
        with self._lock:
            return state.digest(self.environment.schema, self._state())

    def grade(self, answer: object = None) -> Grade:
        """How well the session's task was done; ``answer`` is the final answer, a value or a sentence.

        Raises ValueError if the session has no task.
        """
        if self.task is None:
            raise ValueError("the session has no task")
        with self._lock:
            changes = state.changes(self.environment.schema, self._state())
            return grade(self, self._held or self._wake(), self.task, changes, answer)

    # ---- The database, and being without one

    @property
    def database(self) -> Database:
        """The database, for who reads it beside the calls: it stays the session's own from here on.

        Raises ValueError when the session is closed.
        """
        with self._lock:
            database = self._held or self._wake()
            self._pinned = True
            return database

    def park(self) -> Database | None:
        """For the pool: give up the database, at the start again. None if the session cannot do without it now."""
        if not self._lock.acquire(blocking=False):
            return None  # it is in the middle of a call; and waiting for it might be waiting for oneself
        try:
            database = self._held
            if database is None or self._pinned:
                return None
            self._saved = self._state()
            database.restart()
            self._held = None
            return database
        finally:
            self._lock.release()

    def _wake(self) -> Database:
        """Take a database, and bring it to the session's state."""
        saved = self._state()
        database = self.environment.pool.take(self)
        state.restore(database, saved)
        self._held = database
        return database

    def _state(self) -> state.State:
        self._must_be_open()
        if self._saved is None or self._pinned:  # who has the database may write
            assert self._held is not None
            self._saved = state.save(self._held)
        return self._saved

    def _become(self, new: state.State) -> None:
        self._must_be_open()
        if self._held is not None:
            self._held.restart()
            state.restore(self._held, new)
        self._saved = new

    def _must_be_open(self) -> None:
        if self._closed:
            raise ValueError("the session is closed")

    def close(self) -> None:
        """Give the database back; nothing can be done with the session any more."""
        with self._lock:
            self._closed = True
            if self._held is not None:
                self._held.restart()
                self.environment.pool.give_back(self, self._held)
                self._held = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _loaded(arguments: object) -> object:
    if arguments is None:
        return {}
    if type(arguments) is not str:
        return arguments
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        raise ToolError("invalid_argument", "The arguments are not valid JSON.") from None


def _failed(error: Error) -> Result:
    told = {"code": error.code, "message": error.message}
    if error.field is not None:
        told["field"] = error.field
    return Result(json_text({"error": told}), error)


def _shown(name: object) -> str:
    text = name[:80] if isinstance(name, str) else "of a name that is no text"
    return text.encode("utf-8", "replace").decode()


def _spec_line(lines: Sequence[tuple[int, int]], line: int) -> int | None:
    index = bisect_right(lines, (line, 1 << 31)) - 1
    return lines[index][1] if index >= 0 else None
