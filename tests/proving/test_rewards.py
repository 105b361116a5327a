"""A reward with a hole in it: the attack finds just that. One without: nothing is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from awmlang.diagnostics import Source
from awmlang.lowering.compile import compile_model
from awmlang.proving.prove import QUICK, THOROUGH, Effort, Proof, prove, weaknesses
from awmlang.semantics.analyze import analyze
from awmlang.syntax.parser import parse

WORLD = """
environment shop "A shop."
clock = "2025-06-02T09:00:00"
me: User = ann
enum Colour { red green blue }
entity User { name: text  wallet: money(0..) = 50 }
entity Item { name: text  price: money  colour: Colour = "red"  stock: int(0..) = 9 }
entity Order { user: User owner  item: Item  quantity: int(1..9)  note: text = ""  is_paid: bool = false }
data User (name) { ann = ("Ann") bob = ("Bob") }
data Item (name, price, colour) {
  pen = ("Pen", 1.50, "red") cup = ("Cup", 4.00, "blue") hat = ("Hat", 9.00, "green") mat = ("Mat", 9.00, "blue")
}
data Order (user, item, quantity) { first_order = (ann, cup, 1) }
tool list_items() { "All items." return Item { id, name, price, colour, stock } }
tool order(item: Item, quantity: int(1..9) = 1, note: text = "") {
  "Order an item."
  require item.stock >= quantity else sold_out "There are {item.stock} left."
  update item { stock -= quantity }
  return create Order { user = me, item = item, quantity = quantity, note = note } { id, quantity }
}
tool pay(order: Order) {
  "Pay for an order."
  require not order.is_paid else already_paid "It is paid."
  update me { wallet -= order.item.price * order.quantity }
  update order { is_paid = true }
  return order { id, is_paid }
}
tool repaint(item: Item, colour: Colour, gently: bool = false) {
  "Give an item another colour."
  require not gently or item.stock >= 0 else rough "It cannot be."
  update item { colour = colour }
  return item { id, colour }
}
"""

WIDE = replace(THOROUGH, walks=5, choices=6)


def proof_of(task: str, effort: Effort = QUICK, seed: int = 0) -> tuple[Proof, list[str]]:
    """The proof of a task of the world, and its findings: the code and what is said."""
    source = Source(0, "shop.awm", f"{WORLD}\n{task}")
    spec, found = parse(source)
    model, more = analyze(spec, source)
    assert model is not None and not found and not more, (found, more)
    compiled, found = compile_model(model, source=source, spec_dir=Path())
    assert compiled is not None and not found, found
    (proof,) = prove(model, compiled, effort, seed)
    assert len(weaknesses([proof])) == sum(f.accepted is None for f in proof.findings)
    return proof, [f"{f.code.id} {f.message}" for f in proof.findings if f.accepted is None]


SOLUTION = "solution { let o = order(item = cup, quantity = 2) pay(order = o.id) }"
CLEAN = f"""task cups "Buy two cups." {{
  {SOLUTION}
  expect count(new Order where .item == cup and .quantity == 2 and .is_paid and .note == "") == 1 "paid"
}}"""


@pytest.mark.parametrize("effort", [QUICK, WIDE], ids=["quick", "wide"])
def test_a_task_without_holes(effort: Effort) -> None:
    proof, found = proof_of(CLEAN, effort)
    assert found == [] and not proof.weak
    assert proof.killed > 7 and proof.score == 1.0


def test_a_task_graded_by_its_end_state() -> None:
    proof, found = proof_of(f'task cups "Buy two cups." {{ {SOLUTION} }}', WIDE)
    assert found == [] and proof.killed > 50


def test_a_refusal() -> None:
    proof, found = proof_of('task theirs "Pay with Bob\'s money." { expect unchanged }', WIDE)
    assert found == [] and proof.killed > 10


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        ('.item == cup and .quantity == 2 and .note == ""', "without `pay`"),
        ('.item == cup and .is_paid and .note == ""', "with `quantity = "),
        (".item == cup and .quantity == 2 and .is_paid", "with `note = "),
    ],
)
def test_a_check_is_dropped(expectation: str, words: str) -> None:
    task = f'task cups "Buy two cups." {{ {SOLUTION} expect exists(new Order where {expectation}) }}'
    _, found = proof_of(task)
    assert len(found) == 1 and found[0].startswith(f"AWM708 `cups` is complete {words}"), found


def test_what_goes_unseen_is_told_with_the_calls() -> None:
    proof, _ = proof_of(
        f'task cups "Buy." {{ {SOLUTION} expect exists(new Order where .quantity == 2 and .note == "") }}'
    )
    (finding,) = [f for f in proof.findings if "without" in f.message]
    assert finding.unseen == (
        "User 1: wallet is 50.0, not 42.0",
        "the new Order: is_paid is false, not true",
    )
    assert [call["tool"] for call in finding.calls] == ["order"]


def test_a_frame_is_widened() -> None:
    clean = 'task blue "Paint the pen blue." { solution { repaint(item = pen, colour = "blue") } expect pen.colour == "blue" %s }'
    _, found = proof_of(clean % "", WIDE)
    assert found == []
    _, found = proof_of(clean % "allow Item", WIDE)
    assert len(found) == 1 and "`blue` is complete with `repaint(" in found[0] and "besides" in found[0]


def test_a_part_of_a_record_is_changed() -> None:
    tool = """tool order_all(lines: [{ item: Item, quantity: int(1..9), note: text? }](1..5)) {
      "Order several."
      for line in lines {
        create Order { user = me, item = line.item, quantity = line.quantity, note = line.note ?? "" }
      }
      return { ordered = length(lines) }
    }
    task two "Order a cup and three hats." {
      solution {
        order_all(lines = [{ item = cup, quantity = 1 }, { item = hat, quantity = 3 }])
      }
      expect exists(new Order where .item == cup and .quantity == 1 and .note == "")
      expect exists(new Order where .item == hat %s)
    }"""
    assert proof_of(tool % 'and .quantity == 3 and .note == ""')[1] == []
    (found,) = proof_of(tool % 'and .note == ""')[1]
    assert found.startswith("AWM708 `two` is complete with `lines[1].quantity = ")
    assert found.endswith(" in place of 3.")
    _, found = proof_of(tool % "and .quantity == 3")
    assert len(found) == 1 and "lines" in found[0]


def test_a_write_made_twice() -> None:
    task = """task cups "Buy a cup." {
      solution { order(item = cup) }
      expect exists(new Order where .item == cup and .quantity == 1 and .note == "")
      allow Order allow Item.stock
    }"""
    _, found = proof_of(task)
    assert found == ["AWM708 `cups` is complete with `order` twice."]


def test_one_call_does_it() -> None:
    """All mutations of the solution fail, but an unrelated call is enough."""
    task = """task cup "Buy a cup." {
      solution { order(item = cup) }
      expect count(new Order) + count(changed Item where .colour == "green") == 1
      expect count(changed Item) == 1 and cup.colour == "blue" and all(new Order, .note == "" and .quantity == 1)
      allow Item.colour
    }"""
    assert proof_of(task)[1] == []
    proof, (found,) = proof_of(task, WIDE)
    assert found.startswith("AWM708 `cup` is complete without `order` and with `repaint(item_id=")
    assert len(proof.findings[0].calls) == 1


@pytest.mark.parametrize("seed", range(6))
def test_a_call_on_what_the_solution_has_made(seed: int) -> None:
    """With one try a tool, whatever is drawn."""
    task = """task cup "Order a cup." {
      solution { order(item = cup) }
      expect exists(new Order where .item == cup and .quantity == 1 and .note == "")
      allow User.wallet
    }"""
    _, found = proof_of(task, replace(WIDE, choices=1, walks=0), seed)
    assert found == ["AWM708 `cup` is complete with `pay(order_id=2)` besides."]


def test_an_all_over_nothing() -> None:
    task = CLEAN[:-1] + "expect all(new Order where .item == hat, .is_paid) }"
    _, found = proof_of(task)
    assert found == [
        "AWM712 This `all` goes over no rows where the solution ends, so it holds whatever is done."
    ]
    assert proof_of(CLEAN[:-1] + "expect all(new Order where .item == cup, .is_paid) }")[1] == []


def test_an_answer_that_hangs_on_a_tie_in_a_computed_field() -> None:
    task = """entity Shelf { tag: text  dearest = one(Item sort .price%s take 1).name }
    data Shelf (tag) { top = ("Top") }
    task dear "Which is dearest?" { solution { list_items() } answer: text = top.dearest }"""
    assert proof_of(task % " desc")[1] == ["AWM711 The answer hangs on the order of rows that sort alike."]
    assert proof_of(task % "")[1] == []


def test_an_answer_that_hangs_on_a_tie() -> None:
    task = 'task dear "Which is dearest?" { solution { list_items() } answer: text = one(Item sort .price%s take 1).name }'
    assert proof_of(task % " desc")[1] == ["AWM711 The answer hangs on the order of rows that sort alike."]
    assert proof_of(task % "")[1] == []


def test_an_argument_that_does_not_matter() -> None:
    task = 'task blue "Paint." { solution { repaint(item = pen, colour = "blue", gently = true) } }'
    assert proof_of(task)[1] == ["AWM710 Whatever `gently` is, `repaint` does the same here."]


def test_the_same_answer_for_every_instance() -> None:
    task = 'task price "What is the {i.name}?" for i in Item as x where %s { solution { list_items() } answer: money = i.price }'
    assert proof_of(task % "x.price > 5")[1] == [
        "AWM713 The answer is 9 for each of the 2 instances of `price`."
    ]
    assert proof_of(task % "x.price > 2")[1] == []


@pytest.mark.parametrize(
    "answer",
    [
        "int = 3",
        "money = pen.price",
        "text = pen.name",
        "[text] = list(Item where .price > 5, .name)",
        "bool = true",
        "Colour = pen.colour",
    ],
)
def test_wrong_answers(answer: str) -> None:
    proof, found = proof_of(f'task it "Well?" {{ solution {{ list_items() }} answer: {answer} }}', WIDE)
    assert found == [] and proof.killed > 6


def test_an_answer_that_is_empty() -> None:
    _, found = proof_of(
        'task it "Well?" { solution { list_items() } answer: text = pen.name == "Cup" ?? "" }'.replace(
            'pen.name == "Cup" ?? ""', 'join(list(Item where .stock > 99, .name), "")'
        )
    )
    assert "AWM709 `it` is complete with an empty answer." in found


def test_what_is_accepted() -> None:
    open_task = f'task cups "Buy two cups." {{ {SOLUTION} expect exists(new Order where .item == cup and .quantity == 2) %s }}'
    _, found = proof_of(open_task % "")
    assert len(found) == 2
    proof, found = proof_of(open_task % 'accept order.note "Any." accept pay "Later."')
    assert found == [] and {f.accepted for f in proof.findings} == {"Any.", "Later."} and proof.accepted > 1
    assert proof.survived == 0 and proof.score == 1.0
    _, found = proof_of(open_task % 'accept order.note "Any."')
    assert len(found) == 1 and "without `pay`" in found[0]
    assert proof_of(open_task % 'accept "All."')[1] == []


def test_a_seed_gives_the_same_attempts() -> None:
    task = f'task cups "Buy." {{ {SOLUTION} expect exists(new Order where .item == cup) }}'
    one, other, third = (proof_of(task, WIDE, seed)[0] for seed in (1, 1, 2))
    assert one == other
    assert one != third


def test_the_work_is_bounded() -> None:
    proof, _ = proof_of(CLEAN, replace(QUICK, work=50))
    assert 0 < proof.tried < 6
