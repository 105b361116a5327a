"""Text to tree."""

from __future__ import annotations

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import grammar, strings, tree
from awmlang.syntax.build import Builder
from awmlang.syntax.depth import too_deep
from awmlang.syntax.machine import Machine, Stuck
from awmlang.syntax.tokens import END, ERROR, comments, tokenize

MAX_ERRORS = 50


def parse(source: Source) -> tuple[tree.Spec, list[Diagnostic]]:
    """The tree of a file. Where it has errors: what could be made of it, and findings, in order of place."""
    parser = _Parser(source)
    tokens = tokenize(parser.table, source.text)
    try:
        spec: tree.Spec = parser.machine.run(tokens, "start")
        found = parser.found
    except Stuck:
        from awmlang.syntax.recovery import recover

        parser = _Parser(source)
        spec, tokens, found = recover(parser.table, source, parser.machine)
        found += parser.found
    shallow = []
    for declaration in spec.declarations:
        if deep := too_deep(declaration):
            message = "this is nested too deeply"
            help = "give parts of it names with `let`, or move them into a function"
            found.append(Diagnostic(codes.TOO_DEEP, deep, message, help=help))
        else:
            shallow.append(declaration)
    notes = comments(source.text, tokens, source.file)
    return tree.Spec(spec.span, spec.environment, tuple(shallow), notes), _capped(found)


def parse_expression(source: Source, start: int, end: int) -> tuple[tree.Expr | None, list[Diagnostic]]:
    """The expression that ``source.text[start:end]`` is; None with findings if it is none."""
    return _part(source, start, end, "expr")


def parse_type(source: Source, start: int, end: int) -> tuple[tree.TypeNode | None, list[Diagnostic]]:
    """As ``parse_expression``, for a type."""
    return _part(source, start, end, "type")
