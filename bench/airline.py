"""``python -m bench.airline``: the recorded calls of an airline desk, made in specs/airline.awm over the same data.

The recorded desk holds its state as one JSON document. No timings were recorded of it, so what it must do to begin
anew and to tell two states apart is measured here, in turn with ours: ratios, which mean the same on any machine.
"""

from __future__ import annotations

import copy
import hashlib
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time_ns
from typing import Any

from rich.console import Console

from awmlang.cli.specs import build
from awmlang.runtime.environment import Environment
from awmlang.runtime.session import Session
from bench.measure import Effort, Figure, no_collection, take_turns, timed
from bench.report import table
from tests.oracle import recording

SPEC = Path(__file__).parent.parent / "specs" / "airline.awm"


def measure(effort: Effort, files: tuple[str, ...] = recording.FILES) -> Iterator[Figure]:
    """``files``: the recordings whose calls are made. Raises FileNotFoundError if the recordings are not there."""
    folder = recording.folder()
    if folder is None:
        raise FileNotFoundError("there is no folder shared/oracle/airline beside the repository or above it")
    environment = _environment(folder / "data")
    lines = [
        [(call.tool, call.arguments) for call in line.calls]
        for file in files
        for line in recording.lines(file)
    ]
    document = (folder / "initial_db.json").read_text(encoding="utf-8")
    with environment.session() as session:
        yield from _calls(session, lines, effort)
        yield from _states(session, lines, document, effort)


def _environment(data: Path) -> Environment:
    compiled = build(str(SPEC), data=data).compiled
    if compiled is None:
        raise SystemExit(f"{SPEC} does not compile over {data}: see awmc check --data")
    return Environment(compiled.files)


Calls = list[tuple[str, dict[str, Any]]]


def _calls(session: Session, lines: list[Calls], effort: Effort) -> Iterator[Figure]:
    """Seconds of the processor a call: the mean over all of them, resets left out, and the median of each tool's."""
    passes: list[float] = []
    by_tool: dict[str, list[float]] = defaultdict(list)
    for number in range(effort.rounds + 1):
        spent = 0.0
        with no_collection():
            for calls in lines:
                session.reset()
                for tool, arguments in calls:
                    start = process_time_ns()
                    session.call(tool, arguments)
                    taken = (process_time_ns() - start) / 1e9
                    spent += taken
                    if number:  # the first round is for warming up
                        by_tool[tool].append(taken)
        if number:
            passes.append(spent)
    total = sum(map(len, lines))
    mean = statistics.median(passes) / total
    yield Figure("airline", f"a call, mean of {total:,} ({1 / mean:,.0f} calls/s)", "s", ours=mean)
    for tool in sorted(session.environment.program):
        yield Figure("airline", f"  {tool}, median", "s", ours=statistics.median(by_tool[tool]))


def _states(session: Session, lines: list[Calls], document: str, effort: Effort) -> Iterator[Figure]:
    """Beginning anew after a sequence of calls, and a hash of the state; theirs over the whole document."""
    longest = max(lines, key=len)
    database = json.loads(document)

    def after_calls(action: Callable[[], object]) -> float:
        session.reset()
        for tool, arguments in longest:
            session.call(tool, arguments)
        return timed(action)

    def whole_hash() -> str:
        return hashlib.sha256(json.dumps(database, sort_keys=True).encode()).hexdigest()

    taken = take_turns(
        {
            "reset": lambda: after_calls(session.reset),
            "copy": lambda: timed(lambda: copy.deepcopy(database)),
            "load": lambda: timed(lambda: json.loads(document)),
            "hash": lambda: after_calls(session.state_hash),
            "whole hash": lambda: timed(whole_hash),
        },
        effort.rounds,
    )
    for what, ours, other in [
        (f"a reset after {len(longest)} calls (to: a deep copy of the JSON state)", "reset", "copy"),
        ("the same (to: parsing the JSON state)", "reset", "load"),
        ("a hash of the state (to: hashing the JSON state)", "hash", "whole hash"),
    ]:
        yield Figure(
            "airline",
            what,
            "s",
            ours=taken[ours],
            other=taken[other],
            ratio=taken[other] / taken[ours],
            goal=None,
        )


def main() -> None:
    try:
        figures = list(measure(Effort(rounds=10)))
    except FileNotFoundError as error:
        sys.exit(str(error))
    Console(width=None if sys.stdout.isatty() else 140).print(table(figures))


if __name__ == "__main__":
    main()
