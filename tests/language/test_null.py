"""Null: two-valued, and never where a value is needed."""

from __future__ import annotations

import pytest

from .conftest import HEAD, errors

NULL = [
    ("maybe == null", True),
    ("maybe != null", False),
    ("maybe == 1", False),
    ("maybe != 1", True),
    ("maybe < 1", False),
    ("maybe >= 1", False),
    ("not (maybe < 1)", True),
    ("price < 3", False),
    ("word == s", False),
    ("word != s", True),
    ("word contains \"a\"", False),
    ("s contains word", False),
    ("maybe in [1, 2]", False),
    ("maybe not in [1, 2]", True),
    ("xs contains maybe", False),
    ("no_status == null", True),
    ("no_status < \"placed\"", False),
    # Another value in its place.
    ("maybe ?? 4", 4),
    ("maybe ?? maybe ?? a + b", 9),
    ("(maybe ?? a) + b", 9),
    ("word ?? \"none\"", "none"),
    ("price ?? 0", 0.0),
    # A path through what may be null may be null.
    ("first(User where .name == \"bob\").nick", None),
    ("first(Item where .price > 100).name", None),
    ("first(Item where .price > 100).name == null", True),
    ("first(Item where .price > 100).color ?? \"blue\"", "blue"),
    # Narrowed, it is a value like any other.
    ("if maybe == null then 0 else maybe + 1", 0),
    ("if maybe != null then maybe + 1 else 0", 0),
    ("maybe != null and maybe + 1 > 0", False),
    ("maybe == null or maybe + 1 > 0", True),
    # Over nothing.
    ("sum(User where false, .score)", 0),
    ("count(User where false)", 0),
    ("avg(User where .wallet > 1000, .score)", None),
    ("min(User where false, .name)", None),
    ("max(Item where false, .color)", None),
    ("first(User where false)", None),
    ("exists(User where false)", False),
    ("all(User where false, .wallet > 100)", True),
    ("list(User where false, .name)", []),
    # Null values are no part of an aggregate, but of a list.
    ("sum(User, .score)", 7),
    ("avg(User, .score)", 7 / 3),
    ("count(User where .score == null)", 1),
    ("min(User, .nick)", "Ally"),
    ("list(User, .nick)", ["Ally", None, "cc", None]),
    ("distinct(User, .score)", [3, None, 1]),
    # In conditions on rows.
    ("count(User where .nick == null)", 2),
    ("count(User where .score != 3)", 2),
    ("count(User where .score < 3)", 1),
    ("count(User where not (.score < 3))", 3),
    ("count(User where not (3 > .score))", 3),
    ("all(User, .score > 0)", False),
    ("all(User where .score != null, .score > 0)", True),
    ("count(User where .score in [3, 4])", 2),
    ("count(User where .score not in [3, 4])", 2),
    ("count(User where .nick contains \"c\")", 1),
    ("count(Order where .due < date(now) + days(5))", 1),
    ("list(Order, .due > date(now) + days(5))", [True, False, False]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), NULL)
def test_null(value, expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_two_nulls_are_equal(value) -> None:
    assert value("maybe == first(User where .score == null).score") is True
    assert value("maybe == first(User where .score == null).score", maybe=1) is False
    assert value("maybe != first(User where .score == null).score") is False


NARROWED = [
    "require maybe != null else e \"no\" return maybe + 1",
    "if maybe != null { return maybe + 1 } return 0",
    "if maybe == null { return 0 } return maybe + 1",
    "if maybe == null { fail e \"no\" } return maybe + 1",
    "let n = maybe else e \"no\" return n + 1",
    "var n = maybe if n == null { n = 0 } return n + 1",
    "require maybe > 0 else e \"no\" return maybe + 1",
    "return (maybe ?? 0) + 1",
    "return if maybe != null then maybe + 1 else 0",
]  # fmt: skip


@pytest.mark.parametrize("body", NARROWED)
def test_what_narrows(run, body: str) -> None:
    assert run(body, parameters="maybe: int?", maybe=3) == {"value": 4}
    assert run(body, parameters="maybe: int?") in ({"value": 0}, {"value": 1}, "e")


def test_without_narrowing_it_is_no_value() -> None:
    for body in (
        "return maybe + 1",
        "if a > 1 or maybe != null { return maybe + 1 } return 0",
        "if maybe == null { update me { score = 1 } } return maybe + 1",
        'return "{maybe}"',
        "update me { wallet = maybe }",
        "return upper(me.nick)",
    ):
        found = errors(HEAD + f'tool t(a: int, maybe: int?) {{ "T." {body} }}')
        assert found and set(found) <= {"AWM202", "AWM219"}, body


def test_what_was_narrowed_is_open_again_after_a_write() -> None:
    update = "update me { nick = other }"
    body = 'require me.nick != null else e "no" {} return upper(me.nick)'
    assert not errors(HEAD + f'tool t(other: text?) {{ "T." {body.format("")} }}')
    assert errors(HEAD + f'tool t(other: text?) {{ "T." {body.format(update)} }}') == ["AWM202"]
