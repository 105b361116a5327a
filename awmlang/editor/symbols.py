"""What a spec declares, with its places: from a tree alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from awmlang.diagnostics import Span
from awmlang.syntax import tree

Kind = Literal[
    "environment", "enum", "member", "type", "entity", "field", "tool", "function", "task",
    "parameter", "local", "row", "label", "result", "answer", "code", "published",
]  # fmt: skip
"""What a name names.

local      a ``let``, a ``var``, the variable of a loop or a template
row        the row of a query, named with ``as``
label      a row of seed data
result     a value of a record, or of what a result shows
code       an error's code, declared wherever it stands
published  the name that a parameter has for agents (``named``)
"""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declaration: its name stands at ``span``, all of it at ``whole``; ``within`` is what it belongs to."""

    kind: Kind
    name: str
    span: Span
    whole: Span
    node: tree.Node
    within: str | None = None
    doc: str | None = None
    is_made: bool = False
    """Whether ``crud`` makes it; then its name stands nowhere, and ``span`` is that of the operation."""


def symbols(spec: tree.Spec) -> Iterator[Symbol]:
    """All that is declared in a spec, in order of place but for what is nested."""
    if spec.environment is not None:
        name = spec.environment.name
        yield Symbol(
            "environment", name.text, name.span, spec.environment.span, spec.environment,
            doc=spec.environment.title.value,
        )  # fmt: skip
    for declaration in spec.declarations:
        match declaration:
            case tree.Enum(name=name, members=members):
                yield _of("enum", name, declaration)
                for member in members:
                    yield Symbol("member", member.text, member.span, member.span, member, name.text)
            case tree.TypeAlias(name=name):
                yield _of("type", name, declaration)
            case tree.Entity(name=name, doc=doc):
                yield _of("entity", name, declaration, doc=doc)
                for part in declaration.members:
                    if isinstance(part, (tree.Field, tree.Computed)):
                        yield _of("field", part.name, part, name.text, part.doc)
            case tree.Tool(name=name, doc=doc):
                yield _of("tool", name, declaration, doc=doc)
            case tree.Function(name=name, doc=doc):
                yield _of("function", name, declaration, doc=doc)
            case tree.Data(entity=entity, rows=rows):
                for row in rows:
                    if row.label is not None:
                        yield _of("label", row.label, row, entity.text)
            case tree.Task(name=name):
                yield _of("task", name, declaration)
        yield from _nested(declaration)


def _nested(declaration: tree.Declaration) -> Iterator[Symbol]:
    """What is declared inside of a declaration, wherever it stands there."""
    name = getattr(declaration, "name", None) or getattr(declaration, "entity", None)
    within = name.text if isinstance(name, tree.Name) else None
    for node in tree.walk(declaration):
        match node:
            case tree.Parameter(alias=alias):
                yield _of("parameter", node.name, node, within, node.doc)
                if alias is not None:
                    yield _of("published", alias, node, within)
            case tree.Let() | tree.Var() | tree.Loop():
                yield _of("local", node.name, node, within)
            case tree.For(names=names):
                for each in names:
                    yield _of("local", each, node, within)
            case tree.Query(alias=tree.Name() as alias):
                yield _of("row", alias, node, within)
            case tree.Pair():
                yield _of("result", node.name, node, within)
            case tree.Entry(value=value) if value is not None:
                yield _of("result", node.name, node, within)
            case tree.Answer(name=tree.Name() as answer):
                yield _of("answer", answer, node, within)
            case tree.Otherwise(code=code) | tree.Fail(code=code):
                yield _of("code", code, node, within)


def _of(
    kind: Kind, name: tree.Name, node: tree.Node, within: str | None = None, doc: tree.Text | None = None
) -> Symbol:
    return Symbol(kind, name.text, name.span, node.span, node, within, doc.value if doc else None)
