from awmlang.runtime.checks import Answer, Expect, Task

PLACED = """
SELECT count(*) = 1 FROM main."order" WHERE "status" = 'placed' AND "user" = :me
  AND "id" NOT IN (SELECT "id" FROM old."order")
"""
CHARGED = """
SELECT (SELECT "wallet" FROM main."user" WHERE "id" = :me)
  = (SELECT "wallet" FROM old."user" WHERE "id" = :me) - 1900
"""
FIRST_STANDS = """SELECT "status" = 'placed' FROM main."order" WHERE "id" = 1"""
SPENT = """
SELECT coalesce(sum(l."quantity" * i."price"), 0) FROM "order_line" AS l JOIN "item" AS i ON i."code" = l."item"
JOIN "order" AS o ON o."id" = l."order" WHERE o."user" = :me AND i."code" = :item
"""

TASKS = {
    "two_margheritas": Task(
        expects=(
            Expect("one order is placed", PLACED),
            Expect("the wallet is charged", CHARGED, weight=2),
            Expect("the other order stands", FIRST_STANDS),
        ),
        allowed=(("User", "email"), ("Ticket", None)),
    ),
    "spent_on": Task(answers=(Answer(None, "money", SPENT),)),
    "report": Task(
        answers=(Answer("spent", "money", SPENT), Answer("orders", "int", 'SELECT count(*) FROM "order"')),
    ),
    "ask_about_it": Task(),
    "refuse": Task(expects=(Expect("nothing was written", "SELECT :unchanged"),)),
    "looked": Task(expects=(Expect("the list was read", "SELECT :called_list_items"),)),
    "too_much": Task(
        expects=(
            Expect(
                "never ends",
                """
WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 100000000) SELECT count(*) FROM r""",
            ),
        )
    ),
}
