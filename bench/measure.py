"""Timing: contestants take turns, so that what disturbs the machine disturbs all of them."""

from __future__ import annotations

import gc
import os
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

Goal = tuple[Literal["ratio at most", "ratio at least", "at most"], float]


@dataclass(frozen=True)
class Effort:
    """How often things are done. ``quick`` is for seeing that a measurement runs, not for figures."""

    rounds: int = 30  # of cheap things
    passes: int = 200  # of the episode, in process
    episodes: int = 5  # of the episode, in each life of the baseline
    lives: int = 3  # of the baseline's process
    launches: int = 15  # of a Python process of ours
    sessions: int = 5_000
    active: int = 200  # sessions, fewer than may have a database at once
    rows: tuple[int, ...] = (150, 1_500, 15_000, 150_000)


QUICK = Effort(
    rounds=2, passes=2, episodes=1, lives=1, launches=1, sessions=300, active=50, rows=(150, 1_500)
)


@dataclass(frozen=True)
class Figure:
    """A line of the table. ``ours`` and ``other`` in ``unit``: s or B. ``other`` is what ours is compared with.

    The ratio is ours to the other where ours is bound to be the larger, else the other to ours.
    """

    measurement: str
    what: str
    unit: Literal["s", "B"]
    ours: float
    other: float | None = None
    ratio: float | None = None
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        kind, bound = self.goal
        value = self.ours if kind == "at most" else self.ratio
        if value is None:
            raise ValueError(f"{self.what}: a goal for a ratio that there is none of")
        return value >= bound if kind == "ratio at least" else value <= bound


@contextmanager
def no_collection() -> Iterator[None]:
    """Garbage of before is collected now; none is collected inside."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def child_environment() -> dict[str, str]:
    """Of a process that is measured: Python keeps what it compiled, as it does unless it is told not to."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def timed(action: Callable[[], object]) -> float:
    """Seconds."""
    start = perf_counter()
    action()
    return perf_counter() - start


def take_turns(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Each contestant measures itself once a round, in seconds or whatever it gives; the median of each.

    One round more goes first, for warming up. Garbage of before is not counted; what a turn makes itself is.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            gc.collect()
            value = contestant()
            if number:
                taken[name].append(value)
    return {name: statistics.median(values) for name, values in taken.items()}
