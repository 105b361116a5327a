"""One typing error in a spec is found where it is, once, and a misspelled name is known again."""

from __future__ import annotations

import pytest

from tests.syntax.specs import SPECS
from tests.typos import FINDINGS, KINDS, NAMED, NEAR, Tally, outcomes

PLANTS = {spec: 30 if spec == "food_delivery" else 2 for spec in SPECS}  # the others take longer


@pytest.fixture(scope="module")
def tally() -> Tally:
    return Tally(
        [
            found
            for spec, count in PLANTS.items()
            for kind in KINDS
            for found in outcomes(spec, kind, count, seed=5)
        ]
    )


def test_the_error_is_within_a_line(tally: Tally) -> None:
    assert tally.near >= NEAR


def test_there_is_hardly_more_than_one_finding(tally: Tally) -> None:
    assert tally.findings < FINDINGS


def test_the_right_name_is_the_first_suggestion(tally: Tally) -> None:
    assert tally.named >= NAMED


def test_few_plants_leave_a_valid_spec(tally: Tally) -> None:
    assert tally.valid < 0.1
