"""``awmc rollout`` and ``awmc report``."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from awmlang.cli import extras
from tests.cli.conftest import STARTER, invoke
from tests.conftest import Golden
from tests.stand_in import Reply, StandIn, calls, in_turn, refuses, says


def test_the_reference_agent_plays_a_spec(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = invoke("rollout", starter, "--agent", "reference", "--out", out, "-k", "3")
    assert (done.exit_code, done.stdout) == (0, "6 of 6 complete, mean reward 1.00\n")
    again = invoke("rollout", starter, "--agent", "reference", "--out", out, "-k", "4")
    assert again.stdout == "2 of 2 complete, mean reward 1.00; 6 were there already\n"
    assert invoke("report", out).exit_code == 0


def test_a_report(starter: str, tmp_path: Path, golden: Golden) -> None:
    invoke("rollout", starter, "--agent", "random", "--out", tmp_path, "-k", "4", "--seed", "3")
    done = invoke("report", tmp_path)
    assert done.exit_code == 0
    golden("golden/report.txt", re.sub(r"\d+\.\d\d$", "0.00", done.stdout, flags=re.MULTILINE))
    found = json.loads(invoke("report", tmp_path, "--json").stdout)
    assert found["total"]["episodes"] == 8
    assert list(found["total"]["pass@k"]) == ["1", "2", "3", "4"]


def test_a_report_by_sql(starter: str, tmp_path: Path) -> None:
    invoke("rollout", starter, "--agent", "reference", "--out", tmp_path)
    asked = "select task, reward, null as x from episodes order by task limit 1"
    done = invoke("report", tmp_path, "--sql", asked)
    assert [line.split() for line in done.stdout.splitlines()] == [["task", "reward", "x"], ["got_milk", "1"]]
    done = invoke("report", tmp_path, "--sql", asked, "--json")
    assert json.loads(done.stdout) == [{"task": "got_milk", "reward": 1.0, "x": None}]
    assert "reasoning_content" in invoke("report", tmp_path, "--views").stdout
    bad = invoke("report", tmp_path, "--sql", "select nothing")
    assert bad.exit_code == 1
    assert "--views lists" in bad.stderr


def test_what_is_no_run(tmp_path: Path) -> None:
    for arguments in ([], ["--sql", "select 1"], ["--json"]):
        done = invoke("report", tmp_path / "none", *arguments)
        assert done.exit_code == 1
        assert "is no run" in done.stderr


def test_a_model_plays(starter: str, tmp_path: Path) -> None:
    def handle(request: dict) -> Reply:  # type: ignore[type-arg]
        if request["messages"][-1]["role"] == "tool" or "milk" not in request["messages"][1]["content"]:
            return says("Done.")
        return calls(("finish_item", {"item_id": 1}))

    with StandIn(handle) as endpoint:
        done = invoke(
            *("rollout", starter, "--model", "m", "--base-url", endpoint.url, "--out", tmp_path),
            *("--task", "got_milk", "--param", "temperature=0", "--price-out", "2", "-k", "2"),
        )
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "2 of 2 complete, mean reward 1.00, 60 tokens, cost 0.0000\n"
    assert {request["temperature"] for request in endpoint.requests} == {0}
    assert "written, cost" in invoke("report", tmp_path).stdout


def test_a_user_and_a_judge(tmp_path: Path) -> None:
    spec = tmp_path / "talk.awm"
    task = 'task talk "Hello." { expect unchanged user "You like tea." judge "It is polite." }'
    spec.write_text(STARTER.replace("task what_is_left", f"{task}\n\ntask what_is_left"))

    def handle(request: dict) -> Reply:  # type: ignore[type-arg]
        replies = {"u": "Tea, please. ###DONE###", "j": '{"holds": true}', "m": "What would you like?"}
        return says(replies[request["model"]])

    def play(*others: str) -> str:
        with StandIn(handle) as endpoint:
            done = invoke(
                *("rollout", spec, "--model", "m", "--base-url", endpoint.url, "--task", "talk"),
                *("--out", tmp_path / f"run{len(others)}", *others),
            )
        assert done.exit_code == 0, done.stderr
        return done.stderr

    assert "tasks with a script for a user: 1;" in play()
    assert play("--user-model", "u", "--judge-model", "j") == ""
    assert "1 holds, 0 does not hold, 0 not judged" in invoke("report", tmp_path / "run4").stdout


def test_progress_on_a_terminal(starter: str, tmp_path: Path) -> None:
    command = [
        "-c",
        "from awmlang.cli import main; main()",
        "rollout",
        starter,
        "--agent",
        "nothing",
        "--out",
        "x",
    ]
    terminal = pexpect.spawn(sys.executable, command, cwd=str(tmp_path), encoding="utf-8", timeout=60)
    terminal.expect("2/2")
    terminal.expect("0 of 2 complete, mean reward 0.00")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_interruption(starter: str, tmp_path: Path) -> None:
    with StandIn(in_turn(Reply({}, delay=60))) as endpoint:
        command = ["rollout", starter, "--model", "m", "--base-url", endpoint.url, "--out", "x"]
        with subprocess.Popen(
            [sys.executable, "-c", "from awmlang.cli import main; main()", *command],
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        ) as process:
            while not endpoint.requests:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            assert process.stderr
            assert "error: interrupted; episodes that are kept: 0" in process.stderr.read()
    assert process.returncode == 1


def test_episodes_that_are_missing(starter: str, tmp_path: Path) -> None:
    command = ("rollout", starter, "--model", "m", "--out", tmp_path, "--task", "got_milk", "--requests", "1")
    with StandIn(in_turn(refuses(500, "down"))) as endpoint:
        done = invoke(*command, "--base-url", endpoint.url)
    assert done.exit_code == 1
    assert "500: down (requests: 1) (episodes: 1)" in done.stderr
    assert "the same command again plays them" in done.stderr
    with StandIn(in_turn(says("No."))) as endpoint:
        done = invoke(*command, "--base-url", endpoint.url)
    assert (done.exit_code, done.stdout[:15]) == (0, "0 of 1 complete")


def test_an_endpoint_that_refuses(starter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn(in_turn(refuses(401, "bad key"))) as endpoint:
        done = invoke("rollout", starter, "--model", "m", "--base-url", endpoint.url, "--out", tmp_path)
    assert done.exit_code == 1
    assert "the endpoint refuses: 401: bad key" in done.stderr
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    done = invoke("rollout", starter, "--model", "m", "--out", tmp_path)
    assert done.exit_code == 1
    assert "OPENAI_API_KEY" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Give --model or --agent."),
        (("--agent", "random", "--model", "m"), 2, "Give --model or --agent."),
        (("--agent", "random", "--judge-model", "m"), 2, "go with --model"),
        (("--agent", "random", "--reward", "perfect=1"), 2, "perfect=1 is not one of complete"),
        (("--agent", "random", "--reward", "complete=high"), 2, "complete=high is not one of complete"),
        (("--agent", "random", "--task", "got_milc"), 1, "did you mean got_milk?"),
    ],
)
def test_mistakes(starter: str, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = invoke("rollout", starter, "--out", tmp_path / "run", *arguments)
    assert done.exit_code == code
    assert words in " ".join(done.stderr.split())
    assert not (tmp_path / "run").exists()


def test_another_run_in_the_same_folder(starter: str, tmp_path: Path) -> None:
    invoke("rollout", starter, "--agent", "nothing", "--out", tmp_path)
    done = invoke("rollout", starter, "--agent", "random", "--out", tmp_path)
    assert done.exit_code == 1
    assert 'another agent: "nothing", not "random"' in done.stderr


def test_two_environments_of_one_name(starter: str, tmp_path: Path) -> None:
    invoke("compile", starter, "--out", tmp_path)
    done = invoke("rollout", starter, tmp_path / "starter", "--agent", "nothing", "--out", tmp_path / "run")
    assert done.exit_code == 1
    assert "both called starter" in done.stderr


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("rollout", "SPEC", "--model", "m", "--out", "OUT"), "llm"),
        (("report", "OUT", "--sql", "select 1"), "sql"),
        (("serve", "SPEC"), "serve"),
    ],
)
def test_packages_that_are_missing(
    starter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], extra: str
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    places = {"SPEC": starter, "OUT": str(tmp_path)}
    done = invoke(*(places.get(word, word) for word in command))
    assert done.exit_code == 1
    assert f"python -m pip install 'awmlang[{extra}]'" in done.stderr


def test_scripted_agents_need_no_packages(starter: str, tmp_path: Path) -> None:
    code = "import sys; sys.modules.update(openai=None, mcp=None, duckdb=None); from awmlang.cli import main; main()"
    for words in (["rollout", starter, "--agent", "random", "--out", "run"], ["report", "run"]):
        subprocess.run([sys.executable, "-c", code, *words], cwd=tmp_path, check=True, capture_output=True)
