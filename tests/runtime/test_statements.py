"""SQLite prepares a statement once: preparing takes several times as long as running it."""

from pathlib import Path

import apsw
import pytest

from awmlang.runtime import Environment, state

COMPILED = Path(__file__).parents[2] / "compiled"
NAMES = sorted(path.name for path in COMPILED.iterdir())


@pytest.mark.parametrize("name", NAMES)
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


@pytest.mark.parametrize("name", NAMES)
def test_states_of_solutions_are_restored_without_preparing_all_anew(name, monkeypatch):
    monkeypatch.delattr(state, "_force")
    environment = Environment.load(COMPILED / name)
    with environment.session() as session, environment.session() as other:
        for task in environment.tasks.values():
            for call in task["solution"]:
                session.call(call["tool"], call["arguments"])
            other.restore(session.snapshot())
            assert other.call("no such tool").error.code == "unknown_tool"  # now it has a database
            assert other.state_hash() == session.state_hash()
            session.reset()
