"""Valid arguments: they parse, their rows are there and may be seen, and they follow from the draws alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import re2

from awmlang.proving.candidates import Candidates, NoCandidate
from awmlang.proving.patterns import matching
from awmlang.runtime import Environment, Session
from awmlang.runtime import program as p

COMPILED = Path(__file__).parent.parent.parent / "compiled"
NAMES = sorted(path.name for path in COMPILED.iterdir())


def walk(session: Session, seed: int, steps: int) -> list[tuple[str, dict[str, Any]]]:
    draws, candidates = random.Random(seed), Candidates(session)
    calls = []
    for _ in range(steps):
        tool, arguments = candidates.call(draws)
        result = session.call(tool.name, arguments)
        assert result.error is None or result.error.code not in ("invalid_argument", "internal"), result
        calls.append((tool.name, arguments))
    return calls


@pytest.mark.parametrize("name", NAMES)
def test_calls_are_valid_and_follow_from_the_draws(name: str) -> None:
    environment = Environment.load(COMPILED / name)
    with environment.session() as one, environment.session() as other:
        first = walk(one, 7, 100)
        assert walk(other, 7, 100) == first
        assert len({tool for tool, _ in first}) > len(environment.program) // 2
        assert sum(call.error is None for call in one.log) > 40


@pytest.mark.parametrize("name", NAMES)
def test_references_are_rows_that_may_be_seen(name: str) -> None:
    environment = Environment.load(COMPILED / name)
    draws = random.Random(1)
    with environment.session() as session:
        candidates = Candidates(session)
        for tool in environment.program.values():
            arguments = candidates.arguments(draws, tool)
            if arguments is not None:
                tool.check(session.database, tool.parse(arguments))


def test_keys_are_those_of_this_moment() -> None:
    environment = Environment.load(COMPILED / "food_delivery")
    address = environment.program["get_address"].parameters[0].type
    assert isinstance(address, p.Ref)
    with environment.session() as session:
        candidates = Candidates(session)
        before = candidates.keys(address.entity)
        everybody = candidates.keys(address.entity, lifted=True)
        assert set(before) < set(everybody)
        made = session.call("create_address", {"label": "gym", "street": "1 Elm", "city": "Springfield"})
        assert candidates.keys(address.entity) == [*before, made.value["id"]]
        session.reset()
        assert candidates.keys(address.entity) == before


def test_keys_that_are_aimed_at_come_before_others() -> None:
    environment = Environment.load(COMPILED / "food_delivery")
    tool = environment.program["get_address"]
    with environment.session() as session:
        made = session.call("create_address", {"label": "gym", "street": "1 Elm", "city": "Springfield"})
        aimed = Candidates(session, {("address", made.value["id"])})
        missed = Candidates(session, {("address", 999), ("user", made.value["id"])})
        for seed in range(20):
            assert aimed.arguments(random.Random(seed), tool) == {"address_id": made.value["id"]}
        assert len({str(missed.arguments(random.Random(seed), tool)) for seed in range(20)}) > 1


def test_no_row_to_refer_to() -> None:
    environment = Environment.load(COMPILED / "food_delivery")
    tool = environment.program["get_address"]
    with environment.session() as session:
        candidates = Candidates(session)
        session.database.run("DELETE FROM order_line")
        session.database.run('DELETE FROM "order"')
        session.database.run("DELETE FROM address")
        assert candidates.arguments(random.Random(0), tool) is None
        with pytest.raises(NoCandidate):
            candidates.valid(random.Random(0), tool.parameters[0].type)


@pytest.mark.parametrize(
    "pattern", ["[A-Z]{2}[0-9]{14}", "[a-z0-9_+-]{1,30}", r"a(b|cd)?\d+.[^x-z]\w*\s", "[^a]", r"[\d-]{3}|x"]
)
def test_texts_match_their_pattern(pattern: str) -> None:
    compiled = re2.compile(pattern)
    draws = random.Random(3)
    for _ in range(200):
        text = matching(draws, pattern)
        assert text is not None and compiled.fullmatch(text), text


def test_a_pattern_that_only_re2_knows_has_no_text() -> None:
    assert matching(random.Random(0), r"\pL+") is None
