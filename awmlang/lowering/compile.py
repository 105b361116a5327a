"""A whole bundle from a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awmlang import bundle
from awmlang.diagnostics import Diagnostic, Source
from awmlang.lowering.contract import contract
from awmlang.lowering.evaluate import Evaluator
from awmlang.lowering.keys import Key
from awmlang.lowering.limits import too_large_statements
from awmlang.lowering.manifest import closing, manifest, spec_hash
from awmlang.lowering.rewards import rewards_py
from awmlang.lowering.rules import rules
from awmlang.lowering.schema import schema_sql
from awmlang.lowering.seed import build_world
from awmlang.lowering.tasks import prove_tasks, tasks_at_home
from awmlang.lowering.tests import tests_py
from awmlang.lowering.tooljson import tools_json
from awmlang.lowering.tools import tools_py
from awmlang.runtime.environment import Environment
from awmlang.semantics.model import Model, ToolCall


@dataclass(frozen=True, slots=True)
class Compiled:
    """``files`` are those of ``bundle``: the same bytes for the same spec, data, seed and compiler.

    ``rows`` counts by entity; ``tasks`` are the entries of tasks.json; ``labels`` has the entity and the key of each
    labelled row; ``steps`` has the calls in the spec that each instance's solution makes, one after another.
    """

    name: str
    files: dict[str, bytes]
    rows: dict[str, int]
    tasks: list[dict[str, Any]]
    labels: Mapping[str, tuple[str, Key]]
    steps: Mapping[str, tuple[ToolCall, ...]]


def compile_model(
    model: Model, *, source: Source, seed: int = 0, data: Path | None = None, spec_dir: Path
) -> tuple[Compiled | None, list[Diagnostic]]:
    """The bundle of a spec; None where its seed data or tasks have errors.

    ``seed`` is what generated rows are drawn from; a file of the folder ``data`` takes the place of its entity's
    rows; ``spec_dir`` is the folder that data files of the spec are in.
    """
    schema = schema_sql(model)
    world, found = build_world(model, schema, seed, spec_dir, data)
    if world is None:
        return None, found
    model, found = tasks_at_home(model, world.labels)
    files = {
        bundle.SCHEMA: schema.encode(),
        bundle.SEED: world.image,
        bundle.TOOLS: tools_py(model, source, rules(model)).encode(),
        bundle.REWARDS: rewards_py(model, world.labels.__getitem__).encode(),
        bundle.TOOLS_JSON: _json(tools_json(model)),
        bundle.TASKS: _json([]),
        bundle.CONTRACT: _json(contract(model, source)),
        bundle.TESTS: tests_py(model, source).encode(),
    }
    me = None if model.me is None else world.labels[model.me.label]
    about = manifest(model, seed, me, spec_hash(source.text, world.files), world.rows)
    environment = Environment(files | {bundle.MANIFEST: _json(about)}, model.name)
    if too_large := too_large_statements(model, environment):
        return None, found + too_large
    entries, steps, unproven = prove_tasks(model, environment, Evaluator(model, world.labels.__getitem__))
    if unproven:
        return None, found + unproven
    files[bundle.TASKS] = _json(entries)
    files[bundle.MANIFEST] = _json(about | closing(entries, files))
    return Compiled(model.name, files, world.rows, entries, world.labelled, steps), found


def _json(value: object, depth: int = 2) -> bytes:
    """JSON with a line for each item down to ``depth``, so that a diff shows the tool or task that differs."""
    return f"{_laid_out(value, depth, '')}\n".encode()


def _laid_out(value: object, depth: int, indent: str) -> str:
    if not depth or not value or not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    inner = f"{indent}  "
    if isinstance(value, list):
        items = [_laid_out(item, depth - 1, inner) for item in value]
    else:
        items = [f"{json.dumps(name)}: {_laid_out(item, depth - 1, inner)}" for name, item in value.items()]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    lines = ",\n".join(f"{inner}{item}" for item in items)
    return f"{opening}\n{lines}\n{indent}{closing}"
