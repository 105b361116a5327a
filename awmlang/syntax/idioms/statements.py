"""Idioms of statements."""

from __future__ import annotations

import re

from awmlang.syntax.habits import ELSEWHERE
from awmlang.syntax.idioms.cursor import Cursor, Piece, Rewrite, idiom

_BODIES = ("tool", "function", "task")
_TYPES = (
    "int",
    "float",
    "bool",
    "text",
    "money",
    "date",
    "time",
    "datetime",
    "string",
    "str",
    "number",
    "auto",
    "final",
)
_STATEMENTS = ("fail", "return", "update", "delete", "create", "let", "var", "require", "if", "for")


def _in_body(c: Cursor) -> bool:
    return c.declaration in _BODIES and c.around(c.at) >= 0 and c.begins_line(c.at)


# ---- Changes


@idiom("+", "-")
def increment(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != c.kind(i) or not c.touches(i + 1) or c.declaration not in _BODIES:
        return None
    if c.touches(i) and c.is_word(i - 1) and c.line_end(i - 1) == i + 2:
        begin, end, name = i - 1, i + 2, (i - 1, i)
    elif c.begins_line(i) and c.is_word(i + 2) and c.touches(i + 2) and c.line_end(i) == i + 3:
        begin, end, name = i, i + 3, (i + 2, i + 3)
    else:
        return None
    return c.rewrite(begin, end, name, f" {c.kind(i)}= 1", say=f"write `{c.written([name])} {c.kind(i)}= 1`")


@idiom("*", "/", "%")
def changed_by_factor(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != "=" or not c.touches(i + 1) or not c.is_word(i - 1):
        return None
    name, sign = c.text(i - 1), c.kind(i)
    say = f"only `+=` and `-=` go with `=`: write `{name} = {name} {sign} ...`"
    if c.operand(i + 2) == c.line_end(i + 2) or c.kind(c.operand(i + 2) or 0) == ",":
        return c.rewrite(i, i + 2, f"= {name} {sign}", say=say)
    return c.read_on(i, i + 2, f"= {name} {sign}", say=say)


@idiom("=", "+=", "-=")
def field_assigned(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i - 1) != "FIELD" or c.declaration not in _BODIES:
        return None
    begin, end = c.operand_before(i - 1), c.line_end(i)
    if begin is None or not c.begins_line(begin) or not c.touches(i - 1):
        return None
    field = c.text(i - 1)[1:]
    say = f"fields are changed with `update`: `update {c.source_of(begin, i - 1)} {{ {field} {c.kind(i)} ... }}`"
    return c.rewrite(
        begin, end, "update ", (begin, i - 1), f" {{ {field} ", (i, end), " }", say=say, mark=(i - 1, i + 1)
    )


@idiom("let")
def let_that_changes(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.lower(i + 1) != "mut" or not c.is_word(i + 2) or c.kind(i + 3) not in ("=", ":"):
        return None
    return c.rewrite(i, i + 2, "var", say="what changes is declared with `var`")


_NOTHING = {"int": "0", "float": "0", "money": "0", "text": '""', "bool": "false"}


@idiom("var")
def var_without_value(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != "LABEL" or not c.is_word(i + 2) or c.line_end(i) != i + 3:
        return None
    name, type = c.text(i + 1)[:-1], c.text(i + 2)
    value, mark = _NOTHING.get(type, "null"), "" if type in _NOTHING else "?"
    say = f"a `var` begins with a value: `var {name}: {type}{mark} = {value}`"
    return c.rewrite(i, i + 3, (i, i + 3), f"{mark} = {value}", say=say, safe=False)


@idiom(*_TYPES)
def type_before_local(c: Cursor) -> Rewrite | None:
    i = c.at
    if not _in_body(c) or not c.is_word(i + 1) or c.kind(i + 2) != "=" or c.breaks_before(i + 1):
        return None
    return c.rewrite(i, i + 1, "let", say=f"write `let {c.text(i + 1)} = ...`; the type is that of the value")


@idiom("LABEL")
def walrus(c: Cursor) -> Rewrite | None:
    """``x:= 5``; with a space before the colon it is for ``habits``."""
    i = c.at
    if c.kind(i + 1) != "=" or not c.touches(i + 1):
        return None
    name = c.text(i)[:-1]
    return c.rewrite(i, i + 2, f"{name} =", say="write `=`, not `:=`")


@idiom("insert")
def insert(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.lower(i + 1) != "into" or not c.is_word(i + 2):
        return None
    say, name = f"write `create {c.text(i + 2)} {{ ... }}`", (i + 2, i + 3)
    if c.kind(i + 3) == "{":
        return c.rewrite(i, i + 2, "create", say=say)
    close = c.closing(i + 3) if c.kind(i + 3) == "(" else None
    if close is None or c.lower(close + 1) != "values" or c.kind(close + 2) != "(":
        return None
    end = c.closing(close + 2)
    if end is None:
        return None
    columns, values = c.split(i + 4, close), c.split(close + 3, end)
    if len(columns) != len(values) or not all(c.is_word(begin) for begin, _ in columns):
        return c.read_on(i, end + 1, "create ", name, " { }", say=say, mark=(i, i + 2))
    pieces: list[Piece] = ["create ", name, " { "]
    for n, (column, value) in enumerate(zip(columns, values, strict=True)):
        pieces += [*([", "] if n else []), column, " = ", value]
    return c.rewrite(i, end + 1, *pieces, " }", say=say, mark=(i, i + 2))


@idiom("delete")
def delete_from(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.lower(i + 1) != "from" or not c.is_word(i + 2) or c.declaration not in _BODIES:
        return None
    return c.rewrite(i, i + 2, "delete", say=f"write `delete {c.text(i + 2)}`, without `from`")


@idiom("update")
def update_set(c: Cursor) -> Rewrite | None:
    i = c.at
    word = c.operand(i + 1)
    if word is None or c.lower(word) != "set" or c.declaration not in _BODIES:
        return None
    say = f"write `update {c.source_of(i + 1, word)} where ... {{ field = value }}`"
    if c.kind(word + 1) == "{":
        return c.rewrite(word, word + 1, say="no `set` is needed", fix="leave `set` out")
    end = c.line_end(i)
    where = c.find(("where",), word, end)
    changes = c.split(word + 1, where or end)
    target: tuple[Piece, ...] = ("update ", (i + 1, word))
    if not _named(c, changes):
        return c.read_on(i, end, *target, " { id = 1 }", say=say, mark=(i, word + 1))
    clause: tuple[Piece, ...] = (" where ", (where + 1, end)) if where else ()
    return c.rewrite(
        i, end, *target, *clause, " { ", (word + 1, where or end), " }", say=say, mark=(word, word + 1)
    )


def _named(c: Cursor, arguments: list[tuple[int, int]]) -> bool:
    return all(c.is_word(begin) and c.kind(begin + 1) == "=" for begin, _ in arguments)


# ---- Errors


@idiom("raise", "throw")
def raised(c: Cursor) -> Rewrite | None:
    i = c.at
    if not _in_body(c):
        return None
    name = i + 1 + (c.lower(i + 1) == "new")
    close = c.closing(name + 1) if c.kind(name + 1) == "(" else None
    if not c.is_word(name) or close is None or close > c.line_end(i):
        return None
    text: Piece = (name + 2, name + 3) if c.kind(name + 2) == "STRING" else '"It cannot be done."'
    code = _code(c.text(name))
    say = f'an error has a code and a message: `fail {code} "..."`'
    return c.rewrite(i, close + 1, f"fail {code} ", text, say=say, mark=(i, name + 1), safe=False)


def _code(name: str) -> str:
    """``invalid_state`` of ``InvalidStateError``."""
    words = (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().removesuffix("_error").removesuffix("_exception")
    )
    return words if words not in ("error", "exception", "") else "failed"


@idiom("assert", "require", "ensure")
def message_without_code(c: Cursor) -> Rewrite | None:
    i = c.at
    if not _in_body(c) or c.kind(i + 1) == "=":
        return None
    end = c.line_end(i)
    comma = c.find((",",), i + 1, end)
    say = 'an error has a code and a message: `require condition else too_late "..."`'
    if comma is not None and c.kind(comma + 1) == "STRING" and comma + 2 == end:
        return c.rewrite(
            i, end, "require ", (i + 1, comma), " else refused ", (comma + 1, end),
            say=say, mark=(comma, comma + 1), safe=False,
        )  # fmt: skip
    either = c.find(("or",), i + 1, end)
    if either and c.is_word(either + 1) and c.kind(either + 2) == "STRING" and either + 3 == end:
        return c.rewrite(either, either + 1, "else", say="write `else` before the error, not `or`")
    return None


# ---- Blocks


@idiom("if", "for", "else", "elif")
def colon_block(c: Cursor) -> Rewrite | None:
    """``if b:``, ``else:`` and ``for x in list:``, with what stands behind them on the line or indented below it."""
    i = c.at
    if not (_in_body(c) or c.kind(i - 1) in ("}", "else")):
        return None
    if c.lower(i) == "else" and c.kind(i) == "else":
        colon = i + 1 if c.kind(i + 1) == ":" else None
    else:
        colon = _colon(c, i)
    return _block(c, i, colon) if colon is not None else None


@idiom("LABEL")
def else_colon(c: Cursor) -> Rewrite | None:
    if c.text(c.at) != "else:" or not c.begins_line(c.at) or c.declaration not in _BODIES:
        return None
    return _block(c, c.at, c.at)


def _colon(c: Cursor, index: int) -> int | None:
    """The colon, or the label with one, that ends the line's first clause."""
    for here in range(index + 1, c.line_end(index)):
        if c.kind(here) == "{":
            return None
        if c.kind(here) in (":", "LABEL") and c.around(here) == c.around(index):
            return here
    return None


def _block(c: Cursor, begin: int, colon: int) -> Rewrite | None:
    end = c.line_end(colon + 1)
    if c.breaks_before(colon + 1):
        end, indent = colon + 1, _indent(c, begin)
        while end < len(c.tokens) - 1 and not (c.breaks_before(end) and _indent(c, end) <= indent):
            end += 1
        while c.kind(end - 1) == "}" and c.opening(end - 1) is None:
            end -= 1
    if end <= colon + 1:
        return None
    label = c.text(colon)[:-1] if c.kind(colon) == "LABEL" else ""
    head: tuple[Piece, ...] = ((begin, colon), label and f" {label}") if colon > begin else (label,)
    gap = c.gap(colon + 1)
    tail = f"\n{' ' * _indent(c, begin)}}}" if "\n" in gap else " }"
    return c.rewrite(
        begin, end, *head, " {", gap if "\n" in gap else " ", (colon + 1, end), tail,
        say="a block stands in braces: `if condition { ... }`", mark=(colon, colon + 1), fix="put it in braces",
    )  # fmt: skip


def _indent(c: Cursor, index: int) -> int:
    start = c.source.text.rfind("\n", 0, c.token(index).start) + 1
    line = c.source.text[start : c.token(index).start]
    return len(line) - len(line.lstrip())


@idiom("then")
def then_statement(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) not in _STATEMENTS or c.kind(i + 2) == "=" or c.declaration not in _BODIES:
        return None
    end = c.line_end(i + 1)
    say = "statements stand in braces: `if condition { ... }`"
    return c.rewrite(i, end, "{ ", (i + 1, end), " }", say=say, mark=(i, i + 1), fix="put them in braces")


@idiom("for")
def for_in_parentheses(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != "(" or c.declaration not in _BODIES:
        return None
    close, begin = c.closing(i + 1), i + 2
    begin += c.lower(begin) in ("let", "const", "var")
    if (
        close is None
        or not c.is_word(begin)
        or c.lower(begin + 1) not in ("in", "of")
        or c.kind(close + 1) != "{"
    ):
        return None
    return c.rewrite(
        i + 1, close + 1, (begin, begin + 1), " in ", (begin + 2, close),
        say="write `for x in list { ... }`", mark=(i + 1, i + 2),
    )  # fmt: skip


@idiom("for")
def for_of_three_parts(c: Cursor) -> Rewrite | None:
    """``for (let i = 0; i < n; i++) {``."""
    i = c.at
    close = c.closing(i + 1) if c.kind(i + 1) == "(" else None
    first = c.find((";",), i + 2, close) if close is not None else None
    second = c.find((";",), first + 1, close) if first is not None and close is not None else None
    if close is None or first is None or second is None:
        return None
    say = "loops go over something: `for x in list { ... }`, or `for i in range(3) { ... }` for 0, 1 and 2"
    name, start, test = c.text(first - 3), c.text(first - 1), first + 1
    counts = c.kind(first - 2) == "=" and start == "0" and c.text(test) == name and c.kind(test + 1) == "<"
    if not counts or (c.text(second + 1) != name and c.text(second + 3) != name):
        return c.read_on(i + 1, close + 1, f"{name} in []", say=say, mark=(i, i + 1))
    return c.rewrite(i + 1, close + 1, f"{name} in range(", (test + 2, second), ")", say=say, mark=(i, i + 1))


@idiom("switch", "match", "while", "loop", "do", "try", "with", "unless", "until")
def block_of_another_kind(c: Cursor) -> Rewrite | None:
    i = c.at
    if (
        not _in_body(c)
        or (c.kind(i + 1) in ("=", "(") and c.closing(i + 1) is None)
        or c.kind(i + 1) in ("=", "+=", "-=")
    ):
        return None
    brace = c.find(("{",), i, c.line_end(i))
    close = c.closing(brace) if brace is not None else None
    if close is None:
        return None
    while c.lower(close + 1) in ("catch", "except", "finally"):
        brace = c.find(("{",), close + 1, c.line_end(close + 1))
        end = c.closing(brace) if brace is not None else None
        if end is None:
            return None
        close = end
    return c.read_on(
        i, close + 1, say=ELSEWHERE.get(c.lower(i), f"there is no `{c.text(i)}`"), mark=(i, i + 1)
    )


@idiom("break", "continue", "pass")
def jump(c: Cursor) -> Rewrite | None:
    i = c.at
    if not _in_body(c) or c.line_end(i) != i + 1:
        return None
    if c.lower(i) == "pass":
        return c.rewrite(i, i + 1, say="an empty block is written `{ }`", fix="leave `pass` out")
    say = f"there is no `{c.text(i)}`: a loop goes over all it is given, so say in its query what that is"
    return c.read_on(i, i + 1, say=say)


@idiom("console", "logger", "logging")
def output(c: Cursor) -> Rewrite | None:
    i = c.at
    close = c.closing(i + 2) if c.kind(i + 1) == "FIELD" and c.kind(i + 2) == "(" else None
    if not _in_body(c) or close is None or close + 1 != c.line_end(i):
        return None
    say = "a tool says what it has to say in its `return`"
    return c.rewrite(i, close + 1, say=say, fix="leave it out", safe=False)


# ---- Tasks


@idiom("assert", "verify", "ensure", "check")
def expectation(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.declaration != "task" or not c.begins_line(i) or c.kind(i + 1) in ("=", "("):
        return None
    if c.around(i) >= 0 and c.kind(c.around(i) - 1) == "solution":
        return None
    return c.rewrite(i, i + 1, "expect", say=f"write `expect`, not `{c.text(i)}`")
