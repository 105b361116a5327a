"""Documents of types and parameters."""

from __future__ import annotations

from awmlang.syntax import tree
from awmlang.syntax.format.document import Doc
from awmlang.syntax.format.expressions import expression
from awmlang.syntax.format.words import braces, text


def type_(node: tree.TypeNode) -> Doc:
    match node:
        case tree.NamedType():
            return f"{'any ' if node.lifted else ''}{node.name.text}{_size(node.size)}"
        case tree.ListType():
            return ("[", type_(node.item), f"]{_size(node.size)}")
        case tree.RecordType():
            return braces([parameter(field) for field in node.fields])
        case tree.OptionalType():
            return (type_(node.inner), "?")


def parameter(node: tree.Parameter) -> Doc:
    alias = f" named {node.alias.text}" if node.alias else ""
    default: Doc = (" = ", expression(node.default)) if node.default else ""
    return (f"{node.name.text}: ", type_(node.type), alias, default, doc(node.doc))


def doc(node: tree.Text | None) -> str:
    """What stands behind a declaration to describe it."""
    return f" {text(node.value)}" if node else ""


def _size(node: tree.Size | None) -> str:
    if node is None:
        return ""
    if node.pattern is not None:
        return f"(/{node.pattern}/)"
    return f"({node.low or ''}..{node.high or ''})"
