"""What an agent might do instead of the solution of a task, and whether the task's checks can tell.

An attempt that ends in the state of the solution, generated keys and times of the session aside, is as good as the
solution. One that ends elsewhere and is complete all the same is a survivor: the checks do not see the difference.
Attempts are judged as if their answer were right for where they end; answers are attacked apart (``answers``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from awmlang.proving.differences import difference
from awmlang.runtime import grading
from awmlang.runtime.environment import Environment
from awmlang.runtime.functions import json_text
from awmlang.runtime.session import Result, Session

Json = dict[str, Any]
Call = Json
"""As in tasks.json: ``{"tool": "borrow", "arguments": {"book_id": 3}}``."""

Verdict = Literal["killed", "equivalent", "survived"]

MANY = "…"


class Deviation(NamedTuple):
    """A way in which an attempt differs from the solution: in an argument of a call, or in a whole call.

    ``step`` is the index of the solution's call, None for a call that the solution does not make.
    """

    tool: str
    parameter: str | None
    step: int | None
    words: str


@dataclass(frozen=True)
class Survivor:
    """An attempt that passes the checks of a task. ``unseen``: how its end state differs from the solution's."""

    calls: tuple[Call, ...]
    deviations: tuple[Deviation, ...]
    unseen: tuple[str, ...]

    @property
    def words(self) -> str:
        """``without `pay```, ``with `pay` twice``: how it is done."""
        return " and ".join(deviation.words for deviation in self.deviations)


class Subject:
    """An instance of a task under attack: what its solution does and where that ends."""

    def __init__(self, environment: Environment, entry: Json) -> None:
        self.environment = environment
        self.entry = entry
        self.solution: list[Call] = entry["solution"]
        self.allowed = environment.rewards[entry["task"]].allowed
        self.session = environment.session(entry["id"])
        self.results = self.play(self.solution)
        self.end = self._canonical(self.session)
        self.diff = self.session.diff()

    def play(self, calls: Sequence[Call]) -> list[Result]:
        """Make the calls from the start, in this subject's session. Those that fail change nothing."""
        self.session.reset()
        return [self.session.call(call["tool"], call["arguments"]) for call in calls]

    def verdict(self, session: Session | None = None) -> Verdict:
        """On the state in which ``session`` is: this subject's, or another of the environment."""
        session = session or self.session
        if self._canonical(session) == self.end:
            return "equivalent"
        if self.strays(session):
            return "killed"
        session.task = self.entry
        checks = session.grade().checks
        return "survived" if all(check.holds for check in checks if check.kind != "answer") else "killed"

    def strays(self, session: Session | None = None) -> bool:
        """Whether there is a side effect."""
        changes = (session or self.session).changes()
        return bool(grading.side_effects(self.environment.schema, changes, self.entry["frame"], self.allowed))

    def survivor(self, calls: Sequence[Call]) -> Survivor:
        """What is to be told of calls that survive."""
        self.play(calls)
        unseen = difference(self.environment, self.diff, self.session.diff(), self.session.now)
        return Survivor(tuple(calls), deviations(self.environment, self.solution, calls), tuple(unseen))

    def shrunk(self, calls: Sequence[Call]) -> list[Call]:
        """The calls without those that it survives without."""
        calls = list(calls)
        index = len(calls)
        while index:
            index -= 1
            fewer = calls[:index] + calls[index + 1 :]
            self.play(fewer)
            if self.verdict() == "survived":
                calls = fewer
        return calls

    def close(self) -> None:
        self.session.close()

    def _canonical(self, session: Session) -> Json:
        environment = self.environment
        return grading.canonical(environment.schema, session.changes(), environment.clock, session.now)


def deviations(
    environment: Environment, solution: Sequence[Call], calls: Sequence[Call]
) -> tuple[Deviation, ...]:
    """How calls that write differ from those of a solution; each is held against the one most like it."""
    left = [call for call in calls if environment.program[call["tool"]].writes]
    found: list[Deviation] = []
    made: list[Call] = []
    for step, call in enumerate(solution):
        tool = environment.program[call["tool"]]
        if not tool.writes:
            continue
        alike = [other for other in left if other["tool"] == call["tool"]]
        if not alike:
            found.append(Deviation(tool.name, None, step, f"without `{tool.name}`"))
            continue
        nearest = min(alike, key=lambda other: len(_differing(environment, call, other)))
        left.remove(nearest)
        made.append(nearest)
        for name, json_name in _differing(environment, call, nearest):
            words = f"with {json_name} = {_said(nearest, json_name)} in `{tool.name}`, not {_said(call, json_name)}"
            found.append(Deviation(tool.name, name, step, words))
    for call in left:
        if call in made:
            found.append(Deviation(call["tool"], None, None, f"with `{call['tool']}` twice"))
        else:
            found.append(Deviation(call["tool"], None, None, f"with `{shown(call)}` besides"))
    return tuple(found)


def _differing(environment: Environment, call: Call, other: Call) -> list[tuple[str, str]]:
    """The parameters, by both names, that two calls of one tool give different values."""
    return [
        (parameter.name, parameter.json_name)
        for parameter in environment.program[call["tool"]].parameters
        if call["arguments"].get(parameter.json_name) != other["arguments"].get(parameter.json_name)
    ]


def _said(call: Call, name: str) -> str:
    return short(json_text(call["arguments"][name])) if name in call["arguments"] else "left out"


def shown(call: Call) -> str:
    """``borrow(book_id=3)``, as `awmc call` takes it."""
    return f"{call['tool']}({', '.join(f'{name}={_said(call, name)}' for name in call['arguments'])})"


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}{MANY}"
