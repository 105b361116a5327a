"""How the tasks of project_tracker are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

REPORT_THE_BLANK_TICKET = Task(
    expects=(
        Expect(
            "an urgent bug, due on Friday",
            """
SELECT EXISTS(
  SELECT 1
  FROM issue
  WHERE NOT EXISTS(SELECT 1 FROM old.issue AS other WHERE other.number = issue.number)
    AND issue.project = 'LUM'
    AND issue.title = 'PDF ticket is blank in Safari'
    AND issue.kind = 'bug'
    AND issue.status = 'backlog'
    AND issue.priority = 'urgent'
    AND issue.due_on IS '2026-03-20'
    AND issue.estimate IS NULL
    AND issue.milestone IS NULL
    AND issue.parent IS NULL
)
""",
            weight=2,
        ),
        Expect(
            "Sofia has it",
            """
SELECT (
  SELECT count(*)
  FROM issue
  WHERE NOT EXISTS(SELECT 1 FROM old.issue AS other WHERE other.number = issue.number)
    AND issue.assignee IS 3
) = 1
""",
            weight=1,
        ),
        Expect(
            "the new label is on it",
            """
SELECT EXISTS(
  SELECT 1
  FROM issue_label
  JOIN label ON label.id = issue_label.label
  WHERE NOT EXISTS(SELECT 1 FROM old.issue_label AS other WHERE other.id = issue_label.id)
    AND label.name = 'browser'
    AND label.project = 'LUM'
)
""",
            weight=1,
        ),
        Expect(
            "Sofia is told",
            """
SELECT EXISTS(
  SELECT 1
  FROM notification
  WHERE NOT EXISTS(
    SELECT 1 FROM old.notification AS other WHERE other.id = notification.id
  )
    AND notification.person = 3
    AND notification.kind = 'assigned'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

PAYMENTS_CAN_START = Task(
    expects=(
        Expect(
            "the connection is finished",
            """
SELECT (SELECT issue.status FROM issue WHERE issue.number = 'NL-002') = 'done'
  AND (SELECT issue_2.resolution FROM issue AS issue_2 WHERE issue_2.number = 'NL-002') IS 'finished'
""",
            weight=1,
        ),
        Expect(
            "the story has started",
            """
SELECT (SELECT issue.status FROM issue WHERE issue.number = 'NL-001') = 'in_progress'
  AND (SELECT issue_2.started_at FROM issue AS issue_2 WHERE issue_2.number = 'NL-001') IS NOT NULL
""",
            weight=1,
        ),
        Expect(
            "Jonas hears that it can start",
            """
SELECT EXISTS(
  SELECT 1
  FROM notification
  WHERE NOT EXISTS(
    SELECT 1 FROM old.notification AS other WHERE other.id = notification.id
  )
    AND notification.person = 2
    AND notification.issue IS 'NL-001'
    AND notification.kind = 'unblocked'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

SAME_BUG_TWICE = Task(
    expects=(
        Expect(
            "Ben's is a duplicate of Sofia's",
            """
SELECT (SELECT issue.status FROM issue WHERE issue.number = 'NL-004') = 'cancelled'
  AND (SELECT issue_2.resolution FROM issue AS issue_2 WHERE issue_2.number = 'NL-004') IS 'duplicate'
  AND (SELECT issue_3.duplicate_of FROM issue AS issue_3 WHERE issue_3.number = 'NL-004') IS 'NL-003'
""",
            weight=1,
        ),
        Expect(
            "Sofia's stays open",
            "SELECT (SELECT status FROM issue WHERE number = 'NL-003') = 'in_progress'",
            weight=1,
        ),
        Expect(
            "who watched Ben's watches Sofia's",
            """
SELECT EXISTS(SELECT 1 FROM watch WHERE watch.issue = 'NL-003' AND watch.person = 8)
  AND EXISTS(
    SELECT 1 FROM watch AS watch_2 WHERE watch_2.issue = 'NL-003' AND watch_2.person = :me
  )
""",
            weight=1,
        ),
        Expect(
            "one comment, on hers",
            """
SELECT (
  SELECT count(*)
  FROM comment
  WHERE NOT EXISTS(SELECT 1 FROM old.comment AS other WHERE other.id = comment.id)
    AND comment.issue = 'NL-003'
    AND comment.author = :me
) = 1
""",
            weight=1,
        ),
        Expect(
            "Ben is mentioned",
            """
SELECT EXISTS(
  SELECT 1
  FROM notification
  WHERE NOT EXISTS(
    SELECT 1 FROM old.notification AS other WHERE other.id = notification.id
  )
    AND notification.person = 8
    AND notification.issue IS 'NL-003'
    AND notification.kind = 'mentioned'
)
""",
            weight=1,
        ),
        Expect(
            "and nobody else",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM notification
  WHERE NOT EXISTS(
    SELECT 1 FROM old.notification AS other WHERE other.id = notification.id
  )
    AND notification.person <> 8
    AND notification.kind = 'mentioned'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

THIRDS_OF_REFUNDS = Task(
    expects=(
        Expect(
            "three equal parts for the launch",
            """
SELECT (
  SELECT count(*)
  FROM issue
  WHERE NOT EXISTS(SELECT 1 FROM old.issue AS other WHERE other.number = issue.number)
    AND issue.parent IS 'NL-006'
    AND issue.kind = 'story'
    AND issue.status = 'backlog'
    AND issue.priority = (
      SELECT issue_2.priority FROM issue AS issue_2 WHERE issue_2.number = 'NL-006'
    )
    AND issue.milestone IS 2
    AND issue.sprint IS NULL
    AND issue.due_on IS (
      SELECT issue_3.due_on FROM issue AS issue_3 WHERE issue_3.number = 'NL-006'
    )
    AND issue.estimate > 6.6
    AND issue.estimate < 6.7
    AND issue.body = ''
) = 3
""",
            weight=1,
        ),
        Expect(
            "by these names",
            """
SELECT EXISTS(
  SELECT 1
  FROM issue
  WHERE NOT EXISTS(SELECT 1 FROM old.issue AS other WHERE other.number = issue.number)
    AND issue.title = 'Refund form'
)
  AND EXISTS(
    SELECT 1
    FROM issue AS issue_2
    WHERE NOT EXISTS(
      SELECT 1 FROM old.issue AS other_2 WHERE other_2.number = issue_2.number
    )
      AND issue_2.title = 'Refund by the bank'
  )
  AND EXISTS(
    SELECT 1
    FROM issue AS issue_3
    WHERE NOT EXISTS(
      SELECT 1 FROM old.issue AS other_3 WHERE other_3.number = issue_3.number
    )
      AND issue_3.title = 'Refund mail'
  )
""",
            weight=1,
        ),
        Expect(
            "each of them about payment",
            """
SELECT (
  SELECT count(*)
  FROM issue_label
  WHERE NOT EXISTS(SELECT 1 FROM old.issue_label AS other WHERE other.id = issue_label.id)
    AND issue_label.label = 1
) = 3
""",
            weight=1,
        ),
        Expect(
            "the story itself stays, as a frame",
            """
SELECT (
  SELECT NOT issue.status IN ('done', 'cancelled')
  FROM issue
  WHERE issue.number = 'NL-006'
)
  AND (SELECT issue_2.estimate FROM issue AS issue_2 WHERE issue_2.number = 'NL-006') IS 0.0
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

WHILE_AIKO_IS_AWAY = Task(
    expects=(
        Expect(
            "all three are Sofia's",
            """
SELECT (SELECT issue.assignee FROM issue WHERE issue.number = 'NL-010') IS 3
  AND (SELECT issue_2.assignee FROM issue AS issue_2 WHERE issue_2.number = 'NL-018') IS 3
  AND (SELECT issue_3.assignee FROM issue AS issue_3 WHERE issue_3.number = 'NL-017') IS 3
""",
            weight=1,
        ),
        Expect(
            "what was hers already stays hers",
            """
SELECT (SELECT issue.assignee FROM issue WHERE issue.number = 'NL-019') IS 3
  AND (SELECT issue_2.assignee FROM issue AS issue_2 WHERE issue_2.number = 'NL-007') IS 3
""",
            weight=1,
        ),
        Expect(
            "she is told of each",
            """
SELECT (
  SELECT count(*)
  FROM notification
  WHERE NOT EXISTS(
    SELECT 1 FROM old.notification AS other WHERE other.id = notification.id
  )
    AND notification.person = 3
    AND notification.kind = 'assigned'
) = 3
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ATLAS_TAKES_THE_KEYBOARD = Task(
    expects=(
        Expect(
            "it is in Atlas, outside sprints and milestones",
            """
SELECT (SELECT issue.project FROM issue WHERE issue.number = 'NL-007') = 'ATL'
  AND (SELECT issue_2.milestone FROM issue AS issue_2 WHERE issue_2.number = 'NL-007') IS NULL
  AND (SELECT issue_3.sprint FROM issue AS issue_3 WHERE issue_3.number = 'NL-007') IS NULL
""",
            weight=1,
        ),
        Expect(
            "Sofia keeps it",
            "SELECT (SELECT assignee FROM issue WHERE number = 'NL-007') IS 3",
            weight=1,
        ),
        Expect(
            "with both labels",
            """
SELECT EXISTS(
  SELECT 1 FROM issue_label WHERE issue_label.issue = 'NL-007' AND issue_label.label = 7
)
  AND EXISTS(
    SELECT 1
    FROM issue_label AS issue_label_2
    JOIN label ON label.id = issue_label_2.label
    WHERE issue_label_2.issue = 'NL-007'
      AND label.name = 'seat map'
      AND label.project = 'ATL'
  )
""",
            weight=1,
        ),
        Expect(
            "only the label that Atlas did not have is new",
            """
SELECT (
  SELECT count(*)
  FROM label
  WHERE NOT EXISTS(SELECT 1 FROM old.label AS other WHERE other.id = label.id)
) = 1
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

FERRY_SPRINT_ENDS = Task(
    expects=(
        Expect(
            "the sprint is closed",
            "SELECT (SELECT status FROM sprint WHERE id = 4) = 'closed'",
            weight=1,
        ),
        Expect(
            "the next one is planned, from Monday on",
            """
SELECT EXISTS(
  SELECT 1
  FROM sprint
  WHERE NOT EXISTS(SELECT 1 FROM old.sprint AS other WHERE other.id = sprint.id)
    AND sprint.project = 'STO'
    AND sprint.starts_on = '2026-03-23'
    AND sprint.ends_on = '2026-04-05'
    AND sprint.name = 'Sprint 4'
    AND sprint.goal = 'Piers and stores'
    AND sprint.status = 'planned'
)
""",
            weight=1,
        ),
        Expect(
            "three issues carry over",
            """
SELECT (
  SELECT count(*)
  FROM sprint
  WHERE NOT EXISTS(SELECT 1 FROM old.sprint AS other WHERE other.id = sprint.id)
) = 1
  AND NOT EXISTS(
    SELECT 1
    FROM json_each(json_array('NL-012', 'NL-013', 'NL-014')) AS item
    JOIN issue AS i ON i.number = item.value
    WHERE NOT (i.sprint IS NOT NULL AND i.sprint <> 4)
  )
""",
            weight=1,
        ),
    ),
    answers=(
        Answer(
            None,
            "float",
            """
SELECT (
  SELECT (
    SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
    FROM old.issue AS issue
    WHERE issue.sprint IS sprint.id AND issue.status = 'done'
  )
  FROM old.sprint AS sprint
  WHERE sprint.id = 4
)
""",
        ),
    ),
    allowed=(),
)

LOAD_TEST_NOW = Task(
    expects=(
        Expect(
            "it is in the sprint",
            """
SELECT (SELECT issue.sprint FROM issue WHERE issue.number = 'NL-008') IS 3
  AND (SELECT issue_2.status FROM issue AS issue_2 WHERE issue_2.number = 'NL-008') = 'ready'
""",
            weight=1,
        ),
        Expect(
            "urgent, for the 27th",
            """
SELECT (SELECT issue.priority FROM issue WHERE issue.number = 'NL-008') = 'urgent'
  AND (SELECT issue_2.due_on FROM issue AS issue_2 WHERE issue_2.number = 'NL-008') IS '2026-03-27'
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

NO_MAP_LABEL = Task(
    expects=(
        Expect(
            "the label is gone, from issues too",
            """
SELECT EXISTS(
  SELECT 1
  FROM old.label AS label
  WHERE NOT EXISTS(SELECT 1 FROM label AS other WHERE other.id = label.id)
    AND label.name = 'map'
    AND label.project = 'STO'
)
  AND NOT EXISTS(SELECT 1 FROM issue_label WHERE issue_label.issue = 'NL-014')
""",
            weight=1,
        ),
        Expect(
            "the other one stays",
            "SELECT EXISTS(SELECT 1 FROM issue_label WHERE issue = 'NL-012' AND label = 4)",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

BETA_SLIPS = Task(
    expects=(
        Expect(
            "the beta is on April 10",
            "SELECT (SELECT due_on FROM milestone WHERE id = 1) = '2026-04-10'",
            weight=1,
        ),
        Expect(
            "its open issues move along",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM issue
  WHERE issue.milestone IS 1
    AND NOT issue.status IN ('done', 'cancelled')
    AND issue.due_on IS NOT awm_shift(
      (
        SELECT issue_2.due_on
        FROM old.issue AS issue_2
        WHERE issue_2.number = issue.number
      ),
      awm_days(14)
    )
)
""",
            weight=1,
        ),
        Expect(
            "the launch does not",
            """
SELECT (SELECT milestone.due_on FROM milestone WHERE milestone.id = 2) = (
  SELECT milestone_2.due_on FROM old.milestone AS milestone_2 WHERE milestone_2.id = 2
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

NINETY_MINUTES = Task(
    expects=(
        Expect(
            "an hour and a half, yesterday",
            """
SELECT EXISTS(
  SELECT 1
  FROM time_entry
  WHERE NOT EXISTS(SELECT 1 FROM old.time_entry AS other WHERE other.id = time_entry.id)
    AND time_entry.issue = :i
    AND time_entry.person = :me
    AND time_entry.day = '2026-03-17'
    AND time_entry.minutes = 90
    AND NOT time_entry.is_billable
)
""",
            weight=1,
        ),
        Expect(
            "on that issue",
            """
SELECT CAST(
  (
    SELECT coalesce(sum(time_entry.minutes), 0)
    FROM time_entry
    WHERE time_entry.issue = i.number
  ) AS REAL
) / 60.0 = (
  SELECT CAST(
    (
      SELECT coalesce(sum(time_entry_2.minutes), 0)
      FROM old.time_entry AS time_entry_2
      WHERE time_entry_2.issue = issue.number
    ) AS REAL
  ) / 60.0
  FROM old.issue AS issue
  WHERE issue.number = :i
) + 1.5
FROM issue AS i
WHERE i.number = :i
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

OFF_FROM_TOMORROW = Task(
    expects=(
        Expect(
            "two hours today",
            """
SELECT EXISTS(
  SELECT 1
  FROM time_entry
  WHERE NOT EXISTS(SELECT 1 FROM old.time_entry AS other WHERE other.id = time_entry.id)
    AND time_entry.issue = 'NL-016'
    AND time_entry.person = :me
    AND time_entry.day = '2026-03-18'
    AND time_entry.minutes = 120
    AND time_entry.is_billable
)
""",
            weight=1,
        ),
        Expect(
            "the week is handed in, with them",
            """
SELECT (SELECT timesheet.status FROM timesheet WHERE timesheet.id = 34) = 'submitted'
  AND (
    SELECT CAST(
      (
        SELECT coalesce(sum(time_entry.minutes), 0)
        FROM time_entry
        WHERE time_entry.sheet = timesheet_2.id
      ) AS REAL
    ) / 60.0
    FROM timesheet AS timesheet_2
    WHERE timesheet_2.id = 34
  ) = 3.0
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TIMESHEETS_OF_MY_TEAM = Task(
    expects=(
        Expect(
            "Jonas's sheet is approved",
            "SELECT (SELECT status FROM timesheet WHERE id = 29) = 'approved'",
            weight=1,
        ),
        Expect(
            "Sofia's is open again",
            """
SELECT (SELECT timesheet.status FROM timesheet WHERE timesheet.id = 30) = 'open'
  AND (
    SELECT timesheet_2.submitted_at
    FROM timesheet AS timesheet_2
    WHERE timesheet_2.id = 30
  ) IS NULL
""",
            weight=1,
        ),
        Expect(
            "both are told",
            """
SELECT EXISTS(
  SELECT 1
  FROM notification
  WHERE NOT EXISTS(
    SELECT 1 FROM old.notification AS other WHERE other.id = notification.id
  )
    AND notification.person = 3
    AND notification.kind = 'decided'
)
  AND EXISTS(
    SELECT 1
    FROM notification AS notification_2
    WHERE NOT EXISTS(
      SELECT 1 FROM old.notification AS other_2 WHERE other_2.id = notification_2.id
    )
      AND notification_2.person = 2
      AND notification_2.kind = 'decided'
  )
""",
            weight=1,
        ),
        Expect(
            "my own waits for somebody else",
            "SELECT (SELECT status FROM timesheet WHERE id = 33) = 'submitted'",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

SMALL_TRAVEL = Task(
    expects=(
        Expect(
            "the train and the taxi",
            """
SELECT (SELECT expense.status FROM expense WHERE expense.id = 5) = 'approved'
  AND (SELECT expense_2.status FROM expense AS expense_2 WHERE expense_2.id = 6) = 'approved'
""",
            weight=1,
        ),
        Expect(
            "nothing else",
            """
SELECT (SELECT expense.status FROM expense WHERE expense.id = 9) = 'submitted'
  AND (SELECT expense_2.status FROM expense AS expense_2 WHERE expense_2.id = 7) = 'submitted'
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

BILL_THE_FERRIES = Task(
    expects=(
        Expect(
            "one invoice, due in 14 days",
            """
SELECT (
  SELECT count(*)
  FROM invoice
  WHERE NOT EXISTS(SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number)
    AND invoice.project = 'STO'
    AND invoice.status = 'sent'
    AND invoice.discount = 5.0
    AND invoice.due_on IS '2026-04-01'
) = 1
""",
            weight=1,
        ),
        Expect(
            "all approved time is on it",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM time_entry
  JOIN issue ON issue.number = time_entry.issue
  JOIN timesheet AS sheet ON sheet.id = time_entry.sheet
  WHERE issue.project = 'STO'
    AND time_entry.is_billable
    AND time_entry.invoice IS NULL
    AND time_entry.day <= '2026-03-15'
    AND sheet.status = 'approved'
)
""",
            weight=1,
        ),
        Expect(
            "and it bills just that",
            """
SELECT (
  SELECT coalesce(sum(invoice_line.amount), 0)
  FROM invoice_line
  WHERE NOT EXISTS(
    SELECT 1 FROM old.invoice_line AS other WHERE other.id = invoice_line.id
  )
) = (
  SELECT coalesce(sum(awm_scale(time_entry.rate, '*', time_entry.minutes, '/', 60)), 0)
  FROM time_entry
  WHERE (
    SELECT time_entry_2.invoice
    FROM old.time_entry AS time_entry_2
    WHERE time_entry_2.id = time_entry.id
  ) IS NULL
    AND time_entry.invoice IS NOT NULL
) + (
  SELECT coalesce(sum(expense.amount), 0)
  FROM expense
  WHERE (
    SELECT expense_2.invoice FROM old.expense AS expense_2 WHERE expense_2.id = expense.id
  ) IS NULL
    AND expense.invoice IS NOT NULL
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
  SELECT (
    SELECT coalesce(sum(invoice_line.amount), 0)
    FROM invoice_line
    WHERE invoice_line.invoice = invoice_2.number
  )
    - awm_scale(
      (
        SELECT coalesce(sum(invoice_line_2.amount), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice_2.number
      ),
      '*',
      invoice_2.discount,
      '/',
      100
    )
  FROM invoice AS invoice_2
  WHERE invoice_2.number = (
    SELECT awm_only(count(*), min(invoice.number))
    FROM invoice
    WHERE NOT EXISTS(
      SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number
    )
  )
))
""",
        ),
    ),
    allowed=(),
)

MUSEUM_HAS_PAID = Task(
    expects=(
        Expect(
            "January is paid",
            """
SELECT (SELECT invoice.status FROM invoice WHERE invoice.number = 'INV-0004') = 'paid'
  AND (
    SELECT invoice_2.paid_on FROM invoice AS invoice_2 WHERE invoice_2.number = 'INV-0004'
  ) IS '2026-03-16'
""",
            weight=1,
        ),
        Expect(
            "February is not",
            "SELECT (SELECT status FROM invoice WHERE number = 'INV-0002') = 'sent'",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

FEBRUARY_AGAIN = Task(
    expects=(
        Expect(
            "the old one is void, and its time free",
            """
SELECT (SELECT invoice.status FROM invoice WHERE invoice.number = 'INV-0003') = 'void'
  AND NOT EXISTS(SELECT 1 FROM time_entry WHERE time_entry.invoice IS 'INV-0003')
""",
            weight=1,
        ),
        Expect(
            "the new one is a draft without discount",
            """
SELECT (
  SELECT count(*)
  FROM invoice
  WHERE NOT EXISTS(SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number)
    AND invoice.project = 'STO'
    AND invoice.status = 'draft'
    AND invoice.discount = 0.0
) = 1
""",
            weight=1,
        ),
        Expect(
            "over the same time",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM time_entry
  WHERE (
    SELECT time_entry_2.invoice
    FROM old.time_entry AS time_entry_2
    WHERE time_entry_2.id = time_entry.id
  ) IS 'INV-0003'
    AND time_entry.invoice IS NULL
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
  SELECT (
    SELECT coalesce(sum(invoice_line.amount), 0)
    FROM invoice_line
    WHERE invoice_line.invoice = invoice_2.number
  )
    - awm_scale(
      (
        SELECT coalesce(sum(invoice_line_2.amount), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice_2.number
      ),
      '*',
      invoice_2.discount,
      '/',
      100
    )
  FROM invoice AS invoice_2
  WHERE invoice_2.number = (
    SELECT awm_only(count(*), min(invoice.number))
    FROM invoice
    WHERE NOT EXISTS(
      SELECT 1 FROM old.invoice AS other WHERE other.number = invoice.number
    )
  )
))
""",
        ),
    ),
    allowed=(),
)

A_WEEK_IN_MAY = Task(
    expects=(
        Expect(
            "a week of holiday",
            """
SELECT (
  SELECT count(*)
  FROM absence
  WHERE NOT EXISTS(SELECT 1 FROM old.absence AS other WHERE other.id = absence.id)
    AND absence.person = :me
    AND absence.kind = 'holiday'
    AND absence.starts_on = '2026-05-11'
    AND absence.ends_on = '2026-05-15'
) = 1
""",
            weight=1,
        ),
    ),
    answers=(
        Answer(
            None,
            "bool",
            """
SELECT EXISTS(
  SELECT 1
  FROM issue
  WHERE assignee IS :me
    AND NOT status IN ('done', 'cancelled')
    AND due_on >= '2026-05-11'
    AND due_on <= '2026-05-15'
)
""",
        ),
    ),
    allowed=(),
)

APPROVE_MY_OWN = Task(
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

JONAS_FORGOT = Task(
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

HOURS_TO_GO = Task(
    expects=(),
    answers=(
        Answer(
            "hours",
            "float",
            """
SELECT awm_finite((
  SELECT coalesce(
    sum(CASE
      WHEN NOT issue.status IN ('done', 'cancelled') THEN max(
        coalesce(issue.estimate, 0.0)
        - CAST(
          (
            SELECT coalesce(sum(time_entry.minutes), 0)
            FROM time_entry
            WHERE time_entry.issue = issue.number
          ) AS REAL
        ) / 60.0,
        0.0
      )
      ELSE 0.0
    END),
    0.0
  )
  FROM issue
  WHERE issue.project = :p
))
""",
        ),
        Answer(
            "cost",
            "money",
            """
SELECT awm_whole(
  (
    SELECT coalesce(sum(awm_scale(t.rate, '*', t.minutes, '/', 60)), 0)
    FROM time_entry AS t
    JOIN issue ON issue.number = t.issue
    WHERE issue.project = p.code
  )
  + (
    SELECT coalesce(sum(expense.amount), 0)
    FROM expense
    WHERE expense.project = p.code AND expense.status = 'approved'
  )
  + awm_scale(
    coalesce(
      (
        SELECT awm_average(sum(membership.rate), count(membership.rate))
        FROM membership
        WHERE membership.project = :p AND membership.rate > 0
      ),
      0
    ),
    '*',
    (
      SELECT coalesce(
        sum(CASE
          WHEN NOT issue_2.status IN ('done', 'cancelled') THEN max(
            coalesce(issue_2.estimate, 0.0)
            - CAST(
              (
                SELECT coalesce(sum(time_entry.minutes), 0)
                FROM time_entry
                WHERE time_entry.issue = issue_2.number
              ) AS REAL
            ) / 60.0,
            0.0
          )
          ELSE 0.0
        END),
        0.0
      )
      FROM issue AS issue_2
      WHERE issue_2.project = :p
    )
  )
)
FROM project AS p
WHERE p.code = :p
""",
        ),
    ),
    allowed=(),
)

OWED_BY = Task(
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
      - awm_scale(
        (
          SELECT coalesce(sum(invoice_line_2.amount), 0)
          FROM invoice_line AS invoice_line_2
          WHERE invoice_line_2.invoice = invoice.number
        ),
        '*',
        invoice.discount,
        '/',
        100
      )
    ),
    0
  )
  FROM invoice
  WHERE invoice.client = :c AND invoice.status = 'sent'
))
""",
        ),
        Answer(
            "late",
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
      - awm_scale(
        (
          SELECT coalesce(sum(invoice_line_2.amount), 0)
          FROM invoice_line AS invoice_line_2
          WHERE invoice_line_2.invoice = invoice.number
        ),
        '*',
        invoice.discount,
        '/',
        100
      )
    ),
    0
  )
  FROM invoice
  WHERE invoice.client = :c
    AND invoice.status = 'sent'
    AND invoice.due_on IS NOT NULL
    AND invoice.due_on < date(:now)
))
""",
        ),
    ),
    allowed=(),
)

MOST_ON_THE_MUSEUM = Task(
    expects=(),
    answers=(
        Answer(
            "name",
            "text",
            """
SELECT (
  SELECT person.name
  FROM person
  WHERE person.id = (
    SELECT awm_only(count(*), min(v))
    FROM (
      SELECT time_entry.person AS v
      FROM time_entry
      JOIN issue ON issue.number = time_entry.issue
      WHERE issue.project = 'LUM'
        AND time_entry.day >= '2026-02-16'
        AND time_entry.day <= '2026-03-15'
      GROUP BY time_entry.person
      ORDER BY coalesce(sum(time_entry.minutes), 0) DESC, time_entry.person
      LIMIT 1
    )
  )
)
""",
        ),
        Answer(
            "hours",
            "float",
            """
SELECT awm_finite((
  SELECT coalesce(sum(CAST(time_entry_2.minutes AS REAL) / 60.0), 0.0)
  FROM time_entry AS time_entry_2
  JOIN issue AS issue_2 ON issue_2.number = time_entry_2.issue
  WHERE issue_2.project = 'LUM'
    AND time_entry_2.day >= '2026-02-16'
    AND time_entry_2.day <= '2026-03-15'
    AND time_entry_2.person IS (
      SELECT awm_only(count(*), min(v))
      FROM (
        SELECT time_entry.person AS v
        FROM time_entry
        JOIN issue ON issue.number = time_entry.issue
        WHERE issue.project = 'LUM'
          AND time_entry.day >= '2026-02-16'
          AND time_entry.day <= '2026-03-15'
        GROUP BY time_entry.person
        ORDER BY coalesce(sum(time_entry.minutes), 0) DESC, time_entry.person
        LIMIT 1
      )
    )
))
""",
        ),
    ),
    allowed=(),
)

WHO_HAS_ROOM = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "text",
            """
SELECT (
  SELECT awm_only(count(*), min(v))
  FROM (
    SELECT p.name AS v
    FROM person AS p
    WHERE p.team = 1 AND p.is_active
    ORDER BY
      p.weekly_hours / 5.0 * CAST(
        (
          SELECT count(*)
          FROM json_each(awm_range(max(
            awm_floor(awm_divide(
              awm_elapsed(awm_shift(date(:now), awm_days(13)), date(:now)), awm_days(1)
            ))
            + 1,
            0
          ))) AS item
          WHERE awm_weekday(awm_shift(date(:now), awm_days(item.value))) <= 5
        ) - (
          SELECT coalesce(
            sum((
              SELECT count(*)
              FROM json_each(awm_range(max(
                awm_floor(awm_divide(
                  awm_elapsed(
                    min(absence.ends_on, awm_shift(date(:now), awm_days(13))),
                    max(absence.starts_on, date(:now))
                  ),
                  awm_days(1)
                ))
                + 1,
                0
              ))) AS item_2
              WHERE awm_weekday(awm_shift(
                max(absence.starts_on, date(:now)), awm_days(item_2.value)
              )) <= 5
            )),
            0
          )
          FROM absence
          WHERE absence.person = p.id
            AND absence.starts_on <= awm_shift(date(:now), awm_days(13))
            AND absence.ends_on >= date(:now)
        ) AS REAL
      )
      - (
        SELECT coalesce(
          sum(CASE
            WHEN NOT issue.status IN ('done', 'cancelled') THEN max(
              coalesce(issue.estimate, 0.0)
              - CAST(
                (
                  SELECT coalesce(sum(time_entry.minutes), 0)
                  FROM time_entry
                  WHERE time_entry.issue = issue.number
                ) AS REAL
              ) / 60.0,
              0.0
            )
            ELSE 0.0
          END),
          0.0
        )
        FROM issue
        WHERE issue.assignee IS p.id
      ) DESC,
      p.id
    LIMIT 1
  )
)
""",
        ),
    ),
    allowed=(),
)

TASKS = {
    "report_the_blank_ticket": REPORT_THE_BLANK_TICKET,
    "payments_can_start": PAYMENTS_CAN_START,
    "same_bug_twice": SAME_BUG_TWICE,
    "thirds_of_refunds": THIRDS_OF_REFUNDS,
    "while_aiko_is_away": WHILE_AIKO_IS_AWAY,
    "atlas_takes_the_keyboard": ATLAS_TAKES_THE_KEYBOARD,
    "ferry_sprint_ends": FERRY_SPRINT_ENDS,
    "load_test_now": LOAD_TEST_NOW,
    "no_map_label": NO_MAP_LABEL,
    "beta_slips": BETA_SLIPS,
    "ninety_minutes": NINETY_MINUTES,
    "off_from_tomorrow": OFF_FROM_TOMORROW,
    "timesheets_of_my_team": TIMESHEETS_OF_MY_TEAM,
    "small_travel": SMALL_TRAVEL,
    "bill_the_ferries": BILL_THE_FERRIES,
    "museum_has_paid": MUSEUM_HAS_PAID,
    "february_again": FEBRUARY_AGAIN,
    "a_week_in_may": A_WEEK_IN_MAY,
    "approve_my_own": APPROVE_MY_OWN,
    "jonas_forgot": JONAS_FORGOT,
    "hours_to_go": HOURS_TO_GO,
    "owed_by": OWED_BY,
    "most_on_the_museum": MOST_ON_THE_MUSEUM,
    "who_has_room": WHO_HAS_ROOM,
}
