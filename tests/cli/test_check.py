"""``awmc check``: whatever the bytes, it ends in diagnostics or in success."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awmlang.diagnostics import FORMATS
from tests.cli.conftest import BROKEN, STARTER, Awmc, invoke
from tests.conftest import Golden


def test_a_spec_without_mistakes(starter: str) -> None:
    done = invoke("check", starter)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "1 spec checked: no problems\n", "")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_mistake_in_every_format(golden: Golden, format_: str) -> None:
    done = invoke("check", "-", "--format", format_, stdin=BROKEN)
    assert done.exit_code == 1
    golden(f"golden/mistake.{format_}", done.stdout)


def test_several_specs_at_once(starter: str, broken: str) -> None:
    done = invoke("check", starter, broken, starter, "--format", "json")
    assert done.exit_code == 1
    assert {record["file"] for record in json.loads(done.stdout)} == {broken}
    assert invoke("check", starter, broken, starter).stdout.endswith(
        "\n2 specs checked: 1 error\nawmc explain AWM104 says more.\n"
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = invoke("check", tmp_path / "none.awm")
    assert done.exit_code == 1
    assert "none.awm" in done.output


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    done = invoke("check", tmp_path)
    assert done.exit_code == 1


@st.composite
def nearly_specs(draw: st.DrawFn) -> bytes:
    """A spec with a piece replaced by bytes."""
    spec = STARTER.encode()
    start = draw(st.integers(0, len(spec)))
    end = draw(st.integers(start, min(len(spec), start + 80)))
    return spec[:start] + draw(st.binary(max_size=20)) + spec[end:]


@settings(max_examples=60)
@given(
    st.binary(max_size=300) | nearly_specs() | st.text(max_size=300).map(lambda text: text.encode("utf-8"))
)
def test_any_bytes(noise: bytes) -> None:
    done = invoke("check", "-", "--format", "json", stdin=noise)
    errors = [record for record in json.loads(done.stdout) if record["severity"] == "error"]
    assert done.exit_code == (1 if errors else 0)


@pytest.mark.parametrize(
    "noise", [b"\xff\xfe\x00", b"(" * 50_000, b"\x1b]0;owned\x07", STARTER.encode("utf-16"), b'"' * 9_999]
)
def test_noise_in_a_process(awmc: Awmc, noise: bytes) -> None:
    done = awmc("check", "-", stdin=noise)
    assert done.returncode == 1
    assert b"Traceback" not in done.stdout + done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"error" in done.stdout


def test_colours_only_where_they_are_wanted(awmc: Awmc, broken: str) -> None:
    assert b"\x1b[" in awmc("check", broken, FORCE_COLOR="1").stdout
    assert b"\x1b[" not in awmc("check", broken).stdout
    assert b"\x1b[31" not in awmc("check", broken, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_console_of_few_characters(awmc: Awmc) -> None:
    done = awmc("check", "-", stdin="environment é 中 👍".encode(), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    done.stdout.decode("ascii")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
@pytest.mark.parametrize("format_", FORMATS)
def test_a_broken_pipe_is_no_news(broken: str, format_: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [
        sys.executable,
        "-c",
        "from awmlang.cli import main; main()",
        "check",
        broken,
        "--format",
        format_,
    ]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 1


def test_wrong_usage_is_two(starter: str, tmp_path: Path) -> None:
    for arguments in (
        ["check"],
        ["check", starter, "--format", "xml"],
        ["check", starter, "--seed", "-1"],
        ["check", starter, "--data", str(tmp_path / "none")],
        ["chekc", starter],
    ):
        assert invoke(*arguments).exit_code == 2
