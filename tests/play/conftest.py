"""A shell on a small environment, and what it shows."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from awmlang.diagnostics import Source
from awmlang.lowering.compile import Compiled, compile_model
from awmlang.play.shell import Shell
from awmlang.play.terminal import play_script
from awmlang.runtime.environment import Environment
from awmlang.semantics.analyze import analyze
from awmlang.syntax.parser import parse

DEPOT = Path(__file__).parent / "depot.awm"


def compiled(text: str) -> Compiled:
    """A spec that must compile, and all of whose tasks must be solved by their solutions."""
    source = Source(0, "depot.awm", text)
    spec, found = parse(source)
    model, more = analyze(spec, source)
    assert model is not None, found + more
    made, found = compile_model(model, source=source, spec_dir=DEPOT.parent)
    assert made is not None, found
    return made


class Play:
    """A shell, and what is shown in it."""

    def __init__(self, made: Compiled, environment: Environment, labelled: bool = True) -> None:
        self._out = StringIO()
        console = Console(file=self._out, width=100, markup=False, emoji=False, highlight=False)
        self.shell = Shell(environment, made.labels if labelled else {}, console)

    def __call__(self, line: str) -> str:
        """What a line shows, without the white space at the ends of its lines."""
        self.shell.run(line)
        return self._taken()

    def script(self, text: str) -> str:
        """What a script shows."""
        play_script(self.shell, text.splitlines(keepends=True))
        return self._taken()

    def _taken(self) -> str:
        shown = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())


@pytest.fixture(scope="session")
def depot() -> Compiled:
    return compiled(DEPOT.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def environment(depot: Compiled) -> Environment:
    return Environment(depot.files)


@pytest.fixture
def play(depot: Compiled, environment: Environment) -> Play:
    return Play(depot, environment)
