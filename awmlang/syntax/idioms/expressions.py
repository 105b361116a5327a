"""Idioms of values and queries."""

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


# ---- Methods

_RENAMED = {
    "len": "length", "size": "length", "tolower": "lower", "tolowercase": "lower", "lowercase": "lower",
    "casefold": "lower", "toupper": "upper", "touppercase": "upper", "uppercase": "upper", "strip": "trim",
    "startswith": "starts_with", "endswith": "ends_with", "replaceall": "replace", "average": "avg", "mean": "avg",
    "any": "exists", "some": "exists", "every": "all", "distinct": "distinct", "unique": "distinct", "match": "matches",
}  # fmt: skip
_FUNCTIONS = {
    "length": 0, "lower": 0, "upper": 0, "trim": 0, "starts_with": 1, "ends_with": 1, "replace": 2, "split": 1,
    "join": 1, "count": 0, "exists": 0, "sum": 1, "avg": 1, "min": 1, "max": 1, "all": 1, "first": 0, "one": 0,
    "list": 1, "distinct": 1, "group": 1, "round": 1, "abs": 0, "floor": 0, "ceil": 0, "matches": 1, "year": 0,
    "month": 0, "day": 0, "weekday": 0,
}  # fmt: skip
"""Functions that are methods elsewhere, and how many arguments these have at most."""
_CLAUSES = {"where": "where", "filter": "where", "find_all": "where", "sort": "sort", "sort_by": "sort", "sortby": "sort",
            "order_by": "sort", "orderby": "sort", "limit": "take", "take": "take", "skip": "skip", "offset": "skip"}  # fmt: skip
_CHANGES_LIST = ("append", "push", "add", "extend", "insert", "remove", "pop")
_LOOKS_UP = ("get", "find", "find_one", "findone", "findbyid", "find_by_id", "get_or_none", "query")


@idiom("FIELD")
def method(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != "(" or not c.touches(i + 1):
        return None
    close, begin = c.closing(i + 1), c.operand_before(i)
    if close is None or begin is None or not c.touches(i):
        return None
    name, value = c.lower(i)[1:], (begin, i)
    if c.text(begin) in _FUNCTIONS and begin == i - 1 and name not in (*_RENAMED, *_FUNCTIONS, *_CLAUSES):
        return None  # a function whose parenthesis stands in the wrong place
    arguments = c.split(i + 2, close)
    given = (i + 2, close)
    mark, end = (i, i + 1), close + 1
    if c.text(i) == ".now" and c.lower(begin) in ("datetime", "date", "clock", "time"):
        here = "date(now)" if c.lower(begin) == "date" else "now"
        return c.rewrite(begin, end, here, say=f"the time is `{here}`", mark=(begin, end))
    name = _RENAMED.get(name, name)
    if name in ("contains", "includes", "has") and len(arguments) == 1:
        return c.rewrite(begin, end, value, " contains ", given, say=_no_methods("x contains y"), mark=mark)
    if name in _CLAUSES and len(arguments) == 1:
        return _clause(c, begin, end, value, name, given)
    if name == "join" and c.kind(begin) == "STRING" and len(arguments) == 1:
        return c.rewrite(
            begin, end, "join(", given, ", ", value, ")", say=_no_methods("join(list, x)"), mark=mark
        )
    if name == "exists" and len(arguments) == 1 and c.kind(i + 2) != "STRING":
        pieces = ("exists(", value, " where ", given, ")")
        return c.rewrite(begin, end, *pieces, say=_no_methods("exists(q where ...)"), mark=mark)
    if name == "map" and len(arguments) == 1:
        return c.rewrite(
            begin, end, "list(", value, ", ", given, ")", say=_no_methods("list(q, .field)"), mark=mark
        )
    if name in _FUNCTIONS and len(arguments) <= _FUNCTIONS[name]:
        rest: tuple[Piece, ...] = (", ", given) if arguments else ()
        return c.rewrite(
            begin,
            end,
            f"{name}(",
            value,
            *rest,
            ")",
            say=_no_methods(f"{name}(x, y)" if arguments else f"{name}(x)"),
            mark=mark,
        )
    if c.begins_line(begin) and (found := _write(c, begin, end, name, value, given, arguments)):
        return found
    if name in ("create", "insert", "new") and c.kind(begin) == "NAME" and _named(c, arguments):
        return c.rewrite(
            begin,
            end,
            "create ",
            value,
            " { ",
            given,
            " }",
            say=_no_methods("create Item { ... }"),
            mark=mark,
        )
    if name in _LOOKS_UP:
        say = "rows are found with a query: `one(Item where .name == name)`; a parameter `item: Item` is a row already"
        return c.read_on(begin, end, value, say=say, mark=mark)
    if name in ("tostring", "to_string", "str", "format", "isoformat", "tofixed") and not arguments:
        return c.rewrite(begin, end, '"{', value, '}"', say='a text of it is `"{x}"`', mark=mark)
    return c.read_on(begin, end, value, say=_no_methods(f"{c.text(i)[1:]}(x)"), mark=mark)


def _no_methods(instead: str) -> str:
    return f"there are no methods: write `{instead}`"


def _clause(
    c: Cursor, begin: int, end: int, value: tuple[int, int], name: str, given: tuple[int, int]
) -> Rewrite | None:
    word = _CLAUSES[name]
    function = _function(c, *given)
    if function is None and (c.kind(given[0]) == "lambda" or c.find(("=",), *given) is not None):
        return c.read_on(begin, end, value, say=f"write `q {word} ...`", mark=(value[1], value[1] + 1))
    # What goes on behind it would belong to its last term.
    wrapped = c.kind(end) in ("FIELD", "[")
    pieces: list[Piece] = [*(["("] if wrapped else []), value, f" {word} "]
    pieces += function if function is not None else [given]
    pieces += [")"] if wrapped else []
    return c.rewrite(begin, end, *pieces, say=f"write `q {word} ...`", mark=(value[1], value[1] + 1))


def _write(
    c: Cursor, begin: int, end: int, name: str, value: tuple[int, int], given: tuple[int, int],
    arguments: list[tuple[int, int]],
) -> Rewrite | None:  # fmt: skip
    """A method that stands as a statement."""
    mark = (value[1], value[1] + 1)
    if c.kind(given[0]) == "{" and c.closing(given[0]) == given[1] - 1:  # `update({ ... })`
        given = (given[0] + 1, given[1] - 1)
        arguments = c.split(*given)
    if name in ("update", "set") and _named(c, arguments):
        pieces = ("update ", value, " { ", given, " }")
        return c.rewrite(begin, end, *pieces, say="write `update item { ... }`", mark=mark)
    if name in ("delete", "remove", "destroy") and not arguments:
        return c.rewrite(begin, end, "delete ", value, say="write `delete item`", mark=mark)
    if name in ("save", "commit", "flush"):
        return c.rewrite(
            begin,
            end,
            say="a change is made at once: there is nothing to save",
            mark=mark,
            fix="leave it out",
        )
    if name in _CHANGES_LIST:
        return c.read_on(
            begin, end, "for x in [] { }",
            say="a list is not changed in place: make it by a query, or `list(q, .field)`", mark=mark,
        )  # fmt: skip
    return None


def _named(c: Cursor, arguments: list[tuple[int, int]]) -> bool:
    return all(c.is_word(begin) and c.kind(begin + 1) == "=" for begin, _ in arguments)


# ---- Functions without a name


@idiom("lambda")
def lambda_(c: Cursor) -> Rewrite | None:
    if c.kind(c.at + 1) != "LABEL":
        return None
    end = c.find((",",), c.at, c.line_end(c.at)) or c.line_end(c.at)
    return _unnamed(c, c.at, end)


@idiom("=")
def arrow(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != ">" or not c.touches(i + 1):
        return None
    begin = i - 3 if c.kind(i - 1) == ")" and c.kind(i - 3) == "(" else i - 1
    if c.kind(begin - 1) not in ("(", ",") or not c.is_word(begin + (begin == i - 3)):
        return None
    end = c.find((",",), i + 2, c.line_end(i)) or c.line_end(i + 2)
    return _unnamed(c, begin, end)


def _unnamed(c: Cursor, begin: int, end: int) -> Rewrite | None:
    say = "there are no functions without a name: the dot is the row at hand, as in `list(q, .name)`"
    pieces = _function(c, begin, end)
    if pieces is None:
        return c.read_on(begin, end, ".id", say=say)
    return c.rewrite(begin, end, *pieces, say=say)


def _function(c: Cursor, begin: int, end: int) -> list[Piece] | None:
    """The body of ``lambda x: ...`` or ``x => ...`` with a dot for the parameter; None if it is no such thing."""
    if c.kind(begin) == "NAME" and c.text(begin) == "lambda" and c.kind(begin + 1) == "LABEL":
        name, body = c.text(begin + 1)[:-1], begin + 2
    elif c.kind(begin + 1) == "=" and c.kind(begin + 2) == ">":
        name, body = c.text(begin), begin + 3
    elif c.kind(begin) == "(" and c.kind(begin + 3) == "=" and c.kind(begin + 4) == ">":
        name, body = c.text(begin + 1), begin + 5
    else:
        return None
    return _without(c, name, body, end)


def _without(c: Cursor, name: str, begin: int, end: int) -> list[Piece] | None:
    """The tokens without ``name`` before its fields; None where it stands alone."""
    pieces: list[Piece] = []
    for n in range(begin, end):
        if c.text(n) == name and c.kind(n - 1) != "FIELD":
            if c.kind(n + 1) != "FIELD":
                return None
            pieces.append((begin, n))
            begin = n + 1
    return [*pieces, (begin, end)] if not pieces else _spaced(c, [*pieces, (begin, end)])


def _spaced(c: Cursor, pieces: list[Piece]) -> list[Piece]:
    """The pieces with the white space that was before what is left out between them."""
    spaced: list[Piece] = []
    for piece in pieces:
        assert not isinstance(piece, str)
        if piece[0] < piece[1]:
            between = spaced and not c.touches(piece[0] - 1)
            spaced += [" ", piece] if between else [piece]
    return spaced


@idiom("[", "(")
def comprehension(c: Cursor) -> Rewrite | None:
    """``[x.name for x in Item if x.stock > 0]``, and the same within a call of an aggregate."""
    i = c.at
    close = c.closing(i)
    if close is None or not (word := c.find(("for",), i + 1, close)):
        return None
    if c.kind(word + 2) != "in" or not c.is_word(word + 1) or word == i + 1:
        return None
    condition = c.find(("if",), word + 3, close)
    source, alias = (word + 3, condition or close), c.source_of(word + 1, word + 2)
    simple = c.operand(source[0]) == source[1]
    pieces: list[Piece] = [*([source] if simple else ["(", source, ")"]), f" as {alias}"]
    if condition:
        pieces += [" where ", (condition + 1, close)]
    value = (i + 1, word)
    say = "there are no comprehensions: write `list(Item as x where ..., x.name)`"
    plain = c.source_of(*value) == alias
    if c.kind(i) == "[":
        rest: list[Piece] = [] if plain else [", ", value]
        return c.rewrite(i, close + 1, "list(", *pieces, *rest, ")", say=say)
    name = _RENAMED.get(c.lower(i - 1), c.lower(i - 1))
    if not c.touches(i) or name not in (
        "sum",
        "min",
        "max",
        "avg",
        "count",
        "exists",
        "all",
        "list",
        "distinct",
    ):
        return None
    if name in ("count", "exists"):
        if not plain and not condition:
            pieces += [" where ", value]
        rest = []
    else:
        rest = [] if plain else [", ", value]
    return c.rewrite(i - 1, close + 1, f"{name}(", *pieces, *rest, ")", say=say)


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


# ---- Numbers and texts


@idiom("*", "/")
def double_operator(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != c.kind(i) or not c.touches(i + 1):
        return None
    if c.kind(i) == "*":
        say = "there is no power operator; multiply: `x * x`"
        return c.read_on(i, i + 2, "*", say=say)
    begin, end = c.operand_before(i), c.operand(i + 2)
    say = "a whole quotient is `floor(a / b)`"
    if begin is None or end is None:
        return c.read_on(i, i + 2, "/", say=say)
    return c.rewrite(begin, end, "floor(", (begin, i), " / ", (i + 2, end), ")", say=say, mark=(i, i + 2))


@idiom("mod", "div")
def word_operator(c: Cursor) -> Rewrite | None:
    i = c.at
    begin, end = c.operand_before(i), c.operand(i + 1)
    if begin is None or end is None or c.breaks_before(i) or c.breaks_before(i + 1) or c.kind(i + 1) == "(":
        return None
    if c.lower(i) == "mod":
        return c.rewrite(i, i + 1, "%", say=f"write `%`, not `{c.text(i)}`")
    pieces = ("floor(", (begin, i), " / ", (i + 1, end), ")")
    return c.rewrite(begin, end, *pieces, say="a whole quotient is `floor(a / b)`", mark=(i, i + 1))


@idiom("%")
def percent(c: Cursor) -> Rewrite | None:
    i = c.at
    if (
        c.kind(i - 1) != "NUMBER"
        or not c.touches(i)
        or c.kind(i + 1) not in (",", ")", "}", "]", "else", "then")
    ):
        return None
    number = c.text(i - 1)
    say = f"a percentage is a number: `* {number} / 100`"
    if c.kind(i - 2) == "*":
        return c.rewrite(i - 1, i + 1, f"{number} / 100", say=say)
    return c.read_on(i - 1, i + 1, number, say=say)


@idiom("NUMBER")
def moment(c: Cursor) -> Rewrite | None:
    """``2025-06-02`` and ``2025-06-02T18:30:00``."""
    i, end = c.at, c.at + 5
    if [c.kind(i + n) for n in range(1, 5)] != ["-", "NUMBER"] * 2 or not all(
        map(c.touches, range(i + 1, end))
    ):
        return None
    if [len(c.text(i + n)) for n in (0, 2, 4)] != [4, 2, 2]:
        return None
    while c.touches(end) and (
        c.kind(end) in ("NUMBER", ":") or (c.kind(end) == "LABEL" and c.text(end)[0] == "T")
    ):
        end += 1
    return c.rewrite(i, end, f'"{c.source_of(i, end)}"', say="dates and times stand in quotes")


@idiom("NUMBER")
def thousands(c: Cursor) -> Rewrite | None:
    """``1,000.00``."""
    i = c.at
    behind = c.text(i + 2)
    if c.kind(i + 1) != "," or not behind.startswith("0") or len(behind.partition(".")[0]) != 3:
        return None
    if not (c.touches(i + 1) and c.touches(i + 2)) or "." in c.text(i):
        return None
    return c.rewrite(i, i + 3, c.text(i) + behind, say="a number is written without commas")


@idiom("NUMBER")
def number(c: Cursor) -> Rewrite | None:
    """``1_000`` and ``1e3``: a number and a name that touches it."""
    i = c.at
    if c.kind(i + 1) != "NAME" or not c.touches(i + 1):
        return None
    text, behind = c.text(i), c.text(i + 1)
    if behind.startswith("_") and behind.replace("_", "").isdigit():
        plain = text + behind.replace("_", "")
    elif behind[0] in "eE" and behind[1:].isdigit() and int(behind[1:]) <= 15:
        plain = f"{float(text + behind):.15g}" if "." in text else text + "0" * int(behind[1:])
    else:
        return None
    return c.rewrite(i, i + 2, plain, say="a number is written with digits and one point")


@idiom("f", "b", "r", "rf", "fr")
def prefixed_text(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != "STRING" or not c.touches(i + 1):
        return None
    return c.rewrite(
        i, i + 1, say=f"nothing stands before a text: {c.text(i + 1)[:1]}...{c.text(i + 1)[-1:]} shows `{{values}}` as it is"
        if "{" in c.text(i + 1) else "nothing stands before a text", fix=f"leave `{c.text(i)}` out",
    )  # fmt: skip
