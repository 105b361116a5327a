"""Idioms of calls: methods, functions without a name, comprehensions."""

from __future__ import annotations

from awmlang.syntax.idioms.cursor import Cursor, Piece, Rewrite, idiom

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
