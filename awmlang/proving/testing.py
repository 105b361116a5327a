"""Property tests of a compiled environment: calls drawn by Hypothesis, held against what the tools promise.

report = check_bundle("compiled/food_delivery", calls=2000)
assert not report.findings
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from awmlang import bundle
from awmlang.proving.arguments import Calls, simpler
from awmlang.proving.candidates import Candidates, Draws
from awmlang.proving.contract import Contract
from awmlang.proving.coverage import Coverage, Reached
from awmlang.proving.properties import Broken, Call, CheckedSession
from awmlang.runtime import Environment

LONGEST = 20  # calls of a sequence, those of a solution before it aside
EXAMPLES = 40  # of a run of Hypothesis; between runs the budget is looked at and progress told
MOST_FINDINGS = 20
SHRINKING = 1_000  # calls in which Hypothesis makes a finding smaller
_INTEGERS = [st.integers(0, 0), *(st.integers(0, most) for most in range(64))]


@dataclass(frozen=True)
class Finding:
    """A promise that a tool broke (``rule`` is a key of ``properties.RULES``), by the last of as few calls as will do."""

    rule: str
    tool: str
    words: str
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Report:
    """``tools`` counts the outcomes (``ok`` or a code) of each tool's calls."""

    name: str
    seed: int
    calls: int
    seconds: float
    findings: tuple[Finding, ...]
    tools: Mapping[str, Mapping[str, int]]
    coverage: tuple[Reached, ...]

    def findings_of(self, tool: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.tool == tool]


@dataclass(frozen=True)
class Budget:
    """How much is tried: so many calls, or so many seconds."""

    calls: int | None = None
    seconds: float | None = None


Progress = Callable[[float, int], None]  # the share of the budget that is used up; the number of findings


def check_bundle(folder: str | os.PathLike[str], *, calls: int = 2000, seed: int = 0) -> Report:
    """Test the bundle in a folder. Raises FileNotFoundError."""
    return check_files(bundle.read(folder), Budget(calls=calls), seed=seed)


def check_files(
    files: dict[str, bytes], budget: Budget, *, seed: int = 0, progress: Progress | None = None
) -> Report:
    """Test the bundle of these files. The report follows from them, a budget of calls and the seed."""
    return _Run(files, budget, seed).run(progress or (lambda share, findings: None))


class _Draws:
    """Choices of Hypothesis."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def randrange(self, stop: int, /) -> int:
        if stop < len(_INTEGERS):
            return self._draw(_INTEGERS[stop])  # type: ignore[no-any-return]
        return self._draw(st.integers(0, stop - 1))  # type: ignore[no-any-return]


class _Run:
    """One run of tests, of one environment."""

    def __init__(self, files: dict[str, bytes], budget: Budget, seed: int) -> None:
        self._environment = Environment(files)
        self._contract = Contract.load(self._environment, files[bundle.CONTRACT])
        self._coverage = Coverage(self._environment, self._contract, files[bundle.TOOLS])
        self._budget, self._seed = budget, seed
        self._solutions = [
            [Call(call["tool"], call["arguments"]) for call in task["solution"]]
            for task in self._environment.tasks.values()
            if task["solution"]
        ]
        self._checked = self._session()
        candidates = Candidates(self._checked.session)
        self._calls = Calls(candidates, [call for solution in self._solutions for call in solution])
        self._made = 0
        self._begun = 0.0
        self._known: set[tuple[str, str]] = set()  # rules and tools of findings
        self._sought: tuple[str, str] | None = None  # what is being made smaller
        self._shrinking = 0  # calls made for that

    def _session(self) -> CheckedSession:
        return CheckedSession(self._environment, self._contract, self._coverage.seen)

    def run(self, progress: Progress) -> Report:
        self._begun = monotonic()
        findings: list[Finding] = []
        number = 0
        while self._used() < 1 and len(findings) < MOST_FINDINGS:
            broken = self._round(self._seed * 1_000_003 + number)
            if broken is not None:
                findings.append(self._smaller(broken))
                self._known.add((broken.rule, broken.tool))
            number += 1
            progress(min(1.0, self._used()), len(findings))
        self._find_impossible()
        tools: dict[str, dict[str, int]] = {name: {} for name in self._environment.program}
        for (name, outcome), count in sorted(self._coverage.seen.outcomes.items()):
            if name in tools:
                tools[name][outcome] = count
        seconds = monotonic() - self._begun
        coverage = tuple(self._coverage.report())
        self._checked.close()
        return Report(
            self._environment.name, self._seed, self._made, seconds, tuple(findings), tools, coverage
        )

    def _used(self) -> float:
        """The share of the budget that is used up."""
        if self._budget.seconds is not None:
            return (monotonic() - self._begun) / self._budget.seconds
        return self._made / (self._budget.calls or 1)

    # ---- Sequences of calls

    def _round(self, number: int) -> Broken | None:
        """Some sequences; what they broke, made small by Hypothesis."""
        self._sought, self._shrinking = None, 0
        found: list[Broken] = []

        @st.composite
        def sequences(draw: Any) -> None:
            try:
                self._sequence(_Draws(draw))
            except Broken as broken:
                found.append(broken)
                raise

        @settings(
            database=None,
            deadline=None,
            derandomize=False,
            max_examples=EXAMPLES,
            phases=(Phase.generate, Phase.shrink),
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        @seed(number)
        @given(sequences())
        def run(_: None) -> None:
            pass

        with suppress(
            Broken, Flaky
        ):  # Hypothesis finds it flaky where it was stopped while it made it smaller
            run()
        return min(found, key=_size, default=None)

    def _sequence(self, draws: Draws) -> None:
        checked = self._checked
        checked.reset()
        if self._shrinking > SHRINKING:
            return
        try:
            if draws.randrange(4) == 3 and self._solutions:
                solution = self._solutions[draws.randrange(len(self._solutions))]
                for call in solution[: 1 + draws.randrange(len(solution))]:
                    self._call(call, twice=False)
            for _ in range(LONGEST):
                if self._used() >= 1 and self._sought is None:
                    return
                call = self._calls.draw(draws)
                self._call(call, twice=draws.randrange(8) == 7)
                if draws.randrange(LONGEST) == 0:
                    break
            checked.finish(again=draws.randrange(8) == 7)
        except Broken as broken:
            found = (broken.rule, broken.tool)
            if found in self._known or self._sought not in (None, found):
                return
            self._sought = found
            raise

    def _call(self, call: Call, *, twice: bool) -> None:
        if self._sought is None:
            self._made += 1 + twice
        else:
            self._shrinking += 1 + twice
        if twice:
            self._checked.call_twice(call.tool, call.arguments)
        else:
            self._checked.call(call.tool, call.arguments)

    # ---- Findings

    def _smaller(self, broken: Broken) -> Finding:
        """The finding with every call and argument left out that it does without."""
        best = broken
        improved = True
        while improved:
            improved = False
            for calls in _shorter(best.calls):
                found = self._replayed(calls)
                if found and (found.rule, found.tool) == (best.rule, best.tool):
                    best, improved = found, True
                    break
        return Finding(best.rule, best.tool, best.words, tuple(best.calls))

    def _replayed(self, calls: list[Call]) -> Broken | None:
        checked = CheckedSession(self._environment, self._contract)
        try:
            for call in calls[:-1]:
                checked.call(call.tool, call.arguments)
            checked.call_twice(calls[-1].tool, calls[-1].arguments)
            checked.finish(again=True)
        except Broken as broken:
            return broken
        finally:
            checked.close()
        return None

    def _find_impossible(self) -> None:
        """The tools for which there is no row to refer to at the start, nor was there when they were called."""
        self._checked.reset()
        candidates = Candidates(self._checked.session)
        for tool in candidates.tools:
            if candidates.arguments(_First(), tool) is None:
                self._coverage.impossible.add(tool.name)


class _First:
    """The simplest choice, always."""

    def randrange(self, stop: int, /) -> int:
        return 0


def _size(broken: Broken) -> tuple[int, int]:
    return len(broken.calls), len(str(broken.calls))


def _shorter(calls: list[Call]) -> list[list[Call]]:
    """The calls with one left out, or with one argument of one left out or shortened."""
    found = [calls[:index] + calls[index + 1 :] for index in range(len(calls) - 1)]
    for index, call in enumerate(calls):
        for arguments in simpler(call.arguments):
            found.append([*calls[:index], Call(call.tool, arguments), *calls[index + 1 :]])
    return found
