"""How the tasks of food_delivery are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

TWO_MARGHERITAS = Task(
    expects=(
        Expect(
            "one order goes home",
            """
SELECT (
  SELECT count(*)
  FROM "order" AS order_
  WHERE NOT EXISTS(SELECT 1 FROM old."order" AS other WHERE other.id = order_.id)
    AND order_.status = 'placed'
    AND order_.address IS 1
) = 1
""",
            weight=1,
        ),
        Expect(
            "two Margheritas",
            """
SELECT EXISTS(
  SELECT 1
  FROM order_line
  WHERE NOT EXISTS(SELECT 1 FROM old.order_line AS other WHERE other.id = order_line.id)
    AND order_line.item = 1
    AND order_line.quantity = 2
)
""",
            weight=2,
        ),
        Expect(
            "the wallet is charged",
            """
SELECT me.wallet = (SELECT user.wallet FROM old.user AS user WHERE user.id = :me) - (
  SELECT menu_item.price FROM menu_item WHERE menu_item.id = 1
) * 2
FROM user AS me
WHERE me.id = :me
""",
            weight=1,
        ),
        Expect(
            "the other order stays",
            "SELECT (SELECT status FROM \"order\" WHERE id = 1) = 'placed'",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

SPEND_AT = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole((
  SELECT coalesce(
    sum((
      SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
      FROM order_line
      WHERE order_line."order" = order_.id
    )),
    0
  )
  FROM "order" AS order_
  WHERE order_.user = :me AND order_.restaurant = :r AND order_.status = 'delivered'
))
""",
        ),
    ),
    allowed=(),
)

CANCEL_DINNER = Task(
    expects=(
        Expect(
            "the order is cancelled",
            "SELECT (SELECT status FROM \"order\" WHERE id = 1) = 'cancelled'",
            weight=1,
        ),
        Expect(
            "it is refunded",
            """
SELECT me.wallet = (SELECT user.wallet FROM old.user AS user WHERE user.id = :me) + (
  SELECT (
    SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
    FROM order_line
    WHERE order_line."order" = order_.id
  )
  FROM "order" AS order_
  WHERE order_.id = 1
) + (SELECT order_2.tip FROM "order" AS order_2 WHERE order_2.id = 1)
FROM user AS me
WHERE me.id = :me
""",
            weight=1,
        ),
    ),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole(
  (
    SELECT (
      SELECT coalesce(sum(order_line.unit_price * order_line.quantity), 0)
      FROM order_line
      WHERE order_line."order" = order_.id
    )
    FROM "order" AS order_
    WHERE order_.id = 1
  )
  + (SELECT order_2.tip FROM "order" AS order_2 WHERE order_2.id = 1)
)
""",
        ),
    ),
    allowed=(),
)

NOT_HIS_WALLET = Task(
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
    "two_margheritas": TWO_MARGHERITAS,
    "spend_at": SPEND_AT,
    "cancel_dinner": CANCEL_DINNER,
    "not_his_wallet": NOT_HIS_WALLET,
}
