"""manifest.json: what a bundle is of, and how its tables stand for the spec's entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from awmlang import __version__
from awmlang.lowering.names import table_name
from awmlang.lowering.rules import numbers_itself
from awmlang.semantics.model import Entity, Model
from awmlang.semantics.types import List, Ref, Type, required

FORMAT = 1


def manifest(
    model: Model, seed: int, me: int | str | None, spec: str, rows: Mapping[str, int]
) -> dict[str, Any]:
    """What every session needs, and where the bundle comes from: ``spec`` is a hash of the sources."""
    return {
        "format": FORMAT,
        "compiler": __version__,
        "name": model.name,
        "title": model.title,
        "clock": model.clock,
        "me": me,
        "policies": list(model.policies),
        "spec": spec,
        "seed": seed,
        "tools": len(model.tools),
        "rows": dict(rows),
        "entities": {name: _entity(model, entity) for name, entity in model.entities.items()},
    }


def closing(tasks: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the manifest says of the bundle's other files: the number of instances by task, and the hashes."""
    return {
        "tasks": dict(Counter(entry["task"] for entry in tasks)),
        "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }


def spec_hash(text: str, files: Mapping[str, bytes]) -> str:
    """SHA-256 over the text of the spec and the data files that it was compiled with."""
    digest = sha256(sha256(text.encode()).digest())
    for name, content in sorted(files.items()):
        digest.update(sha256(name.encode()).digest() + sha256(content).digest())
    return digest.hexdigest()


def _entity(model: Model, entity: Entity) -> dict[str, Any]:
    return {
        "table": table_name(entity.name),
        "key": entity.key.name,
        "generated": numbers_itself(entity.key) or entity.key.serial is not None,
        "columns": {field.name: type_name(model, field.type) for field in entity.fields.values()},
    }


def type_name(model: Model, type: Type) -> str:
    """``int``, ``money``, ``[text]`` and so on; of a reference, what its key has."""
    match required(type):
        case Ref(entity):
            return type_name(model, model.entities[entity].key.type)
        case List(item):
            return f"[{type_name(model, item)}]"
        case plain:
            return plain.__class__.__name__.lower()
