"""Property tests of clinic, for pytest. Made by awmc from clinic.awm."""

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

TOOLS = [
    "search_doctors",
    "get_opening_hours",
    "find_slots",
    "next_available",
    "open_slots",
    "book_appointment",
    "confirm_appointment",
    "reschedule_appointment",
    "cancel_appointment",
    "check_in",
    "block_days",
    "join_waiting_list",
    "leave_waiting_list",
    "waiting_times",
    "record_visit",
    "list_visits",
    "health_record",
    "prescribe",
    "check_interactions",
    "list_prescriptions",
    "renew_prescription",
    "expire_prescriptions",
    "find_pharmacies",
    "order_medicines",
    "cancel_medicine_order",
    "collect_order",
    "restock",
    "low_stock",
    "top_drugs",
    "estimate_copay",
    "get_invoice",
    "pay_invoice",
    "refund_payment",
    "statement",
    "spending_by_kind",
    "overdue_report",
    "send_due_reminders",
    "add_reminder",
    "list_appointments",
    "get_appointment",
    "list_invoices",
    "list_reminders",
    "delete_reminder",
    "list_pharmacies",
    "get_pharmacy",
    "get_insurance_plan",
]


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls=4600)


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
