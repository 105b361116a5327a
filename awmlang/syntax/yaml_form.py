"""The form of a spec in YAML and JSON: which mappings there are, their keys, and what stands behind each.

One table, from which files are read, mistakes in keys are explained, and the JSON Schema is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from awmlang.syntax.grammar import Part


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is, without quotes of its own. ``braces``: what stands in ``{ }`` is a value."""

    braces: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One word. ``rule`` says which words of the language it may be; NAME is none."""

    rule: Literal["NAME", "_name", "_word"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enum: any text."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of the language, with ``before`` and ``after`` around it."""

    rule: Part
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """A list; one alone needs no list around it."""

    item: Text | Name | Member | Code


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping of names to pieces of the language, or a list of ``name``, ``between`` and piece."""

    rule: Part
    between: str


@dataclass(frozen=True, slots=True)
class Fields:
    """As ``Pairs``, of fields; a computed one begins with ``=`` behind its name."""


@dataclass(frozen=True, slots=True)
class Answers:
    """``type = value`` of the only answer, or the same by name as ``Pairs`` have it."""


@dataclass(frozen=True, slots=True)
class Statements:
    """A list of statements or steps: pieces of the language, or mappings for ``if`` and ``for``.

    Without a ``rule`` they are what the mapping is that they stand in. ``chained``: an ``if`` needs no list.
    """

    rule: Literal["statement"] | None
    chained: bool = False


@dataclass(frozen=True, slots=True)
class Solutions:
    """A list of steps; a list of such lists is read too, to be told that there may be only one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Lists of cells, with or without a label."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A list of values as JSON has them. Text that begins with ``=`` is an expression."""


@dataclass(frozen=True, slots=True)
class Forms:
    """A list of mappings of these forms. Where there is but one, its first key alone needs no mapping."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """A list of mappings of one form, all of whose keys may be left out."""

    name: str


Kind = (
    Solutions
    | Text
    | Name
    | Member
    | Number
    | Code
    | Many
    | Pairs
    | Fields
    | Answers
    | Statements
    | Rows
    | Cells
    | Forms
    | Groups
)


@dataclass(frozen=True, slots=True)
class Key:
    """``about`` is for those who write the file."""

    name: str
    kind: Kind
    about: str
    required: bool = False


def _must(name: str, kind: Kind, about: str) -> Key:
    return Key(name, kind, about, required=True)


_DOC = Key("doc", Text(), "What it is, in a sentence.")
_MESSAGE = Key("message", Text(), "What is said when it does not hold.")
_PARAMETERS = Key(
    "parameters",
    Pairs("parameter", ": "),
    'The type of each parameter by its name, with default and description: `int(1..20) = 1 "How many"`.',
)
_EXPR = Code("expr")

_CLOCK = _must("clock", Text(), "The simulated time at the start: `2025-06-02T18:30:00`.")
_ME = _must(
    "me", Code("signed_in", "me: "), "The signed-in user: `User = alice`, an entity and the label of a row."
)
_POLICY = _must("policy", Text(), "What the agent is told to keep to.")

_MEMBERS = (
    Key(
        "fields",
        Fields(),
        'The type of each field by its name, with marks, default and description: `text unique = "x" "What it is"`.'
        " A computed field: `= sum(.lines, .price)`.",
    ),
    Key("flows", Forms(("flow",)), "How fields move from state to state."),
    Key("checks", Forms(("check",)), "What always holds of a row."),
    Key("access", _EXPR, "Who may see a row: `.sender == me`."),
    Key("show", Code("shape", "{ ", "\n}"), "How a row looks inside a result: `id, name`."),
)

_MORE = Key(
    "more", Groups("members"), "Further members, where kinds of them come more than once in their order."
)

DECLARATIONS = (
    *("clock", "me", "policy", "enum", "type", "entity", "function", "tool", "crud", "data", "data from"),
    *("generate", "invariant", "task"),
)

EITHER = {"generate": ("count", "for")}
"""Keys of which a mapping has exactly one."""

FORMS: dict[str, tuple[Key, ...]] = {
    "spec": (
        _must("environment", Name("_name"), "The name of the environment."),
        _must("title", Text(), "What the environment is, in a sentence."),
        Key(_CLOCK.name, _CLOCK.kind, _CLOCK.about),
        Key(_ME.name, _ME.kind, _ME.about + " Left out where nobody is signed in."),
        Key(_POLICY.name, _POLICY.kind, _POLICY.about),
        Key("declarations", Forms(DECLARATIONS), "All that the environment consists of, in order."),
    ),
    "clock": (_CLOCK,),
    "me": (_ME,),
    "policy": (_POLICY,),
    "enum": (
        _must("enum", Name("NAME"), "The name of an enum."),
        _must("members", Many(Member()), "Its members, in their order."),
    ),
    "type": (
        _must("type", Name("NAME"), "A name for a type."),
        _must("is", Code("type"), "The type: `{ item: MenuItem, quantity: int(1..20) }`."),
    ),
    "entity": (_must("entity", Name("NAME"), "The name of an entity."), _DOC, *_MEMBERS, _MORE),
    "members": _MEMBERS,
    "flow": (
        _must("flow", Name("_word"), "The field that holds the state."),
        _must(
            "transitions",
            Many(Code("transition")),
            'Chains of states: `open -> closed`, or `open -> closed when .paid else "not paid"`.',
        ),
    ),
    "check": (_must("check", _EXPR, "A condition on the row's own fields: `.start < .end`."), _MESSAGE),
    "function": (
        _must("function", Name("_name"), "The name of a function, which tools can call."),
        _DOC,
        _PARAMETERS,
        Key("result", Code("type"), "The type of its result; left out, it follows from the body."),
        _must("body", Statements("statement"), "What it does."),
    ),
    "tool": (
        _must("tool", Name("_name"), "The name of a tool, which agents can call."),
        _DOC,
        _PARAMETERS,
        _must("body", Statements("statement"), "What it does."),
    ),
    "crud": (
        _must("crud", Name("NAME"), "The entity that gets the ordinary tools."),
        _must(
            "operations",
            Many(Code("operation")),
            "Which: `list(status)`, `get`, `create`, `update(label, city)`, `delete`.",
        ),
    ),
    "data": (
        _must("data", Name("NAME"), "The entity that gets rows."),
        _must("columns", Many(Name("_word")), "The fields that the rows give values to."),
        _must(
            "rows",
            Rows(),
            "A list of cells for each row, with a label where others refer to it. A cell is a text, a number, true,"
            " false, null or a list; text that begins with `=` is an expression: `=alice` is the row with that label.",
        ),
    ),
    "data from": (
        _must("data", Name("NAME"), "The entity that gets rows."),
        _must("from", Text(), "A file of rows: CSV, JSON or Parquet."),
    ),
    "generate": (
        _must("generate", Name("NAME"), "The entity that gets generated rows."),
        Key("count", Number(), "How many."),
        Key("for", Many(Code("loop")), "Instead of a count, loops that make a row each: `d in Doctor`."),
        _must("values", Pairs("value", " = "), "The value of each field by its name: `pick(User)`."),
    ),
    "invariant": (
        _must("invariant", _EXPR, "What always holds of the whole database."),
        _MESSAGE,
    ),
    "task": (
        _must("task", Name("_name"), "The name of a task."),
        _must("prompt", Text(braces=True), "What the user asks for; `{x.name}` is a value of a template."),
        Key("for", Code("loop"), "Makes a template, one task a row: `r in (Restaurant where .is_open)`."),
        Key("solution", Solutions(), "Calls that solve it: `let o = checkout(address = home)`."),
        Key("expects", Forms(("expect",)), "What holds when it is done."),
        Key(
            "answer",
            Answers(),
            "The type and value of the final answer: `money = sum(Order, .total)`; several by name.",
        ),
        Key("allow", Many(Code("allowed")), "What may change besides: `Order.status` or `Order`."),
        Key(
            "accept",
            Many(Code("accepted")),
            'What may survive the proofs, and why: `checkout.tip "The tip is hers to choose."`.',
        ),
        Key("judge", Many(Text(braces=True)), "What a judge looks for in the reply."),
        Key("user", Many(Text(braces=True)), "What the simulated user does."),
    ),
    "expect": (
        _must(
            "expect", _EXPR, 'A condition on the end state: `exists(new Order where .status == "placed")`.'
        ),
        _MESSAGE,
        Key("weight", Number(), "Its share in partial credit."),
    ),
    "if": (
        _must("if", _EXPR, "A condition."),
        _must("then", Statements(None), "What is done if it holds."),
        Key(
            "else",
            Statements(None, chained=True),
            "What is done if not: a list, or the mapping of another `if`.",
        ),
    ),
    "for": (
        _must(
            "for", Code("statement", "for ", " {\n}"), "Names and what they go over: `line in order.lines`."
        ),
        _must("do", Statements(None), "What is done for each."),
    ),
    "row": (
        Key("label", Name("_name"), "What others refer to the row by."),
        _must("values", Cells(), "Its cells."),
    ),
}
