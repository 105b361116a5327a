"""Laying out SQL and Python: what is long is broken, and nothing but white space changes."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.lowering.layout import laid_out
from awmlang.lowering.source import doc_text, fitted, literal, sql_text

LONG = """\
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object('id', id, 'starts_at', starts_at, 'ends, (at)', ends_at)
      ORDER BY starts_at, id
    )
    FROM slot
    JOIN "left join" ON "left join".id = slot.doctor
    WHERE doctor = :doctor
      AND (:day IS NULL OR date(starts_at) = :day AND status BETWEEN 1 AND 2)
      AND starts_at + 1 < CASE
        WHEN status = 'open' THEN awm_shift(:start, :size)
        WHEN status = 'it''s blocked' THEN :start
        ELSE :end
      END
  ))
)"""


def flat(sql: str) -> str:
    """On one line."""
    return re.sub(r"(?<=\() | (?=\))", "", re.sub(r"\s+", " ", sql))


def test_a_query() -> None:
    assert laid_out(flat(LONG), 78) == LONG


def test_writes() -> None:
    assert laid_out("UPDATE t SET a = 1, b = :b FROM (SELECT 1) AS x WHERE t.id = x.key", 40).split("\n") == [
        "UPDATE t",
        "SET a = 1, b = :b",
        "FROM (SELECT 1) AS x",
        "WHERE t.id = x.key",
    ]
    insert = "INSERT INTO t (a, b) VALUES (:a, (SELECT b FROM s WHERE id = :s)) RETURNING id"
    assert laid_out(insert, 40).split("\n") == [
        "INSERT INTO t (a, b)",
        "VALUES (",
        "  :a, (SELECT b FROM s WHERE id = :s)",
        ")",
        "RETURNING id",
    ]


words = st.sampled_from(
    [
        "SELECT",
        "FROM",
        "JOIN",
        "LEFT JOIN",
        "WHERE",
        "GROUP BY",
        "ORDER BY",
        "AND",
        "OR",
        "BETWEEN",
        "WHEN",
        "THEN",
        "ELSE",
        "+",
        "-",
        ",",
        "a",
        "b.c",
        ":me",
        "json_object",
        "'x'",
        "'it''s ('",
        '"a,b"',
    ]
)
statements = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=8).map(" ".join)
        | st.lists(inner, min_size=1, max_size=4).map(lambda xs: f"({', '.join(xs)})")
        | st.lists(inner, min_size=1, max_size=3).map(lambda xs: f"CASE {' '.join(xs)} END")
    ),
    max_leaves=40,
)


@given(statements, st.integers(10, 60))
def test_only_white_space_changes(sql: str, width: int) -> None:
    assert re.sub(r"\s+", "", laid_out(sql, width)) == re.sub(r"\s+", "", sql)


values = st.recursive(
    st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_literals(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


@given(st.text())
def test_statements_and_docs(text: str) -> None:
    assert ast.literal_eval(sql_text(text)).strip() == text.strip()
    assert ast.literal_eval(doc_text(text)).split() == text.split()


@given(st.lists(values, min_size=1, max_size=6), st.integers(20, 60))
def test_code_means_the_same_when_it_is_broken(arguments: list[object], width: int) -> None:
    line = f"    return db.value({', '.join(map(literal, arguments))})"
    broken = "\n".join(fitted(line, width))
    dumped = [ast.dump(ast.parse(f"def f():\n{code}")) for code in (line, broken)]
    assert dumped[0] == dumped[1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = f(a, b)", ["x = f(a, b)"]),
        ("x = function(argument, other)", ["x = function(", "    argument, other", ")"]),
        (
            "x = function(first_argument, other)",
            ["x = function(", "    first_argument,", "    other,", ")"],
        ),
    ],
)
def test_lines(line: str, expected: list[str]) -> None:
    assert fitted(line, 24) == expected
