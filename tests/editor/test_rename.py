"""Every declaration of the shipped specs can have another name, and the spec then checks as before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from awmlang.diagnostics import Source, apply_edits
from awmlang.editor.document import Reading, read
from awmlang.editor.rename import Refused, rename
from awmlang.editor.symbols import Symbol
from tests.editor.test_index import SPECS

HELD_BY_A_FILE = {("library", name) for name in ("about", "author", "text", "at")}


def reading_of(path: Path) -> Reading:
    return read(Source(0, str(path), path.read_text("utf-8")))


def declared(reading: Reading) -> list[Symbol]:
    return [symbol for symbol in reading.index.symbols.values() if not symbol.is_made]


def renamed(reading: Reading, symbol: Symbol, name: str) -> str:
    occurrence = next(each for each in reading.index.occurrences if each.symbol is symbol)
    return apply_edits(reading.source.text, rename(reading, occurrence, name))


SAMPLES = {"food_delivery": 8, "library": 8, "airline": 2}
"""How many declarations of a spec are tried; ``python -m tests.editor.long`` tries all of all specs."""


@pytest.mark.parametrize("path", [path for path in SPECS if path.stem in SAMPLES], ids=lambda path: path.stem)
def test_a_fresh_name(path: Path) -> None:
    reading = reading_of(path)
    symbols = [s for s in declared(reading) if (path.stem, s.name) not in HELD_BY_A_FILE]
    for symbol in random.Random(path.stem).sample(symbols, SAMPLES[path.stem]):
        fresh = "Fresh_one" if symbol.name[:1].isupper() else "fresh_one"
        after = read(Source(0, str(path), renamed(reading, symbol, fresh)))
        assert after.findings == [], symbol
        assert len(after.index.occurrences) == len(reading.index.occurrences)


SPEC = """environment shop "Orders."
clock = "2025-06-02T18:30:00"
me: User = alice
enum Status { cart "on its way" }
type Line = { item: Order, quantity: int }
entity User { name: text }
entity Order { user: User owner status: Status = "cart" label: text = "" flow status { cart -> "on its way" } }
function one_of(user: User): Order { return first(Order where .user == user) else none "None." }
tool send(order: Order) {
  "Send."
  require order.status != "on its way" else twice "Twice."
  update order { status = "on its way" }
  let line = { item = order, quantity = 1 }
  return line.item { id, status, who = .user.name }
}
tool find() { "Find." let order = one_of(user = me) require order.label != "" else none "None." return order { * } }
crud Order { list(status) get update(label) }
data User (name) { alice = ("Alice") }
data Order (user) { first_one = (alice) }
generate Order 3 { user = alice status = weighted(cart = 2) }
task t "Send {first_one.label}." {
  solution { let r = send(order = first_one) update_order(order = first_one, label = r.who) list_orders(status = r.status) }
  expect first_one.status == "on its way"
}
"""

CASES = [
    ("entity Or|der", "Big_Deal", 11, ["update_big_deal(big_deal = first_one", "list_big_deals(", "send(order ="]),
    ('"on its w|ay" }\nty', "sent", 5, ['enum Status { cart "sent" }', '!= "sent"', '{ status = "sent" }', '-> "sent"']),
    ("sta|tus: Status", "state", 10, ["flow state", "{ id, state,", "list(state)", "list_orders(state = r.state)"]),
    ("la|bel: text", "tag", 5, ["update(tag)", "update_order(order = first_one, tag = ", "{first_one.tag}"]),
    ("twi|ce", "again", 1, ["else again"]),
    ("no|ne \"None.\" }\ntool", "nobody", 2, ["else nobody", "else nobody"]),
    ("wh|o =", "whose", 2, ["whose = .user", "r.whose"]),
    ("function one_of(us|er", "who", 3, ["== who)", "one_of(who = me)"]),
]  # fmt: skip


@pytest.mark.parametrize(("piece", "name", "count", "there"), CASES, ids=[name for _, name, *_ in CASES])
def test_what_changes(piece: str, name: str, count: int, there: list[str]) -> None:
    reading = read(Source(0, "shop.awm", SPEC))
    assert reading.findings == []
    occurrence = reading.index.at(SPEC.index(piece.replace("|", "")) + piece.index("|"))
    assert occurrence is not None
    edits = rename(reading, occurrence, name)
    after = apply_edits(SPEC, edits)
    assert [piece for piece in there if piece not in after] == []
    assert len(edits) == count


@pytest.mark.parametrize(
    ("piece", "why"),
    [("crud Order { li|st", "There is no name"), ("upda|te_order(", "is made by `crud Order`"), ("m|e)", "declared nowhere")],
)  # fmt: skip
def test_what_has_no_name_of_its_own(piece: str, why: str) -> None:
    reading = read(Source(0, "shop.awm", SPEC))
    occurrence = reading.index.at(SPEC.index(piece.replace("|", "")) + piece.index("|"))
    if occurrence is None:
        assert why == "There is no name"
        return
    with pytest.raises(Refused, match=why):
        rename(reading, occurrence, "other")


def test_a_member_that_is_no_word_stands_in_quotes() -> None:
    text = SPEC.replace("weighted(cart = 2)", '"cart"')
    reading = read(Source(0, "shop.awm", text))
    cart = next(symbol for symbol in declared(reading) if symbol.name == "cart")
    assert renamed(reading, cart, "not yet").count('"not yet"') == text.count("cart") == 4
    reading = read(Source(0, "shop.awm", SPEC))
    cart = next(symbol for symbol in declared(reading) if symbol.name == "cart")
    with pytest.raises(Refused):  # `weighted` takes words alone
        renamed(reading, cart, "not yet")


def test_a_column_of_a_file_keeps_its_name() -> None:
    path = next(path for path in SPECS if path.stem == "library")
    reading = reading_of(path)
    field = next(s for s in declared(reading) if s.within == "Note" and s.name == "about")
    with pytest.raises(Refused, match="A data file of Note has a column `about`"):
        renamed(reading, field, "subject")
