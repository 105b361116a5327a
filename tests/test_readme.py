"""What README.md shows is what happens."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from awmlang.cli import cli

README = Path(__file__).parent.parent.joinpath("README.md").read_text("utf-8")


def block(language: str) -> str:
    """The first block of code in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def awmc(*arguments: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(cli, arguments)


@pytest.fixture(autouse=True)
def todo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own, with the spec of the README in it."""
    monkeypatch.chdir(tmp_path)
    Path("todo.awm").write_text(block("awm"), encoding="utf-8")


def test_the_commands() -> None:
    shown = re.findall(r"^\| `awmc (.*?)` \|", README, re.MULTILINE)
    assert {line.split()[0] for line in shown} == set(cli.commands)
    for line in shown:
        if line != "new todo" and not line.startswith("generate"):  # which asks a model
            done = awmc(*line.split())
            assert done.exit_code == 0, done.output
    Path("todo.awm").unlink()
    assert awmc("new", "todo").exit_code == 0


def test_the_spec_is_formatted() -> None:
    assert awmc("fmt", "--check", "todo.awm").exit_code == 0


def test_the_files_of_a_bundle() -> None:
    awmc("compile", "todo.awm")
    rows = re.findall(
        r"^\| (`[^|]*`) \| ", README.split("What comes out")[1].split("\n\n## ")[0], re.MULTILINE
    )
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert named <= {path.name for path in Path("compiled/todo").iterdir()}
    assert len(named) > 3


def test_the_mistake() -> None:
    spec = block("awm").replace("require not item.is_done", "require not item.is_don")
    Path("todo.awm").write_text(spec, encoding="utf-8")
    assert awmc("check", "todo.awm").stdout.startswith(block("text"))


def test_the_python() -> None:
    awmc("compile", "todo.awm")
    exec(compile(block("python"), "README.md", "exec"), {})  # our own words, not a spec's


def test_the_agent_that_plays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = next(line for line in README.splitlines() if line.startswith("awmc rollout compiled/"))
    monkeypatch.chdir(Path(__file__).parent.parent)
    for command in line.replace("runs/x", str(tmp_path / "x")).split(" && "):
        done = awmc(*command.split()[1:])
        assert done.exit_code == 0, done.output
    assert "1.000" in done.output


def test_the_model_that_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = next(line for line in README.splitlines() if line.startswith("python -m tests.synthesis"))
    command = [sys.executable, *shlex.split(line)[1:-1], str(tmp_path / "meals.awm")]
    done = subprocess.run(
        command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "all tasks proved" in done.stdout and "errors" in done.stderr
