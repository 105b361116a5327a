"""A statement of SQLite's, as compiled tools have it, in the SQL of DuckDB.

The text is parsed and its tree made anew, so that what is compared is what SQLite runs. Most of the tree stays as it is; sqlglot
knows how the two order nulls, divide and choose the greater. What is made here otherwise:

- **JSON** is text, put together with ``||``: DuckDB's own ``json_object`` writes money's ``12.50`` as 12.5.
- **Lists** come as lists of DuckDB's where they are parameters, so that their items have types; ``json_each`` becomes ``unnest``.
- **Members of a record** (``:item ->> 'quantity'``) become parameters of their own, for the same reason.
- **Functions** of the language that give what they are given are there once for each type, and called by the right one.
- **Fractions** are doubles (``100.0`` is a decimal in DuckDB), parameters that are integers have 64 bits, and so have sums, of which
  DuckDB makes 128: what overflows in SQLite is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, parse
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from awmlang.proving.duckdb.functions import RESULTS, variant
from awmlang.proving.duckdb.kinds import Kinds, NotCarried, Sql, each_of
from awmlang.runtime.functions import json_text

_SQLITE = Dialect.get_or_raise("sqlite")
_PREFIX = "p_"  # of parameters: some of their names are words of SQL


@dataclass(frozen=True)
class Binding:
    """What a parameter of DuckDB's is made of: a parameter, or the member ``key`` of it; ``items``: as a list, or of each item."""

    parameter: str
    key: str | None = None
    items: bool = False

    @property
    def name(self) -> str:
        return "__".join(
            [self.parameter, *(["items"] if self.items else []), *([self.key] if self.key else [])]
        )

    def value(self, parameters: Mapping[str, Any]) -> Any:
        held = parameters[self.parameter]
        if self.key is None:
            return json_text(held) if isinstance(held, (list, dict)) and not self.items else held
        if self.items:
            return [item.get(self.key) for item in held or []]
        return None if held is None else held.get(self.key)


@dataclass(frozen=True)
class Statement:
    """``columns``: of an INSERT or UPDATE, those that it writes."""

    sql: str
    bindings: tuple[Binding, ...]
    kind: str  # select, insert, update, delete
    table: str = ""
    columns: tuple[str, ...] = ()

    def bound(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {binding.name: binding.value(parameters) for binding in self.bindings}


def trees_of(sql: str) -> list[Sql]:
    """The statements of a text of SQLite's; parameters are called ``p_<name>``. Raises NotCarried."""
    for token, following in reversed([*zip(tokens := _SQLITE.tokenize(sql), tokens[1:], strict=False)]):
        if token.token_type == TokenType.COLON:
            sql = sql[: following.start] + _PREFIX + sql[following.start :]
    try:
        return [tree for tree in parse(sql, read="sqlite") if tree is not None]
    except (SqlglotError, TypeError) as error:  # some it reads as a JSON path without a path
        raise NotCarried(f"SQL that sqlglot does not read: {error}") from None


def statement(
    sql: str,
    tables: Mapping[str, Mapping[str, str]],
    parameters: Mapping[str, Any],
    generated: frozenset[str],
) -> Statement:
    """A statement for the types that ``parameters`` have.

    ``tables``: of each its columns and their types, as the manifest has them; ``generated``: those whose ``id`` an INSERT leaves out;
    it gets it as the parameter ``awm_id``. Raises NotCarried.
    """
    (tree,) = trees_of(sql)
    named = {f"{_PREFIX}{name}": value for name, value in parameters.items()}
    made = Translation(Kinds(tree, tables, named))
    result = made.tree(tree)
    kind, table, columns = type(tree).__name__.lower(), "", []
    if isinstance(tree, exp.Insert):
        table, columns = tree.this.this.name, [column.name for column in tree.this.expressions]
        if table in generated and "id" not in columns:
            result.this.expressions.insert(0, exp.to_identifier("id", quoted=True))
            result.expression.expressions[0].expressions.insert(
                0, made.parameter(Binding(f"{_PREFIX}awm_id"))
            )
    elif isinstance(tree, (exp.Update, exp.Delete)):
        table, columns = tree.this.name, [each.this.name for each in tree.expressions]
    bindings = tuple(made.bindings.values())
    return Statement(to_duckdb(result), bindings, kind, table, tuple(columns))


def to_duckdb(tree: Sql) -> str:
    generator = Dialect.get_or_raise("duckdb").generator(identify=True, normalize_functions=False)
    return generator.generate(tree)


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters by the names that trees have for them."""
    return {f"{_PREFIX}{name}": value for name, value in parameters.items()}


class Translation:
    """Makes trees of DuckDB's of one statement; ``bindings`` are the parameters that they have. What it is given stays as it is."""

    def __init__(self, kinds: Kinds) -> None:
        self._kind = kinds
        self.bindings: dict[str, Binding] = {}

    def parameter(self, binding: Binding) -> Sql:
        self.bindings[binding.name] = binding
        return exp.Placeholder(this=binding.name)

    def tree(self, tree: Sql) -> Sql:
        if each_of(tree) is not None:
            return self._each(tree)
        match tree:
            case exp.Literal() if not tree.is_string and not tree.is_int:
                return _cast(tree.copy(), "DOUBLE")
            case exp.Column(table=name) if name in self._kind.renamed:
                return exp.Column(this=tree.this.copy(), table=_source(name))
            case exp.Table() if tree.alias_or_name in self._kind.renamed:
                return exp.Table(
                    this=tree.this.copy(), alias=exp.TableAlias(this=_source(tree.alias_or_name))
                )
            case exp.TableAlias() if tree.name in self._kind.renamed:
                return exp.TableAlias(this=_source(tree.name))
            case exp.Group() if _last(tree.parent) is None:
                return exp.Group(
                    expressions=[self.tree(each) for each in [*tree.expressions, *_bare(tree.parent)]]
                )
            case exp.Select() if (last := _last(tree)) is not None:
                return self._of_last(tree, last)
            case exp.Placeholder():
                made = self.parameter(Binding(tree.name))
                return _cast(made, "BIGINT") if self._kind(tree) == "BIGINT" else made
            case exp.JSONExtractScalar():
                return self._member(tree)
            case exp.JSONObject():
                return self._object([(pair.this, pair.expression) for pair in tree.expressions])
            case exp.JSONArrayAgg() | exp.JSONObjectAgg():
                return self._gathered(tree, None)
            case exp.Filter(this=exp.JSONArrayAgg() | exp.JSONObjectAgg()):
                return self._gathered(tree.this, tree.expression)
            case exp.Filter(this=exp.Sum()) | exp.Sum() if self._kind(tree) in ("BIGINT", "BOOLEAN"):
                return _cast(self._parts(tree), "BIGINT")
            case exp.Sum() if self._kind(tree) == "DOUBLE":
                return _call("fsum", self.tree(tree.this))
            case exp.Offset():
                places = [exp.Literal.number(0), self.tree(tree.expression)]
                return exp.Offset(expression=_call("greatest", *places))
            case exp.Date():
                return _call("left", self.tree(tree.this), exp.Literal.number(10))
            case exp.Div() if self._kind(tree) == "DOUBLE":
                return exp.Div(this=self.tree(tree.this), expression=self.tree(tree.expression), typed=False)
            case exp.Is(expression=exp.Boolean()) if self._kind(tree.this) != "BOOLEAN":
                return exp.Is(this=_cast(self.tree(tree.this), "BOOLEAN"), expression=tree.expression.copy())
            case exp.Anonymous():
                return self._call(tree)
        return self._parts(tree)

    def _parts(self, tree: Sql) -> Sql:
        parts: dict[str, Any] = {}
        for name, part in tree.args.items():
            if isinstance(part, exp.Limit) and isinstance(part.expression, exp.Neg):
                continue  # -1 is no limit
            if isinstance(part, exp.Expr):
                parts[name] = self.tree(part)
            elif isinstance(part, list):
                parts[name] = [self.tree(item) if isinstance(item, exp.Expr) else item for item in part]
            else:
                parts[name] = part
        return type(tree)(**parts)

    def _of_last(self, tree: exp.Select, last: exp.Max) -> Sql:
        """A grouped query whose columns beside ``max(n)`` are those of the row that has it, as in SQLite."""
        bare, made = _bare(tree), self._parts(tree)
        columns = [
            exp.alias_(
                _call("arg_max_null", self.tree(each), self.tree(last.this)), each.alias_or_name, quoted=True
            )
            if each in bare
            else self.tree(each)
            for each in tree.expressions
        ]
        made.set("expressions", columns)
        return made

    # ---- Functions

    def _call(self, tree: exp.Anonymous) -> Sql:
        name, arguments = tree.name, tree.expressions
        if name == "json":
            return self.tree(arguments[0])
        if name == "json_array":
            return _joined([_text("["), *_between([self.json(each) for each in arguments]), _text("]")])
        if name == "TIME":
            return _call("substr", self.tree(arguments[0]), exp.Literal.number(12))
        made = [self.tree(argument) for argument in arguments]
        plain = name.removeprefix("awm_")
        if plain == name and name not in ("printf", "json_array_length", "awm"):
            raise NotCarried(f"the function {name}")
        if plain != name and plain not in RESULTS:
            kind = self._kind(tree)
            return _call(variant(name, "BIGINT" if kind in (None, "BOOLEAN") else kind), *made)
        return _call(name, *made)

    # ---- JSON

    def json(self, tree: Sql) -> Sql:
        """The JSON text of a value; ``null`` of a null."""
        made = self.tree(tree)
        if not _is_json(tree):
            if self._kind(tree) == "BOOLEAN":
                made = _cast(made, "BIGINT")
            made = _cast(_call("to_json", made), "TEXT")
        return _call("coalesce", made, _text("null"))

    def _object(self, pairs: list[tuple[Sql, Sql]]) -> Sql:
        parts: list[Sql] = []
        for key, value in pairs:
            parts.append(_joined([self._key(key), _text(":"), self.json(value)]))
        return _joined([_text("{"), *_between(parts), _text("}")])

    def _key(self, tree: Sql) -> Sql:
        return (
            _text(json_text(tree.this))
            if isinstance(tree, exp.Literal)
            else _cast(_call("to_json", _cast(self.tree(tree), "TEXT")), "TEXT")
        )

    def _gathered(self, tree: Sql, condition: Sql | None) -> Sql:
        """The items of ``json_group_array`` or ``json_group_object``, in their order."""
        *key, last = [tree.this] if isinstance(tree, exp.JSONArrayAgg) else tree.expressions
        order = last.expressions if isinstance(last, exp.Order) else []
        item = self.json(last.this if order else last)
        if key:
            item = _joined([self._key(key[0]), _text(":"), item])
        comma: Sql = _text(",")
        if order:
            comma = exp.Order(this=comma, expressions=[self.tree(each) for each in order])
        made: Sql = _call("string_agg", item, comma)
        if condition is not None:
            made = exp.Filter(this=made, expression=self.tree(condition))
        opening, closing = ("{", "}") if key else ("[", "]")
        return _joined([_text(opening), _call("coalesce", made, _text("")), _text(closing)])

    # ---- Lists and records

    def _each(self, table: Sql) -> Sql:
        """``json_each(list) AS item`` as a query whose columns are ``key``, ``value``, and members of the values that are records."""
        call = each_of(table)
        assert call is not None
        argument = call.expressions[0]
        items: Sql
        if isinstance(argument, exp.Placeholder):
            if isinstance(self._kind.parameters.get(argument.name), dict):
                raise NotCarried(f"the items of the map {argument.name}")
            items = self.parameter(Binding(argument.name, items=True))
        else:
            kind = self._kind.items(argument)
            items = _call("from_json", self.tree(argument), _text(json_text([kind or "BIGINT"])))
        place = exp.Sub(
            this=_call("generate_subscripts", items.copy(), exp.Literal.number(1)),
            expression=exp.Literal.number(1),
        )
        columns: list[Sql] = [exp.alias_(_call("unnest", items), "value"), exp.alias_(place, "key")]
        for key in sorted(self._members_of(table)):
            assert isinstance(argument, exp.Placeholder)
            member = self.parameter(Binding(argument.name, key, items=True))
            columns.append(exp.alias_(_call("unnest", member), f"value__{key}", quoted=True))
        alias = exp.TableAlias(this=_source(table.alias or "json_each"))
        return exp.Subquery(this=exp.Select(expressions=columns), alias=alias)

    def _members_of(self, table: Sql) -> set[str]:
        return {
            tree.expression.expressions[-1].this
            for tree in table.root().find_all(exp.JSONExtractScalar)
            if isinstance(tree.this, exp.Column) and self._kind.each(tree.this) is table
        }

    def _member(self, tree: exp.JSONExtractScalar) -> Sql:
        key = tree.expression.expressions[-1].this
        if isinstance(tree.this, exp.Placeholder):
            made = self.parameter(Binding(tree.this.name, key))
            return _cast(made, "BIGINT") if self._kind(tree) == "BIGINT" else made
        self._kind.list_of(tree.this)  # it is a parameter's
        table = _source(tree.this.table) if tree.this.table else None
        return exp.Column(this=exp.to_identifier(f"value__{key}", quoted=True), table=table)


def _source(name: str) -> exp.Identifier:
    """What a table is called: not as a column is, of which DuckDB would read a member."""
    return exp.to_identifier(f"t_{name}", quoted=True)


def _last(select: Sql | None) -> exp.Max | None:
    """The ``max(n)`` that is a column of a grouped query."""
    if not isinstance(select, exp.Select) or select.args.get("group") is None:
        return None
    return next(
        (
            each.this
            for each in select.expressions
            if isinstance(each, exp.Alias) and isinstance(each.this, exp.Max)
        ),
        None,
    )


def _bare(select: Sql | None) -> list[Sql]:
    """The columns beside the aggregates of a grouped query: they depend on those that it is grouped by."""
    assert isinstance(select, exp.Select)
    sources = [select.args["from_"].this, *(join.this for join in select.args.get("joins") or [])]
    names = {source.alias_or_name for source in sources}
    held = select.args["group"].expressions
    found: list[Sql] = []
    for part in [*select.expressions, select.args.get("having"), select.args.get("order")]:
        for tree in part.walk(prune=lambda each: each in held or _gathers(each)) if part is not None else ():
            if not isinstance(tree, exp.Column):
                continue
            own = tree.table in names if tree.table else tree.find_ancestor(exp.Select) is select
            if own and tree not in held and tree not in found:
                found.append(tree)
    return found


def _gathers(tree: Sql) -> bool:
    return isinstance(tree, (exp.AggFunc, exp.Filter))


def _is_json(tree: Sql) -> bool:
    """Whether SQLite takes a value for JSON as it is, and not for a text."""
    match tree:
        case exp.JSONObject() | exp.JSONArrayAgg() | exp.JSONObjectAgg():
            return True
        case exp.Anonymous():
            return tree.name in ("json", "json_array")
        case exp.Paren() | exp.Filter():
            return _is_json(tree.this)
        case exp.Case():
            return any(_is_json(branch.args["true"]) for branch in tree.args["ifs"])
        case exp.If():
            return _is_json(tree.args["true"]) or _is_json(tree.args["false"])
        case exp.Coalesce():
            return _is_json(tree.this)
    return False


def _text(value: str) -> Sql:
    return exp.Literal.string(value)


def _call(name: str, *arguments: Sql) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _cast(tree: Sql, kind: str) -> Sql:
    return exp.Cast(this=tree, to=exp.DataType(this=exp.DType[kind]))


def _between(parts: list[Sql]) -> list[Sql]:
    """The parts with commas between them."""
    return [each for part in parts for each in (_text(","), part)][1:]


def _joined(parts: list[Sql]) -> Sql:
    """The parts as one text; none of them is null."""
    return _call("concat", *parts)
