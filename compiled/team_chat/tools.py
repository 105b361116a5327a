"""The tools of team_chat. Made by awmc from team_chat.awm; change that, not this."""

from awmlang.runtime import functions as fn
from awmlang.runtime.program import (
    Bool,
    Date,
    Datetime,
    Entity,
    Enum,
    Int,
    List,
    Optional,
    Ref,
    Text,
    Time,
    ToolError,
    tool,
)

CHANNEL_VISIBLE = """
SELECT 1
FROM channel
WHERE channel.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
MEMBERSHIP_VISIBLE = """
SELECT 1
FROM membership
JOIN channel ON channel.id = membership.channel
WHERE membership.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership AS membership_2
      WHERE membership_2.channel = channel.id AND membership_2.user = :me
    )
  )
"""
MESSAGE_VISIBLE = """
SELECT 1
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
MENTION_VISIBLE = """
SELECT 1
FROM mention
JOIN message ON message.id = mention.message
JOIN channel ON channel.id = message.channel
WHERE mention.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
REACTION_VISIBLE = """
SELECT 1
FROM reaction
JOIN message ON message.id = reaction.message
JOIN channel ON channel.id = message.channel
WHERE reaction.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
FILE_VISIBLE = """
SELECT 1
FROM file
JOIN message ON message.id = file.message
JOIN channel ON channel.id = message.channel
WHERE file.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
PIN_VISIBLE = """
SELECT 1
FROM pin
JOIN message ON message.id = pin.message
JOIN channel ON channel.id = message.channel
WHERE pin.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
SAVED_ITEM_VISIBLE = "SELECT 1 FROM saved_item WHERE id = :key AND user = :me"
REMINDER_VISIBLE = "SELECT 1 FROM reminder WHERE id = :key AND user = :me"
SCHEDULED_MESSAGE_VISIBLE = "SELECT 1 FROM scheduled_message WHERE id = :key AND author = :me"
POLL_VISIBLE = """
SELECT 1
FROM poll
JOIN message ON message.id = poll.message
JOIN channel ON channel.id = message.channel
WHERE poll.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
POLL_OPTION_VISIBLE = """
SELECT 1
FROM poll_option
JOIN poll ON poll.id = poll_option.poll
JOIN message ON message.id = poll.message
JOIN channel ON channel.id = message.channel
WHERE poll_option.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
VOTE_VISIBLE = """
SELECT 1
FROM vote
JOIN poll_option AS option ON option.id = vote.option
JOIN poll ON poll.id = option.poll
JOIN message ON message.id = poll.message
JOIN channel ON channel.id = message.channel
WHERE vote.id = :key
  AND (
    channel.kind = 'public'
    OR EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.user = :me
    )
  )
"""
QUIET_HOURS_VISIBLE = "SELECT 1 FROM quiet_hours WHERE id = :key AND user = :me"

TEAM = Entity("Team", table="team", key=Int())
USER = Entity("User", table="user", key=Int())
CHANNEL = Entity("Channel", table="channel", key=Int(), visible=CHANNEL_VISIBLE)
MEMBERSHIP = Entity("Membership", table="membership", key=Int(), visible=MEMBERSHIP_VISIBLE)
MESSAGE = Entity("Message", table="message", key=Int(), visible=MESSAGE_VISIBLE)
MENTION = Entity("Mention", table="mention", key=Int(), visible=MENTION_VISIBLE)
REACTION = Entity("Reaction", table="reaction", key=Int(), visible=REACTION_VISIBLE)
FILE = Entity("File", table="file", key=Int(), visible=FILE_VISIBLE)
PIN = Entity("Pin", table="pin", key=Int(), visible=PIN_VISIBLE)
SAVED_ITEM = Entity("SavedItem", table="saved_item", key=Int(), visible=SAVED_ITEM_VISIBLE)
REMINDER = Entity("Reminder", table="reminder", key=Int(), visible=REMINDER_VISIBLE)
SCHEDULED_MESSAGE = Entity(
    "ScheduledMessage", table="scheduled_message", key=Int(), visible=SCHEDULED_MESSAGE_VISIBLE
)
POLL = Entity("Poll", table="poll", key=Int(), visible=POLL_VISIBLE)
POLL_OPTION = Entity("PollOption", table="poll_option", key=Int(), visible=POLL_OPTION_VISIBLE)
VOTE = Entity("Vote", table="vote", key=Int(), visible=VOTE_VISIBLE)
QUIET_HOURS = Entity("QuietHours", table="quiet_hours", key=Int(), visible=QUIET_HOURS_VISIBLE)
SHIFT = Entity("Shift", table="shift", key=Int())
APP = Entity("App", table="app", key=Int())
SUBSCRIPTION = Entity("Subscription", table="subscription", key=Int())
APP_REQUEST = Entity("AppRequest", table="app_request", key=Int())

# What the constraints of the database say in the words of the spec.
RULES = {
    "Team.name": "name must have from 1 to 40 characters",
    "Team.name.unique": "name must be unique, and another Team has this one",
    "Team.app_budget": "app_budget must be at least 0",
    "User.name": "name must have from 1 to 60 characters",
    "User.handle": "handle must match [a-z][a-z0-9.]{1,24}",
    "User.handle.unique": "handle must be unique, and another User has this one",
    "User.email.unique": "email must be unique, and another User has this one",
    "User.role": "role must be one of guest, member, admin",
    "User.is_active": "is_active must be true or false",
    "Channel.name": "name must match [a-z0-9][a-z0-9.+-]{1,79}",
    "Channel.name.unique": "name must be unique, and another Channel has this one",
    "Channel.kind": "kind must be one of public, private, direct",
    "Channel.topic": "topic must have from 0 to 250 characters",
    "Channel.only_managers_post": "only_managers_post must be true or false",
    "Channel.takes_guests": "takes_guests must be true or false",
    "Channel.check_1": "a direct channel is never archived",
    "Membership.role": "role must be one of member, manager",
    "Membership.notify": "notify must be one of everything, mentions, nothing",
    "Membership.is_starred": "is_starred must be true or false",
    "Membership.check_1": "one membership a channel",
    "Message.text": "text must have from 1 to 4000 characters",
    "Message.is_deleted": "is_deleted must be true or false",
    "Message.check_1": "edited after it was sent",
    "Mention.check_1": "mentioned once a message",
    "Reaction.emoji": "emoji must match [a-z0-9_+-]{1,30}",
    "Reaction.check_1": "the same reaction once",
    "File.name": "name must have from 1 to 120 characters",
    "File.kind": "kind must be one of document, image, spreadsheet, archive",
    "File.size_kb": "size_kb must be from 1 to 500000",
    "Pin.message.unique": "message must be unique, and another Pin has this one",
    "SavedItem.note": "note must have from 1 to 200 characters",
    "SavedItem.check_1": "saved once",
    "Reminder.text": "text must have from 1 to 300 characters",
    "Reminder.is_done": "is_done must be true or false",
    "ScheduledMessage.text": "text must have from 1 to 4000 characters",
    "ScheduledMessage.status": "status must be one of waiting, sent, cancelled",
    "Poll.message.unique": "message must be unique, and another Poll has this one",
    "Poll.question": "question must have from 1 to 200 characters",
    "Poll.max_choices": "max_choices must be from 1 to 10",
    "Poll.status": "status must be one of open, closed",
    "PollOption.label": "label must have from 1 to 80 characters",
    "PollOption.check_1": "an option once a poll",
    "Vote.check_1": "one vote an option",
    "QuietHours.weekday": "weekday must be from 1 to 7",
    "QuietHours.check_1": "starts before it ends",
    "QuietHours.check_2": "quiet hours do not overlap",
    "Shift.rotation": "rotation must be one of primary, secondary",
    "Shift.check_1": "starts before it ends",
    "Shift.check_2": "one person at a time in a rotation",
    "Shift.check_3": "nobody is on call twice at once",
    "App.name": "name must have from 1 to 40 characters",
    "App.name.unique": "name must be unique, and another App has this one",
    "App.category": "category must be one of design, engineering, support, meetings, sales",
    "App.seat_price": "seat_price must be at least 0",
    "App.rating": "rating must be from 0 to 5",
    "Subscription.seats": "seats must be from 1 to 500",
    "Subscription.check_1": "a team subscribes once to an app",
    "Subscription.check_2": "ends after it starts",
    "AppRequest.seats": "seats must be from 1 to 500",
    "AppRequest.reason": "reason must have from 0 to 300 characters",
    "AppRequest.status": "status must be one of pending, approved, declined, withdrawn",
    "AppRequest.note": "note must have from 1 to 300 characters",
    "AppRequest.check_1": "a decision has somebody who made it",
    "AppRequest.check_2": "one pending request for an app and a team",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = [
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM message
  LEFT JOIN message AS thread ON thread.id = message.thread
  WHERE message.thread IS NOT NULL
    AND NOT (thread.channel = message.channel AND thread.thread IS NULL)
)
""",
        "a thread is one level deep, in one channel",
        ("Message",),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM channel
  WHERE channel.kind <> 'direct'
    AND channel.archived_at IS NULL
    AND NOT EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.channel = channel.id AND membership.role = 'manager'
    )
)
""",
        "an open channel has a manager",
        ("Channel", "Membership"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM channel
  WHERE channel.kind = 'direct'
    AND NOT (SELECT count(*) FROM membership WHERE membership.channel = channel.id) >= 2
)
""",
        "a direct channel is between people",
        ("Channel", "Membership"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM channel AS c
  WHERE NOT c.takes_guests
    AND EXISTS(
      SELECT 1
      FROM membership
      JOIN user ON user.id = membership.user
      WHERE membership.channel = c.id AND user.role = 'guest'
    )
)
""",
        "guests are where guests may be",
        ("Channel", "Membership", "User"),
    ),
]


MEMBERSHIP_RESULT = "SELECT id FROM membership WHERE channel = :channel AND user = :me ORDER BY id LIMIT 1"
MEMBERSHIP_NOT_A_MEMBER = "SELECT awm_concat('You are not in ', name, '.') FROM channel WHERE id = :channel"


def membership(db, channel):
    """My membership in a channel."""
    result = db.value(MEMBERSHIP_RESULT, channel=channel, me=db.me)
    if result is None:
        raise ToolError("not_a_member", db.value(MEMBERSHIP_NOT_A_MEMBER, channel=channel))
    return result


MUST_MANAGE_REQUIRE = """
SELECT me.role = 'admin'
  OR EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.channel = :channel
      AND membership.user = :me
      AND membership.role = 'manager'
  )
FROM user AS me
WHERE me.id = :me
"""
MUST_MANAGE_NOT_A_MANAGER = """
SELECT awm_concat('Only managers of ', name, ' and admins may do that.')
FROM channel
WHERE id = :channel
"""


def must_manage(db, channel):
    if not db.value(MUST_MANAGE_REQUIRE, me=db.me, channel=channel):
        raise ToolError("not_a_manager", db.value(MUST_MANAGE_NOT_A_MANAGER, channel=channel))


ADD_IF = "SELECT EXISTS(SELECT 1 FROM membership WHERE channel = :channel AND user = :user)"
ADD_REQUIRE = "SELECT is_active FROM user WHERE id = :user"
ADD_INACTIVE = "SELECT awm_concat(name, ' has no active account.') FROM user WHERE id = :user"
ADD_REQUIRE_2 = """
SELECT user.role <> 'guest' OR channel.takes_guests
FROM user
JOIN channel ON channel.id = :channel
WHERE user.id = :user
"""
ADD_NO_GUESTS = """
SELECT awm_concat(channel.name, ' takes no guests, and ', user.name, ' is one.')
FROM channel
JOIN user ON user.id = :user
WHERE channel.id = :channel
"""
ADD_CREATE_MEMBERSHIP = """
INSERT INTO membership (channel, user, role, notify, is_starred, joined_at, read_until)
VALUES (:channel, :user, 'member', 'mentions', 0, :now, :now)
RETURNING id
"""


def add(db, channel, user):
    """Make somebody a member, if they are none; says whether they were not."""
    if db.value(ADD_IF, channel=channel, user=user):
        return 0
    if not db.value(ADD_REQUIRE, user=user):
        raise ToolError("inactive", db.value(ADD_INACTIVE, user=user))
    if not db.value(ADD_REQUIRE_2, user=user, channel=channel):
        raise ToolError("no_guests", db.value(ADD_NO_GUESTS, channel=channel, user=user))
    db.insert(ADD_CREATE_MEMBERSHIP, channel=channel, user=user, now=db.now)
    return 1


POST_REQUIRE = "SELECT archived_at IS NULL FROM channel WHERE id = :channel"
POST_ARCHIVED = "SELECT awm_concat(name, ' is archived.') FROM channel WHERE id = :channel"
POST_REQUIRE_2 = """
SELECT mine.role = 'manager' OR NOT channel.only_managers_post
FROM membership AS mine
JOIN channel ON channel.id = :channel
WHERE mine.id = :mine
"""
POST_MANAGERS_ONLY = "SELECT awm_concat('Only managers post in ', name, '.') FROM channel WHERE id = :channel"
POST_CREATE_MESSAGE = """
INSERT INTO message (channel, author, text, thread, sent_at, is_deleted)
VALUES (:channel, :me, :text, :thread, :now, 0)
RETURNING id
"""


def post(db, channel, text, thread):
    """Write as me; what I write I have read."""
    mine = membership(db, channel)
    if not db.value(POST_REQUIRE, channel=channel):
        raise ToolError("archived", db.value(POST_ARCHIVED, channel=channel))
    if not db.value(POST_REQUIRE_2, mine=mine, channel=channel):
        raise ToolError("managers_only", db.value(POST_MANAGERS_ONLY, channel=channel))
    return db.insert(POST_CREATE_MESSAGE, channel=channel, me=db.me, text=text, thread=thread, now=db.now)


MENTION_U = """
SELECT user_2.id
FROM json_each(awm_distinct((
  SELECT json_group_array(user.id ORDER BY item.key)
  FROM json_each(:users) AS item
  JOIN user ON user.id = item.value
))) AS item_2
JOIN user AS user_2 ON user_2.id = item_2.value
ORDER BY item_2.key
"""
MENTION_REQUIRE = """
SELECT EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.channel = message.channel AND membership.user = :u
)
FROM message
WHERE message.id = :message
"""
MENTION_NOT_A_MEMBER = """
SELECT awm_concat(u.name, ' is not in ', channel.name, '.')
FROM user AS u
JOIN message ON message.id = :message
JOIN channel ON channel.id = message.channel
WHERE u.id = :u
"""
MENTION_CREATE_MENTION = "INSERT INTO mention (message, user) VALUES (:message, :u) RETURNING id"


def mention(db, message, users):
    """Name people in a message; they must be able to read it."""
    for u in db.each(db.values(MENTION_U, users=users)):
        if not db.value(MENTION_REQUIRE, message=message, u=u):
            raise ToolError("not_a_member", db.value(MENTION_NOT_A_MEMBER, u=u, message=message))
        db.insert(MENTION_CREATE_MENTION, message=message, u=u)


WHO_AM_I_RESULT = """
SELECT json_object(
  'id', me.id,
  'name', me.name,
  'handle', me.handle,
  'title', me.title,
  'role', me.role,
  'team', json((
    SELECT json_object('id', team_2.id, 'name', team_2.name)
    FROM team AS team_2
    WHERE team_2.id = me.team
  )),
  'is_quiet', json(iif(
    EXISTS(
      SELECT 1
      FROM quiet_hours
      WHERE quiet_hours.user = me.id
        AND quiet_hours.weekday = awm_weekday(:now)
        AND quiet_hours.starts_at <= time(:now)
        AND quiet_hours.ends_at > time(:now)
    ),
    'true',
    'false'
  )),
  'manages', json((
    SELECT json_group_array(
      json_object(
        'channel', json_object(
          'id', channel.id, 'name', channel.name, 'kind', channel.kind
        )
      )
      ORDER BY awm_fold(channel.name), channel.name, membership.id
    )
    FROM membership
    JOIN channel ON channel.id = membership.channel
    WHERE membership.user = me.id
      AND membership.role = 'manager'
      AND channel.archived_at IS NULL
  ))
)
FROM user AS me
LEFT JOIN team ON team.id = me.team
WHERE me.id = :me
"""


@tool()
def who_am_i(db):
    """My account: role, team, and the channels that I manage."""
    return db.value(WHO_AM_I_RESULT, me=db.me, now=db.now)


SEARCH_PEOPLE_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', u.id,
        'name', u.name,
        'handle', u.handle,
        'title', u.title,
        'role', u.role,
        'is_active', json(iif(u.is_active, 'true', 'false')),
        'team', json((
          SELECT json_object('id', team_2.id, 'name', team_2.name)
          FROM team AS team_2
          WHERE team_2.id = u.team
        ))
      ) AS v
      FROM user AS u
      LEFT JOIN team ON team.id = u.team
      WHERE (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(u.name, :query)
        OR :query IS NOT NULL AND awm_contains(u.handle, :query)
        OR :query IS NOT NULL AND awm_contains(u.title, :query)
      )
        AND (:team IS NULL OR u.team IS :team)
        AND (:role IS NULL OR u.role = :role)
        AND (
          :on_call IS NULL
          OR EXISTS(
            SELECT 1
            FROM shift
            WHERE shift.user = u.id AND shift.starts_at <= :now AND shift.ends_at > :now
          ) = :on_call
        )
        AND (u.is_active OR :include_inactive)
        AND (
          :channel IS NULL
          OR EXISTS(
            SELECT 1
            FROM membership
            WHERE membership.user = u.id AND membership.channel = :channel
          )
        )
      ORDER BY awm_fold(u.name), u.name, u.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM user AS u_2
    WHERE (
      :query IS NULL
      OR :query IS NOT NULL AND awm_contains(u_2.name, :query)
      OR :query IS NOT NULL AND awm_contains(u_2.handle, :query)
      OR :query IS NOT NULL AND awm_contains(u_2.title, :query)
    )
      AND (:team IS NULL OR u_2.team IS :team)
      AND (:role IS NULL OR u_2.role = :role)
      AND (
        :on_call IS NULL
        OR EXISTS(
          SELECT 1
          FROM shift AS shift_2
          WHERE shift_2.user = u_2.id
            AND shift_2.starts_at <= :now
            AND shift_2.ends_at > :now
        ) = :on_call
      )
      AND (u_2.is_active OR :include_inactive)
      AND (
        :channel IS NULL
        OR EXISTS(
          SELECT 1
          FROM membership AS membership_2
          WHERE membership_2.user = u_2.id AND membership_2.channel = :channel
        )
      )
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    team=Optional(Ref(TEAM), name="team_id"),
    role=Optional(Enum("guest", "member", "admin")),
    channel=Optional(Ref(CHANNEL), name="channel_id"),
    on_call=Optional(Bool()),
    include_inactive=Bool(default=0),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_people(db, query, team, role, channel, on_call, include_inactive, page, page_size):
    """Find people, by name."""
    return db.value(
        SEARCH_PEOPLE_RESULT,
        query=query,
        team=team,
        role=role,
        on_call=on_call,
        now=db.now,
        include_inactive=include_inactive,
        channel=channel,
        page_size=page_size,
        page=page,
    )


GET_PERSON_RESULT = """
SELECT json_object(
  'id', user.id,
  'name', user.name,
  'handle', user.handle,
  'email', user.email,
  'title', user.title,
  'role', user.role,
  'is_active', json(iif(user.is_active, 'true', 'false')),
  'joined_on', user.joined_on,
  'team', json((
    SELECT json_object('id', team_2.id, 'name', team_2.name)
    FROM team AS team_2
    WHERE team_2.id = user.team
  )),
  'is_quiet', json(iif(
    EXISTS(
      SELECT 1
      FROM quiet_hours
      WHERE quiet_hours.user = user.id
        AND quiet_hours.weekday = awm_weekday(:now)
        AND quiet_hours.starts_at <= time(:now)
        AND quiet_hours.ends_at > time(:now)
    ),
    'true',
    'false'
  )),
  'is_on_call', json(iif(
    EXISTS(
      SELECT 1
      FROM shift
      WHERE shift.user = user.id AND shift.starts_at <= :now AND shift.ends_at > :now
    ),
    'true',
    'false'
  )),
  'shared_channels', json((
    SELECT json_group_array(json_object('id', c.id, 'name', c.name) ORDER BY c.id)
    FROM channel AS c
    WHERE (
      c.kind = 'public'
      OR EXISTS(
        SELECT 1 FROM membership WHERE membership.channel = c.id AND membership.user = :me
      )
    )
      AND EXISTS(
        SELECT 1
        FROM membership AS membership_2
        WHERE membership_2.channel = c.id AND membership_2.user = :user
      )
      AND EXISTS(
        SELECT 1
        FROM membership AS membership_3
        WHERE membership_3.channel = c.id AND membership_3.user = :me
      )
  )),
  'next_shifts', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', shift_2.id,
        'team', json_object('id', team_3.id, 'name', team_3.name),
        'rotation', shift_2.rotation,
        'starts_at', shift_2.starts_at,
        'ends_at', shift_2.ends_at
      ) AS v
      FROM shift AS shift_2
      JOIN team AS team_3 ON team_3.id = shift_2.team
      WHERE shift_2.user = user.id AND shift_2.ends_at > :now
      ORDER BY shift_2.starts_at, shift_2.id
      LIMIT 5
    )
  ))
)
FROM user
LEFT JOIN team ON team.id = user.team
WHERE user.id = :user
"""


@tool(user=Ref(USER, name="user_id"))
def get_person(db, user):
    """Somebody's profile, with the channels that we share and the shifts to come."""
    return db.value(GET_PERSON_RESULT, user=user, now=db.now, me=db.me)


LIST_TEAMS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', team.id,
        'name', team.name,
        'lead', json((
          SELECT json_object(
            'id', lead_2.id, 'name', lead_2.name, 'handle', lead_2.handle
          )
          FROM user AS lead_2
          WHERE lead_2.id = team.lead
        )),
        'app_budget', json(printf('%.2f', team.app_budget / 100.0)),
        'app_cost', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(app.seat_price * subscription.seats * 12), 0)
            FROM subscription
            JOIN app ON app.id = subscription.app
            WHERE subscription.team = team.id AND subscription.ended_on IS NULL
          )) / 100.0
        )),
        'app_budget_left', json(printf(
          '%.2f',
          awm_whole(
            team.app_budget
            - (
              SELECT coalesce(sum(app_2.seat_price * subscription_2.seats * 12), 0)
              FROM subscription AS subscription_2
              JOIN app AS app_2 ON app_2.id = subscription_2.app
              WHERE subscription_2.team = team.id AND subscription_2.ended_on IS NULL
            )
          ) / 100.0
        )),
        'people', json((
          SELECT json_group_array(
            json_object('id', user.id, 'name', user.name, 'title', user.title)
            ORDER BY awm_fold(user.name), user.name, user.id
          )
          FROM user
          WHERE user.team IS team.id AND user.is_active
        ))
      )
      ORDER BY awm_fold(team.name), team.name, team.id
    )
    FROM team
    LEFT JOIN user AS lead ON lead.id = team.lead
  ))
)
"""


@tool()
def list_teams(db):
    """All teams: who leads them, who is in them, and what their apps cost and may cost in a year."""
    return db.value(LIST_TEAMS_RESULT)


LIST_QUIET_HOURS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', id, 'weekday', weekday, 'starts_at', starts_at, 'ends_at', ends_at
      )
      ORDER BY weekday, starts_at, id
    )
    FROM quiet_hours
    WHERE user = :me
  ))
)
"""


@tool()
def list_quiet_hours(db):
    """My quiet hours in the week."""
    return db.value(LIST_QUIET_HOURS_RESULT, me=db.me)


SET_QUIET_HOURS_D = """
SELECT awm_distinct((
  SELECT json_group_array(value ORDER BY key) FROM json_each(:weekdays)
))
"""
SET_QUIET_HOURS_REQUIRE = """
SELECT NOT EXISTS(
  SELECT 1
  FROM quiet_hours
  WHERE user = :me AND weekday = :d AND starts_at < :ends_at AND ends_at > :starts_at
)
"""
SET_QUIET_HOURS_OVERLAP = """
SELECT awm_concat(
  'There are quiet hours at that time on day ', CAST(:d AS TEXT), ' already.'
)
"""
SET_QUIET_HOURS_CREATE_QUIET_HOURS = """
INSERT INTO quiet_hours (user, weekday, starts_at, ends_at)
VALUES (:me, :d, :starts_at, :ends_at)
RETURNING id
"""
SET_QUIET_HOURS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', quiet_hours.id,
        'weekday', quiet_hours.weekday,
        'starts_at', quiet_hours.starts_at,
        'ends_at', quiet_hours.ends_at
      )
      ORDER BY quiet_hours.weekday, quiet_hours.starts_at, quiet_hours.id
    )
    FROM quiet_hours
    WHERE quiet_hours.user = :me
      AND quiet_hours.weekday IN (SELECT item.value FROM json_each(:weekdays) AS item)
  ))
)
"""


@tool(weekdays=List(Int(1, 7), 1, 7), starts_at=Time(), ends_at=Time(), writes=True)
def set_quiet_hours(db, weekdays, starts_at, ends_at):
    """Add the same quiet hours to some days of the week."""
    if not (starts_at < ends_at):
        raise ToolError("bad_range", "They end before they start; write two ranges around midnight.")
    for d in db.each(db.json(SET_QUIET_HOURS_D, weekdays=weekdays)):
        if not db.value(SET_QUIET_HOURS_REQUIRE, me=db.me, d=d, ends_at=ends_at, starts_at=starts_at):
            raise ToolError("overlap", db.value(SET_QUIET_HOURS_OVERLAP, d=d))
        db.insert(SET_QUIET_HOURS_CREATE_QUIET_HOURS, me=db.me, d=d, starts_at=starts_at, ends_at=ends_at)
    return db.value(SET_QUIET_HOURS_RESULT, me=db.me, weekdays=weekdays)


CLEAR_QUIET_HOURS_GONE_HOURS = """
SELECT quiet_hours.id
FROM quiet_hours
WHERE quiet_hours.user = :me
  AND quiet_hours.weekday IN (SELECT item.value FROM json_each(:weekdays) AS item)
ORDER BY quiet_hours.id
"""
CLEAR_QUIET_HOURS_N = """
SELECT count(*)
FROM json_each(:gone_hours) AS item
JOIN quiet_hours ON quiet_hours.id = item.value
"""
CLEAR_QUIET_HOURS_DELETE_QUIET_HOURS = """
DELETE FROM quiet_hours
WHERE id IN (
  SELECT quiet_hours.id
  FROM json_each(:gone_hours) AS item
  JOIN quiet_hours ON quiet_hours.id = item.value
)
"""
CLEAR_QUIET_HOURS_RESULT = """
SELECT json_object(
  'removed', :n,
  'left', json((
    SELECT json_group_array(
      json_object('weekday', weekday, 'starts_at', starts_at, 'ends_at', ends_at)
      ORDER BY weekday, starts_at, id
    )
    FROM quiet_hours
    WHERE user = :me
  ))
)
"""


@tool(weekdays=List(Int(1, 7), 1, 7), writes=True)
def clear_quiet_hours(db, weekdays):
    """Remove all my quiet hours of some days of the week."""
    gone_hours = db.values(CLEAR_QUIET_HOURS_GONE_HOURS, me=db.me, weekdays=weekdays)
    n = db.value(CLEAR_QUIET_HOURS_N, gone_hours=gone_hours)
    db.run(CLEAR_QUIET_HOURS_DELETE_QUIET_HOURS, gone_hours=gone_hours)
    return db.value(CLEAR_QUIET_HOURS_RESULT, n=n, me=db.me)


SEARCH_CHANNELS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', c.id,
        'name', c.name,
        'kind', c.kind,
        'topic', c.topic,
        'is_archived', json(iif(c.archived_at IS NOT NULL, 'true', 'false')),
        'member_count', (
          SELECT count(*)
          FROM membership AS membership_6
          WHERE membership_6.channel = c.id
        ),
        'last_post_at', (
          SELECT max(message_2.sent_at)
          FROM message AS message_2
          WHERE message_2.channel = c.id
        ),
        'my_role', (
          SELECT membership_7.role
          FROM membership AS membership_7
          WHERE membership_7.channel = c.id AND membership_7.user = :me
          ORDER BY membership_7.id
          LIMIT 1
        )
      ) AS v
      FROM channel AS c
      WHERE (
        c.kind = 'public'
        OR EXISTS(
          SELECT 1
          FROM membership
          WHERE membership.channel = c.id AND membership.user = :me
        )
      )
        AND (
          :query IS NULL
          OR :query IS NOT NULL AND awm_contains(c.name, :query)
          OR :query IS NOT NULL AND awm_contains(c.topic, :query)
        )
        AND (:kind IS NULL OR c.kind = :kind)
        AND (:team IS NULL OR c.team IS :team)
        AND (
          :min_members IS NULL
          OR (
            SELECT count(*)
            FROM membership AS membership_2
            WHERE membership_2.channel = c.id
          ) >= :min_members
        )
        AND (
          :quiet_since IS NULL
          OR (SELECT max(message.sent_at) FROM message WHERE message.channel = c.id) < :quiet_since
        )
        AND (
          :member IS NULL
          OR EXISTS(
            SELECT 1
            FROM membership AS membership_3
            WHERE membership_3.channel = c.id AND membership_3.user = :member
          )
        )
        AND (
          :managed_by IS NULL
          OR EXISTS(
            SELECT 1
            FROM membership AS membership_4
            WHERE membership_4.channel = c.id
              AND membership_4.user = :managed_by
              AND membership_4.role = 'manager'
          )
        )
        AND (
          :starred IS NULL
          OR EXISTS(
            SELECT 1
            FROM membership AS membership_5
            WHERE membership_5.channel = c.id
              AND membership_5.user = :me
              AND membership_5.is_starred
          ) = :starred
        )
        AND (c.archived_at IS NULL OR :include_archived)
      ORDER BY awm_fold(c.name), c.name, c.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM channel AS c_2
    WHERE (
      c_2.kind = 'public'
      OR EXISTS(
        SELECT 1
        FROM membership AS membership_8
        WHERE membership_8.channel = c_2.id AND membership_8.user = :me
      )
    )
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(c_2.name, :query)
        OR :query IS NOT NULL AND awm_contains(c_2.topic, :query)
      )
      AND (:kind IS NULL OR c_2.kind = :kind)
      AND (:team IS NULL OR c_2.team IS :team)
      AND (
        :min_members IS NULL
        OR (
          SELECT count(*)
          FROM membership AS membership_9
          WHERE membership_9.channel = c_2.id
        ) >= :min_members
      )
      AND (
        :quiet_since IS NULL
        OR (
          SELECT max(message_3.sent_at)
          FROM message AS message_3
          WHERE message_3.channel = c_2.id
        ) < :quiet_since
      )
      AND (
        :member IS NULL
        OR EXISTS(
          SELECT 1
          FROM membership AS membership_10
          WHERE membership_10.channel = c_2.id AND membership_10.user = :member
        )
      )
      AND (
        :managed_by IS NULL
        OR EXISTS(
          SELECT 1
          FROM membership AS membership_11
          WHERE membership_11.channel = c_2.id
            AND membership_11.user = :managed_by
            AND membership_11.role = 'manager'
        )
      )
      AND (
        :starred IS NULL
        OR EXISTS(
          SELECT 1
          FROM membership AS membership_12
          WHERE membership_12.channel = c_2.id
            AND membership_12.user = :me
            AND membership_12.is_starred
        ) = :starred
      )
      AND (c_2.archived_at IS NULL OR :include_archived)
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    kind=Optional(Enum("public", "private", "direct")),
    team=Optional(Ref(TEAM), name="team_id"),
    member=Optional(Ref(USER), name="member_id"),
    managed_by=Optional(Ref(USER), name="managed_by_id"),
    starred=Optional(Bool()),
    min_members=Optional(Int(1)),
    quiet_since=Optional(Datetime()),
    include_archived=Bool(default=0),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_channels(
    db,
    query,
    kind,
    team,
    member,
    managed_by,
    starred,
    min_members,
    quiet_since,
    include_archived,
    page,
    page_size,
):
    """Find channels that I can see, by name; direct channels are among them."""
    return db.value(
        SEARCH_CHANNELS_RESULT,
        me=db.me,
        query=query,
        kind=kind,
        team=team,
        min_members=min_members,
        quiet_since=quiet_since,
        member=member,
        managed_by=managed_by,
        starred=starred,
        include_archived=include_archived,
        page_size=page_size,
        page=page,
    )


GET_CHANNEL_RESULT = """
SELECT json_object(
  'id', channel.id,
  'name', channel.name,
  'kind', channel.kind,
  'topic', channel.topic,
  'team', json((
    SELECT json_object('id', team_2.id, 'name', team_2.name)
    FROM team AS team_2
    WHERE team_2.id = channel.team
  )),
  'only_managers_post', json(iif(channel.only_managers_post, 'true', 'false')),
  'takes_guests', json(iif(channel.takes_guests, 'true', 'false')),
  'created_at', channel.created_at,
  'archived_at', channel.archived_at,
  'member_count', (SELECT count(*) FROM membership WHERE membership.channel = channel.id),
  'last_post_at', (
    SELECT max(message.sent_at) FROM message WHERE message.channel = channel.id
  ),
  'members', json((
    SELECT json_group_array(
      json_object(
        'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
        'role', membership_2.role,
        'joined_at', membership_2.joined_at
      )
      ORDER BY awm_fold(user.name), user.name, membership_2.id
    )
    FROM membership AS membership_2
    JOIN user ON user.id = membership_2.user
    WHERE membership_2.channel = channel.id
  )),
  'pins', json((
    SELECT json_group_array(
      json_object(
        'id', message_2.id,
        'author', json_object(
          'id', author.id, 'name', author.name, 'handle', author.handle
        ),
        'text', message_2.text,
        'pinned_by', json((
          SELECT json_object(
            'id', pinned_by.id, 'name', pinned_by.name, 'handle', pinned_by.handle
          )
          FROM pin AS pin_3
          JOIN user AS pinned_by ON pinned_by.id = pin_3.pinned_by
          WHERE pin_3.id = (
            SELECT pin_2.id
            FROM pin AS pin_2
            WHERE pin_2.message = message_2.id
            ORDER BY pin_2.id
            LIMIT 1
          )
        ))
      )
      ORDER BY
        (
          SELECT pin_4.pinned_at
          FROM pin AS pin_4
          WHERE pin_4.message = message_2.id
          ORDER BY pin_4.id
          LIMIT 1
        ) NULLS LAST,
        message_2.id
    )
    FROM message AS message_2
    JOIN user AS author ON author.id = message_2.author
    WHERE message_2.channel = channel.id
      AND (
        SELECT pin.id FROM pin WHERE pin.message = message_2.id ORDER BY pin.id LIMIT 1
      ) IS NOT NULL
  ))
)
FROM channel
LEFT JOIN team ON team.id = channel.team
WHERE channel.id = :channel
"""


@tool(channel=Ref(CHANNEL, name="channel_id"))
def get_channel(db, channel):
    """A channel with its members and pins."""
    return db.value(GET_CHANNEL_RESULT, channel=channel)


CREATE_CHANNEL_REQUIRE = "SELECT NOT EXISTS(SELECT 1 FROM channel WHERE name = :name)"
CREATE_CHANNEL_NAME_TAKEN = "SELECT awm_concat('There is a channel ', :name, ' already.')"
CREATE_CHANNEL_CREATE_CHANNEL = """
INSERT INTO channel (
  name, kind, topic, team, only_managers_post, takes_guests, created_at
)
VALUES (
  :name, CASE WHEN :is_private THEN 'private' ELSE 'public' END, :topic, :team, 0, 0, :now
)
RETURNING id
"""
CREATE_CHANNEL_CREATE_MEMBERSHIP = """
INSERT INTO membership (channel, user, role, notify, is_starred, joined_at, read_until)
VALUES (:channel, :me, 'manager', 'everything', 0, :now, :now)
RETURNING id
"""
CREATE_CHANNEL_U = """
SELECT user.id
FROM json_each(:members) AS item
JOIN user ON user.id = item.value
ORDER BY item.key
"""
CREATE_CHANNEL_RESULT = """
SELECT json_object(
  'id', channel.id,
  'name', channel.name,
  'kind', channel.kind,
  'topic', channel.topic,
  'members', json((
    SELECT json_group_array(
      json_object(
        'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
        'role', membership.role
      )
      ORDER BY membership.id
    )
    FROM membership
    JOIN user ON user.id = membership.user
    WHERE membership.channel = channel.id
  ))
)
FROM channel
WHERE channel.id = :channel
"""


@tool(
    name=Text(pattern="[a-z0-9][a-z0-9-]{1,39}"),
    is_private=Bool(default=0),
    topic=Text(0, 250, default=""),
    team=Optional(Ref(TEAM), name="team_id"),
    members=List(Ref(USER), 0, 50, name="member_ids", default=[]),
    writes=True,
    invariants=(1, 2, 3),
)
def create_channel(db, name, is_private, topic, team, members):
    """Open a channel, with me as its manager."""
    if not db.value(CREATE_CHANNEL_REQUIRE, name=name):
        raise ToolError("name_taken", db.value(CREATE_CHANNEL_NAME_TAKEN, name=name))
    channel = db.insert(
        CREATE_CHANNEL_CREATE_CHANNEL, name=name, is_private=is_private, topic=topic, team=team, now=db.now
    )
    db.insert(CREATE_CHANNEL_CREATE_MEMBERSHIP, channel=channel, me=db.me, now=db.now)
    for u in db.each(db.values(CREATE_CHANNEL_U, members=members)):
        add(db, channel, u)
    return db.value(CREATE_CHANNEL_RESULT, channel=channel)


UPDATE_CHANNEL_REQUIRE = "SELECT kind <> 'direct' FROM channel WHERE id = :channel"
UPDATE_CHANNEL_REQUIRE_2 = "SELECT NOT EXISTS(SELECT 1 FROM channel WHERE name IS :name AND id <> :channel)"
UPDATE_CHANNEL_UPDATE_CHANNEL = """
UPDATE channel
SET
  name = coalesce(:name, name),
  topic = coalesce(:topic, topic),
  only_managers_post = coalesce(:only_managers_post, only_managers_post)
WHERE id = :channel
"""
UPDATE_CHANNEL_RESULT = """
SELECT json_object(
  'id', id,
  'name', name,
  'topic', topic,
  'only_managers_post', json(iif(only_managers_post, 'true', 'false'))
)
FROM channel
WHERE id = :channel
"""


@tool(
    channel=Ref(CHANNEL, name="channel_id"),
    name=Optional(Text(pattern="[a-z0-9][a-z0-9-]{1,39}")),
    topic=Optional(Text(0, 250)),
    only_managers_post=Optional(Bool()),
    writes=True,
    invariants=(1, 2, 3),
)
def update_channel(db, channel, name, topic, only_managers_post):
    """Rename a channel, or change its topic or who posts; for its managers."""
    must_manage(db, channel)
    if not db.value(UPDATE_CHANNEL_REQUIRE, channel=channel):
        raise ToolError("direct", "A direct channel has no settings.")
    if not db.value(UPDATE_CHANNEL_REQUIRE_2, name=name, channel=channel):
        raise ToolError("name_taken", "There is a channel of that name already.")
    db.run(
        UPDATE_CHANNEL_UPDATE_CHANNEL,
        name=name,
        topic=topic,
        only_managers_post=only_managers_post,
        channel=channel,
    )
    return db.value(UPDATE_CHANNEL_RESULT, channel=channel)


ARCHIVE_CHANNEL_REQUIRE = "SELECT kind <> 'direct' FROM channel WHERE id = :channel"
ARCHIVE_CHANNEL_REQUIRE_2 = "SELECT archived_at IS NULL FROM channel WHERE id = :channel"
ARCHIVE_CHANNEL_ARCHIVED = "SELECT awm_concat(name, ' is archived already.') FROM channel WHERE id = :channel"
ARCHIVE_CHANNEL_UPDATE_POLL = """
UPDATE poll
SET status = chosen.new_status
FROM (
  SELECT poll.id AS key, 'closed' AS new_status
  FROM poll
  JOIN message ON message.id = poll.message
  WHERE message.channel = :channel
  ORDER BY poll.id
) AS chosen
WHERE poll.id = chosen.key
"""
ARCHIVE_CHANNEL_UPDATE_SCHEDULED_MESSAGE = """
UPDATE scheduled_message
SET status = 'cancelled'
WHERE channel = :channel AND status = 'waiting' AND send_at > :now
"""
ARCHIVE_CHANNEL_UPDATE_MEMBERSHIP = "UPDATE membership SET is_starred = 0 WHERE channel = :channel"
ARCHIVE_CHANNEL_UPDATE_CHANNEL = "UPDATE channel SET archived_at = :now WHERE id = :channel"
ARCHIVE_CHANNEL_RESULT = """
SELECT json_object('id', id, 'name', name, 'archived_at', archived_at)
FROM channel
WHERE id = :channel
"""


@tool(channel=Ref(CHANNEL, name="channel_id"), writes=True, invariants=(1, 2, 3))
def archive_channel(db, channel):
    """Close a channel for good: its polls close, what is scheduled for it is cancelled, no star is left. For its managers."""
    must_manage(db, channel)
    if not db.value(ARCHIVE_CHANNEL_REQUIRE, channel=channel):
        raise ToolError("direct", "A direct channel cannot be archived.")
    if not db.value(ARCHIVE_CHANNEL_REQUIRE_2, channel=channel):
        raise ToolError("archived", db.value(ARCHIVE_CHANNEL_ARCHIVED, channel=channel))
    db.run(ARCHIVE_CHANNEL_UPDATE_POLL, channel=channel)
    db.run(ARCHIVE_CHANNEL_UPDATE_SCHEDULED_MESSAGE, channel=channel, now=db.now)
    db.run(ARCHIVE_CHANNEL_UPDATE_MEMBERSHIP, channel=channel)
    db.run(ARCHIVE_CHANNEL_UPDATE_CHANNEL, now=db.now, channel=channel)
    return db.value(ARCHIVE_CHANNEL_RESULT, channel=channel)


ADD_MEMBERS_REQUIRE = "SELECT kind <> 'direct' FROM channel WHERE id = :channel"
ADD_MEMBERS_REQUIRE_2 = "SELECT archived_at IS NULL FROM channel WHERE id = :channel"
ADD_MEMBERS_ARCHIVED = "SELECT awm_concat(name, ' is archived.') FROM channel WHERE id = :channel"
ADD_MEMBERS_REQUIRE_3 = """
SELECT channel.kind = 'public' OR mine.role = 'manager'
FROM channel
JOIN membership AS mine ON mine.id = :mine
WHERE channel.id = :channel
"""
ADD_MEMBERS_NOT_A_MANAGER = """
SELECT awm_concat('Only managers add people to ', name, '.')
FROM channel
WHERE id = :channel
"""
ADD_MEMBERS_U = """
SELECT user.id
FROM json_each(:users) AS item
JOIN user ON user.id = item.value
ORDER BY item.key
"""
ADD_MEMBERS_RESULT = """
SELECT json_object(
  'channel', channel.name,
  'added', :added,
  'members', (SELECT count(*) FROM membership WHERE membership.channel = channel.id)
)
FROM channel
WHERE channel.id = :channel
"""


@tool(
    channel=Ref(CHANNEL, name="channel_id"),
    users=List(Ref(USER), 1, 30, name="user_ids"),
    writes=True,
    invariants=(1, 2, 3),
)
def add_members(db, channel, users):
    """Add people to a channel that I am in; those who are in it already are left as they are."""
    mine = membership(db, channel)
    if not db.value(ADD_MEMBERS_REQUIRE, channel=channel):
        raise ToolError("direct", "A direct channel keeps its members; write to all of them instead.")
    if not db.value(ADD_MEMBERS_REQUIRE_2, channel=channel):
        raise ToolError("archived", db.value(ADD_MEMBERS_ARCHIVED, channel=channel))
    if not db.value(ADD_MEMBERS_REQUIRE_3, channel=channel, mine=mine):
        raise ToolError("not_a_manager", db.value(ADD_MEMBERS_NOT_A_MANAGER, channel=channel))
    added = 0
    for u in db.each(db.values(ADD_MEMBERS_U, users=users)):
        if add(db, channel, u):
            added = fn.whole(added + 1)
    return db.value(ADD_MEMBERS_RESULT, channel=channel, added=added)


MARK_READ_N = """
SELECT (
  SELECT count(*)
  FROM message AS m
  WHERE m.channel = mine.channel AND m.sent_at > mine.read_until AND m.author <> mine.user
)
FROM membership AS mine
WHERE mine.id = :mine
"""
MARK_READ_UPDATE_MINE = "UPDATE membership SET read_until = :now WHERE id = :mine"
MARK_READ_RESULT = "SELECT json_object('channel', name, 'marked', :n) FROM channel WHERE id = :channel"


@tool(channel=Ref(CHANNEL, name="channel_id"), writes=True, invariants=(1, 2, 3))
def mark_read(db, channel):
    """Nothing in a channel is unread any more."""
    mine = membership(db, channel)
    n = db.value(MARK_READ_N, mine=mine)
    db.run(MARK_READ_UPDATE_MINE, now=db.now, mine=mine)
    return db.value(MARK_READ_RESULT, channel=channel, n=n)


UNREAD_SUMMARY_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'channel', json_object(
          'id', channel.id, 'name', channel.name, 'kind', channel.kind
        ),
        'unread', (
          SELECT count(*)
          FROM message AS m_3
          WHERE m_3.channel = membership.channel
            AND m_3.sent_at > membership.read_until
            AND m_3.author <> membership.user
        ),
        'unread_mentions', (
          SELECT count(*)
          FROM message AS m_4
          WHERE m_4.channel = membership.channel
            AND m_4.sent_at > membership.read_until
            AND EXISTS(
              SELECT 1
              FROM mention AS x_2
              WHERE x_2.message = m_4.id AND x_2.user = membership.user
            )
        ),
        'notify', membership.notify,
        'oldest', (
          SELECT min(m_5.sent_at)
          FROM message AS m_5
          WHERE m_5.channel = membership.channel
            AND m_5.sent_at > membership.read_until
            AND m_5.author <> :me
        )
      )
      ORDER BY
        (
          SELECT count(*)
          FROM message AS m_6
          WHERE m_6.channel = membership.channel
            AND m_6.sent_at > membership.read_until
            AND EXISTS(
              SELECT 1
              FROM mention AS x_3
              WHERE x_3.message = m_6.id AND x_3.user = membership.user
            )
        ) DESC,
        (
          SELECT count(*)
          FROM message AS m_7
          WHERE m_7.channel = membership.channel
            AND m_7.sent_at > membership.read_until
            AND m_7.author <> membership.user
        ) DESC,
        membership.id
    )
    FROM membership
    JOIN channel ON channel.id = membership.channel
    WHERE membership.user = :me
      AND channel.archived_at IS NULL
      AND (
        (
          SELECT count(*)
          FROM message AS m
          WHERE m.channel = membership.channel
            AND m.sent_at > membership.read_until
            AND EXISTS(
              SELECT 1
              FROM mention AS x
              WHERE x.message = m.id AND x.user = membership.user
            )
        ) > 0
        OR (
          SELECT count(*)
          FROM message AS m_2
          WHERE m_2.channel = membership.channel
            AND m_2.sent_at > membership.read_until
            AND m_2.author <> membership.user
        ) > 0
          AND NOT :only_mentions
      )
  ))
)
"""


@tool(only_mentions=Bool(default=0))
def unread_summary(db, only_mentions):
    """Channels with something unread, my mentions first, then the fullest."""
    return db.value(UNREAD_SUMMARY_RESULT, me=db.me, only_mentions=only_mentions)


READ_CHANNEL_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', message.id,
        'author', json_object(
          'id', author.id, 'name', author.name, 'handle', author.handle
        ),
        'text', message.text,
        'sent_at', message.sent_at,
        'edited_at', message.edited_at,
        'is_pinned', json(iif(
          (SELECT pin.id FROM pin WHERE pin.message = message.id ORDER BY pin.id LIMIT 1) IS NOT NULL,
          'true',
          'false'
        )),
        'reply_count', (
          SELECT count(*)
          FROM message AS message_2
          WHERE message_2.thread IS message.id AND NOT message_2.is_deleted
        ),
        'reaction_count', (
          SELECT count(*) FROM reaction WHERE reaction.message = message.id
        ),
        'poll', json((
          SELECT json_object(
            'id', poll.id, 'question', poll.question, 'status', poll.status
          )
          FROM poll
          WHERE poll.message = message.id
          ORDER BY poll.id
          LIMIT 1
        ))
      ) AS v
      FROM message
      JOIN user AS author ON author.id = message.author
      WHERE message.channel = :channel
        AND message.thread IS NULL
        AND (:since IS NULL OR message.sent_at >= :since)
        AND (:before IS NULL OR message.sent_at < :before)
      ORDER BY message.sent_at DESC, message.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM message AS message_3
    WHERE message_3.channel = :channel
      AND message_3.thread IS NULL
      AND (:since IS NULL OR message_3.sent_at >= :since)
      AND (:before IS NULL OR message_3.sent_at < :before)
  ),
  'page', :page
)
"""


@tool(
    channel=Ref(CHANNEL, name="channel_id"),
    since=Optional(Datetime()),
    before=Optional(Datetime()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def read_channel(db, channel, since, before, page, page_size):
    """What was posted in a channel, latest first; replies stay in their threads."""
    return db.value(
        READ_CHANNEL_RESULT, channel=channel, since=since, before=before, page_size=page_size, page=page
    )


GET_MESSAGE_START = "SELECT coalesce(thread, :message) FROM message WHERE id = :message"
GET_MESSAGE_RESULT = """
SELECT json_object(
  'id', start.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'author', json_object('id', author.id, 'name', author.name, 'handle', author.handle),
  'text', start.text,
  'sent_at', start.sent_at,
  'edited_at', start.edited_at,
  'is_pinned', json(iif(
    (SELECT pin.id FROM pin WHERE pin.message = start.id ORDER BY pin.id LIMIT 1) IS NOT NULL,
    'true',
    'false'
  )),
  'mentions', json((
    SELECT json_group_array(user.handle ORDER BY mention.id)
    FROM mention
    JOIN user ON user.id = mention.user
    WHERE mention.message = start.id
  )),
  'reactions', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'emoji', reaction.emoji,
        'users', json((
          SELECT json_group_array(user_2.handle ORDER BY reaction_2.id)
          FROM reaction AS reaction_2
          JOIN user AS user_2 ON user_2.id = reaction_2.user
          WHERE reaction_2.message = start.id AND reaction_2.emoji IS reaction.emoji
        ))
      ) AS v
      FROM reaction
      WHERE reaction.message = start.id
      GROUP BY reaction.emoji
      ORDER BY count(*) DESC, awm_fold(reaction.emoji), reaction.emoji
    )
  )),
  'files', json((
    SELECT json_group_array(
      json_object('name', file.name, 'kind', file.kind, 'size_kb', file.size_kb)
      ORDER BY file.id
    )
    FROM file
    WHERE file.message = start.id
  )),
  'poll', json((
    SELECT json_object('id', poll.id, 'question', poll.question, 'status', poll.status)
    FROM poll
    WHERE poll.message = start.id
    ORDER BY poll.id
    LIMIT 1
  )),
  'replies', json((
    SELECT json_group_array(
      json_object(
        'id', message.id,
        'author', json_object(
          'id', author_2.id, 'name', author_2.name, 'handle', author_2.handle
        ),
        'text', message.text,
        'sent_at', message.sent_at,
        'edited_at', message.edited_at
      )
      ORDER BY message.sent_at, message.id
    )
    FROM message
    JOIN user AS author_2 ON author_2.id = message.author
    WHERE message.thread IS start.id
  ))
)
FROM message AS start
JOIN channel ON channel.id = start.channel
JOIN user AS author ON author.id = start.author
WHERE start.id = :start
"""


@tool(message=Ref(MESSAGE, name="message_id"))
def get_message(db, message):
    """A message with its thread, reactions, files and poll."""
    start = db.value(GET_MESSAGE_START, message=message)
    return db.value(GET_MESSAGE_RESULT, start=start)


SEARCH_MESSAGES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', m.id,
        'channel', json_object('id', channel.id, 'name', channel.name),
        'author', json_object(
          'id', author.id, 'name', author.name, 'handle', author.handle
        ),
        'text', m.text,
        'sent_at', m.sent_at,
        'thread_id', m.thread,
        'reply_count', (
          SELECT count(*)
          FROM message
          WHERE message.thread IS m.id AND NOT message.is_deleted
        ),
        'reaction_count', (
          SELECT count(*) FROM reaction AS reaction_2 WHERE reaction_2.message = m.id
        ),
        'is_pinned', json(iif(
          (
            SELECT pin_2.id
            FROM pin AS pin_2
            WHERE pin_2.message = m.id
            ORDER BY pin_2.id
            LIMIT 1
          ) IS NOT NULL,
          'true',
          'false'
        ))
      ) AS v
      FROM message AS m
      JOIN channel ON channel.id = m.channel
      JOIN user AS author ON author.id = m.author
      WHERE (
        channel.kind = 'public'
        OR EXISTS(
          SELECT 1
          FROM membership
          WHERE membership.channel = channel.id AND membership.user = :me
        )
      )
        AND NOT m.is_deleted
        AND (:query IS NULL OR awm_contains(m.text, :query))
        AND (:channel IS NULL OR m.channel = :channel)
        AND (:author IS NULL OR m.author = :author)
        AND (:since IS NULL OR m.sent_at >= :since)
        AND (:before IS NULL OR m.sent_at < :before)
        AND (
          :has_files IS NULL
          OR EXISTS(SELECT 1 FROM file WHERE file.message = m.id) = :has_files
        )
        AND (
          :pinned IS NULL
          OR (
            (SELECT pin.id FROM pin WHERE pin.message = m.id ORDER BY pin.id LIMIT 1) IS NOT NULL
          ) = :pinned
        )
        AND (:is_reply IS NULL OR (m.thread IS NOT NULL) = :is_reply)
        AND (
          :mentions IS NULL
          OR EXISTS(
            SELECT 1
            FROM mention
            WHERE mention.message = m.id AND mention.user = :mentions
          )
        )
        AND (
          :emoji IS NULL
          OR EXISTS(
            SELECT 1
            FROM reaction
            WHERE reaction.message = m.id AND reaction.emoji = :emoji
          )
        )
      ORDER BY
        CASE WHEN :order = 'newest' THEN m.sent_at END DESC,
        CASE WHEN :order = 'oldest' THEN m.sent_at END NULLS LAST,
        CASE
          WHEN :order = 'most_reactions' THEN (
            SELECT count(*) FROM reaction AS reaction_3 WHERE reaction_3.message = m.id
          )
        END DESC,
        m.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM message AS m_2
    JOIN channel AS channel_2 ON channel_2.id = m_2.channel
    WHERE (
      channel_2.kind = 'public'
      OR EXISTS(
        SELECT 1
        FROM membership AS membership_2
        WHERE membership_2.channel = channel_2.id AND membership_2.user = :me
      )
    )
      AND NOT m_2.is_deleted
      AND (:query IS NULL OR awm_contains(m_2.text, :query))
      AND (:channel IS NULL OR m_2.channel = :channel)
      AND (:author IS NULL OR m_2.author = :author)
      AND (:since IS NULL OR m_2.sent_at >= :since)
      AND (:before IS NULL OR m_2.sent_at < :before)
      AND (
        :has_files IS NULL
        OR EXISTS(SELECT 1 FROM file AS file_2 WHERE file_2.message = m_2.id) = :has_files
      )
      AND (
        :pinned IS NULL
        OR (
          (
            SELECT pin_3.id
            FROM pin AS pin_3
            WHERE pin_3.message = m_2.id
            ORDER BY pin_3.id
            LIMIT 1
          ) IS NOT NULL
        ) = :pinned
      )
      AND (:is_reply IS NULL OR (m_2.thread IS NOT NULL) = :is_reply)
      AND (
        :mentions IS NULL
        OR EXISTS(
          SELECT 1
          FROM mention AS mention_2
          WHERE mention_2.message = m_2.id AND mention_2.user = :mentions
        )
      )
      AND (
        :emoji IS NULL
        OR EXISTS(
          SELECT 1
          FROM reaction AS reaction_4
          WHERE reaction_4.message = m_2.id AND reaction_4.emoji = :emoji
        )
      )
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    channel=Optional(Ref(CHANNEL), name="channel_id"),
    author=Optional(Ref(USER), name="author_id"),
    mentions=Optional(Ref(USER), name="mentions_id"),
    since=Optional(Datetime()),
    before=Optional(Datetime()),
    has_files=Optional(Bool()),
    pinned=Optional(Bool()),
    is_reply=Optional(Bool()),
    emoji=Optional(Text()),
    order=Enum("newest", "oldest", "most_reactions", default="newest"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_messages(
    db,
    query,
    channel,
    author,
    mentions,
    since,
    before,
    has_files,
    pinned,
    is_reply,
    emoji,
    order,
    page,
    page_size,
):
    """Find messages in the channels that I can see."""
    return db.value(
        SEARCH_MESSAGES_RESULT,
        me=db.me,
        query=query,
        channel=channel,
        author=author,
        since=since,
        before=before,
        has_files=has_files,
        pinned=pinned,
        is_reply=is_reply,
        mentions=mentions,
        emoji=emoji,
        order=order,
        page_size=page_size,
        page=page,
    )


POST_MESSAGE_RESULT = """
SELECT json_object(
  'id', message.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'text', message.text,
  'sent_at', message.sent_at,
  'mentions', json((
    SELECT json_group_array(user.handle ORDER BY mention.id)
    FROM mention
    JOIN user ON user.id = mention.user
    WHERE mention.message = message.id
  ))
)
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :message
"""


@tool(
    channel=Ref(CHANNEL, name="channel_id"),
    text=Text(1, 4000),
    mentions=List(Ref(USER), 0, 10, name="mention_ids", default=[]),
    writes=True,
    invariants=(0,),
)
def post_message(db, channel, text, mentions):
    """Post in a channel that I am in."""
    message = post(db, channel, text, None)
    mention(db, message, mentions)
    return db.value(POST_MESSAGE_RESULT, message=message)


REPLY_CHANNEL = "SELECT channel FROM message WHERE id = :message"
REPLY_THREAD = "SELECT coalesce(thread, :message) FROM message WHERE id = :message"
REPLY_RESULT = """
SELECT json_object(
  'id', answer.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'thread_id', answer.thread,
  'text', answer.text,
  'sent_at', answer.sent_at,
  'mentions', json((
    SELECT json_group_array(user.handle ORDER BY mention.id)
    FROM mention
    JOIN user ON user.id = mention.user
    WHERE mention.message = answer.id
  ))
)
FROM message AS answer
JOIN channel ON channel.id = answer.channel
WHERE answer.id = :answer
"""


@tool(
    message=Ref(MESSAGE, name="message_id"),
    text=Text(1, 4000),
    mentions=List(Ref(USER), 0, 10, name="mention_ids", default=[]),
    writes=True,
    invariants=(0,),
)
def reply(db, message, text, mentions):
    """Answer in the thread of a message."""
    answer = post(db, db.value(REPLY_CHANNEL, message=message), text, db.value(REPLY_THREAD, message=message))
    mention(db, answer, mentions)
    return db.value(REPLY_RESULT, answer=answer)


DIRECT_MESSAGE_OTHERS = """
SELECT awm_distinct((
  SELECT json_group_array(u.id ORDER BY item.key)
  FROM json_each(:to) AS item
  JOIN user AS u ON u.id = item.value
  WHERE u.id <> :me
))
"""
DIRECT_MESSAGE_U = """
SELECT user.id
FROM json_each(:others) AS item
JOIN user ON user.id = item.value
ORDER BY item.key
"""
DIRECT_MESSAGE_REQUIRE = "SELECT is_active FROM user WHERE id = :u"
DIRECT_MESSAGE_INACTIVE = "SELECT awm_concat(name, ' has no active account.') FROM user WHERE id = :u"
DIRECT_MESSAGE_NAME = """
SELECT awm_join(
  (
    SELECT json_group_array(
      item_2.value ORDER BY awm_fold(item_2.value), item_2.value, item_2.key
    )
    FROM json_each((
      SELECT json_group_array(u.handle ORDER BY u.id)
      FROM user AS u
      WHERE u.id IN (SELECT item.value FROM json_each(:to) AS item) OR u.id = :me
    )) AS item_2
  ),
  '+'
)
"""
DIRECT_MESSAGE_KNOWN = "SELECT id FROM channel WHERE name = :name ORDER BY id LIMIT 1"
DIRECT_MESSAGE_CREATE_CHANNEL = """
INSERT INTO channel (name, kind, topic, only_managers_post, takes_guests, created_at)
VALUES (:name, 'direct', '', 0, 0, :now)
RETURNING id
"""
DIRECT_MESSAGE_CREATE_MEMBERSHIP = """
INSERT INTO membership (channel, user, notify, role, is_starred, joined_at, read_until)
VALUES (:channel, :me, 'everything', 'member', 0, :now, :now)
RETURNING id
"""
DIRECT_MESSAGE_U_2 = """
SELECT user.id
FROM json_each(:others) AS item
JOIN user ON user.id = item.value
ORDER BY item.key
"""
DIRECT_MESSAGE_CREATE_MEMBERSHIP_2 = """
INSERT INTO membership (channel, user, notify, role, is_starred, joined_at, read_until)
VALUES (:channel, :u, 'everything', 'member', 0, :now, :now)
RETURNING id
"""
DIRECT_MESSAGE_RESULT = """
SELECT json_object(
  'id', message.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'text', message.text,
  'sent_at', message.sent_at,
  'is_new_channel', json(iif(:known IS NULL, 'true', 'false'))
)
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :message
"""


@tool(to=List(Ref(USER), 1, 7, name="to_ids"), text=Text(1, 4000), writes=True, invariants=(0, 1, 2, 3))
def direct_message(db, to, text):
    """Write to one or several people directly; the direct channel is made if there is none."""
    others = db.json(DIRECT_MESSAGE_OTHERS, to=to, me=db.me)
    if not (fn.length(others) > 0):
        raise ToolError("nobody", "You cannot write to yourself.")
    for u in db.each(db.values(DIRECT_MESSAGE_U, others=others)):
        if not db.value(DIRECT_MESSAGE_REQUIRE, u=u):
            raise ToolError("inactive", db.value(DIRECT_MESSAGE_INACTIVE, u=u))
    name = db.value(DIRECT_MESSAGE_NAME, to=to, me=db.me)
    known = db.value(DIRECT_MESSAGE_KNOWN, name=name)
    found_1 = known
    if found_1 is None:
        found_1 = db.insert(DIRECT_MESSAGE_CREATE_CHANNEL, name=name, now=db.now)
    channel = found_1
    if known is None:
        db.insert(DIRECT_MESSAGE_CREATE_MEMBERSHIP, channel=channel, me=db.me, now=db.now)
        for u in db.each(db.values(DIRECT_MESSAGE_U_2, others=others)):
            db.insert(DIRECT_MESSAGE_CREATE_MEMBERSHIP_2, channel=channel, u=u, now=db.now)
    message = post(db, channel, text, None)
    return db.value(DIRECT_MESSAGE_RESULT, message=message, known=known)


EDIT_MESSAGE_REQUIRE = "SELECT author = :me AND NOT is_deleted FROM message WHERE id = :message"
EDIT_MESSAGE_REQUIRE_2 = "SELECT awm_elapsed(:now, sent_at) < awm_hours(24) FROM message WHERE id = :message"
EDIT_MESSAGE_REQUIRE_3 = "SELECT (SELECT id FROM poll WHERE message = :message ORDER BY id LIMIT 1) IS NULL"
EDIT_MESSAGE_UPDATE_MESSAGE = "UPDATE message SET text = :text, edited_at = :now WHERE id = :message"
EDIT_MESSAGE_RESULT = """
SELECT json_object('id', id, 'text', text, 'edited_at', edited_at)
FROM message
WHERE id = :message
"""


@tool(message=Ref(MESSAGE, name="message_id"), text=Text(1, 4000), writes=True, invariants=(0,))
def edit_message(db, message, text):
    """Change the text of a message of mine that is less than a day old."""
    if not db.value(EDIT_MESSAGE_REQUIRE, message=message, me=db.me):
        raise ToolError("not_yours", "You can edit only what you wrote.")
    if not db.value(EDIT_MESSAGE_REQUIRE_2, now=db.now, message=message):
        raise ToolError("too_late", "Messages can be edited for a day.")
    if not db.value(EDIT_MESSAGE_REQUIRE_3, message=message):
        raise ToolError("has_poll", "The text of a poll stays.")
    db.run(EDIT_MESSAGE_UPDATE_MESSAGE, text=text, now=db.now, message=message)
    return db.value(EDIT_MESSAGE_RESULT, message=message)


DELETE_MESSAGE_REQUIRE = "SELECT NOT is_deleted FROM message WHERE id = :message"
DELETE_MESSAGE_IF = "SELECT author <> :me FROM message WHERE id = :message"
DELETE_MESSAGE_CHANNEL = "SELECT channel FROM message WHERE id = :message"
DELETE_MESSAGE_IF_2 = """
SELECT (
  SELECT count(*)
  FROM message AS message_2
  WHERE message_2.thread IS message.id AND NOT message_2.is_deleted
) > 0
FROM message
WHERE message.id = :message
"""
DELETE_MESSAGE_DELETE_MENTION = "DELETE FROM mention WHERE message = :message"
DELETE_MESSAGE_DELETE_REACTION = "DELETE FROM reaction WHERE message = :message"
DELETE_MESSAGE_DELETE_FILE = "DELETE FROM file WHERE message = :message"
DELETE_MESSAGE_DELETE_PIN = "DELETE FROM pin WHERE message = :message"
DELETE_MESSAGE_DELETE_POLL = "DELETE FROM poll WHERE message = :message"
DELETE_MESSAGE_DELETE_SAVED_ITEM = "DELETE FROM saved_item WHERE message = :message"
DELETE_MESSAGE_UPDATE_MESSAGE = "UPDATE message SET text = '(deleted)', is_deleted = 1 WHERE id = :message"
DELETE_MESSAGE_RESULT = """
SELECT json_object(
  'deleted', json(iif(1, 'true', 'false')),
  'replies_kept', (
    SELECT count(*)
    FROM message AS message_2
    WHERE message_2.thread IS message.id AND NOT message_2.is_deleted
  )
)
FROM message
WHERE message.id = :message
"""
DELETE_MESSAGE_DELETE_MESSAGE = "DELETE FROM message WHERE id = :message"
DELETE_MESSAGE_RESULT_2 = "SELECT json_object('deleted', json(iif(1, 'true', 'false')), 'replies_kept', 0)"


@tool(message=Ref(MESSAGE, name="message_id"), writes=True, invariants=(0,))
def delete_message(db, message):
    """Delete a message of mine, or any in a channel that I manage. If it has replies, its place stays, empty."""
    if not db.value(DELETE_MESSAGE_REQUIRE, message=message):
        raise ToolError("deleted", "The message is deleted already.")
    if db.value(DELETE_MESSAGE_IF, message=message, me=db.me):
        must_manage(db, db.value(DELETE_MESSAGE_CHANNEL, message=message))
    if db.value(DELETE_MESSAGE_IF_2, message=message):
        db.run(DELETE_MESSAGE_DELETE_MENTION, message=message)
        db.run(DELETE_MESSAGE_DELETE_REACTION, message=message)
        db.run(DELETE_MESSAGE_DELETE_FILE, message=message)
        db.run(DELETE_MESSAGE_DELETE_PIN, message=message)
        db.run(DELETE_MESSAGE_DELETE_POLL, message=message)
        db.run(DELETE_MESSAGE_DELETE_SAVED_ITEM, message=message)
        db.run(DELETE_MESSAGE_UPDATE_MESSAGE, message=message)
        return db.value(DELETE_MESSAGE_RESULT, message=message)
    db.run(DELETE_MESSAGE_DELETE_MESSAGE, message=message)
    return db.value(DELETE_MESSAGE_RESULT_2)


ADD_REACTION_REQUIRE = """
SELECT NOT message.is_deleted AND channel.archived_at IS NULL
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :message
"""
ADD_REACTION_CHANNEL = "SELECT channel FROM message WHERE id = :message"
ADD_REACTION_REQUIRE_2 = """
SELECT NOT EXISTS(
  SELECT 1 FROM reaction WHERE message = :message AND user = :me AND emoji = :emoji
)
"""
ADD_REACTION_REACTED = "SELECT awm_concat('You have reacted with ', :emoji, ' already.')"
ADD_REACTION_CREATE_REACTION = """
INSERT INTO reaction (message, user, emoji)
VALUES (:message, :me, :emoji)
RETURNING id
"""
ADD_REACTION_RESULT = """
SELECT json_object(
  'id', message.id,
  'text', message.text,
  'reactions', json((
    SELECT json_group_object(k, v ORDER BY n)
    FROM (
      SELECT k, v, max(n) AS n
      FROM (
        SELECT
          reaction.emoji AS k,
          count(*) AS v,
          row_number() OVER (ORDER BY awm_fold(reaction.emoji), reaction.emoji) AS n
        FROM reaction
        WHERE reaction.message = message.id
        GROUP BY reaction.emoji
        ORDER BY awm_fold(reaction.emoji), reaction.emoji
      )
      GROUP BY k
    )
  ))
)
FROM message
WHERE message.id = :message
"""


@tool(message=Ref(MESSAGE, name="message_id"), emoji=Text(pattern="[a-z0-9_+-]{1,30}"), writes=True)
def add_reaction(db, message, emoji):
    """React to a message."""
    if not db.value(ADD_REACTION_REQUIRE, message=message):
        raise ToolError("not_possible", "Nobody reacts to that any more.")
    membership(db, db.value(ADD_REACTION_CHANNEL, message=message))
    if not db.value(ADD_REACTION_REQUIRE_2, message=message, me=db.me, emoji=emoji):
        raise ToolError("reacted", db.value(ADD_REACTION_REACTED, emoji=emoji))
    db.insert(ADD_REACTION_CREATE_REACTION, message=message, me=db.me, emoji=emoji)
    return db.value(ADD_REACTION_RESULT, message=message)


PIN_MESSAGE_CHANNEL = "SELECT channel FROM message WHERE id = :message"
PIN_MESSAGE_REQUIRE = "SELECT thread IS NULL AND NOT is_deleted FROM message WHERE id = :message"
PIN_MESSAGE_REQUIRE_2 = "SELECT (SELECT id FROM pin WHERE message = :message ORDER BY id LIMIT 1) IS NULL"
PIN_MESSAGE_REQUIRE_3 = """
SELECT (
  SELECT count(*)
  FROM message
  WHERE message.channel = message_2.channel
    AND (SELECT pin.id FROM pin WHERE pin.message = message.id ORDER BY pin.id LIMIT 1) IS NOT NULL
) < 3
FROM message AS message_2
WHERE message_2.id = :message
"""
PIN_MESSAGE_TOO_MANY = """
SELECT awm_concat(channel.name, ' has three pins; take one off first.')
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :message
"""
PIN_MESSAGE_CREATE_PIN = """
INSERT INTO pin (message, pinned_by, pinned_at)
VALUES (:message, :me, :now)
RETURNING id
"""
PIN_MESSAGE_RESULT = """
SELECT json_object(
  'id', message.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'text', message.text,
  'is_pinned', json(iif(
    (SELECT pin.id FROM pin WHERE pin.message = message.id ORDER BY pin.id LIMIT 1) IS NOT NULL,
    'true',
    'false'
  ))
)
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :message
"""


@tool(message=Ref(MESSAGE, name="message_id"), writes=True)
def pin_message(db, message):
    """Pin a message in its channel, which has room for three pins."""
    membership(db, db.value(PIN_MESSAGE_CHANNEL, message=message))
    if not db.value(PIN_MESSAGE_REQUIRE, message=message):
        raise ToolError("not_possible", "Only messages that begin a thread are pinned.")
    if not db.value(PIN_MESSAGE_REQUIRE_2, message=message):
        raise ToolError("pinned", "It is pinned already.")
    if not db.value(PIN_MESSAGE_REQUIRE_3, message=message):
        raise ToolError("too_many", db.value(PIN_MESSAGE_TOO_MANY, message=message))
    db.insert(PIN_MESSAGE_CREATE_PIN, message=message, me=db.me, now=db.now)
    return db.value(PIN_MESSAGE_RESULT, message=message)


UNPIN_MESSAGE_CHANNEL = "SELECT channel FROM message WHERE id = :message"
UNPIN_MESSAGE_PIN = "SELECT id FROM pin WHERE message = :message ORDER BY id LIMIT 1"
UNPIN_MESSAGE_DELETE_PIN = "DELETE FROM pin WHERE id = :pin"
UNPIN_MESSAGE_RESULT = """
SELECT json_object(
  'id', message.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'text', message.text,
  'is_pinned', json(iif(
    (SELECT pin.id FROM pin WHERE pin.message = message.id ORDER BY pin.id LIMIT 1) IS NOT NULL,
    'true',
    'false'
  ))
)
FROM message
JOIN channel ON channel.id = message.channel
WHERE message.id = :message
"""


@tool(message=Ref(MESSAGE, name="message_id"), writes=True)
def unpin_message(db, message):
    """Take a pin off."""
    membership(db, db.value(UNPIN_MESSAGE_CHANNEL, message=message))
    pin = db.value(UNPIN_MESSAGE_PIN, message=message)
    if pin is None:
        raise ToolError("not_pinned", "It is not pinned.")
    db.run(UNPIN_MESSAGE_DELETE_PIN, pin=pin)
    return db.value(UNPIN_MESSAGE_RESULT, message=message)


SAVE_MESSAGE_SAVED = "SELECT id FROM saved_item WHERE user = :me AND message = :message ORDER BY id LIMIT 1"
SAVE_MESSAGE_CREATE_SAVED_ITEM = """
INSERT INTO saved_item (user, message, saved_at)
VALUES (:me, :message, :now)
RETURNING id
"""
SAVE_MESSAGE_UPDATE_SAVED = "UPDATE saved_item SET note = coalesce(:note, note) WHERE id = :saved"
SAVE_MESSAGE_RESULT = """
SELECT json_object(
  'id', saved.id,
  'note', saved.note,
  'saved_at', saved.saved_at,
  'message', json_object(
    'id', message.id,
    'channel', json_object('id', channel.id, 'name', channel.name),
    'author', json_object('id', author.id, 'name', author.name, 'handle', author.handle),
    'text', message.text,
    'sent_at', message.sent_at
  )
)
FROM saved_item AS saved
JOIN message ON message.id = saved.message
JOIN channel ON channel.id = message.channel
JOIN user AS author ON author.id = message.author
WHERE saved.id = :saved
"""


@tool(message=Ref(MESSAGE, name="message_id"), note=Optional(Text(1, 200)), writes=True)
def save_message(db, message, note):
    """Keep a message for later; saving it again changes the note."""
    found_1 = db.value(SAVE_MESSAGE_SAVED, me=db.me, message=message)
    if found_1 is None:
        found_1 = db.insert(SAVE_MESSAGE_CREATE_SAVED_ITEM, me=db.me, message=message, now=db.now)
    saved = found_1
    db.run(SAVE_MESSAGE_UPDATE_SAVED, note=note, saved=saved)
    return db.value(SAVE_MESSAGE_RESULT, saved=saved)


LIST_SAVED_ITEMS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', saved_item.id,
        'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
        'message', json_object(
          'id', message.id,
          'channel', json_object('id', channel.id, 'name', channel.name),
          'author', json_object(
            'id', author.id, 'name', author.name, 'handle', author.handle
          ),
          'text', message.text,
          'sent_at', message.sent_at
        ),
        'note', saved_item.note,
        'saved_at', saved_item.saved_at
      ) AS v
      FROM saved_item
      JOIN user ON user.id = saved_item.user
      JOIN message ON message.id = saved_item.message
      JOIN channel ON channel.id = message.channel
      JOIN user AS author ON author.id = message.author
      WHERE saved_item.user = :me
      ORDER BY saved_item.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (SELECT count(*) FROM saved_item AS saved_item_2 WHERE saved_item_2.user = :me),
  'page', :page
)
"""


@tool(page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_saved_items(db, page, page_size):
    """List saved items."""
    return db.value(LIST_SAVED_ITEMS_RESULT, me=db.me, page_size=page_size, page=page)


LIST_REMINDERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', reminder.id,
        'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
        'text', reminder.text,
        'due_at', reminder.due_at,
        'message', json((
          SELECT json_object(
            'id', message_2.id,
            'channel', json_object('id', channel.id, 'name', channel.name),
            'author', json_object(
              'id', author.id, 'name', author.name, 'handle', author.handle
            ),
            'text', message_2.text,
            'sent_at', message_2.sent_at
          )
          FROM message AS message_2
          JOIN channel ON channel.id = message_2.channel
          JOIN user AS author ON author.id = message_2.author
          WHERE message_2.id = reminder.message
        )),
        'is_done', json(iif(reminder.is_done, 'true', 'false'))
      ) AS v
      FROM reminder
      JOIN user ON user.id = reminder.user
      LEFT JOIN message ON message.id = reminder.message
      WHERE reminder.user = :me AND (:is_done IS NULL OR reminder.is_done = :is_done)
      ORDER BY reminder.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM reminder AS reminder_2
    WHERE reminder_2.user = :me AND (:is_done IS NULL OR reminder_2.is_done = :is_done)
  ),
  'page', :page
)
"""


@tool(is_done=Optional(Bool()), page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_reminders(db, is_done, page, page_size):
    """List reminders, filtered by is done."""
    return db.value(LIST_REMINDERS_RESULT, me=db.me, is_done=is_done, page_size=page_size, page=page)


DELETE_REMINDER_DELETE_REMINDER = "DELETE FROM reminder WHERE id = :reminder"
DELETE_REMINDER_RESULT = "SELECT json_object('id', :id_deleted)"


@tool(reminder=Ref(REMINDER, name="reminder_id"), writes=True)
def delete_reminder(db, reminder):
    """Delete a reminder."""
    id_deleted = reminder
    db.run(DELETE_REMINDER_DELETE_REMINDER, reminder=reminder)
    return db.value(DELETE_REMINDER_RESULT, id_deleted=id_deleted)


CREATE_REMINDER_CREATE_REMINDER = """
INSERT INTO reminder (user, text, due_at, message, is_done)
VALUES (:me, :text, :due_at, :message, 0)
RETURNING id
"""
CREATE_REMINDER_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'text', made_1.text,
  'due_at', made_1.due_at,
  'message', json((
    SELECT json_object(
      'id', message_2.id,
      'channel', json_object('id', channel.id, 'name', channel.name),
      'author', json_object('id', author.id, 'name', author.name, 'handle', author.handle),
      'text', message_2.text,
      'sent_at', message_2.sent_at
    )
    FROM message AS message_2
    JOIN channel ON channel.id = message_2.channel
    JOIN user AS author ON author.id = message_2.author
    WHERE message_2.id = made_1.message
  ))
)
FROM reminder AS made_1
LEFT JOIN message ON message.id = made_1.message
WHERE made_1.id = :made_1
"""


@tool(text=Text(1, 300), due_at=Datetime(), message=Optional(Ref(MESSAGE), name="message_id"), writes=True)
def create_reminder(db, text, due_at, message):
    """Be reminded of something."""
    if not (due_at > db.now):
        raise ToolError("in_the_past", "That time is over.")
    made_1 = db.insert(CREATE_REMINDER_CREATE_REMINDER, me=db.me, text=text, due_at=due_at, message=message)
    return db.value(CREATE_REMINDER_RESULT, made_1=made_1)


SCHEDULE_MESSAGE_REQUIRE = "SELECT archived_at IS NULL FROM channel WHERE id = :channel"
SCHEDULE_MESSAGE_ARCHIVED = "SELECT awm_concat(name, ' is archived.') FROM channel WHERE id = :channel"
SCHEDULE_MESSAGE_REQUIRE_2 = """
SELECT mine.role = 'manager' OR NOT channel.only_managers_post
FROM membership AS mine
JOIN channel ON channel.id = :channel
WHERE mine.id = :mine
"""
SCHEDULE_MESSAGE_MANAGERS_ONLY = """
SELECT awm_concat('Only managers post in ', name, '.')
FROM channel
WHERE id = :channel
"""
SCHEDULE_MESSAGE_REQUIRE_3 = "SELECT :send_at > :now AND :send_at <= awm_shift(:now, awm_days(120))"
SCHEDULE_MESSAGE_CREATE_SCHEDULED_MESSAGE = """
INSERT INTO scheduled_message (author, channel, text, send_at, status)
VALUES (:me, :channel, :text, :send_at, 'waiting')
RETURNING id
"""
SCHEDULE_MESSAGE_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'text', made_1.text,
  'send_at', made_1.send_at,
  'status', made_1.status
)
FROM scheduled_message AS made_1
JOIN channel ON channel.id = made_1.channel
WHERE made_1.id = :made_1
"""


@tool(channel=Ref(CHANNEL, name="channel_id"), text=Text(1, 4000), send_at=Datetime(), writes=True)
def schedule_message(db, channel, text, send_at):
    """Have a message of mine sent later, within 120 days."""
    mine = membership(db, channel)
    if not db.value(SCHEDULE_MESSAGE_REQUIRE, channel=channel):
        raise ToolError("archived", db.value(SCHEDULE_MESSAGE_ARCHIVED, channel=channel))
    if not db.value(SCHEDULE_MESSAGE_REQUIRE_2, mine=mine, channel=channel):
        raise ToolError("managers_only", db.value(SCHEDULE_MESSAGE_MANAGERS_ONLY, channel=channel))
    if not db.value(SCHEDULE_MESSAGE_REQUIRE_3, send_at=send_at, now=db.now):
        raise ToolError("bad_time", "Choose a time in the next 120 days.")
    made_1 = db.insert(
        SCHEDULE_MESSAGE_CREATE_SCHEDULED_MESSAGE, me=db.me, channel=channel, text=text, send_at=send_at
    )
    return db.value(SCHEDULE_MESSAGE_RESULT, made_1=made_1)


LIST_SCHEDULED_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', scheduled_message.id,
        'channel', json_object(
          'id', channel.id, 'name', channel.name, 'kind', channel.kind
        ),
        'text', scheduled_message.text,
        'send_at', scheduled_message.send_at,
        'status', scheduled_message.status
      )
      ORDER BY scheduled_message.send_at, scheduled_message.id
    )
    FROM scheduled_message
    JOIN channel ON channel.id = scheduled_message.channel
    WHERE scheduled_message.author = :me
      AND scheduled_message.status = :status
      AND (:channel IS NULL OR scheduled_message.channel = :channel)
  ))
)
"""


@tool(
    status=Enum("waiting", "sent", "cancelled", default="waiting"),
    channel=Optional(Ref(CHANNEL), name="channel_id"),
)
def list_scheduled(db, status, channel):
    """My scheduled messages, in order of time."""
    return db.value(LIST_SCHEDULED_RESULT, me=db.me, status=status, channel=channel)


CHANGE_SCHEDULED_REQUIRE = "SELECT status = 'waiting' FROM scheduled_message WHERE id = :scheduled"
CHANGE_SCHEDULED_WRONG_STATE = """
SELECT awm_concat('It is ', status, '.')
FROM scheduled_message
WHERE id = :scheduled
"""
CHANGE_SCHEDULED_UPDATE_SCHEDULED = """
UPDATE scheduled_message
SET text = coalesce(:text, text), send_at = coalesce(:send_at, send_at)
WHERE id = :scheduled
"""
CHANGE_SCHEDULED_RESULT = """
SELECT json_object(
  'id', scheduled.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'text', scheduled.text,
  'send_at', scheduled.send_at,
  'status', scheduled.status
)
FROM scheduled_message AS scheduled
JOIN channel ON channel.id = scheduled.channel
WHERE scheduled.id = :scheduled
"""


@tool(
    scheduled=Ref(SCHEDULED_MESSAGE, name="scheduled_id"),
    text=Optional(Text(1, 4000)),
    send_at=Optional(Datetime()),
    writes=True,
)
def change_scheduled(db, scheduled, text, send_at):
    """Change the text or the time of a message that waits."""
    if not db.value(CHANGE_SCHEDULED_REQUIRE, scheduled=scheduled):
        raise ToolError("wrong_state", db.value(CHANGE_SCHEDULED_WRONG_STATE, scheduled=scheduled))
    if not (send_at is None or send_at > db.now):
        raise ToolError("in_the_past", "That time is over.")
    db.run(CHANGE_SCHEDULED_UPDATE_SCHEDULED, text=text, send_at=send_at, scheduled=scheduled)
    return db.value(CHANGE_SCHEDULED_RESULT, scheduled=scheduled)


CANCEL_SCHEDULED_REQUIRE = "SELECT status = 'waiting' FROM scheduled_message WHERE id = :scheduled"
CANCEL_SCHEDULED_WRONG_STATE = """
SELECT awm_concat('It is ', status, '.')
FROM scheduled_message
WHERE id = :scheduled
"""
CANCEL_SCHEDULED_UPDATE_SCHEDULED = "UPDATE scheduled_message SET status = 'cancelled' WHERE id = :scheduled"
CANCEL_SCHEDULED_RESULT = """
SELECT json_object(
  'id', scheduled.id,
  'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind),
  'status', scheduled.status
)
FROM scheduled_message AS scheduled
JOIN channel ON channel.id = scheduled.channel
WHERE scheduled.id = :scheduled
"""


@tool(scheduled=Ref(SCHEDULED_MESSAGE, name="scheduled_id"), writes=True)
def cancel_scheduled(db, scheduled):
    """Do not send it."""
    if not db.value(CANCEL_SCHEDULED_REQUIRE, scheduled=scheduled):
        raise ToolError("wrong_state", db.value(CANCEL_SCHEDULED_WRONG_STATE, scheduled=scheduled))
    db.run(CANCEL_SCHEDULED_UPDATE_SCHEDULED, scheduled=scheduled)
    return db.value(CANCEL_SCHEDULED_RESULT, scheduled=scheduled)


SEARCH_FILES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', f.id,
        'name', f.name,
        'kind', f.kind,
        'size_kb', f.size_kb,
        'shared_by', json_object(
          'id', author.id, 'name', author.name, 'handle', author.handle
        ),
        'shared_at', message.sent_at,
        'channel', json_object(
          'id', channel.id, 'name', channel.name, 'kind', channel.kind
        ),
        'message_id', f.message
      ) AS v
      FROM file AS f
      JOIN message ON message.id = f.message
      JOIN channel ON channel.id = message.channel
      JOIN user AS author ON author.id = message.author
      WHERE (
        channel.kind = 'public'
        OR EXISTS(
          SELECT 1
          FROM membership
          WHERE membership.channel = channel.id AND membership.user = :me
        )
      )
        AND (:query IS NULL OR awm_contains(f.name, :query))
        AND (:kind IS NULL OR f.kind = :kind)
        AND (:shared_by IS NULL OR message.author = :shared_by)
        AND (:channel IS NULL OR message.channel = :channel)
        AND (:since IS NULL OR date(message.sent_at) >= :since)
        AND (:before IS NULL OR date(message.sent_at) < :before)
        AND (:min_size_kb IS NULL OR f.size_kb >= :min_size_kb)
      ORDER BY message.sent_at DESC, awm_fold(f.name), f.name, f.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM file AS f_2
    JOIN message AS message_2 ON message_2.id = f_2.message
    JOIN channel AS channel_2 ON channel_2.id = message_2.channel
    WHERE (
      channel_2.kind = 'public'
      OR EXISTS(
        SELECT 1
        FROM membership AS membership_2
        WHERE membership_2.channel = channel_2.id AND membership_2.user = :me
      )
    )
      AND (:query IS NULL OR awm_contains(f_2.name, :query))
      AND (:kind IS NULL OR f_2.kind = :kind)
      AND (:shared_by IS NULL OR message_2.author = :shared_by)
      AND (:channel IS NULL OR message_2.channel = :channel)
      AND (:since IS NULL OR date(message_2.sent_at) >= :since)
      AND (:before IS NULL OR date(message_2.sent_at) < :before)
      AND (:min_size_kb IS NULL OR f_2.size_kb >= :min_size_kb)
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    kind=Optional(Enum("document", "image", "spreadsheet", "archive")),
    shared_by=Optional(Ref(USER), name="shared_by_id"),
    channel=Optional(Ref(CHANNEL), name="channel_id"),
    since=Optional(Date()),
    before=Optional(Date()),
    min_size_kb=Optional(Int(1)),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_files(db, query, kind, shared_by, channel, since, before, min_size_kb, page, page_size):
    """Files shared in the channels that I can see, latest first."""
    return db.value(
        SEARCH_FILES_RESULT,
        me=db.me,
        query=query,
        kind=kind,
        shared_by=shared_by,
        channel=channel,
        since=since,
        before=before,
        min_size_kb=min_size_kb,
        page_size=page_size,
        page=page,
    )


CREATE_POLL_REQUIRE = """
SELECT json_array_length(awm_distinct((
  SELECT json_group_array(value ORDER BY key) FROM json_each(:options)
))) = json_array_length(:options)
"""
CREATE_POLL_BAD_CHOICES = """
SELECT awm_concat(
  'There are only ', CAST(json_array_length(:options) AS TEXT), ' options.'
)
"""
CREATE_POLL_CREATE_POLL = """
INSERT INTO poll (message, question, max_choices, closes_at, status)
VALUES (:message, :question, :max_choices, :closes_at, 'open')
RETURNING id
"""
CREATE_POLL_CREATE_POLL_OPTION = "INSERT INTO poll_option (poll, label) VALUES (:poll, :o) RETURNING id"
CREATE_POLL_RESULT = """
SELECT json_object(
  'id', poll.id,
  'question', poll.question,
  'max_choices', poll.max_choices,
  'closes_at', poll.closes_at,
  'message', json_object(
    'id', message.id,
    'channel', json_object('id', channel.id, 'name', channel.name, 'kind', channel.kind)
  ),
  'options', json((
    SELECT json_group_array(
      json_object('id', poll_option.id, 'label', poll_option.label)
      ORDER BY poll_option.id
    )
    FROM poll_option
    WHERE poll_option.poll = poll.id
  ))
)
FROM poll
JOIN message ON message.id = poll.message
JOIN channel ON channel.id = message.channel
WHERE poll.id = :poll
"""


@tool(
    channel=Ref(CHANNEL, name="channel_id"),
    question=Text(1, 200),
    options=List(Text(1, 80), 2, 10),
    max_choices=Int(1, 10, default=1),
    closes_at=Optional(Datetime()),
    writes=True,
    invariants=(0,),
)
def create_poll(db, channel, question, options, max_choices, closes_at):
    """Post a poll."""
    if not db.value(CREATE_POLL_REQUIRE, options=options):
        raise ToolError("same_option", "Two options are the same.")
    if not (max_choices <= fn.length(options)):
        raise ToolError("bad_choices", db.value(CREATE_POLL_BAD_CHOICES, options=options))
    if not (closes_at is None or closes_at > db.now):
        raise ToolError("in_the_past", "It would be closed at once.")
    message = post(db, channel, question, None)
    poll = db.insert(
        CREATE_POLL_CREATE_POLL,
        message=message,
        question=question,
        max_choices=max_choices,
        closes_at=closes_at,
    )
    for o in db.each(options):
        db.insert(CREATE_POLL_CREATE_POLL_OPTION, poll=poll, o=o)
    return db.value(CREATE_POLL_RESULT, poll=poll)


GET_POLL_RESULT = """
SELECT json_object(
  'id', poll.id,
  'message', json_object(
    'id', message.id,
    'channel', json_object('id', channel.id, 'name', channel.name),
    'author', json_object('id', author.id, 'name', author.name, 'handle', author.handle),
    'text', message.text,
    'sent_at', message.sent_at
  ),
  'question', poll.question,
  'max_choices', poll.max_choices,
  'closes_at', poll.closes_at,
  'status', poll.status,
  'voters', (
    SELECT count(*)
    FROM json_each(awm_distinct((
      SELECT json_group_array(v.user ORDER BY v.id)
      FROM vote AS v
      JOIN poll_option AS option ON option.id = v.option
      WHERE option.poll = poll.id
    ))) AS item
    JOIN user ON user.id = item.value
  ),
  'options', json((
    SELECT json_group_array(
      json_object(
        'id', poll_option.id,
        'label', poll_option.label,
        'vote_count', (SELECT count(*) FROM vote WHERE vote.option = poll_option.id),
        'chosen_by', json((
          SELECT json_group_array(user_2.handle ORDER BY vote_2.id)
          FROM vote AS vote_2
          JOIN user AS user_2 ON user_2.id = vote_2.user
          WHERE vote_2.option = poll_option.id
        ))
      )
      ORDER BY
        (SELECT count(*) FROM vote AS vote_3 WHERE vote_3.option = poll_option.id) DESC,
        poll_option.id,
        poll_option.id
    )
    FROM poll_option
    WHERE poll_option.poll = poll.id
  ))
)
FROM poll
JOIN message ON message.id = poll.message
JOIN channel ON channel.id = message.channel
JOIN user AS author ON author.id = message.author
WHERE poll.id = :poll
"""


@tool(poll=Ref(POLL, name="poll_id"))
def get_poll(db, poll):
    """A poll with the votes for each option, most first."""
    return db.value(GET_POLL_RESULT, poll=poll)


VOTE_CHANNEL = """
SELECT message.channel
FROM poll
JOIN message ON message.id = poll.message
WHERE poll.id = :poll
"""
VOTE_CLOSES = "SELECT closes_at FROM poll WHERE id = :poll"
VOTE_REQUIRE = "SELECT status = 'open' AND (:closes IS NULL OR :closes > :now) FROM poll WHERE id = :poll"
VOTE_REQUIRE_2 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM json_each(:options) AS item
  JOIN poll_option AS o ON o.id = item.value
  WHERE o.poll <> :poll
)
"""
VOTE_CHOSEN = """
SELECT awm_distinct((
  SELECT json_group_array(poll_option.id ORDER BY item.key)
  FROM json_each(:options) AS item
  JOIN poll_option ON poll_option.id = item.value
))
"""
VOTE_REQUIRE_3 = "SELECT json_array_length(:chosen) <= max_choices FROM poll WHERE id = :poll"
VOTE_TOO_MANY = """
SELECT awm_concat('You may choose ', CAST(max_choices AS TEXT), '.')
FROM poll
WHERE id = :poll
"""
VOTE_DELETE_VOTE = """
DELETE FROM vote
WHERE id IN (
  SELECT v.id
  FROM vote AS v
  JOIN poll_option AS option ON option.id = v.option
  WHERE v.user = :me AND option.poll = :poll
)
"""
VOTE_O = """
SELECT poll_option.id
FROM json_each(:chosen) AS item
JOIN poll_option ON poll_option.id = item.value
ORDER BY item.key
"""
VOTE_CREATE_VOTE = "INSERT INTO vote (option, user) VALUES (:o, :me) RETURNING id"
VOTE_RESULT = """
SELECT json_object(
  'id', poll.id,
  'question', poll.question,
  'options', json((
    SELECT json_group_array(
      json_object(
        'id', poll_option.id,
        'label', poll_option.label,
        'vote_count', (SELECT count(*) FROM vote WHERE vote.option = poll_option.id)
      )
      ORDER BY poll_option.id
    )
    FROM poll_option
    WHERE poll_option.poll = poll.id
  ))
)
FROM poll
WHERE poll.id = :poll
"""


@tool(poll=Ref(POLL, name="poll_id"), options=List(Ref(POLL_OPTION), 1, 10, name="option_ids"), writes=True)
def vote(db, poll, options):
    """Vote in an open poll; what I chose before is forgotten."""
    membership(db, db.value(VOTE_CHANNEL, poll=poll))
    closes = db.value(VOTE_CLOSES, poll=poll)
    if not db.value(VOTE_REQUIRE, poll=poll, closes=closes, now=db.now):
        raise ToolError("closed", "The poll is closed.")
    if not db.value(VOTE_REQUIRE_2, options=options, poll=poll):
        raise ToolError("other_poll", "An option belongs to another poll.")
    chosen = db.json(VOTE_CHOSEN, options=options)
    if not db.value(VOTE_REQUIRE_3, chosen=chosen, poll=poll):
        raise ToolError("too_many", db.value(VOTE_TOO_MANY, poll=poll))
    db.run(VOTE_DELETE_VOTE, me=db.me, poll=poll)
    for o in db.each(db.values(VOTE_O, chosen=chosen)):
        db.insert(VOTE_CREATE_VOTE, o=o, me=db.me)
    return db.value(VOTE_RESULT, poll=poll)


CLOSE_POLL_IF = """
SELECT message.author <> :me
FROM poll
JOIN message ON message.id = poll.message
WHERE poll.id = :poll
"""
CLOSE_POLL_CHANNEL = """
SELECT message.channel
FROM poll
JOIN message ON message.id = poll.message
WHERE poll.id = :poll
"""
CLOSE_POLL_REQUIRE = "SELECT status = 'open' FROM poll WHERE id = :poll"
CLOSE_POLL_UPDATE_POLL = "UPDATE poll SET status = 'closed' WHERE id = :poll"
CLOSE_POLL_MOST = """
SELECT coalesce(
  (
    SELECT max((SELECT count(*) FROM vote WHERE vote.option = poll_option.id))
    FROM poll_option
    WHERE poll_option.poll = :poll
  ),
  0
)
"""
CLOSE_POLL_RESULT = """
SELECT json_object(
  'id', poll.id,
  'question', poll.question,
  'status', poll.status,
  'voters', (
    SELECT count(*)
    FROM json_each(awm_distinct((
      SELECT json_group_array(v.user ORDER BY v.id)
      FROM vote AS v
      JOIN poll_option AS option ON option.id = v.option
      WHERE option.poll = poll.id
    ))) AS item
    JOIN user ON user.id = item.value
  ),
  'winners', json((
    SELECT json_group_array(
      json_object(
        'label', poll_option.label,
        'vote_count', (
          SELECT count(*) FROM vote AS vote_2 WHERE vote_2.option = poll_option.id
        )
      )
      ORDER BY poll_option.id
    )
    FROM poll_option
    WHERE poll_option.poll = poll.id
      AND (SELECT count(*) FROM vote WHERE vote.option = poll_option.id) = :most
  ))
)
FROM poll
WHERE poll.id = :poll
"""


@tool(poll=Ref(POLL, name="poll_id"), writes=True)
def close_poll(db, poll):
    """Close a poll that I asked, or one in a channel that I manage."""
    if db.value(CLOSE_POLL_IF, poll=poll, me=db.me):
        must_manage(db, db.value(CLOSE_POLL_CHANNEL, poll=poll))
    if not db.value(CLOSE_POLL_REQUIRE, poll=poll):
        raise ToolError("closed", "The poll is closed already.")
    db.run(CLOSE_POLL_UPDATE_POLL, poll=poll)
    most = db.value(CLOSE_POLL_MOST, poll=poll)
    return db.value(CLOSE_POLL_RESULT, poll=poll, most=most)


WHO_IS_ON_CALL_MOMENT = "SELECT coalesce(:at, :now)"
WHO_IS_ON_CALL_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', shift.id,
        'team', json_object('id', team.id, 'name', team.name),
        'rotation', shift.rotation,
        'user', json_object(
          'id', user.id,
          'name', user.name,
          'handle', user.handle,
          'is_quiet', json(iif(
            EXISTS(
              SELECT 1
              FROM quiet_hours
              WHERE quiet_hours.user = user.id
                AND quiet_hours.weekday = awm_weekday(:now)
                AND quiet_hours.starts_at <= time(:now)
                AND quiet_hours.ends_at > time(:now)
            ),
            'true',
            'false'
          ))
        ),
        'starts_at', shift.starts_at,
        'ends_at', shift.ends_at
      )
      ORDER BY
        awm_fold(team.name),
        team.name,
        CASE shift.rotation WHEN 'primary' THEN 0 WHEN 'secondary' THEN 1 END,
        shift.id
    )
    FROM shift
    JOIN team ON team.id = shift.team
    JOIN user ON user.id = shift.user
    WHERE shift.starts_at <= :moment
      AND shift.ends_at > :moment
      AND (:team IS NULL OR shift.team = :team)
      AND (:rotation IS NULL OR shift.rotation = :rotation)
  ))
)
"""


@tool(
    team=Optional(Ref(TEAM), name="team_id"),
    rotation=Optional(Enum("primary", "secondary")),
    at=Optional(Datetime()),
)
def who_is_on_call(db, team, rotation, at):
    """Who is on call at a moment."""
    moment = db.value(WHO_IS_ON_CALL_MOMENT, at=at, now=db.now)
    return db.value(WHO_IS_ON_CALL_RESULT, moment=moment, team=team, rotation=rotation, now=db.now)


LIST_SHIFTS_REQUIRE = "SELECT :from_ <= :to AND awm_elapsed(:to, :from_) <= awm_days(120)"
LIST_SHIFTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', shift.id,
        'team', json_object('id', team.id, 'name', team.name),
        'rotation', shift.rotation,
        'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
        'starts_at', shift.starts_at,
        'ends_at', shift.ends_at
      )
      ORDER BY shift.starts_at, shift.id
    )
    FROM shift
    JOIN team ON team.id = shift.team
    JOIN user ON user.id = shift.user
    WHERE date(shift.starts_at) <= :to
      AND date(shift.ends_at) >= :from_
      AND (:team IS NULL OR shift.team = :team)
      AND (:rotation IS NULL OR shift.rotation = :rotation)
      AND (:user IS NULL OR shift.user = :user)
  ))
)
"""


@tool(
    team=Optional(Ref(TEAM), name="team_id"),
    rotation=Optional(Enum("primary", "secondary")),
    user=Optional(Ref(USER), name="user_id"),
    from_=Date(),
    to=Date(),
)
def list_shifts(db, team, rotation, user, from_, to):
    """Shifts that touch a range of days, in order of time."""
    if not db.value(LIST_SHIFTS_REQUIRE, from_=from_, to=to):
        raise ToolError("bad_range", "Ask for 120 days at most, first day first.")
    return db.value(LIST_SHIFTS_RESULT, to=to, from_=from_, team=team, rotation=rotation, user=user)


SWAP_SHIFTS_REQUIRE = "SELECT user = :me FROM shift WHERE id = :mine"
SWAP_SHIFTS_NOT_YOURS = """
SELECT awm_concat('That shift is ', user.name, '''s.')
FROM shift AS mine
JOIN user ON user.id = mine.user
WHERE mine.id = :mine
"""
SWAP_SHIFTS_REQUIRE_2 = "SELECT user <> :me FROM shift WHERE id = :theirs"
SWAP_SHIFTS_REQUIRE_3 = """
SELECT mine.team = theirs.team
FROM shift AS mine
JOIN shift AS theirs ON theirs.id = :theirs
WHERE mine.id = :mine
"""
SWAP_SHIFTS_REQUIRE_4 = """
SELECT mine.starts_at > :now AND theirs.starts_at > :now
FROM shift AS mine
JOIN shift AS theirs ON theirs.id = :theirs
WHERE mine.id = :mine
"""
SWAP_SHIFTS_OTHER = "SELECT user FROM shift WHERE id = :theirs"
SWAP_SHIFTS_REQUIRE_5 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM shift AS s
  WHERE s.user = :other
    AND s.id <> :theirs
    AND s.starts_at < mine.ends_at
    AND s.ends_at > mine.starts_at
)
FROM shift AS mine
WHERE mine.id = :mine
"""
SWAP_SHIFTS_BUSY = "SELECT awm_concat(name, ' is on call then already.') FROM user WHERE id = :other"
SWAP_SHIFTS_REQUIRE_6 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM shift AS s
  WHERE s.user = :me
    AND s.id <> :mine
    AND s.starts_at < theirs.ends_at
    AND s.ends_at > theirs.starts_at
)
FROM shift AS theirs
WHERE theirs.id = :theirs
"""
SWAP_SHIFTS_UPDATE_MINE = "UPDATE shift SET user = :other WHERE id = :mine"
SWAP_SHIFTS_UPDATE_THEIRS = "UPDATE shift SET user = :me WHERE id = :theirs"
SWAP_SHIFTS_RESULT = """
SELECT json_object(
  'now_theirs', json_object(
    'id', mine.id,
    'team', json_object('id', team.id, 'name', team.name),
    'rotation', mine.rotation,
    'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
    'starts_at', mine.starts_at,
    'ends_at', mine.ends_at
  ),
  'now_mine', json_object(
    'id', theirs.id,
    'team', json_object('id', team_2.id, 'name', team_2.name),
    'rotation', theirs.rotation,
    'user', json_object('id', user_2.id, 'name', user_2.name, 'handle', user_2.handle),
    'starts_at', theirs.starts_at,
    'ends_at', theirs.ends_at
  )
)
FROM shift AS mine
JOIN team ON team.id = mine.team
JOIN user ON user.id = mine.user
JOIN shift AS theirs ON theirs.id = :theirs
JOIN team AS team_2 ON team_2.id = theirs.team
JOIN user AS user_2 ON user_2.id = theirs.user
WHERE mine.id = :mine
"""


@tool(mine=Ref(SHIFT, name="mine_id"), theirs=Ref(SHIFT, name="theirs_id"), writes=True)
def swap_shifts(db, mine, theirs):
    """Swap a shift of mine with somebody else's in the same team."""
    if not db.value(SWAP_SHIFTS_REQUIRE, mine=mine, me=db.me):
        raise ToolError("not_yours", db.value(SWAP_SHIFTS_NOT_YOURS, mine=mine))
    if not db.value(SWAP_SHIFTS_REQUIRE_2, theirs=theirs, me=db.me):
        raise ToolError("same_person", "Both shifts are yours.")
    if not db.value(SWAP_SHIFTS_REQUIRE_3, mine=mine, theirs=theirs):
        raise ToolError("other_team", "The shifts are of different teams.")
    if not db.value(SWAP_SHIFTS_REQUIRE_4, mine=mine, now=db.now, theirs=theirs):
        raise ToolError("too_late", "A shift that has begun stays.")
    other = db.value(SWAP_SHIFTS_OTHER, theirs=theirs)
    if not db.value(SWAP_SHIFTS_REQUIRE_5, other=other, theirs=theirs, mine=mine):
        raise ToolError("busy", db.value(SWAP_SHIFTS_BUSY, other=other))
    if not db.value(SWAP_SHIFTS_REQUIRE_6, me=db.me, mine=mine, theirs=theirs):
        raise ToolError("busy", "You are on call then already.")
    db.run(SWAP_SHIFTS_UPDATE_MINE, other=other, mine=mine)
    db.run(SWAP_SHIFTS_UPDATE_THEIRS, me=db.me, theirs=theirs)
    return db.value(SWAP_SHIFTS_RESULT, mine=mine, theirs=theirs)


ON_CALL_LOAD_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'user', json_object('id', user.id, 'name', user.name, 'handle', user.handle),
        'shifts', count(*),
        'hours', awm_divide(
          coalesce(sum(awm_elapsed(shift.ends_at, shift.starts_at)), 0), awm_hours(1)
        ),
        'weekends', count(*) FILTER(
          WHERE awm_weekday(shift.starts_at) >= 5 AND awm_weekday(shift.ends_at) <= 1
        )
      ) AS v
      FROM shift
      JOIN user ON user.id = shift.user
      WHERE shift.team = :team
        AND date(shift.starts_at) >= :from_
        AND date(shift.starts_at) <= :to
      GROUP BY shift.user
      ORDER BY
        coalesce(sum(awm_elapsed(shift.ends_at, shift.starts_at)), 0) DESC,
        shift.user
    )
  ))
)
"""


@tool(team=Ref(TEAM, name="team_id"), from_=Date(), to=Date())
def on_call_load(db, team, from_, to):
    """Hours on call by person, most first: of shifts that begin in a range of days."""
    return db.value(ON_CALL_LOAD_RESULT, team=team, from_=from_, to=to)


LIST_SUBSCRIPTIONS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', subscription.id,
        'app', json_object('id', app.id, 'name', app.name),
        'team', json_object('id', team.id, 'name', team.name),
        'seats', subscription.seats,
        'started_on', subscription.started_on,
        'ended_on', subscription.ended_on,
        'monthly_cost', json(printf(
          '%.2f', awm_whole(app.seat_price * subscription.seats) / 100.0
        )),
        'yearly_cost', json(printf(
          '%.2f', awm_whole(app.seat_price * subscription.seats * 12) / 100.0
        ))
      )
      ORDER BY app.seat_price * subscription.seats DESC, subscription.id
    )
    FROM subscription
    JOIN app ON app.id = subscription.app
    JOIN team ON team.id = subscription.team
    WHERE (:team IS NULL OR subscription.team = :team)
      AND (:app IS NULL OR subscription.app = :app)
      AND (subscription.ended_on IS NULL OR :include_ended)
  ))
)
"""


@tool(
    team=Optional(Ref(TEAM), name="team_id"),
    app=Optional(Ref(APP), name="app_id"),
    include_ended=Bool(default=0),
)
def list_subscriptions(db, team, app, include_ended):
    """What the teams subscribe to, dearest first."""
    return db.value(LIST_SUBSCRIPTIONS_RESULT, team=team, app=app, include_ended=include_ended)


LIST_APP_REQUESTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', app_request.id,
        'app', json_object(
          'id', app.id,
          'name', app.name,
          'seat_price', json(printf('%.2f', app.seat_price / 100.0))
        ),
        'team', json_object('id', team.id, 'name', team.name),
        'seats', app_request.seats,
        'yearly_cost', json(printf(
          '%.2f', awm_whole(app.seat_price * app_request.seats * 12) / 100.0
        )),
        'requested_by', json_object(
          'id', requested_by.id, 'name', requested_by.name, 'handle', requested_by.handle
        ),
        'reason', app_request.reason,
        'requested_at', app_request.requested_at,
        'status', app_request.status,
        'decided_by', json((
          SELECT json_object(
            'id', decided_by_2.id,
            'name', decided_by_2.name,
            'handle', decided_by_2.handle
          )
          FROM user AS decided_by_2
          WHERE decided_by_2.id = app_request.decided_by
        )),
        'note', app_request.note
      )
      ORDER BY app_request.requested_at, app_request.id
    )
    FROM app_request
    JOIN app ON app.id = app_request.app
    JOIN team ON team.id = app_request.team
    JOIN user AS requested_by ON requested_by.id = app_request.requested_by
    LEFT JOIN user AS decided_by ON decided_by.id = app_request.decided_by
    WHERE (:team IS NULL OR app_request.team = :team)
      AND (:status IS NULL OR app_request.status = :status)
      AND (:requested_by IS NULL OR app_request.requested_by = :requested_by)
  ))
)
"""


@tool(
    team=Optional(Ref(TEAM), name="team_id"),
    status=Optional(Enum("pending", "approved", "declined", "withdrawn")),
    requested_by=Optional(Ref(USER), name="requested_by_id"),
)
def list_app_requests(db, team, status, requested_by):
    """Requests for apps, oldest first."""
    return db.value(LIST_APP_REQUESTS_RESULT, team=team, status=status, requested_by=requested_by)


DECIDE_APP_REQUEST_REQUIRE = "SELECT role = 'admin' FROM user WHERE id = :me"
DECIDE_APP_REQUEST_REQUIRE_2 = "SELECT status = 'pending' FROM app_request WHERE id = :request"
DECIDE_APP_REQUEST_WRONG_STATE = """
SELECT awm_concat('The request is ', status, '.')
FROM app_request
WHERE id = :request
"""
DECIDE_APP_REQUEST_UPDATE_REQUEST = """
UPDATE app_request
SET
  status = CASE WHEN :approve THEN 'approved' ELSE 'declined' END,
  decided_by = :me,
  decided_at = :now,
  note = :note
WHERE id = :request
"""
DECIDE_APP_REQUEST_RUNNING = """
SELECT (
  SELECT subscription.id
  FROM subscription
  WHERE subscription.app = request.app
    AND subscription.team = request.team
    AND subscription.ended_on IS NULL
  ORDER BY subscription.id
  LIMIT 1
)
FROM app_request AS request
WHERE request.id = :request
"""
DECIDE_APP_REQUEST_UPDATE_RUNNING = """
UPDATE subscription
SET seats = subscription.seats + (
  SELECT app_request.seats FROM app_request WHERE app_request.id = :request
)
WHERE subscription.id = :running
"""
DECIDE_APP_REQUEST_CREATE_SUBSCRIPTION = """
INSERT INTO subscription (app, team, seats, started_on)
VALUES (
  (SELECT app_request.app FROM app_request WHERE app_request.id = :request),
  (
    SELECT app_request_2.team
    FROM app_request AS app_request_2
    WHERE app_request_2.id = :request
  ),
  (
    SELECT app_request_3.seats
    FROM app_request AS app_request_3
    WHERE app_request_3.id = :request
  ),
  date(:now)
)
RETURNING id
"""
DECIDE_APP_REQUEST_RESULT = """
SELECT json_object(
  'id', request.id,
  'app', json_object('id', app.id, 'name', app.name),
  'team', json_object('id', team.id, 'name', team.name),
  'seats', request.seats,
  'yearly_cost', json(printf(
    '%.2f', awm_whole(app.seat_price * request.seats * 12) / 100.0
  )),
  'status', request.status,
  'note', request.note,
  'team_app_cost', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(app_2.seat_price * subscription.seats * 12), 0)
      FROM subscription
      JOIN app AS app_2 ON app_2.id = subscription.app
      WHERE subscription.team = team.id AND subscription.ended_on IS NULL
    )) / 100.0
  )),
  'team_app_budget', json(printf('%.2f', team.app_budget / 100.0))
)
FROM app_request AS request
JOIN app ON app.id = request.app
JOIN team ON team.id = request.team
WHERE request.id = :request
"""


@tool(request=Ref(APP_REQUEST, name="request_id"), approve=Bool(), note=Optional(Text(1, 300)), writes=True)
def decide_app_request(db, request, approve, note):
    """Approve or decline a request; for admins. Approved seats are subscribed to at once."""
    if not db.value(DECIDE_APP_REQUEST_REQUIRE, me=db.me):
        raise ToolError("admins_only", "Only admins decide on requests.")
    if not db.value(DECIDE_APP_REQUEST_REQUIRE_2, request=request):
        raise ToolError("wrong_state", db.value(DECIDE_APP_REQUEST_WRONG_STATE, request=request))
    db.run(
        DECIDE_APP_REQUEST_UPDATE_REQUEST, approve=approve, me=db.me, now=db.now, note=note, request=request
    )
    if approve:
        running = db.value(DECIDE_APP_REQUEST_RUNNING, request=request)
        if running is not None:
            db.run(DECIDE_APP_REQUEST_UPDATE_RUNNING, request=request, running=running)
        else:
            db.insert(DECIDE_APP_REQUEST_CREATE_SUBSCRIPTION, request=request, now=db.now)
    return db.value(DECIDE_APP_REQUEST_RESULT, request=request)


TOP_POSTERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'user', json_object('id', author.id, 'name', author.name, 'handle', author.handle),
        'messages', count(*),
        'replies', count(*) FILTER(WHERE m.thread IS NOT NULL),
        'last_at', max(m.sent_at)
      ) AS v
      FROM message AS m
      JOIN channel ON channel.id = m.channel
      JOIN user AS author ON author.id = m.author
      WHERE (
        channel.kind = 'public'
        OR EXISTS(
          SELECT 1
          FROM membership
          WHERE membership.channel = channel.id AND membership.user = :me
        )
      )
        AND NOT m.is_deleted
        AND (:channel IS NULL OR m.channel = :channel)
        AND date(m.sent_at) >= :from_
        AND date(m.sent_at) <= :to
      GROUP BY m.author
      ORDER BY count(*) DESC, m.author
      LIMIT :n
    )
  ))
)
"""


@tool(channel=Optional(Ref(CHANNEL), name="channel_id"), from_=Date(), to=Date(), n=Int(1, 50, default=10))
def top_posters(db, channel, from_, to, n):
    """Who wrote most in the channels that I can see, from the first day to the last, replies included."""
    if not (from_ <= to):
        raise ToolError("bad_range", "The range ends before it starts.")
    return db.value(TOP_POSTERS_RESULT, me=db.me, channel=channel, from_=from_, to=to, n=n)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
335:272 336:272 337:272 338:272 361:276 362:276 389:282 390:282 391:283 392:283 393:284 394:284 395:286
396:287 417:292 418:293 419:293 420:294 421:294 422:296 456:301 457:302 458:302 459:304 511:312 612:330
613:330 614:330 615:330 616:330 617:330 618:330 619:330 620:330 621:330 622:330 623:330 709:344 769:359
791:368 839:373 840:373 841:375 842:376 843:376 844:379 845:381 886:389 887:390 888:391 889:392 1080:412
1081:412 1082:412 1083:412 1084:412 1085:412 1086:412 1087:412 1088:412 1089:412 1090:412 1091:412 1092:412
1093:412 1094:412 1179:432 1239:451 1240:451 1241:453 1242:453 1243:453 1244:459 1245:460 1246:461 1247:463
1282:473 1283:474 1284:474 1285:475 1286:475 1287:477 1288:477 1289:477 1290:477 1291:477 1292:477 1293:477
1294:482 1329:487 1330:488 1331:488 1332:489 1333:489 1334:490 1335:491 1336:494 1337:495 1338:496 1380:501
1381:502 1382:502 1383:504 1384:504 1385:505 1386:505 1387:507 1388:508 1389:509 1390:509 1391:511 1410:516
1411:517 1412:518 1413:519 1505:524 1577:540 1578:540 1579:540 1663:552 1664:553 1847:579 1848:579 1849:579
1850:579 1851:579 1852:579 1853:579 1854:579 1855:579 1856:579 1857:579 1858:579 1859:579 1860:579 1861:579
1862:579 1863:579 1894:608 1895:609 1896:610 1930:619 1931:620 1932:621 2005:631 2006:632 2007:632 2008:633
2009:634 2010:634 2011:636 2012:637 2013:638 2014:638 2015:638 2016:638 2017:639 2018:640 2019:641 2020:642
2021:645 2022:646 2039:651 2040:651 2041:653 2042:653 2043:654 2044:654 2045:655 2046:656 2087:661 2088:661
2089:662 2090:662 2091:663 2092:664 2093:665 2094:666 2095:667 2096:668 2097:669 2098:670 2099:671 2100:673
2101:674 2152:682 2153:682 2154:684 2155:685 2156:685 2157:687 2158:688 2205:693 2206:694 2207:694 2208:696
2209:696 2210:697 2211:697 2212:699 2213:700 2239:705 2240:706 2241:706 2242:706 2243:707 2244:708 2278:713
2279:713 2280:713 2281:713 2282:715 2283:716 2326:719 2378:720 2388:720 2389:720 2390:720 2426:724 2427:724
2428:725 2429:725 2468:732 2469:733 2470:733 2471:734 2472:734 2473:736 2474:736 2475:738 2476:738 2477:738
2478:738 2512:748 2548:756 2549:756 2550:757 2551:757 2552:758 2553:759 2578:764 2579:764 2580:765 2581:766
2666:779 2667:779 2668:779 2669:779 2670:779 2671:779 2672:779 2673:779 2674:779 2675:779 2676:779 2677:779
2678:779 2734:808 2735:808 2736:809 2737:809 2738:811 2739:811 2740:812 2741:813 2742:813 2743:813 2744:813
2745:813 2746:813 2747:813 2748:819 2749:820 2750:822 2810:831 2883:841 2884:842 2885:843 2886:843 2887:845
2888:845 2889:846 2890:847 2891:847 2892:848 2893:849 2894:850 2895:852 2960:857 2961:857 2962:858 2963:858
2964:859 2965:860 2966:861 3023:871 3024:872 3064:880 3065:880 3066:882 3149:893 3150:893 3151:894 3152:894
3153:895 3154:895 3155:896 3156:896 3157:898 3158:899 3159:899 3160:906 3161:906 3162:913 3163:914 3164:915
3200:920 3241:937 3299:945 3388:957 3389:957 3390:958 3391:958 3392:959 3393:959 3394:959 3395:965 3396:966
3397:969 3398:970 3399:970 3400:972 3401:980 3442:991 3443:991 3444:992
"""
