"""A small environment to write rules against, and what the analysis says of a spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from awmlang.diagnostics import Diagnostic, Source
from awmlang.semantics import model as m
from awmlang.semantics.analyze import analyze
from awmlang.syntax.parser import parse

HEAD = """
environment shop "A shop."
clock = "2025-06-02T09:00:00"
me: User = alice
enum Status { cart placed shipped cancelled }
enum Color { red green }
entity User {
  name: text
  wallet: money(0..) = 0
  nick: text?
  orders: [Order] via user
  show { id, name }
}
entity Item {
  code: text(/[A-Z]{3}/) key
  price: money(0.01..)
  color: Color = "red"
  weight: float(0..10)?
  stock: int(0..100) = 0
  tags: [text] = []
}
entity Order {
  user: User owner
  status: Status = "cart"
  placed_at: datetime?
  due: date?
  lines: [Line] via order
  total = sum(.lines, .item.price * .quantity)
  flow status {
    cart -> placed -> shipped
    placed -> cancelled when .placed_at != null else "too late"
  }
}
entity Line {
  order: Order owner cascade
  item: Item
  quantity: int(1..20)
}
data User (name, wallet) { alice = ("Alice", 80.00) bob = ("Bob", 5) }
data Item (code, price) { pen = ("PEN", 1.20) }
data Order (user) { order1 = (alice) }
"""


@dataclass(frozen=True)
class Found:
    """One finding: its code, the text it underlines, its message, its help, the text of its first edit."""

    code: str
    text: str
    message: str
    help: str | None
    edit: str | None


def findings(text: str) -> tuple[m.Model | None, list[Found]]:
    source = Source(0, "shop.awm", text)
    tree, problems = parse(source)
    model, more = analyze(tree, source)
    return model, [_found(source, d) for d in [*problems, *more]]


def _found(source: Source, d: Diagnostic) -> Found:
    edit = d.fixes[0].edits[0].text if d.fixes else None
    return Found(d.code.id, source.text[d.span.start : d.span.end], d.message, d.help, edit)


@pytest.fixture
def check() -> Callable[[str], list[Found]]:
    """``check(text)``: what is found in the small shop with ``text`` behind it."""
    return lambda text: findings(HEAD + text)[1]


@pytest.fixture
def whole() -> Callable[[str], list[Found]]:
    """``whole(text)``: what is found in a spec of one's own."""
    return lambda text: findings(text)[1]


@pytest.fixture
def model() -> Callable[[str], m.Model]:
    """``model(text)``: the model of the small shop with ``text`` behind it, which has no errors."""

    def analyzed(text: str) -> m.Model:
        model, found = findings(HEAD + text)
        assert model is not None, found
        return model

    return analyzed
