"""``python -m awmlang.proving.duckdb BUNDLE... --calls N``: compares the engines, prints a table and what differs."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.table import Table

from awmlang.proving.duckdb.carried import not_carried, statements
from awmlang.proving.duckdb.compare import Comparison
from awmlang.runtime import Environment


@click.command()
@click.argument("bundles", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False))
@click.option(
    "--calls", type=click.IntRange(min=0), default=500, show_default=True, help="Random calls a bundle."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the calls.")
def main(bundles: tuple[str, ...], calls: int, seed: int) -> None:
    """Make the same calls on SQLite and on DuckDB: the solutions of all tasks, then random ones.

    Exit code 1 if anything differs or is not carried.
    """
    table = Table(
        "spec",
        "tools carried",
        "called",
        "statements carried",
        "run",
        "calls compared",
        "succeeded",
        "agreeing",
    )
    details: list[str] = []
    for bundle in bundles:
        comparison = Comparison(Environment.load(bundle))
        environment, report = comparison.environment, comparison.report
        of_tools = statements(environment)
        every = set().union(*of_tools.values())
        database = comparison.database()
        lost = not_carried(every, database)
        database.close()
        comparison.solutions()
        comparison.walks(calls, seed)
        carried = [
            name
            for name, used in of_tools.items()
            if not used & lost.keys() and name not in report.not_carried
        ]
        table.add_row(
            environment.name,
            f"{len(carried)} of {len(of_tools)}",
            str(len(report.tools)),
            f"{len(every) - len(lost)} of {len(every)}",
            str(len(report.run & every)),
            str(report.calls),
            str(report.succeeded),
            str(report.calls - len(report.disagreements) - report.failures),
        )
        details += [f"{environment.name}: not carried: {reason}\n{sql}" for sql, reason in lost.items()]
        details += [f"{environment.name}: {tool}: {reason}" for tool, reason in report.not_carried.items()]
        details += [f"{environment.name}: the engines differ:\n{each}" for each in report.disagreements]
        if report.unbounded:
            details.append(f"{environment.name}: {report.unbounded} calls cost too much in SQLite")
    out = Console()
    out.width = max(out.width, 120)  # numbers are not to be cut
    out.print(table)
    for each in details:
        out.print(each, markup=False, highlight=False, soft_wrap=True)
    sys.exit(1 if details else 0)


if __name__ == "__main__":
    main()
