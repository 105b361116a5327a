"""A lexer for Pygments, by which documentation tools colour code; it is found as ``awm``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from awmlang.editor.highlight import Role, roles
from awmlang.semantics.typenodes import SCALARS
from awmlang.syntax.tokens import ERROR, Token

_CONSTANTS = {"true", "false", "null"}
_WORD_OPERATORS = {"and", "or", "not", "in", "contains"}
_PUNCTUATION = {"(", ")", "[", "]", "{", "}", ",", ":"}

Piece = tuple[int, Any, str]


class AwmLexer(Lexer):
    """Which words are keywords is what the parser finds, so that a field called ``list`` is none."""

    name = "AWM"
    aliases: ClassVar[list[str]] = ["awm"]
    filenames: ClassVar[list[str]] = ["*.awm"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[Piece]:
        at = 0
        found = list(roles(text))
        for index, (token, role) in enumerate(found):
            yield from _between(text, at, token.start)
            following = found[index + 1][0] if index + 1 < len(found) else None
            yield from _pieces(token, role, following)
            at = token.end
        yield from _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> Iterator[Piece]:
    """White space and comments."""
    while start < end:
        mark = text.find("#", start, end)
        if mark < 0:
            yield start, Whitespace, text[start:end]
            return
        if mark > start:
            yield start, Whitespace, text[start:mark]
        stop = text.find("\n", mark, end)
        stop = end if stop < 0 else stop
        yield mark, Comment.Single, text[mark:stop]
        start = stop


def _pieces(token: Token, role: Role, following: Token | None) -> Iterator[Piece]:
    start, text = token.start, token.text
    if token.kind == "STRING":
        yield from _text(start, text)
    elif text.endswith(":") and len(text) > 1:
        yield start, Keyword.Declaration if role == "keyword" else Name.Attribute, text[:-1]
        yield token.end - 1, Punctuation, ":"
    elif token.kind == "FIELD":
        yield start, Punctuation, "."
        yield start + 1, Name.Attribute, text[1:]
    elif role == "keyword":
        yield start, _keyword(text), text
    elif role == "name":
        yield start, _name(text, following), text
    else:
        yield start, _other(token), text


def _keyword(word: str) -> Any:
    if word in _CONSTANTS:
        return Keyword.Constant
    return Operator.Word if word in _WORD_OPERATORS else Keyword


def _name(word: str, following: Token | None) -> Any:
    if word in SCALARS:
        return Keyword.Type
    if following is not None and following.kind == "(":
        return Name.Function
    if word in ("me", "now", "this"):
        return Name.Builtin.Pseudo
    return Name.Class if word[:1].isupper() else Name


def _other(token: Token) -> Any:
    if token.kind in ("NUMBER", "BOUNDS"):
        return Number
    if token.kind == "REGEX":
        return String.Regex
    if token.kind == ERROR:
        return Error
    return Punctuation if token.kind in _PUNCTUATION else Operator


def _text(start: int, text: str) -> Iterator[Piece]:
    """A text in quotes; what stands in braces in it apart."""
    at = begin = 0
    while at < len(text):
        two = text[at : at + 2]
        if two in ("{{", "}}") or two[:1] == "\\":
            at += 2
        elif text[at] == "{" and (end := text.find("}", at)) >= 0:
            if at > begin:
                yield start + begin, String.Double, text[begin:at]
            yield start + at, String.Interpol, text[at : end + 1]
            at = begin = end + 1
        else:
            at += 1
    if begin < len(text):
        yield start + begin, String.Double, text[begin:]
