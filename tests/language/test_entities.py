"""Entities: fields, inverse fields, computed fields."""

from __future__ import annotations

from .conftest import environment, errors

CLINIC = """
environment clinic "A clinic."
clock = "2025-06-02T09:00:00"
me: Patient = pia
entity Patient {
  name: text "Who it is."
  born: date
  mother: Patient?
  children: [Patient] via mother
  visits: [Visit] via patient
  next_visit = first(.visits where .at > now sort .at)
  age = (date(now) - .born) / days(1) / 365.25
  is_me = this == me
  siblings = count(Patient as p where p.mother == .mother and p != this)
  cost = sum(.visits, .fee)
  dear = .cost > 50
  show { name }
}
entity Visit {
  patient: Patient owner cascade
  at: datetime
  fee: money = 0
  report: Report? via visit
  is_over = .at < now
  text = .report.text ?? "none"
}
entity Report { visit: Visit unique cascade text: text }
data Patient (name, born, mother) { pia = ("Pia", "2000-06-02", max_) max_ = ("Max", "1970-01-01", null) tom = ("Tom", "2002-06-02", max_) }
data Visit (patient, at, fee) { v1 = (pia, "2025-06-01T10:00:00", 40) v2 = (pia, "2025-06-03T10:00:00", 20) v3 = (tom, "2025-06-04T10:00:00", 5) }
data Report (visit, text) { (v1, "fine") }
"""


def session(text: str):
    return environment(CLINIC + text).session()


def test_the_other_end_of_a_reference() -> None:
    made = session(
        'tool t() { "T." return Patient { name, children { name }, visits { id }, mother { name, mother } } } '
        'tool u() { "U." return { first = list(max_().children sort .name, .name), grand = count(max_().children as c where exists(c.visits where .fee > 30)) } } '
        'function max_(): Patient { return one(Patient where .name == "Max") } tool n() { "N." return list(my Visit, .patient.mother.name) }'
    )
    assert made.call("t").value["items"] == [
        {
            "name": "Pia",
            "children": [],
            "visits": [{"id": 1}, {"id": 2}],
            "mother": {"name": "Max", "mother": None},
        },
        {"name": "Max", "children": [{"name": "Pia"}, {"name": "Tom"}], "visits": [], "mother": None},
        {"name": "Tom", "children": [], "visits": [{"id": 3}], "mother": {"name": "Max", "mother": None}},
    ]
    assert made.call("u").value == {"first": ["Pia", "Tom"], "grand": 1}
    assert made.call("n").value["items"] == ["Max", "Max"]


def test_the_other_end_of_one_to_one() -> None:
    made = session(
        'tool t() { "T." return my Visit { id, report { text }, text } } tool w() { "W." return { without = list(Visit where .report == null, .id), fine = list(Visit where .report.text == "fine", .id) } } '
        "crud Report { create }"
    )
    assert made.call("t").value["items"] == [
        {"id": 1, "report": {"text": "fine"}, "text": "fine"}, {"id": 2, "report": None, "text": "none"},
    ]  # fmt: skip
    assert made.call("w").value == {"without": [2, 3], "fine": [1]}
    assert made.call("create_report", {"visit_id": 1, "text": "x"}).error.code == "constraint"
    assert made.call("create_report", {"visit_id": 2, "text": "x"}).ok
    assert made.call("w").value["without"] == [3]


def test_computed_fields() -> None:
    """Over ``me``, ``now``, other rows and each other; as stored ones in a where, a sort, a shape, an update."""
    made = session(
        'tool t() { "T." return Patient { name, age, is_me, siblings, cost, dear, next_visit } } tool u() { "U." return { dear = list(Patient where .dear, .name), rank = list(Patient sort .cost desc, .name), '
        "sum = sum(Patient, .cost), over = count(my Visit where .is_over), next = me.next_visit.at, through = list(Visit, .patient.cost) } } "
        'tool pay() { "P." update Patient where .dear { born = .born + days(.siblings) } update my Visit where not .is_over { fee += .patient.cost } return me { cost, born } }'
    )
    first, second, third = made.call("t").value["items"]
    assert first == {
        "name": "Pia",
        "age": first["age"],
        "is_me": True,
        "siblings": 1,
        "cost": 60.0,
        "dear": True,
        "next_visit": 2,
    }
    assert abs(first["age"] - 25) < 0.01
    assert (second["siblings"], second["cost"], second["next_visit"]) == (0, 0.0, None)
    assert (third["is_me"], third["dear"], third["next_visit"]) == (False, False, 3)
    assert made.call("u").value == {
        "dear": ["Pia"], "rank": ["Pia", "Tom", "Max"], "sum": 65.0, "over": 1, "next": "2025-06-03T10:00:00", "through": [60.0, 60.0, 5.0],
    }  # fmt: skip
    assert made.call("pay").value == {"cost": 120.0, "born": "2000-06-03"}
    assert set(made.diff()) == {"Patient", "Visit"} and set(made.diff()["Visit"]["changed"][2]) == {"fee"}


def test_computed_fields_of_no_row_are_null() -> None:
    """Though what they are made of is not: also where rows go in the same call."""
    world = """environment e "E." clock = "2025-06-02T09:00:00"
    entity A { one = 1  all = count(B) }
    entity B { a: A? }
    data B (a) { (null) (null) }
    tool read(b: B) { "R." return { one = b.a.one, all = b.a.all ?? 9, listed = list(B, b.a.all ?? 9) } }
    tool write(b: B, other: B) { "W." delete other return { one = b.a.one, all = b.a.all ?? 9, listed = list(B, b.a.all ?? 9) } }"""
    with environment(world).session() as made:
        assert made.call("read", {"b_id": 1}).value == {"one": None, "all": 9, "listed": [9, 9]}
        assert made.call("write", {"b_id": 1, "other_id": 2}).value == {"one": None, "all": 9, "listed": [9]}


def test_computed_fields_are_no_circle_and_never_stored() -> None:
    head = 'environment e "E."\nclock = "2025-06-02T09:00:00"\n'
    assert set(errors(head + "entity A { a = .b b = .c + 1 c = .a }")) == {"AWM307"}
    assert set(errors(head + "entity A { x: int b: B? s = .b.t } entity B { a: A t = .a.s }")) == {"AWM307"}
    assert errors(CLINIC + 'tool t() { "T." update me { age = 3 } return 1 }') == ["AWM316"]
    assert errors(CLINIC + 'tool t() { "T." update me { visits = [] } return 1 }') == ["AWM316"]


def test_an_environment_may_do_without_numbered_rows() -> None:
    made = environment(
        'environment e "E."\nclock = "2025-06-02T09:00:00"\nentity T { code: text key name: text? } data T (code) { ("a") } crud T { create list delete }'
    ).session()
    assert made.call("create_t", {"code": "b"}).ok
    assert made.fork().state_hash() == made.state_hash()
    assert made.call("delete_t", {"t_id": "b"}).ok
    assert made.diff() == {}


def test_names_that_are_words_of_the_language_or_of_sql_or_of_python() -> None:
    made = environment(
        'environment e "E."\nclock = "2025-06-02T09:00:00"\nenum Order { select from } entity Group { table: text key limit: int = 1 order: Order = "select" check: bool = true index: Group? values: [int] = [1] } '
        'data Group (table, limit) { ("a", 3) ("b", 2) } tool class(def: Group, limit: int?, lambda: text = "x") { "C." update def { limit += 1, order = "from" } let sum = 1 '
        "return Group where .limit >= limit? sort .limit { table, limit, order, check, key = .table, sum = .limit + length(lambda) + sum } } "
    ).session()
    assert made.call("class", {"def_id": "a"}).value["items"] == [
        {"table": "b", "limit": 2, "order": "select", "check": True, "key": "b", "sum": 4},
        {"table": "a", "limit": 4, "order": "from", "check": True, "key": "a", "sum": 6},
    ]  # fmt: skip
    assert len(made.call("class", {"def_id": "a", "limit": 5, "lambda": ""}).value["items"]) == 1
