"""docs/agents.md names what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from awmlang.cli import cli
from awmlang.rollouts.sql import VIEWS
from awmlang.serving.sessions import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "agents.md").read_text("utf-8")


def section(title: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"\n## {title}\n")[2], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("command", ["serve", "rollout", "report"])
def test_options(command: str) -> None:
    """Every option of the page is one of the command's, and all of them are on the page."""
    known = {name for option in cli.commands[command].params for name in option.opts if name.startswith("--")}
    named = set(
        re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"`npx .*?`", "", section(command.capitalize())))
    )
    own = {"--agent", "--out"} if command != "rollout" else set()
    assert named - own <= known
    assert known - {"--out"} <= named | {"--agent", "--concurrency", "--seed"}


def test_defaults() -> None:
    table = dict(re.findall(r"^\| `(--[a-z-]+)` \| (\d+) \|", PAGE, re.MULTILINE))
    limits = Limits()
    assert {name: float(value) for name, value in table.items()} == {
        "--max-sessions": limits.sessions,
        "--idle": limits.idle,
        "--max-body": limits.body,
        "--call-time": limits.call,
    }
    options = {option.name: option.default for option in cli.commands["serve"].params}
    assert (options["max_sessions"], options["idle"]) == (limits.sessions, limits.idle)
    assert (options["max_body"], options["call_time"]) == (limits.body, limits.call)


def test_views() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| a?n? ?\w+", section("Report"), re.MULTILINE)) == VIEWS


def test_the_configuration_is_json() -> None:
    [block] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert json.loads(block)["mcpServers"]["food_delivery"]["args"][0] == "serve"


def test_the_python(monkeypatch: pytest.MonkeyPatch) -> None:
    [block] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(Path(__file__).parents[2])
    exec(compile(block, "agents.md", "exec"), {})  # our own words
