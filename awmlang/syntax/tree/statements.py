"""Statements. (``create``, which is a value too, is among the expressions.)"""

from __future__ import annotations

from typing import Literal

from awmlang.syntax.tree.base import Node, node
from awmlang.syntax.tree.expressions import Call, Create, Expr, Name, Shape, String, TypeNode


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
