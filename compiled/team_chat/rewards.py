"""How the tasks of team_chat are graded: SQL over the state now, and over `old`, that at the start."""

from awmlang.runtime.checks import Answer, Expect, Task

TELL_DANA = Task(
    expects=(
        Expect(
            "a direct message to Dana Whitfield",
            """
SELECT EXISTS(
  SELECT 1
  FROM message
  JOIN channel ON channel.id = message.channel
  WHERE NOT EXISTS(SELECT 1 FROM old.message AS other WHERE other.id = message.id)
    AND message.author = :me
    AND channel.kind = 'direct'
    AND (SELECT count(*) FROM membership WHERE membership.channel = channel.id) = 2
    AND EXISTS(
      SELECT 1
      FROM membership AS membership_2
      WHERE membership_2.channel = message.channel AND membership_2.user = 10
    )
)
""",
            weight=1,
        ),
        Expect(
            "with the amount",
            """
SELECT EXISTS(
  SELECT 1
  FROM message
  WHERE NOT EXISTS(SELECT 1 FROM old.message AS other WHERE other.id = message.id)
    AND awm_contains(
      message.text,
      awm_concat(CAST(
        awm_floor(awm_divide(
          (
            SELECT coalesce(sum(app.seat_price * subscription.seats), 0)
            FROM subscription
            JOIN app ON app.id = subscription.app
            WHERE subscription.team = 1 AND subscription.ended_on IS NULL
          ),
          100
        )) AS TEXT
      ))
    )
)
""",
            weight=2,
        ),
    ),
    answers=(),
    allowed=(),
)

PRODUCTION_TILES = Task(
    expects=(
        Expect(
            "the answer is in the thread",
            """
SELECT EXISTS(
  SELECT 1
  FROM message
  WHERE NOT EXISTS(SELECT 1 FROM old.message AS other WHERE other.id = message.id)
    AND message.thread IS 5
    AND message.author = :me
    AND awm_contains(message.text, '4.18.2')
)
""",
            weight=1,
        ),
        Expect(
            "the report is pinned",
            "SELECT EXISTS(SELECT 1 FROM pin WHERE message = 5)",
            weight=1,
        ),
        Expect(
            "the old pin is off",
            "SELECT NOT EXISTS(SELECT 1 FROM pin WHERE message = 1)",
            weight=1,
        ),
        Expect(
            "the other pins stay",
            """
SELECT EXISTS(SELECT 1 FROM pin WHERE pin.message = 8)
  AND EXISTS(SELECT 1 FROM pin AS pin_2 WHERE pin_2.message = 9)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

STANDUP_LATER = Task(
    expects=(
        Expect(
            "tomorrow's note goes out later",
            """
SELECT (
  SELECT scheduled_message.send_at FROM scheduled_message WHERE scheduled_message.id = 1
) = '2025-09-18T09:45:00'
  AND (
    SELECT scheduled_message_2.status
    FROM scheduled_message AS scheduled_message_2
    WHERE scheduled_message_2.id = 1
  ) = 'waiting'
""",
            weight=1,
        ),
        Expect(
            "nothing else of it changes",
            """
SELECT (
  SELECT scheduled_message.text FROM scheduled_message WHERE scheduled_message.id = 1
) = (
  SELECT scheduled_message_2.text
  FROM old.scheduled_message AS scheduled_message_2
  WHERE scheduled_message_2.id = 1
)
  AND (
    SELECT scheduled_message_3.send_at
    FROM scheduled_message AS scheduled_message_3
    WHERE scheduled_message_3.id = 2
  ) = (
    SELECT scheduled_message_4.send_at
    FROM old.scheduled_message AS scheduled_message_4
    WHERE scheduled_message_4.id = 2
  )
""",
            weight=1,
        ),
        Expect(
            "the announcement is dropped",
            "SELECT (SELECT status FROM scheduled_message WHERE id = 3) = 'cancelled'",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

WHERE_TO_GO = Task(
    expects=(
        Expect(
            "the poll is open until Friday",
            """
SELECT EXISTS(
  SELECT 1
  FROM poll
  JOIN message ON message.id = poll.message
  WHERE NOT EXISTS(SELECT 1 FROM old.poll AS other WHERE other.id = poll.id)
    AND message.channel = 18
    AND poll.max_choices = 1
    AND poll.closes_at IS '2025-09-19T17:00:00'
    AND poll.status = 'open'
)
""",
            weight=1,
        ),
        Expect(
            "three places",
            """
SELECT (
  SELECT count(*)
  FROM poll_option
  WHERE NOT EXISTS(SELECT 1 FROM old.poll_option AS other WHERE other.id = poll_option.id)
    AND awm_lower(poll_option.label) IN ('lisbon', 'porto', 'valencia')
) = 3
""",
            weight=1,
        ),
        Expect(
            "a vote for Porto",
            """
SELECT EXISTS(
  SELECT 1
  FROM vote
  JOIN poll_option AS option ON option.id = vote.option
  WHERE NOT EXISTS(SELECT 1 FROM old.vote AS other WHERE other.id = vote.id)
    AND vote.user = :me
    AND awm_lower(option.label) = 'porto'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

LUNCH_IS_DECIDED = Task(
    expects=(
        Expect(
            "the poll is closed",
            "SELECT (SELECT awm_present(2, count(*), min(status)) FROM poll WHERE id = 2) = 'closed'",
            weight=1,
        ),
        Expect(
            "the other one is not",
            "SELECT (SELECT awm_present(3, count(*), min(status)) FROM poll WHERE id = 3) = 'open'",
            weight=1,
        ),
        Expect(
            "the winner is posted",
            """
SELECT EXISTS(
  SELECT 1
  FROM message
  WHERE NOT EXISTS(SELECT 1 FROM old.message AS other WHERE other.id = message.id)
    AND message.channel = 19
    AND message.author = :me
    AND awm_contains(message.text, 'Falafel Corner')
    AND NOT awm_contains(message.text, 'Ramen Haus')
    AND NOT awm_contains(message.text, 'Pizza Nera')
)
""",
            weight=2,
        ),
    ),
    answers=(),
    allowed=(),
)

DESIGN_REQUESTS = Task(
    expects=(
        Expect(
            "icons fit",
            "SELECT (SELECT status FROM app_request WHERE id = 5) = 'approved'",
            weight=1,
        ),
        Expect(
            "prototypes fit",
            "SELECT (SELECT status FROM app_request WHERE id = 4) = 'approved'",
            weight=1,
        ),
        Expect(
            "animations do not",
            """
SELECT (SELECT app_request.status FROM app_request WHERE app_request.id = 3) = 'declined'
  AND awm_contains(
    coalesce(
      (
        SELECT app_request_2.note
        FROM app_request AS app_request_2
        WHERE app_request_2.id = 3
      ),
      ''
    ),
    'over budget'
  )
""",
            weight=2,
        ),
    ),
    answers=(),
    allowed=(("AppRequest", "note"),),
)

SWAP_WEEKENDS = Task(
    expects=(
        Expect(
            "he has this weekend",
            "SELECT (SELECT user FROM shift WHERE id = 3) = 4",
            weight=2,
        ),
        Expect(
            "and I the next one",
            "SELECT (SELECT user FROM shift WHERE id = 5) = 1",
            weight=1,
        ),
        Expect(
            "he knows",
            """
SELECT EXISTS(
  SELECT 1
  FROM message
  JOIN channel ON channel.id = message.channel
  WHERE NOT EXISTS(SELECT 1 FROM old.message AS other WHERE other.id = message.id)
    AND message.author = :me
    AND channel.kind = 'direct'
    AND EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = message.channel AND membership.user = 4
    )
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

TIDY_UP = Task(
    expects=(
        Expect(
            "the two quiet ones are archived",
            """
SELECT (SELECT channel.archived_at FROM channel WHERE channel.id = 11) IS NOT NULL
  AND (SELECT channel_2.archived_at FROM channel AS channel_2 WHERE channel_2.id = 13) IS NOT NULL
""",
            weight=1,
        ),
        Expect(
            "those with a later post are not",
            """
SELECT (SELECT channel.archived_at FROM channel WHERE channel.id = 12) IS NULL
  AND (SELECT channel_2.archived_at FROM channel AS channel_2 WHERE channel_2.id = 14) IS NULL
""",
            weight=1,
        ),
        Expect(
            "nothing is left running in them",
            """
SELECT CASE
  WHEN (
    SELECT scheduled_message.status FROM scheduled_message WHERE scheduled_message.id = 4
  ) = 'cancelled' THEN (
    SELECT awm_present(4, count(*), min(poll.status)) FROM poll WHERE poll.id = 4
  ) = 'closed'
  ELSE 0
END
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

ONBOARD_LIAM = Task(
    expects=(
        Expect(
            "in proj-atlas",
            "SELECT EXISTS(SELECT 1 FROM membership WHERE channel = 7 AND user = 5)",
            weight=1,
        ),
        Expect(
            "in proj-atlas-api",
            "SELECT EXISTS(SELECT 1 FROM membership WHERE channel = 8 AND user = 5)",
            weight=1,
        ),
        Expect(
            "not in the private one",
            "SELECT NOT EXISTS(SELECT 1 FROM membership WHERE channel = 10 AND user = 5)",
            weight=1,
        ),
        Expect(
            "and nobody else anywhere",
            """
SELECT (
  SELECT count(*)
  FROM membership
  WHERE NOT EXISTS(SELECT 1 FROM old.membership AS other WHERE other.id = membership.id)
) = 2
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

QUIET_EVENINGS = Task(
    expects=(
        Expect(
            "every working day",
            """
SELECT NOT EXISTS(
  SELECT 1
  FROM json_each(awm_range(5)) AS item
  WHERE NOT EXISTS(
    SELECT 1
    FROM quiet_hours AS q
    WHERE q.user = :me
      AND q.weekday = item.value + 1
      AND q.starts_at = '18:00:00'
      AND q.ends_at = '22:00:00'
  )
)
""",
            weight=2,
        ),
        Expect(
            "the old Friday is gone",
            "SELECT NOT EXISTS(SELECT 1 FROM quiet_hours WHERE user = :me AND starts_at = '17:00:00')",
            weight=1,
        ),
        Expect(
            "lunch on Wednesday stays",
            """
SELECT EXISTS(
  SELECT 1 FROM quiet_hours WHERE user = :me AND weekday = 3 AND starts_at = '12:00:00'
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

KEEP_THE_TEMPLATE = Task(
    expects=(
        Expect(
            "the message is saved",
            """
SELECT EXISTS(
  SELECT 1
  FROM saved_item
  WHERE NOT EXISTS(SELECT 1 FROM old.saved_item AS other WHERE other.id = saved_item.id)
    AND saved_item.user = :me
    AND saved_item.message = 14
    AND awm_contains(awm_lower(coalesce(saved_item.note, '')), 'friday')
)
""",
            weight=1,
        ),
        Expect(
            "a reminder on Friday",
            """
SELECT EXISTS(
  SELECT 1
  FROM reminder
  WHERE NOT EXISTS(SELECT 1 FROM old.reminder AS other WHERE other.id = reminder.id)
    AND reminder.user = :me
    AND reminder.due_at = '2025-09-19T09:00:00'
    AND (reminder.message IS NULL OR reminder.message = 14)
)
""",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

PASSWORD_OUT = Task(
    expects=(
        Expect(
            "the password is gone",
            "SELECT NOT EXISTS(SELECT 1 FROM message WHERE awm_contains(text, 'kestrel-nest-77'))",
            weight=1,
        ),
        Expect(
            "the answer to it is not",
            "SELECT EXISTS(SELECT 1 FROM message WHERE thread IS 39)",
            weight=1,
        ),
    ),
    answers=(),
    allowed=(),
)

WHAT_IS_UNREAD = Task(
    expects=(),
    answers=(
        Answer(
            "unread",
            "int",
            """
SELECT (
  SELECT count(*)
  FROM message AS m_2
  WHERE m_2.channel = m.channel AND m_2.sent_at > m.read_until AND m_2.author <> m.user
)
FROM membership AS m
WHERE m.id = :m
""",
        ),
        Answer(
            "mentions",
            "int",
            """
SELECT (
  SELECT count(*)
  FROM message AS m_2
  WHERE m_2.channel = m.channel
    AND m_2.sent_at > m.read_until
    AND EXISTS(SELECT 1 FROM mention AS x WHERE x.message = m_2.id AND x.user = m.user)
)
FROM membership AS m
WHERE m.id = :m
""",
        ),
    ),
    allowed=(),
)

MONTHLY_APPS = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "money",
            """
SELECT awm_whole((
  SELECT coalesce(sum(app.seat_price * subscription.seats), 0)
  FROM subscription
  JOIN app ON app.id = subscription.app
  WHERE subscription.team = :t AND subscription.ended_on IS NULL
))
""",
        ),
    ),
    allowed=(),
)

SATURDAY_NOON = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "text",
            """
SELECT (
  SELECT user.name
  FROM shift
  JOIN user ON user.id = shift.user
  WHERE shift.id = (
    SELECT awm_only(count(*), min(s.id))
    FROM shift AS s
    WHERE s.team = :t
      AND s.rotation = 'primary'
      AND s.starts_at <= '2025-09-20T12:00:00'
      AND s.ends_at > '2025-09-20T12:00:00'
  )
)
""",
        ),
    ),
    allowed=(),
)

BUSIEST_IN_SUPPORT = Task(
    expects=(),
    answers=(
        Answer(
            "who",
            "text",
            """
SELECT (
  SELECT user.name
  FROM user
  WHERE user.id = (
    SELECT awm_only(count(*), min(v))
    FROM (
      SELECT message.author AS v
      FROM message
      WHERE message.channel = 5
        AND date(message.sent_at) >= '2025-09-08'
        AND date(message.sent_at) <= '2025-09-14'
      GROUP BY message.author
      ORDER BY count(*) DESC, message.author
      LIMIT 1
    )
  )
)
""",
        ),
        Answer(
            "messages",
            "int",
            """
SELECT (
  SELECT count(*)
  FROM message
  WHERE channel = 5
    AND author = 6
    AND date(sent_at) >= '2025-09-08'
    AND date(sent_at) <= '2025-09-14'
)
""",
        ),
    ),
    allowed=(),
)

HER_SPREADSHEETS = Task(
    expects=(),
    answers=(
        Answer(
            None,
            "[text]",
            """
SELECT (
  SELECT json_group_array(file.name ORDER BY file.id)
  FROM file
  JOIN message ON message.id = file.message
  JOIN channel ON channel.id = message.channel
  WHERE (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
    AND file.kind = 'spreadsheet'
    AND message.author = 10
    AND date(message.sent_at) >= '2025-07-01'
)
""",
        ),
    ),
    allowed=(),
)

LYON_FOR_ALL = Task(
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

CRASHES_TODAY = Task(
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
    "tell_dana": TELL_DANA,
    "production_tiles": PRODUCTION_TILES,
    "standup_later": STANDUP_LATER,
    "where_to_go": WHERE_TO_GO,
    "lunch_is_decided": LUNCH_IS_DECIDED,
    "design_requests": DESIGN_REQUESTS,
    "swap_weekends": SWAP_WEEKENDS,
    "tidy_up": TIDY_UP,
    "onboard_liam": ONBOARD_LIAM,
    "quiet_evenings": QUIET_EVENINGS,
    "keep_the_template": KEEP_THE_TEMPLATE,
    "password_out": PASSWORD_OUT,
    "what_is_unread": WHAT_IS_UNREAD,
    "monthly_apps": MONTHLY_APPS,
    "saturday_noon": SATURDAY_NOON,
    "busiest_in_support": BUSIEST_IN_SUPPORT,
    "her_spreadsheets": HER_SPREADSHEETS,
    "lyon_for_all": LYON_FOR_ALL,
    "crashes_today": CRASHES_TODAY,
}
