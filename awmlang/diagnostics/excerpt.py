"""Lines of a source with what they point at underlined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len
from rich.text import Text

from awmlang.diagnostics.span import Source, Span
from awmlang.diagnostics.visible import visible, visible_character

_NEAR = 2  # lines between two marked ones that are shown rather than left out


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` of one line, from 0, underlined with ``sign`` and explained."""

    line: int
    start: int
    end: int
    sign: str
    style: str
    message: str


def marks_of(span: Span, source: Source, sign: str, style: str, message: str = "") -> list[Mark]:
    """One mark for a span within a line; for a longer one its first line to the end, and its last from the start."""
    line, column = source.position(min(span.start, len(source.text)))
    end_line, end_column = source.position(min(max(span.end, span.start), len(source.text)))
    if line == end_line:
        return [Mark(line, column - 1, end_column - 1, sign, style, message)]
    last = source.line(end_line)
    indent = len(last) - len(last.lstrip())
    return [
        Mark(line, column - 1, len(source.line(line)), sign, style, ""),
        Mark(end_line, min(indent, end_column - 1), end_column - 1, sign, style, message),
    ]


def excerpt(source: Source, marks: Sequence[Mark], gutter: int, width: int) -> Iterator[Text]:
    """The marked lines, each followed by its marks; ``gutter`` columns hold the number, ``width`` the text."""
    previous = None
    for number in sorted({mark.line for mark in marks}):
        if previous is not None and number - previous > _NEAR + 1:
            yield Text(f"{'...':<{gutter}} |", "bold blue")
        else:
            for between in range(previous + 1 if previous else number, number):
                yield from _marked_line(source.line(between), between, (), gutter, width)
        here = [mark for mark in marks if mark.line == number]
        yield from _marked_line(source.line(number), number, here, gutter, width)
        previous = number


def clipped(line: str, at: int, width: int) -> str:
    """The line fit to be shown: about ``width`` cells of it around character ``at``."""
    low, high = _window(line, at, width)
    return "…" * (low > 0) + visible(line[low:high]) + "…" * (high < len(line))


def _marked_line(line: str, number: int, marks: Sequence[Mark], gutter: int, width: int) -> Iterator[Text]:
    at = min((mark.start for mark in marks), default=0)
    low, high = _window(line, at, width)
    before = "…" * (low > 0)
    yield numbered(number, clipped(line, at, width), gutter)
    for mark in marks:
        start, end = max(low, min(mark.start, high)), max(low, min(mark.end, high))
        left = cell_len(before + visible(line[low:start]))
        length = cell_len(before + visible(line[low:end])) - left
        explained = f" {visible(mark.message)}" if mark.message else ""
        signs = " " * left + mark.sign * max(1, length)
        yield Text.assemble((f"{'':{gutter}} | ", "bold blue"), (signs + explained, mark.style))


def _window(line: str, at: int, width: int) -> tuple[int, int]:
    """Which characters of a line are shown: all if they fit, else about ``width`` cells around ``at``."""
    at = min(at, len(line))  # a place within the line break lies behind the line
    base, stop = max(0, at - width), at + width  # what lies further off is not even measured
    cells = (cell_len(visible_character(char)) for char in line[base:stop])
    ends = list(accumulate(cells, initial=0))
    if base == 0 and stop >= len(line) and ends[-1] <= width:
        return 0, len(line)
    first = min(ends[at - base] - width // 3, ends[-1] - width)
    low = next(i for i, end in enumerate(ends) if end >= first)
    high = next((i - 1 for i, end in enumerate(ends) if end - ends[low] > width), len(ends) - 1)
    return base + low, base + max(high, low + 1)


def numbered(number: int, line: str, gutter: int, sign: str = "|", style: str = "") -> Text:
    """A line of the source, already fit to be shown, behind its number."""
    behind = f" {line}" if line else ""
    return Text.assemble((f"{number:>{gutter}} ", "bold blue"), (sign, style or "bold blue"), (behind, style))
