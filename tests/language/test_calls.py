"""JSON in: the arguments of a call, each type in the forms it takes; the errors of all others."""

from __future__ import annotations

import pytest

from .conftest import environment

GOOD = [
    ("int", 3, 3), ("int", 3.0, 3), ("int(1..3)", 3, 3), ("int(..3)", -5, -5), ("int", 9007199254740991, 9007199254740991),
    ("float", 1, 1.0), ("float(0..1)", 0.5, 0.5),
    ("bool", True, True),
    ("text", "", ""), ("text(2..3)", "ab", "ab"), ("text(..1)", "e\u0301", "\u00e9"), ("text(/[A-Z]{3}/)", "ABC", "ABC"),
    ("money", 1.1, 1.1), ("money", 1, 1.0), ("money(0..5)", 5.00, 5.0), ("money", -0.0, 0.0), ("money", 90071992547409.91, 90071992547409.91),
    ("date", "2024-02-29", "2024-02-29"),
    ("time", "09:05", "09:05:00"), ("time", "23:59:59", "23:59:59"),
    ("datetime", "2025-02-03T10:00", "2025-02-03T10:00:00"), ("datetime", "2025-02-03T10:00:01", "2025-02-03T10:00:01"),
    ("Color", "green", "green"),
    ("int?", None, None), ("int?", 4, 4),
    ("[int]", [], []), ("[int](1..2)", [1, 2], [1, 2]), ("[[text]]", [["a"], []], [["a"], []]),
    ("{ n: int, m: money? }", {"n": 1}, {"n": 1, "m": None}),
    ("{ n: int = 5, c: Color = \"red\", sub: { d: date } }", {"sub": {"d": "2025-01-01"}}, {"n": 5, "c": "red", "sub": {"d": "2025-01-01"}}),
    ("[{ m: money, b: bool }]", [{"m": 1.5, "b": False}], [{"m": 1.5, "b": False}]),
    ("Line_", {"item_id": "PEN", "quantity": 2}, {"item": "PEN", "quantity": 2, "note": None}),
]  # fmt: skip

BAD = [
    ("int", "3", "v"), ("int", 3.5, "v"), ("int", True, "v"), ("int", None, "v"), ("int(1..3)", 4, "v"), ("int(1..3)", 0, "v"), ("int", 2**53, "v"), ("int", 2**70, "v"),
    ("float", "1", "v"), ("float(0..1)", 1.01, "v"), ("float", float("nan"), "v"), ("float", float("inf"), "v"), ("float", 10**400, "v"),
    ("bool", 1, "v"), ("bool", "true", "v"),
    ("text", 3, "v"), ("text(2..3)", "a", "v"), ("text(..3)", "abcd", "v"), ("text(/[A-Z]{3}/)", "ABCD", "v"), ("text(/[A-Z]{3}/)", "ABC\n", "v"), ("text", "\ud800", "v"), ("text", "a\0b", "v"),
    ("money", 1.234, "v"), ("money", 0.1 + 0.2, "v"), ("money", "1.20", "v"), ("money", 1e300, "v"), ("money(0..5)", 5.01, "v"),
    ("date", "2025-02-30", "v"), ("date", "2025-2-3", "v"), ("date", "2025-02-03T00:00:00", "v"), ("date", 20250203, "v"),
    ("time", "24:00", "v"), ("time", "9:05", "v"), ("time", "09:05Z", "v"),
    ("datetime", "2025-02-03T10:00:00Z", "v"), ("datetime", "2025-02-03T10:00:00+02:00", "v"), ("datetime", "2025-02-03 10:00:00", "v"), ("datetime", "2025-02-03T10:00:00.5", "v"),
    ("Color", "Red", "v"), ("Color", 1, "v"),
    ("[int]", 1, "v"), ("[int](1..2)", [], "v"), ("[int](1..2)", [1, 2, 3], "v"), ("[int(1..2)]", [1, 3], "v[1]"), ("[int]", [1, None], "v[1]"), ("[[text]]", [["a"], [1]], "v[1][0]"),
    ("{ n: int }", {}, "v.n"), ("{ n: int }", {"n": 1, "m": 2}, "v.m"), ("{ n: int }", {"n": "1"}, "v.n"), ("{ n: int }", [1], "v"), ("{ a: { n: int(1..2) } }", {"a": {"n": 3}}, "v.a.n"),
    ("[{ m: money, b: bool }]", [{"m": 1, "b": True}, {"m": 1.001, "b": True}], "v[1].m"),
    ("Line_", {"item_id": "PEN", "quantity": 21}, "v.quantity"), ("Line_", {"item": "PEN", "quantity": 2}, "v.item"),
]  # fmt: skip

MORE = "type Line_ = { item: Item, quantity: int(1..20), note: text? }"


@pytest.mark.parametrize(("type", "given", "held"), GOOD)
def test_what_a_type_takes(run, type: str, given: object, held: object) -> None:
    assert run("return { v = v }", parameters=f"v: {type}", more=MORE, v=given) == {"v": held}
    # As it is, and as the database holds it.
    assert run(
        "return { v = if me.wallet > 0 then v else v }", parameters=f"v: {type}", more=MORE, v=given
    ) == {"v": held}


@pytest.mark.parametrize(("type", "given", "field"), BAD)
def test_what_it_refuses_and_where(shop, type: str, given: object, field: str) -> None:
    session = shop(
        f'{MORE} tool run(v: {type}) {{ "Run." update me {{ nick = "seen" }} return {{ v = v }} }}'
    )
    error = session.call("run", {"v": given}).error
    assert (error.code, error.field) == ("invalid_argument", field)
    assert error.message.startswith(field) and error.message.endswith(".")
    assert session.diff() == {}


def test_missing_unknown_and_default_arguments(shop) -> None:
    session = shop(
        'tool t(a: int, b: int = 2, c: int?, d: int? = 4, e: [Color] = ["red"]) { "T." return { a = a, b = b, c = c, d = d, e = e } }'
    )
    call = lambda given: session.call("t", given)  # noqa: E731
    assert call({"a": 1}).value == {"a": 1, "b": 2, "c": None, "d": 4, "e": ["red"]}
    assert call({"a": 1, "b": 3, "d": None, "e": []}).value == {"a": 1, "b": 3, "c": None, "d": None, "e": []}
    assert (call({}).error.field, call({}).error.message) == ("a", "a is missing.")
    assert (call({"a": 1, "z": 2}).error.code, call({"a": 1, "z": 2}).error.field) == (
        "invalid_argument",
        "z",
    )
    for nonsense in ("nonsense", '{"a": 1e999}', "[1]", "null", None, [], 3, {"a": {}}):
        assert call(nonsense).error.code == "invalid_argument", nonsense
    assert session.call("nothing", {}).error.code == "unknown_tool"
    assert call('{"a": 5}').value["a"] == 5


def test_rows_are_their_keys(shop) -> None:
    session = shop(
        'tool one_(item: Item, order: any Order?) { "O." return { name = item.name, none = order == null } } tool many(items: [Item], orders: [any Order](..1) = []) { "M." return list(items, .name) } '
        'tool named_(flight: Item named code, who: User named user_number) { "N." return { a = flight.name, b = who.name } } tool first_(item: Item) { "F." require false else never "Never." return item }'
    )
    assert session.call("one_", {"item_id": "PEN"}).value == {"name": "Pen", "none": True}
    assert session.call("one_", {"item_id": "PEN", "order_id": 3}).value["none"] is False
    assert session.call("many", {"item_ids": ["PEN", "CAP", "PEN"]}).value["items"] == [
        "Pen",
        "Straße",
        "Pen",
    ]
    assert session.call("named_", {"code": "PEN", "user_number": 2}).value == {"a": "Pen", "b": "bob"}
    # An unknown key is not_found, before the body runs.
    for tool, given, field in (
        ("one_", {"item_id": "pen"}, "item_id"), ("one_", {"item_id": "PEN", "order_id": 9}, "order_id"),
        ("many", {"item_ids": ["PEN", "X"]}, "item_ids[1]"), ("named_", {"code": "X", "user_number": 2}, "code"), ("first_", {"item_id": "X"}, "item_id"),
    ):  # fmt: skip
        error = session.call(tool, given).error
        assert (error.code, error.field) == ("not_found", field)
    # A key of another type is no key at all.
    assert session.call("one_", {"item_id": 1}).error.code == "invalid_argument"
    assert session.call("named_", {"code": "PEN", "user_number": "2"}).error.code == "invalid_argument"


def test_records_in_loops(shop) -> None:
    session = shop(
        "type Want = { item: Item, quantity: int(1..20), note: text? } "
        'tool t(wants: [Want](1..3)) { "T." var sum_: money = 0 for w in wants { sum_ += w.item.price * w.quantity } '
        'return { sum = sum_, notes = list(wants, .note ?? "-"), dear = list(wants where .item.price > 1, .item.name), all = wants } }'
    )
    result = session.call(
        "t", {"wants": [{"item_id": "PEN", "quantity": 2}, {"item_id": "CAP", "quantity": 3, "note": "soft"}]}
    )
    assert result.value == {
        "sum": 2.7, "notes": ["-", "soft"], "dear": ["Pen"],
        "all": [{"item": "PEN", "quantity": 2, "note": None}, {"item": "CAP", "quantity": 3, "note": "soft"}],
    }  # fmt: skip
    bad = session.call("t", {"wants": [{"item_id": "PEN", "quantity": 2}, {"item_id": "PAN", "quantity": 3}]})
    assert (bad.error.code, bad.error.field) == ("not_found", "wants[1].item_id")


def test_enums_may_have_members_in_quotes() -> None:
    session = environment(
        'environment e "E."\nclock = "2025-06-02T09:00:00"\nenum S { "on time" delayed or } entity A { s: S = "on time" t: S? } crud A { list(s) create } '
        'data A (s, t) { ("delayed", null) ("on time", "or") ("or", "delayed") } tool q() { "Q." return { a = list(A sort .s, .id), b = list(A sort .t desc, .id), c = max(A, .s), d = min(A, .t) } }'
    ).session()
    assert session.call("q").value == {"a": [2, 1, 3], "b": [2, 3, 1], "c": "or", "d": "delayed"}
    assert session.call("list_as", {"s": "on time"}).value["total"] == 1
    assert session.call("create_a", {"t": "or"}).value == {"id": 4, "s": "on time", "t": "or"}
    assert session.call("create_a", {"t": "on_time"}).error.code == "invalid_argument"
