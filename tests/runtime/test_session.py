"""Calls: how they end, what they leave, what they cost."""

import json
import logging
import subprocess
import sys
import threading

import pytest

from awmlang.runtime import Environment
from awmlang.runtime.database import WORK
from awmlang.runtime.errors import ToolError


def code(session, tool, **arguments):
    result = session.call(tool, arguments)
    assert result.value.keys() == {"error"}
    return result.error.code, result.error.message


def test_a_result_is_public_json(session):
    result = session.call("add_to_cart", {"item_code": "MARG", "quantity": 2})
    assert result.ok
    assert result.text == '{"id":4,"status":"cart","total":19.00,"lines":[{"item":"MARG","quantity":2}]}'
    assert result.value["lines"] == [{"item": "MARG", "quantity": 2}]


def test_an_error_is_told_as_json(session):
    result = session.call("cancel_order", {"order_id": 99})
    assert not result.ok
    assert json.loads(result.text) == {
        "error": {"code": "not_found", "message": "There is no Order 99.", "field": "order_id"}
    }


def test_declared_error_rolls_back(session):
    assert code(session, "checkout") == ("empty_cart", "The cart is empty.")
    assert code(session, "add_to_cart", item_code="TIRA") == (
        "unavailable",
        "TIRA is not available right now.",
    )
    assert session.diff() == {}


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("create_item", {"code": "MARG", "name": "x", "price": 1}, ("constraint", "code must be unique: there is such an Item already")),
        ("create_item", {"code": "NEWW", "name": "x", "price": 0}, ("constraint", "price must be at least 0.01")),
        ("set_email", {"user_id": 1, "email": "bob@example.com"}, ("constraint", "email must be unique: there is such a User already")),
        ("set_wallet", {"user_id": 1, "wallet": -1}, ("constraint", "wallet must be at least 0")),
        ("set_wallet", {"user_id": 1, "wallet": 5000}, ("constraint", "there is not that much money")),
        ("cancel_order", {"order_id": 2}, ("constraint", "too late to cancel")),
        ("set_status", {"order_id": 1, "status": "cart"}, ("constraint", "an order does not go that way")),
        ("set_status", {"order_id": 3, "status": "placed"}, ("constraint", "a placed order knows when")),
        ("delete_item", {"item_code": "MARG"}, ("in_use", "This Item cannot be deleted: other rows refer to it.")),
        ("multiply", {"factor": 1e15}, ("arithmetic", "A number is too large.")),
        ("burn_looping", {}, ("too_expensive", "This takes too much work.")),
        ("nope", {}, ("unknown_tool", "There is no tool nope.")),
    ],
)  # fmt: skip
def test_built_in_errors(session, tool, arguments, expected):
    assert code(session, tool, **arguments) == expected
    assert session.diff() == {}


def test_partial_unique_index_has_its_words(session):
    with pytest.raises(ToolError, match="one cart a user"):
        session.database.insert(
            """INSERT INTO "order" ("user", "status", "tip") VALUES (2, 'cart', 0) RETURNING "id" """
        )


def test_runaway_reading(session):
    session.call("set_email", {"user_id": 1, "email": "a"})
    before = session.state_hash()
    assert code(session, "burn_reading")[0] == "too_expensive"
    assert session.state_hash() == before
    assert session.call("list_items", {}).ok


def test_runaway_write_loses_nothing(session):
    """SQLite rolls all back when it is stopped in a write: what the session did before is done again."""
    session.call("add_to_cart", {"item_code": "MARG", "quantity": 2})
    code(session, "add_to_cart", item_code="TIRA")
    session.call("checkout", {"tip": 1})
    session.call("open_ticket", {"subject": "Where is it?", "order_id": 4})
    before, diff = session.state_hash(), session.diff()
    assert code(session, "burn_writing")[0] == "too_expensive"
    assert session.state_hash() == before
    assert session.diff() == diff
    assert session.call("open_ticket", {"subject": "Now?"}).value == {"number": "T-003"}


@pytest.mark.parametrize("tool", ["burn_reading", "burn_writing", "burn_looping"])
def test_a_call_that_takes_too_long(session, tool):
    """It ends long before its budget does; what was done before is done again without an end to its time."""
    session.call("add_to_cart", {"item_code": "MARG", "quantity": 2})
    before, spent = session.state_hash(), session.database.spent
    assert session.call(tool, {}, seconds=0).error.code == "too_expensive"
    assert session.database.spent - spent < WORK / 2
    assert session.state_hash() == before
    assert session.call("checkout", {"tip": 1}, seconds=60).ok


def test_a_fault_is_logged_and_points_into_the_spec(session, caplog):
    with caplog.at_level(logging.ERROR):
        told = code(session, "broken")
    assert told == ("internal", "The environment failed at line 77 of its spec. Nothing was changed.")
    assert "missing_method" in caplog.text
    assert session.diff() == {}


def test_a_second_passes_with_every_call(session):
    for number in range(3):
        assert session.now == f"2025-06-02T18:30:0{number}"
        session.call(["echo", "nope", "list_items"][number], {})
    assert session.call("open_ticket", {"subject": "x"}).ok
    assert session.diff()["Ticket"]["new"]["T-002"]["opened_at"] == "2025-06-02T18:30:03"


def test_log(session):
    session.call("add_to_cart", {"item_code": "MARG"})
    session.call("echo", {"whole": "x"})
    session.call("nope")
    assert [tuple(call) for call in session.log] == [
        ("add_to_cart", {"item": "MARG", "quantity": 1}, None),
        ("echo", None, "invalid_argument"),
        ("", None, "unknown_tool"),
    ]


def test_sessions_are_isolated(environment):
    with environment.session() as one, environment.session() as other:
        one.call("set_email", {"user_id": 1, "email": "new"})
        assert other.diff() == {}
        assert other.call("set_email", {"user_id": 2, "email": "new"}).ok


def test_a_closed_session_leaves_nothing_to_the_next(environment):
    with environment.session(task="spent_on") as session:
        start = session.state_hash()
        session.call("add_to_cart", {"item_code": "MARG"})
        session.grade("$0")
    with environment.session() as session:
        assert session.state_hash() == start
        assert session.log == []
    with pytest.raises(ValueError, match="closed"):
        session.call("list_items", {})
    session.close()


def test_threads_take_turns(environment):
    with environment.session() as session:

        def work():
            for _ in range(50):
                session.call("open_ticket", {"subject": "x"})

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(session.log) == 200
        assert len(session.diff()["Ticket"]["new"]) == 200


def test_threads_open_and_close_sessions(environment):
    failures = []

    def work(number):
        for _ in range(20):
            with environment.session() as session:
                session.call("set_email", {"user_id": 1, "email": f"{number}"})
                if session.diff()["User"]["changed"] != {1: {"email": ["alice@example.com", f"{number}"]}}:
                    failures.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_tools_and_tasks(environment):
    assert environment.tools()[0]["function"]["name"] == "list_items"
    assert environment.tools("mcp") == [{"name": "list_items"}]
    with pytest.raises(ValueError, match="no format"):
        environment.tools("xml")
    assert environment.task("spent_on[2]")["variable"] == {"item": "NOOD"}
    assert [environment.task("spent_on", seed)["id"] for seed in (0, 1, 2)] == [
        "spent_on[1]",
        "spent_on[2]",
        "spent_on[1]",
    ]
    with pytest.raises(KeyError, match="no task"):
        environment.session(task="nope")


def test_loading_leaves_no_trace(files, tmp_path):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    before = set(sys.modules)
    environment = Environment.load(tmp_path)
    assert environment.session().call("list_items", {}).ok
    assert {name for name in set(sys.modules) - before if "bundle" in name} == set()
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_the_runtime_imports_no_compiler():
    script = (
        "import sys\nbefore = {*sys.modules}\nimport awmlang.runtime\n"
        "found = {name.partition('.')[0] for name in sys.modules.keys() - before} & "
        "{'lark', 'sqlglot', 'jinja2', 'hypothesis', 'click', 'rich', 're2', 'openai', 'logging', 'dataclasses', 'rapidfuzz'}\n"
        "found |= {name for name in sys.modules if name.startswith('awmlang.')"
        " and name.split('.')[1] not in ('runtime', 'bundle')}\n"
        "print(found)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
