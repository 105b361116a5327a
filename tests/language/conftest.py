"""Environments made of a few lines, run as compiled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from awmlang.diagnostics import Source
from awmlang.lowering.compile import compile_model
from awmlang.runtime.environment import Environment
from awmlang.runtime.session import Session
from awmlang.semantics.analyze import analyze
from awmlang.syntax.parser import parse

HEAD = """
environment shop "A shop."
clock = "2025-06-02T09:00:00"
me: User = alice
enum Status { cart placed shipped cancelled }
enum Color { red green blue }
entity User {
  name: text
  wallet: money(0..) = 0
  nick: text?
  score: int?
  rate: float = 0
  orders: [Order] via user
  show { id, name }
}
entity Item {
  code: text key
  name: text unique
  price: money(0..)
  color: Color = "red"
  tags: [text] = []
}
entity Order {
  user: User owner
  status: Status = "cart"
  placed_at: datetime?
  due: date?
  rank: int = 0
  lines: [Line] via order
  total = sum(.lines, .item.price * .quantity)
  flow status {
    cart -> placed -> shipped
    placed -> cancelled when .rank < 3 else "too late"
  }
  check .status == "cart" or .placed_at != null "a placed order knows when"
}
entity Line {
  order: Order owner cascade
  item: Item
  quantity: int(1..20)
  check unique(.order, .item) "an item once an order"
}
data User (name, wallet, nick, score) {
  alice = ("Alice", 80.00, "Ally", 3) bob = ("bob", 5, null, null) carl = ("Carl", 0.35, "cc", 1) dora = ("Ähre", 1, null, 3)
}
data Item (code, name, price, color, tags) {
  pen = ("PEN", "Pen", 1.20, "green", ["blue", "new"]) ink = ("INK", "ink", 2.00, "red", []) cap = ("CAP", "Straße", 0.10, "blue", ["new"])
}
data Order (user, status, placed_at, due, rank) {
  o1 = (alice, "cart", null, "2025-06-10", 2) o2 = (alice, "placed", "2025-06-01T10:00:00", null, 1) o3 = (bob, "placed", "2025-05-31T23:30:00", "2025-06-03", 5)
}
data Line (order, item, quantity) { (o1, pen, 3) (o1, ink, 1) (o2, cap, 20) (o3, pen, 1) }
"""


def environment(text: str, **more: Any) -> Environment:
    """The environment of a spec that has no errors; ``more`` goes to ``compile_model``."""
    source = Source(0, "shop.awm", text)
    tree, problems = parse(source)
    model, found = analyze(tree, source)
    wrong = [d for d in [*problems, *found] if d.is_error]
    assert model is not None and not wrong, wrong
    compiled, found = compile_model(model, source=source, **{"spec_dir": Path(), **more})
    assert compiled is not None, found
    return Environment(compiled.files)


def errors(text: str, **more: Any) -> list[str]:
    """What is wrong with a spec, by code, wherever it is found."""
    source = Source(0, "shop.awm", text)
    tree, problems = parse(source)
    model, found = analyze(tree, source)
    if model is not None and not any(d.is_error for d in found):
        _, found = compile_model(model, source=source, **{"spec_dir": Path(), **more})
    return [d.code.id for d in [*problems, *found] if d.is_error]


@pytest.fixture
def shop() -> Callable[[str], Session]:
    """``shop(text)``: a session of the small shop with ``text`` behind it."""
    return lambda text: environment(HEAD + text).session()


@pytest.fixture
def run(shop: Callable[[str], Session]) -> Callable[..., Any]:
    """``run("statements", parameters="n: int", n=3)``: how a call of a tool of these statements ends.

    Its value, or its error's code. ``more`` is declared beside it.
    """

    def call(body: str, parameters: str = "", more: str = "", **arguments: object) -> Any:
        result = shop(f'{more} tool run({parameters}) {{ "Run." {body} }}').call("run", arguments)
        return result.value if result.ok else result.error.code

    return call


PARAMETERS = (
    'a: int = 7, b: int = 2, c: int = 0, x: float = 0.5, p: money = 10.01, s: text = "Ab", '
    'maybe: int?, price: money?, word: text?, status: Status = "placed", no_status: Status?, '
    'day: date = "2025-01-31", at: datetime = "2025-01-31T10:00:00", clock_: time = "10:30:00", xs: [int] = [3, 1, 2]'
)


@pytest.fixture
def value() -> Callable[..., Any]:
    """``value("1 + 1")``: what an expression comes to, over the tool's ``PARAMETERS``; the code of its error.

    It must be the same wherever it is worked out: alone; beside what is read of a row, so that the database does it;
    and out of a name.
    """

    def work_out(expression: str, more: str = "", **arguments: object) -> Any:
        tools = {
            "alone": f"return {{ value = {expression} }}",
            "beside": f"return {{ value = if me.wallet > 0 then ({expression}) else ({expression}) }}",
            "kept": f"let kept = {expression} return {{ value = kept }}",
        }
        declared = "".join(f'tool {name}({PARAMETERS}) {{ "T." {body} }} ' for name, body in tools.items())
        made = environment(HEAD + more + declared)
        results = {name: made.session().call(name, arguments) for name in tools}
        found = {name: r.value["value"] if r.ok else r.error.code for name, r in results.items()}
        assert found["beside"] == found["kept"] == found["alone"], found
        assert json.dumps(found["beside"]) == json.dumps(found["alone"]), found
        return found["alone"]

    return work_out
