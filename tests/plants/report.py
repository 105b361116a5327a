"""What came of the plants, kept and shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.plants.plant import Plant

BEGIN, END = "<!-- plants -->", "<!-- end of plants -->"
KINDS = ("lowering", "runtime", "spec", "reward")


class Outcome(NamedTuple):
    """``caught`` is None where the layer does not come to the plant; ``by`` is the first thing it found.

    ``found`` is all that it found, with nothing planted.
    """

    caught: bool | None
    by: str
    seconds: float
    found: Sequence[str] = ()

    def shown(self) -> str:
        word = {True: "caught", False: "missed", None: "-"}[self.caught]
        return f"{word:7} {self.seconds:6.1f} s  {self.by}"


class Results:
    """Outcomes by the name of the plant, then by layer."""

    def __init__(self, outcomes: dict[str, dict[str, Outcome]]) -> None:
        self._outcomes = outcomes

    @classmethod
    def read(cls, file: Path | None) -> Results:
        if file is None or not file.exists():
            return cls({})
        kept: Any = json.loads(file.read_text("utf-8"))
        return cls(
            {name: {layer: Outcome(*one) for layer, one in layers.items()} for name, layers in kept.items()}
        )

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self._outcomes, indent=1), "utf-8")

    def knows(self, name: str, layer: str) -> bool:
        return layer in self._outcomes.get(name, {})

    def add(self, name: str, layer: str, outcome: Outcome) -> None:
        self._outcomes.setdefault(name, {})[layer] = outcome

    def before(self, layer: str) -> list[str]:
        """What the layer finds with nothing planted."""
        from tests.plants.layers import NOTHING

        outcome = self._outcomes.get(NOTHING, {}).get(layer)
        return list(outcome.found) if outcome else []

    def layers(self) -> list[str]:
        from tests.plants.layers import LAYERS

        return [name for name in LAYERS if any(name in layers for layers in self._outcomes.values())]

    def caught_by(self, plant: Plant) -> list[str]:
        outcomes = self._outcomes.get(plant.name, {})
        return [layer for layer in self.layers() if layer in outcomes and outcomes[layer].caught]

    def tried(self, plant: Plant, layer: str) -> bool:
        """Whether the layer came to the plant."""
        outcome = self._outcomes.get(plant.name, {}).get(layer)
        return outcome is not None and outcome.caught is not None

    def of(self, plants: Sequence[Plant]) -> dict[str, Any]:
        return {
            plant.name: plant._asdict()
            | {
                "layers": {
                    layer: {"caught": one.caught, "by": one.by, "seconds": one.seconds}
                    for layer, one in self._outcomes.get(plant.name, {}).items()
                }
            }
            for plant in plants
        }

    def ran(self, plant: Plant) -> bool:
        return plant.name in self._outcomes


def tables(plants: Sequence[Plant], results: Results) -> str:
    """Markdown: how many each layer catches of each kind; what is missed; every plant with what catches it."""
    plants = [plant for plant in plants if results.ran(plant)]
    kinds = [kind for kind in KINDS if any(plant.kind == kind for plant in plants)]
    lines = [f"| layer | {' | '.join(kinds)} | all |", f"|---|{'---:|' * (len(kinds) + 1)}"]
    for layer in [*results.layers(), "any layer"]:
        counts = [_count([p for p in plants if p.kind == kind], layer, results) for kind in kinds]
        lines.append(f"| {layer} | {' | '.join(counts)} | {_count(plants, layer, results)} |")
    missed = [plant for plant in plants if not results.caught_by(plant)]
    caught = len(plants) - len(missed)
    if plants:
        lines += ["", f"{caught} of {len(plants)} plants are caught: {100 * caught / len(plants):.1f} %."]
    if missed:
        lines += ["", "Missed:", ""]
        lines += [f"- `{plant.name}` ({plant.kind}): {plant.breaks}." for plant in missed]
    lines += ["", "| plant | kind | what it breaks | caught by |", "|---|---|---|---|"]
    for plant in plants:
        by = ", ".join(results.caught_by(plant)) or "nothing"
        lines.append(f"| `{plant.name}` | {plant.kind} | {plant.breaks} | {by} |")
    return "\n".join(lines)


def _count(plants: Sequence[Plant], layer: str, results: Results) -> str:
    """How many a layer catches of those that it comes to."""
    if layer == "any layer":
        tried = plants
        caught = [plant for plant in plants if results.caught_by(plant)]
    else:
        tried = [plant for plant in plants if results.tried(plant, layer)]
        caught = [plant for plant in tried if layer in results.caught_by(plant)]
    return f"{len(caught)}/{len(tried)}" if tried else ""


def written(text: str, made: str) -> str:
    """The text with the tables between its marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"the file has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"
