"""Random trees: every construct of the grammar, anywhere it can stand. Spans mean nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import get_args

from hypothesis import strategies as st

from awmlang.diagnostics import Span
from awmlang.syntax import tree
from awmlang.syntax.grammar import grammar_text
from awmlang.syntax.tree import expressions as tree_expressions

HERE = Span(0, 0, 0)

# ---- Words


def _words(rule: str) -> list[str]:
    """The words of the language that a rule of the grammar takes."""
    found = re.search(rf"^!?{rule}: (.*?)^\S", grammar_text(), re.MULTILINE | re.DOTALL)
    assert found
    return re.findall(r'"([a-z]+)"', found[1])


PLAIN = ["a", "item", "order_id", "Zebra9", "_x"]
FREE = PLAIN + _words("_free")
MEMBER, STATEMENT, CLAUSE = _words("_member_word"), _words("_statement_word"), _words("_clause_word")
GUARD, RESERVED = _words("_guard_word"), _words("_reserved")


def _name(*lists: list[str]) -> st.SearchStrategy[tree.Name]:
    return st.sampled_from([word for words in lists for word in words]).map(
        lambda word: tree.Name(HERE, word)
    )


capitals = st.sampled_from(["Order", "User", "int", "text", "x"]).map(lambda word: tree.Name(HERE, word))
names = _name(FREE, MEMBER, STATEMENT, GUARD)
references = _name(FREE, MEMBER, STATEMENT, GUARD, CLAUSE)
words = _name(FREE, MEMBER, STATEMENT, GUARD, CLAUSE, RESERVED)
labels = _name(FREE, MEMBER, STATEMENT, GUARD, CLAUSE, RESERVED, ["me", "answer"])
targets = _name(FREE, MEMBER, GUARD)

letters = st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)])
phrases = st.text(st.sampled_from("ab {}\\\"'#\n\t") | letters, max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
texts = phrases.map(lambda text: tree.Text(HERE, text))
quoted = phrases.map(lambda text: tree.Name(HERE, text))
decimals = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True)
numbers = decimals.map(lambda text: tree.Number(HERE, text))


def maybe(strategy: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node | None]:
    return st.none() | strategy


def some(
    strategy: st.SearchStrategy[tree.Node], least: int = 0, most: int = 3
) -> st.SearchStrategy[tuple[tree.Node, ...]]:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def node(made: type[tree.Node], *parts: st.SearchStrategy[object]) -> st.SearchStrategy[tree.Node]:
    return st.builds(made, st.just(HERE), *parts)


# ---- Expressions

OPERATORS = get_args(tree_expressions.BinaryOperator)


def _paths(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    """What may stand in a string, and makes no use of strings or braces itself."""
    return st.one_of(
        node(tree.Attribute, inner, words),
        node(tree.Index, inner, inner | numbers),
        node(tree.Call, references, some(node(tree.Argument, maybe(references), inner))),
    )


atoms = references.map(lambda name: tree.Reference(HERE, name.text)) | node(tree.RowField, words)
paths = st.recursive(atoms, _paths, max_leaves=4)


def _joined(parts: list[str | tree.Expr]) -> tree.String:
    """Texts that stand beside each other are one, and an empty one is none."""
    merged: list[str | tree.Expr] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] = unicodedata.normalize("NFC", merged[-1] + part)
        elif part != "":
            merged.append(part)
    return tree.String(HERE, tuple(merged))


strings = st.lists(phrases | paths, max_size=4).map(_joined)
leaves = atoms | numbers | strings | node(tree.Boolean, st.booleans()) | node(tree.Null)


def _sorts(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    key = node(tree.SortKey, inner, st.booleans())
    options = some(node(tree.SortOption, words | quoted, key), least=1)
    first = key | node(tree.SortChoice, inner, options)
    keys = st.tuples(first, some(key, most=2)).map(lambda each: (each[0], *each[1]))
    return node(tree.Sort, keys)


@st.composite
def _queries(
    draw: st.DrawFn,
    source: st.SearchStrategy[tree.Node],
    inner: st.SearchStrategy[tree.Node],
) -> tree.Node:
    alias, where, sort, skip = (draw(maybe(part)) for part in (names, inner, _sorts(inner), inner))
    limit = draw(maybe(inner))
    take, paged = (limit, None) if draw(st.booleans()) else (None, limit)
    if not any((alias, where, sort, skip, limit)):
        alias = draw(names)
    return tree.Query(HERE, draw(source), alias, where, sort, skip, take, paged)


@st.composite
def _entries(
    draw: st.DrawFn, inner: st.SearchStrategy[tree.Node], shape: st.SearchStrategy[tree.Node]
) -> tree.Node:
    name = draw(names)
    value, query = None, None
    match draw(st.sampled_from(["name", "value", "query"])):
        case "value":
            value = draw(inner)
        case "query":
            query = draw(_queries(st.just(tree.RowField(HERE, name)), inner))
    return tree.Entry(HERE, name, value, query, draw(maybe(shape)))


def _shapes(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    star = st.sampled_from([None, HERE])
    flat = node(tree.Shape, star, some(_entries(inner, st.nothing() | _bare_shapes), most=5))
    return node(tree.Shape, star, some(_entries(inner, flat)))


_bare_shapes = node(tree.Shape, st.none(), some(node(tree.Entry, names, st.none(), st.none(), st.none())))


def _creates(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    return node(tree.Create, capitals, some(node(tree.Value, names, inner)))


def _calls(
    inner: st.SearchStrategy[tree.Node], name: st.SearchStrategy[tree.Name]
) -> st.SearchStrategy[tree.Node]:
    return node(tree.Call, name, some(node(tree.Argument, maybe(references), inner)))


def _compound(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    pair = node(tree.Pair, names, inner, maybe(_shapes(inner)))
    return st.one_of(
        node(tree.Attribute, inner, words),
        node(tree.Index, inner, inner),
        node(tree.IfGiven, inner),
        node(tree.Not, inner),
        node(tree.Negate, inner),
        node(tree.Binary, st.sampled_from(OPERATORS), inner, inner, st.just(HERE)),
        node(tree.Conditional, inner, inner, inner),
        _calls(inner, references),
        node(tree.ListOf, some(inner)),
        node(tree.Record, some(pair, least=1)),
        node(tree.Rows, st.sampled_from(["my", "new", "gone", "changed"]), capitals),
        _creates(inner),
        _queries(inner, inner),
    )


expressions = st.recursive(leaves, _compound, max_leaves=8)
small = st.recursive(leaves, _compound, max_leaves=3)
shapes = _shapes(small)

# ---- Types

bounds = st.from_regex(r"-?[0-9]{1,3}(\.[0-9])?", fullmatch=True)
patterns = st.from_regex(r"([a-z+*()\[\]{} \"#]|\\/|\\d){1,8}", fullmatch=True)
sizes = st.one_of(
    st.builds(lambda low, high: tree.Size(HERE, low, high, None), bounds, st.none() | bounds),
    st.builds(lambda high: tree.Size(HERE, None, high, None), bounds),
    st.builds(lambda pattern: tree.Size(HERE, None, None, pattern), patterns),
)
plain_types = node(tree.NamedType, capitals, maybe(sizes), st.just(False)) | node(
    tree.NamedType, capitals, st.none(), st.just(True)
)


def _parameters(types: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    return node(tree.Parameter, labels, types, maybe(words), maybe(small), maybe(texts))


def _types(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    required = inner.filter(lambda made: not isinstance(made, tree.OptionalType))
    return st.one_of(
        node(tree.ListType, inner, maybe(sizes)),
        node(tree.RecordType, some(_parameters(inner), least=1)),
        node(tree.OptionalType, required),
    )


types = st.recursive(plain_types, _types, max_leaves=3)
parameters = some(_parameters(types))

# ---- Statements

otherwises = node(tree.Otherwise, words, strings)


def _blocks(
    statements: st.SearchStrategy[tree.Node], simple: st.SearchStrategy[tree.Node]
) -> st.SearchStrategy[tree.Node]:
    """A block of ``simple`` statements, and of ifs and loops around ``statements``."""
    inner = node(tree.Block, some(statements))
    ends = node(tree.If, small, inner, maybe(inner))
    ifs = node(tree.If, small, inner, maybe(inner | ends))
    loops = node(tree.For, some(names, least=1, most=2), small, inner)
    return node(tree.Block, some(simple | ifs | loops))


def _runs(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    return node(tree.Run, _calls(inner, targets))


assignments: st.SearchStrategy[object] = st.sampled_from(["=", "+=", "-="])
simple_statements = st.one_of(
    node(tree.Require, expressions, otherwises),
    node(tree.Fail, words, strings),
    node(tree.Let, names, expressions, maybe(otherwises)),
    node(tree.Var, names, st.none(), small),
    node(tree.Var, labels, types, small),
    node(tree.Assign, targets, assignments, small),
    _creates(small),
    node(tree.Update, small, some(node(tree.Change, names, assignments, small), least=1)),
    node(tree.Delete, small),
    _runs(small),
    node(tree.Return, expressions, maybe(otherwises), maybe(shapes)),
)
bodies = _blocks(simple_statements, simple_statements)
steps = _runs(expressions) | node(tree.Let, names, small, st.none())
solutions = _blocks(steps, steps)

# ---- Declarations

marks = st.sampled_from(["key", "unique", "owner", "cascade", "clears"]).map(
    lambda kind: tree.Mark(HERE, kind, None)
) | words.map(lambda via: tree.Mark(HERE, "via", via))
states = _name(FREE, MEMBER, STATEMENT, CLAUSE, RESERVED) | quoted
transitions = node(tree.Transition, some(states, least=2), st.none(), st.none()) | node(
    tree.Transition, some(states, least=2), small, texts
)
members = st.one_of(
    node(tree.Field, labels, types, some(marks), maybe(small), maybe(texts)),
    node(tree.Computed, _name(FREE, STATEMENT, GUARD), expressions, maybe(texts)),
    node(tree.Check, expressions, maybe(texts)),
    node(tree.Access, expressions),
    node(tree.Show, shapes),
    node(tree.Flow, words, some(transitions, least=1)),
)
operations = node(
    tree.Operation,
    st.sampled_from(["list", "get", "create", "update", "delete"]),
    maybe(some(words, least=1)),  # type: ignore[arg-type]
)
values = some(node(tree.Value, names, small))
loops = node(tree.Loop, names, small)
answers = node(tree.Answer, maybe(labels), types, expressions, maybe(small))
tasks = node(
    tree.Task,
    names,
    strings,
    maybe(loops),
    some(solutions, most=2),
    some(node(tree.Expect, expressions, maybe(texts), maybe(numbers))),
    some(answers),
    some(node(tree.Allowed, capitals, maybe(words))),
    some(node(tree.Accepted, st.none(), st.none(), texts) | node(tree.Accepted, names, maybe(words), texts)),
    some(strings, most=2),
    some(strings, most=2),
)
declarations = st.one_of(
    node(tree.Clock, texts),
    node(tree.SignedIn, capitals, names),
    node(tree.Policy, texts),
    node(tree.Enum, capitals, some(words | quoted, least=1, most=20)),
    node(tree.TypeAlias, capitals, types),
    node(tree.Entity, capitals, maybe(texts), some(members, most=5)),
    node(tree.Function, names, parameters, maybe(types), maybe(texts), bodies),
    node(tree.Tool, names, parameters, maybe(texts), bodies),
    node(tree.Crud, capitals, some(operations, least=1, most=5)),
    node(
        tree.Data,
        capitals,
        some(words, least=1, most=12),
        some(node(tree.Row, maybe(names), some(leaves, least=1, most=8)), most=8),
    ),
    node(tree.DataFile, capitals, texts),
    node(tree.Generate, capitals, numbers, st.just(()), values),
    node(tree.Generate, capitals, st.none(), some(loops, least=1), values),
    node(tree.Invariant, expressions, maybe(texts)),
    tasks,
)
environments = node(tree.Environment, names, texts)
specs = node(tree.Spec, environments, some(declarations), st.just(()))


CLASSES = {each for each in vars(tree).values() if isinstance(each, type) and issubclass(each, tree.Node)}
CLASSES.remove(tree.Node)
"""Every class of the tree."""
