"""Property tests of a compiled environment: calls drawn by Hypothesis, held against what the tools promise.

report = check_bundle("compiled/food_delivery", calls=2000)
assert not report.findings
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.strategies import SearchStrategy

from awmlang import bundle
from awmlang.proving.arguments import Calls, simpler
from awmlang.proving.candidates import Candidates, Draws
from awmlang.proving.contract import Contract
from awmlang.proving.coverage import Coverage, Reached
from awmlang.proving.properties import Broken, Call, CheckedSession
from awmlang.runtime import Environment

LONGEST = 20  # calls of a sequence, those that it begins with aside
MOST_WAYS = 200  # sequences that are kept to begin others with
EXAMPLES = 40  # of a run of Hypothesis; between runs the budget is looked at and progress told
MOST_FINDINGS = 20
SHRINKING = 1_000  # calls in which Hypothesis makes a finding smaller


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
    """Choices of Hypothesis, from the source of all that its strategies draw.

    A strategy for each number would take four times as long, and most of the time of the tests.
    """

    def __init__(self, data: ConjectureData) -> None:
        self._data = data

    def randrange(self, stop: int, /) -> int:
        return self._data.draw_integer(0, stop - 1)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is drawn in it belongs together, and is left out together when a finding is made smaller."""
        self._data.start_span(1)
        yield
        self._data.stop_span()


class _Sequences(SearchStrategy[None]):
    """Draws and makes calls until one breaks something."""

    def __init__(self, run: Callable[[_Draws], None]) -> None:
        super().__init__()
        self._run = run

    def do_draw(self, data: ConjectureData) -> None:
        self._run(_Draws(data))


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
        self._ways: list[list[Call]] = []  # sequences that reached something for the first time
        self._new_ways: list[list[Call]] = []
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
            self._look_ahead()
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

    def _look_ahead(self) -> None:
        """Take up what the last round has shown; not within it, as Hypothesis repeats what it did."""
        self._ways += self._new_ways
        del self._ways[:-MOST_WAYS]
        self._new_ways = []
        self._calls.wanted = [self._environment.program[name] for name in self._coverage.wanting()]

    # ---- Sequences of calls

    def _round(self, number: int) -> Broken | None:
        """Some sequences; what they broke, made small by Hypothesis."""
        self._sought, self._shrinking = None, 0
        found: list[Broken] = []

        def sequence(draws: _Draws) -> None:
            try:
                self._sequence(draws)
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
        @given(_Sequences(sequence))
        def run(_: None) -> None:
            pass

        with suppress(
            Broken, Flaky
        ):  # Hypothesis finds it flaky where it was stopped while it made it smaller
            run()
        return min(found, key=_size, default=None)

    def _sequence(self, draws: _Draws) -> None:
        checked = self._checked
        checked.reset()
        if self._shrinking > SHRINKING:
            return
        before = self._coverage.reached()
        try:
            for call in self._beginning(draws):
                self._call(call, twice=False)
            for _ in range(LONGEST):
                if self._used() >= 1 and self._sought is None:
                    return
                with draws.together():
                    call = self._calls.draw(draws)
                    self._call(call, twice=draws.randrange(8) == 7)
                    is_last = draws.randrange(LONGEST) == 0
                if is_last:
                    break
            checked.finish(again=draws.randrange(8) == 7)
            if self._coverage.reached() > before:
                self._new_ways.append(checked.writes())
        except Broken as broken:
            found = (broken.rule, broken.tool)
            if found in self._known or self._sought not in (None, found):
                return
            self._sought = found
            raise

    def _beginning(self, draws: Draws) -> list[Call]:
        """Where a sequence starts from: nothing, the first calls of a solution, or of what reached something new."""
        ways = [[], [], [], [], [], self._ways, self._solutions, self._solutions][draws.randrange(8)]
        if not ways:
            return []
        way = ways[draws.randrange(len(ways))]
        return way[: 1 + draws.randrange(len(way))]

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
