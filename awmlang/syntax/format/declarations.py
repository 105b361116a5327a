"""Documents of declarations, and of a whole file."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any, NamedTuple

from awmlang.syntax import tree
from awmlang.syntax.format import words
from awmlang.syntax.format.columns import Cell
from awmlang.syntax.format.document import Doc, Group, Line, Nest
from awmlang.syntax.format.expressions import expression, followed, show, value
from awmlang.syntax.format.statements import before_block, body, short_block, statement
from awmlang.syntax.format.types import doc, parameter, type_
from awmlang.syntax.format.words import (
    FILL,
    LEAD,
    block,
    braced,
    braces,
    brackets,
    columns,
    filled,
    separated,
    text,
    word,
)

# They stand apart: with a blank line before and behind.
_LARGE = (tree.Environment, tree.Entity, tree.Function, tree.Tool, tree.Task)

# Of the words of the language, those that cannot name a state in a flow.
_NO_STATES = frozenset(["when"])


def spec(node: tree.Spec) -> Doc:
    """A whole file."""
    parts: list[Doc] = [Line("", "open", hard=True)]
    declarations = [*([node.environment] if node.environment else []), *node.declarations]
    for before, each in pairwise([None, *declarations]):
        if before is not None:
            apart = isinstance(before, _LARGE) or isinstance(each, _LARGE)
            parts.append(Line(kind="item", hard=True, blank=apart))
        assert each is not None
        parts.append(declaration(each))
    return (*parts, Line("", "close", hard=True))


def declaration(node: tree.Environment | tree.Declaration) -> Doc:
    match node:
        case tree.Environment():
            return f"environment {node.name.text}{doc(node.title)}"
        case tree.Clock():
            return f"clock = {text(node.value.value)}"
        case tree.SignedIn():
            return f"me: {node.entity.text} = {node.label.text}"
        case tree.Policy():
            return f"policy {text(node.text.value)}"
        case tree.Enum():
            return (
                f"enum {node.name.text} ",
                Group(braced(filled(map(word, node.members)))),
            )
        case tree.TypeAlias():
            return (f"type {node.name.text} = ", type_(node.type))
        case tree.Entity():
            return (
                f"entity {node.name.text}{doc(node.doc)} ",
                block([_member(each) for each in node.members]),
            )
        case tree.Tool():
            return (f"tool {node.name.text}", _parameters(node.parameters), " ", body(node.doc, node.body))
        case tree.Function():
            result: Doc = (": ", type_(node.result)) if node.result else ""
            parameters = _parameters(node.parameters)
            return (f"function {node.name.text}", parameters, result, " ", body(node.doc, node.body))
        case tree.Crud():
            return (f"crud {node.entity.text} ", Group(braced(filled(map(_operation, node.operations)))))
        case tree.Data():
            return _data(node)
        case tree.DataFile():
            return f"data {node.entity.text} from {text(node.path.value)}"
        case tree.Generate():
            return _generate(node)
        case tree.Invariant():
            return ("invariant ", followed(node.condition, _message(node.message)))
        case tree.Task():
            return _task(node)


def _parameters(nodes: tuple[tree.Parameter, ...]) -> Doc:
    return brackets("(", [parameter(node) for node in nodes], ")")


def _message(node: tree.Text | None) -> str:
    return text(node.value) if node else ""


# ---- Entities


def _member(node: tree.Member) -> Doc:
    match node:
        case tree.Field():
            marks = "".join(
                f" {mark.kind}" + (f" {mark.via.text}" if mark.via else "") for mark in node.marks
            )
            default: Doc = (" = ", expression(node.default)) if node.default else ""
            return (f"{node.name.text}: ", type_(node.type), marks, default, doc(node.doc))
        case tree.Computed():
            return (f"{node.name.text} = ", followed(node.value, _message(node.doc)))
        case tree.Check():
            return ("check ", followed(node.condition, _message(node.message)))
        case tree.Access():
            return ("access ", expression(node.condition))
        case tree.Show():
            return ("show ", show(node.shape) or "")
        case tree.Flow():
            steps = [_transition(each) for each in node.transitions]
            return (f"flow {node.field.text} ", block(steps) if len(steps) > 1 else Group(braced(steps[0])))


def _transition(node: tree.Transition) -> Doc:
    first, *others = (word(state, _NO_STATES) for state in node.states)
    states = (first, Nest(tuple(Group((LEAD, f"-> {state}")) for state in others)))
    if node.guard is None:
        return states
    guard = ("when ", followed(node.guard, f"else {_message(node.message)}"))
    return Group((states, Nest((LEAD, guard))))


# ---- crud, data


def _operation(node: tree.Operation) -> Doc:
    return (node.kind, "" if node.columns is None else columns(node.columns))


def _data(node: tree.Data) -> Doc:
    by_column = zip(*(row.values for row in node.rows), strict=False)
    numeric = [all(map(_is_number, column)) for column in by_column]
    labels = max((len(row.label.text) for row in node.rows if row.label), default=0)
    rows = [_row(row, numeric, labels) for row in node.rows]
    return (f"data {node.entity.text} ", columns(node.columns), " ", block(rows))


def _is_number(node: tree.Expr) -> bool:
    if isinstance(node, tree.Negate):
        return isinstance(node.value, tree.Number)
    return isinstance(node, (tree.Number, tree.Null))


def _row(node: tree.Row, numeric: list[bool], labels: int) -> Doc:
    """``label = (`` in ``labels`` columns and 4 (none if 0), and the values, in cells."""
    opening = f"{node.label.text:{labels}} = (" if node.label else " " * (labels and labels + 3) + "("
    values: list[Doc] = []
    for index, each in enumerate(node.values):
        cell = Cell(index, len(node.values), right=index < len(numeric) and numeric[index])
        content = (cell, expression(each))
        values.append((",", Group((FILL, content))) if index else content)
    return (opening, Nest(tuple(values), len(opening)), ")")


def _generate(node: tree.Generate) -> Doc:
    inside = block([value(each) for each in node.values])
    if node.count:
        return (f"generate {node.entity.text} {node.count.text} ", inside)
    loops = [_loop(loop) for loop in node.loops]
    head = Group((f"generate {node.entity.text} for ", Nest(separated(loops, (",", LEAD)))))
    return (before_block(head, node.loops[-1].source), inside)


# ---- Tasks


class _Item(NamedTuple):
    start: int
    kind: str
    node: Any


def _task(node: tree.Task) -> Doc:
    title = f"task {node.name.text} {words.string(node.prompt, expression)}"
    head: Doc = (title, " ")
    if node.loop:
        head = Group(
            (title, Nest((LEAD, f"for {node.loop.name.text} in ", expression(node.loop.source))), LEAD)
        )
    return (head, block(_items(node)))


def _items(node: tree.Task) -> list[Doc]:
    """The items in the order of the file."""
    items = [_Item(each.span.start, "solution", each) for each in node.solutions]
    items += [_Item(each.span.start, "expect", each) for each in node.expects]
    items += [_Item(each.span.start, "answers" if each.name else "answer", each) for each in node.answers]
    items += [_Item(each.span.start, "allow", each) for each in node.allowed]
    items += [_Item(each.span.start, "accept", each) for each in node.accepted]
    items += [_Item(each.span.start, "judge", each) for each in node.judges]
    items += [_Item(each.span.start, "user", each) for each in node.users]
    items.sort(key=lambda item: item.start)
    docs: list[Doc] = []
    for kind, run in groupby(items, key=lambda item: item.kind):
        nodes = [item.node for item in run]
        match kind:
            case "solution":
                docs += map(solution, nodes)
            case "expect":
                docs += map(_expect, nodes)
            case "answer":
                docs += [("answer: ", _answer(each)) for each in nodes]
            case "answers":
                docs.append(("answer ", braces([(f"{each.name.text}: ", _answer(each)) for each in nodes])))
            case "allow":
                docs.append(("allow ", Nest(filled(map(_allowed, nodes), ","))))
            case "accept":
                docs += [f"accept {_accepted(each)}" for each in nodes]
            case _:
                docs += [f"{kind} {words.string(each, expression)}" for each in nodes]
    return docs


def solution(node: tree.Block) -> Doc:
    return ("solution ", Group(short_block(node)))


def _expect(node: tree.Expect) -> Doc:
    weight = f"weight {node.weight.text}" if node.weight else ""
    return ("expect ", followed(node.condition, " ".join(filter(None, (_message(node.message), weight)))))


def _answer(node: tree.Answer) -> Doc:
    derived: Doc = ("from ", expression(node.derived)) if node.derived else ""
    return (type_(node.type), " = ", followed(node.value, derived))


def _allowed(node: tree.Allowed) -> str:
    return node.entity.text + (f".{node.field.text}" if node.field else "")


def _accepted(node: tree.Accepted) -> str:
    what = ".".join(name.text for name in (node.tool, node.parameter) if name)
    return f"{what} {_message(node.reason)}".lstrip()


def part(node: tree.Node) -> Doc:
    """What has a line to itself in a spec, an expression, a type or a shape."""
    match node:
        case tree.Field() | tree.Computed() | tree.Check() | tree.Access() | tree.Show() | tree.Flow():
            return _member(node)
        case tree.SignedIn():
            return declaration(node)
        case tree.Parameter():
            return parameter(node)
        case tree.Value():
            return value(node)
        case tree.Transition():
            return _transition(node)
        case tree.Operation():
            return _operation(node)
        case tree.Loop():
            return _loop(node)
        case tree.Answer():
            return (f"{node.name.text}: " if node.name else "", _answer(node))
        case tree.Allowed():
            return _allowed(node)
        case tree.Accepted():
            return _accepted(node)
        case tree.Shape():
            return show(node) or ""
        case tree.NamedType() | tree.ListType() | tree.RecordType() | tree.OptionalType():
            return type_(node)
        case tree.Require() | tree.Fail() | tree.Let() | tree.Var() | tree.Assign() | tree.Update():
            return statement(node)
        case tree.Delete() | tree.If() | tree.For() | tree.Run() | tree.Return():
            return statement(node)
    return expression(node)  # type: ignore[arg-type]


def _loop(node: tree.Loop) -> Doc:
    return (f"{node.name.text} in ", expression(node.source))
