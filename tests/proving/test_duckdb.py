"""A second engine: what tools do on DuckDB is what they do on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from awmlang.proving.duckdb.carried import not_carried, statements
from awmlang.proving.duckdb.compare import Comparison
from awmlang.proving.duckdb.rules import Rules
from awmlang.runtime import Environment

BUNDLES = Path(__file__).parents[2] / "compiled"


@pytest.fixture(scope="module", params=["food_delivery", "clinic", "airline"])
def comparison(request: pytest.FixtureRequest) -> Comparison:
    return Comparison(Environment.load(BUNDLES / request.param))


def test_every_statement_is_carried(comparison: Comparison) -> None:
    database = comparison.database()
    every = set().union(*statements(comparison.environment).values())
    assert len(every) > 20 and not not_carried(every, database)
    database.close()


def test_the_engines_agree(comparison: Comparison) -> None:
    comparison.solutions()
    comparison.walks(60, 0)
    report = comparison.report
    assert report.calls >= 60 and report.succeeded > report.calls / 3
    assert not report.disagreements and not report.failures and not report.not_carried


def test_a_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here of a DuckDB that keeps no rules."""
    monkeypatch.setattr(Rules, "query", lambda *_: None)
    comparison = Comparison(Environment.load(BUNDLES / "food_delivery"))
    comparison.walks(200, 0)
    assert comparison.report.disagreements
