"""From reductions of the grammar to nodes of the tree: one method a rule or alias of ``awm.lark``.

A method takes the span of what was reduced and the children that count: tokens, or what other methods made.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from awmlang.diagnostics.span import Span
from awmlang.syntax import tree
from awmlang.syntax.build_expressions import Expressions
from awmlang.syntax.tokens import Token

_List = Literal["solutions", "expects", "answers", "allowed", "accepted", "judges", "users"]


class _Item(NamedTuple):
    """An item of a task: the list of ``tree.Task`` it goes to, and what goes there."""

    list: _List
    nodes: tuple[Any, ...]


class Builder(Expressions):
    """Makes all the nodes of one file."""

    # ---- Declarations

    def start(self, span: Span, environment: tree.Environment, *declarations: tree.Declaration) -> tree.Spec:
        return tree.Spec(span, environment, declarations, ())

    def environment(self, span: Span, name: Token, title: Token) -> tree.Environment:
        return tree.Environment(span, self._name(name), self._text(title))

    def clock(self, span: Span, value: Token) -> tree.Clock:
        return tree.Clock(span, self._text(value))

    def signed_in(self, span: Span, entity: Token, label: Token) -> tree.SignedIn:
        return tree.SignedIn(span, self._name(entity), self._name(label))

    def policy(self, span: Span, text: Token) -> tree.Policy:
        return tree.Policy(span, self._text(text))

    def enum(self, span: Span, name: Token, *members: Token) -> tree.Enum:
        return tree.Enum(span, self._name(name), tuple(map(self._name, members)))

    def type_alias(self, span: Span, name: Token, type: tree.TypeNode) -> tree.TypeAlias:
        return tree.TypeAlias(span, self._name(name), type)

    def invariant(self, span: Span, condition: tree.Expr, message: Token | None) -> tree.Invariant:
        return tree.Invariant(span, condition, self._maybe_text(message))

    # ---- Entities

    def entity(self, span: Span, name: Token, doc: Token | None, *members: tree.Member) -> tree.Entity:
        return tree.Entity(span, self._name(name), self._maybe_text(doc), members)

    def field(
        self,
        span: Span,
        name: Token,
        type: tree.TypeNode,
        marks: tuple[tree.Mark, ...] | None,
        default: tree.Expr | None,
        doc: Token | None,
    ) -> tree.Field:
        return tree.Field(span, self._name(name), type, marks or (), default, self._maybe_text(doc))

    def marks(self, span: Span, *marks: tree.Mark) -> tuple[tree.Mark, ...]:
        return marks

    def mark(self, span: Span, kind: Token, via: Token | None = None) -> tree.Mark:
        return tree.Mark(span, kind.text, None if via is None else self._name(via))  # type: ignore[arg-type]

    def computed(self, span: Span, name: Token, value: tree.Expr, doc: Token | None) -> tree.Computed:
        return tree.Computed(span, self._name(name), value, self._maybe_text(doc))

    def check(self, span: Span, condition: tree.Expr, message: Token | None) -> tree.Check:
        return tree.Check(span, condition, self._maybe_text(message))

    def access(self, span: Span, condition: tree.Expr) -> tree.Access:
        return tree.Access(span, condition)

    def show(self, span: Span, shape: tree.Shape) -> tree.Show:
        return tree.Show(span, shape)

    def flow(self, span: Span, field: Token, *transitions: tree.Transition) -> tree.Flow:
        return tree.Flow(span, self._name(field), transitions)

    def transition(
        self, span: Span, states: tuple[tree.Name, ...], guard: tuple[tree.Expr, tree.Text] | None
    ) -> tree.Transition:
        condition, message = guard or (None, None)
        return tree.Transition(span, states, condition, message)

    def states(self, span: Span, *states: Token) -> tuple[tree.Name, ...]:
        return tuple(map(self._name, states))

    def guard(self, span: Span, condition: tree.Expr, message: Token) -> tuple[tree.Expr, tree.Text]:
        return condition, self._text(message)

    # ---- Types and parameters

    def named_type(self, span: Span, name: Token, size: tree.Size | None) -> tree.NamedType:
        return tree.NamedType(span, self._name(name), size, False)

    def any_type(self, span: Span, name: Token) -> tree.NamedType:
        return tree.NamedType(span, self._name(name), None, True)

    def list_type(self, span: Span, item: tree.TypeNode, size: tree.Size | None) -> tree.ListType:
        return tree.ListType(span, item, size)

    def record_type(self, span: Span, *fields: tree.Parameter) -> tree.RecordType:
        return tree.RecordType(span, fields)

    def optional_type(self, span: Span, inner: tree.TypeNode) -> tree.OptionalType:
        return tree.OptionalType(span, inner)

    def size(self, span: Span, token: Token) -> tree.Size:
        if token.kind == "REGEX":
            return tree.Size(span, None, None, token.text[1:-1])
        low, _, high = token.text.partition("..")
        return tree.Size(span, low or None, high or None, None)

    def parameters(self, span: Span, *parameters: tree.Parameter) -> tuple[tree.Parameter, ...]:
        return parameters

    def parameter(
        self,
        span: Span,
        name: Token,
        type: tree.TypeNode,
        alias: tree.Name | None,
        default: tree.Expr | None,
        doc: Token | None,
    ) -> tree.Parameter:
        return tree.Parameter(span, self._name(name), type, alias, default, self._maybe_text(doc))

    def alias(self, span: Span, name: Token) -> tree.Name:
        return self._name(name)

    # ---- Tools and statements

    def tool(
        self,
        span: Span,
        name: Token,
        parameters: tuple[tree.Parameter, ...],
        body: tuple[tree.Text | None, tree.Block],
    ) -> tree.Tool:
        return tree.Tool(span, self._name(name), parameters, *body)

    def function(
        self,
        span: Span,
        name: Token,
        parameters: tuple[tree.Parameter, ...],
        result: tree.TypeNode | None,
        body: tuple[tree.Text | None, tree.Block],
    ) -> tree.Function:
        return tree.Function(span, self._name(name), parameters, result, *body)

    def body(
        self, span: Span, doc: Token | None, *statements: tree.Statement
    ) -> tuple[tree.Text | None, tree.Block]:
        return self._maybe_text(doc), tree.Block(span, statements)

    def block(self, span: Span, *statements: tree.Statement) -> tree.Block:
        return tree.Block(span, statements)

    def require(self, span: Span, condition: tree.Expr, otherwise: tree.Otherwise) -> tree.Require:
        return tree.Require(span, condition, otherwise)

    def fail(self, span: Span, code: Token, message: Token) -> tree.Fail:
        return tree.Fail(span, self._name(code), self._string(message))

    def otherwise(self, span: Span, code: Token, message: Token) -> tree.Otherwise:
        return tree.Otherwise(span, self._name(code), self._string(message))

    def let(
        self, span: Span, name: Token, value: tree.Expr, otherwise: tree.Otherwise | None = None
    ) -> tree.Let:
        return tree.Let(span, self._name(name), value, otherwise)

    def var(self, span: Span, name: Token, value: tree.Expr) -> tree.Var:
        return tree.Var(span, self._name(name), None, value)

    def typed_var(self, span: Span, name: Token, type: tree.TypeNode, value: tree.Expr) -> tree.Var:
        return tree.Var(span, self._name(name), type, value)

    def set(self, span: Span, name: Token, operator: Token, value: tree.Expr) -> tree.Assign:
        return tree.Assign(span, self._name(name), operator.text, value)  # type: ignore[arg-type]

    def run(self, span: Span, name: Token, arguments: tuple[tree.Argument, ...]) -> tree.Run:
        return tree.Run(span, self.call(span, name, arguments))

    def update(self, span: Span, target: tree.Expr, changes: tuple[tree.Change, ...]) -> tree.Update:
        return tree.Update(span, target, changes)

    def changes(self, span: Span, *changes: tree.Change) -> tuple[tree.Change, ...]:
        return changes

    def change(self, span: Span, name: Token, operator: Token, value: tree.Expr) -> tree.Change:
        return tree.Change(span, self._name(name), operator.text, value)  # type: ignore[arg-type]

    def delete(self, span: Span, target: tree.Expr) -> tree.Delete:
        return tree.Delete(span, target)

    def if_(
        self, span: Span, condition: tree.Expr, then: tree.Block, otherwise: tree.Block | tree.If | None
    ) -> tree.If:
        return tree.If(span, condition, then, otherwise)

    def for_(self, span: Span, names: tuple[tree.Name, ...], source: tree.Expr, body: tree.Block) -> tree.For:
        return tree.For(span, names, source, body)

    def names(self, span: Span, *names: Token) -> tuple[tree.Name, ...]:
        return tuple(map(self._name, names))

    def return_(
        self, span: Span, value: tree.Expr, otherwise: tree.Otherwise | None, shape: tree.Shape | None
    ) -> tree.Return:
        return tree.Return(span, value, otherwise, shape)

    def create(self, span: Span, entity: Token, values: tuple[tree.Value, ...]) -> tree.Create:
        return tree.Create(span, self._name(entity), values)

    def values(self, span: Span, *values: tree.Value) -> tuple[tree.Value, ...]:
        return values

    def value(self, span: Span, name: Token, value: tree.Expr) -> tree.Value:
        return tree.Value(span, self._name(name), value)

    # ---- crud, data

    def crud(self, span: Span, entity: Token, *operations: tree.Operation) -> tree.Crud:
        return tree.Crud(span, self._name(entity), operations)

    def operation(self, span: Span, kind: Token, columns: tuple[tree.Name, ...] | None) -> tree.Operation:
        return tree.Operation(span, kind.text, columns)  # type: ignore[arg-type]

    def columns(self, span: Span, *columns: Token) -> tuple[tree.Name, ...]:
        return tuple(map(self._name, columns))

    def data(self, span: Span, entity: Token, columns: tuple[tree.Name, ...], *rows: tree.Row) -> tree.Data:
        return tree.Data(span, self._name(entity), columns, rows)

    def data_file(self, span: Span, entity: Token, path: Token) -> tree.DataFile:
        return tree.DataFile(span, self._name(entity), self._text(path))

    def row(self, span: Span, label: tree.Name | None, *values: tree.Expr) -> tree.Row:
        return tree.Row(span, label, values)

    def label(self, span: Span, name: Token) -> tree.Name:
        return self._name(name)

    def generate(
        self, span: Span, entity: Token, rounds: Token | tuple[tree.Loop, ...], values: tuple[tree.Value, ...]
    ) -> tree.Generate:
        if isinstance(rounds, Token):
            return tree.Generate(
                span,
                self._name(entity),
                tree.Number(Span(self._file, rounds.start, rounds.end), rounds.text),
                (),
                values,
            )
        return tree.Generate(span, self._name(entity), None, rounds, values)

    def loops(self, span: Span, *loops: tree.Loop) -> tuple[tree.Loop, ...]:
        return loops

    def loop(self, span: Span, name: Token, source: tree.Expr) -> tree.Loop:
        return tree.Loop(span, self._name(name), source)

    # ---- Tasks

    def task(
        self, span: Span, name: Token, prompt: Token, loop: tree.Loop | None, *items: _Item
    ) -> tree.Task:
        def nodes(list: _List) -> tuple[Any, ...]:
            return tuple(node for item in items if item.list == list for node in item.nodes)

        return tree.Task(
            span,
            self._name(name),
            self._string(prompt),
            loop,
            solutions=nodes("solutions"),
            expects=nodes("expects"),
            answers=nodes("answers"),
            allowed=nodes("allowed"),
            accepted=nodes("accepted"),
            judges=nodes("judges"),
            users=nodes("users"),
        )

    def solution(self, span: Span, word: Token, brace: Token, *rest: Any) -> _Item:
        *steps, _ = rest
        return _Item("solutions", (tree.Block(Span(self._file, brace.start, span.end), tuple(steps)),))

    def expect(
        self, span: Span, condition: tree.Expr, message: Token | None, weight: tree.Number | None
    ) -> _Item:
        return _Item("expects", (tree.Expect(span, condition, self._maybe_text(message), weight),))

    def weight(self, span: Span, number: Token) -> tree.Number:
        return tree.Number(Span(self._file, number.start, number.end), number.text)

    def answer(self, span: Span, type: tree.TypeNode, value: tree.Expr, derived: tree.Expr | None) -> _Item:
        return _Item("answers", (tree.Answer(span, None, type, value, derived),))

    def answers(self, span: Span, *answers: tree.Answer) -> _Item:
        return _Item("answers", answers)

    def named_answer(
        self, span: Span, name: Token, type: tree.TypeNode, value: tree.Expr, derived: tree.Expr | None
    ) -> tree.Answer:
        return tree.Answer(span, self._name(name), type, value, derived)

    def derived(self, span: Span, value: tree.Expr) -> tree.Expr:
        return value

    def allow(self, span: Span, *allowed: tree.Allowed) -> _Item:
        return _Item("allowed", allowed)

    def allowed(self, span: Span, entity: Token, field: Token | None) -> tree.Allowed:
        return tree.Allowed(span, self._name(entity), None if field is None else self._name(field))

    def accept(self, span: Span, accepted: tree.Accepted) -> _Item:
        return _Item("accepted", (accepted,))

    def accepted(self, span: Span, tool: Token, parameter: Token | None, reason: Token) -> tree.Accepted:
        name = None if parameter is None else self._name(parameter)
        return tree.Accepted(span, self._name(tool), name, self._text(reason))

    def anything_accepted(self, span: Span, reason: Token) -> tree.Accepted:
        return tree.Accepted(span, None, None, self._text(reason))

    def judge(self, span: Span, text: Token) -> _Item:
        return _Item("judges", (self._string(text),))

    def user(self, span: Span, text: Token) -> _Item:
        return _Item("users", (self._string(text),))
