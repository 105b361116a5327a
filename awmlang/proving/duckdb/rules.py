"""The rules that SQLite keeps, as queries that find the rows that break them.

DuckDB has no triggers, no unique index with a condition, no cascade and no names in its messages, and its own constraints refuse
some changes that end well: a row that is updated is deleted and inserted in its indexes. So its tables have no constraints, and every
statement that writes is followed by one query, made of the rules in SQLite's schema.

A row is asked in SQLite's order: flows, null, checks, uniqueness (the index made last first), ranges; references at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import apsw
from sqlglot import exp

from awmlang.proving.duckdb.dialect import Translation, to_duckdb, trees_of
from awmlang.proving.duckdb.kinds import Kinds, NotCarried, Sql
from awmlang.runtime.schema import SETTLED, Schema

OLD = "awm_old"
"""A table with the rows of the table at hand as they were before the statement."""

NO_SUCH_ROW = "awm_no_such_row"
"""What stands for the rule that a reference leads to a row."""

Columns = Mapping[str, Mapping[str, str]]

_TRIGGER = re.compile(
    r"CREATE TRIGGER (?P<name>\"(?:[^\"]|\"\")*\"|\w+) (?P<event>BEFORE UPDATE OF|AFTER UPDATE OF|AFTER INSERT)"
    r"(?P<columns>.*?) ON (?P<table>\S+)\nWHEN (?P<when>.*?)\nBEGIN\n(?P<body>.*)\nEND",
    re.DOTALL,
)


@dataclass(frozen=True)
class Reference:
    """A column that holds keys of ``target``; ``on_delete`` as SQLite has it."""

    table: str
    column: str
    target: str
    on_delete: str  # "NO ACTION", "CASCADE", "SET NULL"


@dataclass
class _Rules:
    """The rules of one table: ``(words, query)``, the query's first column the keys of the rows that break it.

    ``flows`` and ``ranges`` are asked when one of the columns is written; ``ranges`` also of new rows.
    """

    flows: list[tuple[frozenset[str], Sql]] = field(default_factory=list)
    rows: list[Sql] = field(default_factory=list)
    unique: list[Sql] = field(default_factory=list)
    ranges: list[tuple[frozenset[str], Sql]] = field(default_factory=list)
    references: list[tuple[str, Sql]] = field(default_factory=list)


class Rules:
    """The rules of a database, read from SQLite's schema; ``references`` by the table that they lead to."""

    def __init__(self, connection: apsw.Connection, schema: Schema) -> None:
        self._schema = schema
        self.columns: dict[str, dict[str, str]] = {
            name: {**table.types, SETTLED: "int"} for name, table in schema.tables.items()
        }
        self.columns["awm_clock"] = {"now": "datetime"}
        self.columns["awm_serial"] = {"entity": "text", "next": "int"}
        self._rules = {name: _Rules() for name in schema.tables}
        self.references: dict[str, list[Reference]] = {name: [] for name in schema.tables}
        self._made: dict[tuple[str, frozenset[str] | None], str] = {}
        made: list[tuple[str, str, str, str]] = connection.execute(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
        ).fetchall()  # type: ignore[assignment]
        for type, name, on, sql in made:
            if on in self._rules:
                {"table": self._table, "index": self._index, "trigger": self._trigger}[type](name, on, sql)
        for name, table in schema.tables.items():
            self._unique(name, f"{name}.{table.key}", [table.key], None)
            self._references(connection, name)

    def query(self, table: str, columns: Iterable[str] | None) -> str | None:
        """What finds the first rule that a statement broke: its words; None if there is none to be broken.

        ``columns``: those that an UPDATE wrote; of an INSERT None, and the parameter ``awm_key`` is the new row's key.
        """
        written = None if columns is None else frozenset(columns)
        if (table, written) not in self._made:
            self._made[table, written] = self._query(table, written)
        return self._made[table, written] or None

    def keeps_old(self, table: str, columns: Iterable[str]) -> bool:
        """Whether rules on such an UPDATE read the rows as they were."""
        return any(asked & set(columns) for asked, _ in self._rules[table].flows)

    def _query(self, table: str, written: frozenset[str] | None) -> str:
        rules = self._rules[table]
        asked = [*rules.rows, *reversed(rules.unique)]
        if written is None:
            asked += [tree for columns, tree in rules.ranges]
        else:
            asked = [tree for columns, tree in rules.flows if columns & written] + asked
            asked += [tree for columns, tree in rules.ranges if columns & written]
        references = [tree for column, tree in rules.references if written is None or column in written]
        columns = {**self.columns, OLD: self.columns[table]}
        parts = []
        for stage, trees in enumerate((asked, references)):
            for place, tree in enumerate(trees):
                made = Translation(Kinds(tree, columns, {})).tree(tree)
                if written is None and isinstance(last := made.expressions[0], exp.Max):
                    last.replace(_each(last.this))  # the new row need not be the last of those that are alike
                sql = to_duckdb(made)
                parts.append(f"SELECT {stage} AS s, {place} AS n, b.k, b.w FROM ({sql}) AS b (k, w)")
        found = " UNION ALL ".join(parts)
        new = "" if written is not None else " WHERE k = $awm_key"
        return f"SELECT w FROM ({found}) AS f{new} ORDER BY s, k, n LIMIT 1" if parts else ""

    # ---- From SQLite's schema

    def _table(self, name: str, table: str, sql: str) -> None:
        (tree,) = trees_of(re.sub(r"\)[^)]*$", ")", sql))
        key = self._schema.tables[table].key
        for part in tree.this.expressions:
            if isinstance(part, exp.ColumnDef):
                for constraint in part.args.get("constraints") or []:
                    if isinstance(constraint.kind, exp.NotNullColumnConstraint):
                        words = f"{self._schema.entity_of(table)}.{part.name} must have a value"
                        null = exp.Is(this=_column(part.name), expression=exp.Null())
                        self._rules[table].rows.insert(0, _broken(table, key, words, null))
            for check in part.find_all(exp.CheckColumnConstraint):
                words = (
                    check.parent.name if isinstance(check.parent, exp.Constraint) else check.parent.this.name
                )
                wrong = exp.Not(this=exp.Paren(this=check.this.copy()))
                self._rules[table].rows.append(_broken(table, key, words, wrong))

    def _index(self, name: str, table: str, sql: str) -> None:
        (tree,) = trees_of(sql)
        if tree.args.get("unique"):
            parameters = tree.this.args["params"]
            columns = [each.this.name for each in parameters.args["columns"]]
            where = parameters.args.get("where")
            self._unique(table, name, columns, where.this if where is not None else None)

    def _unique(self, table: str, name: str, columns: Sequence[str], where: Sql | None) -> None:
        terms = [exp.Not(this=exp.Is(this=_column(each), expression=exp.Null())) for each in columns]
        held = exp.and_(*terms, *([where.copy()] if where is not None else []))
        query = exp.Select(
            expressions=[exp.Max(this=_column(self._schema.tables[table].key)), exp.Literal.string(name)],
            from_=exp.From(this=_named(table)),
            where=exp.Where(this=held),
            group=exp.Group(expressions=[_column(each) for each in columns]),
            having=exp.Having(this=exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))),
        )
        self._rules[table].unique.insert(
            0 if name == f"{table}.{columns[0]}" else len(self._rules[table].unique), query
        )

    def _trigger(self, name: str, table: str, sql: str) -> None:
        found = _TRIGGER.match(sql)
        if found is None:
            raise NotCarried(f"the trigger {name}")
        key = self._schema.tables[table].key
        columns = frozenset(each.strip().strip('"') for each in found["columns"].split(","))
        (when,) = trees_of(f"SELECT 1 WHERE {found['when']}")
        for body in trees_of(found["body"]):
            condition = exp.and_(when.args["where"].this.copy(), body.args["where"].this.copy())
            words = body.expressions[0].expressions[1].copy()
            if found["event"] == "BEFORE UPDATE OF":
                for inner in condition.find_all(exp.Table):
                    if inner.name == table:
                        inner.replace(_named(OLD, inner.alias or table))
                self._rules[table].flows.append((columns, _moved(table, key, words, condition)))
            elif found["event"] == "AFTER UPDATE OF":
                query = exp.Select(
                    expressions=[_column(key, "NEW"), words],
                    from_=exp.From(this=_named(table, "NEW")),
                    where=exp.Where(this=condition),
                )
                self._rules[table].ranges.append((columns, query))

    def _references(self, connection: apsw.Connection, table: str) -> None:
        rows = connection.execute(
            'SELECT "from", "table", on_delete FROM pragma_foreign_key_list(?)', (table,)
        )
        for column, target, on_delete in rows.fetchall():
            name, other = str(column), str(target)
            self.references[other].append(Reference(table, name, other, str(on_delete)))
            there = exp.Select(
                expressions=[exp.Literal.number(1)],
                from_=exp.From(this=_named(other, "awm_target")),
                where=exp.Where(
                    this=exp.EQ(
                        this=_column(self._schema.tables[other].key, "awm_target"),
                        expression=_column(name, "awm_row"),
                    )
                ),
            )
            lost = exp.and_(
                exp.Not(this=exp.Is(this=_column(name, "awm_row"), expression=exp.Null())),
                exp.Not(this=exp.Exists(this=there)),
            )
            query = exp.Select(
                expressions=[
                    _column(self._schema.tables[table].key, "awm_row"),
                    exp.Literal.string(NO_SUCH_ROW),
                ],
                from_=exp.From(this=_named(table, "awm_row")),
                where=exp.Where(this=lost),
            )
            self._rules[table].references.append((name, query))


def _each(column: Sql) -> Sql:
    """A row for each value in a group."""
    values = exp.Anonymous(this="list", expressions=[column.copy()])
    return exp.Anonymous(this="unnest", expressions=[values])


def _broken(table: str, key: str, words: str, condition: Sql) -> Sql:
    return exp.Select(
        expressions=[_column(key), exp.Literal.string(words)],
        from_=exp.From(this=_named(table)),
        where=exp.Where(this=condition),
    )


def _moved(table: str, key: str, words: Sql, condition: Sql) -> Sql:
    """The rows that an UPDATE changed in a way that a flow does not allow."""
    same = exp.EQ(this=_column(key, "OLD"), expression=_column(key, "NEW"))
    return exp.Select(
        expressions=[_column(key, "NEW"), words],
        from_=exp.From(this=_named(table, "NEW")),
        joins=[exp.Join(this=_named(OLD, "OLD"), on=same)],
        where=exp.Where(this=condition),
    )


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.Column(
        this=exp.to_identifier(name, quoted=True), table=table and exp.to_identifier(table, quoted=True)
    )


def _named(table: str, alias: str | None = None) -> exp.Table:
    return exp.Table(
        this=exp.to_identifier(table, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)) if alias else None,
    )
