"""Expressions and queries, resolved and typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from awmlang.diagnostics.span import Span
from awmlang.semantics.types import Type
from awmlang.syntax.tree import node

if TYPE_CHECKING:
    from awmlang.semantics.model.declarations import ComputedField, Entity, Field, Function, Parameter, Tool

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

    ``alias`` is the name given with ``as``, for readable SQL, and ``span`` where it stands. Compared by identity.
    """

    type: Type
    alias: str | None = None
    span: Span | None = None


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
    """Int to Float, or Int to Money (whole units); null stays null. In a solution a key, or a list of them, to rows."""

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
    """Makes a row and gives its key; ``values`` has what is not left to defaults, as written.

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
    Ties, and rows without ``sort``, are in order of key; the items of a list, rows or not, keep its order.
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
