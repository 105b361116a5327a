"""Short ways to parse in tests, and to write a tree as one line."""

from __future__ import annotations

import re
from dataclasses import Field, fields

from awmlang.diagnostics import Diagnostic, Source, Span
from awmlang.syntax import tree
from awmlang.syntax.grammar import Part
from awmlang.syntax.parser import parse, parse_part

ENVIRONMENT = 'environment test "A test."\n'


def parsed(text: str) -> tuple[tree.Spec, list[Diagnostic]]:
    return parse(Source(0, "test.awm", text))


def part(text: str, rule: Part) -> tree.Node:
    """A declaration, expression or type that must parse."""
    node, found = parse_part(Source(0, "test.awm", text), rule)
    assert not found, found
    assert isinstance(node, tree.Node)
    return node


def expression(text: str) -> str:
    return line(part(text, "expr"))


def declaration(text: str) -> str:
    return line(part(text, "declaration"))


def line(value: object) -> str:
    """``Query(Reference(Order) take=Number(2))``: what may be absent stands behind its field's name."""
    match value:
        case tree.Name():
            return value.text
        case tree.Node():
            return f"{type(value).__name__}({' '.join(filter(None, (_field(value, field) for field in fields(value))))})"
        case Span():
            return "here"
        case tuple():
            return f"[{' '.join(map(line, value))}]"
        case str():
            return value if re.fullmatch(r"[\w.]+|[^\w\s]+", value) else repr(value)
        case _:
            return str(value)


def _field(node: tree.Node, field: Field[object]) -> str:
    value = getattr(node, field.name)
    if field.name in ("span", "operator_span") or value is None or value == ():
        return ""
    optional = "None" in str(field.type) or str(field.type).startswith("tuple")
    return f"{field.name}={line(value)}" if optional else line(value)
