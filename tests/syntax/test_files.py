from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

import pytest

from awmlang.diagnostics import codes
from awmlang.syntax import files


def test_text_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.awm"
    path.write_bytes("é\r\n".encode())
    source, found = files.read(path, 3)
    assert not found
    assert (source.file, source.path, source.text) == (3, str(path), "é\r\n")


def test_a_byte_order_mark_is_taken_off() -> None:
    source, found = files.decode(BOM_UTF8 + b"abc", "a.awm")
    assert not found
    assert source.text == "abc"


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"ab\xffcd", 2), ("é".encode() + b"\xc3", 1), (BOM_UTF8 + b"a\x80", 1), ("ab".encode("utf-16"), 0)],
)
def test_bytes_that_are_no_text_are_shown(data: bytes, place: int) -> None:
    source, found = files.decode(data, "a.awm")
    assert [d.code for d in found] == [codes.NOT_TEXT]
    assert found[0].span.start == place
    assert found[0].span.end <= len(source.text)
    assert found[0].help


def test_a_nul_character_is_shown_and_can_be_removed() -> None:
    _, found = files.decode(b"a\0b", "a.awm")
    (fix,) = found[0].fixes
    assert found[0].code is codes.NOT_TEXT
    assert (fix.edits[0].span.start, fix.edits[0].span.end, fix.edits[0].text) == (1, 2, "")


def test_a_file_may_not_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    path = tmp_path / "a.awm"
    path.write_bytes(b"x" * 10)
    assert not files.read(path)[1]
    path.write_bytes(b"x" * 11)
    assert [d.code for d in files.read(path)[1]] == [codes.TOO_LARGE]


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.awm", "a\0b"):
        source, found = files.read(path)
        assert source.text == ""
        assert [d.code for d in found] == [codes.UNREADABLE]
