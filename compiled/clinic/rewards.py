"""How the tasks of clinic are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

BOOK_FIRST = Task(
    expects=(
        Expect(
            "the earliest slot is booked",
            """
SELECT EXISTS(
  SELECT 1
  FROM appointment
  WHERE NOT EXISTS(SELECT 1 FROM old.appointment AS other WHERE other.id = appointment.id)
    AND appointment.slot = 7
    AND appointment.patient = :me
    AND appointment.reason = 'chest pain'
    AND appointment.status = 'booked'
)
""",
            weight=1,
        ),
        Expect(
            "a reminder the day before",
            """
SELECT EXISTS(
  SELECT 1
  FROM reminder
  JOIN appointment ON appointment.id = reminder.appointment
  WHERE NOT EXISTS(SELECT 1 FROM old.reminder AS other WHERE other.id = reminder.id)
    AND appointment.slot = 7
    AND reminder.send_at = awm_shift(
      (SELECT slot.starts_at FROM slot WHERE slot.id = 7), -awm_hours(24)
    )
)
""",
            weight=1,
        ),
        Expect(
            "and one on the day",
            """
SELECT EXISTS(
  SELECT 1
  FROM reminder
  JOIN appointment ON appointment.id = reminder.appointment
  WHERE NOT EXISTS(SELECT 1 FROM old.reminder AS other WHERE other.id = reminder.id)
    AND appointment.slot = 7
    AND reminder.send_at = awm_shift(
      (SELECT slot.starts_at FROM slot WHERE slot.id = 7), -awm_hours(2)
    )
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

CANCEL_LATE = Task(
    expects=(
        Expect(
            "it is cancelled",
            """
SELECT (SELECT appointment.status FROM appointment WHERE appointment.id = 3) = 'cancelled'
  AND (
    SELECT slot.status
    FROM appointment AS appointment_2
    JOIN slot ON slot.id = appointment_2.slot
    WHERE appointment_2.id = 3
  ) = 'open'
""",
            weight=1,
        ),
        Expect(
            "the late fee is billed",
            """
SELECT (
  SELECT coalesce(sum(invoice_line.amount), 0)
  FROM invoice_line
  WHERE NOT EXISTS(
    SELECT 1 FROM old.invoice_line AS other WHERE other.id = invoice_line.id
  )
) = awm_scale((SELECT doctor.fee FROM doctor WHERE doctor.id = 4), '*', 30, '/', 100)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

GIVE_UP_WEDNESDAY = Task(
    expects=(
        Expect(
            "it is cancelled",
            "SELECT (SELECT status FROM appointment WHERE id = 4) = 'cancelled'",
            weight=1,
        ),
        Expect(
            "who waited longest gets the slot",
            "SELECT (SELECT status FROM waiting_entry WHERE id = 2) = 'promoted'",
            weight=1,
        ),
        Expect(
            "and nobody else",
            "SELECT (SELECT status FROM waiting_entry WHERE id = 1) = 'waiting'",
            weight=1,
        ),
        Expect(
            "no fee",
            """
SELECT (
  SELECT count(*)
  FROM invoice
  WHERE NOT EXISTS(SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number)
) = 0
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
  SELECT coalesce(
    sum(
      (
        SELECT coalesce(sum(invoice_line.amount), 0)
        FROM invoice_line
        WHERE invoice_line.invoice = invoice.number
      )
      - (
        SELECT coalesce(sum(invoice_line_2.covered), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )
      - (
        SELECT coalesce(
          sum(CASE
            WHEN payment.kind = 'payment' THEN payment.amount
            ELSE -payment.amount
          END),
          0
        )
        FROM payment
        WHERE payment.invoice = invoice.number
      )
    ),
    0
  )
  FROM invoice
  WHERE NOT EXISTS(SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number)
))
""",
        ),
    ),
    allowed=(),
)

MOVE_WEDNESDAY = Task(
    expects=(
        Expect(
            "moved",
            """
SELECT (SELECT appointment.slot FROM appointment WHERE appointment.id = 4) = 5
  AND (SELECT slot.status FROM slot WHERE slot.id = 4) = 'open'
""",
            weight=1,
        ),
        Expect(
            "reminders move along",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM reminder
  WHERE reminder.appointment = 4
    AND reminder.send_at IS NOT awm_shift(
      (
        SELECT reminder_2.send_at
        FROM old.reminder AS reminder_2
        WHERE reminder_2.id = reminder.id
      ),
      awm_minutes(30)
    )
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ORDER_RAMIPRIL = Task(
    expects=(
        Expect(
            "45 tablets",
            """
SELECT EXISTS(
  SELECT 1
  FROM medicine_line
  JOIN medicine_order AS order_ ON order_.number = medicine_line."order"
  WHERE NOT EXISTS(
    SELECT 1 FROM old.medicine_line AS other WHERE other.id = medicine_line.id
  )
    AND medicine_line.prescription = 1
    AND medicine_line.quantity = 45
    AND order_.pharmacy = 1
    AND order_.status = 'placed'
)
""",
            weight=1,
        ),
        Expect(
            "a refill is used",
            """
SELECT (SELECT prescription.refills_left FROM prescription WHERE prescription.id = 1) = (
  SELECT prescription_2.refills_left
  FROM old.prescription AS prescription_2
  WHERE prescription_2.id = 1
) - 1
""",
            weight=2,
        ),
        Expect(
            "paid from credit",
            """
SELECT EXISTS(
  SELECT 1
  FROM payment
  WHERE NOT EXISTS(SELECT 1 FROM old.payment AS other WHERE other.id = payment.id)
    AND payment.method = 'credit'
    AND payment.amount = (
      SELECT patient.credit FROM old.patient AS patient WHERE patient.id = :me
    ) - me.credit
)
FROM patient AS me
WHERE me.id = :me
""",
            weight=1,
        ),
        Expect(
            "from its stock",
            """
SELECT (
  SELECT awm_only(count(*), min(stock.quantity))
  FROM stock
  WHERE stock.pharmacy = 1 AND stock.drug = 1
) = (
  SELECT awm_only(count(*), min(stock_2.quantity))
  FROM old.stock AS stock_2
  WHERE stock_2.pharmacy = 1 AND stock_2.drug = 1
) - 45
""",
            weight=1,
        ),
        Expect(
            "nothing is left to pay",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM invoice
  WHERE NOT EXISTS(SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number)
    AND invoice.status <> 'paid'
)
  AND EXISTS(
    SELECT 1
    FROM invoice AS invoice_2
    WHERE NOT EXISTS(
      SELECT 1 FROM old.invoice AS other_2 WHERE other_2.number = invoice_2.number
    )
  )
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

PAY_HALF = Task(
    expects=(
        Expect(
            "half is left",
            """
SELECT (
  SELECT coalesce(sum(invoice_line.amount), 0)
  FROM invoice_line
  WHERE invoice_line.invoice = i.number
) - (
  SELECT coalesce(sum(invoice_line_2.covered), 0)
  FROM invoice_line AS invoice_line_2
  WHERE invoice_line_2.invoice = i.number
) - (
  SELECT coalesce(
    sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
    0
  )
  FROM payment
  WHERE payment.invoice = i.number
) = (
  SELECT (
    SELECT coalesce(sum(invoice_line_3.amount), 0)
    FROM old.invoice_line AS invoice_line_3
    WHERE invoice_line_3.invoice = invoice.number
  )
    - (
      SELECT coalesce(sum(invoice_line_4.covered), 0)
      FROM old.invoice_line AS invoice_line_4
      WHERE invoice_line_4.invoice = invoice.number
    )
    - (
      SELECT coalesce(
        sum(CASE
          WHEN payment_2.kind = 'payment' THEN payment_2.amount
          ELSE -payment_2.amount
        END),
        0
      )
      FROM old.payment AS payment_2
      WHERE payment_2.invoice = invoice.number
    )
  FROM old.invoice AS invoice
  WHERE invoice.number = :i
) - awm_round_money(
  awm_scale(
    (
      SELECT (
        SELECT coalesce(sum(invoice_line_5.amount), 0)
        FROM old.invoice_line AS invoice_line_5
        WHERE invoice_line_5.invoice = invoice_2.number
      )
        - (
          SELECT coalesce(sum(invoice_line_6.covered), 0)
          FROM old.invoice_line AS invoice_line_6
          WHERE invoice_line_6.invoice = invoice_2.number
        )
        - (
          SELECT coalesce(
            sum(CASE
              WHEN payment_3.kind = 'payment' THEN payment_3.amount
              ELSE -payment_3.amount
            END),
            0
          )
          FROM old.payment AS payment_3
          WHERE payment_3.invoice = invoice_2.number
        )
      FROM old.invoice AS invoice_2
      WHERE invoice_2.number = :i
    ),
    '/',
    2
  ),
  2
)
FROM invoice AS i
WHERE i.number = :i
""",
            weight=1,
        ),
        Expect(
            "paid by card",
            """
SELECT EXISTS(
  SELECT 1
  FROM payment
  WHERE NOT EXISTS(SELECT 1 FROM old.payment AS other WHERE other.id = payment.id)
    AND payment.invoice = :i
    AND payment.method = 'card'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

WHAT_DO_I_OWE = Task(
    expects=(),
    answers=(
        Answer(
            "owed",
            "money",
            """
SELECT awm_whole((
  SELECT coalesce(
    sum(
      (
        SELECT coalesce(sum(invoice_line.amount), 0)
        FROM invoice_line
        WHERE invoice_line.invoice = invoice.number
      )
      - (
        SELECT coalesce(sum(invoice_line_2.covered), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )
      - (
        SELECT coalesce(
          sum(CASE
            WHEN payment.kind = 'payment' THEN payment.amount
            ELSE -payment.amount
          END),
          0
        )
        FROM payment
        WHERE payment.invoice = invoice.number
      )
    ),
    0
  )
  FROM invoice
  WHERE invoice.patient = me.id AND invoice.status IN ('open', 'partly_paid')
))
FROM patient AS me
WHERE me.id = :me
""",
        ),
        Answer(
            "due_on",
            "date",
            """
SELECT (
  SELECT awm_only(count(*), min(v))
  FROM (
    SELECT due_on AS v
    FROM invoice
    WHERE patient = :me AND status IN ('open', 'partly_paid')
    ORDER BY due_on, number
    LIMIT 1
  )
)
""",
        ),
    ),
    allowed=(),
)

DAYS_LEFT = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "int",
            """
SELECT awm_floor(awm_divide(awm_elapsed(expires_on, date(:now)), awm_days(1)))
FROM prescription
WHERE id = :p
""",
        ),
    ),
    allowed=(),
)

REFUND_JANUARY = Task(
    expects=(),
    answers=(),
    allowed=(),
)

WAIT_FOR_SKIN = Task(
    expects=(
        Expect(
            "on the list",
            """
SELECT EXISTS(
  SELECT 1
  FROM waiting_entry
  WHERE NOT EXISTS(
    SELECT 1 FROM old.waiting_entry AS other WHERE other.id = waiting_entry.id
  )
    AND waiting_entry.doctor = 3
    AND waiting_entry.patient = :me
    AND waiting_entry.earliest = date(:now)
    AND waiting_entry.latest = awm_shift(date(:now), awm_days(14))
    AND waiting_entry.status = 'waiting'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TASKS = {
    "book_first": BOOK_FIRST,
    "cancel_late": CANCEL_LATE,
    "give_up_wednesday": GIVE_UP_WEDNESDAY,
    "move_wednesday": MOVE_WEDNESDAY,
    "order_ramipril": ORDER_RAMIPRIL,
    "pay_half": PAY_HALF,
    "what_do_i_owe": WHAT_DO_I_OWE,
    "days_left": DAYS_LEFT,
    "refund_january": REFUND_JANUARY,
    "wait_for_skin": WAIT_FOR_SKIN,
}
