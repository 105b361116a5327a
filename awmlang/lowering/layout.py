"""How a SQL statement is laid out on lines: nothing but white space is changed.

A statement that is too long is broken at its clauses; a clause at its commas, its OR and AND, its plus and minus; what
is still too long at the parentheses in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

INDENT = "  "

_TOKEN = re.compile(r"""[^\s(),'"]+|\s+|[(),]|'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_CLAUSES = frozenset(
    {"SELECT", "FROM", "JOIN", "LEFT JOIN", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET"}
    | {"SET", "VALUES", "RETURNING"}
)
_TWO_WORDS = frozenset({"LEFT JOIN", "GROUP BY", "ORDER BY", "DELETE FROM"})
_SIGNS = ("+", "-")
_COMPARING = frozenset({"=", "<>", "<", "<=", ">", ">=", "IS", "IN", "NOT", "AND", "AS"})
_COMMA = (",",)
_OBJECTS = ("json_object", "json_group_object")


@dataclass(slots=True)
class _Group:
    """What stands between a pair of parentheses, or between CASE and END."""

    opening: str = "("
    closing: str = ")"
    items: list[_Item] = field(default_factory=list)
    width: int = 0

    def flat(self) -> str:
        return f"{self.opening}{_flat(self.items)}{self.closing}"


_Item = str | _Group


def laid_out(sql: str, width: int, room: int | None = None) -> str:
    """``sql``, given on one line, on as many as it takes for none to be longer than ``width`` where it can be had.

    It stays on one line where it fits into ``room``, which is ``width`` if not given.
    """
    if len(sql) <= (width if room is None else room):
        return sql
    return "\n".join(_Layout(width).statement(_items(sql), ""))


def _items(sql: str) -> list[_Item]:
    """Words, white space and groups. Keywords of two words are one item."""
    stack = [_Group()]
    for found in _TOKEN.finditer(sql):
        text = found[0]
        if text in ("(", "CASE"):
            stack.append(_Group(text, ")" if text == "(" else "END"))
        elif text in (")", "END"):
            group = stack.pop()
            group.width += len(group.opening) + len(group.closing)
            stack[-1].items.append(group)
            stack[-1].width += group.width
        else:
            items = stack[-1].items
            if len(items) > 1 and f"{items[-2]} {text}" in _TWO_WORDS:
                items[-2:] = [f"{items[-2]} {text}"]
            else:
                items.append(text)
            stack[-1].width += len(text)
    return stack[0].items


def _flat(items: Sequence[_Item]) -> str:
    return "".join([item if isinstance(item, str) else item.flat() for item in items])


def _width(items: Sequence[_Item]) -> int:
    return sum([len(item) if isinstance(item, str) else item.width for item in items])


def _trimmed(items: list[_Item]) -> list[_Item]:
    while items and isinstance(items[0], str) and items[0].isspace():
        items = items[1:]
    while items and isinstance(items[-1], str) and items[-1].isspace():
        items = items[:-1]
    return items


class _Layout:
    def __init__(self, width: int) -> None:
        self._width = width

    def _fits(self, items: Sequence[_Item], room: int) -> bool:
        return _width(items) <= self._width - room

    # ---- Statements

    def statement(self, items: list[_Item], indent: str) -> list[str]:
        """Lines, one a clause at least."""
        lines: list[str] = []
        for clause in _clauses(items):
            lines += self._clause(clause, indent)
        return lines

    def _clause(self, clause: list[_Item], indent: str) -> list[str]:
        if self._fits(clause, len(indent)):
            return [f"{indent}{_flat(clause)}"]
        word, rest = clause[0], _trimmed(clause[1:])
        if not isinstance(word, str) or word not in _CLAUSES:
            return self._expression(clause, indent, "")
        parts = _split(rest, _COMMA)
        if len(parts) > 1:
            return [f"{indent}{word}", *self._list(parts, indent + INDENT)]
        return self._expression(rest, indent, f"{word} ")

    def _list(self, parts: list[list[_Item]], indent: str) -> list[str]:
        """Parts with commas between them, a line each."""
        lines: list[str] = []
        for number, part in enumerate(parts, 1):
            lines += self._expression(part, indent, "")
            if number < len(parts):
                lines[-1] += ","
        return lines

    # ---- Expressions

    def _expression(self, items: list[_Item], indent: str, lead: str) -> list[str]:
        """An expression behind ``lead``."""
        if self._fits(items, len(indent) + len(lead)):
            return [f"{indent}{lead}{_flat(items)}"]
        first, *others = _split(items, _loosest(items))
        lines = self._broken(first, indent, lead)
        inner = indent + INDENT if lead else indent
        for operator, *term in others:
            lines += self._expression(_trimmed(term), inner, f"{operator} ")
        return lines

    def _broken(self, items: list[_Item], indent: str, lead: str) -> list[str]:
        """Broken inside the groups that make it too long."""
        lines: list[str] = []
        line = f"{indent}{lead}"
        for number, item in enumerate(items):
            if isinstance(item, str):
                line += item
                continue
            after = "".join([x for x in items[number + 1 :][:1] if isinstance(x, str)])
            if len(line) + item.width + len(after) <= self._width:
                line += item.flat()
                continue
            name = re.search(r"\w*$", line)
            opening, closing = item.opening, item.closing
            function = name[0] if name else ""
            while isinstance(item.items[-1], _Group) and len(item.items) <= 2:  # a call as the only argument
                if len(item.items) == 2:
                    if not isinstance(item.items[0], str) or not item.items[0].isidentifier():
                        break
                    function = item.items[0]
                    opening += function
                item = item.items[-1]
                opening, closing = opening + item.opening, item.closing + closing
            lines.append(line + opening)
            lines += self._inside(item, indent + INDENT, function)
            line = f"{indent}{closing}"
        return [*lines, line.rstrip()]

    def _inside(self, group: _Group, indent: str, name: str) -> list[str]:
        """What stands in a group, behind the ``name`` of a function if there is one."""
        items = _trimmed(group.items)
        if group.opening == "CASE":
            branches = _split(items, ("WHEN", "ELSE"))
            return [line for branch in branches if branch for line in self._expression(branch, indent, "")]
        if self._fits(items, len(indent)):
            return [f"{indent}{_flat(items)}"]
        if len(_clauses(items)) > 1:
            return self.statement(items, indent)
        parts = _split(items, _COMMA)
        if len(parts) == 1:
            return self._expression(items, indent, "")
        if name in _OBJECTS:
            parts = [[*key, ", ", *value] for key, value in zip(parts[::2], parts[1::2], strict=True)]
        return self._list(parts, indent)


def _loosest(items: list[_Item]) -> Sequence[str]:
    """The operators at which an expression is broken."""
    words = {item for item in items if isinstance(item, str)}
    if "OR" in words:
        return ("OR",)
    if "AND" in words and "BETWEEN" not in words:
        return ("AND",)
    return _SIGNS if words.isdisjoint(_COMPARING) else ()


def _clauses(items: list[_Item]) -> list[list[_Item]]:
    """The clauses, each with its keyword first."""
    found: list[list[_Item]] = [[]]
    for item in items:
        if isinstance(item, str) and item in _CLAUSES and found[-1]:
            found.append([])
        found[-1].append(item)
    return [_trimmed(clause) for clause in found if _trimmed(clause)]


def _split(items: list[_Item], separators: Sequence[str]) -> list[list[_Item]]:
    """The parts between commas, or those that begin with one of some words."""
    parts: list[list[_Item]] = [[]]
    for item in items:
        if isinstance(item, str) and item in separators:
            parts.append([])
        if separators is not _COMMA or item != ",":
            parts[-1].append(item)
    return [_trimmed(part) for part in parts]
