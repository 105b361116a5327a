"""Property tests of warehouse, for pytest. Made by awmc from warehouse.awm."""

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

TOOLS = [
    "search_products",
    "get_product",
    "find_stock",
    "find_bins",
    "move_stock",
    "block_lot",
    "scrap_stock",
    "list_movements",
    "search_suppliers",
    "quote_purchase",
    "add_to_purchase",
    "remove_purchase_line",
    "send_purchase",
    "search_purchases",
    "get_purchase",
    "receive_goods",
    "search_customers",
    "search_orders",
    "get_order",
    "create_order",
    "change_line",
    "cancel_order",
    "allocate_order",
    "search_workers",
    "create_pick_list",
    "get_pick_list",
    "list_pick_lists",
    "confirm_picks",
    "quote_shipping",
    "ship_order",
    "announce_return",
    "search_returns",
    "receive_return",
    "open_count",
    "list_counts",
    "record_count",
    "approve_count",
    "list_dock_bookings",
    "find_dock_times",
    "book_dock",
    "cancel_dock_booking",
    "stock_value",
    "best_sellers",
    "carrier_costs",
]


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls=4400)


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
