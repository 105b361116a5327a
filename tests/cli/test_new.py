"""``awmc new`` writes a spec that works, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import invoke


def test_what_is_written_works(tmp_path: Path) -> None:
    done = invoke("new", "shop_2", "--dir", str(tmp_path / "deep" / "er"))
    path = tmp_path / "deep" / "er" / "shop_2.awm"
    assert done.exit_code == 0
    assert str(path) in done.stdout
    assert "environment shop_2 " in path.read_text("utf-8")
    checked = invoke("check", str(path))
    assert (checked.exit_code, checked.stdout) == (0, "1 spec checked: no problems\n")
    replayed = invoke("run", str(path))
    assert replayed.exit_code == 0, replayed.output


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "shop.awm"
    path.write_text("mine", encoding="utf-8")
    done = invoke("new", "shop", "--dir", str(tmp_path))
    assert done.exit_code == 1
    assert "exists already" in done.stderr
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    "name", ["", "Shop", "2shop", "a-b", "../up", "a/b", "a.b", "é", "x" * 61, "new", "create", "a\n"]
)
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    done = invoke("new", "--dir", str(tmp_path), "--", name)
    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")
    assert not list(tmp_path.iterdir())


def test_a_better_name_is_offered(tmp_path: Path) -> None:
    done = invoke("new", "--dir", str(tmp_path), "My Shop-2")
    assert "my_shop_2" in done.stderr


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = invoke("new", "shop", "--dir", str(tmp_path / "file" / "under"))
    assert done.exit_code == 1
    assert "cannot write" in done.stderr
