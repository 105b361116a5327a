"""What finds bugs: each layer is a command in the copy, and how what it says is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tests.plants.plant import Plant
from tests.plants.report import Outcome
from tests.plants.trees import Done, Tree

NOTHING = "nothing planted"

CALLS = "500"  # of ``awmc test``, for each spec
COMPARED = "200"  # calls, with the interpreter
RANDOM = "2000"  # calls of random specs, with the interpreter
CALLS_OF_ONE = "3000"  # where the bug is in one spec alone
TESTED = ("food_delivery", "airline", "clinic", "retail_bank", "warehouse")  # where it may be in all of them
EVERY = (*TESTED, "project_tracker", "team_chat")
PROVED = ("food_delivery", "airline", "clinic")  # the same, unless the bug is in rewards

Findings = Iterator[str]


class Layer(NamedTuple):
    """``find`` gives a line for each thing that the layer finds; what it finds with nothing planted as well is none."""

    name: str
    what: str
    find: Callable[[Tree, Plant | None], Findings]

    def applies(self, plant: Plant, tree: Tree) -> bool:
        """A spec that does not compile gets no farther. The interpreter knows of nothing but what the spec says."""
        if self.name in ("interp", "random"):
            return plant.spec is None
        if self.name == "fixed" and plant.spec is None:
            return True
        return self.name == "compile" or bool(tree.specs(plant))

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
    """The nearest tests first; of a bug in a spec, those that are about the shipped specs."""
    if plant is not None and plant.spec:
        return _pytest(tree, "tests/specs")
    rooms = ["lowering", "language", "runtime"]
    if plant is not None and plant.kind != "lowering":
        rooms.reverse()
    return _pytest(tree, *(f"tests/{room}" for room in rooms))


def _oracle(tree: Tree, plant: Plant | None) -> Findings:
    if "specs/airline.awm" in tree.specs(plant):
        yield from _pytest(tree, "tests/oracle")


def _chosen(tree: Tree, plant: Plant | None, names: Sequence[str]) -> list[str]:
    """The spec that the bug is in, or those of some names that compile."""
    if plant is not None and plant.spec:
        return list(tree.specs(plant))
    return [spec for name in names if (spec := f"specs/{name}.awm") in tree.specs(plant)]


def _tests(tree: Tree, plant: Plant | None) -> Findings:
    for spec in _chosen(tree, plant, TESTED):
        calls = CALLS_OF_ONE if plant is not None and plant.spec else CALLS
        done = tree.awmc("test", spec, "--budget", calls, "--random", "1")
        tree.seconds += done.seconds
        if done.code:
            yield next((f"{spec}: {line}" for line in done.lines if line.strip()), spec)
        yield from _too_long(done)


def _proofs(tree: Tree, plant: Plant | None) -> Findings:
    """A task that can be completed by something else, by the way in which it can."""
    everything = plant is None or plant.kind == "reward"
    for spec in _chosen(tree, plant, EVERY if everything else PROVED):
        done = tree.awmc("prove", spec, "--json", "--walks", "5", "--calls", "5")
        tree.seconds += done.seconds
        yield from _too_long(done)
        try:
            records = json.loads("\n".join(done.lines))
        except ValueError:
            yield next(
                (f"{spec}: {line}" for line in done.lines if line.startswith("error")),
                f"{spec}: {done.lines[-1:]}",
            )
            continue
        for record in records:
            for finding in record["findings"]:
                if not finding.get("accepted"):
                    yield f"{spec}: {record['task']}: {finding['code']}"


def _interpreter(tree: Tree, plant: Plant | None) -> Findings:
    for spec in _chosen(tree, plant, TESTED):
        done = tree.run("-m", "awmlang.proving.differential", spec, "--calls", COMPARED)
        tree.seconds += done.seconds
        if done.code:
            yield next(
                (f"{spec}: {line.strip()}" for line in done.lines if " after " in line),
                f"{spec}: {done.lines[-1:]}",
            )
        yield from _too_long(done)


def _random(tree: Tree, plant: Plant | None) -> Findings:
    done = tree.run("-m", "tests.proving.random_worlds", RANDOM, "--seed", "plants")
    tree.seconds += done.seconds
    if done.code:
        yield next((line for line in done.lines if line.startswith("spec ")), f"{done.lines[-1:]}")
    yield from _too_long(done)


LAYERS = {
    layer.name: layer
    for layer in (
        Layer("compile", "`awmc compile`: types, seed rows, proofs of tasks", _compiled),
        Layer("test", "`awmc test` on the shipped specs", _tests),
        Layer("prove", "`awmc prove` on the shipped specs", _proofs),
        Layer("interp", "the reference interpreter, call by call", _interpreter),
        Layer("random", "random specs and the reference interpreter", _random),
        Layer("oracle", "tests/oracle: the recorded airline desk", _oracle),
        Layer("fixed", "tests/language, tests/lowering, tests/runtime; tests/specs for specs", _fixed),
    )
}
