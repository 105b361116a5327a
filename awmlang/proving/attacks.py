"""Attempts that know nothing of the solution: single calls, one call too many, random walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from awmlang.proving.attempts import Call, Subject, Verdict
from awmlang.proving.candidates import Candidates, NoCandidate, pick, tables_named
from awmlang.runtime.program import Tool
from awmlang.runtime.session import Session

STEPS = 30  # calls of a walk
TRIES = 4  # draws for a call that succeeds


def single_calls(session: Session, random: Random, choices: int) -> Iterator[Call]:
    """Every tool from the untouched state, with ``choices`` different arguments; the call has just been made."""
    candidates = Candidates(session)
    for tool in candidates.tools:
        yield from _calls(session, candidates, random, tool, choices)


def calls_too_many(subject: Subject, random: Random, choices: int) -> Iterator[list[Call]]:
    """The solution and one call that writes behind it; they have just been played.

    Each tool is called on rows that the solution has made or changed, where that is least of a side effect, and on any.
    """
    subject.play(subject.solution)
    session = subject.session
    touched = {(change.table, change.key) for change in session.changes() if change.new is not None}
    tables = {table for table, _ in touched}
    aimed, free = Candidates(session, touched), Candidates(session)
    for tool in (tool for tool in free.tools if tool.writes):
        named = {table for each in tool.parameters for table in tables_named(each.type)}
        for candidates in (aimed, free) if named & tables else (free,):
            for call in _calls(session, candidates, random, tool, choices):
                yield [*subject.solution, call]


def _calls(
    session: Session, candidates: Candidates, random: Random, tool: Tool, choices: int
) -> Iterator[Call]:
    """Calls that succeed, from the state at hand, which is there again behind them."""
    start = session.snapshot()
    seen: list[Call] = []
    for _ in range(choices * TRIES):
        arguments = candidates.arguments(random, tool) if len(seen) < choices else None
        if arguments is None:
            return
        call = {"tool": tool.name, "arguments": arguments}
        if call not in seen and session.call(tool.name, arguments).ok:
            seen.append(call)
            yield call
        session.restore(start)


def walk(subject: Subject, random: Random, judge: Callable[[list[Call]], Verdict]) -> None:
    """A random walk that turns back wherever it has a side effect, up to the first attempt that survives.

    ``judge`` is asked about the state of the subject's session after every call that writes. Half of the calls are
    those of the solution with some arguments drawn anew.
    """
    session = subject.session
    session.reset()
    candidates = Candidates(session)
    made: list[Call] = []
    for _ in range(STEPS):
        before = session.snapshot()
        call = _step(subject, candidates, random)
        if call is None or not session.call(call["tool"], call["arguments"]).ok:
            continue
        if subject.environment.program[call["tool"]].writes:
            made.append(call)
            if judge(made) == "survived":
                return
            if subject.strays():
                made.pop()
                session.restore(before)


def _step(subject: Subject, candidates: Candidates, random: Random) -> Call | None:
    try:
        if subject.solution and random.randrange(2):
            call = pick(random, subject.solution)
            tool = subject.environment.program[call["tool"]]
            drawn = candidates.arguments(random, tool) or {}
            mixed = {**drawn, **call["arguments"]}
            return call | {
                "arguments": {
                    name: (drawn if name in drawn and random.randrange(2) else mixed)[name] for name in mixed
                }
            }
        tool, arguments = candidates.call(random)
        return {"tool": tool.name, "arguments": arguments}
    except NoCandidate:
        return None
