"""The draws of generate blocks: from the seed alone, the same on every machine and Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from awmlang.semantics.types import Date, Datetime, Float, Time, Type

T = TypeVar("T")

_MIDNIGHT = datetime(1, 1, 1)


class Draws:
    """A stream of draws; ``names`` (the spec, the block) give each block a stream of its own."""

    def __init__(self, seed: int, *names: str) -> None:
        # Of random.Random only the seeding from text and the raw bits are used: both are fixed by its documentation
        self._bits = random.Random(":".join([str(seed), *names])).getrandbits

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count - 1``, each as likely."""
        bits = count.bit_length()
        drawn = self._bits(bits)
        while drawn >= count:
            drawn = self._bits(bits)
        return drawn

    def pick(self, items: Sequence[T]) -> T:
        """One of the items; there must be one."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items by weight; one weight at least must be above 0."""
        at = self._bits(53) / 2**53 * sum(weight for _, weight in items)
        for item, weight in items:
            at -= weight
            if at < 0:
                return item
        return next(item for item, weight in reversed(items) if weight > 0)

    def between(self, type: Type, low: object, high: object) -> int | float | str:
        """A value from ``low`` to ``high``, both included and held inside as values of ``type`` are.

        A float has two decimals, or as many as the bounds have.
        """
        match type, low, high:
            case Float(), float(), float():
                digits = max(2, _decimals(low), _decimals(high))
                return min(max(round(low + (high - low) * self._bits(53) / 2**53, digits), low), high)
            case Date(), str(), str():
                first = date.fromisoformat(low).toordinal()
                last = date.fromisoformat(high).toordinal()
                return date.fromordinal(first + self._within(last - first)).isoformat()
            case Datetime(), str(), str():
                start = datetime.fromisoformat(low)
                return self._moment(start, datetime.fromisoformat(high)).isoformat(timespec="seconds")
            case Time(), str(), str():
                start = datetime.fromisoformat(f"{_MIDNIGHT.date()}T{low}")
                end = datetime.fromisoformat(f"{_MIDNIGHT.date()}T{high}")
                return self._moment(start, end).time().isoformat(timespec="seconds")
            case _, int(), int():
                return low + self._within(high - low)
        raise TypeError(f"nothing lies between {low!r} and {high!r}")

    def _moment(self, start: datetime, end: datetime) -> datetime:
        return start + timedelta(seconds=self._within((end - start) // timedelta(seconds=1)))

    def _within(self, span: int) -> int:
        if span < 0:
            raise ValueError("the first bound is above the second")
        return self.below(span + 1)


def _decimals(number: float) -> int:
    text = repr(number)
    return len(text.partition(".")[2].removesuffix("0")) if "e" not in text else 17
