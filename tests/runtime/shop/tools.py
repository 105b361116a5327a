"""A small shop, as the compiler writes its tools."""

from awmlang.runtime import functions as fn
from awmlang.runtime.program import (
    Bool,
    Date,
    Datetime,
    Entity,
    Enum,
    Float,
    Int,
    List,
    Money,
    Optional,
    Record,
    Ref,
    Text,
    Time,
    ToolError,
    tool,
)

ORDER_VISIBLE = 'SELECT 1 FROM "order" WHERE "id" = :key AND "user" = :me'

USER = Entity("User", table="user", key=Int())
ITEM = Entity("Item", table="item", key=Text(), column="code")
ORDER = Entity("Order", table="order", key=Int(), visible=ORDER_VISIBLE)
LINE = Record({"item": Ref(ITEM, name="item_code"), "quantity": Int(1, 20, default=1)})

RULES = {
    "User.wallet": "wallet must be at least 0",
    "User.email.unique": "email must be unique: there is such a User already",
    "Item.price": "price must be at least 0.01",
    "Order.check_1": "a placed order knows when",
    "Order.check_2": "one cart a user",
    "Order.status.flow": "an order does not go that way",
    "OrderLine.quantity": "quantity must be from 1 to 20",
    "OrderLine.check_1": "an item is in an order once",
    "item.code": "code must be unique: there is such an Item already",
    "ticket.number": "number must be unique: there is such a Ticket already",
}

INVARIANTS = [
    ('SELECT sum("wallet") <= 100000 FROM "user"', "there is not that much money", ("User",)),
]

LIST_ITEMS = """
SELECT json_object('items', json_group_array(json_object(
  'code', "code", 'name', "name", 'price', json(printf('%.2f', "price" / 100.0)),
  'is_available', json(iif("is_available", 'true', 'false')), 'tags', json("tags"))
  ORDER BY awm_fold("name"), "name", "code"))
FROM "item" WHERE (:query IS NULL OR awm_contains("name", :query))
  AND (:max_price IS NULL OR "price" <= :max_price)
"""


@tool(query=Optional(Text()), max_price=Optional(Money(0)))
def list_items(db, query, max_price):
    """Find items by name and price."""
    return db.value(LIST_ITEMS, query=query, max_price=max_price)


CART_FIRST = """SELECT "id" FROM "order" WHERE "user" = :me AND "status" = 'cart' ORDER BY "id" LIMIT 1"""
CART_CREATE = """INSERT INTO "order" ("user", "status", "tip") VALUES (:me, 'cart', 0) RETURNING "id" """
LINE_FIRST = 'SELECT "id" FROM "order_line" WHERE "order" = :cart AND "item" = :item'
LINE_UPDATE = 'UPDATE "order_line" SET "quantity" = awm_whole("quantity" + :quantity) WHERE "id" = :line'
LINE_CREATE = """
INSERT INTO "order_line" ("order", "item", "quantity") VALUES (:cart, :item, :quantity) RETURNING "id"
"""
ITEM_AVAILABLE = 'SELECT "is_available" FROM "item" WHERE "code" = :item'
ORDER_RESULT = """
SELECT json_object('id', o."id", 'status', o."status", 'total', json(printf('%.2f', (
    SELECT coalesce(sum(l."quantity" * i."price"), 0) FROM "order_line" AS l
    JOIN "item" AS i ON i."code" = l."item" WHERE l."order" = o."id") / 100.0)),
  'lines', json((SELECT json_group_array(json_object('item', l."item", 'quantity', l."quantity") ORDER BY l."id")
    FROM "order_line" AS l WHERE l."order" = o."id")))
FROM "order" AS o WHERE o."id" = :order
"""


def put(db, item, quantity):
    cart = db.value(CART_FIRST, me=db.me)
    if cart is None:
        cart = db.insert(CART_CREATE, me=db.me)
    line = db.value(LINE_FIRST, cart=cart, item=item)
    if line is not None:
        db.run(LINE_UPDATE, line=line, quantity=quantity)
    else:
        db.insert(LINE_CREATE, cart=cart, item=item, quantity=quantity)
    return cart


@tool(item=Ref(ITEM, name="item_code"), quantity=Int(1, 20, default=1), writes=True)
def add_to_cart(db, item, quantity):
    """Put an item into the cart; starts a cart if there is none."""
    if not db.value(ITEM_AVAILABLE, item=item):
        raise ToolError("unavailable", f"{item} is not available right now.")
    cart = put(db, item, quantity)
    return db.value(ORDER_RESULT, order=cart)


@tool(lines=List(LINE, 1, 5), writes=True)
def add_many(db, lines):
    """Put several items into the cart."""
    for line in db.each(lines):
        cart = put(db, line["item"], line["quantity"])
    return db.value(ORDER_RESULT, order=cart)


CHECKOUT_DUE = """
SELECT sum(l."quantity" * i."price") FROM "order_line" AS l JOIN "item" AS i ON i."code" = l."item"
WHERE l."order" = :cart
"""


@tool(tip=Money(0, 5000, default=0), writes=True, invariants=(0,))
def checkout(db, tip):
    """Place the order in the cart and pay for it."""
    cart = db.value(CART_FIRST, me=db.me)
    if cart is None:
        raise ToolError("empty_cart", "The cart is empty.")
    due = fn.whole(db.value(CHECKOUT_DUE, cart=cart) + tip)
    db.run('UPDATE "user" SET "wallet" = "wallet" - :due WHERE "id" = :me', due=due, me=db.me)
    db.run(
        """UPDATE "order" SET "status" = 'placed', "placed_at" = :now, "tip" = :tip WHERE "id" = :cart""",
        now=db.now,
        tip=tip,
        cart=cart,
    )
    return db.value(ORDER_RESULT, order=cart)


@tool(order=Ref(ORDER, name="order_id"), writes=True)
def cancel_order(db, order):
    """Cancel an order."""
    db.run("""UPDATE "order" SET "status" = 'cancelled' WHERE "id" = :order""", order=order)
    return db.value(ORDER_RESULT, order=order)


@tool(order=Ref(ORDER, name="order_id", lifted=True), status=Enum("cart", "placed", "cancelled"), writes=True)
def set_status(db, order, status):
    """Give an order any status."""
    db.run('UPDATE "order" SET "status" = :status WHERE "id" = :order', order=order, status=status)
    return db.value(ORDER_RESULT, order=order)


@tool(order=Ref(ORDER, name="order_id", lifted=True), writes=True)
def delete_order(db, order):
    """Delete an order with its lines."""
    db.run('DELETE FROM "order" WHERE "id" = :order', order=order)
    return fn.json_text({"id": order})


@tool(item=Ref(ITEM, name="item_code"), writes=True)
def delete_item(db, item):
    """Delete an item that no order holds."""
    db.run('DELETE FROM "item" WHERE "code" = :item', item=item)
    return fn.json_text({"code": item})


@tool(code=Text(pattern="[A-Z]{4}"), name=Text(1, 40), price=Money(), writes=True)
def create_item(db, code, name, price):
    """Add an item."""
    key = db.insert(
        """INSERT INTO "item" VALUES (:code, :name, :price, 0.0, 1, '[]') RETURNING "code" """,
        code=code,
        name=name,
        price=price,
    )
    return fn.json_text({"code": key})


SET_EMAIL = 'UPDATE "user" SET "email" = :email WHERE "id" = :user'


@tool(a=Ref(USER, name="a_id"), b=Ref(USER, name="b_id"), writes=True)
def swap_emails(db, a, b):
    """Exchange the email addresses of two users."""
    emails = [db.value('SELECT "email" FROM "user" WHERE "id" = :user', user=user) for user in (a, b)]
    db.run(SET_EMAIL, user=a, email="in between")
    db.run(SET_EMAIL, user=b, email=emails[0])
    db.run(SET_EMAIL, user=a, email=emails[1])
    return '{"value":true}'


@tool(user=Ref(USER, name="user_id"), email=Text(1, 40), writes=True)
def set_email(db, user, email):
    """Change an email address."""
    db.run(SET_EMAIL, user=user, email=email)
    return '{"value":true}'


@tool(user=Ref(USER, name="user_id"), wallet=Money(), writes=True, invariants=(0,))
def set_wallet(db, user, wallet):
    """Set what a user has."""
    db.run('UPDATE "user" SET "wallet" = :wallet WHERE "id" = :user', user=user, wallet=wallet)
    return '{"value":true}'


NEXT_NUMBER = """UPDATE "awm_serial" SET "next" = "next" + 1 WHERE "entity" = 'Ticket'"""
TICKET_CREATE = """
INSERT INTO "ticket" SELECT printf('T-%03d', "next" - 1), :subject, :order, :now FROM "awm_serial"
WHERE "entity" = 'Ticket' RETURNING "number"
"""


@tool(subject=Text(1, 80), order=Optional(Ref(ORDER, name="order_id")), writes=True)
def open_ticket(db, subject, order):
    """Open a ticket, about an order or not."""
    db.run(NEXT_NUMBER)
    return fn.json_text({"number": db.insert(TICKET_CREATE, subject=subject, order=order, now=db.now)})


@tool(
    whole=Int(-5, 5),
    number=Float(0, 1),
    flag=Bool(),
    day=Date(),
    at=Time(),
    moment=Datetime(),
    class_=Text(2, 5),
    choice=Enum("a", "b"),
    amounts=List(Money(-1000, 1000), 0, 3),
    tags=Optional(List(Text())),
)
def echo(db, **values):
    """Every type once."""
    return fn.json_text({**values, "now": db.now})


BURN = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 100000000)"


@tool()
def burn_reading(db):
    """Read without end."""
    return db.value(f"{BURN} SELECT count(*) FROM r")


@tool(writes=True)
def burn_writing(db):
    """Write without end."""
    db.run(f"""{BURN} UPDATE "user" SET "wallet" = (SELECT count(*) FROM r) WHERE "id" = 1""")
    return "{}"


@tool(writes=True)
def burn_looping(db):
    """Loop without end."""
    numbers = fn.range(10_000)
    for _ in db.each(numbers):
        for _ in db.each(numbers):
            db.run('UPDATE "user" SET "wallet" = "wallet" + 1 WHERE "id" = 1')
    return "{}"


@tool(factor=Float(), writes=True)
def multiply(db, factor):
    """Multiply a wallet, in SQL."""
    db.run('UPDATE "user" SET "wallet" = awm_scale("wallet", \'*\', :factor) WHERE "id" = 1', factor=factor)
    return fn.json_text({"value": db.value("SELECT wallet FROM user WHERE id = 1")})


@tool(writes=True)
def broken(db):
    """A fault of the compiler."""
    db.run('UPDATE "user" SET "wallet" = 0')
    return db.missing_method()


SPEC_LINES = f"1:1 20:10 {broken.body.__code__.co_firstlineno}:77"
