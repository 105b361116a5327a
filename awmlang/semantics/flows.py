"""Flows: which member of an enum may turn into which."""

from __future__ import annotations

from awmlang.diagnostics import Label, Span
from awmlang.diagnostics.codes import (
    BAD_FLOW,
    DUPLICATE_CLAUSE,
    ILLEGAL_TRANSITION,
    UNKNOWN_FIELD,
    UNKNOWN_MEMBER,
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import rule_scope
from awmlang.semantics.describe import describe, words
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.narrowing import Members
from awmlang.semantics.report import Report
from awmlang.semantics.visit import expressions_in
from awmlang.syntax import tree

MOST_ARROWS = 500


def add_flows(e: Elaborator, entity: m.Entity, node: tree.Entity) -> None:
    for member in node.members:
        if isinstance(member, tree.Flow):
            flow = _flow(e, entity, member)
            if flow is not None:
                entity.flows.append(flow)


def _flow(e: Elaborator, entity: m.Entity, node: tree.Flow) -> m.Flow | None:
    field = entity.fields.get(node.field.text)
    if field is not None:
        e.notes.refer(node.field.span, field.span)
    if field is None:
        e.report.unknown(
            UNKNOWN_FIELD,
            node.field.span,
            f"{entity.name} stores no field",
            node.field.text,
            entity.fields,
        )
        return None
    if not isinstance(field.type, t.Enum):
        e.report.add(
            BAD_FLOW,
            node.field.span,
            f"A flow is over an enum that is never null, but `{field.name}` is {describe(field.type)}.",
        )
        return None
    if any(flow.field is field for flow in entity.flows):
        e.report.add(DUPLICATE_CLAUSE, node.field.span, f"`{field.name}` has a flow already.")
        return None
    steps: list[m.Step] = []
    arrows = sum(len(transition.states) - 1 for transition in node.transitions)
    if arrows > MOST_ARROWS:
        e.report.add(
            BAD_FLOW, node.field.span, f"A flow has {MOST_ARROWS} arrows at most, and this has {arrows:,}."
        )
        return None
    for transition in node.transitions:
        guard = None
        if transition.guard is not None:
            guard = e.condition(transition.guard, rule_scope(entity))
            if any(isinstance(x, m.Me) for x in expressions_in(guard)):
                e.report.add(
                    BAD_FLOW,
                    transition.guard.span,
                    "A guard does not know who is signed in; ask for it in the tool.",
                )
                guard = None
        for state in transition.states:
            if state.text not in field.type.members:
                e.report.unknown(
                    UNKNOWN_MEMBER,
                    state.span,
                    f"{field.type.name} has no member",
                    state.text,
                    field.type.members,
                )
            e.notes.member(state.span, field.type.name, state.text)
        for source, target in zip(transition.states, transition.states[1:], strict=False):
            if source.text == target.text:
                e.report.add(
                    BAD_FLOW, target.span, "To stay is always allowed; an arrow leads to another state."
                )
            message = transition.message.value if transition.message else None
            steps.append(m.Step(source.text, target.text, guard, message, transition.span))
    return m.Flow(field, entity.this, tuple(steps), node.span)


def check_update(
    report: Report, entity: m.Entity, field: m.Field, value: m.Expression, sources: Members | None, span: Span
) -> None:
    """An update that can never be legal is an error."""
    flow = next((f for f in entity.flows if f.field is field), None)
    enum = t.required(field.type)
    if flow is None or not isinstance(value, m.Constant) or not isinstance(enum, t.Enum):
        return
    arrows = {(step.source, step.target) for step in flow.steps}
    known = sources if sources is not None else frozenset(enum.members)
    if any(source == value.value or source is None or (source, value.value) in arrows for source in known):
        return
    into = [source for source, target in arrows if target == value.value]
    before = f"from {words([str(s) for s in sorted(known, key=str)])} " if sources is not None else ""
    if into:
        help = f"It gets there from {words(sorted(into))}."
    else:
        help = f"Nothing leads to `{value.value}`: add an arrow to the flow, or start rows there in the data."
    report.add(
        ILLEGAL_TRANSITION,
        span,
        f"{entity.name}.{field.name} cannot go {before}to `{value.value}`.",
        labels=(Label(flow.span, "the flow"),),
        help=help,
    )
