"""What calls take: JSON into the inside form, everything else refused by path."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GOOD = {
    "whole": 3,
    "number": 0.5,
    "flag": True,
    "day": "2025-06-02",
    "at": "18:30",
    "moment": "2025-06-02T18:30",
    "class": "abc",
    "choice": "a",
    "amounts": [1, 2.25],
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def test_values_are_held_in_their_inside_form(session):
    assert session.call("echo", GOOD).value == {
        "whole": 3, "number": 0.5, "flag": 1, "day": "2025-06-02", "at": "18:30:00",
        "moment": "2025-06-02T18:30:00", "class_": "abc", "choice": "a", "amounts": [100, 225], "tags": None,
        "now": "2025-06-02T18:30:00",
    }  # fmt: skip


def test_arguments_may_be_json_text(session):
    assert session.call("echo", json.dumps(GOOD)).ok
    for text in ("{", "[]", "1" * 5000, "[" * 100_000):
        assert session.call("echo", text).error.code == "invalid_argument"


@pytest.mark.parametrize(
    ("name", "value", "inside"),
    [
        ("whole", 3.0, 3),
        ("whole", -5, -5),
        ("number", 1, 1.0),
        ("number", -0.0, 0.0),
        ("at", "00:00:59", "00:00:59"),
        ("class", "e\u0301e", "ée"),
        ("amounts", [0.07, -10, 9.99], [7, -1000, 999]),
        ("tags", [], []),
        ("tags", None, None),
    ],
)
def test_accepted(session, name, value, inside):
    result = session.call("echo", GOOD | {name: value}).value
    assert result["class_" if name == "class" else name] == inside


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("whole", True, "whole"),
        ("whole", 6, "whole"),
        ("whole", 2.5, "whole"),
        ("whole", "3", "whole"),
        ("whole", 10**400, "whole"),
        ("whole", None, "whole"),
        ("number", float("nan"), "number"),
        ("number", float("inf"), "number"),
        ("number", 10**400, "number"),
        ("number", False, "number"),
        ("flag", 1, "flag"),
        ("day", "2025-02-30", "day"),
        ("day", "20250602", "day"),
        ("day", "2025-W23-1", "day"),
        ("at", "18:30+01:00", "at"),
        ("at", "18", "at"),
        ("moment", "2025-06-02 18:30", "moment"),
        ("moment", "2025-06-02T18:30:00Z", "moment"),
        ("moment", "2025-06-02T18:30:00+02:00", "moment"),
        ("class", "a", "class"),
        ("class", "abcdef", "class"),
        ("class", "a\0b", "class"),
        ("class", "a\ud800", "class"),
        ("choice", "c", "choice"),
        ("choice", ["a"], "choice"),
        ("amounts", [1, 0.001], "amounts[1]"),
        ("amounts", [1, 2, 3, 4], "amounts"),
        ("amounts", [10.01], "amounts[0]"),
        ("amounts", [True], "amounts[0]"),
        ("amounts", {}, "amounts"),
        ("tags", ["a", 1], "tags[1]"),
        ("tags", ["a"] * 1001, "tags"),
        ("tags", ["a" * 100_001], "tags[0]"),
        ("colour", 1, "colour"),
    ],
)
def test_refused_by_path(session, name, value, field):
    error = session.call("echo", GOOD | {name: value}).error
    assert (error.code, error.field) == ("invalid_argument", field)


def test_missing(session):
    error = session.call("echo", {key: value for key, value in GOOD.items() if key != "choice"}).error
    assert (error.code, error.field, error.message) == ("invalid_argument", "choice", "choice is missing.")


def test_nested_paths(session):
    def fails(lines):
        error = session.call("add_many", {"lines": lines}).error
        return error.code, error.field

    good = {"item_code": "MARG"}
    assert fails([good, {"item_code": "MARG", "quantity": 0}]) == ("invalid_argument", "lines[1].quantity")
    assert fails([good, {}]) == ("invalid_argument", "lines[1].item_code")
    assert fails([good | {"item": 1}]) == ("invalid_argument", "lines[0].item")
    assert fails([{"item_code": "NOPE"}, {"item_code": 3}]) == ("invalid_argument", "lines[1].item_code")
    assert fails([good, {"item_code": "NOPE"}]) == ("not_found", "lines[1].item_code")
    assert fails([]) == ("invalid_argument", "lines")


def test_references_are_those_that_the_user_may_see(session):
    hidden = session.call("cancel_order", {"order_id": 3}).error
    absent = session.call("cancel_order", {"order_id": 99}).error
    assert hidden.code == absent.code == "not_found"
    assert hidden.message.replace("3", "99") == absent.message
    assert session.call("set_status", {"order_id": 3, "status": "cart"}).ok


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.text() | JSON, JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, JSON)), st.data())
def test_nothing_but_documented_outcomes(session, tool, arguments, data):
    before = session.state_hash()
    tool = data.draw(st.sampled_from([tool, "echo", "add_many", "create_item", "open_ticket"]))
    result = session.call(tool, arguments)
    if result.ok:
        json.loads(result.text)
    else:
        assert result.error.code in {"invalid_argument", "unknown_tool", "not_found", "constraint"}
        result.text.encode()
        assert result.value["error"]["code"] == result.error.code
        assert session.state_hash() == before


@pytest.mark.parametrize(
    "arguments", [object(), {1: 2}, {"whole": object()}, {"whole": {}.keys()}, [1], 5, b"{}"]
)
def test_python_objects_are_refused(session, arguments):
    assert session.call("echo", arguments).error.code == "invalid_argument"
