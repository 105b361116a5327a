"""The grammar file: free of conflicts, portable, and cached."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from llguidance import LLMatcher, LLTokenizer

from awmlang.diagnostics import Source
from awmlang.syntax import grammar
from awmlang.syntax.parser import parse
from awmlang.syntax.portable import llguidance_grammar
from tests.syntax.specs import SPECS, plant

SMALL = """environment shop "A shop."  # small
entity User { name: text unique  wallet: money(0..) = 0 }
tool pay(user: User, amount: money(0.01..)) {
  "Pay."
  require user.wallet >= amount else poor "Only {user.wallet} left."
  update user { wallet -= amount }
  return user { id, wallet }
}
data User (name, wallet) { ann = ("Ann", 5.00) }
task pay_two "Pay 2." {
  solution { pay(user = ann, amount = 2) }
  expect ann.wallet == old(ann.wallet) - 2 "paid"
}
"""


def test_the_grammar_has_no_conflict_and_no_terminals_that_collide() -> None:
    pytest.importorskip("interegular")
    grammar.lark(grammar.grammar_text(), strict=True)


def test_it_keeps_to_what_every_engine_takes() -> None:
    text = grammar.grammar_text()
    assert "%import" not in text and "%declare" not in text and "%override" not in text
    assert "(?" not in text.replace('("?"', "")
    assert "\\b" not in text


@cache
def matcher() -> LLMatcher:
    text = llguidance_grammar(grammar.grammar_text())
    made = LLMatcher(LLTokenizer("byte"), LLMatcher.grammar_from_lark(text))
    assert not made.is_error(), made.get_error()
    return made


def constrained(text: str) -> bool:
    """Whether decoding under the grammar could have made the text."""
    data = text.encode()
    attempt = matcher().deep_copy()
    return bool(attempt.try_consume_tokens(list(data)) == len(data) and attempt.is_accepting())


@pytest.mark.parametrize("name", SPECS)
def test_constrained_decoding_can_make_every_spec(name: str) -> None:
    assert constrained(SPECS[name])


@pytest.mark.parametrize("seed", range(60))
def test_constrained_decoding_makes_nothing_that_does_not_parse(seed: int) -> None:
    text = plant(SMALL, random.Random(seed)).text
    _, found = parse(Source(0, "small.awm", text))
    assert not (constrained(text) and found)


def test_a_folder_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    grammar.load.cache_clear()
    assert grammar.load().words
    grammar.load.cache_clear()


def test_the_tree_and_a_warm_parse_need_no_lark() -> None:
    grammar.load()
    code = (
        "import sys; from awmlang.syntax import tree; from awmlang.syntax.parser import parse;"
        "from awmlang.diagnostics import Source; parse(Source(0, '', 'environment a \"b\"'));"
        "sys.exit('lark' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
