"""The grammar as engines for constrained decoding take it, derived from the text of ``awm.lark``.

What such an engine makes must mean to the parser what it meant to the engine. Three things differ:

- The parser's lexer takes the longest token, whatever may stand there; the engine ends a token wherever the next one may
  begin, and would write ``environment`` and ``shop`` without a blank. So wherever two tokens would run together, a gap is
  demanded between them.
- The engine would read a keyword as a name. Keywords are taken out of ``NAME`` and ``LABEL``.
- A model may write for ever where nothing ends: names and white space are bounded, and braces in texts hold paths.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

from lark import Lark
from lark.grammar import Rule

from awmlang.syntax.grammar import END, Table, build_table, lark
from awmlang.syntax.tokens import tokenize

_SPACE = r"[ \t\r\n]"
_GAP = rf"{_SPACE}{{1,80}}|({_SPACE}{{0,80}}#[^\n]{{0,300}}\n{_SPACE}{{0,80}}){{1,60}}"
_WORD = "[A-Za-z_][A-Za-z0-9_]{0,59}"
_PATH = rf"{_WORD}(\.{_WORD}|\[[0-9]{{1,3}}\]){{0,6}}"
_PLAIN = rf"(\.?{_PATH}( where \.?{_PATH})?|[0-9]{{1,9}})"
_ARGUMENT = rf"({_PLAIN}|{_WORD}\({_PLAIN}(, {_PLAIN}){{0,3}}\))"
_VALUE = rf"({_PATH}|{_WORD}\({_ARGUMENT}(, {_ARGUMENT}){{0,3}}\))"
_CHARACTER = rf"[^\"\\{{}}\x00-\x1f]|\\[\"\\nt]|\{{\{{|\}}\}}|\{{{_VALUE}\}}"
_SAMPLES = {
    "NAME": ("x", "entity1"),
    "LABEL": ("x:",),
    "FIELD": (".x",),
    "NUMBER": ("1", "1.5"),
    "BOUNDS": ("1..2", "-1.5..", "..3"),
    "STRING": ('""', '"a"', '"""a"""'),
    "REGEX": (),  # stands between parentheses
}


def llguidance_grammar(text: str, whole: Literal["spec", "declarations"] = "spec") -> str:
    """The grammar for llguidance, of the text of ``awm.lark``: every text that it allows parses.

    It demands blanks where the formatter writes them, so that it takes every formatted spec. A text is a ``whole``
    spec, or some declarations.
    """
    table, parser = build_table(text), lark(text)
    kinds = {t.name: t.pattern.value if t.pattern.type == "str" else t.name for t in parser.terminals}
    rules = _reached(parser)
    gaps = _Gaps(table, rules, kinds)
    ways: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        parts: list[str] = []
        for before, symbol in zip([None, *rule.expansion], rule.expansion, strict=False):
            if before is not None:
                parts.append("GAP" if gaps.needed(before.name, symbol.name) else "blank")
            parts.append(_symbol(symbol.name, kinds))
        ways[_symbol(rule.origin.name, kinds)].append(" ".join(parts))
    body = "spec" if whole == "spec" else "declaration (GAP declaration)*"
    lines = [f"start: blank {body} blank", "blank: GAP?"]
    lines += [f"{origin}: {' | '.join(dict.fromkeys(texts))}" for origin, texts in ways.items()]
    lines += [f"{name}: {pattern}" for name, pattern in _terminals(table).items()]
    return "\n".join(lines) + "\n"


def _terminals(table: Table) -> dict[str, str]:
    words = sorted(word for word in table.words if word.isidentifier())
    labels = sorted(word for word in table.words if word[:-1].isidentifier() and word.endswith(":"))
    patterns = {name: f"/{_escaped(pattern)}/" for name, pattern in table.patterns.items()}
    del patterns["SKIP"]
    return patterns | {
        "NAME": f"/{_WORD}/ & ~/({'|'.join(words)})/",
        "LABEL": f"/{_WORD}:/ & ~/({'|'.join(labels)})/",
        "FIELD": rf"/\.{_WORD}/",
        "STRING": rf'/"({_CHARACTER})*"|"""((\"\"?)?({_CHARACTER}|[\r\n\t]))*"""/',
        "GAP": f"/{_GAP}/",
    }


def _reached(parser: Lark) -> list[Rule]:
    """The rules that a whole spec needs, those of ``start`` first."""
    of: dict[str, list[Rule]] = defaultdict(list)
    for rule in parser.rules:
        of[rule.origin.name].append(rule)
    order = ["start"]
    for name in order:
        for rule in of[name]:
            order += [s.name for s in rule.expansion if not s.is_term and s.name not in order]
    return [rule for name in order for rule in of[name]]


def _symbol(name: str, kinds: Mapping[str, str]) -> str:
    """A rule or terminal as the engine's text names it."""
    if name in kinds:
        return name if kinds[name] == name else json.dumps(kinds[name])
    if name == "start":
        return "spec"
    return re.sub("^_+", lambda found: ("part_", "more_")[len(found[0]) - 1], name)


def _escaped(pattern: str) -> str:
    """A regular expression of Python's as one between slashes."""
    pattern = re.sub(r"(?<!\\)((?:\\\\)*)/", r"\1\\/", pattern)
    return re.sub(r"[\x00-\x1f]", lambda found: f"\\x{ord(found[0]):02x}", pattern)


class _Gaps:
    """Between which symbols of a rule two tokens might run together."""

    def __init__(self, table: Table, rules: Sequence[Rule], kinds: Mapping[str, str]) -> None:
        self._table = table
        self._first: dict[str, set[str]] = defaultdict(set)
        self._last: dict[str, set[str]] = defaultdict(set)
        for name, kind in kinds.items():
            self._first[name] = self._last[name] = {kind}
        self._known: dict[tuple[str, str], bool] = {}
        known = -1
        while known != (known := sum(map(self._grow, rules))):
            pass

    def _grow(self, rule: Rule) -> int:
        """Learns from a rule how its texts begin and end; gives how much is known of that. No rule is empty."""
        name = rule.origin.name
        self._first[name] |= self._first[rule.expansion[0].name]
        self._last[name] |= self._last[rule.expansion[-1].name]
        return len(self._first[name]) + len(self._last[name])

    def needed(self, left: str, right: str) -> bool:
        lasts, firsts = self._last[left], self._first[right]
        return any(self._run_together(a, b) for a in lasts for b in firsts)

    def _run_together(self, a: str, b: str) -> bool:
        known = self._known.get((a, b))
        if known is None:
            known = self._known[a, b] = any(
                [t.text for t in tokenize(self._table, x + y) if t.kind != END] != [x, y]
                for x in _SAMPLES.get(a, (a,))
                for y in _SAMPLES.get(b, (b,))
            )
        return known
