"""Lists, records and maps as values."""

from __future__ import annotations

import pytest

from .conftest import HEAD, errors

LISTS = [
    ("[a, b, c][1]", 2),
    ("[[1], [2, 3]][1][0]", 2),
    ("[1, 2][0] + 1", 2),
    # From 0; no other place is in it.
    ("[a, b, c][3]", "arithmetic"),
    ("[a, b][c - 1]", "arithmetic"),
    ("xs[a]", "arithmetic"),
    ("a in [7, 8]", True),
    ("xs contains 3", True),
    ("xs contains 4", False),
    ("[xs, [1]] contains [1]", True),
    ("length([1, 2])", 2),
    ("length(list(Item, .code))", 3),
    ("sorted([3, 1, 2])", [1, 2, 3]),
    ("flat([[1], [2, 3]])", [1, 2, 3]),
    ("distinct([3, 1, 3])", [3, 1]),
    ("range(3)", [0, 1, 2]),
    ("range(c)", []),
    ("range(20000)", "arithmetic"),
    ("xs", [3, 1, 2]),
    ("xs == [3, 1, 2]", True),
    ("xs == [1, 2, 3]", False),
    ("list(Item sort .price, .price) == [0.10, 1.20, 2]", True),
    ("[0.10, 1.20, 2] == list(Item sort .price, .price)", True),
    ("[p, 1]", [10.01, 1.0]),
    ("[true, a > b]", [True, True]),
    ("if a > 3 then [] else [1]", []),
    ("first(Item sort .price).tags", ["new"]),
    ("first(Item sort .price).tags ?? []", ["new"]),
    # A list is queried like rows.
    ("list(xs as q where q > 1 sort q desc, q * 2)", [6, 4]),
    ("list(xs as q sort q take 2, q)", [1, 2]),
    ("list(xs as q skip 1, q)", [1, 2]),
    ("count(xs as q where q > 1)", 2),
    ("sum(xs as q, q * p)", 60.06),
    ("first(xs as q sort q desc)", 3),
    ("first(xs as q where q > 5)", None),
    ("exists(xs as q where q == 2)", True),
    ("all(xs as q, q > 0)", True),
    ("map(xs as q, q, q * q)", {"3": 9, "1": 1, "2": 4}),
    ("list(flat(list(Order, list(.lines, .quantity))) as q sort q, q)", [1, 1, 3, 20]),
    # Records.
    ("{ q = a, r = [b], s = { t = p } }", {"q": 7, "r": [2], "s": {"t": 10.01}}),
    ("{ q = a }.q", 7),
    ("{ q = { w = xs } }.q.w[1]", 1),
    ("list(list(Item sort .code, { c = .code, p = .price }) as r where r.p > 1, r.c)", ["INK", "PEN"]),
    ("max(list(Item, { p = .price }) as r, r.p)", 2.0),
    # Maps: entries in order of the query; of those with one key the last.
    ("map(Item sort .price, .code, .price)", {"CAP": 0.1, "PEN": 1.2, "INK": 2.0}),
    ("map(Item sort .price, .color, .tags)", {"blue": ["new"], "green": ["blue", "new"], "red": []}),
    ("map(Order, .user.name, .id)", {"Alice": 2, "bob": 3}),
    ("map(Order sort .id desc, .user.name, .id)", {"bob": 3, "Alice": 1}),
    ("map(Order sort .rank desc take 2, .status, .rank)", {"placed": 5, "cart": 2}),
    ("map(User, .name, .score)", {"Alice": 3, "bob": None, "Carl": 1, "Ähre": 3}),
    ("map(Item where false, .code, .price)", {}),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), LISTS)
def test_lists(value, expression: str, expected: object) -> None:
    found = value(expression)
    assert found == expected
    if isinstance(expected, dict):
        assert list(found) == list(expected)


def test_a_map_has_each_key_once_in_its_text(shop) -> None:
    session = shop('tool t() { "T." return map(Order, .user.name, .total) }')
    assert session.call("t").text == '{"Alice":2.00,"bob":1.20}'


def test_an_empty_list_needs_a_type() -> None:
    for body in ("return []", "let x = [] return length(x)", "return { x = [[]] }", "return sum([])"):
        assert errors(HEAD + f'tool t() {{ "T." {body} }}') == ["AWM218"], body
    for body in (
        "var x: [int] = [] return x",
        "return if me.score == 3 then [] else [1]",
        "return length([])",
    ):
        assert not errors(HEAD + f'tool t() {{ "T." {body} }}'), body


def test_lists_in_fields(shop) -> None:
    session = shop(
        'entity Bag { days: [date](..3) = ["2025-06-01"] amounts: [money] colors: [Color] = [] flags: [bool] = [] } crud Bag { create update } '
        'tool look(bag: Bag) { "L." return { sum = sum(bag.amounts), first = bag.amounts[0], has = bag.amounts contains 0.10, '
        'red = "red" in bag.colors, next = list(bag.days, this_ + days(1)), flag = bag.flags[0] } } '.replace(
            "list(bag.days, this_ + days(1))", "list(bag.days as d, d + days(1))"
        )
        + 'tool add(bag: Bag, day: date) { "A." update bag { days = flat([.days, [day]]) } return bag { days } } '
        'tool find(amount: money) { "F." return count(Bag where .amounts contains amount) }'
    )
    made = session.call("create_bag", {"amounts": [0.1, 2], "colors": ["red"], "flags": [True]}).value
    assert made == {
        "id": 1,
        "days": ["2025-06-01"],
        "amounts": [0.1, 2.0],
        "colors": ["red"],
        "flags": [True],
    }
    assert session.call("look", {"bag_id": 1}).value == {
        "sum": 2.1, "first": 0.1, "has": True, "red": True, "next": ["2025-06-02"], "flag": True,
    }  # fmt: skip
    assert session.call("find", {"amount": 0.1}).value == {"value": 1}
    for day in ("2025-06-02", "2025-06-03"):
        assert session.call("add", {"bag_id": 1, "day": day}).ok
    assert (
        session.call("add", {"bag_id": 1, "day": "2025-06-04"}).error.message
        == "days must have at most 3 items"
    )
