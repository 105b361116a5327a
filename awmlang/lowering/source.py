"""Python source: literals, and lines broken as ruff's formatter breaks them."""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDTH = 110
_STEP = "    "
_MARK = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[][(){},]""")


def literal(value: object) -> str:
    """A Python literal; texts in double quotes where that takes no more escapes than single ones."""
    match value:
        case str():
            return text(value)
        case tuple():
            items = ", ".join(map(literal, value))
            return f"({items},)" if len(value) == 1 else f"({items})"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def text(value: str) -> str:
    written = repr(value)
    if written[0] == '"' or value.count('"') > value.count("'"):
        return written
    inner = written[1:-1].replace("\\'", "'").replace('"', '\\"')
    return f'"{inner}"'


def sql_text(sql: str) -> str:
    """A SQL statement as a Python literal, on lines of its own where it has several."""
    raw = '"""' not in sql and "\\" not in sql and sql.replace("\n", "").isprintable()
    if "\n" in sql and raw:
        return f'"""\n{sql}\n"""'
    return literal(sql)


def named(name: str, sql: str) -> str:
    """A named SQL statement."""
    code = sql_text(sql)
    if "\n" in code or len(name) + len(" = ") + len(code) <= WIDTH or len(_STEP) + len(code) > WIDTH:
        return f"{name} = {code}"
    return f"{name} = (\n{_STEP}{code}\n)"


def doc_text(words: str) -> str:
    """A docstring on one line."""
    one = " ".join(words.split())
    raw = '"""' not in one and "\\" not in one and one.isprintable() and one[-1:] != '"'
    return f'"""{one}"""' if raw else literal(one)


def fitted(line: str, width: int = WIDTH) -> list[str]:
    """A line of code, on as many as it takes for none to be longer than ``width`` where it can be had.

    It is broken in its last parentheses: what stands in them gets a line of its own, or a line for each argument.
    """
    brackets = _last_brackets(line) if len(line) > width else None
    if brackets is None:
        return [line]
    opening, closing = brackets
    indent = line[: len(line) - len(line.lstrip())]
    inner, inside = line[opening + 1 : closing], indent + _STEP
    if len(inside) + len(inner) <= width and "\n" not in inner:
        body = [f"{inside}{inner}"]
    else:
        arguments = list(_arguments(inner))
        is_group = line[opening] == "(" and not re.match(r"[\w)\]]", line[opening - 1 : opening])
        comma = "," if len(arguments) > 1 or inner.endswith(",") or not is_group else ""
        body = [x for argument in arguments for x in fitted(f"{inside}{argument}{comma}", width)]
    return [line[: opening + 1], *body, f"{indent}{line[closing:]}"]


def _last_brackets(line: str) -> tuple[int, int] | None:
    """Where the last brackets that stand in no others open and close; None if there are none with something in them."""
    found, depth, opened = None, 0, 0
    for mark, place in _marks(line):
        if mark in "([{":
            if depth == 0:
                opened = place
            depth += 1
        elif mark in ")]}":
            depth -= 1
            if depth == 0 and place > opened + 1:
                found = (opened, place)
    return found


def _arguments(inner: str) -> Iterator[str]:
    depth = start = 0
    for mark, place in _marks(inner):
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif depth == 0:
            yield inner[start:place].strip()
            start = place + 1
    if rest := inner[start:].strip():
        yield rest


def _marks(line: str) -> Iterator[tuple[str, int]]:
    """The brackets and commas outside of strings, and their places."""
    for found in _MARK.finditer(line):
        if len(found[0]) == 1:
            yield found[0], found.start()
