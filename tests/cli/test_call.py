"""``awmc call``: one call, its result as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from awmlang.cli.call import parse_arguments
from tests.cli.conftest import invoke


def call(*arguments: str) -> Result:
    return invoke("call", *arguments)


def test_a_call(starter: str) -> None:
    done = call(starter, "finish_item", "item_id=1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"id": 1, "title": "Buy milk", "is_done": True}


def test_every_call_is_on_the_world_at_the_start(starter: str) -> None:
    assert (
        call(starter, "finish_item", "item_id=1").stdout == call(starter, "finish_item", "item_id=1").stdout
    )


def test_arguments_as_json(starter: str) -> None:
    done = call(starter, "list_items", "--json", '{"is_done": true}')
    assert [item["title"] for item in json.loads(done.stdout)["items"]] == ["Call the bank"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["finish_item", "item_id=2"], "already_done"),
        (["finish_item", "item_id=99"], "not_found"),
        (["finish_item", "item_id=x"], "invalid_argument"),
        (["finish_item"], "invalid_argument"),
        (["finish_item", "--json", "{"], "invalid_argument"),
        (["finish_item", "--json", "[1]"], "invalid_argument"),
    ],
)
def test_an_error_is_a_result_with_exit_code_one(starter: str, arguments: list[str], code: str) -> None:
    done = call(starter, *arguments)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == code


def test_a_call_in_a_task(starter: str) -> None:
    assert call(starter, "list_items", "--task", "got_milk").exit_code == 0
    done = call(starter, "list_items", "--task", "got_milc")
    assert done.exit_code == 1
    assert "did you mean got_milk?" in done.stderr


def test_a_tool_that_is_not_there(starter: str) -> None:
    done = call(starter, "finish_items")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "did you mean finish_item?" in done.stderr


def test_a_bundle_is_called_without_its_spec(starter: str, tmp_path: Path) -> None:
    invoke("compile", starter, "-o", str(tmp_path / "out"))
    done = call(str(tmp_path / "out" / "starter"), "list_items")
    assert done.stdout == call(starter, "list_items").stdout


def test_a_folder_that_is_no_bundle(tmp_path: Path) -> None:
    done = call(str(tmp_path), "list_items")
    assert done.exit_code == 1
    assert "no bundle" in done.stderr


def test_a_spec_that_does_not_compile(broken: str) -> None:
    done = call(broken, "list_items")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "titel" in done.stderr


@pytest.mark.parametrize("arguments", [["a"], ["=1"], ["a=1", "a=2"], ["a=1", "--json", "{}"]])
def test_wrong_usage(starter: str, arguments: list[str]) -> None:
    assert call(starter, "list_items", *arguments).exit_code == 2


def test_values_are_json_or_else_text() -> None:
    pairs = [
        "n=2",
        "price=9.50",
        "yes=true",
        "none=null",
        'zip="02134"',
        "name=Kim",
        "day=2025-06-02",
        "eq=a=b",
        "empty=",
    ]
    assert parse_arguments([*pairs, "list=[1, 2]", "nan=NaN", "deep=" + "[" * 100_000]) == {
        "n": 2,
        "price": 9.5,
        "yes": True,
        "none": None,
        "zip": "02134",
        "name": "Kim",
        "day": "2025-06-02",
        "eq": "a=b",
        "empty": "",
        "list": [1, 2],
        "nan": "NaN",
        "deep": "[" * 100_000,
    }
