"""What is legal but rarely meant: warnings over the finished model."""

from __future__ import annotations

from awmlang.diagnostics.codes import UNRESTRICTED_ROWS, UNUSED_FUNCTION
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Context
from awmlang.semantics.report import Report
from awmlang.semantics.visit import expressions_in, statements_in


def lint(model: m.Model, context: Context, *, report: Report) -> None:
    for name, function in model.functions.items():
        if name not in context.called_functions:
            report.add(UNUSED_FUNCTION, function.span, f"`{name}` is never called.")
    for tool in model.tools.values():
        for statement in statements_in(tool.body):
            if isinstance(statement, m.Return) and statement.value is not None:
                _unrestricted(statement.value, report)


def _unrestricted(result: m.Expression, report: Report) -> None:
    """Rows that belong to somebody, shown without asking to whom."""
    for x in expressions_in(result):
        if not isinstance(x, m.Aggregate) or x.kind not in ("list", "page", "first", "one", "map"):
            continue
        source = x.query.source
        if (
            isinstance(source, m.AllRows)
            and source.entity.access is not None
            and not _restricts(x.query.where)
        ):
            name = source.entity.name
            report.add(
                UNRESTRICTED_ROWS,
                x.query.span,
                f"This shows rows of {name} to anybody, whoever they belong to.",
                help=f"`my {name}` are the rows that the signed-in user may see.",
            )


def _restricts(where: m.Expression | None) -> bool:
    """Whether a term of the where ties the rows to the signed-in user or to a row that was found before."""
    if where is None:
        return False
    if isinstance(where, m.Operation) and where.operator == "and":
        return any(_restricts(term) for term in where.arguments)
    if isinstance(where, m.Operation) and where.operator == "or":
        return all(_restricts(term) for term in where.arguments)
    return any(
        isinstance(x, (m.Me, m.Local, m.RowOf)) and isinstance(t.required(x.type), t.Ref) and _outer(x, where)
        for x in expressions_in(where)
    )


def _outer(x: m.Expression, where: m.Expression) -> bool:
    """A row from outside the query: ``me``, a parameter, a local, the row of a query around it."""
    if isinstance(x, m.RowOf):
        return not any(isinstance(y, m.Get) and y.row is x for y in expressions_in(where))
    return True
