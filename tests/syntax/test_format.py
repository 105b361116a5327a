"""The formatter: whatever a text or a tree holds, its meaning and its comments stay, and formatting twice is once."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awmlang.diagnostics import Source
from awmlang.syntax import tree
from awmlang.syntax.format import (
    WIDTH,
    FormatError,
    declarations,
    format_expression,
    format_source,
    format_spec,
)
from awmlang.syntax.grammar import load
from awmlang.syntax.tokens import tokenize
from tests.conftest import Golden
from tests.syntax import strategies
from tests.syntax.specs import SPECS
from tests.syntax.trees import ENVIRONMENT, parsed, part

HERE = Path(__file__).parent
UNTIDY = HERE.joinpath("untidy.awm").read_text(encoding="utf-8")
EXAMPLES = next((found for up in HERE.parents if (found := up / "shared/examples").is_dir()), None)

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def formatted(text: str) -> str:
    """The text of a spec that has no errors, formatted; formatting it again changes nothing."""
    done, found = format_source(Source(0, "test.awm", text))
    assert done is not None, found
    assert format_source(Source(0, "test.awm", done)) == (done, [])
    return done


def lines(text: str) -> str:
    """A declaration, formatted."""
    return formatted(ENVIRONMENT + text).removeprefix(ENVIRONMENT).strip("\n")


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


def check_layout(text: str, seed: object, comments: float) -> None:
    """However a text is laid out and commented, formatting keeps its meaning, and its comments in their order."""
    messy = scattered(text, random.Random(f"{seed}"), comments)
    before, found = parsed(messy)
    assert not found
    after, _ = parsed(formatted(messy))
    assert tree.same(before, after)
    assert [c.text.strip("# ") for c in after.comments] == [c.text.strip("# ") for c in before.comments]


# ---- Properties


@settings(suppress_health_check=SLOW)
@given(strategies.specs)
def test_any_tree_can_be_read_back(spec: tree.Spec) -> None:
    text = format_spec(spec)
    again, found = parsed(text)
    assert not found, text
    assert tree.same(spec, again), text
    assert formatted(text) == text


@settings(max_examples=40, suppress_health_check=SLOW)
@given(strategies.specs, st.integers(), st.sampled_from([0.0, 0.1, 0.5]))
def test_any_layout_of_any_tree(spec: tree.Spec, seed: int, comments: float) -> None:
    check_layout(format_spec(spec), seed, comments)


@pytest.mark.parametrize("name", SPECS)
def test_any_layout_of_a_spec(name: str) -> None:
    check_layout(SPECS[name], name, 0.03)


@pytest.mark.parametrize("comments", [0.0, 0.02, 0.1, 0.5])
def test_any_layout_of_every_construct(comments: float) -> None:
    check_layout(UNTIDY, comments, comments)


@pytest.mark.skipif(EXAMPLES is None, reason="there is no folder shared/examples beside the repository")
def test_the_examples() -> None:
    assert EXAMPLES is not None
    for path in EXAMPLES.glob("*.awm"):
        text = path.read_text(encoding="utf-8")
        assert tree.same(parsed(text)[0], parsed(formatted(text))[0])


@given(strategies.expressions)
def test_an_expression_alone(node: tree.Expr) -> None:
    assert tree.same(node, part(format_expression(node), "expr"))


# ---- The style


def test_every_construct_and_comments_everywhere(golden: Golden) -> None:
    spec, found = parsed(UNTIDY)
    assert not found
    assert {type(node) for node in tree.walk(spec)} == strategies.CLASSES
    golden("golden/untidy.awm", formatted(UNTIDY))


def test_only_strings_make_a_line_too_long() -> None:
    for text in map(formatted, [*SPECS.values(), UNTIDY]):
        code = re.sub(r'"""(?s:.*?)"""|#.*', "", text)
        assert not [line for line in code.splitlines() if len(line) > WIDTH and '"' not in line]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((a))", "a"),
        ("(a + b) + c", "a + b + c"),
        ("a + (b + c)", "a + (b + c)"),
        ("(a * b) + c", "a * b + c"),
        ("(a and b) or c", "a and b or c"),
        ("not (a == b)", "not a == b"),
        ("not (a and b)", "not (a and b)"),
        ("(a == b) == c", "(a == b) == c"),
        ("-(a).b", "-a.b"),
        ("(-a).b", "(-a).b"),
        ("(a?).b", "(a?).b"),
        ("(Order where .x).y", "(Order where .x).y"),
        ("count((Order where .x))", "count(Order where .x)"),
        (
            "if (if a then b else c) then (d) else (if e then f else g)",
            "if (if a then b else c) then d else if e then f else g",
        ),
        ("Order sort (.x) asc then (.y desc)".replace("(.y desc)", ".y desc"), "Order sort .x then .y desc"),
        ("[1,2,]", "[1, 2]"),
        ('"\\"a\\" \\\\ {{b}} {c}"', '"\\"a\\" \\\\ {{b}} {c}"'),
        ('"""a "quoted" word"""', '"a \\"quoted\\" word"'),
    ],
)
def test_an_expression_has_what_it_needs_and_no_more(text: str, expected: str) -> None:
    node = part(text, "expr")
    assert format_expression(node) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('policy "a\\nb"', 'policy """\n  a\n  b\n"""'),
        ('policy "a\\n\\n  b\\n"', 'policy """\n  a\n\n    b\n\n"""'),
        ('policy "\\na\\nb"', 'policy """\n\n  a\n  b\n"""'),
        ('policy "a\\n"', 'policy "a\\n"'),
        ('policy "  a\\n b"', 'policy "  a\\n b"'),
        ('policy "a\\n\\tb \\"\\"\\"\\"c"', 'policy """\n  a\n  \\tb \\"\\"""c\n"""'),
    ],
)
def test_text_of_several_lines(text: str, expected: str) -> None:
    assert lines(text) == expected


def test_members_of_an_enum_lose_needless_quotes() -> None:
    assert lines('enum A { "b" "c d" "when" }') == 'enum A { b "c d" when }'
    flow = 'entity A {\n  flow status { a -> "when" }\n}'
    assert lines(flow) == flow


def test_line_breaks_are_those_of_the_file() -> None:
    text = ENVIRONMENT + 'policy "a\\nb" # c\n'
    assert formatted(text.replace("\n", "\r\n")) == formatted(text).replace("\n", "\r\n")


# ---- What is not formatted


def test_a_text_with_errors_is_left_alone() -> None:
    done, found = format_source(Source(0, "test.awm", ENVIRONMENT + "entity {"))
    assert done is None
    assert found


def test_a_text_is_not_changed_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    original = declarations.spec
    monkeypatch.setattr(
        declarations, "spec", lambda spec: original(replace(spec, declarations=spec.declarations[1:]))
    )
    for text in ('policy "a"', 'policy "a" policy "b"'):
        with pytest.raises(FormatError):
            format_source(Source(0, "test.awm", ENVIRONMENT + text))
