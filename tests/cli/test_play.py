"""``awmc play``: scripts from stdin. The shell itself is tested in tests/play."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Awmc, invoke


def test_a_script_is_played(starter: str) -> None:
    done = invoke("play", starter, "--task", "got_milk", stdin="finish_item(item = milk)\ngrade\nsave")
    assert done.exit_code == 0
    assert done.stdout.startswith("starter got_milk> finish_item(item = milk)\nid       1")
    assert "complete, reward 1.00" in done.stdout
    assert done.stdout.endswith("solution { finish_item(item = milk) }\n")


def test_a_bundle_can_be_played(starter: str, tmp_path: Path) -> None:
    invoke("compile", starter, "--out", tmp_path)
    done = invoke("play", tmp_path / "starter", stdin="finish_item item_id=1\nsave\n")
    assert done.exit_code == 0
    assert done.stdout.endswith("solution { finish_item(item = 1) }\n")


def test_lines_that_are_not_understood(starter: str) -> None:
    assert invoke("play", starter, stdin="frob()\n").exit_code == 1
    assert invoke("play", starter, stdin="finish_item(item = 99)\n").exit_code == 0
    done = invoke("play", starter, stdin="finish_item(\n")
    assert done.exit_code == 1
    assert "error: " in done.stdout


def test_bytes_that_are_no_text(awmc: Awmc, starter: str) -> None:
    done = awmc("play", starter, stdin=b"find\xff\xfe\n\x1b[2J\n")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stdout


def test_what_cannot_be_played(starter: str, broken: str) -> None:
    assert "has no task" in invoke("play", starter, "--task", "none").stderr
    assert invoke("play", broken).exit_code == 1
    assert invoke("play", "-").exit_code == 2
