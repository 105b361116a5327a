"""How the tasks of retail_bank are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

RENT_GOES_UP = Task(
    expects=(
        Expect(
            "the rent is changed",
            """
SELECT (SELECT standing_order.amount FROM standing_order WHERE standing_order.id = 1) = 124500
  AND (
    SELECT standing_order_2.next_on
    FROM standing_order AS standing_order_2
    WHERE standing_order_2.id = 1
  ) = '2025-11-01'
  AND (
    SELECT standing_order_3.is_active
    FROM standing_order AS standing_order_3
    WHERE standing_order_3.id = 1
  )
""",
            weight=1,
        ),
        Expect(
            "the garage is not",
            "SELECT (SELECT amount FROM standing_order WHERE id = 2) = 8500",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TILES_INVOICE = Task(
    expects=(
        Expect(
            "it is scheduled for the 15th",
            """
SELECT EXISTS(
  SELECT 1
  FROM transfer
  WHERE NOT EXISTS(SELECT 1 FROM old.transfer AS other WHERE other.id = transfer.id)
    AND transfer.account = 'LB10000000000022'
    AND transfer.payee = 2
    AND transfer.amount = 34860
    AND transfer.status = 'scheduled'
    AND transfer.execute_on = '2025-10-15'
)
""",
            weight=2,
        ),
        Expect(
            "with the number of the invoice",
            """
SELECT EXISTS(
  SELECT 1
  FROM transfer
  WHERE NOT EXISTS(SELECT 1 FROM old.transfer AS other WHERE other.id = transfer.id)
    AND awm_contains(transfer.purpose, 'R-2025-118')
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TICKETS_FOR_LENA = Task(
    expects=(
        Expect(
            "she is paid",
            """
SELECT EXISTS(
  SELECT 1
  FROM transfer
  JOIN payee ON payee.id = transfer.payee
  WHERE NOT EXISTS(SELECT 1 FROM old.transfer AS other WHERE other.id = transfer.id)
    AND transfer.account = 'LB10000000000011'
    AND payee.iban = 'LB20000000004711'
    AND transfer.amount = 4500
    AND transfer.status = 'done'
)
""",
            weight=1,
        ),
        Expect(
            "on her new account",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  )
  FROM account
  WHERE account.iban = 'LB20000000004711'
) = (
  SELECT (
    SELECT coalesce(sum(entry_2.amount), 0)
    FROM old.entry AS entry_2
    WHERE entry_2.account = account_2.iban
  )
  FROM old.account AS account_2
  WHERE account_2.iban = 'LB20000000004711'
) + 4500
""",
            weight=2,
        ),
        Expect(
            "which is known as hers",
            """
SELECT EXISTS(
  SELECT 1
  FROM payee
  WHERE NOT EXISTS(SELECT 1 FROM old.payee AS other WHERE other.id = payee.id)
    AND payee.name = 'Lena Vogt'
    AND payee.iban = 'LB20000000004711'
)
""",
            weight=1,
        ),
        Expect(
            "the statement says so, too",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
    AND entry.category IS NOT NULL
)
  AND EXISTS(
    SELECT 1
    FROM entry AS entry_2
    WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other_2 WHERE other_2.id = entry_2.id)
      AND entry_2.account = 'LB10000000000011'
      AND entry_2.counterparty = 'Lena Vogt'
  )
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

CARD_IN_PORTO = Task(
    expects=(
        Expect(
            "blocked and replaced",
            """
SELECT (SELECT card.status FROM card WHERE card.id = 3) = 'blocked'
  AND EXISTS(
    SELECT 1
    FROM card AS card_2
    WHERE NOT EXISTS(SELECT 1 FROM old.card AS other WHERE other.id = card_2.id)
      AND card_2.replaces IS 3
      AND card_2.customer = :me
      AND card_2.status = 'active'
      AND card_2.month_limit = (
        SELECT card_3.month_limit FROM card AS card_3 WHERE card_3.id = 3
      )
      AND card_2.works_abroad = (
        SELECT card_4.works_abroad FROM card AS card_4 WHERE card_4.id = 3
      )
  )
""",
            weight=1,
        ),
        Expect(
            "both payments are disputed",
            """
SELECT EXISTS(
  SELECT 1
  FROM dispute
  WHERE NOT EXISTS(SELECT 1 FROM old.dispute AS other WHERE other.id = dispute.id)
    AND dispute.payment = 3
    AND dispute.reason = 'not_mine'
)
  AND EXISTS(
    SELECT 1
    FROM dispute AS dispute_2
    WHERE NOT EXISTS(SELECT 1 FROM old.dispute AS other_2 WHERE other_2.id = dispute_2.id)
      AND dispute_2.payment = 4
      AND dispute_2.reason = 'not_mine'
  )
""",
            weight=2,
        ),
        Expect(
            "the third is undone by the block",
            "SELECT (SELECT status FROM card_payment WHERE id = 5) = 'reversed'",
            weight=1,
        ),
        Expect(
            "Jonas is in Porto, his card stays",
            """
SELECT (SELECT card.status FROM card WHERE card.id = 4) = 'active'
  AND (
    SELECT dispute.id FROM dispute WHERE dispute.payment = 6 ORDER BY dispute.id LIMIT 1
  ) IS NULL
""",
            weight=1,
        ),
        Expect(
            "credits are in no category",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
    AND entry.category IS NOT NULL
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
SELECT awm_whole((
  SELECT coalesce(sum(dispute.credited), 0)
  FROM dispute
  WHERE NOT EXISTS(SELECT 1 FROM old.dispute AS other WHERE other.id = dispute.id)
))
""",
        ),
    ),
    allowed=(),
)

GYM_AGAIN = Task(
    expects=(
        Expect(
            "October comes back",
            """
SELECT EXISTS(
  SELECT 1
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
    AND entry.refund_of IS 31
    AND entry.amount = 5990
    AND entry.category IS (
      SELECT entry_2.category FROM entry AS entry_2 WHERE entry_2.id = 31
    )
)
""",
            weight=1,
        ),
        Expect(
            "and never again",
            "SELECT (SELECT status FROM mandate WHERE id = 2) = 'revoked'",
            weight=1,
        ),
        Expect(
            "the physiotherapist stays",
            "SELECT (SELECT status FROM mandate WHERE id = 3) = 'active'",
            weight=1,
        ),
        Expect(
            "September was due",
            """
SELECT (
  SELECT count(*)
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
) = 1
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

LEAVE_TWO_THOUSAND = Task(
    expects=(
        Expect(
            "2,000 are left",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  )
  FROM account
  WHERE account.iban = 'LB10000000000011'
) - (
  SELECT (SELECT coalesce(sum(pot.saved), 0) FROM pot WHERE pot.account = account_2.iban)
  FROM account AS account_2
  WHERE account_2.iban = 'LB10000000000011'
) = 200000
""",
            weight=2,
        ),
        Expect(
            "the rest is on Rainy day",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  )
  FROM account
  WHERE account.iban = 'LB10000000000033'
) = (
  SELECT (
    SELECT coalesce(sum(entry_2.amount), 0)
    FROM old.entry AS entry_2
    WHERE entry_2.account = account_2.iban
  )
  FROM old.account AS account_2
  WHERE account_2.iban = 'LB10000000000033'
) + (
  SELECT (
    SELECT coalesce(sum(entry_3.amount), 0)
    FROM old.entry AS entry_3
    WHERE entry_3.account = account_3.iban
  )
  FROM old.account AS account_3
  WHERE account_3.iban = 'LB10000000000011'
) - (
  SELECT (
    SELECT coalesce(sum(entry_4.amount), 0)
    FROM entry AS entry_4
    WHERE entry_4.account = account_4.iban
  )
  FROM account AS account_4
  WHERE account_4.iban = 'LB10000000000011'
)
""",
            weight=1,
        ),
        Expect(
            "moves are in no category",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
    AND entry.category IS NOT NULL
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
SELECT awm_whole(
  (
    SELECT (
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
    )
    FROM account
    WHERE account.iban = 'LB10000000000033'
  )
  - (
    SELECT (
      SELECT coalesce(sum(entry_2.amount), 0)
      FROM old.entry AS entry_2
      WHERE entry_2.account = account_2.iban
    )
    FROM old.account AS account_2
    WHERE account_2.iban = 'LB10000000000033'
  )
)
""",
        ),
    ),
    allowed=(),
)

SOFA_POT = Task(
    expects=(
        Expect(
            "the laptop has 150 less",
            "SELECT (SELECT awm_present(2, count(*), min(saved)) FROM pot WHERE id = 2) = 20000",
            weight=1,
        ),
        Expect(
            "the sofa has them",
            """
SELECT EXISTS(
  SELECT 1
  FROM pot
  WHERE NOT EXISTS(SELECT 1 FROM old.pot AS other WHERE other.id = pot.id)
    AND pot.account = 'LB10000000000011'
    AND awm_lower(pot.name) = 'sofa'
    AND pot.target = 120000
    AND pot.wanted_by IS '2026-04-05'
    AND pot.saved = 15000
)
""",
            weight=2,
        ),
    ),
    answers=(),
    allowed=(),
)

DOLLARS_HOME = Task(
    expects=(
        Expect(
            "400 dollars are changed",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  )
  FROM account
  WHERE account.iban = 'LB10000000000044'
) = (
  SELECT (
    SELECT coalesce(sum(entry_2.amount), 0)
    FROM old.entry AS entry_2
    WHERE entry_2.account = account_2.iban
  )
  FROM old.account AS account_2
  WHERE account_2.iban = 'LB10000000000044'
) - 40000
""",
            weight=1,
        ),
        Expect(
            "into euros on Everyday",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  )
  FROM account
  WHERE account.iban = 'LB10000000000011'
) > (
  SELECT (
    SELECT coalesce(sum(entry_2.amount), 0)
    FROM old.entry AS entry_2
    WHERE entry_2.account = account_2.iban
  )
  FROM old.account AS account_2
  WHERE account_2.iban = 'LB10000000000011'
)
""",
            weight=1,
        ),
        Expect(
            "moves are in no category",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
    AND entry.category IS NOT NULL
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
SELECT awm_whole(
  (
    SELECT (
      SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
    )
    FROM account
    WHERE account.iban = 'LB10000000000011'
  )
  - (
    SELECT (
      SELECT coalesce(sum(entry_2.amount), 0)
      FROM old.entry AS entry_2
      WHERE entry_2.account = account_2.iban
    )
    FROM old.account AS account_2
    WHERE account_2.iban = 'LB10000000000011'
  )
)
""",
        ),
    ),
    allowed=(),
)

CAR_SOONER = Task(
    expects=(
        Expect(
            "1,000 less is owed",
            """
SELECT (
  SELECT loan.principal
    - loan.extra_paid
    - (
      SELECT coalesce(sum(instalment.principal_part), 0)
      FROM instalment
      WHERE instalment.loan = loan.id AND instalment.paid_on IS NOT NULL
    )
  FROM loan
  WHERE loan.id = 1
) = (
  SELECT loan_2.principal
    - loan_2.extra_paid
    - (
      SELECT coalesce(sum(instalment_2.principal_part), 0)
      FROM old.instalment AS instalment_2
      WHERE instalment_2.loan = loan_2.id AND instalment_2.paid_on IS NOT NULL
    )
  FROM old.loan AS loan_2
  WHERE loan_2.id = 1
) - 100000
""",
            weight=1,
        ),
        Expect(
            "from Rainy day",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.account = account.iban
  )
  FROM account
  WHERE account.iban = 'LB10000000000033'
) = (
  SELECT (
    SELECT coalesce(sum(entry_2.amount), 0)
    FROM old.entry AS entry_2
    WHERE entry_2.account = account_2.iban
  )
  FROM old.account AS account_2
  WHERE account_2.iban = 'LB10000000000033'
) - 100000
""",
            weight=1,
        ),
        Expect(
            "in no category, as nobody asked for one",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM entry
  WHERE NOT EXISTS(SELECT 1 FROM old.entry AS other WHERE other.id = entry.id)
    AND entry.category IS NOT NULL
)
""",
            weight=1,
        ),
    ),
    answers=(
        Answer(
            None,
            "date",
            """
SELECT coalesce(
  (
    SELECT (SELECT max(instalment.due_on) FROM instalment WHERE instalment.loan = loan.id)
    FROM loan
    WHERE loan.id = 1
  ),
  date(:now)
)
""",
        ),
    ),
    allowed=(),
)

MEET_ABOUT_A_HOUSE = Task(
    expects=(
        Expect(
            "the first time there is",
            """
SELECT EXISTS(
  SELECT 1
  FROM meeting
  WHERE NOT EXISTS(SELECT 1 FROM old.meeting AS other WHERE other.id = meeting.id)
    AND meeting.customer = :me
    AND meeting.adviser = 2
    AND meeting.topic = 'mortgages'
    AND meeting.starts_at = '2025-10-07T14:30:00'
    AND meeting.ends_at = '2025-10-07T15:30:00'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

COFFEE_IS_EATING_OUT = Task(
    expects=(
        Expect(
            "there is a rule",
            """
SELECT EXISTS(
  SELECT 1
  FROM rule
  WHERE customer = :me AND awm_contains(awm_lower(word), 'kaffeehaus') AND category = 3
)
""",
            weight=1,
        ),
        Expect(
            "the past is sorted too",
            """
SELECT NOT EXISTS(
  SELECT 1 FROM entry WHERE counterparty = 'Kaffeehaus Moser' AND category IS NOT 3
)
""",
            weight=2,
        ),
        Expect(
            "the builders' market is something else",
            "SELECT (SELECT category FROM entry WHERE id = 17) IS 1",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

STOP_THE_ELECTRICIAN = Task(
    expects=(
        Expect(
            "it is stopped",
            "SELECT (SELECT status FROM transfer WHERE id = 4) = 'cancelled'",
            weight=1,
        ),
        Expect(
            "the others are not",
            """
SELECT (SELECT transfer.status FROM transfer WHERE transfer.id = 3) = 'scheduled'
  AND (SELECT transfer_2.status FROM transfer AS transfer_2 WHERE transfer_2.id = 5) = 'scheduled'
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

SPENT_IN_SEPTEMBER = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole(
  -(
    SELECT coalesce(sum(e.amount), 0)
    FROM entry AS e
    JOIN account ON account.iban = e.account
    WHERE EXISTS(
      SELECT 1 FROM holder WHERE holder.account = account.iban AND holder.customer = :me
    )
      AND e.category IS :c
      AND date(e.booked_at) >= '2025-09-01'
      AND date(e.booked_at) <= '2025-09-30'
  )
)
""",
        ),
    ),
    allowed=(),
)

POT_PROGRESS = Task(
    expects=(),
    answers=(
        Answer(
            "missing",
            "money",
            """
SELECT (
  SELECT awm_present(:p, count(*), min(max(target - saved, 0))) FROM pot WHERE id = :p
)
""",
        ),
        Answer(
            "a_month",
            "money",
            """
SELECT awm_scale(
  (
    SELECT awm_present(:p, count(*), min(max(pot_2.target - pot_2.saved, 0)))
    FROM pot AS pot_2
    WHERE pot_2.id = :p
  ),
  '/',
  coalesce(
    (
      SELECT awm_present(
        :p,
        count(*),
        min(CASE
          WHEN pot.wanted_by IS NULL THEN NULL
          ELSE max(
            (awm_year(pot.wanted_by) - awm_year(:now)) * 12
            + awm_month(pot.wanted_by)
            - awm_month(:now),
            1
          )
        END)
      )
      FROM pot
      WHERE pot.id = :p
    ),
    1
  )
)
""",
        ),
    ),
    allowed=(),
)

REST_OF_OCTOBER = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole(
  (
    SELECT coalesce(sum(standing_order.amount), 0)
    FROM standing_order
    WHERE standing_order.account = :a
      AND standing_order.is_active
      AND standing_order.next_on <= '2025-10-31'
  )
  + (
    SELECT coalesce(sum(transfer.amount), 0)
    FROM transfer
    WHERE transfer.account = :a
      AND transfer.status = 'scheduled'
      AND transfer.execute_on <= '2025-10-31'
  )
  + (
    SELECT coalesce(sum(instalment.principal_part + instalment.interest), 0)
    FROM instalment
    JOIN loan ON loan.id = instalment.loan
    WHERE loan.account = :a
      AND instalment.paid_on IS NULL
      AND instalment.due_on <= '2025-10-31'
  )
)
""",
        ),
    ),
    allowed=(),
)

END_OF_AUGUST = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole((
  SELECT coalesce(sum(amount), 0)
  FROM entry
  WHERE account = 'LB10000000000022' AND date(booked_at) <= '2025-08-31'
))
""",
        ),
    ),
    allowed=(),
)

BIGGEST_THIRD_QUARTER = Task(
    expects=(),
    answers=(
        Answer(
            "who",
            "text",
            """
SELECT (
  SELECT awm_only(count(*), min(v))
  FROM (
    SELECT counterparty AS v
    FROM entry
    WHERE account = 'LB10000000000022'
      AND amount < 0
      AND date(booked_at) >= '2025-07-01'
      AND date(booked_at) <= '2025-09-30'
    GROUP BY counterparty
    ORDER BY coalesce(sum(amount), 0), awm_fold(counterparty), counterparty
    LIMIT 1
  )
)
""",
        ),
        Answer(
            "paid",
            "money",
            """
SELECT awm_whole(
  -(
    SELECT coalesce(sum(amount), 0)
    FROM entry
    WHERE account = 'LB10000000000022'
      AND counterparty = 'Hausverwaltung Linde'
      AND date(booked_at) >= '2025-07-01'
      AND date(booked_at) <= '2025-09-30'
  )
)
""",
        ),
    ),
    allowed=(),
)

CAR_IN_TWO_PARTS = Task(
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

SAFETY_ACCOUNT = Task(
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

FROM_MIAS_SAVINGS = Task(
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
    "rent_goes_up": RENT_GOES_UP,
    "tiles_invoice": TILES_INVOICE,
    "tickets_for_lena": TICKETS_FOR_LENA,
    "card_in_porto": CARD_IN_PORTO,
    "gym_again": GYM_AGAIN,
    "leave_two_thousand": LEAVE_TWO_THOUSAND,
    "sofa_pot": SOFA_POT,
    "dollars_home": DOLLARS_HOME,
    "car_sooner": CAR_SOONER,
    "meet_about_a_house": MEET_ABOUT_A_HOUSE,
    "coffee_is_eating_out": COFFEE_IS_EATING_OUT,
    "stop_the_electrician": STOP_THE_ELECTRICIAN,
    "spent_in_september": SPENT_IN_SEPTEMBER,
    "pot_progress": POT_PROGRESS,
    "rest_of_october": REST_OF_OCTOBER,
    "end_of_august": END_OF_AUGUST,
    "biggest_third_quarter": BIGGEST_THIRD_QUARTER,
    "car_in_two_parts": CAR_IN_TWO_PARTS,
    "safety_account": SAFETY_ACCOUNT,
    "from_mias_savings": FROM_MIAS_SAVINGS,
}
