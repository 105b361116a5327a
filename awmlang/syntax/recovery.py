"""A file with errors to as much of its tree as there is, and findings.

The file is cut where declarations begin, so that an error in one cannot touch another. Braces that are never
closed are found by indentation; the rest is for ``repair``.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix
from awmlang.diagnostics.echoes import without_echoes
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import tree, wording
from awmlang.syntax.grammar import END, Table
from awmlang.syntax.habits import DECLARATIONS, ELSEWHERE, MODIFIERS, SURELY
from awmlang.syntax.idioms import rewritten
from awmlang.syntax.lexical import Mender
from awmlang.syntax.machine import Machine, Stuck
from awmlang.syntax.repair import Repairer
from awmlang.syntax.tokens import ERROR, Token, tokenize

_BUDGET = 100  # findings and silent repairs; then the rest of the file is left alone

_NAMED = ("entity", "enum", "type", "function", "tool", "crud", "data", "generate", "task", "environment")
_STARTERS = {*_NAMED, "clock", "policy", "invariant", "me:"}
_FOREIGN_STARTERS = {*DECLARATIONS, *MODIFIERS}
_NO_ENVIRONMENT = 'a file begins with its environment: `environment name "What it is."`'
_COMMENTS = re.compile(
    r'"""(?:\\.|"{0,2}[^"\\])*"""|"(?:[^"\\\n]|\\[^\n])*"?|#[^\n]*|\(\s*/(?:[^/\\\n]|\\[^\n])+/'
    r"|(?P<foreign>//(?![ \t]*\d)[^\n]*|/\*.*?(?:\*/|\Z)|(?<![^\s{}])--(?=[ \t]+\w)[^\n]*)",
    re.S,
)
_WORD = re.compile(r"\s+(\w+)")


def whole(values: Sequence[Any]) -> list[tree.Node]:
    """The environment and the declarations before the place where the parser of a file got stuck."""
    rest = values[1] if len(values) > 1 and isinstance(values[1], list) else ()
    return [node for node in (*values[:1], *rest) if isinstance(node, tree.Node)]


def recover(
    table: Table, source: Source, machine: Machine, tokens: list[Token], done: Sequence[tree.Node]
) -> tuple[tree.Spec, list[Token], list[Diagnostic]]:
    """The tree of a file that does not parse (without comments), its tokens, and why it does not parse.

    ``tokens`` are its tokens as they are; ``done`` is what was parsed before the place that does not.
    """
    text, found = _without_foreign_comments(source)
    if text != source.text or any(token.kind == ERROR for token in tokens):
        mender = Mender(source)
        tokens = tokenize(table, text, mend=mender)
        found += mender.diagnostics
    recovery = _Recovery(table, source, machine, found, {node.span: node for node in done})
    recovery.file(tokens)
    declarations = tuple(recovery.declarations)
    spec = tree.Spec(
        Span(source.file, tokens[0].start, tokens[-1].end), recovery.environment, declarations, ()
    )
    return spec, tokens, found


def mend(
    table: Table, source: Source, start: str, begin: int, end: int | None
) -> tuple[list[Token] | None, list[Diagnostic]]:
    """Why ``source.text[begin:end]`` does not parse as ``start``, and tokens that do, if few changes make them."""
    mender = Mender(source)
    tokens = tokenize(table, source.text, begin, end, mender)
    within = "entity" if start in ("member", "field", "type") else "tool"
    tokens, idioms = rewritten(table, source, tokens, within)
    repairer = Repairer(table, source, start, _BUDGET)
    repaired = repairer.repair(tokens)
    said = mender.diagnostics + idioms
    found = said + (without_echoes(repairer.diagnostics, said, source) if said else repairer.diagnostics)
    if len(repairer.rest) > 1:
        token = repairer.rest[0]
        message = f"expected the end, found {wording.found(token)}"
        found.append(Diagnostic(codes.UNEXPECTED, Span(source.file, token.start, token.end), message))
    return repaired, found


def _without_foreign_comments(source: Source) -> tuple[str, list[Diagnostic]]:
    """The text with ``//``, ``/* */`` and ``--`` comments blanked out."""
    found: list[Diagnostic] = []

    def blank(match: re.Match[str]) -> str:
        if match["foreign"] is None:
            return match.group()
        span = Span(source.file, match.start(), match.start() + 2)
        body = match.group().removeprefix("/*").removesuffix("*/").removeprefix("//").removeprefix("--")
        lines = [line.strip().removeprefix("*") for line in body.splitlines()]
        lines = [line for line in lines if line] or [""]
        whole = Span(source.file, *match.span())
        fix = Fix(
            "begin it with `#`", (Edit(whole, "\n".join(f"# {line.strip()}" for line in lines)),), safe=True
        )
        found.append(Diagnostic(codes.FOREIGN, span, "a comment begins with `#`", fixes=(fix,)))
        return re.sub(r"[^\n]", " ", match.group())

    return _COMMENTS.sub(blank, source.text), found


class _Recovery:
    def __init__(
        self,
        table: Table,
        source: Source,
        machine: Machine,
        found: list[Diagnostic],
        done: Mapping[Span, tree.Node],
    ) -> None:
        self._done = done
        self._table = table
        self._source = source
        self._run = machine.run
        self._found = found
        self._budget = _BUDGET
        self._lines = {source.position(d.span.start)[0] for d in found}
        self.environment: tree.Environment | None = None
        self.declarations: list[tree.Declaration] = []

    def file(self, tokens: Sequence[Token]) -> None:
        cuts = self._cuts(tokens)
        for begin, end in zip([0, *cuts], [*cuts, len(tokens) - 1], strict=True):
            if begin < end and self._budget > 0:
                self._part(tokens[begin:end])
        first, _ = self._source.position(tokens[0].start)
        if tokens[0].kind != "environment" and all(
            self._source.position(d.span.start)[0] != first for d in self._found
        ):
            self._report(codes.NO_ENVIRONMENT, tokens[0], _NO_ENVIRONMENT)

    def _cuts(self, tokens: Sequence[Token]) -> list[int]:
        """Where declarations begin: at a word for one at the start of a line, or outside of all braces."""
        cuts, depth = [], 0
        for index, token in enumerate(tokens):
            kind = token.kind
            if kind == "{":
                depth += 1
            elif kind == "}":
                depth = max(depth - 1, 0)
            elif kind in _STARTERS and self._begins(kind, tokens, index):
                if self._starts_line(token) or depth == 0:
                    cuts.append(index)
                    depth = 0
            elif kind == "NAME" and self._begins_as_elsewhere(tokens, index):
                cuts.append(index)
                depth = 0
        return cuts

    def _begins_as_elsewhere(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a declaration begins with a word of another language: ``class Item {``."""
        following = tokens[index + 1].kind if index + 1 < len(tokens) else END
        token = tokens[index]
        return token.text in _FOREIGN_STARTERS and following == "NAME" and self._starts_line(token)

    def _starts_line(self, token: Token) -> bool:
        return token.start == 0 or self._source.text[token.start - 1] == "\n"

    def _begins(self, kind: str, tokens: Sequence[Token], index: int) -> bool:
        following = tokens[index + 1].kind if index + 1 < len(tokens) else END
        if kind == "environment" and index == 0:
            return True
        if kind in _NAMED:
            return following[:1].isalpha() and following not in ("STRING", "LABEL", "NUMBER")
        if kind == "policy":
            return following == "STRING"
        if kind == "clock":
            return following == "=" and tokens[min(index + 2, len(tokens) - 1)].kind == "STRING"
        return following != "=" and (kind != "me:" or following == "NAME")

    # ---- One part

    def _part(self, tokens: Sequence[Token]) -> None:
        """Parses what begins like a declaration, and whatever stands behind it up to the next."""
        while tokens and self._budget > 0:
            tokens = (
                self._declaration(tokens) if tokens[0].kind in _STARTERS else self._no_declaration(tokens)
            )

    def _declaration(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Parses a declaration; gives what stands behind it."""
        first, end = tokens[0], tokens[-1].end
        node = self._done.get(Span(self._source.file, first.start, end))
        if node is not None:
            self._add(node, first)
            return ()
        start = "environment" if first.kind == "environment" else "declaration"
        whole = [*tokens, Token(END, end, end, "")]
        try:
            self._add(self._run(whole, start), first)
            return ()
        except Stuck:
            whole, idioms = rewritten(self._table, self._source, whole)
        if idioms:
            self._found += idioms
            self._lines |= {self._source.position(d.span.start)[0] for d in idioms}
            self._budget -= len(idioms)
            with contextlib.suppress(Stuck):
                self._add(self._run(whole, start), first)
                return ()
        whole = self._close_braces(whole)
        repairer = Repairer(self._table, self._source, start, self._budget)
        repaired = repairer.repair(whole)
        self._budget -= max(len(repairer.diagnostics), 1)
        # Where the lexer has complained, what follows from it is no news.
        for finding in repairer.diagnostics:
            line, _ = self._source.position(finding.span.start)
            if line not in self._lines:
                self._found.append(finding)
        if repaired is not None:
            with contextlib.suppress(Stuck):  # too much was left out for anything to stay
                self._add(self._run(repaired, start), first)
        return repairer.rest[:-1]

    def _add(self, node: Any, first: Token) -> None:
        if not isinstance(node, tree.Environment):
            self.declarations.append(node)
        elif self.environment is None:
            self.environment = node
        else:
            self._report(codes.UNEXPECTED, first, "a file has one environment")

    def _no_declaration(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Reports what stands where a declaration should begin; gives what to go on with."""
        first = tokens[0]
        span = Span(self._source.file, first.start, first.end)
        if first.kind == "}":
            self._report(
                codes.UNOPENED, first, "this `}` closes nothing", (Fix("remove it", (Edit(span, ""),)),)
            )
            return tokens[1:]
        text = self._source.text
        if first.text in MODIFIERS and (following := _WORD.match(text, first.end)):
            place = Span(self._source.file, first.start, following.start(1))
            fix = Fix(f"leave `{first.text}` out", (Edit(place, ""),), safe=True)
            self._report(codes.FOREIGN, first, f"nothing stands before `{following[1]}`", (fix,))
            return tokens[1:]
        if first.text.lower() == "create" and len(tokens) > 1 and tokens[1].text.lower() in ("table", "type"):
            message = "tables are made of entities: `entity Item { name: text }`"
            self._report(codes.FOREIGN, first, message)
            return ()
        if first.text in ELSEWHERE or (first.text == "from" and any(t.text == "import" for t in tokens)):
            self._report(codes.FOREIGN, first, ELSEWHERE.get(first.text, ELSEWHERE["import"]))
            return ()
        meant = DECLARATIONS.get(first.text.lower())
        close = difflib.get_close_matches(first.text.lower(), sorted(_STARTERS - {"me:"}), n=1, cutoff=0.6)
        if word := meant or (close[0] if close else None):
            fix = Fix(f"write `{word}`", (Edit(span, word),), safe=first.text in SURELY)
            if meant:
                self._report(codes.FOREIGN, first, f"write `{word}`, not `{first.text}`", (fix,))
            else:
                message = f"nothing begins with `{first.text}`; did you mean `{word}`?"
                self._report(codes.MISSPELLED, first, message, (fix,))
            return [first._replace(kind=word, text=word), *tokens[1:]]
        message = f"expected {wording.beginning({'declaration'})}, found {wording.found(first)}"
        self._report(codes.UNEXPECTED, first, message)
        return ()

    def _report(self, code: codes.Code, token: Token, message: str, fixes: tuple[Fix, ...] = ()) -> None:
        line, _ = self._source.position(token.start)
        self._budget -= 1
        if line not in self._lines:
            self._lines.add(line)
            self._found.append(
                Diagnostic(code, Span(self._source.file, token.start, token.end), message, fixes=fixes)
            )

    # ---- Braces

    def _close_braces(self, tokens: Sequence[Token]) -> list[Token]:
        """Closes braces that are left open, each before the first line that is indented no more than its own."""
        missing = sum((t.kind == "{") - (t.kind == "}") for t in tokens)
        if missing <= 0:
            return list(tokens)
        closed: list[Token] = []
        open_: list[tuple[Token, int]] = []
        previous_end = 0
        line_start, indent = 0, 0
        for token in tokens:
            at_line_start = "\n" in self._source.text[previous_end : token.start] or not closed
            if at_line_start:
                line_start = self._source.text.rfind("\n", 0, token.start) + 1
                indent = token.start - line_start
            while (
                missing
                and open_
                and (token.kind == END or (at_line_start and self._ends(open_[-1][1], indent, token)))
            ):
                closed.append(self._missing_brace(open_.pop()[0], previous_end, tokens[0]))
                missing -= 1
            if token.kind == "{":
                open_.append((token, indent))
            elif token.kind == "}" and open_:
                open_.pop()
            closed.append(token)
            previous_end = token.end
        return closed

    def _ends(self, outer: int, indent: int, token: Token) -> bool:
        return indent < outer if token.kind == "}" else indent <= outer

    def _missing_brace(self, opener: Token, place: int, declaration: Token) -> Token:
        line, _ = self._source.position(opener.start)
        first_line, _ = self._source.position(declaration.start)
        thing = f"the {declaration.text} that" if line == first_line else "what"
        token = Token("}", place, place, "}")
        message = f"expected `}}` to close {thing} begins at line {line}"
        span = Span(self._source.file, place, place)
        here, _ = self._source.position(place)
        self._budget -= 1
        if here not in self._lines:
            self._lines.add(here)
            fix = Fix("insert `}`", (Edit(span, "\n}"),))
            self._found.append(Diagnostic(codes.UNCLOSED, span, message, fixes=(fix,)))
        return token
