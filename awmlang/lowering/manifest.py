"""manifest.json: what a bundle is of, and how its tables stand for the spec's entities."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from awmlang import __version__
from awmlang.lowering.names import table_name
from awmlang.lowering.rules import numbers_itself
from awmlang.semantics.model import Entity, Model
from awmlang.semantics.types import List, Ref, Type, required

FORMAT = 1


def manifest(model: Model, seed: int, me: int | str | None, spec: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What every session needs, and where the bundle comes from: ``spec`` is a hash of the sources."""
    return {
        "format": FORMAT,
        "name": model.name,
        "title": model.title,
        "compiler": __version__,
        "spec": spec,
        "seed": seed,
        "clock": model.clock,
        "me": me,
        "policies": list(model.policies),
        "tools": len(model.tools),
        "entities": {name: _entity(model, entity) for name, entity in model.entities.items()},
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
