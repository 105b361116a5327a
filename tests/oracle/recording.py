"""The recorded airline desk: where it lies, its calls, and its state as the recorded changes leave it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DocumentPath = tuple[str, str]  # its collection and id: ("users", "mia_li_3668")
FILES = ("replay", "perturbed", "sequences")


def folder() -> Path | None:
    """``shared/oracle/airline``, beside the repository or a folder above it; None if there is no such folder."""
    above = Path(__file__).resolve().parents[3:]
    return next((p for up in above if (p := up / "shared/oracle/airline").is_dir()), None)


def read(name: str) -> Any:
    path = folder()
    assert path is not None
    return json.loads((path / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Call:
    """``error`` is what the refusal is called in the spec, ``any`` for an accident of theirs, None for success."""

    tool: str
    arguments: dict[str, Any]
    error: str | None
    text: str
    changes: list[dict[str, Any]]


@dataclass(frozen=True)
class Line:
    """Calls made one after the other, from the initial state on."""

    name: str
    calls: list[Call]


def lines(file: str) -> Iterator[Line]:
    path = folder()
    assert path is not None
    for text in (path / f"{file}.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        name = f"{file} {line['task_id']}" if file == "replay" else f"{file} {line['id']} {line['label']}"
        yield Line(name, [_call(step) for step in line.get("steps", [line])])


def _call(step: dict[str, Any]) -> Call:
    error = None
    if step["error"]:
        error = _kind(step["exc"]["message"]) if step["exc"]["origin"] == "domain" else "any"
    return Call(step["name"], step["arguments"], error, step["content"], step["db_diff"])


def _kind(message: str) -> str:
    (kind,) = (kind for kind, pattern in _kinds() if re.search(pattern, message))
    return kind


@cache
def _kinds() -> list[tuple[str, str]]:
    return [(each["kind"], each["pattern"]) for each in read("error_kinds.json")]


@cache
def initial() -> dict[str, dict[str, Any]]:
    """The documents of the initial state, by collection (``flights``, ``users``, ``reservations``) and id."""
    return read("initial_db.json")


@dataclass
class State:
    """The recorded state: the initial documents, and copies of those that have been changed since."""

    changed: dict[DocumentPath, Any] = field(default_factory=dict)

    def document(self, path: DocumentPath) -> Any:
        """None if there is no such document."""
        return self.changed.get(path) or initial()[path[0]].get(path[1])

    def apply(self, changes: list[dict[str, Any]]) -> None:
        put = [change for change in changes if change["op"] != "del"]
        for change in [*put, *reversed([change for change in changes if change["op"] == "del"])]:
            collection, id, *inner = change["path"]
            path = (collection, id)
            if not inner:
                self.changed[path] = copy.deepcopy(change["new"])
                continue
            if path not in self.changed:
                self.changed[path] = copy.deepcopy(initial()[collection][id])
            _put(self.changed[path], inner, change)


def _put(at: Any, path: list[Any], change: dict[str, Any]) -> None:
    *way, last = path
    for part in way:
        at = at[part]
    if change["op"] == "del":
        del at[last]
    elif isinstance(at, list) and last == len(at):
        at.append(copy.deepcopy(change["new"]))
    else:
        at[last] = copy.deepcopy(change["new"])
