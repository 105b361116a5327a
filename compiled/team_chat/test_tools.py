"""Property tests of team_chat, for pytest. Made by awmc from team_chat.awm."""

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

TOOLS = [
    "who_am_i",
    "search_people",
    "get_person",
    "list_teams",
    "list_quiet_hours",
    "set_quiet_hours",
    "clear_quiet_hours",
    "search_channels",
    "get_channel",
    "create_channel",
    "update_channel",
    "archive_channel",
    "add_members",
    "mark_read",
    "unread_summary",
    "read_channel",
    "get_message",
    "search_messages",
    "post_message",
    "reply",
    "direct_message",
    "edit_message",
    "delete_message",
    "add_reaction",
    "pin_message",
    "unpin_message",
    "save_message",
    "list_saved_items",
    "list_reminders",
    "delete_reminder",
    "create_reminder",
    "schedule_message",
    "list_scheduled",
    "change_scheduled",
    "cancel_scheduled",
    "search_files",
    "create_poll",
    "get_poll",
    "vote",
    "close_poll",
    "who_is_on_call",
    "list_shifts",
    "swap_shifts",
    "on_call_load",
    "list_subscriptions",
    "list_app_requests",
    "decide_app_request",
    "top_posters",
]


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls=4800)


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
