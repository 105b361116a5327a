"""Documents of statements."""

from __future__ import annotations

from awmlang.syntax import tree
from awmlang.syntax.format import words
from awmlang.syntax.format.document import Doc, Group
from awmlang.syntax.format.expressions import (
    call,
    create,
    ends_in_bracket,
    expression,
    followed,
    shaped,
    show,
)
from awmlang.syntax.format.types import type_
from awmlang.syntax.format.words import LEAD, block, braced, braces


def body(doc: tree.Text | None, node: tree.Block) -> Doc:
    """The block of a tool or function."""
    first: list[Doc] = [words.text(doc.value)] if doc else []
    return block([*first, *map(statement, node.statements)])


def short_block(node: tree.Block) -> Doc:
    """A block that stands on one line if there is one simple statement in it and the group around has room."""
    if len(node.statements) == 1 and not isinstance(node.statements[0], (tree.If, tree.For)):
        return braced(statement(node.statements[0]))
    return _block(node)


def _block(node: tree.Block) -> Doc:
    return block([statement(each) for each in node.statements])


def statement(node: tree.Statement) -> Doc:
    match node:
        case tree.Require():
            return ("require ", followed(node.condition, _otherwise(node.otherwise)))
        case tree.Fail():
            return ("fail ", _error(node.code, node.message))
        case tree.Let():
            return (f"let {node.name.text} = ", followed(node.value, _otherwise(node.otherwise)))
        case tree.Var():
            type_doc = (": ", type_(node.type)) if node.type else ""
            return (f"var {node.name.text}", type_doc, " = ", expression(node.value))
        case tree.Assign():
            return (f"{node.name.text} {node.operator} ", expression(node.value))
        case tree.Create():
            return create(node)
        case tree.Update():
            return _update(node)
        case tree.Delete():
            return ("delete ", expression(node.target))
        case tree.If():
            return _if(node)
        case tree.For():
            names = ", ".join(name.text for name in node.names)
            return (
                before_block((f"for {names} in ", expression(node.source)), node.source),
                _block(node.body),
            )
        case tree.Run():
            return call(node.call)
        case tree.Return():
            return ("return ", shaped(node.value, show(node.shape), _otherwise(node.otherwise)))


def _if(node: tree.If) -> Doc:
    head = before_block(("if ", expression(node.condition)), node.condition)
    if node.otherwise is None:
        return Group((head, short_block(node.then)))
    behind = _if(node.otherwise) if isinstance(node.otherwise, tree.If) else _block(node.otherwise)
    return (head, _block(node.then), " else ", behind)


def before_block(head: Doc, last: tree.Expr) -> Doc:
    """``head``, which ends in the expression ``last``; if it takes several lines, the block's brace has its own."""
    return (head, " ") if ends_in_bracket(last) else Group((head, LEAD))


def _update(node: tree.Update) -> Doc:
    changes = [
        (f"{change.name.text} {change.operator} ", expression(change.value)) for change in node.changes
    ]
    return ("update ", shaped(node.target, braces(changes)))


def _error(code: tree.Name, message: tree.String) -> str:
    return f"{code.text} {words.string(message, expression)}"


def _otherwise(node: tree.Otherwise | None) -> str:
    return f"else {_error(node.code, node.message)}" if node else ""
