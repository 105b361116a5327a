"""What can be typed next: tools and commands, names of arguments, members of enums, keys of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from awmlang.play.describe import describe_type
from awmlang.play.shell import COMMANDS, Shell
from awmlang.runtime import program
from awmlang.runtime.database import UNBOUNDED
from awmlang.syntax import grammar
from awmlang.syntax.format.words import text as literal
from awmlang.syntax.tokens import ERROR, Token, tokenize

MOST_ROWS = 500  # of an entity, that are looked through
MOST_CHOICES = 100


class Choice(NamedTuple):
    """``text`` takes the place of the last ``replaced`` characters; ``about`` says what it is."""

    text: str
    replaced: int
    about: str


class _Names(NamedTuple):
    """Where arguments or fields have names; ``loose`` if no comma is needed between them."""

    parameters: tuple[program.Parameter, ...]
    loose: bool
    given: list[str]

    def type_of(self, name: str) -> program.Type | None:
        return next((each.type for each in self.parameters if name in (each.name, each.json_name)), None)


class _Items(NamedTuple):
    """In the brackets of a list."""

    type: program.Type


class _Possible(NamedTuple):
    """``sought``: other words by which it is found."""

    text: str
    about: str
    sought: str = ""


_Context = _Names | _Items | None


def complete(shell: Shell, before: str) -> list[Choice]:
    """The choices where ``before`` stands before the cursor, best first."""
    tokens, partial = _split(before)
    sought = partial.strip('"').lower()
    every = [each for each in _possible(shell, tokens) if each.text != partial]
    first = [each for each in every if each.text.strip('"').lower().startswith(sought)]
    others = [each for each in every if sought in f"{each.text} {each.sought}".lower() and each not in first]
    return [Choice(each.text, len(partial), each.about) for each in [*first, *others][:MOST_CHOICES]]


def _split(before: str) -> tuple[list[Token], str]:
    """The tokens, and behind them a word or a text that is not finished."""
    tokens = tokenize(grammar.load(), before)[:-1]
    for index, token in enumerate(tokens):
        if token.kind == ERROR and token.text == '"':
            return tokens[:index], before[token.start :]
    if tokens and tokens[-1].end == len(before) and re.search(r"\w\Z", before):
        return tokens[:-1], tokens[-1].text
    return tokens, ""


def _possible(shell: Shell, tokens: Sequence[Token]) -> Iterator[_Possible]:
    words = [token.text for token in tokens]
    last = words[-1] if words else ""
    if len(words) == 1 and last in COMMANDS:
        yield from _of_command(shell, last)
        return
    stack = _contexts(shell, tokens)
    match stack[-1] if stack else None:
        case _Names() as names if last == "=":
            yield from _values(shell, names.type_of(words[-2]))
        case _Names() as names if last in ("(", "{", ",") or names.loose:
            yield from _names(names)
        case _Items(type) if last in ("[", ","):
            yield from _values(shell, type)
        case None if not stack and (not words or last in (")", "}") or (words[0] == "let" and last == "=")):
            yield from _tools(shell)
            if not words:
                yield from _commands()


def _of_command(shell: Shell, name: str) -> Iterator[_Possible]:
    if name == "task":
        for task, entry in shell.environment.tasks.items():
            yield _Possible(task, entry["prompt"])
    elif name == "help":
        for tool, schema in shell.tools.items():
            yield _Possible(tool, schema["description"])
        yield from _commands()


def _contexts(shell: Shell, tokens: Sequence[Token]) -> list[_Context]:
    """The brackets that are open, outermost first. A call in short form counts as one."""
    stack: list[_Context] = []
    words = [token.text for token in tokens]
    start = 3 if words[:1] == ["let"] else 0
    tool = shell.environment.program.get(words[start]) if start < len(words) else None
    if tool and words[start + 1 : start + 2] != ["("]:
        stack.append(_Names(tool.parameters, True, []))
    for index, word in enumerate(words):
        top = stack[-1] if stack else None
        previous = words[index - 1] if index else ""
        if word == "(":
            tool = None if stack else shell.environment.program.get(previous)
            stack.append(_Names(tool.parameters, False, []) if tool else None)
        elif word in ("[", "{"):
            stack.append(_inside(word, _expected(top, words[:index])))
        elif word in (")", "]", "}") and stack:
            stack.pop()
        elif word == "=" and isinstance(top, _Names):
            top.given.append(previous)
    return stack


def _expected(context: _Context, words: Sequence[str]) -> program.Type | None:
    """The type of a value behind ``words``."""
    match context:
        case _Names() as names if len(words) > 1 and words[-1] == "=":
            return names.type_of(words[-2])
        case _Items(type):
            return type
    return None


def _inside(bracket: str, type: program.Type | None) -> _Context:
    match _required(type):
        case program.List() as made if bracket == "[":
            return _Items(made.item)
        case program.Record() as made if bracket == "{":
            return _Names(made.fields, True, [])
    return None


def _required(type: program.Type | None) -> program.Type | None:
    return type.inner if isinstance(type, program.Optional) else type


# ---- What can stand there


def _commands() -> Iterator[_Possible]:
    for name, command in COMMANDS.items():
        yield _Possible(name, command.doc)


def _tools(shell: Shell) -> Iterator[_Possible]:
    for name, tool in shell.tools.items():
        opening = "(" if shell.environment.program[name].parameters else "()"
        yield _Possible(name + opening, tool["description"])


def _names(names: _Names) -> Iterator[_Possible]:
    for each in names.parameters:
        if each.name not in names.given and each.json_name not in names.given:
            about = describe_type(each.type)
            yield _Possible(f"{each.name} = ", about if each.required else f"{about} (may be left out)")


def _values(shell: Shell, type: program.Type | None) -> Iterator[_Possible]:
    match _required(type):
        case program.Enum() as enum:
            for member in enum.members:
                yield _Possible(literal(member), "")
        case program.Bool():
            yield _Possible("true", "")
            yield _Possible("false", "")
        case program.Ref() as reference:
            yield from _rows(shell, reference)
        case program.Datetime():
            yield _Possible(literal(shell.session.now), "now")
        case program.Date():
            yield _Possible(literal(shell.session.now[:10]), "today")
        case program.List():
            yield _Possible("[", "a list")
        case program.Record():
            yield _Possible("{ ", "a record")


def _rows(shell: Shell, reference: program.Ref) -> Iterator[_Possible]:
    """The rows that can be given, by label or key, with what tells them apart best."""
    entity, database = reference.entity, shell.session.database
    table = shell.environment.schema.entities[entity.name]
    labels = {row: label for label, row in shell.labels.items()}
    others = {name: type for name, type in table.types.items() if name != table.key}
    told = [name for name, type in others.items() if type == "text"][:1]
    told = told or [name for name, type in others.items() if type in ("enum", "date", "datetime")][:2]
    columns = ", ".join(f'"{name}"' for name in (table.key, *told))
    database.grant(UNBOUNDED)
    rows: list[tuple[Any, ...]] = database.connection.execute(
        f'SELECT {columns} FROM "{table.name}" ORDER BY 1 LIMIT {MOST_ROWS}'
    ).fetchall()
    for key, *shown in rows:
        parameters = {"key": key, "me": database.me, "now": shell.session.now}
        if reference.lifted or database.value(entity.visible, **parameters):
            written = literal(key) if isinstance(key, str) else str(key)
            label = labels.get((entity.name, key))
            about = [str(each) for each in ([written] if label else []) + shown if each is not None]
            yield _Possible(label or written, " ".join(about), " ".join(about))
