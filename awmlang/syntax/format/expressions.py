"""Documents of expressions, queries and shapes."""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise

from awmlang.syntax import tree
from awmlang.syntax.format import words
from awmlang.syntax.format.document import Doc, Group, Hug, Line, Nest
from awmlang.syntax.format.words import LEAD, braced, braces, brackets, separated, word

# Of the words of the language, those that cannot name the member of an enum in `sort by`.
_NO_NAMES = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "contains",
        "as",
        "where",
        "by",
        "if",
        "then",
        "else",
        "true",
        "false",
        "null",
        "my",
        "new",
        "gone",
        "changed",
        "create",
        "sort",
        "skip",
        "take",
        "paged",
        "desc",
        "asc",
    ]
)


class Level(IntEnum):
    """How tightly an expression holds together, as the grammar has it."""

    QUERY = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    COALESCE = 5
    SUM = 6
    PRODUCT = 7
    UNARY = 8
    OPERAND = 9
    POSTFIX = 10


_BINARY = {
    "or": Level.OR,
    "and": Level.AND,
    "??": Level.COALESCE,
    "+": Level.SUM,
    "-": Level.SUM,
    "*": Level.PRODUCT,
    "/": Level.PRODUCT,
    "%": Level.PRODUCT,
}

_LEVELS: dict[type[tree.Node], Level] = {
    tree.Query: Level.QUERY,
    tree.Conditional: Level.QUERY,
    tree.Not: Level.NOT,
    tree.Negate: Level.UNARY,
    tree.IfGiven: Level.OPERAND,
}


def level(node: tree.Expr) -> Level:
    if isinstance(node, tree.Binary):
        return _BINARY.get(node.operator, Level.COMPARISON)
    return _LEVELS.get(type(node), Level.POSTFIX)


def expression(node: tree.Expr, least: Level = Level.QUERY) -> Doc:
    """``node`` where ``least`` can stand, in parentheses if it holds together less."""
    doc = _expression(node)
    return brackets("(", [doc], ")") if level(node) < least else doc


def _expression(node: tree.Expr) -> Doc:
    match node:
        case tree.Number():
            return node.text
        case tree.String():
            return words.string(node, expression)
        case tree.Boolean():
            return "true" if node.value else "false"
        case tree.Null():
            return "null"
        case tree.Reference():
            return node.name
        case tree.RowField():
            return f".{node.field.text}"
        case tree.Attribute():
            return (expression(node.base, Level.POSTFIX), f".{node.field.text}")
        case tree.Index():
            return (expression(node.base, Level.POSTFIX), "[", expression(node.index), "]")
        case tree.IfGiven():
            return (expression(node.value, Level.POSTFIX), "?")
        case tree.Not():
            return ("not ", expression(node.value, Level.NOT))
        case tree.Negate():
            return ("-", expression(node.value, Level.UNARY))
        case tree.Binary():
            return _binary(node)
        case tree.Conditional():
            return _conditional(node)
        case tree.Call():
            return call(node)
        case tree.ListOf():
            return brackets("[", [expression(item) for item in node.items], "]")
        case tree.Record():
            return braces([_pair(pair) for pair in node.pairs])
        case tree.Rows():
            return f"{node.which} {node.entity.text}"
        case tree.Create():
            return create(node)
        case tree.Query():
            return _query(node)


def _binary(node: tree.Binary) -> Doc:
    own = level(node)
    chained = own is not Level.COMPARISON
    if _is_tight(node):
        left = expression(node.left, own if chained else Level(own + 1))
        return (left, f" {node.operator} ", expression(node.right, Level(own + 1)))
    steps: list[Doc] = []
    rest: tree.Expr = node
    while isinstance(rest, tree.Binary) and level(rest) == own and (chained or rest is node):
        steps.append((LEAD, f"{rest.operator} ", expression(rest.right, Level(own + 1))))
        rest = rest.left
    first = expression(rest, own if chained else Level(own + 1))
    return Group((first, Nest(tuple(reversed(steps)))))


def _is_tight(node: tree.Binary) -> bool:
    """Whether brackets are on one side, and on the other a word or two: it is broken within the brackets."""

    def bracketed(side: tree.Expr, least: Level) -> bool:
        return level(side) < least or ends_in_bracket(side)

    own = level(node)
    above = Level(own + 1)
    return (bracketed(node.left, above if own is Level.COMPARISON else own) and _is_word(node.right)) or (
        _is_word(node.left) and bracketed(node.right, above)
    )


def _is_word(node: tree.Expr) -> bool:
    if isinstance(node, tree.Attribute):
        return _is_word(node.base)
    return isinstance(node, (tree.Number, tree.Boolean, tree.Null, tree.Reference, tree.RowField))


def _conditional(node: tree.Conditional) -> Doc:
    """``if a then b``, and a line each for ``else if c then d`` and ``else e`` where there is no room."""
    branches: list[Doc] = []
    otherwise: tree.Expr = node
    while isinstance(otherwise, tree.Conditional):
        condition = expression(otherwise.condition, Level.OR)
        branches.append(Group(("if ", condition, Nest((LEAD, "then ", expression(otherwise.then))))))
        otherwise = otherwise.otherwise
    branches.append(expression(otherwise))
    return Group((branches[0], Nest(tuple((LEAD, "else ", branch) for branch in branches[1:]))))


def call(node: tree.Call) -> Doc:
    arguments = [
        (f"{argument.name.text} = " if argument.name else "", expression(argument.value))
        for argument in node.arguments
    ]
    if _is_wrapper(node.arguments):
        return (node.name.text, "(", separated(arguments, ", "), ")")
    return (node.name.text, brackets("(", arguments, ")"))


def _is_wrapper(arguments: tuple[tree.Argument, ...]) -> bool:
    """Whether the last argument has brackets and the others are short: it is broken within those brackets."""
    if not arguments or any(argument.name for argument in arguments):
        return False
    *others, last = (argument.value for argument in arguments)
    if isinstance(last, tree.Call):
        return not others
    return isinstance(last, (tree.ListOf, tree.Record)) and all(map(_is_word, others))


def _pair(node: tree.Pair) -> Doc:
    return (f"{node.name.text} = ", shaped(node.value, show(node.shape)))


def create(node: tree.Create) -> Doc:
    return (f"create {node.entity.text} ", braces([value(each) for each in node.values]))


def value(node: tree.Value) -> Doc:
    return (f"{node.name.text} = ", expression(node.value))


# ---- Queries


def _query(node: tree.Query, otherwise: Doc = "", shape: Group | None = None) -> Doc:
    """A query, with what may stand behind it."""
    return _with_clauses(expression(node.source, Level.OPERAND), node, otherwise, shape)


def _with_clauses(source: Doc, node: tree.Query, otherwise: Doc, shape: Group | None) -> Doc:
    parts = [*_clauses(node), *([otherwise] if otherwise else [])]
    head = Group((source, _alias(node), Nest(tuple((LEAD, part) for part in parts))))
    if shape is None:
        return head
    return Hug(head, LEAD, shape) if parts else (head, " ", shape)


def _alias(node: tree.Query) -> str:
    return f" as {node.alias.text}" if node.alias else ""


def _clauses(node: tree.Query) -> list[Doc]:
    clauses: list[Doc] = []
    if node.where:
        clauses.append(("where ", expression(node.where, Level.OR)))
    if node.sort:
        clauses.append(Group(("sort ", _keys(node.sort))))
    for name, count in (("skip", node.skip), ("take", node.take), ("paged", node.paged)):
        if count:
            clauses.append((f"{name} ", expression(count, Level.COALESCE)))
    return clauses


def _keys(node: tree.Sort) -> Doc:
    first, *others = [_choice(key) if isinstance(key, tree.SortChoice) else _key(key) for key in node.keys]
    return (first, Nest(tuple((LEAD, "then ", key) for key in others)))


def _key(node: tree.SortKey) -> Doc:
    return (expression(node.value, Level.COALESCE), " desc" if node.descending else "")


def _choice(node: tree.SortChoice) -> Doc:
    options = [(f"{word(option.member, _NO_NAMES)} = ", _key(option.key)) for option in node.options]
    return ("by ", expression(node.selector, Level.OPERAND), " ", braces(options))


# ---- Shapes


def shaped(value: tree.Expr, shape: Group | None, otherwise: Doc = "") -> Doc:
    """A value, and braces behind it that say more of it, with ``otherwise`` between them."""
    if isinstance(value, tree.Query):
        return _query(value, otherwise, shape)
    return (followed(value, otherwise), (" ", shape) if shape else "")


def followed(node: tree.Expr, more: Doc) -> Doc:
    """An expression, and ``more`` behind it, on a line of its own where there is no room."""
    if not more:
        return expression(node)
    if ends_in_bracket(node):
        return (expression(node), Group(Nest((LEAD, more))))
    return Group((expression(node), Nest((LEAD, more))))


def ends_in_bracket(node: tree.Expr) -> bool:
    if isinstance(node, tree.Not):
        return level(node.value) < Level.NOT or ends_in_bracket(node.value)
    if isinstance(node, tree.Binary):
        return _is_tight(node)
    return isinstance(node, (tree.Call, tree.ListOf, tree.Record, tree.Create))


def show(node: tree.Shape | None) -> Group | None:
    """``{ id, name }``: names fill lines, all else has a line to itself."""
    if node is None:
        return None
    entries: list[tuple[Doc, bool]] = [("*", True)] if node.star else []
    entries += [(_entry(entry), _is_plain(entry)) for entry in node.entries]
    content: list[Doc] = [doc for doc, _ in entries[:1]]
    for (_, plain_before), (doc, plain) in pairwise(entries):
        line = Line(", ", "fill" if plain and plain_before else "item")
        content.append(Group((line, doc)) if plain and plain_before else (line, doc))
    return Group(braced(tuple(content)))


def _is_plain(entry: tree.Entry) -> bool:
    return entry.value is None and entry.query is None and entry.shape is None


def _entry(node: tree.Entry) -> Doc:
    shape = show(node.shape)
    if node.value:
        return (f"{node.name.text} = ", shaped(node.value, shape))
    if node.query:
        return _with_clauses(node.name.text, node.query, "", shape)
    return (node.name.text, (" ", shape) if shape else "")
