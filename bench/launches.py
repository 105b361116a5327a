"""What a Python process of ours waits for: the compiler and the runtime's import."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from awmlang.cli.specs import build
from awmlang.semantics.analyze import analyze
from awmlang.syntax.files import read
from awmlang.syntax.forms import parse
from bench.measure import Effort, Figure, child_environment, take_turns, timed
from bench.world import SPEC

IMPORT = "from time import perf_counter as t; s = t(); import awmlang.runtime.environment; print(t() - s)"
AWMC = Path(sys.executable).with_name("awmc")


def run(command: list[str | Path]) -> bytes:
    """What a process prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=child_environment()).stdout


def check(path: Path) -> None:
    """Reads, parses and analyses a spec, which has no errors."""
    source, unread = read(str(path))
    spec, writing = parse(source)
    _, meaning = analyze(spec, source)
    assert not (unread or writing or meaning)


def measure(effort: Effort) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [AWMC, "compile", SPEC, "--out", folder]

        def shell() -> float:
            return timed(lambda: run(command))

        def warm() -> float:
            return timed(lambda: build(str(SPEC)))

        def checked() -> float:
            return timed(lambda: check(SPEC))

        def imported() -> float:
            return float(run([sys.executable, "-c", IMPORT]))

        taken = take_turns(
            {"shell": shell, "warm": warm, "check": checked, "import": imported}, effort.launches
        )
    yield Figure(
        "launches", f"awmc compile {SPEC.name} from the shell", "s", taken["shell"], goal=("at most", 0.6)
    )
    yield Figure("launches", "  the same in a warm process", "s", taken["warm"], goal=("at most", 0.150))
    lines = len(SPEC.read_text(encoding="utf-8").splitlines())
    what = f"  reading and analysing its {lines:,} lines, warm"
    yield Figure("launches", what, "s", taken["check"], goal=("at most", 0.150))
    yield Figure("launches", "import of the runtime", "s", taken["import"], goal=("at most", 0.060))
