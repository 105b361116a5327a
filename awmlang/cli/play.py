"""``awmc play``: an environment to try by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from awmlang.cli.call import near, task_names
from awmlang.cli.output import Failure, console
from awmlang.cli.specs import STDIN, complete_from, open_labelled, world_options


@click.command()
@click.argument("spec")
@click.option("--task", shell_complete=complete_from(task_names), help="Begin this task.")
@world_options
@click.pass_context
def play(context: click.Context, spec: str, task: str | None, seed: int, data: Path | None) -> None:
    """Call tools by hand, see what they change, and try tasks.

    SPEC is a spec or the folder of a bundle.

    Where stdin is no terminal, the lines of a script are played; exit code 1 if one was not understood.
    """
    from awmlang.play.shell import Shell
    from awmlang.play.terminal import interact, play_script

    if spec == STDIN:
        raise click.UsageError("stdin has the lines to play; the spec must be a file or a folder.")
    environment, labels = open_labelled(spec, seed=seed, data=data)
    try:
        shell = Shell(environment, labels, console(soft_wrap=False), task)
    except KeyError:
        raise Failure(f"{environment.name} has no task {task}", near(str(task), environment.tasks)) from None
    if sys.stdin.isatty():
        interact(shell)
    elif not play_script(shell, (line.decode(errors="replace") for line in sys.stdin.buffer)):
        context.exit(1)
