"""Property tests of project_tracker, for pytest. Made by awmc from project_tracker.awm."""

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

TOOLS = [
    "search_issues",
    "get_issue",
    "my_work",
    "list_projects",
    "list_people",
    "create_issue",
    "update_issue",
    "assign_issue",
    "move_issue",
    "close_issue",
    "reopen_issue",
    "split_issue",
    "move_to_project",
    "label_issue",
    "block_issue",
    "comment_on",
    "plan_sprint",
    "add_to_sprint",
    "start_sprint",
    "close_sprint",
    "sprint_report",
    "postpone_milestone",
    "log_time",
    "correct_time",
    "my_week",
    "submit_timesheet",
    "list_timesheets",
    "review_timesheet",
    "time_report",
    "submit_expense",
    "list_expenses",
    "review_expense",
    "budget_status",
    "draft_invoice",
    "send_invoice",
    "record_payment",
    "void_invoice",
    "client_statement",
    "workload",
    "request_days_off",
    "mark_read",
    "list_notifications",
    "list_milestones",
    "list_labels",
    "delete_label",
]


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls=4500)


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
