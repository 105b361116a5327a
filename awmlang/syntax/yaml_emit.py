"""Nested lists, mappings and scalars to YAML and JSON text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

import yaml

WIDTH = 100
"""Columns within which lists stay on a line."""

_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOT_PLAIN = re.compile(r": |:$| #|^[-?:](?: |$)|^[,\[\]{}#&*!|>'\"%@`]|^(?:---|\.\.\.)|^ | $")
_NOT_IN_BRACKETS = re.compile(r"[,\[\]{}?]|:[\"']|^[-:]")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?|true|false")
_LARGE = {"entity", "function", "tool", "task"}
_RESOLVER = yaml.resolver.Resolver()


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar: a text, a piece of ``code``, or a ``literal`` (a number, true, false or null, without quotes)."""

    text: str
    kind: Literal["text", "code", "literal"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, and whether it stands in brackets on one line."""

    items: list[Outline]
    brackets: Literal["never", "if there is room", "always"] = "never"


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping."""

    pairs: dict[str, Outline]


Outline: TypeAlias = "Word | Items | Keys"


def is_plain(text: str, flow: bool) -> bool:
    """Whether YAML reads ``text``, as it stands and in one line, as this text. ``flow``: within brackets."""
    return not (
        not text
        or _UNPRINTABLE.search(text)
        or _NOT_PLAIN.search(text)
        or (flow and _NOT_IN_BRACKETS.search(text))
    )


def quoted(text: str) -> str:
    """A text in double quotes, as YAML and JSON both have it."""
    return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def printable(text: str) -> str:
    """A text with escapes in place of what cannot stand in a file of YAML, for comments."""
    return _UNPRINTABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]


# ---- YAML


def to_yaml(outline: Keys) -> str:
    """A file. Empty lines stand around large items of a list that the outermost mapping holds."""
    lines: list[str] = []
    for key, value in outline.pairs.items():
        if not isinstance(value, Items) or not value.items:
            lines += _block(Keys({key: value}), 0)
            continue
        lines.append(f"{_word(Word(key), flow=False)}:")
        before: list[str] = []
        for item in value.items:
            block = _block(Items([item]), 0)
            if {_kind(before), _kind(block)} & _LARGE:
                lines.insert(len(lines) - (not before), "")
            lines += block
            before = block
    return "\n".join(lines) + "\n"


def _kind(block: list[str]) -> str:
    """The first key of a mapping."""
    return block[0].removeprefix("- ").partition(":")[0] if block else ""


def _block(outline: Keys | Items, indent: int) -> list[str]:
    """The lines of a mapping or list that is not empty, ``indent`` columns to the right."""
    pad = " " * indent
    lines: list[str] = []
    if isinstance(outline, Items):
        for item in outline.items:
            first, *others = _beside(item, indent + 2, indent + 2) or _block(item, indent + 2)  # type: ignore[arg-type]
            lines += [f"{pad}- {first.lstrip(' ')}", *others]
        return lines
    for key, value in outline.pairs.items():
        head = f"{pad}{_word(Word(key), flow=False)}:"
        if beside := _beside(value, indent + 2, len(head) + 1):
            first, *others = beside
            lines += [f"{head} {first}", *others]
        else:
            lines += [head, *_block(value, indent if isinstance(value, Items) else indent + 2)]  # type: ignore[arg-type]
    return lines


def _beside(outline: Outline, indent: int, column: int) -> list[str] | None:
    """The lines of what stands behind a key or dash, at ``column``; nothing if it must begin on the next line."""
    match outline:
        case Word(text, kind):
            if _is_literal_block(text):
                chomp = "" if kind == "code" else "-" if not text.endswith("\n") else ""
                inner = text.removesuffix("\n").split("\n")
                return [f"|{chomp}", *(" " * indent + line if line else "" for line in inner)]
            return [_word(outline, flow=False)]
        case Items(items, brackets):
            line = _in_brackets(outline) if brackets != "never" else "[]"
            fits = brackets == "always" or column + len(line) <= WIDTH
            return [line] if not items or (brackets != "never" and fits) else None
        case Keys(pairs):
            return None if pairs else ["{}"]


def _is_literal_block(text: str) -> bool:
    """Whether a text can stand as it is, line by line."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and not any(_UNPRINTABLE.search(line.replace("\t", "")) for line in lines)
        and lines[0][:1].strip(" \t") != ""
        and lines[-1] != ""
    )


def _in_brackets(outline: Outline) -> str:
    if isinstance(outline, Items):
        return f"[{', '.join(map(_in_brackets, outline.items))}]"
    assert isinstance(outline, Word), "no mapping stands in brackets"
    return _word(outline, flow=True)


def _word(word: Word, flow: bool) -> str:
    text = word.text
    if word.kind == "literal":
        return text
    if is_plain(text, flow):
        tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        # What others would take for something else than text is quoted.
        if tag == "tag:yaml.org,2002:str" or (word.kind == "code" and _NUMBER.fullmatch(text)):
            return text
    if text and not _UNPRINTABLE.search(text) and text.count('"') + text.count("\\") > text.count("'"):
        return "'" + text.replace("'", "''") + "'"
    return quoted(text)


# ---- JSON


def to_json(outline: Outline) -> str:
    """A file."""
    return _json(outline, 0) + "\n"


def _json(outline: Outline, indent: int, lead: int = 0) -> str:
    """Text that begins at column ``lead``: on one line where there is room."""
    if isinstance(outline, Word):
        return outline.text if outline.kind == "literal" else quoted(outline.text)
    inner = " " * (indent + 2)
    if isinstance(outline, Items):
        opening, closing = "[]"
        heads, values = [""] * len(outline.items), outline.items
    else:
        opening, closing = "{}"
        heads, values = [f"{quoted(key)}: " for key in outline.pairs], list(outline.pairs.values())
    parts = [
        head + _json(value, indent + 2, indent + 2 + len(head))
        for head, value in zip(heads, values, strict=True)
    ]
    line = f"{opening}{', '.join(parts)}{closing}"
    if "\n" not in line and lead + len(line) <= WIDTH:
        return line
    return f"{opening}\n" + ",\n".join(inner + part for part in parts) + f"\n{' ' * indent}{closing}"
