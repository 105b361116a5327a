"""Conditions on a row, from SQLite's SQL to that of another engine.

In SQLite true is 1, and a number may stand as a condition; other engines tell the two apart. The functions of the
language become functions of the engine, ``FUNCTIONS``, of which a script defines those that it uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from sqlglot import exp

from awmlang.lowering.trees import Sql, call, number, text

Dialect = Literal["duckdb", "postgres"]


class NotCarried(Exception):
    """The other engine has no counterpart; the message says of what."""


_TRUTHS = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ),
    *(exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Boolean),
)
_AS_THEY_ARE = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Paren, exp.Tuple, exp.DPipe, exp.Column, exp.Literal),
    *(exp.Null, exp.Case, exp.If, exp.Cast, exp.Identifier, exp.DataType),
)
_RENAMED = {"min": "least", "max": "greatest", "date": "awm_date", "time": "awm_time"}
_NATIVE = {"abs", "coalesce", "length", "least", "greatest"}
_SECONDS = {"awm_days": 86_400, "awm_hours": 3_600, "awm_minutes": 60, "awm_seconds": 1}
_QUESTIONS = {"awm_matches", "awm_contains", "awm_starts_with", "awm_ends_with"}

FUNCTIONS: dict[str, dict[Dialect, tuple[str, ...]]] = {
    "awm_fold": {
        "postgres": ('(value text) RETURNS text lower(value COLLATE "und-x-icu") COLLATE "C"',),
        "duckdb": ("(value) lower(value)",),
    },
    "awm_lower": {
        "postgres": ('(value text) RETURNS text lower(value COLLATE "und-x-icu") COLLATE "C"',),
        "duckdb": ("(value) lower(value)",),
    },
    "awm_upper": {
        "postgres": ('(value text) RETURNS text upper(value COLLATE "und-x-icu") COLLATE "C"',),
        "duckdb": ("(value) upper(value)",),
    },
    "awm_trim": {
        "postgres": (r"(value text) RETURNS text btrim(value, E' \t\n\x0b\f\r')",),
        "duckdb": ("(value) trim(value, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))",),
    },
    "awm_matches": {"duckdb": ("(value, pattern) coalesce(regexp_full_match(value, pattern), false)",)},
    "awm_contains": {
        "postgres": (
            "(value text, part text) RETURNS boolean"
            " coalesce(position(awm_fold(part) IN awm_fold(value)) > 0, false)",
        ),
        "duckdb": ("(value, part) coalesce(contains(lower(value), lower(part)), false)",),
    },
    "awm_starts_with": {
        "postgres": ("(value text, part text) RETURNS boolean coalesce(starts_with(value, part), false)",),
        "duckdb": ("(value, part) coalesce(starts_with(value, part), false)",),
    },
    "awm_ends_with": {
        "postgres": (
            "(value text, part text) RETURNS boolean coalesce(right(value, length(part)) = part, false)",
        ),
        "duckdb": ("(value, part) coalesce(ends_with(value, part), false)",),
    },
    "awm_divide": {
        "postgres": ("(a double precision, b double precision) RETURNS double precision a / b",),
        "duckdb": ("(a, b) CAST(a AS DOUBLE) / CAST(b AS DOUBLE)",),
    },
    "awm_modulo": {
        "postgres": (
            "(a bigint, b bigint) RETURNS bigint mod(mod(a, b) + b, b)",
            "(a double precision, b double precision) RETURNS double precision a - b * floor(a / b)",
        ),
        "duckdb": ("(a, b) ((a % b) + b) % b",),
    },
    "awm_floor": {
        "postgres": ("(value double precision) RETURNS bigint CAST(floor(value) AS bigint)",),
        "duckdb": ("(value) CAST(floor(value) AS BIGINT)",),
    },
    "awm_ceil": {
        "postgres": ("(value double precision) RETURNS bigint CAST(ceil(value) AS bigint)",),
        "duckdb": ("(value) CAST(ceil(value) AS BIGINT)",),
    },
    "awm_date": {
        "postgres": ("(value text) RETURNS text left(value, 10)",),
        "duckdb": ("(value) left(value, 10)",),
    },
    "awm_time": {
        "postgres": ("(value text) RETURNS text substr(value, 12)",),
        "duckdb": ("(value) substr(value, 12)",),
    },
    "awm_datetime": {
        "postgres": ("(day text, at text) RETURNS text day || 'T' || at",),
        "duckdb": ("(day, at_) day || 'T' || at_",),
    },
    "awm_year": {
        "postgres": ("(value text) RETURNS bigint CAST(substr(value, 1, 4) AS bigint)",),
        "duckdb": ("(value) CAST(substr(value, 1, 4) AS BIGINT)",),
    },
    "awm_month": {
        "postgres": ("(value text) RETURNS bigint CAST(substr(value, 6, 2) AS bigint)",),
        "duckdb": ("(value) CAST(substr(value, 6, 2) AS BIGINT)",),
    },
    "awm_day": {
        "postgres": ("(value text) RETURNS bigint CAST(substr(value, 9, 2) AS bigint)",),
        "duckdb": ("(value) CAST(substr(value, 9, 2) AS BIGINT)",),
    },
    "awm_weekday": {
        "postgres": (
            "(value text) RETURNS bigint CAST(extract(isodow FROM CAST(left(value, 10) AS date)) AS bigint)",
        ),
        "duckdb": ("(value) isodow(CAST(left(value, 10) AS DATE))",),
    },
    "awm_shift": {
        "postgres": (
            "(value text, seconds bigint) RETURNS text left(to_char(CAST(value AS timestamp)"
            """ + seconds * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS'), length(value))""",
        ),
        "duckdb": (
            "(value, seconds) left(strftime(CAST(value AS TIMESTAMP) + to_seconds(seconds), '%Y-%m-%dT%H:%M:%S'),"
            " length(value))",
        ),
    },
    "awm_elapsed": {
        "postgres": (
            "(a text, b text) RETURNS bigint"
            " CAST(extract(epoch FROM CAST(a AS timestamp) - CAST(b AS timestamp)) AS bigint)",
        ),
        "duckdb": ("(a, b) CAST(epoch(CAST(a AS TIMESTAMP)) - epoch(CAST(b AS TIMESTAMP)) AS BIGINT)",),
    },
}
"""For each engine the parameters of the function (several where it is overloaded), and its value.

Case is folded by the engine's ``lower``: it differs from the language's where a letter has more than one small form
(``ß`` is not ``ss`` there).
"""


def functions(names: Iterable[str], dialect: Dialect) -> list[str]:
    """The statements that define functions of those names, and what they call."""
    wanted: dict[str, None] = {}

    def want(name: str) -> None:
        for definition in FUNCTIONS[name][dialect]:
            for inner in re.findall(r"awm_\w+", definition):
                want(inner)
        wanted[name] = None

    for name in sorted(names):
        want(name)
    return [_definition(name, parts, dialect) for name in wanted for parts in FUNCTIONS[name][dialect]]


def _definition(name: str, parts: str, dialect: Dialect) -> str:
    if dialect == "duckdb":
        parameters, value = parts.split(") ", 1)
        return f"CREATE OR REPLACE MACRO {name}{parameters}) AS {value};"
    parameters, rest = parts.split(" RETURNS ", 1)
    result = "double precision" if rest.startswith("double precision ") else rest.split(" ", 1)[0]
    value = rest.removeprefix(f"{result} ")
    return (
        f"CREATE OR REPLACE FUNCTION {name}{parameters} RETURNS {result}"
        f" LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {value};"
    )


class Retarget:
    """Makes conditions of one dialect; ``used`` are the functions that they call. What it is given, it may change."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.used: set[str] = set()

    def condition(self, tree: Sql) -> Sql:
        """A tree that is true, false or null. Raises NotCarried."""
        match tree:
            case exp.Paren(this=inner):
                return exp.Paren(this=self.condition(inner))
            case exp.And() | exp.Or():
                return type(tree)(this=self.condition(tree.this), expression=self.condition(tree.expression))
            case exp.Not():
                return exp.Not(this=self.condition(tree.this))
            case exp.Is(expression=exp.Boolean()):
                return exp.Is(this=self.condition(tree.this), expression=tree.expression)
            case exp.NullSafeNEQ(expression=exp.Null()):
                return exp.Not(this=exp.Is(this=self.value(tree.this), expression=exp.Null()))
            case exp.EQ() | exp.NEQ() | exp.NullSafeEQ() | exp.NullSafeNEQ() if _is_truth(
                tree.this
            ) or _is_truth(tree.expression):
                return type(tree)(this=self._side(tree.this), expression=self._side(tree.expression))
            case exp.Case() if tree.args.get("this") is None and all(map(_is_truth, _values(tree))):
                return self._branches(tree, self.condition)
            case exp.Literal(this=("0" | "1") as digit):
                return exp.Boolean(this=digit == "1")
            case exp.Anonymous() if _is_truth(tree):
                return self._call(tree)
            case _ if isinstance(tree, _TRUTHS):
                return self._parts(tree)
        return exp.NEQ(this=self.value(tree), expression=number(0))

    def _side(self, tree: Sql) -> Sql:
        """A condition that is compared with another."""
        made = self.condition(tree)
        return made if isinstance(made, (exp.Paren, exp.Anonymous, exp.Boolean)) else exp.Paren(this=made)

    def value(self, tree: Sql) -> Sql:
        """A tree that is no condition; one that was is 1 or 0. Raises NotCarried."""
        if _is_truth(tree):
            return exp.Cast(this=self.condition(tree), to=exp.DataType(this=exp.DType.INT))
        if isinstance(tree, exp.Anonymous):
            return self._call(tree)
        if isinstance(tree, exp.Case) and tree.args.get("this") is None:
            return self._branches(tree, self.value)
        if not isinstance(tree, _AS_THEY_ARE):
            raise NotCarried("a query in it" if isinstance(tree, exp.Query) else type(tree).__name__)
        return self._parts(tree)

    def _branches(self, tree: exp.Case, make: Callable[[Sql], Sql]) -> Sql:
        for branch in tree.args["ifs"]:
            branch.set("this", self.condition(branch.this))
            branch.set("true", make(branch.args["true"]))
        if (default := tree.args.get("default")) is not None:
            tree.set("default", make(default))
        return tree

    def _parts(self, tree: Sql) -> Sql:
        for name, part in list(tree.args.items()):
            if isinstance(part, exp.Expr):
                tree.set(name, part if isinstance(part, (exp.Null, exp.DataType)) else self.value(part))
            elif isinstance(part, list):
                tree.set(name, [self.value(item) if isinstance(item, exp.Expr) else item for item in part])
        return tree

    def _call(self, tree: exp.Anonymous) -> Sql:
        name = _RENAMED.get(tree.name, tree.name)
        arguments = tree.expressions
        if name in _SECONDS and isinstance(arguments[0], exp.Literal) and arguments[0].this.isdigit():
            return number(int(arguments[0].this) * _SECONDS[name])
        if name == "awm_matches" and self._dialect == "postgres":
            return self._matches(arguments[0], arguments[1])
        if name == "iif":
            condition, then, otherwise = arguments
            branch = exp.If(this=self.condition(condition), true=self.value(then))
            return exp.Case(ifs=[branch], default=self.value(otherwise))
        made = [self.value(argument) for argument in arguments]
        if name == "json_array_length" and self._dialect == "postgres":
            return call(name, exp.Cast(this=made[0], to=exp.DataType(this=exp.DType.JSON)))
        if name in FUNCTIONS:
            self.used.add(name)
        elif name not in _NATIVE and name != "json_array_length":
            raise NotCarried(f"the function {name.removeprefix('awm_')}")
        return call(name, *made)

    def _matches(self, value: Sql, pattern: Sql) -> Sql:
        if not isinstance(pattern, exp.Literal):
            raise NotCarried("a pattern that is no constant")
        matches = exp.RegexpLike(
            this=self.value(value), expression=text(f"^(?:{postgres_pattern(pattern.this)})$")
        )
        return call("coalesce", matches, exp.Boolean(this=False))


def _values(tree: exp.Case) -> list[Sql]:
    default = tree.args.get("default")
    return [
        *(branch.args["true"] for branch in tree.args["ifs"]),
        *([default] if default is not None else []),
    ]


def _is_truth(tree: Sql) -> bool:
    if isinstance(tree, exp.Paren):
        return _is_truth(tree.this)
    return isinstance(tree, _TRUTHS) or (isinstance(tree, exp.Anonymous) and tree.name in _QUESTIONS)


# ---- Patterns

# What RE2 and PostgreSQL read in the same way, but for ``.`` and the classes, which are those of ASCII in RE2.
_PATTERN = re.compile(
    r"""(?P<set>\[\^?(?:[^\]\\\[]|\\[\\\]\[^/.\-tnrf]|\\[dws])+\])
      | (?P<any>\.)
      | \\(?P<kind>[dws])
      | \\(?P<other>[DWS])
      | [^\\\[\](){}*+?.|^$] | \\[\\\[\](){}*+?.|^$/\-tnrf]
      | \(\?: | \((?!\?) | [)|^$]
      | [*+?]\?? | \{(?P<least>[0-9]+)(?:,(?P<most>[0-9]*))?\}\??""",
    re.X,
)
_KINDS = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_MOST_REPEATS = 255


def postgres_pattern(pattern: str) -> str:
    """A pattern of RE2 as PostgreSQL has it. Raises NotCarried."""
    return "".join(_translated(pattern))


def _translated(pattern: str) -> Iterator[str]:
    position = 0
    while position < len(pattern):
        found = _PATTERN.match(pattern, position)
        if found is None:
            raise NotCarried(f"the pattern {pattern}")
        position = found.end()
        if found["any"]:
            yield r"[^\n]"
        elif kind := found["kind"]:
            yield f"[{_KINDS[kind]}]"
        elif other := found["other"]:
            yield f"[^{_KINDS[other.lower()]}]"
        elif found["set"]:
            yield re.sub(r"\\([dws])|(\\.)", lambda m: _KINDS[m[1]] if m[1] else m[2], found["set"])
        elif any(count and int(count) > _MOST_REPEATS for count in (found["least"], found["most"])):
            raise NotCarried(f"the pattern {pattern}")
        else:
            yield found.group()
