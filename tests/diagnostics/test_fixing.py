"""Safe fixes, made until there are none left: never more errors than before, and twice is no more than once."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awmlang.diagnostics import Source
from awmlang.semantics.analyze import analyze
from awmlang.semantics.fixing import fix_all
from awmlang.syntax.parser import parse
from tests.diagnostics.habits import HABITS, PLACES, SHOP
from tests.syntax.specs import SPECS, plant

SMALL = min(SPECS.values(), key=len)

ELSEWHERE = {
    r"\band\b": "&&", r"\bor\b": "||", r"\bnot (?=[.a-z])": "!", r" == ": " === ", r"#": "//", r"\btext\b": "string",
    r"\bint\b": "integer", r"\bbool\b": "boolean", r"\bfalse\b": "False", r"\bnull\b": "None", r"\bsort\b": "order by",
    r"\btake\b": "limit", r"\belse if\b": "elif", r"\}\n": "};\n", r"\blet\b": "const", r"^entity\b": "class",
    r"^function\b": "def", r"\bfail\b": "raise", r"\brequire\b": "assert", r"\blength\(": "len(",
}  # fmt: skip


def errors(text: str) -> tuple[int, int]:
    """Of writing, and all."""
    source = Source(0, "spec.awm", text)
    spec, writing = parse(source)
    _, meaning = analyze(spec, source, writing)
    counts = [sum(d.is_error for d in found) for found in (writing, meaning)]
    return counts[0], sum(counts)


def fixed(text: str) -> str:
    return fix_all(Source(0, "spec.awm", text))[0].text


def once_is_enough(text: str) -> str:
    """What becomes of a text, with nothing left to fix and nothing worse than before."""
    after = fixed(text)
    assert fixed(after) == after
    (writing, total), (writing_after, total_after) = errors(text), errors(after)
    assert writing_after <= writing
    assert writing_after < writing or total_after <= total
    return after


@st.composite
def translated(draw: st.DrawFn) -> str:
    """A spec with words and marks of other languages here and there."""
    text = SMALL
    for pattern in draw(st.lists(st.sampled_from(sorted(ELSEWHERE)), max_size=4, unique=True)):
        places = [found.span() for found in re.finditer(pattern, text, re.MULTILINE)]
        for start, end in sorted(
            draw(st.sets(st.sampled_from(places), max_size=3)) if places else (), reverse=True
        ):
            text = text[:start] + ELSEWHERE[pattern] + text[end:]
    return text


@settings(max_examples=40)
@given(translated())
def test_a_spec_in_other_words(text: str) -> None:
    before = errors(text)
    after = errors(once_is_enough(text))
    assert after <= before


@settings(max_examples=40)
@given(st.sampled_from(sorted(PLACES)), st.data())
def test_several_habits_at_once(place: str, data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(st.sampled_from(HABITS[place]), min_size=1, max_size=4, unique_by=lambda row: row[0])
    )
    tools = "".join(
        PLACES[place].replace("@", row[0]).replace("probe", f"probe{n}") for n, row in enumerate(rows)
    )
    once_is_enough(SHOP + tools)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_a_spec_with_a_typo(seed: int) -> None:
    once_is_enough(plant(SMALL, random.Random(seed)).text)


@given(st.text(max_size=80) | st.text("{}()[]\"'`;:=.,|&!?<>@$^ \nabx1", max_size=80))
def test_any_text(text: str) -> None:
    once_is_enough(text)


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_line_breaks_stay_those_of_the_file(break_: str) -> None:
    text = (SHOP + "tool t(b: bool) {\n  'T.'\n  if b:\n    fail no 'No.'\n  return 1\n}\n").replace(
        "\n", break_
    )
    after = once_is_enough(text)
    assert errors(after) == (0, 0)
    assert after.count("\n") == after.count(break_)


def test_what_was_fixed_is_told() -> None:
    text = SHOP + "tool t(b: bool) {\n  'T.'\n  return b && b\n}\n"
    _, applied = fix_all(Source(0, "spec.awm", text))
    lines = text.split("\n")
    assert [lines[each.line - 1].strip() for each in applied] == ["'T.'", "return b && b"]
    assert [each.diagnostic.message for each in applied] == [
        'A text stands in `"`.',
        "Write `and`, not `&&`.",
    ]


def test_a_fix_that_does_harm_is_not_made() -> None:
    # `x = 5` alone would become `var x = 5`; where `x` is a parameter, nothing is certain.
    text = SHOP + 'tool t(x: int) {\n  "T."\n  x = 5\n  return x\n}\n'
    assert fixed(text) == text
