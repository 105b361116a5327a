"""The databases of an environment's sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from awmlang.runtime.database import Database
    from awmlang.runtime.session import Session

AWAKE = 256  # databases in the hands of sessions: each with its statements about 1 MB
SPARE = 16  # databases of closed sessions that are kept for the next ones


class Pool:
    """Gives a session a database when it needs one. Threads may share it.

    A database with its pages, its schema and its prepared statements is large, what a session has changed is small. So
    there are no more than ``awake`` databases: who needs one more gets that of the session which has had its own for
    longest, and that session is kept as its changes until it is called again. Only where so many threads are
    in the middle of calls, there are more. ``spare`` is how many are kept when their sessions are closed.
    """

    def __init__(self, make: Callable[[], Database]) -> None:
        self.awake, self.spare = AWAKE, SPARE
        self._make = make
        self._spare: list[Database] = []
        self._holders: WeakKeyDictionary[Session, None] = WeakKeyDictionary()  # in order of taking
        self._lock = threading.Lock()

    def take(self, session: Session) -> Database:
        """A database at the start, for ``session`` to hold."""
        with self._lock:
            database = self._spare.pop() if self._spare else self._recall() or self._make()
            self._holders[session] = None
            return database

    def give_back(self, session: Session, database: Database) -> None:
        """Take the database, at the start again, of a session that is closed."""
        with self._lock:
            self._holders.pop(session, None)
            if len(self._spare) < self.spare:
                self._spare.append(database)
                return
        database.close()

    def _recall(self) -> Database | None:
        if len(self._holders) >= self.awake:
            for session in list(self._holders):
                database = session.park()
                if database is not None:
                    del self._holders[session]
                    return database
        return None
