"""Rules of the database: bounds, checks, flows, invariants. (Of several rows: ``test_rules_of_several_rows``.)"""

from __future__ import annotations

import pytest

from .conftest import HEAD, environment, errors

BROKEN = [
    ("update me { wallet = .wallet - 81 }", "constraint", "wallet must be at least 0"),
    ('update one(User where .name == "bob") { wallet -= 6 }', "constraint", "wallet must be at least 0"),
    ('create Line { order = one(Order where .id == 1), item = one(Item where .code == "PEN"), quantity = 1 }', "constraint", "an item once an order"),
    ("update Line { quantity += 10 }", "constraint", "quantity must be from 1 to 20"),
    ('update Item where .code == "PEN" { name = "ink" }', "constraint", "name must be unique, and another Item has this one"),
    ('create Item { code = "PEN", name = "Other", price = 1 }', "constraint", "code must be unique, and another Item has this one"),
    ("update Order where .id == 2 { placed_at = null }", "constraint", "a placed order knows when"),
    ('update Order where .id == 3 { status = "cancelled" }', "constraint", "too late"),
    ("delete me", "in_use", "This User cannot be deleted: other rows refer to it."),
    ('delete Item where .code == "PEN"', "in_use", "This Item cannot be deleted: other rows refer to it."),
    ("update Order where .id == 1 { rank = 9007199254740991 + .rank }", "arithmetic", "A number is too large."),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "code", "message"), BROKEN)
def test_an_error_names_the_rule_and_nothing_is_written(
    shop, statement: str, code: str, message: str
) -> None:
    session = shop(f'tool run() {{ "Run." update me {{ nick = "seen" }} {statement} return 1 }}')
    before = session.state_hash()
    error = session.call("run").error
    assert (error.code, error.message) == (code, message)
    assert session.state_hash() == before and session.diff() == {}


BOUNDED = """
environment things "Things."
clock = "2025-06-02T09:00:00"
entity Thing {
  n: int(1..3)
  f: float(0.5..)? m: money(..9.99)?
  t: text(2..3) = "ab"
  p: text(/[A-Z]{2}/)?
  l: [int](1..2) = [1]
  half = .n / 2
  check .m == null or .m < .n "m is below n"
  check .half < 1.5 or .t == "abc" "a large half has a long name"
  check .f == null or .n / .f > 1 "the ratio is above 1"
  check length(.l) < .n or .l[0] > 0 "the list is short or positive"
}
data Thing (n) { (1) }
tool put(n: int = 1, f: float?, m: money?, t: text = "ab", p: text?, l: [int] = [1]) {
  "Put."
  update Thing { n = n, f = f, m = m, t = t, p = p, l = l }
  return 1
}
"""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, None),
        ({"n": 0}, "n must be from 1 to 3"),
        ({"n": 4}, "n must be from 1 to 3"),
        ({"f": 0.49}, "f must be at least 0.5"),
        ({"f": 0.5}, None),
        ({"m": 10}, "m must be at most 9.99"),
        ({"t": "a"}, "t must have from 2 to 3 characters"),
        ({"t": "éé\u0301x"}, "t must have from 2 to 3 characters"),
        ({"t": "e\u0301e\u0301"}, None),
        ({"p": "ab"}, "p must match [A-Z]{2}"),
        ({"p": "ABC"}, "p must match [A-Z]{2}"),
        ({"p": "AB"}, None),
        ({"l": []}, "l must have from 1 to 2 items"),
        ({"l": [1, 2, 3]}, "l must have from 1 to 2 items"),
        ({"m": 1}, "m is below n"),
        ({"m": 0.99}, None),
        ({"n": 3}, "a large half has a long name"),
        ({"n": 3, "t": "abc"}, None),
        ({"f": 2}, "the ratio is above 1"),
        ({"l": [0]}, "the list is short or positive"),
        ({"n": 2, "l": [0]}, None),
    ],
)
def test_bounds_and_checks(given: dict, message: str | None) -> None:
    result = environment(BOUNDED).session().call("put", given)
    assert (result.error and result.error.message) == message


def test_a_check_stays_with_its_own_row() -> None:
    head = 'environment e "E."\nclock = "2025-06-02T09:00:00"\nentity U { w: int rich = .w > 3 all = count(A) }\n'
    for check in (
        ".u.w > 1",
        ".u.rich",
        "count(A) < 3",
        'now > "2025-01-01T00:00:00"',
        ".u.all > 1",
        "unique(.u, .u.w)",
    ):
        assert errors(head + f"entity A {{ u: U n: int check {check} }}") in (["AWM309"], ["AWM201"]), check
    assert not errors(head + "entity A { n: int twice = .n * 2 check .twice < 9 }")


FLOW = """
environment tickets "Tickets."
clock = "2025-06-02T09:00:00"
enum State { draft open held closed }
entity Ticket {
  state: State = "draft"
  n: int = 0
  at: datetime?
  flow state {
    draft -> open when .n > 0 else "no n"
    open -> closed when .at != null and now < .at + minutes(10) else "too late"
    open -> closed when .n > 8 else "too small"
    draft -> held -> draft
    held -> closed
  }
}
data Ticket (state, n, at) {
  ("draft", 0, null) ("draft", 3, null) ("open", 1, "2025-06-02T08:55:00") ("open", 1, "2025-06-02T08:45:00") ("open", 9, null)
  ("closed", 0, null)
}
tool go(ticket: Ticket, to: State) { "Go." update ticket { state = to } return ticket { state } }
tool go_with(ticket: Ticket, to: State, n: int) { "Go." update ticket { state = to, n = n } return ticket { state } }
tool all_to(to: State) { "All." update Ticket where .n < 5 { state = to } return list(Ticket, .state) }
crud Ticket { create update(n, state) }
"""


@pytest.mark.parametrize(
    ("ticket", "to", "message"),
    [
        (1, "draft", None),
        (1, "open", "no n"),
        (2, "open", None),
        (1, "held", None),
        (1, "closed", "Ticket.state cannot go from draft to closed"),
        (3, "closed", None),
        (4, "closed", "too late"),
        (5, "closed", None),
        (3, "draft", "Ticket.state cannot go from open to draft"),
        (6, "closed", None),
        (6, "draft", "Ticket.state cannot go from closed to draft"),
    ],
)
def test_flows(ticket: int, to: str, message: str | None) -> None:
    result = environment(FLOW).session().call("go", {"ticket_id": ticket, "to": to})
    assert (result.error and (result.error.code, result.error.message)) == (
        message and ("constraint", message)
    )


def test_every_flow_of_an_entity_holds_and_one_open_arrow_is_enough() -> None:
    session = environment(
        """
        environment jobs "Jobs."
        clock = "2025-06-02T09:00:00"
        enum State { draft open closed }
        enum Shown { hidden shown }
        entity Job {
          state: State = "draft"
          view: Shown = "hidden"
          n: int = 0
          flow state { draft -> open when .n > 0 else "no n" draft -> open draft -> closed }
          flow view { hidden -> shown }
        }
        data Job (view) { ("hidden") ("shown") }
        tool move(job: Job, to: State) { "Move." update job { state = to } return job { state } }
        tool show(job: Job, to: Shown) { "Show." update job { view = to } return job { view } }
        """
    ).session()
    assert session.call("show", {"job_id": 1, "to": "shown"}).ok
    assert session.call("show", {"job_id": 2, "to": "hidden"}).error.code == "constraint"
    assert session.call("move", {"job_id": 1, "to": "open"}).ok
    assert session.call("move", {"job_id": 1, "to": "closed"}).error.code == "constraint"


def test_a_guard_is_over_the_row_as_it_was() -> None:
    session = environment(FLOW).session()
    assert session.call("go_with", {"ticket_id": 1, "to": "open", "n": 5}).error.message == "no n"
    assert session.call("go_with", {"ticket_id": 2, "to": "open", "n": 0}).ok


def test_a_flow_holds_for_every_row_of_an_update_and_in_crud() -> None:
    session = environment(FLOW).session()
    assert session.call("all_to", {"to": "held"}).error.message == "Ticket.state cannot go from open to held"
    assert session.call("update_ticket", {"ticket_id": 6, "state": "open"}).error.code == "constraint"
    assert session.call("update_ticket", {"ticket_id": 6, "state": "closed", "n": 1}).ok
    # A row starts at the default in tools, anywhere in data.
    assert session.call("create_ticket", {"n": 1}).value["state"] == "draft"
    assert session.call("create_ticket", {"state": "open"}).error.code == "invalid_argument"
    assert errors(FLOW + 'tool t() { "T." create Ticket { state = "open" } return 1 }') == ["AWM312"]


def test_an_update_that_no_arrow_allows_is_an_error_at_once() -> None:
    for body, code in (
        ('update Ticket { state = "draft" }', None),
        ('require ticket.state == "closed" else no "No." update ticket { state = "open" }', "AWM311"),
        (
            'require ticket.state != "draft" else no "No." update ticket { state = "open" }',
            None,
        ),  # it may be open
        ('if ticket.state == "held" { update ticket { state = "open" } }', "AWM311"),
        ('update ticket { state = "held" } update ticket { state = "open" }', "AWM311"),
    ):
        found = errors(FLOW + f'tool t(ticket: Ticket) {{ "T." {body} return 1 }}')
        assert found == ([code] if code else []), body


INVARIANTS = """
environment sums "Sums."
clock = "2025-06-02T09:00:00"
entity A { n: int bs: [B] via a }
entity B { a: A cascade n: int }
data A (n) { x = (3) }
data B (a, n) { (x, 1) (x, 2) }
invariant all(A, .n == sum(.bs, .n)) "sums"
invariant count(B) < 4 "few"
crud B { create delete update(n) }
crud A { delete }
tool both() { "B." let b = create B { a = one(A), n = 4 } update one(A) { n += 4 } return b }
tool there_and_back() { "T." update one(A) { n = 9 } update one(A) { n = 3 } return 1 }
"""


def test_invariants_are_tested_when_a_call_is_done() -> None:
    session = environment(INVARIANTS).session()
    for tool, given in (
        ("create_b", {"a_id": 1, "n": 2}),
        ("update_b", {"b_id": 1, "n": 5}),
        ("delete_b", {"b_id": 1}),
    ):
        error = session.call(tool, given).error
        assert (error.code, error.message) == ("constraint", "sums")
    assert session.call("there_and_back").ok
    assert session.diff() == {}
    assert session.call("both").ok
    assert session.call("both").error.message == "few"
    assert session.call("delete_a", {"a_id": 1}).ok  # with its cascade, all over nothing


def test_an_invariant_is_tested_when_a_row_that_it_follows_is_written() -> None:
    session = environment(
        """
        environment sums "Sums."
        clock = "2025-06-02T09:00:00"
        entity A { n: int }
        entity B { a: A }
        data A (n) { x = (3) }
        data B (a) { (x) }
        invariant all(B, .a.n < 9) "few"
        crud A { update(n) }
        """
    ).session()
    assert session.call("update_a", {"a_id": 1, "n": 8}).ok
    assert session.call("update_a", {"a_id": 1, "n": 9}).error.message == "few"


def test_the_data_keeps_to_the_rules() -> None:
    assert errors(INVARIANTS + "data B (a, n) { (x, 3) }") == ["AWM410"]
    assert errors(BOUNDED + "data Thing (n, m) { (2, 3) }") == ["AWM409"]
    assert errors(BOUNDED + "data Thing (n) { (4) }") == ["AWM205"]
    assert errors(HEAD + 'data Item (code, name, price) { ("PEN", "Other", 1) }') == ["AWM408"]
    assert errors(HEAD + 'data Item (code, name, price) { ("X", "ink", 1) }') == ["AWM408"]
    assert errors(HEAD + "data Line (order, item, quantity) { (o1, pen, 3) }") == ["AWM408"]
    assert errors(HEAD + 'data Order (user, status) { (alice, "placed") }') == ["AWM409"]
