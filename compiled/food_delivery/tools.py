"""The tools of food_delivery. Made by awmc from food_delivery.awm; change that, not this."""

from awmlang.runtime.program import Entity, Enum, Float, Int, Money, Optional, Ref, Text, ToolError, tool

ADDRESS_VISIBLE = "SELECT 1 FROM address WHERE id = :key AND user = :me"
ORDER_VISIBLE = 'SELECT 1 FROM "order" WHERE id = :key AND user = :me'
ORDER_LINE_VISIBLE = """
SELECT 1
FROM order_line
JOIN "order" AS order_ ON order_.id = order_line."order"
WHERE order_line.id = :key AND order_.user = :me
"""

USER = Entity("User", table="user", key=Int())
ADDRESS = Entity("Address", table="address", key=Int(), visible=ADDRESS_VISIBLE)
RESTAURANT = Entity("Restaurant", table="restaurant", key=Int())
MENU_ITEM = Entity("MenuItem", table="menu_item", key=Int())
ORDER = Entity("Order", table="order", key=Int(), visible=ORDER_VISIBLE)
ORDER_LINE = Entity("OrderLine", table="order_line", key=Int(), visible=ORDER_LINE_VISIBLE)

# What the constraints of the database say in the words of the spec.
RULES = {
    "User.email.unique": "email must be unique, and another User has this one",
    "User.wallet": "wallet must be at least 0",
    "Address.label": "label must have from 1 to 30 characters",
    "Address.check_1": "labels are unique per user",
    "Restaurant.name.unique": "name must be unique, and another Restaurant has this one",
    "Restaurant.cuisine": "cuisine must be one of italian, chinese, indian, mexican, vegan",
    "Restaurant.rating": "rating must be from 0 to 5",
    "Restaurant.is_open": "is_open must be true or false",
    "MenuItem.price": "price must be at least 0.01",
    "MenuItem.is_available": "is_available must be true or false",
    "MenuItem.check_1": "a dish is on a menu once",
    "Order.status": "status must be one of cart, placed, preparing, delivering, delivered, cancelled",
    "Order.tip": "tip must be from 0 to 50",
    "Order.check_1": "a placed order knows when",
    "Order.check_2": "one cart a user",
    "OrderLine.quantity": "quantity must be from 1 to 20",
    "OrderLine.check_1": "OrderLine: order and item must be unique",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = [
    (
        "SELECT NOT EXISTS(SELECT 1 FROM \"order\" WHERE status = 'placed' AND address IS NULL)",
        "a placed order has an address",
        ("Order",),
    ),
]


CART_OF_RESULT = "SELECT id FROM \"order\" WHERE user = :user AND status = 'cart' ORDER BY id LIMIT 1"


def cart_of(db, user):
    result = db.value(CART_OF_RESULT, user=user)
    if result is None:
        raise ToolError("empty_cart", "The cart is empty.")
    return result


SEARCH_RESTAURANTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', restaurant.id,
        'name', restaurant.name,
        'cuisine', restaurant.cuisine,
        'rating', restaurant.rating
      ) AS v
      FROM restaurant
      WHERE restaurant.is_open
        AND (:query IS NULL OR awm_contains(restaurant.name, :query))
        AND (:cuisine IS NULL OR restaurant.cuisine = :cuisine)
        AND (:min_rating IS NULL OR restaurant.rating >= :min_rating)
      ORDER BY
        restaurant.rating DESC,
        awm_fold(restaurant.name),
        restaurant.name,
        restaurant.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM restaurant AS restaurant_2
    WHERE restaurant_2.is_open
      AND (:query IS NULL OR awm_contains(restaurant_2.name, :query))
      AND (:cuisine IS NULL OR restaurant_2.cuisine = :cuisine)
      AND (:min_rating IS NULL OR restaurant_2.rating >= :min_rating)
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    cuisine=Optional(Enum("italian", "chinese", "indian", "mexican", "vegan")),
    min_rating=Optional(Float(0.0, 5.0)),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=10),
)
def search_restaurants(db, query, cuisine, min_rating, page, page_size):
    """Find open restaurants by name, cuisine and rating, best rated first."""
    return db.value(
        SEARCH_RESTAURANTS_RESULT,
        query=query,
        cuisine=cuisine,
        min_rating=min_rating,
        page_size=page_size,
        page=page,
    )


GET_MENU_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object('id', id, 'name', name, 'price', json(printf('%.2f', price / 100.0)))
      ORDER BY price, id
    )
    FROM menu_item
    WHERE restaurant = :restaurant AND is_available
  ))
)
"""


@tool(restaurant=Ref(RESTAURANT, name="restaurant_id"))
def get_menu(db, restaurant):
    """The dishes of a restaurant that can be ordered now, cheapest first."""
    return db.value(GET_MENU_RESULT, restaurant=restaurant)


ADD_TO_CART_REQUIRE = """
SELECT item.is_available AND restaurant.is_open
FROM menu_item AS item
JOIN restaurant ON restaurant.id = item.restaurant
WHERE item.id = :item
"""
ADD_TO_CART_UNAVAILABLE = """
SELECT awm_concat(name, ' is not available right now.')
FROM menu_item
WHERE id = :item
"""
ADD_TO_CART_CART = "SELECT id FROM \"order\" WHERE user = :me AND status = 'cart' ORDER BY id LIMIT 1"
ADD_TO_CART_CREATE_ORDER = """
INSERT INTO "order" (user, restaurant, status, tip)
VALUES (:me, (SELECT restaurant FROM menu_item WHERE id = :item), 'cart', 0)
RETURNING id
"""
ADD_TO_CART_REQUIRE_2 = """
SELECT cart.restaurant = item.restaurant
FROM "order" AS cart
JOIN menu_item AS item ON item.id = :item
WHERE cart.id = :cart
"""
ADD_TO_CART_OTHER_RESTAURANT = """
SELECT awm_concat('Your cart holds dishes from ', restaurant.name, '.')
FROM "order" AS cart
JOIN restaurant ON restaurant.id = cart.restaurant
WHERE cart.id = :cart
"""
ADD_TO_CART_LINE = 'SELECT id FROM order_line WHERE "order" = :cart AND item = :item ORDER BY id LIMIT 1'
ADD_TO_CART_UPDATE_LINE = "UPDATE order_line SET quantity = quantity + :quantity WHERE id = :line"
ADD_TO_CART_CREATE_ORDER_LINE = """
INSERT INTO order_line ("order", item, quantity, unit_price)
VALUES (:cart, :item, :quantity, (SELECT price FROM menu_item WHERE id = :item))
RETURNING id
"""
ADD_TO_CART_RESULT = """
SELECT json_object(
  'id', cart.id,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
      FROM order_line
      WHERE order_line."order" = cart.id
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'item', json_object('id', item.id, 'name', item.name),
        'quantity', order_line_2.quantity
      )
      ORDER BY order_line_2.id
    )
    FROM order_line AS order_line_2
    JOIN menu_item AS item ON item.id = order_line_2.item
    WHERE order_line_2."order" = cart.id
  ))
)
FROM "order" AS cart
WHERE cart.id = :cart
"""


@tool(item=Ref(MENU_ITEM, name="item_id"), quantity=Int(1, 20, default=1), writes=True, invariants=(0,))
def add_to_cart(db, item, quantity):
    """Put a dish into the cart; starts a cart if there is none."""
    if not db.value(ADD_TO_CART_REQUIRE, item=item):
        raise ToolError("unavailable", db.value(ADD_TO_CART_UNAVAILABLE, item=item))
    found_1 = db.value(ADD_TO_CART_CART, me=db.me)
    if found_1 is None:
        found_1 = db.insert(ADD_TO_CART_CREATE_ORDER, me=db.me, item=item)
    cart = found_1
    if not db.value(ADD_TO_CART_REQUIRE_2, cart=cart, item=item):
        raise ToolError("other_restaurant", db.value(ADD_TO_CART_OTHER_RESTAURANT, cart=cart))
    line = db.value(ADD_TO_CART_LINE, cart=cart, item=item)
    if line is not None:
        db.run(ADD_TO_CART_UPDATE_LINE, quantity=quantity, line=line)
    else:
        db.insert(ADD_TO_CART_CREATE_ORDER_LINE, cart=cart, item=item, quantity=quantity)
    return db.value(ADD_TO_CART_RESULT, cart=cart)


CHECKOUT_DUE = """
SELECT awm_whole(
  (
    SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
    FROM order_line
    WHERE order_line."order" = cart.id
  )
  + :tip
)
FROM "order" AS cart
WHERE cart.id = :cart
"""
CHECKOUT_REQUIRE = "SELECT wallet >= :due FROM user WHERE id = :me"
CHECKOUT_INSUFFICIENT_FUNDS = """
SELECT awm_concat(
  'You need ', awm_money_text(:due), ' but have ', awm_money_text(wallet), '.'
)
FROM user
WHERE id = :me
"""
CHECKOUT_UPDATE_ME = "UPDATE user SET wallet = awm_whole(wallet - :due) WHERE id = :me"
CHECKOUT_UPDATE_CART = """
UPDATE "order"
SET status = 'placed', address = :address, placed_at = :now, tip = :tip
WHERE id = :cart
"""
CHECKOUT_RESULT = """
SELECT json_object(
  'id', cart.id,
  'status', cart.status,
  'placed_at', cart.placed_at,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
      FROM order_line
      WHERE order_line."order" = cart.id
    )) / 100.0
  )),
  'paid', json(printf('%.2f', :due / 100.0))
)
FROM "order" AS cart
WHERE cart.id = :cart
"""


@tool(address=Ref(ADDRESS, name="address_id"), tip=Money(0, 5000, default=0), writes=True, invariants=(0,))
def checkout(db, address, tip):
    """Place the order in the cart and pay for it from the wallet."""
    cart = cart_of(db, db.me)
    due = db.value(CHECKOUT_DUE, cart=cart, tip=tip)
    if not db.value(CHECKOUT_REQUIRE, me=db.me, due=due):
        raise ToolError("insufficient_funds", db.value(CHECKOUT_INSUFFICIENT_FUNDS, due=due, me=db.me))
    db.run(CHECKOUT_UPDATE_ME, due=due, me=db.me)
    db.run(CHECKOUT_UPDATE_CART, address=address, now=db.now, tip=tip, cart=cart)
    return db.value(CHECKOUT_RESULT, cart=cart, due=due)


CANCEL_ORDER_REQUIRE = "SELECT status = 'placed' FROM \"order\" WHERE id = :order"
CANCEL_ORDER_TOO_LATE = """
SELECT awm_concat('Order ', CAST(:order AS TEXT), ' is already ', status, '.')
FROM "order"
WHERE id = :order
"""
CANCEL_ORDER_REFUND = """
SELECT awm_whole(
  (
    SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
    FROM order_line
    WHERE order_line."order" = order_.id
  )
  + order_.tip
)
FROM "order" AS order_
WHERE order_.id = :order
"""
CANCEL_ORDER_UPDATE_ORDER = "UPDATE \"order\" SET status = 'cancelled' WHERE id = :order"
CANCEL_ORDER_UPDATE_ME = "UPDATE user SET wallet = awm_whole(wallet + :refund) WHERE id = :me"
CANCEL_ORDER_RESULT = """
SELECT json_object(
  'id', id, 'status', status, 'refund', json(printf('%.2f', :refund / 100.0))
)
FROM "order"
WHERE id = :order
"""


@tool(order=Ref(ORDER, name="order_id"), writes=True, invariants=(0,))
def cancel_order(db, order):
    """Cancel an order that the kitchen has not started, and refund it."""
    if not db.value(CANCEL_ORDER_REQUIRE, order=order):
        raise ToolError("too_late", db.value(CANCEL_ORDER_TOO_LATE, order=order))
    refund = db.value(CANCEL_ORDER_REFUND, order=order)
    db.run(CANCEL_ORDER_UPDATE_ORDER, order=order)
    db.run(CANCEL_ORDER_UPDATE_ME, refund=refund, me=db.me)
    return db.value(CANCEL_ORDER_RESULT, order=order, refund=refund)


LIST_ADDRESSES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', address.id,
        'user', json_object('id', user.id, 'name', user.name),
        'label', address.label,
        'street', address.street,
        'city', address.city
      ) AS v
      FROM address
      JOIN user ON user.id = address.user
      WHERE address.user = :me
      ORDER BY address.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (SELECT count(*) FROM address AS address_2 WHERE address_2.user = :me),
  'page', :page
)
"""


@tool(page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_addresses(db, page, page_size):
    """List addresses."""
    return db.value(LIST_ADDRESSES_RESULT, me=db.me, page_size=page_size, page=page)


GET_ADDRESS_RESULT = """
SELECT json_object(
  'id', address.id,
  'user', json_object('id', user.id, 'name', user.name),
  'label', address.label,
  'street', address.street,
  'city', address.city
)
FROM address
JOIN user ON user.id = address.user
WHERE address.id = :address
"""


@tool(address=Ref(ADDRESS, name="address_id"))
def get_address(db, address):
    """Look up an address."""
    return db.value(GET_ADDRESS_RESULT, address=address)


CREATE_ADDRESS_CREATE_ADDRESS = """
INSERT INTO address (label, street, city, user)
VALUES (:label, :street, :city, :me)
RETURNING id
"""
CREATE_ADDRESS_RESULT = """
SELECT json_object(
  'id', new_address.id,
  'user', json_object('id', user.id, 'name', user.name),
  'label', new_address.label,
  'street', new_address.street,
  'city', new_address.city
)
FROM address AS new_address
JOIN user ON user.id = new_address.user
WHERE new_address.id = :new_address
"""


@tool(label=Text(1, 30), street=Text(), city=Text(), writes=True)
def create_address(db, label, street, city):
    """Create an address."""
    new_address = db.insert(CREATE_ADDRESS_CREATE_ADDRESS, label=label, street=street, city=city, me=db.me)
    return db.value(CREATE_ADDRESS_RESULT, new_address=new_address)


UPDATE_ADDRESS_UPDATE_ADDRESS = """
UPDATE address
SET
  label = coalesce(:label, label),
  street = coalesce(:street, street),
  city = coalesce(:city, city)
WHERE id = :address
"""
UPDATE_ADDRESS_RESULT = """
SELECT json_object(
  'id', address.id,
  'user', json_object('id', user.id, 'name', user.name),
  'label', address.label,
  'street', address.street,
  'city', address.city
)
FROM address
JOIN user ON user.id = address.user
WHERE address.id = :address
"""


@tool(
    address=Ref(ADDRESS, name="address_id"),
    label=Optional(Text(1, 30)),
    street=Optional(Text()),
    city=Optional(Text()),
    writes=True,
)
def update_address(db, address, label, street, city):
    """Change an address; what is left out stays."""
    db.run(UPDATE_ADDRESS_UPDATE_ADDRESS, label=label, street=street, city=city, address=address)
    return db.value(UPDATE_ADDRESS_RESULT, address=address)


DELETE_ADDRESS_DELETE_ADDRESS = "DELETE FROM address WHERE id = :address"
DELETE_ADDRESS_RESULT = "SELECT json_object('id', :id_deleted)"


@tool(address=Ref(ADDRESS, name="address_id"), writes=True)
def delete_address(db, address):
    """Delete an address."""
    id_deleted = address
    db.run(DELETE_ADDRESS_DELETE_ADDRESS, address=address)
    return db.value(DELETE_ADDRESS_RESULT, id_deleted=id_deleted)


LIST_ORDERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', order_.id,
        'user', json_object('id', user.id, 'name', user.name),
        'restaurant', json_object('id', restaurant.id, 'name', restaurant.name),
        'address', (
          SELECT address_2.id
          FROM address AS address_2
          WHERE address_2.id = order_.address
        ),
        'status', order_.status,
        'placed_at', order_.placed_at,
        'tip', json(printf('%.2f', order_.tip / 100.0)),
        'total', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
            FROM order_line
            WHERE order_line."order" = order_.id
          )) / 100.0
        ))
      ) AS v
      FROM "order" AS order_
      JOIN user ON user.id = order_.user
      JOIN restaurant ON restaurant.id = order_.restaurant
      LEFT JOIN address ON address.id = order_.address
      WHERE order_.user = :me
        AND (:status IS NULL OR order_.status = :status)
        AND (:restaurant IS NULL OR order_.restaurant = :restaurant)
      ORDER BY order_.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM "order" AS order_2
    WHERE order_2.user = :me
      AND (:status IS NULL OR order_2.status = :status)
      AND (:restaurant IS NULL OR order_2.restaurant = :restaurant)
  ),
  'page', :page
)
"""


@tool(
    status=Optional(Enum("cart", "placed", "preparing", "delivering", "delivered", "cancelled")),
    restaurant=Optional(Ref(RESTAURANT), name="restaurant_id"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_orders(db, status, restaurant, page, page_size):
    """List orders, filtered by status and restaurant."""
    return db.value(
        LIST_ORDERS_RESULT, me=db.me, status=status, restaurant=restaurant, page_size=page_size, page=page
    )


GET_ORDER_RESULT = """
SELECT json_object(
  'id', order_.id,
  'user', json_object('id', user.id, 'name', user.name),
  'restaurant', json_object('id', restaurant.id, 'name', restaurant.name),
  'address', (
    SELECT address_2.id FROM address AS address_2 WHERE address_2.id = order_.address
  ),
  'status', order_.status,
  'placed_at', order_.placed_at,
  'tip', json(printf('%.2f', order_.tip / 100.0)),
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
      FROM order_line
      WHERE order_line."order" = order_.id
    )) / 100.0
  ))
)
FROM "order" AS order_
JOIN user ON user.id = order_.user
JOIN restaurant ON restaurant.id = order_.restaurant
LEFT JOIN address ON address.id = order_.address
WHERE order_.id = :order
"""


@tool(order=Ref(ORDER, name="order_id"))
def get_order(db, order):
    """Look up an order."""
    return db.value(GET_ORDER_RESULT, order=order)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
56:75 57:75 58:75 59:75 109:84 110:84 111:84 112:84 113:84 114:84 115:84 116:84 136:93 207:98 208:98 209:100
210:100 211:100 212:100 213:102 214:102 215:104 216:105 217:106 218:106 219:108 220:110 272:115 273:116
274:117 275:117 276:118 277:119 278:120 313:125 314:125 315:126 316:127 317:128 318:129 350:132 370:132
395:132 396:132 430:132 431:132 441:132 442:132 443:132 504:133 505:133 506:133 540:133
"""
