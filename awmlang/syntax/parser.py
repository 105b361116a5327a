"""Text to tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import grammar, strings, tree
from awmlang.syntax.build import Builder
from awmlang.syntax.depth import too_deep
from awmlang.syntax.machine import Stuck, run
from awmlang.syntax.tokens import ERROR, Token, comments, tokenize


def parse(source: Source) -> tuple[tree.Spec, list[Diagnostic]]:
    """The tree of a file. Where it has errors: what could be made of it, and findings, in order of place."""
    parser = _Parser(source)
    tokens = tokenize(parser.table, source.text)
    try:
        spec: tree.Spec = parser.run(tokens, "start")
        found = parser.found
    except Stuck:
        from awmlang.syntax.recovery import recover

        parser = _Parser(source)
        spec, tokens, found = recover(parser.table, source, parser.run)
        found += parser.found
    shallow = []
    for declaration in spec.declarations:
        if deep := too_deep(declaration):
            message = "this is nested too deeply; give parts of it names with `let`, or use a function"
            found.append(Diagnostic(codes.TOO_DEEP, deep, message))
        else:
            shallow.append(declaration)
    notes = comments(source.text, tokens, source.file)
    return tree.Spec(spec.span, spec.environment, tuple(shallow), notes), sorted(found, key=lambda d: d.span)


class _Parser:
    """The parser of one file, and what it found inside strings."""

    def __init__(self, source: Source) -> None:
        self.table = grammar.load()
        self.found: list[Diagnostic] = []
        self._source = source
        self._builder = Builder(source.file, frozenset(self.table.reserved), self._code)

    def run(self, tokens: Sequence[Token], start: str) -> Any:
        return run(self.table, tokens, start, self._builder, self._source.file)

    def _code(self, piece: strings.Piece) -> tree.Expr | None:
        """The expression between the braces of a string."""
        span = Span(self._source.file, piece.start, piece.end)
        help = "`{{` and `}}` stand for braces"
        if piece.kind == "brace":
            other = "}" if piece.value == "{" else "{"
            self._report(span, f"there is no `{other}` for this `{piece.value}`", help)
            return None
        if '"' in piece.value:
            self._report(span, "no text in quotes can stand within a text", "give it a name with `let` before")
            return None
        tokens = tokenize(self.table, self._source.text, piece.start, piece.end)
        try:
            value = self.run(tokens, "expr")
        except Stuck as stuck:
            token = tokens[stuck.index]
            wrong = piece.value if token.kind in (ERROR, "$END") else token.text
            place = span if token.kind == "$END" else Span(self._source.file, token.start, token.end)
            self._report(place, f"`{wrong.strip()}` is no value that a text can show" if wrong.strip() else "nothing stands between the braces", help)
            return None
        if not isinstance(value, (tree.Reference, tree.RowField, tree.Attribute, tree.Index, tree.Call)):
            self._report(span, "only a name, a path or a call can stand in a text", "give the value a name with `let` before")
            return None
        return value

    def _report(self, span: Span, message: str, help: str) -> None:
        self.found.append(Diagnostic(codes.BAD_INTERPOLATION, span, message, help=help))
