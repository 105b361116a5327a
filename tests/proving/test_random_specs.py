"""Random specs do what the reference interpreter says, and few of them have errors."""

from __future__ import annotations

from random import Random

import pytest

from awmlang.proving import differential
from awmlang.proving.interpreter import world

from .random_specs import random_spec
from .random_worlds import compare_random

SPECS = 40


def test_random_specs_do_what_the_interpreter_says() -> None:
    seen: set[type] = set()
    rejected = 0
    for number in range(SPECS):
        text, report = compare_random(Random(f"test/{number}"))
        if report is None:
            rejected += 1
            continue
        assert not report.differences, text
        seen |= report.seen
    assert rejected < SPECS / 5
    assert {kind.__name__ for kind in differential.nodes() - seen} == set()


def test_a_seed_makes_the_same_spec() -> None:
    assert random_spec(Random("a")) == random_spec(Random("a")) != random_spec(Random("b"))


def test_a_fault_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here of the interpreter: deletion that does not ask who refers to a row."""
    monkeypatch.setattr(world.World, "_references", lambda *_: [])
    reports = [compare_random(Random(f"test/{number}"))[1] for number in range(10)]
    assert any(report and report.differences for report in reports)
