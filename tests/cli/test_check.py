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
        ["check", starter, "--diff"],
        ["check", "-", "--fix"],
    ):
        assert invoke(*arguments).exit_code == 2


FOREIGN = (
    STARTER.replace("require not item.is_done", "require !item.is_done")
    .replace('"Put something', "'Put something")
    .replace('list."\n  let', "list.'\n  let")
)


def test_fixes_are_made_in_the_files(tmp_path: Path, starter: str, broken: str) -> None:
    path = tmp_path / "foreign.awm"
    path.write_text(FOREIGN, encoding="utf-8")
    path.chmod(0o640)
    done = invoke("check", "--fix", starter, path, broken)
    assert done.exit_code == 1
    assert path.read_text("utf-8") == STARTER
    assert path.stat().st_mode & 0o777 == 0o640
    assert Path(starter).read_text("utf-8") == STARTER
    assert Path(broken).read_text("utf-8") == BROKEN
    fixed, _, rest = done.stdout.partition("error[")
    assert fixed == (
        f'{path}:12: fixed AWM026 A text stands in `"`.\n{path}:24: fixed AWM026 Write `not`, not `!`.\n'
    )
    assert rest.endswith("3 specs checked: 1 error\nawmc explain AWM104 says more.\n")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["broken.awm", "foreign.awm", "starter.awm"]


def test_what_remains_is_told_in_the_format_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "foreign.awm"
    path.write_text(FOREIGN.replace("item { id, title, is_done }", "item { id, titel }", 1), encoding="utf-8")
    done = invoke("check", "--fix", path, "--format", "json")
    assert [record["code"] for record in json.loads(done.stdout)] == ["AWM104"]
    assert done.stderr.count("fixed AWM026") == 2


def test_fixes_are_shown_as_a_patch(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("foreign.awm").write_text(FOREIGN, encoding="utf-8")
    Path("starter.awm").write_text(STARTER, encoding="utf-8")
    done = invoke("check", "--fix", "--diff", "starter.awm", "foreign.awm")
    assert (done.exit_code, done.stderr) == (1, "2 fixes to make\n")
    golden("golden/fix.diff", done.stdout)
    assert Path("foreign.awm").read_text("utf-8") == FOREIGN
    done = invoke("check", "--fix", "--diff", "starter.awm")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "0 fixes to make\n")


def test_a_spec_in_yaml_is_fixed_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "shop.awm.yaml"
    path.write_text(
        'environment: shop\ntitle: A shop.\nclock: "2025-06-02T09:00:00"\ndeclarations:\n'
        "- tool: t\n  doc: T.\n  parameters:\n    b: boolean\n  body:\n  - return not b && b\n",
        encoding="utf-8",
    )
    assert invoke("check", "--fix", path).exit_code == 0
    assert path.read_text("utf-8").endswith("b: bool\n  body:\n  - return not b and b\n")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs files that cannot be written")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "foreign.awm"
    path.write_text(FOREIGN, encoding="utf-8")
    tmp_path.chmod(0o500)
    done = invoke("check", "--fix", path)
    tmp_path.chmod(0o700)
    assert done.exit_code == 1
    assert "cannot write" in done.stderr
    assert path.read_text("utf-8") == FOREIGN
