"""The indexes that queries ask for, and that SQLite uses them in a table of many rows."""

from __future__ import annotations

import re

import apsw
import pytest

from awmlang.diagnostics import Source
from awmlang.lowering.indexes import MOST, indexes
from awmlang.lowering.rules import rules
from awmlang.lowering.schema import schema_sql
from awmlang.lowering.tools import tools_py
from awmlang.runtime.database import create
from awmlang.runtime.environment import _module
from tests.lowering.worlds import HEAD, model_of

ROWS = 4_000

SPEC = """
me: User = ada
enum Status { open held done lost }
enum Kind { a b c d e f g h i j }
entity User { name: text bookings: [Booking] via user }
entity Room { code: text key name: text floor: int = 0 bookings: [Booking] via room }
entity Booking {
  user: User owner
  room: Room
  helper: User?
  status: Status = "open"
  kind: Kind = "a"
  starts: datetime
  ends: datetime?
  price: money = 0
  note: text = ""
  is_paid: bool = false
  floor = .room.floor
}
data User (name) { ada = ("Ada") }
"""


def tools_of(*queries: str) -> str:
    parameters = "u: User, r: Room, at: datetime, n: int, kinds: [Kind], x: Kind?"
    tools = [f'tool t{i}({parameters}) {{ "Look." return {query} }}' for i, query in enumerate(queries)]
    return SPEC + " ".join(tools)


def made(text: str, entity: str = "Booking") -> list[str]:
    return [index.name.removeprefix(f"{entity}.") for index in indexes(model_of(text))[entity]]


def plans(text: str) -> str:
    """How SQLite goes about every statement of the tools of a spec."""
    model = model_of(text)
    db = create(schema_sql(model))
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(
        "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?) "
        'INSERT INTO booking (user, room, status, kind, starts, price, note, is_paid) '
        "SELECT i % 97, 'R' || i % 41, 'open', 'a', '2025-06-' || i % 30, i * 7919 % 1000, 'n' || i, i % 2 FROM n",
        (ROWS,),
    )  # fmt: skip
    program = vars(
        _module(tools_py(model, Source(0, "shop.awm", HEAD + text), rules(model)).encode(), "tools.py")
    )
    found = []
    for name, sql in program.items():
        if name.isupper() and re.match(r"\s*(SELECT|UPDATE|DELETE)", str(sql)):
            given = dict.fromkeys(re.findall(r":(\w+)", sql), "2025-06-02")
            found += [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", given)]
    return "\n".join(str(line) for line in found)


QUERIES = [
    # What is equal, then a bound.
    ("count(Booking where .user == u and .starts > at)", "user,starts", "(user=? AND starts>?)"),
    ("count(Booking where .starts > at and .status == \"open\")", "starts", "(starts>?)"),
    ("count(Booking where .price > 10 and .price < 100)", "price", "(price>? AND price<?)"),
    ("count(Booking where .starts == at)", "starts", "(starts=?)"),
    ("count(Booking where .kind == \"c\")", "kind", "(kind=?)"),
    ("count(Booking where .kind in kinds)", "kind", "(kind=?)"),
    ("count(Booking where .note == \"n17\")", "note", "(note=?)"),
    ("count(Booking where .user == u and .room == r)", "user,room", "(user=? AND room=?)"),
    ("count(Booking as b where b.user == u and b.starts == at)", "user,starts", "(user=? AND starts=?)"),
    ("u { n = count(.bookings where .note == \"x\") }", "user,note", "(user=? AND note=?)"),
    ("list(Room as o, count(Booking where .room == o and .note == o.name))", "room,note", "(room=? AND note=?)"),
    # What is equal, then an order, where the first rows are wanted.
    ("first(Booking where .user == u sort .starts desc) { id }", "user,starts desc", "(user=?)"),
    ("Booking where .user == u sort .starts desc paged 10 { id, starts }", "user,starts desc", "(user=?)"),
    ("Booking where .status == \"open\" sort .starts take 5 { id }", "starts", "SCAN booking USING INDEX Booking.starts"),
    ("Booking sort .price desc then .starts take 5 { id }", "price desc,starts", "USING COVERING INDEX Booking.price desc,starts"),
    ("Booking sort .price then .id take 5 { note }", "price", "USING INDEX Booking.price"),
    ("Booking sort .helper then .price desc then .id desc take 5 { note }", "helper,price desc,id desc", "INDEX Booking.helper,price"),
    ("Booking where .user == u sort .user then .price take 5 { note }", "user,price", "(user=?)"),
    ("Booking where .user == u sort .ends take 5 { id }", "user,ends", "(user=?)"),
    ("max(Booking where .user == u, .starts)", "user,starts", "INDEX Booking.user,starts (user=?)"),
    ("min(Booking, .price)", "price", "USING COVERING INDEX Booking.price"),
    # Through references, and what is computed of them.
    ("count(Room where .floor == n)", "floor", "(floor=?)"),
    ("count(Booking where .room.floor == n)", "floor", "SEARCH room USING COVERING INDEX Room.floor (floor=?)"),
    ("count(Booking where .floor == n)", "floor", "SEARCH room USING COVERING INDEX Room.floor (floor=?)"),
    ("count(my Booking where .starts >= at)", "user,starts", "(user=? AND starts>?)"),
    # Either of two.
    ("count(Booking where .note == \"x\" or .starts == at)", "note", "(note=?)"),
    # The rows of a group.
    ("group(Booking, .starts) { key = .key, last = first(.rows) { id } }", "starts", "(starts=?)"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "name", "plan"), QUERIES)
def test_a_query_has_its_index_and_uses_it(query: str, name: str, plan: str) -> None:
    text = tools_of(query)
    assert name in made(text) + made(text, "Room")
    found = plans(text)
    assert plan in found
    assert "TEMP B-TREE FOR ORDER BY" not in found


NONE = [
    "count(Booking where .is_paid)",
    "count(Booking where .is_paid == true)",
    "count(Booking where .status == \"open\" and .is_paid)",
    "count(Booking where .ends == null)",
    "count(Booking where .kind == x?)",
    "count(Booking where .note contains \"x\")",
    "count(Booking where .note > \"x\")",
    "count(Booking where .starts != at)",
    "count(Booking where .ends == .starts)",
    "count(Booking where .id == n)",
    "count(Booking where .id == n and .price == 3)",
    "count(Booking where .starts + days(1) == at)",
    "count(Booking where .price * 2 == 3)",
    "count(Booking where not (.price == 3))",
    "count(Booking where .price == 3 or .is_paid)",
    "count(Booking where .user == u)",
    "count(Booking where .user == u and .status == \"open\")",
    "list(Booking sort .starts, .id)",
    "first(Booking sort .note) { id }",
    "first(Booking sort .status) { id }",
    "first(Booking sort .price then .note) { id }",
    "first(Booking sort .room.floor) { id }",
    "first(Booking sort .room) { id }",
    "max(Booking, .note)",
    "sum(Booking, .price)",
    "count(list(Booking, .price) as p where p == 3)",
]  # fmt: skip


@pytest.mark.parametrize("query", NONE)
def test_no_index_is_made_for(query: str) -> None:
    assert made(tools_of(query)) == ["user", "room", "helper"]


def test_other_places_that_ask() -> None:
    booking = "b.user == u and b.starts > at"
    for text in (
        f"function f(u: User, at: datetime): int {{ return count(Booking as b where {booking}) }}",
        f'tool t(u: User, at: datetime) {{ "T." update Booking as b where {booking} {{ b.price += 1 }} return 1 }}',
        f'tool t(u: User, at: datetime) {{ "T." delete Booking as b where {booking} return 1 }}',
        f'tool t(u: User, at: datetime) {{ "T." for x in Booking as b where {booking} {{ update x {{ price = 1 }} }} return 1 }}',
        "entity Note { user: User busy = count(Booking where .user == .user and .starts > now) }".replace("== .user", "== me"),
        'invariant all(User as u, count(Booking as b where b.user == u and b.starts > now) < 9) "few"',
        'generate Room 1 { code = "x", name = "x", floor = count(Booking where .user == ada and .starts > now) }',
        "generate Room for b in (Booking where .user == ada and .starts > now) { code = fake(name), name = \"\" }",
        "entity Note { to: Room access exists(Booking as b where b.user == me and b.starts > now) }",
    ):  # fmt: skip
        assert "user,starts" in made(SPEC + text.replace("b.price", "price")), text


def test_crud_asks() -> None:
    assert made(SPEC + "crud Booking { list(starts, user) get }") == [
        "user",
        "room",
        "helper",
    ]  # its filters are optional


def test_an_index_serves_what_it_begins_with() -> None:
    text = tools_of(
        "count(Booking where .user == u)",
        "count(Booking where .user == u and .starts > at)",
        "first(Booking where .user == u sort .starts) { id }",
        "max(Booking where .user == u, .starts)",
        "count(Booking where .starts == at and .user == u and .note == \"x\")",
        "count(Booking where .note == \"x\" and .user == u)",
    )  # fmt: skip
    assert made(text) == ["user,starts", "user,note,starts", "room", "helper"]


def test_a_rule_serves_too() -> None:
    rule = 'check unique(.user, .starts) check disjoint(.starts, .ends_at, .room) ends_at: datetime = "2025-06-02T09:00:00"'
    text = tools_of(
        "count(Booking where .user == u)",
        "first(Booking where .user == u sort .starts) { id }",
        "count(Booking where .starts == at and .user == u and .price == 3)",
        "count(Booking where .room == r and .starts < at)",
    ).replace("floor = .room.floor", rule)
    assert made(text) == ["check_1", "check_2.search", "helper"]


def test_a_rule_on_some_rows_does_not() -> None:
    text = tools_of("count(Booking where .user == u)").replace(
        "floor = .room.floor", "check unique(.user) where .is_paid"
    )
    assert made(text) == ["check_1", "user", "room", "helper"]


def test_the_most_wanted_are_kept() -> None:
    fields = ["starts", "price", "note", "kind", "ends"]
    queries = [f"count(Booking where .{f} == first(Booking where .id == n).{f})" for f in fields]
    text = tools_of(*queries, *queries[1:])
    assert len(fields) > MOST
    assert made(text) == ["user", "room", "helper", "kind", "ends", "price", "note"]
    assert made(tools_of(*queries))[-1] != "ends"


def test_the_golden_schema_has_them(golden) -> None:
    text = tools_of(*(query for query, _, _ in QUERIES))
    lines = [line for line in schema_sql(model_of(text)).splitlines() if "INDEX" in line]
    golden("golden/indexes.sql", "\n".join(lines) + "\n")


def test_seed_and_tools_do_not_change_with_the_order_of_tools() -> None:
    a, b = (
        tools_of(*queries) for queries in ([q for q, _, _ in QUERIES], [q for q, _, _ in reversed(QUERIES)])
    )
    assert [i.name for i in indexes(model_of(a))["Booking"]] == [
        i.name for i in indexes(model_of(b))["Booking"]
    ]


def test_an_order_that_an_index_has_in_part() -> None:
    text = tools_of("first(Booking where .user == u sort .price desc then .note) { id }")
    assert made(text)[0] == "user,price desc"
    assert "LAST 3 TERMS OF ORDER BY" in plans(text)


def test_rules_that_wait_find_their_rows() -> None:
    text = tools_of('count(Booking where .note == "x")').replace('note: text = ""', "note: text unique")
    text += ' tool mark() { "Mark." update Booking { note = "{.note}!" } return 1 }'
    assert made(text) == ["note.unique", "user", "room", "helper"]
    found = plans(text)
    assert "INDEX Booking.note.unique (note=?)" in found
    assert "SEARCH booking USING INDEX Booking.awm_settled (awm_settled=?)" in found


def test_a_check_and_a_field_may_look_alike() -> None:
    schema = schema_sql(
        model_of("entity A { check_1: A? x: int check unique(.x) check .x > 0 check_2: int(0..3) }")
    )
    with pytest.raises(apsw.ConstraintError):
        create(schema).execute("INSERT INTO a (x, check_2) VALUES (1, 4)")
