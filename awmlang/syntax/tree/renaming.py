"""Trees in which some names are other ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from awmlang.diagnostics.span import Span
from awmlang.syntax.tree.base import Node, child_fields
from awmlang.syntax.tree.expressions import Name, Reference, String


def renamed(node: Any, names: Mapping[Span, str]) -> Any:
    """``node`` (or a tuple of nodes) with those names, references and plain texts that stand at the places of ``names``."""
    if isinstance(node, tuple):
        items = tuple(renamed(item, names) for item in node)
        return node if all(a is b for a, b in zip(items, node, strict=True)) else items
    if not isinstance(node, Node):
        return node
    if (word := names.get(node.span)) is not None:
        match node:
            case Name():
                return Name(node.span, word)
            case Reference():
                return Reference(node.span, word)
            case String():
                return String(node.span, (word,))
    changed = {}
    for name in child_fields(type(node)):  # type: ignore[arg-type]
        child = getattr(node, name)
        if isinstance(child, (Node, tuple)) and (other := renamed(child, names)) is not child:
            changed[name] = other
    return replace(node, **changed) if changed else node
