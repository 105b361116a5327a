"""Checks of an entity: rules on each row, ``unique``, ``disjoint``."""

from __future__ import annotations

from awmlang.diagnostics.codes import BAD_CHECK, UNKNOWN_FIELD, VACUOUS_CHECK
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import rule_scope
from awmlang.semantics.convert import base
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.visit import expressions_in
from awmlang.syntax import tree


class Checks:
    """Gives an entity its checks."""

    def __init__(self, e: Elaborator) -> None:
        self.e = e
        self.report = e.report

    def add(self, entity: m.Entity, node: tree.Entity) -> None:
        nodes = [member for member in node.members if isinstance(member, tree.Check)]
        for number, member in enumerate(nodes, 1):
            name = f"check_{number}"
            while name in entity.fields:  # whose constraints and indexes are named likewise
                name += "_"
            check = self._check(entity, member, name)
            if check is not None:
                entity.checks.append(check)

    def _check(self, entity: m.Entity, node: tree.Check, name: str) -> m.Check | None:
        condition: tree.Expr | None = node.condition
        call = condition.source if isinstance(condition, tree.Query) else condition
        if isinstance(call, tree.Call) and call.name.text in ("unique", "disjoint"):
            where = condition.where if isinstance(condition, tree.Query) else None
            return self._rows_check(entity, node, name, call, where)
        assert condition is not None
        value = self.e.condition(condition, rule_scope(entity))
        if isinstance(value.type, t.Unknown) or not self._own_fields(entity, value):
            return None
        if isinstance(value, m.Constant):
            self.report.add(VACUOUS_CHECK, condition.span, "This says nothing of the row.")
        message = node.message.value if node.message else f"{entity.name}: a check fails"
        return m.Check(name, "row", entity.this, value, (), message, node.span)

    def _rows_check(
        self, entity: m.Entity, node: tree.Check, name: str, call: tree.Call, where: tree.Expr | None
    ) -> m.Check | None:
        kind = call.name.text
        fields: list[m.Field] = []
        for argument in call.arguments:
            value = argument.value
            field = entity.fields.get(value.field.text) if isinstance(value, tree.RowField) else None
            if field is None or argument.name is not None:
                known = entity.fields
                word = value.field.text if isinstance(value, tree.RowField) else ""
                if word:
                    self.report.unknown(
                        UNKNOWN_FIELD, argument.span, f"{entity.name} stores no field", word, known
                    )
                else:
                    self.report.add(
                        BAD_CHECK, argument.span, f"`{kind}` takes stored fields: `{kind}(.a, .b)`."
                    )
                return None
            assert isinstance(value, tree.RowField)
            self.e.notes.refer(value.field.span, field.span)
            fields.append(field)
        if len(fields) < (1 if kind == "unique" else 2):
            usage = "unique(.a, .b)" if kind == "unique" else "disjoint(.start, .end, .by)"
            self.report.add(BAD_CHECK, call.span, f"`{kind}` is written `{usage}`.")
            return None
        if kind == "disjoint" and (
            base(fields[0].type) != base(fields[1].type)
            or not isinstance(fields[0].type, (t.Int, t.Float, t.Money, t.Date, t.Time, t.Datetime))
        ):
            self.report.add(
                BAD_CHECK,
                call.span,
                "The start and the end of `disjoint` are of one type that has an order, and never null.",
            )
            return None
        condition = None
        if where is not None:
            condition = self.e.condition(where, rule_scope(entity))
            if isinstance(condition.type, t.Unknown) or not self._own_fields(entity, condition):
                return None
        default = "{} must be {}".format(
            " and ".join(f.name for f in fields), "unique" if kind == "unique" else "apart"
        )
        message = node.message.value if node.message else f"{entity.name}: {default}"
        return m.Check(name, kind, entity.this, condition, tuple(fields), message, node.span)  # type: ignore[arg-type]

    def _own_fields(self, entity: m.Entity, value: m.Expression) -> bool:
        """Whether the condition reads only stored fields of the row itself."""
        for x in expressions_in(value):
            own = not isinstance(x, (m.Get, m.GetComputed)) or isinstance(x.row, m.RowOf)
            if not own or isinstance(x, (m.Query, m.AllRows, m.Aggregate, m.Now, m.Me, m.CallFunction)):
                self.report.add(
                    BAD_CHECK,
                    x.span,
                    "A check reads the row's own stored fields only.",
                    help="What looks wider is an `invariant`: `invariant all(Order, ...)`, tested at the end of each call.",
                )
                return False
            if isinstance(x, m.GetComputed) and not self._own_fields(entity, x.field.value):
                return False
        return True
