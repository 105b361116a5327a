"""Compiled environments do what the reference interpreter says.

``make fuzz`` compares far more calls.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from awmlang.proving import differential
from awmlang.proving.interpreter import world
from awmlang.runtime import Environment, grading

SPECS = Path(__file__).parents[2] / "specs"
CALLS = {
    "airline": 1_000,
    "clinic": 1_700,
    "food_delivery": 1_000,
    "project_tracker": 250,
    "retail_bank": 500,
    "team_chat": 100,
    "warehouse": 500,
}
"""Fewer of those that have many rows, which the interpreter goes through one at a time."""


@pytest.mark.parametrize("name", CALLS)
def test_a_spec_does_what_the_interpreter_says(name: str) -> None:
    report = differential.compare_spec(str(SPECS / f"{name}.awm"), CALLS[name], "test")
    assert not report.differences
    assert report.compared == CALLS[name]
    assert 0.4 < report.outcomes["ok"] / report.compared < 0.95


def test_all_shipped_specs_are_compared() -> None:
    assert {path.stem for path in SPECS.glob("*.awm")} == set(CALLS)
    assert sum(CALLS.values()) >= 5_000


def test_a_fault_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here of the interpreter: one that asks no rule."""
    monkeypatch.setattr(world.World, "_audit", lambda *_: None)
    report = differential.compare_spec(str(SPECS / "food_delivery.awm"), 300, "test")
    assert any(difference.what == "error" for difference in report.differences)


TRIES = {"airline": 1, "clinic": 4, "food_delivery": 8, "warehouse": 1}


@pytest.mark.parametrize("name", TRIES)
def test_verdicts_on_tasks_are_those_of_the_interpreter(name: str) -> None:
    report = differential.compare_spec(str(SPECS / f"{name}.awm"), 0, "test", TRIES[name])
    assert not report.differences
    assert report.verdicts["complete"] > 50 and report.verdicts["incomplete"] > 50
    assert report.verdicts["side effects"]


def side_effects_unseen(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "side_effects", lambda *_: [])


def end_states_alike(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = {entry["id"]: entry["change"] for entry in environment.tasks.values()}
    monkeypatch.setattr(grading, "canonical", lambda *_: next(filter(None, ends.values())))


def expectations_hold(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, task in environment.rewards.items():
        expects = tuple(expect._replace(sql="SELECT 1") for expect in task.expects)
        environment.rewards[name] = task._replace(expects=expects)


def guards_unknown(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in environment.tasks.values():
        entry["guards"] = []


def answers_null(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, task in environment.rewards.items():
        answers = tuple(answer._replace(sql="SELECT NULL") for answer in task.answers)
        environment.rewards[name] = task._replace(answers=answers)


@pytest.mark.parametrize(
    "fault", [side_effects_unseen, end_states_alike, expectations_hold, guards_unknown, answers_null]
)
def test_a_fault_of_a_reward_would_be_found(
    fault: Callable[[Environment, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, environment, labels = differential.load(str(SPECS / "clinic.awm"))
    fault(environment, monkeypatch)
    assert differential.compare_tasks(model, environment, labels, tries=4, seed="test").differences


def test_the_interpreter_is_short() -> None:
    folder = Path(world.__file__).parent
    assert sum(len(path.read_text().splitlines()) for path in folder.glob("*.py")) < 900


def test_a_world_in_which_no_tool_can_be_called(tmp_path: Path) -> None:
    spec = tmp_path / "empty.awm"
    spec.write_text(
        'environment e "E." clock = "2025-06-02T09:00:00" entity Item { n: int } '
        'tool show(item: Item) { "Show." return item { n } }',
        encoding="utf-8",
    )
    assert differential.compare_spec(str(spec), 50, "test").compared == 0
