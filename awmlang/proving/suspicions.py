"""What makes a reward weak without any attempt: ties, `all` over nothing, answers that never differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from awmlang.lowering import calls, operators, queries, shapes  # noqa: F401  (they add their rules)
from awmlang.lowering.names import to_sql
from awmlang.lowering.operators import logic
from awmlang.lowering.rewrite import rewrite
from awmlang.lowering.sql import Context, Lowering
from awmlang.runtime import grading
from awmlang.runtime.functions import json_text
from awmlang.runtime.session import Session
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in


def tied_answers(context: Context, task: m.Task, session: Session) -> Iterator[m.Answer]:
    """The answers that come out otherwise when rows that sort alike are taken the other way round.

    ``session`` is where the solution ends.
    """
    for answer in task.answers:
        turned = rewrite(answer.value, _ties_turned)
        if turned is not answer.value and _differ(
            answer.type, *(_value(context, session, value) for value in (answer.value, turned))
        ):
            yield answer


def _ties_turned(node: m.Expression) -> m.Expression | None:
    """A query of rows with the order of its ties turned, also in what is computed of a row."""
    if isinstance(node, m.GetComputed):
        value = rewrite(node.field.value, _ties_turned)
        if value is node.field.value:
            return None
        return replace(node, row=rewrite(node.row, _ties_turned), field=replace(node.field, value=value))
    if not isinstance(node, m.Query) or not isinstance(node.source, (m.AllRows, m.GroupRows)):
        return None
    item = m.RowOf(node.span, node.binding.type, node.binding)
    if isinstance(node.source, m.AllRows):
        key = node.source.entity.key
        last: m.Expression = m.Get(node.span, key.type, item, key)
    else:
        last = m.GroupKey(node.span, node.source.key.type, item)
    inner = [
        getattr(node, part) and rewrite(getattr(node, part), _ties_turned)
        for part in ("source", "where", "sort", "skip", "take")
    ]
    source, where, sort, skip, take = inner
    return replace(
        node, source=source, where=where, sort=(*sort, m.SortKey(last, True)), skip=skip, take=take
    )


def _differ(type: t.Type, one: Any, other: Any) -> bool:
    """Of lists in any order, of numbers beyond what the order of a sum does to them."""
    if isinstance(type, t.List):
        return sorted(map(json_text, json.loads(one or "[]"))) != sorted(
            map(json_text, json.loads(other or "[]"))
        )
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) > 1e-9 * max(1.0, abs(one))
    return bool(one != other)


def empty_alls(context: Context, task: m.Task, session: Session) -> Iterator[m.Aggregate]:
    """Each `all` of the expectations that goes over no rows where the solution ends."""
    for expect in task.expects:
        for node in expressions_in(expect.condition):
            if isinstance(node, m.Aggregate) and node.kind == "all" and _stands_alone(node.query):
                there = m.Aggregate(node.span, t.Bool(), "exists", node.query, None)
                if not _value(context, session, there):
                    yield node


def _stands_alone(query: m.Query) -> bool:
    """Whether a query is of no row around it."""
    inside = expressions_in(query)
    bound = {node.binding for node in inside if isinstance(node, (m.Query, m.With))}
    return all(node.binding in bound for node in inside if isinstance(node, m.RowOf))


def _value(context: Context, session: Session, expression: m.Expression) -> Any:
    s = Lowering(context)
    is_bool = isinstance(expression.type, t.Bool)
    lower = (lambda: logic(s, expression, strict=True)) if is_bool else (lambda: s.checked(expression))
    return grading.evaluate(session, [to_sql(s.finish(s.root(lower)))])[0]
