"""How well findings tell of one typing error: planted into every spec of the repository, counted in a table.

    python -m tests.typos             # 100 plants of each kind in each spec
    python -m tests.typos 300 --seed 7 --worst 20

A token is dropped, swapped with the next, or a name misspelled: in it a letter is dropped, doubled, replaced by its
neighbour on the keyboard or swapped with the next. Names are words of the language, too, quoted words in small letters, and what
stands between the braces of texts. Any token of the file is as likely as any other.

A plant that leaves a spec without an error is counted apart: it was a spec with another meaning. Of the rest:

near      the first error begins within a line of the place
findings  errors and warnings, on average
named     of misspellings, the first fix of the first error gives the text as it was
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import click

from awmlang.cli.specs import build_source
from awmlang.diagnostics import Diagnostic, Source, apply_edits
from awmlang.syntax.grammar import load
from awmlang.syntax.tokens import Token, tokenize
from tests.syntax.specs import SPECS

Kind = Literal["drop", "swap", "misspell"]
KINDS: tuple[Kind, ...] = get_args(Kind)

NEAR, FINDINGS, NAMED = 0.97, 1.3, 0.85
"""The goals: at least, fewer than, at least."""

_FOLDER = Path(__file__).parent.parent / "specs"
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm_")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEMBER = re.compile(r"[a-z_]+")
_BRACES = re.compile(r"\{([^{}]*)\}")


class Plant(NamedTuple):
    """A text with one error in it, between ``start`` and ``end``."""

    kind: Kind
    text: str
    start: int
    end: int


class Outcome(NamedTuple):
    """What is found in a planted text; None for what has no meaning there."""

    plant: Plant
    found: list[Diagnostic]
    near: bool | None
    named: bool | None


@dataclass
class Tally:
    """Outcomes, counted."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def faulty(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.near is not None]

    @property
    def valid(self) -> float:
        return 1 - len(self.faulty) / len(self.outcomes)

    @property
    def near(self) -> float:
        return _share(outcome.near for outcome in self.faulty)

    @property
    def findings(self) -> float:
        return sum(len(outcome.found) for outcome in self.faulty) / max(len(self.faulty), 1)

    @property
    def named(self) -> float:
        return _share(outcome.named for outcome in self.faulty if outcome.named is not None)


def _share(values: Iterable[bool | None]) -> float:
    every = list(values)
    return sum(map(bool, every)) / len(every) if every else 1.0


class Planter:
    """Plants errors into one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(load(), text)[:-1]
        self._names = list(_names(self._tokens))

    def plant(self, kind: Kind, rng: random.Random) -> Plant:
        """One error of the kind; the text differs from what it was."""
        while True:
            match kind:
                case "drop":
                    token = rng.choice(self._tokens)
                    start, end, new = token.start, token.end, ""
                case "swap":
                    index = rng.randrange(len(self._tokens) - 1)
                    first, second = self._tokens[index : index + 2]
                    start, end = first.start, second.end
                    new = second.text + self._text[first.end : second.start] + first.text
                case "misspell":
                    start, end = rng.choice(self._names)
                    new = misspelled(self._text[start:end], rng)
            if new != self._text[start:end]:
                return Plant(kind, self._text[:start] + new + self._text[end:], start, start + len(new))


def _names(tokens: Iterable[Token]) -> Iterator[tuple[int, int]]:
    """The places of names: bare ones, quoted ones, those between the braces of texts."""
    for token in tokens:
        if token.kind != "STRING":
            if found := _NAME.search(token.text):
                yield token.start + found.start(), token.start + found.end()
        elif _MEMBER.fullmatch(token.text[1:-1]):
            yield token.start + 1, token.end - 1
        else:
            for braces in _BRACES.finditer(token.text):
                for found in _NAME.finditer(token.text, braces.start(1), braces.end(1)):
                    yield token.start + found.start(), token.start + found.end()


def misspelled(word: str, rng: random.Random) -> str:
    """The word with one slip of the fingers; possibly the same word."""
    at = rng.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    match rng.choice(["drop", "double", "replace", "swap"]):
        case "drop" if len(word) > 1 and not (before + after)[0].isdigit():
            return before + after
        case "double":
            return before + letter + letter + after
        case "replace":
            return before + _neighbour(letter, rng) + after
        case _ if after and not (after[0].isdigit() and not before):
            return before + after[0] + letter + after[1:]
    return word


def _neighbour(letter: str, rng: random.Random) -> str:
    for row in _KEYBOARD:
        if (at := row.find(letter.lower())) >= 0:
            near = rng.choice([row[n] for n in (at - 1, at + 1) if 0 <= n < len(row)])
            return near.upper() if letter.isupper() else near
    return letter


def outcome(original: str, plant: Plant) -> Outcome:
    """What the compiler says of a plant in ``original``."""
    source = Source(0, "planted.awm", plant.text)
    found = build_source(source, [], folder=_FOLDER).diagnostics
    first = min((d for d in found if d.is_error), key=lambda d: d.span, default=None)
    if first is None:
        return Outcome(plant, found, None, None)
    lines = [source.position(place)[0] for place in (plant.start, plant.end)]
    near = lines[0] - 1 <= source.position(first.span.start)[0] <= lines[1] + 1
    if plant.kind != "misspell":
        return Outcome(plant, found, near, None)
    mended = apply_edits(plant.text, first.fixes[0].edits) if first.fixes else None
    return Outcome(plant, found, near, mended == original)


def outcomes(spec: str, kind: Kind, count: int, seed: int) -> list[Outcome]:
    """Those of ``count`` plants in a spec."""
    rng = random.Random(f"{spec} {kind} {seed}")
    planter = Planter(SPECS[spec])
    return [outcome(SPECS[spec], planter.plant(kind, rng)) for _ in range(count)]


@click.command()
@click.argument("count", default=100)
@click.option("--seed", default=0, show_default=True)
@click.option("--worst", default=0, help="Print so many of the plants that are furthest from the goals.")
@click.option("--spec", "specs", multiple=True, type=click.Choice(list(SPECS)), help="Only these.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these.")
def main(count: int, seed: int, worst: int, specs: tuple[str, ...], kinds: tuple[Kind, ...]) -> None:
    """Print the table of COUNT plants of each kind in each spec."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    every = Tally()
    for spec in specs or SPECS:
        for kind in kinds or KINDS:
            found = outcomes(spec, kind, count, seed)
            for tally in (tallies[kind], tallies[spec], every):
                tally.outcomes += found
            if worst:
                for each in found:
                    show(spec, each)
    print(f"{'':16} plants   valid    near  findings   named")
    for name, tally in [*((n, tallies[n]) for n in (*KINDS, *SPECS) if n in tallies), ("all", every)]:
        print(
            f"{name:16} {len(tally.outcomes):6} {tally.valid:7.1%} {tally.near:7.1%} {tally.findings:9.2f} {tally.named:7.1%}"
        )


def show(spec: str, it: Outcome) -> None:
    if it.near is None or (it.near and len(it.found) == 1 and it.named is not False):
        return
    source = Source(0, spec, it.plant.text)
    line, _ = source.position(it.plant.start)
    print(f"---- {spec}:{line} {it.plant.kind} near={it.near} named={it.named} n={len(it.found)}")
    print("    ", source.line(line).strip())
    for d in it.found[:6]:
        print(
            f"     {source.position(d.span.start)[0]} {d.code.id} {d.message} | {d.help} | {[f.message for f in d.fixes]}"
        )


if __name__ == "__main__":
    main()
