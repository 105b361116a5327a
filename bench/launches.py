"""What a Python process of ours waits for: the compiler and the runtime's import."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from awmlang.cli.specs import build
from bench.measure import Effort, Figure, child_environment, take_turns, timed
from bench.world import SPEC

IMPORT = "from time import perf_counter as t; s = t(); import awmlang.runtime.environment; print(t() - s)"
AWMC = Path(sys.executable).with_name("awmc")


def run(command: list[str | Path]) -> bytes:
    """What a process prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=child_environment()).stdout


def measure(effort: Effort) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [AWMC, "compile", SPEC, "--out", folder]

        def shell() -> float:
            return timed(lambda: run(command))

        def warm() -> float:
            return timed(lambda: build(str(SPEC)))

        def imported() -> float:
            return float(run([sys.executable, "-c", IMPORT]))

        taken = take_turns({"shell": shell, "warm": warm, "import": imported}, effort.launches)
    yield Figure(
        "launches", f"awmc compile {SPEC.name} from the shell", "s", taken["shell"], goal=("at most", 0.6)
    )
    yield Figure("launches", "  the same in a warm process", "s", taken["warm"], goal=("at most", 0.150))
    yield Figure("launches", "import of the runtime", "s", taken["import"], goal=("at most", 0.060))
