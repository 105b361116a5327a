"""Every character of a scalar's value has its place in the file, whatever YAML folds, indents and escapes."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from awmlang.diagnostics import Source
from awmlang.syntax.yaml_json import read_json
from awmlang.syntax.yaml_nodes import Scalar, Sequence, read_yaml
from awmlang.syntax.yaml_places import Places, places


def scalars(text: str, json_: bool = False) -> list[tuple[Scalar, Places]]:
    source = Source(0, "test.yaml", text)
    document = (read_json if json_ else read_yaml)(source)
    assert not document.findings
    return [(s, places(text, s.span.start, s.span.end, s.style, s.value)) for s in document.scalars]


def shown(text: str) -> list[str]:
    """For each character of the last scalar, what stands for it in the file."""
    scalar, held = scalars(text)[-1]
    assert len(held.starts) == len(held.ends) == len(scalar.value)
    return [text[start:end] for start, end in zip(held.starts, held.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", ["a", "b", "c"]),
        ("ab\n  cd", ["a", "b", "\n  ", "c", "d"]),
        ("a\n\n  b", ["a", "\n\n  ", "b"]),
        ("'a''b'", ["a", "''", "b"]),
        (r'"a\"b\\\n\t"', ["a", r"\"", "b", r"\\", r"\n", r"\t"]),
        (r'"\x41\u00e9\U0001f600"', [r"\x41", r"\u00e9", r"\U0001f600"]),
        ('"a\\\n  b"', ["a", "b"]),
        ('"a  \n   b"', ["a", "  \n   ", "b"]),
        ("|\n  a\n   b\n", ["a", "\n", " ", "b", "\n"]),
        ("|-\n  a\n\n  b\n", ["a", "\n", "\n", "b"]),
        ("|2\n   a\n  b", [" ", "a", "\n", "b"]),
        ("|  # a comment\n  a\n", ["a", "\n"]),
        (">\n  a\n  b\n\n  c\n", ["a", "\n", "b", "\n", "c", "\n"]),
        (">\n  a\n   b\n  c\n", ["a", "\n", " ", "b", "\n", "c", "\n"]),
        ("|\r\n  a\r\n  b\r\n", ["a", "\r\n", "b", "\r\n"]),
    ],
)
def test_what_stands_for_each_character(text: str, expected: list[str]) -> None:
    assert shown(f"- x\n- {text}") == expected


letters = st.text(
    st.sampled_from("ab: #'\"\\-é😀{[,") | st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12
)
values = st.lists(letters, min_size=1, max_size=4).map("\n".join)


@given(values, st.sampled_from([None, "'", '"', "|", ">"]), st.sampled_from([10, 1000]))
def test_places_are_those_of_the_value(value: str, style: str | None, width: int) -> None:
    """A character that is no white space stands for itself or is escaped; places only go forward."""
    text = yaml.dump(["before", value], default_style=style, width=width, allow_unicode=True)
    scalar, held = scalars(text)[-1]
    assert scalar.value == value
    for character, start, end in zip(value, held.starts, held.ends, strict=True):
        written = text[start:end]
        if not character.isspace():
            assert written in (character, character * 2) or written[0] == "\\", (text, written)
        else:
            assert not re.search(r"[^\s\\]", written) or written[0] == "\\", (text, written)
    each = list(zip(held.starts, held.ends, strict=True))
    assert all(
        a == b or a[1] <= b[0] for a, b in pairwise(each)
    )  # line breaks that are folded share their place


@given(values, st.booleans())
def test_places_in_json(value: str, ascii_: bool) -> None:
    text = json.dumps(["before", value], ensure_ascii=ascii_)
    scalar, held = scalars(text, json_=True)[-1]
    assert scalar.value == value
    for character, start, end in zip(value, held.starts, held.ends, strict=True):
        assert json.loads(f'"{text[start:end]}"') == character


def test_the_span_of_an_empty_value_is_where_it_would_begin() -> None:
    (_, held) = scalars("- ''")[-1]
    assert held.span(0, 0) == (3, 3)


def test_json_and_yaml_give_the_same_nodes() -> None:
    text = '{"a": [1, "b", null, {"c": true}], "d": {}, "e": []}'
    documents = [read_json(Source(0, "", text)), read_yaml(Source(0, "", text))]

    def plain(node: object) -> object:
        match node:
            case Scalar():
                return (node.span, node.value)
            case Sequence():
                return (node.span, [plain(item) for item in node.items])
        return (node.span, [(plain(key), plain(value)) for key, value in node.pairs])  # type: ignore[attr-defined]

    assert plain(documents[0].root) == plain(documents[1].root)
