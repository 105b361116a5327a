"""What an agent might do instead of the solution of a task, and whether the task's checks can tell.

An attempt that ends in the state of the solution, generated keys and times of the session aside, is as good as the
solution. One that ends elsewhere and is complete all the same is a survivor: the checks do not see the difference.
Attempts are judged as if their answer were right for where they end; answers are attacked apart (``answers``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, NamedTuple

from awmlang.lowering.tasks import STEP
from awmlang.proving.differences import difference, short
from awmlang.runtime import grading
from awmlang.runtime.database import UNBOUNDED
from awmlang.runtime.environment import Environment
from awmlang.runtime.functions import json_text
from awmlang.runtime.session import Result, Session
from awmlang.runtime.state import Change
from awmlang.semantics.model import ToolCall

Json = dict[str, Any]
Call = Json
"""As in tasks.json: ``{"tool": "borrow", "arguments": {"book_id": 3}}``."""

Verdict = Literal["killed", "equivalent", "survived"]


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
    """An instance of a task under attack: what its solution does and where that ends.

    ``solution`` has only the calls that matter to its checks, ``nodes`` those calls in the spec: where no check asks
    what was called, those that write. The ``session`` is for any subject of the environment to play in, in turn.
    """

    def __init__(self, session: Session, entry: Json, nodes: Sequence[ToolCall]) -> None:
        self.session = session
        self.environment = environment = session.environment
        self.entry = entry
        task = environment.rewards[entry["task"]]
        asks = any(":called_" in expect.sql for expect in task.expects)
        steps = [
            (call, node)
            for call, node in zip(entry["solution"], nodes, strict=True)
            if asks or environment.program[call["tool"]].writes
        ]
        self.solution: list[Call] = [call for call, _ in steps]
        self.nodes = [node for _, node in steps]
        self.allowed = task.allowed
        self.results = self.play(self.solution)
        self.end = self._canonical(self.session, self.session.changes())
        self.diff = self.session.diff()

    def play(self, calls: Sequence[Call]) -> list[Result]:
        """Make the calls from the start, in the session. Those that fail change nothing."""
        self.session.reset()
        self.session.task = self.entry
        self.session.database.grant(UNBOUNDED)
        self.session.database.spend(STEP * len(calls))
        return [self.session.call(call["tool"], call["arguments"]) for call in calls]

    def verdict(self, session: Session | None = None) -> Verdict:
        """On the state in which ``session`` is: the own one, or another of the environment."""
        session = session or self.session
        changes = session.changes()
        if self._canonical(session, changes) == self.end:
            return "equivalent"
        if self._strays(changes):
            return "killed"
        session.task = self.entry
        checks = session.grade().checks
        return "survived" if all(check.holds for check in checks if check.kind != "answer") else "killed"

    def strays(self) -> bool:
        """Whether there is a side effect in the state of the session."""
        return self._strays(self.session.changes())

    def _strays(self, changes: list[Change]) -> bool:
        return bool(grading.side_effects(self.environment.schema, changes, self.entry["frame"], self.allowed))

    def survivor(self, calls: Sequence[Call]) -> Survivor:
        """What is to be told of calls that survive."""
        self.play(calls)
        unseen = difference(self.environment, self.diff, self.session.diff(), self.session.now)
        return Survivor(tuple(calls), deviations(self.environment, self.solution, calls), tuple(unseen))

    def shrunk(self, calls: Sequence[Call]) -> list[Call]:
        """Calls of which none, and no two of which one undoes the other, can be left out or be more like one of the
        solution's, or they would not survive."""
        found: list[Call] | None = list(calls)
        while found is not None:
            calls = found
            found = next(filter(self._survives, self._simpler(calls)), None)
        return list(calls)

    def _simpler(self, calls: Sequence[Call]) -> Iterator[list[Call]]:
        indexes = range(len(calls) - 1, -1, -1)
        for out in [*((index,) for index in indexes), *combinations(indexes, 2)]:
            yield [call for index, call in enumerate(calls) if index not in out]
        for index in indexes:
            for nearer in self._nearer(calls[index]):
                yield [*calls[:index], nearer, *calls[index + 1 :]]

    def _survives(self, calls: Sequence[Call]) -> bool:
        self.play(calls)
        return self.verdict() == "survived"

    def _nearer(self, call: Call) -> Iterator[Call]:
        """Calls more like one of the solution: that call, and those that differ from it in one argument."""
        models = [model for model in self.solution if model["tool"] == call["tool"]]
        least = min((len(_differing(self.environment, model, call)) for model in models), default=0)
        for model in models if least > 0 else ():
            yield model
            for _, name in _differing(self.environment, model, call) if least > 1 else ():
                arguments = {k: v for k, v in model["arguments"].items() if k != name}
                given = {name: call["arguments"][name]} if name in call["arguments"] else {}
                yield model | {"arguments": arguments | given}

    def _canonical(self, session: Session, changes: list[Change]) -> Json:
        environment = self.environment
        return grading.canonical(environment.schema, changes, environment.clock, session.now)


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
            path, before, after = _narrowed(json_name, _given(call, json_name), _given(nearest, json_name))
            words = f"with `{path} = {after}` in `{tool.name}`"
            if json_name in call["arguments"]:
                words += f" in place of {before}"
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


def _narrowed(path: str, before: Any, after: Any) -> tuple[str, str, str]:
    """The only part in which two values differ, and what it is in each: ``items[1].name``, ``"Ann"``, ``"Bob"``."""
    if type(before) is type(after) is dict and before.keys() == after.keys():
        parts = [(f"{path}.{name}", before[name], after[name]) for name in before]
    elif type(before) is type(after) is list and len(before) == len(after):
        parts = [(f"{path}[{at}]", *pair) for at, pair in enumerate(zip(before, after, strict=True))]
    else:
        parts = []
    differing = [part for part in parts if part[1] != part[2]]
    return _narrowed(*differing[0]) if len(differing) == 1 else (path, _said(before), _said(after))


_LEFT_OUT = object()


def _given(call: Call, name: str) -> Any:
    return call["arguments"].get(name, _LEFT_OUT)


def _said(value: Any) -> str:
    return "left out" if value is _LEFT_OUT else short(json_text(value))


def shown(call: Call) -> str:
    """``borrow(book_id=3)``, as `awmc call` takes it."""
    return (
        f"{call['tool']}({', '.join(f'{name}={_said(value)}' for name, value in call['arguments'].items())})"
    )
