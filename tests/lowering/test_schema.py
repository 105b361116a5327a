"""The schema: what it says, and what SQLite then refuses."""

import apsw
import pytest

from awmlang.lowering.rules import rules
from awmlang.lowering.schema import schema_sql
from tests.lowering.worlds import database, model_of

SHOP = '''
enum Status { cart placed delivered cancelled }
entity User """Somebody who -- or ' so --
buys.""" { name: text(1..5) email: text unique """Where
mail goes.""" boss: User? clears }
entity Group { code: text(/[A-Z]{2}/) key label: text? unique }
entity Order {
  user: User cascade
  group: Group?
  status: Status = "cart"
  note: text(/[a-z]+/)?
  size: int(1..3) = 1
  tip: money(..50) = 0
  rating: float(0.5..)?
  is_gift: bool = false
  tags: [text](1..2) = ["x"]
  placed_at: datetime?
  starts: int = 0
  ends: int = 0
  flow status {
    cart -> placed -> delivered
    placed -> cancelled when .size > 1 else "too small to cancel"
    placed -> cancelled when .is_gift else "no gift"
  }
  check .status == "cart" or .placed_at != null "a placed order knows when"
  check unique(.user) where .status == "cart" "one cart a user"
  check disjoint(.starts, .ends, .user) "orders of a user do not overlap"
}
'''


@pytest.fixture(scope="module")
def shop():
    return model_of(SHOP)


@pytest.fixture
def db(shop):
    connection = database(shop)
    connection.execute("PRAGMA recursive_triggers = OFF")
    connection.execute("INSERT INTO user (name, email) VALUES ('Ada', 'ada@x'), ('Bob', 'bob@x')")
    return connection


def refusal(connection, sql):
    with pytest.raises(apsw.ConstraintError) as error:
        connection.execute(sql)
    return str(error.value).partition(" constraint failed: ")[2] or str(error.value)


def test_what_the_schema_says(shop, golden):
    golden("golden/schema.sql", schema_sql(shop))


def test_what_a_table_of_rules_that_wait_looks_like(golden):
    tool = 'tool shift() { "Shift." update Slot { place += 1, starts += 1, ends += 1 } }'
    slots = "entity Slot { place: int unique starts: int ends: int check disjoint(.starts, .ends) }"
    golden("golden/waiting.sql", schema_sql(model_of(slots + tool)).partition("WITHOUT ROWID;\n\n")[2])


def test_the_words_of_the_rules(shop):
    assert rules(shop) == {
        "User.name": "name must have from 1 to 5 characters",
        "User.email.unique": "email must be unique, and another User has this one",
        "Group.code": "code must match [A-Z]{2}",
        "group.code": "code must be unique, and another Group has this one",
        "Group.label.unique": "label must be unique, and another Group has this one",
        "Order.status": "status must be one of cart, placed, delivered, cancelled",
        "Order.note": "note must match [a-z]+",
        "Order.size": "size must be from 1 to 3",
        "Order.tip": "tip must be at most 50",
        "Order.rating": "rating must be at least 0.5",
        "Order.is_gift": "is_gift must be true or false",
        "Order.tags": "tags must have from 1 to 2 items",
        "Order.check_1": "a placed order knows when",
        "Order.check_2": "one cart a user",
        "Order.check_3": "orders of a user do not overlap",
    }


ORDER = """INSERT INTO "order" ("user", status, size, tip, is_gift, tags, starts, ends) VALUES """


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("(1, 'lost', 1, 0, 0, '[1]', 0, 0)", "Order.status"),
        ("(1, 'cart', 4, 0, 0, '[1]', 0, 0)", "Order.size"),
        ("(1, 'cart', 1, 5001, 0, '[1]', 0, 0)", "Order.tip"),
        ("(1, 'cart', 1, 0, 2, '[1]', 0, 0)", "Order.is_gift"),
        ("(1, 'cart', 1, 0, 0, '[]', 0, 0)", "Order.tags"),
        ("(1, 'placed', 1, 0, 0, '[1]', 0, 0)", "Order.check_1"),
        ("(9, 'cart', 1, 0, 0, '[1]', 0, 0)", "FOREIGN KEY constraint failed"),
        ("(1, 'cart', 1, 0, 0, '[1]', 0, 0), (1, 'cart', 1, 0, 0, '[1]', 0, 0)", "order.user"),
        ("(1, null, 1, 0, 0, '[1]', 0, 0)", "order.status"),
    ],
)
def test_rows_that_break_a_rule(db, values, rule):
    assert refusal(db, ORDER + values) == rule


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("INSERT INTO user (name, email) VALUES ('', 'x')", "User.name"),
        ("INSERT INTO user (name, email) VALUES ('Adaada', 'x')", "User.name"),
        ("INSERT INTO user (name, email) VALUES ('Eve', 'ada@x')", "user.email"),
        ("INSERT INTO \"group\" (code) VALUES ('AAA')", "Group.code"),
        ("INSERT INTO \"group\" (code) VALUES ('AA'), ('AA')", "group.code"),
        ('INSERT INTO "group" (code) VALUES (null)', "group.code"),
        ("INSERT INTO \"group\" (code, label) VALUES ('AA', 'x'), ('BB', 'x')", "group.label"),
    ],
)
def test_values_that_break_a_rule(db, sql, rule):
    assert refusal(db, sql) == rule


def test_nulls_break_no_rule(db):
    db.execute("INSERT INTO \"group\" (code, label) VALUES ('AA', null), ('BB', null)")
    db.execute(ORDER + "(1, 'cart', 1, 0, 0, '[1]', 0, 0)")
    assert db.execute('SELECT note, rating, "group" FROM "order"').fetchall() == [(None, None, None)]


def ordered(db, status, size=1, gift=0, starts=0, ends=0):
    db.execute(
        'INSERT INTO "order" ("user", status, size, tip, is_gift, tags, starts, ends, placed_at) '
        "VALUES (1, ?, ?, 0, ?, '[1]', ?, ?, '2025-06-02T09:00:00')",
        (status, size, gift, starts, ends),
    )


def test_a_flow_goes_along_its_arrows(db):
    ordered(db, "cart")
    for status in ("cart", "placed", "placed", "delivered"):
        db.execute('UPDATE "order" SET status = ?', (status,))
    assert (
        refusal(db, "UPDATE \"order\" SET status = 'cart'") == "Order.status cannot go from delivered to cart"
    )


@pytest.mark.parametrize(("size", "gift", "stopped"), [(1, 0, True), (2, 0, False), (1, 1, False)])
def test_of_several_guards_one_is_enough(db, size, gift, stopped):
    ordered(db, "placed", size, gift)
    cancel = "UPDATE \"order\" SET status = 'cancelled'"
    if stopped:
        assert refusal(db, cancel) == "too small to cancel"
    else:
        db.execute(cancel)


def test_ranges_are_half_open_and_by_user(db):
    ordered(db, "placed", starts=10, ends=20)
    ordered(db, "placed", starts=20, ends=30)
    insert = (
        'INSERT INTO "order" ("user", status, size, tip, is_gift, tags, starts, ends, placed_at) '
        "VALUES ({}, 'placed', 1, 0, 0, '[1]', 15, 16, 'now')"
    )
    assert refusal(db, insert.format(1)) == "Order.check_3"
    db.execute(insert.format(2))
    assert refusal(db, 'UPDATE "order" SET "user" = 1 WHERE starts = 15') == "Order.check_3"
    db.execute('UPDATE "order" SET ends = 15 WHERE starts = 10')
    db.execute('UPDATE "order" SET "user" = 1 WHERE starts = 15')


def test_while_the_clock_stands_no_trigger_stops_anything(db):
    db.execute("UPDATE awm_clock SET now = NULL")
    ordered(db, "delivered", starts=0, ends=9)
    ordered(db, "delivered", starts=0, ends=9)
    db.execute("UPDATE \"order\" SET status = 'cart' WHERE id = 1")


def test_what_becomes_of_references(db):
    ordered(db, "placed")
    db.execute("UPDATE user SET boss = 1 WHERE id = 2")
    db.execute("DELETE FROM user WHERE id = 1")
    assert db.execute("SELECT id, boss FROM user").fetchall() == [(2, None)]
    assert db.execute('SELECT count(*) FROM "order"').fetchall() == [(0,)]


def test_ids_are_never_given_twice(db):
    db.execute("DELETE FROM user WHERE id = 2")
    db.execute("INSERT INTO user (name, email) VALUES ('Eve', 'eve@x')")
    assert db.execute("SELECT id FROM user").fetchall() == [(1,), (3,)]
