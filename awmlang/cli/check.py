"""``awmc check``: all that can be known about a spec without running it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from awmlang.cli.output import console, print_diagnostics, print_diff
from awmlang.cli.specs import STDIN, build_all, findings, world_options
from awmlang.diagnostics import FORMATS, Format

if TYPE_CHECKING:
    from awmlang.diagnostics import Source
    from awmlang.semantics.fixing import Applied


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--fix", is_flag=True, help="First make the fixes that are safe, in the files.")
@click.option("--diff", is_flag=True, help="With --fix: print what would change instead.")
@world_options
@click.pass_context
def check(
    context: click.Context,
    specs: tuple[str, ...],
    format_: Format,
    fix: bool,
    diff: bool,
    seed: int,
    data: Path | None,
) -> None:
    """Report every mistake in specs. "-" reads a spec from stdin.

    Exit code 1 if there is an error, or with --diff a fix to make; warnings alone are 0.
    """
    from awmlang.diagnostics import exit_code, in_order, render, summary

    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would change.")
    if fix and STDIN in specs:
        raise click.UsageError("--fix changes files, and stdin is none.")
    if diff:
        context.exit(_show_fixes(specs))
    if fix:
        _make_fixes(specs, stderr=format_ != "text")
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


def _make_fixes(specs: tuple[str, ...], *, stderr: bool) -> None:
    """Writes over the files what can be fixed in them, and says what that was."""
    from rich.text import Text

    from awmlang.cli.files import replace_file
    from awmlang.diagnostics import visible

    for path, source, after, applied in _fixed(specs):
        if after.text != source.text:
            replace_file(Path(path), after.text)
        for each in sorted(applied, key=lambda each: each.line):
            place = f"{visible(source.path)}:{each.line}: "
            what = f"{each.diagnostic.code.id} {visible(each.diagnostic.message)}"
            console(stderr=stderr).print(Text.assemble(place, ("fixed ", "bold green"), what))


def _show_fixes(specs: tuple[str, ...]) -> int:
    """Prints the fixes as a patch; gives the exit code."""
    fixes = 0
    for _, source, after, applied in _fixed(specs):
        print_diff(source.path, source.text, after.text)
        fixes += len(applied)
    console(stderr=True).print(f"{'1 fix' if fixes == 1 else f'{fixes} fixes'} to make")
    return 1 if fixes else 0


def _fixed(specs: tuple[str, ...]) -> Iterator[tuple[str, Source, Source, list[Applied]]]:
    """Each spec that can be read: its path, itself, what becomes of it, and the fixes."""
    from awmlang.cli.specs import read_source
    from awmlang.semantics.fixing import fix_all

    for path in dict.fromkeys(specs):
        source, problems = read_source(path)
        if not problems:  # else `build` reports them
            yield path, source, *fix_all(source)
