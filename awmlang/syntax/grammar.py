"""The grammar file, and the LALR(1) table that Lark makes of it, kept in a cache between runs.

The table is plain data, so that a warm start reads one JSON file and never imports Lark.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule as LarkRule

Part = Literal[
    "environment",
    "declaration",
    "signed_in",
    "type",
    "field",
    "computed",
    "shape",
    "transition",
    "parameter",
    "statement",
    "step",
    "expr",
    "value",
    "operation",
    "loop",
    "answer",
    "named_answer",
    "allowed",
    "accepted",
    "_name",
    "_word",
]
STARTS = ("start", *get_args(Part))
"""The rules that a text, or a part of one, can be parsed as."""

END = "$END"

_FORMAT = 2  # counted up when Table or STARTS changes


@dataclass(frozen=True, slots=True)
class Rule:
    """A production of ``size`` symbols.

    ``build`` names the method of ``build.Builder`` that makes its value; None where the value is that of the only
    child that counts; ``[]`` where it is a list of the children (the helpers behind ``*`` and ``+``).
    ``take`` says which children count: an index, None for an optional one that is absent, ``~index`` for one
    that is a list to be spliced in. ``take`` is None where the children are taken as they are.
    """

    origin: str
    size: int
    build: str | None
    take: tuple[int | None, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``actions[state][kind]`` is a state to shift to, or ``~index`` of a rule to reduce by.

    The kind of a token is its text where the grammar quotes it, else the name of its terminal (``NAME``).
    ``patterns`` holds the regular expressions of the latter in the order in which they are tried.
    """

    patterns: dict[str, str]
    words: tuple[str, ...]
    reserved: tuple[str, ...]
    rules: tuple[Rule, ...]
    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    starts: dict[str, int]
    ends: dict[str, int]


def grammar_text() -> str:
    """The text of ``awm.lark``: beside this file in an installed package, in ``grammar/`` of a checkout."""
    here = Path(__file__).parent
    installed = here / "awm.lark"
    path = installed if installed.is_file() else here.parent.parent / "grammar" / "awm.lark"
    return path.read_text(encoding="utf-8")


@cache
def load() -> Table:
    """The table of the grammar, from the user's cache folder where that is up to date."""
    text = grammar_text()
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = _cache_folder() / f"grammar-{_FORMAT}-{digest}.json"
    try:
        return _from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        table = build_table(text)
    with contextlib.suppress(OSError):
        _write(path, json.dumps(asdict(table), separators=(",", ":")))
    return table


def lark(text: str, **options: Any) -> Lark:
    """Lark's parser of a grammar text; ``options`` are Lark's own."""
    from lark import Lark

    return Lark(
        text, parser="lalr", lexer="contextual", start=list(STARTS), maybe_placeholders=True, **options
    )


def build_table(text: str) -> Table:
    """The table of a grammar text, computed by Lark."""
    parser = lark(text)
    quoted = {t.name: t.pattern.value for t in parser.terminals if t.pattern.type == "str"}
    patterns = [t for t in parser.terminals if t.pattern.type == "re"]
    patterns.sort(key=lambda t: (-t.pattern.max_width, -len(t.pattern.value), t.name))  # as Lark's lexer does
    numbers: dict[LarkRule, int] = {rule: n for n, rule in enumerate(parser.rules)}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    starts, ends = {}, {}
    for start in STARTS:
        conf = parser.parse_interactive("", start=start).parser_state.parse_conf
        starts[start], ends[start] = conf.start_state, conf.end_state
    states = conf.states
    position = {state: n for n, state in enumerate(states)}
    for row in states.values():
        actions.append({})
        gotos.append({})
        for symbol, (action, argument) in row.items():
            if str(action) == "Reduce":
                actions[-1][quoted.get(symbol, symbol)] = ~numbers[argument]
            elif symbol.isupper() or symbol.startswith("__ANON"):
                actions[-1][quoted.get(symbol, symbol)] = position[argument]
            else:
                gotos[-1][symbol] = position[argument]
    return Table(
        patterns={t.name: t.pattern.to_regexp() for t in patterns},
        words=tuple(quoted.values()),
        reserved=tuple(quoted[r.expansion[0].name] for r in parser.rules if r.origin.name == "_reserved"),
        rules=tuple(map(_rule, parser.rules)),
        actions=tuple(actions),
        gotos=tuple(gotos),
        starts={name: position[state] for name, state in starts.items()},
        ends={name: position[state] for name, state in ends.items()},
    )


def _rule(rule: LarkRule) -> Rule:
    options = rule.options
    absent = "".join("1" if empty else "0" for empty in options.empty_indices).split("0")
    take: list[int | None] = []
    symbols: Any = rule.expansion
    for index, symbol in enumerate(symbols):
        if options.empty_indices:
            take += [None] * len(absent[index])
        if not symbol.is_term:
            take.append(~index if symbol.name.startswith("__") else index)
        elif options.keep_all_tokens or not symbol.filter_out:
            take.append(index)
    if options.empty_indices:
        take += [None] * len(absent[-1])
    origin, size = str(rule.origin.name), len(rule.expansion)
    build: str | None = str(rule.alias or origin)
    if origin.startswith("__"):
        build = "[]"
    elif (options.expand1 and not rule.alias) or origin.startswith("_"):
        if len(take) != 1:
            raise ValueError(f"{rule} must have one child")
        build = None
    return Rule(origin, size, build, None if take == list(range(size)) else tuple(take))


def _from_json(text: str) -> Table:
    data = json.loads(text)
    rules = tuple(
        Rule(r["origin"], r["size"], r["build"], None if r["take"] is None else tuple(r["take"]))
        for r in data.pop("rules")
    )
    lists = {key: tuple(data.pop(key)) for key in ("words", "reserved", "actions", "gotos")}
    return Table(rules=rules, **{**lists, **data})


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "~/.cache"
    return Path(os.path.expanduser(base)) / "awmlang"  # noqa: PTH111 (Path.expanduser raises where there is no home)


def _write(path: Path, text: str) -> None:
    """Writes a file as a whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
