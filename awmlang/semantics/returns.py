"""What a body returns: pages, and the type that all its returns have in common."""

from __future__ import annotations

from collections.abc import Sequence

from awmlang.diagnostics import Span
from awmlang.diagnostics.codes import BAD_PAGED, NULL_ALONE, SHADOWED_NAME
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Body, Scope
from awmlang.semantics.convert import base, narrowed, unknown
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.queries import open_query
from awmlang.semantics.report import Report
from awmlang.semantics.shapes import Presenter
from awmlang.semantics.visit import expressions_in
from awmlang.syntax import tree


def page(e: Elaborator, body: Body, node: tree.Query, shape: tree.Shape | None, scope: Scope) -> m.Expression:
    assert node.paged is not None
    size = e.fit(node.paged, scope, t.Int(1, 100), "the size of a page")
    if not isinstance(size, m.Constant):
        e.report.add(BAD_PAGED, node.paged.span, "The size of a page is a number.")
        return unknown(node.span)
    if body.page is None:
        body.page = _page_parameters(e, size, node.paged.span, scope)
    opened = open_query(e, node, scope)
    if opened is None:
        return unknown(node.span)
    query, inner = opened
    presenter = Presenter(e)
    item: m.Expression = m.RowOf(query.span, query.binding.type, query.binding)
    if shape is not None:
        shaped = presenter.apply(query, shape, inner)
        item = shaped.value if isinstance(shaped, m.Aggregate) and shaped.value is not None else shaped
    else:
        item = presenter.present(item)
    page, page_size = (m.Local(node.span, p.type, p.variable) for p in body.page)
    record = t.Record(
        (
            t.RecordField("items", t.List(base(item.type)), "items"),
            t.RecordField("total", t.Int(0), "total"),
            t.RecordField("page", t.Int(1), "page"),
        )
    )
    return m.Aggregate(node.span, record, "page", query, item, page=page, page_size=page_size)


def _page_parameters(
    e: Elaborator, size: m.Constant, span: Span, scope: Scope
) -> tuple[m.Parameter, m.Parameter]:
    made = []
    for name, type, default, doc in (
        ("page", t.Int(1), 1, "The page to show, from 1"),
        ("page_size", t.Int(1, 100), size.value, "How many items a page has, 100 at most"),
    ):
        if name in scope.names:
            e.report.add(SHADOWED_NAME, span, f"`paged` adds a parameter `{name}`, but there is one already.")
        variable = m.Variable(name, type, "parameter", span)
        e.context.used.add(id(variable))
        made.append(m.Parameter(variable, name, m.Constant(span, type, default), doc))
    return made[0], made[1]


def common_result(e: Elaborator, returns: Sequence[m.Return], declared: t.Type | None, span: Span) -> t.Type:
    """The type of the result: as declared, else what all returns have in common. Fits each return to it."""
    values = []
    for r in returns:
        assert r.value is not None
        values.append(narrowed(r.value) if r.otherwise is not None else r.value)
    result = declared if declared is not None else e.convert.common(values, span, "The result")
    for r in returns:
        assert r.value is not None
        target = (
            t.optional(result) if r.otherwise is not None and isinstance(r.value.type, t.Optional) else result
        )
        value = e.convert.fit(r.value, target, "the result")
        object.__setattr__(r, "value", value)
        no_empty_list(e.report, value)
    return result


def no_empty_list(report: Report, value: m.Expression) -> bool:
    """Whether the types of all lists in a value that is kept or returned can be told; else reported."""
    if not _is_open(value.type):
        return True
    empty = [
        x for x in expressions_in(value) if isinstance(x, m.MakeList) and not x.items and _is_open(x.type)
    ]
    if empty or not report.failed:  # else it is open because of what has been reported
        at = empty[0].span if empty else value.span
        help = "Give the list a name and a type: `var x: [int] = []`."
        report.add(NULL_ALONE, at, "The type of `[]` alone cannot be told.", help=help)
        return False
    return True


def _is_open(type: t.Type) -> bool:
    match type:
        case t.Unknown():
            return True
        case t.List(inner) | t.Optional(inner) | t.Map(inner):
            return _is_open(inner)
        case t.Record(fields):
            return any(_is_open(f.type) for f in fields)
    return False
