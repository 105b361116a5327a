"""``awmc convert``, and the other commands on specs in YAML and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, STARTER, invoke
from tests.conftest import Golden


def converted(text: str, form: str) -> str:
    done = invoke("convert", "-", "--to", form, stdin=text)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(params=["yaml", "json"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The starter in another form."""
    path = tmp_path / f"starter.awm.{request.param}"
    path.write_text(converted(STARTER, request.param), encoding="utf-8")
    return path


def test_there_and_back(other: Path, tmp_path: Path) -> None:
    back = tmp_path / "back.awm"
    done = invoke("convert", other, "--out", back)
    assert (done.exit_code, done.output) == (0, "")
    assert converted(back.read_text("utf-8"), "json") == converted(STARTER, "json")


def test_every_command_takes_other_forms(other: Path, tmp_path: Path) -> None:
    assert invoke("check", other).stdout == "1 spec checked: no problems\n"
    assert invoke("run", other).exit_code == 0
    assert invoke("compile", other, "--out", tmp_path / "out").exit_code == 0
    done = invoke("call", other, "list_items")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["items"]


def test_other_forms_compile_to_the_same_bundle(other: Path, starter: str, tmp_path: Path) -> None:
    for path, out in ((other, "a"), (starter, "b")):
        assert invoke("compile", path, "--out", tmp_path / out).exit_code == 0
    made, expected = (
        {p.name: p.read_bytes() for p in (tmp_path / out / "starter").iterdir()} for out in "ab"
    )
    assert made.keys() == expected.keys()
    # Not the manifest, which has the hash of the file, nor tools.py, which has its lines.
    for name in ("schema.sql", "seed.db", "rewards.py", "tools.json", "tasks.json"):
        assert made[name] == expected[name], name


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_mistake_in_another_form(golden: Golden, form: str) -> None:
    done = invoke("check", "-", stdin=converted(BROKEN, form))
    assert done.exit_code == 1
    golden(f"golden/mistake_in.{form}", done.stdout)


def test_json_loses_comments_and_says_so() -> None:
    done = invoke("convert", "-", "--to", "json", stdin=f"# one\n{STARTER}\n# two\n")
    assert done.exit_code == 0
    assert "comments are left out: JSON has none." in done.stderr
    assert json.loads(done.stdout)["environment"] == "starter"


def test_errors_are_shown_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "x.awm.yaml"
    out.write_text("kept")
    done = invoke("convert", "-", "-o", out, stdin=STARTER.replace("entity", "entitty"))
    assert done.exit_code == 1
    assert "AWM025" in done.stderr
    assert out.read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["x.awm.yaml"]


@pytest.mark.parametrize("arguments", [("-",), ("-", "-o", "x.txt"), ("-", "--to", "toml")])
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert invoke("convert", *arguments, stdin=STARTER).exit_code == 2


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    assert invoke("convert", tmp_path / "none.awm", "--to", "yaml").exit_code == 1
    done = invoke("convert", "-", "-o", tmp_path / "no" / "x.yaml", stdin=STARTER)
    assert done.exit_code == 1
    assert "cannot write" in done.stderr


def test_any_bytes_end_in_findings() -> None:
    for data in (
        b"{",
        b'{"environment": 1}',
        b"environment: [\xff",
        b"title: \x00",
        b"environment: |\n  \t\n- x",
    ):
        done = invoke("check", "-", stdin=data)
        assert done.exit_code == 1
        assert "error[AWM0" in done.stdout
