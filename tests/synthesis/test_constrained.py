"""What a model writes under the derived grammar parses, whatever it writes."""

from itertools import count, islice

import pytest

from awmlang.diagnostics import Source
from awmlang.syntax.parser import parse
from tests.synthesis.sampling import sample

SAMPLES = 2_000
SHARES = 8


@pytest.mark.parametrize("share", range(SHARES))
def test_random_specs_under_the_grammar_parse(share: int) -> None:
    seeds = count(share, SHARES)
    ended = filter(None, map(sample, seeds))
    for text in islice(ended, SAMPLES // SHARES):
        _, found = parse(Source(0, "sample.awm", text))
        assert not found, text
