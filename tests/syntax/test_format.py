"""The formatter: whatever a text or a tree holds, its meaning and its comments stay, and formatting twice is once."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings

from awmlang.diagnostics import Source
from awmlang.syntax import tree
from awmlang.syntax.format import format_source, format_spec
from tests.syntax import strategies
from awmlang.syntax.grammar import load
from awmlang.syntax.tokens import tokenize
from tests.syntax.specs import SPECS
from tests.syntax.trees import parsed


def formatted(text: str) -> str:
    """The text of a spec that has no errors, formatted; formatting it again changes nothing."""
    done, found = format_source(Source(0, "test.awm", text))
    assert done is not None, found
    assert format_source(Source(0, "test.awm", done)) == (done, [])
    return done


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.specs)
def test_any_tree_can_be_read_back(spec: tree.Spec) -> None:
    text = format_spec(spec)
    again, found = parsed(text)
    assert not found, text
    assert tree.same(spec, again), text
    assert formatted(text) == text


def scattered(text: str, rng: random.Random, comments: float) -> str:
    """The tokens of a text, with random white space between them, and numbered comments as often as asked for."""
    pieces: list[str] = []
    count = 0
    for token in tokenize(load(), text):
        space = rng.choice([" ", "  ", "\t", "\n", "\n\n", " \n \r\n\n  ", "\r\n"])
        if rng.random() < comments:
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                space += f"{rng.choice(['#', '# ', '#  ', '##'])}{count}{rng.choice(['', ' ', ' word'])}\n"
                space += rng.choice(["", "", "\n", "  \n\n\n"])
                count += 1
        pieces += [space, token.text]
    return "".join(pieces)


def numbered(text: str) -> list[str]:
    """The comments of a text, by what ``scattered`` wrote into them."""
    return [comment.text.strip("# ") for comment in parsed(text)[0].comments]


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("comments", [0.0, 0.02, 0.3])
def test_any_layout_of_a_spec_has_the_same_meaning_and_comments(name: str, comments: float) -> None:
    messy = scattered(SPECS[name], random.Random(f"{name} {comments}"), comments)
    before, found = parsed(messy)
    assert not found
    text = formatted(messy)
    assert tree.same(before, parsed(text)[0])
    assert numbered(text) == numbered(messy)
    if not comments:
        assert "\n\n\n" not in text
