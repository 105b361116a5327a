"""Mutations of a solution: a write left out, an argument changed to another valid value, a write made twice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from awmlang.proving.attempts import Call, Subject
from awmlang.proving.candidates import Candidates, NoCandidate
from awmlang.runtime import program as p
from awmlang.runtime.session import Result

TRIES = 4  # draws for one that is another value, and valid


class Place(NamedTuple):
    """Where a value can be put: an argument of a call that writes, or a part of one that holds records."""

    step: int
    parameter: p.Parameter
    path: tuple[str | int, ...]  # from the arguments on
    type: p.Type
    name: str
    may_be_null: bool

    def __str__(self) -> str:
        """``passengers[0].name``, of which the first is the name in the spec."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path[1:])
        return f"{self.parameter.name}{''.join(parts)}"


def left_out_or_twice(subject: Subject) -> Iterator[list[Call]]:
    """Each call that writes left out, and made twice."""
    calls = subject.solution
    for step in _writing(subject):
        yield calls[:step] + calls[step + 1 :]
        yield calls[: step + 1] + calls[step:]


def places(subject: Subject) -> Iterator[Place]:
    """Each parameter of each call that writes, with the parts of what it is given."""
    for step in _writing(subject):
        call = subject.solution[step]
        for parameter in subject.environment.program[call["tool"]].parameters:
            path = (parameter.json_name,)
            whole = Place(step, parameter, path, parameter.type, parameter.name, not parameter.required)
            yield from _parts(whole, value_at(call["arguments"], path))


def _parts(place: Place, value: Any) -> Iterator[Place]:
    """A place, and those in the records that it holds."""
    yield place
    type = place.type.inner if isinstance(place.type, p.Optional) else place.type
    if isinstance(type, p.Record) and value is not None:
        for field in type.fields:
            path = (*place.path, field.json_name)
            part = Place(place.step, place.parameter, path, field.type, field.name, not field.required)
            yield from _parts(part, value.get(field.json_name))
    elif isinstance(type, p.List) and isinstance(type.item, p.Record):
        for index, item in enumerate(value or ()):
            path = (*place.path, index)
            yield from _parts(Place(place.step, place.parameter, path, type.item, place.name, False), item)


def changed(
    subject: Subject, candidates: Candidates, random: Random, place: Place, most: int
) -> Iterator[tuple[list[Call], list[Result]]]:
    """The solution with other valid values, ``most`` at most and no two alike, at a place; it has just been played.

    Where the call fails, the value is not valid, which the results tell.
    """
    calls, step = subject.solution, place.step
    call = calls[step]
    seen = [value_at(call["arguments"], place.path)]
    for _ in range(most * TRIES):
        if len(seen) > most:
            return
        try:
            value = candidates.valid(random, place.type, place.name)
        except NoCandidate:
            return
        if value in seen or (value is None and not place.may_be_null):
            continue
        other = call | {"arguments": _with(call["arguments"], place.path, value)}
        mutated = [*calls[:step], other, *calls[step + 1 :]]
        results = subject.play(mutated)
        seen += [value] if results[step].ok else []
        yield mutated, results


def value_at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What is given at a path; None, which is as good as a default, if nothing is."""
    for part in path:
        value = value[part] if isinstance(part, int) else value.get(part)
    return value


def _with(inside: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy that has the value at the path."""
    if not path:
        return value
    part, *rest = path
    if isinstance(part, int):
        return [_with(item, tuple(rest), value) if at == part else item for at, item in enumerate(inside)]
    return inside | {part: _with(inside.get(part), tuple(rest), value)}


def _writing(subject: Subject) -> list[int]:
    program = subject.environment.program
    return [step for step, call in enumerate(subject.solution) if program[call["tool"]].writes]
