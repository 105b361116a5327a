"""What expressions come to, as compiled: through SQL and through Python alike."""

from __future__ import annotations

import json

import pytest

PURE = [
    ("a + b", 9),
    ("a - b * 2", 3),
    ("a / b", 3.5),
    ("-a % 3", 2),
    ("a % -b", -1),
    ("-a", -7),
    ("a / c", "arithmetic"),
    ("a % c", "arithmetic"),
    ("9007199254740991 + a", "arithmetic"),
    ("9007199254740991 * 9007199254740991", "arithmetic"),
    ("x * 3", 1.5),
    ("0.1 + 0.2", 0.30000000000000004),
    # Money: exact, rounded once at the end of a chain, half away from zero.
    ("p * 3", 30.03),
    ("p / 3", 3.34),
    ("p * 0.5", 5.01),
    ("-p * 0.5", -5.01),
    ("p * 30 / 100", 3.0),
    ("p / 3 * 3", 10.01),
    ("p / 4", 2.5),
    ("p + 1", 11.01),
    ("p - 0.01", 10.0),
    ("p / p", 1.0),
    ("p * 1.005", 10.06),
    ("round(p / 7, 1)", 1.4),
    ("round(2.675, 2)", 2.68),
    ("round(0.5)", 1),
    ("round(-2.5)", -3),
    ("round(p)", 10),
    ("floor(-1.5)", -2),
    ("ceil(1.2)", 2),
    ("abs(c - a)", 7),
    ("least(a, b, 5)", 2),
    ("greatest(p, 3)", 10.01),
    ("sum([1, 2, 3])", 6),
    # Null is two-valued.
    ("maybe == null", True),
    ("maybe == 1", False),
    ("maybe != 1", True),
    ("maybe < 1", False),
    ("not (maybe < 1)", True),
    ("maybe ?? 4", 4),
    ("maybe in [1, 2]", False),
    ("maybe not in [1, 2]", True),
    ("if maybe == null then \"none\" else \"some\"", "none"),
    # Text.
    ('"{s}-{a}-{p}-{x}"', "Ab-7-10.01-0.5"),
    ('"{{{a}}}"', "{7}"),
    ('s == "ab"', False),
    ('s contains "B"', True),
    ('s contains "%"', False),
    ('"Straße" contains "STRASSE"', True),
    ('s < "ac"', True),
    ("upper(s)", "AB"),
    ("length(s)", 2),
    ('trim("  a ")', "a"),
    ('starts_with(s, "A")', True),
    ('replace("a.b.c", ".", "-")', "a-b-c"),
    ('split("a,b", ",")', ["a", "b"]),
    ('join(["a", "b"], "+")', "a+b"),
    ('matches("AB12", "[A-Z]+[0-9]+")', True),
    ('matches("AB12x", "[A-Z]+[0-9]+")', False),
    ('calc("(1 + 2) * 3 / 2")', 4.5),
    ('calc("2 ** 3")', "arithmetic"),
    # Time.
    ("now", "2025-06-02T09:00:00"),
    ("date(now) + days(30)", "2025-07-02"),
    ("now - hours(10)", "2025-06-01T23:00:00"),
    ('(now - hours(33)) + months(1)', "2025-07-01T00:00:00"),
    ("datetime(date(now), time(now)) == now", True),
    ("weekday(date(now))", 1),
    ("year(now) * 100 + month(now)", 202506),
    ("floor((now + hours(5) - now) / minutes(7))", 42),
    ("hours(1) * 2 > minutes(119)", True),
    # Lists.
    ("[a, b, c][1]", 2),
    ("[a, b, c][3]", "arithmetic"),
    ("[a, b][c - 1]", "arithmetic"),
    ("sorted([3, 1, 2])", [1, 2, 3]),
    ('sorted(["b", "A", "a", "Z"])', ["A", "a", "b", "Z"]),
    ("flat([[1], [2, 3]])", [1, 2, 3]),
    ("range(3)", [0, 1, 2]),
    ("range(20000)", "arithmetic"),
    ("distinct([3, 1, 3])", [3, 1]),
    ("length([1, 2])", 2),
    ("{ q = a, r = [b] }", {"q": 7, "r": [2]}),
    ("a in [7, 8]", True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), PURE)
def test_without_rows(value, expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(("expression", "expected"), PURE)
def test_the_same_in_sql(value, expression: str, expected: object) -> None:
    """Beside a read of a row, the whole expression is worked out by the database."""
    assert value(f"if me.wallet > 0 then ({expression}) else ({expression})") == expected


ROWS = [
    ("me.name", "Alice"),
    ("me.nick", "Ally"),
    ("first(User where .name == \"bob\").nick", None),
    ("count(User)", 4),
    ("count(User where .nick == null)", 2),
    ("count(User where .score == 3)", 2),
    ("count(User where .score != 3)", 2),
    ("count(User where .score < 3)", 1),
    ("count(User where not (.score < 3))", 3),
    ("count(User where .score in [3, 4])", 2),
    ("count(User where .score not in [3, 4])", 2),
    ("sum(User, .score)", 7),
    ("sum(User where false, .score)", 0),
    ("avg(User, .score)", 7 / 3),
    ("avg(User where .wallet > 1000, .score)", None),
    ("avg(User, .wallet)", 21.59),
    ("min(User, .score)", 1),
    ("max(User, .name)", "Ähre"),
    ("max(Item, .color)", "blue"),
    ("min(Order, .placed_at)", "2025-05-31T23:30:00"),
    ("all(User, .wallet > 0)", True),
    ("all(User where false, .wallet > 100)", True),
    ("exists(User where .name contains \"AL\")", True),
    # Every sort is total: casefold, then code point; nulls last either way; enums as declared; the key breaks ties.
    ("list(User sort .name, .name)", ["Alice", "bob", "Carl", "Ähre"]),
    ("list(User sort .name desc, .name)", ["Ähre", "Carl", "bob", "Alice"]),
    ("list(User sort .score, .name)", ["Carl", "Alice", "Ähre", "bob"]),
    ("list(User sort .score desc, .name)", ["Alice", "Ähre", "Carl", "bob"]),
    ("list(Item sort .color, .code)", ["INK", "PEN", "CAP"]),
    ("list(Item, .code)", ["CAP", "INK", "PEN"]),
    ("list(Item sort .price desc skip 1 take 1, .code)", ["PEN"]),
    ("first(Item sort .price).code", "CAP"),
    ("first(Item where .price > 100)", None),
    ("one(Item where .color == \"red\").name", "ink"),
    ("one(Item where .price > 100).name", "not_found"),
    ("one(Item).name", "not_found"),
    ("count(Item where .tags contains \"new\")", 2),
    ("count(Item where \"new\" in .tags)", 2),
    ("map(Item sort .code, .code, .price)", {"CAP": 0.1, "INK": 2.0, "PEN": 1.2}),
    ("distinct(Order sort .id desc, .status)", ["placed", "cart"]),
    ("sum(me.orders, .total)", 7.6),
    ("sum(Line where .order.user == me, .quantity)", 24),
    ("list(my Order, .total)", [5.6, 2.0]),
    ("list(my Line, .item.code)", ["PEN", "INK", "CAP"]),
    ("count(Order as o where exists(Line where .order == o and .quantity > 2))", 2),
    ("list(Order as o, count(Line where .order == o))", [2, 1, 1]),
    ("count(Order where .due < date(now) + days(5))", 1),
    ("count(Order where .due == null or .due > date(now) + days(5))", 2),
    ("list(Order, .due == null)", [False, True, False]),
    ("list(Order, .due > date(now) + days(5))", [True, False, False]),
    ("sum(Item, .price * 0.5)", 1.65),
    ("list(User, .wallet * .rate / 3)", [0.0, 0.0, 0.0, 0.0]),
    ("list(flat(list(Order, list(.lines, .quantity))) as q sort q, q)", [1, 1, 3, 20]),
    ("me.orders", [1, 2]),
    ("first(me.orders)", 1),
    ("me", {"id": 1, "name": "Alice"}),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), ROWS)
def test_over_rows(value, expression: str, expected: object) -> None:
    got = value(expression)
    assert got == pytest.approx(expected) if isinstance(expected, float) else got == expected


@pytest.mark.parametrize(("expression", "expected"), ROWS)
def test_over_rows_kept_in_a_name(value, expression: str, expected: object) -> None:
    """What a name holds comes out as if it had stood there."""
    got = value("kept", before=f"let kept = {expression}")
    assert got == pytest.approx(expected) if isinstance(expected, float) else got == expected


def test_groups(shop) -> None:
    session = shop(
        'tool by_status() { "By status." return group(Order, .status) sort count(.rows) desc { status = .key, n = count(.rows), '
        "late = count(.rows where .due != null and .due < date(now) + days(3)), first = min(.rows, .id), ranks = list(.rows sort .rank, .rank), "
        "top = first(.rows sort .rank desc) { id, rank } } } "
        'tool by_nick() { "By nick." return group(User, .nick) { nick = .key, n = count(.rows) } } '
        'tool by_user() { "By user." return group(Order, .user) sort sum(.rows, .total) take 1 { who = .key, spent = sum(.rows, .total) } } '
        'tool big() { "Big." return group(Line, .item) where sum(.rows, .quantity) > 3 { item = .key, n = sum(.rows, .quantity) } }'
    )
    assert session.call("by_status").value["items"] == [
        {"status": "placed", "n": 2, "late": 1, "first": 2, "ranks": [1, 5], "top": {"id": 3, "rank": 5}},
        {"status": "cart", "n": 1, "late": 0, "first": 1, "ranks": [2], "top": {"id": 1, "rank": 2}},
    ]
    assert session.call("by_nick").value["items"] == [
        {"nick": "Ally", "n": 1}, {"nick": "cc", "n": 1}, {"nick": None, "n": 2},
    ]  # fmt: skip
    assert session.call("by_user").value["items"] == [{"who": {"id": 2, "name": "bob"}, "spent": 1.2}]
    assert session.call("big").value["items"] == [{"item": "CAP", "n": 20}, {"item": "PEN", "n": 4}]


def test_one_group_of_several(value) -> None:
    most = "group(Line, .item) sort sum(.rows, .quantity) desc"
    assert value(f"one({most} take 1).key.name") == "Straße"
    assert value(f"count(one({most} skip 1 take 1).rows)") == 2
    assert value(f'first({most}).key.name ?? "none"') == "Straße"
    assert value('first(group(Line where false, .item)).key.name ?? "none"') == "none"


def test_optional_filters(shop) -> None:
    session = shop(
        'tool find(text: text?, color: Color?, max: money?) { "Find." return list(Item where (.name contains text? or .code contains text?) '
        "and .color == color? and .price <= max?, .code) }"
    )
    find = lambda **given: session.call("find", given).value["items"]  # noqa: E731
    assert find() == ["CAP", "INK", "PEN"]
    assert find(text="STRASSE") == ["CAP"]
    assert find(text="n", max=1.5) == ["PEN"]
    assert find(color="green") == ["PEN"] and find(color="green", text="k") == []
    assert find(text=None, color=None) == ["CAP", "INK", "PEN"]


def test_sort_by_a_choice(shop) -> None:
    session = shop(
        "enum Order_by { cheap name_first } "
        'tool find(order: Order_by?) { "Find." return list(Item sort by order { cheap = .price, name_first = .name desc }, .code) }'
    )
    find = lambda **given: session.call("find", given).value["items"]  # noqa: E731
    assert find(order="cheap") == ["CAP", "PEN", "INK"]
    assert find(order="name_first") == ["CAP", "PEN", "INK"]
    assert find() == ["CAP", "INK", "PEN"]


def test_pages(shop) -> None:
    session = shop('tool find() { "Find." return Item sort .price paged 2 { code } }')
    codes = lambda **given: [i["code"] for i in session.call("find", given).value["items"]]  # noqa: E731
    assert session.call("find").value == {"items": [{"code": "CAP"}, {"code": "PEN"}], "total": 3, "page": 1}
    assert codes(page=2) == ["INK"] and codes(page=9) == [] and codes(page_size=3) == ["CAP", "PEN", "INK"]
    assert session.call("find", {"page_size": 101}).error.code == "invalid_argument"
    assert session.call("find", {"page": 0}).error.field == "page"


def test_json_out(shop) -> None:
    """Keys in order, money with two decimals, null fields present; lists and scalars in an object."""
    session = shop(
        'tool a() { "A." return me { id, wallet, nick, score } } tool b() { "B." return first(Item sort .price) { price, tags, color } } '
        'tool c() { "C." return list(Item, .price) } tool d() { "D." return me.wallet * 3 } tool e() { "E." return first(User where .name == "bob") { nick, wallet } } '
        'tool f() { "F." return first(Item where false) { code } } tool g() { "G." update me { score = null } }'
    )
    text = lambda name: "".join(session.call(name).text.split())  # noqa: E731
    assert text("a") == '{"id":1,"wallet":80.00,"nick":"Ally","score":3}'
    assert text("b") == '{"value":{"price":0.10,"tags":["new"],"color":"blue"}}'
    assert text("c") == '{"items":[0.10,2.00,1.20]}'
    assert text("d") == '{"value":240.00}'
    assert text("e") == '{"value":{"nick":null,"wallet":5.00}}'
    assert text("f") == '{"value":null}'
    assert json.loads(text("g")) == {}


def test_shapes(shop) -> None:
    session = shop(
        'tool all_of_it() { "All." return my Order sort .id desc { *, total, lines where .quantity > 1 sort .quantity { item { name }, quantity }, '
        "owner = .user { name }, n = count(.lines) } }"
    )
    assert session.call("all_of_it").value["items"] == [
        {
            "id": 2, "user": {"id": 1, "name": "Alice"}, "status": "placed", "placed_at": "2025-06-01T10:00:00", "due": None,
            "rank": 1, "total": 2.0, "lines": [{"item": {"name": "Straße"}, "quantity": 20}], "owner": {"name": "Alice"}, "n": 1,
        },
        {
            "id": 1, "user": {"id": 1, "name": "Alice"}, "status": "cart", "placed_at": None, "due": "2025-06-10",
            "rank": 2, "total": 5.6, "lines": [{"item": {"name": "Pen"}, "quantity": 3}], "owner": {"name": "Alice"}, "n": 2,
        },
    ]  # fmt: skip
