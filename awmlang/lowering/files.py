"""Rows of data files: CSV, JSON and Parquet, and what their cells mean in a column."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from unicodedata import normalize

from awmlang.runtime.functions import LARGEST, json_text
from awmlang.semantics.types import (
    Bool,
    Date,
    Datetime,
    Enum,
    Float,
    Int,
    List,
    Money,
    Optional,
    Ref,
    Text,
    Time,
    Type,
    required,
)

SUFFIXES = (".csv", ".json", ".parquet")


class FileError(Exception):
    """The file as a whole cannot be used; the message says why."""


class CellError(Exception):
    """A cell does not fit its column; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """``place`` is where the row stands, for people: ``line 3``, ``row 2``. Absent columns are left out."""

    place: str
    cells: dict[str, Any]


def inside(folder: Path, written: str) -> Path:
    """The path ``written`` in a spec, which may not lead out of ``folder``, nor may a link on the way."""
    root = folder.resolve()
    path = (root / written).resolve()
    if not path.is_relative_to(root):
        raise FileError(f"{written} lies outside the folder of the spec")
    if not path.is_file():
        raise FileError(f"there is no file {written}")
    return path


def read_rows(path: Path, content: bytes) -> list[FileRow]:
    """The rows of a file, whose content has been read already."""
    match path.suffix.lower():
        case ".csv":
            return list(_csv_rows(content))
        case ".json":
            return list(_json_rows(content))
        case ".parquet":
            return list(_parquet_rows(path))
    raise FileError(f"{path.name} is none of {', '.join(SUFFIXES)}")


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"it is not UTF-8: byte {error.start} is wrong") from None


def _csv_rows(content: bytes) -> Iterator[FileRow]:
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        header = next(reader, None)
        if header is None:
            raise FileError("it is empty: the first line names the columns")
        repeated = next((name for name in header if header.count(name) > 1), None)
        if repeated is not None:
            raise FileError(f"it has two columns {repeated}")
        before = reader.line_num
        for cells in reader:
            place = f"line {before + 1}"
            before = reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise FileError(f"{place} has {len(cells)} cells, but there are {len(header)} columns")
            yield FileRow(place, dict(zip(header, (cell or None for cell in cells), strict=True)))
    except csv.Error as error:
        raise FileError(f"line {reader.line_num}: {error}") from None


def _json_rows(content: bytes) -> Iterator[FileRow]:
    try:
        rows = json.loads(_text(content), parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileError(f"it is not JSON: {error}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileError("it is not a list of objects")
    for number, row in enumerate(rows, 1):
        yield FileRow(f"row {number}", row)


def _parquet_rows(path: Path) -> Iterator[FileRow]:
    try:
        import duckdb
    except ImportError:
        raise FileError("reading Parquet needs duckdb: install awmlang with its extra `parquet`") from None
    if re.search(r"[*?\[\]]", str(path)):
        raise FileError("a path to Parquet may not hold * ? [ ]")
    try:
        with duckdb.connect() as connection:
            cursor = connection.execute("SELECT * FROM read_parquet($1)", [str(path)])
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
    except duckdb.Error as error:
        raise FileError(f"it cannot be read as Parquet: {error}") from None
    for number, row in enumerate(rows, 1):
        yield FileRow(f"row {number}", dict(zip(names, row, strict=True)))


# ---- Cells


def cell_value(type: Type, cell: Any, key: Callable[[Ref, Any], int | str]) -> Any:
    """What a cell means in a column of ``type``, as held inside; ``key`` finds the row a reference names.

    Cells of CSV are texts. Raises CellError.
    """
    if cell is None:
        if not isinstance(type, Optional):
            raise CellError("a value is needed")
        return None
    inner = required(type)
    match inner:
        case Int():
            return _whole(cell)
        case Float():
            return _float(cell)
        case Money():
            return _money(cell)
        case Bool():
            return _bool(cell)
        case Text():
            return normalize("NFC", _string(cell))
        case Enum(_, members):
            if cell not in members:
                raise CellError(f"{_shown(cell)} is none of {', '.join(members)}")
            return cell
        case Date():
            return _moment(cell, date, r"\d{4}-\d\d-\d\d", "date, such as 2025-06-02")
        case Time():
            return _moment(cell, time, r"\d\d:\d\d(:\d\d)?", "time, such as 18:30:00")
        case Datetime():
            pattern = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?"
            return _moment(cell, datetime, pattern, "date and time, such as 2025-06-02T18:30:00")
        case Ref():
            return key(inner, cell)
        case List(item):
            return json_text([cell_value(item, each, key) for each in _items(cell)])
    raise CellError("a column of this type cannot be read from a file")


def _shown(cell: Any) -> str:
    text = cell if isinstance(cell, str) else str(cell)
    return f'"{text}"' if len(text) <= 40 else f'"{text[:37]}..."'


def _decimal(cell: Any, wanted: str) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float, Decimal)):
        raise CellError(f"{_shown(cell)} is not {wanted}")
    try:
        number = Decimal(repr(cell) if isinstance(cell, float) else cell)
    except InvalidOperation:
        raise CellError(f"{_shown(cell)} is not {wanted}") from None
    if not number.is_finite() or number.adjusted() > 308:
        raise CellError(f"{_shown(cell)} is not {wanted}")
    return number


def _whole(cell: Any) -> int:
    number = _decimal(cell, "a whole number")
    if abs(number) > LARGEST or number != int(number):
        raise CellError(f"{_shown(cell)} is not a whole number")
    return int(number)


def _float(cell: Any) -> float:
    number = float(_decimal(cell, "a number"))
    if not math.isfinite(number):
        raise CellError(f"{_shown(cell)} is not a number")
    return number


def _money(cell: Any) -> int:
    number = _decimal(cell, "an amount of money")
    if abs(number) * 100 > LARGEST:
        raise CellError(f"{_shown(cell)} is too large an amount")
    if number * 100 != int(number * 100):
        raise CellError(f"{_shown(cell)} has more than two decimals")
    return int(number * 100)


def _bool(cell: Any) -> int:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, str) and cell.lower() in ("true", "false"):
        return int(cell.lower() == "true")
    raise CellError(f"{_shown(cell)} is neither true nor false")


def _string(cell: Any) -> str:
    if not isinstance(cell, str):
        raise CellError(f"{_shown(cell)} is not a text")
    return cell


def _moment(cell: Any, kind: type[date] | type[time] | type[datetime], pattern: str, wanted: str) -> str:
    text = cell.isoformat() if isinstance(cell, kind) else cell
    try:
        if not isinstance(text, str) or not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError
        moment = kind.fromisoformat(text)
    except ValueError:
        raise CellError(f"{_shown(cell)} is no {wanted}") from None
    return moment.isoformat() if kind is date else moment.isoformat(timespec="seconds")  # type: ignore[call-arg]


def _items(cell: Any) -> list[Any]:
    if isinstance(cell, str):
        try:
            cell = json.loads(cell, parse_float=Decimal)
        except (json.JSONDecodeError, RecursionError):
            cell = None
    if not isinstance(cell, list):
        raise CellError('a list is written as JSON, such as ["a", "b"]')
    return cell
