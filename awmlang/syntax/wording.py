"""Tokens, and what is expected, in the words of those who write specs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from awmlang.syntax.grammar import END
from awmlang.syntax.tokens import Token

_RULES = (
    ("environment", "`environment`, a name and a description"),
    ("declaration", "a declaration such as `entity` or `tool`"),
    ("type", "a type"),
    ("plain_type", "a type"),
    ("member", "a field or another member of the entity"),
    ("statement", "a statement"),
    ("step", "a call or another step"),
    ("task_item", "`solution`, `expect`, `answer` or another item of the task"),
    ("expr", "an expression"),
    ("disjunction", "an expression"),
    ("conjunction", "an expression"),
    ("negation", "an expression"),
    ("coalesce", "an expression"),
    ("sum", "an expression"),
    ("product", "an expression"),
    ("unary", "an expression"),
    ("operand", "an expression"),
    ("transition", "a transition such as `open -> closed`"),
    ("operation", "`list`, `get`, `create`, `update` or `delete`"),
    ("parameter", "a parameter such as `name: text`"),
    ("row", "a row in parentheses"),
    ("entry", "a field"),
    ("change", "a change such as `field = value`"),
    ("value", "a value such as `field = value`"),
    ("named_answer", "an answer such as `name: type = value`"),
    ("parameters", "`(`"),
    ("columns", "`(`"),
    ("body", "`{`"),
    ("block", "`{`"),
    ("steps", "`{`"),
    ("values", "`{`"),
    ("changes", "`{`"),
    ("shape", "`{`"),
    ("otherwise", "`else`"),
    ("_state", "a state"),
    ("_name", "a name"),
    ("_word", "a name"),
    ("_ref", "a name"),
    ("_label", "a name with `:` behind it"),
)

_KINDS = {
    "NAME": "a name",
    "LABEL": "a name with `:` behind it",
    "FIELD": "a field such as `.name`",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "BOUNDS": "bounds such as `1..20`",
    "REGEX": "a pattern such as `/[A-Z]+/`",
    END: "the end",
}

_BEHIND = (")", "]", "}", ",", "=", "else", "{", "->")
_FIRST = ("(", "STRING", "NAME", "NUMBER", "in", "BOUNDS", "REGEX", "LABEL")


def found(token: Token) -> str:
    """A token, as the object of "unexpected"."""
    if token.kind == END:
        return "end"
    if token.kind == "STRING":
        return "text" if len(token.text) > 32 or "\n" in token.text else f"text {token.text}"
    return f"`{token.text}`"


def kind(name: str) -> str:
    """A kind of token, as the object of "expected"."""
    return _KINDS.get(name, f"`{name}`")


def beginning(rules: AbstractSet[str]) -> str | None:
    """What may stand where something of these rules can begin."""
    return next((phrase for rule, phrase in _RULES if rule in rules), None)


def one_of(kinds: AbstractSet[str]) -> str | None:
    """The few of the kinds that are worth naming: brackets and the like where an expression could go on."""
    names = _BEHIND if "==" in kinds else _BEHIND + _FIRST
    few = [kind(name) for name in names if name in kinds][:3]
    if not few:
        return None
    return few[0] if len(few) == 1 else f"{', '.join(few[:-1])} or {few[-1]}"
