"""Text to formatted text, and trees to text."""

from __future__ import annotations

from collections.abc import Mapping

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source
from awmlang.syntax import grammar, tree
from awmlang.syntax.format import declarations
from awmlang.syntax.format.columns import align, join
from awmlang.syntax.format.comments import FormatError, notes
from awmlang.syntax.format.document import Doc, Notes, render, settle
from awmlang.syntax.format.expressions import expression
from awmlang.syntax.format.words import oneline
from awmlang.syntax.parser import parse

WIDTH = 100
"""Columns that a line has, comments and what cannot be broken aside."""


def format_source(source: Source) -> tuple[str | None, list[Diagnostic]]:
    """The text of a file, formatted, and findings; None where they are errors.

    Line breaks are those of the file's first line. Raises FormatError.
    """
    spec, found = parse(source)
    if any(d.is_error for d in found):
        return None, found
    doc = declarations.spec(spec)
    text = _laid_out(doc, notes(grammar.load(), doc, source.text, spec.comments))
    again, faults = parse(Source(source.file, source.path, text))
    if len(faults) > len(found) or not tree.same(spec, again) or len(spec.comments) != len(again.comments):
        raise FormatError(f"{source.path} would not be the same when formatted")
    crlf = source.text.partition("\n")[0].endswith("\r")
    return text.replace("\n", "\r\n") if crlf else text, found


def format_spec(spec: tree.Spec) -> str:
    """The text of a tree, without comments."""
    return _laid_out(declarations.spec(spec), {})


def format_solution(block: tree.Block) -> str:
    """``solution { ... }`` with the statements of a block."""
    return _laid_out(declarations.solution(block), {})


def format_expression(node: tree.Expr) -> str:
    """The text of an expression on one line (several where a string in it has several)."""
    return oneline(expression(node))


def _laid_out(doc: Doc, notes: Mapping[int, Notes]) -> str:
    rows = render(settle(doc, notes), WIDTH)
    align(rows, WIDTH)
    return join(rows, WIDTH)


def format_part(node: tree.Node, width: int = WIDTH) -> str:
    """The text of a part of a spec: whatever has a line to itself there, an expression, a type or a shape."""
    return join(render(settle(declarations.part(node), {}), width), width)[:-1]
