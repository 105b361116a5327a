"""Names and strings, types, expressions, shapes."""

from __future__ import annotations

from typing import Literal

from awmlang.diagnostics.span import Span
from awmlang.syntax.tree.base import Node, node

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
