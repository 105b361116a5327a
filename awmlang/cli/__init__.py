"""``awmc``: one module a command. They import the compiler when they run, so that help and version are quick."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

import click

from awmlang import __version__
from awmlang.cli.call import call
from awmlang.cli.check import check
from awmlang.cli.compile import compile_command
from awmlang.cli.completion import completion
from awmlang.cli.convert import convert
from awmlang.cli.explain import explain
from awmlang.cli.fmt import fmt
from awmlang.cli.generate import generate
from awmlang.cli.lsp import lsp
from awmlang.cli.new import new
from awmlang.cli.output import Failure, unable
from awmlang.cli.play import play
from awmlang.cli.prompt import prompt
from awmlang.cli.prove import prove
from awmlang.cli.report import report
from awmlang.cli.rollout import rollout
from awmlang.cli.run import run
from awmlang.cli.serve import serve
from awmlang.cli.sql import sql
from awmlang.cli.test import test_command


class Commands(click.Group):
    """Lists them in the order in which one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="awmc")
def cli() -> None:
    """Check, compile and try environments written in the AWM language."""


for command in (
    new,
    check,
    explain,
    fmt,
    compile_command,
    run,
    prove,
    test_command,
    play,
    call,
    serve,
    rollout,
    report,
    convert,
    sql,
    prompt,
    generate,
    lsp,
    completion,
):
    cli.add_command(command)


def main() -> None:
    """The entry point. Ends the process: 0 all is well, 1 something is wrong with the input, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console of few characters is no reason to stop
    try:
        cli(prog_name="awmc")
    except OSError as error:
        unable(error).show()
        sys.exit(1)
    except MemoryError:
        Failure("there is not enough memory for this").show()
        sys.exit(1)
    finally:
        _flush()


def _flush() -> None:
    """Write what is left of the output; Python itself would only complain."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            unable(error).show()
        sys.exit(1)
