"""The same calls on SQLite and on DuckDB: whether results, errors and states agree."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from awmlang.proving.candidates import Candidates, NoCandidate
from awmlang.proving.duckdb.database import Database, Failed
from awmlang.proving.duckdb.kinds import NotCarried
from awmlang.proving.duckdb.rules import Rules
from awmlang.runtime import Environment, Session
from awmlang.runtime.errors import ToolError
from awmlang.runtime.program import Tool
from awmlang.runtime.schema import sequences

CALLS_OF_A_SEQUENCE = 25

Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Disagreement:
    """The calls of a sequence, the last of which came out in two ways."""

    calls: tuple[Call, ...]
    sqlite: str
    duckdb: str

    def __str__(self) -> str:
        calls = "\n".join(f"  {tool} {json.dumps(arguments)}" for tool, arguments in self.calls)
        return f"{calls}\n    SQLite  {self.sqlite}\n    DuckDB  {self.duckdb}"


@dataclass
class Report:
    """``statements``: of the tools and invariants, ``run`` of them by DuckDB; ``not_carried``: why, by statement or tool.

    ``failures``: calls that DuckDB could not make. ``unbounded``: calls that SQLite stopped for the work they cost; DuckDB does not count.
    """

    tools: set[str] = field(default_factory=set)
    calls: int = 0
    succeeded: int = 0
    unbounded: int = 0
    failures: int = 0
    run: set[str] = field(default_factory=set)
    not_carried: dict[str, str] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)


class _DuckDBSession(Session):
    """A session whose database is DuckDB's. It has no snapshots; ``fault`` is what went wrong in the last call."""

    def __init__(self, environment: Environment, database: Database) -> None:
        super().__init__(environment, None)
        self.duckdb = database
        self.fault: Exception | None = None
        self._held = database  # type: ignore[assignment]

    def _fault(self, error: Exception) -> ToolError:
        self.fault = error
        return ToolError("internal", str(error))

    def close(self) -> None:
        self.duckdb.close()


class Comparison:
    """Compares one environment's engines; ``report`` says what came of it so far."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.report = Report()
        self._source = environment.session()
        self._rules = Rules(self._source.database.connection, environment.schema)

    def database(self) -> Database:
        """A copy of the start in DuckDB."""
        source = self._source.database.connection
        return Database(source, self.environment.schema, self._rules, self.environment.me)

    def solutions(self) -> None:
        """The reference solution of every task, each from the start."""
        for task in self.environment.tasks.values():
            self.calls((call["tool"], call["arguments"]) for call in task["solution"])

    def calls(self, calls: Iterable[Call]) -> None:
        """These calls, from the start."""
        with self.environment.session() as sqlite:
            self._sequence(sqlite, calls)

    def walks(self, calls: int, seed: int = 0) -> None:
        """``calls`` calls with valid arguments, from the start every so often; fewer where no tool can be called."""
        draws = random.Random(seed)
        for made in range(0, calls, CALLS_OF_A_SEQUENCE):
            with self.environment.session() as sqlite:
                some = min(CALLS_OF_A_SEQUENCE, calls - made)
                self._sequence(sqlite, _drawn(Candidates(sqlite), draws, some))

    def _sequence(self, sqlite: Session, calls: Iterable[Call]) -> None:
        database = self.database()
        other, made = _DuckDBSession(self.environment, database), []
        with other:
            for tool, arguments in calls:
                made.append((tool, arguments))
                if not self._agree(sqlite, other, tuple(made)):
                    break
            self.report.run |= database.run_statements

    def _agree(self, sqlite: Session, other: _DuckDBSession, calls: tuple[Call, ...]) -> bool:
        """Make the last of the calls on both; whether to go on."""
        report, (tool, arguments) = self.report, calls[-1]
        a, b = sqlite.call(tool, arguments), other.call(tool, arguments)
        if a.error is not None and a.error.code == "too_expensive":
            report.unbounded += 1
            return False
        report.calls += 1
        report.tools.add(tool)
        report.succeeded += a.ok
        if isinstance(other.fault, (NotCarried, Failed)):
            report.failures += 1
            report.not_carried[tool] = str(other.fault)
            return False
        said = (a.text, b.text)
        if comparable(a.text) == comparable(b.text):
            difference = self._difference(sqlite, other) if self._writes(tool) else None
            if difference is None:
                return True
            said = difference
        report.disagreements.append(Disagreement(calls, *said))
        return False

    def _writes(self, tool: str) -> bool:
        program: Tool = self.environment.program[tool]
        return program.writes

    def _difference(self, sqlite: Session, other: _DuckDBSession) -> tuple[str, str] | None:
        """A table whose rows differ, and how; None if none does."""
        schema = self.environment.schema
        for table in (*schema.tables, "awm_serial"):
            columns = ", ".join(f'"{column}"' for column in schema.columns[table])
            found = sqlite.database.connection.execute(f'SELECT {columns} FROM "{table}"')
            rows, others = sorted(found, key=repr), sorted(other.duckdb.rows(table), key=repr)
            if rows != others:
                only = [
                    [row for row in some if row not in rest]
                    for some, rest in ((rows, others), (others, rows))
                ]
                return f"{table}: {only[0]}", f"{table}: {only[1]}"
        given, others_given = sequences(sqlite.database.connection), other.duckdb.sequences()
        return (
            None if given == others_given else (f"the last keys: {given}", f"the last keys: {others_given}")
        )


def comparable(text: str) -> Any:
    """A result as its keys in order and its values: of money the text, of a float what it stands for."""
    return json.loads(text, parse_float=_number, object_pairs_hook=tuple)


def _number(text: str) -> str | float:
    return text if re.fullmatch(r"-?\d+\.\d\d", text) else float(text)


def _drawn(candidates: Candidates, draws: random.Random, most: int) -> Iterator[Call]:
    for _ in range(most):
        try:
            tool, arguments = candidates.call(draws)
        except NoCandidate:
            return
        yield tool.name, arguments
