"""From a path on the command line to a compiled environment, and the options that all such commands share."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from awmlang.cli.output import Failure, print_diagnostics, with_progress

if TYPE_CHECKING:
    from awmlang.diagnostics import Diagnostic, Source
    from awmlang.lowering.compile import Compiled
    from awmlang.runtime.environment import Environment
    from awmlang.semantics.model import Model

ShellComplete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
Command = TypeVar("Command", bound=Callable[..., Any])

STDIN = "-"


def world_options(command: Command) -> Command:
    """``--seed`` and ``--data``: which world of the spec is made."""
    seed = click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of generated rows."
    )
    data = click.option(
        "--data",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of data files, named by entity, that replace the spec's data.",
    )
    return seed(data(command))


@dataclass(frozen=True)
class Built:
    """What became of one spec; ``compiled`` is None where ``diagnostics`` has an error, and so may ``model`` be."""

    source: Source
    compiled: Compiled | None
    diagnostics: list[Diagnostic]
    model: Model | None = None


@contextmanager
def _little_garbage() -> Iterator[None]:
    """With garbage collected seldom: a compilation makes much that stays and little that goes."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def read_source(path: str, file: int = 0) -> tuple[Source, list[Diagnostic]]:
    """A file, or stdin for ``-``, as ``files.read`` gives it."""
    from awmlang.syntax import files

    if path == STDIN:
        return files.decode(_stdin(files.MAX_BYTES + 1), "<stdin>", file)
    return files.read(path, file)


def build(
    path: str, file: int = 0, *, seed: int = 0, data: Path | None = None, proofs: bool = False
) -> Built:
    """Read, parse, analyse and compile a spec; ``-`` is stdin. Stops at the first phase that finds errors.

    ``proofs``: its rewards are then tried with mutations of the solutions.
    """
    source, found = read_source(path, file)
    folder = Path() if path == STDIN else Path(path).parent
    return build_source(source, found, folder=folder, seed=seed, data=data, proofs=proofs)


def _stdin(most: int) -> bytes:
    if sys.stdin is None:
        raise Failure("there is no standard input to read a spec from", "name a file")
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        raise Failure(f"cannot read the standard input: {error.strerror}") from None


@_little_garbage()
def build_source(
    source: Source,
    found: list[Diagnostic],
    *,
    folder: Path,
    seed: int = 0,
    data: Path | None = None,
    proofs: bool = False,
) -> Built:
    """As ``build``, of what was read already, with findings; ``folder`` is where its data files are."""
    from awmlang.diagnostics import exit_code, without_echoes
    from awmlang.semantics.analyze import analyze
    from awmlang.syntax.forms import parse

    if exit_code(found):
        return _built(source, None, found)
    spec, more = parse(source)
    found = [*found, *more]
    model, more = analyze(spec, source)
    found += without_echoes(more, found, source)
    if model is None or exit_code(found):
        return _built(source, None, found)

    from awmlang.lowering.compile import compile_model

    compiled, more = compile_model(model, source=source, seed=seed, data=data, spec_dir=folder)
    found += more
    if compiled is not None and proofs:
        from awmlang.proving.prove import prove, weaknesses

        found += weaknesses(prove(model, compiled))
    return _built(source, None if exit_code(found) else compiled, found, model)


def _built(
    source: Source, compiled: Compiled | None, found: list[Diagnostic], model: Model | None = None
) -> Built:
    from awmlang.syntax.forms import fit_fixes

    return Built(source, compiled, fit_fixes(source, found), model)


def build_all(paths: Iterable[str], *, seed: int, data: Path | None, proofs: bool = True) -> list[Built]:
    """Every spec, in order; one named twice is built once."""
    once = list(dict.fromkeys(paths))
    numbered = with_progress(list(enumerate(once)), "Compiling")
    return [build(path, file, seed=seed, data=data, proofs=proofs) for file, path in numbered]


def findings(built: Iterable[Built]) -> tuple[list[Diagnostic], Mapping[int, Source]]:
    """The diagnostics of all, and the sources that they are about."""
    every = list(built)
    return [d for b in every for d in b.diagnostics], {b.source.file: b.source for b in every}


def open_environment(path: str, *, seed: int = 0, data: Path | None = None) -> Environment:
    """The environment of a spec, compiled in memory, or of the folder of a bundle.

    Prints what is wrong with it on stderr; raises Failure if that is an error.
    """
    return open_labelled(path, seed=seed, data=data)[0]


def open_labelled(
    path: str, *, seed: int = 0, data: Path | None = None
) -> tuple[Environment, Mapping[str, tuple[str, int | str]]]:
    """As ``open_environment``, with the entity and the key of each labelled row; a bundle knows no labels."""
    from awmlang.runtime.environment import Environment

    files, labels = open_files(path, seed=seed, data=data)
    if not Path(path).is_dir():
        return Environment(files), labels
    try:
        return Environment(files, path), labels
    except (ValueError, KeyError) as error:
        raise Failure(f"{path} is damaged: {error}", "awmc compile writes it anew") from None


def open_files(
    path: str, *, seed: int = 0, data: Path | None = None
) -> tuple[dict[str, bytes], Mapping[str, tuple[str, int | str]]]:
    """The files of the bundle, and the labels, as ``open_labelled`` makes an environment of them."""
    from awmlang import bundle
    from awmlang.diagnostics import summary

    if Path(path).is_dir():
        if seed or data:
            raise Failure("--seed and --data make another world of a spec", f"{path} is a bundle already")
        try:
            return bundle.read(path), {}
        except FileNotFoundError as error:
            name = Path(error.filename).name
            raise Failure(f"{path} is no bundle: it has no {name}", "awmc compile writes bundles") from None
    built = build(path, seed=seed, data=data)
    print_diagnostics(built.diagnostics, {built.source.file: built.source}, stderr=True)
    if built.compiled is None:
        raise Failure(f"{path} does not compile: {summary(built.diagnostics)}")
    return built.compiled.files, built.compiled.labels


def open_environments(paths: Iterable[str]) -> tuple[Environment, ...]:
    """As ``open_environment``, several, whose names must differ; one named twice is opened once."""
    every = {path: open_environment(path) for path in dict.fromkeys(paths)}
    by_name: dict[str, str] = {}
    for path, environment in every.items():
        if other := by_name.get(environment.name):
            raise Failure(f"{other} and {path} are both called {environment.name}", "leave one out")
        by_name[environment.name] = path
    return tuple(every.values())


def complete_from(choose: Callable[[Environment], Iterable[tuple[str, str]]]) -> ShellComplete:
    """Completion by names of the environment that the command line already has, each with a line of help."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        # Behind an option without its value, click has not yet told the arguments apart.
        path = context.params.get("spec") or next(iter(context.args), STDIN)
        if path == STDIN:
            return []
        with redirect_stderr(StringIO()):
            try:
                choices = list(choose(open_environment(path)))
            except Failure:
                return []
        return [CompletionItem(name, help=doc) for name, doc in choices if name.startswith(incomplete)]

    return complete
