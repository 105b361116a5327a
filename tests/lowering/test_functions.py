"""Pure functions inside a query: what they are given is read where it is."""

from __future__ import annotations

from awmlang.diagnostics import Source
from awmlang.lowering.rules import rules
from awmlang.lowering.tools import tools_py
from tests.lowering.worlds import HEAD, model_of

SPEC = """
entity Item { name: text price: money pack: int(1..) = 1 offer: Item? breaks: [Break] via item half = .price / 2 }
entity Break { item: Item from: int price: money }
function price_of(i: Item, n: int): money { return first(i.breaks where .from <= n sort .from desc).price ?? i.price }
function packs(i: Item, n: int): int { let size = i.pack return ceil(n / size) * size }
function cheapest(i: Item, n: int): money {
  let low = first(i.breaks sort .price)
  if low != null { return least(low.price, price_of(i, packs(i, n))) }
  return i.half
}
"""


def selects(query: str) -> int:
    """How many SELECTs the tool makes that returns the query."""
    text = f'{SPEC} tool t(n: int, given: Item) {{ "T." return {query} }}'
    model = model_of(text)
    code = tools_py(model, Source(0, "shop.awm", HEAD + text), rules(model))
    return code[code.index("T_RESULT") :].count("SELECT")


def test_a_function_of_the_row_at_hand_reads_its_columns() -> None:
    assert selects("Item as i { n = packs(i, n) }") == selects("Item as i { n = ceil(n / i.pack) * i.pack }")
    assert selects("Item as i { p = price_of(i, packs(i, n)) }") == selects(
        "Item as i { p = first(i.breaks where .from <= ceil(n / i.pack) * i.pack sort .from desc).price ?? i.price }"
    )


def test_so_does_one_of_a_row_that_a_local_holds() -> None:
    assert selects("{ n = packs(given, n) }") == selects("{ n = ceil(n / given.pack) * given.pack }")


def test_a_field_of_a_found_row_is_read_where_it_is_found() -> None:
    # One SELECT to ask whether there is such a row, one for its price, one for that of the packs.
    assert selects("Item as i { p = cheapest(i, n) }") - selects("Item as i { p = i.half }") == 3
