"""Text to tree."""

from __future__ import annotations

from typing import Any

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, limited
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import grammar, strings, tree
from awmlang.syntax.build import Builder
from awmlang.syntax.depth import ADVICE, TOO_DEEP, too_deep
from awmlang.syntax.grammar import Part
from awmlang.syntax.machine import Machine, Stuck
from awmlang.syntax.tokens import Token, comments, tokenize

MAX_ERRORS = 50
LONGEST_NAME = 64  # what the interfaces of models allow for the name of a tool

_BRACES = "`{{` and `}}` stand for braces"
_LET = "give the value a name with `let` before"


def parse(source: Source) -> tuple[tree.Spec, list[Diagnostic]]:
    """The tree of a file. Where it has errors: what could be made of it, and findings, in order of place."""
    parser = _Parser(source)
    tokens = tokenize(parser.table, source.text)
    try:
        spec: tree.Spec = parser.machine.run(tokens, "start")
        found = parser.found
    except Stuck as stuck:
        from awmlang.syntax.recovery import recover, whole

        done = whole(stuck.values)
        before = [d for d in parser.found if any(d.span.start < node.span.end for node in done)]
        parser.found = []
        spec, tokens, found = recover(parser.table, source, parser.machine, tokens, done)
        found += parser.found
        found += [d for d in before if d not in found]
    found += [
        _long_name(source, token) for token in tokens if len(token.text) > LONGEST_NAME and _is_name(token)
    ]
    shallow = []
    for declaration in spec.declarations:
        if deep := too_deep(declaration):
            found.append(deep_finding(deep))
        else:
            shallow.append(declaration)
    notes = comments(source.text, tokens, source.file)
    return tree.Spec(spec.span, spec.environment, tuple(shallow), notes), capped(found)


def parse_part(
    source: Source, rule: Part, start: int = 0, end: int | None = None
) -> tuple[Any | None, list[Diagnostic]]:
    """What ``source.text[start:end]`` is as a ``rule`` of the grammar, or what could be made of it, and findings.

    Expressions are ``tree.Expr``, types ``tree.TypeNode``. Spans are places in ``source``.
    """
    return PartParser(source.file).parse(source, rule, start, end)


class PartParser:
    """``parse_part`` for many texts of one file id, with less to be done for each."""

    def __init__(self, file: int) -> None:
        self._parser = _Parser(Source(file, "", ""))

    def parse(
        self, source: Source, rule: Part, start: int = 0, end: int | None = None
    ) -> tuple[Any | None, list[Diagnostic]]:
        """As ``parse_part``."""
        parser = self._parser
        parser.source, parser.found = source, []
        tokens = tokenize(parser.table, source.text, start, end)
        try:
            node = parser.machine.run(tokens, rule)
        except Stuck:
            from awmlang.syntax.recovery import mend

            parser.found = []
            mended, found = mend(parser.table, source, rule, start, end)
            try:
                node = None if mended is None else parser.machine.run(mended, rule)
            except Stuck:
                node = None
            parser.found += found
        if isinstance(node, tree.Node) and (deep := too_deep(node)):
            return None, capped([*parser.found, deep_finding(deep)])
        return node, capped(parser.found)


def deep_finding(span: Span) -> Diagnostic:
    """That a tree goes too deep at ``span``."""
    return Diagnostic(codes.TOO_DEEP, span, TOO_DEEP, help=ADVICE)


def capped(found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings in order of place, and no more of them than anybody reads."""
    return limited(found, MAX_ERRORS)


def _is_name(token: Token) -> bool:
    return token.kind in ("NAME", "LABEL", "FIELD") and len(token.text.strip(".:")) > LONGEST_NAME


def _long_name(source: Source, token: Token) -> Diagnostic:
    span = Span(source.file, token.start, token.end)
    return Diagnostic(codes.LONG_NAME, span, f"a name has {LONGEST_NAME} characters at most")


class _Parser:
    """The machine for one file, and what is wrong inside its strings."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.table = grammar.load()
        builder = Builder(source.file, frozenset(self.table.reserved), self._code)
        self.machine = Machine(self.table, builder, source.file)
        self.found: list[Diagnostic] = []

    def _code(self, piece: strings.Piece) -> tree.Expr | None:
        """The expression between the braces of a string."""
        span = Span(self.source.file, piece.start, piece.end)
        if piece.kind == "brace":
            other = "}" if piece.value == "{" else "{"
            self._report(span, f"there is no `{other}` for this `{piece.value}`", _BRACES)
        elif not piece.value.strip():
            self._report(span, "nothing stands between the braces", _BRACES)
        elif '"' in piece.value:
            self._report(span, "no text in quotes can stand within a text", _LET)
        else:
            return self._value(span, piece)
        return None

    def _value(self, span: Span, piece: strings.Piece) -> tree.Expr | None:
        tokens = tokenize(self.table, self.source.text, piece.start, piece.end)
        try:
            value = self.machine.run(tokens, "expr")
        except Stuck:
            self._report(span, f"`{piece.value}` is no value that a text can show", _BRACES)
            return None
        if isinstance(value, (tree.Reference, tree.RowField, tree.Attribute, tree.Index, tree.Call)):
            return value
        self._report(span, "only a name, a path or a call can stand in a text", _LET)
        return None

    def _report(self, span: Span, message: str, advice: str) -> None:
        self.found.append(Diagnostic(codes.BAD_INTERPOLATION, span, message, help=advice))
