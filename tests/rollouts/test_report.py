"""What a run came to: estimates, groups, and the same asked of DuckDB."""

from __future__ import annotations

import asyncio
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.rollouts.episode import Key, Rules, play
from awmlang.rollouts.report import pass_all, pass_at, report
from awmlang.rollouts.scripted import Nothing, Reference
from awmlang.rollouts.sql import VIEWS, BadQuery, query
from awmlang.rollouts.store import EPISODES, Run, episodes
from awmlang.rollouts.turns import ToolCall, Turn, Usage
from awmlang.runtime import Environment
from tests.rollouts.conftest import Script

Json = dict[str, Any]


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.data())
def test_estimates_are_those_of_all_samples(attempts: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(attempts)))
    samples = list(combinations(attempts, k))
    n, c = len(attempts), sum(attempts)
    assert pass_at(n, c, k) == pytest.approx(sum(map(any, samples)) / len(samples))
    assert pass_all(n, c, k) == pytest.approx(sum(map(all, samples)) / len(samples))


def call(tool: str, arguments: str = "{}") -> ToolCall:
    return ToolCall("1", tool, arguments)


@pytest.fixture(scope="module")
def run(food: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two attempts at two tasks, a third at one of them; one of them half written."""
    folder = tmp_path_factory.mktemp("runs") / "it's a run"
    bad = Script(Turn(calls=(call("checkout", '{"address_id": 1}'), call("nope")), usage=Usage(100, 20, 1)))
    played = [
        ("two_margheritas", 0, Reference(food.task("two_margheritas"))),
        ("two_margheritas", 1, bad),
        ("two_margheritas", 2, Reference(food.task("two_margheritas"))),
        ("not_his_wallet", 0, Nothing()),
        ("not_his_wallet", 1, Reference(food.task("not_his_wallet"))),
    ]

    async def fill() -> None:
        kept = Run(folder, {})
        for task, attempt, agent in played:
            key = Key(food.name, task, attempt)
            await kept.append(await play(food, key, agent, Rules(price_in=1, price_out=10)))
        kept.close()

    asyncio.run(fill())
    with (folder / EPISODES).open("ab") as file:
        file.write(b'{"environment":"food_delivery","task":"spend_at[1]","att')
    return folder


def test_figures(run: Path) -> None:
    found = report(episodes(run))
    total = found["total"]
    assert (total["tasks"], total["episodes"], total["complete"]) == (2, 5, 4)
    assert total["pass@k"] == {1: pytest.approx(5 / 6), 2: 1.0, 3: 1.0}
    assert total["pass^k"] == {1: pytest.approx(5 / 6), 2: pytest.approx((1 / 3 + 1) / 2), 3: 0.0}
    assert total["reward"] == pytest.approx((1 + 1 + 1 + 1 - 1) / 5)
    assert (total["prompt_tokens"], total["completion_tokens"]) == (100, 20)
    assert total["cost"] == pytest.approx(300 / 1e6)
    assert [row["task"] for row in found["tasks"]] == ["not_his_wallet", "two_margheritas"]
    assert found["environments"][0]["pass@k"] == total["pass@k"]
    tools = {row["tool"]: (row["calls"], row["errors"]) for row in found["tools"]}
    assert tools == {"add_to_cart": (2, 0), "checkout": (3, 1), "nope": (1, 1)}
    assert found["errors"] == [
        {"code": "empty_cart", "calls": 1, "tools": {"food_delivery.checkout": 1}},
        {"code": "unknown_tool", "calls": 1, "tools": {"food_delivery.nope": 1}},
    ]
    assert found["ended"] == {"answer": 4, "malformed": 1}
    assert found["judge"] == {"holds": 0, "does_not_hold": 0, "not_judged": 2}


def test_a_run_without_episodes() -> None:
    found = report([])
    assert (found["total"]["episodes"], found["total"]["pass@k"], found["tasks"]) == (0, {}, [])


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("SELECT count(*), sum(reward), sum(cost) FROM episodes", [(5, 3.0, 0.0003)]),
        (
            "SELECT task, avg(complete::INT) FROM episodes GROUP BY task ORDER BY task",
            [("not_his_wallet", 1.0), ("two_margheritas", 2 / 3)],
        ),
        (
            "SELECT tool, arguments->>'quantity' FROM calls WHERE attempt = 0 ORDER BY number",
            [("add_to_cart", "2"), ("checkout", None)],
        ),
        (
            "SELECT error, malformed FROM calls WHERE attempt = 1 ORDER BY number",
            [("empty_cart", False), ("unknown_tool", True)],
        ),
        ("SELECT kind, count(*) FROM checks WHERE task = 'not_his_wallet' GROUP BY ALL", [("guard", 2)]),
        ("SELECT DISTINCT rubric LIKE 'The reply refuses%', holds FROM judge", [(True, None)]),
        (
            "SELECT role FROM messages WHERE task = 'not_his_wallet' AND attempt = 1 ORDER BY number",
            [("system",), ("user",), ("assistant",)],
        ),
        ("SELECT count(*) FROM messages WHERE (tool_calls->0->'function'->>'name') = 'checkout'", [(3,)]),
        ("SELECT count(effect) FROM side_effects", [(0,)]),
    ],
)
def test_sql(run: Path, statement: str, rows: list[tuple[Any, ...]]) -> None:
    assert query(run, statement)[1] == [
        tuple(map(pytest.approx, row)) if isinstance(row[-1], float) else row for row in rows
    ]


def test_views(run: Path) -> None:
    for view in VIEWS:
        columns, rows = query(run, f"SELECT * FROM {view}")
        assert columns[:3] == ["environment", "task", "attempt"]
        assert all(row[0] == "food_delivery" for row in rows)
    record = next(episodes(run))
    told = {name for name, value in record.items() if not isinstance(value, list)}
    assert set(query(run, "SELECT * FROM episodes")[0]) == told, "what an episode has, the view has"


def test_a_bad_statement(run: Path) -> None:
    with pytest.raises(BadQuery, match="nowhere"):
        query(run, "SELECT * FROM nowhere")
    assert query(run, "") == ([], [])
