"""``awmc new``: a small working spec to start from."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import click

from awmlang.cli.output import Failure

STARTER = "starter"


@click.command()
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where to put it.",
)
def new(name: str, folder: Path) -> None:
    """Write NAME.awm, a small working spec to start from."""
    from awmlang.diagnostics import Source, exit_code
    from awmlang.syntax.parser import parse

    if not re.fullmatch("[a-z][a-z0-9_]{0,59}", name):
        plain = re.sub("[^a-z0-9]+", "_", name.lower()).rstrip("_").lstrip("_0123456789")[:60]
        raise Failure(
            f"{name!r} cannot be the name of an environment",
            "use small letters, digits and underscores, a letter first" + (f": {plain}" if plain else ""),
        )
    path = folder / f"{name}.awm"
    text = files("awmlang.cli").joinpath(f"{STARTER}.awm").read_text(encoding="utf-8")
    text = text.replace(f"environment {STARTER}", f"environment {name}")
    if exit_code(parse(Source(0, str(path), text))[1]):
        raise Failure(f"{name} is a word of the language", f"put another word before or behind it: my_{name}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise Failure(f"{path} exists already", "choose another name, or another folder with --dir") from None
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from None
    click.echo(f"Wrote {path}. Try: awmc run {path}")
