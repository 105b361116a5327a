"""specs/airline.awm over the recorded data answers, refuses and changes what the recorded airline desk does.

``pytest -n 0 -s tests/oracle`` prints the figures.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.console import Console
from rich.table import Table

from awmlang.cli.specs import build
from awmlang.diagnostics import exit_code
from awmlang.runtime.environment import Environment
from awmlang.runtime.session import Session
from tests.oracle import recording
from tests.oracle.documents import WORDED, document, recorded_result, result, same, touched
from tests.oracle.recording import Call, Line, State

SPEC = Path(__file__).parents[2] / "specs" / "airline.awm"

pytestmark = pytest.mark.skipif(
    recording.folder() is None,
    reason="the recorded airline desk is not here: shared/oracle/airline beside the repository",
)


class Deviation(NamedTuple):
    """Lines whose call is refused, with ``error`` and with nothing changed, where the recorded desk does not refuse
    it, or refuses it with another error."""

    lines: str
    error: str
    reason: str


DEVIATIONS = [
    Deviation(
        "43 book_same_cert_twice",
        "certificate_used_twice",
        "all or nothing: theirs fails with the certificate gone",
    ),
    Deviation("44 book_same_gift_twice", "constraint", "a balance has its range: theirs becomes -84"),
    Deviation(
        "83 bag_fraction_gift", "invalid_argument", "all or nothing: theirs fails with the gift card debited"
    ),
    Deviation("92 304 cert_float", "invalid_argument", "an integer is one: theirs takes a fraction"),
    Deviation(
        "50 222 314 book_pax_extra_field", "invalid_argument", "no unknown fields: theirs ignores them"
    ),
    Deviation("88 pax_extra", "invalid_argument", "no unknown fields: theirs ignores them"),
    Deviation("98 252 direct_bad", "invalid_argument", "a date is one: theirs looks and finds nothing"),
    Deviation("100 onestop_bad", "invalid_argument", "a date is one: theirs looks and finds nothing"),
    Deviation("140 152 gold_mutation", "invalid_argument", "a date is one: theirs looks and finds nothing"),
    Deviation(
        "64 215 upd_badcabin",
        "invalid_argument",
        "arguments come first: theirs looks at the flight before the cabin",
    ),
    Deviation("4 9 calculate", "arithmetic", "arithmetic, not Python: theirs knows ** and //"),
]
LISTED = {
    f"perturbed {number} {words[-1]}": deviation
    for deviation in DEVIATIONS
    for words in [deviation.lines.split()]
    for number in words[:-1]
}


@pytest.fixture(scope="module")
def environment() -> Environment:
    folder = recording.folder()
    assert folder is not None
    built = build(str(SPEC), data=folder / "data")
    assert built.compiled is not None and not exit_code(built.diagnostics), built.diagnostics
    return Environment(built.compiled.files)


@pytest.fixture(scope="module")
def figures() -> Any:
    """How many calls of each file were compared, and what came of it; printed at the end."""
    counts: dict[str, Counter[str]] = {}
    yield counts
    reasons = sorted({what for counter in counts.values() for what in counter} - {"compared", "equal"})
    table = Table("", *counts, "all", box=None)
    for what in ("compared", "equal", *reasons):
        numbers = [counter[what] for counter in counts.values()]
        table.add_row(what, *map(str, numbers), str(sum(numbers)))
    Console(width=120).print(table)


def test_the_data_are_the_recorded_state(environment: Environment) -> None:
    with environment.session() as session:
        for collection, documents in recording.initial().items():
            for id, theirs in documents.items():
                assert same(document(session.database.connection, (collection, id)), theirs), id


def test_the_tools_take_the_recorded_arguments(environment: Environment) -> None:
    ours = {tool["function"]["name"]: tool["function"]["parameters"] for tool in environment.tools()}
    theirs = {
        tool["function"]["name"]: tool["function"]["parameters"] for tool in recording.read("tools.json")
    }
    assert len(theirs) == 14
    assert ours.keys() == theirs.keys()
    for name, parameters in theirs.items():
        assert list(ours[name]["properties"]) == list(parameters["properties"]), name
        assert ours[name].get("required", []) == parameters.get("required", []), name


@pytest.mark.parametrize("file", recording.FILES)
def test_every_recorded_call(environment: Environment, file: str, figures: dict[str, Counter[str]]) -> None:
    counts = figures[file] = Counter()
    with environment.session() as session:
        for line in recording.lines(file):
            session.reset()
            play(session, line, counts)


def test_few_calls_deviate() -> None:
    calls = {line.name: len(line.calls) for file in recording.FILES for line in recording.lines(file)}
    assert LISTED.keys() <= calls.keys()
    assert sum(calls[name] for name in LISTED) < 0.03 * sum(calls.values())


def test_a_change_of_state_that_was_not_recorded_is_found(environment: Environment) -> None:
    with environment.session() as session:
        session.call("send_certificate", {"user_id": "mia_li_3668", "amount": 50})
        (found,) = states(session, State(), {})
    assert "mia_li_3668" in found


def play(session: Session, line: Line, counts: Counter[str]) -> None:
    """Make the calls of a line, each compared in outcome, result and state."""
    state = State()
    clocks: dict[str, str] = {}
    for number, call in enumerate(line.calls):
        state.apply(call.changes)
        clocks |= dict.fromkeys(booked(call), session.now)
        before = session.state_hash()
        ours = session.call(call.tool, call.arguments)
        code = ours.error and ours.error.code
        differences = [
            *outcome(call, code),
            *results(call, ours.value if ours.ok else None, clocks),
            *states(session, state, clocks),
        ]
        counts["compared"] += 1
        listed = LISTED.get(line.name)
        if listed is None:
            assert not differences, (line.name, number, call, ours, differences)
            counts["equal"] += 1
        else:
            assert differences, f"{line.name} is listed, but does not deviate"
            assert code == listed.error
            assert session.state_hash() == before
            counts[listed.reason] += 1


def booked(call: Call) -> list[str]:
    """The reservations that a call adds."""
    return [
        change["path"][1]
        for change in call.changes
        if change["op"] == "add" and change["path"][0] == "reservations" and len(change["path"]) == 2
    ]


def outcome(call: Call, code: str | None) -> list[str]:
    equal = code is not None if call.error == "any" else code == call.error
    return [] if equal else [f"outcome: {code} instead of {call.error}"]


def results(call: Call, value: Any, clocks: dict[str, str]) -> list[str]:
    if call.error is not None or value is None or call.tool in WORDED:
        return []
    theirs = timed(recorded_result(call.tool, call.text), clocks)
    return [] if same(result(call.tool, value), theirs) else [f"result: {value} instead of {theirs}"]


def states(session: Session, state: State, clocks: dict[str, str]) -> list[str]:
    """The documents that have been changed, by us or by them, and are not the same."""
    found = []
    for path in touched(session) | state.changed.keys():
        ours, theirs = document(session.database.connection, path), timed(state.document(path), clocks)
        if not same(ours, theirs):
            found.append(f"state: {path} is {ours} instead of {theirs}")
    return found


def timed(theirs: Any, clocks: dict[str, str]) -> Any:
    """A recorded reservation with the time at which it was booked here: their clock stands still, ours ticks."""
    if isinstance(theirs, dict) and theirs.get("reservation_id") in clocks:
        return theirs | {"created_at": clocks[theirs["reservation_id"]]}
    return theirs
