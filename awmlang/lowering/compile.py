"""A whole bundle from a model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awmlang import bundle
from awmlang.diagnostics import Diagnostic, Source
from awmlang.lowering.evaluate import Evaluator
from awmlang.lowering.manifest import manifest, spec_hash
from awmlang.lowering.rewards import rewards_py
from awmlang.lowering.rules import rules
from awmlang.lowering.schema import schema_sql
from awmlang.lowering.seed import World, build_world
from awmlang.lowering.tasks import prove_tasks
from awmlang.lowering.tooljson import tools_json
from awmlang.lowering.tools import tools_py
from awmlang.runtime.environment import Environment
from awmlang.semantics.model import Model


@dataclass(frozen=True, slots=True)
class Compiled:
    """``files`` are those of ``bundle``: the same bytes for the same spec, data, seed and compiler.

    ``rows`` counts by entity; ``tasks`` are the entries of tasks.json.
    """

    name: str
    files: dict[str, bytes]
    rows: dict[str, int]
    tasks: list[dict[str, Any]]


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
    files = {
        bundle.SCHEMA: schema.encode(),
        bundle.SEED: world.image,
        bundle.TOOLS: tools_py(model, source, rules(model)).encode(),
        bundle.REWARDS: rewards_py(model, world.labels).encode(),
        bundle.TOOLS_JSON: _json(tools_json(model)),
        bundle.TASKS: b"[]\n",
    }
"""
"""
