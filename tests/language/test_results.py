"""What a tool returns: shapes, ``show``, pages, and the JSON it comes out as."""

from __future__ import annotations

import json

import pytest

from .conftest import HEAD, environment, errors

SHAPES = [
    # A list is {"items": [...]}, a scalar {"value": ...}; records and rows with a shape are themselves.
    ("me.score", {"value": 3}),
    ("me.name == \"Alice\"", {"value": True}),
    ("list(Item, .code)", {"items": ["CAP", "INK", "PEN"]}),
    ("{ a = 1, b = [2] }", {"a": 1, "b": [2]}),
    ("map(Item, .code, .price)", {"CAP": 0.1, "INK": 2.0, "PEN": 1.2}),
    ("me { id, score }", {"id": 1, "score": 3}),
    ("first(Item where false)", {"value": None}),
    ("first(Item where false) { code }", {"value": None}),
    ("first(Item sort .price) { code }", {"value": {"code": "CAP"}}),
    ("one(Item where .price > 1.5) { code }", {"code": "INK"}),
    # Without a shape a row is shown as its entity's show says, else as its key.
    ("me", {"id": 1, "name": "Alice"}),
    ("one(Item where .price > 1.5)", {"value": "INK"}),
    ("me.orders", {"items": [1, 2]}),
    ("{ who = me, what = first(me.orders), all = me.orders, none = first(Item where false) }",
     {"who": {"id": 1, "name": "Alice"}, "what": 1, "all": [1, 2], "none": None}),
    ("list(Order sort .id desc take 1, .user)", {"items": [{"id": 2, "name": "bob"}]}),
    ("distinct(Line, .item) take 1", {"items": ["PEN"]}),
    # A field; a field with a shape and clauses; a name and an expression, in which the dot is the row shown.
    ("one(Order where .id == 1) { id, user }", {"id": 1, "user": {"id": 1, "name": "Alice"}}),
    ("one(Order where .id == 1) { id, user { wallet } }", {"id": 1, "user": {"wallet": 80.0}}),
    ("one(Order where .id == 1) { lines }", {"lines": [1, 2]}),
    ("one(Order where .id == 1) { total, lines { item { name }, quantity } }",
     {"total": 5.6, "lines": [{"item": {"name": "Pen"}, "quantity": 3}, {"item": {"name": "ink"}, "quantity": 1}]}),
    ("one(Order where .id == 1) { lines where .quantity > 1 { quantity } }", {"lines": [{"quantity": 3}]}),
    ("one(Order where .id == 1) { lines sort .quantity take 1 { quantity } }", {"lines": [{"quantity": 1}]}),
    ("one(Order where .id == 1) { lines as l where l.quantity > 1 { n = l.quantity } }", {"lines": [{"n": 3}]}),
    ("one(Order where .id == 1) { n = count(.lines), owner = .user { name }, late = .due < date(now) }",
     {"n": 2, "owner": {"name": "Alice"}, "late": False}),
    ("one(Order where .id == 1) { best = first(.lines sort .quantity desc) { item { name } } }", {"best": {"item": {"name": "Pen"}}}),
    ("Order as o where o.rank > 1 { number = o.id, n = count(Line where .order == o) }",
     {"items": [{"number": 1, "n": 2}, {"number": 3, "n": 1}]}),
    ("list(Item where .price > 1 sort .price, { c = .code, p = .price })", {"items": [{"c": "PEN", "p": 1.2}, {"c": "INK", "p": 2.0}]}),
    # `*` is all stored fields, in order, references shown as such.
    ("one(Order where .id == 2) { *, total }",
     {"id": 2, "user": {"id": 1, "name": "Alice"}, "status": "placed", "placed_at": "2025-06-01T10:00:00", "due": None, "rank": 1, "total": 2.0}),
    ("first(Item sort .price) { * }",
     {"value": {"code": "CAP", "name": "Straße", "price": 0.1, "color": "blue", "tags": ["new"]}}),
    # Of a let, a list, a record.
    ("let o = Order where .rank > 1 return o { id }", {"items": [{"id": 1}, {"id": 3}]}),
    ("let o = one(Order where .rank == 5) return o { id, rank }", {"id": 3, "rank": 5}),
    ("let r = { who = me, n = 1 } return r", {"who": {"id": 1, "name": "Alice"}, "n": 1}),
    ("let r = { who = me, n = 1 } return { x = r.who.name, r = r }", {"x": "Alice", "r": {"who": {"id": 1, "name": "Alice"}, "n": 1}}),
    ("let rs = list(Item, { c = .code, p = .price }) return rs where .p > 1.5 { c }", {"items": [{"c": "INK"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("returned", "expected"), SHAPES)
def test_shapes(run, returned: str, expected: object) -> None:
    body = returned if returned.startswith("let ") else f"return {returned}"
    found = run(body)
    assert found == expected
    assert json.dumps(found) == json.dumps(expected)  # in this order


def test_an_else_comes_before_the_shape(run) -> None:
    assert run('return first(Item where .price > 9) else none "None." { code }') == "none"
    assert run('return first(Item where .price > 1.5) else none "None." { code, price }') == {
        "code": "INK",
        "price": 2.0,
    }


def test_what_is_shown_of_a_record_that_is_null_is_null() -> None:
    env = environment(HEAD + 'tool show(r: { x: int, y: int }?) { "Show." return { r = r { x } } }')
    with env.session() as session:
        assert session.call("show", {}).value == {"r": None}
        assert session.call("show", {"r": {"x": 1, "y": 2}}).value == {"r": {"x": 1}}


def test_json_out(shop) -> None:
    """Keys in order of declaration, money with two decimals, null fields present."""
    session = shop(
        'tool a() { "A." return me { id, wallet, nick, score } } tool b() { "B." return first(Item sort .price) { price, tags, color } } '
        'tool c() { "C." return list(Item, .price) } tool d() { "D." return me.wallet * 3 } tool e() { "E." return first(User where .name == "bob") { nick, wallet } } '
        'tool f() { "F." return first(Item where false) { code } } tool g() { "G." update me { score = null } } '
        'tool h() { "H." return { r = me.rate, n = 1.50, m = -0.5 * me.wallet, t = true, big = 90071992547409.91 + me.wallet - me.wallet, z = me.wallet * 0 } }'
    )
    text = lambda name: "".join(session.call(name).text.split())  # noqa: E731
    assert text("a") == '{"id":1,"wallet":80.00,"nick":"Ally","score":3}'
    assert text("b") == '{"value":{"price":0.10,"tags":["new"],"color":"blue"}}'
    assert text("c") == '{"items":[0.10,2.00,1.20]}'
    assert text("d") == '{"value":240.00}'
    assert text("e") == '{"value":{"nick":null,"wallet":5.00}}'
    assert text("f") == '{"value":null}'
    assert json.loads(text("g")) == {}
    assert text("h") == '{"r":0.0,"n":1.5,"m":-40.00,"t":true,"big":90071992547409.91,"z":0.00}'


def test_pages(shop) -> None:
    session = shop(
        'tool find(color: Color?) { "Find." return Item where .color == color? sort .price paged 2 { code } } '
        'tool rest() { "Rest." return Item sort .price skip 1 paged 1 { code } } tool mine() { "M." return my Order paged 1 }'
    )

    def codes(tool: str = "find", **given: object) -> list:
        return [i["code"] for i in session.call(tool, given).value["items"]]

    assert session.call("find").value == {"items": [{"code": "CAP"}, {"code": "PEN"}], "total": 3, "page": 1}
    assert codes(page=2) == ["INK"] and codes(page=9) == [] and codes(page_size=3) == ["CAP", "PEN", "INK"]
    assert session.call("find", {"color": "red"}).value["total"] == 1
    assert session.call("rest").value == {"items": [{"code": "PEN"}], "total": 2, "page": 1}
    assert codes("rest", page=2) == ["INK"]
    assert session.call("mine", {"page": 2}).value == {"items": [2], "total": 2, "page": 2}
    for given in ({"page_size": 101}, {"page_size": 0}, {"page": 0}, {"page": None}):
        assert session.call("find", given).error.code == "invalid_argument"


def test_pages_end_tools_only() -> None:
    assert errors(HEAD + 'tool t() { "T." let x = Item paged 2 return 1 }')
    assert errors(HEAD + 'tool t() { "T." return { x = Item paged 2 } }')
    assert errors(HEAD + 'tool t() { "T." return Item paged 101 { code } }') == ["AWM205"]


def test_the_result_is_published_as_a_schema() -> None:
    made = environment(
        HEAD
        + 'tool t() { "T." return first(Order) { id, due, total, user, lines { quantity } } } tool n() { "N." return count(Item) }'
    )
    schemas = {tool["name"]: tool["outputSchema"] for tool in made.tools("mcp")}
    shape = schemas["t"]["properties"]["value"]
    assert shape["type"] == ["object", "null"]
    assert list(shape["properties"]) == ["id", "due", "total", "user", "lines"]
    assert list(shape["properties"]["user"]["properties"]) == ["id", "name"]
    assert shape["properties"]["lines"]["items"]["properties"]["quantity"]["type"] == "integer"
    assert schemas["n"]["properties"]["value"]["type"] == "integer"


def test_a_bool_that_is_null_is_null(run) -> None:
    assert run("return maybe", "maybe: bool?") == {"value": None}
    assert run("return { b = maybe, bs = [maybe, true] }", "maybe: bool?") == {"b": None, "bs": [None, True]}
