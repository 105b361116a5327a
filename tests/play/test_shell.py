"""The shell without a terminal: a session as it is shown, and what must hold whatever is typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awmlang.lowering.compile import Compiled
from awmlang.play.completion import complete
from awmlang.play.reading import is_open
from awmlang.play.shell import COMMANDS
from awmlang.runtime.environment import Environment
from tests.conftest import Golden
from tests.play.conftest import DEPOT, Play, compiled

SCRIPT = (DEPOT.parent / "golden/session.script").read_text(encoding="utf-8")


def test_a_session(play: Play, golden: Golden) -> None:
    golden("golden/session.txt", play.script(SCRIPT))
    assert play.shell.left


def test_every_command_is_in_the_session() -> None:
    assert {line.split()[0] for line in SCRIPT.splitlines() if line.split()} >= set(COMMANDS)


# ---- Calls


def test_a_call_is_made_alike_however_it_is_written(depot: Compiled, environment: Environment) -> None:
    hashes = set()
    for line in (
        'receive(due = "2025-06-02", lines = [{ part = bolt, count = 2 }])',
        'receive due="2025-06-02" lines=[{part="B-1" count=2}]',
        'receive due = "2025-06-02", lines = [{ part = bolt, count = 2 }]',
        'let d = receive(due = "2025-06-02", lines = [{ part = bolt, count = 2 }])',
        'let d = receive due="2025-06-02" lines=[{part=bolt count=2}]',
        'solution { receive(due = "2025-06-02", lines = [{ part = bolt, count = 2 }]) }',
    ):
        play = Play(depot, environment)
        assert "2025-06-02" in play(line)
        hashes.add(play.shell.session.state_hash())
    assert len(hashes) == 1


def test_a_result_can_be_used_by_its_name(play: Play) -> None:
    play('let d = receive(due = "2025-06-02", lines = [{ part = nut, count = 2 }])')
    play("find(query = d.lines[0].part.name)")
    assert "sent_back  true" in play("send_back(delivery = d.id)")
    assert "there is no idd in it" in play("send_back(delivery = d.idd)")
    assert "there is no such item in it" in play("find(query = d.lines[1].part.name)")
    assert "there is no such item in it" in play("find(query = d.lines[0.5].part.name)")
    play("undo")
    play("undo")
    play("undo")
    assert "no result or row with the name d" in play("send_back(delivery = d.id)")


def test_a_name_of_json_is_a_name_too(play: Play) -> None:
    assert "sent_back  true" in play("send_back(delivery_id = 1)")
    assert "given twice" in play("send_back(delivery_id = 1, delivery = 1)")
    assert play("save") == "solution { send_back(delivery = first) }\n"


def test_without_labels_keys_are_kept(depot: Compiled, environment: Environment) -> None:
    play = Play(depot, environment, labelled=False)
    play("send_back(delivery = 1)")
    assert play("save") == "solution { send_back(delivery = 1) }\n"


def test_what_other_people_own_is_not_found(play: Play) -> None:
    assert play("send_back(delivery = others)") == "not_found: There is no Delivery 2.\n"


def test_a_call_that_fails_changes_nothing_and_is_not_saved(play: Play) -> None:
    before = play.shell.session.state_hash()
    play("send_back(delivery = 99)")
    assert play.shell.session.state_hash() == before
    assert "no calls to save" in play("save")
    assert "send_back is taken back" in play("undo")


def test_undo_goes_back_call_by_call(play: Play) -> None:
    states = [(play.shell.session.state_hash(), play.shell.session.now)]
    for count in (1, 2, 3):
        play(f'receive(due = "2025-06-02", lines = [{{ part = bolt, count = {count} }}])')
        states.append((play.shell.session.state_hash(), play.shell.session.now))
    while states:
        assert (play.shell.session.state_hash(), play.shell.session.now) == states.pop()
        play("undo")


# ---- Saving


def test_what_is_saved_plays_the_same(play: Play, depot: Compiled, environment: Environment) -> None:
    play.script(SCRIPT.replace("reset\n", "undo\n"))
    again = Play(depot, environment)
    saved = play("save")
    assert saved.startswith("solution {")
    again(saved)
    assert again.shell.session.state_hash() == play.shell.session.state_hash()


def test_what_is_saved_is_a_solution_of_the_language(play: Play, tmp_path: Path) -> None:
    play('let d = receive due="2025-06-02" lines=[{part="B-1" count=2}]')
    play("send_back(delivery = 1)")
    play("send_back(delivery = d.id)")
    file = tmp_path / "solution.txt"
    assert play(f"save {file}") == f"wrote {file}\n"
    assert "File exists" in play(f"save {file}").replace("\n", " ")
    assert "cannot write" in play(f"save {tmp_path / 'none' / 'file'}")
    task = f'task played "Play." {{\n{file.read_text(encoding="utf-8")}}}\n'
    made = compiled(f"{DEPOT.read_text(encoding='utf-8')}\n{task}")
    entry = next(entry for entry in made.tasks if entry["id"] == "played")
    assert [call["tool"] for call in entry["solution"]] == ["receive", "send_back", "send_back"]


# ---- Whatever is typed

PIECES = sorted(
    {*re.findall(r"\w+|\S", SCRIPT), '"', '"""', "{", "\n", "é", "\x1b[2J", "\0", "let", "task", "#"}
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    | st.text(max_size=40)
)
def test_nothing_stops_the_shell_or_steers_the_terminal(play: Play, line: str) -> None:
    if line.split()[:1] != ["save"]:
        shown = play(line)
        assert "\x1b" not in shown and "\0" not in shown
    is_open(line)
    for choice in complete(play.shell, line):
        assert choice.replaced <= len(line)


def test_what_the_data_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    made = compiled(DEPOT.read_text(encoding="utf-8").replace("Axle", "\u202eAxle\u0085"))
    play = Play(made, Environment(made.files))
    for line in ("find()", 'find query="A"', "find(page = 2)", "total()"):
        assert "\u202e" not in play(line)
    assert "\\u{202e}Axle" in play("find(dear = true)")


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("", False),
        ("find(", True),
        ("find()", False),
        ('find(query = "(")', False),
        ('find(query = """a', True),
        ('find(query = """a""")', False),
        ("receive lines=[{", True),
        ("find())", False),
        ('find(query = "(', True),
    ],
)
def test_a_line_goes_on_while_a_bracket_is_open(text: str, opens: bool) -> None:
    assert is_open(text) is opens
