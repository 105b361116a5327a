"""What is offered at a cursor, which is a `|` in the text, whether the text around it is finished or not."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Literal

import pytest

from awmlang.diagnostics import Source
from awmlang.editor.completion import Choice, complete
from awmlang.editor.document import read

ROOT = Path(__file__).parents[2]
SMALL_SPECS = [ROOT / "specs" / "food_delivery.awm", ROOT / "tests" / "specs" / "library.awm"]

HEAD = '''environment shop "Orders."
clock = "2025-06-02T18:30:00"
me: User = alice
enum Status { cart placed "on its way" }
type Line = { item: Item, quantity: int }
entity User { name: text wallet: money = 0 orders: [Order] via user }
entity Item { title: text unique price: money = 1 }
entity Order {
  user: User owner
  item: Item
  status: Status = "cart"
  note: text?
  is_gift: bool = false
  total = .item.price * 2 "What it costs."
  flow status { cart -> placed -> "on its way" }
}
function order_of(user: User, status: Status): Order { return first(Order where .user == user and .status == status) else none "None." }
tool place(order: Order, note: text?) { "Place." update order { status = "placed", note = note } return order { id, total } }
crud Order { list(status) get }
data User (name) { alice = ("Alice") bob = ("Bob") }
data Item (title) { tea = ("Tea") }
'''  # fmt: skip


def offered(text: str) -> dict[str, Choice]:
    text = HEAD + text
    offset = text.index("|")
    source = Source(0, "shop.awm", text[:offset] + text[offset + 1 :])
    return {each.name: each for each in complete(source, offset).items}


def after(text: str) -> str:
    """The text, when the only choice that begins as it does was taken."""
    whole = HEAD + text
    offset = whole.index("|")
    text = whole[:offset] + whole[offset + 1 :]
    choices = complete(Source(0, "shop.awm", text), offset)
    typed = text[choices.start : offset]
    only = [each for each in choices.items if each.name.startswith(typed)]
    assert len(only) == 1, only
    return (text[: choices.start] + only[0].text + text[choices.end :]).removeprefix(HEAD)


ORDER = {"id", "user", "item", "status", "note", "is_gift", "total"}

CASES = [
    # fields after a dot
    ("tool t(order: Order) { return order.| }", ORDER, {"require", "order", "count"}),
    ("tool t(order: Order) {\n  require order.|\n  return order\n}", ORDER, {"require"}),
    ("tool t(order: Order) {\n  require order.item.pr|\n", {"title", "price"}, {"status"}),
    ('tool t() { return me.orders where .|\n}\ntask x "X." { expect unchanged }', ORDER, {"name"}),
    ("tool t() { return count(Order where .status == \"cart\" and .it|", ORDER, set()),
    ("tool t() { return Order as o where o.| sort o.id }", ORDER, {"price"}),
    ("tool t() { let x = first(Order)\n require x != null else no \"No.\"\n return x.item.| }", {"price"}, {"status"}),
    ('tool t(order: Order) { fail no "It is {order.|" }', ORDER, {"name"}),
    ('tool t(order: Order) { fail no "It is {order.it|} so" }', ORDER, {"name"}),
    ("tool t(line: Line) { return line.| }", {"item", "quantity"}, ORDER - {"item"}),
    ('task x "X." { solution { let r = place(order = alice)\n place(order = r.|) } }', {"id", "total"}, {"status"}),
    ("tool t() { return group(Order, .item) { key = .key, n = count(.|) } }", {"key", "rows"}, {"item"}),
    ("entity More { order: Order check .| }", {"id", "order"}, {"item"}),
    # members of enums
    ('tool t() { return Order where .status == "|" }', {"cart", "placed", "on its way"}, {"Order", "where"}),
    ('tool t() { return Order where .status == | }', {"cart", "placed", "on its way", "me"}, set()),
    ('tool t(order: Order) { update order { status = "pl|', {"cart", "placed"}, {"update"}),
    ('tool t(order: Order) { require order.status in ["cart", "|"] else no "No." return order }', {"placed"}, {"require"}),
    ("entity More { status: Status = |", {"cart", "placed"}, set()),
    ("entity More { status: Status flow status { cart -> | } }", {"placed"}, {"status"}),
    ("tool t(which: Status) { return Order sort by which { ca| = .id } }", {"cart", "placed"}, set()),
    ('data Order (user, item, status) { (alice, tea, "|") }', {"cart"}, {"alice"}),
    ("generate Order 3 { user = alice item = tea status = weighted(ca| = 3) }", {"cart", "placed"}, set()),
    ("generate Item 3 { title = fake(|) }", {"name", "city"}, {"Order"}),
    # names
    ("tool t(order: Order) { let twin = order\n return tw| }", {"twin", "order", "me", "count", "Order", "order_of"}, {"alice", "place"}),
    ("tool t(order: Order) {\n let twin = order\n update | { note = null }\n return order }", {"twin", "order"}, {"alice"}),
    ('task x "X." { expect al|ice != null }', {"alice", "bob", "tea", "me", "old", "unchanged"}, {"place"}),
    ("me: User = |", {"alice", "bob"}, {"tea"}),
    ("me: |", {"User", "Order"}, {"int", "alice"}),
    # tools and their parameters
    ('task x "X." { solution { pl| } }', {"place", "list_orders", "get_order"}, {"order_of", "count"}),
    ('task x "X." { solution {\n  place(|)\n} }', {"order", "note"}, {"alice"}),
    ('task x "X." { solution { place(order = |) } }', {"alice"}, {"order"}),
    ('task x "X." { solution { place(order = 1, | } }', {"note"}, {"order"}),
    ('task x "X." { accept | }', {"place", "list_orders"}, {"alice"}),
    ('task x "X." { accept place.| }', {"order", "note"}, {"place"}),
    ('task x "X." { solution { list_orders(status = "|") } }', {"cart"}, set()),
    ('task x "X." { expect called(|) }', {"place", "list_orders"}, {"alice"}),
    ("tool t() { let x = order_of(|) return x }", {"user", "status", "me"}, set()),
    # types
    ("entity More { a: | }", {"int", "text", "Status", "Line", "Order"}, {"key", "alice"}),
    ("tool t(x: In|", {"int", "Item"}, {"require"}),
    ("tool t(x: any |) { }", {"Order"}, {"int"}),
    ("entity More { a: [|] }", {"Order"}, set()),
    # entities
    ("crud |", {"User", "Item", "Order"}, {"int"}),
    ("tool t() { create |", {"User", "Order"}, {"Status"}),
    ("data | (name) { }", {"User", "Order"}, {"text"}),
    ("tool t() { return my | }", {"Order"}, {"count"}),
    # fields where fields are named
    ("tool t() { create Order { user = me, | } }", {"item", "status", "note"}, {"user", "id", "total"}),
    ("tool t(order: Order) { update order { st| }\n return order }", {"status", "note"}, {"id", "total"}),
    ("tool t(order: Order) { return order { id, | } }", ORDER, {"name"}),
    ("tool t(order: Order) { return order { id, item { | } } }", {"title", "price"}, {"status"}),
    ("data Order (user, |) { }", {"item", "status", "note"}, {"user", "total"}),
    ("crud Item { list(|) }", {"title", "price"}, set()),
    ("entity More { user: User owner mine: [Order] via | }", set(), {"status"}),
    ("generate Order 3 { user = alice | }", {"item", "status"}, {"user"}),
    ('task x "X." { allow Order.| }', {"status", "note"}, {"total"}),
    # keywords where the grammar has them
    ("|", {"entity", "tool", "task", "enum", "data"}, {"require", "where", "and"}),
    ("tool t() { | }", {"require", "let", "return", "update", "for"}, {"entity", "where", "expect"}),
    ("tool t() { return Order | }", {"where", "sort", "take", "paged"}, {"entity", "solution"}),
    ("entity More { a: text | }", {"unique", "key", "check", "show"}, {"require"}),
    ('task x "X." { | }', {"solution", "expect", "answer", "judge"}, {"require"}),
    ("crud Order { | }", {"list", "get", "create", "update", "delete"}, {"let"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "there", "not_there"), CASES, ids=[text for text, _, _ in CASES])
def test_what_is_offered(text: str, there: set[str], not_there: set[str]) -> None:
    names = set(offered(text))
    assert there <= names, there - names
    assert not names & not_there


@pytest.mark.parametrize(
    "text",
    [
        "# a comm|ent",
        "tool t() { return 1| }",
        'tool t() { "Say |" return 1 }',
        'environment x "|"',
        "tool t|() { }",
    ],
)
def test_nothing_is_offered(text: str) -> None:
    assert offered(text) == {}


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ('task x "X." { solution { list_orders(stat|) } }', 'task x "X." { solution { list_orders(status = ) } }'),
        ('task x "X." { solution { pla| } }', 'task x "X." { solution { place( } }'),
        ("tool t() { return Order where .status == car| }", 'tool t() { return Order where .status == "cart" }'),
        ('tool t() { return Order where .status == "on| its" }', 'tool t() { return Order where .status == "on its way" }'),
        ("tool t(order: Order) { return order.ti|tle", "tool t(order: Order) { return order.ti"),
        ("entity More { a: Stat| }", "entity More { a: Status }"),
    ],
)  # fmt: skip
def test_what_is_taken_replaces_the_word_at_the_cursor(before: str, behind: str) -> None:
    if "ti|tle" in before:
        with pytest.raises(AssertionError):
            after(before)
    else:
        assert after(before) == behind


def test_what_fits_comes_first() -> None:
    names = list(offered("tool t(order: Order, who: User) { update order { user = | } return order }"))
    assert names.index("who") < names.index("order")


def test_it_says_what_things_are() -> None:
    found = offered("tool t(order: Order) { return order.| }")
    assert (found["total"].detail, found["total"].doc) == ("money", "What it costs.")
    assert found["item"].detail == "Item"


# ---- Over whole specs

Cut = Literal["word", "line"]


def cut_at(text: str, start: int, end: int, cut: Cut) -> str:
    """The text without a word, or without it and what stands behind it in its line."""
    return text[:start] + text[end if cut == "word" else text.index("\n", end) :]


def missed(path: Path, cut: Cut, count: int) -> tuple[int, list[tuple[int, str]]]:
    """Of so many names that stand somewhere, how many were tried, and which are not offered once they are cut out."""
    text = path.read_text("utf-8")
    reading = read(Source(0, path.name, text))
    uses = [
        o
        for o in reading.index.occurrences
        if o.symbol and o.span != o.symbol.span and o.symbol.kind != "code"
    ]
    tried = Random(path.stem).sample(uses, min(count, len(uses)))
    found = []
    for use in tried:
        quotes = text[use.span.start] == '"'
        start, end = use.span.start + quotes, use.span.end - quotes
        choices = complete(Source(0, path.name, cut_at(text, start, end, cut)), start)
        if use.text not in {each.name for each in choices.items}:
            found.append((reading.source.position(start)[0], use.text))
    return len(tried), found


@pytest.mark.parametrize("path", SMALL_SPECS, ids=lambda path: path.stem)
def test_a_name_that_is_cut_out_is_offered(path: Path) -> None:
    assert missed(path, "word", 15)[1] == []


@pytest.mark.parametrize("path", SMALL_SPECS, ids=lambda path: path.stem)
def test_a_name_at_the_end_of_a_broken_line_is_offered_nearly_always(path: Path) -> None:
    tried, found = missed(path, "line", 15)
    assert len(found) <= tried * 0.1, found
