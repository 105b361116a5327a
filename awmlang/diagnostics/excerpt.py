"""Lines of a source with what they point at underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

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
    numbers = sorted({mark.line for mark in marks})
    for number, following in pairwise([*numbers, None]):
        assert number is not None
        here = [mark for mark in marks if mark.line == number]
        yield from _marked_line(source.line(number), number, here, gutter, width)
        if following is None:
            return
        if following - number > _NEAR + 1:
            yield Text(f"{'...':<{gutter}} |", "bold blue")
            continue
        for between in range(number + 1, following):
            yield from _marked_line(source.line(between), between, (), gutter, width)


def _marked_line(line: str, number: int, marks: Sequence[Mark], gutter: int, width: int) -> Iterator[Text]:
    shown = [visible_character(char) for char in line]
    low, high = _window([cell_len(piece) for piece in shown], marks, width)
    before, after = "…" * (low > 0), "…" * (high < len(shown))
    yield numbered(number, before + "".join(shown[low:high]) + after, gutter)
    for mark in marks:
        start, end = max(low, min(mark.start, high)), max(low, min(mark.end, high))
        left = cell_len(before + "".join(shown[low:start]))
        length = cell_len(before + "".join(shown[low:end])) - left
        explained = f" {visible(mark.message)}" if mark.message else ""
        signs = " " * left + mark.sign * max(1, length)
        yield Text.assemble((f"{'':{gutter}} | ", "bold blue"), (signs + explained, mark.style))


def _window(cells: Sequence[int], marks: Iterable[Mark], width: int) -> tuple[int, int]:
    """Which characters of a line are shown: all if they fit, else about ``width`` cells around the first mark."""
    ends = list(accumulate(cells, initial=0))
    if ends[-1] <= width:
        return 0, len(cells)
    first = min((mark.start for mark in marks), default=0)
    lead = width // 3
    low = next(i for i, end in enumerate(ends) if end >= min(ends[first] - lead, ends[-1] - width))
    high = next((i - 1 for i, end in enumerate(ends) if end - ends[low] > width), len(cells))
    return low, max(high, low + 1)


def numbered(number: int, line: str, gutter: int, sign: str = "|", style: str = "") -> Text:
    """A line of the source, already fit to be shown, behind its number."""
    behind = f" {line}" if line else ""
    return Text.assemble((f"{number:>{gutter}} ", "bold blue"), (sign, style or "bold blue"), (behind, style))
