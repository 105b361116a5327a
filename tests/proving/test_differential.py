"""Compiled environments do what the reference interpreter says.

``make fuzz`` compares far more calls.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from awmlang.proving import differential
from awmlang.proving.interpreter import world

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
    """Here of the interpreter: one that does not ask whether a value is unique."""
    monkeypatch.setattr(world.World, "_unique", lambda *_: None)
    report = differential.compare_spec(str(SPECS / "food_delivery.awm"), 300, "test")
    assert any(difference.what == "error" for difference in report.differences)
