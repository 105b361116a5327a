"""A small TextMate engine: what ``vscode-textmate`` does with a grammar that has begin, end, match and include."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple


class Scoped(NamedTuple):
    """Characters ``start`` to ``end`` of the text and the scopes they have, the file's own first."""

    start: int
    end: int
    scopes: tuple[str, ...]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class Engine:
    def __init__(self, grammar: dict[str, Any]) -> None:
        self.grammar = grammar

    def scopes(self, text: str) -> Iterator[Scoped]:
        """Every piece of the text, in order."""
        stack: list[dict[str, Any]] = [self.grammar]
        offset = 0
        for line in text.splitlines(keepends=True):
            for start, end, scopes in self._line(line.rstrip("\n"), stack):
                if end > start:
                    yield Scoped(offset + start, offset + end, scopes)
            offset += len(line)

    def _line(self, line: str, stack: list[dict[str, Any]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        at = 0
        entered = -1
        while True:
            outer = self._names(stack)
            found = self._next(line, at, stack[-1])
            if found is None:
                yield at, len(line), outer
                return
            match, rule, is_end = found
            yield at, match.start(), outer
            if is_end:
                stack_before = stack.pop()
                yield from self._captured(match, outer, rule.get("endCaptures", {}))
                if match.end() == at and entered == at and not match.group():
                    stack.append(stack_before)  # pragma: no cover
                    return
            elif "begin" in rule:
                names = (*outer, rule["name"]) if "name" in rule else outer
                yield from self._captured(match, names, rule.get("beginCaptures", {}))
                stack.append(rule)
                entered = match.end()
            else:
                names = (*outer, rule["name"]) if "name" in rule else outer
                yield from self._captured(match, names, rule.get("captures", {}))
            at = match.end()

    def _names(self, stack: list[dict[str, Any]]) -> tuple[str, ...]:
        return ("source.awm", *(rule["name"] for rule in stack[1:] if "name" in rule))

    def _next(
        self, line: str, at: int, rule: dict[str, Any]
    ) -> tuple[re.Match[str], dict[str, Any], bool] | None:
        """The match that begins first; of those that begin at one place the end, then the first in the grammar."""
        best: tuple[re.Match[str], dict[str, Any], bool] | None = None
        if "end" in rule and (match := compiled(rule["end"]).search(line, at)):
            best = match, rule, True
        for each in self._patterns(rule["patterns"]):
            match = compiled(each.get("begin") or each["match"]).search(line, at)
            if match and (best is None or match.start() < best[0].start()):
                best = match, each, False
        return best

    def _patterns(self, patterns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for each in patterns:
            if "include" in each:
                each = self.grammar["repository"][each["include"].removeprefix("#")]
            if "match" in each or "begin" in each:
                yield each
            else:
                yield from self._patterns(each["patterns"])

    def _captured(
        self, match: re.Match[str], names: tuple[str, ...], captures: dict[str, Any]
    ) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        if "0" in captures:
            yield match.start(), match.end(), (*names, captures["0"]["name"])
            return
        at = match.start()
        for number in range(1, (match.re.groups or 0) + 1):
            start, end = match.span(number)
            if start >= 0 and str(number) in captures:
                yield at, start, names
                yield start, end, (*names, captures[str(number)]["name"])
                at = end
        yield at, match.end(), names
