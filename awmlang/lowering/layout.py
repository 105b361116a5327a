"""How a SQL statement is laid out on lines: nothing but white space is changed.

A statement that is too long is broken at its clauses; a clause at its commas, its OR and AND, its plus and minus; what
is still too long at the parentheses in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

INDENT = "  "

_CLAUSES = frozenset(
    {"SELECT", "FROM", "JOIN", "LEFT JOIN", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET"}
    | {"SET", "VALUES", "RETURNING"}
)
_SIGNS = ("+", "-")
_COMPARING = frozenset({"=", "<>", "<", "<=", ">", ">=", "IS", "IN", "NOT", "AND", "AS"})
_BREAKS = {*_CLAUSES, *_SIGNS, *_COMPARING, ",", "OR", "BETWEEN", "WHEN", "ELSE"}
_MARKS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[(),]|(?<=\ )(?:<>|[<>]=?|[=+-])(?=\ )"""
    r"""|\b(?:LEFT\ JOIN|GROUP\ BY|ORDER\ BY|DELETE\ FROM|[A-Z]{2,})\b"""
)
_CALL = re.compile(r"\w*$")
_OBJECTS = ("json_object", "json_group_object")


_Mark = tuple[str, int, int]
"""A word or sign, and where it starts and ends."""


@dataclass(slots=True)
class _Group:
    """Parentheses, or CASE and END: from ``opens`` to ``closes``, what stands in them from ``start`` to ``end``.

    ``marks`` are the words and signs in it at which it may be broken, those of ``groups`` in it aside.
    """

    opens: int
    start: int
    end: int = 0
    closes: int = 0
    marks: list[_Mark] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)


def laid_out(sql: str, width: int, room: int | None = None) -> str:
    """``sql``, given on one line, on as many as it takes for none to be longer than ``width`` where it can be had.

    It stays on one line where it fits into ``room``, which is ``width`` if not given.
    """
    if len(sql) <= (width if room is None else room):
        return sql
    layout = _Layout(sql, width)
    whole = _scan(sql)
    layout.statement(_Part(whole, 0, len(sql)), "")
    return "\n".join(layout.lines)


def _scan(sql: str) -> _Group:
    """The statement as the inside of a group."""
    stack = [_Group(0, 0, len(sql), len(sql))]
    for found in _MARKS.finditer(sql):
        word = found[0]
        if word in ("(", "CASE"):
            stack.append(_Group(found.start(), found.end()))
        elif word in (")", "END"):
            group = stack.pop()
            group.end, group.closes = found.span()
            stack[-1].groups.append(group)
        elif word in _BREAKS:
            stack[-1].marks.append((word, *found.span()))
    return stack[0]


class _Part:
    """A stretch of what stands in a group."""

    __slots__ = ("end", "group", "start")

    def __init__(self, group: _Group, start: int, end: int) -> None:
        self.group = group
        self.start = start
        self.end = end

    def marks(self) -> list[_Mark]:
        return [mark for mark in self.group.marks if self.start <= mark[1] < self.end]

    def groups(self) -> list[_Group]:
        return [group for group in self.group.groups if self.start <= group.opens < self.end]


class _Layout:
    def __init__(self, sql: str, width: int) -> None:
        self.lines: list[str] = []
        self._sql = sql
        self._width = width

    def _fits(self, part: _Part, taken: int) -> bool:
        return part.end - part.start <= self._width - taken

    # ---- Statements

    def statement(self, part: _Part, indent: str) -> None:
        """A line for each clause at least."""
        for clause in self._split(part, _CLAUSES):
            self._clause(clause, indent)

    def _clause(self, part: _Part, indent: str) -> None:
        if self._fits(part, len(indent)):
            self.lines.append(indent + self._sql[part.start : part.end])
            return
        word, start, end = next(iter(part.marks()), ("", part.end, part.end))
        if start > part.start or word not in _CLAUSES:
            self._expression(part, indent, "")
            return
        rest = self._trimmed(part.group, end, part.end)
        parts = list(self._split(rest, (",",)))
        if len(parts) > 1:
            self.lines.append(indent + word)
            self._list(parts, indent + INDENT)
        else:
            self._expression(rest, indent, f"{word} ")

    def _list(self, parts: Sequence[_Part], indent: str) -> None:
        """Parts with commas between them, a line each."""
        for number, part in enumerate(parts, 1):
            self._expression(part, indent, "")
            if number < len(parts):
                self.lines[-1] += ","

    # ---- Expressions

    def _expression(self, part: _Part, indent: str, lead: str) -> None:
        """An expression behind ``lead``."""
        if self._fits(part, len(indent) + len(lead)):
            self.lines.append(f"{indent}{lead}{self._sql[part.start : part.end]}")
            return
        first, *others = self._split(part, _loosest(part.marks()))
        if not others:
            self._broken(part, indent, lead)
            return
        self._expression(first, indent, lead)
        inner = indent + INDENT if lead else indent
        for term in others:
            sign, _, end = term.marks()[0]
            self._expression(self._trimmed(part.group, end, term.end), inner, f"{sign} ")

    def _broken(self, part: _Part, indent: str, lead: str) -> None:
        """Broken inside the groups that make it too long."""
        line, place = f"{indent}{lead}", part.start
        for group in part.groups():
            line += self._sql[place : group.opens]
            place = group.closes
            following = self._sql.find(" ", place, part.end)  # what clings to the group
            after = (part.end if following < 0 else following) - place
            if len(line) + group.closes - group.opens + after <= self._width:
                line += self._sql[group.opens : place]
                continue
            name = _CALL.search(line)
            function = name[0] if name else ""
            outer = group
            while (
                len(group.groups) == 1 and group.groups[0].closes == group.end
            ):  # a call as the only argument
                between = self._sql[group.start : group.groups[0].opens]
                if between and not between.isidentifier():
                    break
                function = between or function
                group = group.groups[0]
            self.lines.append(line + self._sql[outer.opens : group.start].rstrip())
            self._inside(group, indent + INDENT, function)
            line = indent + self._sql[group.end : outer.closes]
        self.lines.append((line + self._sql[place : part.end]).rstrip())

    def _inside(self, group: _Group, indent: str, function: str) -> None:
        """What stands in a group, behind the name of a ``function`` if there is one."""
        part = self._trimmed(group, group.start, group.end)
        words = {word for word, _, _ in group.marks}
        if self._sql.startswith("CASE", group.opens):
            for branch in self._split(part, ("WHEN", "ELSE")):
                self._expression(branch, indent, "")
        elif self._fits(part, len(indent)):
            self.lines.append(indent + self._sql[part.start : part.end])
        elif not words.isdisjoint(_CLAUSES):
            self.statement(part, indent)
        elif "," in words:
            parts = list(self._split(part, (",",)))
            if function in _OBJECTS:
                pairs = zip(parts[::2], parts[1::2], strict=True)
                parts = [_Part(group, key.start, value.end) for key, value in pairs]
            self._list(parts, indent)
        else:
            self._expression(part, indent, "")

    # ---- Parts

    def _split(self, part: _Part, separators: frozenset[str] | Sequence[str]) -> Iterator[_Part]:
        """The parts between commas, or those that begin with one of some words."""
        begin = part.start
        for word, start, end in part.marks():
            if word in separators:
                if start > begin or word == ",":
                    yield self._trimmed(part.group, begin, start)
                begin = end if word == "," else start
        yield self._trimmed(part.group, begin, part.end)

    def _trimmed(self, group: _Group, start: int, end: int) -> _Part:
        while start < end and self._sql[start] == " ":
            start += 1
        while start < end and self._sql[end - 1] == " ":
            end -= 1
        return _Part(group, start, end)


def _loosest(marks: Sequence[_Mark]) -> Sequence[str]:
    """The operators at which an expression is broken."""
    words = {word for word, _, _ in marks}
    if "OR" in words:
        return ("OR",)
    if "AND" in words and "BETWEEN" not in words:
        return ("AND",)
    return _SIGNS if words.isdisjoint(_COMPARING) else ()
