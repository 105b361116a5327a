"""Agents without a model, and what their episodes are worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from awmlang.rollouts.episode import Rules
from awmlang.rollouts.rewards import Rewards
from awmlang.rollouts.scripted import Nothing, Random, Reference
from awmlang.rollouts.turns import ToolCall, Turn
from awmlang.runtime import Environment
from tests.rollouts.conftest import COMPILED, Script, played

BUNDLES = sorted(path for path in COMPILED.iterdir() if path.is_dir())


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_the_reference_agent_completes_every_task(bundle: Path) -> None:
    environment = Environment.load(bundle)
    for task, entry in environment.tasks.items():
        episode = played(environment, task, Reference(entry))
        assert (episode["complete"], episode["ended"]) == (True, "answer"), f"{task}: {episode['why']}"
        assert episode["turns"] == len(entry["solution"]) + 1
        assert json.loads(json.dumps(episode, allow_nan=False)) == episode


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_random_calls_fit_the_schemas(bundle: Path) -> None:
    environment = Environment.load(bundle)
    schemas = {
        tool["function"]["name"]: Draft202012Validator(tool["function"]["parameters"])
        for tool in environment.tools()
    }
    patterned = ("pattern",)  # of text by the spec, which no one can make at random
    calls = 0
    for seed in range(20):
        task = next(iter(environment.tasks))
        episode = played(environment, task, Random(environment, str(seed)))
        assert episode["ended"] == "answer"
        for call in episode["calls"]:
            calls += 1
            errors = list(schemas[call["tool"]].iter_errors(json.loads(call["arguments"])))
            assert all(error.validator in patterned for error in errors), (call, errors)
            assert call["error"] != "internal"
    assert calls > 50


def test_random_calls_are_the_same_for_the_same_seed(food: Environment) -> None:
    def made(seed: str) -> list[str]:
        calls = played(food, "cancel_dinner", Random(food, seed))["calls"]
        return [f"{call['tool']} {call['arguments']} {call['error']}" for call in calls]

    assert made("1") == made("1")
    assert len({tuple(made(str(seed))) for seed in range(5)}) > 1


def test_doing_nothing_completes_refusals_alone(food: Environment) -> None:
    complete = {task for task in food.tasks if played(food, task, Nothing())["complete"]}
    assert complete == {"not_his_wallet"}


def test_half_of_a_task(food: Environment) -> None:
    """Nothing that was done right pays for what was done wrong."""
    cart = ToolCall("1", "add_to_cart", '{"item_id": 1, "quantity": 2}')
    half = played(food, "two_margheritas", Script(Turn(calls=(cart,)), Turn(answer="Done.")))
    assert (half["complete"], half["reward"]) == (False, 0.1)
    assert 0 < half["fraction"] < 1
    paid = played(food, "not_his_wallet", Script(Turn(calls=(cart,)), Turn(answer="Done.")))
    assert (paid["fraction"], paid["reward"]) == (0.0, 0.0)
    assert paid["why"]


@settings(max_examples=100)
@given(st.booleans(), st.floats(0, 1), st.booleans())
def test_rewards(complete: bool, fraction: float, malformed: bool) -> None:
    rewards = Rewards(complete=4, partial=3, malformed=2, otherwise=1)
    expected = 2 if malformed else 4 if complete else 3 if fraction else 1
    assert rewards.of(complete, fraction, malformed) == expected
    assert vars(Rewards()) | {"stop": None} == {
        "complete": 1.0,
        "partial": 0.1,
        "malformed": -1.0,
        "otherwise": 0.0,
        "stop": None,
    }


def test_a_turn_limit_ends_scripted_agents_too(food: Environment) -> None:
    entry = food.task("two_margheritas")
    episode = played(food, "two_margheritas", Reference(entry), Rules(turns=1))
    assert (episode["ended"], episode["reward"]) == ("turns", 0.1)
