"""The TextMate grammar of the language, for editors that colour by regular expressions.

    python -m awmlang.editor.textmate editors/vscode/syntaxes/awm.tmLanguage.json     # writes it

Most words of the language can be names too. Here what stands around a word decides; the parser knows better, and the
tests compare the two. Only what Python's regular expressions and Oniguruma share is used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from awmlang.semantics.typenodes import SCALARS

DECLARATIONS = (
    *("environment", "clock", "policy", "enum", "type", "entity", "function", "tool", "crud"),
    *("data", "generate", "invariant", "task"),
)
LABELS = ("me", "answer")
MEMBERS = ("check", "flow", "show", "access", "expect")
MARKS = ("key", "unique", "owner", "cascade", "clears")
STATEMENTS = ("require", "fail", "let", "var", "update", "delete", "for", "return")
CLAUSES = ("sort", "skip", "take", "paged", "when", "via")
DIRECTIONS = ("desc", "asc")
OPERATORS = ("and", "or", "not", "in", "contains")
CONSTANTS = ("true", "false", "null")
RESERVED = ("as", "where", "by", "if", "then", "else", "my", "new", "gone", "changed", "create")
OPERATIONS = ("list", "get", "create", "update", "delete")
BEFORE = {
    "solution": r"\{",
    "answer": r"\{",
    "weight": r"[0-9]",
    "allow": r"[A-Z]",
    "accept": r'[A-Za-z_"]',
    "any": r"[A-Z]",
    "named": r"[A-Za-z_]",
    "judge": r'"',
    "user": r'"',
    "from": r'(?<=\s)(?!(?:and|or|in|not|contains|as|where|sort)\b)["A-Za-z_0-9(\[.-]',
}
"""Words that are keywords before certain characters."""

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_ALONE = r"(?<![.A-Za-z0-9_])"
_BEHIND = r"(?<=[A-Za-z0-9_)?\]] )"
_END = r"(?![A-Za-z0-9_:])"


def words() -> set[str]:
    """All words that are coloured as keywords somewhere."""
    groups = (
        DECLARATIONS,
        LABELS,
        MEMBERS,
        MARKS,
        STATEMENTS,
        CLAUSES,
        DIRECTIONS,
        OPERATORS,
        CONSTANTS,
        RESERVED,
        OPERATIONS,
    )
    return {*BEFORE, *(word for group in groups for word in group)}


def _any(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(words)})"


def _match(name: str, pattern: str) -> dict[str, Any]:
    return {"name": f"{name}.awm", "match": pattern}


def _captures(pattern: str, *names: str) -> dict[str, Any]:
    return {"match": pattern, "captures": _named(names)}


def _named(names: tuple[str, ...]) -> dict[str, Any]:
    return {str(number): {"name": f"{name}.awm"} for number, name in enumerate(names, 1)}


def _region(name: str, begin: str, end: str, begins: tuple[str, ...], *patterns: str) -> dict[str, Any]:
    return {
        "name": f"{name}.awm",
        "begin": begin,
        "end": end,
        "beginCaptures": _named(begins),
        "endCaptures": {"0": {"name": "punctuation.awm"}},
        "patterns": [{"include": f"#{each}"} for each in patterns],
    }


def _text(name: str, quote: str) -> dict[str, Any]:
    ends = {"0": {"name": "punctuation.definition.string.awm"}}
    return {
        "name": f"string.quoted.{name}.awm",
        "begin": quote,
        "end": f"{quote}|$" if name == "double" else quote,
        "beginCaptures": ends,
        "endCaptures": ends,
        "patterns": [{"include": "#escape"}, {"include": "#interpolation"}],
    }


def _keywords() -> list[dict[str, Any]]:
    return [
        _match("keyword.declaration", rf"^{_any(DECLARATIONS)}{_END}(?!\s*=)|^clock(?=\s*=)"),
        _captures(rf"{_ALONE}({_any(LABELS)})(:)", "keyword.declaration", "punctuation.separator"),
        _captures(rf"{_ALONE}(else|fail)\s+({_NAME})(?=\s*\")", "keyword.control", "variable.other.error"),
        _captures(rf"(->)\s+({_NAME})", "keyword.operator", "variable.other.enummember"),
        _match("constant.language", rf"{_ALONE}{_any(CONSTANTS)}{_END}"),
        _match("keyword.operator.word", rf"{_ALONE}{_any(OPERATORS)}{_END}"),
        _match("keyword.control", rf"{_ALONE}{_any((*STATEMENTS, *RESERVED))}{_END}(?!\s*=)"),
        _match("keyword.clause", rf"{_ALONE}{_any(CLAUSES)}{_END}(?!\s*[=,)(])"),
        _match("keyword.clause", rf"{_BEHIND}{_any(DIRECTIONS)}{_END}(?!\s*=)"),
        _match(
            "keyword.member",
            rf"(?:^\s*|(?<=\{{ )|(?<=\}} )|(?<=\) )|(?<=\" )){_any(MEMBERS)}{_END}(?!\s*[=,]|\.)",
        ),
        _match("storage.modifier", rf"{_BEHIND}{_any(MARKS)}{_END}(?!\s*[(,.])"),
        *(
            _match("keyword.other", rf"{_ALONE}(?<!return ){word}{_END}(?=\s*{before})")
            for word, before in BEFORE.items()
        ),
    ]


def _names() -> list[dict[str, Any]]:
    scalars = _any(tuple(SCALARS))
    return [
        _match("support.type", rf"(?:(?<=: )|(?<=:)|(?<=\[)){scalars}{_END}"),
        _captures(rf"({_NAME})(:)", "variable.other.property", "punctuation.separator"),
        _captures(rf"(\.)({_NAME})", "punctuation.accessor", "variable.other.property"),
        _match("variable.language", rf"(?:me|now|this){_END}"),
        _match("entity.name.function", rf"{_NAME}(?=\()"),
        _match("entity.name.type", r"[A-Z][A-Za-z0-9_]*"),
        _match("variable.other", _NAME),
    ]


def grammar() -> dict[str, Any]:
    """The grammar as an object."""
    everything = ("comment", "texts", "numbers", "keywords", "names", "marks")
    return {
        "name": "AWM",
        "scopeName": "source.awm",
        "fileTypes": ["awm"],
        "patterns": [{"include": f"#{each}"} for each in ("enum", "crud", *everything)],
        "repository": {
            "enum": _region(
                "meta.enum", rf"^(enum)\s+({_NAME})\s*(\{{)", r"\}",
                ("keyword.declaration", "entity.name.type", "punctuation"), "comment", "texts", "member", "marks",
            ),
            "crud": _region(
                "meta.crud", rf"^(crud)\s+({_NAME})\s*(\{{)", r"\}",
                ("keyword.declaration", "entity.name.type", "punctuation"),
                "comment", "columns", "operation", "names", "marks",
            ),
            "columns": _region("meta.columns", r"(\()", r"\)", ("punctuation",), "comment", "names", "marks"),
            "operation": _match("keyword.other", rf"{_ALONE}{_any(OPERATIONS)}{_END}"),
            "member": _match("variable.other.enummember", _NAME),
            "comment": _match("comment.line.number-sign", "#.*$"),
            "texts": {"patterns": [_text("triple", '"""'), _text("double", '"')]},
            "escape": _match("constant.character.escape", r"\\[\"\\nt]|\{\{|\}\}"),
            "interpolation": {
                "name": "meta.interpolation.awm",
                "begin": r"\{",
                "end": r"\}|(?=\"|$)",
                "beginCaptures": {"0": {"name": "punctuation.section.interpolation.awm"}},
                "endCaptures": {"0": {"name": "punctuation.section.interpolation.awm"}},
                "patterns": [{"include": f"#{each}"} for each in ("numbers", "names", "marks")],
            },
            "numbers": {
                "patterns": [
                    _match("string.regexp", r"(?:(?<=\()|(?<=\( ))\/(?:[^\/\\]|\\.)+\/"),
                    _match("constant.numeric.range", r"-?[0-9]+(?:\.[0-9]+)?\.\.(?:-?[0-9]+(?:\.[0-9]+)?)?|\.\.-?[0-9]+(?:\.[0-9]+)?"),
                    _match("constant.numeric", r"(?<![A-Za-z0-9_])[0-9]+(?:\.[0-9]+)?"),
                ]
            },
            "keywords": {"patterns": _keywords()},
            "names": {"patterns": _names()},
            "marks": {
                "patterns": [
                    _match("keyword.operator", r"->|\?\?|==|!=|<=|>=|\+=|-=|[-+*\/%<>=?]"),
                    _match("punctuation", r"[(){}\[\],:]"),
                ]
            },
        },
    }  # fmt: skip


def text() -> str:
    """The grammar as the file that is shipped."""
    return json.dumps(grammar(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8", newline="\n")
