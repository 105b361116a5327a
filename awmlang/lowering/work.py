"""How much work compiling may take where it evaluates what a spec says: seed data, invariants, solutions."""

from __future__ import annotations

import apsw

from awmlang.runtime.database import UNBOUNDED, WORK_OF_STEP
from awmlang.runtime.errors import too_expensive

MOST_FOR_ONE = 200_000  # in the units of ``runtime.database.WORK``
MOST = 5_000_000


class Work:
    """A budget for all of a phase, and one for each thing in it that is evaluated."""

    def __init__(self) -> None:
        self._left = MOST
        self._left_for_one = MOST_FOR_ONE

    def watch(self, connection: apsw.Connection) -> None:
        """Stop statements of the connection, with apsw.InterruptError, when the work is used up."""
        connection.set_progress_handler(self._step, WORK_OF_STEP * 1000)

    def begin(self) -> None:
        """Evaluate the next thing."""
        self._left_for_one = MOST_FOR_ONE

    def end(self) -> None:
        """No more of what is to be done comes from the spec."""
        self._left = self._left_for_one = UNBOUNDED

    def spend(self, work: int) -> None:
        """Raises ToolError."""
        if self._use(work):
            raise too_expensive()

    def _step(self) -> bool:
        return self._use(WORK_OF_STEP)

    def _use(self, work: int) -> bool:
        self._left -= work
        self._left_for_one -= work
        return min(self._left, self._left_for_one) < 0
