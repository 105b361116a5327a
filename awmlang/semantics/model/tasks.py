"""Seed data, tasks, and the model of a whole spec."""

from __future__ import annotations

from dataclasses import dataclass

from awmlang.diagnostics.span import Span
from awmlang.semantics.model.declarations import Entity, Field, Function, Invariant, Parameter, Tool
from awmlang.semantics.model.expressions import Binding, Expression, Variable
from awmlang.semantics.model.statements import Statement
from awmlang.semantics.types import Enum, Type

# ---- Seed data


@dataclass(slots=True, eq=False)
class SeedRow:
    """``values`` by column; what is left out has its default. Expressions over labels, constants, ``now``."""

    label: str | None
    values: dict[str, Expression]
    span: Span


@dataclass(slots=True, eq=False)
class DataBlock:
    entity: Entity
    rows: tuple[SeedRow, ...]
    span: Span


@dataclass(slots=True, eq=False)
class FileBlock:
    """``data E from "path"``: the path as written, relative to the spec."""

    entity: Entity
    path: str
    span: Span


@dataclass(slots=True, eq=False)
class GenerateBlock:
    """``count`` rows, or a row for each round of the nested ``loops``.

    ``values`` in the order written; ``this`` is the row being made, of which earlier values can be read.
    ``pick``, ``weighted``, ``between``, ``fake``, ``n`` are CallBuiltins that only stand here; ``n`` (no
    arguments) is the number of the row, from 1. ``weighted`` has pairs: a Constant, then its weight.
    """

    entity: Entity
    count: int | None
    loops: tuple[tuple[Variable, Expression], ...]
    this: Binding
    values: tuple[tuple[Field, Expression], ...]
    span: Span


Block = DataBlock | FileBlock | GenerateBlock


# ---- Tasks


@dataclass(slots=True, eq=False)
class Expect:
    condition: Expression
    message: str
    weight: int | float
    span: Span


@dataclass(slots=True, eq=False)
class Answer:
    """``name`` is None for a single answer. ``derived`` is over the solution's locals."""

    name: str | None
    type: Type
    value: Expression
    derived: Expression | None
    span: Span


@dataclass(slots=True, eq=False)
class Accepted:
    """What may survive the proofs of a task: other values of a tool's ``parameter``, other calls of ``tool``, or all."""

    tool: Tool | None
    parameter: Parameter | None
    reason: str
    span: Span


@dataclass(slots=True, eq=False)
class Task:
    """``variable`` and ``source`` for a template. ``solution``: Let, Do, If, For with ToolCall inside, or None.

    In the solution, a ``let`` of a ToolCall holds the tool's result, read back from JSON into the inside form of
    its type; an argument of a Ref type may be a key out of it (Int or Text).
    ``allowed``: entity and field name, None for all of the entity.
    """

    name: str
    span: Span
    prompt: Expression
    variable: Variable | None
    source: Expression | None
    solution: tuple[Statement, ...] | None
    expects: tuple[Expect, ...]
    answers: tuple[Answer, ...]
    allowed: tuple[tuple[str, str | None], ...]
    accepted: tuple[Accepted, ...]
    judges: tuple[Expression, ...]
    users: tuple[Expression, ...]


# ---- A whole spec


@dataclass(slots=True, eq=False)
class SignedIn:
    entity: str
    label: str
    span: Span


@dataclass(slots=True, eq=False)
class Model:
    """``clock`` is a Datetime value. ``labels``: the entity of each labelled row. All in order of declaration."""

    name: str
    title: str
    clock: str
    me: SignedIn | None
    policies: tuple[str, ...]
    enums: dict[str, Enum]
    entities: dict[str, Entity]
    functions: dict[str, Function]
    tools: dict[str, Tool]
    labels: dict[str, str]
    blocks: tuple[Block, ...]
    invariants: tuple[Invariant, ...]
    tasks: dict[str, Task]
