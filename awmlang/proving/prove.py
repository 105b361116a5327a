"""Whether the rewards of a spec can be had without doing its tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from awmlang.diagnostics import Diagnostic, Span
from awmlang.diagnostics.codes import (
    CONSTANT_ANSWER,
    EMPTY_ALL,
    IDLE_ARGUMENT,
    TIED_ANSWER,
    WRONG_ANSWER_PASSES,
    WRONG_STATE_PASSES,
    Code,
)
from awmlang.lowering.compile import Compiled
from awmlang.lowering.sql import Context
from awmlang.proving import attacks, mutations
from awmlang.proving.answers import wrong_answers
from awmlang.proving.attempts import Call, Deviation, Subject, Survivor, Verdict
from awmlang.proving.candidates import Candidates
from awmlang.proving.suspicions import empty_alls, tied_answers
from awmlang.runtime import grading
from awmlang.runtime.answers import Expected
from awmlang.runtime.database import UNBOUNDED
from awmlang.runtime.environment import Environment
from awmlang.runtime.functions import json_text
from awmlang.runtime.session import Session
from awmlang.semantics import model as m


@dataclass(frozen=True)
class Effort:
    """How much is tried: ``values`` of each argument, ``instances`` of each task, ``choices`` of arguments for each
    tool's single calls, ``walks`` for each instance; ``work`` is what all mutations may cost, in the units of
    ``runtime.database.WORK``."""

    values: int
    instances: int
    choices: int
    walks: int
    floods: bool  # answers of thousands of words
    work: int


QUICK = Effort(values=2, instances=1, choices=0, walks=0, floods=False, work=100_000)
"""For a share of the time that compiling takes."""
THOROUGH = Effort(values=5, instances=5, choices=10, walks=20, floods=True, work=UNBOUNDED)
CONFIRMED = 10  # other values that change nothing, before an argument is called idle


@dataclass(frozen=True)
class Finding:
    """A weakness of a task's reward. ``unseen`` is how the end state of ``calls`` differs from the solution's.

    ``accepted`` is the reason for which the spec lets it be.
    """

    code: Code
    span: Span
    message: str
    instance: str
    calls: tuple[Call, ...] = ()
    unseen: tuple[str, ...] = ()
    help: str | None = None
    accepted: str | None = None

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(self.code, self.span, self.message, help=self.help)


@dataclass
class Proof:
    """What became of the attempts on a task; ``survived`` of them are told by ``findings``, many of them by one."""

    task: str
    instances: int = 0
    killed: int = 0
    equivalent: int = 0
    survived: int = 0
    accepted: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return self.killed + self.equivalent + self.survived + self.accepted

    @property
    def weak(self) -> bool:
        """Whether something is found that is not accepted."""
        return any(finding.accepted is None for finding in self.findings)

    @property
    def score(self) -> float:
        """Of the attempts that do something other than the solution and are not accepted, the share that fails."""
        return self.killed / (self.killed + self.survived) if self.killed + self.survived else 1.0


def prove(model: m.Model, compiled: Compiled, effort: Effort = QUICK, seed: int = 0) -> list[Proof]:
    """A proof of each task. The same seed gives the same attempts."""
    environment = Environment(compiled.files)
    context = Context(model, lambda label: compiled.labels[label][1], str)
    with environment.session() as untouched, environment.session() as session:
        candidates = Candidates(untouched)
        attacked = [
            _Attacked(task, entries, session, compiled, effort)
            for task in model.tasks.values()
            if (entries := [entry for entry in compiled.tasks if entry["task"] == task.name])
        ]
        for each in attacked:
            each.mutate(candidates, seed)
            each.answer_wrongly()
            each.suspect(context)
            each.walk(seed)
        if effort.choices:
            for call in attacks.single_calls(untouched, Random(seed), effort.choices):
                for each in attacked:
                    for subject in each.subjects:
                        each.count(subject, [call], subject.verdict(untouched))
        return [each.concluded() for each in attacked]


def weaknesses(proofs: Iterable[Proof]) -> list[Diagnostic]:
    """What is found and not accepted."""
    return [
        finding.diagnostic() for proof in proofs for finding in proof.findings if finding.accepted is None
    ]


def together(name: str, proofs: Iterable[Proof]) -> Proof:
    """The sums of some proofs."""
    total = Proof(name)
    for proof in proofs:
        for count in ("instances", "killed", "equivalent", "survived", "accepted"):
            setattr(total, count, getattr(total, count) + getattr(proof, count))
    return total


class _Attacked:
    """A task under attack."""

    def __init__(
        self,
        task: m.Task,
        entries: list[dict[str, Any]],
        session: Session,
        compiled: Compiled,
        effort: Effort,
    ) -> None:
        self.task = task
        self.entries = entries
        self.session = session
        self.effort = effort
        self.subjects = [
            Subject(session, entry, compiled.steps[entry["id"]]) for entry in entries[: effort.instances]
        ]
        self.proof = Proof(task.name, len(self.subjects))
        self.header = Span(task.span.file, task.span.start, task.prompt.span.end)
        self._survivors: dict[frozenset[tuple[str, str | None]], tuple[Subject, Survivor]] = {}

    def concluded(self) -> Proof:
        open_ones = [
            kind for kind, (_, it) in self._survivors.items() if self._acceptance(it.deviations) is None
        ]
        for kind, (subject, survivor) in self._survivors.items():
            if not any(other < kind for other in open_ones):  # else less than that survives as well
                self._find_survivor(subject, survivor)
        return self.proof

    # ---- Attempts

    def mutate(self, candidates: Candidates, seed: int) -> None:
        idle: dict[tuple[int, tuple[str | int, ...]], tuple[mutations.Place, list[bool]]] = {}
        for subject in self.subjects:
            random = Random(f"{seed} {subject.entry['id']}")
            for calls in mutations.left_out_or_twice(subject):
                if self._is_spent():
                    return
                subject.play(calls)
                self.count(subject, calls, subject.verdict())
            for place in mutations.places(subject):
                if self._is_spent():
                    return
                is_idle = self._change(subject, candidates, random, place)
                given = mutations.value_at(subject.solution[place.step]["arguments"], place.path)
                if is_idle is not None and given is not None:
                    idle.setdefault((place.step, place.path), (place, []))[1].append(is_idle)
        for place, verdicts in idle.values():
            if all(verdicts):
                self._find_idle(place)

    def _change(
        self, subject: Subject, candidates: Candidates, random: Random, place: mutations.Place
    ) -> bool | None:
        """Change what is given; whether it makes no difference at all, None if there is no other value for it."""
        texts = [result.text for result in subject.results]
        same = None
        most = max(self.effort.values, CONFIRMED)
        mutants = mutations.changed(subject, candidates, random, place, most)
        tried = 0
        for calls, results in mutants:
            if self._is_spent():
                return None
            if not results[place.step].ok:
                same = False
                continue
            tried += 1
            verdict = subject.verdict()
            same = same is not False and verdict == "equivalent" and texts == [r.text for r in results]
            self.count(subject, calls, verdict)
            if tried >= self.effort.values and not same:
                break
        return same

    def _is_spent(self) -> bool:
        return self.session.database.spent > self.effort.work

    def walk(self, seed: int) -> None:
        for subject in self.subjects:
            random = Random(f"{seed} {subject.entry['id']} walks")
            if self.effort.choices:
                for calls in attacks.calls_too_many(subject, random, self.effort.choices):
                    self.count(subject, calls, subject.verdict())
            for _ in range(self.effort.walks):
                attacks.walk(subject, random, partial(self._judge, subject))

    def _judge(self, subject: Subject, calls: list[Call]) -> Verdict:
        verdict = subject.verdict()
        self.count(subject, subject.shrunk(calls) if verdict == "survived" else calls, verdict)
        return verdict

    def count(self, subject: Subject, calls: list[Call], verdict: Verdict) -> None:
        """Count an attempt, and keep it if of all its kind that survive it differs the least from the solution."""
        if verdict == "killed":
            self.proof.killed += 1
        elif verdict == "equivalent":
            self.proof.equivalent += 1
        else:
            survivor = subject.survivor(calls)
            kind = frozenset((each.tool, each.parameter) for each in survivor.deviations)
            if self._acceptance(survivor.deviations) is None:
                self.proof.survived += 1
            else:
                self.proof.accepted += 1
            known = self._survivors.get(kind)
            if known is None or len(survivor.unseen) < len(known[1].unseen):
                self._survivors[kind] = subject, survivor

    def _find_survivor(self, subject: Subject, survivor: Survivor) -> None:
        first = survivor.deviations[0]
        unseen = f"that {'; '.join(survivor.unseen[:3])}" if survivor.unseen else "the difference"
        accept = f"accept {'.'.join(filter(None, first[:2]))}"
        self._find(
            WRONG_STATE_PASSES,
            self._place(subject, first),
            f"`{self.task.name}` is complete {survivor.words}.",
            subject,
            help=f'No check sees {unseen}. Expect what is right, or `{accept} "why"`.',
            calls=survivor.calls,
            unseen=survivor.unseen,
            accepted=self._acceptance(survivor.deviations),
        )

    def _find_idle(self, place: mutations.Place) -> None:
        subject = self.subjects[0]
        tool = subject.solution[place.step]["tool"]
        deviation = Deviation(tool, place.parameter.name, place.step, "")
        self._find(
            IDLE_ARGUMENT,
            self._place(subject, deviation),
            f"Whatever `{place}` is, `{tool}` does the same here.",
            subject,
            help="Leave it out if that is possible, or see whether the tool forgets about it.",
            accepted=self._acceptance((deviation,)),
        )

    def _place(self, subject: Subject, deviation: Deviation) -> Span:
        """The argument or the call in the spec that is deviated from, else the head of the task."""
        if deviation.step is None:
            return self.header
        node = subject.nodes[deviation.step]
        values = {parameter.name: value.span for parameter, value in node.arguments}
        return values.get(deviation.parameter or "", node.span)

    def _acceptance(self, deviations: tuple[Deviation, ...] = ()) -> str | None:
        """The reason for which the task accepts all that is deviated in; of nothing, for which it accepts all."""
        anything = next((a.reason for a in self.task.accepted if a.tool is None), None)
        reasons = []
        for deviation in deviations:
            reason = next(
                (
                    accepted.reason
                    for accepted in self.task.accepted
                    if accepted.tool is not None
                    and accepted.tool.name == deviation.tool
                    and (accepted.parameter is None or accepted.parameter.name == deviation.parameter)
                ),
                anything,
            )
            if reason is None:
                return None
            reasons.append(reason)
        return " ".join(dict.fromkeys(reasons)) if reasons else anything

    # ---- Answers

    def answer_wrongly(self) -> None:
        for subject in self.subjects:
            task = self.session.environment.rewards[subject.entry["task"]]
            if not task.answers:
                continue
            subject.play(subject.solution)
            values = grading.expected(subject.session)
            expected = [
                Expected(a.name, a.type, value) for a, value in zip(task.answers, values, strict=True)
            ]
            for what, answer in wrong_answers(self.session.environment, expected, self.effort.floods):
                if not subject.session.grade(answer).complete:
                    self.proof.killed += 1
                    continue
                accepted = self._acceptance()
                self.proof.accepted += accepted is not None
                self.proof.survived += accepted is None
                self._find(
                    WRONG_ANSWER_PASSES,
                    self.task.answers[0].span,
                    f"`{self.task.name}` is complete with {what}.",
                    subject,
                    help='Ask for something that cannot be guessed, or `accept "why"`.',
                    accepted=accepted,
                )

    # ---- Suspicions

    def suspect(self, context: Context) -> None:
        tied: dict[m.Answer, Subject] = {}
        empty: list[set[m.Aggregate]] = []
        for subject in self.subjects:
            subject.play(subject.solution)
            for answer in tied_answers(context, self.task, subject.session):
                tied.setdefault(answer, subject)
            empty.append(set(empty_alls(context, self.task, subject.session)))
        accepted = self._acceptance()
        for answer, subject in tied.items():
            words = "The answer hangs on the order of rows that sort alike."
            help = "Sort by more, so that one comes first; or ask for all of them."
            self._find(TIED_ANSWER, answer.value.span, words, subject, help=help, accepted=accepted)
        for node in sorted(set.intersection(*empty), key=lambda node: node.span):
            words = "This `all` goes over no rows where the solution ends, so it holds whatever is done."
            help = "Expect that there are such rows as well: `exists(...)`, or a `count`."
            self._find(EMPTY_ALL, node.span, words, self.subjects[0], help=help, accepted=accepted)
        self._suspect_constants(accepted)

    def _suspect_constants(self, accepted: str | None) -> None:
        """Answers that are the same for all instances of a template."""
        if len(self.entries) < 2:
            return
        for answer in self.task.answers:
            given = [
                entry["answer"] if answer.name is None else entry["answer"][answer.name]
                for entry in self.entries
            ]
            if all(value == given[0] for value in given):
                words = f"The answer is {json_text(given[0])} for each of the {len(given)} instances of `{self.task.name}`."
                help = "Let the template go over rows for which it differs."
                self._find(
                    CONSTANT_ANSWER, answer.span, words, self.subjects[0], help=help, accepted=accepted
                )

    def _find(self, code: Code, span: Span, message: str, subject: Subject, help: str, **more: Any) -> None:
        if all((code, span, message) != (f.code, f.span, f.message) for f in self.proof.findings):
            self.proof.findings.append(Finding(code, span, message, subject.entry["id"], help=help, **more))
