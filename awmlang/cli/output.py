"""What all commands print with: results on stdout, everything about them on stderr."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from awmlang.diagnostics import Diagnostic, Source

T = TypeVar("T")

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s"\[\]{},:]+')


class Failure(click.ClickException):
    """The input is at fault: exit code 1, one line of what is wrong and one of what to do."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help

    def show(self, file: IO[Any] | None = None) -> None:
        from rich.text import Text

        from awmlang.diagnostics import visible

        shown = Text.assemble(("error", "bold red"), (f": {visible(self.message)}", "bold"))
        if self.help:
            shown.append_text(Text.assemble("\n   = ", ("help: ", "bold cyan"), visible(self.help)))
        console(stderr=True).print(shown)


def unable(error: OSError) -> Failure:
    """What the operating system refused."""
    reason = error.strerror or str(error)
    return Failure(f"{error.filename}: {reason}" if error.filename else reason)


def console(*, stderr: bool = False, soft_wrap: bool = True) -> Console:
    """Writes to the stream of this moment, in colour where it is a terminal and NO_COLOR is unset.

    ``soft_wrap``: long lines are left to the terminal.
    """
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False)


def print_json(text: str) -> None:
    """A JSON document on stdout, indented, its numbers as they are written, nothing in it that steers a terminal."""
    import json

    from awmlang.diagnostics import visible_character

    depth = 0
    parts: list[str] = []
    for token in _JSON_TOKEN.findall(text):
        if token in ("}", "]"):
            depth -= 1
            # An empty object or list stays in one piece.
            parts.append(token if parts[-1] in ("{", "[") else "\n" + "  " * depth + token)
            continue
        if parts and parts[-1] in ("{", "[", ","):
            parts.append("\n" + "  " * depth)
        parts.append(": " if token == ":" else token)
        depth += token in ("{", "[")
    hidden = {char for char in text if visible_character(char) != char}
    escapes = str.maketrans({char: json.dumps(char)[1:-1] for char in hidden})
    click.echo("".join(part.translate(escapes) if part[0] == '"' else part for part in parts))


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], sources: Mapping[int, Source], *, stderr: bool = False
) -> None:
    """For people, in order."""
    from awmlang.diagnostics import in_order
    from awmlang.diagnostics.render_text import render_text

    console(stderr=stderr).print(render_text(in_order(diagnostics), sources), end="")


def print_diff(path: str, before: str, after: str) -> None:
    """A unified diff, in colours where they are wanted; nothing where nothing differs."""
    from difflib import unified_diff

    from rich.text import Text

    from awmlang.diagnostics import visible

    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in unified_diff(before.split("\n"), after.split("\n"), path, path, lineterm=""):
        console().print(Text(visible(line.removesuffix("\r")), styles.get(line[:1], "")))


def with_progress(items: Sequence[T], doing: str) -> Iterator[T]:
    """The items, with a bar on stderr while they last if it is a terminal and there are several."""
    if len(items) < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import track

    yield from track(items, doing, console=console(stderr=True), transient=True)
