"""Mutations of a solution: a write left out, an argument changed to another valid value, a write made twice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from awmlang.proving.attempts import Call, Subject
from awmlang.proving.candidates import Candidates, NoCandidate
from awmlang.runtime.program import Parameter
from awmlang.runtime.session import Result

TRIES = 4  # draws for one that is another value, and valid


def left_out_or_twice(subject: Subject) -> Iterator[list[Call]]:
    """Each call that writes left out, and made twice."""
    calls = subject.solution
    for step in _writing(subject):
        yield calls[:step] + calls[step + 1 :]
        yield calls[: step + 1] + calls[step:]


def parameters(subject: Subject) -> Iterator[tuple[int, Parameter]]:
    """Each call that writes, with each parameter that it has."""
    for step in _writing(subject):
        for parameter in subject.environment.program[subject.solution[step]["tool"]].parameters:
            yield step, parameter


def changed(
    subject: Subject, candidates: Candidates, random: Random, step: int, parameter: Parameter, most: int
) -> Iterator[tuple[list[Call], list[Result]]]:
    """The solution with other valid values, ``most`` at most and no two alike, of an argument; it has just been played.

    Where the call fails, the value is not valid, which the results tell.
    """
    calls = subject.solution
    call = calls[step]
    seen = [_given(call["arguments"], parameter)]
    for _ in range(most * TRIES):
        if len(seen) > most:
            return
        try:
            value = candidates.valid(random, parameter.type, parameter.name)
        except NoCandidate:
            return
        if value in seen or (value is None and parameter.required):
            continue
        other = call | {"arguments": call["arguments"] | {parameter.json_name: value}}
        mutated = [*calls[:step], other, *calls[step + 1 :]]
        results = subject.play(mutated)
        seen += [value] if results[step].ok else []
        yield mutated, results


def _given(arguments: dict[str, Any], parameter: Parameter) -> Any:
    """What an argument is; a default is as good as given."""
    return arguments.get(parameter.json_name)


def _writing(subject: Subject) -> list[int]:
    program = subject.environment.program
    return [step for step, call in enumerate(subject.solution) if program[call["tool"]].writes]
