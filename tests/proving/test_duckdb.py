"""A second engine: what tools do on DuckDB is what they do on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from awmlang.proving.duckdb.carried import not_carried, statements
from awmlang.proving.duckdb.compare import Comparison
from awmlang.proving.duckdb.rules import Rules
from awmlang.runtime import Environment
from tests.language.conftest import HEAD, environment

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


def compared(body: str) -> Comparison:
    comparison = Comparison(environment(HEAD + f'tool run() {{ "Run." {body} }}'))
    comparison.calls([("run", {}), ("run", {})])
    return comparison


@pytest.mark.parametrize(
    ("body", "succeed"),
    [
        ("return list(Item sort .price skip 1, .code)", 2),
        ("let n = 0 - 3 return list(Item sort .code skip n, .code)", 2),
        ("return list(flat(list(Order, list(.lines, .quantity))) as q sort q, q)", 2),
        ("return sum(range(10) as n, 0.1)", 2),
        ("return group(Line, .item.color) { key, n = count(.rows) }", 2),
        ("update User { wallet = .wallet * 2 } return list(User, .wallet)", 2),
        ("update Item { price -= 1 } return list(Item, .price)", 0),
        ('update Order { status = "placed" } return 1', 0),
        ('update Order where .status == "placed" { status = "cancelled" } return 1', 0),
        ('update Order where .rank == 1 { status = "cancelled" } return 1', 2),
        ('create Item { code = "PEN", name = "x", price = 1 } return 1', 0),
        ('create Item { code = "NIB", name = "Nib", price = 1 } return 1', 1),
        ("delete Order where .rank == 2 return list(Line, .id)", 2),
        ("delete Item return 1", 0),
    ],
)
def test_the_language_on_both(body: str, succeed: int) -> None:
    report = compared(body).report
    assert (report.calls, report.succeeded) == (2, succeed)
    assert not report.disagreements and not report.not_carried


def test_what_no_row_needs_is_worked_out_by_duckdb() -> None:
    """A query that reads nothing of the row around it is worked out before ``CASE`` chooses."""
    (difference,) = compared('return if me.name == "Alice" then 1 else one(Order).id').report.disagreements
    assert "more than one" in difference.duckdb and "value" in difference.sqlite


@pytest.mark.parametrize(
    "body",
    [
        "let m = map(Item, .code, .price) return { m = m }",
        "return max(list(Item, { p = .price }) as r, r.p)",
    ],
)
def test_what_is_not_carried_is_told(body: str) -> None:
    assert compared(body).report.not_carried


def test_a_new_row_that_comes_before_the_one_it_is_like() -> None:
    world = """environment e "E." clock = "2025-06-02T09:00:00"
    entity Desk { place: int }
    entity Badge { code: text key  desk: Desk unique }
    data Desk (place) { (1) }
    tool give(code: text) { "Give." return create Badge { code = code, desk = one(Desk) } }"""
    comparison = Comparison(environment(world))
    comparison.calls([("give", {"code": "b"}), ("give", {"code": "a"}), ("give", {"code": "c"})])
    assert (comparison.report.calls, comparison.report.succeeded) == (3, 1)
    assert not comparison.report.disagreements
