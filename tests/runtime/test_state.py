"""Ways back are exact: every table, every counter, whatever was done."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awmlang import bundle
from awmlang.runtime import Environment

USERS, ORDERS = st.integers(1, 2), st.integers(1, 7)
ITEMS = st.sampled_from(["MARG", "DIAV", "NOOD", "TIRA", "NEWA", "NEWB"])
CALLS = st.one_of(
    st.tuples(st.just("add_to_cart"), st.fixed_dictionaries({"item_code": ITEMS, "quantity": st.integers(1, 9)})),
    st.tuples(st.just("checkout"), st.fixed_dictionaries({"tip": st.integers(0, 3)})),
    st.tuples(st.just("cancel_order"), st.fixed_dictionaries({"order_id": ORDERS})),
    st.tuples(st.just("delete_order"), st.fixed_dictionaries({"order_id": ORDERS})),
    st.tuples(st.just("delete_item"), st.fixed_dictionaries({"item_code": ITEMS})),
    st.tuples(
        st.just("create_item"), st.fixed_dictionaries({"code": ITEMS, "name": st.text(min_size=1, max_size=5), "price": st.integers(1, 9)})
    ),
    st.tuples(st.just("swap_emails"), st.fixed_dictionaries({"a_id": USERS, "b_id": USERS})),
    st.tuples(st.just("set_email"), st.fixed_dictionaries({"user_id": USERS, "email": st.sampled_from("abc")})),
    st.tuples(st.just("open_ticket"), st.fixed_dictionaries({"subject": st.just("x"), "order_id": st.none() | ORDERS})),
)  # fmt: skip
LISTS = st.lists(CALLS, max_size=12)
exact = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)


def dump(session):
    """Every row of every table; the clock aside, which each writing call sets."""
    connection = session.database.connection
    tables = [
        name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
    ]
    return {
        table: sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
        for table in tables
        if table != "awm_clock"
    }


def play(session, calls):
    return [session.call(tool, arguments).text for tool, arguments in calls]


@exact
@given(LISTS)
def test_reset_is_exact(session, calls):
    session.reset()
    start = dump(session)
    play(session, calls)
    session.reset()
    assert dump(session) == start
    assert session.diff() == {}
    assert session.log == []
    assert session.now == "2025-06-02T18:30:00"


@exact
@given(LISTS, LISTS, LISTS)
def test_restore_and_fork_are_exact(session, first, second, third):
    session.reset()
    play(session, first)
    here, hash, diff, now = dump(session), session.state_hash(), session.diff(), session.now
    snapshot = pickle.loads(pickle.dumps(session.snapshot()))
    with session.fork() as fork:
        assert (dump(fork), fork.state_hash(), fork.diff(), fork.now) == (here, hash, diff, now)
        play(session, second)
        assert dump(fork) == here
        after = play(fork, third)
        there = dump(fork)
    session.restore(snapshot)
    assert (dump(session), session.state_hash(), session.diff(), session.now) == (here, hash, diff, now)
    assert session.log == list(snapshot.log)
    assert play(session, third) == after
    assert dump(session) == there


@exact
@given(LISTS, LISTS)
def test_hashes_are_equal_just_where_states_are(environment, first, second):
    with environment.session() as one, environment.session() as other:
        play(one, first)
        play(other, second)
        assert (one.state_hash() == other.state_hash()) == (dump(one) == dump(other))


@exact
@given(LISTS)
def test_the_diff_is_the_difference(environment, calls):
    with environment.session() as session:
        before = dump(session)
        play(session, calls)
        after = dump(session)
        for table in environment.schema.tables.values():
            old, new = ({row[0]: row for row in side[table.name]} for side in (before, after))
            found = session.diff().get(table.entity, {"new": {}, "gone": {}, "changed": {}})
            assert found["new"].keys() == new.keys() - old.keys()
            assert found["gone"].keys() == old.keys() - new.keys()
            assert found["changed"].keys() == {key for key in old.keys() & new.keys() if old[key] != new[key]}


def test_the_diff_has_json_values(session):
    session.call("swap_emails", {"a_id": 1, "b_id": 2})
    session.call("create_item", {"code": "NEWW", "name": "New", "price": 1.5})
    session.call("delete_order", {"order_id": 1})
    diff = session.diff()
    assert diff["User"]["changed"] == {
        1: {"email": ["alice@example.com", "bob@example.com"]},
        2: {"email": ["bob@example.com", "alice@example.com"]},
    }
    assert diff["Item"]["new"] == {
        "NEWW": {"code": "NEWW", "name": "New", "price": 1.5, "rating": 0.0, "is_available": True, "tags": []}
    }
    assert diff["Order"]["gone"][1]["tip"] == 2.0
    assert list(diff["OrderLine"]["gone"]) == [1]
    assert diff["Ticket"]["changed"] == {"T-001": {"order": [1, None]}}


def test_flows_stand_after_restoring(session):
    session.call("cancel_order", {"order_id": 1})
    session.restore(session.snapshot())
    assert session.call("set_status", {"order_id": 1, "status": "placed"}).error.code == "constraint"
    assert session.call("delete_item", {"item_code": "NOOD"}).error.code == "in_use"


def test_a_snapshot_of_another_bundle_is_refused(environment, files, session):
    other = Environment(files | {bundle.REWARDS: files[bundle.REWARDS] + b"\n"})
    with pytest.raises(ValueError, match="another"):
        other.session().restore(session.snapshot())


def test_a_snapshot_is_good_in_another_process(files, session, tmp_path):
    bundle.write(tmp_path / "shop", files)
    environment = Environment.load(tmp_path / "shop")
    with environment.session(task="two_margheritas") as mine:
        mine.call("add_to_cart", {"item_code": "MARG"})
        (tmp_path / "snapshot").write_bytes(pickle.dumps(mine.snapshot()))
        expected = f"{mine.state_hash()} {mine.now} {mine.task['id']}"
    script = (
        "import pickle, sys, pathlib\nfrom awmlang.runtime import Environment\n"
        "session = Environment.load(sys.argv[1]).session()\n"
        "session.restore(pickle.loads(pathlib.Path(sys.argv[2]).read_bytes()))\n"
        "print(session.state_hash(), session.now, session.task['id'])"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "shop"), str(tmp_path / "snapshot")]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == expected
