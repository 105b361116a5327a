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
    "nullable": ("?",),
    "optional": ("?",),
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

SURELY = ("def", "fn", "func", "fun", "proc", "class", "struct", "table", "env")
"""Those of them that can mean nothing else."""

MODIFIERS = (
    "public",
    "private",
    "protected",
    "export",
    "pub",
    "async",
    "static",
    "final",
    "abstract",
    "declare",
)
"""Words before a declaration elsewhere."""

ELSEWHERE = {
    "while": "there is no `while`; loops go over something: `for x in list { ... }`",
    "loop": "loops go over something: `for x in list { ... }`",
    "switch": "there is no `switch`; use `if` and `else if`",
    "match": "there is no `match`; use `if` and `else if`",
    "case": "there is no `case`; use `if` and `else if`",
    "try": "there is nothing to catch: a tool ends in `return` or in an error",
    "catch": "there is nothing to catch: a tool ends in `return` or in an error",
    "import": "there are no imports: a spec is one file",
    "include": "there are no imports: a spec is one file",
    "use": "there are no imports: a spec is one file",
    "using": "there are no imports: a spec is one file",
    "package": "there are no imports: a spec is one file",
    "module": "there are no imports: a spec is one file",
    "select": 'a query begins with its collection: `Order where .status == "placed"`',
    "lambda": "there are no lambdas: the dot is the row at hand, as in `sum(q, .amount)`",
    "me": "the signed-in user is declared with `me: User = alice`",
}
"""Words for what does not exist here, where they are no names."""

DECISIVE = (":", "LABEL", "enum", "return")
"""Tokens of which ``advice`` knows better than ``habits``."""

_COMPARISONS = ("==", "!=", "<", ">", "<=", ">=", "in", "contains")


def advice(before: Sequence[Token], ahead: Sequence[Token]) -> tuple[Token, str] | None:
    """What to say, and of which token, where ``ahead`` cannot follow ``before`` and no replacement says it all."""
    error = ahead[0]
    following = ahead[1].kind if len(ahead) > 1 else ""
    last = before[-1] if before else error
    for token in (error, last):
        if token.kind == "NAME" and token.text in ELSEWHERE:
            return token, ELSEWHERE[token.text]
    if error.kind == "FIELD" and following in ("=", "+=", "-="):
        return (
            error,
            f"fields are changed with `update`: `update {last.text} {{ {error.text[1:]} {following} ... }}`",
        )
    if error.kind == "{" and [token.kind for token in before[:1]] == ["data"] and len(before) == 2:
        return error, f"the columns stand before the rows: `data {last.text} (name, price) {{ ... }}`"
    if last.kind == "LABEL" and error.kind == "enum":
        return error, "an enum is declared on its own: `enum Status { open closed }`"
    if [token.kind for token in before[-3:-1]] == ["var", "LABEL"]:
        return before[-3], "a `var` begins with a value: `var total: money = 0`"
    if last.kind == "answer" and error.kind == "=":
        return error, "an answer has a type: `answer: int = ...`"
    if (error.kind == ":" or error.kind == "LABEL") and any(token.kind == "?" for token in before[-3:]):
        return error, "write `if condition then a else b`"
    if (
        error.kind in _COMPARISONS
        and last.kind not in _COMPARISONS
        and any(token.kind in _COMPARISONS for token in before[-6:])
    ):
        return error, "comparisons are not chained: write `a < b and b < c`"
    return None


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
    texts = [token.text for token in tokens]
    kinds = [token.kind for token in tokens]
    if first.text == "let" and second.kind == "LABEL" and "=" in texts[:8]:
        name = second.text[:-1]
        size = texts.index("=") + 1
        found.append(Habit(size, ("let", name, "="), f"a `let` has no type: write `let {name} = ...`"))
    if kinds[:3] == ["NAME", "[", "]"]:
        found.append(Habit(3, ("[", first.text, "]"), f"a list type is written `[{first.text}]`"))
    if kinds[:3] == ["(", "NUMBER", ")"]:
        found.append(Habit(3, ("(", f"..{texts[1]}", ")"), f"bounds are written `(..{texts[1]})`"))
    if kinds[:5] in (["(", "NUMBER", mark, "NUMBER", ")"] for mark in "-,"):
        bounds = f"{texts[1]}..{texts[3]}"
        found.append(Habit(5, ("(", bounds, ")"), f"bounds are written `({bounds})`"))
    if texts[:2] == ["not", "null"]:
        found.append(Habit(2, (), "nothing is null unless its type ends in `?`"))
    if words := _WORDS.get(first.text.lower()):
        found.append(Habit(1, words, f"write `{' '.join(words)}`, not `{first.text}`"))
    touching = first.end == second.start
    if touching and (mark := _MARKS.get((first.text, second.text))):
        found.append(Habit(2, (mark[0],), mark[1]))
    if mark := _MARKS.get((first.text,)):
        found.append(Habit(1, (mark[0],), mark[1]))
    if first.kind == "LABEL":
        name = first.text[:-1]
        found.append(Habit(1, (name, "="), f"`:` introduces a type; give a value with `{name} = ...`", 1.0))
        found.append(Habit(1, (name,), f"`:` introduces a type; write `{name}` alone", 1.0))
    if first.kind == "STRING" and first.text[1:-1].isidentifier() and second.text in (":", "="):
        name = first.text[1:-1]
        found.append(Habit(2, (name, "="), f"names stand without quotes: `{name} = ...`"))
        found.append(Habit(2, (f"{name}:",), f"names stand without quotes: `{name}: ...`"))
    if first.kind == "NAME" and second.text == "=":
        found.append(
            Habit(
                2,
                (f"{first.text}:",),
                f"`=` gives a value; a type stands behind `:`, as in `{first.text}: text`",
            )
        )
    if first.kind == "NAME" and second.kind in ("NAME", "["):
        name = f"{first.text}:"
        found.append(Habit(1, (name,), f"expected `:` between a name and its type: `{name} ...`", 1.0))
    if first.kind == "NAME" and second.text == ":":
        found.append(Habit(2, (f"{first.text}:",), f"the `:` stands right behind the name: `{first.text}:`"))
        found.append(
            Habit(2, (first.text, "="), f"`:` introduces a type; give a value with `{first.text} = ...`")
        )
    return found
