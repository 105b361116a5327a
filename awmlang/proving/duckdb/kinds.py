"""What a tree of SQLite's SQL gives: DuckDB wants to know before it runs what SQLite finds out as it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from awmlang.proving.duckdb.functions import RESULTS

Sql = exp.Expr

TRUTHS = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ),
    *(exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Boolean, exp.Exists),
)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_AS_INSIDE = (exp.Paren, exp.Neg, exp.Abs, exp.Max, exp.Min, exp.Sum, exp.Alias, exp.Filter, exp.Distinct)
_CHOICES = (exp.Coalesce, exp.Greatest, exp.Least)
_NUMBERS = (exp.Count, exp.Length, exp.RowNumber)
_CAST = {"INT": "BIGINT", "BIGINT": "BIGINT", "FLOAT": "DOUBLE", "DOUBLE": "DOUBLE", "TEXT": "VARCHAR"}
_COLUMNS = {"int": "BIGINT", "money": "BIGINT", "bool": "BIGINT", "float": "DOUBLE"}


class NotCarried(Exception):
    """DuckDB has no counterpart, or none that is made here; the message says of what."""


def of_column(type: str) -> str:
    """What DuckDB calls a column's type, given the manifest's name for it."""
    return _COLUMNS.get(type, "VARCHAR")


def of_value(value: object) -> str | None:
    """What a parameter's value is; None of null."""
    match value:
        case bool() | int():
            return "BIGINT"
        case float():
            return "DOUBLE"
        case str():
            return "VARCHAR"
        case list() | dict():
            return "VARCHAR"  # JSON text
    return None


def each_of(tree: Sql) -> exp.Anonymous | None:
    """The call of ``json_each`` that a table is."""
    if isinstance(tree, exp.Table) and isinstance(tree.this, exp.Anonymous) and tree.this.name == "json_each":
        return tree.this
    return None


class Kinds:
    """The kinds in one statement, given the columns of the tables and the values of the parameters."""

    def __init__(
        self, tree: Sql, tables: Mapping[str, Mapping[str, str]], parameters: Mapping[str, Any]
    ) -> None:
        self._tables = tables
        self.parameters = parameters
        self._sources: dict[str, Sql] = {}
        self._nameless: list[Sql] = []
        for source in tree.find_all(exp.Table, exp.Subquery):
            if each_of(source) is not None and not source.alias:
                self._nameless.append(source)
            elif isinstance(source, exp.Table) or source.alias:
                self._sources[source.alias_or_name] = source
        target = tree.this if isinstance(tree, (exp.Update, exp.Delete)) else None
        self.renamed = frozenset(self._sources) - {target.name if target is not None else ""}
        """The names of tables in the statement, but for the one that it writes."""

    def __call__(self, tree: Sql | None) -> str | None:
        match tree:
            case None | exp.Null():
                return None
            case exp.Literal():
                return "VARCHAR" if tree.is_string else "BIGINT" if tree.is_int else "DOUBLE"
            case exp.Placeholder():
                return of_value(self.parameters.get(tree.name))
            case exp.Column():
                return self._column(tree)
            case exp.Case():
                return self._first(
                    [*(branch.args["true"] for branch in tree.args["ifs"]), tree.args.get("default")]
                )
            case exp.If():
                return self._first([tree.args["true"], tree.args.get("false")])
            case exp.Cast():
                return _CAST.get(tree.to.this.name)
            case exp.Subquery() | exp.Select():
                select = tree.this if isinstance(tree, exp.Subquery) else tree
                return self(select.expressions[0])
            case exp.JSONExtractScalar():
                return self._member(tree)
            case exp.Anonymous():
                return self._call(tree)
        if isinstance(tree, TRUTHS):
            return "BOOLEAN"
        if isinstance(tree, _AS_INSIDE):
            return self(tree.this)
        if isinstance(tree, _CHOICES):
            return self._first([tree.this, *tree.expressions])
        if isinstance(tree, _ARITHMETIC):
            return self._number([tree.this, tree.expression])
        return "BIGINT" if isinstance(tree, (*_NUMBERS, exp.Window)) else "VARCHAR"

    def _first(self, trees: Iterable[Sql | None]) -> str | None:
        kinds = [kind for kind in map(self, trees) if kind is not None]
        mixed = "BOOLEAN" in kinds and set(kinds) != {"BOOLEAN"}
        return "BIGINT" if mixed else kinds[0] if kinds else None

    def _number(self, trees: Iterable[Sql]) -> str:
        return "DOUBLE" if "DOUBLE" in map(self, trees) else "BIGINT"

    def _call(self, tree: exp.Anonymous) -> str | None:
        name = tree.name.removeprefix("awm_")
        if name == tree.name:
            return "BIGINT" if name == "json_array_length" else "VARCHAR"
        if name in RESULTS:
            return RESULTS[name]
        if name == "at":
            return self.items(tree.expressions[0])
        return self._number(tree.expressions) if name == "modulo" else self(tree.expressions[-1])

    # ---- Columns

    def _column(self, tree: exp.Column) -> str | None:
        if tree.table:
            return self._of_source(self._sources.get(tree.table), tree.name)
        for sources in _scopes(tree):
            found = {self._of_source(source, tree.name) for source in sources} - {None}
            if found:
                return found.pop()
        return None

    def _of_source(self, source: Sql | None, name: str) -> str | None:
        if source is None:
            return None
        if (call := each_of(source)) is not None:
            return "BIGINT" if name == "key" else self.items(call.expressions[0]) if name == "value" else None
        if isinstance(source, exp.Subquery):
            chosen = [each for each in source.this.expressions if each.alias_or_name == name]
            return self(chosen[0]) if chosen else None
        type = self._tables.get(source.name, {}).get(name)
        return None if type is None else of_column(type)

    def each(self, column: exp.Column) -> Sql | None:
        """The ``json_each`` that a column ``value`` or ``key`` is of."""
        if column.table:
            source = self._sources.get(column.table)
            return source if source is not None and each_of(source) is not None else None
        return self._nameless[0] if column.name in ("value", "key") and self._nameless else None

    # ---- Lists

    def items(self, tree: Sql) -> str | None:
        """What the items of a list are."""
        match tree:
            case exp.Placeholder():
                items = self.parameters.get(tree.name) or []
                return next((of_value(item) for item in items if item is not None), None)
            case exp.Column():
                return self._list_column(tree)
            case exp.Subquery() | exp.Select():
                select = tree.this if isinstance(tree, exp.Subquery) else tree
                return self.items(select.expressions[0])
            case exp.JSONArrayAgg():
                return self(tree.this.this if isinstance(tree.this, exp.Order) else tree.this)
            case exp.Paren() | exp.Alias() | exp.Filter():
                return self.items(tree.this)
            case exp.Coalesce():
                return self.items(tree.this) or self.items(tree.expressions[0])
            case exp.Anonymous(this="json_array"):
                return self._first(tree.expressions)
            case exp.Anonymous(this="awm_range"):
                return "BIGINT"
            case exp.Anonymous(this="awm_split"):
                return "VARCHAR"
            case exp.Anonymous(this="awm_distinct" | "awm_sorted" | "json"):
                return self.items(tree.expressions[0])
            case exp.Anonymous(this="awm_flat"):
                gathered = tree.expressions[0].find(exp.JSONArrayAgg)
                if gathered is not None:
                    return self.items(
                        gathered.this.this if isinstance(gathered.this, exp.Order) else gathered.this
                    )
        raise NotCarried(f"the items of {tree.sql('sqlite')}")

    def _list_column(self, tree: exp.Column) -> str | None:
        named = [self._sources[tree.table]] if tree.table in self._sources else []
        for source in named or (source for sources in _scopes(tree) for source in sources):
            if isinstance(source, exp.Table):
                type = self._tables.get(source.name, {}).get(tree.name, "")
                if type.startswith("["):
                    return of_column(type.strip("[]"))
            elif isinstance(source, exp.Subquery):
                chosen = [each for each in source.this.expressions if each.alias_or_name == tree.name]
                if chosen:
                    return self.items(chosen[0])
        raise NotCarried(f"the items of {tree.sql('sqlite')}")

    # ---- Records

    def _member(self, tree: exp.JSONExtractScalar) -> str | None:
        key = tree.expression.expressions[-1].this
        if isinstance(tree.this, exp.Placeholder):
            record = self.parameters.get(tree.this.name) or {}
            return of_value(record.get(key))
        for record in self._records(tree.this):
            if record.get(key) is not None:
                return of_value(record[key])
        return None

    def _records(self, tree: Sql) -> list[dict[str, Any]]:
        return self.parameters.get(self.list_of(tree)) or []

    def list_of(self, tree: Sql) -> str:
        """The parameter whose items the column ``value`` of a ``json_each`` is."""
        source = self.each(tree) if isinstance(tree, exp.Column) else None
        call = each_of(source) if source is not None else None
        if call is None or not isinstance(call.expressions[0], exp.Placeholder):
            raise NotCarried(f"a member of {tree.sql('sqlite')}")
        return call.expressions[0].name


def _scopes(tree: Sql) -> Iterator[list[Sql]]:
    """The tables that a name without one may be of: those of the query around it, of the query around that, and so on."""
    query = tree.find_ancestor(exp.Select, exp.Update, exp.Delete)
    while query is not None:
        joined = query.args.get("from_")
        sources = [joined.this] if joined is not None else []
        sources += [join.this for join in query.args.get("joins") or []]
        yield sources if isinstance(query, exp.Select) else [query.this, *sources]
        query = query.find_ancestor(exp.Select, exp.Update, exp.Delete)
