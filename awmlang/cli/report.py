"""``awmc report``: what a run of episodes came to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.extras import need
from awmlang.cli.output import Failure, console, print_json

if TYPE_CHECKING:
    from rich.table import Table


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--sql", metavar="STATEMENT", help="Ask DuckDB instead: see `--views`.")
@click.option("--views", is_flag=True, help="Print what --sql can ask: views and their columns.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the whole report, or the rows of --sql.")
def report(run: Path, sql: str | None, views: bool, as_json: bool) -> None:
    """Print what the episodes of RUN, a folder of `awmc rollout --out`, came to.

    pass@k is how likely one of k attempts at a task is complete, pass^k how likely all of them are: unbiased
    estimates from all attempts, as means over tasks.
    """
    from awmlang.rollouts import store
    from awmlang.rollouts.report import report as figures

    try:
        if sql is not None or views:
            _ask(run, _VIEWS if sql is None else sql, as_json)
            return
        found = figures(store.episodes(run))
    except store.Unusable as error:
        raise Failure(str(error), error.help) from None
    if as_json:
        print_json(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)


_VIEWS = """\
SELECT table_name AS view, string_agg(column_name, ', ' ORDER BY column_index) AS columns
FROM duckdb_columns() WHERE NOT internal AND table_name <> 'run' GROUP BY ALL ORDER BY view"""


def _ask(run: Path, statement: str, as_json: bool) -> None:
    need("sql", "duckdb")
    from awmlang.rollouts.sql import BadQuery, query

    try:
        names, rows = query(run, statement)
    except BadQuery as error:
        raise Failure(str(error), "awmc report RUN --views lists views and columns") from None
    if as_json:
        records = [dict(zip(names, row, strict=True)) for row in rows]
        print_json(json.dumps(records, ensure_ascii=False, default=str))
        return
    table = _table(*names)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console(soft_wrap=False).print(table)


def _table(*columns: str, right: Sequence[str] = ()) -> Table:
    """A table with nothing in it; the columns in ``right`` hold numbers."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(Text(name), justify="right" if name in right else "left", overflow="fold")
    return table


def _cell(value: object) -> Any:
    from rich.text import Text

    from awmlang.diagnostics import visible

    if value is None:
        return Text("")
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return Text(visible(text))


def _print(found: dict[str, Any]) -> None:
    out = console(soft_wrap=False)
    total = found["total"]
    if not total["episodes"]:
        out.print("There are no episodes yet.")
        return
    most = max(total["pass@k"])
    _print_groups("environment", [*found["environments"], {"environment": "all", **total}], most)
    out.print()
    _print_groups("task", found["tasks"], most)
    if found["tools"]:
        out.print()
        columns = ("calls", "errors", "ms a call")
        tools = _table("tool", *columns, right=columns)
        for row in found["tools"]:
            name = f"{row['environment']}.{row['tool']}"
            tools.add_row(_cell(name), str(row["calls"]), str(row["errors"]), f"{row['seconds'] * 1000:.2f}")
        out.print(tools)
    if found["errors"]:
        out.print()
        errors = _table("error", "calls", "most of them in", right=("calls",))
        for row in found["errors"]:
            where = ", ".join(list(row["tools"])[:3])
            errors.add_row(_cell(row["code"]), str(row["calls"]), _cell(where))
        out.print(errors)
    out.print()
    out.print("ended by " + ", ".join(f"{how} {times}" for how, times in found["ended"].items()))
    judge = found["judge"]
    if any(judge.values()):
        out.print("rubrics: " + ", ".join(f"{times} {how.replace('_', ' ')}" for how, times in judge.items()))
    tokens = f"{total['prompt_tokens']:,} tokens read, {total['completion_tokens']:,} written"
    if total["completion_tokens"]:
        out.print(tokens + (f", cost {total['cost']:,.4f}" if total["cost"] else ""))


def _print_groups(kind: str, rows: list[dict[str, Any]], most: int) -> None:
    several = [f"pass@{most}", f"pass^{most}"] if most > 1 else []
    columns = ("episodes", "pass@1", *several, "reward", "turns", "calls")
    table = _table(kind, *columns, right=columns)
    for row in rows:
        name = f"{row['environment']}.{row['task']}" if kind == "task" else row[kind]
        more = [_share(row[estimate].get(most)) for estimate in ("pass@k", "pass^k")] if several else []
        table.add_row(
            _cell(name),
            str(row["episodes"]),
            _share(row["pass@k"].get(1)),
            *more,
            f"{row['reward']:.2f}",
            f"{row['turns']:.1f}",
            f"{row['calls']:.1f}",
        )
    console(soft_wrap=False).print(table)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
