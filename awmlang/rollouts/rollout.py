"""Plays the episodes that a run does not have yet, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from awmlang.rollouts.episode import Judge, Key, Rules, User, play
from awmlang.rollouts.store import Run
from awmlang.rollouts.turns import Agent, Json, Unavailable
from awmlang.runtime import Environment

MOST_FAILURES = 10  # in a row, until the endpoint is taken to be gone


@dataclass(frozen=True)
class Players:
    """Who plays: ``agent`` makes one for an episode, ``user`` one for a task with a script, by the script."""

    agent: Callable[[Environment, Key], Agent]
    user: Callable[[list[str]], User] | None = None
    judge: Judge | None = None


@dataclass
class Progress:
    """What has been played since the start; ``failed`` are the episodes that no reply came for, with the reason."""

    episodes: int = 0
    complete: int = 0
    reward: float = 0.0
    tokens: int = 0
    cost: float = 0.0
    failed: dict[Key, str] = field(default_factory=dict)

    def add(self, episode: Json) -> None:
        self.episodes += 1
        self.complete += episode["complete"]
        self.reward += episode["reward"]
        self.tokens += episode["prompt_tokens"] + episode["completion_tokens"]
        self.cost += episode["cost"]


def keys(environments: Iterable[Environment], tasks: Iterable[str], attempts: int) -> list[Key]:
    """The episodes of a run, all first attempts first. ``tasks`` are ids or names of templates; none is all."""
    wanted = set(tasks)
    chosen = [
        (environment.name, entry["id"])
        for environment in environments
        for entry in environment.tasks.values()
        if not wanted or wanted & {entry["id"], entry["task"]}
    ]
    return [Key(*each, attempt) for attempt in range(attempts) for each in chosen]


async def rollout(
    environments: Iterable[Environment],
    todo: Iterable[Key],
    players: Players,
    rules: Rules,
    run: Run,
    concurrency: int,
    moved: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Play what is left of ``todo``, ``concurrency`` at a time; ``moved`` is called after each episode.

    An episode for which the model cannot be reached is not in the run, so that it is played when the run goes on. After
    MOST_FAILURES of them in a row the rest is left. Raises what else the agents raise, and OSError.
    """
    by_name = {environment.name: environment for environment in environments}
    left = iter([key for key in todo if key not in run.done])
    progress = Progress()
    in_a_row = 0

    async def work(keys: Iterator[Key]) -> None:
        nonlocal in_a_row
        for key in keys:
            if in_a_row >= MOST_FAILURES:
                return
            environment = by_name[key.environment]
            scripts = environment.tasks[key.task]["user"]
            user = players.user(scripts) if players.user and scripts else None
            try:
                episode = await play(
                    environment, key, players.agent(environment, key), rules, user, players.judge
                )
            except Unavailable as error:
                progress.failed[key] = str(error)
                in_a_row += 1
            else:
                await run.append(episode)
                progress.add(episode)
                in_a_row = 0
            moved(progress)

    workers = [asyncio.ensure_future(work(left)) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return progress
