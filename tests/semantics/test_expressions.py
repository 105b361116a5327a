"""Typing rules of expressions: what each accepts, gives and refuses."""

from __future__ import annotations

import pytest

from awmlang.semantics import types as t
from awmlang.semantics.describe import describe

PARAMETERS = """order: Order, item: Item, n: int, m: int, x: float, p: money, s: text, b: bool, d: date, at: time,
  when: datetime, maybe: int?, some: text?, who: User?, many: [int], items: [Item], status: Status, color: Color?,
  rec: { a: int, b: text? }"""


def typed(model, expression: str) -> str:
    """The type of an expression in a tool that has a parameter of every type."""
    body = f'tool probe({PARAMETERS}) {{ "Probe." let value = {expression} return "{{length(list(Item))}}" }}'
    tool = model(body).tools["probe"]
    return describe(tool.body[0].variable.type)


@pytest.mark.parametrize(
    ("expression", "type"),
    [
        ("1", "int"),
        ("1.5", "float"),
        ('"a"', "text"),
        ('"{n} pieces"', "text"),
        ("true", "bool"),
        ("now", "datetime"),
        ("me", "User"),
        ("order.user.name", "text"),
        ("order.placed_at", "datetime?"),
        ("order.total", "money"),
        ("order.lines", "[Line]"),
        ("item.tags", "[text]"),
        ("rec.a", "int"),
        ("rec.b", "text?"),
        ("first(group(Item, .code)).key", "text?"),
        ("one(group(Item, .code)).key", "text"),
        ("many[0]", "int"),
        ("n + m", "int"),
        ("n + x", "float"),
        ("n / m", "float"),
        ("n % m", "int"),
        ("-n", "int"),
        ("p + n", "money"),
        ("p - p", "money"),
        ("p * n", "money"),
        ("p * x", "money"),
        ("n * p", "money"),
        ("p * 30 / 100", "money"),
        ("p / p", "float"),
        ("p + 1.25", "money"),
        ("d - d", "duration"),
        ("when - when", "duration"),
        ("d + days(2)", "date"),
        ("when - months(1)", "datetime"),
        ("hours(1) * 2", "duration"),
        ("hours(1) / minutes(1)", "float"),
        ("maybe ?? 0", "int"),
        ("some ?? null ?? s", "text"),
        ("n == m and p > 1", "bool"),
        ("n == maybe", "bool"),
        ("maybe < 3", "bool"),
        ("some contains s", "bool"),
        ("item.tags contains s", "bool"),
        ('status in ["cart", "placed"]', "bool"),
        ("item in items", "bool"),
        ("color == null or color != null", "bool"),
        ("if b then n else x", "float"),
        ("if b then 1 else null", "int?"),
        ("if b then p else 0", "money"),
        ("[1, 2.5]", "[float]"),
        ("{ a = n, b = s }.a", "int"),
        ("count(Order)", "int"),
        ("exists(Order where .user == me)", "bool"),
        ("sum(Line, .quantity)", "int"),
        ("sum(many)", "int"),
        ("sum(order.lines, .item.price * .quantity)", "money"),
        ("avg(Item, .price)", "money?"),
        ("avg(Item, .stock)", "float?"),
        ("min(Item, .price)", "money?"),
        ("max(Order, .placed_at)", "datetime?"),
        ("all(Item, .stock > 0)", "bool"),
        ("first(Order)", "Order?"),
        ("one(Order)", "Order"),
        ("one(order.lines).item.price", "money"),
        ("first(order.lines).quantity", "int?"),
        ("list(Item, .code)", "[text]"),
        ("distinct(Item, .color)", "[Color]"),
        ("map(Item, .code, .price)", "a map to money"),
        ("Item where .stock > 0 sort .price desc take 3", "[Item]"),
        ("Item as i where i.price > p", "[Item]"),
        ("my Order", "[Order]"),
        ("length(s)", "int"),
        ("length(many)", "int"),
        ("round(x)", "int"),
        ("round(x, 1)", "float"),
        ("round(p / 3, 2)", "money"),
        ("round(p)", "int"),
        ("floor((when - when) / minutes(1))", "int"),
        ("least(n, 3, m)", "int"),
        ("least(p, 3)", "money"),
        ("greatest(d, date(now))", "date"),
        ("abs(x)", "float"),
        ("weekday(d)", "int"),
        ("year(when)", "int"),
        ("datetime(d, at)", "datetime"),
        ("time(when)", "time"),
        ('split(s, ",")', "[text]"),
        ('join(split(s, ","), " ")', "text"),
        ("sorted(many)", "[int]"),
        ("flat([many, [1]])", "[int]"),
        ("range(n)", "[int]"),
        ('matches(s, "[a-z]+")', "bool"),
        ("calc(s)", "float"),
    ],
)
def test_the_type_of(model, expression: str, type: str) -> None:
    assert typed(model, expression) == type


@pytest.mark.parametrize(
    ("expression", "code", "underlined"),
    [
        ("nn", "AWM101", "nn"),
        ("order.totl", "AWM104", "totl"),
        ("rec.c", "AWM104", "c"),
        ('status == "plced"', "AWM105", '"plced"'),
        ("cout(Order)", "AWM106", "cout"),
        ("alice", "AWM113", "alice"),
        (".name", "AWM114", ".name"),
        ("maybe + 1", "AWM202", "maybe"),
        ("length(some)", "AWM202", "some"),
        ("lower(who.name)", "AWM202", "who.name"),
        ("who.orders", "AWM202", "who"),
        ("s + s", "AWM203", "s + s"),
        ("d + 1", "AWM203", "d + 1"),
        ("p + x", "AWM203", "p + x"),
        ("at + hours(1)", "AWM203", "at + hours(1)"),
        ("s in s", "AWM203", "s"),
        ("n ?? 1", "AWM203", "n"),
        ("s == n", "AWM204", "s == n"),
        ("d == when", "AWM204", "d == when"),
        ("item < item", "AWM204", "item"),
        ("s in many", "AWM204", "s in many"),
        ('d == "2025-02-30"', "AWM206", '"2025-02-30"'),
        ("b and n", "AWM207", "n"),
        ("count(n)", "AWM208", "n"),
        ("n.x", "AWM210", "x"),
        ("items.price", "AWM210", "price"),
        ("count(Order, 1)", "AWM211", "count(Order, 1)"),
        ("lower(s, s)", "AWM211", "lower(s, s)"),
        ('matches(s, "[a")', "AWM213", '"[a"'),
        ("matches(s, s)", "AWM213", "s"),
        ("p * p", "AWM214", "p * p"),
        ("n == n", "AWM215", "n == n"),
        ("exists(Line where .order == .order)", "AWM215", ".order == .order"),
        ("if b then 1 else s", "AWM216", "s"),
        ("null", "AWM218", "null"),
        ('"{some}"', "AWM219", "some"),
        ("n == maybe?", "AWM220", "maybe?"),
        ("count(Order where .id == n?)", "AWM222", "n?"),
        ("new Order", "AWM116", "new Order"),
        ("unique(n)", "AWM116", "unique"),
        ("pick(items)", "AWM116", "pick(items)"),
        ("Order paged 3", "AWM321", "3"),
        ("sum(Item, .code)", "AWM203", ".code"),
        ("group(Item, .color)", "AWM208", "group(Item, .color)"),
        ("first(group(Item, .color))", "AWM208", "first(group(Item, .color))"),
        ("count(first(group(Item, .color)).rows)", "AWM202", "first(group(Item, .color))"),
        ("group(Item, .color)[0].key", "AWM210", "key"),
    ],
)
def test_what_is_refused(check, expression: str, code: str, underlined: str) -> None:
    found = check(f'tool probe({PARAMETERS}) {{ "Probe." let value = {expression} return {{ a = 1 }} }}')
    errors = [f for f in found if not f.code.startswith("AWM6")]
    assert [(f.code, f.text) for f in errors] == [(code, underlined)]


@pytest.mark.parametrize(
    ("expression", "suggestion"),
    [
        ("ordr", "order"),
        ("order.usr", "user"),
        ('status == "shiped"', '"shipped"'),
        ("cuont(Order)", "count"),
        ("status == placed", '"placed"'),
        ("exists(Item where price > p)", "."),
        ("Itm where true", "Item"),
    ],
)
def test_what_was_meant_is_suggested(check, expression: str, suggestion: str) -> None:
    found = check(f'tool probe({PARAMETERS}) {{ "Probe." let value = {expression} return {{ a = 1 }} }}')
    assert suggestion in [f.edit for f in found]


NARROWING = [
    ("require who != null else e \"m\" let v = who.name", True),
    ("if who != null { let v = who.name }", True),
    ("if who == null { fail e \"m\" } let v = who.name", True),
    ("if who == null { let v = who.orders }", False),
    ("if who != null or b { let v = who.orders }", False),
    ("let v = who != null and length(who.name) > 1", True),
    ("let v = who == null or length(who.name) > 1", True),
    ("let v = who != null or length(who.name) > 1", False),
    ("require not (who == null) else e \"m\" let v = length(who.name)", True),
    ("require maybe > 1 else e \"m\" let v = maybe + 1", True),
    ("require maybe == 1 else e \"m\" let v = maybe + 1", True),
    ("let v = if maybe != null then maybe + 1 else 0", True),
    ("let v = count(Order where .placed_at != null and .placed_at + days(1) > now)", True),
    ("let v = count(Order where .placed_at + days(1) > now)", False),
    ("let v = max(Order where .placed_at != null, .placed_at - days(1))", True),
    ("require order.placed_at != null else e \"m\" let v = order.placed_at + days(1)", True),
    ("require order.placed_at != null else e \"m\" update order { due = null } let v = order.placed_at + days(1)", True),
    ("require order.placed_at != null else e \"m\" update order { placed_at = null } let v = order.placed_at + days(1)", False),
    ("update order { placed_at = now } let v = order.placed_at + days(1)", True),
    ("require order.placed_at != null else e \"m\" update order { placed_at = .placed_at + days(1) }", True),
    ("var z: int? = null z = 3 let v = z + 1", True),
    ("var z: int? = 3 z = maybe let v = z + 1", False),
    ("var z: int? = 3 for i in range(2) { let v = z + i z = null }", False),
]  # fmt: skip


@pytest.mark.parametrize(("body", "good"), NARROWING)
def test_null_must_be_ruled_out_first(check, body: str, good: bool) -> None:
    found = check(f'tool probe({PARAMETERS}) {{ "Probe." {body} return {{ a = 1 }} }}')
    codes = {f.code for f in found if not f.code.startswith("AWM6")}
    assert codes == (set() if good else {"AWM202"})


def test_a_list_that_a_tool_returns_has_no_items_field(check) -> None:
    text = 'tool find() { "Find." return Item { code } } task t "T" { solution { let found = find() } answer: text = "PEN" from found.items[0].code }'
    found = check(text)
    assert [(f.code, f.text, f.edit) for f in found] == [("AWM210", "items", "")]


def test_a_dropped_term_is_an_absent_parameter_or_the_term(model) -> None:
    tool = model(
        'tool find(s: text?, n: int?) { "Find." return Item where .code contains s? and (.stock > n? or .price > 1) }'
    ).tools["find"]
    where = tool.body[0].value.query.where
    first, second = where.arguments
    assert (first.operator, first.arguments[0].operator, first.arguments[1].operator) == (
        "or",
        "==",
        "contains",
    )
    # A branch of an `or` counts only while its parameter is given.
    branch, other = second.arguments
    assert (second.operator, branch.operator, branch.arguments[0].operator) == ("or", "and", "!=")
    assert other.operator == ">"


def test_no_term_of_a_query_inside_a_where_is_dropped(check) -> None:
    ask = 'tool find(s: Status?) {{ "Find." return User where {} {{ name }} }}'
    found = check(ask.format("exists(.orders where .status == s?)"))
    assert [(f.code, f.text) for f in found] == [("AWM220", "s")]
    assert not check(ask.format("s == null or exists(.orders where .status == s)"))
    assert not check(
        'tool find(s: Status?) { "Find." return User { name, orders where .status == s? { status } } }'
    )


def test_a_term_falls_when_all_of_its_branches_fall(model) -> None:
    tool = model(
        'tool find(s: text?) { "Find." return User where .name contains s? or .nick contains s? }'
    ).tools["find"]
    where = tool.body[0].value.query.where
    dropped = where.arguments[0].arguments[0]
    assert dropped.operator == "==" and dropped.arguments[0].variable.name == "s"


def test_money_literals_are_minor_units(model) -> None:
    item = model("").blocks[1].rows[0]
    assert item.values["price"].value == 120 and item.values["price"].type == t.Money()


def test_constants_are_checked_against_bounds(check) -> None:
    found = check('data Item (code, price, stock) { ("pen", 0, 101) }')
    assert [(f.code, f.text) for f in found] == [("AWM205", '"pen"'), ("AWM205", "0"), ("AWM205", "101")]


def test_a_chain_of_factors_is_rounded_once(model) -> None:
    tool = model('tool fee(p: money, x: float) { "Fee." return { fee = p * x / 100 * 2 } }').tools["fee"]
    scale = dict(tool.body[0].value.fields)["fee"]
    assert (len(scale.by), len(scale.over)) == (2, 1)
