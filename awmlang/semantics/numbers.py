"""Number literals to values, within what the language can hold."""

from __future__ import annotations

import math

MAX_WHOLE = 2**53 - 1

_DIGITS = len(str(MAX_WHOLE))


def whole(text: str) -> int | None:
    """The integer that ``text`` is; None if it has a point, or lies beyond 2^53 - 1."""
    if "." in text or len(text.lstrip("-0")) > _DIGITS:
        return None
    number = int(text)
    return number if abs(number) <= MAX_WHOLE else None


def decimal(text: str) -> float | None:
    """The float nearest to ``text``; None if it is beyond all of them."""
    number = float(text)
    return number if math.isfinite(number) else None


def minor(text: str) -> int | None:
    """The hundredths that ``text`` is; None if it has more than two decimals, or lies beyond 2^53 - 1 of them."""
    units, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return whole(units + decimals.ljust(2, "0")) if len(decimals) <= 2 else None
