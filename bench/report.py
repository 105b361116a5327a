"""The figures of a run: as a table, as Markdown, as JSON, with what they were taken on."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import apsw
from rich.table import Table

from bench.measure import Figure

COLUMNS = ("what", "ours", "other", "ratio", "goal", "met")
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def table(figures: Sequence[Figure]) -> Table:
    made = Table(*COLUMNS, box=None, pad_edge=False)
    for column in made.columns[1:5]:
        column.justify = "right"
    for figure in figures:
        made.add_row(*cells(figure))
    return made


def markdown(figures: Sequence[Figure], conditions: str) -> str:
    rows = [COLUMNS, ("---", "--:", "--:", "--:", "--:", "---"), *map(cells, figures)]
    return "\n".join(
        [conditions, "", *(f"| {' | '.join(cell.strip() for cell in row)} |" for row in rows), ""]
    )


def as_json(figures: Sequence[Figure], conditions: str) -> str:
    lines = [{**dataclasses.asdict(figure), "met": figure.met} for figure in figures]
    return json.dumps({"conditions": conditions, "figures": lines}, indent=2)


def write(path: Path, text: str) -> None:
    """Put the text between the markers of a file. Raises ValueError if they are not there."""
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(
            f"{path} has no place for figures: a line {BEGIN.strip()}, and after it {END.strip()}"
        )
    new = path.with_name(f".{path.name}.new")
    new.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
    new.replace(path)


def conditions() -> str:
    """The machine and what runs on it. The load is that before the run: on a busy machine, figures say little."""
    load = f", load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores{load}; "
        f"Python {platform.python_version()}, apsw {apsw.apsw_version()} with SQLite {apsw.sqlite_lib_version()}."
    )


def cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        amount(figure.ours, figure.unit),
        "" if figure.other is None else amount(figure.other, figure.unit),
        "" if figure.ratio is None else ratio(figure.ratio),
        goal(figure),
        {None: "", True: "yes", False: "NO"}[figure.met],
    )


def ratio(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


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
