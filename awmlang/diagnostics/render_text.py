"""Diagnostics for people: the place, the source with underlines, what to do, the fix as a diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from rich.text import Text

from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix
from awmlang.diagnostics.edits import apply_edits
from awmlang.diagnostics.excerpt import Mark, clipped, excerpt, marks_of, numbered
from awmlang.diagnostics.span import Source, Span
from awmlang.diagnostics.visible import visible

WIDTH = 110  # cells of the source's text that are shown of a line
_MOST = 6  # lines a side that are shown of a fix

_BAR = "bold blue"
_STYLE = {"error": "bold red", "warning": "bold yellow"}


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[int, Source], width: int = WIDTH) -> Text:
    """Each diagnostic with an empty line behind it; ``.plain`` is the text without colours."""
    text = Text()
    for diagnostic in diagnostics:
        for line in _block(diagnostic, sources, width):
            line.rstrip()
            text.append_text(line).append("\n")
        text.append("\n")
    return text


def _block(diagnostic: Diagnostic, sources: Mapping[int, Source], width: int) -> Iterator[Text]:
    style = _STYLE[diagnostic.severity]
    yield Text.assemble(
        (f"{diagnostic.severity}[{diagnostic.code.id}]", style), (f": {visible(diagnostic.message)}", "bold")
    )
    marks: dict[int, list[Mark]] = {}
    if diagnostic.span.file in sources:
        file = diagnostic.span.file
        marks[file] = marks_of(diagnostic.span, sources[file], "^", style)
    for label in diagnostic.labels:
        file = label.span.file
        if file in sources:
            marks.setdefault(file, []).extend(marks_of(label.span, sources[file], "-", _BAR, label.message))

    gutter = _gutter(diagnostic, sources)
    for file, on_lines in marks.items():
        source = sources[file]
        first = file == diagnostic.span.file
        start = diagnostic.span.start if first else _first_label(diagnostic, file).start
        yield _place(source, start, gutter, "-->" if first else ":::")
        if source.text:
            yield _bar(gutter)
            yield from excerpt(source, on_lines, gutter, width)
    if marks and (diagnostic.help or diagnostic.fixes):
        yield _bar(gutter)
    if diagnostic.help:
        yield from _note("help", "bold cyan", diagnostic.help, gutter)
    for fix in diagnostic.fixes:
        yield from _note("fix", "bold green", fix.message, gutter)
        yield from _diff(fix, sources, gutter, width)


def _first_label(diagnostic: Diagnostic, file: int) -> Span:
    return next(label.span for label in diagnostic.labels if label.span.file == file)


def _gutter(diagnostic: Diagnostic, sources: Mapping[int, Source]) -> int:
    """How many columns the largest line number takes, and three for ``...``."""
    spans = [
        diagnostic.span,
        *(label.span for label in diagnostic.labels),
        *(edit.span for fix in diagnostic.fixes for edit in fix.edits),
    ]
    lines = (sources[span.file].position(span.end)[0] for span in spans if span.file in sources)
    return max(2, len(str(max(lines, default=0))))


def _place(source: Source, offset: int, gutter: int, arrow: str) -> Text:
    line, column = source.position(offset)
    return Text.assemble((f"{'':{gutter}}{arrow} ", _BAR), f"{visible(source.path)}:{line}:{column}")


def _bar(gutter: int) -> Text:
    return Text(f"{'':{gutter}} |", _BAR)


def _note(kind: str, style: str, message: str, gutter: int) -> Iterator[Text]:
    """``= help: message``, further lines of the message below its first."""
    lead = f"{'':{gutter}} = "
    for number, line in enumerate(message.splitlines() or [""]):
        head = (f"{kind}: ", style) if number == 0 else (" " * len(f"{kind}: "), "")
        yield Text.assemble((lead if number == 0 else " " * len(lead), _BAR), head, visible(line))


def _diff(fix: Fix, sources: Mapping[int, Source], gutter: int, width: int) -> Iterator[Text]:
    """What the fix takes away and puts in its place, line by line."""
    for file in dict.fromkeys(edit.span.file for edit in fix.edits):
        if file in sources:
            source = sources[file]
            edits = [edit for edit in fix.edits if edit.span.file == file]
            start = source.text.rfind("\n", 0, min(edit.span.start for edit in edits)) + 1
            end = source.text.find("\n", max(edit.span.end for edit in edits))
            text = source.text[start:end] if end >= 0 else source.text[start:]
            shifted = [Edit(Span(file, e.span.start - start, e.span.end - start), e.text) for e in edits]
            before, after = text.split("\n"), apply_edits(text, shifted).split("\n")
            number, _ = source.position(start)
            for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
                if kind != "equal":
                    old, new = before[a:b], after[c:d]
                    yield from _side(old, new, number + a, "-", "red", gutter, width)
                    yield from _side(new, old, number + a, "+", "green", gutter, width)


def _side(
    lines: list[str], others: list[str], number: int, sign: str, style: str, gutter: int, width: int
) -> Iterator[Text]:
    """Lines of one side of a change, each around the place where it differs from its counterpart."""
    for offset, line in enumerate(lines[:_MOST]):
        other = others[offset] if offset < len(others) else ""
        at = next((i for i, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
        yield numbered(number + offset, clipped(line.rstrip("\r"), at, width), gutter, sign, style)
    if len(lines) > _MOST:
        yield Text(f"{'':{gutter}} {sign} ... {len(lines) - _MOST} more", style)
