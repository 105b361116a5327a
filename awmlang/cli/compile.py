"""``awmc compile``: specs to bundles on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from awmlang.cli.output import Failure, console, print_diagnostics
from awmlang.cli.specs import build_all, findings, world_options

if TYPE_CHECKING:
    from awmlang.lowering.compile import Compiled


@click.command("compile")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("compiled"),
    show_default=True,
    help="Folder of bundles; each environment gets a folder of its name in it.",
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit code 1 if anything would change."
)
@click.option("--no-proofs", is_flag=True, help="Do not try the rewards with mutations of the solutions.")
@world_options
@click.pass_context
def compile_command(
    context: click.Context,
    specs: tuple[str, ...],
    out: Path,
    only_check: bool,
    no_proofs: bool,
    seed: int,
    data: Path | None,
) -> None:
    """Compile specs into bundles. Nothing is written unless all of them compile."""
    from awmlang import bundle
    from awmlang.diagnostics import exit_code, summary

    built = build_all(specs, seed=seed, data=data, proofs=not no_proofs)
    found, sources = findings(built)
    print_diagnostics(found, sources, stderr=True)
    if exit_code(found):
        console(stderr=True).print(f"Nothing written: {summary(found)}")
        context.exit(1)

    environments: dict[str, Compiled] = {}
    for each in built:
        if each.compiled is not None:
            if each.compiled.name in environments:
                raise Failure(f"{each.source.path}: another spec is also called {each.compiled.name}")
            environments[each.compiled.name] = each.compiled

    if only_check:
        stale = [path for name, made in environments.items() for path in _differences(out / name, made.files)]
        for line in stale:
            click.echo(line)
        if stale:
            raise Failure(f"{out} is not what the specs say", "run awmc compile and commit the result")
        return
    for name in environments:
        _refuse_other_folders(out / name)
    for name, made in environments.items():
        try:
            bundle.write(out / name, made.files)
        except OSError as error:
            raise Failure(f"cannot write {out / name}: {error.strerror}") from None
        click.echo(f"{out / name}: {len(made.files)} files")


def _refuse_other_folders(folder: Path) -> None:
    """A bundle replaces its folder as a whole; one that holds something else is not ours to replace."""
    from awmlang import bundle

    if (
        folder.exists()
        and not (folder / bundle.MANIFEST).is_file()
        and (folder.is_file() or any(folder.iterdir()))
    ):
        raise Failure(f"{folder} is there already and is no bundle", "choose another folder with --out")


def _differences(folder: Path, files: dict[str, bytes]) -> list[str]:
    """``missing path``, ``changed path`` and ``left over path`` for every file that is not as it would be written."""
    on_disk = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    lines = [f"left over {path}" for name, path in sorted(on_disk.items()) if name not in files]
    for name, content in sorted(files.items()):
        if name not in on_disk:
            lines.append(f"missing {folder / name}")
        elif on_disk[name].read_bytes() != content:
            lines.append(f"changed {folder / name}")
    return lines
