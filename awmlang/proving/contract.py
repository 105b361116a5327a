"""What a bundle's contract.json says, ready to be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from awmlang.proving.schemas import Check, checker
from awmlang.runtime import Environment

BUILT_IN = frozenset(
    {"invalid_argument", "not_found", "constraint", "in_use", "arithmetic", "too_expensive", "unknown_tool"}
)


@dataclass(frozen=True)
class Promise:
    """What a tool promises. It ``writes`` rows of entities, ``sets`` fields (``User.name``). ``takes`` and ``shows`` have the entity of the keys at a path, if only some may see it.

    Paths are split: ``("items", "[]", "id")``. Rows of entities ``beyond`` are not held against the access rule.
    """

    writes: tuple[str, ...]
    sets: frozenset[str]
    errors: frozenset[str]
    takes: Mapping[tuple[str, ...], str]
    shows: Mapping[tuple[str, ...], str]
    beyond: frozenset[str]
    input: Check
    output: Check


@dataclass(frozen=True)
class Arrow:
    """A step of a flow; ``tools`` are those that set the field to ``target``."""

    entity: str
    field: str
    source: str
    target: str
    line: int
    tools: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """``visible``: by entity, SQL that finds a row if ``:me`` may see the row ``:key``."""

    visible: Mapping[str, str]
    arrows: tuple[Arrow, ...]
    promises: Mapping[str, Promise]

    @classmethod
    def load(cls, environment: Environment, content: bytes) -> Contract:
        """From contract.json and the published schemas."""
        said = json.loads(content)
        published = {tool["name"]: tool for tool in environment.tools("mcp")}
        arrows = tuple(Arrow(**{**arrow, "tools": tuple(arrow["tools"])}) for arrow in said["flows"])
        promises = {tool["name"]: _promise(tool, published[tool["name"]]) for tool in said["tools"]}
        return cls(said["access"], arrows, promises)


def _promise(tool: Mapping[str, Any], published: Mapping[str, Any]) -> Promise:
    return Promise(
        tuple(tool["writes"]),
        frozenset(tool["sets"]),
        frozenset(tool["errors"]),
        {_steps(path): entity for path, entity in tool["takes"].items()},
        {_steps(path): entity for path, entity in tool["shows"].items()},
        frozenset(tool["beyond"]),
        checker(published["inputSchema"]),
        checker(published["outputSchema"]),
    )


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[]", ".[]").split("."))


def values_at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What stands at a path, null and what is not there left out."""
    if value is None:
        return
    if not path:
        yield value
    elif path[0] == "[]":
        for item in value if isinstance(value, list) else ():
            yield from values_at(item, path[1:])
    elif isinstance(value, dict):
        yield from values_at(value.get(path[0]), path[1:])
