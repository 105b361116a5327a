"""Statements of functions, tools and solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awmlang.diagnostics.span import Span
from awmlang.semantics.model.expressions import Binding, Expression, Variable
from awmlang.syntax.tree import node

if TYPE_CHECKING:
    from awmlang.semantics.model.declarations import Entity, Field


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

    For a row, ``binding`` is at it in the values. Changes as written; ``+=`` is an operation.
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
