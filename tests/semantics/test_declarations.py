"""What entities, flows, access, functions, tools, data and tasks accept and refuse."""

from __future__ import annotations

import pytest

from awmlang.semantics import types as t
from awmlang.semantics.describe import describe

TOOL = 'tool probe(order: Order, status: Status) {{ "Probe." {} return order {{ id }} }}'

ENTITIES = [
    ("x: nothing", "AWM102", "nothing"),
    ("x: string", "AWM026", "string"),
    ("x: int x: int", "AWM110", "x"),
    ("x: int X: int", "AWM110", "X"),
    ("this: int", "AWM112", "this"),
    ("x: int(5..1)", "AWM212", "(5..1)"),
    ("x: int(1.5..2)", "AWM212", "(1.5..2)"),
    ("x: date(1..2)", "AWM212", "(1..2)"),
    ("x: text(/[/)", "AWM213", "(/[/)"),
    ("x: text(-1..3)", "AWM212", "(-1..3)"),
    ("x: [text?]", "AWM306", "text?"),
    ("x: date key", "AWM303", "x"),
    ("x: text key y: text key", "AWM303", "y"),
    ("id: int", "AWM303", "id"),
    ("x: int owner", "AWM304", "owner"),
    ("x: User clears", "AWM304", "clears"),
    ("x: User? clears cascade", "AWM304", "x: User? clears cascade"),
    ("x: int unique unique", "AWM326", "unique"),
    ("x: int show { nope }", "AWM104", "nope"),
    ("x: int show { x } show { id }", "AWM326", "show { id }"),
    ("x: [Item] via nothing", "AWM104", "nothing"),
    ("x: [Order] via user", "AWM305", "user"),
    ("x: int via user", "AWM305", "int"),
    ("x: [Item]", "AWM306", "[Item]"),
    ("x: { a: int }", "AWM306", "{ a: int }"),
    ("x: int = \"one\"", "AWM201", '"one"'),
    ("x: int(0..3) = 4", "AWM205", "4"),
    ("x: int = count(Item)", "AWM320", "count(Item)"),
    ("x: text = serial(\"A\", 3)", "AWM324", 'serial("A", 3)'),
    ("a = .b b = .a", "AWM307", "a"),
    ("x: int check count(Item) > .x", "AWM309", "count(Item)"),
    ("x: User check .x.name == \"A\"", "AWM309", ".x.name"),
    ("x: int check unique(.y)", "AWM104", ".y"),
    ("x: int check disjoint(.x)", "AWM309", "disjoint(.x)"),
    ("x: Status flow x { cart -> gone_now }", "AWM105", "gone_now"),
    ("x: int flow x { cart -> placed }", "AWM310", "x"),
    ("x: Status flow x { cart -> cart }", "AWM310", "cart"),
    ("x: Status flow x { cart -> placed } flow x { cart -> placed }", "AWM326", "x"),
    ("x: Item owner", "AWM313", "x"),
    ("x: User owner access .x == me", "AWM313", "access .x == me"),
    ("x: Status = placed", "AWM101", "placed"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "code", "underlined"), ENTITIES)
def test_an_entity_with(check, members: str, code: str, underlined: str) -> None:
    found = check(f"entity Thing {{ {members} }}")
    assert (code, underlined) in [(f.code, f.text) for f in found]
    assert len({f.code for f in found}) == 1


STATEMENTS = [
    ("let order = 1", "AWM111", "order"),
    ("let me = 1", "AWM112", "me"),
    ("let x = null", "AWM218", "null"),
    ("let x = me else e \"m\"", "AWM327", 'else e "m"'),
    ("y = 1", "AWM319", "y"),
    ("let y = 1 y = 2", "AWM319", "y"),
    ("var y = 1 y = \"a\"", "AWM201", '"a"'),
    ("var y = 1 y += 1.5", "AWM201", "y += 1.5"),
    ("var y: text = 3", "AWM201", "3"),
    ("require order else e \"m\"", "AWM207", "order"),
    ("if order.total > 1 { fail constraint \"m\" }", "AWM322", "constraint"),
    ("update status { x = 1 }", "AWM209", "status"),
    ("update order { total = 1 }", "AWM316", "total"),
    ("update order { lines = 1 }", "AWM316", "lines"),
    ("update order { id = 1 }", "AWM316", "id"),
    ("update Item { code = \"PAN\" }", "AWM316", "code"),
    ("update order { stat = \"placed\" }", "AWM104", "stat"),
    ("update order { due = now }", "AWM201", "now"),
    ("update order { due = null due = null }", "AWM110", "due"),
    ("update order { user = null }", "AWM202", "null"),
    ("delete status", "AWM209", "status"),
    ("create Order { }", "AWM315", "create Order { }"),
    ("create Order { user = me, status = \"placed\" }", "AWM312", '"placed"'),
    ("create Order { user = me, status = status }", "AWM312", "status"),
    ("create Oder { user = me }", "AWM103", "Oder"),
    ("for x in status { }", "AWM208", "status"),
    ("for x, y in Order { }", "AWM211", "y"),
    ("for x in group(Order, .user) { }", "AWM208", "group(Order, .user)"),
    ("let o = first(Order) for o in Order { }", "AWM111", "o"),
    ("probe(order = order)", "AWM116", "probe"),
    ("update order { status = \"cart\" }", None, ""),
    ("require order.status == \"cart\" else e \"m\" update order { status = \"shipped\" }", "AWM311", 'status = "shipped"'),
    ("require order.status == \"placed\" else e \"m\" update order { status = \"shipped\" }", None, ""),
    ("require order.status in [\"cart\", \"shipped\"] else e \"m\" update order { status = \"cancelled\" }", "AWM311", 'status = "cancelled"'),
    ("require order.status != \"placed\" else e \"m\" update order { status = \"shipped\" }", None, ""),
    ("update Order where .status == \"shipped\" { status = \"placed\" }", "AWM311", 'status = "placed"'),
    ("update order { status = \"placed\" } update order { status = \"shipped\" }", None, ""),
    ("update order { status = \"placed\" } update order { status = \"cart\" }", "AWM311", 'status = "cart"'),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "underlined"), STATEMENTS)
def test_a_tool_with(check, body: str, code: str | None, underlined: str) -> None:
    found = [f for f in check(TOOL.format(body)) if f.code not in ("AWM601", "AWM602")]
    assert [(f.code, f.text) for f in found] == ([(code, underlined)] if code else [])


DECLARATIONS = [
    ("enum Status { a }", "AWM110", "Status"),
    ("enum Size { a a }", "AWM110", "a"),
    ("type int = text", "AWM112", "int"),
    ("entity Awm_clock { x: int }", "AWM112", "Awm_clock"),
    ("entity line { x: int }", "AWM110", "line"),
    ("function sum(x: int): int { return x }", "AWM112", "sum"),
    ("function f(x: int): int { return g(x) } function g(x: int): int { return f(x) }", "AWM308", "f"),
    ("function f(x: int): int { if x > 1 { return 1 } }", "AWM317", "f"),
    ("function f(x: int): int { return \"a{x}\" }", "AWM201", '"a{x}"'),
    ("function f(x: int) { return x return 1 }", "AWM603", "return 1"),
    ("function f(x: int = now) { return x }", "AWM201", "now"),
    ("tool t(x: int, x: int) { \"T.\" return { x = x } }", "AWM110", "x"),
    ("tool t(x: duration) { \"T.\" return { x = 1, y = x > hours(1) } }", "AWM116", "x"),
    ("tool t(x: any Status) { \"T.\" return { x = x } }", "AWM116", "any Status"),
    ("tool t() { \"T.\" if now > now + days(1) { return { a = 1 } } }", "AWM317", "t"),
    ("tool t() { \"T.\" if me.wallet > 1 { return { a = 1 } } return 3 }", "AWM216", "3"),
    ("tool t() { \"T.\" return group(Order, .user) }", "AWM221", "group(Order, .user)"),
    ("tool t() { \"T.\" return me { id, id } }", "AWM110", "id"),
    ("tool t() { \"T.\" return me.wallet { id } }", "AWM223", "{ id }"),
    ("tool t() { \"T.\" return me { id, nme } }", "AWM104", "nme"),
    ("crud Item { list(colour) }", "AWM104", "colour"),
    ("crud Item { get get }", "AWM326", "get"),
    ("crud Item { update(code) }", "AWM314", "code"),
    ("crud Item { get(code) }", "AWM314", "get(code)"),
    ("data Item (code) { (\"AAA\") }", "AWM315", "code"),
    ("data Item (code, price) { (\"AAA\") }", "AWM211", '("AAA")'),
    ("data Item (code, prize) { (\"AAA\", 1) }", "AWM104", "prize"),
    ("data Order (user) { alice = (bob) }", "AWM110", "alice"),
    ("data Order (user, status) { (bob, \"placd\") }", "AWM105", '"placd"'),
    ("data Order (user) { (pen) }", "AWM201", "pen"),
    ("data Order (user) { (nobody) }", "AWM101", "nobody"),
    ("generate Order 3 { status = weighted(cart = 1) }", "AWM315", "generate Order 3 { status = weighted(cart = 1) }"),
    ("generate Order 3 { user = pick(User), status = weighted(crat = 1) }", "AWM105", "crat"),
    ("generate User 3 { name = fake(nam) }", "AWM109", "fake(nam)"),
    ("generate User 3 { name = between(1, 2) }", "AWM201", "between(1, 2)"),
    ("invariant now", "AWM207", "now"),
    ("clock = \"2025-06-02T09:00:00\"", "AWM301", 'clock = "2025-06-02T09:00:00"'),
    ("task t \"T\" { }", "AWM505", "t"),
    ("task t \"T\" { expect count(new Order) }", "AWM207", "count(new Order)"),
    ("task t \"T\" { expect called(nothing) }", "AWM107", "nothing"),
    ("task t \"T\" { expect unchanged weight 0 }", "AWM506", "0"),
    ("task t \"T\" { answer: int = alice.wallet }", "AWM201", "alice.wallet"),
    ("task t \"T\" { answer: User = alice }", "AWM504", "User"),
    ("task t \"T\" { expect unchanged allow Order.total }", "AWM507", "total"),
    ("task t \"T\" { expect unchanged allow Ordr }", "AWM103", "Ordr"),
    ("task t \"T\" { expect unchanged accept nobody \"why\" }", "AWM107", "nobody"),
    ("tool f(x: int) { \"F.\" return { x = x } } task t \"T\" { expect unchanged accept f.y \"why\" }", "AWM109", "y"),
    ("task t \"T {r}\" for r in 3 { expect unchanged }", "AWM208", "3"),
    ("task t \"T\" { solution { nothing() } }", "AWM107", "nothing"),
    ("task alice \"T\" for alice in User { expect unchanged }", "AWM111", "alice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "underlined"), DECLARATIONS)
def test_a_spec_with(check, text: str, code: str, underlined: str) -> None:
    found = [f for f in check(text) if f.code not in ("AWM601", "AWM607")]
    assert [(f.code, f.text) for f in found] == [(code, underlined)]


WARNINGS = [
    ("tool t(x: int) { \"T.\" return { a = 1 } }", "AWM601", "x"),
    ("tool t() { \"T.\" let y = 1 return { a = 1 } }", "AWM602", "y"),
    ("tool t() { \"T.\" return { a = 1 } fail e \"m\" }", "AWM603", 'fail e "m"'),
    ("tool t() { \"T.\" fail e \"m\" }", "AWM604", "t"),
    ("tool t() { \"T.\" return Order { id } }", "AWM605", "Order"),
    ("tool t() { \"T.\" return Order where .status == \"cart\" { id } }", "AWM605", 'Order where .status == "cart"'),
    ("entity Thing { x: int check true }", "AWM606", "true"),
    ("function f(): int { return 1 }", "AWM607", "f"),
    ("tool step() { \"T.\" return { a = 1 } }", "AWM608", "step"),
    ("tool t() { return { a = 1 } }", "AWM609", "t"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "underlined"), WARNINGS)
def test_a_warning_for(check, text: str, code: str, underlined: str) -> None:
    assert [(f.code, f.text) for f in check(text)] == [(code, underlined)]


@pytest.mark.parametrize(
    "body",
    [
        "return my Order { id }",
        "return me.orders { id }",
        "return Order where .user == me { id }",
        "let mine = first(my Order) else e \"m\" return mine.lines { id }",
        "return { n = count(Order) }",
    ],
)  # fmt: skip
def test_rows_that_are_tied_to_somebody_are_no_warning(check, body: str) -> None:
    assert check(f'tool t() {{ "T." {body} }}') == []


def test_nobody_signed_in(whole) -> None:
    text = 'environment e "E" clock = "2025-01-01T00:00:00" entity User { name: text } tool t() { "T." return me }'
    assert [(f.code, f.text) for f in whole(text)] == [("AWM115", "me")]


@pytest.mark.parametrize(
    ("head", "code", "underlined"),
    [
        ("", "AWM301", "e"),
        ('clock = "yesterday"', "AWM301", '"yesterday"'),
        ('clock = "2025-01-01T00:00:00" me: User = carl', "AWM108", "carl"),
        ('clock = "2025-01-01T00:00:00" me: Usr = alice', "AWM103", "Usr"),
        ('clock = "2025-01-01T00:00:00" me: Thing = alice', "AWM302", "alice"),
    ],
)
def test_the_head_of_a_spec(whole, head: str, code: str, underlined: str) -> None:
    found = whole(
        f'environment e "E" {head} entity User {{ name: text }} entity Thing {{ x: int }} data User (name) {{ alice = ("A") }}'
    )
    assert [(f.code, f.text) for f in found] == [(code, underlined)]


# ---- What is made of it


def result(model, text: str) -> str:
    return describe(model(text).tools["t"].result)


@pytest.mark.parametrize(
    ("body", "type"),
    [
        ("return me", "{ id: int, name: text }"),
        ("return first(my Order)", "int?"),
        ("return me { *, n = count(.orders) }", "{ id: int, name: text, wallet: money, nick: text?, n: int }"),
        ("return Item { code, price }", "[{ code: text, price: money }]"),
        ("return Item paged 5 { code }", "{ items: [{ code: text }], total: int, page: int }"),
        ("return my Order { user, lines { item, quantity } }", "[{ user: { id: int, name: text }, lines: [{ item: text, quantity: int }] }]"),
        ("return { order = first(my Order) { id, due }, n = 1 }", "{ order: { id: int, due: date? }?, n: int }"),
        ("return group(Item, .color) { key = .key, n = count(.rows), most = max(.rows, .price) }", "[{ key: Color, n: int, most: money? }]"),
        ("return map(Item, .code, { price = .price })", "a map to { price: money }"),
        ("return list(Item, .price)", "[money]"),
        ("return 3", "int"),
        ("return one(my Order) else e \"m\" { id }", "{ id: int }"),
        ("if me.wallet > 1 { return { a = 1, b = null } } return { a = 2, b = null }", "{ a: int, b: text? }"),
    ],
)  # fmt: skip
def test_the_result_of_a_tool(model, body: str, type: str) -> None:
    assert result(model, f'tool t() {{ "T." {body} }}') == type


def test_paged_adds_parameters(model) -> None:
    tool = model('tool t() { "T." return Item paged 5 { code } }').tools["t"]
    assert [(p.name, p.default.value) for p in tool.parameters] == [("page", 1), ("page_size", 5)]


def test_names_in_the_schema(model) -> None:
    tool = model(
        'tool t(order: Order, items: [Item], item: Item named sku, n: int) { "T." return { n = n, o = order, i = length(items), j = item } }'
    ).tools["t"]
    assert [p.json_name for p in tool.parameters] == ["order_id", "item_ids", "sku", "n"]


def test_crud_tools(model) -> None:
    tools = model("crud Order { list(status) get create update(due) delete } crud Item { list create }").tools
    assert list(tools) == [
        "list_orders",
        "get_order",
        "create_order",
        "update_order",
        "delete_order",
        "list_items",
        "create_item",
    ]
    assert [p.name for p in tools["list_orders"].parameters] == ["status", "page", "page_size"]
    assert [p.json_name for p in tools["update_order"].parameters] == ["order_id", "due"]
    # The owner is who is signed in, and a flow begins where it begins.
    assert [p.name for p in tools["create_order"].parameters] == ["placed_at", "due"]
    assert [p.name for p in tools["create_item"].parameters] == [
        "code",
        "price",
        "color",
        "weight",
        "stock",
        "tags",
    ]
    assert tools["delete_order"].writes == {"Order", "Line"} and tools["delete_order"].deletes
    assert tools["get_order"].read_only and tools["list_orders"].crud == "list"
    assert [f.name for f in tools["get_order"].result.fields] == [
        "id",
        "user",
        "status",
        "placed_at",
        "due",
        "total",
    ]


def test_access_follows_owners(model) -> None:
    entities = model("").entities
    assert entities["User"].access is None and entities["Item"].access is None
    assert entities["Order"].access.operator == "=="
    assert entities["Line"].access.value is entities["Order"].access


def test_a_tool_knows_its_errors_and_writes(model) -> None:
    tool = model(
        'function pay(o: Order) { require me.wallet > 1 else poor "m" update me { wallet -= 1 } update o { due = null } } '
        'tool t(order: Order) { "T." require order.due == null else due "m" pay(order) return order { id } }'
    ).tools["t"]
    assert set(tool.errors) == {"due", "poor"} and tool.writes == {"User", "Order"}


def test_functions_are_pure_or_not(model) -> None:
    functions = model(
        "function a(x: int): int { let y = x + 1 if y > 3 { return y } return 0 } "
        'function b(x: int): int { require x > 1 else e "m" return x } '
        "function c(): Order { return one(Order) } "
        'tool t() { "T." return { a = a(1), b = b(2), c = c() } }'
    ).functions
    assert [f.is_pure for f in functions.values()] == [True, False, False]


def test_impure_functions_stay_out_of_queries(check) -> None:
    found = check(
        'function b(x: int): int { require x > 1 else e "m" return x } tool t() { "T." return list(Item, b(.stock)) }'
    )
    assert [(f.code, f.text) for f in found] == [("AWM318", "b(.stock)")]


def test_a_solution_takes_keys_out_of_results(model) -> None:
    task = model(
        'tool find() { "F." return my Order { id, total } } tool pay(order: Order) { "P." update order { due = date(now) } return order { id } } '
        'task pay_it "Pay." { solution { let found = find() pay(order = found[0].id) } expect changed_one: true }'.replace(
            "expect changed_one: true", "expect exists(changed Order)"
        )
    ).tasks["pay_it"]
    assert task.solution is not None and len(task.solution) == 2


def test_old_of_a_row_in_a_query_may_be_missing(model) -> None:
    task = model(
        'task t "T" { expect all(Order, .due == old(.due)) answer: money = old(alice.wallet) }'
    ).tasks["t"]
    value = task.expects[0].condition.value
    assert isinstance(value.arguments[1].type, t.Optional)


@pytest.mark.parametrize(
    "text",
    [
        'tool t(n: int) { "T." let a = 1 return nn }',
        'function f(): int { return 1 } tool t() { "T." return g() }',
    ],
)
def test_where_something_is_wrong_nothing_is_called_unused(check, text: str) -> None:
    assert [f.code for f in check(text)] in (["AWM101"], ["AWM106"])
