"""A text as it would be if what stands at the cursor were finished, so that it can be read like any other.

A name is put at the cursor, and behind it as few tokens as let the rest of its declaration follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from awmlang.syntax import grammar
from awmlang.syntax.automaton import Automaton, Stack
from awmlang.syntax.grammar import END, Table
from awmlang.syntax.tokens import ERROR, Token, comments, tokenize

HOLE = "awm_hole_"
"""The name that is put at the cursor."""

_DECLARATIONS = (
    *("environment", "entity", "enum", "type", "function", "tool", "crud", "data", "generate", "task"),
    *("clock", "policy", "invariant", "me:"),
)
_FILLERS = {"NAME": "x_", "STRING": '"x"', "LABEL": "x_:", "NUMBER": "0", "FIELD": ".x_"}
_ORDER = (
    *(")", "]", "}", "else", "=", "then"),
    *("NAME", "STRING", "LABEL", "{", "in", "->", "(", "list", "NUMBER", ","),
)
"""What is put behind the name, the first of these that can stand there."""
_MOST = 16  # tokens behind the name
_ENOUGH = 12  # tokens of the rest that follow on, where not all of it can

_WORD_BEFORE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_WORD_AFTER = re.compile(r"[A-Za-z0-9_]*")
_OPEN_BRACE = re.compile(r"\{[^{}\"]*\Z")


@dataclass(frozen=True, slots=True)
class Finished:
    """``text`` with the hole in it, or None where no name can stand; what is typed replaces ``start`` to ``end``.

    ``kinds``: the kinds of tokens that could stand there. ``in_text``: between the quotes of a text.
    """

    text: str | None
    start: int
    end: int
    kinds: frozenset[str]
    in_text: bool = False


def finish(text: str, offset: int) -> Finished | None:
    """The text, finished at ``offset``; None in a comment or a number."""
    table = grammar.load()
    tokens = tokenize(table, text)
    if any(note.span.start < offset <= note.span.end for note in comments(text, tokens, 0)):
        return None
    word = _WORD_BEFORE.search(text, 0, offset)
    start = word.start() if word else offset
    after = _WORD_AFTER.match(text, offset)
    end = after.end() if after else offset
    if start and text[start - 1].isdigit():
        return None
    quote = _text_around(tokens, text, offset)
    if quote is None:
        return _in_code(table, tokens, text, start, end)
    token, is_closed = quote
    if _OPEN_BRACE.search(text, token.start, start):
        closing = "" if re.match(r"[^{}\"\n]*\}", text[end : token.end]) else "}"
        closing += "" if is_closed else '"'
        whole = text[token.start : start] + HOLE + closing + text[end : token.end]
        finished = _in_code(table, tokens, text, token.start, token.end, whole, "STRING")
        return Finished(finished.text, start, end, frozenset())
    finished = _in_code(table, tokens, text, token.start, token.end, f'"{HOLE}"', "STRING")
    return Finished(finished.text, token.start + 1, token.end - is_closed, finished.kinds, in_text=True)


def _text_around(tokens: Sequence[Token], text: str, offset: int) -> tuple[Token, bool] | None:
    """The text in quotes that a place is in, and whether it has its second quote."""
    for token in tokens:
        if token.kind == "STRING" and token.start < offset < token.end:
            return token, True
        if token.kind == ERROR and token.text == '"' and token.start < offset:
            end = text.find("\n", token.start)
            end = len(text) if end < 0 else end
            if offset <= end:
                return Token("STRING", token.start, offset, text[token.start : offset]), False
    return None


def _in_code(
    table: Table, tokens: Sequence[Token], text: str, start: int, end: int, hole: str = HOLE, kind: str = ""
) -> Finished:
    after_dot = not kind and text[start - 1 : start] == "." and text[start - 2 : start - 1] != "."
    begin = start - after_dot
    part, rest = _declaration(tokens, begin, end, text)
    automaton = Automaton(
        table, "environment" if part[:1] and part[0].kind == "environment" else "declaration"
    )
    stack = _stack(automaton, part)
    if automaton.accepted(stack) == {END}:  # the declaration is whole: another begins
        automaton = Automaton(table, "declaration")
        stack = automaton.bottom
    kinds = frozenset(
        accepted
        for accepted in automaton.accepted(stack)
        if not accepted[0].isalpha() or accepted.isupper() or not automaton.is_name(stack, accepted)
    )
    kind = kind or ("FIELD" if after_dot else "NAME")
    named = automaton.shift(stack, kind)
    if named is None:
        return Finished(None, start, end, kinds if not after_dot else frozenset())
    added = " ".join(_FILLERS.get(each, each) for each in _bridge(automaton, named, rest) or ())
    return Finished(
        f"{text[:start]}{hole} {added} {text[end:]}", start, end, frozenset() if after_dot else kinds
    )


def _declaration(
    tokens: Sequence[Token], begin: int, end: int, text: str
) -> tuple[Sequence[Token], Sequence[Token]]:
    """The tokens of the declaration at hand before ``begin``, and those from ``end`` on."""
    cuts = [
        index
        for index, token in enumerate(tokens)
        if token.kind in _DECLARATIONS and (token.start == 0 or text[token.start - 1] == "\n")
    ]
    first = max((cut for cut in cuts if tokens[cut].start < begin), default=0)
    last = min((cut for cut in cuts if tokens[cut].start >= end and cut > first), default=len(tokens) - 1)
    part = [token for token in tokens[first:last] if token.end <= begin]
    rest = [token for token in tokens[first:last] if token.start >= end]
    return part, [*rest, Token(END, end, end, "")]


def _stack(automaton: Automaton, tokens: Sequence[Token]) -> Stack:
    """The stack behind the tokens; where one cannot stand, something is put before it, or else it is left out."""
    stack = automaton.bottom
    for index, token in enumerate(tokens):
        following = automaton.shift(stack, token.kind)
        if following is None and token.kind != ERROR:
            added = _bridge(automaton, stack, tokens[index : index + 3])
            between = automaton.put(stack, added) if added is not None else None
            following = automaton.shift(between, token.kind) if between is not None else None
        stack = following or stack
    return stack


def _bridge(automaton: Automaton, stack: Stack, rest: Sequence[Token]) -> list[str] | None:
    """Kinds of tokens after which the rest follows on; None if none were found."""
    added: list[str] = []
    enough = min(len(rest), _ENOUGH)
    only_the_end_is_missing = len(rest) > 1 and automaton.reach(stack, rest)[0] == len(rest) - 1
    for _ in range(_MOST):
        count, complete = automaton.reach(stack, rest)
        if count >= enough or (complete and rest[count].kind == END):
            return added
        accepted = automaton.accepted(stack)
        kind = next((kind for kind in _ORDER if kind in accepted), None)
        following = automaton.shift(stack, kind) if kind is not None else None
        if kind is None or following is None:
            break
        added.append(kind)
        stack = following
    return [] if only_the_end_is_missing else None
