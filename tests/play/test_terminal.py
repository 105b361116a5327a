"""The shell at a real terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

import pytest

from tests.play.conftest import DEPOT

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals there", allow_module_level=True)

import pexpect

COMMAND = "from awmlang.cli import main; main()"
PROMPT = "depot>"


class Terminal:
    """A process at a pseudo-terminal of 100 columns."""

    def __init__(self) -> None:
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1"}
        self.process: pexpect.spawn[str] = pexpect.spawn(
            sys.executable,
            ["-c", COMMAND, "play", str(DEPOT)],
            env=environment,
            dimensions=(40, 100),
            encoding="utf-8",
            timeout=60,
        )

    def expect(self, text: str) -> str:
        """Wait for a text to be shown; give what was shown before it."""
        self.process.expect_exact(text)
        return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", str(self.process.before))

    def send(self, keys: str) -> None:
        self.process.send(keys)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    terminal.expect("Keep the stock of a depot.")
    terminal.expect(PROMPT)
    yield terminal
    terminal.process.close(force=True)


def test_calls_and_leaving(terminal: Terminal) -> None:
    terminal.send("find(\r")
    terminal.expect("...")
    terminal.send('place = "hall")\r')
    terminal.expect("total 1, page 1")
    terminal.expect(PROMPT)
    terminal.send("frob()\r")
    terminal.expect("there is no tool or command frob")
    terminal.expect(PROMPT)
    terminal.send("task two_axles\r")
    terminal.expect("Book in two axles")
    terminal.expect("depot two_axles>")
    terminal.process.sendeof()
    terminal.process.expect(pexpect.EOF)
    terminal.process.close()
    assert terminal.process.exitstatus == 0


def test_completion(terminal: Terminal) -> None:
    terminal.send("sen")
    terminal.expect("send_back(")  # in the menu
    terminal.send("\t")
    terminal.expect("send_back(")  # in the menu, chosen
    terminal.send("de")
    terminal.expect("the key of a row of Delivery")
    terminal.send("\t")
    terminal.expect("delivery = ")
    terminal.send("fi")
    terminal.expect("first")
    terminal.send("\t")
    terminal.expect("first")
    terminal.send(")\r")
    terminal.expect("sent_back")


def test_interrupting_drops_the_line(terminal: Terminal) -> None:
    terminal.send("send_back(delivery = first")
    terminal.expect("first")
    terminal.process.sendintr()
    terminal.expect(PROMPT)
    terminal.send("diff\r")
    terminal.expect("nothing has changed")
    terminal.expect(PROMPT)
    terminal.send("quit\r")
    terminal.process.expect(pexpect.EOF)
    terminal.process.close()
    assert terminal.process.exitstatus == 0
