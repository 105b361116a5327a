"""Models of small specs, and the worlds that are made of them."""

from __future__ import annotations

from pathlib import Path

from awmlang.diagnostics import Diagnostic, Source
from awmlang.lowering.schema import schema_sql
from awmlang.lowering.seed import World, build_world
from awmlang.runtime.database import create
from awmlang.semantics.analyze import analyze
from awmlang.semantics.model import Model
from awmlang.syntax.parser import parse

HEAD = 'environment shop "A shop."\nclock = "2025-06-02T09:00:00"\n'


def model_of(text: str) -> Model:
    """The model of a spec without its first lines, which must have no errors."""
    source = Source(0, "shop.awm", HEAD + text)
    spec, found = parse(source)
    model, more = analyze(spec, source)
    found = [d.message for d in [*found, *more] if d.is_error]
    assert model is not None and not found, found
    return model


def database(model: Model):
    """An empty database of the model's, whose clock runs."""
    connection = create(schema_sql(model))
    connection.execute("UPDATE awm_clock SET now = '2025-06-02T09:00:00'")
    return connection


def world_of(text: str, *, seed: int = 0, folder: Path = Path(), data: Path | None = None):
    """The world of a spec that has nothing amiss."""
    world, found = make(text, seed=seed, folder=folder, data=data)
    assert world is not None, found
    return world


def findings_of(text: str, *, seed: int = 0, folder: Path = Path(), data: Path | None = None) -> list[str]:
    """What is amiss with the seed data: code, the text at fault in the spec, message."""
    world, found = make(text, seed=seed, folder=folder, data=data)
    assert world is None
    return [f"{d.code.id} {(HEAD + text)[d.span.start : d.span.end]!r}: {d.message}" for d in found]


def make(text: str, *, seed: int, folder: Path, data: Path | None) -> tuple[World | None, list[Diagnostic]]:
    model = model_of(text)
    return build_world(model, schema_sql(model), seed, folder, data)


def rows(world: World, sql: str) -> list[tuple]:
    import apsw

    connection = apsw.Connection(":memory:")
    connection.deserialize("main", world.image)
    return connection.execute(sql).fetchall()
