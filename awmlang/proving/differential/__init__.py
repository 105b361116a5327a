"""The same calls to a compiled environment and to the reference interpreter, and where they differ.

``python -m awmlang.proving.differential SPEC...``
"""

from pathlib import Path

from awmlang.lowering.compile import compile_model
from awmlang.proving.differential.calls import Difference, Report, compare
from awmlang.proving.differential.tasks import compare_tasks
from awmlang.runtime import Environment
from awmlang.semantics import model as m
from awmlang.semantics.analyze import analyze
from awmlang.syntax import files
from awmlang.syntax.forms import parse

__all__ = ["Difference", "Report", "compare", "compare_spec", "compare_tasks", "load", "nodes"]


def compare_spec(path: str, calls: int, seed: object, tries: int = 0) -> Report:
    """Of the spec in a file: random calls, and ``tries`` sequences for each instance of its tasks.

    Raises ValueError if it has errors.
    """
    model, environment, labels = load(path)
    report = compare(model, environment, labels, calls=calls, seed=seed)
    if tries:
        report.add(compare_tasks(model, environment, labels, tries=tries, seed=seed))
    return report


def load(path: str) -> tuple[m.Model, Environment, dict[str, int | str]]:
    """The model of the spec in a file, its environment, and the keys of its labels. Raises ValueError if it has errors."""
    source, found = files.read(path)
    spec, more = parse(source)
    model, further = analyze(spec, source)
    if model is None or any(finding.is_error for finding in [*found, *more, *further]):
        raise ValueError(f"{path} has errors")
    compiled, _ = compile_model(model, source=source, spec_dir=Path(path).parent)
    if compiled is None:
        raise ValueError(f"{path} does not compile")
    return model, Environment(compiled.files), {label: key for label, (_, key) in compiled.labels.items()}


def nodes() -> set[type]:
    """The kinds of expressions and statements that a tool may hold."""
    kinds = {
        kind
        for kind in vars(m).values()
        if isinstance(kind, type) and issubclass(kind, (m.Expression, m.Statement))
    }
    return kinds - {m.Expression, m.Statement, m.Label, m.Old, m.Called, m.Unchanged, m.ToolCall}
