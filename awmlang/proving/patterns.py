"""Texts that match a pattern."""

from __future__ import annotations

import re
from re import _constants as code
from re import _parser as parser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from awmlang.proving.candidates import Draws

_REPEATS = 3  # how often more than it must something is repeated, at most
_CLASSES = {
    code.CATEGORY_DIGIT: "0123456789",
    code.CATEGORY_WORD: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
    code.CATEGORY_SPACE: " \t\n",
    code.CATEGORY_NOT_DIGIT: "ab -_",
    code.CATEGORY_NOT_WORD: " -.,",
    code.CATEGORY_NOT_SPACE: "ab01",
}
_OTHER = "abAB01 -_."
_Error = re.error


def matching(draws: Draws, pattern: str) -> str | None:
    """A text that matches all of ``pattern``; None where it uses what only RE2 knows."""
    try:
        return _sequence(draws, parser.parse(pattern))
    except (_Error, NotImplementedError, RecursionError, IndexError):
        return None


def _sequence(draws: Draws, items: Any) -> str:
    return "".join(_item(draws, operator, argument) for operator, argument in items)


def _item(draws: Draws, operator: Any, argument: Any) -> str:
    if operator is code.LITERAL:
        return chr(argument)
    if operator is code.ANY:
        return _one(draws, _OTHER)
    if operator is code.NOT_LITERAL:
        return _one(draws, _OTHER.replace(chr(argument), ""))
    if operator is code.IN:
        return _of_class(draws, argument)
    if operator is code.BRANCH:
        return _sequence(draws, argument[1][draws.randrange(len(argument[1]))])
    if operator is code.SUBPATTERN:
        return _sequence(draws, argument[-1])
    if operator in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        least, most, inner = argument
        most = least + min(_REPEATS, int(most) - least)
        return "".join(_sequence(draws, inner) for _ in range(least + draws.randrange(most - least + 1)))
    if operator is code.AT:
        return ""
    raise NotImplementedError(str(operator))


def _of_class(draws: Draws, members: Any) -> str:
    inside: list[tuple[int, int]] = []
    characters = ""
    is_negated = False
    for operator, argument in members:
        if operator is code.NEGATE:
            is_negated = True
        elif operator is code.LITERAL:
            inside.append((argument, argument))
        elif operator is code.RANGE:
            inside.append(argument)
        elif operator is code.CATEGORY:
            characters += _CLASSES[argument]
    if is_negated:
        return _one(
            draws,
            "".join(
                c
                for c in _OTHER
                if c not in characters and not any(low <= ord(c) <= high for low, high in inside)
            ),
        )
    chosen = draws.randrange(len(inside) + bool(characters))
    if chosen == len(inside):
        return _one(draws, characters)
    low, high = inside[chosen]
    return chr(low + draws.randrange(high - low + 1))


def _one(draws: Draws, characters: str) -> str:
    return characters[draws.randrange(len(characters))]  # IndexError where there is none
