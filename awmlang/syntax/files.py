"""Bytes to a ``Source``: what a spec's file may hold at all."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, finding
from awmlang.diagnostics.span import Source, Span

MAX_BYTES = 5_000_000


def read(path: Path | str, file: int = 0) -> tuple[Source, list[Diagnostic]]:
    """The text of a file. With findings, the source is what could be read of it (of no use but to show them)."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"cannot read {path}: {reason}"
        return Source(file, str(path), ""), [finding(codes.UNREADABLE, Span(file, 0, 0), message)]
    return decode(data, str(path), file)


def decode(data: bytes, path: str, file: int = 0) -> tuple[Source, list[Diagnostic]]:
    """As ``read``, from bytes. A byte order mark is taken off; line breaks stay as they are."""
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes"
        advice = 'keep rows in files of their own: `data Order from "orders.csv"`'
        return Source(file, path, ""), [
            finding(codes.TOO_LARGE, Span(file, 0, 0), message, help=advice),
        ]
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(data, path, file, error)
    source = Source(file, path, text)
    nul = text.find("\0")
    if nul < 0:
        return source, []
    place = Span(file, nul, nul + 1)
    fix = Fix("remove the character", (Edit(place, ""),))
    return source, [finding(codes.NOT_TEXT, place, "the file holds a NUL character", fixes=(fix,))]


def _not_utf8(
    data: bytes, path: str, file: int, error: UnicodeDecodeError
) -> tuple[Source, list[Diagnostic]]:
    before = data[: error.start].decode(errors="replace")
    source = Source(file, path, data.decode(errors="replace"))
    place = Span(file, len(before), len(before) + 1)
    advice = "save the file with the encoding UTF-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        message = "the file is in UTF-16, not UTF-8"
    else:
        message = f"the byte {data[error.start]:#04x} is not UTF-8"
    return source, [finding(codes.NOT_TEXT, place, message, help=advice)]
