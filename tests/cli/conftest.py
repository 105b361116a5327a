"""Specs on disk, and the command as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from awmlang.cli import cli

STARTER = files("awmlang.cli").joinpath("starter.awm").read_text(encoding="utf-8")

BROKEN = STARTER.replace("return item { id, title, is_done }", "return item { id, titel }", 1)

Awmc = Callable[..., "subprocess.CompletedProcess[bytes]"]


def invoke(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """The command in this process; an exception other than its exit is raised."""
    return CliRunner(catch_exceptions=False).invoke(
        cli, [str(argument) for argument in arguments], input=stdin
    )


@pytest.fixture
def starter(tmp_path: Path) -> str:
    """The path of a spec that compiles."""
    path = tmp_path / "starter.awm"
    path.write_text(STARTER, encoding="utf-8")
    return str(path)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """The path of a spec with one mistake."""
    path = tmp_path / "broken.awm"
    path.write_text(BROKEN, encoding="utf-8")
    return str(path)


@pytest.fixture
def awmc(tmp_path: Path) -> Awmc:
    """``awmc("check", path, stdin=b"", PYTHONIOENCODING="ascii")`` runs the command in a process of its own."""

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-c", "from awmlang.cli import main; main()", *arguments],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
            check=False,
        )

    return run
