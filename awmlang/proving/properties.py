"""A session whose every call is held against what its tool promises."""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import Any, NamedTuple
from unicodedata import normalize

import apsw

from awmlang.proving.contract import BUILT_IN, Contract, Promise, values_at
from awmlang.runtime import Environment, Result, Session
from awmlang.runtime.schema import SETTLED, sequences
from awmlang.runtime.state import Change, State, changes


class Call(NamedTuple):
    """``arguments`` in JSON's values, or the text of a call."""

    tool: Any
    arguments: Any


class Broken(Exception):
    """A call, the last of ``calls``, broke what its tool promises: ``rule`` is a key of ``RULES``."""

    def __init__(self, rule: str, tool: str, words: str, calls: list[Call]) -> None:
        super().__init__(f"{tool}: {words}")
        self.rule = rule
        self.tool = tool
        self.words = words
        self.calls = calls


RULES = {
    "outcome": "a call ends in a result or in an error that is declared or built in",
    "schema": "what is given and taken is as the published schemas say",
    "atomic": "an error changes nothing",
    "read-only": "a tool that is read-only changes nothing",
    "rules": "foreign keys, checks and invariants hold after every call",
    "flow": "fields with a flow go along its arrows",
    "access": "nothing of a row that the user may not see is taken, shown or changed",
    "deterministic": "the same calls from the same state give the same results and the same state",
    "restore": "snapshot, call, restore is the identity",
}


class Seen:
    """What calls came to: how often each outcome (``ok`` or a code) by tool, each step of a flow, each refusal."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.moves: Counter[tuple[str, str, str, str]] = Counter()  # entity, field, source, target
        self.refusals: Counter[str] = Counter()  # by the words of the rule


class CheckedSession:
    """Raises Broken when a call, or what may be done between calls, does not do as it should.

    Several may share what they have ``seen``.
    """

    def __init__(self, environment: Environment, contract: Contract, seen: Seen | None = None) -> None:
        self.environment = environment
        self.contract = contract
        self.seen = seen or Seen()
        self.session = environment.session()
        self.database = self.session.database
        self.calls: list[Call] = []
        self.results: list[str] = []
        self._tables = {table.entity: table.name for table in environment.schema.tables.values()}
        self._flows = _flows(contract)
        self._settled = [
            f'SELECT 1 FROM "{name}" WHERE {SETTLED} IS NOT 1 LIMIT 1'
            for name in environment.schema.tables
            if self.database.value(
                "SELECT 1 FROM pragma_table_info(:table) WHERE name = :name", table=name, name=SETTLED
            )
        ]

    def reset(self) -> None:
        self.session.reset()
        self.calls = []
        self.results = []

    def close(self) -> None:
        self.session.close()

    def writes(self) -> list[Call]:
        """The calls of tools that write which succeeded, and the last."""
        made = zip(self.calls, self.session.log, strict=True)
        kept = [call for call, log in made if log.error is None and self.contract.promises[log.tool].writes]
        return kept if kept and kept[-1] is self.calls[-1] else [*kept, self.calls[-1]]

    # ---- Calls

    def call(self, tool: Any, arguments: Any) -> Result:
        """Make a call, and ask all that can be asked after every one."""
        connection = self.database.connection
        self.calls.append(Call(tool, arguments))
        counters = sequences(connection)
        recorder = self._record()
        try:
            result = self._made(tool, arguments)
            written = recorder.changeset()
        finally:
            recorder.close()
        self.results.append(result.text)
        code = "ok" if result.error is None else result.error.code
        promise = self.contract.promises.get(tool) if isinstance(tool, str) else None
        self.seen.outcomes[str(tool), code] += 1
        if result.error is not None and code == "constraint":
            self.seen.refusals[result.error.message] += 1
        self._outcome(promise, code, result)
        self._input(promise, arguments, code)
        has_changed = code != "too_expensive" and (written != b"" or sequences(connection) != counters)
        if result.error is not None:
            if has_changed:
                self._broken("atomic", f"it ended in {code}, and yet changed {self._shown(written)}")
        elif promise is not None:
            value = result.value
            if (problem := promise.output(value)) is not None:
                self._broken("schema", f"the result{problem}")
            if not promise.writes and has_changed:
                self._broken("read-only", f"it changed {self._shown(written)}")
            made = changes(self.environment.schema, State(written, ()))
            if made:
                self._rules()
                self._moved(made)
            self._access(promise, arguments, value, made)
        return result

    def call_twice(self, tool: Any, arguments: Any) -> Result:
        """Make a call, come back to the state before it, and make it again."""
        before = self.contents()
        log = list(self.session.log)
        snapshot = self.session.snapshot()
        first = self._made(tool, arguments)
        after = self.session.state_hash()
        if first.error is not None and self.contents() != before:
            self.calls.append(Call(tool, arguments))
            self._broken("atomic", f"it ended in {first.error.code}, and yet changed something")
        self.session.restore(snapshot)
        if self.contents() != before or self.session.log != log:
            self.calls.append(Call(tool, arguments))
            self._broken("restore", "a snapshot before it, restored after it, is another state")
        result = self.call(tool, arguments)
        if (result.text, self.session.state_hash()) != (first.text, after):
            self._broken("deterministic", f"made again, it gave {result.text} instead of {first.text}")
        return result

    def finish(self, *, again: bool) -> None:
        """What is asked at the end of a sequence; ``again``: whether it gives the same once more."""
        problems = self.database.values("PRAGMA integrity_check")
        if problems != ["ok"]:
            self._broken("rules", f"the database says {problems[0]}")
        if again:
            self._again()

    def _again(self) -> None:
        twin = Session(self.environment, None)
        try:
            for number, (call, text) in enumerate(zip(self.calls, self.results, strict=True), 1):
                again = twin.call(call.tool, call.arguments).text
                if again != text:
                    self.calls = self.calls[:number]
                    self._broken("deterministic", f"in another session, it gave {again} instead of {text}")
            if twin.state_hash() != self.session.state_hash():
                self._broken("deterministic", "in another session, the same calls end in another state")
        finally:
            twin.close()

    def contents(self) -> object:
        """All rows and counters of the database, for comparison."""
        execute = self.database.connection.execute
        self.database.grant()
        rows: list[Any] = [
            execute(f'SELECT * FROM "{name}" ORDER BY "{table.key}"').fetchall()
            for name, table in self.environment.schema.tables.items()
        ]
        serials = execute("SELECT * FROM awm_serial ORDER BY entity").fetchall()
        return rows, serials, sequences(self.database.connection)

    # ---- What is asked

    def _broken(self, rule: str, words: str) -> None:
        last = self.calls[-1].tool if self.calls else ""
        raise Broken(rule, str(last), words, list(self.calls))

    def _made(self, tool: Any, arguments: Any) -> Result:
        log = logging.getLogger("awmlang.runtime.session")
        log.disabled = True
        try:
            return self.session.call(tool, arguments)
        except Exception as error:
            self._broken("outcome", f"it raised {error!r}")
            raise
        finally:
            log.disabled = False

    def _record(self) -> apsw.Session:
        recorder = apsw.Session(self.database.connection, "main")
        for table in (*self.environment.schema.tables, "awm_serial"):
            recorder.attach(table)
        return recorder

    def _shown(self, changeset: bytes) -> str:
        found = changes(self.environment.schema, State(changeset, ()))
        words = [f"{self.environment.schema.entity_of(change.table)} {change.key}" for change in found[:3]]
        return ", ".join(words) or "a counter"

    def _outcome(self, promise: Promise | None, code: str, result: Result) -> None:
        allowed = {"unknown_tool"} if promise is None else BUILT_IN | promise.errors | {"ok"}
        if code not in allowed:
            self._broken("outcome", f"it ended in {code}, which is not declared: {result.text}")

    def _input(self, promise: Promise | None, arguments: Any, code: str) -> None:
        """What the published schema refuses is refused; a number that can be no key may be an unknown one."""
        if promise is None or code in ("invalid_argument", "not_found"):
            return
        given = {} if arguments is None else arguments
        if isinstance(given, str):
            given = json.loads(given)
        if (problem := promise.input(_normal(given))) is not None:
            self._broken("schema", f"the arguments{problem}, and yet it ended in {code}")

    def _rules(self) -> None:
        broken: list[Any] = self.database.connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            table, row, target, _ = broken[0]
            self._broken("rules", f"{table} {row} refers to a row of {target} that is not there")
        for sql, words in self.environment.invariants:
            if not self.database.value(sql, me=self.database.me, now=self.database.now):
                self._broken("rules", f"it breaks the invariant: {words}")
        for sql in self._settled:
            if self.database.value(sql):
                self._broken("rules", "a row is left out of its unique rules")

    def _moved(self, made: list[Change]) -> None:
        for change in made:
            if change.old is None or change.new is None:
                continue
            entity = self.environment.schema.entity_of(change.table)
            for field in change.old.keys() & change.new.keys():
                flow = self._flows.get((entity, field))
                if flow is None:
                    continue
                way = _way(flow, change.old[field], change.new[field])
                if not way:
                    self._broken(
                        "flow", f"{entity}.{field} went from {change.old[field]} to {change.new[field]}"
                    )
                for source, target in way:
                    self.seen.moves[entity, field, source, target] += 1

    def _access(self, promise: Promise, arguments: Any, value: Any, made: list[Change]) -> None:
        if not self.contract.visible:
            return
        hidden: list[tuple[str, Any, str]] = []
        for change in made:
            entity = self.environment.schema.entity_of(change.table)
            if entity in self.contract.visible and entity not in promise.beyond:
                is_new = change.old is None
                if not self._sees(self.session, entity, change.key):
                    if is_new:
                        self._broken("access", f"it made {entity} {change.key}, which the user may not see")
                    hidden.append((entity, change.key, "changed"))
        taken = json.loads(arguments) if isinstance(arguments, str) else arguments
        for verb, paths, where in (("took", promise.takes, taken), ("showed", promise.shows, value)):
            for path, entity in paths.items():
                if verb == "showed" and entity in promise.beyond:
                    continue
                for key in values_at(where, path):
                    if not self._sees(self.session, entity, key):
                        hidden.append((entity, key, verb))
        if hidden:
            self._not_seen_before(hidden)

    def _not_seen_before(self, hidden: list[tuple[str, Any, str]]) -> None:
        """Rows that may not be seen now must have been visible before the call."""
        before = Session(self.environment, None)
        try:
            for call in self.calls[:-1]:
                before.call(call.tool, call.arguments)
            for entity, key, verb in hidden:
                if not self._sees(before, entity, key):
                    self._broken("access", f"it {verb} {entity} {key}, which the user may not see")
        finally:
            before.close()

    def _sees(self, session: Session, entity: str, key: Any) -> bool:
        database = session.database
        found = database.value(self.contract.visible[entity], key=key, me=database.me, now=session.now)
        return found is not None


def _normal(value: Any) -> Any:
    """As the runtime reads texts."""
    match value:
        case str():
            return normalize("NFC", value)
        case list():
            return [_normal(item) for item in value]
        case dict():
            return {name: _normal(item) for name, item in value.items()}
    return value


Steps = dict[str, list[str]]


def _flows(contract: Contract) -> dict[tuple[str, str], Steps]:
    flows: dict[tuple[str, str], Steps] = {}
    for arrow in contract.arrows:
        flows.setdefault((arrow.entity, arrow.field), {}).setdefault(arrow.source, []).append(arrow.target)
    return flows


def _way(steps: Steps, source: str, target: str) -> list[tuple[str, str]]:
    """The shortest way along the arrows; empty if there is none."""
    ways: list[tuple[str, list[tuple[str, str]]]] = [(source, [])]
    seen = {source}
    for at, way in ways:
        for following in steps.get(at, ()):
            if following == target:
                return [*way, (at, following)]
            if following not in seen:
                seen.add(following)
                ways.append((following, [*way, (at, following)]))
    return []
