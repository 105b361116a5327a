"""A compiled environment: loaded once, it gives any number of sessions."""

from __future__ import annotations

import json
import os
from functools import cached_property
from importlib.machinery import SourceFileLoader
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NoReturn

import apsw

from awmlang import bundle
from awmlang.runtime.database import Database
from awmlang.runtime.pool import Pool
from awmlang.runtime.program import Tool
from awmlang.runtime.schema import Schema
from awmlang.runtime.session import Session
from awmlang.runtime.sql_functions import register

_numbers = count()


class Environment:
    """A bundle in memory. Threads may share it.

    ``tasks`` has the entries of tasks.json by id. ``seed_name`` opens the seed image, read-only, from any
    connection of this process. ``pool`` says how many sessions have a database in memory at once.
    """

    def __init__(self, files: dict[str, bytes], folder: str = "<bundle>") -> None:
        """``files`` as ``bundle.read`` gives them; ``folder`` is where tracebacks place the generated code."""
        self._files = files
        self.manifest: dict[str, Any] = json.loads(files[bundle.MANIFEST])
        self.name: str = self.manifest["name"]
        self.clock: str = self.manifest["clock"]
        self.me: int | str | None = self.manifest["me"]
        self.tasks: dict[str, dict[str, Any]] = {
            entry["id"]: entry for entry in json.loads(files[bundle.TASKS])
        }
        program = _module(files[bundle.TOOLS], f"{folder}/{bundle.TOOLS}")
        self.program: dict[str, Tool] = {
            value.name: value for value in vars(program).values() if isinstance(value, Tool)
        }
        self.invariants: list[tuple[str, str]] = [(sql, words) for sql, words, *_ in program.INVARIANTS]
        pairs = (pair.split(":") for pair in program.SPEC_LINES.split())
        self.lines: tuple[tuple[int, int], ...] = tuple((int(line), int(spec)) for line, spec in pairs)
        self.source: str = program.__file__ or ""
        self.rewards: dict[str, Any] = _module(files[bundle.REWARDS], f"{folder}/{bundle.REWARDS}").TASKS
        self.seed_name = f"file:/awm-{os.getpid()}-{next(_numbers)}?vfs=memdb"
        self._seed = _open_seed(self.seed_name, files[bundle.SEED])
        self.schema = Schema(self._seed, self.manifest["entities"], program.RULES)
        self.pool = Pool(lambda: Database(self._seed, self.schema, self.me))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Environment:
        """The environment compiled into the folder ``path``. Raises FileNotFoundError."""
        return cls(bundle.read(path), os.fspath(Path(path)))

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the files of the bundle."""
        import hashlib  # loads slowly, and not every program needs it

        digest = hashlib.sha256()
        for name in bundle.FILES:
            digest.update(hashlib.sha256(self._files[name]).digest())
        return digest.hexdigest()

    @property
    def instructions(self) -> str:
        """What an agent is told before its task: what the environment is, its policies, the time at the start."""
        now = f"It is {self.clock.replace('T', ', ')}."
        return "\n\n".join([self.manifest["title"] or self.name, *self.manifest["policies"], now])

    def tools(self, format: Literal["openai", "mcp"] = "openai") -> list[dict[str, Any]]:
        """The tools' schemas, as the OpenAI API or MCP has them."""
        schemas: dict[str, list[dict[str, Any]]] = json.loads(self._files[bundle.TOOLS_JSON])
        if format not in schemas:
            raise ValueError(f"there is no format {format!r}; there is {', '.join(schemas)}")
        return schemas[format]

    def task(self, name: str, seed: int = 0) -> dict[str, Any]:
        """The entry of a task by its id; of a template by its name, the instance that ``seed`` picks."""
        if name in self.tasks:
            return self.tasks[name]
        instances = [entry for entry in self.tasks.values() if entry["task"] == name]
        if not instances:
            raise KeyError(f"{self.name} has no task {name!r}")
        return instances[seed % len(instances)]

    def session(self, task: str | None = None, seed: int = 0) -> Session:
        """A session at the start. Raises KeyError for a task that is not there."""
        entry = None if task is None else self.task(task, seed)
        return Session(self, entry)

    def __repr__(self) -> str:
        return f"<Environment {self.name}: {len(self.program)} tools, {len(self.tasks)} tasks>"


class _Loader(SourceFileLoader):
    """Loads a module from bytes at hand, and keeps nothing of it on disk."""

    def __init__(self, name: str, path: str, source: bytes) -> None:
        super().__init__(name, path)
        self._source = source

    def path_stats(self, path: object) -> NoReturn:
        raise OSError("not to be cached")

    def get_data(self, path: object) -> bytes:
        return self._source


def _module(source: bytes, path: str) -> ModuleType:
    module = ModuleType(f"awmlang_bundle_{next(_numbers)}")
    module.__file__ = path
    _Loader(module.__name__, path, source).exec_module(module)
    return module


def _open_seed(name: str, image: bytes) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
    seed = apsw.Connection(name, flags=flags)
    loaded = apsw.Connection(":memory:")
    loaded.deserialize("main", image)
    with seed.backup("main", loaded, "main") as backup:
        backup.step()
    loaded.close()
    register(seed)
    return seed
