"""The specs of the repository, and what can be broken in them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from awmlang.syntax.grammar import load
from awmlang.syntax.tokens import tokenize

PATHS = sorted((Path(__file__).parent.parent.parent / "specs").glob("*.awm"))
SPECS = {path.stem: path.read_text(encoding="utf-8") for path in PATHS}


class Planted(NamedTuple):
    """A text with one error, and the place of it."""

    text: str
    place: int


def plant(text: str, rng: random.Random) -> Planted:
    """The text with a token deleted, doubled, misspelled, or swapped with the next."""
    tokens = tokenize(load(), text)[:-1]
    index = rng.randrange(len(tokens) - 1)
    token, following = tokens[index], tokens[index + 1]
    before, after = text[: token.start], text[token.end :]
    match rng.choice(["delete", "double", "misspell", "swap"]):
        case "delete":
            return Planted(before + after, token.start)
        case "double":
            return Planted(f"{before}{token.text} {token.text}{after}", token.start)
        case "misspell" if len(token.text) > 2 and token.text[:2].isalpha():
            return Planted(f"{before}{token.text[1]}{token.text[0]}{token.text[2:]}{after}", token.start)
        case _:
            between = text[token.end : following.start]
            return Planted(
                before + following.text + between + token.text + text[following.end :], token.start
            )
