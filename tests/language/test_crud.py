"""The ordinary tools that ``crud`` writes."""

from __future__ import annotations

from .conftest import HEAD, environment, errors


def test_crud(shop) -> None:
    session = shop(
        "crud Order { list(status) get create update(due) delete } crud Item { create update list(color) }"
    )
    made = session.call("create_order", {"due": "2025-07-01"}).value
    assert made == {
        "id": 4, "user": {"id": 1, "name": "Alice"}, "status": "cart", "placed_at": None, "due": "2025-07-01", "rank": 0, "total": 0.0,
    }  # fmt: skip
    assert session.call("get_order", {"order_id": 4}).value == made
    assert session.call("update_order", {"order_id": 4, "due": "2025-07-02"}).value == made | {
        "due": "2025-07-02"
    }
    assert session.call("update_order", {"order_id": 4}).value["due"] == "2025-07-02"
    assert session.call("list_orders", {"status": "placed"}).value["total"] == 1
    assert session.call("delete_order", {"order_id": 1}).value == {"id": 1}
    assert list(session.diff()["Line"]["gone"]) == [1, 2]
    assert session.call("get_order", {"order_id": 1}).error.code == "not_found"
    assert session.call("create_item", {"code": "HAT", "name": "Hat", "price": 3}).value["color"] == "red"
    assert session.call("create_item", {"code": "HAT", "name": "Hut", "price": 3}).error.code == "constraint"
    assert session.call("update_item", {"item_id": "HAT", "tags": ["a"]}).value["tags"] == ["a"]
    assert session.call("list_items", {"color": "red"}).value["total"] == 2


def test_what_an_update_leaves_out_stays_and_null_is_null(shop) -> None:
    session = shop("crud User { update(nick, score, wallet) get }")
    call = lambda **given: session.call("update_user", {"user_id": 1, **given})  # noqa: E731
    assert call(score=5).value["nick"] == "Ally"
    assert call(wallet=3).value["score"] == 5
    assert session.call("get_user", {"user_id": 1}).value["wallet"] == 3.0
    assert call(wallet=-3).error.code in ("constraint", "invalid_argument")


def test_names_pages_and_descriptions() -> None:
    made = environment(
        HEAD + "entity Box { size: int } entity Category { name: text } entity TaxForm { year: int } "
        "crud Box { list get } crud Category { list create } crud TaxForm { list delete }"
    )
    tools = {tool["name"]: tool for tool in made.tools("mcp")}
    assert list(tools) == [
        "list_boxes",
        "get_box",
        "list_categories",
        "create_category",
        "list_tax_forms",
        "delete_tax_form",
    ]
    assert all(tool["description"] for tool in tools.values())
    assert {"page", "page_size"} <= set(tools["list_boxes"]["inputSchema"]["properties"])
    assert (
        tools["list_boxes"]["annotations"]["readOnlyHint"]
        and not tools["create_category"]["annotations"]["readOnlyHint"]
    )
    assert tools["delete_tax_form"]["annotations"]["destructiveHint"]
    assert not tools["create_category"]["annotations"]["destructiveHint"]


def test_what_crud_cannot_do() -> None:
    for text in (
        "crud Item { update(code) }",
        "crud Item { get(name) }",
        "crud Item { list(tags) }",
        "crud Item { list(nam) }",
    ):
        assert errors(HEAD + text), text
