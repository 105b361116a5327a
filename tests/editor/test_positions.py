"""Places in lines and units, whatever the characters and line breaks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from awmlang.editor.positions import Encoding, Lines

PIECES = ["a", "é", "中", "😀", "e\u0301", "\r", "\n", "\r\n", "\u2028", "\x0c", "\t"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
ENCODINGS: st.SearchStrategy[Encoding] = st.sampled_from(["utf-8", "utf-16", "utf-32"])


def test_units_of_utf_16() -> None:
    lines = Lines("é😀x\r\n😀😀y")
    assert [lines.place(offset) for offset in range(9)] == [
        (0, 0), (0, 1), (0, 3), (0, 4), (0, 5), (1, 0), (1, 2), (1, 4), (1, 5),
    ]  # fmt: skip
    assert lines.offset(1, 4) == 7
    assert lines.offset(1, 3) == 6, "within an emoji is before it"


def test_units_of_other_encodings() -> None:
    assert Lines("é😀x", "utf-8").place(2) == (0, 6)
    assert Lines("é😀x", "utf-32").place(2) == (0, 2)
    assert Lines("é😀x", "utf-8").offset(0, 6) == 2


def test_what_is_outside() -> None:
    lines = Lines("ab\ncd")
    assert lines.offset(0, 99) == 2
    assert lines.offset(9, 0) == 5
    assert lines.place(99) == (1, 2)


@given(TEXTS, ENCODINGS)
def test_there_and_back(text: str, encoding: Encoding) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n" and offset:
            continue  # no place is within a line break
        line, unit = lines.place(offset)
        assert lines.offset(line, unit) == offset
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        assert line == before.count("\n")
        last = before.rpartition("\n")[2]
        assert (
            unit
            == {
                "utf-8": len(last.encode()),
                "utf-16": len(last.encode("utf-16-le")) // 2,
                "utf-32": len(last),
            }[encoding]
        )
