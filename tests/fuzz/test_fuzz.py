"""Any bytes given to ``awmc check`` and ``awmc compile`` end in findings or in success.

Here a few thousand; ``python -m tests.fuzz.long 100000`` for more.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.extremes import extremes
from tests.fuzz.mutations import CHANGES, Change, mutated
from tests.fuzz.oracle import examine

SMALL = ("starter", "starter", "library")
EXTREMES = extremes(depths=(9, 60, 600), many=300, lines=2_000, slow=False)

few = settings(
    max_examples=140, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("change", sorted({*CHANGES}, key=lambda change: change.__name__))
def test_changed_specs(change: Change) -> None:
    @few
    @given(st.randoms(use_true_random=False))
    def changed(rng: Random) -> None:
        examine(mutated(rng, change, SMALL))

    changed()


@few
@given(st.binary(max_size=200))
def test_noise(data: bytes) -> None:
    examine(data)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in EXTREMES])
def test_extremes(text: str) -> None:
    examine(text.encode())


def test_a_name_behind_a_letter_that_no_name_has() -> None:
    """It is read as `tem`, which does not stand there as a word of its own."""
    examine('vironment r "."\nentitétem "" {\ntool item(e: t(..0)) { return item {} }'.encode())
