"""The environments of specs/ under calls that nobody planned."""

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from awmlang import bundle
from awmlang.runtime import Environment
from tests.runtime.test_state import dump

COMPILED = Path(__file__).parents[2] / "compiled"
NAMES = sorted(path.name for path in COMPILED.iterdir())
BUILT_IN = {"invalid_argument", "not_found", "constraint", "in_use", "arithmetic", "too_expensive"}


class World:
    """An environment whose sessions share two databases, and what may be said to it."""

    def __init__(self, name):
        self.environment = Environment.load(COMPILED / name)
        self.environment.pool.awake = 2
        self.tools = {tool["name"]: tool for tool in self.environment.tools("mcp")}
        self.validators = {
            name: jsonschema.Draft202012Validator(tool["outputSchema"]) for name, tool in self.tools.items()
        }
        declared = re.findall(r'ToolError\(\s*"(\w+)"', (COMPILED / name / bundle.TOOLS).read_text("utf-8"))
        self.codes = BUILT_IN | set(declared)
        self.solutions = [entry["solution"] for entry in self.environment.tasks.values() if entry["solution"]]
        self.texts = sorted(set(_texts(self.solutions)))
        self.calls = st.sampled_from(sorted(self.tools)).flatmap(
            lambda name: st.tuples(st.just(name), self.values(self.tools[name]["inputSchema"]))
        )
        with self.environment.session() as session:
            self.start = dump(session)

    def values(self, schema):
        """Values that the schema allows, of those that are likely to be about something."""
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return st.one_of([self._of_kind(kind, schema) for kind in kinds])

    def _of_kind(self, kind, schema):
        match kind:
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                low = schema.get("minimum", -3)
                return st.integers(low, min(schema.get("maximum", low + 40), low + 40))
            case "number":
                return st.integers(0, 20_000).map(lambda cents: cents / 100)
            case "string" if schema.get("format") == "date":
                return st.integers(-10, 40).map(lambda days: _day(self.environment.clock, days))
            case "string":
                return st.sampled_from(self.texts) | st.text(max_size=schema.get("maxLength", 12))
            case "array":
                return st.lists(self.values(schema["items"]), max_size=min(4, schema.get("maxItems", 4)))
        required = set(schema.get("required", ()))
        fields = {name: self.values(part) for name, part in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: part for name, part in fields.items() if name in required},
            optional={name: part for name, part in fields.items() if name not in required},
        )

    def call(self, session, tool, arguments):
        """Make a call, and see that it ends in a documented way. True if it could not have changed anything."""
        before = session.state_hash()
        result = session.call(tool, arguments)
        result.text.encode()
        told = json.loads(result.text)
        if result.ok:
            self.validators[tool].validate(told)
        else:
            assert result.error.code in self.codes, result
            assert told["error"]["code"] == result.error.code
        if not result.ok or self.tools[tool]["annotations"]["readOnlyHint"]:
            assert session.state_hash() == before
        return result


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _day(clock, days):
    return (date.fromisoformat(clock[:10]) + timedelta(days=days)).isoformat()


world_of = cache(World)


# ---- Whatever the arguments


def _cyclic():
    value = []
    value.append({"again": value})
    return value


def _deep(levels):
    value = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


STRANGE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers().map(lambda n: n * 10**30)
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs", "Cc", "Co", "L"]))
    | st.sampled_from(
        [b"bytes", 2**63, -(2**63), 1e308, 5e-324, -0.0, "\0", "𝟜", "9" * 5000, object(), {1}, 1j]
    )
    | st.sampled_from([_cyclic, lambda: _deep(50), lambda: _deep(50_000)]).map(lambda make: make())
)
ANYTHING = st.recursive(
    STRANGE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.integers() | st.none() | st.floats(), inner, max_size=4)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_but_documented_outcomes(name, data):
    world = world_of(name)
    tool, arguments = data.draw(world.calls)
    how = data.draw(st.sampled_from(["replace", "replace", "add", "all", "text"]))
    if how == "replace" and arguments:
        arguments = arguments | {data.draw(st.sampled_from(sorted(arguments))): data.draw(ANYTHING)}
    elif how == "add":
        arguments = {**arguments, data.draw(STRANGE.filter(_hashable)): data.draw(ANYTHING)}
    elif how == "text":
        text = json.dumps(arguments)
        at = data.draw(st.integers(0, len(text)))
        arguments = text[:at] + data.draw(st.text(max_size=5)) + text[at + data.draw(st.integers(0, 5)) :]
    elif how == "all":
        arguments = data.draw(ANYTHING)
    with world.environment.session() as session:
        world.call(session, tool, arguments)


def _hashable(value):
    try:
        hash(value)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
@given(tool=ANYTHING)
@settings(max_examples=50, deadline=None)
def test_whatever_the_name_of_the_tool(name, tool):
    with world_of(name).environment.session() as session:
        result = session.call(tool, {})
        assert result.error is None or result.error.code in BUILT_IN | {"unknown_tool"}
        result.text.encode()


@pytest.mark.parametrize("name", NAMES)
@given(answer=ANYTHING, data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_the_answer(name, answer, data):
    environment = world_of(name).environment
    with environment.session(data.draw(st.sampled_from(sorted(environment.tasks)))) as session:
        grade = session.grade(answer)
        assert 0 <= grade.fraction <= 1
        assert grade.complete == (not grade.why)
        grade.why.encode()


# ---- Whatever the calls


class Life(RuleBasedStateMachine):
    """Sessions of one environment that come and go; after every step each is what it should be."""

    world: World

    @initialize()
    def begin(self):
        self.sessions = [self.world.environment.session()]
        self.expected = [self.world.start]
        self.kept = []

    def pick(self, data):
        return data.draw(st.integers(0, len(self.sessions) - 1), label="session")

    @rule(data=st.data())
    def call(self, data):
        number = self.pick(data)
        tool, arguments = data.draw(self.world.calls, label="call")
        self.world.call(self.sessions[number], tool, arguments)
        self.expected[number] = state_of(self.sessions[number])

    @rule(data=st.data())
    def solve(self, data):
        number = self.pick(data)
        for call in data.draw(st.sampled_from(self.world.solutions), label="solution"):
            self.world.call(self.sessions[number], call["tool"], call["arguments"])
        self.expected[number] = state_of(self.sessions[number])

    @rule(data=st.data())
    def reset(self, data):
        number = self.pick(data)
        self.sessions[number].reset()
        self.expected[number] = self.world.start
        assert self.sessions[number].diff() == {}

    @rule(data=st.data())
    def keep(self, data):
        number = self.pick(data)
        self.kept.append((self.sessions[number].snapshot(), self.expected[number]))

    @rule(data=st.data())
    def come_back(self, data):
        if self.kept:
            number = self.pick(data)
            snapshot, self.expected[number] = data.draw(st.sampled_from(self.kept), label="snapshot")
            self.sessions[number].restore(snapshot)
            assert self.sessions[number].snapshot() == snapshot

    @rule(data=st.data())
    def fork(self, data):
        if len(self.sessions) < 4:
            number = self.pick(data)
            self.sessions.append(self.sessions[number].fork())
            self.expected.append(self.expected[number])
            assert self.sessions[-1].state_hash() == self.sessions[number].state_hash()

    @rule(data=st.data())
    def close(self, data):
        if len(self.sessions) > 1:
            number = self.pick(data)
            self.sessions.pop(number).close()
            del self.expected[number]

    @invariant()
    def all_are_what_they_should_be(self):
        for session, expected in zip(self.sessions, self.expected, strict=True):
            assert state_of(session) == expected
            differs = {
                self.world.environment.schema.tables[table].entity
                for table in expected
                if table in self.world.environment.schema.tables
                and expected[table] != self.world.start[table]
            }
            assert session.diff().keys() == differs

    def teardown(self):
        for session in self.sessions:
            session.close()


def state_of(session):
    """Every row, read from a copy: who reads a session's database makes it keep that."""
    with session.fork() as copy:
        return dump(copy)


@pytest.mark.parametrize("name", NAMES)
def test_states_under_any_calls(name):
    machine = type("Life", (Life,), {"world": world_of(name)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
