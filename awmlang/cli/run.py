"""``awmc run``: every task's reference solution, replayed and graded."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from awmlang.cli.output import console, print_json, with_progress
from awmlang.cli.specs import open_environment, world_options

if TYPE_CHECKING:
    from awmlang.runtime.environment import Environment


@dataclass(frozen=True)
class Replay:
    """How the solution of a task went, in ``seconds`` with the grading; ``why`` it is not complete, or nothing."""

    task: str
    calls: int
    reward: float
    complete: bool
    seconds: float
    why: str


@click.command()
@click.argument("spec")
@click.option("--json", "as_json", is_flag=True, help="Print a list of records.")
@world_options
@click.pass_context
def run(context: click.Context, spec: str, as_json: bool, seed: int, data: Path | None) -> None:
    """Replay and grade the reference solution of every task.

    SPEC is a spec or the folder of a bundle.

    Exit code 1 if any task is not complete.
    """
    environment = open_environment(spec, seed=seed, data=data)
    replays = [replay(environment, task) for task in with_progress(list(environment.tasks), "Replaying")]
    if as_json:
        print_json(json.dumps([asdict(each) for each in replays], ensure_ascii=False))
    else:
        _print_table(replays)
    context.exit(0 if all(each.complete for each in replays) else 1)


def replay(environment: Environment, task: str) -> Replay:
    """Make the calls of a task's solution in a session of its own, and grade what they come to."""
    entry = environment.task(task)
    failed = ""
    start = perf_counter()
    with environment.session(task) as session:
        for call in entry["solution"]:
            result = session.call(call["tool"], call["arguments"])
            if result.error is not None:
                failed = f"{call['tool']}: {result.error.code}: {result.error.message}"
                break
        grade = session.grade(entry["answer"])
    return Replay(
        task, len(session.log), grade.fraction, grade.complete, perf_counter() - start, failed or grade.why
    )


def _print_table(replays: list[Replay]) -> None:
    from rich.table import Table
    from rich.text import Text

    from awmlang.diagnostics import visible

    table = Table(box=None, pad_edge=False)
    table.add_column("task")
    for name in ("calls", "reward", "time"):
        table.add_column(name, justify="right")
    table.add_column("")
    for each in replays:
        outcome = Text("complete", "green") if each.complete else Text("not complete", "bold red")
        time = f"{each.seconds * 1000:.1f} ms"
        table.add_row(Text(each.task), str(each.calls), f"{each.reward:.2f}", time, outcome)
    complete = sum(each.complete for each in replays)
    calls = sum(each.calls for each in replays)
    out = console()
    out.print(table)
    out.print(f"\n{complete} of {len(replays)} tasks complete, {calls} calls")
    for each in replays:
        if not each.complete:
            out.print(Text.assemble((each.task, "bold red"), f": {visible(each.why)}"))
