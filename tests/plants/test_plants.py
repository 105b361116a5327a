"""The plants stay plantable: what each replaces stands where it says, once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.plants import PLANTS
from tests.plants.plant import Plant
from tests.plants.report import Outcome, Results, tables, written

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_plant_has_its_place(plant: Plant) -> None:
    assert plant.occurrences(ROOT) == 1
    assert plant.planted(ROOT) != (ROOT / plant.file).read_text("utf-8")
    if plant.file.endswith(".py"):
        ast.parse(plant.planted(ROOT))


def test_plants_are_told_apart() -> None:
    assert len({plant.name for plant in PLANTS}) == len(PLANTS) >= 60
    assert {plant.kind for plant in PLANTS} == {"lowering", "runtime", "spec", "reward"}


def test_the_table_says_what_is_missed() -> None:
    found, missed = PLANTS[:2]
    results = Results({})
    results.add(found.name, "test", Outcome(True, "a finding", 1))
    results.add(missed.name, "test", Outcome(False, "", 1))
    text = written("a\n<!-- plants -->\nold\n<!-- end of plants -->\nb\n", tables(PLANTS, results))
    assert "old" not in text and text.startswith("a\n") and text.endswith("b\n")
    assert "1 of 2 plants are caught: 50.0 %." in text
    assert f"- `{missed.name}`" in text and f"- `{found.name}`" not in text
