"""``awmc compile`` writes bundles, all or none, and tells when they are stale."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from awmlang import bundle
from tests.cli.conftest import STARTER, invoke

EVERY = (*bundle.FILES, *bundle.TEST_FILES)


def compile_(*arguments: str | Path) -> Result:
    return invoke("compile", *map(str, arguments))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_bundle_is_written_and_the_same_each_time(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = compile_(starter, "-o", out)
    assert done.exit_code == 0
    assert done.stdout == f"{out / 'starter'}: {len(EVERY)} files\n"
    first = contents(out)
    assert set(first) == {f"starter/{name}" for name in EVERY}
    assert compile_(starter, "-o", out).exit_code == 0
    assert contents(out) == first


def test_nothing_is_written_unless_all_compile(starter: str, broken: str, tmp_path: Path) -> None:
    done = compile_(starter, broken, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "broken.awm:" in done.stderr
    assert done.stderr.endswith("Nothing written: 1 error\n")
    assert not (tmp_path / "out").exists()


def test_check_writes_nothing_and_names_what_differs(starter: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = compile_(starter, "-o", out, "--check")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [f"missing {out / 'starter' / name}" for name in sorted(EVERY)]
    assert not out.exists()

    compile_(starter, "-o", out)
    assert compile_(starter, "-o", out, "--check").output == ""
    tools = out / "starter" / bundle.TOOLS
    tools.write_bytes(tools.read_bytes() + b"# mine\n")
    (out / "starter" / "extra").write_text("", encoding="utf-8")
    (out / "starter" / bundle.MANIFEST).unlink()
    before = contents(out)
    done = compile_(starter, "-o", out, "--check")
    assert done.exit_code == 1
    assert set(done.stdout.splitlines()) == {
        f"changed {tools}",
        f"left over {out / 'starter' / 'extra'}",
        f"missing {out / 'starter' / bundle.MANIFEST}",
    }
    assert contents(out) == before


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    spec = tmp_path / "many.awm"
    rows = "generate Item 9 { title = fake(name) }\n"
    spec.write_text(STARTER.replace("task got_milk", rows + "task got_milk"), encoding="utf-8")
    seeds = []
    for seed in ("0", "1", "1"):
        assert compile_(spec, "-o", tmp_path / "out", "--seed", seed).exit_code == 0
        seeds.append((tmp_path / "out" / "starter" / bundle.SEED).read_bytes())
    assert seeds[0] != seeds[1] == seeds[2]


def test_two_specs_of_one_name(starter: str, tmp_path: Path) -> None:
    other = tmp_path / "other.awm"
    other.write_text(STARTER, encoding="utf-8")
    done = compile_(starter, other, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "also called starter" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("mine", ["file", "folder"])
def test_what_is_no_bundle_is_not_replaced(starter: str, tmp_path: Path, mine: str) -> None:
    target = tmp_path / "out" / "starter"
    kept = target if mine == "file" else target / "thesis.tex"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine", encoding="utf-8")
    done = compile_(starter, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "no bundle" in done.stderr
    assert kept.read_text("utf-8") == "mine"


def test_an_output_folder_that_cannot_be(starter: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = compile_(starter, "-o", tmp_path / "file" / "under")
    assert done.exit_code == 1
    assert "cannot write" in done.stderr
