"""Entities, functions, tools, invariants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from awmlang.diagnostics.span import Span
from awmlang.semantics.model.expressions import Binding, Expression, Variable
from awmlang.semantics.model.statements import Statement
from awmlang.semantics.types import Type


@dataclass(slots=True, eq=False)
class Serial:
    """``serial("ORD-", 5)``: ORD-00001 and so on."""

    prefix: str
    width: int


@dataclass(slots=True, eq=False)
class Field:
    """A stored field. ``type`` is Optional where it may be null. ``default`` is over constants and ``now``."""

    name: str
    entity: str
    type: Type
    span: Span
    is_key: bool = False
    is_unique: bool = False
    is_owner: bool = False
    on_delete: Literal["in_use", "cascade", "clears"] = "in_use"
    default: Expression | None = None
    serial: Serial | None = None
    doc: str | None = None


@dataclass(slots=True, eq=False)
class InverseField:
    """The other end of ``target.via``; ``single`` where it is one to one."""

    name: str
    entity: str
    target: str
    via: str
    single: bool
    span: Span


@dataclass(slots=True, eq=False)
class ComputedField:
    """``value`` is over ``this``. Acyclic: a computed field reads only those that do not read it."""

    name: str
    entity: str
    type: Type
    this: Binding
    value: Expression
    span: Span
    doc: str | None = None


@dataclass(slots=True, eq=False)
class Check:
    """A rule on each row, over ``this``. ``name`` is unique in the entity: ``check_1`` and so on.

    kind row: ``condition`` holds. kind unique: no two rows for which ``condition`` (or None) holds have equal
    ``fields``, none of them null. kind disjoint: of rows equal in ``fields[2:]``, the half-open ranges
    from ``fields[0]`` to ``fields[1]`` do not overlap (among rows for which ``condition`` holds).
    """

    name: str
    kind: Literal["row", "unique", "disjoint"]
    this: Binding
    condition: Expression | None
    fields: tuple[Field, ...]
    message: str
    span: Span


@dataclass(slots=True, eq=False)
class Step:
    """An arrow; ``guard`` is over the flow's ``this``, the row before the update."""

    source: str
    target: str
    guard: Expression | None
    message: str | None
    span: Span


@dataclass(slots=True, eq=False)
class Flow:
    """What ``field`` may turn into. Several steps of the same arrow: one whose guard holds is enough."""

    field: Field
    this: Binding
    steps: tuple[Step, ...]
    span: Span


@dataclass(slots=True, eq=False)
class Entity:
    """``fields`` in order, the key among them (an ``id`` that was not written comes first).

    ``access`` says over ``this`` whether ``me`` may see the row (owner marks included); None: anyone may.
    """

    name: str
    span: Span
    doc: str | None
    this: Binding
    fields: dict[str, Field] = field(default_factory=dict)
    inverses: dict[str, InverseField] = field(default_factory=dict)
    computed: dict[str, ComputedField] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    access: Expression | None = None

    @property
    def key(self) -> Field:
        for found in self.fields.values():  # the first nearly always
            if found.is_key:
                return found
        raise LookupError(f"{self.name} has no key yet")


@dataclass(slots=True, eq=False)
class Parameter:
    """``json_name`` is the name in the published schema (``order_id``). Optional ones may be left out."""

    variable: Variable
    json_name: str
    default: Expression | None
    doc: str | None

    @property
    def name(self) -> str:
        return self.variable.name

    @property
    def type(self) -> Type:
        return self.variable.type


@dataclass(slots=True, eq=False)
class Function:
    """``is_pure``: only lets, ifs and returns, nothing written, no errors; may stand inside a query."""

    name: str
    span: Span
    doc: str | None
    parameters: tuple[Parameter, ...]
    result: Type
    body: tuple[Statement, ...]
    is_pure: bool


@dataclass(slots=True, eq=False)
class Tool:
    """``errors``: the codes it may end in by ``require``, ``fail`` and ``else``, with each message's span.

    ``writes``: the entities it creates, updates, deletes rows of (functions and cascades included).
    ``crud`` names the operation it was made from.
    """

    name: str
    span: Span
    doc: str
    parameters: tuple[Parameter, ...]
    result: Type
    body: tuple[Statement, ...]
    errors: dict[str, Span]
    writes: frozenset[str]
    deletes: bool
    crud: Literal["list", "get", "create", "update", "delete"] | None = None

    @property
    def read_only(self) -> bool:
        return not self.writes


@dataclass(slots=True, eq=False)
class Invariant:
    condition: Expression
    message: str
    span: Span
