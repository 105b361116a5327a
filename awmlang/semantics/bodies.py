"""Functions and tools."""

from __future__ import annotations

from functools import cached_property

from awmlang.diagnostics import Span
from awmlang.diagnostics.codes import (
    CANNOT_SUCCEED,
    FUNCTION_CYCLE,
    MISSING_RETURN,
    NOT_AVAILABLE_HERE,
    RESERVED_TOOL_NAME,
    UNDESCRIBED_TOOL,
    UNUSED_LOCAL,
    UNUSED_PARAMETER,
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Body, Context, Scope
from awmlang.semantics.crud import CrudTools
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.returns import common_result
from awmlang.semantics.statements import Statements
from awmlang.semantics.typenodes import Types
from awmlang.semantics.visit import expressions_in, statements_in
from awmlang.syntax import tree

FRAMEWORK_NAMES = (
    "reset", "step", "state", "close", "submit", "get_reward", "verify", "seed_session", "close_session", "mcp", "done",
)  # fmt: skip


class Bodies:
    def __init__(self, e: Elaborator, types: Types) -> None:
        self.e = e
        self.types = types
        self.context: Context = e.context
        self.report = e.report
        self._open: dict[str, Span] = {}  # where each was called

    # ---- Functions

    def function(self, name: str, at: Span) -> m.Function | None:
        """The function, analysed when first called; None where that failed or it calls itself."""
        if name in self.context.done_functions:
            return self.context.done_functions[name]
        node = self.context.functions[name]
        if name in self._open:
            self._report_circle(name, at)
            return None
        self._open[name] = at
        self.context.at = node.name.span
        function = self._function(node)
        del self._open[name]
        what = f"`{name}`"
        if not self.context.fits(function, node.name.span, what) or not self.context.type_fits(
            function.result, node.name.span, what
        ):
            # Nothing is put in its place any more; that it was reported is enough.
            function.body, function.result = (), t.Unknown()
        self.context.done_functions[name] = function
        return function

    def _report_circle(self, name: str, at: Span) -> None:
        names = list(self._open)
        circle = names[names.index(name) :]
        first = min(circle, key=lambda each: self.context.functions[each].span)
        start = circle.index(first)
        ways = " -> ".join([*circle[start:], *circle[:start], first])
        self.report.add(
            FUNCTION_CYCLE,
            at if first == name else self._open[first],
            f"`{first}` calls itself: {ways}.",
            help="There is no recursion; write a loop.",
        )

    def _function(self, node: tree.Function) -> m.Function:
        parameters = self.types.parameters(node.parameters)
        declared = self.types.resolve(node.result) if node.result is not None else None
        body = Body(node.name.text, is_tool=False, result=declared)
        self.context.bodies[body.name] = body
        statements, block, ended = self._body(body, parameters, node.body)
        result: t.Type
        if statements.returns or declared is not None:
            result = common_result(self.e, statements.returns, declared, node.name.span)
            if not ended:
                self._missing_return(node.name)
        else:
            result = t.Void()
        if declared is None and self.report.failed_in(node.body.span):
            result = t.Unknown()
        doc = node.doc.value if node.doc else None
        return m.Function(body.name, node.name.span, doc, parameters, result, block, _is_pure(block, body))

    def _body(
        self, body: Body, parameters: tuple[m.Parameter, ...], node: tree.Block
    ) -> tuple[Statements, tuple[m.Statement, ...], bool]:
        statements = Statements(self.e, body, self.types.resolve)
        scope = Scope("code", names={p.name: p.variable for p in parameters}, body=body)
        block, _, ended = statements.block(node.statements, scope)
        if not self.report.failed_in(node.span):  # what could not be understood may well use them
            self._unused(body, parameters)
        return statements, block, ended

    def _unused(self, body: Body, parameters: tuple[m.Parameter, ...]) -> None:
        for p in parameters:
            if id(p.variable) not in self.context.used:
                self.report.add(UNUSED_PARAMETER, p.variable.span, f"`{p.name}` is never used.")
        for v in body.variables:
            if v.kind in ("let", "var") and id(v) not in self.context.used:
                self.report.add(UNUSED_LOCAL, v.span, f"`{v.name}` is never used.")

    def _missing_return(self, name: tree.Name) -> None:
        self.report.add(
            MISSING_RETURN,
            name.span,
            f"`{name.text}` returns a value on some paths, but not on all.",
            help="End every path with `return` or `fail`.",
        )

    # ---- Tools

    def tool(self, node: tree.Tool, crud: str | None = None) -> m.Tool:
        self.context.at = node.name.span
        parameters = self.types.parameters(node.parameters)
        for p in parameters:
            if _holds_void(p.type):
                self.report.add(
                    NOT_AVAILABLE_HERE,
                    p.variable.span,
                    "A duration has no form in JSON; take a number and its unit.",
                    help="`days: int` and `days(days)`, say.",
                )
        body = Body(node.name.text, is_tool=True)
        statements, block, ended = self._body(body, parameters, node.body)
        if body.page is not None:
            parameters = (*parameters, *body.page)
        result: t.Type = t.Record(())
        if statements.returns:
            result = common_result(self.e, statements.returns, None, node.name.span)
            if not ended:
                self._missing_return(node.name)
        elif ended:
            self.report.add(
                CANNOT_SUCCEED, node.name.span, f"`{node.name.text}` cannot succeed: every path fails."
            )
        if node.name.text in FRAMEWORK_NAMES:
            self.report.add(
                RESERVED_TOOL_NAME,
                node.name.span,
                f"Training frameworks keep the name `{node.name.text}` for themselves.",
                help="Call it otherwise.",
            )
        if node.doc is None and not self.report.failed_in(node.span):
            self.report.add(
                UNDESCRIBED_TOOL,
                node.name.span,
                f"`{node.name.text}` has no description.",
                help='The first thing in its body: `{ "What it does." ... }`. Agents choose tools by it.',
            )
        if self.report.failed_in(node.body.span):
            result = t.Unknown()
        self.context.fits(block, node.name.span, f"`{node.name.text}`")
        self.context.type_fits(result, node.name.span, "the result")
        doc = node.doc.value if node.doc else node.name.text.replace("_", " ").capitalize() + "."
        return m.Tool(
            node.name.text, node.name.span, doc, parameters, result, block, body.errors,
            self._written(body), bool(body.deleted), crud,  # type: ignore[arg-type]
        )  # fmt: skip

    def crud(self, node: tree.Crud) -> list[tuple[str, tree.Tool]]:
        entity = self.context.entity(node.entity)
        return CrudTools(self.context, entity, node).tools() if entity is not None else []

    def _written(self, body: Body) -> frozenset[str]:
        """The entities written to, what deletes carry along included."""
        written, pending = set(body.writes), list(body.deleted)
        while pending:
            for f in self._carried_along.get(pending.pop(), ()):
                if f.on_delete == "cascade" and f.entity not in written:
                    pending.append(f.entity)
                written.add(f.entity)
        return frozenset(written)

    @cached_property
    def _carried_along(self) -> dict[str, list[m.Field]]:
        """By entity, the references to its rows that change when one is deleted."""
        found: dict[str, list[m.Field]] = {}
        for entity in self.context.entities.values():
            for f in entity.fields.values():
                target = t.required(f.type)
                if f.on_delete != "in_use" and isinstance(target, t.Ref):
                    found.setdefault(target.entity, []).append(f)
        return found


def _holds_void(type: t.Type) -> bool:
    inner = t.required(type)
    if isinstance(inner, t.List):
        return _holds_void(inner.item)
    return isinstance(inner, (t.Duration, t.Months))


def _is_pure(block: tuple[m.Statement, ...], body: Body) -> bool:
    """Lets, ifs and returns; nothing written, nothing that can fail."""
    if body.writes or body.errors:
        return False
    for s in statements_in(block):
        if not isinstance(s, (m.Let, m.If, m.Return)) or (isinstance(s, m.Let) and s.variable.kind != "let"):
            return False
    return not any(
        (isinstance(x, m.CallFunction) and not x.function.is_pure)
        or (isinstance(x, m.Aggregate) and x.kind == "one")
        for s in statements_in(block)
        for x in expressions_in(s)
    )  # fmt: skip
