"""What a generated ``rewards.py`` is written in: data, in which a task is graded.

SQL reads ``main``, the state now, and ``old``, the state at the start. Its parameters: the variable of a
template by its name, ``me``, ``now``, ``unchanged`` (nothing was written), and ``called_<tool>`` for every tool
(it was called and succeeded).
"""

from __future__ import annotations

from typing import NamedTuple


class Expect(NamedTuple):
    """``sql`` gives 1 where it holds, else 0 or null."""

    message: str
    sql: str
    weight: float = 1


class Answer(NamedTuple):
    """``sql`` gives the expected answer in its inside form. ``name``: None for the only one.

    ``type`` is int, float, money, bool, text, enum, date, time or datetime, or one of those in brackets for a
    list: ``[money]``. The key of a row is an int or a text.
    """

    name: str | None
    type: str
    sql: str


class Task(NamedTuple):
    """``allowed`` widens the frame: an entity and a field, or None for all of the entity."""

    expects: tuple[Expect, ...] = ()
    answers: tuple[Answer, ...] = ()
    allowed: tuple[tuple[str, str | None], ...] = ()
