"""The tools of warehouse. Made by awmc from warehouse.awm; change that, not this."""

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

PICK_LIST_VISIBLE = """
SELECT 1
FROM pick_list
WHERE pick_list.number = :key
  AND (
    pick_list.worker = :me
    OR (SELECT worker.role FROM worker WHERE worker.id = :me) = 'supervisor'
  )
"""
COUNT_VISIBLE = """
SELECT 1
FROM count
WHERE count.id = :key
  AND (
    count.worker = :me
    OR (SELECT worker.role FROM worker WHERE worker.id = :me) = 'supervisor'
  )
"""
COUNT_LINE_VISIBLE = """
SELECT 1
FROM count_line
JOIN count ON count.id = count_line.count
WHERE count_line.id = :key
  AND (
    count.worker = :me
    OR (SELECT worker.role FROM worker WHERE worker.id = :me) = 'supervisor'
  )
"""

SITE = Entity("Site", table="site", key=Text(), column="code")
ZONE = Entity("Zone", table="zone", key=Int())
BIN = Entity("Bin", table="bin", key=Text(), column="code")
PRODUCT = Entity("Product", table="product", key=Text(), column="sku")
LOT = Entity("Lot", table="lot", key=Text(), column="number")
STOCK = Entity("Stock", table="stock", key=Int())
WORKER = Entity("Worker", table="worker", key=Int())
SUPPLIER = Entity("Supplier", table="supplier", key=Int())
OFFER = Entity("Offer", table="offer", key=Int())
PRICE_BREAK = Entity("PriceBreak", table="price_break", key=Int())
PURCHASE_ORDER = Entity("PurchaseOrder", table="purchase_order", key=Text(), column="number")
PURCHASE_LINE = Entity("PurchaseLine", table="purchase_line", key=Int())
CUSTOMER = Entity("Customer", table="customer", key=Int())
SALES_ORDER = Entity("SalesOrder", table="sales_order", key=Text(), column="number")
SALES_LINE = Entity("SalesLine", table="sales_line", key=Int())
ALLOCATION = Entity("Allocation", table="allocation", key=Int())
PICK_LIST = Entity("PickList", table="pick_list", key=Text(), column="number", visible=PICK_LIST_VISIBLE)
CARRIER = Entity("Carrier", table="carrier", key=Int())
SHIPMENT = Entity("Shipment", table="shipment", key=Text(), column="number")
RETURN = Entity("Return", table="return", key=Text(), column="number")
RETURN_LINE = Entity("ReturnLine", table="return_line", key=Int())
COUNT = Entity("Count", table="count", key=Int(), visible=COUNT_VISIBLE)
COUNT_LINE = Entity("CountLine", table="count_line", key=Int(), visible=COUNT_LINE_VISIBLE)
MOVEMENT = Entity("Movement", table="movement", key=Int())
DOCK = Entity("Dock", table="dock", key=Int())
DOCK_BOOKING = Entity("DockBooking", table="dock_booking", key=Int())

# What the constraints of the database say in the words of the spec.
RULES = {
    "Site.code": "code must match [A-Z]{3}",
    "site.code": "code must be unique, and another Site has this one",
    "Site.name.unique": "name must be unique, and another Site has this one",
    "Zone.name": "name must have from 1 to 30 characters",
    "Zone.kind": "kind must be one of receiving, storage, picking, quarantine",
    "Zone.storage": "storage must be one of ambient, cold, hazardous",
    "Zone.check_1": "a zone has one name",
    "Bin.code": "code must match [NS]-[A-Z]{1,2}-[0-9]{2}",
    "bin.code": "code must be unique, and another Bin has this one",
    "Bin.capacity_l": "capacity_l must be from 1 to 20000",
    "Bin.is_blocked": "is_blocked must be true or false",
    "Product.sku": "sku must match [A-Z]{3}-[0-9]{3}",
    "product.sku": "sku must be unique, and another Product has this one",
    "Product.name.unique": "name must be unique, and another Product has this one",
    "Product.group": "group must be one of tents, sleeping, packs, stoves, fuel, food, clothing",
    "Product.storage": "storage must be one of ambient, cold, hazardous",
    "Product.price": "price must be at least 0.01",
    "Product.weight_g": "weight_g must be from 1 to 100000",
    "Product.volume_l": "volume_l must be from 1 to 1000",
    "Product.reorder_at": "reorder_at must be at least 0",
    "Product.is_active": "is_active must be true or false",
    "lot.number": "number must be unique, and another Lot has this one",
    "Lot.unit_cost": "unit_cost must be at least 0",
    "Lot.is_blocked": "is_blocked must be true or false",
    "Lot.block_reason": "block_reason must have from 1 to 200 characters",
    "Lot.check_1": "expires after it came",
    "Lot.check_2": "a blocked lot has a reason",
    "Stock.quantity": "quantity must be from 0 to 100000",
    "Stock.check_1": "one stock row for a lot in a bin",
    "Worker.badge": "badge must match W[0-9]{3}",
    "Worker.badge.unique": "badge must be unique, and another Worker has this one",
    "Worker.role": "role must be one of picker, supervisor, buyer",
    "Worker.is_on_shift": "is_on_shift must be true or false",
    "Supplier.name.unique": "name must be unique, and another Supplier has this one",
    "Supplier.lead_days": "lead_days must be from 1 to 120",
    "Supplier.min_order": "min_order must be at least 0",
    "Supplier.rating": "rating must be from 0 to 5",
    "Offer.unit_cost": "unit_cost must be at least 0.01",
    "Offer.pack_size": "pack_size must be from 1 to 1000",
    "Offer.check_1": "a supplier offers a product once",
    "PriceBreak.from_quantity": "from_quantity must be at least 2",
    "PriceBreak.unit_cost": "unit_cost must be at least 0.01",
    "PriceBreak.check_1": "one price from a quantity on",
    "purchase_order.number": "number must be unique, and another PurchaseOrder has this one",
    "PurchaseOrder.status": "status must be one of draft, sent, partly_received, received, cancelled",
    "PurchaseOrder.check_1": "an order that was sent is due",
    "PurchaseOrder.check_2": "one draft for a supplier and a site",
    "PurchaseLine.quantity": "quantity must be from 1 to 100000",
    "PurchaseLine.received": "received must be at least 0",
    "PurchaseLine.unit_cost": "unit_cost must be at least 0.01",
    "PurchaseLine.check_1": "no more comes than was ordered",
    "PurchaseLine.check_2": "a product once an order",
    "Customer.name.unique": "name must be unique, and another Customer has this one",
    "Customer.country": "country must match [A-Z]{2}",
    "Customer.credit_limit": "credit_limit must be at least 0",
    "Customer.is_on_hold": "is_on_hold must be true or false",
    "sales_order.number": "number must be unique, and another SalesOrder has this one",
    "SalesOrder.priority": "priority must be one of express, standard, bulk",
    "SalesOrder.status": "status must be one of open, allocated, picking, picked, shipped, cancelled",
    "SalesOrder.check_1": "ships after it was placed",
    "SalesLine.quantity": "quantity must be from 1 to 5000",
    "SalesLine.unit_price": "unit_price must be at least 0",
    "SalesLine.discount": "discount must be from 0 to 50",
    "SalesLine.check_1": "a product once an order",
    "Allocation.quantity": "quantity must be from 1 to 5000",
    "Allocation.check_1": "a line takes from a stock row once",
    "pick_list.number": "number must be unique, and another PickList has this one",
    "PickList.status": "status must be one of open, done, cancelled",
    "PickList.check_1": "a list that is done knows when",
    "Carrier.name.unique": "name must be unique, and another Carrier has this one",
    "Carrier.base_price": "base_price must be at least 0",
    "Carrier.kg_price": "kg_price must be at least 0",
    "Carrier.max_kg": "max_kg must be at least 0",
    "Carrier.transit_days": "transit_days must be from 1 to 30",
    "Carrier.takes_hazardous": "takes_hazardous must be true or false",
    "shipment.number": "number must be unique, and another Shipment has this one",
    "Shipment.order.unique": "order must be unique, and another Shipment has this one",
    "Shipment.cost": "cost must be at least 0",
    "return.number": "number must be unique, and another Return has this one",
    "Return.reason": "reason must have from 1 to 200 characters",
    "Return.status": "status must be one of announced, received, rejected",
    "Return.check_1": "a return that has come knows when",
    "ReturnLine.quantity": "quantity must be from 1 to 5000",
    "ReturnLine.condition": "condition must be one of sellable, damaged, missing",
    "ReturnLine.check_1": "a line once a return",
    "Count.status": "status must be one of open, counted, approved, rejected",
    "Count.check_1": "an approval is somebody's",
    "Count.check_2": "one count of a bin at a time",
    "CountLine.expected": "expected must be at least 0",
    "CountLine.counted": "counted must be at least 0",
    "CountLine.check_1": "a lot once a count",
    "Movement.kind": "kind must be one of receipt, transfer, pick, returned, adjustment, scrapped",
    "Movement.quantity": "quantity must be from 1 to 100000",
    "Movement.reference": "reference must have from 0 to 60 characters",
    "Movement.check_1": "it begins or ends in a bin",
    "Dock.name": "name must have from 1 to 20 characters",
    "Dock.check_1": "a dock has one name",
    "DockBooking.partner": "partner must have from 1 to 60 characters",
    "DockBooking.check_1": "starts before it ends",
    "DockBooking.check_2": "one vehicle at a dock at a time",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = [
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM bin
  WHERE NOT (
    SELECT coalesce(sum(stock.quantity * product.volume_l), 0)
    FROM stock
    JOIN lot ON lot.number = stock.lot
    JOIN product ON product.sku = lot.product
    WHERE stock.bin = bin.code
  ) <= bin.capacity_l
)
""",
        "no bin holds more than it can",
        ("Bin", "Lot", "Product", "Stock"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM stock
  WHERE NOT stock.quantity - (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
  ) >= 0
)
""",
        "nothing is promised that is not there",
        ("Allocation", "Stock"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM stock
  JOIN bin ON bin.code = stock.bin
  JOIN zone ON zone.id = bin.zone
  JOIN lot ON lot.number = stock.lot
  JOIN product ON product.sku = lot.product
  WHERE stock.quantity > 0
    AND NOT (zone.kind = 'quarantine' OR zone.storage = product.storage)
)
""",
        "goods lie where their storage class allows",
        ("Bin", "Lot", "Product", "Stock", "Zone"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM sales_line
  WHERE NOT (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.line = sales_line.id
  ) <= sales_line.quantity
)
""",
        "no line takes more than was ordered",
        ("Allocation", "SalesLine"),
    ),
]


LOG_CREATE_MOVEMENT = """
INSERT INTO movement (kind, lot, from_bin, to_bin, quantity, worker, reference, moved_at)
VALUES (:kind, :lot, :from_bin, :to_bin, :quantity, :me, :reference, :now)
RETURNING id
"""


def log(db, kind, lot, from_bin, to_bin, quantity, reference):
    db.insert(
        LOG_CREATE_MOVEMENT,
        kind=kind,
        lot=lot,
        from_bin=from_bin,
        to_bin=to_bin,
        quantity=quantity,
        me=db.me,
        reference=reference,
        now=db.now,
    )


PUT_REQUIRE = "SELECT NOT is_blocked FROM bin WHERE code = :bin"
PUT_BIN_BLOCKED = "SELECT awm_concat(:bin, ' is blocked.')"
PUT_REQUIRE_2 = """
SELECT zone.kind = 'quarantine' OR zone.storage = product.storage
FROM bin
JOIN zone ON zone.id = bin.zone
JOIN lot ON lot.number = :lot
JOIN product ON product.sku = lot.product
WHERE bin.code = :bin
"""
PUT_WRONG_STORAGE = """
SELECT awm_concat(
  product.name, ' needs ', product.storage, ' storage; ', :bin, ' is ', zone.storage, '.'
)
FROM lot
JOIN product ON product.sku = lot.product
JOIN bin ON bin.code = :bin
JOIN zone ON zone.id = bin.zone
WHERE lot.number = :lot
"""
PUT_NEEDED = """
SELECT awm_whole(:quantity * product.volume_l)
FROM lot
JOIN product ON product.sku = lot.product
WHERE lot.number = :lot
"""
PUT_REQUIRE_3 = """
SELECT bin.capacity_l - (
  SELECT coalesce(sum(stock.quantity * product.volume_l), 0)
  FROM stock
  JOIN lot ON lot.number = stock.lot
  JOIN product ON product.sku = lot.product
  WHERE stock.bin = bin.code
) >= :needed
FROM bin
WHERE bin.code = :bin
"""
PUT_BIN_FULL = """
SELECT awm_concat(
  :bin,
  ' has ',
  CAST(
    awm_whole(
      bin.capacity_l
      - (
        SELECT coalesce(sum(stock.quantity * product.volume_l), 0)
        FROM stock
        JOIN lot ON lot.number = stock.lot
        JOIN product ON product.sku = lot.product
        WHERE stock.bin = bin.code
      )
    ) AS TEXT
  ),
  ' litres left, and ',
  CAST(:needed AS TEXT),
  ' are needed.'
)
FROM bin
WHERE bin.code = :bin
"""
PUT_ROW = "SELECT id FROM stock WHERE bin = :bin AND lot = :lot ORDER BY id LIMIT 1"
PUT_CREATE_STOCK = "INSERT INTO stock (bin, lot, quantity) VALUES (:bin, :lot, 0) RETURNING id"
PUT_UPDATE_ROW = "UPDATE stock SET quantity = awm_whole(quantity + :quantity) WHERE id = :row"


def put(db, bin, lot, quantity):
    """Add units of a lot to a bin that can take them."""
    if not db.value(PUT_REQUIRE, bin=bin):
        raise ToolError("bin_blocked", db.value(PUT_BIN_BLOCKED, bin=bin))
    if not db.value(PUT_REQUIRE_2, bin=bin, lot=lot):
        raise ToolError("wrong_storage", db.value(PUT_WRONG_STORAGE, lot=lot, bin=bin))
    needed = db.value(PUT_NEEDED, quantity=quantity, lot=lot)
    if not db.value(PUT_REQUIRE_3, bin=bin, needed=needed):
        raise ToolError("bin_full", db.value(PUT_BIN_FULL, bin=bin, needed=needed))
    found_1 = db.value(PUT_ROW, bin=bin, lot=lot)
    if found_1 is None:
        found_1 = db.insert(PUT_CREATE_STOCK, bin=bin, lot=lot)
    row = found_1
    db.run(PUT_UPDATE_ROW, quantity=quantity, row=row)


MUST_SUPERVISE_REQUIRE = "SELECT role = 'supervisor' FROM worker WHERE id = :me"


def must_supervise(db):
    if not db.value(MUST_SUPERVISE_REQUIRE, me=db.me):
        raise ToolError("not_a_supervisor", "Only supervisors may do that.")


COST_AT_RESULT = """
SELECT coalesce(
  (
    SELECT price_break.unit_cost
    FROM price_break
    WHERE price_break.offer = :offer AND price_break.from_quantity <= :quantity
    ORDER BY price_break.from_quantity DESC, price_break.id
    LIMIT 1
  ),
  offer.unit_cost
)
FROM offer
WHERE offer.id = :offer
"""


def cost_at(db, offer, quantity):
    """The price of a unit when that many are bought."""
    return db.value(COST_AT_RESULT, offer=offer, quantity=quantity)


FULL_PACKS_RESULT = """
SELECT awm_whole(
  awm_ceil(awm_divide(CAST(:quantity AS REAL), CAST(pack_size AS REAL))) * pack_size
)
FROM offer
WHERE id = :offer
"""


def full_packs(db, offer, quantity):
    return db.value(FULL_PACKS_RESULT, quantity=quantity, offer=offer)


RELEASE_DELETE_ALLOCATION = """
DELETE FROM allocation
WHERE id IN (
  SELECT allocation.id
  FROM allocation
  JOIN sales_line AS line ON line.id = allocation.line
  WHERE line."order" = :order AND allocation.picked_at IS NULL
)
"""


def release(db, order):
    """Give back what is kept for an order and not picked yet."""
    db.run(RELEASE_DELETE_ALLOCATION, order=order)


RESERVE_ORDER = 'SELECT "order" FROM sales_line WHERE id = :line'
RESERVE_LEFT = """
SELECT line.quantity
  - (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.line = line.id
  )
FROM sales_line AS line
WHERE line.id = :line
"""
RESERVE_S = """
SELECT stock.id
FROM stock
JOIN lot ON lot.number = stock.lot
JOIN bin ON bin.code = stock.bin
JOIN zone ON zone.id = bin.zone
WHERE lot.product = (
  SELECT sales_line.product FROM sales_line WHERE sales_line.id = :line
)
  AND zone.site = (
    SELECT sales_order.site FROM sales_order WHERE sales_order.number = :order
  )
  AND stock.quantity - (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
  ) > 0
  AND NOT lot.is_blocked
  AND NOT bin.is_blocked
  AND zone.kind IN ('storage', 'picking')
  AND (
    lot.expires_on IS NULL
    OR lot.expires_on > awm_shift(
      (
        SELECT sales_order_2.ship_by
        FROM sales_order AS sales_order_2
        WHERE sales_order_2.number = :order
      ),
      awm_days(30)
    )
  )
ORDER BY
  lot.expires_on NULLS LAST,
  lot.received_on,
  awm_fold(stock.bin),
  stock.bin,
  stock.id
"""
RESERVE_TAKEN = """
SELECT min(
  :left,
  s.quantity
  - (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.stock = s.id AND allocation.picked_at IS NULL
  )
)
FROM stock AS s
WHERE s.id = :s
"""
RESERVE_CREATE_ALLOCATION = """
INSERT INTO allocation (line, stock, quantity)
VALUES (:line, :s, :taken)
RETURNING id
"""


def reserve(db, line):
    """Keep free stock for a line, what expires first, first; how much is still missing."""
    order = db.value(RESERVE_ORDER, line=line)
    left = db.value(RESERVE_LEFT, line=line)
    for s in db.each(db.values(RESERVE_S, line=line, order=order)):
        taken = db.value(RESERVE_TAKEN, left=left, s=s)
        if taken > 0:
            db.insert(RESERVE_CREATE_ALLOCATION, line=line, s=s, taken=taken)
            left = fn.whole(left - taken)
    return left


SHIPPING_COST_RESULT = """
SELECT awm_whole(base_price + awm_scale(kg_price, '*', :weight_g, '/', 1000))
FROM carrier
WHERE id = :carrier
"""


def shipping_cost(db, carrier, weight_g):
    return db.value(SHIPPING_COST_RESULT, carrier=carrier, weight_g=weight_g)


SEARCH_PRODUCTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'sku', p.sku,
        'name', p.name,
        'group', p."group",
        'storage', p.storage,
        'price', json(printf('%.2f', p.price / 100.0)),
        'weight_g', p.weight_g,
        'volume_l', p.volume_l,
        'reorder_at', p.reorder_at,
        'on_hand', (
          SELECT coalesce(sum(stock_3.quantity), 0)
          FROM stock AS stock_3
          JOIN lot AS lot_3 ON lot_3.number = stock_3.lot
          WHERE lot_3.product = p.sku
        ),
        'incoming', awm_whole((
          SELECT coalesce(sum(purchase_line.quantity - purchase_line.received), 0)
          FROM purchase_line
          JOIN purchase_order AS order_ ON order_.number = purchase_line."order"
          WHERE purchase_line.product = p.sku
            AND order_.status IN ('sent', 'partly_received')
        ))
      ) AS v
      FROM product AS p
      WHERE (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(p.name, :query)
        OR :query IS NOT NULL AND awm_contains(p.sku, :query)
      )
        AND (:group IS NULL OR p."group" = :group)
        AND (:storage IS NULL OR p.storage = :storage)
        AND (:max_price IS NULL OR p.price <= :max_price)
        AND (
          :min_on_hand IS NULL
          OR (
            SELECT coalesce(sum(stock.quantity), 0)
            FROM stock
            JOIN lot ON lot.number = stock.lot
            WHERE lot.product = p.sku
          ) >= :min_on_hand
        )
        AND (p.is_active OR :include_inactive)
        AND (
          :supplier IS NULL
          OR EXISTS(
            SELECT 1 FROM offer WHERE offer.product = p.sku AND offer.supplier = :supplier
          )
        )
        AND (
          :below_reorder_at IS NULL
          OR (
            SELECT coalesce(sum(stock_2.quantity), 0)
            FROM stock AS stock_2
            JOIN lot AS lot_2 ON lot_2.number = stock_2.lot
            JOIN bin ON bin.code = stock_2.bin
            JOIN zone ON zone.id = bin.zone
            WHERE lot_2.product = p.sku AND zone.site = :below_reorder_at
          ) <= p.reorder_at
        )
      ORDER BY awm_fold(p.name), p.name, p.sku
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM product AS p_2
    WHERE (
      :query IS NULL
      OR :query IS NOT NULL AND awm_contains(p_2.name, :query)
      OR :query IS NOT NULL AND awm_contains(p_2.sku, :query)
    )
      AND (:group IS NULL OR p_2."group" = :group)
      AND (:storage IS NULL OR p_2.storage = :storage)
      AND (:max_price IS NULL OR p_2.price <= :max_price)
      AND (
        :min_on_hand IS NULL
        OR (
          SELECT coalesce(sum(stock_4.quantity), 0)
          FROM stock AS stock_4
          JOIN lot AS lot_4 ON lot_4.number = stock_4.lot
          WHERE lot_4.product = p_2.sku
        ) >= :min_on_hand
      )
      AND (p_2.is_active OR :include_inactive)
      AND (
        :supplier IS NULL
        OR EXISTS(
          SELECT 1
          FROM offer AS offer_2
          WHERE offer_2.product = p_2.sku AND offer_2.supplier = :supplier
        )
      )
      AND (
        :below_reorder_at IS NULL
        OR (
          SELECT coalesce(sum(stock_5.quantity), 0)
          FROM stock AS stock_5
          JOIN lot AS lot_5 ON lot_5.number = stock_5.lot
          JOIN bin AS bin_2 ON bin_2.code = stock_5.bin
          JOIN zone AS zone_2 ON zone_2.id = bin_2.zone
          WHERE lot_5.product = p_2.sku AND zone_2.site = :below_reorder_at
        ) <= p_2.reorder_at
      )
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    group=Optional(Enum("tents", "sleeping", "packs", "stoves", "fuel", "food", "clothing")),
    storage=Optional(Enum("ambient", "cold", "hazardous")),
    supplier=Optional(Ref(SUPPLIER), name="supplier_id"),
    max_price=Optional(Money(0)),
    min_on_hand=Optional(Int(0)),
    below_reorder_at=Optional(Ref(SITE), name="below_reorder_at_site"),
    include_inactive=Bool(default=0),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_products(
    db,
    query,
    group,
    storage,
    supplier,
    max_price,
    min_on_hand,
    below_reorder_at,
    include_inactive,
    page,
    page_size,
):
    """Find products, by name, with what is on hand and on its way at both sites."""
    return db.value(
        SEARCH_PRODUCTS_RESULT,
        query=query,
        group=group,
        storage=storage,
        max_price=max_price,
        min_on_hand=min_on_hand,
        include_inactive=include_inactive,
        supplier=supplier,
        below_reorder_at=below_reorder_at,
        page_size=page_size,
        page=page,
    )


GET_PRODUCT_RESULT = """
SELECT json_object(
  'sku', product.sku,
  'name', product.name,
  'group', product."group",
  'storage', product.storage,
  'price', json(printf('%.2f', product.price / 100.0)),
  'weight_g', product.weight_g,
  'volume_l', product.volume_l,
  'reorder_at', product.reorder_at,
  'is_active', json(iif(product.is_active, 'true', 'false')),
  'on_hand', (
    SELECT coalesce(sum(stock.quantity), 0)
    FROM stock
    JOIN lot ON lot.number = stock.lot
    WHERE lot.product = product.sku
  ),
  'incoming', awm_whole((
    SELECT coalesce(sum(purchase_line.quantity - purchase_line.received), 0)
    FROM purchase_line
    JOIN purchase_order AS order_ ON order_.number = purchase_line."order"
    WHERE purchase_line.product = product.sku
      AND order_.status IN ('sent', 'partly_received')
  )),
  'sites', json((
    SELECT json_group_array(
      json_object(
        'code', x.code,
        'on_hand', (
          SELECT coalesce(sum(stock_2.quantity), 0)
          FROM stock AS stock_2
          JOIN lot AS lot_2 ON lot_2.number = stock_2.lot
          JOIN bin ON bin.code = stock_2.bin
          JOIN zone ON zone.id = bin.zone
          WHERE lot_2.product = :product AND zone.site = x.code
        ),
        'free', awm_whole((
          SELECT coalesce(
            sum(
              stock_3.quantity
              - (
                SELECT coalesce(sum(allocation.quantity), 0)
                FROM allocation
                WHERE allocation.stock = stock_3.id AND allocation.picked_at IS NULL
              )
            ),
            0
          )
          FROM stock AS stock_3
          JOIN lot AS lot_3 ON lot_3.number = stock_3.lot
          JOIN bin AS bin_2 ON bin_2.code = stock_3.bin
          JOIN zone AS zone_2 ON zone_2.id = bin_2.zone
          WHERE lot_3.product = :product AND zone_2.site = x.code AND NOT lot_3.is_blocked
        ))
      )
      ORDER BY x.code
    )
    FROM site AS x
  )),
  'stock', json((
    SELECT json_group_array(
      json_object(
        'id', stock_4.id,
        'bin', json_object(
          'code', bin_3.code,
          'site', zone_3.site,
          'kind', zone_3.kind,
          'storage', zone_3.storage
        ),
        'lot', json_object(
          'number', lot_4.number,
          'received_on', lot_4.received_on,
          'expires_on', lot_4.expires_on,
          'is_blocked', json(iif(lot_4.is_blocked, 'true', 'false'))
        ),
        'quantity', stock_4.quantity,
        'free', stock_4.quantity
        - (
          SELECT coalesce(sum(allocation_2.quantity), 0)
          FROM allocation AS allocation_2
          WHERE allocation_2.stock = stock_4.id AND allocation_2.picked_at IS NULL
        )
      )
      ORDER BY lot_4.expires_on NULLS LAST, lot_4.received_on, stock_4.id
    )
    FROM stock AS stock_4
    JOIN lot AS lot_4 ON lot_4.number = stock_4.lot
    JOIN bin AS bin_3 ON bin_3.code = stock_4.bin
    JOIN zone AS zone_3 ON zone_3.id = bin_3.zone
    WHERE lot_4.product = :product AND stock_4.quantity > 0
  )),
  'offers', json((
    SELECT json_group_array(
      json_object(
        'supplier', json_object('id', supplier.id, 'name', supplier.name),
        'unit_cost', json(printf('%.2f', offer.unit_cost / 100.0)),
        'pack_size', offer.pack_size,
        'breaks', json((
          SELECT json_group_array(
            json_object(
              'from_quantity', price_break.from_quantity,
              'unit_cost', json(printf('%.2f', price_break.unit_cost / 100.0))
            )
            ORDER BY price_break.from_quantity, price_break.id
          )
          FROM price_break
          WHERE price_break.offer = offer.id
        ))
      )
      ORDER BY offer.id
    )
    FROM offer
    JOIN supplier ON supplier.id = offer.supplier
    WHERE offer.product = product.sku
  ))
)
FROM product
WHERE product.sku = :product
"""


@tool(product=Ref(PRODUCT, name="sku"))
def get_product(db, product):
    """A product with its lots and bins, its suppliers, and what is free at each site."""
    return db.value(GET_PRODUCT_RESULT, product=product)


FIND_STOCK_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', s.id,
        'bin', json_object(
          'code', bin.code, 'site', zone.site, 'kind', zone.kind, 'storage', zone.storage
        ),
        'lot', json_object(
          'number', lot.number,
          'product', json_object('sku', product.sku, 'name', product.name),
          'expires_on', lot.expires_on,
          'is_blocked', json(iif(lot.is_blocked, 'true', 'false'))
        ),
        'quantity', s.quantity,
        'reserved', (
          SELECT coalesce(sum(allocation_2.quantity), 0)
          FROM allocation AS allocation_2
          WHERE allocation_2.stock = s.id AND allocation_2.picked_at IS NULL
        ),
        'free', s.quantity
        - (
          SELECT coalesce(sum(allocation_3.quantity), 0)
          FROM allocation AS allocation_3
          WHERE allocation_3.stock = s.id AND allocation_3.picked_at IS NULL
        )
      ) AS v
      FROM stock AS s
      JOIN lot ON lot.number = s.lot
      JOIN bin ON bin.code = s.bin
      JOIN zone ON zone.id = bin.zone
      JOIN product ON product.sku = lot.product
      WHERE s.quantity > 0
        AND (:product IS NULL OR lot.product = :product)
        AND (:site IS NULL OR zone.site = :site)
        AND (:bin IS NULL OR s.bin = :bin)
        AND (:lot IS NULL OR s.lot = :lot)
        AND (:zone_kind IS NULL OR zone.kind = :zone_kind)
        AND (:expires_before IS NULL OR lot.expires_on < :expires_before)
        AND (
          s.quantity - (
            SELECT coalesce(sum(allocation.quantity), 0)
            FROM allocation
            WHERE allocation.stock = s.id AND allocation.picked_at IS NULL
          ) > 0
          OR NOT :only_free
        )
        AND (lot.is_blocked OR NOT :only_blocked)
      ORDER BY lot.expires_on NULLS LAST, awm_fold(s.bin), s.bin, s.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM stock AS s_2
    JOIN lot AS lot_2 ON lot_2.number = s_2.lot
    JOIN bin AS bin_2 ON bin_2.code = s_2.bin
    JOIN zone AS zone_2 ON zone_2.id = bin_2.zone
    WHERE s_2.quantity > 0
      AND (:product IS NULL OR lot_2.product = :product)
      AND (:site IS NULL OR zone_2.site = :site)
      AND (:bin IS NULL OR s_2.bin = :bin)
      AND (:lot IS NULL OR s_2.lot = :lot)
      AND (:zone_kind IS NULL OR zone_2.kind = :zone_kind)
      AND (:expires_before IS NULL OR lot_2.expires_on < :expires_before)
      AND (
        s_2.quantity - (
          SELECT coalesce(sum(allocation_4.quantity), 0)
          FROM allocation AS allocation_4
          WHERE allocation_4.stock = s_2.id AND allocation_4.picked_at IS NULL
        ) > 0
        OR NOT :only_free
      )
      AND (lot_2.is_blocked OR NOT :only_blocked)
  ),
  'page', :page
)
"""


@tool(
    product=Optional(Ref(PRODUCT), name="sku"),
    site=Optional(Ref(SITE), name="site_id"),
    bin=Optional(Ref(BIN), name="bin_id"),
    lot=Optional(Ref(LOT), name="lot_id"),
    zone_kind=Optional(Enum("receiving", "storage", "picking", "quarantine")),
    expires_before=Optional(Date()),
    only_free=Bool(default=0),
    only_blocked=Bool(default=0),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=30),
)
def find_stock(
    db, product, site, bin, lot, zone_kind, expires_before, only_free, only_blocked, page, page_size
):
    """Where goods lie; what expires first on top."""
    return db.value(
        FIND_STOCK_RESULT,
        product=product,
        site=site,
        bin=bin,
        lot=lot,
        zone_kind=zone_kind,
        expires_before=expires_before,
        only_free=only_free,
        only_blocked=only_blocked,
        page_size=page_size,
        page=page,
    )


FIND_BINS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'code', b.code,
        'zone', zone.name,
        'kind', zone.kind,
        'storage', zone.storage,
        'capacity_l', b.capacity_l,
        'used_l', awm_whole((
          SELECT coalesce(sum(stock_3.quantity * product_3.volume_l), 0)
          FROM stock AS stock_3
          JOIN lot AS lot_3 ON lot_3.number = stock_3.lot
          JOIN product AS product_3 ON product_3.sku = lot_3.product
          WHERE stock_3.bin = b.code
        )),
        'free_l', awm_whole(
          b.capacity_l
          - (
            SELECT coalesce(sum(stock_4.quantity * product_4.volume_l), 0)
            FROM stock AS stock_4
            JOIN lot AS lot_4 ON lot_4.number = stock_4.lot
            JOIN product AS product_4 ON product_4.sku = lot_4.product
            WHERE stock_4.bin = b.code
          )
        )
      ) AS v
      FROM bin AS b
      JOIN zone ON zone.id = b.zone
      WHERE zone.site = :site
        AND NOT b.is_blocked
        AND (:kind IS NULL OR zone.kind = :kind)
        AND (:storage IS NULL OR zone.storage = :storage)
        AND (
          :min_free_l IS NULL
          OR b.capacity_l - (
            SELECT coalesce(sum(stock.quantity * product.volume_l), 0)
            FROM stock
            JOIN lot ON lot.number = stock.lot
            JOIN product ON product.sku = lot.product
            WHERE stock.bin = b.code
          ) >= :min_free_l
        )
        AND (
          :is_empty IS NULL
          OR (
            (
              SELECT coalesce(sum(stock_2.quantity * product_2.volume_l), 0)
              FROM stock AS stock_2
              JOIN lot AS lot_2 ON lot_2.number = stock_2.lot
              JOIN product AS product_2 ON product_2.sku = lot_2.product
              WHERE stock_2.bin = b.code
            ) = 0
          ) = :is_empty
        )
      ORDER BY
        b.capacity_l
        - (
          SELECT coalesce(sum(stock_5.quantity * product_5.volume_l), 0)
          FROM stock AS stock_5
          JOIN lot AS lot_5 ON lot_5.number = stock_5.lot
          JOIN product AS product_5 ON product_5.sku = lot_5.product
          WHERE stock_5.bin = b.code
        ) DESC,
        awm_fold(b.code),
        b.code,
        b.code
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM bin AS b_2
    JOIN zone AS zone_2 ON zone_2.id = b_2.zone
    WHERE zone_2.site = :site
      AND NOT b_2.is_blocked
      AND (:kind IS NULL OR zone_2.kind = :kind)
      AND (:storage IS NULL OR zone_2.storage = :storage)
      AND (
        :min_free_l IS NULL
        OR b_2.capacity_l - (
          SELECT coalesce(sum(stock_6.quantity * product_6.volume_l), 0)
          FROM stock AS stock_6
          JOIN lot AS lot_6 ON lot_6.number = stock_6.lot
          JOIN product AS product_6 ON product_6.sku = lot_6.product
          WHERE stock_6.bin = b_2.code
        ) >= :min_free_l
      )
      AND (
        :is_empty IS NULL
        OR (
          (
            SELECT coalesce(sum(stock_7.quantity * product_7.volume_l), 0)
            FROM stock AS stock_7
            JOIN lot AS lot_7 ON lot_7.number = stock_7.lot
            JOIN product AS product_7 ON product_7.sku = lot_7.product
            WHERE stock_7.bin = b_2.code
          ) = 0
        ) = :is_empty
      )
  ),
  'page', :page
)
"""


@tool(
    site=Ref(SITE, name="site_id"),
    kind=Optional(Enum("receiving", "storage", "picking", "quarantine")),
    storage=Optional(Enum("ambient", "cold", "hazardous")),
    min_free_l=Optional(Int(0)),
    is_empty=Optional(Bool()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def find_bins(db, site, kind, storage, min_free_l, is_empty, page, page_size):
    """Bins of a site that are not blocked, those with most room first."""
    return db.value(
        FIND_BINS_RESULT,
        site=site,
        kind=kind,
        storage=storage,
        min_free_l=min_free_l,
        is_empty=is_empty,
        page_size=page_size,
        page=page,
    )


MOVE_STOCK_REQUIRE = "SELECT :to <> bin FROM stock WHERE id = :stock"
MOVE_STOCK_REQUIRE_2 = """
SELECT zone.site = zone_2.site
FROM bin AS to_
JOIN zone ON zone.id = to_.zone
JOIN stock ON stock.id = :stock
JOIN bin ON bin.code = stock.bin
JOIN zone AS zone_2 ON zone_2.id = bin.zone
WHERE to_.code = :to
"""
MOVE_STOCK_OTHER_SITE = "SELECT awm_concat(:to, ' is at another site.')"
MOVE_STOCK_N = """
SELECT coalesce(
  :quantity,
  stock.quantity
  - (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
  )
)
FROM stock
WHERE stock.id = :stock
"""
MOVE_STOCK_REQUIRE_3 = """
SELECT :n > 0
  AND :n <= stock.quantity - (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM allocation
    WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
  )
FROM stock
WHERE stock.id = :stock
"""
MOVE_STOCK_NOT_FREE = """
SELECT awm_concat(
  CAST(
    stock.quantity - (
      SELECT coalesce(sum(allocation.quantity), 0)
      FROM allocation
      WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
    ) AS TEXT
  ),
  ' units can be moved; the others are kept for orders.'
)
FROM stock
WHERE stock.id = :stock
"""
MOVE_STOCK_UPDATE_STOCK = "UPDATE stock SET quantity = awm_whole(quantity - :n) WHERE id = :stock"
MOVE_STOCK_LOT = "SELECT lot FROM stock WHERE id = :stock"
MOVE_STOCK_LOT_2 = "SELECT lot FROM stock WHERE id = :stock"
MOVE_STOCK_FROM_BIN = "SELECT bin FROM stock WHERE id = :stock"
MOVE_STOCK_RESULT = """
SELECT json_object(
  'moved', :n,
  'from_bin', json_object(
    'code', bin.code,
    'free_l', awm_whole(
      bin.capacity_l
      - (
        SELECT coalesce(sum(stock_2.quantity * product.volume_l), 0)
        FROM stock AS stock_2
        JOIN lot ON lot.number = stock_2.lot
        JOIN product ON product.sku = lot.product
        WHERE stock_2.bin = bin.code
      )
    )
  ),
  'to_bin', json_object(
    'code', to_.code,
    'free_l', awm_whole(
      to_.capacity_l
      - (
        SELECT coalesce(sum(stock_3.quantity * product_2.volume_l), 0)
        FROM stock AS stock_3
        JOIN lot AS lot_2 ON lot_2.number = stock_3.lot
        JOIN product AS product_2 ON product_2.sku = lot_2.product
        WHERE stock_3.bin = to_.code
      )
    )
  )
)
FROM stock
JOIN bin ON bin.code = stock.bin
JOIN bin AS to_ ON to_.code = :to
WHERE stock.id = :stock
"""


@tool(
    stock=Ref(STOCK, name="stock_id"),
    to=Ref(BIN, name="to_id"),
    quantity=Optional(Int(1, 100000)),
    writes=True,
    invariants=(0, 1, 2),
)
def move_stock(db, stock, to, quantity):
    """Move free units to another bin of the same site."""
    if not db.value(MOVE_STOCK_REQUIRE, to=to, stock=stock):
        raise ToolError("same_bin", "It lies there already.")
    if not db.value(MOVE_STOCK_REQUIRE_2, to=to, stock=stock):
        raise ToolError("other_site", db.value(MOVE_STOCK_OTHER_SITE, to=to))
    n = db.value(MOVE_STOCK_N, quantity=quantity, stock=stock)
    if not db.value(MOVE_STOCK_REQUIRE_3, n=n, stock=stock):
        raise ToolError("not_free", db.value(MOVE_STOCK_NOT_FREE, stock=stock))
    db.run(MOVE_STOCK_UPDATE_STOCK, n=n, stock=stock)
    put(db, to, db.value(MOVE_STOCK_LOT, stock=stock), n)
    log(
        db,
        "transfer",
        db.value(MOVE_STOCK_LOT_2, stock=stock),
        db.value(MOVE_STOCK_FROM_BIN, stock=stock),
        to,
        n,
        "",
    )
    return db.value(MOVE_STOCK_RESULT, n=n, stock=stock, to=to)


BLOCK_LOT_REQUIRE = "SELECT NOT is_blocked FROM lot WHERE number = :lot"
BLOCK_LOT_BLOCKED = "SELECT awm_concat(:lot, ' is blocked already.')"
BLOCK_LOT_UPDATE_LOT = "UPDATE lot SET is_blocked = 1, block_reason = :reason WHERE number = :lot"
BLOCK_LOT_ORDERS = """
SELECT awm_distinct((
  SELECT json_group_array(line."order" ORDER BY a.id)
  FROM allocation AS a
  JOIN stock ON stock.id = a.stock
  JOIN sales_line AS line ON line.id = a.line
  WHERE stock.lot = :lot AND a.picked_at IS NULL
))
"""
BLOCK_LOT_DELETE_ALLOCATION = """
DELETE FROM allocation
WHERE id IN (
  SELECT allocation.id
  FROM allocation
  JOIN stock ON stock.id = allocation.stock
  WHERE stock.lot = :lot AND allocation.picked_at IS NULL
)
"""
BLOCK_LOT_O = """
SELECT sales_order.number
FROM json_each(:orders) AS item
JOIN sales_order ON sales_order.number = item.value
ORDER BY item.key
"""
BLOCK_LOT_IF = "SELECT status = 'picking' FROM sales_order WHERE number = :o"
BLOCK_LOT_UPDATE_O = "UPDATE sales_order SET status = 'allocated' WHERE number = :o"
BLOCK_LOT_IF_2 = "SELECT status = 'allocated' FROM sales_order WHERE number = :o"
BLOCK_LOT_UPDATE_O_2 = "UPDATE sales_order SET status = 'open' WHERE number = :o"
BLOCK_LOT_LEFT = """
SELECT a.id
FROM allocation AS a
JOIN stock ON stock.id = a.stock
JOIN sales_line AS line ON line.id = a.line
JOIN sales_order AS order_ ON order_.number = line."order"
WHERE stock.lot = :lot AND order_.status = 'shipped'
ORDER BY a.id
"""
BLOCK_LOT_RESULT = """
SELECT json_object(
  'lot', json_object(
    'number', lot.number,
    'product', json_object('sku', product.sku, 'name', product.name),
    'is_blocked', json(iif(lot.is_blocked, 'true', 'false')),
    'on_hand', (
      SELECT coalesce(sum(stock.quantity), 0) FROM stock WHERE stock.lot = lot.number
    )
  ),
  'reopened', json((
    SELECT json_group_array(
      json_object(
        'number', sales_order.number,
        'status', sales_order.status,
        'ship_by', sales_order.ship_by
      )
      ORDER BY item.key
    )
    FROM json_each(:orders) AS item
    JOIN sales_order ON sales_order.number = item.value
  )),
  'units_shipped', (
    SELECT coalesce(sum(allocation.quantity), 0)
    FROM json_each(:left) AS item_2
    JOIN allocation ON allocation.id = item_2.value
  ),
  'customers', json(awm_distinct((
    SELECT json_group_array(customer.name ORDER BY item_3.key)
    FROM json_each(:left) AS item_3
    JOIN allocation AS a ON a.id = item_3.value
    JOIN sales_line AS line ON line.id = a.line
    JOIN sales_order AS order_ ON order_.number = line."order"
    JOIN customer ON customer.id = order_.customer
  )))
)
FROM lot
JOIN product ON product.sku = lot.product
WHERE lot.number = :lot
"""


@tool(lot=Ref(LOT, name="lot_id"), reason=Text(3, 200), writes=True, invariants=(0, 1, 2, 3))
def block_lot(db, lot, reason):
    """Recall a lot: nothing more of it is picked, orders that waited for it are open again; tells what has left the house."""
    must_supervise(db)
    if not db.value(BLOCK_LOT_REQUIRE, lot=lot):
        raise ToolError("blocked", db.value(BLOCK_LOT_BLOCKED, lot=lot))
    db.run(BLOCK_LOT_UPDATE_LOT, reason=reason, lot=lot)
    orders = db.json(BLOCK_LOT_ORDERS, lot=lot)
    db.run(BLOCK_LOT_DELETE_ALLOCATION, lot=lot)
    for o in db.each(db.values(BLOCK_LOT_O, orders=orders)):
        if db.value(BLOCK_LOT_IF, o=o):
            db.run(BLOCK_LOT_UPDATE_O, o=o)
        if db.value(BLOCK_LOT_IF_2, o=o):
            db.run(BLOCK_LOT_UPDATE_O_2, o=o)
    left = db.values(BLOCK_LOT_LEFT, lot=lot)
    return db.value(BLOCK_LOT_RESULT, lot=lot, orders=orders, left=left)


SCRAP_STOCK_REQUIRE = """
SELECT :quantity <= stock.quantity - (
  SELECT coalesce(sum(allocation.quantity), 0)
  FROM allocation
  WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
)
FROM stock
WHERE stock.id = :stock
"""
SCRAP_STOCK_NOT_FREE = """
SELECT awm_concat(
  'Only ',
  CAST(
    stock.quantity - (
      SELECT coalesce(sum(allocation.quantity), 0)
      FROM allocation
      WHERE allocation.stock = stock.id AND allocation.picked_at IS NULL
    ) AS TEXT
  ),
  ' units are free.'
)
FROM stock
WHERE stock.id = :stock
"""
SCRAP_STOCK_UPDATE_STOCK = "UPDATE stock SET quantity = quantity - :quantity WHERE id = :stock"
SCRAP_STOCK_LOT = "SELECT lot FROM stock WHERE id = :stock"
SCRAP_STOCK_FROM_BIN = "SELECT bin FROM stock WHERE id = :stock"
SCRAP_STOCK_RESULT = """
SELECT json_object(
  'scrapped', :quantity,
  'cost', json(printf('%.2f', awm_whole(lot.unit_cost * :quantity) / 100.0)),
  'left', stock.quantity
)
FROM stock
JOIN lot ON lot.number = stock.lot
WHERE stock.id = :stock
"""


@tool(
    stock=Ref(STOCK, name="stock_id"),
    quantity=Int(1, 100000),
    reason=Text(3, 60),
    writes=True,
    invariants=(0, 1, 2),
)
def scrap_stock(db, stock, quantity, reason):
    """Throw free units away."""
    must_supervise(db)
    if not db.value(SCRAP_STOCK_REQUIRE, quantity=quantity, stock=stock):
        raise ToolError("not_free", db.value(SCRAP_STOCK_NOT_FREE, stock=stock))
    db.run(SCRAP_STOCK_UPDATE_STOCK, quantity=quantity, stock=stock)
    log(
        db,
        "scrapped",
        db.value(SCRAP_STOCK_LOT, stock=stock),
        db.value(SCRAP_STOCK_FROM_BIN, stock=stock),
        None,
        quantity,
        reason,
    )
    return db.value(SCRAP_STOCK_RESULT, quantity=quantity, stock=stock)


LIST_MOVEMENTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', x.id,
        'kind', x.kind,
        'product', json_object('sku', product.sku, 'name', product.name),
        'lot', x.lot,
        'from_bin', json((
          SELECT json_object('code', from_bin_2.code)
          FROM bin AS from_bin_2
          WHERE from_bin_2.code = x.from_bin
        )),
        'to_bin', json((
          SELECT json_object('code', to_bin_2.code)
          FROM bin AS to_bin_2
          WHERE to_bin_2.code = x.to_bin
        )),
        'quantity', x.quantity,
        'moved_at', x.moved_at,
        'worker', json((
          SELECT json_object(
            'id', worker_2.id, 'name', worker_2.name, 'role', worker_2.role
          )
          FROM worker AS worker_2
          WHERE worker_2.id = x.worker
        )),
        'reference', x.reference
      ) AS v
      FROM movement AS x
      JOIN lot ON lot.number = x.lot
      JOIN product ON product.sku = lot.product
      LEFT JOIN bin AS from_bin ON from_bin.code = x.from_bin
      LEFT JOIN bin AS to_bin ON to_bin.code = x.to_bin
      LEFT JOIN worker ON worker.id = x.worker
      WHERE (:product IS NULL OR lot.product = :product)
        AND (:kind IS NULL OR x.kind = :kind)
        AND (:worker IS NULL OR x.worker IS :worker)
        AND (:bin IS NULL OR x.from_bin IS :bin OR x.to_bin IS :bin)
        AND (:since IS NULL OR date(x.moved_at) >= :since)
        AND (:before IS NULL OR date(x.moved_at) < :before)
      ORDER BY x.moved_at DESC, x.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM movement AS x_2
    JOIN lot AS lot_2 ON lot_2.number = x_2.lot
    WHERE (:product IS NULL OR lot_2.product = :product)
      AND (:kind IS NULL OR x_2.kind = :kind)
      AND (:worker IS NULL OR x_2.worker IS :worker)
      AND (:bin IS NULL OR x_2.from_bin IS :bin OR x_2.to_bin IS :bin)
      AND (:since IS NULL OR date(x_2.moved_at) >= :since)
      AND (:before IS NULL OR date(x_2.moved_at) < :before)
  ),
  'page', :page
)
"""


@tool(
    product=Optional(Ref(PRODUCT), name="sku"),
    bin=Optional(Ref(BIN), name="bin_id"),
    kind=Optional(Enum("receipt", "transfer", "pick", "returned", "adjustment", "scrapped")),
    worker=Optional(Ref(WORKER), name="worker_id"),
    since=Optional(Date()),
    before=Optional(Date()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=30),
)
def list_movements(db, product, bin, kind, worker, since, before, page, page_size):
    """What was moved, latest first."""
    return db.value(
        LIST_MOVEMENTS_RESULT,
        product=product,
        kind=kind,
        worker=worker,
        bin=bin,
        since=since,
        before=before,
        page_size=page_size,
        page=page,
    )


SEARCH_SUPPLIERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', x.id,
        'name', x.name,
        'city', x.city,
        'lead_days', x.lead_days,
        'min_order', json(printf('%.2f', x.min_order / 100.0)),
        'rating', x.rating,
        'products', (SELECT count(*) FROM offer AS offer_2 WHERE offer_2.supplier = x.id)
      )
      ORDER BY x.rating DESC, awm_fold(x.name), x.name, x.id
    )
    FROM supplier AS x
    WHERE (:query IS NULL OR awm_contains(x.name, :query))
      AND (:max_lead_days IS NULL OR x.lead_days <= :max_lead_days)
      AND (:min_rating IS NULL OR x.rating >= :min_rating)
      AND (
        :product IS NULL
        OR EXISTS(
          SELECT 1 FROM offer WHERE offer.supplier = x.id AND offer.product = :product
        )
      )
  ))
)
"""


@tool(
    query=Optional(Text()),
    product=Optional(Ref(PRODUCT), name="sku"),
    max_lead_days=Optional(Int(1)),
    min_rating=Optional(Float(0.0, 5.0)),
)
def search_suppliers(db, query, product, max_lead_days, min_rating):
    """Find suppliers, best rated first."""
    return db.value(
        SEARCH_SUPPLIERS_RESULT,
        query=query,
        max_lead_days=max_lead_days,
        min_rating=min_rating,
        product=product,
    )


QUOTE_PURCHASE_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'supplier', json_object(
          'id', supplier.id,
          'name', supplier.name,
          'lead_days', supplier.lead_days,
          'min_order', json(printf('%.2f', supplier.min_order / 100.0))
        ),
        'pack_size', o.pack_size,
        'quantity', awm_whole(
          awm_ceil(awm_divide(CAST(:quantity AS REAL), CAST(o.pack_size AS REAL))) * o.pack_size
        ),
        'unit_cost', json(printf(
          '%.2f',
          coalesce(
            (
              SELECT price_break.unit_cost
              FROM price_break
              WHERE price_break.offer = o.id
                AND price_break.from_quantity <= awm_ceil(awm_divide(
                  CAST(:quantity AS REAL), CAST(o.pack_size AS REAL)
                )) * o.pack_size
              ORDER BY price_break.from_quantity DESC, price_break.id
              LIMIT 1
            ),
            o.unit_cost
          ) / 100.0
        )),
        'total', json(printf(
          '%.2f',
          awm_whole(
            coalesce(
              (
                SELECT price_break_2.unit_cost
                FROM price_break AS price_break_2
                WHERE price_break_2.offer = o.id
                  AND price_break_2.from_quantity <= awm_ceil(awm_divide(
                    CAST(:quantity AS REAL), CAST(o.pack_size AS REAL)
                  )) * o.pack_size
                ORDER BY price_break_2.from_quantity DESC, price_break_2.id
                LIMIT 1
              ),
              o.unit_cost
            ) * (
              awm_ceil(awm_divide(CAST(:quantity AS REAL), CAST(o.pack_size AS REAL))) * o.pack_size
            )
          ) / 100.0
        ))
      )
      ORDER BY
        coalesce(
          (
            SELECT price_break_3.unit_cost
            FROM price_break AS price_break_3
            WHERE price_break_3.offer = o.id
              AND price_break_3.from_quantity <= awm_ceil(awm_divide(
                CAST(:quantity AS REAL), CAST(o.pack_size AS REAL)
              )) * o.pack_size
            ORDER BY price_break_3.from_quantity DESC, price_break_3.id
            LIMIT 1
          ),
          o.unit_cost
        ) * (
          awm_ceil(awm_divide(CAST(:quantity AS REAL), CAST(o.pack_size AS REAL))) * o.pack_size
        ),
        supplier.lead_days,
        o.id
    )
    FROM offer AS o
    JOIN supplier ON supplier.id = o.supplier
    WHERE o.product = :product
      AND (
        :needed_by IS NULL
        OR awm_shift(date(:now), awm_days(supplier.lead_days)) <= :needed_by
      )
  ))
)
"""


@tool(product=Ref(PRODUCT, name="sku"), quantity=Int(1, 100000), needed_by=Optional(Date()))
def quote_purchase(db, product, quantity, needed_by):
    """What each supplier asks for that many, in full packs, cheapest first."""
    return db.value(
        QUOTE_PURCHASE_RESULT, product=product, needed_by=needed_by, now=db.now, quantity=quantity
    )


ADD_TO_PURCHASE_OFFER = """
SELECT id
FROM offer
WHERE supplier = :supplier AND product = :product
ORDER BY id
LIMIT 1
"""
ADD_TO_PURCHASE_NOT_OFFERED = """
SELECT awm_concat(supplier.name, ' does not offer ', product.name, '.')
FROM supplier
JOIN product ON product.sku = :product
WHERE supplier.id = :supplier
"""
ADD_TO_PURCHASE_REQUIRE = "SELECT awm_modulo(:quantity, pack_size) = 0 FROM offer WHERE id = :offer"
ADD_TO_PURCHASE_NOT_FULL_PACKS = """
SELECT awm_concat(supplier.name, ' sells it by ', CAST(offer.pack_size AS TEXT), '.')
FROM supplier
JOIN offer ON offer.id = :offer
WHERE supplier.id = :supplier
"""
ADD_TO_PURCHASE_ORDER = """
SELECT number
FROM purchase_order
WHERE supplier = :supplier AND site = :site AND status = 'draft'
ORDER BY number
LIMIT 1
"""
ADD_TO_PURCHASE_CREATE_PURCHASE_ORDER = """
INSERT INTO purchase_order (supplier, site, created_on, status, number)
VALUES (
  :supplier,
  :site,
  date(:now),
  'draft',
  printf('PO-%04d', (SELECT next FROM awm_serial WHERE entity = 'PurchaseOrder'))
)
RETURNING number
"""
ADD_TO_PURCHASE_LINE = """
SELECT id
FROM purchase_line
WHERE "order" = :order AND product = :product
ORDER BY id
LIMIT 1
"""
ADD_TO_PURCHASE_UPDATE_LINE = "UPDATE purchase_line SET quantity = quantity + :quantity WHERE id = :line"
ADD_TO_PURCHASE_QUANTITY = "SELECT quantity FROM purchase_line WHERE id = :line"
ADD_TO_PURCHASE_UPDATE_LINE_2 = "UPDATE purchase_line SET unit_cost = :unit_cost_3 WHERE id = :line"
ADD_TO_PURCHASE_CREATE_PURCHASE_LINE = """
INSERT INTO purchase_line ("order", product, quantity, unit_cost, received)
VALUES (:order, :product, :quantity, :unit_cost_4, 0)
RETURNING id
"""
ADD_TO_PURCHASE_RESULT = """
SELECT json_object(
  'number', order_.number,
  'supplier', json_object('id', supplier.id, 'name', supplier.name),
  'site', json_object('code', site.code, 'name', site.name),
  'status', order_.status,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(purchase_line.unit_cost * purchase_line.quantity), 0)
      FROM purchase_line
      WHERE purchase_line."order" = order_.number
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', purchase_line_2.id,
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', purchase_line_2.quantity,
        'unit_cost', json(printf('%.2f', purchase_line_2.unit_cost / 100.0))
      )
      ORDER BY purchase_line_2.id
    )
    FROM purchase_line AS purchase_line_2
    JOIN product ON product.sku = purchase_line_2.product
    WHERE purchase_line_2."order" = order_.number
  ))
)
FROM purchase_order AS order_
JOIN supplier ON supplier.id = order_.supplier
JOIN site ON site.code = order_.site
WHERE order_.number = :order
"""


@tool(
    supplier=Ref(SUPPLIER, name="supplier_id"),
    site=Ref(SITE, name="site_id"),
    product=Ref(PRODUCT, name="sku"),
    quantity=Int(1, 100000),
    writes=True,
)
def add_to_purchase(db, supplier, site, product, quantity):
    """Put a product on the draft order for a supplier and a site; the draft is made if there is none."""
    offer = db.value(ADD_TO_PURCHASE_OFFER, supplier=supplier, product=product)
    if offer is None:
        raise ToolError(
            "not_offered", db.value(ADD_TO_PURCHASE_NOT_OFFERED, supplier=supplier, product=product)
        )
    if not db.value(ADD_TO_PURCHASE_REQUIRE, quantity=quantity, offer=offer):
        raise ToolError(
            "not_full_packs", db.value(ADD_TO_PURCHASE_NOT_FULL_PACKS, supplier=supplier, offer=offer)
        )
    found_1 = db.value(ADD_TO_PURCHASE_ORDER, supplier=supplier, site=site)
    if found_1 is None:
        key_2 = db.insert(ADD_TO_PURCHASE_CREATE_PURCHASE_ORDER, supplier=supplier, site=site, now=db.now)
        db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="PurchaseOrder")
        found_1 = key_2
    order = found_1
    line = db.value(ADD_TO_PURCHASE_LINE, order=order, product=product)
    if line is not None:
        db.run(ADD_TO_PURCHASE_UPDATE_LINE, quantity=quantity, line=line)
        unit_cost_3 = cost_at(db, offer, db.value(ADD_TO_PURCHASE_QUANTITY, line=line))
        db.run(ADD_TO_PURCHASE_UPDATE_LINE_2, unit_cost_3=unit_cost_3, line=line)
    else:
        unit_cost_4 = cost_at(db, offer, quantity)
        db.insert(
            ADD_TO_PURCHASE_CREATE_PURCHASE_LINE,
            order=order,
            product=product,
            quantity=quantity,
            unit_cost_4=unit_cost_4,
        )
    return db.value(ADD_TO_PURCHASE_RESULT, order=order)


REMOVE_PURCHASE_LINE_ORDER = 'SELECT "order" FROM purchase_line WHERE id = :line'
REMOVE_PURCHASE_LINE_REQUIRE = "SELECT status = 'draft' FROM purchase_order WHERE number = :order"
REMOVE_PURCHASE_LINE_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM purchase_order
WHERE number = :order
"""
REMOVE_PURCHASE_LINE_DELETE_LINE = "DELETE FROM purchase_line WHERE id = :line"
REMOVE_PURCHASE_LINE_LEFT = 'SELECT count(*) FROM purchase_line WHERE "order" = :order'
REMOVE_PURCHASE_LINE_DELETE_ORDER = "DELETE FROM purchase_order WHERE number = :order"
REMOVE_PURCHASE_LINE_RESULT = "SELECT json_object('lines_left', :left)"


@tool(line=Ref(PURCHASE_LINE, name="line_id"), writes=True)
def remove_purchase_line(db, line):
    """Take a product off a draft; a draft without lines goes away."""
    order = db.value(REMOVE_PURCHASE_LINE_ORDER, line=line)
    if not db.value(REMOVE_PURCHASE_LINE_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(REMOVE_PURCHASE_LINE_WRONG_STATE, order=order))
    db.run(REMOVE_PURCHASE_LINE_DELETE_LINE, line=line)
    left = db.value(REMOVE_PURCHASE_LINE_LEFT, order=order)
    if left == 0:
        db.run(REMOVE_PURCHASE_LINE_DELETE_ORDER, order=order)
    return db.value(REMOVE_PURCHASE_LINE_RESULT, left=left)


SEND_PURCHASE_REQUIRE = "SELECT role <> 'picker' FROM worker WHERE id = :me"
SEND_PURCHASE_REQUIRE_2 = "SELECT status = 'draft' FROM purchase_order WHERE number = :order"
SEND_PURCHASE_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM purchase_order
WHERE number = :order
"""
SEND_PURCHASE_REQUIRE_3 = """
SELECT (
  SELECT coalesce(sum(purchase_line.unit_cost * purchase_line.quantity), 0)
  FROM purchase_line
  WHERE purchase_line."order" = order_.number
) >= supplier.min_order
FROM purchase_order AS order_
JOIN supplier ON supplier.id = order_.supplier
WHERE order_.number = :order
"""
SEND_PURCHASE_BELOW_MINIMUM = """
SELECT awm_concat(
  supplier.name,
  ' delivers from ',
  awm_money_text(supplier.min_order),
  ' on; this comes to ',
  awm_money_text(awm_whole((
    SELECT coalesce(sum(purchase_line.unit_cost * purchase_line.quantity), 0)
    FROM purchase_line
    WHERE purchase_line."order" = order_.number
  ))),
  '.'
)
FROM purchase_order AS order_
JOIN supplier ON supplier.id = order_.supplier
WHERE order_.number = :order
"""
SEND_PURCHASE_UPDATE_ORDER = """
UPDATE purchase_order
SET
  status = 'sent',
  due_on = awm_shift(
    date(:now),
    awm_days((
      SELECT supplier.lead_days
      FROM purchase_order AS purchase_order_2
      JOIN supplier ON supplier.id = purchase_order_2.supplier
      WHERE purchase_order_2.number = :order
    ))
  )
WHERE purchase_order.number = :order
"""
SEND_PURCHASE_RESULT = """
SELECT json_object(
  'number', order_.number,
  'supplier', json_object('id', supplier.id, 'name', supplier.name),
  'site', json_object('code', site.code, 'name', site.name),
  'status', order_.status,
  'due_on', order_.due_on,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(purchase_line.unit_cost * purchase_line.quantity), 0)
      FROM purchase_line
      WHERE purchase_line."order" = order_.number
    )) / 100.0
  ))
)
FROM purchase_order AS order_
JOIN supplier ON supplier.id = order_.supplier
JOIN site ON site.code = order_.site
WHERE order_.number = :order
"""


@tool(order=Ref(PURCHASE_ORDER, name="order_id"), writes=True)
def send_purchase(db, order):
    """Send a draft to its supplier."""
    if not db.value(SEND_PURCHASE_REQUIRE, me=db.me):
        raise ToolError("not_a_buyer", "Pickers buy nothing.")
    if not db.value(SEND_PURCHASE_REQUIRE_2, order=order):
        raise ToolError("wrong_state", db.value(SEND_PURCHASE_WRONG_STATE, order=order))
    if not db.value(SEND_PURCHASE_REQUIRE_3, order=order):
        raise ToolError("below_minimum", db.value(SEND_PURCHASE_BELOW_MINIMUM, order=order))
    db.run(SEND_PURCHASE_UPDATE_ORDER, order=order, now=db.now)
    return db.value(SEND_PURCHASE_RESULT, order=order)


SEARCH_PURCHASES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'number', p.number,
        'supplier', json_object('id', supplier.id, 'name', supplier.name),
        'site', json_object('code', site.code),
        'status', p.status,
        'created_on', p.created_on,
        'due_on', p.due_on,
        'total', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(purchase_line_2.unit_cost * purchase_line_2.quantity), 0)
            FROM purchase_line AS purchase_line_2
            WHERE purchase_line_2."order" = p.number
          )) / 100.0
        ))
      ) AS v
      FROM purchase_order AS p
      JOIN supplier ON supplier.id = p.supplier
      JOIN site ON site.code = p.site
      WHERE (:supplier IS NULL OR p.supplier = :supplier)
        AND (:site IS NULL OR p.site = :site)
        AND (:status IS NULL OR p.status = :status)
        AND (:due_from IS NULL OR p.due_on >= :due_from)
        AND (:due_to IS NULL OR p.due_on <= :due_to)
        AND (
          :product IS NULL
          OR EXISTS(
            SELECT 1
            FROM purchase_line
            WHERE purchase_line."order" = p.number AND purchase_line.product = :product
          )
        )
        AND (
          :is_overdue IS NULL
          OR (p.status IN ('sent', 'partly_received') AND (p.due_on < date(:now)) IS TRUE) = :is_overdue
        )
      ORDER BY awm_fold(p.number) DESC, p.number DESC, p.number
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM purchase_order AS p_2
    WHERE (:supplier IS NULL OR p_2.supplier = :supplier)
      AND (:site IS NULL OR p_2.site = :site)
      AND (:status IS NULL OR p_2.status = :status)
      AND (:due_from IS NULL OR p_2.due_on >= :due_from)
      AND (:due_to IS NULL OR p_2.due_on <= :due_to)
      AND (
        :product IS NULL
        OR EXISTS(
          SELECT 1
          FROM purchase_line AS purchase_line_3
          WHERE purchase_line_3."order" = p_2.number
            AND purchase_line_3.product = :product
        )
      )
      AND (
        :is_overdue IS NULL
        OR (
          p_2.status IN ('sent', 'partly_received') AND (p_2.due_on < date(:now)) IS TRUE
        ) = :is_overdue
      )
  ),
  'page', :page
)
"""


@tool(
    supplier=Optional(Ref(SUPPLIER), name="supplier_id"),
    site=Optional(Ref(SITE), name="site_id"),
    status=Optional(Enum("draft", "sent", "partly_received", "received", "cancelled")),
    product=Optional(Ref(PRODUCT), name="sku"),
    due_from=Optional(Date()),
    due_to=Optional(Date()),
    is_overdue=Optional(Bool()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_purchases(db, supplier, site, status, product, due_from, due_to, is_overdue, page, page_size):
    """Find purchase orders, the latest first."""
    return db.value(
        SEARCH_PURCHASES_RESULT,
        supplier=supplier,
        site=site,
        status=status,
        due_from=due_from,
        due_to=due_to,
        product=product,
        is_overdue=is_overdue,
        now=db.now,
        page_size=page_size,
        page=page,
    )


GET_PURCHASE_RESULT = """
SELECT json_object(
  'number', order_.number,
  'supplier', json_object('id', supplier.id, 'name', supplier.name),
  'site', json_object('code', site.code, 'name', site.name),
  'status', order_.status,
  'created_on', order_.created_on,
  'due_on', order_.due_on,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(purchase_line.unit_cost * purchase_line.quantity), 0)
      FROM purchase_line
      WHERE purchase_line."order" = order_.number
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', purchase_line_2.id,
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', purchase_line_2.quantity,
        'received', purchase_line_2.received,
        'open_quantity', purchase_line_2.quantity - purchase_line_2.received,
        'unit_cost', json(printf('%.2f', purchase_line_2.unit_cost / 100.0))
      )
      ORDER BY purchase_line_2.id
    )
    FROM purchase_line AS purchase_line_2
    JOIN product ON product.sku = purchase_line_2.product
    WHERE purchase_line_2."order" = order_.number
  ))
)
FROM purchase_order AS order_
JOIN supplier ON supplier.id = order_.supplier
JOIN site ON site.code = order_.site
WHERE order_.number = :order
"""


@tool(order=Ref(PURCHASE_ORDER, name="order_id"))
def get_purchase(db, order):
    """A purchase order with its lines."""
    return db.value(GET_PURCHASE_RESULT, order=order)


RECEIVE_GOODS_ORDER = 'SELECT "order" FROM purchase_line WHERE id = :line'
RECEIVE_GOODS_REQUIRE = """
SELECT status IN ('sent', 'partly_received')
FROM purchase_order
WHERE number = :order
"""
RECEIVE_GOODS_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM purchase_order
WHERE number = :order
"""
RECEIVE_GOODS_REQUIRE_2 = "SELECT :quantity <= quantity - received FROM purchase_line WHERE id = :line"
RECEIVE_GOODS_TOO_MANY = """
SELECT awm_concat('Only ', CAST(quantity - received AS TEXT), ' are still to come.')
FROM purchase_line
WHERE id = :line
"""
RECEIVE_GOODS_REQUIRE_3 = """
SELECT zone.site = order_.site
FROM bin
JOIN zone ON zone.id = bin.zone
JOIN purchase_order AS order_ ON order_.number = :order
WHERE bin.code = :bin
"""
RECEIVE_GOODS_OTHER_SITE = """
SELECT awm_concat(:order, ' goes to ', site.name, '.')
FROM purchase_order AS order_
JOIN site ON site.code = order_.site
WHERE order_.number = :order
"""
RECEIVE_GOODS_REQUIRE_4 = """
SELECT :expires_on IS NOT NULL OR product."group" <> 'food'
FROM purchase_line AS line
JOIN product ON product.sku = line.product
WHERE line.id = :line
"""
RECEIVE_GOODS_CREATE_LOT = """
INSERT INTO lot (
  product, supplier, received_on, expires_on, unit_cost, is_blocked, number
)
VALUES (
  (SELECT purchase_line.product FROM purchase_line WHERE purchase_line.id = :line),
  (
    SELECT purchase_order.supplier
    FROM purchase_order
    WHERE purchase_order.number = :order
  ),
  date(:now),
  :expires_on,
  (
    SELECT purchase_line_2.unit_cost
    FROM purchase_line AS purchase_line_2
    WHERE purchase_line_2.id = :line
  ),
  0,
  printf('LOT-%04d', (SELECT next FROM awm_serial WHERE entity = 'Lot'))
)
RETURNING number
"""
RECEIVE_GOODS_UPDATE_LINE = """
UPDATE purchase_line
SET received = awm_whole(received + :quantity)
WHERE id = :line
"""
RECEIVE_GOODS_UPDATE_ORDER = """
UPDATE purchase_order
SET status = CASE
  WHEN EXISTS(
    SELECT 1
    FROM purchase_line
    WHERE purchase_line."order" = :order
      AND purchase_line.received < purchase_line.quantity
  ) THEN 'partly_received'
  ELSE 'received'
END
WHERE purchase_order.number = :order
"""
RECEIVE_GOODS_RESULT = """
SELECT json_object(
  'lot', :lot,
  'bin', json_object(
    'code', bin.code,
    'free_l', awm_whole(
      bin.capacity_l
      - (
        SELECT coalesce(sum(stock.quantity * product.volume_l), 0)
        FROM stock
        JOIN lot ON lot.number = stock.lot
        JOIN product ON product.sku = lot.product
        WHERE stock.bin = bin.code
      )
    )
  ),
  'order', json_object('number', order_.number, 'status', order_.status),
  'still_open', line.quantity - line.received
)
FROM bin
JOIN purchase_order AS order_ ON order_.number = :order
JOIN purchase_line AS line ON line.id = :line
WHERE bin.code = :bin
"""


@tool(
    line=Ref(PURCHASE_LINE, name="line_id"),
    quantity=Int(1, 100000),
    bin=Ref(BIN, name="bin_id"),
    expires_on=Optional(Date()),
    writes=True,
    invariants=(0, 1, 2),
)
def receive_goods(db, line, quantity, bin, expires_on):
    """Book goods of a purchase line in, as a new lot, into one bin."""
    order = db.value(RECEIVE_GOODS_ORDER, line=line)
    if not db.value(RECEIVE_GOODS_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(RECEIVE_GOODS_WRONG_STATE, order=order))
    if not db.value(RECEIVE_GOODS_REQUIRE_2, quantity=quantity, line=line):
        raise ToolError("too_many", db.value(RECEIVE_GOODS_TOO_MANY, line=line))
    if not db.value(RECEIVE_GOODS_REQUIRE_3, bin=bin, order=order):
        raise ToolError("other_site", db.value(RECEIVE_GOODS_OTHER_SITE, order=order))
    if not db.value(RECEIVE_GOODS_REQUIRE_4, expires_on=expires_on, line=line):
        raise ToolError("no_expiry", "Food has a date that it expires on.")
    key_1 = db.insert(RECEIVE_GOODS_CREATE_LOT, line=line, order=order, now=db.now, expires_on=expires_on)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Lot")
    lot = key_1
    put(db, bin, lot, quantity)
    log(db, "receipt", lot, None, bin, quantity, order)
    db.run(RECEIVE_GOODS_UPDATE_LINE, quantity=quantity, line=line)
    db.run(RECEIVE_GOODS_UPDATE_ORDER, order=order)
    return db.value(RECEIVE_GOODS_RESULT, lot=lot, bin=bin, order=order, line=line)


SEARCH_CUSTOMERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', c.id,
        'name', c.name,
        'city', c.city,
        'country', c.country,
        'credit_limit', json(printf('%.2f', c.credit_limit / 100.0)),
        'is_on_hold', json(iif(c.is_on_hold, 'true', 'false')),
        'open_value', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(
              sum((
                SELECT coalesce(
                  sum(awm_scale(
                    sales_line_2.unit_price,
                    '*',
                    sales_line_2.quantity,
                    '*',
                    100 - sales_line_2.discount,
                    '/',
                    100
                  )),
                  0
                )
                FROM sales_line AS sales_line_2
                WHERE sales_line_2."order" = sales_order_2.number
              )),
              0
            )
            FROM sales_order AS sales_order_2
            WHERE sales_order_2.customer = c.id
              AND NOT sales_order_2.status IN ('shipped', 'cancelled')
          )) / 100.0
        ))
      ) AS v
      FROM customer AS c
      WHERE (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(c.name, :query)
        OR :query IS NOT NULL AND awm_contains(c.city, :query)
      )
        AND (:country IS NULL OR c.country = :country)
        AND (:on_hold IS NULL OR c.is_on_hold = :on_hold)
        AND (
          :min_open_value IS NULL
          OR (
            SELECT coalesce(
              sum((
                SELECT coalesce(
                  sum(awm_scale(
                    sales_line.unit_price,
                    '*',
                    sales_line.quantity,
                    '*',
                    100 - sales_line.discount,
                    '/',
                    100
                  )),
                  0
                )
                FROM sales_line
                WHERE sales_line."order" = sales_order.number
              )),
              0
            )
            FROM sales_order
            WHERE sales_order.customer = c.id
              AND NOT sales_order.status IN ('shipped', 'cancelled')
          ) >= :min_open_value
        )
      ORDER BY awm_fold(c.name), c.name, c.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM customer AS c_2
    WHERE (
      :query IS NULL
      OR :query IS NOT NULL AND awm_contains(c_2.name, :query)
      OR :query IS NOT NULL AND awm_contains(c_2.city, :query)
    )
      AND (:country IS NULL OR c_2.country = :country)
      AND (:on_hold IS NULL OR c_2.is_on_hold = :on_hold)
      AND (
        :min_open_value IS NULL
        OR (
          SELECT coalesce(
            sum((
              SELECT coalesce(
                sum(awm_scale(
                  sales_line_3.unit_price,
                  '*',
                  sales_line_3.quantity,
                  '*',
                  100 - sales_line_3.discount,
                  '/',
                  100
                )),
                0
              )
              FROM sales_line AS sales_line_3
              WHERE sales_line_3."order" = sales_order_3.number
            )),
            0
          )
          FROM sales_order AS sales_order_3
          WHERE sales_order_3.customer = c_2.id
            AND NOT sales_order_3.status IN ('shipped', 'cancelled')
        ) >= :min_open_value
      )
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    country=Optional(Text(2, 2)),
    on_hold=Optional(Bool()),
    min_open_value=Optional(Money(0)),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_customers(db, query, country, on_hold, min_open_value, page, page_size):
    """Find customers, by name."""
    return db.value(
        SEARCH_CUSTOMERS_RESULT,
        query=query,
        country=country,
        on_hold=on_hold,
        min_open_value=min_open_value,
        page_size=page_size,
        page=page,
    )


SEARCH_ORDERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'number', o.number,
        'customer', json_object(
          'id', customer.id,
          'name', customer.name,
          'is_on_hold', json(iif(customer.is_on_hold, 'true', 'false'))
        ),
        'site', json_object('code', site.code),
        'priority', o.priority,
        'status', o.status,
        'placed_at', o.placed_at,
        'ship_by', o.ship_by,
        'is_late', json(iif(
          NOT o.status IN ('shipped', 'cancelled') AND o.ship_by < date(:now),
          'true',
          'false'
        )),
        'total', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(
              sum(awm_scale(
                sales_line_3.unit_price,
                '*',
                sales_line_3.quantity,
                '*',
                100 - sales_line_3.discount,
                '/',
                100
              )),
              0
            )
            FROM sales_line AS sales_line_3
            WHERE sales_line_3."order" = o.number
          )) / 100.0
        ))
      ) AS v
      FROM sales_order AS o
      JOIN customer ON customer.id = o.customer
      JOIN site ON site.code = o.site
      WHERE (:customer IS NULL OR o.customer = :customer)
        AND (:site IS NULL OR o.site = :site)
        AND (:status IS NULL OR o.status = :status)
        AND (:priority IS NULL OR o.priority = :priority)
        AND (:placed_from IS NULL OR date(o.placed_at) >= :placed_from)
        AND (:placed_to IS NULL OR date(o.placed_at) <= :placed_to)
        AND (:ship_by_until IS NULL OR o.ship_by <= :ship_by_until)
        AND (
          :min_total IS NULL
          OR (
            SELECT coalesce(
              sum(awm_scale(
                sales_line.unit_price,
                '*',
                sales_line.quantity,
                '*',
                100 - sales_line.discount,
                '/',
                100
              )),
              0
            )
            FROM sales_line
            WHERE sales_line."order" = o.number
          ) >= :min_total
        )
        AND (
          :is_late IS NULL
          OR (NOT o.status IN ('shipped', 'cancelled') AND o.ship_by < date(:now)) = :is_late
        )
        AND (
          :product IS NULL
          OR EXISTS(
            SELECT 1
            FROM sales_line AS sales_line_2
            WHERE sales_line_2."order" = o.number AND sales_line_2.product = :product
          )
        )
      ORDER BY
        CASE WHEN :order_by = 'ship_by' THEN o.ship_by END NULLS LAST,
        CASE WHEN :order_by = 'newest' THEN o.placed_at END DESC,
        CASE
          WHEN :order_by = 'largest' THEN (
            SELECT coalesce(
              sum(awm_scale(
                sales_line_4.unit_price,
                '*',
                sales_line_4.quantity,
                '*',
                100 - sales_line_4.discount,
                '/',
                100
              )),
              0
            )
            FROM sales_line AS sales_line_4
            WHERE sales_line_4."order" = o.number
          )
        END DESC,
        o.number
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM sales_order AS o_2
    WHERE (:customer IS NULL OR o_2.customer = :customer)
      AND (:site IS NULL OR o_2.site = :site)
      AND (:status IS NULL OR o_2.status = :status)
      AND (:priority IS NULL OR o_2.priority = :priority)
      AND (:placed_from IS NULL OR date(o_2.placed_at) >= :placed_from)
      AND (:placed_to IS NULL OR date(o_2.placed_at) <= :placed_to)
      AND (:ship_by_until IS NULL OR o_2.ship_by <= :ship_by_until)
      AND (
        :min_total IS NULL
        OR (
          SELECT coalesce(
            sum(awm_scale(
              sales_line_5.unit_price,
              '*',
              sales_line_5.quantity,
              '*',
              100 - sales_line_5.discount,
              '/',
              100
            )),
            0
          )
          FROM sales_line AS sales_line_5
          WHERE sales_line_5."order" = o_2.number
        ) >= :min_total
      )
      AND (
        :is_late IS NULL
        OR (NOT o_2.status IN ('shipped', 'cancelled') AND o_2.ship_by < date(:now)) = :is_late
      )
      AND (
        :product IS NULL
        OR EXISTS(
          SELECT 1
          FROM sales_line AS sales_line_6
          WHERE sales_line_6."order" = o_2.number AND sales_line_6.product = :product
        )
      )
  ),
  'page', :page
)
"""


@tool(
    customer=Optional(Ref(CUSTOMER), name="customer_id"),
    site=Optional(Ref(SITE), name="site_id"),
    status=Optional(Enum("open", "allocated", "picking", "picked", "shipped", "cancelled")),
    priority=Optional(Enum("express", "standard", "bulk")),
    product=Optional(Ref(PRODUCT), name="sku"),
    placed_from=Optional(Date()),
    placed_to=Optional(Date()),
    ship_by_until=Optional(Date()),
    min_total=Optional(Money(0)),
    is_late=Optional(Bool()),
    order_by=Enum("ship_by", "newest", "largest", default="ship_by"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_orders(
    db,
    customer,
    site,
    status,
    priority,
    product,
    placed_from,
    placed_to,
    ship_by_until,
    min_total,
    is_late,
    order_by,
    page,
    page_size,
):
    """Find sales orders."""
    return db.value(
        SEARCH_ORDERS_RESULT,
        customer=customer,
        site=site,
        status=status,
        priority=priority,
        placed_from=placed_from,
        placed_to=placed_to,
        ship_by_until=ship_by_until,
        min_total=min_total,
        is_late=is_late,
        now=db.now,
        product=product,
        order_by=order_by,
        page_size=page_size,
        page=page,
    )


GET_ORDER_RESULT = """
SELECT json_object(
  'number', order_.number,
  'customer', json_object(
    'id', customer.id,
    'name', customer.name,
    'city', customer.city,
    'country', customer.country,
    'is_on_hold', json(iif(customer.is_on_hold, 'true', 'false'))
  ),
  'site', json_object('code', site.code),
  'priority', order_.priority,
  'status', order_.status,
  'placed_at', order_.placed_at,
  'ship_by', order_.ship_by,
  'is_late', json(iif(
    NOT order_.status IN ('shipped', 'cancelled') AND order_.ship_by < date(:now),
    'true',
    'false'
  )),
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(awm_scale(
          sales_line.unit_price,
          '*',
          sales_line.quantity,
          '*',
          100 - sales_line.discount,
          '/',
          100
        )),
        0
      )
      FROM sales_line
      WHERE sales_line."order" = order_.number
    )) / 100.0
  )),
  'weight_g', awm_whole((
    SELECT coalesce(sum(sales_line_2.quantity * product.weight_g), 0)
    FROM sales_line AS sales_line_2
    JOIN product ON product.sku = sales_line_2.product
    WHERE sales_line_2."order" = order_.number
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', sales_line_3.id,
        'product', json_object('sku', product_2.sku, 'name', product_2.name),
        'quantity', sales_line_3.quantity,
        'unit_price', json(printf('%.2f', sales_line_3.unit_price / 100.0)),
        'discount', sales_line_3.discount,
        'amount', json(printf(
          '%.2f',
          awm_scale(
            sales_line_3.unit_price,
            '*',
            sales_line_3.quantity,
            '*',
            100 - sales_line_3.discount,
            '/',
            100
          ) / 100.0
        )),
        'missing', sales_line_3.quantity
        - (
          SELECT coalesce(sum(allocation.quantity), 0)
          FROM allocation
          WHERE allocation.line = sales_line_3.id
        ),
        'allocations', json((
          SELECT json_group_array(
            json_object(
              'stock', json_object(
                'id', stock.id,
                'bin', json_object('code', bin.code),
                'lot', json_object('number', lot.number)
              ),
              'quantity', allocation_2.quantity,
              'picked_at', allocation_2.picked_at
            )
            ORDER BY allocation_2.id
          )
          FROM allocation AS allocation_2
          JOIN stock ON stock.id = allocation_2.stock
          JOIN bin ON bin.code = stock.bin
          JOIN lot ON lot.number = stock.lot
          WHERE allocation_2.line = sales_line_3.id
        ))
      )
      ORDER BY sales_line_3.id
    )
    FROM sales_line AS sales_line_3
    JOIN product AS product_2 ON product_2.sku = sales_line_3.product
    WHERE sales_line_3."order" = order_.number
  )),
  'shipment', json((
    SELECT json_object(
      'number', shipment.number,
      'carrier', json_object(
        'id', carrier.id, 'name', carrier.name, 'transit_days', carrier.transit_days
      ),
      'cost', json(printf('%.2f', shipment.cost / 100.0)),
      'shipped_at', shipment.shipped_at,
      'arrives_on', shipment.arrives_on
    )
    FROM shipment
    JOIN carrier ON carrier.id = shipment.carrier
    WHERE shipment."order" = order_.number
    ORDER BY shipment.number
    LIMIT 1
  ))
)
FROM sales_order AS order_
JOIN customer ON customer.id = order_.customer
JOIN site ON site.code = order_.site
WHERE order_.number = :order
"""


@tool(order=Ref(SALES_ORDER, name="order_id"))
def get_order(db, order):
    """A sales order with its lines, where its goods lie, its weight and its shipment."""
    return db.value(GET_ORDER_RESULT, order=order, now=db.now)


CREATE_ORDER_REQUIRE = "SELECT NOT is_on_hold FROM customer WHERE id = :customer"
CREATE_ORDER_ON_HOLD = "SELECT awm_concat(name, ' is on hold.') FROM customer WHERE id = :customer"
CREATE_ORDER_IN_THE_PAST = "SELECT awm_concat(:ship_by, ' is over.')"
CREATE_ORDER_CREATE_SALES_ORDER = """
INSERT INTO sales_order (customer, site, priority, ship_by, status, placed_at, number)
VALUES (
  :customer,
  :site,
  :priority,
  :ship_by,
  'open',
  :now,
  printf('SO-%05d', (SELECT next FROM awm_serial WHERE entity = 'SalesOrder'))
)
RETURNING number
"""
CREATE_ORDER_REQUIRE_2 = "SELECT is_active FROM product WHERE sku = :i ->> 'product'"
CREATE_ORDER_INACTIVE = """
SELECT awm_concat(
  (SELECT name FROM product WHERE sku = :i ->> 'product'), ' is not sold any more.'
)
"""
CREATE_ORDER_REQUIRE_3 = """
SELECT NOT EXISTS(
  SELECT 1 FROM sales_line WHERE "order" = :order AND product = :i ->> 'product'
)
"""
CREATE_ORDER_SAME_PRODUCT = """
SELECT awm_concat(
  (SELECT name FROM product WHERE sku = :i ->> 'product'), ' is on the order twice.'
)
"""
CREATE_ORDER_CREATE_SALES_LINE = """
INSERT INTO sales_line ("order", product, quantity, unit_price, discount)
VALUES (
  :order,
  :i ->> 'product',
  :i ->> 'quantity',
  (SELECT price FROM product WHERE sku = :i ->> 'product'),
  :i ->> 'discount'
)
RETURNING id
"""
CREATE_ORDER_REQUIRE_4 = """
SELECT (
  SELECT coalesce(
    sum((
      SELECT coalesce(
        sum(awm_scale(
          sales_line.unit_price,
          '*',
          sales_line.quantity,
          '*',
          100 - sales_line.discount,
          '/',
          100
        )),
        0
      )
      FROM sales_line
      WHERE sales_line."order" = sales_order.number
    )),
    0
  )
  FROM sales_order
  WHERE sales_order.customer = customer.id
    AND NOT sales_order.status IN ('shipped', 'cancelled')
) <= customer.credit_limit
FROM customer
WHERE customer.id = :customer
"""
CREATE_ORDER_OVER_LIMIT = """
SELECT awm_concat(
  'With this, ',
  customer.name,
  ' has ',
  awm_money_text(awm_whole((
    SELECT coalesce(
      sum((
        SELECT coalesce(
          sum(awm_scale(
            sales_line.unit_price,
            '*',
            sales_line.quantity,
            '*',
            100 - sales_line.discount,
            '/',
            100
          )),
          0
        )
        FROM sales_line
        WHERE sales_line."order" = sales_order.number
      )),
      0
    )
    FROM sales_order
    WHERE sales_order.customer = customer.id
      AND NOT sales_order.status IN ('shipped', 'cancelled')
  ))),
  ' open; the limit is ',
  awm_money_text(customer.credit_limit),
  '.'
)
FROM customer
WHERE customer.id = :customer
"""
CREATE_ORDER_RESULT = """
SELECT json_object(
  'number', order_.number,
  'status', order_.status,
  'ship_by', order_.ship_by,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(awm_scale(
          sales_line.unit_price,
          '*',
          sales_line.quantity,
          '*',
          100 - sales_line.discount,
          '/',
          100
        )),
        0
      )
      FROM sales_line
      WHERE sales_line."order" = order_.number
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', sales_line_2.id,
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', sales_line_2.quantity,
        'amount', json(printf(
          '%.2f',
          awm_scale(
            sales_line_2.unit_price,
            '*',
            sales_line_2.quantity,
            '*',
            100 - sales_line_2.discount,
            '/',
            100
          ) / 100.0
        ))
      )
      ORDER BY sales_line_2.id
    )
    FROM sales_line AS sales_line_2
    JOIN product ON product.sku = sales_line_2.product
    WHERE sales_line_2."order" = order_.number
  ))
)
FROM sales_order AS order_
WHERE order_.number = :order
"""


@tool(
    customer=Ref(CUSTOMER, name="customer_id"),
    site=Ref(SITE, name="site_id"),
    priority=Enum("express", "standard", "bulk", default="standard"),
    ship_by=Date(),
    items=List(
        Record(
            {"product": Ref(PRODUCT, name="sku"), "quantity": Int(1, 5000), "discount": Int(0, 50, default=0)}
        ),
        1,
        30,
    ),
    writes=True,
    invariants=(3,),
)
def create_order(db, customer, site, priority, ship_by, items):
    """Take an order, at the prices of today."""
    if not db.value(CREATE_ORDER_REQUIRE, customer=customer):
        raise ToolError("on_hold", db.value(CREATE_ORDER_ON_HOLD, customer=customer))
    if not (ship_by >= fn.date(db.now)):
        raise ToolError("in_the_past", db.value(CREATE_ORDER_IN_THE_PAST, ship_by=ship_by))
    key_1 = db.insert(
        CREATE_ORDER_CREATE_SALES_ORDER,
        customer=customer,
        site=site,
        priority=priority,
        ship_by=ship_by,
        now=db.now,
    )
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="SalesOrder")
    order = key_1
    for i in db.each(items):
        if not db.value(CREATE_ORDER_REQUIRE_2, i=i):
            raise ToolError("inactive", db.value(CREATE_ORDER_INACTIVE, i=i))
        if not db.value(CREATE_ORDER_REQUIRE_3, order=order, i=i):
            raise ToolError("same_product", db.value(CREATE_ORDER_SAME_PRODUCT, i=i))
        db.insert(CREATE_ORDER_CREATE_SALES_LINE, order=order, i=i)
    if not db.value(CREATE_ORDER_REQUIRE_4, customer=customer):
        raise ToolError("over_limit", db.value(CREATE_ORDER_OVER_LIMIT, customer=customer))
    return db.value(CREATE_ORDER_RESULT, order=order)


CHANGE_LINE_ORDER = 'SELECT "order" FROM sales_line WHERE id = :line'
CHANGE_LINE_REQUIRE = "SELECT status IN ('open', 'allocated') FROM sales_order WHERE number = :order"
CHANGE_LINE_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM sales_order
WHERE number = :order
"""
CHANGE_LINE_IF = "SELECT status = 'allocated' FROM sales_order WHERE number = :order"
CHANGE_LINE_UPDATE_ORDER = "UPDATE sales_order SET status = 'open' WHERE number = :order"
CHANGE_LINE_UPDATE_LINE = "UPDATE sales_line SET quantity = :quantity WHERE id = :line"
CHANGE_LINE_REQUIRE_2 = 'SELECT (SELECT count(*) FROM sales_line WHERE "order" = :order) > 1'
CHANGE_LINE_DELETE_LINE = "DELETE FROM sales_line WHERE id = :line"
CHANGE_LINE_REQUIRE_3 = """
SELECT (
  SELECT coalesce(
    sum((
      SELECT coalesce(
        sum(awm_scale(
          sales_line.unit_price,
          '*',
          sales_line.quantity,
          '*',
          100 - sales_line.discount,
          '/',
          100
        )),
        0
      )
      FROM sales_line
      WHERE sales_line."order" = sales_order.number
    )),
    0
  )
  FROM sales_order
  WHERE sales_order.customer = customer.id
    AND NOT sales_order.status IN ('shipped', 'cancelled')
) <= customer.credit_limit
FROM sales_order AS order_
JOIN customer ON customer.id = order_.customer
WHERE order_.number = :order
"""
CHANGE_LINE_OVER_LIMIT = """
SELECT awm_concat('The credit limit is ', awm_money_text(customer.credit_limit), '.')
FROM sales_order AS order_
JOIN customer ON customer.id = order_.customer
WHERE order_.number = :order
"""
CHANGE_LINE_RESULT = """
SELECT json_object(
  'number', order_.number,
  'status', order_.status,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(awm_scale(
          sales_line.unit_price,
          '*',
          sales_line.quantity,
          '*',
          100 - sales_line.discount,
          '/',
          100
        )),
        0
      )
      FROM sales_line
      WHERE sales_line."order" = order_.number
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', sales_line_2.id,
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', sales_line_2.quantity,
        'amount', json(printf(
          '%.2f',
          awm_scale(
            sales_line_2.unit_price,
            '*',
            sales_line_2.quantity,
            '*',
            100 - sales_line_2.discount,
            '/',
            100
          ) / 100.0
        ))
      )
      ORDER BY sales_line_2.id
    )
    FROM sales_line AS sales_line_2
    JOIN product ON product.sku = sales_line_2.product
    WHERE sales_line_2."order" = order_.number
  ))
)
FROM sales_order AS order_
WHERE order_.number = :order
"""


@tool(line=Ref(SALES_LINE, name="line_id"), quantity=Int(0, 5000), writes=True, invariants=(1, 3))
def change_line(db, line, quantity):
    """Change how many are ordered, before picking; what was kept for the line is given back."""
    order = db.value(CHANGE_LINE_ORDER, line=line)
    if not db.value(CHANGE_LINE_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(CHANGE_LINE_WRONG_STATE, order=order))
    release(db, order)
    if db.value(CHANGE_LINE_IF, order=order):
        db.run(CHANGE_LINE_UPDATE_ORDER, order=order)
    if quantity > 0:
        db.run(CHANGE_LINE_UPDATE_LINE, quantity=quantity, line=line)
    else:
        if not db.value(CHANGE_LINE_REQUIRE_2, order=order):
            raise ToolError("last_line", "It is the only line: cancel the order instead.")
        db.run(CHANGE_LINE_DELETE_LINE, line=line)
    if not db.value(CHANGE_LINE_REQUIRE_3, order=order):
        raise ToolError("over_limit", db.value(CHANGE_LINE_OVER_LIMIT, order=order))
    return db.value(CHANGE_LINE_RESULT, order=order)


CANCEL_ORDER_REQUIRE = "SELECT status IN ('open', 'allocated') FROM sales_order WHERE number = :order"
CANCEL_ORDER_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM sales_order
WHERE number = :order
"""
CANCEL_ORDER_UPDATE_ORDER = "UPDATE sales_order SET status = 'cancelled' WHERE number = :order"
CANCEL_ORDER_RESULT = """
SELECT json_object('number', number, 'status', status)
FROM sales_order
WHERE number = :order
"""


@tool(order=Ref(SALES_ORDER, name="order_id"), writes=True, invariants=(1, 3))
def cancel_order(db, order):
    """Cancel an order that is not being picked yet."""
    if not db.value(CANCEL_ORDER_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(CANCEL_ORDER_WRONG_STATE, order=order))
    release(db, order)
    db.run(CANCEL_ORDER_UPDATE_ORDER, order=order)
    return db.value(CANCEL_ORDER_RESULT, order=order)


ALLOCATE_ORDER_REQUIRE = "SELECT status = 'open' FROM sales_order WHERE number = :order"
ALLOCATE_ORDER_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM sales_order
WHERE number = :order
"""
ALLOCATE_ORDER_LINE = 'SELECT id FROM sales_line WHERE "order" = :order ORDER BY id'
ALLOCATE_ORDER_SHORT = """
SELECT awm_concat(
  CAST(:missing AS TEXT), ' of ', product.name, ' are missing at ', site.name, '.'
)
FROM sales_line AS line
JOIN product ON product.sku = line.product
JOIN sales_order AS order_ ON order_.number = :order
JOIN site ON site.code = order_.site
WHERE line.id = :line
"""
ALLOCATE_ORDER_UPDATE_ORDER = "UPDATE sales_order SET status = 'allocated' WHERE number = :order"
ALLOCATE_ORDER_RESULT = """
SELECT json_object(
  'number', order_.number,
  'status', order_.status,
  'lines', json((
    SELECT json_group_array(
      json_object(
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', sales_line.quantity,
        'allocations', json((
          SELECT json_group_array(
            json_object(
              'stock', json_object(
                'bin', json_object('code', bin.code),
                'lot', json_object('number', lot.number)
              ),
              'quantity', allocation.quantity
            )
            ORDER BY allocation.id
          )
          FROM allocation
          JOIN stock ON stock.id = allocation.stock
          JOIN bin ON bin.code = stock.bin
          JOIN lot ON lot.number = stock.lot
          WHERE allocation.line = sales_line.id
        ))
      )
      ORDER BY sales_line.id
    )
    FROM sales_line
    JOIN product ON product.sku = sales_line.product
    WHERE sales_line."order" = order_.number
  ))
)
FROM sales_order AS order_
WHERE order_.number = :order
"""


@tool(order=Ref(SALES_ORDER, name="order_id"), writes=True, invariants=(1, 3))
def allocate_order(db, order):
    """Keep stock of its site for all lines of an order, or for none."""
    if not db.value(ALLOCATE_ORDER_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(ALLOCATE_ORDER_WRONG_STATE, order=order))
    for line in db.each(db.values(ALLOCATE_ORDER_LINE, order=order)):
        missing = reserve(db, line)
        if not (missing == 0):
            raise ToolError("short", db.value(ALLOCATE_ORDER_SHORT, missing=missing, line=line, order=order))
    db.run(ALLOCATE_ORDER_UPDATE_ORDER, order=order)
    return db.value(ALLOCATE_ORDER_RESULT, order=order)


SEARCH_WORKERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', w.id,
        'name', w.name,
        'badge', w.badge,
        'role', w.role,
        'site', json_object('code', site.code),
        'is_on_shift', json(iif(w.is_on_shift, 'true', 'false')),
        'open_lists', (
          SELECT count(*)
          FROM pick_list
          WHERE pick_list.worker = w.id AND pick_list.status = 'open'
        )
      )
      ORDER BY
        (
          SELECT count(*)
          FROM pick_list AS pick_list_2
          WHERE pick_list_2.worker = w.id AND pick_list_2.status = 'open'
        ),
        awm_fold(w.name),
        w.name,
        w.id
    )
    FROM worker AS w
    JOIN site ON site.code = w.site
    WHERE (:query IS NULL OR awm_contains(w.name, :query))
      AND (:role IS NULL OR w.role = :role)
      AND (:site IS NULL OR w.site = :site)
      AND (:on_shift IS NULL OR w.is_on_shift = :on_shift)
  ))
)
"""


@tool(
    query=Optional(Text()),
    role=Optional(Enum("picker", "supervisor", "buyer")),
    site=Optional(Ref(SITE), name="site_id"),
    on_shift=Optional(Bool()),
)
def search_workers(db, query, role, site, on_shift):
    """Find colleagues; those with the least to pick first."""
    return db.value(SEARCH_WORKERS_RESULT, query=query, role=role, site=site, on_shift=on_shift)


CREATE_PICK_LIST_SITE = "SELECT site FROM sales_order WHERE number = awm_at(:orders, 0)"
CREATE_PICK_LIST_REQUIRE = "SELECT is_on_shift AND site = :site FROM worker WHERE id = :worker"
CREATE_PICK_LIST_NOT_THERE = """
SELECT awm_concat(worker.name, ' is not on shift at ', site.name, '.')
FROM worker
JOIN site ON site.code = :site
WHERE worker.id = :worker
"""
CREATE_PICK_LIST_CREATE_PICK_LIST = """
INSERT INTO pick_list (worker, status, created_at, number)
VALUES (
  :worker,
  'open',
  :now,
  printf('PK-%04d', (SELECT next FROM awm_serial WHERE entity = 'PickList'))
)
RETURNING number
"""
CREATE_PICK_LIST_O = """
SELECT sales_order.number
FROM json_each(:orders) AS item
JOIN sales_order ON sales_order.number = item.value
ORDER BY item.key
"""
CREATE_PICK_LIST_REQUIRE_2 = "SELECT status = 'allocated' FROM sales_order WHERE number = :o"
CREATE_PICK_LIST_WRONG_STATE = "SELECT awm_concat(:o, ' is ', status, '.') FROM sales_order WHERE number = :o"
CREATE_PICK_LIST_REQUIRE_3 = "SELECT site = :site FROM sales_order WHERE number = :o"
CREATE_PICK_LIST_OTHER_SITE = """
SELECT awm_concat(:o, ' is picked at ', site.name, '.')
FROM sales_order AS o
JOIN site ON site.code = o.site
WHERE o.number = :o
"""
CREATE_PICK_LIST_UPDATE_ALLOCATION = """
UPDATE allocation
SET pick_list = chosen.new_pick_list
FROM (
  SELECT a.id AS key, :list_ AS new_pick_list
  FROM allocation AS a
  JOIN sales_line AS line ON line.id = a.line
  WHERE line."order" = :o
  ORDER BY a.id
) AS chosen
WHERE allocation.id = chosen.key
"""
CREATE_PICK_LIST_UPDATE_O = "UPDATE sales_order SET status = 'picking' WHERE number = :o"
CREATE_PICK_LIST_RESULT = """
SELECT json_object(
  'number', list.number,
  'worker', json_object('id', worker.id, 'name', worker.name, 'role', worker.role),
  'status', list.status,
  'picks', (SELECT count(*) FROM allocation WHERE allocation.pick_list IS list.number),
  'orders', json(awm_distinct((
    SELECT json_group_array(line."order" ORDER BY a.id)
    FROM allocation AS a
    JOIN sales_line AS line ON line.id = a.line
    WHERE a.pick_list IS list.number
  )))
)
FROM pick_list AS list
JOIN worker ON worker.id = list.worker
WHERE list.number = :list_
"""


@tool(
    worker=Ref(WORKER, name="worker_id"),
    orders=List(Ref(SALES_ORDER), 1, 10, name="order_ids"),
    writes=True,
    invariants=(1, 3),
)
def create_pick_list(db, worker, orders):
    """Give a worker the picking of some allocated orders of a site."""
    site = db.value(CREATE_PICK_LIST_SITE, orders=orders)
    if not db.value(CREATE_PICK_LIST_REQUIRE, worker=worker, site=site):
        raise ToolError("not_there", db.value(CREATE_PICK_LIST_NOT_THERE, worker=worker, site=site))
    key_1 = db.insert(CREATE_PICK_LIST_CREATE_PICK_LIST, worker=worker, now=db.now)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="PickList")
    list_ = key_1
    for o in db.each(db.values(CREATE_PICK_LIST_O, orders=orders)):
        if not db.value(CREATE_PICK_LIST_REQUIRE_2, o=o):
            raise ToolError("wrong_state", db.value(CREATE_PICK_LIST_WRONG_STATE, o=o))
        if not db.value(CREATE_PICK_LIST_REQUIRE_3, o=o, site=site):
            raise ToolError("other_site", db.value(CREATE_PICK_LIST_OTHER_SITE, o=o))
        db.run(CREATE_PICK_LIST_UPDATE_ALLOCATION, o=o, list_=list_)
        db.run(CREATE_PICK_LIST_UPDATE_O, o=o)
    return db.value(CREATE_PICK_LIST_RESULT, list_=list_)


GET_PICK_LIST_RESULT = """
SELECT json_object(
  'number', pick_list.number,
  'worker', json_object('id', worker.id, 'name', worker.name, 'role', worker.role),
  'status', pick_list.status,
  'created_at', pick_list.created_at,
  'done_at', pick_list.done_at,
  'picks', json((
    SELECT json_group_array(
      json_object(
        'bin', stock.bin,
        'lot', stock.lot,
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', allocation.quantity,
        'order', line."order",
        'picked_at', allocation.picked_at
      )
      ORDER BY
        awm_fold(stock.bin),
        stock.bin,
        awm_fold(line."order"),
        line."order",
        allocation.id
    )
    FROM allocation
    JOIN stock ON stock.id = allocation.stock
    JOIN sales_line AS line ON line.id = allocation.line
    JOIN product ON product.sku = line.product
    WHERE allocation.pick_list IS pick_list.number
  ))
)
FROM pick_list
JOIN worker ON worker.id = pick_list.worker
WHERE pick_list.number = :pick_list
"""


@tool(pick_list=Ref(PICK_LIST, name="pick_list_id"))
def get_pick_list(db, pick_list):
    """A pick list, in the order of the way through the bins."""
    return db.value(GET_PICK_LIST_RESULT, pick_list=pick_list)


LIST_PICK_LISTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'number', p.number,
        'worker', json_object('id', worker.id, 'name', worker.name, 'role', worker.role),
        'status', p.status,
        'created_at', p.created_at,
        'done_at', p.done_at,
        'picks', (SELECT count(*) FROM allocation WHERE allocation.pick_list IS p.number),
        'orders', json(awm_distinct((
          SELECT json_group_array(line."order" ORDER BY a.id)
          FROM allocation AS a
          JOIN sales_line AS line ON line.id = a.line
          WHERE a.pick_list IS p.number
        )))
      )
      ORDER BY p.created_at, p.number
    )
    FROM pick_list AS p
    JOIN worker ON worker.id = p.worker
    WHERE (p.worker = :me OR me.role = 'supervisor')
      AND (:worker IS NULL OR p.worker = :worker)
      AND (:status IS NULL OR p.status = :status)
  ))
)
FROM worker AS me
WHERE me.id = :me
"""


@tool(worker=Optional(Ref(WORKER), name="worker_id"), status=Optional(Enum("open", "done", "cancelled")))
def list_pick_lists(db, worker, status):
    """Pick lists, oldest first."""
    return db.value(LIST_PICK_LISTS_RESULT, me=db.me, worker=worker, status=status)


CONFIRM_PICKS_REQUIRE = "SELECT status = 'open' FROM pick_list WHERE number = :pick_list"
CONFIRM_PICKS_WRONG_STATE = """
SELECT awm_concat(:pick_list, ' is ', status, '.')
FROM pick_list
WHERE number = :pick_list
"""
CONFIRM_PICKS_ORDERS = """
SELECT awm_distinct((
  SELECT json_group_array(line."order" ORDER BY a.id)
  FROM allocation AS a
  JOIN sales_line AS line ON line.id = a.line
  WHERE a.pick_list IS :pick_list
))
"""
CONFIRM_PICKS_A = "SELECT id FROM allocation WHERE pick_list IS :pick_list ORDER BY id"
CONFIRM_PICKS_UPDATE_A = "UPDATE allocation SET picked_at = :now WHERE id = :a"
CONFIRM_PICKS_ROW_1 = "SELECT stock FROM allocation WHERE id = :a"
CONFIRM_PICKS_UPDATE_STOCK = """
UPDATE stock
SET quantity = stock.quantity - (
  SELECT allocation.quantity FROM allocation WHERE allocation.id = :a
)
WHERE stock.id = :row_1
"""
CONFIRM_PICKS_LOT = "SELECT stock.lot FROM allocation AS a JOIN stock ON stock.id = a.stock WHERE a.id = :a"
CONFIRM_PICKS_FROM_BIN = """
SELECT stock.bin
FROM allocation AS a
JOIN stock ON stock.id = a.stock
WHERE a.id = :a
"""
CONFIRM_PICKS_QUANTITY = "SELECT quantity FROM allocation WHERE id = :a"
CONFIRM_PICKS_REFERENCE = """
SELECT line."order"
FROM allocation AS a
JOIN sales_line AS line ON line.id = a.line
WHERE a.id = :a
"""
CONFIRM_PICKS_UPDATE_SALES_ORDER = """
UPDATE sales_order
SET status = chosen.new_status
FROM (
  SELECT sales_order.number AS key, 'picked' AS new_status
  FROM json_each(:orders) AS item
  JOIN sales_order ON sales_order.number = item.value
  ORDER BY item.key
) AS chosen
WHERE sales_order.number = chosen.key
"""
CONFIRM_PICKS_UPDATE_PICK_LIST = """
UPDATE pick_list
SET status = 'done', done_at = :now
WHERE number = :pick_list
"""
CONFIRM_PICKS_RESULT = """
SELECT json_object(
  'number', pick_list.number,
  'status', pick_list.status,
  'done_at', pick_list.done_at,
  'orders', json((
    SELECT json_group_array(
      json_object('number', sales_order.number, 'status', sales_order.status)
      ORDER BY item.key
    )
    FROM json_each(:orders) AS item
    JOIN sales_order ON sales_order.number = item.value
  ))
)
FROM pick_list
WHERE pick_list.number = :pick_list
"""


@tool(pick_list=Ref(PICK_LIST, name="pick_list_id"), writes=True, invariants=(0, 1, 2, 3))
def confirm_picks(db, pick_list):
    """All of a list is picked: it leaves the bins."""
    if not db.value(CONFIRM_PICKS_REQUIRE, pick_list=pick_list):
        raise ToolError("wrong_state", db.value(CONFIRM_PICKS_WRONG_STATE, pick_list=pick_list))
    orders = db.json(CONFIRM_PICKS_ORDERS, pick_list=pick_list)
    for a in db.each(db.values(CONFIRM_PICKS_A, pick_list=pick_list)):
        db.run(CONFIRM_PICKS_UPDATE_A, now=db.now, a=a)
        row_1 = db.value(CONFIRM_PICKS_ROW_1, a=a)
        db.run(CONFIRM_PICKS_UPDATE_STOCK, a=a, row_1=row_1)
        log(
            db,
            "pick",
            db.value(CONFIRM_PICKS_LOT, a=a),
            db.value(CONFIRM_PICKS_FROM_BIN, a=a),
            None,
            db.value(CONFIRM_PICKS_QUANTITY, a=a),
            db.value(CONFIRM_PICKS_REFERENCE, a=a),
        )
    db.run(CONFIRM_PICKS_UPDATE_SALES_ORDER, orders=orders)
    db.run(CONFIRM_PICKS_UPDATE_PICK_LIST, now=db.now, pick_list=pick_list)
    return db.value(CONFIRM_PICKS_RESULT, pick_list=pick_list, orders=orders)


QUOTE_SHIPPING_HAZARDOUS = """
SELECT EXISTS(
  SELECT 1
  FROM sales_line
  JOIN product ON product.sku = sales_line.product
  WHERE sales_line."order" = :order AND product.storage = 'hazardous'
)
"""
QUOTE_SHIPPING_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', c.id,
        'name', c.name,
        'cost', json(printf(
          '%.2f',
          awm_whole(
            c.base_price
            + awm_scale(
              c.kg_price,
              '*',
              (
                SELECT coalesce(sum(sales_line_2.quantity * product_2.weight_g), 0)
                FROM sales_line AS sales_line_2
                JOIN product AS product_2 ON product_2.sku = sales_line_2.product
                WHERE sales_line_2."order" = order_.number
              ),
              '/',
              1000
            )
          ) / 100.0
        )),
        'arrives_on', awm_shift(date(:now), awm_days(c.transit_days)),
        'cut_off', c.cut_off
      )
      ORDER BY
        c.base_price
        + awm_scale(
          c.kg_price,
          '*',
          (
            SELECT coalesce(sum(sales_line_3.quantity * product_3.weight_g), 0)
            FROM sales_line AS sales_line_3
            JOIN product AS product_3 ON product_3.sku = sales_line_3.product
            WHERE sales_line_3."order" = order_.number
          ),
          '/',
          1000
        ),
        c.transit_days,
        c.id
    )
    FROM carrier AS c
    WHERE customer.country IN (SELECT item.value FROM json_each(c.countries) AS item)
      AND CAST(
        (
          SELECT coalesce(sum(sales_line.quantity * product.weight_g), 0)
          FROM sales_line
          JOIN product ON product.sku = sales_line.product
          WHERE sales_line."order" = order_.number
        ) AS REAL
      ) <= c.max_kg * 1000.0
      AND c.cut_off > time(:now)
      AND (c.takes_hazardous OR NOT :hazardous)
      AND (
        :arrives_by IS NULL
        OR awm_shift(date(:now), awm_days(c.transit_days)) <= :arrives_by
      )
  ))
)
FROM sales_order AS order_
JOIN customer ON customer.id = order_.customer
WHERE order_.number = :order
"""


@tool(order=Ref(SALES_ORDER, name="order_id"), arrives_by=Optional(Date()))
def quote_shipping(db, order, arrives_by):
    """Carriers that can take an order today, cheapest first."""
    hazardous = db.value(QUOTE_SHIPPING_HAZARDOUS, order=order)
    return db.value(
        QUOTE_SHIPPING_RESULT, order=order, now=db.now, hazardous=hazardous, arrives_by=arrives_by
    )


SHIP_ORDER_REQUIRE = "SELECT status = 'picked' FROM sales_order WHERE number = :order"
SHIP_ORDER_WRONG_STATE = """
SELECT awm_concat(:order, ' is ', status, '.')
FROM sales_order
WHERE number = :order
"""
SHIP_ORDER_REQUIRE_2 = """
SELECT customer.country IN (SELECT item.value FROM json_each(carrier.countries) AS item)
FROM sales_order AS order_
JOIN customer ON customer.id = order_.customer
JOIN carrier ON carrier.id = :carrier
WHERE order_.number = :order
"""
SHIP_ORDER_NOT_SERVED = """
SELECT awm_concat(carrier.name, ' does not go to ', customer.country, '.')
FROM carrier
JOIN sales_order AS order_ ON order_.number = :order
JOIN customer ON customer.id = order_.customer
WHERE carrier.id = :carrier
"""
SHIP_ORDER_REQUIRE_3 = """
SELECT CAST(
  (
    SELECT coalesce(sum(sales_line.quantity * product.weight_g), 0)
    FROM sales_line
    JOIN product ON product.sku = sales_line.product
    WHERE sales_line."order" = order_.number
  ) AS REAL
) <= carrier.max_kg * 1000.0
FROM sales_order AS order_
JOIN carrier ON carrier.id = :carrier
WHERE order_.number = :order
"""
SHIP_ORDER_TOO_HEAVY = """
SELECT awm_concat(name, ' takes ', awm_float_text(max_kg), ' kg at most.')
FROM carrier
WHERE id = :carrier
"""
SHIP_ORDER_REQUIRE_4 = """
SELECT carrier.takes_hazardous
  OR NOT EXISTS(
    SELECT 1
    FROM sales_line
    JOIN product ON product.sku = sales_line.product
    WHERE sales_line."order" = :order AND product.storage = 'hazardous'
  )
FROM carrier
WHERE carrier.id = :carrier
"""
SHIP_ORDER_HAZARDOUS = """
SELECT awm_concat(name, ' takes no hazardous goods.')
FROM carrier
WHERE id = :carrier
"""
SHIP_ORDER_REQUIRE_5 = "SELECT time(:now) < cut_off FROM carrier WHERE id = :carrier"
SHIP_ORDER_TOO_LATE = "SELECT awm_concat(name, ' has left for today.') FROM carrier WHERE id = :carrier"
SHIP_ORDER_WEIGHT_G = """
SELECT awm_whole((
  SELECT coalesce(sum(sales_line.quantity * product.weight_g), 0)
  FROM sales_line
  JOIN product ON product.sku = sales_line.product
  WHERE sales_line."order" = order_.number
))
FROM sales_order AS order_
WHERE order_.number = :order
"""
SHIP_ORDER_CREATE_SHIPMENT = """
INSERT INTO shipment ("order", carrier, cost, arrives_on, shipped_at, number)
VALUES (
  :order,
  :carrier,
  :cost_1,
  awm_shift(date(:now), awm_days((SELECT transit_days FROM carrier WHERE id = :carrier))),
  :now,
  printf('SH-%05d', (SELECT next FROM awm_serial WHERE entity = 'Shipment'))
)
RETURNING number
"""
SHIP_ORDER_UPDATE_ORDER = "UPDATE sales_order SET status = 'shipped' WHERE number = :order"
SHIP_ORDER_RESULT = """
SELECT json_object(
  'number', shipment.number,
  'order', json_object('number', order_.number, 'status', order_.status),
  'carrier', json_object(
    'id', carrier.id, 'name', carrier.name, 'transit_days', carrier.transit_days
  ),
  'cost', json(printf('%.2f', shipment.cost / 100.0)),
  'arrives_on', shipment.arrives_on
)
FROM shipment
JOIN sales_order AS order_ ON order_.number = shipment."order"
JOIN carrier ON carrier.id = shipment.carrier
WHERE shipment.number = :shipment
"""


@tool(order=Ref(SALES_ORDER, name="order_id"), carrier=Ref(CARRIER, name="carrier_id"), writes=True)
def ship_order(db, order, carrier):
    """Hand a picked order over to a carrier."""
    if not db.value(SHIP_ORDER_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(SHIP_ORDER_WRONG_STATE, order=order))
    if not db.value(SHIP_ORDER_REQUIRE_2, order=order, carrier=carrier):
        raise ToolError("not_served", db.value(SHIP_ORDER_NOT_SERVED, carrier=carrier, order=order))
    if not db.value(SHIP_ORDER_REQUIRE_3, order=order, carrier=carrier):
        raise ToolError("too_heavy", db.value(SHIP_ORDER_TOO_HEAVY, carrier=carrier))
    if not db.value(SHIP_ORDER_REQUIRE_4, carrier=carrier, order=order):
        raise ToolError("hazardous", db.value(SHIP_ORDER_HAZARDOUS, carrier=carrier))
    if not db.value(SHIP_ORDER_REQUIRE_5, now=db.now, carrier=carrier):
        raise ToolError("too_late", db.value(SHIP_ORDER_TOO_LATE, carrier=carrier))
    cost_1 = shipping_cost(db, carrier, db.value(SHIP_ORDER_WEIGHT_G, order=order))
    key_2 = db.insert(SHIP_ORDER_CREATE_SHIPMENT, order=order, carrier=carrier, cost_1=cost_1, now=db.now)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Shipment")
    shipment = key_2
    db.run(SHIP_ORDER_UPDATE_ORDER, order=order)
    return db.value(SHIP_ORDER_RESULT, shipment=shipment)


ANNOUNCE_RETURN_SHIPMENT = 'SELECT number FROM shipment WHERE "order" = :order ORDER BY number LIMIT 1'
ANNOUNCE_RETURN_NOT_SHIPPED = "SELECT awm_concat(:order, ' has not been shipped.')"
ANNOUNCE_RETURN_REQUIRE = """
SELECT awm_elapsed(:now, shipped_at) <= awm_days(60)
FROM shipment
WHERE number = :shipment
"""
ANNOUNCE_RETURN_CREATE_RETURN = """
INSERT INTO return ("order", reason, announced_on, status, number)
VALUES (
  :order,
  :reason,
  date(:now),
  'announced',
  printf('RMA-%04d', (SELECT next FROM awm_serial WHERE entity = 'Return'))
)
RETURNING number
"""
ANNOUNCE_RETURN_REQUIRE_2 = "SELECT (SELECT \"order\" FROM sales_line WHERE id = :l ->> 'line') = :order"
ANNOUNCE_RETURN_OTHER_ORDER = """
SELECT awm_concat(
  'Line ',
  CAST(:l ->> 'line' AS TEXT),
  ' is of ',
  (SELECT "order" FROM sales_line WHERE id = :l ->> 'line'),
  '.'
)
"""
ANNOUNCE_RETURN_BEFORE = """
SELECT coalesce(sum(return_line.quantity), 0)
FROM return_line
JOIN return AS rma ON rma.number = return_line.rma
WHERE return_line.line = :l ->> 'line' AND rma.status <> 'rejected'
"""
ANNOUNCE_RETURN_REQUIRE_3 = """
SELECT :before + :l ->> 'quantity' <= (
  SELECT quantity FROM sales_line WHERE id = :l ->> 'line'
)
"""
ANNOUNCE_RETURN_TOO_MANY = """
SELECT awm_concat(
  CAST((SELECT quantity FROM sales_line WHERE id = :l ->> 'line') AS TEXT),
  ' were bought and ',
  CAST(:before AS TEXT),
  ' have come back.'
)
"""
ANNOUNCE_RETURN_CREATE_RETURN_LINE = """
INSERT INTO return_line (rma, line, quantity)
VALUES (:rma, :l ->> 'line', :l ->> 'quantity')
RETURNING id
"""
ANNOUNCE_RETURN_RESULT = """
SELECT json_object(
  'number', rma.number,
  'status', rma.status,
  'lines', json((
    SELECT json_group_array(
      json_object(
        'id', return_line.id,
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', return_line.quantity,
        'amount', json(printf(
          '%.2f',
          awm_scale(
            line.unit_price, '*', return_line.quantity, '*', 100 - line.discount, '/', 100
          ) / 100.0
        ))
      )
      ORDER BY return_line.id
    )
    FROM return_line
    JOIN sales_line AS line ON line.id = return_line.line
    JOIN product ON product.sku = line.product
    WHERE return_line.rma = rma.number
  ))
)
FROM return AS rma
WHERE rma.number = :rma
"""


@tool(
    order=Ref(SALES_ORDER, name="order_id"),
    reason=Text(3, 200),
    lines=List(Record({"line": Ref(SALES_LINE, name="line_id"), "quantity": Int(1, 5000)}), 1, 20),
    writes=True,
)
def announce_return(db, order, reason, lines):
    """Expect goods of a shipped order back, within 60 days."""
    shipment = db.value(ANNOUNCE_RETURN_SHIPMENT, order=order)
    if shipment is None:
        raise ToolError("not_shipped", db.value(ANNOUNCE_RETURN_NOT_SHIPPED, order=order))
    if not db.value(ANNOUNCE_RETURN_REQUIRE, now=db.now, shipment=shipment):
        raise ToolError("too_late", "Goods are taken back for 60 days.")
    key_1 = db.insert(ANNOUNCE_RETURN_CREATE_RETURN, order=order, reason=reason, now=db.now)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Return")
    rma = key_1
    for l in db.each(lines):
        if not db.value(ANNOUNCE_RETURN_REQUIRE_2, l=l, order=order):
            raise ToolError("other_order", db.value(ANNOUNCE_RETURN_OTHER_ORDER, l=l))
        before = db.value(ANNOUNCE_RETURN_BEFORE, l=l)
        if not db.value(ANNOUNCE_RETURN_REQUIRE_3, before=before, l=l):
            raise ToolError("too_many", db.value(ANNOUNCE_RETURN_TOO_MANY, l=l, before=before))
        db.insert(ANNOUNCE_RETURN_CREATE_RETURN_LINE, rma=rma, l=l)
    return db.value(ANNOUNCE_RETURN_RESULT, rma=rma)


SEARCH_RETURNS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'number', r.number,
        'order', json_object(
          'number', order_.number,
          'customer', json_object(
            'id', customer.id, 'name', customer.name, 'city', customer.city
          )
        ),
        'reason', r.reason,
        'status', r.status,
        'announced_on', r.announced_on,
        'refund', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(
              sum(awm_scale(
                line.unit_price,
                '*',
                return_line.quantity,
                '*',
                100 - line.discount,
                '/',
                100
              )),
              0
            )
            FROM return_line
            JOIN sales_line AS line ON line.id = return_line.line
            WHERE return_line.rma = r.number AND return_line.condition IS 'sellable'
          )) / 100.0
        )),
        'lines', json((
          SELECT json_group_array(
            json_object(
              'id', return_line_2.id,
              'product', json_object('sku', product.sku, 'name', product.name),
              'quantity', return_line_2.quantity,
              'condition', return_line_2.condition,
              'amount', json(printf(
                '%.2f',
                awm_scale(
                  line_2.unit_price,
                  '*',
                  return_line_2.quantity,
                  '*',
                  100 - line_2.discount,
                  '/',
                  100
                ) / 100.0
              ))
            )
            ORDER BY return_line_2.id
          )
          FROM return_line AS return_line_2
          JOIN sales_line AS line_2 ON line_2.id = return_line_2.line
          JOIN product ON product.sku = line_2.product
          WHERE return_line_2.rma = r.number
        ))
      )
      ORDER BY r.announced_on, r.number
    )
    FROM return AS r
    JOIN sales_order AS order_ ON order_.number = r."order"
    JOIN customer ON customer.id = order_.customer
    WHERE (:status IS NULL OR r.status = :status)
      AND (:customer IS NULL OR order_.customer = :customer)
      AND (:order IS NULL OR r."order" = :order)
  ))
)
"""


@tool(
    status=Optional(Enum("announced", "received", "rejected")),
    customer=Optional(Ref(CUSTOMER), name="customer_id"),
    order=Optional(Ref(SALES_ORDER), name="order_id"),
)
def search_returns(db, status, customer, order):
    """Returns, oldest first."""
    return db.value(SEARCH_RETURNS_RESULT, status=status, customer=customer, order=order)


RECEIVE_RETURN_REQUIRE = "SELECT status = 'announced' FROM return WHERE number = :rma"
RECEIVE_RETURN_WRONG_STATE = "SELECT awm_concat(:rma, ' is ', status, '.') FROM return WHERE number = :rma"
RECEIVE_RETURN_REQUIRE_2 = """
SELECT json_array_length(awm_distinct((
  SELECT json_group_array(item.value ->> 'line' ORDER BY item.key)
  FROM json_each(:inspected) AS item
))) = (SELECT count(*) FROM return_line WHERE return_line.rma = :rma)
  AND json_array_length(:inspected) = (
    SELECT count(*) FROM return_line AS return_line_2 WHERE return_line_2.rma = :rma
  )
"""
RECEIVE_RETURN_INCOMPLETE = (
    "SELECT awm_concat('Say of each line of ', :rma, ' once what condition it is in.')"
)
RECEIVE_RETURN_REQUIRE_3 = "SELECT (SELECT rma FROM return_line WHERE id = :i ->> 'line') = :rma"
RECEIVE_RETURN_OTHER_RETURN = """
SELECT awm_concat(
  'Line ',
  CAST(:i ->> 'line' AS TEXT),
  ' is of ',
  (SELECT rma FROM return_line WHERE id = :i ->> 'line'),
  '.'
)
"""
RECEIVE_RETURN_UPDATE_RETURN_LINE = "UPDATE return_line SET condition = :i ->> 'condition' WHERE id = :row_1"
RECEIVE_RETURN_NO_BIN = """
SELECT awm_concat(
  'Name the bin for ',
  (
    SELECT product.name
    FROM return_line
    JOIN sales_line AS line ON line.id = return_line.line
    JOIN product ON product.sku = line.product
    WHERE return_line.id = :i ->> 'line'
  ),
  '.'
)
"""
RECEIVE_RETURN_REQUIRE_4 = """
SELECT zone.site = order_.site
FROM bin
JOIN zone ON zone.id = bin.zone
JOIN return AS rma ON rma.number = :rma
JOIN sales_order AS order_ ON order_.number = rma."order"
WHERE bin.code = :bin
"""
RECEIVE_RETURN_OTHER_SITE = "SELECT awm_concat(:bin, ' is at another site.')"
RECEIVE_RETURN_ORIGIN = """
SELECT stock.lot
FROM allocation AS allocation_2
JOIN stock ON stock.id = allocation_2.stock
WHERE allocation_2.id = (
  SELECT allocation.id
  FROM allocation
  WHERE allocation.line = (
    SELECT return_line.line FROM return_line WHERE return_line.id = :i ->> 'line'
  )
  ORDER BY allocation.id
  LIMIT 1
)
"""
RECEIVE_RETURN_CREATE_LOT = """
INSERT INTO lot (product, received_on, expires_on, unit_cost, is_blocked, number)
VALUES (
  (
    SELECT line.product
    FROM return_line
    JOIN sales_line AS line ON line.id = return_line.line
    WHERE return_line.id = :i ->> 'line'
  ),
  date(:now),
  (SELECT lot.expires_on FROM lot WHERE lot.number = :origin),
  coalesce((SELECT lot_2.unit_cost FROM lot AS lot_2 WHERE lot_2.number = :origin), 0),
  0,
  printf('LOT-%04d', (SELECT next FROM awm_serial WHERE entity = 'Lot'))
)
RETURNING number
"""
RECEIVE_RETURN_QUANTITY = "SELECT quantity FROM return_line WHERE id = :i ->> 'line'"
RECEIVE_RETURN_QUANTITY_2 = "SELECT quantity FROM return_line WHERE id = :i ->> 'line'"
RECEIVE_RETURN_UPDATE_RMA = "UPDATE return SET status = 'received', received_at = :now WHERE number = :rma"
RECEIVE_RETURN_RESULT = """
SELECT json_object(
  'number', rma.number,
  'status', rma.status,
  'refund', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(awm_scale(
          line.unit_price, '*', return_line.quantity, '*', 100 - line.discount, '/', 100
        )),
        0
      )
      FROM return_line
      JOIN sales_line AS line ON line.id = return_line.line
      WHERE return_line.rma = rma.number AND return_line.condition IS 'sellable'
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'product', json_object('sku', product.sku, 'name', product.name),
        'quantity', return_line_2.quantity,
        'condition', return_line_2.condition,
        'amount', json(printf(
          '%.2f',
          awm_scale(
            line_2.unit_price,
            '*',
            return_line_2.quantity,
            '*',
            100 - line_2.discount,
            '/',
            100
          ) / 100.0
        ))
      )
      ORDER BY return_line_2.id
    )
    FROM return_line AS return_line_2
    JOIN sales_line AS line_2 ON line_2.id = return_line_2.line
    JOIN product ON product.sku = line_2.product
    WHERE return_line_2.rma = rma.number
  ))
)
FROM return AS rma
WHERE rma.number = :rma
"""


@tool(
    rma=Ref(RETURN, name="rma_id"),
    inspected=List(
        Record(
            {
                "line": Ref(RETURN_LINE, name="line_id"),
                "condition": Enum("sellable", "damaged", "missing"),
                "bin": Optional(Ref(BIN), name="bin_id"),
            },
        ),
        1,
        20,
    ),
    writes=True,
    invariants=(0, 1, 2),
)
def receive_return(db, rma, inspected):
    """Book a return in after looking at every line; sellable goods become a new lot in a bin, and are refunded."""
    if not db.value(RECEIVE_RETURN_REQUIRE, rma=rma):
        raise ToolError("wrong_state", db.value(RECEIVE_RETURN_WRONG_STATE, rma=rma))
    if not db.value(RECEIVE_RETURN_REQUIRE_2, inspected=inspected, rma=rma):
        raise ToolError("incomplete", db.value(RECEIVE_RETURN_INCOMPLETE, rma=rma))
    for i in db.each(inspected):
        if not db.value(RECEIVE_RETURN_REQUIRE_3, i=i, rma=rma):
            raise ToolError("other_return", db.value(RECEIVE_RETURN_OTHER_RETURN, i=i))
        row_1 = i["line"]
        db.run(RECEIVE_RETURN_UPDATE_RETURN_LINE, i=i, row_1=row_1)
        if i["condition"] == "sellable":
            bin = i["bin"]
            if bin is None:
                raise ToolError("no_bin", db.value(RECEIVE_RETURN_NO_BIN, i=i))
            if not db.value(RECEIVE_RETURN_REQUIRE_4, bin=bin, rma=rma):
                raise ToolError("other_site", db.value(RECEIVE_RETURN_OTHER_SITE, bin=bin))
            origin = db.value(RECEIVE_RETURN_ORIGIN, i=i)
            key_2 = db.insert(RECEIVE_RETURN_CREATE_LOT, i=i, now=db.now, origin=origin)
            db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Lot")
            lot = key_2
            put(db, bin, lot, db.value(RECEIVE_RETURN_QUANTITY, i=i))
            log(db, "returned", lot, None, bin, db.value(RECEIVE_RETURN_QUANTITY_2, i=i), rma)
    db.run(RECEIVE_RETURN_UPDATE_RMA, now=db.now, rma=rma)
    return db.value(RECEIVE_RETURN_RESULT, rma=rma)


OPEN_COUNT_REQUIRE = """
SELECT worker.site = zone.site
FROM worker
JOIN bin ON bin.code = :bin
JOIN zone ON zone.id = bin.zone
WHERE worker.id = :worker
"""
OPEN_COUNT_OTHER_SITE = """
SELECT awm_concat(worker.name, ' works at ', site.name, '.')
FROM worker
JOIN site ON site.code = worker.site
WHERE worker.id = :worker
"""
OPEN_COUNT_REQUIRE_2 = (
    "SELECT NOT EXISTS(SELECT 1 FROM count WHERE bin = :bin AND status IN ('open', 'counted'))"
)
OPEN_COUNT_COUNTING = "SELECT awm_concat(:bin, ' is being counted.')"
OPEN_COUNT_CREATE_COUNT = """
INSERT INTO count (bin, worker, status, opened_at)
VALUES (:bin, :worker, 'open', :now)
RETURNING id
"""
OPEN_COUNT_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'bin', json_object('code', bin.code),
  'worker', json_object('id', worker.id, 'name', worker.name, 'role', worker.role),
  'status', made_1.status
)
FROM count AS made_1
JOIN bin ON bin.code = made_1.bin
JOIN worker ON worker.id = made_1.worker
WHERE made_1.id = :made_1
"""


@tool(bin=Ref(BIN, name="bin_id"), worker=Ref(WORKER, name="worker_id"), writes=True)
def open_count(db, bin, worker):
    """Have a bin counted."""
    if not db.value(OPEN_COUNT_REQUIRE, worker=worker, bin=bin):
        raise ToolError("other_site", db.value(OPEN_COUNT_OTHER_SITE, worker=worker))
    if not db.value(OPEN_COUNT_REQUIRE_2, bin=bin):
        raise ToolError("counting", db.value(OPEN_COUNT_COUNTING, bin=bin))
    made_1 = db.insert(OPEN_COUNT_CREATE_COUNT, bin=bin, worker=worker, now=db.now)
    return db.value(OPEN_COUNT_RESULT, made_1=made_1)


LIST_COUNTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', c.id,
        'bin', json_object('code', bin.code),
        'worker', json_object('id', worker.id, 'name', worker.name, 'role', worker.role),
        'status', c.status,
        'opened_at', c.opened_at,
        'counted_at', c.counted_at,
        'difference', awm_whole((
          SELECT coalesce(sum(abs(count_line.counted - count_line.expected)), 0)
          FROM count_line
          WHERE count_line.count = c.id
        )),
        'approved_by', json((
          SELECT json_object(
            'id', approved_by_2.id, 'name', approved_by_2.name, 'role', approved_by_2.role
          )
          FROM worker AS approved_by_2
          WHERE approved_by_2.id = c.approved_by
        )),
        'lines', json((
          SELECT json_group_array(
            json_object(
              'lot', json_object(
                'number', lot.number,
                'product', json_object('sku', product.sku, 'name', product.name)
              ),
              'expected', count_line_2.expected,
              'counted', count_line_2.counted
            )
            ORDER BY count_line_2.id
          )
          FROM count_line AS count_line_2
          JOIN lot ON lot.number = count_line_2.lot
          JOIN product ON product.sku = lot.product
          WHERE count_line_2.count = c.id
        ))
      )
      ORDER BY c.opened_at, c.id
    )
    FROM count AS c
    JOIN bin ON bin.code = c.bin
    JOIN zone ON zone.id = bin.zone
    JOIN worker ON worker.id = c.worker
    LEFT JOIN worker AS approved_by ON approved_by.id = c.approved_by
    WHERE (c.worker = :me OR me.role = 'supervisor')
      AND (:status IS NULL OR c.status = :status)
      AND (:site IS NULL OR zone.site = :site)
      AND (:worker IS NULL OR c.worker = :worker)
  ))
)
FROM worker AS me
WHERE me.id = :me
"""


@tool(
    status=Optional(Enum("open", "counted", "approved", "rejected")),
    site=Optional(Ref(SITE), name="site_id"),
    worker=Optional(Ref(WORKER), name="worker_id"),
)
def list_counts(db, status, site, worker):
    """Counts that I may see, oldest first."""
    return db.value(LIST_COUNTS_RESULT, me=db.me, status=status, site=site, worker=worker)


RECORD_COUNT_REQUIRE = "SELECT status = 'open' FROM count WHERE id = :count"
RECORD_COUNT_WRONG_STATE = "SELECT awm_concat('The count is ', status, '.') FROM count WHERE id = :count"
RECORD_COUNT_REQUIRE_2 = """
SELECT json_array_length(awm_distinct((
  SELECT json_group_array(value ->> 'lot' ORDER BY key) FROM json_each(:lots)
))) = json_array_length(:lots)
"""
RECORD_COUNT_ROW = """
SELECT (
  SELECT s.id
  FROM stock AS s
  WHERE s.bin = count.bin AND s.lot = :x ->> 'lot'
  ORDER BY s.id
  LIMIT 1
)
FROM count
WHERE count.id = :count
"""
RECORD_COUNT_CREATE_COUNT_LINE = """
INSERT INTO count_line (count, lot, expected, counted)
VALUES (
  :count,
  :x ->> 'lot',
  coalesce((SELECT quantity FROM stock WHERE id = :row), 0),
  :x ->> 'quantity'
)
RETURNING id
"""
RECORD_COUNT_S = """
SELECT stock.id
FROM stock
WHERE stock.bin = (SELECT count.bin FROM count WHERE count.id = :count)
  AND stock.quantity > 0
ORDER BY stock.id
"""
RECORD_COUNT_IF = """
SELECT NOT EXISTS(
  SELECT 1 FROM count_line WHERE count_line.count = :count AND count_line.lot = s.lot
)
FROM stock AS s
WHERE s.id = :s
"""
RECORD_COUNT_CREATE_COUNT_LINE_2 = """
INSERT INTO count_line (count, lot, expected, counted)
VALUES (
  :count,
  (SELECT stock.lot FROM stock WHERE stock.id = :s),
  (SELECT stock_2.quantity FROM stock AS stock_2 WHERE stock_2.id = :s),
  0
)
RETURNING id
"""
RECORD_COUNT_UPDATE_COUNT = "UPDATE count SET status = 'counted', counted_at = :now WHERE id = :count"
RECORD_COUNT_RESULT = """
SELECT json_object(
  'id', count.id,
  'status', count.status,
  'difference', awm_whole((
    SELECT coalesce(sum(abs(count_line.counted - count_line.expected)), 0)
    FROM count_line
    WHERE count_line.count = count.id
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'lot', json_object(
          'number', lot.number,
          'product', json_object('sku', product.sku, 'name', product.name)
        ),
        'expected', count_line_2.expected,
        'counted', count_line_2.counted
      )
      ORDER BY count_line_2.id
    )
    FROM count_line AS count_line_2
    JOIN lot ON lot.number = count_line_2.lot
    JOIN product ON product.sku = lot.product
    WHERE count_line_2.count = count.id
  ))
)
FROM count
WHERE count.id = :count
"""


@tool(
    count=Ref(COUNT, name="count_id"),
    lots=List(Record({"lot": Ref(LOT, name="lot_id"), "quantity": Int(0, 100000)}), 1, 50),
    writes=True,
)
def record_count(db, count, lots):
    """Write down what was counted."""
    if not db.value(RECORD_COUNT_REQUIRE, count=count):
        raise ToolError("wrong_state", db.value(RECORD_COUNT_WRONG_STATE, count=count))
    if not db.value(RECORD_COUNT_REQUIRE_2, lots=lots):
        raise ToolError("same_lot", "A lot is there twice.")
    for x in db.each(lots):
        row = db.value(RECORD_COUNT_ROW, count=count, x=x)
        db.insert(RECORD_COUNT_CREATE_COUNT_LINE, count=count, x=x, row=row)
    for s in db.each(db.values(RECORD_COUNT_S, count=count)):
        if db.value(RECORD_COUNT_IF, count=count, s=s):
            db.insert(RECORD_COUNT_CREATE_COUNT_LINE_2, count=count, s=s)
    db.run(RECORD_COUNT_UPDATE_COUNT, now=db.now, count=count)
    return db.value(RECORD_COUNT_RESULT, count=count)


APPROVE_COUNT_REQUIRE = "SELECT status = 'counted' FROM count WHERE id = :count"
APPROVE_COUNT_WRONG_STATE = "SELECT awm_concat('The count is ', status, '.') FROM count WHERE id = :count"
APPROVE_COUNT_L = "SELECT id FROM count_line WHERE count = :count AND counted <> expected ORDER BY id"
APPROVE_COUNT_ROW = """
SELECT (
  SELECT stock.id
  FROM stock
  WHERE stock.bin = count.bin AND stock.lot = l.lot
  ORDER BY stock.id
  LIMIT 1
)
FROM count
JOIN count_line AS l ON l.id = :l
WHERE count.id = :count
"""
APPROVE_COUNT_CREATE_STOCK = """
INSERT INTO stock (bin, lot, quantity)
VALUES (
  (SELECT count.bin FROM count WHERE count.id = :count),
  (SELECT count_line.lot FROM count_line WHERE count_line.id = :l),
  0
)
RETURNING id
"""
APPROVE_COUNT_REQUIRE_2 = """
SELECT l.counted >= (
  SELECT coalesce(sum(allocation.quantity), 0)
  FROM allocation
  WHERE allocation.stock = row.id AND allocation.picked_at IS NULL
)
FROM count_line AS l
JOIN stock AS row ON row.id = :row
WHERE l.id = :l
"""
APPROVE_COUNT_KEPT = """
SELECT awm_concat(
  CAST(
    (
      SELECT coalesce(sum(allocation.quantity), 0)
      FROM allocation
      WHERE allocation.stock = row.id AND allocation.picked_at IS NULL
    ) AS TEXT
  ),
  ' of ',
  l.lot,
  ' are kept for orders; release these first.'
)
FROM stock AS row
JOIN count_line AS l ON l.id = :l
WHERE row.id = :row
"""
APPROVE_COUNT_UPDATE_ROW = """
UPDATE stock
SET quantity = (SELECT count_line.counted FROM count_line WHERE count_line.id = :l)
WHERE stock.id = :row
"""
APPROVE_COUNT_IF = "SELECT counted > expected FROM count_line WHERE id = :l"
APPROVE_COUNT_LOT = "SELECT lot FROM count_line WHERE id = :l"
APPROVE_COUNT_TO_BIN = "SELECT bin FROM count WHERE id = :count"
APPROVE_COUNT_QUANTITY = "SELECT counted - expected FROM count_line WHERE id = :l"
APPROVE_COUNT_REFERENCE = "SELECT awm_concat('count ', CAST(:count AS TEXT))"
APPROVE_COUNT_LOT_2 = "SELECT lot FROM count_line WHERE id = :l"
APPROVE_COUNT_FROM_BIN = "SELECT bin FROM count WHERE id = :count"
APPROVE_COUNT_QUANTITY_2 = "SELECT expected - counted FROM count_line WHERE id = :l"
APPROVE_COUNT_REFERENCE_2 = "SELECT awm_concat('count ', CAST(:count AS TEXT))"
APPROVE_COUNT_UPDATE_COUNT = "UPDATE count SET status = 'approved', approved_by = :me WHERE id = :count"
APPROVE_COUNT_RESULT = """
SELECT json_object(
  'id', count.id,
  'status', count.status,
  'difference', awm_whole((
    SELECT coalesce(sum(abs(count_line.counted - count_line.expected)), 0)
    FROM count_line
    WHERE count_line.count = count.id
  )),
  'approved_by', json((
    SELECT json_object(
      'id', approved_by_2.id, 'name', approved_by_2.name, 'role', approved_by_2.role
    )
    FROM worker AS approved_by_2
    WHERE approved_by_2.id = count.approved_by
  ))
)
FROM count
LEFT JOIN worker AS approved_by ON approved_by.id = count.approved_by
WHERE count.id = :count
"""


@tool(count=Ref(COUNT, name="count_id"), writes=True, invariants=(0, 1, 2))
def approve_count(db, count):
    """Make the stock what was counted; for supervisors."""
    must_supervise(db)
    if not db.value(APPROVE_COUNT_REQUIRE, count=count):
        raise ToolError("wrong_state", db.value(APPROVE_COUNT_WRONG_STATE, count=count))
    for l in db.each(db.values(APPROVE_COUNT_L, count=count)):
        found_1 = db.value(APPROVE_COUNT_ROW, count=count, l=l)
        if found_1 is None:
            found_1 = db.insert(APPROVE_COUNT_CREATE_STOCK, count=count, l=l)
        row = found_1
        if not db.value(APPROVE_COUNT_REQUIRE_2, l=l, row=row):
            raise ToolError("kept", db.value(APPROVE_COUNT_KEPT, row=row, l=l))
        db.run(APPROVE_COUNT_UPDATE_ROW, l=l, row=row)
        if db.value(APPROVE_COUNT_IF, l=l):
            log(
                db,
                "adjustment",
                db.value(APPROVE_COUNT_LOT, l=l),
                None,
                db.value(APPROVE_COUNT_TO_BIN, count=count),
                db.value(APPROVE_COUNT_QUANTITY, l=l),
                db.value(APPROVE_COUNT_REFERENCE, count=count),
            )
        else:
            log(
                db,
                "adjustment",
                db.value(APPROVE_COUNT_LOT_2, l=l),
                db.value(APPROVE_COUNT_FROM_BIN, count=count),
                None,
                db.value(APPROVE_COUNT_QUANTITY_2, l=l),
                db.value(APPROVE_COUNT_REFERENCE_2, count=count),
            )
    db.run(APPROVE_COUNT_UPDATE_COUNT, me=db.me, count=count)
    return db.value(APPROVE_COUNT_RESULT, count=count)


LIST_DOCK_BOOKINGS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', dock.id,
        'name', dock.name,
        'bookings', json((
          SELECT json_group_array(
            json_object(
              'id', dock_booking.id,
              'partner', dock_booking.partner,
              'starts_at', dock_booking.starts_at,
              'ends_at', dock_booking.ends_at,
              'order', json((
                SELECT json_object('number', order_2.number)
                FROM purchase_order AS order_2
                WHERE order_2.number = dock_booking."order"
              ))
            )
            ORDER BY dock_booking.starts_at, dock_booking.id
          )
          FROM dock_booking
          LEFT JOIN purchase_order AS order_ ON order_.number = dock_booking."order"
          WHERE dock_booking.dock = dock.id AND date(dock_booking.starts_at) = :day
        ))
      )
      ORDER BY awm_fold(dock.name), dock.name, dock.id
    )
    FROM dock
    WHERE dock.site = :site
  ))
)
"""


@tool(site=Ref(SITE, name="site_id"), day=Date())
def list_dock_bookings(db, site, day):
    """The docks of a site on a day, and when they are taken."""
    return db.value(LIST_DOCK_BOOKINGS_RESULT, site=site, day=day)


FIND_DOCK_TIMES_FROM = "SELECT awm_datetime(:day, coalesce(:not_before, opens)) FROM site WHERE code = :site"
FIND_DOCK_TIMES_UNTIL = "SELECT awm_datetime(:day, closes) FROM site WHERE code = :site"
FIND_DOCK_TIMES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', d.id,
        'name', d.name,
        'starts_at', (
          SELECT item_2.value
          FROM json_each((
            SELECT json_group_array(
              awm_shift(:from_, awm_minutes(30) * item.value) ORDER BY item.key
            )
            FROM json_each(awm_range(32)) AS item
          )) AS item_2
          WHERE awm_shift(item_2.value, :size) <= :until
            AND item_2.value > :now
            AND NOT EXISTS(
              SELECT 1
              FROM dock_booking AS b
              WHERE b.dock = d.id
                AND b.starts_at < awm_shift(item_2.value, :size)
                AND b.ends_at > item_2.value
            )
          ORDER BY item_2.key
          LIMIT 1
        )
      )
      ORDER BY awm_fold(d.name), d.name, d.id
    )
    FROM dock AS d
    WHERE d.site = :site
  ))
)
"""


@tool(site=Ref(SITE, name="site_id"), day=Date(), minutes=Int(15, 480), not_before=Optional(Time()))
def find_dock_times(db, site, day, minutes, not_before):
    """The earliest half or full hour of a day at which each dock is free for so long."""
    size = fn.minutes(minutes)
    from_ = db.value(FIND_DOCK_TIMES_FROM, day=day, not_before=not_before, site=site)
    until = db.value(FIND_DOCK_TIMES_UNTIL, day=day, site=site)
    return db.value(FIND_DOCK_TIMES_RESULT, site=site, from_=from_, size=size, until=until, now=db.now)


BOOK_DOCK_ENDS_AT = "SELECT awm_shift(:starts_at, awm_minutes(:minutes))"
BOOK_DOCK_REQUIRE = """
SELECT date(:ends_at) = date(:starts_at)
  AND time(:starts_at) >= site.opens
  AND time(:ends_at) <= site.closes
FROM dock
JOIN site ON site.code = dock.site
WHERE dock.id = :dock
"""
BOOK_DOCK_CLOSED = """
SELECT awm_concat(site.name, ' is open from ', site.opens, ' to ', site.closes, '.')
FROM dock
JOIN site ON site.code = dock.site
WHERE dock.id = :dock
"""
BOOK_DOCK_REQUIRE_2 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM dock_booking
  WHERE dock = :dock AND starts_at < :ends_at AND ends_at > :starts_at
)
"""
BOOK_DOCK_TAKEN = "SELECT awm_concat(name, ' is taken then.') FROM dock WHERE id = :dock"
BOOK_DOCK_REQUIRE_3 = """
SELECT :purchase IS NULL
  OR (
    SELECT purchase_order.site FROM purchase_order WHERE purchase_order.number = :purchase
  ) = dock.site
FROM dock
WHERE dock.id = :dock
"""
BOOK_DOCK_CREATE_DOCK_BOOKING = """
INSERT INTO dock_booking (dock, partner, starts_at, ends_at, "order")
VALUES (:dock, :partner, :starts_at, :ends_at, :purchase)
RETURNING id
"""
BOOK_DOCK_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'dock', json_object(
    'id', dock.id,
    'name', dock.name,
    'site', json_object('code', site.code, 'name', site.name)
  ),
  'partner', made_1.partner,
  'starts_at', made_1.starts_at,
  'ends_at', made_1.ends_at
)
FROM dock_booking AS made_1
JOIN dock ON dock.id = made_1.dock
JOIN site ON site.code = dock.site
WHERE made_1.id = :made_1
"""


@tool(
    dock=Ref(DOCK, name="dock_id"),
    partner=Text(1, 60),
    starts_at=Datetime(),
    minutes=Int(15, 480),
    purchase=Optional(Ref(PURCHASE_ORDER), name="purchase_order_number"),
    writes=True,
)
def book_dock(db, dock, partner, starts_at, minutes, purchase):
    """Book a dock within its site's hours."""
    ends_at = db.value(BOOK_DOCK_ENDS_AT, minutes=minutes, starts_at=starts_at)
    if not (starts_at > db.now):
        raise ToolError("in_the_past", "That is over.")
    if not db.value(BOOK_DOCK_REQUIRE, ends_at=ends_at, starts_at=starts_at, dock=dock):
        raise ToolError("closed", db.value(BOOK_DOCK_CLOSED, dock=dock))
    if not db.value(BOOK_DOCK_REQUIRE_2, dock=dock, ends_at=ends_at, starts_at=starts_at):
        raise ToolError("taken", db.value(BOOK_DOCK_TAKEN, dock=dock))
    if not db.value(BOOK_DOCK_REQUIRE_3, purchase=purchase, dock=dock):
        raise ToolError("other_site", "That order goes to the other site.")
    made_1 = db.insert(
        BOOK_DOCK_CREATE_DOCK_BOOKING,
        dock=dock,
        partner=partner,
        starts_at=starts_at,
        ends_at=ends_at,
        purchase=purchase,
    )
    return db.value(BOOK_DOCK_RESULT, made_1=made_1)


CANCEL_DOCK_BOOKING_REQUIRE = "SELECT starts_at > :now FROM dock_booking WHERE id = :booking"
CANCEL_DOCK_BOOKING_DELETE_BOOKING = "DELETE FROM dock_booking WHERE id = :booking"
CANCEL_DOCK_BOOKING_RESULT = "SELECT json_object('cancelled', json(iif(1, 'true', 'false')))"


@tool(booking=Ref(DOCK_BOOKING, name="booking_id"), writes=True)
def cancel_dock_booking(db, booking):
    """Give a dock free."""
    if not db.value(CANCEL_DOCK_BOOKING_REQUIRE, booking=booking, now=db.now):
        raise ToolError("too_late", "It has begun.")
    db.run(CANCEL_DOCK_BOOKING_DELETE_BOOKING, booking=booking)
    return db.value(CANCEL_DOCK_BOOKING_RESULT)


STOCK_VALUE_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'group', product."group",
        'products', (
          SELECT count(*)
          FROM json_each(awm_distinct((
            SELECT json_group_array(lot_2.product ORDER BY s_2.id)
            FROM stock AS s_2
            JOIN bin AS bin_2 ON bin_2.code = s_2.bin
            JOIN zone AS zone_2 ON zone_2.id = bin_2.zone
            JOIN lot AS lot_2 ON lot_2.number = s_2.lot
            JOIN product AS product_2 ON product_2.sku = lot_2.product
            WHERE (:site IS NULL OR zone_2.site = :site)
              AND s_2.quantity > 0
              AND product_2."group" IS product."group"
          ))) AS item
          JOIN product AS product_3 ON product_3.sku = item.value
        ),
        'units', coalesce(sum(s.quantity), 0),
        'value', json(printf(
          '%.2f', awm_whole(coalesce(sum(lot.unit_cost * s.quantity), 0)) / 100.0
        ))
      ) AS v
      FROM stock AS s
      JOIN bin ON bin.code = s.bin
      JOIN zone ON zone.id = bin.zone
      JOIN lot ON lot.number = s.lot
      JOIN product ON product.sku = lot.product
      WHERE (:site IS NULL OR zone.site = :site) AND s.quantity > 0
      GROUP BY product."group"
      ORDER BY
        coalesce(sum(lot.unit_cost * s.quantity), 0) DESC,
        CASE
          product."group"
          WHEN 'tents' THEN 0
          WHEN 'sleeping' THEN 1
          WHEN 'packs' THEN 2
          WHEN 'stoves' THEN 3
          WHEN 'fuel' THEN 4
          WHEN 'food' THEN 5
          WHEN 'clothing' THEN 6
        END
    )
  ))
)
"""


@tool(site=Optional(Ref(SITE), name="site_id"))
def stock_value(db, site):
    """What the stock cost by product group, the dearest first."""
    return db.value(STOCK_VALUE_RESULT, site=site)


BEST_SELLERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'product', json_object('sku', product.sku, 'name', product.name),
        'orders', count(*),
        'units', coalesce(sum(l.quantity), 0),
        'value', json(printf(
          '%.2f',
          awm_whole(coalesce(
            sum(awm_scale(l.unit_price, '*', l.quantity, '*', 100 - l.discount, '/', 100)),
            0
          )) / 100.0
        ))
      ) AS v
      FROM sales_line AS l
      JOIN sales_order AS order_ ON order_.number = l."order"
      JOIN product ON product.sku = l.product
      WHERE order_.status = 'shipped'
        AND (:group IS NULL OR product."group" = :group)
        AND date(order_.placed_at) >= :from_
        AND date(order_.placed_at) <= :to
      GROUP BY l.product
      ORDER BY
        coalesce(
          sum(awm_scale(l.unit_price, '*', l.quantity, '*', 100 - l.discount, '/', 100)),
          0
        ) DESC,
        l.product
      LIMIT :n
    )
  ))
)
"""


@tool(
    from_=Date(),
    to=Date(),
    group=Optional(Enum("tents", "sleeping", "packs", "stoves", "fuel", "food", "clothing")),
    n=Int(1, 50, default=10),
)
def best_sellers(db, from_, to, group, n):
    """Products by the value of the orders that were placed in some days and have been shipped."""
    if not (from_ <= to):
        raise ToolError("bad_range", "The range ends before it starts.")
    return db.value(BEST_SELLERS_RESULT, group=group, from_=from_, to=to, n=n)


CARRIER_COSTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'carrier', json_object(
          'id', carrier.id, 'name', carrier.name, 'transit_days', carrier.transit_days
        ),
        'shipments', count(*),
        'cost', json(printf('%.2f', awm_whole(coalesce(sum(s.cost), 0)) / 100.0)),
        'average', json(awm_money_text(awm_average(sum(s.cost), count(s.cost)))),
        'late', count(*) FILTER(WHERE date(s.shipped_at) > order_.ship_by)
      ) AS v
      FROM shipment AS s
      JOIN carrier ON carrier.id = s.carrier
      JOIN sales_order AS order_ ON order_.number = s."order"
      WHERE date(s.shipped_at) >= :from_ AND date(s.shipped_at) <= :to
      GROUP BY s.carrier
      ORDER BY coalesce(sum(s.cost), 0) DESC, s.carrier
    )
  ))
)
"""


@tool(from_=Date(), to=Date())
def carrier_costs(db, from_, to):
    """What carriers cost for shipments of some days, and what share of them was late against the date to ship by."""
    return db.value(CARRIER_COSTS_RESULT, from_=from_, to=to)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
259:372 260:372 261:372 262:372 263:372 264:372 265:372 266:372 267:372 268:372 269:372 339:385 340:385
341:386 342:386 343:388 344:389 345:389 346:391 347:391 348:391 349:391 350:393 357:397 358:397 379:402
392:407 408:412 482:417 483:418 484:419 485:429 486:430 487:431 488:432 489:435 500:439 644:455 645:455
646:455 647:455 648:455 649:455 650:455 651:455 652:455 653:455 654:455 655:455 656:455 783:477 885:509
886:509 887:509 888:509 889:509 890:509 891:509 892:509 893:509 894:509 895:509 896:509 897:509 1020:532
1021:532 1022:532 1023:532 1024:532 1025:532 1026:532 1027:532 1028:532 1029:532 1130:552 1131:552 1132:553
1133:553 1134:554 1135:555 1136:555 1137:557 1138:558 1139:559 1140:559 1141:559 1142:559 1143:559 1144:559
1145:559 1146:559 1147:559 1148:560 1236:565 1237:566 1238:566 1239:567 1240:568 1241:572 1242:573 1243:574
1244:574 1245:575 1246:575 1247:577 1248:578 1299:588 1300:589 1301:589 1302:590 1303:591 1304:591 1305:591
1306:591 1307:591 1308:591 1309:591 1310:591 1311:591 1312:592 1391:604 1392:604 1393:604 1394:604 1395:604
1396:604 1397:604 1398:604 1399:604 1400:604 1401:604 1442:632 1443:632 1444:632 1445:632 1446:632 1447:632
1448:632 1537:643 1538:643 1539:643 1640:662 1641:662 1642:662 1643:662 1644:662 1645:664 1646:664 1647:664
1648:664 1649:666 1650:666 1651:666 1652:666 1653:666 1654:666 1655:670 1656:671 1657:672 1658:673 1659:673
1660:673 1661:675 1662:675 1663:675 1664:675 1665:675 1666:675 1667:675 1668:675 1669:682 1688:687 1689:688
1690:688 1691:689 1692:690 1693:691 1694:691 1695:692 1773:697 1774:697 1775:698 1776:698 1777:699 1778:699
1779:701 1780:702 1871:715 1872:715 1873:715 1874:715 1875:715 1876:715 1877:715 1878:715 1879:715 1880:715
1881:715 1882:715 1883:715 1929:730 2045:735 2046:736 2047:736 2048:738 2049:738 2050:740 2051:740 2052:741
2053:741 2054:743 2055:743 2056:743 2057:750 2058:751 2059:752 2060:753 2061:757 2197:774 2198:774 2199:774
2200:774 2201:774 2202:774 2203:774 2204:774 2205:774 2396:798 2397:798 2398:798 2399:798 2400:798 2401:798
2402:798 2403:798 2404:798 2405:798 2406:798 2407:798 2408:798 2409:798 2410:798 2411:798 2412:798 2539:821
2721:842 2722:842 2723:843 2724:843 2725:844 2726:844 2727:844 2728:844 2729:844 2730:844 2731:844 2732:844
2733:844 2734:844 2735:850 2736:851 2737:851 2738:852 2739:852 2740:854 2741:862 2742:862 2743:864 2850:869
2851:870 2852:870 2853:871 2854:872 2855:872 2856:873 2857:874 2858:874 2859:876 2860:876 2861:877 2862:879
2863:879 2864:881 2884:886 2885:886 2886:887 2887:888 2888:889 2951:894 2952:894 2953:895 2954:896 2955:897
2956:897 2957:900 2958:901 3007:911 3083:927 3084:928 3085:928 3086:930 3087:930 3088:930 3089:931 3090:932
3091:932 3092:933 3093:933 3094:934 3095:935 3096:937 3139:946 3177:961 3256:970 3257:970 3258:971 3259:972
3260:973 3261:974 3262:974 3263:975 3264:975 3265:975 3266:975 3267:975 3268:975 3269:975 3270:975 3271:975
3272:977 3273:978 3274:979 3357:984 3358:985 3359:985 3360:985 3462:1002 3463:1002 3464:1003 3465:1003
3466:1005 3467:1005 3468:1007 3469:1007 3470:1009 3471:1009 3472:1010 3473:1010 3474:1010 3475:1010 3476:1016
3477:1017 3570:1024 3571:1024 3572:1024 3573:1025 3574:1025 3575:1026 3576:1026 3577:1026 3578:1027 3579:1028
3580:1028 3581:1029 3582:1030 3583:1030 3584:1032 3585:1034 3671:1039 3823:1052 3824:1052 3825:1053 3826:1053
3827:1056 3828:1057 3829:1057 3830:1058 3831:1058 3832:1059 3833:1060 3834:1060 3835:1060 3836:1061 3837:1061
3838:1062 3839:1063 3840:1063 3841:1063 3842:1069 3843:1070 3844:1073 3845:1074 3887:1084 3888:1084 3889:1085
3890:1085 3891:1087 3892:1087 3961:1092 4056:1105 4057:1105 4058:1106 4059:1106 4060:1107 4061:1108 4062:1109
4063:1116 4064:1117 4065:1118 4066:1121 4067:1122 4162:1127 4163:1128 4164:1128 4165:1129 4166:1130 4167:1130
4168:1130 4169:1130 4170:1132 4171:1132 4172:1134 4173:1135 4174:1136 4175:1136 4176:1136 4177:1136 4178:1136
4179:1136 4180:1136 4181:1136 4182:1136 4183:1136 4184:1138 4185:1138 4186:1138 4187:1138 4188:1138 4189:1138
4190:1138 4191:1138 4192:1138 4193:1141 4194:1142 4236:1149 4281:1160 4282:1161 4283:1162 4284:1163 4352:1182
4353:1183 4354:1183 4355:1184 4356:1184 4357:1188 4358:1188 4359:1190 4360:1190 4361:1192 4362:1192 4363:1192
4364:1192 4365:1192 4366:1192 4367:1192 4368:1192 4369:1192 4380:1203 4381:1203 4382:1204 4383:1205 4441:1212
4490:1224 4491:1224 4492:1225 4524:1245
"""
