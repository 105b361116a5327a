"""Reset of a session, against a bare restore of the same image."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import apsw

from awmlang.runtime.environment import Environment
from bench.episode import EPISODE
from bench.measure import Effort, Figure, take_turns
from bench.world import clinic_of

QUERY = "SELECT name FROM doctor WHERE id = 1"
FEW_WRITES = [call for call in EPISODE if call[0] in ("open_slots", "book_appointment", "add_reminder")]


def medians(environment: Environment, effort: Effort) -> dict[str, float]:
    """Seconds until the first query after it is answered: of reset, and of both ways to restore an image."""
    session = environment.session()
    ours = session.database.connection
    pristine = apsw.Connection(environment.seed_name, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    image = pristine.serialize("main")
    deserialized, copied = apsw.Connection(":memory:"), apsw.Connection(":memory:")

    def reset() -> float:
        for tool, arguments in FEW_WRITES:
            session.call(tool, arguments)
        start = perf_counter()
        session.reset()
        ours.execute(QUERY).fetchall()
        return perf_counter() - start

    def deserialize() -> float:
        start = perf_counter()
        deserialized.deserialize("main", image)
        deserialized.execute(QUERY).fetchall()
        return perf_counter() - start

    def backup() -> float:
        start = perf_counter()
        with copied.backup("main", pristine, "main") as copy:
            copy.step()
        copied.execute(QUERY).fetchall()
        return perf_counter() - start

    return take_turns({"reset": reset, "deserialize": deserialize, "backup": backup}, effort.rounds)


def measure(effort: Effort) -> Iterator[Figure]:
    for rows in effort.rows:
        taken = medians(clinic_of(rows), effort)
        bare = min(taken["deserialize"], taken["backup"])
        yield Figure(
            "resets",
            f"a reset, {rows:,} rows (to: a bare restore)",
            "s",
            ours=taken["reset"],
            other=bare,
            ratio=taken["reset"] / bare,
            goal=("ratio at most", 2) if rows == effort.rows[0] else None,
        )
