"""Every code has its page; what its wrong example gives is in cases/<code>.txt; its right example is right.

Further cases of a code are specs of their own: cases/<code>-<what>.awm.
"""

from __future__ import annotations

import ast
import copy
import pickle
from pathlib import Path

import pytest

from awmlang.cli.specs import Built, build
from awmlang.diagnostics import Code, all_codes, codes, render
from awmlang.diagnostics.codes import UNKNOWN_FIELD
from awmlang.diagnostics.explain import Example, Page, by_room, page, reference
from tests.cli.conftest import invoke
from tests.conftest import Golden

CASES = Path(__file__).parent / "cases"
MORE = sorted(CASES.glob("*-*.awm"))
PAGES = Path(page.__code__.co_filename).parent / "pages"

every_code = pytest.mark.parametrize("code", all_codes(), ids=lambda code: code.id)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, so that paths are shown without what is above it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(example: Example, code: Code) -> str:
    """The name of a file that holds the example."""
    name = f"{code.id}.{example.language}"
    encoding = example.options.get("encoding", "utf-8")
    Path(name).write_text(example.spec, encoding=encoding, newline="\n")
    return name


def files_of(page: Page) -> None:
    """Writes the files that the examples of a page read."""
    for name, file in page.files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(file.text, encoding="utf-8", newline="\n")


def text_of(built: Built) -> str:
    return render(built.diagnostics, {built.source.file: built.source}, "text")


@every_code
def test_the_wrong_example_gives_the_code(code: Code, golden: Golden, shown: Path) -> None:
    it = page(code)
    files_of(it)
    if it.wrong.language == "sh":
        done = invoke(*it.wrong.text.split()[1:])
        assert f"{code.severity}[{code.id}]" in done.output
        golden(f"cases/{code.id}.txt", done.output)
        return
    built = build(written(it.wrong, code), proofs=True)
    also = it.wrong.options.get("also", code.id)
    assert {d.code.id for d in built.diagnostics} == {code.id, also}
    golden(f"cases/{code.id}.txt", text_of(built))


@every_code
def test_the_right_example_is_right(code: Code, shown: Path) -> None:
    it = page(code)
    files_of(it)
    if it.right.language == "sh":
        assert invoke(*it.right.text.split()[1:]).output == "1 spec checked: no problems\n"
    else:
        assert text_of(build(written(it.right, code), proofs=True)) == ""


@pytest.mark.parametrize("path", MORE, ids=lambda path: path.stem)
def test_further_cases(path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    built = build(path.name, proofs=True)
    assert {d.code.id for d in built.diagnostics} == {path.stem.partition("-")[0]}
    golden(f"cases/{path.stem}.txt", text_of(built))


def test_nothing_is_left_over() -> None:
    codes = {code.id for code in all_codes()}
    assert {path.stem for path in PAGES.iterdir()} == codes
    assert {path.stem for path in CASES.glob("*.txt")} == codes | {path.stem for path in MORE}


def test_every_code_is_raised() -> None:
    modules = [path for path in PAGES.parent.parent.rglob("*.py") if path.name != "codes.py"]
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in modules
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.Attribute, ast.Name))
    }
    named = {name for name, value in vars(codes).items() if isinstance(value, Code)}
    assert len(named) == len(all_codes()) >= 80
    assert named <= used


@pytest.mark.parametrize("id", ["AWM104", "AWM999", "AWMX01", ""])
def test_no_other_code_can_be_built(id: str) -> None:
    with pytest.raises(ValueError, match=f"^{id} "):
        Code(id, "a code of one's own", "error")


def test_a_code_stays_the_same_through_copies() -> None:
    assert copy.deepcopy(UNKNOWN_FIELD) == UNKNOWN_FIELD == pickle.loads(pickle.dumps(UNKNOWN_FIELD))


def test_codes_are_listed_once_and_in_order() -> None:
    listed = [code for _, codes in by_room(all_codes()) for code in codes]
    assert listed == list(all_codes())
    assert len({code.title for code in listed}) == len(listed)


def test_the_document(golden: Golden) -> None:
    golden("../../docs/diagnostics.md", reference())
