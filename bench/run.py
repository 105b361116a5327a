"""``python -m bench.run``: measure, and print what was found beside what was wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console

from bench import against, agents, calls, crowd, editor, launches, report, resets
from bench.measure import QUICK, Effort, Figure

MEASUREMENTS: dict[str, Callable[[Effort], Iterator[Figure]]] = {
    "calls": calls.measure,
    "resets": resets.measure,
    "against": against.measure,
    "launches": launches.measure,
    "editor": editor.measure,
    "crowd": crowd.measure,
    "agents": agents.measure,
}


@click.command()
@click.option(
    "--only", type=click.Choice(sorted(MEASUREMENTS)), multiple=True, help="Just these measurements."
)
@click.option("--quick", is_flag=True, help="Few repetitions: to see that it runs, not for figures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--write",
    "target",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Write the figures to their place in this file too, which is docs/bench.md.",
)
def main(only: tuple[str, ...], quick: bool, as_json: bool, target: Path | None) -> None:
    """Measure the runtime and the compiler. Ends with 1 if a goal is not met."""
    if target and (only or quick):
        raise click.UsageError("--write takes the figures of all measurements, and none of --quick.")
    conditions = report.conditions()
    effort = QUICK if quick else Effort()
    figures: list[Figure] = []
    for name in only or MEASUREMENTS:
        click.echo(f"measuring {name} ...", err=True)
        figures += MEASUREMENTS[name](effort)
    if as_json:
        click.echo(report.as_json(figures, conditions))
    else:
        console = Console(width=None if sys.stdout.isatty() else 140)
        console.print(report.table(figures))
        console.print(f"\n{conditions}", highlight=False)
    if target:
        report.write(target, report.markdown(figures, conditions))
    sys.exit(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    main()
