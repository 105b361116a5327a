"""What tools of the shipped specs are for, where neither a task nor a rule of theirs says it: a scene each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from awmlang.runtime import Environment
from awmlang.runtime.session import Session

COMPILED = Path(__file__).parents[2] / "compiled"


def session(name: str) -> Session:
    return Environment.load(COMPILED / name).session()


def value(session: Session, tool: str, **arguments: object) -> Any:
    result = session.call(tool, arguments)
    assert result.ok, result
    return result.value


def error(session: Session, tool: str, **arguments: object) -> str | None:
    result = session.call(tool, arguments)
    return result.error and result.error.code


def test_a_dish_that_is_in_the_cart_is_added_to() -> None:
    food = session("food_delivery")
    value(food, "add_to_cart", item_id=1, quantity=2)
    lines = value(food, "add_to_cart", item_id=1)["lines"]
    assert [line["quantity"] for line in lines] == [3]


def test_the_limit_of_a_day_is_for_all_that_is_sent() -> None:
    bank = session("retail_bank")
    sent = {"account_id": "LB10000000000011", "payee_id": 1, "amount": 900}
    assert [error(bank, "transfer", **sent) for _ in range(3)] == [None, None, "over_limit"]


def test_dollars_are_worth_less_than_euros() -> None:
    bank = session("retail_bank")
    quoted = value(bank, "quote_exchange", amount=400, **{"from": "USD", "to": "EUR"})
    assert quoted["gives"] == 339.07  # 400 / 1.1738, less half a percent


def test_a_payment_is_refunded_once() -> None:
    clinic = session("clinic")
    assert value(clinic, "refund_payment", payment_id=2, amount=30)["credit"] == 55
    assert error(clinic, "refund_payment", payment_id=2, amount=30) == "too_much"


def test_only_what_is_finished_is_done() -> None:
    tracker = session("project_tracker")
    assert value(tracker, "close_issue", issue_id="NL-004", resolution="wont_do")["status"] == "cancelled"


def test_declined_seats_cost_nothing() -> None:
    chat = session("team_chat")
    before = next(team for team in value(chat, "list_teams")["items"] if team["id"] == 2)
    decided = value(chat, "decide_app_request", request_id=3, approve=False, note="no")
    assert decided["team_app_cost"] == before["app_cost"]
    approved = value(chat, "decide_app_request", request_id=4, approve=True)
    assert approved["team_app_cost"] == before["app_cost"] + approved["yearly_cost"]


def test_a_cancelled_order_gives_its_stock_back() -> None:
    warehouse = session("warehouse")
    lines = value(warehouse, "get_order", order_id="SO-00005")["lines"]
    stock = lines[0]["allocations"][0]["stock"]["id"]

    def free() -> int:
        pages = [value(warehouse, "find_stock", page=page)["items"] for page in (1, 2, 3)]
        return next(row["free"] for rows in pages for row in rows if row["id"] == stock)

    kept = lines[0]["allocations"][0]["quantity"]
    before = free()
    value(warehouse, "cancel_order", order_id="SO-00005")
    assert free() == before + kept


def test_what_is_picked_has_left_its_bin() -> None:
    warehouse = session("warehouse")

    def quantity() -> int:
        pages = [value(warehouse, "find_stock", page=page)["items"] for page in (1, 2, 3)]
        return sum(row["quantity"] for rows in pages for row in rows)

    picks = value(warehouse, "get_pick_list", pick_list_id="PK-0002")["picks"]
    before = quantity()
    value(warehouse, "confirm_picks", pick_list_id="PK-0002")
    assert quantity() == before - sum(pick["quantity"] for pick in picks)


def test_the_cheapest_carrier_is_quoted_first() -> None:
    warehouse = session("warehouse")
    orders = value(warehouse, "search_orders", status="open")["items"]
    quotes = [value(warehouse, "quote_shipping", order_id=order["number"])["items"] for order in orders]
    costs = [[quote["cost"] for quote in quoted] for quoted in quotes]
    assert max(map(len, costs)) > 1
    assert all(each == sorted(each) for each in costs)
