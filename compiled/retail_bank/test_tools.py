"""Property tests of retail_bank, for pytest. Made by awmc from retail_bank.awm."""

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

TOOLS = [
    "list_accounts",
    "get_account",
    "open_account",
    "move_money",
    "quote_exchange",
    "exchange_money",
    "close_account",
    "search_entries",
    "statement",
    "list_categories",
    "set_category",
    "set_rule",
    "spending_by_category",
    "top_counterparties",
    "search_payees",
    "add_payee",
    "remove_payee",
    "transfer",
    "list_transfers",
    "cancel_transfer",
    "list_standing_orders",
    "create_standing_order",
    "change_standing_order",
    "end_standing_order",
    "upcoming_payments",
    "list_mandates",
    "return_debit",
    "revoke_mandate",
    "list_cards",
    "search_card_payments",
    "block_card",
    "set_card_limits",
    "dispute_payment",
    "list_pots",
    "create_pot",
    "fill_pot",
    "take_from_pot",
    "get_loan",
    "list_loans",
    "repay_extra",
    "find_meeting_times",
    "book_meeting",
    "list_messages",
    "list_meetings",
    "delete_meeting",
    "list_branches",
    "list_products",
]


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls=4700)


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
