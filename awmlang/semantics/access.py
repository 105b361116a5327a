"""Who may see a row: ``access`` rules and ``owner`` marks."""

from __future__ import annotations

from dataclasses import replace

from awmlang.diagnostics import Label
from awmlang.diagnostics.codes import BAD_ACCESS, DUPLICATE_CLAUSE, TOO_DEEP
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Context, rule_scope
from awmlang.semantics.expressions import Elaborator, conjunction
from awmlang.syntax import tree

MOST_OWNERS = 20
"""How many owners may lead to one another."""


class Access:
    """Gives the entities of a context their access rules."""

    def __init__(self, e: Elaborator) -> None:
        self.e = e
        self.context: Context = e.context
        self.report = e.report
        self._done: set[str] = set()
        self._open: list[str] = []

    def add_all(self) -> None:
        for entity in self.context.entities.values():
            self.of(entity)

    def of(self, entity: m.Entity) -> m.Expression | None:
        """The access rule of an entity: its own, or that of what it belongs to. Made when it is first asked for."""
        if entity.name in self._done:
            return entity.access
        node = self.context.entity_nodes[entity.name]
        own = [member for member in node.members if isinstance(member, tree.Access)]
        owners = [f for f in entity.fields.values() if f.is_owner]
        at = own[0].span if own else owners[0].span if owners else node.name.span
        if entity.name in self._open:
            if own:
                self.report.add(
                    BAD_ACCESS, at, f"Who may see a {entity.name} depends on who may see a {entity.name}."
                )
            return None
        if len(self._open) > MOST_OWNERS:
            self.report.add(
                TOO_DEEP,
                at,
                f"{entity.name} belongs to what belongs to something else, and so on, too many times.",
            )
            return None
        self._open.append(entity.name)
        rule = self._rule(entity, own, owners)
        self._open.pop()
        self._done.add(entity.name)
        if rule is not None and self.context.fits(rule, at, "the access rule"):
            entity.access = rule
        return entity.access

    def _rule(self, entity: m.Entity, own: list[tree.Access], owners: list[m.Field]) -> m.Expression | None:
        for extra in own[1:]:
            self.report.add(DUPLICATE_CLAUSE, extra.span, f"{entity.name} has an access rule already.")
        if own and owners:
            self.report.add(
                BAD_ACCESS,
                own[0].span,
                f"{entity.name} has an owner, which says who may see it.",
                labels=(Label(owners[0].span, "the owner"),),
                help="Keep one of the two.",
            )
            return None
        if not own and not owners:
            return None
        if self.context.me is None:
            at = own[0].span if own else owners[0].span
            self.context.nobody_signed_in(at, "Rows belong to somebody, but nobody is signed in.")
            return None
        if own:
            return self.e.condition(own[0].condition, rule_scope(entity))
        result: m.Expression | None = None
        for field in owners:
            result = conjunction(result, self._owner_rule(entity, field))
        return result

    def _owner_rule(self, entity: m.Entity, field: m.Field) -> m.Expression | None:
        assert self.context.me is not None
        target = t.required(field.type)
        if not isinstance(target, t.Ref):
            return None
        this = m.RowOf(field.span, entity.this.type, entity.this)
        row = m.Get(field.span, field.type, this, field)
        if target.entity == self.context.me.entity:
            return m.Operation(field.span, t.Bool(), "==", (row, m.Me(field.span, t.Ref(target.entity))))
        above = self.context.entities[target.entity]
        rule = self.of(above)
        if rule is None:
            self.report.add(
                BAD_ACCESS,
                field.span,
                f"{target.entity} belongs to nobody, so it cannot say who sees a {entity.name}.",
                help=f"Mark a field of {target.entity} `owner`, or write `access ...` here.",
            )
            return None
        seen = m.With(field.span, t.Bool(), replace(row, type=t.required(row.type)), above.this, rule)
        if isinstance(field.type, t.Optional):
            given = m.Operation(field.span, t.Bool(), "!=", (row, m.Constant(field.span, t.Null(), None)))
            return m.Operation(field.span, t.Bool(), "and", (given, seen))
        return seen
