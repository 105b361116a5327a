"""``unique`` and ``disjoint`` are asked at the end of a statement, when all its rows are written."""

from __future__ import annotations

import json
from pathlib import Path

import apsw
import pytest

from awmlang import bundle

from .conftest import HEAD, environment

SPEC = """
entity List_ { name: text }
entity Slot {
  list: List_
  position: int(0..)
  code: text? unique
  is_first: bool = false
  note: text?
  check unique(.list, .position) "a place holds one slot"
  check unique(.list) where .is_first "a list has one first slot"
}
entity Stay {
  room: int
  starts: date
  ends: date
  is_off: bool = false
  check disjoint(.starts, .ends, .room) where not .is_off "stays in a room do not overlap"
}
data List_ (name) { one = ("one") two = ("two") }
data Slot (list, position, code, is_first) {
  (one, 1, "a", true) (one, 2, "b", false) (one, 3, null, false) (one, 4, null, false) (two, 1, "z", true)
}
data Stay (room, starts, ends, is_off) {
  (1, "2025-06-01", "2025-06-05", false) (1, "2025-06-05", "2025-06-08", false) (1, "2025-06-08", "2025-06-09", false)
  (2, "2025-06-01", "2025-06-30", false) (1, "2025-06-02", "2025-06-03", true)
}
tool slots() { "All." return list(Slot sort .list.id then .position, "{.list.id}:{.position}:{.id}") }
tool stays() { "All." return list(Stay sort .id, "{.room} {.starts}") }
tool run(step: int = 1) { "Run." BODY return { ok = true } }
"""


@pytest.fixture
def after():
    """``after("update ...")``: a session of the slots and stays in which ``run`` makes the statements."""
    return lambda body: environment(HEAD + SPEC.replace("BODY", body)).session()


def slots(session) -> list[str]:
    return session.call("slots").value["items"]


START = ["1:1:1", "1:2:2", "1:3:3", "1:4:4", "2:1:5"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("update Slot where .list.id == 1 and .position >= 2 { position += 1 }", ["1:1:1", "1:3:2", "1:4:3", "1:5:4", "2:1:5"]),
        ("update Slot where .list.id == 1 { position -= step }", ["1:0:1", "1:1:2", "1:2:3", "1:3:4", "2:1:5"]),
        ("update Slot { position += step }", ["1:2:1", "1:3:2", "1:4:3", "1:5:4", "2:2:5"]),
        ("update Slot where .list.id == 1 { position = 5 - .position }", ["1:1:4", "1:2:3", "1:3:2", "1:4:1", "2:1:5"]),
        ("update Slot where .id in [1, 5] { list = if .list.id == 1 then one(List_ where .id == 2) else one(List_ where .id == 1) }",
         ["1:1:5", "1:2:2", "1:3:3", "1:4:4", "2:1:1"]),
        ("for s in Slot where .list.id == 1 sort .position desc { update s { position += 1 } }", ["1:2:1", "1:3:2", "1:4:3", "1:5:4", "2:1:5"]),
    ],
)  # fmt: skip
def test_rows_may_swap_and_shift(after, body: str, expected: list[str]) -> None:
    session = after(body)
    assert session.call("run").ok
    assert slots(session) == expected
    with pytest.raises(apsw.ConstraintError):  # from there on the rule holds as before
        session.database.connection.execute("UPDATE slot SET position = 7, list = 1")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("update Slot where .id in [1, 2] { position = 5 - .position }", "a place holds one slot"),  # 1 goes to 4
        ("update Slot where .id <= 3 { position += 1 }", "a place holds one slot"),
        ("update Slot where .list.id == 1 { position = 9 }", "a place holds one slot"),
        ("update Slot where .id <= 2 { position = 5 + .position * 0 }", "a place holds one slot"),
        ('update Slot { code = "same" }', "code must be unique, and another Slot has this one"),
        ('update Slot { code = "{.list.name}" }', "code must be unique, and another Slot has this one"),
        ("update Slot where .list.id == 1 { is_first = .position < 3 }", "a list has one first slot"),
        # Single rows and loops are statements of their own.
        ("update first(Slot where .id == 1) ?? one(Slot where .id == 2) { position = 2 }", "a place holds one slot"),
        ("for s in Slot where .list.id == 1 sort .position { update s { position += 1 } }", "a place holds one slot"),
        ("update Stay where .room == 1 { starts -= days(.id), ends += days(1) }", "stays in a room do not overlap"),
        ("update Stay { room = 2 }", "stays in a room do not overlap"),
        ("update Stay where .id == 5 { is_off = false }", "stays in a room do not overlap"),
    ],
)  # fmt: skip
def test_what_clashes_in_the_end_is_refused_and_undone(after, body: str, words: str) -> None:
    session = after(f'update Slot {{ note = "seen" }} {body}')
    before = session.state_hash()
    error = session.call("run").error
    assert (error.code, error.message) == ("constraint", words)
    assert session.state_hash() == before and session.diff() == {} and slots(session) == START


def test_values_may_change_hands(after) -> None:
    session = after('update Slot where .id <= 2 { code = if .code == "a" then "b" else "a" }')
    assert session.call("run").ok
    assert session.diff()["Slot"]["changed"] == {1: {"code": ["a", "b"]}, 2: {"code": ["b", "a"]}}
    assert session.call("run").ok
    assert session.diff() == {}


def test_nulls_are_no_business_of_unique(after) -> None:
    session = after('update Slot { code = if .code == null then "n{.id}" else null }')
    assert session.call("run").ok
    assert [c["code"][1] for c in session.diff()["Slot"]["changed"].values()] == [
        None,
        None,
        "n3",
        "n4",
        None,
    ]
    assert session.call("run").ok


def test_the_condition_of_a_rule_may_change_hands(after) -> None:
    session = after("update Slot where .list.id == 1 { is_first = .position == 2 }")
    assert session.call("run").ok
    assert set(session.diff()["Slot"]["changed"]) == {1, 2}
    session = after("update Slot where .list.id == 1 { is_first = not .is_first }")
    assert session.call("run").error.message == "a list has one first slot"


def test_ranges_may_move_together(after) -> None:
    session = after("update Stay where .room == 1 { starts += days(step), ends += days(step) }")
    assert session.call("run", {"step": 2}).ok
    assert session.call("run", {"step": -9}).ok
    assert session.call("stays").value["items"] == [
        "1 2025-05-25", "1 2025-05-29", "1 2025-06-01", "2 2025-06-01", "1 2025-05-26",
    ]  # fmt: skip
    session = after("update Stay where not .is_off { room = 3 - .room }")
    assert session.call("run").ok
    assert session.call("stays").value["items"][0].startswith("2 ")


def test_a_range_that_becomes_subject_to_the_rule_is_asked(after) -> None:
    session = after(
        "update Stay where .id == 1 { is_off = true } update Stay where .id == 5 { is_off = false }"
    )
    assert session.call("run").ok


SHIFT = "update Slot where .list.id == 1 { position += 1 }"


def test_nothing_shows_of_it(after) -> None:
    session = after(SHIFT + " create Slot { list = one(List_ where .id == 2), position = 2 }")
    assert session.call("run").ok
    changed = {key: {"position": [key, key + 1]} for key in (1, 2, 3, 4)}
    row = {"id": 6, "list": 2, "position": 2, "code": None, "is_first": False, "note": None}
    assert session.diff() == {"Slot": {"new": {6: row}, "gone": {}, "changed": changed}}
    assert "awm" not in json.dumps(session.diff())
    fork = session.fork()
    assert fork.state_hash() == session.state_hash() and fork.diff() == session.diff()
    other = after("update Slot where .id == 4 { position = 5 }")
    other.restore(other.snapshot())
    assert other.call("run").ok


def test_it_is_graded_by_what_was_written() -> None:
    task = (
        'task shift "Shift them." { solution { run() } expect first(Slot where .id == 1).position == 2 '
        '"the first has moved" }'
    )
    session = environment(HEAD + SPEC.replace("BODY", SHIFT) + task).session(task="shift")
    assert session.call("run").ok
    assert session.grade().complete
    assert session.call("run").ok
    assert not session.grade().complete


def test_tables_that_need_no_column_have_none() -> None:
    def schema(body: str) -> str:
        made = environment(HEAD + SPEC.replace("BODY", body))
        return made._files[bundle.SCHEMA].decode()

    assert schema(SHIFT).count("awm_settled") > 0
    for body in (
        "update first(Slot) ?? one(Slot) { position = 2 }",
        "for s in Slot { update s { position = 9 - .position } }",
        'update Slot where .id == 1 { position = step, code = "q", is_first = false }',
        "update Slot { note = .code }",
        "update Stay { is_off = true } update Stay { room = step }",
        "update User { wallet += 1 }",
    ):
        assert "awm_settled" not in schema(body), body
    both = schema(SHIFT)
    assert 'UNIQUE INDEX "Slot.check_1" ON slot(list, position, awm_settled)' in both
    assert 'UNIQUE INDEX "Slot.code.unique" ON slot(code);' in both


def test_the_seed_is_held_to_the_rules_all_the_same() -> None:
    from awmlang.diagnostics import Source
    from awmlang.lowering.compile import compile_model
    from awmlang.semantics.analyze import analyze
    from awmlang.syntax.parser import parse

    text = (
        HEAD
        + SPEC.replace("BODY", SHIFT)
        + 'data Slot (list, position, code) { (two, 1, "y") (two, 2, "z") }'
    )
    source = Source(0, "shop.awm", text)
    model, _ = analyze(parse(source)[0], source)
    compiled, found = compile_model(model, source=source, spec_dir=Path())
    assert compiled is None
    assert [d.message for d in found] == [
        "This Slot breaks a rule: a place holds one slot.",
        "Another Slot has the same `code`.",
    ]
    assert all(d.labels for d in found)


def test_generated_rows_are_drawn_again() -> None:
    made = environment(
        HEAD
        + "entity Seat { number: int(1..30) unique } generate Seat 30 { number = between(1, 30) } "
        + 'tool run() { "Run." update Seat { number = 31 - .number } return list(Seat sort .number, .number) }'
    ).session()
    assert made.call("run").value["items"] == list(range(1, 31))


def test_text_keys(after) -> None:
    session = environment(
        HEAD
        + 'entity Rank { code: text key place: int unique } data Rank (code, place) { ("a", 1) ("b", 2) ("c", 3) } '
        + 'tool turn() { "Turn." update Rank { place = .place % 3 + 1 } return list(Rank sort .place, .code) }'
    ).session()
    assert session.call("turn").value["items"] == ["c", "a", "b"]
