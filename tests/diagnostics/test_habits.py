"""Habits from other languages give one finding each, and the text that means the same here."""

from __future__ import annotations

from pathlib import Path

import pytest

from awmlang.cli.specs import build
from awmlang.diagnostics import Diagnostic, Source, in_order
from awmlang.diagnostics.codes import BAD_ASSIGNMENT, BAD_OPERANDS, FOREIGN
from awmlang.diagnostics.diagnostic import sentence
from awmlang.diagnostics.span import Span
from awmlang.semantics.analyze import analyze
from awmlang.semantics.fixing import fix_all
from awmlang.syntax import tree
from awmlang.syntax.grammar import END, load
from awmlang.syntax.idioms import rewritten
from awmlang.syntax.parser import parse
from awmlang.syntax.tokens import Token, tokenize
from tests.diagnostics.habits import HABITS, PLACES, SHOP
from tests.syntax.specs import SPECS

ROWS = [(place, *row) for place, rows in HABITS.items() for row in rows]


def placed(place: str, text: str) -> Source:
    return Source(0, "shop.awm", SHOP + PLACES[place].replace("@", text))


def findings(source: Source) -> list[Diagnostic]:
    spec, writing = parse(source)
    _, meaning = analyze(spec, source, writing)
    return in_order([*writing, *meaning])


@pytest.mark.parametrize(("place", "wrong", "right", "message"), ROWS)
def test_a_habit(place: str, wrong: str, right: str | None, message: str) -> None:
    found = findings(placed(place, wrong))
    assert {d.code for d in found} <= {FOREIGN, BAD_OPERANDS, BAD_ASSIGNMENT}
    assert sentence(message) in [sentence(d.message) for d in found]
    if right is None:
        assert not any(fix.safe for d in found for fix in d.fixes)
        assert len(found) == 1
    else:
        assert all(d.fixes[0].safe for d in found)


@pytest.mark.parametrize(
    ("place", "wrong", "right"),
    [(place, wrong, right) for place, wrong, right, _ in ROWS if right is not None],
)
def test_its_fix(place: str, wrong: str, right: str) -> None:
    fixed, applied = fix_all(placed(place, wrong))
    assert fixed.text == placed(place, right).text
    assert applied
    assert not findings(fixed)


@pytest.mark.parametrize("place", [place for place in PLACES if place != "declaration"])
def test_what_is_right_compiles(place: str, tmp_path: Path) -> None:
    tools = (PLACES[place].replace("@", right) for _, right, _ in HABITS[place] if right is not None)
    path = tmp_path / "shop.awm"
    numbered = (tool.replace("probe", f"probe_{n}") for n, tool in enumerate(tools))
    path.write_text(SHOP + "".join(numbered), encoding="utf-8")
    built = build(str(path))
    assert built.compiled is not None and not built.diagnostics


def test_most_habits_are_one_finding() -> None:
    several = [wrong for place, wrong, _, _ in ROWS if len(findings(placed(place, wrong))) > 1]
    # Of those that are left, each holds several habits: two quoted names, `IN` and its parentheses.
    assert len(several) < len(ROWS) / 20


def parts(text: str, spec: tree.Spec) -> list[list[Token]]:
    """The tokens of each declaration."""
    tokens = tokenize(load(), text)[:-1]
    spans: list[Span] = [declaration.span for declaration in spec.declarations]
    found = [[token for token in tokens if span.start <= token.start < span.end] for span in spans]
    return [[*part, Token(END, part[-1].end, part[-1].end, "")] for part in found]


@pytest.mark.parametrize("name", SPECS)
def test_nothing_in_a_spec_is_taken_for_an_idiom(name: str) -> None:
    source = Source(0, f"{name}.awm", SPECS[name])
    spec, _ = parse(source)
    for part in parts(source.text, spec):
        assert rewritten(load(), source, part) == (part, [])


@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_is_right_is_taken_for_an_idiom(place: str) -> None:
    for _, right, _ in HABITS[place]:
        if right is not None:
            source = placed(place, right)
            spec, _ = parse(source)
            for part in parts(source.text, spec):
                assert rewritten(load(), source, part)[1] == []
