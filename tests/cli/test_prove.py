"""``awmc prove``: the rewards of a spec, under attack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import invoke

FEW = ("--walks", "1", "--calls", "2")


@pytest.fixture
def weak(starter: str) -> str:
    """The path of a spec in which the milk is as good as the bank."""
    path = Path(starter)
    text = path.read_text("utf-8")
    assert text.count("expect milk.is_done") == 1
    path.write_text(
        text.replace("expect milk.is_done", "allow Item expect exists(changed Item)"), encoding="utf-8"
    )
    return starter


def test_a_table(starter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")  # in which nothing is cut all the same
    done = invoke("prove", starter, *FEW)
    assert done.exit_code == 0 and done.stderr == ""
    head, total, *rows = (line.split() for line in done.stdout.splitlines())
    assert head == ["task", "instances", "tried", "equal", "killed", "accepted", "survived", "score"]
    assert total[0] == "starter" and total[-1] == "1.0000"
    assert [row[0] for row in rows if row] == ["got_milk", "what_is_left"]


def test_what_survives_is_told(weak: str) -> None:
    done = invoke("prove", weak, *FEW)
    assert done.exit_code == 1
    assert "warning[AWM708]: `got_milk` is complete with `item_id = 3` in `finish_item`" in done.stdout
    assert "No check sees that Item 1: is_done is false, not true; Item 3: is_done is true" in done.stdout


def test_what_is_accepted_is_told_with_its_reason(weak: str) -> None:
    text = Path(weak).read_text("utf-8")
    Path(weak).write_text(text.replace("allow Item", 'allow Item accept "Either."'), encoding="utf-8")
    done = invoke("prove", weak, *FEW)
    assert done.exit_code == 0
    assert (
        "got_milk: `got_milk` is complete with `item_id = 3` in `finish_item` in place of 1. Accepted: Either."
        in done.stdout
    )


def test_records_for_programs(weak: str) -> None:
    done = invoke("prove", weak, *FEW, "--json")
    assert done.exit_code == 1
    one, other = json.loads(done.stdout)
    assert (one["environment"], one["task"], one["instances"]) == ("starter", "got_milk", 1)
    assert one["tried"] == one["killed"] + one["equivalent"] + one["accepted"] + one["survived"]
    assert one["score"] < 1 == other["score"]
    finding = one["findings"][0]
    assert finding["code"] == "AWM708" and finding["accepted"] is None and finding["unseen"]
    assert finding["calls"] == [{"tool": "finish_item", "arguments": {"item_id": 3}}]


def test_the_seed_is_that_of_the_attacks(starter: str) -> None:
    one, other = (invoke("prove", starter, *FEW, "--json", "--seed", "3").stdout for _ in range(2))
    assert one == other


def test_a_spec_that_does_not_compile(broken: str) -> None:
    done = invoke("prove", broken)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "titel" in done.stderr


def test_compiling_tries_mutations(weak: str, tmp_path: Path) -> None:
    done = invoke("compile", weak, "-o", str(tmp_path / "out"))
    assert done.exit_code == 0 and "AWM708" in done.stderr
    done = invoke("compile", weak, "-o", str(tmp_path / "out"), "--no-proofs")
    assert done.exit_code == 0 and done.stderr == ""
    assert "AWM708" in invoke("check", weak).stdout
