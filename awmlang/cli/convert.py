"""``awmc convert``: a spec from one form to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from awmlang.cli.output import Failure, console, print_diagnostics
from awmlang.cli.specs import read_source

if TYPE_CHECKING:
    from awmlang.syntax.forms import Form


@click.command()
@click.argument("spec")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, instead of stdout; its name tells the form.",
)
@click.option("--to", "form", type=click.Choice(("awm", "yaml", "json")), help="The form that is made.")
@click.pass_context
def convert(context: click.Context, spec: str, out: Path | None, form: Form | None) -> None:
    """Write a spec in another form: the language, YAML or JSON.

    SPEC is a file in any form; "-" is stdin. Its tree and comments are kept; JSON has no comments.

    What is written was read back and compared. A spec with syntax errors is not converted: exit code 1.
    """
    from awmlang.cli.files import replace_file
    from awmlang.syntax.convert import ConvertError
    from awmlang.syntax.convert import convert as converted
    from awmlang.syntax.forms import form_of

    form = form or (form_of(out.name) if out else None)
    if form is None:
        raise click.UsageError("Say what to make: --to awm, yaml or json, or --out with a name that ends so.")
    source, found = read_source(spec)
    text, lost = None, 0
    if not found:
        try:
            text, lost, found = converted(source, form)
        except ConvertError as error:
            raise Failure(str(error), "this is a fault of awmc; nothing was written") from None
    print_diagnostics(found, {source.file: source}, stderr=True)
    if text is None:
        context.exit(1)
    if lost:
        comments = "1 comment is" if lost == 1 else f"{lost} comments are"
        console(stderr=True).print(f"{comments} left out: JSON has none.")
    if out:
        replace_file(out, text)
    else:
        click.echo(text, nl=False)
