"""From reductions of the grammar to nodes of the tree: words, strings, expressions, queries, shapes.

As in ``build``: one method a rule or alias of ``awm.lark``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from awmlang.diagnostics.span import Span
from awmlang.syntax import strings, tree
from awmlang.syntax.tokens import Token

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


class _Clauses(NamedTuple):
    """The clauses of a query, by the name they have in ``tree.Query``."""

    span: Span
    parts: dict[str, Any]


class Expressions:
    """Makes nodes of one file. ``code`` parses what stands between the braces of a string."""

    def __init__(
        self, file: int, reserved: frozenset[str], code: Callable[[strings.Piece], tree.Expr | None]
    ) -> None:
        self._file = file
        self._reserved = reserved
        self._code = code

    # ---- Words and strings

    def _name(self, token: Token) -> tree.Name:
        kind, start, end, text = token
        if kind == "STRING":
            return tree.Name(Span(self._file, start + 1, end - 1), strings.plain(text, start))
        if text.endswith(":"):
            return tree.Name(Span(self._file, start, end - 1), text[:-1])
        if kind == "FIELD":
            return tree.Name(Span(self._file, start + 1, end), text[1:])
        return tree.Name(Span(self._file, start, end), text)

    def _text(self, token: Token) -> tree.Text:
        return tree.Text(Span(self._file, token.start, token.end), strings.plain(token.text, token.start))

    def _maybe_text(self, token: Token | None) -> tree.Text | None:
        return None if token is None else self._text(token)

    def _string(self, token: Token) -> tree.String:
        _, start, end, text = token
        span = Span(self._file, start, end)
        if "{" not in text and "}" not in text:
            value = strings.plain(text, start)
            return tree.String(span, (value,) if value else ())
        parts: list[str | tree.Expr] = []
        for piece in strings.interpolated(text, start):
            part = piece.value if piece.kind == "text" else self._path(piece) or self._code(piece)
            if part is not None:
                parts.append(part)
        return tree.String(span, tuple(parts))

    def _path(self, piece: strings.Piece) -> tree.Expr | None:
        """``name.name``, by far the most frequent interpolation."""
        if piece.kind == "brace" or not _PATH.fullmatch(piece.value):
            return None
        first, *rest = piece.value.split(".")
        if first in self._reserved:
            return None
        end = piece.start + len(first)
        path: tree.Expr = tree.Reference(Span(self._file, piece.start, end), first)
        for word in rest:
            name = tree.Name(Span(self._file, end + 1, end + 1 + len(word)), word)
            end = name.span.end
            path = tree.Attribute(Span(self._file, piece.start, end), path, name)
        return path

    # ---- Operators

    def binary(self, span: Span, left: tree.Expr, operator: Token, right: tree.Expr) -> tree.Binary:
        _, start, end, text = operator
        return tree.Binary(span, text, left, right, Span(self._file, start, end))  # type: ignore[arg-type]

    def not_in(self, span: Span, first: Token, second: Token) -> Token:
        return Token("not in", first.start, second.end, "not in")

    def not_(self, span: Span, value: tree.Expr) -> tree.Not:
        return tree.Not(span, value)

    def negate(self, span: Span, value: tree.Expr) -> tree.Negate:
        return tree.Negate(span, value)

    def if_given(self, span: Span, value: tree.Expr) -> tree.IfGiven:
        return tree.IfGiven(span, value)

    def conditional(
        self, span: Span, condition: tree.Expr, then: tree.Expr, otherwise: tree.Expr
    ) -> tree.Conditional:
        return tree.Conditional(span, condition, then, otherwise)

    def attribute(self, span: Span, base: tree.Expr, field: Token) -> tree.Attribute:
        return tree.Attribute(span, base, self._name(field))

    def index(self, span: Span, base: tree.Expr, index: tree.Expr) -> tree.Index:
        return tree.Index(span, base, index)

    # ---- Atoms

    def name(self, span: Span, token: Token) -> tree.Reference:
        return tree.Reference(span, token.text)

    def row_field(self, span: Span, field: Token) -> tree.RowField:
        return tree.RowField(span, self._name(field))

    def number(self, span: Span, token: Token) -> tree.Number:
        return tree.Number(span, token.text)

    def string(self, span: Span, token: Token) -> tree.String:
        return self._string(token)

    def true(self, span: Span) -> tree.Boolean:
        return tree.Boolean(span, True)

    def false(self, span: Span) -> tree.Boolean:
        return tree.Boolean(span, False)

    def null(self, span: Span) -> tree.Null:
        return tree.Null(span)

    def rows(self, span: Span, which: Token, entity: Token) -> tree.Rows:
        return tree.Rows(span, which.text, self._name(entity))  # type: ignore[arg-type]

    def call(self, span: Span, name: Token, arguments: tuple[tree.Argument, ...]) -> tree.Call:
        return tree.Call(span, self._name(name), arguments)

    def arguments(self, span: Span, *arguments: tree.Expr | tree.Argument) -> tuple[tree.Argument, ...]:
        return tuple(a if isinstance(a, tree.Argument) else tree.Argument(a.span, None, a) for a in arguments)

    def named_argument(self, span: Span, name: Token, value: tree.Expr) -> tree.Argument:
        return tree.Argument(span, self._name(name), value)

    def list(self, span: Span, *items: tree.Expr) -> tree.ListOf:
        return tree.ListOf(span, items)

    def record(self, span: Span, *pairs: tree.Pair) -> tree.Record:
        return tree.Record(span, pairs)

    def pair(self, span: Span, name: Token, value: tree.Expr, shape: tree.Shape | None) -> tree.Pair:
        return tree.Pair(span, self._name(name), value, shape)

    # ---- Queries

    def query(
        self, span: Span, source: tree.Expr, alias: tree.Name | None, clauses: _Clauses | None
    ) -> tree.Query:
        parts = {} if clauses is None else clauses.parts
        return tree.Query(
            span,
            source,
            alias,
            where=parts.get("where"),
            sort=parts.get("sort"),
            skip=parts.get("skip"),
            take=parts.get("take"),
            paged=parts.get("paged"),
        )

    def unnamed_query(self, span: Span, source: tree.Expr, clauses: _Clauses) -> tree.Query:
        return self.query(span, source, None, clauses)

    def row_name(self, span: Span, name: Token) -> tree.Name:
        return self._name(name)

    def clauses(self, span: Span, *parts: tuple[str, Any]) -> _Clauses:
        return _Clauses(span, dict(parts))

    def where(self, span: Span, condition: tree.Expr) -> tuple[str, tree.Expr]:
        return "where", condition

    def sort(self, span: Span, *keys: tree.SortKey | tree.SortChoice) -> tuple[str, tree.Sort]:
        return "sort", tree.Sort(span, keys)

    def skip(self, span: Span, count: tree.Expr) -> tuple[str, tree.Expr]:
        return "skip", count

    def take(self, span: Span, count: tree.Expr) -> tuple[str, tree.Expr]:
        return "take", count

    def paged(self, span: Span, size: tree.Expr) -> tuple[str, tree.Expr]:
        return "paged", size

    def key(self, span: Span, value: tree.Expr, direction: Token | None) -> tree.SortKey:
        return tree.SortKey(span, value, direction is not None and direction.text == "desc")

    def direction(self, span: Span, word: Token) -> Token:
        return word

    def choice(self, span: Span, selector: tree.Expr, *options: tree.SortOption) -> tree.SortChoice:
        return tree.SortChoice(span, selector, options)

    def option(self, span: Span, member: Token, key: tree.SortKey) -> tree.SortOption:
        return tree.SortOption(span, self._name(member), key)

    # ---- Shapes

    def shape(self, span: Span, star: Span | None, *entries: tree.Entry) -> tree.Shape:
        return tree.Shape(span, star, entries)

    def star(self, span: Span, star: Token) -> Span:
        return span

    def entry(
        self,
        span: Span,
        field: Token,
        alias: tree.Name | None,
        clauses: _Clauses | None,
        shape: tree.Shape | None,
    ) -> tree.Entry:
        name = self._name(field)
        last = clauses or alias
        if last is None:
            return tree.Entry(span, name, None, None, shape)
        query = self.query(name.span.to(last.span), tree.RowField(name.span, name), alias, clauses)
        return tree.Entry(span, name, None, query, shape)

    def named_entry(self, span: Span, name: Token, value: tree.Expr, shape: tree.Shape | None) -> tree.Entry:
        return tree.Entry(span, self._name(name), value, None, shape)
