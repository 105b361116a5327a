"""``awmc test``: property tests of every tool."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.output import Failure, console, print_json
from awmlang.cli.specs import STDIN, open_files, world_options

if TYPE_CHECKING:
    from awmlang.proving.testing import Budget, Finding, Progress, Report


class BudgetType(click.ParamType["Budget"]):
    """``2000`` calls, ``30s`` or ``5m``."""

    name = "budget"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Budget:
        from awmlang.proving.testing import Budget

        found = re.fullmatch(r"([0-9]{1,9})(s|m)?", str(value), re.ASCII)
        if not found or not int(found[1]):
            self.fail(f"{value!r} is neither a number of calls nor a time such as 30s or 5m.", param, ctx)
        number = int(found[1])
        if found[2] is None:
            return Budget(calls=number)
        return Budget(seconds=number * (60 if found[2] == "m" else 1))


@click.command("test")
@click.argument("spec")
@click.option(
    "--budget",
    type=BudgetType(),
    default="2000",
    show_default=True,
    help="How much is tried: a number of calls, or a time such as 30s or 5m.",
)
@click.option("--random", "draws", type=click.IntRange(min=0), default=0, help="Seed of what is tried.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--missing", is_flag=True, help="List everything that was not reached.")
@world_options
@click.pass_context
def test_command(
    context: click.Context,
    spec: str,
    budget: Budget,
    draws: int,
    as_json: bool,
    missing: bool,
    seed: int,
    data: Path | None,
) -> None:
    """Try every tool with all sorts of arguments, and hold it against what it promises.

    SPEC is a spec or the folder of a bundle.

    What a tool breaks is printed with the fewest calls that show it. Exit code 1 if there is any.
    """
    from awmlang import bundle
    from awmlang.proving.testing import check_files

    files, _ = open_files(spec, seed=seed, data=data)
    if bundle.CONTRACT not in files:
        raise Failure(f"{spec} has no {bundle.CONTRACT}", "awmc compile writes it anew")
    with _progress() as progress:
        report = check_files(files, budget, seed=draws, progress=progress)
    options = _world(seed, data)
    if as_json:
        print_json(json.dumps(_as_json(report, spec, options)))
    else:
        _print(report, spec, options, missing)
    context.exit(1 if report.findings else 0)


def _world(seed: int, data: Path | None) -> list[str]:
    """The options that make the same world again."""
    return [*(["--seed", str(seed)] if seed else []), *(["--data", str(data)] if data else [])]


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on stderr, if that is a terminal."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=err, transient=True) as bar:
        task = bar.add_task("Testing", total=1.0)

        def tell(share: float, findings: int) -> None:
            words = f"Testing, {findings} findings" if findings else "Testing"
            bar.update(task, completed=share, description=words)

        yield tell


def reproduction(finding: Finding, spec: str, options: list[str]) -> str:
    """The shell command that makes a finding's calls."""
    import shlex

    from awmlang.proving.arguments import written

    path = "SPEC" if spec == STDIN else spec
    *before, last = finding.calls
    if not before and isinstance(last.tool, str) and last.tool == finding.tool:
        return shlex.join(["awmc", "call", path, last.tool, "--json", written(last.arguments), *options])
    lines = [f"call {call.tool} {written(call.arguments)}" for call in finding.calls]
    return "\n".join([shlex.join(["awmc", "play", path, *options]) + " <<'END'", *lines, "diff", "END"])


def _as_json(report: Report, spec: str, options: list[str]) -> dict[str, Any]:
    document = asdict(report)
    for entry, finding in zip(document["findings"], report.findings, strict=True):
        entry["calls"] = [{"tool": call.tool, "arguments": call.arguments} for call in finding.calls]
        entry["reproduction"] = reproduction(finding, spec, options)
    return document


def _print(report: Report, spec: str, options: list[str], missing: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from awmlang.diagnostics import visible
    from awmlang.proving.properties import RULES

    out = console()
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for name in ("reached", "of"):
        table.add_column(name, justify="right")
    for each in report.coverage:
        table.add_row(each.kind, str(each.reached), str(each.total))
    out.print(table)
    for each in report.coverage:
        shown = each.missing if missing or each.kind == "tools" else ()
        if shown:
            out.print(Text(f"\n{each.kind} not reached", "bold"))
        for one in shown:
            out.print(f"  {visible(one.what)}")
            out.print(Text(f"    {visible(one.hint)}", "dim"))
    if not missing and any(each.missing for each in report.coverage):
        out.print("\n--missing lists what was not reached, and why.")
    for finding in report.findings:
        out.print(Text.assemble("\n", (finding.tool, "bold red"), f": {visible(finding.words)}"))
        out.print(f"  against: {RULES[finding.rule]}")
        for line in reproduction(finding, spec, options).split("\n"):
            out.print(visible(line))
    rate = report.calls / report.seconds if report.seconds else 0
    out.print(f"\n{report.calls:,} calls in {report.seconds:.1f} s ({rate:,.0f}/s), {_counted(report)}")


def _counted(report: Report) -> str:
    number = len(report.findings)
    return "nothing found" if not number else f"{number} finding{'s' if number > 1 else ''}"
