"""Text: compared exactly, searched and ordered by folded case; interpolation."""

from __future__ import annotations

import pytest

from .conftest import HEAD, errors

TEXT = [
    # Equal is exact.
    ('s == "ab"', False),
    ('s == "Ab"', True),
    ('"Straße" == "STRASSE"', False),
    # contains folds both sides and knows no wildcards.
    ('s contains "B"', True),
    ('s contains ""', True),
    ('s contains "%"', False),
    ('s contains "_b"', False),
    ('"50%" contains "%"', True),
    ('"Straße" contains "STRASSE"', True),
    ('"ﬁne" contains "FI"', True),
    ('count(Item where .name contains "STRASSE")', 1),
    # Order: folded, then by code point.
    ('s < "ac"', True),
    ('"B" < "a"', False),
    ('"A" < "a"', True),
    ('"a" <= "A"', False),
    ('"ä" < "z"', False),
    ('least("b", "A")', "A"),
    ('greatest("b", "A", "C")', "C"),
    ('sorted(["b", "A", "a", "Z"])', ["A", "a", "b", "Z"]),
    ('max(User, .name)', "Ähre"),
    ('min(User, .name)', "Alice"),
    # Functions.
    ("upper(s)", "AB"),
    ('upper("ß")', "SS"),
    ("lower(s)", "ab"),
    ('trim("  a ")', "a"),
    ("length(s)", 2),
    ('starts_with(s, "A")', True),
    ('starts_with(s, "a")', False),
    ('ends_with(s, "b")', True),
    ('matches("AB12", "[A-Z]+[0-9]+")', True),
    ('matches("AB12x", "[A-Z]+[0-9]+")', False),
    ('matches("ab", "a|b")', False),
    ('replace("a.b.c", ".", "-")', "a-b-c"),
    ('replace("abc", "", "x")', "abc"),
    ('split("a,b,,c", ",")', ["a", "b", "", "c"]),
    ('join(["a", "b"], "+")', "a+b"),
    ('join([], "+")', ""),
    ('join(list(Item sort .code, .code), " ")', "CAP INK PEN"),
    # Interpolation: paths and calls, printed as they are in results.
    ('"{s}-{a}-{p}-{x}"', "Ab-7-10.01-0.5"),
    ('"{day} {at} {clock_} {status}"', "2025-01-31 2025-01-31T10:00:00 10:30:00 placed"),
    ('"{me.name} has {me.wallet}"', "Alice has 80.00"),
    ('"{upper(s)} {round(p)} {sum(Item, .price)}"', "AB 10 3.30"),
    ('"{round(x - 0.7, 0)} {day}"', "0.0 2025-01-31"),
    ('"{{{a}}}"', "{7}"),
    ('"{ a }"', "7"),
    (r'"a\nb\t\"q\" \\"', 'a\nb\t"q" \\'),
    ('"""a "quoted"\nword"""', 'a "quoted"\nword'),
    ('list(Item sort .code, "{.code}: {.price}")', ["CAP: 0.10", "INK: 2.00", "PEN: 1.20"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), TEXT)
def test_text(value, expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    "written", ["{1 + 1}", "{-a}", '{"x"}', "{a ?? 1}", "{}", "{a", "a}", "{xs}", "{if a > 1 then a else b}"]
)
def test_what_cannot_stand_in_a_text(written: str) -> None:
    assert errors(HEAD + f'tool t(a: int, b: int, xs: [int]) {{ "T." return "{written}" }}')


def test_texts_are_normalised_as_they_come_in_and_as_they_are_made(shop) -> None:
    session = shop(
        'tool t(name: text(..1)) { "T." update me { name = name } return { same = me.name == "\u00c4", n = length(me.name) } } '
        'tool u(a: text, b: text) { "U." return { joined = "{a}{b}" == "\u00c4", length = length("{a}{b}") } }'
    )
    assert session.call("t", {"name": "A\u0308"}).value == {"same": True, "n": 1}
    assert session.diff()["User"]["changed"][1]["name"][1] == "\u00c4"
    assert session.call("u", {"a": "A", "b": "\u0308"}).value == {"joined": True, "length": 1}


def test_unique_is_exact_after_normalisation(shop) -> None:
    session = shop('tool t(name: text) { "T." update Item where .code == "PEN" { name = name } return 1 }')
    assert session.call("t", {"name": "INK"}).ok
    assert session.call("t", {"name": "Stra\u00dfe"}).error.code == "constraint"
    assert session.call("t", {"name": "ink"}).error.code == "constraint"


def test_a_text_that_becomes_too_long_is_too_expensive(run) -> None:
    body = 'var t = "0123456789" for i in range(30) { t = "{t}{t}" } return length(t)'
    assert run(body) == "too_expensive"


def test_characters_that_look_like_others_stay(run) -> None:
    assert run("return s", "s: text", s="ﬁ m²") == {"value": "ﬁ m²"}
