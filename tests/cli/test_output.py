"""JSON on stdout is indented, and otherwise what it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.cli.output import print_json
from awmlang.diagnostics import visible_character

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None) | st.sampled_from('\x1b\x9b\u202e{}[],:"\\\t ')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def printed(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    print_json(text)
    return capsys.readouterr().out


@given(VALUES)
def test_any_value(value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("click.echo", written.append)
        print_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(written[0]) == value
    assert {char for char in written[0] if visible_character(char) != char} <= {"\n"}
    if written[0].isascii():
        assert written[0] == json.dumps(value, indent=2)


def test_numbers_stay_as_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed('{"total": 9.50, "items":[1,{}, []]}', capsys) == (
        '{\n  "total": 9.50,\n  "items": [\n    1,\n    {},\n    []\n  ]\n}\n'
    )
