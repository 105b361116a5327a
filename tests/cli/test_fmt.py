"""``awmc fmt``: files are rewritten as a whole, or left as they are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from awmlang.cli import files
from awmlang.syntax import format
from tests.cli.conftest import BROKEN, STARTER, Awmc, invoke

UNTIDY = STARTER.replace("  title: text", "title:text")


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    path = tmp_path / "untidy.awm"
    path.write_text(UNTIDY, encoding="utf-8")
    return path


def test_a_spec_is_rewritten(untidy: Path) -> None:
    done = invoke("fmt", untidy)
    assert (done.exit_code, done.stdout) == (0, f"formatted {untidy}\n1 spec: 1 formatted\n")
    assert untidy.read_text(encoding="utf-8") == STARTER
    done = invoke("fmt", untidy)
    assert (done.exit_code, done.stdout) == (0, "1 spec: 1 in order\n")


def test_folders_and_files_each_once(untidy: Path, starter: str) -> None:
    for folder in ("deep/er", ".hidden"):
        (untidy.parent / folder).mkdir(parents=True)
        (untidy.parent / folder / "a.awm").write_text(UNTIDY, encoding="utf-8")
    done = invoke("fmt", untidy.parent, starter, untidy)
    assert done.exit_code == 0
    assert done.stdout.endswith("3 specs: 2 formatted, 1 in order\n")
    assert (untidy.parent / "deep/er/a.awm").read_text(encoding="utf-8") == STARTER
    assert (untidy.parent / ".hidden/a.awm").read_text(encoding="utf-8") == UNTIDY


def test_without_paths_it_is_the_folder_at_hand(untidy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(untidy.parent)
    assert invoke("fmt").stdout == "formatted untidy.awm\n1 spec: 1 formatted\n"
    untidy.unlink()
    assert invoke("fmt").exit_code == 1


def test_check_writes_nothing(untidy: Path, starter: str) -> None:
    done = invoke("fmt", "--check", untidy, starter)
    assert (done.exit_code, done.stdout) == (1, f"would format {untidy}\n2 specs: 1 to format, 1 in order\n")
    assert untidy.read_text(encoding="utf-8") == UNTIDY
    assert invoke("fmt", "--check", starter).exit_code == 0


def test_diff_shows_what_would_change(untidy: Path, starter: str) -> None:
    done = invoke("fmt", "--diff", untidy, starter)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"--- {untidy}\n+++ {untidy}\n@@ ")
    assert "\n-title:text(1..80) unique\n+  title: text(1..80) unique\n" in done.stdout
    assert untidy.read_text(encoding="utf-8") == UNTIDY
    assert invoke("fmt", "--diff", starter).exit_code == 0


def test_a_diff_steers_no_terminal() -> None:
    done = invoke("fmt", "--diff", "-", stdin=UNTIDY + "# \x1b]0;owned\x07")
    assert "\x1b" not in done.stdout
    assert "␛]0;owned" in done.stdout


def test_stdin_goes_to_stdout(awmc: Awmc) -> None:
    done = awmc("fmt", "-", stdin=UNTIDY.replace("\n", "\r\n").encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == STARTER.replace("\n", "\r\n").encode()
    assert awmc("fmt", "-", "--check", stdin=UNTIDY.encode()).returncode == 1
    assert awmc("fmt", "-", "--check", stdin=STARTER.encode()).returncode == 0


def test_errors_leave_a_file_as_it_is(broken_syntax: Path, untidy: Path) -> None:
    before = broken_syntax.read_bytes()
    done = invoke("fmt", broken_syntax, untidy)
    assert done.exit_code == 1
    assert "error[AWM" in done.stderr
    assert done.stdout == f"formatted {untidy}\n2 specs: 1 formatted, 1 with errors\n"
    assert broken_syntax.read_bytes() == before


@pytest.fixture
def broken_syntax(tmp_path: Path) -> Path:
    path = tmp_path / "syntax.awm"
    path.write_text(UNTIDY + "entity {", encoding="utf-8")
    return path


def test_errors_on_stdin(awmc: Awmc) -> None:
    done = awmc("fmt", "-", stdin=b"entity {")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"<stdin>" in done.stderr


def test_a_mistake_of_meaning_is_no_obstacle() -> None:
    assert invoke("fmt", "-", stdin=BROKEN).exit_code == 0


def test_what_cannot_be_read(tmp_path: Path) -> None:
    done = invoke("fmt", tmp_path / "none.awm")
    assert done.exit_code == 1
    assert "Cannot read" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions and links there")
def test_a_file_keeps_its_permissions_and_its_links(untidy: Path) -> None:
    untidy.chmod(0o640)
    link = untidy.parent / "link.awm"
    link.symlink_to(untidy.name)
    assert invoke("fmt", link).exit_code == 0
    assert link.is_symlink()
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert untidy.read_text(encoding="utf-8") == STARTER


def test_a_write_that_fails_leaves_the_file_and_nothing_beside_it(
    untidy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(files.shutil, "copymode", fail)
    done = invoke("fmt", untidy)
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert untidy.read_text(encoding="utf-8") == UNTIDY
    assert list(untidy.parent.iterdir()) == [untidy]


def test_a_fault_of_the_formatter_is_told(untidy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise format.FormatError("not the same")

    monkeypatch.setattr(format, "format_source", fail)
    done = invoke("fmt", untidy)
    assert done.exit_code == 1
    assert "fault of awmc" in done.stderr


def test_another_form_is_not_formatted(tmp_path: Path) -> None:
    path = tmp_path / "a.awm.yaml"
    path.write_text("environment: a\n", encoding="utf-8")
    done = invoke("fmt", path)
    assert done.exit_code == 1
    assert "awmc convert" in done.stderr


def test_wrong_usage(untidy: Path) -> None:
    assert invoke("fmt", "-", untidy).exit_code == 2
