"""Faults planted in a bundle are found, and shown with the fewest calls."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from awmlang import bundle
from awmlang.runtime import state
from tests.proving.conftest import COMPILED, altered, first_finding


class Planted(NamedTuple):
    """``before`` becomes ``after`` in tools.py; ``calls`` is how many a finding needs."""

    rule: str
    tool: str
    before: str
    after: str
    calls: int


FAULTS = {
    "an error is not rolled back": Planted(
        "atomic",
        "cancel_order",
        '    """Cancel an order that the kitchen has not started, and refund it."""\n',
        '    db.run("UPDATE user SET wallet = wallet + 1 WHERE id = :me", me=db.me)\n    db.commit()\n    db.begin()\n',
        1,
    ),
    "an access check is missing": Planted(
        "access",
        "get_order",
        '@tool(order=Ref(ORDER, name="order_id"))\ndef get_order',
        '@tool(order=Ref(ORDER, lifted=True, name="order_id"))\ndef get_order',
        1,
    ),
    "an access check is missing, and nothing is shown": Planted(
        "access",
        "checkout",
        '@tool(address=Ref(ADDRESS, name="address_id"), tip',
        '@tool(address=Ref(ADDRESS, lifted=True, name="address_id"), tip',
        2,
    ),
    "a list holds other people's rows": Planted(
        "access",
        "list_addresses",
        "      FROM address\n      JOIN user ON user.id = address.user\n      WHERE address.user = :me\n",
        "      FROM address\n      JOIN user ON user.id = address.user\n",
        1,
    ),
    "other people's rows are changed": Planted(
        "access",
        "checkout",
        "    db.run(CHECKOUT_UPDATE_ME,",
        "    db.run('UPDATE \"order\" SET tip = 1')\n    db.run(CHECKOUT_UPDATE_ME,",
        2,
    ),
    "a result has a wrong type": Planted(
        "schema",
        "checkout",
        "'paid', json(printf('%.2f', :due / 100.0))",
        "'paid', printf('%.2f', :due / 100.0)",
        2,
    ),
    "a bound of an argument is not kept": Planted(
        "schema", "add_to_cart", "quantity=Int(1, 20, default=1)", "quantity=Int(default=1)", 1
    ),
    "a read-only tool writes": Planted(
        "read-only",
        "get_menu",
        "    return db.value(GET_MENU_RESULT,",
        '    db.run("UPDATE restaurant SET rating = 0 WHERE id = :id", id=restaurant)\n'
        "    return db.value(GET_MENU_RESULT,",
        1,
    ),
    "an error is not declared": Planted(
        "outcome", "add_to_cart", 'ToolError("unavailable",', 'ToolError("not_there",', 1
    ),
    "the code fails": Planted("outcome", "checkout", "    due = db.value(", "    due = 1 // 0 or db.value(", 2),
    "an invariant is not asked": Planted(
        "rules",
        "checkout",
        "tip=Money(0, 5000, default=0), writes=True, invariants=(0,))\n"
        "def checkout(db, address, tip):\n",
        "tip=Money(0, 5000, default=0), writes=True)\n"
        "def checkout(db, address, tip):\n    address = None\n",
        2,
    ),
    "a flow is not kept to": Planted(
        "flow",
        "cancel_order",
        "    if not db.value(CANCEL_ORDER_REQUIRE,",
        '    db.run("UPDATE awm_clock SET now = NULL")\n    if False and not db.value(CANCEL_ORDER_REQUIRE,',
        1,
    ),
    "a result hangs on chance": Planted(
        "deterministic", "get_order", "  'id', order_.id,\n  'user', json_object('id', user.id, 'name', user.name),\n"
        "  'restaurant', json_object('id', restaurant.id, 'name', restaurant.name),\n  'address', (\n"
        "    SELECT address_2.id FROM address AS address_2 WHERE address_2.id = order_.address\n  ),\n",
        "  'id', order_.id,\n  'user', json_object('id', user.id, 'name', hex(randomblob(4))),\n"
        "  'restaurant', json_object('id', restaurant.id, 'name', restaurant.name),\n  'address', (\n"
        "    SELECT address_2.id FROM address AS address_2 WHERE address_2.id = order_.address\n  ),\n",
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = FAULTS[name]
    finding = first_finding(altered(fault.before, fault.after), monkeypatch)
    assert (finding.rule, finding.tool) == (fault.rule, fault.tool), finding
    assert len(finding.calls) == fault.calls, finding


def test_a_lost_counter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_sequences", lambda database: ())
    finding = first_finding(bundle.read(COMPILED / "food_delivery"), monkeypatch)
    assert finding.rule in ("restore", "deterministic")
    assert len(finding.calls) <= 3
