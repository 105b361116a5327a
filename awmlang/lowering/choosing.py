"""Which items a query chooses, told apart from what is made of them; and when no two of them are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from awmlang.lowering.effects import may_fail
from awmlang.lowering.rewrite import rewrite
from awmlang.lowering.rules import unique_fields
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in


def apart(e: m.Aggregate) -> m.Aggregate:
    """With the items of a cut query chosen first, where the values of those that are left out could fail."""
    query, (value, key) = chosen(e.query, (e.value, e.key), e.kind == "first")
    return e if query is e.query else replace(e, query=query, value=value, key=key)


def chosen(
    query: m.Query, values: Sequence[m.Expression | None], only_first: bool = False
) -> tuple[m.Query, Sequence[m.Expression | None]]:
    """A query and what is made of its items: of those alone that it chooses, if it could fail for others."""
    is_cut = query.take is not None or query.skip is not None or only_first
    if not is_cut or isinstance(query.binding.type, t.Group) or not any(v and may_fail(v) for v in values):
        return query, values
    items = query
    if only_first:
        items = query if query.take is None else through(query)[0]
        items = replace(items, take=m.Constant(query.span, t.Int(1), 1))
    outer, item = through(items)

    def moved(node: m.Expression) -> m.Expression | None:
        return item if _is_item(node, query.binding) else None

    return outer, [rewrite(value, moved) for value in values]


def through(items: m.Expression) -> tuple[m.Query, m.Expression]:
    """The query that goes through a list, and its item."""
    assert isinstance(items.type, t.List)
    binding = m.Binding(items.type.item)
    query = m.Query(items.span, items.type, items, binding, None, (), None, None)
    return query, m.RowOf(items.span, binding.type, binding)


def is_unique(key: m.Expression, query: m.Query) -> bool:
    """Whether a rule says that no two items have the same key."""
    if not isinstance(query.source, m.AllRows) or query.take is not None or query.skip is not None:
        return False
    entity, fixed = query.source.entity, set(_held(query.where, query.binding))
    if isinstance(key, m.Get) and _is_item(key.row, query.binding):
        fixed.add(key.field)
    return any(map(fixed.issuperset, unique_fields(entity)))


def _held(condition: m.Expression | None, binding: m.Binding) -> Iterator[m.Field]:
    """The fields of an item that a condition holds equal to one value for all items."""
    match condition:
        case m.Operation(operator="and", arguments=arguments):
            for term in arguments:
                yield from _held(term, binding)
        case m.Operation(operator="==", arguments=(a, b)):
            for value, other in ((a, b), (b, a)):
                reads = any(_is_item(part, binding) for part in expressions_in(other))
                if isinstance(value, m.Get) and _is_item(value.row, binding) and not reads:
                    yield value.field


def _is_item(e: m.Expression, binding: m.Binding) -> bool:
    return isinstance(e, m.RowOf) and e.binding is binding
