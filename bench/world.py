"""The clinic, compiled for this run, and larger copies of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import apsw

from awmlang import bundle
from awmlang.cli.specs import build
from awmlang.runtime.database import CACHED_STATEMENTS
from awmlang.runtime.environment import Environment
from awmlang.runtime.sql_functions import register

SPEC = Path(__file__).parent.parent / "specs" / "clinic.awm"


@cache
def clinic_files() -> Mapping[str, bytes]:
    """The files of the clinic's bundle."""
    compiled = build(str(SPEC)).compiled
    if compiled is None:
        raise SystemExit(f"{SPEC} does not compile: see awmc check")
    return compiled.files


@cache
def clinic() -> Environment:
    return Environment(dict(clinic_files()))


def clinic_of(rows: int) -> Environment:
    """The clinic with more drugs, so that all its tables together hold that many rows."""
    connection = open_image(clinic_files()[bundle.SEED])
    held = count_rows(connection)
    connection.execute(
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
        " INSERT INTO drug (name, ingredient, unit_price) SELECT 'Drug no. ' || i, 'ingredient', i % 500 + 1 FROM n",
        (rows - held,),
    )
    connection.execute("VACUUM")
    return Environment({**clinic_files(), bundle.SEED: connection.serialize("main")})


def count_rows(connection: apsw.Connection) -> int:
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'awm_*'"
    names = [name for (name,) in connection.execute(tables)]
    return sum(sum(1 for _ in connection.execute(f'SELECT 1 FROM "{name}"')) for name in names)


def open_image(image: bytes) -> apsw.Connection:
    """A connection of one's own to a copy of a seed image, with the functions that its triggers call."""
    connection = apsw.Connection(":memory:", statementcachesize=CACHED_STATEMENTS)
    connection.deserialize("main", image)
    register(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # as the runtime does: without it is far slower
    return connection
