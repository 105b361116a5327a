"""``awmc sql``: the tables and rows of a spec for another database."""

from __future__ import annotations

from pathlib import Path

import click

from awmlang.cli.output import Failure, print_diagnostics
from awmlang.cli.specs import build, world_options


@click.command()
@click.argument("spec")
@click.option("--dialect", type=click.Choice(("duckdb", "postgres")), required=True, help="The database.")
@click.option("--no-rows", is_flag=True, help="Tables only.")
@world_options
def sql(spec: str, dialect: str, no_rows: bool, seed: int, data: Path | None) -> None:
    """Print the tables and rows of a spec as a script for DuckDB or PostgreSQL.

    awmc sql shop.awm --dialect postgres | psql shop

    The script is one transaction. What the database cannot be told is listed at its top.
    """
    from awmlang.diagnostics import summary
    from awmlang.lowering.dialects import BadRow, script

    built = build(spec, seed=seed, data=data)
    print_diagnostics(built.diagnostics, {built.source.file: built.source}, stderr=True)
    if built.compiled is None or built.model is None:
        raise Failure(f"{spec} does not compile: {summary(built.diagnostics)}")
    try:
        made = script(built.model, built.compiled.files["seed.db"], dialect, rows=not no_rows)  # type: ignore[arg-type]
    except BadRow as error:
        raise Failure(str(error), f"{dialect} holds no such text") from None
    click.echo(made, nl=False)
