"""SQLite prepares a statement once: preparing takes several times as long as running it."""

from pathlib import Path

import apsw
import pytest

from awmlang.runtime import Environment

COMPILED = Path(__file__).parents[2] / "compiled"


@pytest.mark.parametrize("name", sorted(path.name for path in COMPILED.iterdir()))
def test_no_statement_is_prepared_again(name):
    environment = Environment.load(COMPILED / name)
    again, ran = set(), set()

    def profile(event):
        if event["sql"].startswith("PRAGMA"):  # of SQLite's own making, when it begins to record changes
            return
        ran.add(event["sql"])
        if event["stmt_status"]["SQLITE_STMTSTATUS_REPREPARE"]:
            again.add(event["sql"])

    with environment.session() as session:
        session.database.connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, profile)
        for _ in range(2):
            for task in environment.tasks.values():
                session.reset()
                for call in task["solution"]:
                    session.call(call["tool"], call["arguments"])
        session.database.connection.trace_v2(0, None)
    assert len(ran) > 20
    assert again == set()
