"""``create``, ``update`` and ``delete``; keys; rows that are gone."""

from __future__ import annotations

import pytest

from .conftest import HEAD, environment, errors


def test_create_fills_in_defaults(shop) -> None:
    session = shop(
        'tool t() { "T." let o = create Order { user = me } return o } tool u() { "U." return create Item { code = "HAT", name = "Hat", price = 3 } { * } } '
        'tool n() { "N." create Order { user = me, due = date(now), rank = 3 } return count(Order) }'
    )
    assert session.call("t").value == {"value": 4}
    assert session.call("u").value == {"code": "HAT", "name": "Hat", "price": 3.0, "color": "red", "tags": []}
    assert session.call("n").value == {"value": 5}
    assert session.diff()["Order"]["new"][5] == {
        "id": 5, "user": 1, "status": "cart", "placed_at": None, "due": "2025-06-02", "rank": 3,
    }  # fmt: skip


def test_ids_go_by_declaration_from_1_and_are_never_reused(shop) -> None:
    session = shop(
        'tool add() { "Add." return create Order { user = me } { id } } tool drop() { "Drop." delete Order where .id > 3 return { ok = true } } '
        'tool fail_() { "Fail." create Order { user = me } fail no "No." }'
    )
    assert session.call("add").value == {"id": 4}
    assert session.call("fail_").error.code == "no"
    assert session.call("drop").ok
    assert session.call("add").value == {"id": 5}
    fork = session.fork()
    assert session.call("drop").ok and fork.call("drop").ok
    assert session.call("add").value == fork.call("add").value == {"id": 6}
    session.reset()
    assert session.call("add").value == {"id": 4}


def test_every_serial_has_a_counter_of_its_own(shop) -> None:
    session = shop(
        'entity Ticket { code: text key = serial("T-", 3) n: int } entity Memo { code: text key = serial("M-", 2) n: int } '
        "crud Ticket { create } crud Memo { create }"
    )
    made = [session.call(f"create_{kind}", {"n": 1}).value["code"] for kind in ("ticket", "memo", "ticket")]
    assert made == ["T-001", "M-01", "T-002"]


def test_serial_keys_number_themselves(shop) -> None:
    session = shop(
        'entity Ticket { code: text key = serial("T-", 3) text: text } data Ticket (text) { ("a") ("b") } data Ticket (code, text) { ("T-007", "c") ("X", "d") } '
        'tool open(text: text) { "Open." return create Ticket { text = text } } tool drop() { "Drop." delete Ticket where .text == "e" return { ok = true } } '
        'tool two() { "Two." create Ticket { text = "x" } create Ticket { text = "y" } return list(Ticket, .code) } tool fail_() { "F." create Ticket { text = "z" } fail no "No." }'
    )
    assert session.call("open", {"text": "e"}).value == {"value": "T-008"}
    assert session.call("drop").ok
    assert session.call("open", {"text": "d"}).value == {"value": "T-009"}
    assert not session.call("fail_").ok
    assert session.call("two").value["items"] == ["T-001", "T-002", "T-007", "T-009", "T-010", "T-011", "X"]


def test_keys_of_ones_own(shop) -> None:
    session = shop(
        "entity Gate { number: int key name: text } entity Flight { code: text(/[A-Z]+[0-9]+/) key gate: Gate? } "
        'data Gate (number, name) { (7, "x") (3, "y") } crud Gate { create list } crud Flight { create }'
    )
    assert [g["number"] for g in session.call("list_gates").value["items"]] == [3, 7]
    assert session.call("create_gate", {"number": 5, "name": "z"}).ok
    assert session.call("create_gate", {"number": 5, "name": "z"}).error.code == "constraint"
    assert session.call("create_gate", {"name": "z"}).error.code == "invalid_argument"
    assert session.call("create_flight", {"code": "A1", "gate_id": 5}).value == {"code": "A1", "gate": 5}
    assert session.call("create_flight", {"code": "a1"}).error.field == "code"
    assert session.call("create_flight", {"code": "B2", "gate_id": 6}).error.code == "not_found"


def test_a_key_never_changes() -> None:
    assert errors(HEAD + 'tool t() { "T." update Item where .code == "PEN" { code = "PAN" } return 1 }') == [
        "AWM316"
    ]
    assert errors(HEAD + 'tool t() { "T." update me { id = 3 } return 1 }') == ["AWM316"]
    assert errors(HEAD + 'tool t() { "T." create Order { id = 9, user = me } return 1 }') == ["AWM316"]


UPDATES = [
    # Rows first, then all right sides on old values, then all is written.
    ("update Order { rank = sum(Order, .rank) + .rank } return list(Order, .rank)", {"items": [10, 9, 13]}),
    ("update Order where .rank < 3 { rank += 2 } return list(Order, .rank)", {"items": [4, 3, 5]}),
    ("update me { wallet = .wallet + 3 - (.score ?? 0), score = 4 } return me { wallet, score }", {"wallet": 80.0, "score": 4}),
    ("update Order { rank = .id, due = date(now) + days(.rank) } return Order { rank, due }",
     {"items": [{"rank": 1, "due": "2025-06-04"}, {"rank": 2, "due": "2025-06-03"}, {"rank": 3, "due": "2025-06-07"}]}),
    ("update Order { rank = max(Order as o where o.user == .user, o.rank) ?? 0 } return list(Order, .rank)", {"items": [2, 2, 5]}),
    ("update Order sort .rank desc take 2 { rank = 0 } return list(Order, .rank)", {"items": [0, 1, 0]}),
    ("update me.orders { rank -= 1 } return list(Order, .rank)", {"items": [1, 0, 5]}),
    ("update my Order where .status == \"cart\" { rank = 9 } return list(Order, .rank)", {"items": [9, 1, 5]}),
    ("let late = Order where .rank > 1 update late { rank = 0 } return list(Order, .rank)", {"items": [0, 1, 0]}),
    ("update Line as l where l.order.user == me { quantity = l.order.rank } return list(Line, .quantity)", {"items": [2, 2, 1, 1]}),
    ("update first(Order) ?? one(Order) { rank = .rank * 10 } return list(Order, .rank)", {"items": [20, 1, 5]}),
    ("update one(Order where .id == 2).user { score = 7 } return me.score", {"value": 7}),
    ("update User where .score == null { score = 0 } return list(User, .score)", {"items": [3, 0, 1, 3]}),
    ("update Order where false { rank = 0 } return list(Order, .rank)", {"items": [2, 1, 5]}),
    ("update me { score = null, nick = \"X\" } return me { score, nick }", {"score": None, "nick": "X"}),
]  # fmt: skip

DELETIONS = [
    ("delete Line where .quantity == 3 return list(Line, .id)", {"items": [2, 3, 4]}),
    ("delete first(Line) ?? one(Line) return list(Line, .id)", {"items": [2, 3, 4]}),
    ("delete Line sort .quantity desc take 2 return list(Line, .id)", {"items": [2, 4]}),
    ("delete me.orders return { orders = count(Order), lines = count(Line) }", {"orders": 1, "lines": 1}),
    ("delete Line as l where exists(Line as k where k.quantity > l.quantity) return list(Line, .id)", {"items": [3]}),
    ("delete Line delete Order return { o = count(Order), l = count(Line) }", {"o": 0, "l": 0}),
    ("let late = Order where .rank > 1 delete late return list(Order, .id)", {"items": [2]}),
    ("for o in Order { delete o } return count(Order)", {"value": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [*UPDATES, *DELETIONS])
def test_writes(run, body: str, expected: object) -> None:
    assert run(body) == expected


def test_what_becomes_of_references() -> None:
    """Nothing: in_use. cascade: it goes too. clears: it becomes null."""
    spec = """
    environment tree "A tree."
    clock = "2025-06-02T09:00:00"
    entity A { x: int }
    entity B { a: A cascade }
    entity C { b: B cascade d: D? other: A? clears }
    entity D { c: C? clears }
    entity E { a: A }
    data A (x) { a = (1) z = (2) y = (3) }
    data B (a) { b = (a) }
    data C (b, other) { c = (b, z) }
    data D (c) { d = (c) }
    data E (a) { (y) }
    crud A { delete }
    tool look() { "L." return { b = count(B), c = list(C, .other), d = list(D, .c) } }
    """
    session = environment(spec).session()
    assert session.call("delete_a", {"a_id": 3}).error.code == "in_use"
    assert session.call("delete_a", {"a_id": 2}).value == {"id": 2}
    assert session.call("look").value == {"b": 1, "c": [None], "d": [1]}
    assert session.call("delete_a", {"a_id": 1}).ok
    assert session.call("look").value == {"b": 0, "c": [], "d": [None]}


def test_rows_that_refer_to_each_other_may_go_together(shop) -> None:
    session = shop(
        "entity Node { next: Node? } data Node (next) { x = (y) y = (x) z = (x) } "
        'tool drop() { "D." delete Node return count(Node) } tool one_() { "O." delete Node where .id == 1 return 1 }'
    )
    assert session.call("one_").error.code == "in_use"
    assert session.call("drop").value == {"value": 0}


GONE = [
    # A loop goes over the rows as they were, and skips those that are gone.
    ("let all_ = Line var n = 0 for l in all_ { n += 1 delete Line where .quantity < 20 } return { n = n, left = count(all_), ids = list(all_, .id) }",
     {"n": 2, "left": 1, "ids": [3]}),
    ("var n = 0 for p in Order { n += 1 delete Order where .id > 1 } return n", {"value": 1}),
    ("var n = 0 for p, k in zip(Order, [1, 2, 3]) { n += k delete Order where .id == 2 } return n", {"value": 4}),
    ("let os = Order delete Order where .id == 2 return os", {"items": [1, 3]}),
    ("let os = Order delete Order where .id == 2 return { n = count(os), any = exists(os where .id == 2), last = max(os, .id) }",
     {"n": 2, "any": False, "last": 3}),
    ("let os = Order delete Order where .id == 2 update os { rank = 0 } return list(Order, .rank)", {"items": [0, 0]}),
    # A row that is gone is not found, whatever is to be done with it.
    ("delete o return o { rank }", "not_found"),
    ("delete o return { rank = o.rank }", "not_found"),
    ("delete o return o.total", "not_found"),
    ("delete o return o.user.name", "not_found"),
    ("delete o let r = o.rank return r", "not_found"),
    ("delete o if o.rank > 1 { return 1 } return 2", "not_found"),
    ("delete o update o { rank = 3 } return 1", "not_found"),
    ("delete o delete o return 1", "not_found"),
    ("delete o create Line { order = o, item = one(Item where .code == \"PEN\"), quantity = 1 } return 1", "not_found"),
    ("let l = first(o.lines) ?? one(Line) delete o return l.quantity", "not_found"),
    ("let os = Order delete o let p = os[0] return p { rank }", "not_found"),
    ("drop(o) return o.rank", "not_found"),
    ("delete o return rank_of(o)", "not_found"),
    ("if o.rank > 100 { delete o } return o.rank", {"value": 2}),
    # Its key can still be told.
    ("delete o return { id = o.id }", {"id": 1}),
    ("delete o return exists(Order where .id == 1)", {"value": False}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), GONE)
def test_rows_that_are_gone(run, body: str, expected: object) -> None:
    more = "function drop(order: Order) { delete order } function rank_of(order: Order): int { return order.rank + 1 }"
    assert run(f"let o = one(Order where .id == 1) {body}", more=more) == expected


def test_not_twice_of_a_field_of_another_row(shop) -> None:
    session = shop(
        "entity Lamp { on: bool } data Lamp (on) { (true) (false) } "
        'tool like(lamp: Lamp, other: Lamp) { "L." update lamp { on = not (not other.on) } return lamp { on } }'
    )
    assert session.call("like", {"lamp_id": 1, "other_id": 2}).value == {"on": False}
