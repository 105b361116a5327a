"""Declarations, and a whole file."""

from __future__ import annotations

from typing import Literal

from awmlang.syntax.tree.base import Node, node
from awmlang.syntax.tree.expressions import (
    Expr,
    Name,
    Number,
    Parameter,
    Shape,
    String,
    Text,
    TypeNode,
    Value,
)
from awmlang.syntax.tree.statements import Block


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
class Accepted(Node):
    """``tool.parameter "reason"``, ``tool "reason"`` or ``"reason"``: what may survive the proofs of a task."""

    tool: Name | None
    parameter: Name | None
    reason: Text


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
    accepted: tuple[Accepted, ...]
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
