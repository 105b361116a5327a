"""What finds bugs: each layer is a command in the copy, and how what it says is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.plants.plant import Plant
from tests.plants.report import Outcome
from tests.plants.trees import Done, Tree

NOTHING = "nothing planted"

CALLS = "600"  # of ``awmc test``, for each spec
CALLS_OF_ONE = "3000"  # where the bug is in one spec alone

Findings = Iterator[str]


class Layer(NamedTuple):
    """``find`` gives a line for each thing that the layer finds; what it finds with nothing planted as well is none."""

    name: str
    what: str
    find: Callable[[Tree, Plant | None], Findings]

    def applies(self, plant: Plant, tree: Tree) -> bool:
        """Not to a spec that does not compile: it gets no farther."""
        return self.name in ("compile", "fixed") or bool(tree.specs(plant))

    def run(self, tree: Tree, plant: Plant | None, known: list[str]) -> Outcome:
        before = tree.seconds
        found = list(dict.fromkeys(self.find(tree, plant)))
        new = [line for line in found if line not in known]
        seconds = tree.seconds if self.name == "compile" else tree.seconds - before
        return Outcome(
            bool(new), new[0][:200] if new else "", round(seconds, 1), found if plant is None else []
        )


def _compiled(tree: Tree, plant: Plant | None) -> Findings:
    yield from tree.said


def _pytest(tree: Tree, *tests: str) -> Findings:
    done = tree.run("-m", "pytest", *tests, "-n", "2", "-x", "-q", "--no-header", "-p", "no:cacheprovider")
    tree.seconds += done.seconds
    if done.code:
        failed = [line for line in done.lines if line.startswith(("FAILED", "ERROR"))]
        yield failed[0] if failed else f"pytest ends with {done.code}: {done.lines[-1:]}"
    yield from _too_long(done)


def _too_long(done: Done) -> Findings:
    if done.code is None:
        yield "it never ends"


def _fixed(tree: Tree, plant: Plant | None) -> Findings:
    """Of a bug in a spec, the tests that read it."""
    if plant is not None and plant.spec:
        return _pytest(tree, "tests/runtime/test_shipped.py", "tests/docs")
    return _pytest(tree, "tests/language", "tests/lowering", "tests/runtime")


def _oracle(tree: Tree, plant: Plant | None) -> Findings:
    if "specs/airline.awm" in tree.specs(plant):
        yield from _pytest(tree, "tests/oracle")


def _tests(tree: Tree, plant: Plant | None) -> Findings:
    calls = CALLS_OF_ONE if plant is not None and plant.spec else CALLS
    for spec in tree.specs(plant):
        done = tree.awmc("test", spec, "--budget", calls, "--random", "1")
        tree.seconds += done.seconds
        if done.code:
            yield next((f"{spec}: {line}" for line in done.lines if line.strip()), spec)
        yield from _too_long(done)


def _proofs(tree: Tree, plant: Plant | None) -> Findings:
    """A task that can be completed by something else, by the way in which it can."""
    for spec in tree.specs(plant):
        done = tree.awmc("prove", spec, "--json", "--walks", "5", "--calls", "5")
        tree.seconds += done.seconds
        yield from _too_long(done)
        try:
            records = json.loads("\n".join(done.lines))
        except ValueError:
            yield next(
                (f"{spec}: {line}" for line in done.lines if re.match(r"error|warning|\w+Error", line)), spec
            )
            continue
        for record in records:
            for survivor in record.get("survivors", []):
                yield f"{spec}: {record['task']}: {survivor}"


LAYERS = {
    layer.name: layer
    for layer in (
        Layer("compile", "`awmc compile`: types, seed rows, proofs of tasks", _compiled),
        Layer("fixed", "tests/language, tests/lowering, tests/runtime", _fixed),
        Layer("test", "`awmc test` on the shipped specs", _tests),
        Layer("prove", "`awmc prove` on the shipped specs", _proofs),
        Layer("oracle", "tests/oracle: the recorded airline desk", _oracle),
    )
}
