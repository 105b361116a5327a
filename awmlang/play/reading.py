"""What was typed: a command of the shell, or calls as a solution has them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from awmlang.diagnostics import Diagnostic, Source, Span
from awmlang.semantics.describe import nearest
from awmlang.syntax import grammar, tree
from awmlang.syntax.grammar import Part
from awmlang.syntax.parser import parse_part
from awmlang.syntax.tokens import tokenize

_COMMAND = re.compile(r"\s*([A-Za-z_]\w*)(?:\s+(?![=(])|\s*\Z)", re.ASCII)
_SHORT = re.compile(
    r"\s*(?:let\s+([A-Za-z_]\w*)\s*=\s*)?(?!let\b)([A-Za-z_]\w*)(?=\s+[A-Za-z_]\w*\s*=|\s*\Z)", re.ASCII
)
_RAW_CALL = re.compile(r"\s*call\s+(?![=(])", re.ASCII)  # JSON stands on one line, whatever is in it
_SOLUTION = re.compile(r"\s*solution\s*\{")


class Command(NamedTuple):
    """A command of the shell, and what stands behind its name."""

    name: str
    rest: str


class Step(NamedTuple):
    """A call, and the name by which its result is kept. What was typed begins at ``offset`` of the nodes' spans."""

    call: tree.Call
    name: tree.Name | None
    offset: int


class NotUnderstood(Exception):
    """``place``: the offsets in what was typed that are to blame, where they are known."""

    def __init__(self, message: str, help: str | None = None, place: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.place = place


def read(text: str, commands: Collection[str], tools: Collection[str]) -> Command | list[Step]:
    """What a text says: a command, or any number of calls. Raises NotUnderstood.

    A call is written as in a solution, or short: ``add_to_cart item_id=3``. A word alone that is both is a command.
    """
    word = _COMMAND.match(text)
    if word and word[1] in commands:
        return Command(word[1], text[word.end() :].strip())
    if short := _SHORT.match(text):
        if short[2] not in tools:
            raise unknown(short[2], [*tools, *commands], short.span(2))
        return [_short(text, short)]
    before = 'task played "" {\n' if _SOLUTION.match(text) else 'task played "" { solution {\n'
    after = "\n}" * before.count("{")
    task = _parsed(before + text + after, "declaration", len(before), len(text))
    assert isinstance(task, tree.Task)
    return [_step(each, len(before)) for block in task.solutions for each in block.statements]


def unknown(name: str, names: Iterable[str], place: tuple[int, int] | None = None) -> NotUnderstood:
    """No tool or command has this name; ``names`` has those that there are."""
    return NotUnderstood(f"there is no tool or command {name}", meant(name, names), place)


def meant(name: str, names: Iterable[str]) -> str | None:
    """Advice for a name that is not there: the one that was meant, or all of a few."""
    every = list(names)
    if close := nearest(name, every):
        return f"did you mean {close}?"
    return f"there are {', '.join(every)}" if 0 < len(every) <= 12 else None


def is_open(text: str) -> bool:
    """Whether more lines must follow: a bracket or a text of several lines is not closed."""
    if _RAW_CALL.match(text):
        return False
    depth = 0
    for token in tokenize(grammar.load(), text):
        depth += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        if text.startswith('"""', token.start) and token.kind != "STRING":
            return True
    return depth > 0


def _short(text: str, found: re.Match[str]) -> Step:
    """``tool name=value name=value``: what is behind the tool is read as a record."""
    end = found.end()
    record = None
    if text[end:].strip():
        record = _parsed(f"{text[:end]}{{{text[end + 1 :]}\n}}", "expr", 0, len(text), start=end)
    pairs = record.pairs if isinstance(record, tree.Record) else ()
    arguments = []
    for pair in pairs:
        if pair.shape is not None:
            raise NotUnderstood("a call has no shape", place=place(pair.shape, 0))
        arguments.append(tree.Argument(pair.span, pair.name, pair.value))
    span = Span(0, *found.span(2))
    call = tree.Call(span, tree.Name(span, found[2]), tuple(arguments))
    return Step(call, tree.Name(Span(0, *found.span(1)), found[1]) if found[1] else None, 0)


def _step(node: tree.Statement, offset: int) -> Step:
    match node:
        case tree.Run(_, call):
            return Step(call, None, offset)
        case tree.Let(_, name, tree.Call() as call, None):
            return Step(call, name, offset)
    raise NotUnderstood("only calls can be played, one after the other", place=place(node, offset))


def place(node: tree.Node, offset: int) -> tuple[int, int]:
    """Where a node stands in what was typed, which begins at ``offset`` of its span."""
    return node.span.start - offset, node.span.end - offset


def _parsed(text: str, part: Part, offset: int, size: int, start: int = 0) -> tree.Node:
    """A part, of whose text ``size`` characters from ``offset`` on were typed."""
    node, found = parse_part(Source(0, "", text), part, start)
    for each in found:
        if each.is_error:
            raise _not_understood(each, offset, size)
    assert isinstance(node, tree.Node)
    return node


def _not_understood(found: Diagnostic, offset: int, size: int) -> NotUnderstood:
    start, end = (min(max(each - offset, 0), size) for each in (found.span.start, found.span.end))
    help = found.help or next((fix.message for fix in found.fixes), None)
    return NotUnderstood(found.message, help, (start, end))
