"""The syntax tree: one class a construct, as the grammar has it, and nothing of its meaning.

Every node carries the span of its text. Nodes are never changed after the parser made them, and
compare by identity, so that facts about a node can be kept beside the tree in a dictionary.
``same`` compares by structure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal, TypeVar, dataclass_transform

from awmlang.diagnostics.span import Span

_Class = TypeVar("_Class", bound=type)


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: _Class) -> _Class:
    """A tree node. Frozen for the type checker only: a frozen dataclass takes three times as long to make."""
    return dataclass(slots=True, eq=False)(cls)  # type: ignore[return-value]


@node
class Node:
    span: Span


# ---- Words and strings


@node
class Name(Node):
    """A name where it stands: ``text`` has no dot and no colon, and neither has the span."""

    text: str


@node
class Text(Node):
    """A string in which ``{`` means nothing: descriptions, policies, paths. Escapes are resolved."""

    value: str


# ---- Types


@node
class Size(Node):
    """``(1..20)`` with the bounds as written, or ``(/[A-Z]+/)`` with the pattern between the slashes."""

    low: str | None
    high: str | None
    pattern: str | None


@node
class NamedType(Node):
    name: Name
    size: Size | None
    lifted: bool  # ``any Order``


@node
class ListType(Node):
    item: TypeNode
    size: Size | None


@node
class RecordType(Node):
    fields: tuple[Parameter, ...]


@node
class OptionalType(Node):
    inner: TypeNode


TypeNode = NamedType | ListType | RecordType | OptionalType


@node
class Parameter(Node):
    """``name: type named alias = default "doc"``; also a field of a record type."""

    name: Name
    type: TypeNode
    alias: Name | None
    default: Expr | None
    doc: Text | None


# ---- Expressions


@node
class Number(Node):
    """``text`` is the literal as written: digits, with at most one point."""

    text: str


@node
class String(Node):
    """A string with ``{paths}`` in it: plain parts (escapes resolved) and expressions, in order.

    ``""`` has no parts. A string without interpolation has one part.
    """

    parts: tuple[str | Expr, ...]


@node
class Boolean(Node):
    value: bool


@node
class Null(Node):
    pass


@node
class Reference(Node):
    """A bare name."""

    name: str


@node
class RowField(Node):
    """``.field`` of the row at hand."""

    field: Name


@node
class Attribute(Node):
    """``base.field``."""

    base: Expr
    field: Name


@node
class Index(Node):
    base: Expr
    index: Expr


@node
class IfGiven(Node):
    """``x?``: the term it stands in is dropped when ``x`` is absent."""

    value: Expr


@node
class Not(Node):
    value: Expr


@node
class Negate(Node):
    value: Expr


BinaryOperator = Literal[
    "or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "??", "+", "-", "*", "/", "%"
]


@node
class Binary(Node):
    operator: BinaryOperator
    left: Expr
    right: Expr
    operator_span: Span


@node
class Conditional(Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@node
class Argument(Node):
    """A positional argument has no name."""

    name: Name | None
    value: Expr


@node
class Call(Node):
    name: Name
    arguments: tuple[Argument, ...]


@node
class ListOf(Node):
    items: tuple[Expr, ...]


@node
class Pair(Node):
    """``name = value``, in a record, with an optional shape for the value."""

    name: Name
    value: Expr
    shape: Shape | None


@node
class Record(Node):
    pairs: tuple[Pair, ...]


@node
class Rows(Node):
    """``my Order``, ``new Order``, ``gone Order``, ``changed Order``."""

    which: Literal["my", "new", "gone", "changed"]
    entity: Name


@node
class Value(Node):
    """``name = expr`` in a create or a generate block."""

    name: Name
    value: Expr


@node
class Create(Node):
    """``create E { ... }``, a statement or a value."""

    entity: Name
    values: tuple[Value, ...]


@node
class SortKey(Node):
    value: Expr
    descending: bool


@node
class SortOption(Node):
    """``recent = .posted_at desc``: the member of an enum (a word or a string) and its key."""

    member: Name
    key: SortKey


@node
class SortChoice(Node):
    """``sort by selector { ... }``."""

    selector: Expr
    options: tuple[SortOption, ...]


@node
class Sort(Node):
    keys: tuple[SortKey | SortChoice, ...]


@node
class Query(Node):
    """A collection with an optional name for its row, and clauses in this order."""

    source: Expr
    alias: Name | None
    where: Expr | None
    sort: Sort | None
    skip: Expr | None
    take: Expr | None
    paged: Expr | None


Expr = (
    Number
    | String
    | Boolean
    | Null
    | Reference
    | RowField
    | Attribute
    | Index
    | IfGiven
    | Not
    | Negate
    | Binary
    | Conditional
    | Call
    | ListOf
    | Record
    | Rows
    | Create
    | Query
)


# ---- Shapes


@node
class Entry(Node):
    """``name``, ``name as x where ... { shape }``, or ``name = value { shape }``.

    With a ``value`` there is no query here; clauses belong to the value. Without one, ``query`` holds the
    alias and clauses that stand behind the field (its source is the field as a ``RowField``), if any.
    """

    name: Name
    value: Expr | None
    query: Query | None
    shape: Shape | None


@node
class Shape(Node):
    star: Span | None
    entries: tuple[Entry, ...]


# ---- Statements


@node
class Otherwise(Node):
    """``else code "message"``."""

    code: Name
    message: String


@node
class Block(Node):
    statements: tuple[Statement, ...]


@node
class Require(Node):
    condition: Expr
    otherwise: Otherwise


@node
class Fail(Node):
    code: Name
    message: String


@node
class Let(Node):
    name: Name
    value: Expr
    otherwise: Otherwise | None


@node
class Var(Node):
    name: Name
    type: TypeNode | None
    value: Expr


AssignOperator = Literal["=", "+=", "-="]


@node
class Assign(Node):
    name: Name
    operator: AssignOperator
    value: Expr


@node
class Change(Node):
    name: Name
    operator: AssignOperator
    value: Expr


@node
class Update(Node):
    target: Expr
    changes: tuple[Change, ...]


@node
class Delete(Node):
    target: Expr


@node
class If(Node):
    """``otherwise`` is a block, another ``if``, or nothing."""

    condition: Expr
    then: Block
    otherwise: Block | If | None


@node
class For(Node):
    names: tuple[Name, ...]
    source: Expr
    body: Block


@node
class Run(Node):
    """A call as a statement: of a function, or in a solution of a tool."""

    call: Call


@node
class Return(Node):
    value: Expr
    otherwise: Otherwise | None
    shape: Shape | None


Statement = Require | Fail | Let | Var | Assign | Create | Update | Delete | If | For | Run | Return


# ---- Declarations


@node
class Environment(Node):
    name: Name
    title: Text


@node
class Clock(Node):
    value: Text


@node
class SignedIn(Node):
    """``me: User = alice``; the span of the whole line, ``me`` included."""

    entity: Name
    label: Name


@node
class Policy(Node):
    text: Text


@node
class Enum(Node):
    """Members are words or strings; a ``Name`` either way, its text without quotes."""

    name: Name
    members: tuple[Name, ...]


@node
class TypeAlias(Node):
    name: Name
    type: TypeNode


@node
class Mark(Node):
    """``key``, ``unique``, ``owner``, ``cascade``, ``clears``, ``via field``."""

    kind: Literal["key", "unique", "owner", "cascade", "clears", "via"]
    via: Name | None


@node
class Field(Node):
    name: Name
    type: TypeNode
    marks: tuple[Mark, ...]
    default: Expr | None
    doc: Text | None


@node
class Computed(Node):
    name: Name
    value: Expr
    doc: Text | None


@node
class Check(Node):
    condition: Expr
    message: Text | None


@node
class Access(Node):
    condition: Expr


@node
class Show(Node):
    shape: Shape


@node
class Transition(Node):
    """``a -> b -> c when guard else "message"``: two states or more."""

    states: tuple[Name, ...]
    guard: Expr | None
    message: Text | None


@node
class Flow(Node):
    field: Name
    transitions: tuple[Transition, ...]


Member = Field | Computed | Check | Access | Show | Flow


@node
class Entity(Node):
    name: Name
    doc: Text | None
    members: tuple[Member, ...]


@node
class Tool(Node):
    name: Name
    parameters: tuple[Parameter, ...]
    doc: Text | None
    body: Block


@node
class Function(Node):
    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeNode | None
    doc: Text | None
    body: Block


@node
class Operation(Node):
    """``list(status)``: the columns are None where no parentheses stand."""

    kind: Literal["list", "get", "create", "update", "delete"]
    columns: tuple[Name, ...] | None


@node
class Crud(Node):
    entity: Name
    operations: tuple[Operation, ...]


@node
class Row(Node):
    label: Name | None
    values: tuple[Expr, ...]


@node
class Data(Node):
    entity: Name
    columns: tuple[Name, ...]
    rows: tuple[Row, ...]


@node
class DataFile(Node):
    """``data E from "file.csv"``."""

    entity: Name
    path: Text


@node
class Loop(Node):
    """``name in expr`` of a generate block or a task template."""

    name: Name
    source: Expr


@node
class Generate(Node):
    """A count or loops; never both."""

    entity: Name
    count: Number | None
    loops: tuple[Loop, ...]
    values: tuple[Value, ...]


@node
class Invariant(Node):
    condition: Expr
    message: Text | None


@node
class Expect(Node):
    condition: Expr
    message: Text | None
    weight: Number | None


@node
class Answer(Node):
    """``answer: type = expr from expr`` (no name), or one of ``answer { name: type = expr ... }``."""

    name: Name | None
    type: TypeNode
    value: Expr
    derived: Expr | None


@node
class Allowed(Node):
    """``Entity`` or ``Entity.field``."""

    entity: Name
    field: Name | None


@node
class Task(Node):
    """Items of each kind in their order; a second ``solution`` stays in ``solutions`` to be reported."""

    name: Name
    prompt: String
    loop: Loop | None
    solutions: tuple[Block, ...]
    expects: tuple[Expect, ...]
    answers: tuple[Answer, ...]
    allowed: tuple[Allowed, ...]
    judges: tuple[String, ...]
    users: tuple[String, ...]


Declaration = (
    Clock
    | SignedIn
    | Policy
    | Enum
    | TypeAlias
    | Entity
    | Function
    | Tool
    | Crud
    | Data
    | DataFile
    | Generate
    | Invariant
    | Task
)


@node
class Comment(Node):
    """``# text``: the text without the mark, and whether code stands before it on its line."""

    text: str
    trailing: bool


@node
class Spec(Node):
    """A whole file. ``environment`` is None only where the parser could not find one."""

    environment: Environment | None
    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...]


@cache
def child_fields(node_class: type[Node]) -> tuple[str, ...]:
    """The names of a class's fields that hold nodes or plain values, not places."""
    return tuple(f.name for f in fields(node_class) if f.name not in ("span", "operator_span"))


def walk(node: object) -> Iterator[Node]:
    """A node (or a tuple of nodes) and all below it, outermost first."""
    if isinstance(node, Node):
        yield node
        for name in child_fields(type(node)):  # type: ignore[arg-type]
            child = getattr(node, name)
            if isinstance(child, (Node, tuple)):
                yield from walk(child)
    elif isinstance(node, tuple):
        for item in node:
            yield from walk(item)


def same(a: object, b: object) -> bool:
    """Whether two trees have the same structure, spans and comments aside."""
    if isinstance(a, Span) and isinstance(b, Span):
        return True
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Node) and isinstance(b, Node):
        return type(a) is type(b) and all(
            same(getattr(a, f.name), getattr(b, f.name))
            for f in fields(a)
            if f.name not in ("span", "operator_span", "comments")
        )
    return a == b
