"""``awmc test``: what it prints, and that what it prints can be replayed."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from awmlang import bundle
from tests.cli.conftest import invoke
from tests.proving.conftest import altered


def written(folder: Path, files: dict[str, bytes]) -> str:
    bundle.write(folder, files)
    return str(folder)


def test_nothing_is_found(starter: str) -> None:
    done = invoke("test", starter, "--budget", "200")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["reached", "of"]
    assert [line.rsplit(maxsplit=2)[0] for line in lines[1:6]] == [
        "tools",
        "errors",
        "branches",
        "flow arrows",
        "checks",
    ]
    assert lines[-1].startswith("200 calls in ")
    assert lines[-1].endswith(", nothing found")


def test_what_was_not_reached_is_listed(tmp_path: Path) -> None:
    folder = written(tmp_path / "b", altered("# What must hold", "# All that must hold"))
    done = invoke("test", folder, "--budget", "60", "--missing")
    assert "flow arrows not reached" in done.stdout
    assert "  Order.status: placed -> preparing, line 57\n    no tool sets it: it is left to the world\n" in (
        done.stdout
    )


def test_a_single_call_is_replayed_by_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = '@tool(order=Ref(ORDER, name="order_id"))\ndef get_order'
    folder = written(tmp_path / "b", altered(before, before.replace("ORDER,", "ORDER, lifted=True,")))
    monkeypatch.setattr("awmlang.proving.testing.MOST_FINDINGS", 1)
    done = invoke("test", folder, "--budget", "1000")
    assert done.exit_code == 1
    assert "get_order: it took Order " in done.stdout
    assert (
        "\n  against: nothing of a row that the user may not see is taken, shown or changed\n" in done.stdout
    )
    assert done.stdout.endswith(", 1 finding\n")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("awmc call"))
    again = invoke(*shlex.split(line)[1:])
    assert again.exit_code == 0
    assert json.loads(again.stdout)["user"]["name"] != "Alice Kim"


def test_a_sequence_is_replayed_by_play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = "    due = db.value("
    folder = written(tmp_path / "b", altered(before, "    due = 1 // 0 or db.value("))
    monkeypatch.setattr("awmlang.proving.testing.MOST_FINDINGS", 1)
    done = invoke("test", folder, "--budget", "1000", "--json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    (finding,) = report["findings"]
    assert (finding["rule"], finding["tool"]) == ("outcome", "checkout")
    assert [call["tool"] for call in finding["calls"]] == ["add_to_cart", "checkout"]
    command, script = finding["reproduction"].split(" <<'END'\n")
    again = invoke(*shlex.split(command)[1:], stdin=script.removesuffix("END"))
    assert again.exit_code == 0
    assert "internal: The environment failed at line 116 of its spec." in again.stdout


def test_a_bundle_without_a_contract(starter: str, tmp_path: Path) -> None:
    invoke("compile", starter, "-o", str(tmp_path / "out"))
    (tmp_path / "out/starter" / bundle.CONTRACT).unlink()
    done = invoke("test", str(tmp_path / "out/starter"))
    assert done.exit_code == 1
    assert "has no contract.json" in done.stderr


@pytest.mark.parametrize("budget", ["0", "-1", "x", "30h", "1.5s", ""])
def test_a_budget_that_is_none(starter: str, budget: str) -> None:
    done = invoke("test", starter, f"--budget={budget}")
    assert done.exit_code == 2
    assert "neither a number of calls nor a time" in done.stderr


def test_a_budget_of_time(starter: str) -> None:
    done = invoke("test", starter, "--budget", "1s", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["calls"] > 0


def test_pytest_runs_the_tests_of_a_bundle(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """As emitted, in a process of its own; and a bundle with a fault fails at the tool that has it."""
    import subprocess
    import sys

    root = pytestconfig.rootpath
    before = '@tool(order=Ref(ORDER, name="order_id"))\ndef get_order'
    faulty = written(tmp_path / "faulty", altered(before, before.replace("ORDER,", "ORDER, lifted=True,")))
    outcomes = {}
    for folder in (str(root / "compiled/food_delivery"), faulty):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"{folder}/test_tools.py"],
            cwd=root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        outcomes[folder] = done.stdout.strip().splitlines()[-1]
    fine, broken = outcomes.values()
    assert fine.startswith("12 passed")
    assert broken.startswith("1 failed, 11 passed")
