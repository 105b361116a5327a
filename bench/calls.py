"""A call in process, against its SQL issued by hand."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import apsw

from awmlang import bundle
from awmlang.runtime.functions import json_text
from bench.episode import EPISODE, Call
from bench.measure import Effort, Figure, no_collection, timed
from bench.world import clinic, clinic_files, open_image

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class Recorded(NamedTuple):
    """What a call ran, transactions aside. ``text`` is its result, and ``result`` the number of the statement
    that gives it; None where Python makes it."""

    statements: list[tuple[str, Any]]
    result: int | None
    text: str


@contextmanager
def undone(connection: apsw.Connection) -> Iterator[None]:
    connection.execute("SAVEPOINT bench")
    try:
        yield
    finally:
        connection.execute("ROLLBACK TO bench; RELEASE bench")


class Ours:
    """A session whose statements can be listened to, and whose calls can be undone from outside."""

    def __init__(self) -> None:
        self.session = clinic().session()
        self.connection = self.session.database.connection

    def call(self, call: Call) -> Any:
        return self.session.call(*call).value

    def record(self, call: Call) -> Recorded:
        """Make a call for good, and listen."""
        statements: list[tuple[str, Any]] = []

        def trace(_cursor: apsw.Cursor, sql: str, bindings: Any) -> bool:
            if not sql.startswith(CONTROL):
                statements.append((sql, _plain(bindings)))
            return True

        def see(_cursor: apsw.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
            if type(row[0]) is str and row[0].startswith("{"):
                rows[len(statements) - 1] = row[0]
            return row

        rows: dict[int, str] = {}
        self.connection.exec_trace, self.connection.row_trace = trace, see
        result = self.session.call(*call)
        self.connection.exec_trace = self.connection.row_trace = None
        if not result.ok:
            raise RuntimeError(f"{call[0]}: {result.text}")
        found = [number for number, text in rows.items() if text == result.text]
        return Recorded(statements, found[-1] if found else None, result.text)

    def seconds(self, call: Call) -> float:
        """Of a call that leaves nothing behind."""
        with undone(self.connection):
            taken = timed(lambda: self.call(call))
        del self.session.log[-1]  # and the clock stands where it stood
        return taken


def _plain(bindings: Any) -> Any:
    if isinstance(bindings, dict):
        return {
            name: json_text(value) if isinstance(value, list | dict) else value
            for name, value in bindings.items()
        }
    return bindings


class ByHand:
    """The statements of calls, on a database of their own, in a transaction, with the result as a dict."""

    def __init__(self) -> None:
        self.connection = open_image(clinic_files()[bundle.SEED])
        self.connection.execute("BEGIN")

    def call(self, recorded: Recorded) -> Any:
        execute = self.connection.execute
        text: Any = recorded.text
        execute("SAVEPOINT call")
        for number, (sql, bindings) in enumerate(recorded.statements):
            rows = execute(sql, bindings).fetchall()
            if number == recorded.result:
                text = rows[0][0]
        execute("RELEASE call")
        if text != recorded.text:
            raise RuntimeError(f"by hand, the result is {text} instead of {recorded.text}")
        return json.loads(text)

    def seconds(self, recorded: Recorded) -> float:
        """Of a call that leaves nothing behind."""
        with undone(self.connection):
            return timed(lambda: self.call(recorded))


def by_tool(effort: Effort) -> dict[str, tuple[float, float]]:
    """For each tool the median seconds of a call and of its SQL by hand, in turns from the same state."""
    ours, hand = Ours(), ByHand()
    taken: dict[str, tuple[float, float]] = {}
    for call in EPISODE:
        with undone(ours.connection):
            recorded = ours.record(call)
        del ours.session.log[-1]
        times = []
        with no_collection():
            for _ in range(1 if call[0] in taken else effort.passes):
                times.append((ours.seconds(call), hand.seconds(recorded)))
        ours_taken, hand_taken = map(statistics.median, zip(*times, strict=True))
        taken.setdefault(call[0], (ours_taken, hand_taken))
        ours.call(call)
        hand.call(recorded)
    return taken


def episode(effort: Effort) -> tuple[float, float]:
    """The median seconds of all calls of the episode from a reset on, ours and by hand."""
    ours, hand = Ours(), ByHand()
    recorded = [ours.record(call) for call in EPISODE]
    times = []
    for _ in range(effort.rounds):
        ours.session.reset()
        hand.connection.execute("ROLLBACK; BEGIN")
        with no_collection():
            times.append(
                (
                    timed(lambda: [ours.call(call) for call in EPISODE]),
                    timed(lambda: [hand.call(call) for call in recorded]),
                )
            )
    ours_taken, hand_taken = map(statistics.median, zip(*times, strict=True))
    return ours_taken, hand_taken


def measure(effort: Effort) -> Iterator[Figure]:
    taken = by_tool(effort)
    yield Figure(
        "calls",
        f"a call, median over {len(taken)} tools (to: its SQL by hand)",
        "s",
        ours=statistics.median(ours for ours, _ in taken.values()),
        other=statistics.median(hand for _, hand in taken.values()),
        ratio=statistics.median(ours / hand for ours, hand in taken.values()),
        goal=("ratio at most", 2),
    )
    worst = max(taken, key=lambda tool: taken[tool][0] / taken[tool][1])
    ours, hand = taken[worst]
    yield Figure("calls", f"  the tool furthest from its SQL, {worst}", "s", ours, hand, ours / hand)
    ours, hand = episode(effort)
    yield Figure(
        "calls", f"  an episode of {len(EPISODE)} calls from a reset on", "s", ours, hand, ours / hand
    )
