"""``awmc completion``: the script that a shell completes commands with."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script for completion in a shell.

    Load it in the shell's start-up file, for instance in bash:

    eval "$(awmc completion bash)"
    """
    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(context.find_root().command, {}, "awmc", "_AWMC_COMPLETE").source())
