"""What contract.json says of tools: errors, flows, and whose rows they may show and change."""

from __future__ import annotations

from typing import Any

import pytest

from awmlang.diagnostics import Source
from awmlang.lowering.contract import contract
from awmlang.semantics.analyze import analyze
from awmlang.syntax.forms import parse

HEAD = """
environment shop "A shop."
clock = "2025-06-02T09:00:00"
me: User = ann
enum State { draft sent done }
entity User { name: text }
entity Box { user: User owner, name: text, next: Box?, lines: [Line] via box, show { id, name } }
entity Line { box: Box owner cascade, n: int = 1 }
entity Log { box: Box? clears, state: State = "draft"
  flow state { draft -> sent -> done } }
entity Note { access .to == me or .author == me, to: User, author: User, words: text }
function box_of(user: User): Box { return first(Box where .user == user) else none "None." }
"""

DATA = """
data User (name) { ann = ("Ann") }
data Box (user, name) { red = (ann, "red") }
task look "Look." { solution { look() } answer: int = 1 }
tool look() { "Look." return 1 }
"""


def promised(tool: str) -> dict[str, Any]:
    source = Source(0, "shop.awm", f"{HEAD}{tool}{DATA}")
    spec, found = parse(source)
    assert not [each for each in found if each.is_error], found
    model, found = analyze(spec, source)
    assert model is not None, found
    made: dict[str, Any] = contract(model, source)
    (first, _) = made["tools"]
    return {**made, "tool": first}


@pytest.mark.parametrize(
    ("body", "beyond"),
    [
        ("return my Box { id }", []),
        ("return Box where .user == me { id }", []),
        ("return Box where me == .user { id }", []),
        ("return box_of(me)", []),
        ("return count(Box)", []),
        ("require exists(Box where .name == \"x\") else no \"No.\" return 1", []),
        ("return Box { id }", ["Box"]),
        ('return Box where .name == "x" { id }', ["Box"]),
        ("return first(my Box) else no \"No.\" { id, next }", ["Box"]),
        ("let u = first(User) else no \"No.\" return box_of(u)", ["Box"]),
        ("let b = first(my Box) else no \"No.\" return b { id, lines { id } }", []),
        ("let b = first(Box) else no \"No.\" return b { id, lines { id } }", ["Box", "Line"]),
        ("return Line { id, box { id } }", ["Box", "Line"]),
        ("return my Line { id, box { id } }", []),
        ("delete my Box", []),
        ("delete Box", ["Box", "Line"]),
        ('create Box { user = me, name = "x" }', []),
        ('let u = first(User) else no "No." create Box { user = u, name = "x" }', ["Box"]),
        ('create Note { to = me, author = me, words = "x" }', ["Note"]),
        ("return my Note { id, words }", []),
        ("return Note where .to == me { id }", ["Note"]),
    ],
)  # fmt: skip
def test_whose_rows_a_tool_may_reach(body: str, beyond: list[str]) -> None:
    assert promised(f'tool try_it() {{ "Try it." {body} }}')["tool"]["beyond"] == beyond


def test_a_parameter_is_held_to_access_unless_lifted() -> None:
    tool = promised(
        'tool try_it(box: Box, any_box: any Box, user: User, more: [{ line: Line? }]) { "Try it." return box.id }'
    )["tool"]
    assert tool["takes"] == {"box_id": "Box", "more[].line_id": "Line"}
    assert tool["beyond"] == ["Box"]


@pytest.mark.parametrize(
    ("body", "shows"),
    [
        ("return my Box { id, name }", {"items[].id": "Box"}),
        ("return my Box { id, user, box = .id }", {"items[].id": "Box", "items[].box": "Box"}),
        ("return my Box paged 10 { id, lines { id } }", {"items[].id": "Box", "items[].lines[].id": "Line"}),
        ("return box_of(me) { next }", {"next.id": "Box"}),
        ("return count(my Box)", {}),
        ("return box_of(me).id", {"value": "Box"}),
        ("if 1 == 1 { return { n = box_of(me).id } } return { n = 2 }", {}),
    ],
)
def test_where_keys_are_shown(body: str, shows: dict[str, str]) -> None:
    assert promised(f'tool try_it() {{ "Try it." {body} }}')["tool"]["shows"] == shows


def test_arrows_know_who_takes_them() -> None:
    made = promised(
        'function send(log: Log) { update log { state = "sent" } }\n'
        'tool try_it(log: Log) { "Try it." send(log) return log { id } }'
    )
    assert [(a["source"], a["target"], a["tools"]) for a in made["flows"]] == [
        ("draft", "sent", ["try_it"]),
        ("sent", "done", []),
    ]
    assert {a["line"] for a in made["flows"]} == {10}
    assert made["tool"]["writes"] == ["Log"]
    assert made["tool"]["sets"] == ["Log.state"]
    assert set(made["access"]) == {"Box", "Line", "Note"}
    assert made["access"]["Box"] == "SELECT 1 FROM box WHERE id = :key AND user = :me"


def test_errors_are_those_of_the_body_and_its_functions() -> None:
    tool = promised('tool try_it() { "Try it." require 1 == 2 else never "No." return box_of(me) { id } }')[
        "tool"
    ]
    assert tool["errors"] == ["never", "none"]
