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

        def play():
            prepared.clear()
            for task in environment.tasks.values():
                session.reset()
                for call in task["solution"]:
                    session.call(call["tool"], call["arguments"])
            return list(prepared)

        assert len(play()) > 100
        assert play() == []
        session.database.connection.authorizer = None
