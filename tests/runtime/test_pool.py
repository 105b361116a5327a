"""Sessions beyond the number of databases are kept as their changes, which nobody can tell."""

import gc
import threading

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.runtime import Environment
from tests.runtime.test_state import CALLS, dump, exact

SESSIONS = 4
TURNS = st.lists(st.tuples(st.integers(0, SESSIONS - 1), CALLS), max_size=25)


@pytest.fixture
def crowded(files):
    """An environment whose sessions share two databases."""
    environment = Environment(files)
    environment.pool.awake, environment.pool.spare = 2, 0
    return environment


def held(sessions):
    return [session for session in sessions if session._held is not None]


@exact
@given(TURNS)
def test_taking_turns_is_as_being_alone(environment, crowded, turns):
    alone = [environment.session("two_margheritas") for _ in range(SESSIONS)]
    together = [crowded.session("two_margheritas") for _ in range(SESSIONS)]
    for number, (tool, arguments) in turns:
        told = [sessions[number].call(tool, arguments).text for sessions in (alone, together)]
        assert told[0] == told[1]
        assert len(held(together)) <= 2
    for one, other in zip(alone, together, strict=True):
        assert one.log == other.log
        assert one.diff() == other.diff()
        assert one.state_hash() == other.state_hash()
        assert one.grade() == other.grade()
        assert dump(one) == dump(other)
        one.close()
        other.close()


def test_what_needs_no_database_takes_none(crowded):
    with crowded.session() as session:
        session.call("set_email", {"user_id": 1, "email": "a"})
        others = [crowded.session() for _ in range(3)]
        for other in others:
            other.call("list_items")
        assert held([session, *others]) == others[1:]
        assert session.diff()["User"]["changed"] == {1: {"email": ["alice@example.com", "a"]}}
        snapshot, fork = session.snapshot(), session.fork()
        assert session.state_hash() == fork.state_hash()
        assert snapshot.state == fork.snapshot().state
        session.reset()
        assert session.diff() == {}
        session.restore(snapshot)
        assert session.state_hash() == fork.state_hash()
        assert held([session, fork]) == []
        assert session.call("set_email", {"user_id": 2, "email": "a"}).error.code == "constraint"


def test_who_reads_the_database_keeps_it(crowded):
    with crowded.session() as session:
        database = session.database
        database.run("UPDATE user SET email = 'b' WHERE id = 1")
        for _ in range(5):
            with crowded.session() as other:
                other.call("set_email", {"user_id": 1, "email": "c"})
        assert session.database is database
        assert session.diff()["User"]["changed"] == {1: {"email": ["alice@example.com", "b"]}}


def test_a_call_too_expensive_after_waiting(crowded):
    """The writes that are made again begin at the start, not where the session was when it came back."""
    with crowded.session() as session:
        session.call("add_to_cart", {"item_code": "MARG", "quantity": 2})
        session.call("checkout", {"tip": 1})
        for _ in range(2):
            crowded.session().call("list_items")
        before = session.state_hash()
        assert session.call("burn_writing").error.code == "too_expensive"
        assert session.state_hash() == before


def test_closing_frees_memory(files):
    environment = Environment(files)
    environment.pool.spare = 2

    def lives(count):
        sessions = [environment.session() for _ in range(count)]
        for session in sessions:
            assert session.call("set_email", {"user_id": 1, "email": "a"}).ok
        return sessions

    gc.collect()
    before = apsw.memory_used()
    first = lives(2)
    one = (apsw.memory_used() - before) / 2
    for session in [*first, *lives(20)]:
        session.close()
    assert apsw.memory_used() - before < 3 * one
    dropped = lives(20)
    assert apsw.memory_used() - before > 15 * one
    del dropped, session
    gc.collect()
    assert apsw.memory_used() - before < 3 * one


def test_threads_with_sessions_of_their_own(crowded):
    """More threads than databases, each with two sessions that it calls in turns."""
    failures = []

    def work(number):
        sessions = [crowded.session(), crowded.session()]
        for turn in range(15):
            for which, session in enumerate(sessions):
                email = f"{number} {which} {turn}"
                session.call("set_email", {"user_id": 1, "email": email})
                session.call("open_ticket", {"subject": email})
                if session.diff()["User"]["changed"][1]["email"][1] != email:
                    failures.append(email)
        for session in sessions:
            if len(session.diff()["Ticket"]["new"]) != 15 or len(session.log) != 30:
                failures.append(number)
            session.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_threads_on_one_session_that_comes_and_goes(crowded):
    """Calls take turns, and none is lost while other sessions take the database away."""
    shared = crowded.session()

    def work(number):
        for turn in range(15):
            assert shared.call("open_ticket", {"subject": f"{number} {turn}"}).ok
            crowded.session().call("list_items")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tickets = shared.diff()["Ticket"]["new"].values()
    assert {row["subject"] for row in tickets} == {f"{n} {turn}" for n in range(4) for turn in range(15)}
    assert len(shared.log) == 60
