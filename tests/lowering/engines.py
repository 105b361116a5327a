"""Engines that scripts run in: DuckDB in this process, PostgreSQL as a server of the tests' own."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb

Row = tuple[Any, ...]


class Engine(Protocol):
    """``run`` makes one transaction of a script; ``attempt`` makes statements one by one and tells what each said."""

    def run(self, script: str) -> None: ...

    def rows(self, query: str) -> list[Row]: ...

    def attempt(self, statements: Iterable[str]) -> list[str]: ...


class DuckDB:
    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def run(self, script: str) -> None:
        self._connection.execute(script)

    def rows(self, query: str) -> list[Row]:
        return self._connection.execute(query).fetchall()

    def attempt(self, statements: Iterable[str]) -> list[str]:
        said = []
        for statement in statements:
            try:
                self._connection.execute(statement)
                said.append("")
            except duckdb.Error as error:
                said.append(str(error))
        return said


class Postgres:
    """One database of a server."""

    def __init__(self, psql: list[str]) -> None:
        self._psql = psql

    def _call(self, text: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._psql, *options], input=text, capture_output=True, text=True, check=False
        )

    def run(self, script: str) -> None:
        done = self._call(script, "-v", "ON_ERROR_STOP=1")
        assert done.returncode == 0, done.stderr

    def rows(self, query: str) -> list[Row]:
        done = self._call(f"SELECT coalesce(json_agg(r), '[]') FROM ({query}) AS r;", "-At")
        assert done.returncode == 0, done.stderr
        return [tuple(row.values()) for row in json.loads(done.stdout)]

    def attempt(self, statements: Iterable[str]) -> list[str]:
        marked = "".join(f"{statement};\n\\warn ----\n" for statement in statements)
        return [each.strip() for each in self._call(marked).stderr.split("----\n")[:-1]]


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, default=None, key=lambda path: path.parts)


def why_no_postgres() -> str | None:
    """Why there can be no server here, if so."""
    if _programs() is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and not any(user.pw_name == "postgres" for user in pwd.getpwall()):
        return "PostgreSQL does not run as root, and there is no user postgres to run it as"
    return None


@contextmanager
def server() -> Iterator[Callable[[str], Postgres]]:
    """A server on a socket in a folder of its own, gone at the end. Called with a name, it makes a database."""
    programs = _programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="awm_pg_"))
    user: dict[str, Any] = {"cwd": folder}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs / program, *arguments], capture_output=True, text=True, check=False, timeout=120, **user
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    data = str(folder / "data")
    try:
        call("initdb", "-D", data, "-U", "awm", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=16MB"
        call("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:

            def database(name: str) -> Postgres:
                where = ["-h", str(folder), "-U", "awm"]
                call("createdb", *where, name)
                return Postgres([str(programs / "psql"), "-X", "-q", *where, name])

            yield database
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


__all__ = ["DuckDB", "Engine", "Postgres", "server", "why_no_postgres"]
