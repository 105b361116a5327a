"""Idioms of conditions, queries and choices."""

from __future__ import annotations

from awmlang.syntax.idioms.cursor import Cursor, Piece, Rewrite, idiom

_NULLS = ("null", "none", "nil", "undefined")
_SHOUTED = (
    "and", "or", "not", "in", "contains", "where", "as", "then", "else", "sort", "desc", "asc", "skip", "take",
    "key", "unique", "owner", "cascade", "true", "false", "null", "let", "return", "require", "update", "for",
)  # fmt: skip
_ENDS_QUERY = ("where", "order", "sort", "group", "limit", "take", "skip", "offset", "{", "}", ")")


@idiom("is")
def is_null(c: Cursor) -> Rewrite | None:
    i = c.at
    negated = c.lower(i + 1) == "not"
    end = i + 2 + negated
    if c.lower(end - 1) not in _NULLS or c.operand_before(i) is None:
        return None
    here = f"{'!=' if negated else '=='} null"
    return c.rewrite(i, end, here, say=f"write `{here}`, not `{c.source_of(i, end)}`")


@idiom("NAME")
def shouted(c: Cursor) -> Rewrite | None:
    word = c.text(c.at)
    if len(word) < 2 or not word.isupper() or word.lower() not in _SHOUTED or c.declaration == "enum":
        return None
    if c.kind(c.at + 1) in ("=", "->") or c.kind(c.at - 1) == "->":
        return None
    return c.rewrite(c.at, c.at + 1, word.lower(), say=f"write `{word.lower()}`, in small letters")


# ---- SQL


@idiom("select")
def select(c: Cursor) -> Rewrite | None:
    i = c.at
    end = next((n for n in range(i + 1, min(i + 40, len(c.tokens))) if c.lower(n) == "from"), None)
    if end is None or end == i + 1 or not c.is_word(end + 1) or c.kind(i + 1) in ("=", ".", "where"):
        return None
    if c.kind(i + 1) == "*" and end == i + 2:
        say = f"a query begins with its collection: `{c.text(end + 1)}`"
        return c.rewrite(i, end + 1, say=say, fix=f"leave `{c.source_of(i, end + 1)}` out")
    shown = c.source_of(i + 1, end)
    say = (
        f"a query begins with its collection, and ends with what is shown: `{c.text(end + 1)} {{ {shown} }}`"
    )
    return c.read_on(i, end + 1, say=say)


@idiom("order", "group", "sort")
def order_by(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.lower(i + 1) != "by":
        return None
    if c.kind(i) == "sort" and c.kind(i + 1) == "by" and c.kind(i + 2) != "FIELD":
        selector = c.operand(i + 2)
        if selector is not None and c.kind(selector) == "{" and c.kind(selector + 2) == "=":
            return None  # `sort by order { recent = ... }` is of the language
    written = c.source_of(i, i + 2)
    if c.lower(i) == "group":
        field = c.text(i + 2) if c.kind(i + 2) == "FIELD" else ".field"
        return c.read_on(i, i + 2, "sort", say=f"write `group(query, {field})`, not `{written}`")
    keys = c.split(
        i + 2, c.find(("limit", "skip", "take", "{", "}", "paged"), i + 2, c.line_end(i)) or c.line_end(i)
    )
    if not keys or (c.kind(c.around(i)) in ("(", "[") and len(keys) > 1):
        return c.rewrite(i, i + 2, "sort", say=f"write `sort`, not `{written}`")
    pieces: list[Piece] = ["sort "]
    for n, key in enumerate(keys):
        pieces += [*([" then "] if n else []), *_with_dot(c, *key)]
    end = keys[-1][1]
    return c.rewrite(
        i,
        end,
        *pieces,
        say=f"write `sort`, not `{written}`",
        mark=(i, i + 2),
        fix=f"write `{c.written(pieces)}`",
    )


def _with_dot(c: Cursor, begin: int, end: int) -> list[Piece]:
    """A key of a sort, a bare name in it as the field that it must be."""
    bare = c.kind(begin) == "NAME" and c.kind(begin + 1) not in ("FIELD", "(")
    return [*(["."] if bare else []), (begin, end)]


@idiom("like", "ilike")
def like(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.operand_before(i) is None or c.breaks_before(i) or c.operand(i + 1) is None:
        return None
    say = f"write `contains`, not `{c.text(i)}`; it knows no `%` and takes capitals for small letters"
    text = c.text(i + 1)[1:-1] if c.kind(i + 1) == "STRING" else "%"
    inner = text.removeprefix("%").removesuffix("%")
    if "%" in inner or "_" in inner or text.startswith("%") != text.endswith("%"):
        return c.read_on(
            i, i + 1, "contains", say=say, help="`starts_with(x, y)`, `ends_with(x, y)` are exact"
        )
    return c.rewrite(i, i + 2, f'contains "{inner}"', say=say, mark=(i, i + 1), safe=text != inner)


@idiom("between")
def between(c: Cursor) -> Rewrite | None:
    i = c.at
    begin, low = c.operand_before(i), c.operand(i + 1)
    if begin is None or low is None or c.lower(low) != "and" or c.kind(i + 1) == "(":
        return None
    high = c.operand(low + 1)
    if high is None:
        return None
    value = (begin, i)
    return c.rewrite(
        begin, high, value, " >= ", (i + 1, low), " and ", value, " <= ", (low + 1, high),
        say=f"write two comparisons, not `{c.text(i)}`", mark=(i, i + 1),
    )  # fmt: skip


@idiom("join", "inner", "left")
def join(c: Cursor) -> Rewrite | None:
    i = c.at
    begin = i if c.lower(i) == "join" else i + 1 + (c.lower(i + 1) == "outer")
    if (
        c.lower(begin) != "join"
        or not c.is_word(begin + 1)
        or c.operand_before(i) is None
        or c.breaks_before(i)
    ):
        return None
    end = c.find(_ENDS_QUERY, begin + 1, c.line_end(i)) or c.line_end(i)
    say = "there are no joins: a reference leads to the other row, as in `.order.user`"
    return c.read_on(i, end, say=say, mark=(i, begin + 1))


@idiom("distinct")
def distinct(c: Cursor) -> Rewrite | None:
    if c.kind(c.at + 1) != "NAME" or c.breaks_before(c.at + 1):
        return None
    return c.read_on(c.at, c.at + 1, say=f"`distinct` is a function: `distinct({c.text(c.at + 1)}, .field)`")


@idiom("in")
def in_parentheses(c: Cursor) -> Rewrite | None:
    i = c.at
    close = c.closing(i + 1) if c.kind(i + 1) == "(" else None
    if close is not None and c.find((",",), i + 2, close) is not None:
        inner = c.source_of(i + 2, close).rstrip().rstrip(",")
        end = close if not c.source_of(i + 2, close).rstrip().endswith(",") else close - 1
        say = f"a list stands in brackets: `[{inner}]`"
        return c.rewrite(i + 1, close + 1, "[", (i + 2, end), "]", say=say)
    begin = c.operand_before(i)
    if c.kind(i + 1) == "BOUNDS" and begin is not None:
        low, _, high = c.text(i + 1).partition("..")
        value = (begin, i)
        if low and high and c.declaration != "generate" and c.kind(begin - 1) != "for":
            return c.rewrite(
                begin, i + 2, value, f" >= {low} and ", value, f" <= {high}",
                say="bounds stand in types only; write two comparisons", mark=(i + 1, i + 2),
            )  # fmt: skip
        if low and high:
            return c.read_on(
                i + 1, i + 2, f"range({high})", say="loops go over a list: `range(3)` is 0, 1, 2"
            )
    return None


@idiom("count", "exists")
def of_everything(c: Cursor) -> Rewrite | None:
    i = c.at
    if [c.kind(i + n) for n in (1, 2, 3)] != ["(", "*", ")"]:
        return None
    say = f"`{c.lower(i)}` takes what it counts: `{c.lower(i)}(Order where .user == me)`"
    return c.read_on(i, i + 4, "0", say=say)


# ---- Choices


@idiom("?")
def ternary(c: Cursor) -> Rewrite | None:
    i = c.at
    stop = c.find((",",), i, c.line_end(i)) or c.line_end(i)
    begin = _expression_start(c, i)
    colon = next(
        (n for n in range(i + 2, stop) if c.kind(n) in (":", "LABEL") and c.around(n) == c.around(i)), None
    )
    if colon is None or begin is None or colon + 1 >= stop:
        return None
    then: tuple[Piece, ...] = ((i + 1, colon),)
    if c.kind(colon) == "LABEL":
        then = ((i + 1, colon), " " * (colon > i + 1), c.text(colon)[:-1])
    return c.rewrite(
        begin, stop, "if ", (begin, i), " then ", *then, " else ", (colon + 1, stop),
        say="write `if condition then a else b`", mark=(i, i + 1),
    )  # fmt: skip


@idiom("if")
def if_behind(c: Cursor) -> Rewrite | None:
    """``a if condition else b``."""
    i = c.at
    begin = _expression_start(c, i)
    if begin is None or begin == i or c.begins_line(i):
        return None
    stop = c.find((",",), i, c.line_end(i)) or c.line_end(i)
    otherwise = c.find(("else",), i + 1, stop)
    if otherwise is None or otherwise + 1 >= stop or c.find(("{", "then"), i + 1, otherwise) is not None:
        return None
    return c.rewrite(
        begin, stop, "if ", (i + 1, otherwise), " then ", (begin, i), " else ", (otherwise + 1, stop),
        say="write `if condition then a else b`", mark=(i, i + 1),
    )  # fmt: skip


def _expression_start(c: Cursor, index: int) -> int | None:
    """Where the value that an operator of the loosest kind stands behind begins."""
    here = index
    while here > 0 and not (
        c.kind(here - 1) in ("=", "(", ",", "[", "return", "+=", "-=", "{") or c.lower(here - 1) == "return"
    ):
        previous = c.operand_before(here)
        if previous is None or previous >= here:
            if c.kind(here - 1) not in ("==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "and", "or", "not", "contains", "in"):  # fmt: skip
                return None
            previous = here - 1
        if c.begins_line(previous) and previous != index:
            return None
        here = previous
    return here if here < index else None


@idiom("<", "<=", ">", ">=")
def chained(c: Cursor) -> Rewrite | None:
    i = c.at
    begin, middle = c.operand_before(i), c.operand(i + 1)
    if begin is None or middle is None or c.kind(middle) not in ("<", "<=", ">", ">="):
        return None
    end = c.operand(middle + 1)
    if end is None:
        return None
    return c.rewrite(
        begin, end, (begin, middle), " and ", (i + 1, end),
        say="comparisons are not chained: write `a < b and b < c`", mark=(middle, middle + 1),
    )  # fmt: skip
