"""Property tests of food_delivery, for pytest. Made by awmc from food_delivery.awm."""

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

TOOLS = [
    "search_restaurants",
    "get_menu",
    "add_to_cart",
    "checkout",
    "cancel_order",
    "list_addresses",
    "get_address",
    "create_address",
    "update_address",
    "delete_address",
    "list_orders",
    "get_order",
]


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls=1200)


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
