"""Queries: clauses, order, aggregates, groups, optional filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import HEAD, environment, errors

CLAUSES = [
    ("count(User)", 4),
    ("count(Item where .price > 1)", 2),
    # What is not needed cannot fail: an order, to count.
    ("count(Order sort 1 / (.rank - 2) skip 1)", 2),
    ("exists(Order sort 1 / (.rank - 2) skip 1)", True),
    ("list(Order sort 1 / (.rank - 2) skip 1, .id)", "arithmetic"),
    ("list(Item, .code)", ["CAP", "INK", "PEN"]),
    ("list(Item sort .price skip 1, .code)", ["PEN", "INK"]),
    ("list(Item sort .price desc skip 1 take 1, .code)", ["PEN"]),
    ("list(Item take 0, .code)", []),
    ("list(Item skip 9, .code)", []),
    # Below 0 is none.
    ("list(Item take -b, .code)", []),
    ("list(Item skip -b, .code)", ["CAP", "INK", "PEN"]),
    # Through references, both ways.
    ("sum(Line where .order.user == me, .quantity)", 24),
    ("list(Line where .item.color == \"green\", .order.user.name)", ["Alice", "bob"]),
    ("sum(me.orders, .total)", 7.6),
    ("list(one(Order where .rank == 2).lines, .item.code)", ["PEN", "INK"]),
    ("count(Item where .tags contains \"new\")", 2),
    ("count(Item where \"new\" in .tags)", 2),
    # `as` takes the dot away from the row.
    ("count(Order as o where exists(Line where .order == o and .quantity > 2))", 2),
    ("list(Order as o, count(Line where .order == o))", [2, 1, 1]),
    ("count(User as u where exists(Order as o where o.user == u and o.rank > u.wallet / 100.00))", 2),
    ("list(me.orders as o where o.rank > 1, o.id)", [1]),
    # What me may see.
    ("list(my Order, .total)", [5.6, 2.0]),
    ("list(my Line sort .quantity, .quantity)", [1, 3, 20]),
    ("count(my User)", 4),
    # A query of a query's rows, and of the values of one.
    ("list(list(Item where .price > 1) sort .price, .code)", ["PEN", "INK"]),
    ("exists(distinct(Line, .item) where .code == \"INK\")", True),
    ("first(distinct(Order sort .id desc, .user)).name", "bob"),
    ("me in list(Order, .user)", True),
    ("first(Item sort .price) in distinct(Line, .item)", True),
]  # fmt: skip

AGGREGATES = [
    ("sum(User, .wallet)", 86.35),
    ("sum(Item, .price * 2)", 6.6),
    ("max(Item, .price)", 2.0),
    ("min(Order, .placed_at)", "2025-05-31T23:30:00"),
    ("max(Item, .color)", "blue"),
    ("max(list(Order, count(.lines)))", 2),
    ("exists(User where .name contains \"AL\")", True),
    ("all(User, .wallet > 0)", True),
    ("all(User where .score != null, .score > 1)", False),
    ("first(Item sort .price).code", "CAP"),
    ("first(me.orders)", 1),
    ("one(Item where .color == \"red\").name", "ink"),
    ("one(Item where .price > 100).name", "not_found"),
    ("one(Item).name", "not_found"),
    ("list(Item, [.price, 1])", [[0.1, 1.0], [2.0, 1.0], [1.2, 1.0]]),
    ("list(Order, list(.lines, .item.price))", [[1.2, 2.0], [0.1], [1.2]]),
    ("distinct(Order sort .id desc, .status)", ["placed", "cart"]),
    ("distinct(Line sort .quantity desc, .item.color)", ["blue", "green", "red"]),
    # Over what a query keeps, not over all it finds.
    ("count(Item skip 1)", 2),
    ("sum(Item sort .price skip 1, .price)", 3.2),
    ("sum(Item sort .price skip 2, .price)", 2.0),
    ("avg(Item sort .price take 2, .price)", 0.65),
    ("max(Item sort .price take 2, .name)", "Straße"),
    ("min(Item sort .price skip 1 take 1, .color)", "green"),
    ("all(Item sort .price skip 1, .price > 1)", True),
    ("exists(Item skip 3)", False),
    ("first(list(Item sort .price skip 1, .code))", "PEN"),
    ("distinct(Line sort .id desc take 2, .item.code)", ["PEN", "CAP"]),
    ("one(Item sort .price take 1).code", "CAP"),
]  # fmt: skip

ORDER = [
    # Text by folded case, then code point; enums as declared; nulls last either way; the key breaks ties.
    ("list(User sort .name, .name)", ["Alice", "bob", "Carl", "Ähre"]),
    ("list(User sort .name desc, .name)", ["Ähre", "Carl", "bob", "Alice"]),
    ("list(User sort .score, .name)", ["Carl", "Alice", "Ähre", "bob"]),
    ("list(User sort .score desc, .name)", ["Alice", "Ähre", "Carl", "bob"]),
    ("list(User sort .score desc then .name desc, .name)", ["Ähre", "Alice", "Carl", "bob"]),
    ("list(User sort .score desc then .name, .name)", ["Alice", "Ähre", "Carl", "bob"]),
    ("list(my Line sort .order, .id)", [1, 2, 3]),
    ("list(User sort .nick, .name)", ["Alice", "Carl", "bob", "Ähre"]),
    ("list(Item sort .color, .code)", ["INK", "PEN", "CAP"]),
    ("list(Item sort .color desc, .code)", ["CAP", "PEN", "INK"]),
    ("list(Order sort .due desc, .id)", [1, 3, 2]),
    ("list(Order sort .user then .rank, .id)", [2, 1, 3]),
    ("list(Order sort .user.name desc then .id desc, .id)", [3, 2, 1]),
    ("list(Order sort count(.lines) desc, .id)", [1, 2, 3]),
    ("list(Order sort .total desc, .id)", [1, 2, 3]),
    ("list(Item sort (.price > 1), .code)", ["CAP", "INK", "PEN"]),
    ("list(Order sort (.status == \"placed\") desc, .id)", [2, 3, 1]),
    ("max(Order sort .rank take 2, .id)", 2),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), [*CLAUSES, *AGGREGATES, *ORDER])
def test_queries(value, expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_one(run) -> None:
    """Exactly one row: in any place, with an ``else`` behind ``let`` and ``return`` too."""
    none, many, only = ("Item where .price > 100", "Item", 'Item where .code == "PEN"')
    for form, good in (
        ("let i = one({}) return i.name", "Pen"),
        ("return one({}).name", "Pen"),
        ("return one({}) {{ name }}", {"name": "Pen"}),
        ("return {{ i = one({}) {{ name }} }}", {"i": {"name": "Pen"}}),
        ('require one({}).name == "Pen" else other "Other." return 1', 1),
        ('if one({}).name == "Pen" {{ return 1 }} return 2', 1),
        ("return count(Line where .item == one({}))", 2),
        ("return list(Order, one({}).price)", [1.2, 1.2, 1.2]),
        ("return me {{ id, i = one({}).code }}", {"id": 1, "i": "PEN"}),
        ("update me {{ wallet = one({}).price }} return me.wallet", 1.2),
        ("update one({}) {{ price = 3 }} return sum(Item, .price)", 5.1),
        ("create Line {{ order = one(Order where .id == 2), item = one({}), quantity = 1 }} return count(Line)", 5),
    ):  # fmt: skip
        expected = good if form.count("{{ name") or form.count("{{ id") else {"value": good}
        expected = {"items": good} if isinstance(good, list) else expected
        assert run(form.format(only)) == expected, form
        assert run(form.format(none)) == "not_found", form
        assert run(form.format(many)) == "not_found", form
    for form in (
        'let i = one({}) else odd "Odd." return i.name',
        'return one({}) else odd "Odd." {{ name }}',
    ):
        assert run(form.format(none)) == run(form.format(many)) == "odd"
        assert run(form.format(only)) in ({"value": "Pen"}, {"name": "Pen"})


def test_one_is_not_asked_where_nothing_needs_it(run) -> None:
    assert run("return list(Item where .price > 100, one(Order).id)") == {"items": []}
    assert run("return if count(Item) > 1 then 1 else one(Order).id") == {"value": 1}
    assert run("return count(Item where .price > 100 and one(Order).id > 3)") == {"value": 0}
    assert run("return count(Item where .price < 100 or one(Order).id > 3)") == {"value": 3}
    assert run("return me.nick ?? one(User).name") == {"value": "Ally"}


def test_rows_of_groups_are_those_that_were_grouped(shop) -> None:
    session = shop(
        'tool few() { "F." return group(Order where .rank < 5, .status) { status = .key, ids = list(.rows, .id), last = first(.rows sort .rank desc).id } } '
        'tool nicks() { "N." return group(User, .nick) { nick = .key, names = list(.rows, .name) } }'
    )
    assert session.call("few").value["items"] == [
        {"status": "cart", "ids": [1], "last": 1}, {"status": "placed", "ids": [2], "last": 2},
    ]  # fmt: skip
    assert session.call("nicks").value["items"][-1] == {"nick": None, "names": ["bob", "Ähre"]}


def test_a_map_has_a_key_once(shop) -> None:
    text = (
        shop(
            "entity Slot { room: int day: int check unique(.room, .day) } data Slot (room, day) { (1, 1) (1, 2) (2, 1) } "
            'tool t() { "T." return map(Slot, .room, .day) }'
        )
        .call("t")
        .text
    )
    assert text == '{"1":2,"2":1}'


def test_groups(shop) -> None:
    session = shop(
        'tool by_status() { "By status." return group(Order, .status) sort count(.rows) desc { status = .key, n = count(.rows), '
        "late = count(.rows where .due != null and .due < date(now) + days(3)), first = min(.rows, .id), ranks = list(.rows sort .rank, .rank), "
        "top = first(.rows sort .rank desc) { id, rank } } } "
        'tool by_nick() { "By nick." return group(User, .nick) { nick = .key, n = count(.rows) } } '
        'tool by_user() { "By user." return group(Order, .user) sort sum(.rows, .total) take 1 { who = .key, spent = sum(.rows, .total) } } '
        'tool big() { "Big." return group(Line, .item) where sum(.rows, .quantity) > 3 { item = .key, n = sum(.rows, .quantity), names = list(.rows, .order.user.name) } } '
        'tool n() { "N." return { n = count(group(Line, .item)), some = exists(group(Line, .item) where count(.rows) > 1), '
        "first = group(Item, .color) take 1 { color = .key }, keys = list(group(Item, .color), .key) } } "
        'tool names() { "N." return group(Item, length(.name)) { length = .key, last = max(.rows, .name), any = exists(.rows where .price > 1), all = all(.rows, .price > 1) } }'
    )
    assert session.call("by_status").value["items"] == [
        {"status": "placed", "n": 2, "late": 1, "first": 2, "ranks": [1, 5], "top": {"id": 3, "rank": 5}},
        {"status": "cart", "n": 1, "late": 0, "first": 1, "ranks": [2], "top": {"id": 1, "rank": 2}},
    ]
    assert session.call("by_nick").value["items"] == [
        {"nick": "Ally", "n": 1}, {"nick": "cc", "n": 1}, {"nick": None, "n": 2},
    ]  # fmt: skip
    assert session.call("by_user").value["items"] == [{"who": {"id": 2, "name": "bob"}, "spent": 1.2}]
    assert session.call("big").value["items"] == [
        {"item": "CAP", "n": 20, "names": ["Alice"]}, {"item": "PEN", "n": 4, "names": ["Alice", "bob"]},
    ]  # fmt: skip
    assert session.call("n").value == {
        "n": 3,
        "some": True,
        "first": [{"color": "red"}],
        "keys": ["red", "green", "blue"],
    }
    assert session.call("names").value["items"] == [
        {"length": 3, "last": "Pen", "any": True, "all": True}, {"length": 6, "last": "Straße", "any": False, "all": False},
    ]  # fmt: skip


def test_optional_filters(shop) -> None:
    """A term with an absent parameter is dropped; in an ``or`` that branch is; if all are, the whole term."""
    session = shop(
        'tool find(text: text?, color: Color?, most: money?, codes: [text]?) { "Find." return list(Item where '
        "(.name contains text? or .code contains text?) and .color == color? and .price <= most? and .code in codes?, .code) } "
        'tool either(text: text?, most: money?) { "E." return list(Item where .name contains text? or .price < most?, .code) } '
        'tool dear(most: money?) { "D." return list(Item where not (.price < most?), .code) } '
        'tool null_too(score: int?) { "N." return list(User where .score == score? or .nick == null, .name) }'
    )

    def call(tool: str, **given: object) -> list:
        return session.call(tool, given).value["items"]

    assert call("find") == ["CAP", "INK", "PEN"]
    assert call("find", text="STRASSE") == ["CAP"]
    assert call("find", text="n", most=1.5) == ["PEN"]
    assert call("find", color="green") == ["PEN"] and call("find", color="green", text="k") == []
    assert call("find", codes=["PEN", "INK", "X"]) == ["INK", "PEN"] and call("find", codes=[]) == []
    assert call("either") == ["CAP", "INK", "PEN"]
    assert call("either", text="k") == ["INK"]
    assert call("either", most=1) == ["CAP"]
    assert call("either", text="k", most=1) == ["CAP", "INK"]
    assert call("dear") == ["CAP", "INK", "PEN"] and call("dear", most=1) == ["INK", "PEN"]
    assert call("null_too") == ["bob", "Ähre"] and call("null_too", score=1) == ["bob", "Carl", "Ähre"]


def test_sort_by_a_choice(shop) -> None:
    session = shop(
        "enum Order_ { cheap dear name plain } "
        'tool find(order: Order_?) { "Find." return list(Item sort by order { cheap = .price, dear = .price desc, name = .name, plain = .color } then .code desc, .code) }'
    )
    find = lambda **given: session.call("find", given).value["items"]  # noqa: E731
    assert find(order="cheap") == ["CAP", "PEN", "INK"]
    assert find(order="dear") == ["INK", "PEN", "CAP"]
    assert find(order="name") == ["INK", "PEN", "CAP"]
    assert find(order="plain") == ["INK", "PEN", "CAP"]
    assert find() == ["PEN", "INK", "CAP"]


def test_both_sides_of_one_row() -> None:
    for query in (
        "count(Order as o where o.rank == o.rank)",
        "count(Order where exists(Line where .order == .order))",
    ):
        assert errors(HEAD + f'tool t() {{ "T." return {query} }}') == ["AWM215"]


# ---- What is worked out, and in which order


def test_and_or_and_if_stop_where_they_are_settled(value) -> None:
    """Left to right, and what is not needed is not worked out, so that it cannot fail."""
    for expression, expected in (
        ("a == 7 or a / c > 1", True),
        ("a != 7 and a / c > 1", False),
        ("not (a == 7 or a / c > 1)", False),
        ("c == 0 or a / c > 1 or xs[9] == 3", True),
        ("c != 0 and a / c > 1 and a > 3", False),
        ("a > 3 and (c == 0 or a / c > 1) and a > 4", True),
        ("a / c > 1 or a == 7", "arithmetic"),
        ("a / c > 1 and a != 7", "arithmetic"),
        ("if c == 0 then 1 else round(a / c)", 1),
        ("maybe ?? round(a / c)", "arithmetic"),
        ("first(User).score ?? round(a / c)", 3),
        ("length(xs) > 5 and xs[5] == 1", False),
        ("count(Item where round(.price) > 0 and 10 / round(.price) > 5)", 1),
        ("count(Item where .price < 1 or 10 / round(.price) > 4)", 3),
        ("count(Item where 10 / round(.price) > 5 and round(.price) > 0)", "arithmetic"),
        ("count(Line where round(.item.price) > 0 and .quantity / round(.item.price) > 1)", 1),
        ("all(Item where .price >= 1, 10 / round(.price) > 4)", True),
        ("exists(Item where .price > 100 and xs[5] == 1)", False),
        ("sum(Item where round(.price) > 0, 10 / round(.price))", 15.0),
        ("list(Item sort .code, if .price < 1 then 0 else 10 / round(.price))", [0, 5.0, 10.0]),
    ):  # fmt: skip
        assert value(expression) == expected, expression


def test_values_are_made_of_the_rows_that_a_query_keeps(run) -> None:
    """A value that would fail for others does not: here 10 / round(.price), of the cap, which is the last by name."""
    value = "10 / round(.price)"
    for body, expected in (
        (f"return first(Item sort .name) {{ x = {value} }}", {"value": {"x": 5.0}}),
        (f"return list(Item sort .name take 1, {value})", {"items": [5.0]}),
        (f"return {{ x = sum(Item sort .name take 2, {value}) }}", {"x": 15.0}),
        (f"return {{ x = max(Item sort .name take 2, {value}) }}", {"x": 10.0}),
        (f"return map(Item sort .name take 1, .code, {value})", {"INK": 5.0}),
        (f"return map(Item sort .name take 1, \"{{.code}}{{round({value})}}\", .price)", {"INK5": 2.0}),
        (f"return Item sort .name paged 2 {{ x = {value} }}", {"items": [{"x": 5.0}, {"x": 10.0}], "total": 3, "page": 1}),
        ("update Item sort .name take 2 { price = .price / round(.price) } return list(Item sort .code, .price)", {"items": [0.1, 1.0, 1.2]}),
        (f"return list(Item sort .name, {value})", "arithmetic"),
        ("return Order { id, l = first(.lines sort .item.name) { x = 10 / round(.item.price) } }", "arithmetic"),
        ("return me.orders take 1 { l = first(.lines sort .item.name) { x = 10 / round(.item.price) } }", {"items": [{"l": {"x": 5.0}}]}),
    ):  # fmt: skip
        assert run(body) == expected, body


def test_a_constant_to_sort_and_group_by_is_no_number_of_a_column(run: Callable[..., Any]) -> None:
    for number in ("2", "12", "-1", "0.5"):
        sorted_ = f"for o in Order sort {number} desc take 2 {{ update o {{ rank = 9 }} }}"
        assert run(f"{sorted_} return list(Order, .rank)") == {"items": [9, 9, 5]}
        grouped = run(f"return group(Order, {number}) {{ key = .key, n = count(.rows) }}")
        assert grouped == {"items": [{"key": float(number), "n": 3}]}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("return list(Item sort .code take me.id + 1, .code)", ["CAP", "INK"]),
        ("return list(Item sort .code skip me.id take me.id, .code)", ["INK"]),
        ("return list(Order as o, list(Item sort .code take o.rank, .code))", [["CAP", "INK"], ["CAP"], ["CAP", "INK", "PEN"]]),
        ("return list(Order as o, list(Item sort .code skip o.rank take 0 - o.rank, .code))", [[], [], []]),
        ("return list(Order as o, list(Item sort .code skip 0 - o.rank take o.id, .code))", [["CAP"], ["CAP", "INK"], ["CAP", "INK", "PEN"]]),
        ("return list(Order as o, count(Item take o.rank))", [2, 1, 3]),
        ("return list(Order as o, exists(Item skip o.rank))", [True, True, False]),
        ("return list(Order as o, sum(Item sort .price desc take o.rank, .price))", [3.2, 2.0, 3.3]),
        ("return list(Order as o, all(Item sort .price take o.rank, .price > 1))", [False, False, False]),
        ('return list(Order as o, first(Item sort .code skip o.rank).code ?? "none")', ["PEN", "INK", "none"]),
        ("let m = list(Order as o, map(Item sort .code desc take o.rank, .code, .price)) return list(m as x, x)", [{"INK": 2.0, "PEN": 1.2}, {"PEN": 1.2}, {"CAP": 0.1, "INK": 2.0, "PEN": 1.2}]),
        ("update Item sort .code take me.id + 1 { price += 1 } return list(Item sort .code, .price)", [1.1, 3.0, 1.2]),
        ("delete Line sort .id take me.id + 1 return list(Line, .id)", [3, 4]),
    ],
)  # fmt: skip
def test_how_many_may_be_read_of_a_row(body: str, value: object) -> None:
    """SQL has no columns in a LIMIT."""
    with environment(HEAD + f'tool t() {{ "T." {body} }}').session() as session:
        result = session.call("t", {})
        assert result.error is None and result.value["items"] == value
