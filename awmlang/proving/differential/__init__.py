"""The same calls to a compiled environment and to the reference interpreter, and where they differ.

``python -m awmlang.proving.differential SPEC...``
"""

from pathlib import Path
from typing import Any, NamedTuple

from awmlang.diagnostics import Source
from awmlang.lowering.compile import compile_model
from awmlang.proving.differential.calls import Difference, Report, compare
from awmlang.proving.differential.tasks import compare_tasks
from awmlang.runtime import Environment
from awmlang.semantics import model as m
from awmlang.semantics.analyze import analyze
from awmlang.syntax import files
from awmlang.syntax.forms import parse

__all__ = [
    "Difference",
    "Loaded",
    "Report",
    "build",
    "compare",
    "compare_spec",
    "compare_tasks",
    "load",
    "nodes",
]


def compare_spec(path: str, calls: int, seed: object, tries: int = 0) -> Report:
    """Of the spec in a file: random calls, and ``tries`` sequences for each instance of its tasks.

    Raises ValueError if it has errors.
    """
    loaded = load(path)
    report = compare(*loaded, calls=calls, seed=seed)
    if tries:
        report.add(compare_tasks(*loaded, tries=tries, seed=seed))
    return report


class Loaded(NamedTuple):
    """A spec without errors: its model, its environment, the keys of its labels."""

    model: m.Model
    environment: Environment
    labels: dict[str, Any]


def load(path: str) -> Loaded:
    """Of the spec in a file. Raises ValueError if it has errors."""
    source, found = files.read(path)
    if any(finding.is_error for finding in found):
        raise ValueError(f"{path} has errors: {found[0].message}")
    return build(source, Path(path).parent)


def build(source: Source, folder: Path) -> Loaded:
    """Of a spec whose data files are in a folder. Raises ValueError if it has errors."""
    spec, found = parse(source)
    model, more = analyze(spec, source)
    wrong = [finding for finding in [*found, *more] if finding.is_error]
    if model is not None and not wrong:
        compiled, found = compile_model(model, source=source, spec_dir=folder)
        if compiled is not None:
            labels = {label: key for label, (_, key) in compiled.labels.items()}
            return Loaded(model, Environment(compiled.files), labels)
        wrong = [finding for finding in found if finding.is_error]
    raise ValueError(f"{source.path} has errors: {wrong[0].code.id}: {wrong[0].message}")


def nodes() -> set[type]:
    """The kinds of expressions and statements that a tool may hold."""
    kinds = {
        kind
        for kind in vars(m).values()
        if isinstance(kind, type) and issubclass(kind, (m.Expression, m.Statement))
    }
    return kinds - {m.Expression, m.Statement, m.Label, m.Old, m.Called, m.Unchanged, m.ToolCall}
