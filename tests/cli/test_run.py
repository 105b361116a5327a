"""``awmc run``: the solutions, replayed."""

from __future__ import annotations

import json
from pathlib import Path

from awmlang import bundle
from tests.cli.conftest import invoke


def test_every_task_is_complete(starter: str) -> None:
    done = invoke("run", starter)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["task", "calls", "reward", "time"]
    assert lines[1].split()[:3] == ["got_milk", "1", "1.00"]
    assert lines[-1] == "2 of 2 tasks complete, 2 calls"


def test_records_for_programs(starter: str) -> None:
    done = invoke("run", starter, "--json")
    records = json.loads(done.stdout)
    assert [(r["task"], r["calls"], r["reward"], r["complete"], r["why"]) for r in records] == [
        ("got_milk", 1, 1.0, True, ""),
        ("what_is_left", 1, 1.0, True, ""),
    ]


def test_a_bundle_whose_solution_no_longer_works(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    invoke("compile", starter, "-o", str(out))
    assert invoke("run", str(out / "starter")).exit_code == 0
    tasks = out / "starter" / bundle.TASKS
    tasks.write_text(tasks.read_text("utf-8").replace('"item_id": 1', '"item_id": 2'), encoding="utf-8")
    done = invoke("run", str(out / "starter"))
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-2:] == [
        "1 of 2 tasks complete, 2 calls",
        "got_milk: finish_item: already_done: Call the bank is done already.",
    ]


def test_a_spec_that_does_not_compile(broken: str) -> None:
    done = invoke("run", broken)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "titel" in done.stderr
