"""Random specs do what the reference interpreter says, use all of the grammar, and few of them have errors."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark

from awmlang.proving import differential
from awmlang.proving.interpreter import world
from awmlang.semantics.builtins import SIGNATURES, SPECIAL
from awmlang.semantics.queries import AGGREGATES

from .random_specs import random_spec
from .random_worlds import compare_random

SPECS = 40
GRAMMAR = Path(__file__).parents[2] / "grammar/awm.lark"


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
    assert rejected < SPECS / 20
    assert {kind.__name__ for kind in differential.nodes() - seen} == set()


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.randoms(use_true_random=False))
def test_specs_that_shrink_do_so_too(random: Random) -> None:
    text, report = compare_random(random, calls=10)
    assert report is None or not report.differences, text


def test_random_specs_use_all_of_the_language() -> None:
    """All rules of the grammar but data files, and all functions."""
    parser = Lark(GRAMMAR.read_text("utf-8"), parser="lalr", maybe_placeholders=False)
    named = {
        rule.alias or rule.origin.name for rule in parser.rules if rule.alias or not rule.options.expand1
    }
    used: set[str] = set()
    called: set[str] = set()
    for number in range(60):
        for node in parser.parse(random_spec(Random(f"g{number}"))).iter_subtrees():
            used.add(str(node.data))
            if node.data == "call":
                called.add(str(node.children[0]))
    assert {name for name in named if not name.startswith("_")} - used == {"data_file"}
    assert {*AGGREGATES, *SIGNATURES, *SPECIAL} - called == set()


def test_a_seed_makes_the_same_spec() -> None:
    assert random_spec(Random("a")) == random_spec(Random("a")) != random_spec(Random("b"))


def test_a_fault_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here of the interpreter: deletion that does not ask who refers to a row."""
    monkeypatch.setattr(world.World, "_references", lambda *_: [])
    reports = [compare_random(Random(f"test/{number}"))[1] for number in range(10)]
    assert any(report and report.differences for report in reports)
