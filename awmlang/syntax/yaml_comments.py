"""Comments and blank lines, carried from a file into another that holds the same tree in another form.

What stands where is told by the nodes: a comment goes to the node behind it, or to the one before if it stands behind
that on its line or ends a block, as its indentation shows. The trees are the same, so each node has its counterpart.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import tree
from awmlang.syntax.yaml_emit import printable

_HEADER = re.compile(r"(?:- |: )[|>][-+0-9]*\s*$")
_CONTAINERS = (
    *(tree.Block, tree.If, tree.For, tree.Entity, tree.Flow, tree.Function, tree.Tool, tree.Enum),
    *(tree.Crud, tree.Data, tree.Generate, tree.Task),
)
"""They end in a brace in the language, and with the last of what they hold in YAML."""

_KEY = re.compile(r" *\w+:\s*")  # of a list or mapping in YAML, which begins in the next line

# What stands before the first node of a line: nothing, or the key of the outermost mapping.
_BEFORE = re.compile(r"[ -]*|\w+: ")


@dataclass(slots=True)
class _Line:
    """What is added to a line of the file: lines before and behind it, and a comment at its end."""

    before: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    trailing: str = ""


def carry(spec: tree.Spec, source: Source, made: tree.Spec, target: Source, blocks: Iterable[Span]) -> str:
    """The text of ``target``, which has no comments, with those of ``spec``, read from ``source``.

    ``made`` is the tree of ``target``; ``blocks`` are the scalars or strings of it that nothing can be put into.
    """
    return _Carrier(source, spec, made, target, list(blocks)).carry(spec.comments)


class _Carrier:
    def __init__(
        self, source: Source, spec: tree.Spec, made: tree.Spec, target: Source, blocks: list[Span]
    ) -> None:
        self._source, self._target = source, target
        pairs = [(a.span, b.span) for a, b in zip(_nodes(spec), _nodes(made), strict=True)]
        self._by_start = sorted(pairs, key=lambda pair: (pair[0].start, -pair[0].end))
        ends = [
            pair for node, pair in zip(_nodes(spec), pairs, strict=True) if not isinstance(node, _CONTAINERS)
        ]
        self._by_end = sorted(ends, key=lambda pair: (pair[0].end, pair[0].start))
        self._starts = [span.start for span, _ in self._by_start]
        self._ends = [span.end for span, _ in self._by_end]
        self._blocks = blocks
        self._block_starts = [span.start for span in blocks]
        self._lines: dict[int, _Line] = {}

    def carry(self, comments: Iterable[tree.Comment]) -> str:
        for comment in comments:
            self._comment(comment)
        self._blank_lines()
        done: list[str] = []
        text = self._target.text
        lines = text.removesuffix("\n").split("\n")
        for number, line in enumerate(lines, 1):
            added = self._lines.get(number, _Line())
            for each in added.before:
                _add(done, each)
            done.append(f"{line}{added.trailing}")
            done += added.behind
        return "\n".join(done) + "\n"

    # ---- Comments

    def _comment(self, comment: tree.Comment) -> None:
        space = "" if comment.text[:1] in ("#", "!") else " "
        words = f"#{space}{printable(comment.text)}".rstrip()
        behind = bisect_left(self._starts, comment.span.end)
        before = bisect_right(self._ends, comment.span.start) - 1
        if comment.trailing and before >= 0 and not self._heads_block(comment):
            added = self._line(self._trailing_line(self._by_end[before][1].end))
            if not added.trailing:
                added.trailing = f" {words}"
                return
        if behind < len(self._starts) and not (
            before >= 0 and self._ends_block(comment, self._starts[behind])
        ):
            number = self._first_line(self._by_start[behind][1].start)
            blank = [""] if self._blank_above(comment.span.start) else []
            self._line(number).before += [*blank, self._indent(number) + words]
        else:
            end = self._by_end[before][1].end if before >= 0 else 0
            number = self._last_line(end)
            self._line(number).behind.append(self._indent(self._first_line(end)) + words)

    def _heads_block(self, comment: tree.Comment) -> bool:
        """Whether it stands behind the ``|`` of a scalar in YAML, whose text begins below."""
        line, column = self._source.position(comment.span.start)
        return _HEADER.search(self._source.line(line)[: column - 1]) is not None

    def _ends_block(self, comment: tree.Comment, behind: int) -> bool:
        return self._column(comment.span.start) > self._column(behind)

    def _column(self, place: int) -> int:
        """The indentation of a line of the source."""
        line = self._source.line(self._source.position(place)[0])
        return len(line) - len(line.lstrip(" \t"))

    # ---- Blank lines

    def _blank_lines(self) -> None:
        """Those above nodes that begin a line in both files."""
        seen: set[int] = set()
        for span, other in self._by_start:
            line, column = self._source.position(span.start)
            if line in seen:
                continue
            seen.add(line)
            begins = _BEFORE.fullmatch(self._source.line(line)[: column - 1])
            if not begins or not self._blank_above(span.start):
                continue
            number, column = self._target.position(other.start)
            begins = _BEFORE.fullmatch(self._target.line(number)[: column - 1])
            if begins and number == self._first_line(other.start):
                self._line(number).before.append("")

    def _blank_above(self, place: int) -> bool:
        above = self._source.position(place)[0] - 1
        while above and _KEY.fullmatch(self._source.line(above)):
            above -= 1
        return above > 0 and not self._source.line(above).strip()

    # ---- Lines of the target

    def _line(self, number: int) -> _Line:
        return self._lines.setdefault(number, _Line())

    def _block(self, place: int) -> Span | None:
        index = bisect_right(self._block_starts, place) - 1
        if index >= 0 and place <= self._blocks[index].end:
            return self._blocks[index]
        return None

    def _first_line(self, place: int) -> int:
        block = self._block(place)
        return self._target.position(block.start if block else place)[0]

    def _last_line(self, place: int) -> int:
        block = self._block(place)
        end = block.end if block else place
        # A block of YAML ends behind its last line break.
        return self._target.position(len(self._target.text[:end].rstrip()))[0]

    def _trailing_line(self, place: int) -> int:
        block = self._block(place)
        if block is None:
            return self._target.position(place)[0]
        starts_with_header = self._target.text[block.start] in "|>"
        return self._target.position(block.start if starts_with_header else block.end)[0]

    def _indent(self, number: int) -> str:
        line = self._target.line(number)
        return line[: len(line) - len(line.lstrip())]


def _add(lines: list[str], line: str) -> None:
    """A comment, or a blank line: not at the top, nor behind another, and before the key of a list."""
    if line:
        lines.append(line)
        return
    end = len(lines)
    while end and _KEY.fullmatch(lines[end - 1]):
        end -= 1
    if end and lines[end - 1] and not lines[end - 1].endswith("{"):
        lines.insert(end, "")


def _nodes(spec: tree.Spec) -> list[tree.Node]:
    """All nodes with a place, in the same order for the same tree."""
    return list(tree.walk((spec.environment, spec.declarations)))
