"""Updates and deletions of several rows: plain where each row is all that they read."""

from __future__ import annotations

import re

import pytest

from awmlang.diagnostics import Source
from awmlang.lowering import trees
from awmlang.lowering.names import to_sql
from awmlang.lowering.rules import rules
from awmlang.lowering.tools import tools_py
from tests.lowering.worlds import HEAD, model_of

SPEC = """
entity Box { name: text unique is_full: bool = false things: [Thing] via box }
entity Thing { box: Box code: int unique weight: int = 0 note: text? kept: bool = false }
"""


def statement(body: str, name: str) -> str:
    """The one statement of a tool that has this in its name, on one line."""
    text = f'{SPEC} tool t(given: Box, n: int) {{ "T." {body} return {{ a = given.name, n = n }} }}'
    model = model_of(text)
    code = tools_py(model, Source(0, "shop.awm", HEAD + text), rules(model))
    found = re.search(rf'^T_{name} = ("""\n?(.*?)"""|"(.*?)")$', code, re.DOTALL | re.MULTILINE)
    assert found is not None, code
    return re.sub(r"\s+", " ", found[2] or found[3]).strip()


@pytest.mark.parametrize(
    ("body", "sql"),
    [
        ("update given.things { weight += n }", "UPDATE thing SET weight = weight + :n WHERE box = :given"),
        (
            "update Thing as x where x.note == null and not x.kept { note = '-', kept = true }".replace(
                "'", '"'
            ),
            "UPDATE thing AS x SET note = '-', kept = 1 WHERE x.note IS NULL AND NOT x.kept",
        ),
        ("update Box { is_full = not .is_full }", "UPDATE box SET is_full = NOT is_full"),
    ],
)
def test_an_update_that_reads_each_row_alone(body: str, sql: str) -> None:
    made = statement(body, "UPDATE_(?:THING|BOX)").replace("awm_whole(weight + :n)", "weight + :n")
    assert made.replace("x.", "") == sql.replace("x.", "").replace("thing AS x", "thing")


@pytest.mark.parametrize(
    "body",
    [
        "update given.things { weight = sum(Thing, .weight) }",
        "update Thing where .box.is_full { weight = 0 }",
        "update Thing as x where exists(Thing as y where y.weight > x.weight) { weight = 0 }",
        "update Thing sort .weight take 2 { weight = 0 }",
        "update Thing { code = .code + 1 }",
    ],
)
def test_an_update_that_reads_more_works_its_values_out_first(body: str) -> None:
    assert re.search(r" FROM \( SELECT \w+.id AS key, .* AS new_", statement(body, "UPDATE_THING"))


def test_deletions() -> None:
    assert statement("delete given.things", "DELETE_THING") == "DELETE FROM thing WHERE box = :given"
    assert statement("delete Thing", "DELETE_THING") == "DELETE FROM thing"
    assert "WHERE id IN (SELECT thing.id" in statement("delete Thing where .box.is_full", "DELETE_THING")
    assert "DESC, thing.id LIMIT max(:n, 0)" in statement(
        "delete Thing sort .weight desc take n", "DELETE_THING"
    )


def test_the_opposite_of_a_condition() -> None:
    there = trees.is_not_null(trees.text("a"))
    same = trees.same(trees.text("a"), trees.text("b"), False)
    both = trees.all_of([there, same])
    assert to_sql(trees.negation(there)) == "'a' IS NULL"
    assert to_sql(trees.negation(trees.is_null(trees.text("a")))) == "'a' IS NOT NULL"
    assert to_sql(trees.negation(same)) == "'a' <> 'b'"
    assert to_sql(trees.negation(both)) == "NOT ('a' IS NOT NULL AND 'a' = 'b')"
    assert to_sql(trees.negation(trees.negation(both))) == "'a' IS NOT NULL AND 'a' = 'b'"
    assert to_sql(trees.negation(trees.is_true(same))) == "NOT ('a' = 'b') IS TRUE"
