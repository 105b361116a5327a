"""SQLite prepares a statement once: preparing takes several times as long as running it."""

from pathlib import Path

import apsw
import pytest

from awmlang.runtime import Environment

COMPILED = Path(__file__).parents[2] / "compiled"


@pytest.mark.parametrize("name", sorted(path.name for path in COMPILED.iterdir()))
def test_no_statement_is_prepared_again(name):
    environment = Environment.load(COMPILED / name)
    prepared = []

    def see(action, *names):
        """SQLite asks whether a statement may be prepared; statements for recording changes are its own."""
        if action != apsw.SQLITE_PRAGMA:
            prepared.append((apsw.mapping_authorizer_function[action], *names))
        return apsw.SQLITE_OK

    with environment.session() as session:
        session.database.connection.authorizer = see

        def play(task):
            prepared.clear()
            for call in task["solution"]:
                session.call(call["tool"], call["arguments"])
            session.reset()
            return list(prepared)

        # One task at a time: a statement that many others come after is forgotten, as it should be.
        first = 0
        for task in environment.tasks.values():
            first += len(play(task))
            assert play(task) == [], task["id"]
        assert first > 100
        session.database.connection.authorizer = None
