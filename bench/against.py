"""Against the same environment in the usual style, one process an environment, called over MCP."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any

from awmlang.runtime.session import Session
from bench.crowd import cost
from bench.episode import EPISODE
from bench.measure import Effort, Figure, child_environment, no_collection
from bench.world import clinic

ROOT = Path(__file__).parent.parent
PYTHON = Path(os.environ.get("BENCH_PYTHON", ROOT / "bench" / ".venv" / "bin" / "python"))


def available() -> bool:
    """Whether the packages of the baseline are there: ``make bench/.venv/installed``."""
    return PYTHON.exists()


def baseline_life(episodes: int) -> dict[str, Any]:
    """One process of the baseline from start to end, as ``baseline/client.py`` tells it."""
    run = subprocess.run(
        [PYTHON, "-m", "bench.baseline.client", str(episodes)],
        input=json.dumps(EPISODE).encode(),
        capture_output=True,
        cwd=ROOT,
        env=child_environment(),
    )
    if run.returncode:
        raise RuntimeError(f"the baseline failed:\n{run.stderr.decode()}")
    life: dict[str, Any] = json.loads(run.stdout)
    return life


def start() -> tuple[float, Session]:
    """Seconds until a new session has answered its first call."""
    environment = clinic()
    with no_collection():
        begin = perf_counter()
        session = environment.session()
        session.call("get_pharmacy", {"pharmacy_id": 1})
        return perf_counter() - begin, session


def our_episode(session: Session) -> list[float]:
    seconds = []
    with no_collection():
        for tool, arguments in EPISODE:
            begin = perf_counter()
            _ = session.call(tool, arguments).value
            seconds.append(perf_counter() - begin)
    return seconds


def differences(theirs: list[Any]) -> list[str]:
    """Where our answers are not the baseline's."""
    with clinic().session() as session:
        ours = [session.call(tool, arguments).value for tool, arguments in EPISODE]
    return [
        f"{tool}:\n  ours     {json.dumps(a)}\n  baseline {json.dumps(b)}"
        for (tool, _), a, b in zip(EPISODE, ours, theirs, strict=True)
        if a != b
    ]


def measure(effort: Effort) -> Iterator[Figure]:
    if not available():
        raise FileNotFoundError(f"{PYTHON} is missing; make it with: make bench/.venv/installed")
    lives: list[dict[str, Any]] = []
    starts: list[float] = []
    episodes: list[list[float]] = []
    for _ in range(effort.lives):
        lives.append(baseline_life(effort.episodes))
        for _ in range(effort.rounds):
            seconds, session = start()
            starts.append(seconds)
        for number in range(effort.episodes + 1):
            session.reset()
            seconds_of_calls = our_episode(session)
            if number:  # the first is the warm-up, as it is for the baseline
                episodes.append(seconds_of_calls)
    for difference in differences(lives[0]["results"]):
        print(difference, file=sys.stderr)

    ours = [statistics.median(times) for times in zip(*episodes, strict=True)]
    every = chain.from_iterable(life["episodes"] for life in lives)
    theirs = [statistics.median(times) for times in zip(*every, strict=True)]
    yield Figure(
        "against",
        f"a call, median over {len(EPISODE)} (to: the baseline over MCP)",
        "s",
        ours=statistics.median(ours),
        other=statistics.median(theirs),
        ratio=statistics.median(b / a for a, b in zip(ours, theirs, strict=True)),
        goal=("ratio at least", 100),
    )
    our_start, their_start = statistics.median(starts), statistics.median(life["start"] for life in lives)
    yield Figure(
        "against",
        "start of an environment (to: the baseline's process)",
        "s",
        our_start,
        their_start,
        their_start / our_start,
        ("ratio at least", 1000),
    )
    their_memory = statistics.median(life["unique"] for life in lives)
    for what, sessions, goal in (
        (
            "memory of an environment (to: the baseline's process, shared pages left out)",
            effort.sessions,
            True,
        ),
        (f"  of one of {effort.active} that all have a database", effort.active, False),
    ):
        ours_taken = cost(sessions)["session"]
        yield Figure(
            "against",
            what,
            "B",
            ours_taken,
            their_memory,
            their_memory / ours_taken,
            ("ratio at least", 100) if goal else None,
        )
