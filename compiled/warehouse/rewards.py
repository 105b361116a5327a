"""How the tasks of warehouse are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

GAS_FOR_WINTER = Task(
    expects=(
        Expect(
            "an order to Flamco is out",
            """
SELECT EXISTS(
  SELECT 1
  FROM purchase_order
  WHERE NOT EXISTS(
    SELECT 1 FROM old.purchase_order AS other WHERE other.number = purchase_order.number
  )
    AND purchase_order.supplier = 4
    AND purchase_order.site = 'NOR'
    AND purchase_order.status = 'sent'
)
""",
            weight=2,
        ),
        Expect(
            "of 400",
            """
SELECT EXISTS(
  SELECT 1
  FROM purchase_line
  JOIN purchase_order AS order_ ON order_.number = purchase_line."order"
  WHERE NOT EXISTS(
    SELECT 1 FROM old.purchase_line AS other WHERE other.id = purchase_line.id
  )
    AND order_.supplier = 4
    AND order_.site = 'NOR'
    AND purchase_line.product = 'FUE-230'
    AND purchase_line.quantity = 400
)
""",
            weight=1,
        ),
        Expect(
            "the draft of the South hall stays",
            """
SELECT (
  SELECT awm_present('PO-0006', count(*), min(status))
  FROM purchase_order
  WHERE number = 'PO-0006'
) = 'draft'
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

POLARSTOFF_IS_HERE = Task(
    expects=(
        Expect(
            "what came is booked in",
            """
SELECT CASE
  WHEN (
    SELECT awm_present(5, count(*), min(purchase_line_2.received))
    FROM purchase_line AS purchase_line_2
    WHERE purchase_line_2.id = 5
  ) = 60 THEN (
    SELECT awm_present(6, count(*), min(purchase_line.received))
    FROM purchase_line
    WHERE purchase_line.id = 6
  ) = 35
  ELSE 0
END
""",
            weight=1,
        ),
        Expect(
            "and does not expire, and can be sold",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM lot
  WHERE NOT EXISTS(SELECT 1 FROM old.lot AS other WHERE other.number = lot.number)
    AND NOT (lot.expires_on IS NULL AND NOT lot.is_blocked)
)
  AND EXISTS(
    SELECT 1
    FROM lot AS lot_2
    WHERE NOT EXISTS(SELECT 1 FROM old.lot AS other_2 WHERE other_2.number = lot_2.number)
  )
""",
            weight=1,
        ),
        Expect(
            "the rest is still awaited",
            """
SELECT (
  SELECT awm_present('PO-0003', count(*), min(status))
  FROM purchase_order
  WHERE number = 'PO-0003'
) = 'partly_received'
""",
            weight=1,
        ),
        Expect(
            "it lies in the bin with the most room",
            """
SELECT EXISTS(
  SELECT 1
  FROM stock
  JOIN lot ON lot.number = stock.lot
  WHERE NOT EXISTS(SELECT 1 FROM old.stock AS other WHERE other.id = stock.id)
    AND lot.product = 'SLP-301'
    AND stock.bin = 'N-A-03'
    AND stock.quantity = 60
)
  AND EXISTS(
    SELECT 1
    FROM stock AS stock_2
    JOIN lot AS lot_2 ON lot_2.number = stock_2.lot
    WHERE NOT EXISTS(SELECT 1 FROM old.stock AS other_2 WHERE other_2.id = stock_2.id)
      AND lot_2.product = 'SLP-305'
      AND stock_2.bin = 'N-A-03'
      AND stock_2.quantity = 35
  )
""",
            weight=2,
        ),
    ),
    answers=(),
    allowed=(),
)

EXPRESS_ROUND = Task(
    expects=(
        Expect(
            "the two for today are being picked",
            """
SELECT (SELECT sales_order.status FROM sales_order WHERE sales_order.number = 'SO-00012') = 'picking'
  AND (
    SELECT sales_order_2.status
    FROM sales_order AS sales_order_2
    WHERE sales_order_2.number = 'SO-00013'
  ) = 'picking'
""",
            weight=1,
        ),
        Expect(
            "by Mette, on one list",
            """
SELECT (
  SELECT count(*)
  FROM pick_list
  WHERE NOT EXISTS(
    SELECT 1 FROM old.pick_list AS other WHERE other.number = pick_list.number
  )
    AND pick_list.worker = 4
) = 1
  AND (
    SELECT count(*)
    FROM pick_list AS pick_list_2
    WHERE NOT EXISTS(
      SELECT 1 FROM old.pick_list AS other_2 WHERE other_2.number = pick_list_2.number
    )
  ) = 1
""",
            weight=2,
        ),
        Expect(
            "nothing goes to a customer on hold",
            "SELECT (SELECT status FROM sales_order WHERE number = 'SO-00011') = 'open'",
            weight=1,
        ),
        Expect(
            "nor what is for tomorrow, or the other hall's",
            """
SELECT (SELECT sales_order.status FROM sales_order WHERE sales_order.number = 'SO-00014') = 'open'
  AND (
    SELECT sales_order_2.status
    FROM sales_order AS sales_order_2
    WHERE sales_order_2.number = 'SO-00015'
  ) = 'open'
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

BERG_CANCELS = Task(
    expects=(
        Expect(
            "the order with the tents is cancelled",
            "SELECT (SELECT status FROM sales_order WHERE number = 'SO-00006') = 'cancelled'",
            weight=1,
        ),
        Expect(
            "the others are not",
            """
SELECT (SELECT sales_order.status FROM sales_order WHERE sales_order.number = 'SO-00007') = 'open'
  AND (
    SELECT sales_order_2.status
    FROM sales_order AS sales_order_2
    WHERE sales_order_2.number = 'SO-00008'
  ) = 'open'
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

BAD_CHILI = Task(
    expects=(
        Expect(
            "the lot is blocked, and why is known",
            """
SELECT (SELECT lot.is_blocked FROM lot WHERE lot.number = 'LOT-0013')
  AND awm_contains(
    coalesce(
      (SELECT lot_2.block_reason FROM lot AS lot_2 WHERE lot_2.number = 'LOT-0013'), ''
    ),
    'salmonella'
  )
""",
            weight=2,
        ),
        Expect(
            "the others are not",
            """
SELECT NOT (SELECT lot.is_blocked FROM lot WHERE lot.number = 'LOT-0023')
  AND NOT (SELECT lot_2.is_blocked FROM lot AS lot_2 WHERE lot_2.number = 'LOT-0012')
""",
            weight=1,
        ),
        Expect(
            "the order that waited for it is open again",
            "SELECT (SELECT status FROM sales_order WHERE number = 'SO-00005') = 'open'",
            weight=1,
        ),
    ),
    answers=(
        Answer(
            "units",
            "int",
            """
SELECT (
  SELECT coalesce(sum(allocation.quantity), 0)
  FROM allocation
  JOIN stock ON stock.id = allocation.stock
  JOIN sales_line AS line ON line.id = allocation.line
  JOIN sales_order AS order_ ON order_.number = line."order"
  WHERE stock.lot = 'LOT-0013' AND order_.status = 'shipped'
)
""",
        ),
        Answer(
            "customers",
            "[text]",
            """
SELECT awm_distinct((
  SELECT json_group_array(customer.name ORDER BY allocation.id)
  FROM allocation
  JOIN stock ON stock.id = allocation.stock
  JOIN sales_line AS line ON line.id = allocation.line
  JOIN sales_order AS order_ ON order_.number = line."order"
  JOIN customer ON customer.id = order_.customer
  WHERE stock.lot = 'LOT-0013' AND order_.status = 'shipped'
))
""",
        ),
    ),
    allowed=(),
)

KIEL_BY_FRIDAY = Task(
    expects=(
        Expect(
            "it is shipped",
            "SELECT (SELECT status FROM sales_order WHERE number = 'SO-00010') = 'shipped'",
            weight=1,
        ),
        Expect(
            "by the one that is in time and takes gas",
            """
SELECT EXISTS(
  SELECT 1
  FROM shipment
  WHERE NOT EXISTS(
    SELECT 1 FROM old.shipment AS other WHERE other.number = shipment.number
  )
    AND shipment."order" = 'SO-00010'
    AND shipment.carrier = 4
)
""",
            weight=2,
        ),
    ),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole(
  (SELECT carrier.base_price FROM carrier WHERE carrier.id = 4)
  + awm_scale(
    (SELECT carrier_2.kg_price FROM carrier AS carrier_2 WHERE carrier_2.id = 4),
    '*',
    (
      SELECT (
        SELECT coalesce(sum(sales_line.quantity * product.weight_g), 0)
        FROM sales_line
        JOIN product ON product.sku = sales_line.product
        WHERE sales_line."order" = sales_order.number
      )
      FROM sales_order
      WHERE sales_order.number = 'SO-00010'
    ),
    '/',
    1000
  )
)
""",
        ),
    ),
    allowed=(),
)

PARCEL_FROM_VOSS = Task(
    expects=(
        Expect(
            "it is booked in",
            "SELECT (SELECT status FROM return WHERE number = 'RMA-0001') = 'received'",
            weight=1,
        ),
        Expect(
            "each as it is",
            """
SELECT (SELECT return_line.condition FROM return_line WHERE return_line.id = 1) IS 'damaged'
  AND (
    SELECT return_line_2.condition
    FROM return_line AS return_line_2
    WHERE return_line_2.id = 2
  ) IS 'sellable'
""",
            weight=1,
        ),
        Expect(
            "the socks can be sold again",
            """
SELECT EXISTS(
  SELECT 1
  FROM stock
  JOIN lot ON lot.number = stock.lot
  WHERE NOT EXISTS(SELECT 1 FROM old.stock AS other WHERE other.id = stock.id)
    AND stock.bin = 'N-P-03'
    AND lot.product = 'CLO-701'
    AND stock.quantity = 4
    AND NOT lot.is_blocked
)
""",
            weight=1,
        ),
    ),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_scale(
  (
    SELECT awm_present(2, count(*), min(sales_line_2.unit_price))
    FROM sales_line AS sales_line_2
    WHERE sales_line_2.id = 2
  ),
  '*',
  4,
  '*',
  100
  - (
    SELECT awm_present(2, count(*), min(sales_line.discount))
    FROM sales_line
    WHERE sales_line.id = 2
  ),
  '/',
  100
)
""",
        ),
    ),
    allowed=(),
)

GATE_FOR_ZELTWERK = Task(
    expects=(
        Expect(
            "the earliest gap",
            """
SELECT EXISTS(
  SELECT 1
  FROM dock_booking
  WHERE NOT EXISTS(
    SELECT 1 FROM old.dock_booking AS other WHERE other.id = dock_booking.id
  )
    AND dock_booking.dock = 1
    AND dock_booking.starts_at = '2025-11-05T11:00:00'
    AND dock_booking.ends_at = '2025-11-05T12:30:00'
    AND awm_contains(dock_booking.partner, 'Zeltwerk')
)
""",
            weight=2,
        ),
        Expect(
            "on their order",
            """
SELECT EXISTS(
  SELECT 1
  FROM dock_booking
  WHERE NOT EXISTS(
    SELECT 1 FROM old.dock_booking AS other WHERE other.id = dock_booking.id
  )
    AND dock_booking."order" IS 'PO-0005'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

COUNT_PICK_BIN = Task(
    expects=(
        Expect(
            "it is counted",
            "SELECT (SELECT status FROM count WHERE id = 1) = 'counted'",
            weight=1,
        ),
        Expect(
            "one stove is missing",
            """
SELECT EXISTS(
  SELECT 1
  FROM count_line
  WHERE count = 1 AND lot = 'LOT-0007' AND expected = 18 AND counted = 17
)
""",
            weight=1,
        ),
        Expect(
            "the rest is right",
            """
SELECT (SELECT count(*) FROM count_line WHERE count_line.count = 1) = 3
  AND (
    SELECT (
      SELECT coalesce(sum(abs(count_line_2.counted - count_line_2.expected)), 0)
      FROM count_line AS count_line_2
      WHERE count_line_2.count = count.id
    )
    FROM count
    WHERE count.id = 1
  ) = 1
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

WAITING_COUNTS = Task(
    expects=(
        Expect(
            "Per's count is approved",
            """
SELECT (SELECT count.status FROM count WHERE count.id = 2) = 'approved'
  AND (SELECT stock.quantity FROM stock WHERE stock.id = 9) = 15
""",
            weight=1,
        ),
        Expect(
            "my own is not",
            """
SELECT (SELECT count.status FROM count WHERE count.id = 3) = 'counted'
  AND (SELECT stock.quantity FROM stock WHERE stock.id = 19) = 90
""",
            weight=1,
        ),
        Expect(
            "nor that of the South hall",
            "SELECT (SELECT status FROM count WHERE id = 4) = 'counted'",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

FEWER_PACKS = Task(
    expects=(
        Expect(
            "seven packs",
            "SELECT (SELECT awm_present(17, count(*), min(quantity)) FROM sales_line WHERE id = 17) = 7",
            weight=2,
        ),
        Expect(
            "the stock is kept",
            """
SELECT CASE
  WHEN (SELECT sales_order.status FROM sales_order WHERE sales_order.number = 'SO-00009') = 'allocated' THEN (
    SELECT awm_present(
      17,
      count(*),
      min(
        sales_line.quantity
        - (
          SELECT coalesce(sum(allocation.quantity), 0)
          FROM allocation
          WHERE allocation.line = sales_line.id
        )
      )
    )
    FROM sales_line
    WHERE sales_line.id = 17
  ) = 0
  ELSE 0
END
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

CLEAR_THE_BIN = Task(
    expects=(
        Expect(
            "the bin is empty",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(stock.quantity * product.volume_l), 0)
    FROM stock
    JOIN lot ON lot.number = stock.lot
    JOIN product ON product.sku = lot.product
    WHERE stock.bin = bin.code
  )
  FROM bin
  WHERE bin.code = 'N-P-02'
) = 0
""",
            weight=1,
        ),
        Expect(
            "all of it is in N-P-03",
            """
SELECT EXISTS(
  SELECT 1
  FROM stock
  WHERE stock.bin = 'N-P-03' AND stock.lot = 'LOT-0014' AND stock.quantity = 40
)
  AND EXISTS(
    SELECT 1
    FROM stock AS stock_2
    WHERE stock_2.bin = 'N-P-03' AND stock_2.lot = 'LOT-0018' AND stock_2.quantity = 25
  )
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

LEFT_TO_SELL = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "int",
            """
SELECT awm_whole((
  SELECT coalesce(
    sum(
      s.quantity
      - (
        SELECT coalesce(sum(allocation.quantity), 0)
        FROM allocation
        WHERE allocation.stock = s.id AND allocation.picked_at IS NULL
      )
    ),
    0
  )
  FROM stock AS s
  JOIN lot ON lot.number = s.lot
  JOIN bin ON bin.code = s.bin
  JOIN zone ON zone.id = bin.zone
  WHERE lot.product = :p AND zone.site = 'NOR' AND NOT lot.is_blocked
))
""",
        ),
    ),
    allowed=(),
)

NEXT_DELIVERY = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "date",
            """
SELECT coalesce(
  (
    SELECT min(due_on)
    FROM purchase_order
    WHERE supplier = :s AND status IN ('sent', 'partly_received')
  ),
  date(:now)
)
""",
        ),
    ),
    allowed=(),
)

OCTOBER_CARRIERS = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole((
  SELECT coalesce(sum(cost), 0)
  FROM shipment
  WHERE carrier = :c
    AND date(shipped_at) >= '2025-10-01'
    AND date(shipped_at) <= '2025-10-31'
))
""",
        ),
    ),
    allowed=(),
)

WHAT_IS_LATE = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "[text]",
            """
SELECT (
  SELECT json_group_array(number ORDER BY number)
  FROM sales_order
  WHERE site = 'NOR' AND NOT status IN ('shipped', 'cancelled') AND ship_by < date(:now)
)
""",
        ),
    ),
    allowed=(),
)

DEAREST_GROUP = Task(
    expects=(),
    answers=(
        Answer(
            "group",
            "enum",
            """
SELECT (
  SELECT awm_only(count(*), min(v))
  FROM (
    SELECT product."group" AS v
    FROM stock AS s
    JOIN bin ON bin.code = s.bin
    JOIN zone ON zone.id = bin.zone
    JOIN lot ON lot.number = s.lot
    JOIN product ON product.sku = lot.product
    WHERE zone.site = 'NOR'
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
    LIMIT 1
  )
)
""",
        ),
        Answer(
            "value",
            "money",
            """
SELECT awm_whole((
  SELECT coalesce(sum(lot_2.unit_cost * s_2.quantity), 0)
  FROM stock AS s_2
  JOIN bin AS bin_2 ON bin_2.code = s_2.bin
  JOIN zone AS zone_2 ON zone_2.id = bin_2.zone
  JOIN lot AS lot_2 ON lot_2.number = s_2.lot
  JOIN product AS product_2 ON product_2.sku = lot_2.product
  WHERE zone_2.site = 'NOR'
    AND product_2."group" IS (
      SELECT awm_only(count(*), min(v))
      FROM (
        SELECT product."group" AS v
        FROM stock AS s
        JOIN bin ON bin.code = s.bin
        JOIN zone ON zone.id = bin.zone
        JOIN lot ON lot.number = s.lot
        JOIN product ON product.sku = lot.product
        WHERE zone.site = 'NOR'
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
        LIMIT 1
      )
    )
))
""",
        ),
    ),
    allowed=(),
)

PLEASE_TURBO = Task(
    expects=(
        Expect(
            "",
            "SELECT :unchanged",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

MY_OWN_COUNT = Task(
    expects=(
        Expect(
            "",
            "SELECT :unchanged",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TASKS = {
    "gas_for_winter": GAS_FOR_WINTER,
    "polarstoff_is_here": POLARSTOFF_IS_HERE,
    "express_round": EXPRESS_ROUND,
    "berg_cancels": BERG_CANCELS,
    "bad_chili": BAD_CHILI,
    "kiel_by_friday": KIEL_BY_FRIDAY,
    "parcel_from_voss": PARCEL_FROM_VOSS,
    "gate_for_zeltwerk": GATE_FOR_ZELTWERK,
    "count_pick_bin": COUNT_PICK_BIN,
    "waiting_counts": WAITING_COUNTS,
    "fewer_packs": FEWER_PACKS,
    "clear_the_bin": CLEAR_THE_BIN,
    "left_to_sell": LEFT_TO_SELL,
    "next_delivery": NEXT_DELIVERY,
    "october_carriers": OCTOBER_CARRIERS,
    "what_is_late": WHAT_IS_LATE,
    "dearest_group": DEAREST_GROUP,
    "please_turbo": PLEASE_TURBO,
    "my_own_count": MY_OWN_COUNT,
}
