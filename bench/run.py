"""``python -m bench.run``: measure, and print what was found beside what was wanted."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator

import click
from rich.console import Console
from rich.table import Table

from bench import against, calls, crowd, launches, resets
from bench.measure import QUICK, Effort, Figure

MEASUREMENTS: dict[str, Callable[[Effort], Iterator[Figure]]] = {
    "calls": calls.measure,
    "resets": resets.measure,
    "against": against.measure,
    "launches": launches.measure,
    "crowd": crowd.measure,
}


@click.command()
@click.option(
    "--only", type=click.Choice(sorted(MEASUREMENTS)), multiple=True, help="Just these measurements."
)
@click.option("--quick", is_flag=True, help="Few repetitions: to see that it runs, not for figures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(only: tuple[str, ...], quick: bool, as_json: bool) -> None:
    """Measure the runtime and the compiler. Ends with 1 if a goal is not met."""
    effort = QUICK if quick else Effort()
    figures: list[Figure] = []
    for name in only or MEASUREMENTS:
        click.echo(f"measuring {name} ...", err=True)
        figures += MEASUREMENTS[name](effort)
    if as_json:
        click.echo(
            json.dumps([{**dataclasses.asdict(figure), "met": figure.met} for figure in figures], indent=2)
        )
    else:
        Console(width=None if sys.stdout.isatty() else 140).print(table(figures))
    sys.exit(any(figure.met is False for figure in figures))


def table(figures: list[Figure]) -> Table:
    made = Table("what", "ours", "other", "ratio", "goal", "met", box=None, pad_edge=False)
    for column in made.columns[1:5]:
        column.justify = "right"
    for figure in figures:
        made.add_row(
            figure.what,
            amount(figure.ours, figure.unit),
            "" if figure.other is None else amount(figure.other, figure.unit),
            ""
            if figure.ratio is None
            else f"{figure.ratio:,.2f}"
            if figure.ratio < 100
            else f"{figure.ratio:,.0f}",
            goal(figure),
            {None: "", True: "yes", False: "NO"}[figure.met],
        )
    return made


def goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    kind, bound = figure.goal
    if kind == "at most":
        return f"≤ {amount(bound, figure.unit)}"
    return f"{'≤' if kind == 'ratio at most' else '≥'} {bound:,g}×"


def amount(value: float, unit: str) -> str:
    """``12.3 µs``, ``45 MB``."""
    scale, names = (1.0, ["B", "kB", "MB", "GB"]) if unit == "B" else (1e6, ["µs", "ms", "s"])
    value *= scale
    while value >= 1000 and len(names) > 1:
        value /= 1000
        del names[0]
    return f"{value:.3g} {names[0]}"


if __name__ == "__main__":
    main()
