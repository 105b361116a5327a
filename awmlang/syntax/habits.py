"""What people and models bring along from other languages, and what it is here.

Only what is wrong by the grammar: ``None`` or ``True`` are names to it, and are for the room that knows names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from awmlang.syntax.tokens import Token


class Habit(NamedTuple):
    """The next ``size`` tokens mean ``words`` here; ``message`` says so."""

    size: int
    words: tuple[str, ...]
    message: str
    cost: float = 0.4


_WORDS = {
    "elif": ("else", "if"),
    "elsif": ("else", "if"),
    "elseif": ("else", "if"),
    "limit": ("take",),
    "top": ("take",),
    "offset": ("skip",),
    "filter": ("where",),
    "having": ("where",),
    "orderby": ("sort",),
    "order_by": ("sort",),
    "sortby": ("sort",),
    "sort_by": ("sort",),
    "descending": ("desc",),
    "ascending": ("asc",),
    "const": ("let",),
    "val": ("let",),
    "assert": ("require",),
    "ensure": ("require",),
    "raise": ("fail",),
    "throw": ("fail",),
    "foreach": ("for",),
    "remove": ("delete",),
    "insert": ("create",),
    "of": ("in",),
    "is": ("==",),
    "eq": ("==",),
    "otherwise": ("else",),
    "primary": ("key",),
    "includes": ("contains",),
    "has": ("contains",),
}

_MARKS = {
    ("=",): ("==", "`=` gives a value; compare with `==`"),
    ("==",): ("=", "`==` compares; give a value with `=`"),
    ("==", "="): ("==", "write `==`, not `===`"),
    ("!=", "="): ("!=", "write `!=`, not `!==`"),
    ("<", ">"): ("!=", "write `!=`, not `<>`"),
    ("=", ">"): ("->", "write `->`, not `=>`"),
    ("*", "*"): ("*", "there is no power operator; multiply"),
    ("/", "/"): ("/", "write `floor(a / b)` for a whole quotient"),
    (":", "="): ("=", "write `=`, not `:=`"),
    (":", ":"): (".", "write `.`, not `::`"),
}

DECLARATIONS = {
    "def": "function",
    "fn": "function",
    "func": "function",
    "fun": "function",
    "proc": "function",
    "method": "tool",
    "action": "tool",
    "api": "tool",
    "class": "entity",
    "struct": "entity",
    "model": "entity",
    "table": "entity",
    "record": "entity",
    "object": "entity",
    "seed": "data",
    "rows": "data",
    "test": "task",
    "scenario": "task",
    "goal": "task",
    "env": "environment",
    "assert": "invariant",
    "alias": "type",
}
"""Words that begin a declaration elsewhere."""

STATEMENTS = {
    "while": "there is no `while`; loops go over something: `for x in list { ... }`",
    "loop": "loops go over something: `for x in list { ... }`",
    "switch": "there is no `switch`; use `if` and `else if`",
    "match": "there is no `match`; use `if` and `else if`",
    "case": "there is no `case`; use `if` and `else if`",
    "try": "there is nothing to catch: a tool ends in `return` or in an error",
    "catch": "there is nothing to catch: a tool ends in `return` or in an error",
    "import": "there are no imports: a spec is one file",
    "select": "a query begins with its collection: `Order where .status == \"placed\"`",
    "lambda": "there are no lambdas: the dot is the row at hand, as in `sum(q, .amount)`",
}
"""Words for what does not exist here: advice instead of a replacement."""


def habits(tokens: Sequence[Token]) -> list[Habit]:
    """What the beginning of ``tokens`` may mean, likeliest first. ``tokens`` end in one of kind ``END``."""
    first, second = tokens[0], tokens[min(1, len(tokens) - 1)]
    found: list[Habit] = []
    if first.text == "is" and second.text == "not":
        found.append(Habit(2, ("!=",), "write `!= null`, not `is not null`"))
    if first.text == "order" and second.text == "by":
        found.append(Habit(2, ("sort",), "write `sort`, not `order by`"))
    if first.text == "group" and second.text == "by":
        found.append(Habit(2, ("sort",), "write `group(query, .field)`, not `group by`"))
    if words := _WORDS.get(first.text.lower()):
        found.append(Habit(1, words, f"write `{' '.join(words)}`, not `{first.text}`"))
    touching = first.end == second.start
    if touching and (mark := _MARKS.get((first.text, second.text))):
        found.append(Habit(2, (mark[0],), mark[1]))
    if mark := _MARKS.get((first.text,)):
        found.append(Habit(1, (mark[0],), mark[1]))
    if first.kind == "LABEL":
        name = first.text[:-1]
        found.append(Habit(1, (name, "="), f"`:` introduces a type; give a value with `{name} = ...`"))
        found.append(Habit(1, (name,), f"`:` introduces a type; write `{name}` alone"))
    if first.kind == "STRING" and first.text[1:-1].isidentifier() and second.text in (":", "="):
        name = first.text[1:-1]
        found.append(Habit(2, (name, "="), f"names stand without quotes: `{name} = ...`"))
        found.append(Habit(2, (f"{name}:",), f"names stand without quotes: `{name}: ...`"))
    if first.kind == "NAME" and second.text == "=":
        found.append(Habit(2, (f"{first.text}:",), f"`=` gives a value; a type stands behind `:`, as in `{first.text}: text`"))
    if first.kind == "NAME" and second.kind in ("NAME", "["):
        name = f"{first.text}:"
        found.append(Habit(1, (name,), f"expected `:` between a name and its type: `{name} ...`", cost=1.0))
    if first.kind == "NAME" and second.text == ":":
        found.append(Habit(2, (f"{first.text}:",), f"the `:` stands right behind the name: `{first.text}:`"))
        found.append(Habit(2, (first.text, "="), f"`:` introduces a type; give a value with `{first.text} = ...`"))
    return found
