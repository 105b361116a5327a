"""What is offered where."""

from __future__ import annotations

import pytest

from awmlang.play.completion import complete
from awmlang.play.shell import COMMANDS
from tests.play.conftest import Play

TOOLS = ["find(", "receive(", "send_back(", "parts_of(", "total()"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", [*TOOLS, *COMMANDS]),
        ("se", ["send_back(", "reset"]),
        ("sav", ["save"]),
        ("back", ["send_back("]),
        ("let x = ", TOOLS),
        ("let x = re", ["receive("]),
        ("total() ", TOOLS),
        ("help re", ["receive", "reset"]),
        ("task ", ["two_axles", "each_part[1]", "each_part[2]"]),
        ("diff ", []),
        ("find(", ["place = ", "query = ", "dear = ", "page = ", "page_size = "]),
        ("find(pa", ["page = ", "page_size = "]),
        ('find(place = "hall", ', ["query = ", "dear = ", "page = ", "page_size = "]),
        ("find(place = ", ['"cold store"', '"hall"', '"yard"']),
        ('find(place = "co', ['"cold store"']),
        ("find(place = ya", ['"yard"']),
        ("find(dear = ", ["true", "false"]),
        ("find(query = ", []),
        ('find(place = "hall"', []),
        ("find place", ["place = "]),
        ("find dear=true ", ["place = ", "query = ", "page = ", "page_size = "]),
        ("find dear=", ["true", "false"]),
        ("receive(due = ", ['"2025-06-02"']),
        ("receive(checked_at = ", ['"2025-06-02T09:00:00"']),
        ("receive(lines = ", ["["]),
        ("receive(lines = [", ["{ "]),
        ("receive(lines = [{ ", ["part = ", "count = "]),
        ("receive(lines = [{ part = bolt, ", ["count = "]),
        ("receive(lines = [{ part = bolt ", ["count = "]),
        ("receive(lines = [{ part = ", ["bolt", "nut", '"X-1"']),
        ("receive(lines = [{ part = b", ["bolt"]),
        ("receive(lines = [{ part = ax", ['"X-1"']),
        ('receive(lines = [{ part = "B', ["bolt"]),
        ("receive(lines = [{ part = bolt, count = 1 }, ", ["{ "]),
        ("receive(lines = [{ part = bolt, count = 1 }], ", ["due = ", "checked_at = "]),
        ("parts_of(parts = [bolt, ", ["bolt", "nut", '"X-1"']),
        ("let d = send_back delivery=", ["first"]),
        ("send_back(delivery = ", ["first"]),
        ("frob(", []),
        ("find((", []),
        ("find(place = [", []),
    ],
)
def test_choices(play: Play, before: str, expected: list[str]) -> None:
    assert [choice.text for choice in complete(play.shell, before)] == expected


def test_a_choice_takes_the_place_of_what_was_begun(play: Play) -> None:
    (choice,) = complete(play.shell, 'find(place = "co')
    assert choice.replaced == len('"co')
    (choice,) = complete(play.shell, "receive(lines = [{ part = ax")
    assert (choice.replaced, choice.about) == (2, "Axle")


def test_rows_are_those_of_now(play: Play) -> None:
    play('receive(due = "2025-06-02", lines = [{ part = bolt, count = 2 }])')
    play("send_back(delivery = first)")
    assert [choice.text for choice in complete(play.shell, "send_back(delivery = ")] == ["3"]
