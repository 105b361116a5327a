"""What the machine refuses ends in a line of words and exit code 1, never in a traceback."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-c", "from awmlang.cli import main; main()"]


def awmc(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([*COMMAND, *map(str, arguments)], check=False, **options)


def closing(*files: int) -> Callable[[], None]:
    """Before the command runs, close these of its standard files."""

    def close() -> None:
        for file in files:
            os.close(file)

    return close


def test_no_standard_input() -> None:
    done = awmc("check", "-", preexec_fn=closing(0))
    assert done.returncode == 1
    assert done.stderr == b"error: there is no standard input to read a spec from\n   = help: name a file\n"


@pytest.mark.parametrize("files", [(1,), (2,), (0, 1, 2)])
def test_no_standard_output(files: tuple[int, ...], starter: str, broken: str) -> None:
    for command, spec, code in (("run", starter, 0), ("run", broken, 1), ("check", broken, 1)):
        done = awmc(command, spec, preexec_fn=closing(*files))
        assert done.returncode == code
        assert b"Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("check", "SPEC"), ("check", "SPEC", "--format", "sarif"), ("run", "SPEC", "--json"), ("explain", "--all")],
    ids=" ".join,
)  # fmt: skip
def test_no_room_for_the_output(arguments: tuple[str, ...], starter: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = awmc(*[starter if word == "SPEC" else word for word in arguments], stdout=full)
    assert (done.returncode, done.stderr) == (1, b"error: No space left on device\n")


def test_nobody_reads_the_output(starter: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for arguments in (("explain", "--all"), ("check", starter), ("run", starter)):
        done = awmc(*arguments, stdout=writer)
        assert (done.returncode, done.stderr) == (1, b"")
    os.close(writer)


def unmeasured() -> dict[str, str]:
    """The environment without what makes coverage write files of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}


def test_no_room_for_the_bundle(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "compiled"
    done = awmc(
        "compile",
        starter,
        "-o",
        out,
        env=unmeasured(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert done.returncode == 1
    assert done.stderr == f"error: cannot write {out}/starter: File too large\n".encode()
    assert list(out.iterdir()) == []


def test_what_was_there_stays_where_there_is_no_room(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "compiled"
    assert awmc("compile", starter, "-o", out).returncode == 0
    before = {path.name: path.read_bytes() for path in (out / "starter").iterdir()}
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    assert awmc("compile", starter, "-o", out, "--seed", "1", preexec_fn=limit).returncode == 1
    assert {path.name: path.read_bytes() for path in (out / "starter").iterdir()} == before
    assert [path.name for path in out.iterdir()] == ["starter"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_nothing_may_be_written(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "locked"
    out.mkdir(mode=0o500)
    done = awmc("compile", starter, "-o", out)
    assert done.returncode == 1
    assert done.stderr == f"error: cannot write {out}/starter: Permission denied\n".encode()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_spec_that_may_not_be_read(starter: str) -> None:
    Path(starter).chmod(0)
    done = awmc("check", starter)
    assert done.returncode == 1
    assert b"Permission denied" in done.stdout


@pytest.mark.parametrize("out", ["/dev/null", "/proc/nowhere", "/dev/null/below", "x" * 300])
def test_no_folder_for_the_bundle(out: str, starter: str, tmp_path: Path) -> None:
    done = awmc("compile", starter, "-o", out, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr
    assert b"rror: " in done.stderr


@pytest.mark.parametrize("path", ["/proc/self/mem", "/dev/null", "/", "x" * 5000, "a/b/c.awm"])
def test_no_spec(path: str) -> None:
    done = awmc("check", path)
    assert done.returncode == 1
    assert b"Traceback" not in done.stdout + done.stderr
    assert b"error[AWM0" in done.stdout


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\"'.awm"
    with open(path, "w") as file:  # noqa: PTH123
        file.write('environment e "Ä \u2603."\nclock = "2025-01-01T00:00:00"\ntool t() { return é }\n')
    for coding, format in (("ascii", "text"), ("latin-1", "json"), ("utf-8", "sarif"), ("utf-16", "github")):
        environment = {**os.environ, "PYTHONIOENCODING": coding}
        done = awmc("check", os.fsdecode(path), "--format", format, env=environment)
        assert done.returncode == 1
        assert done.stdout
        assert b"Traceback" not in done.stderr


def test_the_name_of_a_file_is_no_code(tmp_path: Path, starter: str) -> None:
    text = Path(starter).read_text("utf-8")
    path = tmp_path / '""" + open("made", "w").name + """.awm'
    path.write_text(text, "utf-8")
    done = awmc("run", path, cwd=tmp_path)
    assert done.returncode == 0
    assert not (tmp_path / "made").exists()


def test_an_interruption(starter: str) -> None:
    code = (
        "from awmlang.cli import main; import signal;"
        "from awmlang.lowering import compile; compile.build_world = lambda *_: signal.raise_signal(signal.SIGINT);"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code, "check", starter], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"\nAborted!\n")
