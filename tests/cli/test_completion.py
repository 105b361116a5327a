"""Shells complete commands, tools and tasks."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from awmlang.cli import cli
from awmlang.cli.completion import SHELLS
from tests.cli.conftest import Awmc, invoke


def completions(arguments: list[str], incomplete: str) -> list[str]:
    complete = ShellComplete(cli, {}, "awmc", "_AWMC_COMPLETE")
    return [item.value for item in complete.get_completions(arguments, incomplete)]


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts(shell: str) -> None:
    done = invoke("completion", shell)
    assert done.exit_code == 0
    assert "_AWMC_COMPLETE" in done.stdout


def test_names_of_the_spec(starter: str) -> None:
    assert completions(["call", starter], "") == ["add_item", "list_items", "finish_item"]
    assert completions(["call", starter], "fin") == ["finish_item"]
    assert completions(["call", starter, "list_items", "--task"], "") == ["got_milk", "what_is_left"]


def test_a_spec_with_mistakes_completes_nothing(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert completions(["call", broken], "") == []
    assert completions(["call", "none.awm"], "") == []
    assert capsys.readouterr() == ("", "")


def test_the_protocol_of_bash(awmc: Awmc, starter: str) -> None:
    words = {"COMP_WORDS": f"awmc call {starter} f", "COMP_CWORD": "3", "_AWMC_COMPLETE": "bash_complete"}
    assert awmc(**words).stdout.splitlines() == [b"plain,finish_item"]
