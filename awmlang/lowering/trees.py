"""Small pieces of SQL trees. Parentheses stand where the operators need them, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

Sql = exp.Expr

_LEVELS: dict[type, int] = {
    exp.Or: 1,
    exp.And: 2,
    exp.Not: 3,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.Is, exp.In, exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ), 4),
    **dict.fromkeys((exp.LT, exp.LTE, exp.GT, exp.GTE), 5),
    **dict.fromkeys((exp.Add, exp.Sub), 6),
    **dict.fromkeys((exp.Mul, exp.Div), 7),
    exp.JSONExtractScalar: 8,
    exp.Neg: 9,
}
_ATOM = 10
_OF_CHAINS = (exp.Or, exp.And, exp.Add)


def level(tree: Sql) -> int:
    """How tightly the outermost operator of the tree binds."""
    return _LEVELS.get(type(tree), _ATOM)


def within(tree: Sql, least: int) -> Sql:
    """The tree, in parentheses if its operator binds less tightly than ``least``."""
    return tree if level(tree) >= least else exp.Paren(this=tree)


def binary(kind: type[exp.Binary], left: Sql, right: Sql) -> Sql:
    """``left kind right``."""
    own = _LEVELS[kind]
    left_level = 6 if own in (4, 5) else own  # comparisons do not chain
    right_level = own if kind in _OF_CHAINS else max(left_level, own + 1)
    more = {"typed": True} if kind is exp.Div else {}  # or else it makes a float of the left side by itself
    return kind(this=within(left, left_level), expression=within(right, right_level), **more)


def all_of(terms: Sequence[Sql]) -> Sql:
    """The conjunction; true when there is none."""
    return _chain(exp.And, terms) if terms else number(1)


def any_of(terms: Sequence[Sql]) -> Sql:
    """The disjunction; false when there is none."""
    return _chain(exp.Or, terms) if terms else number(0)


def _chain(kind: type[exp.Binary], terms: Sequence[Sql]) -> Sql:
    result = terms[0]
    for term in terms[1:]:
        result = binary(kind, result, term)
    return result


_OPPOSITE: dict[type, type[exp.Binary]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
}


def negation(tree: Sql) -> Sql:
    """The opposite of what is 0, 1 or null."""
    if isinstance(tree, exp.Not):
        inner: Sql = tree.this
        while isinstance(inner, exp.Paren):
            inner = inner.this
        return inner
    if type(tree) in _OPPOSITE:
        return _OPPOSITE[type(tree)](this=tree.this, expression=tree.expression)
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        return is_not_null(tree.this)
    return exp.Not(this=within(tree, 3))


def same(left: Sql, right: Sql, nullable: bool) -> Sql:
    """Equality that is true or false; ``nullable`` if both sides may be null at once or one alone."""
    return binary(exp.NullSafeEQ if nullable else exp.EQ, left, right)


def differ(left: Sql, right: Sql, nullable: bool) -> Sql:
    return binary(exp.NullSafeNEQ if nullable else exp.NEQ, left, right)


def is_null(tree: Sql) -> Sql:
    return exp.Is(this=within(tree, 5), expression=exp.Null())


def is_not_null(tree: Sql) -> Sql:
    return exp.NullSafeNEQ(this=within(tree, 5), expression=exp.Null())


def is_true(tree: Sql) -> Sql:
    """1 where the tree is true, 0 where it is false or null."""
    return exp.Is(this=within(tree, 6), expression=exp.Boolean(this=True))


def call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def count_all() -> Sql:
    return call("count", exp.Star())


def row_number(order: Sequence[exp.Ordered] | None) -> Sql:
    """The number of a row in an order, or in any."""
    by = exp.Order(expressions=list(order)) if order else None
    return exp.Window(this=call("row_number"), order=by)


def text(value: str) -> Sql:
    return exp.Literal(this=value, is_string=True)


def number(value: int | float) -> Sql:
    """A number as SQLite reads it; a float keeps its point."""
    literal = exp.Literal(this=repr(abs(value)), is_string=False)
    return exp.Neg(this=literal) if value < 0 else literal


def constant(value: int | float | str | None) -> Sql:
    if value is None:
        return exp.Null()
    return text(value) if isinstance(value, str) else number(value)


def parameter(name: str) -> Sql:
    return exp.Placeholder(this=name)


def as_real(tree: Sql) -> Sql:
    return exp.Cast(this=tree, to=exp.DataType(this=exp.DType.DOUBLE))


def as_text(tree: Sql) -> Sql:
    return exp.Cast(this=tree, to=exp.DataType(this=exp.DType.TEXT))


def case(branches: Sequence[tuple[Sql, Sql]], otherwise: Sql | None = None, of: Sql | None = None) -> Sql:
    """``CASE of WHEN ... THEN ... ELSE ... END``."""
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    return exp.Case(this=of, ifs=ifs, default=otherwise)


def scalar(select: exp.Select) -> Sql:
    return exp.Subquery(this=select)


def unwrapped(tree: Sql) -> Sql:
    """``SELECT (SELECT x FROM ...)`` is ``SELECT x FROM ...``."""
    if isinstance(tree, exp.Select) and tree.args.get("from_") is None and len(tree.expressions) == 1:
        only = tree.expressions[0]
        if isinstance(only, exp.Subquery) and isinstance(only.this, exp.Select):
            return only.this
    return tree


def exists(select: exp.Select) -> Sql:
    return exp.Exists(this=select)


def among(item: Sql, select: exp.Select) -> Sql:
    return exp.In(this=within(item, 5), query=exp.Subquery(this=select))


def ordered(value: Sql, descending: bool = False, nullable: bool = False) -> exp.Ordered:
    """A term of ORDER BY; nulls come last in both directions."""
    return exp.Ordered(
        this=no_position(value), desc=descending or None, nulls_first=not nullable and not descending
    )


def no_position(value: Sql) -> Sql:
    """``value`` as a term of ORDER BY or GROUP BY, where SQL takes a whole number for that of a column."""
    bare = value
    while isinstance(bare, (exp.Paren, exp.Neg)):
        bare = bare.this
    if isinstance(bare, exp.Literal) and not bare.is_string:
        return exp.Cast(this=value, to=exp.DataType.build("integer" if bare.is_int else "real"))
    return value


def aggregated(name: str, *arguments: Sql, order: Sequence[exp.Ordered] = ()) -> Sql:
    """``name(arguments ORDER BY order)``."""
    if not order:
        return call(name, *arguments)
    *others, last = arguments
    return call(name, *others, exp.Order(this=last, expressions=list(order)))
