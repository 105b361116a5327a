"""``python -m tests.plants``: plants bugs one at a time in a copy of the repository, and sees which layer finds each.

First every layer runs with nothing planted: what it finds then counts for nothing. ``--keep FILE`` keeps what came of
each plant, and goes on from there; ``--write docs/soundness.md`` puts the table between the marks in that file.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from tests.plants import PLANTS
from tests.plants.layers import LAYERS, NOTHING, Layer
from tests.plants.plant import Plant
from tests.plants.report import Outcome, Results, tables, written
from tests.plants.trees import planted_tree

ROOT = Path(__file__).parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.plants", description=__doc__)
    parser.add_argument("--only", action="append", help="name of a plant, or a kind; may be repeated")
    parser.add_argument("--layers", nargs="+", choices=list(LAYERS), default=list(LAYERS))
    parser.add_argument("--jobs", type=int, default=1, help="plants at a time")
    parser.add_argument("--keep", type=Path, help="file of what is known already; it is added to")
    parser.add_argument("--json", action="store_true", help="print what came of each plant as JSON")
    parser.add_argument("--write", type=Path, help="Markdown file to put the table into")
    options = parser.parse_args()
    wanted = [p for p in PLANTS if not options.only or {p.name, p.kind} & set(options.only)]
    Random(0).shuffle(wanted)  # so that a run which is stopped has tried some of all kinds
    results = Results.read(options.keep)
    run = Run(results, [LAYERS[name] for name in options.layers], options.keep)
    run.plant(None)
    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(run.plant, wanted))
    wanted = [p for p in PLANTS if p in wanted]
    if options.json:
        print(json.dumps(results.of(wanted), indent=2))
    else:
        print(tables(wanted, results))
    if options.write:
        options.write.write_text(written(options.write.read_text("utf-8"), tables(PLANTS, results)), "utf-8")
    return 0


class Run:
    """What is found with nothing planted is known before the first plant."""

    def __init__(self, results: Results, layers: list[Layer], keep: Path | None) -> None:
        self.results, self.layers, self.keep = results, layers, keep
        self._lock = threading.Lock()

    def plant(self, plant: Plant | None) -> None:
        """Run the layers that have not run with this plant yet."""
        name = plant.name if plant else NOTHING
        left = [layer for layer in self.layers if not self.results.knows(name, layer.name)]
        if not left:
            return
        with planted_tree(ROOT, plant) as tree:
            tree.compile(plant)
            for layer in left:
                if plant is not None and not layer.applies(plant, tree):
                    outcome = Outcome(None, "", 0)
                else:
                    outcome = layer.run(tree, plant, self.results.before(layer.name))
                with self._lock:
                    self.results.add(name, layer.name, outcome)
                    if self.keep:
                        self.results.write(self.keep)
                print(f"{name:28} {layer.name:9} {outcome.shown()}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
