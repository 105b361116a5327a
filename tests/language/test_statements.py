"""Statements: names, branches, loops, functions; a tool as one transaction."""

from __future__ import annotations

import pytest

from .conftest import HEAD, errors

BODIES = [
    # let is a copy of a scalar; var changes.
    ("let n = me.score update me { score = 9 } return n", {"value": 3}),
    ("var n = 1 n += 2 n = n * 5 n -= 1 return n", {"value": 14}),
    ("var m: money = 1 m -= 0.5 m = m * 3 return m", {"value": 1.5}),
    ("var f: float = 1 return f", {"value": 1.0}),
    ("var d = date(now) d += days(2) return d", {"value": "2025-06-04"}),
    ("var s = \"a\" s = \"{s}b\" return s", {"value": "ab"}),
    ("var n: int? = null if n == null { n = 3 } return n + 1", {"value": 4}),
    ("let n = if me.score > 1 then \"a\" else \"b\" return n", {"value": "a"}),
    # Branches.
    ("var t = \"\" for i in range(4) { if i == 1 { t = \"{t}one\" } else if i > 1 and i < 3 { t = \"{t}two\" } else { t = \"{t}-\" } } return t",
     {"value": "-onetwo-"}),
    ("if me.score > 5 { return 1 } return 2", {"value": 2}),
    ("if me.score > 5 { return 1 } else { return 3 }", {"value": 3}),
    # Loops: over rows, lists, queries, pairs.
    ("var n = 0 for x in [3, 1, 2] { n = n * 10 + x } return n", {"value": 312}),
    ("var n = 0 for x in [] { n += 1 } return n", {"value": 0}),
    ("var n = 0 for o in me.orders where .rank > 1 { n += o.rank } return n", {"value": 2}),
    ("var m: money = 0 for o in Order { m += o.total } return m", {"value": 8.8}),
    ("var t = \"\" for i in Item sort .price desc take 2 { t = \"{t}{i.code}\" } return t", {"value": "INKPEN"}),
    ("var t = \"\" for a, b in zip([1, 2, 3], [\"x\", \"y\"]) { t = \"{t}{a}{b}\" } return t", {"value": "1x2y"}),
    ("var t = \"\" for i, n in zip(Item sort .price, [1, 2, 3]) { t = \"{t}{i.code}{n}\" } return t", {"value": "CAP1PEN2INK3"}),
    ("var best: Order? = null for o in Order { if best == null or o.rank > best.rank { best = o } } return best { id }", {"value": {"id": 3}}),
    ("for a in [1, 2] { for b in [3, 4] { update me { wallet += a * b } } } return me.wallet", {"value": 101.0}),
    # A query in a name is a frozen list of keys, in its order; fields are read as they are then.
    ("let late = Order where .rank > 1 update Order { rank = 0 } return { ids = list(late, .id), ranks = list(late, .rank), n = count(Order where .rank > 1) }",
     {"ids": [1, 3], "ranks": [0, 0], "n": 0}),
    ("let best = Item sort .price desc take 2 return { codes = list(best, .code), first = first(best).code, at = best[1].code, sorted = list(best sort .price, .code), few = list(best where .price < 2, .code), n = count(best), has = best contains best[0] }",
     {"codes": ["INK", "PEN"], "first": "INK", "at": "PEN", "sorted": ["PEN", "INK"], "few": ["PEN"], "n": 2, "has": True}),
    ("let best = Item sort .price desc take 2 create Item { code = \"NEW\", name = \"New\", price = 9 } return count(best)", {"value": 2}),
    # Without a return.
    ("update me { score = 9 }", {}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_statements(run, body: str, expected: object) -> None:
    assert run(body) == expected


def test_require_and_fail(shop) -> None:
    session = shop(
        'tool t(n: int) { "T." require n > 0 else too_small "{n} is too small, {me.name}." if n > 9 { fail too_large "{n} is too large." } '
        'let i = first(Item where .price > n) else none_left "None above {n}." return i.code }'
    )
    found = lambda n: session.call("t", {"n": n})  # noqa: E731
    assert found(1).value == {"value": "INK"}
    for n, code, message in (
        (0, "too_small", "0 is too small, Alice."),
        (10, "too_large", "10 is too large."),
        (5, "none_left", "None above 5."),
    ):
        assert (found(n).error.code, found(n).error.message) == (code, message)


def test_a_tool_is_one_transaction(shop) -> None:
    session = shop(
        'tool t(n: int) { "T." update me { score = 100 } create Order { user = me } delete Line require n > 1 else small "{n} is small." '
        "update me { wallet -= n } return { ok = true } } "
        'tool late(n: int) { "L." update me { score = 100 } return { x = 1 / n } } invariant sum(User, .score) < 1000 "low" '
        'tool wide() { "W." update me { score = 2000 } return 1 }'
    )
    before = session.state_hash()
    result = session.call("t", {"n": 1})
    assert (result.error.code, result.error.message) == ("small", "1 is small.")
    assert session.call("t", {"n": 1000}).error.code == "constraint"
    assert session.call("late", {"n": 0}).error.code == "arithmetic"
    assert session.call("wide").error.code == "constraint"
    assert session.state_hash() == before and session.diff() == {}
    assert session.call("t", {"n": 2}).ok and session.state_hash() != before


FUNCTIONS = """
function price_of(item: Item, n: int = 2): money { let each_ = item.price if n > 10 { return each_ * n * 90 / 100 } return each_ * n }
function take_from(user: User, amount: money) { require user.wallet >= amount else poor "{user.name} has {user.wallet}." update user { wallet -= amount } }
function cart(user: User): Order { return first(Order where .user == user and .status == "cart") else no_cart "No cart." }
function bump(n: int) { update me { score = (me.score ?? 0) + n } return me.score }
function stamp(n: int): bool { update me { score = n } return n > 3 }
function cheapest(above: money): Item? { return first(Item where .price > above sort .price) }
function twice(n: int) { return price_of(one(Item where .code == "PEN"), n) * 2 }
"""


def test_functions(shop) -> None:
    session = shop(
        FUNCTIONS
        + 'tool t(item: Item, n: int) { "T." let due = price_of(item, n = n) take_from(me, due) return { due = due, left = me.wallet, cart = cart(me).total, '
        'prices = list(Item, price_of(first(Item where .code == "PEN") ?? item)) } } tool here() { "H." return list(Item as i, price_of(i, 20)) } '
        'tool n() { "N." return twice(3) } tool c(above: money) { "C." return cheapest(above) { code } } tool no(user: User) { "No." return cart(user) }'
    )
    assert session.call("t", {"item_id": "PEN", "n": 2}).value == {
        "due": 2.4, "left": 77.6, "cart": 5.6, "prices": [2.4, 2.4, 2.4],
    }  # fmt: skip
    assert session.call("t", {"item_id": "PEN", "n": 20}).value["due"] == 21.6
    error = session.call("t", {"item_id": "INK", "n": 100}).error
    assert (error.code, error.message) == ("poor", "Alice has 56.00.")
    assert session.call("here").value["items"] == [1.8, 36.0, 21.6]
    assert session.call("n").value == {"value": 7.2}
    assert session.call("c", {"above": 1}).value == {"value": {"code": "PEN"}}
    assert session.call("c", {"above": 9}).value == {"value": None}
    assert session.call("no", {"user_id": 3}).error.code == "no_cart"


EFFECTS = [
    # From left to right, each read as it was by then.
    ("return { a = me.score, b = bump(2), c = me.score }", {"a": 3, "b": 5, "c": 5}),
    ("let v = (me.score ?? 0) + bump(2) return v", {"value": 8}),
    ("return bump(1) + bump(2)", {"value": 10}),
    ("return [bump(1), bump(2), me.score ?? 0]", {"items": [4, 6, 6]}),
    ("return bump(bump(1))", {"value": 8}),
    ("return price_of(one(Item where .code == \"PEN\"), bump(1) - (me.score ?? 0) + 2)", {"value": 2.4}),
    ("return \"{me.name} {bump(1)} {bump(1)}\"", {"value": "Alice 4 5"}),
    ("update me { wallet -= 1, score = bump(2) } return me { wallet, score }", {"wallet": 79.0, "score": 5}),
    ("update me { rate = 0.5 * (me.score ?? 0), score = bump(2) } return me { rate, score }", {"rate": 1.5, "score": 5}),
    ("return create Order { user = me, rank = me.score ?? 0, due = if bump(1) > 3 then date(now) else null } { rank, due }",
     {"rank": 3, "due": "2025-06-02"}),
    ("for i in range(bump(1)) { update me { wallet += 1 } } return me.wallet", {"value": 84.0}),
    ("let xs = [1, 2, 3] return xs[bump(0) - 3]", {"value": 1}),
    ("return first(Order where .rank > 1 take bump(0)) { id }", {"value": {"id": 1}}),
    # And what is not needed is not done.
    ("let x = 1 > 3 and stamp(50) return { x = x, s = me.score }", {"x": False, "s": 3}),
    ("let x = 1 < 3 or stamp(50) return { x = x, s = me.score }", {"x": True, "s": 3}),
    ("let x = 1 < 3 and stamp(50) return { x = x, s = me.score }", {"x": True, "s": 50}),
    ("let x = not (1 > 3 and stamp(50)) return { x = x, s = me.score }", {"x": True, "s": 3}),
    ("if me.score > 3 or stamp(2) { return 1 } return me.score", {"value": 2}),
    ("let x = if 1 > 3 then bump(1) else 7 return { x = x, s = me.score }", {"x": 7, "s": 3}),
    ("let x = me.score ?? bump(1) return { x = x, s = me.score }", {"x": 3, "s": 3}),
    ("update me { score = null } let x = me.score ?? bump(1) return { x = x, s = me.score }", {"x": 1, "s": 1}),
    ("update User where .name == \"Carl\" { score = 0 } let x = one(User where .name == \"Carl\").score ?? bump(1) return { x = x, s = me.score }",
     {"x": 0, "s": 3}),
    ("let cart = first(my Order where .status == \"cart\") ?? create Order { user = me } return { id = cart.id, n = count(Order) }", {"id": 1, "n": 3}),
    ("let cart = first(my Order where .rank > 50) ?? create Order { user = me } return { id = cart.id, n = count(Order) }", {"id": 4, "n": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), EFFECTS)
def test_what_writes_inside_an_expression(run, body: str, expected: object) -> None:
    assert run(body, more=FUNCTIONS) == expected


def test_what_writes_or_fails_stays_out_of_queries() -> None:
    for body in (
        "return list(Item, bump(1))", "return me { id, x = bump(1) }", "update User { score = bump(1) }",
        "return count(Order where .rank == bump(1))", "return count(Order where .id == cart(me).id)", "return Order sort bump(1) { id }",
    ):  # fmt: skip
        assert errors(HEAD + FUNCTIONS + f'tool t() {{ "T." {body} }}') == ["AWM318"], body


def test_a_name_hides_no_other() -> None:
    for body in (
        "let n = 2",
        "for n in [1] { }",
        "var n = 1",
        "if true { let n = 2 }",
        "let me = 1",
        "let now = 1",
    ):
        assert errors(HEAD + f'tool t(n: int) {{ "T." {body} return n }}'), body
    assert not errors(HEAD + 'tool t(n: int) { "T." if n > 1 { let m = 2 return m } let m = 3 return m }')
    # Functions have names of their own.
    assert not errors(HEAD + 'function n(): int { return 1 } tool t(n: int) { "T." return n + n() }')
