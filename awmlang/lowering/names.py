"""What the names of a spec are called in SQL and in Python, and how SQL trees become text."""

from __future__ import annotations

import keyword
import re
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite

from awmlang.lowering.layout import laid_out
from awmlang.lowering.source import WIDTH
from awmlang.runtime import program
from awmlang.semantics.model import Entity, Field

# The words that SQLite takes for no name.
SQL_RESERVED = frozenset(
    [
        "add",
        "all",
        "alter",
        "and",
        "as",
        "autoincrement",
        "between",
        "case",
        "cast",
        "check",
        "collate",
        "commit",
        "constraint",
        "create",
        "current_date",
        "current_time",
        "current_timestamp",
        "default",
        "deferrable",
        "delete",
        "distinct",
        "drop",
        "else",
        "escape",
        "except",
        "exists",
        "foreign",
        "from",
        "group",
        "having",
        "if",
        "in",
        "index",
        "insert",
        "intersect",
        "into",
        "is",
        "isnull",
        "join",
        "limit",
        "not",
        "nothing",
        "notnull",
        "null",
        "on",
        "or",
        "order",
        "primary",
        "raise",
        "references",
        "returning",
        "select",
        "set",
        "table",
        "then",
        "to",
        "transaction",
        "union",
        "unique",
        "update",
        "using",
        "values",
        "when",
        "where",
    ]
)

# What generated Python uses itself. A name of the spec that is here has `_` behind it.
PYTHON_TAKEN = frozenset(
    {*keyword.kwlist, *program.__all__, "db", "fn", "writes", "invariants"}
    | {"abs", "all", "any", "float", "len", "list", "max", "min", "sum", "zip"}
)

_PLAIN = SQLite().generator(normalize_functions=False)
SQL_WIDTH = 90  # characters of a line of SQL


# ---- SQL


@lru_cache(maxsize=1024)
def snake(name: str) -> str:
    """``OrderLine`` to ``order_line``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def table_name(entity: str) -> str:
    """The table of an entity, by the entity's name."""
    name = snake(entity)
    return f"{name}_" if name.startswith(("sqlite_", "awm_")) else name


def table_of(entity: Entity, schema: str | None = None) -> exp.Table:
    """The entity's table, in the attached database ``schema`` if one is named."""
    table = exp.Table(this=identifier(table_name(entity.name)))
    if schema is not None:
        table.set("db", identifier(schema))
    return table


def identifier(name: str) -> exp.Identifier:
    """A name, in quotes where SQLite would take it for a word of its own, or not for a name at all."""
    return exp.Identifier(this=name, quoted=_needs_quotes(name))


@lru_cache(maxsize=4096)
def _needs_quotes(name: str) -> bool:
    return name.lower() in SQL_RESERVED or not name.isidentifier()


def column(field: Field, table: str | None = None) -> exp.Column:
    """The column of a field, of the table or alias ``table`` if one is named."""
    made = exp.Column(this=identifier(field.name))
    if table is not None:
        made.set("table", identifier(table))
    return made


def to_sql(tree: exp.Expr) -> str:
    """The SQLite text of a tree, on one line."""
    return _PLAIN.generate(tree, copy=False)


def layout_sql(tree: exp.Expr, taken: int = 0) -> str:
    """The SQLite text of a tree, on several lines where it is long; ``taken``: characters before it on its line."""
    return laid_out(to_sql(tree), SQL_WIDTH, min(SQL_WIDTH, WIDTH - taken))


# ---- Python


@lru_cache(maxsize=1024)
def python_name(name: str) -> str:
    """The name of a parameter, local, function or tool. Names all in capitals are those of constants."""
    return f"{name}_" if name in PYTHON_TAKEN or name.endswith("_") or name.isupper() else name


def constant_name(*parts: str) -> str:
    """``ADD_TO_CART_LINE``: the name of a named statement, or of an entity."""
    return "_".join(snake(part).strip("_") for part in parts).upper()
