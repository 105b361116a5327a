"""Tasks: templates, solutions, expectations, answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from awmlang.diagnostics import Label
from awmlang.diagnostics.codes import (
    BAD_ALLOW,
    BAD_ANSWER,
    BAD_TEMPLATE,
    BAD_WEIGHT,
    DUPLICATE_CLAUSE,
    DUPLICATE_NAME,
    NOTHING_TO_GRADE,
    SHADOWED_NAME,
    UNKNOWN_FIELD,
    UNKNOWN_PARAMETER,
    UNKNOWN_TOOL,
    VACUOUS_CHECK,
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Body, Scope
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.numbers import decimal, whole
from awmlang.semantics.queries import open_query
from awmlang.semantics.statements import Statements
from awmlang.semantics.visit import expressions_in
from awmlang.syntax import tree

ANSWERS = (t.Int, t.Float, t.Money, t.Bool, t.Text, t.Date, t.Time, t.Datetime, t.Enum)


MOST_ANSWERS = 100


class Tasks:
    def __init__(self, e: Elaborator, resolve_type: Callable[[tree.TypeNode], t.Type]) -> None:
        self.e = e
        self.report = e.report
        self.resolve_type = resolve_type

    def task(self, node: tree.Task) -> m.Task:
        scope = Scope("task")
        variable, source = None, None
        if node.loop is not None:
            variable, source = self._template(node.loop, scope)
            scope = scope.with_name(variable.name, variable)
        for items, what in ((node.solutions, "solution"), (node.judges, "judge"), (node.users, "user")):
            for extra in items[1:]:
                self.report.add(DUPLICATE_CLAUSE, extra.span, f"The task has a `{what}` already.")
        solution, after = None, scope
        if node.solutions:
            solution, after = self._solution(node.solutions[0], scope)
        expects = tuple(self._expect(x, scope) for x in node.expects)
        answers = self._answers(node, scope, after)
        writes = solution is not None and _may_write(solution)
        if not expects and not answers and not writes:
            self.report.add(
                NOTHING_TO_GRADE,
                node.name.span,
                f"`{node.name.text}` has nothing to grade.",
                help="Give it a `solution` that writes, an `expect` or an `answer`. A refusal is `expect unchanged`.",
            )
        return m.Task(
            node.name.text,
            node.span,
            self.e.expr(node.prompt, scope),
            variable,
            source,
            solution,
            expects,
            answers,
            tuple(a for x in node.allowed if (a := self._allowed(x)) is not None),
            tuple(c for x in node.accepted if (c := self._accepted(x)) is not None),
            tuple(self.e.expr(x, scope) for x in node.judges),
            tuple(self.e.expr(x, scope) for x in node.users),
        )

    def _template(self, loop: tree.Loop, scope: Scope) -> tuple[m.Variable, m.Expression | None]:
        opened = open_query(self.e, loop.source, scope)
        type: t.Type = t.Unknown()
        source = None
        if opened is not None:
            source = opened[0]
            type = source.binding.type
            if not isinstance(type, (t.Ref, *ANSWERS)):
                self.report.add(
                    BAD_TEMPLATE,
                    loop.source.span,
                    f"A template is one task a row, but this is {describe(source.type)}.",
                )
        if loop.name.text in self.e.context.labels:
            label = Label(self.e.context.labels[loop.name.text][1], "the label")
            self.report.add(
                SHADOWED_NAME, loop.name.span, f"`{loop.name.text}` is the label of a row.", labels=(label,)
            )
        return m.Variable(loop.name.text, type, "template", loop.name.span), source

    def _solution(self, node: tree.Block, scope: Scope) -> tuple[tuple[m.Statement, ...], Scope]:
        body = Body("solution", is_tool=False)
        statements = Statements(self.e, body, self.resolve_type)
        done, _, _ = statements.block(node.statements, replace(scope, place="solution", body=body))
        names = dict(scope.names)
        for statement in done:
            if isinstance(statement, m.Let):
                names[statement.variable.name] = statement.variable
        return done, replace(scope, names=names, place="task")

    def _expect(self, node: tree.Expect, scope: Scope) -> m.Expect:
        condition = self.e.condition(node.condition, scope)
        if isinstance(condition, m.Constant) and isinstance(condition.type, t.Bool):
            self.report.add(VACUOUS_CHECK, node.condition.span, "This says nothing of the end state.")
        weight: int | float = 1
        if node.weight is not None:
            text = node.weight.text
            given = decimal(text) if "." in text else whole(text)
            if not given:
                self.report.add(
                    BAD_WEIGHT, node.weight.span, "A weight is above 0, and no larger than 2^53 - 1."
                )
            else:
                weight = given
        message = node.message.value if node.message else ""
        return m.Expect(condition, message, weight, node.span)

    def _answers(self, node: tree.Task, scope: Scope, after: Scope) -> tuple[m.Answer, ...]:
        answers: list[m.Answer] = []
        single = [a for a in node.answers if a.name is None]
        if single and len(node.answers) > 1:
            self.report.add(
                BAD_ANSWER,
                node.answers[1].span,
                "There is one answer, or several with names: `answer { total: money = ..., n: int = ... }`.",
            )
        if len(node.answers) > MOST_ANSWERS:
            self.report.add(
                BAD_ANSWER, node.answers[MOST_ANSWERS].span, f"A task has {MOST_ANSWERS} answers at most."
            )
            return ()
        for a in node.answers:
            type = self.resolve_type(a.type)
            inner = type.item if isinstance(type, t.List) else type
            if not isinstance(inner, (*ANSWERS, t.Unknown)):
                self.report.add(
                    BAD_ANSWER,
                    a.type.span,
                    f"An answer is a plain value or a list of them, not {describe(type)}.",
                )
                type = t.Unknown()
            name = a.name.text if a.name else None
            if any(other.name == name for other in answers) and name is not None:
                self.report.add(DUPLICATE_NAME, a.span, f"There is an answer `{name}` already.")
            value = self.e.fit(a.value, scope, type, "the answer")
            derived = self.e.fit(a.derived, after, type, "the answer") if a.derived is not None else None
            answers.append(m.Answer(name, type, value, derived, a.span))
        return tuple(answers)

    def _allowed(self, node: tree.Allowed) -> tuple[str, str | None] | None:
        entity = self.e.context.entity(node.entity)
        if entity is None:
            return None
        if node.field is None:
            return entity.name, None
        if node.field.text in entity.computed or node.field.text in entity.inverses:
            self.report.add(
                BAD_ALLOW, node.field.span, f"`{node.field.text}` is not stored, so it has nothing to allow."
            )
            return None
        if node.field.text not in entity.fields:
            self.report.unknown(
                UNKNOWN_FIELD,
                node.field.span,
                f"{entity.name} stores no field",
                node.field.text,
                entity.fields,
            )
            return None
        self.e.notes.refer(node.field.span, entity.fields[node.field.text].span)
        return entity.name, node.field.text

    def _accepted(self, node: tree.Accepted) -> m.Accepted | None:
        tool, parameter = None, None
        if node.tool is not None:
            tool = self.e.context.done_tools.get(node.tool.text)
            if tool is None:
                self.report.unknown(
                    UNKNOWN_TOOL, node.tool.span, "There is no tool", node.tool.text, self.e.context.tools
                )
                return None
            self.e.notes.refer(node.tool.span, tool.span)
        if tool is not None and node.parameter is not None:
            parameters = {each.name: each for each in tool.parameters}
            parameter = parameters.get(node.parameter.text)
            if parameter is None:
                words = f"`{tool.name}` has no parameter"
                self.report.unknown(
                    UNKNOWN_PARAMETER, node.parameter.span, words, node.parameter.text, parameters
                )
                return None
            self.e.notes.refer(node.parameter.span, parameter.variable.span)
        return m.Accepted(tool, parameter, node.reason.value, node.span)


def _may_write(solution: tuple[m.Statement, ...]) -> bool:
    return any(
        (isinstance(x, m.ToolCall) and x.tool.writes) or isinstance(x.type, t.Unknown)
        for statement in solution
        for x in expressions_in(statement)
    )
