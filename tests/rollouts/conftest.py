"""An environment, a stand-in endpoint, and episodes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from awmlang.rollouts.endpoint import Endpoint, Settings
from awmlang.rollouts.episode import Key, Rules, play
from awmlang.rollouts.models import Model
from awmlang.rollouts.turns import Agent, Turn
from awmlang.runtime import Environment
from tests.stand_in import Handler, StandIn

Json = dict[str, Any]

COMPILED = Path(__file__).parents[2] / "compiled"


@pytest.fixture(scope="session")
def food() -> Environment:
    return Environment.load(COMPILED / "food_delivery")


class Script:
    """An agent that takes the turns it was given."""

    def __init__(self, *turns: Turn) -> None:
        self._turns = iter(turns)

    async def turn(self, messages: list[Json], most_tokens: int | None) -> Turn:
        return next(self._turns)


def played(
    environment: Environment, task: str, agent: Agent, rules: Rules | None = None, **others: Any
) -> Json:
    """The record of an episode."""
    return asyncio.run(play(environment, Key(environment.name, task, 0), agent, rules or Rules(), **others))


@pytest.fixture
def with_model(food: Environment) -> Callable[..., tuple[Json, StandIn]]:
    """``with_model(handler, task, rules, as_text=False, ...)``: an episode of a model, and the endpoint it was asked at."""

    def run(
        handler: Handler,
        task: str = "two_margheritas",
        rules: Rules | None = None,
        as_text: bool = False,
        **settings: Any,
    ) -> tuple[Json, StandIn]:
        async def episode(url: str) -> Json:
            endpoint = Endpoint(Settings(**{"model": "stand-in", "base_url": url, "wait": 0.001, **settings}))
            try:
                agent = Model(endpoint, food, as_text)
                return await play(food, Key(food.name, task, 0), agent, rules or Rules())
            finally:
                await endpoint.close()

        with StandIn(handler) as stand_in:
            return asyncio.run(episode(stand_in.url)), stand_in

    return run
