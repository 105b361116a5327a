"""``awmc explain``: pages, the list of codes, records."""

from __future__ import annotations

import json

import pytest

from awmlang.diagnostics import all_codes
from awmlang.diagnostics.codes import BAD_CELL, MAY_BE_NULL
from awmlang.diagnostics.explain import page
from tests.cli.conftest import Awmc, invoke
from tests.conftest import Golden


def test_a_page(golden: Golden) -> None:
    done = invoke("explain", BAD_CELL.id)
    assert (done.exit_code, done.stderr) == (0, "")
    golden("golden/explain.txt", done.stdout)


@pytest.mark.parametrize("name", ["AWM202", "awm202", "202"])
def test_the_name_of_a_code(name: str) -> None:
    assert invoke("explain", name).stdout == invoke("explain", MAY_BE_NULL.id).stdout


def test_the_list_has_every_code() -> None:
    done = invoke("explain")
    for code in all_codes():
        assert f"  {code.id}  {code.title}\n" in done.stdout


def test_all_pages() -> None:
    done = invoke("explain", "--all").stdout
    for code in all_codes():
        assert f"{code.severity}[{code.id}]: {code.title}\n" in done
        assert page(code).right.text.splitlines()[-1] in done


def test_records() -> None:
    records = json.loads(invoke("explain", "--json").stdout)
    assert [record["code"] for record in records] == [code.id for code in all_codes()]
    (record,) = json.loads(invoke("explain", "403", "--json").stdout)
    assert record == {
        "code": "AWM403",
        "title": BAD_CELL.title,
        "severity": "error",
        "meaning": page(BAD_CELL).meaning,
        "wrong": page(BAD_CELL).wrong.text,
        "files": {"items.csv": "name,price\nPencil,cheap\n"},
        "right": page(BAD_CELL).right.text,
    }


@pytest.mark.parametrize(
    ("name", "words"), [("AWM100", "Did you mean AWM1"), ("nonsense", "awmc explain lists them")]
)
def test_a_code_that_is_none(name: str, words: str) -> None:
    done = invoke("explain", name)
    assert done.exit_code == 2
    assert words in done.stderr


def test_codes_and_all_are_not_asked_for_together() -> None:
    assert invoke("explain", "AWM202", "--all").exit_code == 2


def test_completion(awmc: Awmc) -> None:
    done = awmc(_AWMC_COMPLETE="bash_complete", COMP_WORDS="awmc explain awm20", COMP_CWORD="2")
    assert done.stdout.decode().splitlines() == [f"plain,AWM20{n}" for n in range(1, 10)]
