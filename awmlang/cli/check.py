"""``awmc check``: all that can be known about a spec without running it."""

from __future__ import annotations

from pathlib import Path

import click

from awmlang.cli.output import console, print_diagnostics
from awmlang.cli.specs import build_all, findings, world_options
from awmlang.diagnostics import FORMATS, Format


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@world_options
@click.pass_context
def check(
    context: click.Context, specs: tuple[str, ...], format_: Format, seed: int, data: Path | None
) -> None:
    """Report every mistake in specs. "-" reads a spec from stdin.

    Exit code 1 if there is an error; warnings alone are 0.
    """
    from awmlang.diagnostics import exit_code, in_order, render, summary

    built = build_all(specs, seed=seed, data=data)
    found, sources = findings(built)
    if format_ == "text":
        print_diagnostics(found, sources)
        specs_checked = "1 spec" if len(built) == 1 else f"{len(built)} specs"
        console().print(f"{specs_checked} checked: {summary(found)}")
        if found:
            console().print(f"awmc explain {in_order(found)[0].code.id} says more.")
    else:
        click.echo(render(found, sources, format_), nl=False)
    context.exit(exit_code(found))
