"""An idea to a spec: a plan, a draft, and repairs until the compiler has nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from awmlang.rollouts.turns import NO_USAGE, Misused, TooLong, Turn, Unavailable, Usage
from awmlang.synthesis import drafts, messages
from awmlang.synthesis.endpoint import Form, Whole
from awmlang.synthesis.messages import Message
from awmlang.synthesis.verdict import Verdict, Wanted, judge

End = Literal["done", "no progress", "rounds", "tokens", "endpoint"]

PATIENCE = 3
"""Rounds in a row that may bring nothing."""


class Model(Protocol):
    """What is asked; ``endpoint.Author`` is one."""

    @property
    def form(self) -> Form: ...

    def ask(self, messages: list[Message], whole: Whole | None) -> Turn: ...


@dataclass(frozen=True, slots=True)
class Budget:
    """The most rounds of repair, and the most tokens, read and written, in all (None: no limit)."""

    rounds: int = 8
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One reply and what became of it; ``verdict`` is None where it held nothing of a spec."""

    number: int
    reply: Turn
    verdict: Verdict | None


@dataclass(slots=True)
class Outcome:
    """``best`` is the best draft; None where there was none. Only ``end`` "done" means that it has no errors."""

    requirements: str = ""
    best: Verdict | None = None
    rounds: list[Round] = field(default_factory=list)
    end: End = "rounds"
    reason: str = ""
    usage: Usage = NO_USAGE

    def count(self, reply: Turn) -> Turn:
        self.usage = self.usage.plus(reply.usage)
        return reply

    @property
    def tokens(self) -> int:
        return self.usage.prompt_tokens + self.usage.completion_tokens


def generate(
    idea: str,
    model: Model,
    wanted: Wanted,
    budget: Budget,
    *,
    requirements: str | None = None,
    on_round: Callable[[Round], None] = lambda _: None,
) -> Outcome:
    """Has a model write a spec and mend it. ``requirements`` given are not asked for.

    Warnings are sent back like errors, but a draft that has nothing else is done once no round takes any away.
    """
    outcome = Outcome()
    try:
        for made in _rounds(idea, model, wanted, budget, requirements, outcome):
            outcome.rounds.append(made)
            on_round(made)
    except (Misused, TooLong, Unavailable) as error:
        outcome.end, outcome.reason = "endpoint", str(error)
    if outcome.best is not None and outcome.best.is_done:
        outcome.end = "done"
    return outcome


def _rounds(
    idea: str, model: Model, wanted: Wanted, budget: Budget, requirements: str | None, outcome: Outcome
) -> Iterator[Round]:
    if requirements is None:
        requirements = outcome.count(model.ask(messages.plan(idea, wanted), None)).text or ""
    outcome.requirements = requirements
    idle = 0
    notes: list[str] = []
    for number in range(budget.rounds + 1):
        best = outcome.best
        if budget.tokens is not None and outcome.tokens >= budget.tokens:
            outcome.end = "tokens"
            return
        if best is None:
            asked: list[Message] = messages.write(idea, requirements, model.form)
            asked += [{"role": "user", "content": note} for note in notes]
            reply = outcome.count(model.ask(asked, "spec"))
        else:
            asked = messages.repair(idea, requirements, model.form, best, notes)
            reply = outcome.count(model.ask(asked, "declarations"))
        draft, notes = _draft(reply, best)
        verdict = judge(draft, wanted) if draft is not None else None
        yield Round(number, reply, verdict)
        idle += 1
        if verdict is not None and (best is None or verdict.rank > best.rank):
            outcome.best, idle = verdict, 0
        elif verdict is not None:
            notes.append(_no_better(verdict))
        if outcome.best is not None and outcome.best.is_done and not outcome.best.warnings:
            return
        if idle >= PATIENCE:
            outcome.end = "no progress"
            return


def _draft(reply: Turn, best: Verdict | None) -> tuple[str | None, list[str]]:
    """The draft that a reply makes, and what else is to be said of the reply."""
    written = drafts.spec_in(reply.text or "")
    if written is None:
        return None, ["Your last reply held no declaration of the language."]
    notes = []
    cut = drafts.unfinished(written)
    if cut is not None and reply.cut:
        kind, name = cut.key
        notes = [
            f"Your last reply stopped in the middle of `{kind} {name}`: write that and what was to follow."
        ]
        if best is None:
            written = drafts.without_last(written)
    return (written if best is None else drafts.merged(best.draft, written)), notes


def _no_better(verdict: Verdict) -> str:
    return (
        "Your last change made nothing better and was not taken; with it there was:\n"
        + messages.feedback(verdict)
        if not verdict.is_done
        else "Your last change took no warning away and was not taken."
    )
