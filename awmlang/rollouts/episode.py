"""One episode: an agent and a task, turn by turn, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from awmlang.rollouts.rewards import Rewards
from awmlang.rollouts.turns import NO_USAGE, Agent, Json, TooLong, Turn, Usage, arguments_of
from awmlang.runtime import Environment, Grade, Session


class Key(NamedTuple):
    """Which episode of a run it is; ``attempt`` counts from 0."""

    environment: str
    task: str
    attempt: int


class User(Protocol):
    """Whoever the agent talks with; None ends the talk."""

    async def reply(self, messages: list[Json]) -> tuple[str | None, Usage]: ...


class Judge(Protocol):
    """Says of each rubric whether the conversation meets it; None where that could not be found out."""

    async def verdicts(self, rubrics: list[str], messages: list[Json]) -> tuple[list[bool | None], Usage]: ...


@dataclass(frozen=True)
class Rules:
    """``turns`` of the agent, ``tokens`` that it may write in all. Prices are for a million tokens."""

    turns: int = 30
    tokens: int | None = None
    rewards: Rewards = field(default_factory=Rewards)
    price_in: float = 0.0
    price_out: float = 0.0


class _Play:
    """The state of an episode that is being played."""

    def __init__(self, session: Session, messages: list[Json]) -> None:
        self.session = session
        self.messages = messages
        self.calls: list[Json] = []
        self.usage = self.usage_of_others = NO_USAGE
        self.turns = 0
        self.answer: object = None
        self.malformed = False


async def play(
    environment: Environment,
    key: Key,
    agent: Agent,
    rules: Rules,
    user: User | None = None,
    judge: Judge | None = None,
) -> Json:
    """Play an episode, and give its record, which is JSON.

    ``ended`` says how: ``answer``, ``turns`` or ``tokens`` (a limit), ``context`` (more than the model can read),
    ``malformed``. It is graded in any case. Tokens and cost are those of the agent; ``other_tokens`` those of the user
    and the judge. Raises what the agent raises but TooLong.
    """
    entry = environment.task(key.task)
    start = perf_counter()
    with environment.session(key.task) as session:
        messages = [
            {"role": "system", "content": environment.instructions},
            {"role": "user", "content": entry["prompt"]},
        ]
        episode = _Play(session, messages)
        try:
            ended = await _converse(episode, agent, rules, user)
        except TooLong:
            ended = "context"
        grade = session.grade(episode.answer)
    verdicts: list[bool | None] = [None] * len(entry["judge"])
    if judge is not None and entry["judge"]:
        verdicts, spent = await judge.verdicts(entry["judge"], messages)
        episode.usage_of_others = episode.usage_of_others.plus(spent)
    usage, others = episode.usage, episode.usage_of_others
    return {
        **key._asdict(),
        "template": entry["task"],
        "ended": ended,
        "complete": grade.complete,
        "fraction": grade.fraction,
        "malformed": episode.malformed,
        "reward": rules.rewards.of(grade.complete, grade.fraction, episode.malformed),
        "why": grade.why,
        "turns": episode.turns,
        **usage._asdict(),
        "cost": (usage.prompt_tokens * rules.price_in + usage.completion_tokens * rules.price_out) / 1e6,
        "other_tokens": others.prompt_tokens + others.completion_tokens,
        "seconds": round(perf_counter() - start, 6),
        "answer": episode.answer,
        "calls": episode.calls,
        **_graded(grade),
        "judge": [{"rubric": r, "holds": v} for r, v in zip(entry["judge"], verdicts, strict=True)],
        "messages": messages,
    }


def _graded(grade: Grade) -> Json:
    return {"checks": [check._asdict() for check in grade.checks], "side_effects": list(grade.side_effects)}


async def _converse(episode: _Play, agent: Agent, rules: Rules, user: User | None) -> str:
    """Turns until the end; how it ended."""
    while episode.turns < rules.turns:
        left = None if rules.tokens is None else rules.tokens - episode.usage.completion_tokens
        if left is not None and left <= 0:
            return "tokens"
        turn = await agent.turn(episode.messages, left)
        episode.turns += 1
        episode.usage = episode.usage.plus(turn.usage)
        episode.messages.append(turn.message())
        if turn.cut:
            episode.answer = turn.answer
            return "tokens"
        if turn.calls:
            if not _make(episode, turn, rules.rewards.stop):
                return "malformed"
            continue
        episode.answer = turn.answer
        if user is None:
            return "answer"
        reply, spent = await user.reply(episode.messages)
        episode.usage_of_others = episode.usage_of_others.plus(spent)
        if reply is None:
            return "answer"
        episode.messages.append({"role": "user", "content": reply})
    return "turns"


def _make(episode: _Play, turn: Turn, stop: bool) -> bool:
    """Make the calls of a turn; whether the episode goes on."""
    for call in turn.calls:
        arguments: Any = arguments_of(call)
        start = perf_counter()
        result = episode.session.call(call.name, call.arguments if arguments is None else arguments)
        seconds = perf_counter() - start
        error = result.error and result.error.code
        episode.messages.append({"role": "tool", "tool_call_id": call.id, "content": result.text})
        malformed = arguments is None or error == "unknown_tool"
        episode.calls.append(
            {
                "turn": episode.turns - 1,
                "tool": call.name,
                "arguments": call.arguments,
                "error": error,
                "malformed": malformed,
                "seconds": round(seconds, 6),
            }
        )
        episode.malformed |= malformed
        if malformed and stop:
            return False
    return True
