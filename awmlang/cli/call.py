"""``awmc call``: one call of one tool."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.output import Failure, print_json
from awmlang.cli.specs import complete_from, open_environment, world_options

if TYPE_CHECKING:
    from awmlang.runtime.environment import Environment


def tool_names(environment: Environment) -> Iterable[tuple[str, str]]:
    """Every tool with its description."""
    return ((tool["name"], tool["description"]) for tool in environment.tools("mcp"))


def task_names(environment: Environment) -> Iterable[tuple[str, str]]:
    """Every task with its prompt."""
    return ((name, entry["prompt"]) for name, entry in environment.tasks.items())


def parse_arguments(pairs: Iterable[str]) -> dict[str, Any]:
    """``key=value`` each; a value is JSON if it reads as such, else text. Raises UsageError."""
    arguments: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{pair!r} is not of the form key=value.")
        if name in arguments:
            raise click.UsageError(f"{name} is given twice.")
        arguments[name] = _value(value)
    return arguments


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


@click.command()
@click.argument("spec")
@click.argument("tool", shell_complete=complete_from(tool_names))
@click.argument("pairs", metavar="[KEY=VALUE]...", nargs=-1)
@click.option("--json", "document", metavar="JSON", help="All arguments as one JSON object.")
@click.option("--task", shell_complete=complete_from(task_names), help="Start from this task.")
@world_options
@click.pass_context
def call(
    context: click.Context,
    spec: str,
    tool: str,
    pairs: tuple[str, ...],
    document: str | None,
    task: str | None,
    seed: int,
    data: Path | None,
) -> None:
    """Call a tool once, and print the result as JSON.

    SPEC is a spec or the folder of a bundle; the world is as it is at the start.

    A value is JSON if it reads as JSON, else text: quantity=2, name=Kim, 'zip="02134"'.
    Exit code 1 if the result is an error.
    """
    if document is not None and pairs:
        raise click.UsageError("Give arguments as key=value or by --json, not both.")
    arguments = parse_arguments(pairs) if document is None else document
    environment = open_environment(spec, seed=seed, data=data)
    if tool not in environment.program:
        raise Failure(f"{environment.name} has no tool {tool}", near(tool, environment.program))
    if task is not None and task not in {
        name for e in environment.tasks.values() for name in (e["id"], e["task"])
    }:
        raise Failure(f"{environment.name} has no task {task}", near(task, environment.tasks))
    with environment.session(task) as session:
        result = session.call(tool, arguments)
    print_json(result.text)
    context.exit(0 if result.ok else 1)


def near(name: str, names: Iterable[str]) -> str:
    """What may have been meant by a name that is not there."""
    from awmlang.diagnostics.spelling import nearest

    every = list(names)
    close = nearest(name, every)
    return f"did you mean {close}?" if close else f"there are {', '.join(every)}"
