"""Every node of the tree has a span that is its text: whole tokens, within its parent, beside its siblings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from awmlang.diagnostics import Source, Span
from awmlang.syntax import tree
from awmlang.syntax.grammar import load
from awmlang.syntax.parser import parse
from awmlang.syntax.tokens import tokenize
from tests.syntax.specs import SPECS

HERE = Path(__file__).parent
TEXTS = {
    **SPECS,
    **{
        path.stem: path.read_text("utf-8")
        for path in (HERE / "untidy.awm", HERE.parent / "specs" / "library.awm")
    },
}

every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def parsed(text: str) -> tree.Spec:
    spec, found = parse(Source(0, "spec.awm", text))
    assert found == []
    return spec


def children(node: tree.Node) -> Iterator[tree.Node]:
    for name in tree.child_fields(type(node)):  # type: ignore[arg-type]
        value = getattr(node, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, tree.Node):
                yield each


def apart(node: tree.Node) -> list[tree.Node]:
    """The children without those that stand in another: a description in the body, the name of a query's field."""
    match node:
        case tree.Tool() | tree.Function():
            return [child for child in children(node) if child is not node.doc]
        case tree.Entry(query=tree.Query()):
            return [child for child in children(node) if child is not node.name]
    return list(children(node))


def within(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start <= inner.end <= outer.end


@every_text
def test_a_child_is_within_its_parent(text: str) -> None:
    spec = parsed(text)
    outside = [
        (type(node).__name__, type(child).__name__, text[child.span.start : child.span.end])
        for node in tree.walk(spec.declarations)
        for child in children(node)
        if not within(node.span, child.span)
    ]
    assert outside == []


@every_text
def test_siblings_do_not_overlap(text: str) -> None:
    overlapping = []
    for node in tree.walk(parsed(text).declarations):
        spans = sorted(child.span for child in apart(node))
        overlapping += [(type(node).__name__, a, b) for a, b in pairwise(spans) if a.end > b.start]
    assert overlapping == []


@every_text
def test_a_span_is_whole_tokens(text: str) -> None:
    starts, ends, inside = set(), set(), set()
    for token in tokenize(load(), text):
        starts |= {
            token.start,
            token.start + (token.kind in ("FIELD", "STRING")),
        }  # names have no dot and no quotes
        ends |= {token.end, token.end - (token.kind in ("LABEL", "STRING"))}
        if token.kind == "STRING" and "{" in token.text:
            inside |= set(range(token.start + 1, token.end))
    cut = [
        (type(node).__name__, text[node.span.start : node.span.end])
        for node in tree.walk(parsed(text).declarations)
        if node.span.start not in inside and not (node.span.start in starts and node.span.end in ends)
    ]
    assert cut == []
