"""The model: a spec resolved and typed. What the lowering and the reference interpreter read.

It is smaller than the tree. What is gone by now:

- names: every ``Local``, ``RowOf``, ``Get`` holds the object that it means;
- implicit conversions: ``Convert`` stands wherever an int becomes a float or money, so both sides of an
  operator have one base type (``Ref`` with ``Ref``, ``Enum`` with ``Enum``; null aside);
- ``x?``: a where-term with it has become ``x == null or term``;
- ``my E``, inverse fields, ``this``: queries over ``AllRows`` with a where; the row is a ``Binding``;
- shapes: ``With`` for one row, an ``Aggregate`` ``list`` or ``page`` of records for a query;
- showing: the value of a tool's ``Return`` holds no ``Ref`` any more, only scalars, records, lists and maps;
- ``crud``: ordinary tools. Flow chains: one ``Step`` an arrow. Type aliases and bounds: types.

An expression's ``type`` says whether it may be null. Nothing here is changed once the model is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from awmlang.diagnostics.span import Span
from awmlang.semantics.types import Enum, Type
from awmlang.syntax.tree import node

# ---- What names stand for


@dataclass(slots=True, eq=False)
class Variable:
    """A parameter, ``let``, ``var``, loop variable, or template variable (``for r in ...`` of a task)."""

    name: str
    type: Type
    kind: Literal["parameter", "let", "var", "loop", "template"]
    span: Span


@dataclass(slots=True, eq=False)
class Binding:
    """The row (or list item, or group) that a query goes through, or that ``With`` shows.

    ``alias`` is the name given with ``as``, for readable SQL. Compared by identity.
    """

    type: Type
    alias: str | None = None


# ---- Expressions


@node
class Expression:
    span: Span
    type: Type


@node
class Constant(Expression):
    """A constant, held as ``types`` says; None is null. Lists and records of constants are not folded."""

    value: int | float | str | None


@node
class Local(Expression):
    """A variable. ``type`` may be narrower than the variable's (null ruled out)."""

    variable: Variable


@node
class Label(Expression):
    """A labelled row of the seed data; ``type`` is Ref."""

    label: str


@node
class Me(Expression):
    """The signed-in user's row."""


@node
class Now(Expression):
    """The time of the call, a Datetime."""


@node
class RowOf(Expression):
    """The row (item, group) that ``binding`` is at; ``type`` is the binding's."""

    binding: Binding


@node
class Get(Expression):
    """A stored field of a row. The row may be null: then so is the result."""

    row: Expression
    field: Field


@node
class GetComputed(Expression):
    """A computed field of a row: ``field.value`` with ``field.this`` at the row. Null if the row is."""

    row: Expression
    field: ComputedField


@node
class GetItem(Expression):
    """A field of a record that is no row. Null if the record is."""

    record: Expression
    name: str


@node
class GroupKey(Expression):
    """``.key`` of a group; ``group`` is a RowOf whose binding has a Group type."""

    group: Expression


@node
class At(Expression):
    """``list[i]``, from 0; a negative index is as much out of range as one past the end (``arithmetic``)."""

    list: Expression
    index: Expression


Operator = Literal[
    "and", "or", "not",
    "==", "!=", "<", "<=", ">", ">=",
    "in", "not in", "contains",
    "??", "+", "-", "*", "/", "%", "negate",
]  # fmt: skip


@node
class Operation(Expression):
    """An operator on typed arguments; the base type of the first decides what it does.

    ==, !=        two-valued; either side may be null (a Constant null too)
    <, <=, >, >=  false when a side is null; text by casefold then code point, enums by declaration
    in, not in    an item, and a List; a null item is in no list
    contains      two texts, both casefolded, no wildcards; or a List and an item. False when either is null
    and, or, not  Bool, never null
    ??            the left unless null
    + - *         Int, Float; + - also Money; Duration; Date or Datetime with Duration or Months;
                  ``-`` of two Dates or two Datetimes is a Duration. Time never takes part
    *             also Duration by Int
    /             Float by Float; Money by Money and Duration by Duration are Float. (Money by a number is Scale)
    %             Int by Int, Float by Float; floored
    negate        Int, Float, Money, Duration
    Arithmetic with a null side is null (only where ``type`` is Optional).
    """

    operator: Operator
    arguments: tuple[Expression, ...]


@node
class Scale(Expression):
    """Money times and over numbers, exact, rounded once to a minor unit, half away from zero.

    ``money * by[0] * ... / over[0] / ...``; factors are Int or Float, a float taken at its shortest decimal.
    """

    money: Expression
    by: tuple[Expression, ...]
    over: tuple[Expression, ...]


@node
class Convert(Expression):
    """Int to Float, or Int to Money (whole units); null stays null."""

    value: Expression


@node
class Choose(Expression):
    condition: Expression
    then: Expression
    otherwise: Expression


@node
class CallFunction(Expression):
    """A call of a spec's function; one argument a parameter, defaults filled in."""

    function: Function
    arguments: tuple[Expression, ...]


@node
class CallBuiltin(Expression):
    """A function of the table in ``builtins``; ``arguments`` are converted as its signature says."""

    name: str
    arguments: tuple[Expression, ...]


@node
class Interpolation(Expression):
    """Text made of parts: money with two decimals, dates and times ISO, bool true/false; nothing is null."""

    parts: tuple[str | Expression, ...]


@node
class MakeList(Expression):
    items: tuple[Expression, ...]


@node
class MakeRecord(Expression):
    fields: tuple[tuple[str, Expression], ...]


@node
class CreateRow(Expression):
    """Makes a row and gives its key; ``values`` has what is not left to defaults, in the entity's order.

    Defaults are in ``entity.fields``. Only in tools and functions, never inside a query.
    """

    entity: Entity
    values: tuple[tuple[Field, Expression], ...]


# ---- Queries


@node
class AllRows(Expression):
    """All rows of an entity; ``type`` is List(Ref). ``which`` other than ``all`` only in a task's checks."""

    entity: Entity
    which: Literal["all", "new", "gone", "changed"]


@node
class GroupRows(Expression):
    """The groups of ``query`` by ``key`` (an expression over ``query.binding``), sorted by key.

    ``type`` is List(Group). Null is a key like any other, and sorts last.
    """

    query: Query
    key: Expression


@node
class RowsOfGroup(Expression):
    """``.rows`` of a group: ``type`` is List; ``group`` is a RowOf whose binding has a Group type."""

    group: Expression


@node
class SortKey:
    value: Expression
    descending: bool


@node
class SortChoice:
    """The key that ``selector``, an enum value, picks; with a null selector, no key (``selector`` may be null).

    ``options`` by enum member, one for each that was written.
    """

    selector: Expression
    options: tuple[tuple[str, SortKey], ...]


@node
class Query(Expression):
    """The items of ``source`` that pass ``where``, sorted, then cut: a List.

    ``source`` is AllRows, GroupRows, RowsOfGroup, or any other expression of a List type (a frozen list of
    keys, a parameter, a field with a list of scalars). Keys of vanished rows are skipped.
    Ties, and rows without ``sort``, are in order of key; items that are not rows keep their order.
    Nulls sort last, ascending and descending.
    """

    source: Expression
    binding: Binding
    where: Expression | None
    sort: tuple[SortKey | SortChoice, ...]
    skip: Expression | None
    take: Expression | None


AggregateKind = Literal[
    "count", "exists", "sum", "avg", "min", "max", "all",
    "first", "one", "list", "map", "distinct", "page",
]  # fmt: skip


@node
class Aggregate(Expression):
    """One value from a query. ``value`` is an expression over ``query.binding``.

    count exists      no value. Int, Bool
    sum               Int, Float, Money, Duration: 0 when empty; null values are left out
    avg min max       null when empty; null values are left out; avg of Int or Float is Float, of Money is Money
                      rounded half away from zero
    all               Bool: ``value`` holds for every item
    first             null when empty. ``value`` may project (else None: the item itself)
    one               the item; ``not_found`` unless there is exactly one
    list              List of ``value`` (None: the items themselves)
    map               Map; ``key`` is a text, enum, or whatever prints as one; the last of equal keys wins
    distinct          List of the different ``value``s (None: items), in order of first appearance
    page              ``{ items, total, page }``: ``value`` of a page of items; ``page_size`` and ``page`` are
                      the expressions for the size and the number, from 1
    """

    kind: AggregateKind
    query: Query
    value: Expression | None
    key: Expression | None = None
    page: Expression | None = None
    page_size: Expression | None = None


@node
class With(Expression):
    """``value`` with ``binding`` at ``row``; null if the row is null. How a row takes a shape."""

    row: Expression
    binding: Binding
    value: Expression


# ---- Only in tasks


@node
class Old(Expression):
    """``value`` as it was at the start; bindings inside keep their rows, found by key (null if absent)."""

    value: Expression


@node
class Called(Expression):
    """Whether a tool was called and succeeded."""

    tool: str


@node
class Unchanged(Expression):
    """Whether nothing was written."""


@node
class ToolCall(Expression):
    """A call in a solution; arguments by parameter, absent ones left out. ``type`` is the tool's result."""

    tool: Tool
    arguments: tuple[tuple[Parameter, Expression], ...]


# ---- Statements


@node
class Otherwise:
    """An error: the code, and the message (an Interpolation or a Constant)."""

    code: str
    message: Expression


@node
class Statement:
    span: Span


@node
class Let(Statement):
    """Also ``var``. A query is evaluated to a list of keys. ``otherwise``: fails with it if null.

    Where the value is an ``one`` with an ``otherwise``, any number of rows but one fails with it.
    """

    variable: Variable
    value: Expression
    otherwise: Otherwise | None


@node
class Assign(Statement):
    """``x = value``; ``+=`` and ``-=`` have become operations."""

    variable: Variable
    value: Expression


@node
class Require(Statement):
    condition: Expression
    otherwise: Otherwise


@node
class Fail(Statement):
    otherwise: Otherwise


@node
class Do(Statement):
    """A ``create`` or a call for its effect: CreateRow, CallFunction, or in a solution a ToolCall."""

    value: Expression


@node
class Update(Statement):
    """``target`` is a row (its type is Ref) or a query, whose binding the values then are over.

    For a row, ``binding`` is at it in the values. Changes in the entity's order; ``+=`` is an operation.
    """

    entity: Entity
    target: Expression
    binding: Binding
    changes: tuple[tuple[Field, Expression], ...]


@node
class Delete(Statement):
    """``target`` is a row or a query."""

    entity: Entity
    target: Expression


@node
class If(Statement):
    condition: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@node
class For(Statement):
    """Over a frozen list; ``variables`` are two where it goes over ``zip``, whose items are pairs.

    Items that are rows and have vanished are skipped.
    """

    variables: tuple[Variable, ...]
    source: Expression
    body: tuple[Statement, ...]


@node
class Return(Statement):
    """None in a function without a result."""

    value: Expression | None
    otherwise: Otherwise | None


# ---- Declarations


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
        return next(f for f in self.fields.values() if f.is_key)


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
    judges: tuple[Expression, ...]
    users: tuple[Expression, ...]


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
