"""Laid-out lines, and the columns they are aligned in: the cells of tables, and comments behind code."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby, pairwise, zip_longest


@dataclass(frozen=True, slots=True)
class Cell:
    """The beginning of a table's cell: the ``index``-th of ``count``, its content to the ``right`` or left."""

    index: int
    count: int
    right: bool = False


@dataclass(slots=True)
class Row:
    """A line without its indentation: its text (``cells`` has the offsets where cells begin), a comment behind it."""

    indent: int
    text: str = ""
    cells: list[tuple[int, Cell]] = field(default_factory=list)
    comment: str | None = None

    @property
    def width(self) -> int:
        """The columns that the text takes, with its indentation."""
        return self.indent + len(self.text)

    @property
    def is_table(self) -> bool:
        """Whether a row of a table is all on this line."""
        return bool(self.cells) and len(self.cells) == self.cells[0][1].count

    def parts(self) -> list[str]:
        """What stands before the first cell, and the contents of the cells."""
        offsets = [0, *(offset for offset, _ in self.cells), len(self.text)]
        return [self.text[a:b] for a, b in pairwise(offsets)]


def align(rows: list[Row], width: int) -> None:
    """Pad the cells of tables; a blank line and what is not indented end one."""
    for _, run in groupby(rows, key=lambda row: bool(row.text and row.indent)):
        _align_table([row for row in run if row.is_table], width)


def _align_table(rows: list[Row], width: int) -> None:
    """As many columns, from the left, as leave every row within ``width``."""
    table = [row.parts() for row in rows]
    sizes = [max(map(len, column)) for column in zip_longest(*table, fillvalue="")]
    for count in range(len(sizes), 1, -1):
        done = [_padded(row, parts, sizes[:count]) for row, parts in zip(rows, table, strict=True)]
        if all(row.indent + len(text) <= width for row, text in zip(rows, done, strict=True)):
            for row, text in zip(rows, done, strict=True):
                row.text = text
            return


def _padded(row: Row, parts: list[str], sizes: list[int]) -> str:
    padded = [
        part.rjust(size) if cell.right else part.ljust(size)
        for part, size, (_, cell) in zip(parts[1:], sizes[1:], row.cells, strict=False)
    ]
    return "".join([parts[0], *padded, *parts[len(sizes) :]]).rstrip()


def join(rows: list[Row], width: int) -> str:
    """The text of all lines."""
    lines: list[str] = []
    for commented, run in groupby(rows, key=lambda row: row.comment is not None):
        group = list(run)
        column = _comment_column(group, width) if commented else 0
        for row in group:
            line = " " * row.indent + row.text if row.text else ""
            lines.append(line if row.comment is None else f"{line:{column}}  {row.comment}")
    return "\n".join(lines).strip("\n") + "\n"


def _comment_column(rows: list[Row], width: int) -> int:
    """Where the comments behind consecutive lines begin, less 2; 0 if one within ``width`` would not be any more."""
    column = max(row.width for row in rows)
    for row in rows:
        size = 2 + len(row.comment or "")
        if row.width + size <= width < column + size:
            return 0
    return column
