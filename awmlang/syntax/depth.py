"""How deep a tree is. All that is done with a tree recurses over it, so it must not be too deep."""

from __future__ import annotations

from awmlang.diagnostics.span import Span
from awmlang.syntax.tree import Node, child_fields

MAX_DEPTH = 100
"""Nodes from a declaration down to a leaf."""

MAX_STACK = 6 * MAX_DEPTH
"""Symbols on the stack of the parser: no construct leaves more than six of them open a node."""

TOO_DEEP = "this is nested too deeply"
ADVICE = "give parts of it names with `let`, or move them into a function"


def too_deep(root: Node) -> Span | None:
    """Where a tree goes beyond ``MAX_DEPTH``, if it does."""
    waiting: list[tuple[Node, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return node.span
        # Every two levels take a character at least: what is short cannot be deep.
        if 2 * (node.span.end - node.span.start) < MAX_DEPTH - depth:
            continue
        for name in child_fields(type(node)):  # type: ignore[arg-type]
            value = getattr(node, name)
            if isinstance(value, Node):
                waiting.append((value, depth + 1))
            elif isinstance(value, tuple):
                waiting += [(item, depth + 1) for item in value if isinstance(item, Node)]
    return None
