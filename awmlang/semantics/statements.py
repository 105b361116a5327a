"""Statements of tools, functions and solutions, and what is known of values from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from awmlang.diagnostics import Edit, Fix, Label, Span
from awmlang.diagnostics.codes import (
    BAD_ASSIGNMENT,
    BAD_ERROR_CODE,
    BAD_PAGED,
    BAD_SOLUTION,
    DUPLICATE_NAME,
    NEEDLESS_ELSE,
    NO_VALUE,
    NOT_A_QUERY,
    NOT_A_ROW,
    NOT_WRITABLE,
    NULL_ALONE,
    RESERVED_NAME,
    SHADOWED_NAME,
    UNREACHABLE,
    VACUOUS_CHECK,
    WRONG_ARGUMENTS,
)
from awmlang.diagnostics.spelling import nearest
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.calls import writable_field
from awmlang.semantics.context import Body, Scope
from awmlang.semantics.convert import base, unknown
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_query, as_value
from awmlang.semantics.flows import check_update
from awmlang.semantics.narrowing import Facts, forget, implied, learn, moved, path
from awmlang.semantics.operators import arithmetic
from awmlang.semantics.queries import open_query
from awmlang.semantics.returns import no_empty_list, page
from awmlang.semantics.shapes import Presenter
from awmlang.syntax import tree

BUILTIN_ERRORS = (
    *("invalid_argument", "constraint", "in_use", "arithmetic"),
    *("too_expensive", "unknown_tool", "internal"),
)
NAMES_OF_THE_LANGUAGE = ("me", "now", "this")


class Statements:
    """Analyses the body of one tool, function or solution."""

    def __init__(self, e: Elaborator, body: Body, resolve_type: Callable[[tree.TypeNode], t.Type]) -> None:
        self.e = e
        self.body = body
        self.report = e.report
        self.resolve_type = resolve_type
        self.returns: list[m.Return] = []

    def block(
        self, nodes: Sequence[tree.Statement], scope: Scope
    ) -> tuple[tuple[m.Statement, ...], Facts, bool]:
        """The statements, what is known after them, and whether they always end the body."""
        done: list[m.Statement] = []
        ended = False
        for node in nodes:
            if ended:
                self.report.add(
                    UNREACHABLE,
                    node.span,
                    "This is never reached.",
                    help="What stands before it always ends the call.",
                )
                break
            effects = self.body.effects
            statement, scope, ended = self._statement(node, scope)
            if self.body.effects != effects and not isinstance(node, (tree.Update, tree.Delete)):
                scope = scope.knowing(forget(scope.facts, None))
            if statement is not None:
                done.append(statement)
        return tuple(done), scope.facts, ended

    def _statement(self, node: tree.Statement, scope: Scope) -> tuple[m.Statement | None, Scope, bool]:
        match node:
            case tree.Require():
                return self._require(node, scope)
            case tree.Fail():
                return m.Fail(node.span, self._error(node.code, node.message, scope)), scope, True
            case tree.Let():
                return (*self._let(node, scope), False)
            case tree.Var():
                return (*self._var(node, scope), False)
            case tree.Assign():
                return (*self._assign(node, scope), False)
            case tree.Create():
                return m.Do(node.span, self.e.expr(node, scope)), scope, False
            case tree.Run():
                return self._run(node, scope), scope, False
            case tree.Update():
                return (*self._update(node, scope), False)
            case tree.Delete():
                return (*self._delete(node, scope), False)
            case tree.If():
                return self._if(node, scope)
            case tree.For():
                return (*self._for(node, scope), False)
            case tree.Return():
                return self._return(node, scope), scope, True

    # ---- Errors

    def _error(self, code: tree.Name, message: tree.String, scope: Scope) -> m.Otherwise:
        if code.text in BUILTIN_ERRORS:
            self.report.add(
                BAD_ERROR_CODE,
                code.span,
                f"`{code.text}` is an error of the language's own.",
                help="Give yours a name that tells the agent what to do.",
            )
        self.body.errors.setdefault(code.text, message.span)
        return m.Otherwise(code.text, self.e.expr(message, scope))

    def _require(self, node: tree.Require, scope: Scope) -> tuple[m.Statement, Scope, bool]:
        condition = self.e.condition(node.condition, scope)
        true, false = implied(condition)
        otherwise = self._error(
            node.otherwise.code, node.otherwise.message, scope.knowing(scope.facts.and_(false))
        )
        never = False
        if isinstance(condition, m.Constant) and isinstance(condition.type, t.Bool):
            never = not condition.value
            self.report.add(
                VACUOUS_CHECK, node.condition.span, f"This is always {'false' if never else 'true'}."
            )
        return m.Require(node.span, condition, otherwise), scope.knowing(scope.facts.and_(true)), never

    # ---- Names

    def declare(self, name: tree.Name, type: t.Type, kind: str, scope: Scope) -> tuple[m.Variable, Scope]:
        if not self.e.context.type_fits(type, name.span, f"`{name.text}`"):
            type = t.Unknown()
        variable = m.Variable(name.text, type, kind, name.span)  # type: ignore[arg-type]
        if name.text in NAMES_OF_THE_LANGUAGE:
            self.report.add(RESERVED_NAME, name.span, f"`{name.text}` belongs to the language.")
        elif (other := scope.names.get(name.text)) is not None:
            labels = (Label(other.span, "the other one"),) if isinstance(other, m.Variable) else ()
            self.report.add(
                SHADOWED_NAME,
                name.span,
                f"`{name.text}` is something else here already.",
                labels=labels,
                help="Give this one another name.",
            )
        elif scope.sees_labels and name.text in self.e.context.labels:
            label = Label(self.e.context.labels[name.text][1], "the label")
            self.report.add(
                SHADOWED_NAME,
                name.span,
                f"`{name.text}` is the label of a row.",
                labels=(label,),
                help="Give this one another name.",
            )
        if name.text in scope.names:
            return variable, scope
        self.body.variables.append(variable)
        return variable, scope.with_name(name.text, variable)

    def _value(self, value: m.Expression) -> m.Expression:
        """What a name can hold."""
        if isinstance(value, (m.AllRows, m.GroupRows)):
            value = as_query(value)
        if isinstance(value.type, t.Void):
            self.report.add(NO_VALUE, value.span, "This gives no value.")
        elif isinstance(value.type, t.Null):
            self.report.add(
                NULL_ALONE,
                value.span,
                "The type of `null` alone cannot be told.",
                help="Write `var x: type? = null`.",
            )
        elif _holds_group(value.type):
            self.report.add(
                NOT_A_QUERY,
                value.span,
                "Groups cannot be kept in a name.",
                help="Shape them where they are made, or return them.",
            )
        elif no_empty_list(self.report, value) and not self.report.failed_in(value.span):
            return value
        return unknown(value.span)

    def _let(self, node: tree.Let, scope: Scope) -> tuple[m.Statement, Scope]:
        value = self._value(self.e.expr(node.value, scope))
        type, otherwise = base(value.type), None
        if node.otherwise is not None:
            otherwise = self._error(node.otherwise.code, node.otherwise.message, scope)
            type = t.required(type)
            self._check_else(value, node.otherwise.span)
        variable, scope = self.declare(node.name, type, "let", scope)
        return m.Let(node.span, variable, value, otherwise), scope

    def _check_else(self, value: m.Expression, span: Span) -> None:
        can_fail = isinstance(value.type, (t.Optional, t.Unknown)) or (
            isinstance(value, m.Aggregate) and value.kind == "one"
        )
        if not can_fail:
            self.report.add(
                NEEDLESS_ELSE,
                span,
                f"This is never null ({describe(value.type)}), so the `else` is never reached.",
            )

    def _var(self, node: tree.Var, scope: Scope) -> tuple[m.Statement, Scope]:
        if node.type is not None:
            type = self.resolve_type(node.type)
            value = self.e.fit(node.value, scope, type, f"`{node.name.text}`")
        else:
            value = self._value(as_value(self.e.expr(node.value, scope)))
            type = base(value.type)
        variable, inner = self.declare(node.name, type, "var", scope)
        return m.Let(node.span, variable, value, None), inner.knowing(
            learn(inner.facts, (variable,), value, type)
        )

    def _assign(self, node: tree.Assign, scope: Scope) -> tuple[m.Statement | None, Scope]:
        variable = scope.names.get(node.name.text)
        if not isinstance(variable, m.Variable) or variable.kind != "var":
            return self._assigned_to_no_var(node, variable, scope)
        self.e.notes.refer(node.name.span, variable.span)
        local = m.Local(node.name.span, variable.type, variable)
        value = self._changed(local, node.operator, node.value, scope, variable.type, f"`{variable.name}`")
        facts = scope.facts.without(lambda p: p[0] is variable)
        learnt = learn(facts, (variable,), value, variable.type)
        return m.Assign(node.span, variable, value), scope.knowing(learnt)

    def _assigned_to_no_var(
        self, node: tree.Assign, other: m.Variable | m.Binding | None, scope: Scope
    ) -> tuple[m.Statement | None, Scope]:
        name, help, fixes = node.name.text, "Declare it with `var` if it is to change.", tuple[Fix, ...]()
        at = node.name.span._replace(end=node.name.span.start)
        if other is None and foreign.description(self.e, node):
            return None, scope
        names = scope.names.items()
        near = nearest(name, [n for n, x in names if isinstance(x, m.Variable) and x.kind == "var"])
        if other is None and near is not None:
            help = f"Did you mean `{near}`?"
            fixes = (Fix(f"Write `{near}`", (Edit(node.name.span, near),)),)
        elif other is None:
            help = f"A field is set with `update row {{ {name} = ... }}`."
            fixes = (Fix(f"declare it: `var {name}`", (Edit(at, "var "),), safe=node.operator == "="),)
        elif isinstance(other, m.Variable) and other.kind == "let":
            let = other.span._replace(start=other.span.start - 4, end=other.span.start)
            if self.e.context.source.text[let.start : let.end] == "let ":
                fixes = (Fix("declare it with `var`", (Edit(let, "var "),), safe=True),)
        self.report.add(
            BAD_ASSIGNMENT,
            node.name.span,
            f"`{name}` is no `var`, so it cannot be assigned to.",
            help=help,
            labels=(Label(other.span, "declared here"),) if isinstance(other, m.Variable) else (),
            fixes=fixes,
        )
        if other is None and near is None and node.operator == "=":
            return self._var(tree.Var(node.span, node.name, None, node.value), scope)
        self.e.expr(node.value, scope)
        return None, scope

    def _changed(
        self,
        current: m.Expression,
        operator: tree.AssignOperator,
        node: tree.Expr,
        scope: Scope,
        type: t.Type,
        what: str,
    ) -> m.Expression:
        """The value after ``=``, ``+=`` or ``-=``."""
        if operator == "=":
            return self.e.fit(node, scope, type, what)
        if isinstance(current.type, t.Optional):
            self.e.convert.may_be_null(current)
            return unknown(node.span)
        amount = self.e.expr(node, scope, type)
        if isinstance(amount, m.Constant) and isinstance(t.required(type), t.Money):
            amount = self.e.convert.fit(amount, t.Money(), what)
        sum_ = arithmetic(
            self.e, current.span.to(amount.span), "+" if operator == "+=" else "-", current, amount
        )
        return self.e.convert.fit(sum_, type, what)

    # ---- Writing

    def _run(self, node: tree.Run, scope: Scope) -> m.Statement:
        value = self.e.expr(node.call, scope)
        if (
            scope.place == "solution"
            and not isinstance(value, m.ToolCall)
            and not isinstance(value.type, t.Unknown)
        ):
            self.report.add(BAD_SOLUTION, node.span, "A step of a solution is a call of a tool.")
        return m.Do(node.span, value)

    def _target(
        self, node: tree.Expr, scope: Scope, verb: str
    ) -> tuple[m.Entity, m.Expression, m.Binding, Scope] | None:
        """What is updated or deleted: the entity, the row or query, the row's binding, the scope of values."""
        if not isinstance(node, tree.Query):
            value = self.e.expr(node, scope)
            if isinstance(value.type, t.Ref):
                binding = m.Binding(value.type)
                facts = moved(scope.facts, path(value), (binding,))
                inner = scope.with_row(binding).knowing(facts)
                return self.e.context.entities[value.type.entity], value, binding, inner
            if not isinstance(value.type, t.List):
                if isinstance(value.type, t.Optional) and isinstance(value.type.inner, t.Ref):
                    self.e.convert.may_be_null(value)
                elif not isinstance(value.type, t.Unknown):
                    self.report.add(
                        NOT_A_ROW,
                        node.span,
                        f"`{verb}` takes a row or a query, but this is {describe(value.type)}.",
                    )
                return None
        opened = open_query(self.e, node, scope)
        if opened is None:
            return None
        query, inner = opened
        if not isinstance(query.binding.type, t.Ref):
            self.report.add(
                NOT_A_ROW, node.span, f"`{verb}` takes rows, but these are {describe(query.type)}."
            )
            return None
        inner = replace(inner, in_query=False)
        return self.e.context.entities[query.binding.type.entity], query, query.binding, inner

    def _update(self, node: tree.Update, scope: Scope) -> tuple[m.Statement | None, Scope]:
        found = self._target(node.target, scope, "update")
        if found is None:
            return None, scope.knowing(forget(scope.facts, None))
        entity, target, binding, inner = found
        inner = replace(inner, in_query=isinstance(target, m.Query))
        self.e.notes.shaped[id(node)] = binding.type
        changes: dict[str, m.Expression] = {}
        for change in node.changes:
            field = writable_field(self.e, entity, change.name)
            if field is None:
                continue
            if field.is_key:
                self.report.add(NOT_WRITABLE, change.name.span, "A key never changes.")
                continue
            if field.name in changes:
                self.report.add(DUPLICATE_NAME, change.name.span, f"`{field.name}` is set twice.")
            row = m.RowOf(change.name.span, binding.type, binding)
            current = m.Get(change.name.span, field.type, row, field)
            if path(current) in inner.facts.present:
                current = replace(current, type=t.required(current.type))
            value = self._changed(
                current, change.operator, change.value, inner, field.type, f"`{field.name}`"
            )
            changes[field.name] = value
            check_update(
                self.report, entity, field, value, inner.facts.members.get((binding, field)), change.span
            )
        ordered = tuple((entity.fields[name], value) for name, value in changes.items())
        self.body.writes.add(entity.name)
        self.body.effects += 1
        facts = forget(scope.facts, {f for f, _ in ordered})
        row_path = path(target)
        if row_path is not None:
            for field, value in ordered:
                facts = learn(facts, (*row_path, field), value, field.type)
        return m.Update(node.span, entity, target, binding, ordered), scope.knowing(facts)

    def _delete(self, node: tree.Delete, scope: Scope) -> tuple[m.Statement | None, Scope]:
        found = self._target(node.target, scope, "delete")
        self.body.effects += 1
        scope = scope.knowing(forget(scope.facts, None))
        if found is None:
            return None, scope
        entity, target, _, _ = found
        self.body.writes.add(entity.name)
        self.body.deleted.add(entity.name)
        return m.Delete(node.span, entity, target), scope

    # ---- Control

    def _if(self, node: tree.If, scope: Scope) -> tuple[m.Statement, Scope, bool]:
        condition = self.e.condition(node.condition, scope)
        true, false = implied(condition)
        then, after_then, then_ends = self.block(node.then.statements, scope.knowing(scope.facts.and_(true)))
        other: tuple[m.Statement, ...] = ()
        after_other, other_ends = scope.facts.and_(false), False
        if isinstance(node.otherwise, tree.Block):
            other, after_other, other_ends = self.block(node.otherwise.statements, scope.knowing(after_other))
        elif node.otherwise is not None:
            other, after_other, other_ends = self.block((node.otherwise,), scope.knowing(after_other))
        if then_ends:
            facts = after_other
        elif other_ends:
            facts = after_then
        else:
            facts = after_then.or_(after_other)
        return m.If(node.span, condition, then, other), scope.knowing(facts), then_ends and other_ends

    def _for(self, node: tree.For, scope: Scope) -> tuple[m.Statement | None, Scope]:
        source, items = self._loop_source(node, scope)
        facts = self._loop_facts(node.body, scope)
        inner = scope.knowing(facts)
        variables = []
        for name, item in zip(node.names, items, strict=True):
            variable, inner = self.declare(name, item, "loop", inner)
            variables.append(variable)
        body, _, _ = self.block(node.body.statements, inner)
        if source is None:
            return None, scope.knowing(facts)
        return m.For(node.span, tuple(variables), source, body), scope.knowing(facts)

    def _loop_source(self, node: tree.For, scope: Scope) -> tuple[m.Expression | None, list[t.Type]]:
        nothing: list[t.Type] = [t.Unknown()] * len(node.names)
        call = node.source
        if isinstance(call, tree.Call) and call.name.text == "zip" and "zip" not in self.e.context.functions:
            lists = [as_value(self.e.expr(a.value, scope)) for a in call.arguments]
            if len(lists) != 2 or len(node.names) != 2:
                self.report.add(
                    WRONG_ARGUMENTS,
                    node.source.span,
                    "`zip` goes through two lists with two names: `for a, b in zip(p, q) { }`.",
                )
                return None, nothing
            items = []
            for value in lists:
                if not isinstance(value.type, t.List):
                    if not isinstance(value.type, t.Unknown):
                        self.report.add(
                            NOT_A_QUERY,
                            value.span,
                            f"A list is expected, but this is {describe(value.type)}.",
                        )
                    return None, nothing
                items.append(value.type.item)
            return m.CallBuiltin(call.span, t.List(t.Unknown()), "zip", tuple(lists)), items
        if len(node.names) != 1:
            self.report.add(WRONG_ARGUMENTS, node.names[1].span, "Two names go through `zip(p, q)` only.")
            return None, nothing
        opened = open_query(self.e, node.source, scope)
        if opened is None:
            return None, nothing
        if isinstance(node.source, tree.Query) and node.source.paged is not None:
            self.report.add(
                BAD_PAGED,
                node.source.span,
                "`paged` makes the pages of a tool's result; it stands only in its `return`.",
            )
        query = opened[0]
        if _holds_group(query.type):
            self.report.add(
                NOT_A_QUERY,
                node.source.span,
                "Groups are shown, not looped over.",
                help="Loop over `distinct(q, .key)` and query the rows of each.",
            )
            return None, nothing
        return query, [query.binding.type]

    def _loop_facts(self, body: tree.Block, scope: Scope) -> Facts:
        """What still holds at the start of any round."""
        facts = scope.facts
        below = list(tree.walk(body)) if facts.present or facts.members else []
        assigned = {n.name.text for n in below if isinstance(n, tree.Assign)}
        facts = facts.without(lambda p: isinstance(p[0], m.Variable) and p[0].name in assigned)
        if any(isinstance(n, (tree.Update, tree.Delete, tree.Create, tree.Call)) for n in below):
            facts = forget(facts, None)
        return facts

    # ---- Return

    def _return(self, node: tree.Return, scope: Scope) -> m.Statement:
        otherwise = None
        if node.otherwise is not None:
            otherwise = self._error(node.otherwise.code, node.otherwise.message, scope)
        if not self.body.is_tool and node.shape is None:
            value = self._value(as_value(self.e.expr(node.value, scope, self.body.result)))
        elif isinstance(node.value, tree.Query) and node.value.paged is not None and self.body.is_tool:
            value = page(self.e, self.body, node.value, node.shape, scope)
        elif self.body.is_tool or node.shape is not None:
            value = Presenter(self.e).shaped(node.value, node.shape, scope)
            if isinstance(value.type, t.Null):
                value = self._value(value)
        if node.otherwise is not None:
            self._check_else(value, node.otherwise.span)
        result = m.Return(node.span, value, otherwise)
        self.returns.append(result)
        return result


def _holds_group(type: t.Type) -> bool:
    return isinstance(t.required(type), t.Group) or (
        isinstance(type, t.List) and isinstance(type.item, t.Group)
    )
