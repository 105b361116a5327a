"""``awmc fmt``: specs in the one style of the language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from awmlang.cli.output import Failure, console, print_diagnostics, with_progress
from awmlang.cli.specs import STDIN, read_source


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit code 1 if anything would change."
)
@click.option("--diff", "show_diff", is_flag=True, help="As --check, and print what would change.")
@click.pass_context
def fmt(context: click.Context, paths: tuple[str, ...], only_check: bool, show_diff: bool) -> None:
    """Rewrite specs in the one style of the language.

    PATH is a spec or a folder of specs, by default the one at hand. "-" formats stdin to stdout.

    What has errors is left as it is: they are printed, and the exit code is 1.
    """
    from awmlang.cli.files import replace_file
    from awmlang.diagnostics import visible
    from awmlang.syntax.format import FormatError, format_source
    from awmlang.syntax.forms import form_of

    if STDIN in paths and len(paths) > 1:
        raise click.UsageError(f"{STDIN} stands alone.")
    specs = list(_specs(paths or (".",)))
    if not specs:
        raise Failure(f"there are no specs in {', '.join(paths) or 'this folder'}", "they end in .awm")
    for path in specs:
        if form_of(path) in ("yaml", "json"):
            raise Failure(f"{path} is not in the language", "awmc convert writes it in the language")
    write = not (only_check or show_diff)
    changed = failed = 0
    for path in with_progress(specs, "Formatting"):
        source, found = read_source(path)
        text = None
        if not found:
            try:
                text, found = format_source(source)
            except FormatError as error:
                raise Failure(str(error), "this is a fault of awmc; the file is as it was") from None
        print_diagnostics(found, {source.file: source}, stderr=True)
        if text is None:
            failed += 1
        elif path == STDIN and write:
            click.echo(text, nl=False)
        elif text != source.text:
            changed += 1
            if show_diff:
                _print_diff(source.path, source.text, text)
            else:
                console().print(f"{'formatted' if write else 'would format'} {visible(source.path)}")
            if write:
                replace_file(Path(path), text)
    if paths != (STDIN,):
        console().print(_summary(changed, failed, len(specs), "formatted" if write else "to format"))
    context.exit(1 if failed or (changed and not write) else 0)


def _specs(paths: Iterable[str]) -> Iterator[str]:
    """The specs that are named, each once: of a folder, all in it and below, but for what is hidden."""
    seen: set[Path] = set()
    for path in paths:
        named = [path]
        if path != STDIN and Path(path).is_dir():
            below = (p.relative_to(path) for p in sorted(Path(path).rglob("*.awm")))
            named = [str(path / p) for p in below if not any(part.startswith(".") for part in p.parts)]
        for each in named:
            if (resolved := Path(each).resolve()) not in seen:
                seen.add(resolved)
                yield each


def _summary(changed: int, failed: int, total: int, what: str) -> str:
    counts = [(changed, what), (total - changed - failed, "in order"), (failed, "with errors")]
    parts = [f"{count} {words}" for count, words in counts if count]
    return f"{'1 spec' if total == 1 else f'{total} specs'}: {', '.join(parts)}"


def _print_diff(path: str, before: str, after: str) -> None:
    """A unified diff, in colours where they are wanted."""
    from difflib import unified_diff

    from rich.text import Text

    from awmlang.diagnostics import visible

    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in unified_diff(before.split("\n"), after.split("\n"), path, path, lineterm=""):
        console().print(Text(visible(line), styles.get(line[:1], "")))
