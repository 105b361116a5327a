"""The tools of project_tracker. Made by awmc from project_tracker.awm; change that, not this."""

from awmlang.runtime import functions as fn
from awmlang.runtime.program import (
    Bool,
    Date,
    Entity,
    Enum,
    Float,
    Int,
    List,
    Money,
    Optional,
    Ref,
    Text,
    ToolError,
    tool,
)

PROJECT_VISIBLE = """
SELECT 1
FROM project
WHERE project.code = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
MEMBERSHIP_VISIBLE = """
SELECT 1
FROM membership
JOIN project ON project.code = membership.project
WHERE membership.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership AS membership_2
    WHERE membership_2.project = project.code AND membership_2.person = :me
  )
"""
MILESTONE_VISIBLE = """
SELECT 1
FROM milestone
JOIN project ON project.code = milestone.project
WHERE milestone.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
SPRINT_VISIBLE = """
SELECT 1
FROM sprint
JOIN project ON project.code = sprint.project
WHERE sprint.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
LABEL_VISIBLE = """
SELECT 1
FROM label
JOIN project ON project.code = label.project
WHERE label.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
ISSUE_VISIBLE = """
SELECT 1
FROM issue
JOIN project ON project.code = issue.project
WHERE issue.number = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
DEPENDENCY_VISIBLE = """
SELECT 1
FROM dependency
JOIN issue AS blocked ON blocked.number = dependency.blocked
JOIN project ON project.code = blocked.project
WHERE dependency.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
ISSUE_LABEL_VISIBLE = """
SELECT 1
FROM issue_label
JOIN issue ON issue.number = issue_label.issue
JOIN project ON project.code = issue.project
WHERE issue_label.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
WATCH_VISIBLE = """
SELECT 1
FROM watch
JOIN issue ON issue.number = watch.issue
JOIN project ON project.code = issue.project
WHERE watch.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
COMMENT_VISIBLE = """
SELECT 1
FROM comment
JOIN issue ON issue.number = comment.issue
JOIN project ON project.code = issue.project
WHERE comment.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
TIMESHEET_VISIBLE = "SELECT 1 FROM timesheet WHERE id = :key AND person = :me"
TIME_ENTRY_VISIBLE = """
SELECT 1
FROM time_entry
JOIN issue ON issue.number = time_entry.issue
JOIN project ON project.code = issue.project
WHERE time_entry.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
EXPENSE_VISIBLE = """
SELECT 1
FROM expense
JOIN project ON project.code = expense.project
WHERE expense.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
INVOICE_VISIBLE = """
SELECT 1
FROM invoice
JOIN project ON project.code = invoice.project
WHERE invoice.number = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
INVOICE_LINE_VISIBLE = """
SELECT 1
FROM invoice_line
JOIN invoice ON invoice.number = invoice_line.invoice
JOIN project ON project.code = invoice.project
WHERE invoice_line.id = :key
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE membership.project = project.code AND membership.person = :me
  )
"""
NOTIFICATION_VISIBLE = "SELECT 1 FROM notification WHERE id = :key AND person = :me"

TEAM = Entity("Team", table="team", key=Int())
PERSON = Entity("Person", table="person", key=Int())
CLIENT = Entity("Client", table="client", key=Int())
PROJECT = Entity("Project", table="project", key=Text(), column="code", visible=PROJECT_VISIBLE)
MEMBERSHIP = Entity("Membership", table="membership", key=Int(), visible=MEMBERSHIP_VISIBLE)
MILESTONE = Entity("Milestone", table="milestone", key=Int(), visible=MILESTONE_VISIBLE)
SPRINT = Entity("Sprint", table="sprint", key=Int(), visible=SPRINT_VISIBLE)
LABEL = Entity("Label", table="label", key=Int(), visible=LABEL_VISIBLE)
ISSUE = Entity("Issue", table="issue", key=Text(), column="number", visible=ISSUE_VISIBLE)
DEPENDENCY = Entity("Dependency", table="dependency", key=Int(), visible=DEPENDENCY_VISIBLE)
ISSUE_LABEL = Entity("IssueLabel", table="issue_label", key=Int(), visible=ISSUE_LABEL_VISIBLE)
WATCH = Entity("Watch", table="watch", key=Int(), visible=WATCH_VISIBLE)
COMMENT = Entity("Comment", table="comment", key=Int(), visible=COMMENT_VISIBLE)
TIMESHEET = Entity("Timesheet", table="timesheet", key=Int(), visible=TIMESHEET_VISIBLE)
TIME_ENTRY = Entity("TimeEntry", table="time_entry", key=Int(), visible=TIME_ENTRY_VISIBLE)
EXPENSE = Entity("Expense", table="expense", key=Int(), visible=EXPENSE_VISIBLE)
INVOICE = Entity("Invoice", table="invoice", key=Text(), column="number", visible=INVOICE_VISIBLE)
INVOICE_LINE = Entity("InvoiceLine", table="invoice_line", key=Int(), visible=INVOICE_LINE_VISIBLE)
ABSENCE = Entity("Absence", table="absence", key=Int())
NOTIFICATION = Entity("Notification", table="notification", key=Int(), visible=NOTIFICATION_VISIBLE)

# What the constraints of the database say in the words of the spec.
RULES = {
    "Team.name": "name must have from 1 to 40 characters",
    "Team.name.unique": "name must be unique, and another Team has this one",
    "Person.name": "name must have from 1 to 60 characters",
    "Person.name.unique": "name must be unique, and another Person has this one",
    "Person.email.unique": "email must be unique, and another Person has this one",
    "Person.weekly_hours": "weekly_hours must be from 0 to 60",
    "Person.is_active": "is_active must be true or false",
    "Client.name": "name must have from 1 to 80 characters",
    "Client.name.unique": "name must be unique, and another Client has this one",
    "Client.payment_days": "payment_days must be from 0 to 90",
    "Project.code": "code must match [A-Z]{2,4}",
    "project.code": "code must be unique, and another Project has this one",
    "Project.name": "name must have from 1 to 80 characters",
    "Project.name.unique": "name must be unique, and another Project has this one",
    "Project.status": "status must be one of planned, active, on_hold, done",
    "Project.billing": "billing must be one of hourly, fixed, internal",
    "Project.budget": "budget must be at least 0",
    "Project.check_1": "a project of the studio's own has no client, any other has one",
    "Project.check_2": "due after it starts",
    "Membership.access_level": "access_level must be one of viewer, contributor, manager",
    "Membership.rate": "rate must be from 0 to 1000",
    "Membership.check_1": "a member once",
    "Milestone.name": "name must have from 1 to 60 characters",
    "Milestone.status": "status must be one of open, reached, dropped",
    "Milestone.check_1": "a name once a project",
    "Sprint.name": "name must have from 1 to 40 characters",
    "Sprint.goal": "goal must have from 0 to 300 characters",
    "Sprint.status": "status must be one of planned, active, closed",
    "Sprint.check_1": "a sprint ends after it starts",
    "Sprint.check_2": "sprints of a project do not overlap",
    "Sprint.check_3": "one sprint at a time",
    "Label.name": "name must have from 1 to 30 characters",
    "Label.color": "color must match #[0-9a-f]{6}",
    "Label.check_1": "a label once a project",
    "issue.number": "number must be unique, and another Issue has this one",
    "Issue.kind": "kind must be one of story, task, bug, chore",
    "Issue.title": "title must have from 1 to 120 characters",
    "Issue.body": "body must have from 0 to 4000 characters",
    "Issue.status": "status must be one of backlog, ready, in_progress, review, done, cancelled",
    "Issue.priority": "priority must be one of low, medium, high, urgent",
    "Issue.estimate": "estimate must be from 0 to 400",
    "Issue.resolution": "resolution must be one of finished, wont_do, duplicate, obsolete",
    "Issue.check_1": "a closed issue knows when",
    "Issue.check_2": "a closed issue says how it ended",
    "Issue.check_3": "a duplicate names the other issue",
    "Issue.check_4": "an issue is no part and no copy of itself",
    "Dependency.check_1": "an issue does not block itself",
    "Dependency.check_2": "a dependency once",
    "IssueLabel.check_1": "a label once an issue",
    "Watch.check_1": "you watch an issue once",
    "Comment.body": "body must have from 1 to 2000 characters",
    "Timesheet.status": "status must be one of open, submitted, approved",
    "Timesheet.check_1": "a week begins on a Monday",
    "Timesheet.check_2": "a sheet that is handed in knows when",
    "Timesheet.check_3": "a sheet a week",
    "TimeEntry.minutes": "minutes must be from 1 to 840",
    "TimeEntry.note": "note must have from 0 to 200 characters",
    "TimeEntry.is_billable": "is_billable must be true or false",
    "TimeEntry.rate": "rate must be at least 0",
    "Expense.kind": "kind must be one of travel, software, hardware, catering",
    "Expense.amount": "amount must be from 0.01 to 20000",
    "Expense.note": "note must have from 0 to 200 characters",
    "Expense.status": "status must be one of submitted, approved, rejected",
    "Expense.check_1": "somebody decides",
    "invoice.number": "number must be unique, and another Invoice has this one",
    "Invoice.status": "status must be one of draft, sent, paid, void",
    "Invoice.discount": "discount must be from 0 to 50",
    "Invoice.check_1": "what was sent has its dates",
    "Invoice.check_2": "a paid invoice knows when",
    "InvoiceLine.description": "description must have from 1 to 200 characters",
    "InvoiceLine.hours": "hours must be at least 0",
    "InvoiceLine.amount": "amount must be at least 0",
    "Absence.kind": "kind must be one of holiday, sick, training",
    "Absence.check_1": "an absence ends after it starts",
    "Notification.kind": "kind must be one of assigned, mentioned, commented, unblocked, decided",
    "Notification.text": "text must have from 1 to 300 characters",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = [
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM issue
  LEFT JOIN milestone ON milestone.id = issue.milestone
  WHERE NOT (issue.milestone IS NULL OR milestone.project = issue.project)
)
""",
        "a milestone is of the issue's project",
        ("Issue", "Milestone"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM issue
  LEFT JOIN sprint ON sprint.id = issue.sprint
  WHERE NOT (issue.sprint IS NULL OR sprint.project = issue.project)
)
""",
        "a sprint is of the issue's project",
        ("Issue", "Sprint"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM issue_label
  JOIN label ON label.id = issue_label.label
  JOIN issue ON issue.number = issue_label.issue
  WHERE label.project <> issue.project
)
""",
        "a label is of the issue's project",
        ("Issue", "IssueLabel", "Label"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM issue
  WHERE issue.status = 'done'
    AND EXISTS(
      SELECT 1
      FROM issue AS issue_2
      WHERE issue_2.parent IS issue.number AND NOT issue_2.status IN ('done', 'cancelled')
    )
)
""",
        "what is done has no open parts",
        ("Issue",),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM time_entry
  JOIN timesheet AS sheet ON sheet.id = time_entry.sheet
  WHERE NOT (
    sheet.person = time_entry.person
    AND sheet.week <= time_entry.day
    AND time_entry.day < awm_shift(sheet.week, awm_days(7))
  )
)
""",
        "time is on the sheet of its week",
        ("TimeEntry", "Timesheet"),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM time_entry
  LEFT JOIN invoice ON invoice.number = time_entry.invoice
  WHERE time_entry.invoice IS NOT NULL
    AND NOT (time_entry.is_billable AND invoice.status <> 'void')
)
""",
        "only billable time is on an invoice that stands",
        ("Invoice", "TimeEntry"),
    ),
]


REQUIRE_MANAGER_REQUIRE = """
SELECT EXISTS(
  SELECT 1
  FROM membership
  WHERE project = :project AND person = :me AND access_level = 'manager'
)
"""
REQUIRE_MANAGER_NOT_A_MANAGER = """
SELECT awm_concat('Only managers of ', name, ' can do that.')
FROM project
WHERE code = :project
"""


def require_manager(db, project):
    """Refuse what only managers of a project may do."""
    if not db.value(REQUIRE_MANAGER_REQUIRE, project=project, me=db.me):
        raise ToolError("not_a_manager", db.value(REQUIRE_MANAGER_NOT_A_MANAGER, project=project))


REQUIRE_CONTRIBUTOR_REQUIRE = """
SELECT EXISTS(
  SELECT 1
  FROM membership
  WHERE project = :project AND person = :me AND access_level <> 'viewer'
)
"""
REQUIRE_CONTRIBUTOR_ONLY_A_VIEWER = """
SELECT awm_concat('You can only look at ', name, '.')
FROM project
WHERE code = :project
"""


def require_contributor(db, project):
    """Refuse what viewers of a project may not do."""
    if not db.value(REQUIRE_CONTRIBUTOR_REQUIRE, project=project, me=db.me):
        raise ToolError("only_a_viewer", db.value(REQUIRE_CONTRIBUTOR_ONLY_A_VIEWER, project=project))


NOTIFY_CREATE_NOTIFICATION = """
INSERT INTO notification (person, issue, kind, text, created_at)
VALUES (:person, :issue, :kind, :words, :now)
RETURNING id
"""


def notify(db, person, issue, kind, words):
    """Tell somebody; nobody is told what they did themselves."""
    if person != db.me:
        db.insert(NOTIFY_CREATE_NOTIFICATION, person=person, issue=issue, kind=kind, words=words, now=db.now)


FOLLOW_IF = "SELECT NOT EXISTS(SELECT 1 FROM watch WHERE issue = :issue AND person = :person)"
FOLLOW_CREATE_WATCH = "INSERT INTO watch (issue, person) VALUES (:issue, :person) RETURNING id"


def follow(db, issue, person):
    """Let somebody watch an issue, if they do not yet."""
    if db.value(FOLLOW_IF, issue=issue, person=person):
        db.insert(FOLLOW_CREATE_WATCH, issue=issue, person=person)


PUT_LABEL_LABEL = """
SELECT (
  SELECT label.id
  FROM label
  WHERE label.project = issue.project
    AND awm_lower(label.name) = awm_lower(awm_trim(:name))
  ORDER BY label.id
  LIMIT 1
)
FROM issue
WHERE issue.number = :issue
"""
PUT_LABEL_CREATE_LABEL = """
INSERT INTO label (project, name, color)
VALUES ((SELECT project FROM issue WHERE number = :issue), awm_trim(:name), '#8a8f98')
RETURNING id
"""
PUT_LABEL_IF = "SELECT NOT EXISTS(SELECT 1 FROM issue_label WHERE issue = :issue AND label = :label)"
PUT_LABEL_CREATE_ISSUE_LABEL = "INSERT INTO issue_label (issue, label) VALUES (:issue, :label) RETURNING id"


def put_label(db, issue, name):
    """Put a label on an issue; a label that the project does not have yet is made."""
    found_1 = db.value(PUT_LABEL_LABEL, issue=issue, name=name)
    if found_1 is None:
        found_1 = db.insert(PUT_LABEL_CREATE_LABEL, issue=issue, name=name)
    label = found_1
    if db.value(PUT_LABEL_IF, issue=issue, label=label):
        db.insert(PUT_LABEL_CREATE_ISSUE_LABEL, issue=issue, label=label)


GIVE_TO_REQUIRE = "SELECT is_active FROM person WHERE id = :person"
GIVE_TO_NOT_ACTIVE = (
    "SELECT awm_concat((SELECT name FROM person WHERE id = :person), ' has left the studio.')"
)
GIVE_TO_REQUIRE_2 = """
SELECT EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.project = issue.project
    AND membership.person = :person
    AND membership.access_level <> 'viewer'
)
FROM issue
WHERE issue.number = :issue
"""
GIVE_TO_NOT_A_MEMBER = """
SELECT awm_concat(
  (SELECT person.name FROM person WHERE person.id = :person),
  ' does not work on ',
  project.name,
  '.'
)
FROM issue
JOIN project ON project.code = issue.project
WHERE issue.number = :issue
"""
GIVE_TO_WORDS = "SELECT awm_concat(:issue, ' is yours: ', title) FROM issue WHERE number = :issue"
GIVE_TO_UPDATE_ISSUE = "UPDATE issue SET assignee = :person WHERE number = :issue"


def give_to(db, issue, person):
    """Make somebody responsible for an issue, or nobody."""
    if person is not None:
        if not db.value(GIVE_TO_REQUIRE, person=person):
            raise ToolError("not_active", db.value(GIVE_TO_NOT_ACTIVE, person=person))
        if not db.value(GIVE_TO_REQUIRE_2, issue=issue, person=person):
            raise ToolError("not_a_member", db.value(GIVE_TO_NOT_A_MEMBER, person=person, issue=issue))
        follow(db, issue, person)
        notify(db, person, issue, "assigned", db.value(GIVE_TO_WORDS, issue=issue))
    db.run(GIVE_TO_UPDATE_ISSUE, person=person, issue=issue)


CLOSE_REQUIRE = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :issue"
CLOSE_CLOSED_ALREADY = """
SELECT awm_concat(:issue, ' is ', status, ' already.')
FROM issue
WHERE number = :issue
"""
CLOSE_UPDATE_ISSUE = """
UPDATE issue
SET
  status = CASE WHEN :resolution = 'finished' THEN 'done' ELSE 'cancelled' END,
  resolution = :resolution,
  duplicate_of = :duplicate_of,
  closed_at = :now
WHERE number = :issue
"""
CLOSE_D = """
SELECT dependency.id
FROM dependency
JOIN issue AS blocked ON blocked.number = dependency.blocked
WHERE dependency.blocker = :issue
  AND NOT blocked.status IN ('done', 'cancelled')
  AND NOT EXISTS(
    SELECT 1
    FROM dependency AS dependency_2
    JOIN issue AS blocker ON blocker.number = dependency_2.blocker
    WHERE dependency_2.blocked = blocked.number
      AND NOT blocker.status IN ('done', 'cancelled')
  )
ORDER BY dependency.id
"""
CLOSE_WAITING = """
SELECT coalesce(blocked.assignee, blocked.reporter)
FROM dependency AS d
JOIN issue AS blocked ON blocked.number = d.blocked
WHERE d.id = :d
"""
CLOSE_ISSUE = "SELECT blocked FROM dependency WHERE id = :d"
CLOSE_WORDS = """
SELECT awm_concat(d.blocked, ' can start: ', :issue, ' is ', issue.status, '.')
FROM dependency AS d
JOIN issue ON issue.number = :issue
WHERE d.id = :d
"""


def close(db, issue, resolution, duplicate_of):
    """Close an issue and tell those who waited for it."""
    if not db.value(CLOSE_REQUIRE, issue=issue):
        raise ToolError("closed_already", db.value(CLOSE_CLOSED_ALREADY, issue=issue))
    db.run(CLOSE_UPDATE_ISSUE, resolution=resolution, duplicate_of=duplicate_of, now=db.now, issue=issue)
    for d in db.each(db.values(CLOSE_D, issue=issue)):
        waiting = db.value(CLOSE_WAITING, d=d)
        notify(db, waiting, db.value(CLOSE_ISSUE, d=d), "unblocked", db.value(CLOSE_WORDS, d=d, issue=issue))


WEEK_OF_RESULT = "SELECT awm_shift(:day, -awm_days(awm_weekday(:day) - 1))"


def week_of(db, day):
    """The Monday of a day's week."""
    return db.value(WEEK_OF_RESULT, day=day)


OPEN_SHEET_SHEET = """
SELECT id
FROM timesheet
WHERE person = :person AND week = awm_shift(:day, -awm_days(awm_weekday(:day) - 1))
ORDER BY id
LIMIT 1
"""
OPEN_SHEET_CREATE_TIMESHEET = """
INSERT INTO timesheet (person, week, status)
VALUES (:person, :week_2, 'open')
RETURNING id
"""
OPEN_SHEET_REQUIRE = "SELECT status = 'open' FROM timesheet WHERE id = :sheet"
OPEN_SHEET_SHEET_CLOSED = """
SELECT awm_concat('The timesheet of that week is ', status, '.')
FROM timesheet
WHERE id = :sheet
"""


def open_sheet(db, person, day):
    """The sheet that a day's time goes on; it is made with the first entry."""
    found_1 = db.value(OPEN_SHEET_SHEET, person=person, day=day)
    if found_1 is None:
        week_2 = week_of(db, day)
        found_1 = db.insert(OPEN_SHEET_CREATE_TIMESHEET, person=person, week_2=week_2)
    sheet = found_1
    if not db.value(OPEN_SHEET_REQUIRE, sheet=sheet):
        raise ToolError("sheet_closed", db.value(OPEN_SHEET_SHEET_CLOSED, sheet=sheet))
    return sheet


WORKING_DAYS_LENGTH = "SELECT awm_whole(awm_floor(awm_divide(awm_elapsed(:to, :from_), awm_days(1))) + 1)"
WORKING_DAYS_RESULT = """
SELECT count(*)
FROM json_each(awm_range(max(:length, 0)))
WHERE awm_weekday(awm_shift(:from_, awm_days(value))) <= 5
"""


def working_days(db, from_, to):
    """The days from Monday to Friday in a span, its last day included; 0 if it is empty."""
    length = db.value(WORKING_DAYS_LENGTH, to=to, from_=from_)
    return db.value(WORKING_DAYS_RESULT, length=length, from_=from_)


CAPACITY_OFF = """
SELECT awm_whole((
  SELECT coalesce(
    sum((
      SELECT count(*)
      FROM json_each(awm_range(max(
        awm_floor(awm_divide(
          awm_elapsed(min(absence.ends_on, :to), max(absence.starts_on, :from_)),
          awm_days(1)
        ))
        + 1,
        0
      ))) AS item
      WHERE awm_weekday(awm_shift(max(absence.starts_on, :from_), awm_days(item.value))) <= 5
    )),
    0
  )
  FROM absence
  WHERE absence.person = :person
    AND absence.starts_on <= :to
    AND absence.ends_on >= :from_
))
"""
CAPACITY_RESULT = """
SELECT awm_finite(
  person.weekly_hours / 5.0 * CAST(
    (
      SELECT count(*)
      FROM json_each(awm_range(max(
        awm_floor(awm_divide(awm_elapsed(:to, :from_), awm_days(1))) + 1, 0
      ))) AS item
      WHERE awm_weekday(awm_shift(:from_, awm_days(item.value))) <= 5
    ) - :off AS REAL
  )
)
FROM person
WHERE person.id = :person
"""


def capacity(db, person, from_, to):
    """The hours that somebody can work in a span, days off taken away."""
    off = db.value(CAPACITY_OFF, person=person, to=to, from_=from_)
    return db.value(CAPACITY_RESULT, person=person, to=to, from_=from_, off=off)


SEARCH_ISSUES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'number', i.number,
        'title', i.title,
        'kind', i.kind,
        'status', i.status,
        'priority', i.priority,
        'assignee', json((
          SELECT json_object('id', assignee_2.id, 'name', assignee_2.name)
          FROM person AS assignee_2
          WHERE assignee_2.id = i.assignee
        )),
        'due_on', i.due_on,
        'estimate', i.estimate,
        'project', json_object('code', project.code)
      ) AS v
      FROM issue AS i
      JOIN project ON project.code = i.project
      LEFT JOIN person AS assignee ON assignee.id = i.assignee
      WHERE EXISTS(
        SELECT 1
        FROM membership
        WHERE membership.project = project.code AND membership.person = :me
      )
        AND (
          :query IS NULL
          OR :query IS NOT NULL AND awm_contains(i.title, :query)
          OR :query IS NOT NULL AND awm_contains(i.body, :query)
        )
        AND (:project IS NULL OR i.project = :project)
        AND (:kind IS NULL OR i.kind = :kind)
        AND (
          :statuses IS NULL
          OR i.status IN (SELECT item.value FROM json_each(:statuses) AS item)
        )
        AND (
          :priorities IS NULL
          OR i.priority IN (SELECT item_2.value FROM json_each(:priorities) AS item_2)
        )
        AND (:assignee IS NULL OR i.assignee IS :assignee)
        AND (:reporter IS NULL OR i.reporter = :reporter)
        AND (
          :label IS NULL
          OR EXISTS(
            SELECT 1
            FROM issue_label
            JOIN label ON label.id = issue_label.label
            WHERE issue_label.issue = i.number
              AND awm_lower(label.name) = awm_lower(:label)
          )
        )
        AND (:milestone IS NULL OR i.milestone IS :milestone)
        AND (:sprint IS NULL OR i.sprint IS :sprint)
        AND (:due_until IS NULL OR i.due_on <= :due_until)
        AND (:created_since IS NULL OR date(i.created_at) >= :created_since)
        AND (NOT i.status IN ('done', 'cancelled') OR NOT :only_open)
        AND (i.assignee IS NULL OR NOT :only_unassigned)
        AND (
          EXISTS(
            SELECT 1
            FROM dependency
            JOIN issue AS blocker ON blocker.number = dependency.blocker
            WHERE dependency.blocked = i.number
              AND NOT blocker.status IN ('done', 'cancelled')
          )
          OR NOT :only_blocked
        )
      ORDER BY
        CASE
          WHEN :order = 'urgent_first' THEN CASE
            i.priority
            WHEN 'low' THEN 0
            WHEN 'medium' THEN 1
            WHEN 'high' THEN 2
            WHEN 'urgent' THEN 3
          END
        END DESC,
        CASE WHEN :order = 'newest' THEN i.created_at END DESC,
        CASE WHEN :order = 'due_first' THEN i.due_on END NULLS LAST,
        CASE WHEN :order = 'largest' THEN coalesce(i.estimate, 0.0) END DESC,
        i.number
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM issue AS i_2
    JOIN project AS project_2 ON project_2.code = i_2.project
    WHERE EXISTS(
      SELECT 1
      FROM membership AS membership_2
      WHERE membership_2.project = project_2.code AND membership_2.person = :me
    )
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(i_2.title, :query)
        OR :query IS NOT NULL AND awm_contains(i_2.body, :query)
      )
      AND (:project IS NULL OR i_2.project = :project)
      AND (:kind IS NULL OR i_2.kind = :kind)
      AND (
        :statuses IS NULL
        OR i_2.status IN (SELECT item_3.value FROM json_each(:statuses) AS item_3)
      )
      AND (
        :priorities IS NULL
        OR i_2.priority IN (SELECT item_4.value FROM json_each(:priorities) AS item_4)
      )
      AND (:assignee IS NULL OR i_2.assignee IS :assignee)
      AND (:reporter IS NULL OR i_2.reporter = :reporter)
      AND (
        :label IS NULL
        OR EXISTS(
          SELECT 1
          FROM issue_label AS issue_label_2
          JOIN label AS label_2 ON label_2.id = issue_label_2.label
          WHERE issue_label_2.issue = i_2.number
            AND awm_lower(label_2.name) = awm_lower(:label)
        )
      )
      AND (:milestone IS NULL OR i_2.milestone IS :milestone)
      AND (:sprint IS NULL OR i_2.sprint IS :sprint)
      AND (:due_until IS NULL OR i_2.due_on <= :due_until)
      AND (:created_since IS NULL OR date(i_2.created_at) >= :created_since)
      AND (NOT i_2.status IN ('done', 'cancelled') OR NOT :only_open)
      AND (i_2.assignee IS NULL OR NOT :only_unassigned)
      AND (
        EXISTS(
          SELECT 1
          FROM dependency AS dependency_2
          JOIN issue AS blocker_2 ON blocker_2.number = dependency_2.blocker
          WHERE dependency_2.blocked = i_2.number
            AND NOT blocker_2.status IN ('done', 'cancelled')
        )
        OR NOT :only_blocked
      )
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text(1, 80)),
    project=Optional(Ref(PROJECT), name="project_id"),
    kind=Optional(Enum("story", "task", "bug", "chore")),
    statuses=Optional(List(Enum("backlog", "ready", "in_progress", "review", "done", "cancelled"), 1, 6)),
    priorities=Optional(List(Enum("low", "medium", "high", "urgent"), 1, 4)),
    assignee=Optional(Ref(PERSON), name="assignee_id"),
    reporter=Optional(Ref(PERSON), name="reporter_id"),
    label=Optional(Text()),
    milestone=Optional(Ref(MILESTONE), name="milestone_id"),
    sprint=Optional(Ref(SPRINT), name="sprint_id"),
    due_until=Optional(Date()),
    created_since=Optional(Date()),
    only_open=Bool(default=1),
    only_unassigned=Bool(default=0),
    only_blocked=Bool(default=0),
    order=Enum("urgent_first", "newest", "due_first", "largest", default="urgent_first"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def search_issues(
    db,
    query,
    project,
    kind,
    statuses,
    priorities,
    assignee,
    reporter,
    label,
    milestone,
    sprint,
    due_until,
    created_since,
    only_open,
    only_unassigned,
    only_blocked,
    order,
    page,
    page_size,
):
    """Find issues in the projects that I am a member of."""
    return db.value(
        SEARCH_ISSUES_RESULT,
        me=db.me,
        query=query,
        project=project,
        kind=kind,
        statuses=statuses,
        priorities=priorities,
        assignee=assignee,
        reporter=reporter,
        label=label,
        milestone=milestone,
        sprint=sprint,
        due_until=due_until,
        created_since=created_since,
        only_open=only_open,
        only_unassigned=only_unassigned,
        only_blocked=only_blocked,
        order=order,
        page_size=page_size,
        page=page,
    )


GET_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'project', json_object('code', project.code, 'name', project.name),
  'kind', issue.kind,
  'title', issue.title,
  'body', issue.body,
  'status', issue.status,
  'priority', issue.priority,
  'reporter', json_object('id', reporter.id, 'name', reporter.name),
  'assignee', json((
    SELECT json_object('id', assignee_2.id, 'name', assignee_2.name)
    FROM person AS assignee_2
    WHERE assignee_2.id = issue.assignee
  )),
  'parent', json((
    SELECT json_object(
      'number', parent_2.number, 'title', parent_2.title, 'status', parent_2.status
    )
    FROM issue AS parent_2
    WHERE parent_2.number = issue.parent
  )),
  'milestone', json((
    SELECT json_object(
      'id', milestone_2.id, 'name', milestone_2.name, 'due_on', milestone_2.due_on
    )
    FROM milestone AS milestone_2
    WHERE milestone_2.id = issue.milestone
  )),
  'sprint', json((
    SELECT json_object(
      'id', sprint_2.id,
      'name', sprint_2.name,
      'starts_on', sprint_2.starts_on,
      'ends_on', sprint_2.ends_on
    )
    FROM sprint AS sprint_2
    WHERE sprint_2.id = issue.sprint
  )),
  'estimate', issue.estimate,
  'due_on', issue.due_on,
  'created_at', issue.created_at,
  'started_at', issue.started_at,
  'closed_at', issue.closed_at,
  'resolution', issue.resolution,
  'duplicate_of', json((
    SELECT json_object(
      'number', duplicate_of_2.number,
      'title', duplicate_of_2.title,
      'status', duplicate_of_2.status
    )
    FROM issue AS duplicate_of_2
    WHERE duplicate_of_2.number = issue.duplicate_of
  )),
  'is_blocked', json(iif(
    EXISTS(
      SELECT 1
      FROM dependency
      JOIN issue AS blocker ON blocker.number = dependency.blocker
      WHERE dependency.blocked = issue.number
        AND NOT blocker.status IN ('done', 'cancelled')
    ),
    'true',
    'false'
  )),
  'is_overdue', json(iif(
    NOT issue.status IN ('done', 'cancelled')
    AND issue.due_on IS NOT NULL
    AND issue.due_on < date(:now),
    'true',
    'false'
  )),
  'spent_hours', CAST(
    (
      SELECT coalesce(sum(time_entry.minutes), 0)
      FROM time_entry
      WHERE time_entry.issue = issue.number
    ) AS REAL
  ) / 60.0,
  'hours_left', awm_finite(CASE
    WHEN NOT issue.status IN ('done', 'cancelled') THEN max(
      coalesce(issue.estimate, 0.0)
      - CAST(
        (
          SELECT coalesce(sum(time_entry_2.minutes), 0)
          FROM time_entry AS time_entry_2
          WHERE time_entry_2.issue = issue.number
        ) AS REAL
      ) / 60.0,
      0.0
    )
    ELSE 0.0
  END),
  'blockers', json((
    SELECT json_group_array(
      json_object(
        'number', dependency_2.blocker,
        'title', blocker_2.title,
        'status', blocker_2.status
      )
      ORDER BY dependency_2.id
    )
    FROM dependency AS dependency_2
    JOIN issue AS blocker_2 ON blocker_2.number = dependency_2.blocker
    WHERE dependency_2.blocked = issue.number
  )),
  'children', json((
    SELECT json_group_array(
      json_object(
        'number', issue_2.number,
        'title', issue_2.title,
        'status', issue_2.status,
        'assignee', json((
          SELECT json_object('id', assignee_4.id, 'name', assignee_4.name)
          FROM person AS assignee_4
          WHERE assignee_4.id = issue_2.assignee
        ))
      )
      ORDER BY issue_2.number
    )
    FROM issue AS issue_2
    LEFT JOIN person AS assignee_3 ON assignee_3.id = issue_2.assignee
    WHERE issue_2.parent IS issue.number
  )),
  'labels', json((
    SELECT json_group_array(
      label.name ORDER BY awm_fold(label.name), label.name, issue_label.id
    )
    FROM issue_label
    JOIN label ON label.id = issue_label.label
    WHERE issue_label.issue = issue.number
  )),
  'watchers', json((
    SELECT json_group_array(person.name ORDER BY watch.id)
    FROM watch
    JOIN person ON person.id = watch.person
    WHERE watch.issue = issue.number
  )),
  'comments', json((
    SELECT json_group_array(
      json_object(
        'id', comment.id,
        'author', json_object('id', author.id, 'name', author.name),
        'body', comment.body,
        'posted_at', comment.posted_at,
        'edited_at', comment.edited_at
      )
      ORDER BY comment.posted_at, comment.id
    )
    FROM comment
    JOIN person AS author ON author.id = comment.author
    WHERE comment.issue = issue.number
  ))
)
FROM issue
JOIN project ON project.code = issue.project
JOIN person AS reporter ON reporter.id = issue.reporter
LEFT JOIN person AS assignee ON assignee.id = issue.assignee
LEFT JOIN issue AS parent ON parent.number = issue.parent
LEFT JOIN milestone ON milestone.id = issue.milestone
LEFT JOIN sprint ON sprint.id = issue.sprint
LEFT JOIN issue AS duplicate_of ON duplicate_of.number = issue.duplicate_of
WHERE issue.number = :issue
"""


@tool(issue=Ref(ISSUE, name="issue_id"))
def get_issue(db, issue):
    """Everything about an issue: parts, blockers, labels, time, comments."""
    return db.value(GET_ISSUE_RESULT, issue=issue, now=db.now)


MY_WORK_MINE = """
SELECT number
FROM issue
WHERE assignee IS :me AND NOT status IN ('done', 'cancelled')
ORDER BY number
"""
MY_WORK_HORIZON = "SELECT awm_shift(date(:now), awm_days(:days_ahead))"
MY_WORK_RESULT = """
SELECT json_object(
  'overdue', json((
    SELECT json_group_array(
      json_object(
        'number', issue.number,
        'title', issue.title,
        'priority', issue.priority,
        'due_on', issue.due_on,
        'project', json_object('code', project.code)
      )
      ORDER BY issue.due_on NULLS LAST, item.key
    )
    FROM json_each(:mine) AS item
    JOIN issue ON issue.number = item.value
    JOIN project ON project.code = issue.project
    WHERE NOT issue.status IN ('done', 'cancelled')
      AND issue.due_on IS NOT NULL
      AND issue.due_on < date(:now)
  )),
  'due_soon', json((
    SELECT json_group_array(
      json_object(
        'number', issue_2.number,
        'title', issue_2.title,
        'priority', issue_2.priority,
        'due_on', issue_2.due_on,
        'project', json_object('code', project_2.code)
      )
      ORDER BY issue_2.due_on, item_2.key
    )
    FROM json_each(:mine) AS item_2
    JOIN issue AS issue_2 ON issue_2.number = item_2.value
    JOIN project AS project_2 ON project_2.code = issue_2.project
    WHERE NOT (
      NOT issue_2.status IN ('done', 'cancelled')
      AND issue_2.due_on IS NOT NULL
      AND issue_2.due_on < date(:now)
    )
      AND issue_2.due_on <= :horizon
  )),
  'others', json((
    SELECT json_group_array(
      json_object(
        'number', issue_3.number,
        'title', issue_3.title,
        'priority', issue_3.priority,
        'status', issue_3.status,
        'is_blocked', json(iif(
          EXISTS(
            SELECT 1
            FROM dependency
            JOIN issue AS blocker ON blocker.number = dependency.blocker
            WHERE dependency.blocked = issue_3.number
              AND NOT blocker.status IN ('done', 'cancelled')
          ),
          'true',
          'false'
        )),
        'project', json_object('code', project_3.code)
      )
      ORDER BY
        CASE
          issue_3.priority
          WHEN 'low' THEN 0
          WHEN 'medium' THEN 1
          WHEN 'high' THEN 2
          WHEN 'urgent' THEN 3
        END DESC,
        item_3.key
    )
    FROM json_each(:mine) AS item_3
    JOIN issue AS issue_3 ON issue_3.number = item_3.value
    JOIN project AS project_3 ON project_3.code = issue_3.project
    WHERE issue_3.due_on IS NULL OR issue_3.due_on > :horizon
  )),
  'hours_left', awm_finite((
    SELECT coalesce(
      sum(CASE
        WHEN NOT issue_4.status IN ('done', 'cancelled') THEN max(
          coalesce(issue_4.estimate, 0.0)
          - CAST(
            (
              SELECT coalesce(sum(time_entry.minutes), 0)
              FROM time_entry
              WHERE time_entry.issue = issue_4.number
            ) AS REAL
          ) / 60.0,
          0.0
        )
        ELSE 0.0
      END),
      0.0
    )
    FROM json_each(:mine) AS item_4
    JOIN issue AS issue_4 ON issue_4.number = item_4.value
  ))
)
"""


@tool(days_ahead=Int(1, 30, default=7))
def my_work(db, days_ahead):
    """My open issues: overdue, due soon, and the rest, most urgent first."""
    mine = db.values(MY_WORK_MINE, me=db.me)
    horizon = db.value(MY_WORK_HORIZON, days_ahead=days_ahead, now=db.now)
    return db.value(MY_WORK_RESULT, mine=mine, now=db.now, horizon=horizon)


LIST_PROJECTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'code', project.code,
        'name', project.name,
        'status', project.status,
        'billing', project.billing,
        'due_on', project.due_on,
        'client', json((
          SELECT json_object('id', client_2.id, 'name', client_2.name)
          FROM client AS client_2
          WHERE client_2.id = project.client
        )),
        'lead', json_object('id', lead.id, 'name', lead.name),
        'open_issues', (
          SELECT count(*)
          FROM issue
          WHERE issue.project = project.code AND NOT issue.status IN ('done', 'cancelled')
        ),
        'done_issues', (
          SELECT count(*)
          FROM issue AS issue_2
          WHERE issue_2.project = project.code AND issue_2.status = 'done'
        ),
        'my_access', (
          SELECT awm_only(count(*), min(membership_2.access_level))
          FROM membership AS membership_2
          WHERE membership_2.project = project.code AND membership_2.person = :me
        )
      )
      ORDER BY awm_fold(project.name), project.name, project.code
    )
    FROM project
    LEFT JOIN client ON client.id = project.client
    JOIN person AS lead ON lead.id = project.lead
    WHERE EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.project = project.code AND membership.person = :me
    )
      AND (:status IS NULL OR project.status = :status)
      AND (:client IS NULL OR project.client IS :client)
      AND (:query IS NULL OR awm_contains(project.name, :query))
  ))
)
"""


@tool(
    status=Optional(Enum("planned", "active", "on_hold", "done")),
    client=Optional(Ref(CLIENT), name="client_id"),
    query=Optional(Text()),
)
def list_projects(db, status, client, query):
    """The projects that I am a member of, with how far they are."""
    return db.value(LIST_PROJECTS_RESULT, me=db.me, status=status, client=client, query=query)


LIST_PEOPLE_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', p.id,
        'name', p.name,
        'email', p.email,
        'title', p.title,
        'team', json_object('id', team.id, 'name', team.name),
        'weekly_hours', p.weekly_hours
      )
      ORDER BY awm_fold(p.name), p.name, p.id
    )
    FROM person AS p
    JOIN team ON team.id = p.team
    WHERE p.is_active
      AND (:team IS NULL OR p.team = :team)
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(p.name, :query)
        OR :query IS NOT NULL AND awm_contains(p.title, :query)
      )
      AND (
        :project IS NULL
        OR EXISTS(
          SELECT 1
          FROM membership
          WHERE membership.person = p.id AND membership.project = :project
        )
      )
  ))
)
"""


@tool(
    team=Optional(Ref(TEAM), name="team_id"),
    project=Optional(Ref(PROJECT), name="project_id"),
    query=Optional(Text()),
)
def list_people(db, team, project, query):
    """Who works at the studio, by name."""
    return db.value(LIST_PEOPLE_RESULT, team=team, query=query, project=project)


CREATE_ISSUE_REQUIRE = "SELECT status <> 'done' FROM project WHERE code = :project"
CREATE_ISSUE_PROJECT_DONE = "SELECT awm_concat(name, ' is done.') FROM project WHERE code = :project"
CREATE_ISSUE_CREATE_ISSUE = """
INSERT INTO issue (
  project,
  kind,
  title,
  body,
  priority,
  reporter,
  parent,
  milestone,
  estimate,
  due_on,
  status,
  created_at,
  number
)
VALUES (
  :project,
  :kind,
  :title,
  :body,
  :priority,
  :me,
  :parent,
  :milestone,
  :estimate,
  :due_on,
  'backlog',
  :now,
  printf('NL-%03d', (SELECT next FROM awm_serial WHERE entity = 'Issue'))
)
RETURNING number
"""
CREATE_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'kind', issue.kind,
  'status', issue.status,
  'priority', issue.priority,
  'assignee', json((
    SELECT json_object('id', assignee_2.id, 'name', assignee_2.name)
    FROM person AS assignee_2
    WHERE assignee_2.id = issue.assignee
  )),
  'due_on', issue.due_on,
  'labels', json((
    SELECT json_group_array(
      label.name ORDER BY awm_fold(label.name), label.name, issue_label.id
    )
    FROM issue_label
    JOIN label ON label.id = issue_label.label
    WHERE issue_label.issue = issue.number
  ))
)
FROM issue
LEFT JOIN person AS assignee ON assignee.id = issue.assignee
WHERE issue.number = :issue
"""


@tool(
    project=Ref(PROJECT, name="project_id"),
    title=Text(1, 120),
    kind=Enum("story", "task", "bug", "chore", default="task"),
    priority=Enum("low", "medium", "high", "urgent", default="medium"),
    body=Text(0, 4000, default=""),
    assignee=Optional(Ref(PERSON), name="assignee_id"),
    parent=Optional(Ref(ISSUE), name="parent_id"),
    milestone=Optional(Ref(MILESTONE), name="milestone_id"),
    estimate=Optional(Float(0.0, 400.0)),
    due_on=Optional(Date()),
    labels=List(Text(1, 30), 0, 8, default=[]),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def create_issue(
    db, project, title, kind, priority, body, assignee, parent, milestone, estimate, due_on, labels
):
    """Write down something to do. I report it and watch it."""
    require_contributor(db, project)
    if not db.value(CREATE_ISSUE_REQUIRE, project=project):
        raise ToolError("project_done", db.value(CREATE_ISSUE_PROJECT_DONE, project=project))
    if not (due_on is None or due_on >= fn.date(db.now)):
        raise ToolError("in_the_past", "It would be overdue from the start.")
    key_1 = db.insert(
        CREATE_ISSUE_CREATE_ISSUE,
        project=project,
        kind=kind,
        title=title,
        body=body,
        priority=priority,
        me=db.me,
        parent=parent,
        milestone=milestone,
        estimate=estimate,
        due_on=due_on,
        now=db.now,
    )
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Issue")
    issue = key_1
    follow(db, issue, db.me)
    if assignee is not None:
        give_to(db, issue, assignee)
    for name in db.each(labels):
        put_label(db, issue, name)
    return db.value(CREATE_ISSUE_RESULT, issue=issue)


UPDATE_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
UPDATE_ISSUE_REQUIRE = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :issue"
UPDATE_ISSUE_CLOSED_ALREADY = """
SELECT awm_concat(:issue, ' is ', status, '; reopen it first.')
FROM issue
WHERE number = :issue
"""
UPDATE_ISSUE_UPDATE_ISSUE = """
UPDATE issue
SET
  title = coalesce(:title, title),
  body = coalesce(:body, body),
  kind = coalesce(:kind, kind),
  priority = coalesce(:priority, priority),
  estimate = coalesce(:estimate, estimate),
  due_on = coalesce(:due_on, due_on),
  milestone = coalesce(:milestone, milestone)
WHERE number = :issue
"""
UPDATE_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'kind', issue.kind,
  'priority', issue.priority,
  'estimate', issue.estimate,
  'due_on', issue.due_on,
  'milestone', json((
    SELECT json_object(
      'id', milestone_2.id, 'name', milestone_2.name, 'due_on', milestone_2.due_on
    )
    FROM milestone AS milestone_2
    WHERE milestone_2.id = issue.milestone
  ))
)
FROM issue
LEFT JOIN milestone ON milestone.id = issue.milestone
WHERE issue.number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    title=Optional(Text(1, 120)),
    body=Optional(Text(0, 4000)),
    kind=Optional(Enum("story", "task", "bug", "chore")),
    priority=Optional(Enum("low", "medium", "high", "urgent")),
    estimate=Optional(Float(0.0, 400.0)),
    due_on=Optional(Date()),
    milestone=Optional(Ref(MILESTONE), name="milestone_id"),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def update_issue(db, issue, title, body, kind, priority, estimate, due_on, milestone):
    """Change what an issue says; what is not given stays."""
    require_contributor(db, db.value(UPDATE_ISSUE_PROJECT, issue=issue))
    if not db.value(UPDATE_ISSUE_REQUIRE, issue=issue):
        raise ToolError("closed_already", db.value(UPDATE_ISSUE_CLOSED_ALREADY, issue=issue))
    db.run(
        UPDATE_ISSUE_UPDATE_ISSUE,
        title=title,
        body=body,
        kind=kind,
        priority=priority,
        estimate=estimate,
        due_on=due_on,
        milestone=milestone,
        issue=issue,
    )
    return db.value(UPDATE_ISSUE_RESULT, issue=issue)


ASSIGN_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
ASSIGN_ISSUE_REQUIRE = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :issue"
ASSIGN_ISSUE_CLOSED_ALREADY = """
SELECT awm_concat(:issue, ' is ', status, '.')
FROM issue
WHERE number = :issue
"""
ASSIGN_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'assignee', json((
    SELECT json_object('id', assignee_2.id, 'name', assignee_2.name)
    FROM person AS assignee_2
    WHERE assignee_2.id = issue.assignee
  ))
)
FROM issue
LEFT JOIN person AS assignee ON assignee.id = issue.assignee
WHERE issue.number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    assignee=Optional(Ref(PERSON), name="assignee_id"),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def assign_issue(db, issue, assignee):
    """Make somebody responsible for an issue; they watch it from then on and are told."""
    require_contributor(db, db.value(ASSIGN_ISSUE_PROJECT, issue=issue))
    if not db.value(ASSIGN_ISSUE_REQUIRE, issue=issue):
        raise ToolError("closed_already", db.value(ASSIGN_ISSUE_CLOSED_ALREADY, issue=issue))
    give_to(db, issue, assignee)
    return db.value(ASSIGN_ISSUE_RESULT, issue=issue)


MOVE_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
MOVE_ISSUE_REQUIRE = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :issue"
MOVE_ISSUE_CLOSED_ALREADY = """
SELECT awm_concat(:issue, ' is ', status, '; reopen it first.')
FROM issue
WHERE number = :issue
"""
MOVE_ISSUE_REQUIRE_2 = "SELECT NOT :status IN ('done', 'cancelled')"
MOVE_ISSUE_FIRST_BLOCKER = """
SELECT dependency.id
FROM dependency
JOIN issue AS blocker ON blocker.number = dependency.blocker
WHERE dependency.blocked = :issue AND NOT blocker.status IN ('done', 'cancelled')
ORDER BY dependency.id
LIMIT 1
"""
MOVE_ISSUE_BLOCKED = """
SELECT awm_concat(
  :issue, ' waits for ', (SELECT blocker FROM dependency WHERE id = :first_blocker), '.'
)
"""
MOVE_ISSUE_REQUIRE_3 = "SELECT assignee IS NOT NULL FROM issue WHERE number = :issue"
MOVE_ISSUE_UNASSIGNED = "SELECT awm_concat('Somebody must be responsible before ', :issue, ' starts.')"
MOVE_ISSUE_UPDATE_ISSUE = """
UPDATE issue
SET
  status = :status,
  started_at = CASE
    WHEN :status = 'in_progress' THEN coalesce(started_at, :now)
    ELSE started_at
  END
WHERE number = :issue
"""
MOVE_ISSUE_RESULT = """
SELECT json_object(
  'number', number, 'title', title, 'status', status, 'started_at', started_at
)
FROM issue
WHERE number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    status=Enum("backlog", "ready", "in_progress", "review", "done", "cancelled"),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def move_issue(db, issue, status):
    """Move an open issue on the board. What is blocked cannot be started."""
    require_contributor(db, db.value(MOVE_ISSUE_PROJECT, issue=issue))
    if not db.value(MOVE_ISSUE_REQUIRE, issue=issue):
        raise ToolError("closed_already", db.value(MOVE_ISSUE_CLOSED_ALREADY, issue=issue))
    if not db.value(MOVE_ISSUE_REQUIRE_2, status=status):
        raise ToolError("use_close_issue", "Closing needs a resolution.")
    if status == "in_progress":
        first_blocker = db.value(MOVE_ISSUE_FIRST_BLOCKER, issue=issue)
        if first_blocker is not None:
            raise ToolError("blocked", db.value(MOVE_ISSUE_BLOCKED, issue=issue, first_blocker=first_blocker))
        if not db.value(MOVE_ISSUE_REQUIRE_3, issue=issue):
            raise ToolError("unassigned", db.value(MOVE_ISSUE_UNASSIGNED, issue=issue))
    db.run(MOVE_ISSUE_UPDATE_ISSUE, status=status, now=db.now, issue=issue)
    return db.value(MOVE_ISSUE_RESULT, issue=issue)


CLOSE_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
CLOSE_ISSUE_REQUIRE = """
SELECT :with_parts
  OR NOT EXISTS(
    SELECT 1 FROM issue WHERE parent IS :issue AND NOT status IN ('done', 'cancelled')
  )
"""
CLOSE_ISSUE_OPEN_PARTS = "SELECT awm_concat('Parts of ', :issue, ' are still open.')"
CLOSE_ISSUE_PART = """
SELECT number
FROM issue
WHERE parent IS :issue AND NOT status IN ('done', 'cancelled')
ORDER BY number
"""
CLOSE_ISSUE_RESOLUTION = "SELECT CASE WHEN :resolution = 'finished' THEN 'finished' ELSE 'obsolete' END"
CLOSE_ISSUE_W = "SELECT id FROM watch WHERE issue = :issue ORDER BY id"
CLOSE_ISSUE_PERSON = "SELECT person FROM watch WHERE id = :w"
CLOSE_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'status', issue.status,
  'resolution', issue.resolution,
  'duplicate_of', json((
    SELECT json_object(
      'number', duplicate_of_2.number,
      'title', duplicate_of_2.title,
      'status', duplicate_of_2.status
    )
    FROM issue AS duplicate_of_2
    WHERE duplicate_of_2.number = issue.duplicate_of
  )),
  'children', json((
    SELECT json_group_array(
      json_object('number', issue_2.number, 'status', issue_2.status)
      ORDER BY issue_2.number
    )
    FROM issue AS issue_2
    WHERE issue_2.parent IS issue.number
  ))
)
FROM issue
LEFT JOIN issue AS duplicate_of ON duplicate_of.number = issue.duplicate_of
WHERE issue.number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    resolution=Enum("finished", "wont_do", "duplicate", "obsolete", default="finished"),
    duplicate_of=Optional(Ref(ISSUE), name="duplicate_of_id"),
    with_parts=Bool(default=0),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def close_issue(db, issue, resolution, duplicate_of, with_parts):
    """Close an issue. Watchers of a duplicate watch the other issue from then on; who waited for this one is told."""
    require_contributor(db, db.value(CLOSE_ISSUE_PROJECT, issue=issue))
    if not ((resolution == "duplicate") == (duplicate_of is not None)):
        raise ToolError("bad_resolution", "A duplicate, and only that, names the other issue.")
    if not db.value(CLOSE_ISSUE_REQUIRE, with_parts=with_parts, issue=issue):
        raise ToolError("open_parts", db.value(CLOSE_ISSUE_OPEN_PARTS, issue=issue))
    if resolution != "finished" or with_parts:
        for part in db.each(db.values(CLOSE_ISSUE_PART, issue=issue)):
            close(db, part, db.value(CLOSE_ISSUE_RESOLUTION, resolution=resolution), None)
    close(db, issue, resolution, duplicate_of)
    if duplicate_of is not None:
        for w in db.each(db.values(CLOSE_ISSUE_W, issue=issue)):
            follow(db, duplicate_of, db.value(CLOSE_ISSUE_PERSON, w=w))
    return db.value(CLOSE_ISSUE_RESULT, issue=issue)


REOPEN_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
REOPEN_ISSUE_REQUIRE = "SELECT status IN ('done', 'cancelled') FROM issue WHERE number = :issue"
REOPEN_ISSUE_OPEN_ALREADY = "SELECT awm_concat(:issue, ' is ', status, '.') FROM issue WHERE number = :issue"
REOPEN_ISSUE_UPDATE_ISSUE = """
UPDATE issue
SET
  status = CASE WHEN status = 'done' THEN 'ready' ELSE 'backlog' END,
  resolution = NULL,
  duplicate_of = NULL,
  closed_at = NULL,
  sprint = NULL
WHERE number = :issue
"""
REOPEN_ISSUE_CREATE_COMMENT = """
INSERT INTO comment (issue, author, body, posted_at)
VALUES (:issue, :me, :reason, :now)
RETURNING id
"""
REOPEN_ISSUE_RESPONSIBLE = "SELECT assignee FROM issue WHERE number = :issue"
REOPEN_ISSUE_WORDS = "SELECT awm_concat(:issue, ' is open again: ', title) FROM issue WHERE number = :issue"
REOPEN_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'status', issue.status,
  'assignee', json((
    SELECT json_object('id', assignee_2.id, 'name', assignee_2.name)
    FROM person AS assignee_2
    WHERE assignee_2.id = issue.assignee
  ))
)
FROM issue
LEFT JOIN person AS assignee ON assignee.id = issue.assignee
WHERE issue.number = :issue
"""


@tool(issue=Ref(ISSUE, name="issue_id"), reason=Text(1, 500), writes=True, invariants=(0, 1, 2, 3))
def reopen_issue(db, issue, reason):
    """Open a closed issue again, with a comment that says why."""
    require_contributor(db, db.value(REOPEN_ISSUE_PROJECT, issue=issue))
    if not db.value(REOPEN_ISSUE_REQUIRE, issue=issue):
        raise ToolError("open_already", db.value(REOPEN_ISSUE_OPEN_ALREADY, issue=issue))
    db.run(REOPEN_ISSUE_UPDATE_ISSUE, issue=issue)
    db.insert(REOPEN_ISSUE_CREATE_COMMENT, issue=issue, me=db.me, reason=reason, now=db.now)
    responsible = db.value(REOPEN_ISSUE_RESPONSIBLE, issue=issue)
    if responsible is not None:
        notify(db, responsible, issue, "assigned", db.value(REOPEN_ISSUE_WORDS, issue=issue))
    return db.value(REOPEN_ISSUE_RESULT, issue=issue)


SPLIT_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
SPLIT_ISSUE_REQUIRE = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :issue"
SPLIT_ISSUE_CLOSED_ALREADY = "SELECT awm_concat(:issue, ' is ', status, '.') FROM issue WHERE number = :issue"
SPLIT_ISSUE_REQUIRE_2 = "SELECT parent IS NULL FROM issue WHERE number = :issue"
SPLIT_ISSUE_TOO_DEEP = "SELECT awm_concat(:issue, ' is a part itself.')"
SPLIT_ISSUE_ESTIMATE = "SELECT estimate FROM issue WHERE number = :issue"
SPLIT_ISSUE_SHARE = "SELECT awm_round_to(awm_divide(:estimate, CAST(json_array_length(:titles) AS REAL)), 2)"
SPLIT_ISSUE_CREATE_ISSUE = """
INSERT INTO issue (
  project,
  kind,
  title,
  priority,
  reporter,
  parent,
  milestone,
  sprint,
  estimate,
  due_on,
  body,
  status,
  created_at,
  number
)
VALUES (
  (SELECT issue.project FROM issue WHERE issue.number = :issue),
  (SELECT issue_2.kind FROM issue AS issue_2 WHERE issue_2.number = :issue),
  :title,
  (SELECT issue_3.priority FROM issue AS issue_3 WHERE issue_3.number = :issue),
  :me,
  :issue,
  (SELECT issue_4.milestone FROM issue AS issue_4 WHERE issue_4.number = :issue),
  (SELECT issue_5.sprint FROM issue AS issue_5 WHERE issue_5.number = :issue),
  :share,
  (SELECT issue_6.due_on FROM issue AS issue_6 WHERE issue_6.number = :issue),
  '',
  'backlog',
  :now,
  printf('NL-%03d', (SELECT next FROM awm_serial WHERE entity = 'Issue'))
)
RETURNING number
"""
SPLIT_ISSUE_L = "SELECT id FROM issue_label WHERE issue = :issue ORDER BY id"
SPLIT_ISSUE_CREATE_ISSUE_LABEL = """
INSERT INTO issue_label (issue, label)
VALUES (:part, (SELECT label FROM issue_label WHERE id = :l))
RETURNING id
"""
SPLIT_ISSUE_UPDATE_ISSUE = "UPDATE issue SET estimate = 0.0 WHERE number = :issue"
SPLIT_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'estimate', issue.estimate,
  'children', json((
    SELECT json_group_array(
      json_object(
        'number', issue_2.number, 'title', issue_2.title, 'estimate', issue_2.estimate
      )
      ORDER BY issue_2.number
    )
    FROM issue AS issue_2
    WHERE issue_2.parent IS issue.number
  ))
)
FROM issue
WHERE issue.number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"), titles=List(Text(1, 120), 2, 10), writes=True, invariants=(0, 1, 2, 3)
)
def split_issue(db, issue, titles):
    """Split an issue into parts that share its estimate evenly, and its milestone, sprint and labels."""
    require_contributor(db, db.value(SPLIT_ISSUE_PROJECT, issue=issue))
    if not db.value(SPLIT_ISSUE_REQUIRE, issue=issue):
        raise ToolError("closed_already", db.value(SPLIT_ISSUE_CLOSED_ALREADY, issue=issue))
    if not db.value(SPLIT_ISSUE_REQUIRE_2, issue=issue):
        raise ToolError("too_deep", db.value(SPLIT_ISSUE_TOO_DEEP, issue=issue))
    estimate = db.value(SPLIT_ISSUE_ESTIMATE, issue=issue)
    share = None
    if estimate is not None:
        share = db.value(SPLIT_ISSUE_SHARE, estimate=estimate, titles=titles)
    for title in db.each(titles):
        key_1 = db.insert(
            SPLIT_ISSUE_CREATE_ISSUE, issue=issue, title=title, me=db.me, share=share, now=db.now
        )
        db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Issue")
        part = key_1
        for l in db.each(db.values(SPLIT_ISSUE_L, issue=issue)):
            db.insert(SPLIT_ISSUE_CREATE_ISSUE_LABEL, part=part, l=l)
    db.run(SPLIT_ISSUE_UPDATE_ISSUE, issue=issue)
    return db.value(SPLIT_ISSUE_RESULT, issue=issue)


MOVE_TO_PROJECT_PROJECT = "SELECT project FROM issue WHERE number = :issue"
MOVE_TO_PROJECT_REQUIRE = "SELECT project <> :project FROM issue WHERE number = :issue"
MOVE_TO_PROJECT_THERE_ALREADY = """
SELECT awm_concat(:issue, ' is in ', name, '.')
FROM project
WHERE code = :project
"""
MOVE_TO_PROJECT_REQUIRE_2 = """
SELECT issue.parent IS NULL
  AND NOT EXISTS(SELECT 1 FROM issue AS issue_2 WHERE issue_2.parent IS :issue)
FROM issue
WHERE issue.number = :issue
"""
MOVE_TO_PROJECT_NAMES = """
SELECT json_group_array(label.name ORDER BY issue_label.id)
FROM issue_label
JOIN label ON label.id = issue_label.label
WHERE issue_label.issue = :issue
"""
MOVE_TO_PROJECT_DELETE_ISSUE_LABEL = "DELETE FROM issue_label WHERE issue = :issue"
MOVE_TO_PROJECT_RESPONSIBLE = "SELECT assignee FROM issue WHERE number = :issue"
MOVE_TO_PROJECT_STAYS = """
SELECT :responsible IS NOT NULL
  AND EXISTS(
    SELECT 1
    FROM membership
    WHERE project = :project AND person = :responsible AND access_level <> 'viewer'
  )
"""
MOVE_TO_PROJECT_UPDATE_ISSUE = """
UPDATE issue
SET
  project = :project,
  milestone = NULL,
  sprint = NULL,
  assignee = CASE WHEN :stays THEN assignee ELSE NULL END
WHERE number = :issue
"""
MOVE_TO_PROJECT_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'project', json_object('code', project.code, 'name', project.name),
  'assignee', json((
    SELECT json_object('id', assignee_2.id, 'name', assignee_2.name)
    FROM person AS assignee_2
    WHERE assignee_2.id = issue.assignee
  )),
  'labels', json((
    SELECT json_group_array(
      label.name ORDER BY awm_fold(label.name), label.name, issue_label.id
    )
    FROM issue_label
    JOIN label ON label.id = issue_label.label
    WHERE issue_label.issue = issue.number
  ))
)
FROM issue
JOIN project ON project.code = issue.project
LEFT JOIN person AS assignee ON assignee.id = issue.assignee
WHERE issue.number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    project=Ref(PROJECT, name="project_id"),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def move_to_project(db, issue, project):
    """Move an issue to another project: labels go along by name, milestone and sprint stay behind."""
    require_contributor(db, db.value(MOVE_TO_PROJECT_PROJECT, issue=issue))
    require_contributor(db, project)
    if not db.value(MOVE_TO_PROJECT_REQUIRE, issue=issue, project=project):
        raise ToolError(
            "there_already", db.value(MOVE_TO_PROJECT_THERE_ALREADY, issue=issue, project=project)
        )
    if not db.value(MOVE_TO_PROJECT_REQUIRE_2, issue=issue):
        raise ToolError("has_parts", "Issues with parts stay where they are.")
    names = db.json(MOVE_TO_PROJECT_NAMES, issue=issue)
    db.run(MOVE_TO_PROJECT_DELETE_ISSUE_LABEL, issue=issue)
    responsible = db.value(MOVE_TO_PROJECT_RESPONSIBLE, issue=issue)
    stays = db.value(MOVE_TO_PROJECT_STAYS, responsible=responsible, project=project)
    db.run(MOVE_TO_PROJECT_UPDATE_ISSUE, project=project, stays=stays, issue=issue)
    for name in db.each(names):
        put_label(db, issue, name)
    return db.value(MOVE_TO_PROJECT_RESULT, issue=issue)


LABEL_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
LABEL_ISSUE_REQUIRE = """
SELECT EXISTS(
  SELECT 1
  FROM issue_label
  JOIN label ON label.id = issue_label.label
  WHERE issue_label.issue = :issue AND awm_lower(label.name) = awm_lower(:name)
)
"""
LABEL_ISSUE_NO_SUCH_LABEL = "SELECT awm_concat(:issue, ' has no label ', :name, '.')"
LABEL_ISSUE_DELETE_ISSUE_LABEL = """
DELETE FROM issue_label
WHERE id IN (
  SELECT issue_label.id
  FROM issue_label
  JOIN label ON label.id = issue_label.label
  WHERE issue_label.issue = :issue AND awm_lower(label.name) = awm_lower(:name)
)
"""
LABEL_ISSUE_RESULT = """
SELECT json_object(
  'number', issue.number,
  'title', issue.title,
  'labels', json((
    SELECT json_group_array(
      label.name ORDER BY awm_fold(label.name), label.name, issue_label.id
    )
    FROM issue_label
    JOIN label ON label.id = issue_label.label
    WHERE issue_label.issue = issue.number
  ))
)
FROM issue
WHERE issue.number = :issue
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    add=List(Text(1, 30), 0, 8, default=[]),
    remove=List(Text(1, 30), 0, 8, default=[]),
    writes=True,
    invariants=(2,),
)
def label_issue(db, issue, add, remove):
    """Put labels on an issue and take others off, by name."""
    require_contributor(db, db.value(LABEL_ISSUE_PROJECT, issue=issue))
    for name in db.each(remove):
        if not db.value(LABEL_ISSUE_REQUIRE, issue=issue, name=name):
            raise ToolError("no_such_label", db.value(LABEL_ISSUE_NO_SUCH_LABEL, issue=issue, name=name))
        db.run(LABEL_ISSUE_DELETE_ISSUE_LABEL, issue=issue, name=name)
    for name in db.each(add):
        put_label(db, issue, name)
    return db.value(LABEL_ISSUE_RESULT, issue=issue)


BLOCK_ISSUE_PROJECT = "SELECT project FROM issue WHERE number = :issue"
BLOCK_ISSUE_REQUIRE = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :waits_for"
BLOCK_ISSUE_CLOSED_ALREADY = "SELECT awm_concat(:waits_for, ' is closed: there is nothing to wait for.')"
BLOCK_ISSUE_REQUIRE_2 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM dependency
  WHERE dependency.blocked = :waits_for
    AND (
      dependency.blocker = :issue
      OR EXISTS(
        SELECT 1
        FROM dependency AS dependency_2
        WHERE dependency_2.blocked = dependency.blocker AND dependency_2.blocker = :issue
      )
    )
)
"""
BLOCK_ISSUE_CIRCLE = "SELECT awm_concat(:waits_for, ' waits for ', :issue, ' already.')"
BLOCK_ISSUE_KNOWN = """
SELECT id
FROM dependency
WHERE blocked = :issue AND blocker = :waits_for
ORDER BY id
LIMIT 1
"""
BLOCK_ISSUE_CREATE_DEPENDENCY = """
INSERT INTO dependency (blocked, blocker)
VALUES (:issue, :waits_for)
RETURNING id
"""
BLOCK_ISSUE_RESULT = """
SELECT json_object(
  'number', blocked.number,
  'title', blocked.title,
  'is_blocked', json(iif(
    EXISTS(
      SELECT 1
      FROM dependency
      JOIN issue AS blocker ON blocker.number = dependency.blocker
      WHERE dependency.blocked = blocked.number
        AND NOT blocker.status IN ('done', 'cancelled')
    ),
    'true',
    'false'
  )),
  'blockers', json((
    SELECT json_group_array(
      json_object('number', dependency_2.blocker, 'status', blocker_2.status)
      ORDER BY dependency_2.id
    )
    FROM dependency AS dependency_2
    JOIN issue AS blocker_2 ON blocker_2.number = dependency_2.blocker
    WHERE dependency_2.blocked = blocked.number
  ))
)
FROM dependency AS known
JOIN issue AS blocked ON blocked.number = known.blocked
WHERE known.id = :known
"""


@tool(issue=Ref(ISSUE, name="issue_id"), waits_for=Ref(ISSUE, name="waits_for_id"), writes=True)
def block_issue(db, issue, waits_for):
    """Say that an issue cannot start before another is closed; they may be of different projects."""
    require_contributor(db, db.value(BLOCK_ISSUE_PROJECT, issue=issue))
    if not db.value(BLOCK_ISSUE_REQUIRE, waits_for=waits_for):
        raise ToolError("closed_already", db.value(BLOCK_ISSUE_CLOSED_ALREADY, waits_for=waits_for))
    if not db.value(BLOCK_ISSUE_REQUIRE_2, waits_for=waits_for, issue=issue):
        raise ToolError("circle", db.value(BLOCK_ISSUE_CIRCLE, waits_for=waits_for, issue=issue))
    found_1 = db.value(BLOCK_ISSUE_KNOWN, issue=issue, waits_for=waits_for)
    if found_1 is None:
        found_1 = db.insert(BLOCK_ISSUE_CREATE_DEPENDENCY, issue=issue, waits_for=waits_for)
    known = found_1
    return db.value(BLOCK_ISSUE_RESULT, known=known)


COMMENT_ON_P = """
SELECT person_2.id
FROM json_each(awm_distinct((
  SELECT json_group_array(person.id ORDER BY item.key)
  FROM json_each(:mention) AS item
  JOIN person ON person.id = item.value
))) AS item_2
JOIN person AS person_2 ON person_2.id = item_2.value
ORDER BY item_2.key
"""
COMMENT_ON_REQUIRE = """
SELECT EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.project = issue.project AND membership.person = :p
)
FROM issue
WHERE issue.number = :issue
"""
COMMENT_ON_NOT_A_MEMBER = "SELECT awm_concat(name, ' cannot see ', :issue, '.') FROM person WHERE id = :p"
COMMENT_ON_WORDS = "SELECT awm_concat(name, ' mentions you on ', :issue, '.') FROM person WHERE id = :me"
COMMENT_ON_W = """
SELECT watch.id
FROM watch
WHERE watch.issue = :issue
  AND NOT watch.person IN (SELECT item.value FROM json_each(:mention) AS item)
ORDER BY watch.id
"""
COMMENT_ON_PERSON = "SELECT person FROM watch WHERE id = :w"
COMMENT_ON_WORDS_2 = "SELECT awm_concat(name, ' comments on ', :issue, '.') FROM person WHERE id = :me"
COMMENT_ON_CREATE_COMMENT = """
INSERT INTO comment (issue, author, body, posted_at)
VALUES (:issue, :me, :body, :now)
RETURNING id
"""
COMMENT_ON_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'issue', json_object(
    'number', issue.number, 'title', issue.title, 'status', issue.status
  ),
  'body', made_1.body,
  'posted_at', made_1.posted_at
)
FROM comment AS made_1
JOIN issue ON issue.number = made_1.issue
WHERE made_1.id = :made_1
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    body=Text(1, 2000),
    mention=List(Ref(PERSON), 0, 10, name="mention_ids", default=[]),
    writes=True,
)
def comment_on(db, issue, body, mention):
    """Comment on an issue. Who watches it is told; who is mentioned watches it from then on."""
    follow(db, issue, db.me)
    for p in db.each(db.values(COMMENT_ON_P, mention=mention)):
        if not db.value(COMMENT_ON_REQUIRE, issue=issue, p=p):
            raise ToolError("not_a_member", db.value(COMMENT_ON_NOT_A_MEMBER, p=p, issue=issue))
        follow(db, issue, p)
        notify(db, p, issue, "mentioned", db.value(COMMENT_ON_WORDS, me=db.me, issue=issue))
    for w in db.each(db.values(COMMENT_ON_W, issue=issue, mention=mention)):
        notify(
            db,
            db.value(COMMENT_ON_PERSON, w=w),
            issue,
            "commented",
            db.value(COMMENT_ON_WORDS_2, me=db.me, issue=issue),
        )
    made_1 = db.insert(COMMENT_ON_CREATE_COMMENT, issue=issue, me=db.me, body=body, now=db.now)
    return db.value(COMMENT_ON_RESULT, made_1=made_1)


PLAN_SPRINT_LAST = "SELECT coalesce((SELECT max(ends_on) FROM sprint WHERE project = :project), date(:now))"
PLAN_SPRINT_START = """
SELECT awm_shift(
  awm_shift(max(:last, date(:now)), -awm_days(awm_weekday(max(:last, date(:now))) - 1)),
  awm_days(7)
)
"""
PLAN_SPRINT_CREATE_SPRINT = """
INSERT INTO sprint (project, name, goal, starts_on, ends_on, status)
VALUES (
  :project, :name, :goal, :start, awm_shift(:start, awm_days(:length_days - 1)), 'planned'
)
RETURNING id
"""
PLAN_SPRINT_RESULT = """
SELECT json_object(
  'id', sprint.id,
  'project', json_object('code', project.code, 'name', project.name),
  'name', sprint.name,
  'goal', sprint.goal,
  'starts_on', sprint.starts_on,
  'ends_on', sprint.ends_on,
  'status', sprint.status
)
FROM sprint
JOIN project ON project.code = sprint.project
WHERE sprint.id = :sprint
"""


@tool(
    project=Ref(PROJECT, name="project_id"),
    name=Text(1, 40),
    length_days=Int(5, 28, default=14),
    goal=Text(0, 300, default=""),
    writes=True,
    invariants=(1,),
)
def plan_sprint(db, project, name, length_days, goal):
    """Plan the next sprint of a project: it begins on the Monday after the last one, or after today."""
    require_manager(db, project)
    last = db.value(PLAN_SPRINT_LAST, project=project, now=db.now)
    start = db.value(PLAN_SPRINT_START, last=last, now=db.now)
    sprint = db.insert(
        PLAN_SPRINT_CREATE_SPRINT, project=project, name=name, goal=goal, start=start, length_days=length_days
    )
    return db.value(PLAN_SPRINT_RESULT, sprint=sprint)


ADD_TO_SPRINT_PROJECT = "SELECT project FROM sprint WHERE id = :sprint"
ADD_TO_SPRINT_REQUIRE = "SELECT status <> 'closed' FROM sprint WHERE id = :sprint"
ADD_TO_SPRINT_SPRINT_CLOSED = "SELECT awm_concat(name, ' is closed.') FROM sprint WHERE id = :sprint"
ADD_TO_SPRINT_I = """
SELECT issue.number
FROM json_each(:issues) AS item
JOIN issue ON issue.number = item.value
ORDER BY item.key
"""
ADD_TO_SPRINT_REQUIRE_2 = """
SELECT i.project = sprint.project
FROM issue AS i
JOIN sprint ON sprint.id = :sprint
WHERE i.number = :i
"""
ADD_TO_SPRINT_OTHER_PROJECT = """
SELECT awm_concat(:i, ' is of ', project.name, '.')
FROM issue AS i
JOIN project ON project.code = i.project
WHERE i.number = :i
"""
ADD_TO_SPRINT_REQUIRE_3 = "SELECT NOT status IN ('done', 'cancelled') FROM issue WHERE number = :i"
ADD_TO_SPRINT_CLOSED_ALREADY = "SELECT awm_concat(:i, ' is ', status, '.') FROM issue WHERE number = :i"
ADD_TO_SPRINT_UPDATE_I = """
UPDATE issue
SET sprint = :sprint, status = CASE WHEN status = 'backlog' THEN 'ready' ELSE status END
WHERE number = :i
"""
ADD_TO_SPRINT_ROOM = """
SELECT awm_finite((
  SELECT coalesce(
    sum(
      person.weekly_hours / 5.0 * CAST(
        (
          SELECT count(*)
          FROM json_each(awm_range(max(
            awm_floor(awm_divide(
              awm_elapsed(sprint.ends_on, sprint.starts_on), awm_days(1)
            ))
            + 1,
            0
          ))) AS item
          WHERE awm_weekday(awm_shift(sprint.starts_on, awm_days(item.value))) <= 5
        ) - (
          SELECT coalesce(
            sum((
              SELECT count(*)
              FROM json_each(awm_range(max(
                awm_floor(awm_divide(
                  awm_elapsed(
                    min(absence.ends_on, sprint.ends_on),
                    max(absence.starts_on, sprint.starts_on)
                  ),
                  awm_days(1)
                ))
                + 1,
                0
              ))) AS item_2
              WHERE awm_weekday(awm_shift(
                max(absence.starts_on, sprint.starts_on), awm_days(item_2.value)
              )) <= 5
            )),
            0
          )
          FROM absence
          WHERE absence.person = membership.person
            AND absence.starts_on <= sprint.ends_on
            AND absence.ends_on >= sprint.starts_on
        ) AS REAL
      )
    ),
    0.0
  )
  FROM membership
  JOIN person ON person.id = membership.person
  WHERE membership.project = sprint.project
    AND membership.access_level <> 'viewer'
    AND person.is_active
))
FROM sprint
WHERE sprint.id = :sprint
"""
ADD_TO_SPRINT_REQUIRE_4 = """
SELECT :allow_overload
  OR (
    SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
    FROM issue
    WHERE issue.sprint IS sprint.id
  ) <= :room
FROM sprint
WHERE sprint.id = :sprint
"""
ADD_TO_SPRINT_OVERLOADED = """
SELECT awm_concat(
  sprint.name,
  ' would hold ',
  awm_float_text(awm_finite((
    SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
    FROM issue
    WHERE issue.sprint IS sprint.id
  ))),
  ' hours; there are ',
  awm_float_text(:room),
  '.'
)
FROM sprint
WHERE sprint.id = :sprint
"""
ADD_TO_SPRINT_RESULT = """
SELECT json_object(
  'id', sprint.id,
  'name', sprint.name,
  'planned_hours', awm_finite((
    SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
    FROM issue
    WHERE issue.sprint IS sprint.id
  )),
  'room', :room,
  'issues', json((
    SELECT json_group_array(
      json_object(
        'number', issue_2.number, 'title', issue_2.title, 'estimate', issue_2.estimate
      )
      ORDER BY issue_2.number
    )
    FROM issue AS issue_2
    WHERE issue_2.sprint IS sprint.id
  ))
)
FROM sprint
WHERE sprint.id = :sprint
"""


@tool(
    sprint=Ref(SPRINT, name="sprint_id"),
    issues=List(Ref(ISSUE), 1, 30, name="issue_ids"),
    allow_overload=Bool(default=0),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def add_to_sprint(db, sprint, issues, allow_overload):
    """Take issues into a sprint, as many as its people can do in its days."""
    require_contributor(db, db.value(ADD_TO_SPRINT_PROJECT, sprint=sprint))
    if not db.value(ADD_TO_SPRINT_REQUIRE, sprint=sprint):
        raise ToolError("sprint_closed", db.value(ADD_TO_SPRINT_SPRINT_CLOSED, sprint=sprint))
    for i in db.each(db.values(ADD_TO_SPRINT_I, issues=issues)):
        if not db.value(ADD_TO_SPRINT_REQUIRE_2, i=i, sprint=sprint):
            raise ToolError("other_project", db.value(ADD_TO_SPRINT_OTHER_PROJECT, i=i))
        if not db.value(ADD_TO_SPRINT_REQUIRE_3, i=i):
            raise ToolError("closed_already", db.value(ADD_TO_SPRINT_CLOSED_ALREADY, i=i))
        db.run(ADD_TO_SPRINT_UPDATE_I, sprint=sprint, i=i)
    room = db.value(ADD_TO_SPRINT_ROOM, sprint=sprint)
    if not db.value(ADD_TO_SPRINT_REQUIRE_4, allow_overload=allow_overload, sprint=sprint, room=room):
        raise ToolError("overloaded", db.value(ADD_TO_SPRINT_OVERLOADED, sprint=sprint, room=room))
    return db.value(ADD_TO_SPRINT_RESULT, sprint=sprint, room=room)


START_SPRINT_PROJECT = "SELECT project FROM sprint WHERE id = :sprint"
START_SPRINT_REQUIRE = "SELECT status = 'planned' FROM sprint WHERE id = :sprint"
START_SPRINT_WRONG_STATE = "SELECT awm_concat(name, ' is ', status, '.') FROM sprint WHERE id = :sprint"
START_SPRINT_REQUIRE_2 = """
SELECT date(:now) >= awm_shift(starts_on, -awm_days(3))
FROM sprint
WHERE id = :sprint
"""
START_SPRINT_TOO_EARLY = """
SELECT awm_concat(name, ' begins on ', starts_on, '.')
FROM sprint
WHERE id = :sprint
"""
START_SPRINT_REQUIRE_3 = "SELECT EXISTS(SELECT 1 FROM issue WHERE sprint IS :sprint)"
START_SPRINT_EMPTY_SPRINT = """
SELECT awm_concat('There is nothing in ', name, '.')
FROM sprint
WHERE id = :sprint
"""
START_SPRINT_RUNNING = """
SELECT (
  SELECT sprint.id
  FROM sprint
  WHERE sprint.project = sprint_2.project AND sprint.status = 'active'
  ORDER BY sprint.id
  LIMIT 1
)
FROM sprint AS sprint_2
WHERE sprint_2.id = :sprint
"""
START_SPRINT_ANOTHER_RUNS = (
    "SELECT awm_concat((SELECT name FROM sprint WHERE id = :running), ' is still running.')"
)
START_SPRINT_UPDATE_SPRINT = "UPDATE sprint SET status = 'active' WHERE id = :sprint"
START_SPRINT_RESULT = """
SELECT json_object(
  'id', sprint.id,
  'name', sprint.name,
  'status', sprint.status,
  'starts_on', sprint.starts_on,
  'ends_on', sprint.ends_on,
  'planned_hours', awm_finite((
    SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
    FROM issue
    WHERE issue.sprint IS sprint.id
  ))
)
FROM sprint
WHERE sprint.id = :sprint
"""


@tool(sprint=Ref(SPRINT, name="sprint_id"), writes=True, invariants=(1,))
def start_sprint(db, sprint):
    """Start a planned sprint, once the one before is closed."""
    require_manager(db, db.value(START_SPRINT_PROJECT, sprint=sprint))
    if not db.value(START_SPRINT_REQUIRE, sprint=sprint):
        raise ToolError("wrong_state", db.value(START_SPRINT_WRONG_STATE, sprint=sprint))
    if not db.value(START_SPRINT_REQUIRE_2, now=db.now, sprint=sprint):
        raise ToolError("too_early", db.value(START_SPRINT_TOO_EARLY, sprint=sprint))
    if not db.value(START_SPRINT_REQUIRE_3, sprint=sprint):
        raise ToolError("empty_sprint", db.value(START_SPRINT_EMPTY_SPRINT, sprint=sprint))
    running = db.value(START_SPRINT_RUNNING, sprint=sprint)
    if running is not None:
        raise ToolError("another_runs", db.value(START_SPRINT_ANOTHER_RUNS, running=running))
    db.run(START_SPRINT_UPDATE_SPRINT, sprint=sprint)
    return db.value(START_SPRINT_RESULT, sprint=sprint)


CLOSE_SPRINT_PROJECT = "SELECT project FROM sprint WHERE id = :sprint"
CLOSE_SPRINT_REQUIRE = "SELECT status = 'active' FROM sprint WHERE id = :sprint"
CLOSE_SPRINT_WRONG_STATE = "SELECT awm_concat(name, ' is ', status, '.') FROM sprint WHERE id = :sprint"
CLOSE_SPRINT_REQUIRE_2 = """
SELECT (SELECT sprint.project FROM sprint WHERE sprint.id = :move_open_to) = sprint_2.project
  AND (SELECT sprint_3.status FROM sprint AS sprint_3 WHERE sprint_3.id = :move_open_to) = 'planned'
FROM sprint AS sprint_2
WHERE sprint_2.id = :sprint
"""
CLOSE_SPRINT_BAD_TARGET = """
SELECT awm_concat(
  (SELECT sprint.name FROM sprint WHERE sprint.id = :move_open_to),
  ' is no planned sprint of ',
  project.name,
  '.'
)
FROM sprint AS sprint_2
JOIN project ON project.code = sprint_2.project
WHERE sprint_2.id = :sprint
"""
CLOSE_SPRINT_LEFT = """
SELECT number
FROM issue
WHERE sprint IS :sprint AND NOT status IN ('done', 'cancelled')
ORDER BY number
"""
CLOSE_SPRINT_MOVED = "SELECT count(*) FROM json_each(:left) AS item JOIN issue ON issue.number = item.value"
CLOSE_SPRINT_DONE = """
SELECT awm_finite((
  SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
  FROM issue
  WHERE issue.sprint IS sprint.id AND issue.status = 'done'
))
FROM sprint
WHERE sprint.id = :sprint
"""
CLOSE_SPRINT_PLANNED = """
SELECT awm_finite((
  SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
  FROM issue
  WHERE issue.sprint IS sprint.id
))
FROM sprint
WHERE sprint.id = :sprint
"""
CLOSE_SPRINT_UPDATE_ISSUE = """
UPDATE issue
SET sprint = chosen.new_sprint, status = chosen.new_status
FROM (
  SELECT
    issue.number AS key,
    :move_open_to AS new_sprint,
    CASE
      WHEN :move_open_to IS NULL AND issue.status = 'ready' THEN 'backlog'
      ELSE issue.status
    END AS new_status
  FROM json_each(:left) AS item
  JOIN issue ON issue.number = item.value
  ORDER BY item.key
) AS chosen
WHERE issue.number = chosen.key
"""
CLOSE_SPRINT_UPDATE_SPRINT = "UPDATE sprint SET status = 'closed' WHERE id = :sprint"
CLOSE_SPRINT_RESULT = """
SELECT json_object(
  'sprint', json_object(
    'id', id, 'name', name, 'starts_on', starts_on, 'ends_on', ends_on
  ),
  'planned_hours', :planned,
  'done_hours', :done,
  'moved', :moved
)
FROM sprint
WHERE id = :sprint
"""


@tool(
    sprint=Ref(SPRINT, name="sprint_id"),
    move_open_to=Optional(Ref(SPRINT), name="move_open_to_id"),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def close_sprint(db, sprint, move_open_to):
    """Close the running sprint. What is not done moves to another sprint or back to the backlog."""
    require_manager(db, db.value(CLOSE_SPRINT_PROJECT, sprint=sprint))
    if not db.value(CLOSE_SPRINT_REQUIRE, sprint=sprint):
        raise ToolError("wrong_state", db.value(CLOSE_SPRINT_WRONG_STATE, sprint=sprint))
    if move_open_to is not None:
        if not db.value(CLOSE_SPRINT_REQUIRE_2, move_open_to=move_open_to, sprint=sprint):
            raise ToolError(
                "bad_target", db.value(CLOSE_SPRINT_BAD_TARGET, move_open_to=move_open_to, sprint=sprint)
            )
    left = db.values(CLOSE_SPRINT_LEFT, sprint=sprint)
    moved = db.value(CLOSE_SPRINT_MOVED, left=left)
    done = db.value(CLOSE_SPRINT_DONE, sprint=sprint)
    planned = db.value(CLOSE_SPRINT_PLANNED, sprint=sprint)
    db.run(CLOSE_SPRINT_UPDATE_ISSUE, left=left, move_open_to=move_open_to)
    db.run(CLOSE_SPRINT_UPDATE_SPRINT, sprint=sprint)
    return db.value(CLOSE_SPRINT_RESULT, sprint=sprint, planned=planned, done=done, moved=moved)


SPRINT_REPORT_RESULT = """
SELECT json_object(
  'id', sprint.id,
  'name', sprint.name,
  'goal', sprint.goal,
  'status', sprint.status,
  'starts_on', sprint.starts_on,
  'ends_on', sprint.ends_on,
  'planned_hours', awm_finite((
    SELECT coalesce(sum(coalesce(issue.estimate, 0.0)), 0.0)
    FROM issue
    WHERE issue.sprint IS sprint.id
  )),
  'done_hours', awm_finite((
    SELECT coalesce(sum(coalesce(issue_2.estimate, 0.0)), 0.0)
    FROM issue AS issue_2
    WHERE issue_2.sprint IS sprint.id AND issue_2.status = 'done'
  )),
  'days_left', (
    SELECT count(*)
    FROM json_each(awm_range(max(
      awm_floor(awm_divide(
        awm_elapsed(sprint.ends_on, max(date(:now), sprint.starts_on)), awm_days(1)
      ))
      + 1,
      0
    ))) AS item
    WHERE awm_weekday(awm_shift(max(date(:now), sprint.starts_on), awm_days(item.value))) <= 5
  ),
  'blocked', json((
    SELECT json_group_array(issue_3.number ORDER BY issue_3.number)
    FROM issue AS issue_3
    WHERE issue_3.sprint IS sprint.id
      AND NOT issue_3.status IN ('done', 'cancelled')
      AND EXISTS(
        SELECT 1
        FROM dependency
        JOIN issue AS blocker ON blocker.number = dependency.blocker
        WHERE dependency.blocked = issue_3.number
          AND NOT blocker.status IN ('done', 'cancelled')
      )
  )),
  'people', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'person', json_object('id', assignee.id, 'name', assignee.name),
        'open', count(*) FILTER(WHERE NOT issue_4.status IN ('done', 'cancelled')),
        'hours_left', awm_finite(coalesce(
          sum(CASE
            WHEN NOT issue_4.status IN ('done', 'cancelled') THEN max(
              coalesce(issue_4.estimate, 0.0)
              - CAST(
                (
                  SELECT coalesce(sum(time_entry.minutes), 0)
                  FROM time_entry
                  WHERE time_entry.issue = issue_4.number
                ) AS REAL
              ) / 60.0,
              0.0
            )
            ELSE 0.0
          END),
          0.0
        )),
        'done_hours', awm_finite(coalesce(
          sum(coalesce(issue_4.estimate, 0.0)) FILTER(WHERE issue_4.status = 'done'), 0.0
        ))
      ) AS v
      FROM issue AS issue_4
      LEFT JOIN person AS assignee ON assignee.id = issue_4.assignee
      WHERE issue_4.sprint IS sprint.id AND issue_4.assignee IS NOT NULL
      GROUP BY issue_4.assignee
      ORDER BY
        coalesce(
          sum(CASE
            WHEN NOT issue_4.status IN ('done', 'cancelled') THEN max(
              coalesce(issue_4.estimate, 0.0)
              - CAST(
                (
                  SELECT coalesce(sum(time_entry_2.minutes), 0)
                  FROM time_entry AS time_entry_2
                  WHERE time_entry_2.issue = issue_4.number
                ) AS REAL
              ) / 60.0,
              0.0
            )
            ELSE 0.0
          END),
          0.0
        ) DESC,
        issue_4.assignee
    )
  ))
)
FROM sprint
WHERE sprint.id = :sprint
"""


@tool(sprint=Ref(SPRINT, name="sprint_id"))
def sprint_report(db, sprint):
    """How a sprint goes: hours planned, done and left, by person."""
    return db.value(SPRINT_REPORT_RESULT, sprint=sprint, now=db.now)


POSTPONE_MILESTONE_PROJECT = "SELECT project FROM milestone WHERE id = :milestone"
POSTPONE_MILESTONE_REQUIRE = "SELECT status = 'open' FROM milestone WHERE id = :milestone"
POSTPONE_MILESTONE_WRONG_STATE = """
SELECT awm_concat(name, ' is ', status, '.')
FROM milestone
WHERE id = :milestone
"""
POSTPONE_MILESTONE_UPDATE_ISSUE = """
UPDATE issue
SET due_on = chosen.new_due_on
FROM (
  SELECT issue.number AS key, awm_shift(issue.due_on, :shift) AS new_due_on
  FROM issue
  WHERE issue.milestone IS :milestone
    AND NOT issue.status IN ('done', 'cancelled')
    AND issue.due_on IS NOT NULL
    AND issue.due_on <= (
      SELECT milestone.due_on FROM milestone WHERE milestone.id = :milestone
    )
  ORDER BY issue.number
) AS chosen
WHERE issue.number = chosen.key
"""
POSTPONE_MILESTONE_UPDATE_MILESTONE = """
UPDATE milestone
SET due_on = awm_shift(due_on, :shift)
WHERE id = :milestone
"""
POSTPONE_MILESTONE_RESULT = """
SELECT json_object(
  'id', milestone.id,
  'name', milestone.name,
  'due_on', milestone.due_on,
  'issues', json((
    SELECT json_group_array(
      json_object('number', issue.number, 'title', issue.title, 'due_on', issue.due_on)
      ORDER BY issue.due_on NULLS LAST, issue.number
    )
    FROM issue
    WHERE issue.milestone IS milestone.id AND NOT issue.status IN ('done', 'cancelled')
  ))
)
FROM milestone
WHERE milestone.id = :milestone
"""


@tool(
    milestone=Ref(MILESTONE, name="milestone_id"),
    days_later=Int(1, 120),
    writes=True,
    invariants=(0, 1, 2, 3),
)
def postpone_milestone(db, milestone, days_later):
    """Move a milestone, and with it the open issues that are due by it."""
    require_manager(db, db.value(POSTPONE_MILESTONE_PROJECT, milestone=milestone))
    if not db.value(POSTPONE_MILESTONE_REQUIRE, milestone=milestone):
        raise ToolError("wrong_state", db.value(POSTPONE_MILESTONE_WRONG_STATE, milestone=milestone))
    shift = fn.days(days_later)
    db.run(POSTPONE_MILESTONE_UPDATE_ISSUE, milestone=milestone, shift=shift)
    db.run(POSTPONE_MILESTONE_UPDATE_MILESTONE, shift=shift, milestone=milestone)
    return db.value(POSTPONE_MILESTONE_RESULT, milestone=milestone)


LOG_TIME_PROJECT = "SELECT project FROM issue WHERE number = :issue"
LOG_TIME_ON = "SELECT coalesce(:day, date(:now))"
LOG_TIME_IN_THE_FUTURE = "SELECT awm_concat(:on, ' has not come yet.')"
LOG_TIME_REQUIRE = "SELECT (SELECT coalesce(sum(minutes), 0) FROM time_entry WHERE person = :me AND day = :on) + :minutes <= 840"
LOG_TIME_TOO_LONG = "SELECT awm_concat('That would be more than 14 hours on ', :on, '.')"
LOG_TIME_CREATE_TIME_ENTRY = """
INSERT INTO time_entry (issue, person, sheet, day, minutes, note, is_billable, rate)
VALUES (
  :issue,
  :me,
  :made_1,
  :on,
  :minutes,
  :note,
  :is_billable
  AND (
    SELECT project.billing
    FROM issue
    JOIN project ON project.code = issue.project
    WHERE issue.number = :issue
  ) <> 'internal',
  (
    SELECT awm_only(count(*), min(membership.rate))
    FROM membership
    WHERE membership.project = (
      SELECT issue_2.project FROM issue AS issue_2 WHERE issue_2.number = :issue
    )
      AND membership.person = :me
  )
)
RETURNING id
"""
LOG_TIME_RESULT = """
SELECT json_object(
  'id', entry.id,
  'issue', json_object(
    'number', issue.number, 'title', issue.title, 'status', issue.status
  ),
  'day', entry.day,
  'hours', CAST(entry.minutes AS REAL) / 60.0,
  'is_billable', json(iif(entry.is_billable, 'true', 'false')),
  'sheet', json_object(
    'id', sheet.id,
    'week', sheet.week,
    'status', sheet.status,
    'hours', CAST(
      (
        SELECT coalesce(sum(time_entry.minutes), 0)
        FROM time_entry
        WHERE time_entry.sheet = sheet.id
      ) AS REAL
    ) / 60.0
  ),
  'issue_total_hours', CAST(
    (
      SELECT coalesce(sum(time_entry_2.minutes), 0)
      FROM time_entry AS time_entry_2
      WHERE time_entry_2.issue = issue.number
    ) AS REAL
  ) / 60.0
)
FROM time_entry AS entry
JOIN issue ON issue.number = entry.issue
JOIN timesheet AS sheet ON sheet.id = entry.sheet
WHERE entry.id = :entry
"""


@tool(
    issue=Ref(ISSUE, name="issue_id"),
    minutes=Int(5, 840),
    day=Optional(Date()),
    note=Text(0, 200, default=""),
    is_billable=Bool(default=1),
    writes=True,
    invariants=(4, 5),
)
def log_time(db, issue, minutes, day, note, is_billable):
    """Log time of mine on an issue; the sheet of the week is made when it is the first."""
    require_contributor(db, db.value(LOG_TIME_PROJECT, issue=issue))
    on = db.value(LOG_TIME_ON, day=day, now=db.now)
    if not (on <= fn.date(db.now)):
        raise ToolError("in_the_future", db.value(LOG_TIME_IN_THE_FUTURE, on=on))
    if not db.value(LOG_TIME_REQUIRE, me=db.me, on=on, minutes=minutes):
        raise ToolError("too_long", db.value(LOG_TIME_TOO_LONG, on=on))
    made_1 = open_sheet(db, db.me, on)
    entry = db.insert(
        LOG_TIME_CREATE_TIME_ENTRY,
        issue=issue,
        me=db.me,
        made_1=made_1,
        on=on,
        minutes=minutes,
        note=note,
        is_billable=is_billable,
    )
    return db.value(LOG_TIME_RESULT, entry=entry)


CORRECT_TIME_REQUIRE = "SELECT person = :me FROM time_entry WHERE id = :entry"
CORRECT_TIME_NOT_YOURS = """
SELECT awm_concat(person.name, ' logged that.')
FROM time_entry AS entry
JOIN person ON person.id = entry.person
WHERE entry.id = :entry
"""
CORRECT_TIME_REQUIRE_2 = """
SELECT sheet.status = 'open'
FROM time_entry AS entry
JOIN timesheet AS sheet ON sheet.id = entry.sheet
WHERE entry.id = :entry
"""
CORRECT_TIME_SHEET_CLOSED = """
SELECT awm_concat('The timesheet of that week is ', sheet.status, '.')
FROM time_entry AS entry
JOIN timesheet AS sheet ON sheet.id = entry.sheet
WHERE entry.id = :entry
"""
CORRECT_TIME_TARGET = "SELECT coalesce(:issue, issue) FROM time_entry WHERE id = :entry"
CORRECT_TIME_PROJECT = "SELECT project FROM issue WHERE number = :target"
CORRECT_TIME_UPDATE_ENTRY = """
UPDATE time_entry
SET
  minutes = coalesce(:minutes, time_entry.minutes),
  note = coalesce(:note, time_entry.note),
  issue = :target,
  rate = (
    SELECT awm_only(count(*), min(membership.rate))
    FROM membership
    WHERE membership.project = (
      SELECT issue.project FROM issue WHERE issue.number = :target
    )
      AND membership.person = :me
  ),
  is_billable = time_entry.is_billable
  AND (
    SELECT project.billing
    FROM issue AS issue_2
    JOIN project ON project.code = issue_2.project
    WHERE issue_2.number = :target
  ) <> 'internal'
WHERE time_entry.id = :entry
"""
CORRECT_TIME_RESULT = """
SELECT json_object(
  'id', entry.id,
  'issue', json_object(
    'number', issue.number, 'title', issue.title, 'status', issue.status
  ),
  'day', entry.day,
  'hours', CAST(entry.minutes AS REAL) / 60.0,
  'note', entry.note,
  'is_billable', json(iif(entry.is_billable, 'true', 'false'))
)
FROM time_entry AS entry
JOIN issue ON issue.number = entry.issue
WHERE entry.id = :entry
"""


@tool(
    entry=Ref(TIME_ENTRY, name="entry_id"),
    minutes=Optional(Int(5, 840)),
    issue=Optional(Ref(ISSUE), name="issue_id"),
    note=Optional(Text(0, 200)),
    writes=True,
    invariants=(4, 5),
)
def correct_time(db, entry, minutes, issue, note):
    """Correct time of mine as long as its sheet is open."""
    if not db.value(CORRECT_TIME_REQUIRE, entry=entry, me=db.me):
        raise ToolError("not_yours", db.value(CORRECT_TIME_NOT_YOURS, entry=entry))
    if not db.value(CORRECT_TIME_REQUIRE_2, entry=entry):
        raise ToolError("sheet_closed", db.value(CORRECT_TIME_SHEET_CLOSED, entry=entry))
    target = db.value(CORRECT_TIME_TARGET, issue=issue, entry=entry)
    require_contributor(db, db.value(CORRECT_TIME_PROJECT, target=target))
    db.run(CORRECT_TIME_UPDATE_ENTRY, minutes=minutes, note=note, target=target, me=db.me, entry=entry)
    return db.value(CORRECT_TIME_RESULT, entry=entry)


MY_WEEK_DAY = "SELECT coalesce(:day, date(:now))"
MY_WEEK_MINE = """
SELECT id
FROM time_entry
WHERE person = :me AND day >= :monday AND day < awm_shift(:monday, awm_days(7))
ORDER BY id
"""
MY_WEEK_RESULT = """
SELECT json_object(
  'week', :monday,
  'sheet', json((
    SELECT json_object(
      'id', timesheet.id,
      'week', timesheet.week,
      'status', timesheet.status,
      'hours', CAST(
        (
          SELECT coalesce(sum(time_entry.minutes), 0)
          FROM time_entry
          WHERE time_entry.sheet = timesheet.id
        ) AS REAL
      ) / 60.0
    )
    FROM timesheet
    WHERE timesheet.person = :me AND timesheet.week = :monday
    ORDER BY timesheet.id
    LIMIT 1
  )),
  'hours', awm_finite((
    SELECT coalesce(sum(CAST(time_entry_2.minutes AS REAL) / 60.0), 0.0)
    FROM json_each(:mine) AS item
    JOIN time_entry AS time_entry_2 ON time_entry_2.id = item.value
  )),
  'days', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'day', time_entry_3.day,
        'hours', awm_finite(coalesce(sum(CAST(time_entry_3.minutes AS REAL) / 60.0), 0.0)),
        'entries', json((
          SELECT json_group_array(
            json_object(
              'id', time_entry_4.id,
              'issue', json_object(
                'number', issue.number, 'title', issue.title, 'status', issue.status
              ),
              'hours', CAST(time_entry_4.minutes AS REAL) / 60.0,
              'note', time_entry_4.note,
              'is_billable', json(iif(time_entry_4.is_billable, 'true', 'false'))
            )
            ORDER BY item_3.key
          )
          FROM json_each(:mine) AS item_3
          JOIN time_entry AS time_entry_4 ON time_entry_4.id = item_3.value
          JOIN issue ON issue.number = time_entry_4.issue
          WHERE time_entry_4.day IS time_entry_3.day
        ))
      ) AS v
      FROM json_each(:mine) AS item_2
      JOIN time_entry AS time_entry_3 ON time_entry_3.id = item_2.value
      GROUP BY time_entry_3.day
      ORDER BY time_entry_3.day, time_entry_3.day
    )
  )),
  'projects', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'project', json_object('code', project.code, 'name', project.name),
        'hours', awm_finite(coalesce(sum(CAST(time_entry_5.minutes AS REAL) / 60.0), 0.0))
      ) AS v
      FROM json_each(:mine) AS item_4
      JOIN time_entry AS time_entry_5 ON time_entry_5.id = item_4.value
      JOIN issue AS issue_2 ON issue_2.number = time_entry_5.issue
      JOIN project ON project.code = issue_2.project
      GROUP BY issue_2.project
      ORDER BY coalesce(sum(time_entry_5.minutes), 0) DESC, issue_2.project
    )
  ))
)
"""


@tool(day=Optional(Date()))
def my_week(db, day):
    """My time of a week, day by day and by project."""
    monday = week_of(db, db.value(MY_WEEK_DAY, day=day, now=db.now))
    mine = db.values(MY_WEEK_MINE, me=db.me, monday=monday)
    return db.value(MY_WEEK_RESULT, monday=monday, me=db.me, mine=mine)


SUBMIT_TIMESHEET_SHEET = """
SELECT id
FROM timesheet
WHERE person = :me
  AND week = awm_shift(
    coalesce(:day, date(:now)), -awm_days(awm_weekday(coalesce(:day, date(:now))) - 1)
  )
ORDER BY id
LIMIT 1
"""
SUBMIT_TIMESHEET_REQUIRE = "SELECT status = 'open' FROM timesheet WHERE id = :sheet"
SUBMIT_TIMESHEET_WRONG_STATE = """
SELECT awm_concat('That sheet is ', status, '.')
FROM timesheet
WHERE id = :sheet
"""
SUBMIT_TIMESHEET_UPDATE_SHEET = """
UPDATE timesheet
SET status = 'submitted', submitted_at = :now
WHERE id = :sheet
"""
SUBMIT_TIMESHEET_RESULT = """
SELECT json_object(
  'id', sheet.id,
  'week', sheet.week,
  'status', sheet.status,
  'hours', CAST(
    (
      SELECT coalesce(sum(time_entry.minutes), 0)
      FROM time_entry
      WHERE time_entry.sheet = sheet.id
    ) AS REAL
  ) / 60.0,
  'entries', json((
    SELECT json_group_array(
      json_object(
        'issue', json_object(
          'number', issue.number, 'title', issue.title, 'status', issue.status
        ),
        'day', time_entry_2.day,
        'hours', CAST(time_entry_2.minutes AS REAL) / 60.0
      )
      ORDER BY time_entry_2.id
    )
    FROM time_entry AS time_entry_2
    JOIN issue ON issue.number = time_entry_2.issue
    WHERE time_entry_2.sheet = sheet.id
  ))
)
FROM timesheet AS sheet
WHERE sheet.id = :sheet
"""


@tool(day=Optional(Date()), writes=True, invariants=(4,))
def submit_timesheet(db, day):
    """Hand in my timesheet of a week; it cannot be changed then."""
    sheet = db.value(SUBMIT_TIMESHEET_SHEET, me=db.me, day=day, now=db.now)
    if sheet is None:
        raise ToolError("nothing_logged", "You have logged nothing in that week.")
    if not db.value(SUBMIT_TIMESHEET_REQUIRE, sheet=sheet):
        raise ToolError("wrong_state", db.value(SUBMIT_TIMESHEET_WRONG_STATE, sheet=sheet))
    db.run(SUBMIT_TIMESHEET_UPDATE_SHEET, now=db.now, sheet=sheet)
    return db.value(SUBMIT_TIMESHEET_RESULT, sheet=sheet)


LIST_TIMESHEETS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', timesheet.id,
        'week', timesheet.week,
        'status', timesheet.status,
        'hours', CAST(
          (
            SELECT coalesce(sum(time_entry.minutes), 0)
            FROM time_entry
            WHERE time_entry.sheet = timesheet.id
          ) AS REAL
        ) / 60.0,
        'person', json_object('id', person.id, 'name', person.name),
        'submitted_at', timesheet.submitted_at,
        'expected_hours', awm_finite(
          person.weekly_hours / 5.0 * CAST(
            (
              SELECT count(*)
              FROM json_each(awm_range(max(
                awm_floor(awm_divide(
                  awm_elapsed(awm_shift(timesheet.week, awm_days(4)), timesheet.week),
                  awm_days(1)
                ))
                + 1,
                0
              ))) AS item
              WHERE awm_weekday(awm_shift(timesheet.week, awm_days(item.value))) <= 5
            ) - (
              SELECT coalesce(
                sum((
                  SELECT count(*)
                  FROM json_each(awm_range(max(
                    awm_floor(awm_divide(
                      awm_elapsed(
                        min(absence.ends_on, awm_shift(timesheet.week, awm_days(4))),
                        max(absence.starts_on, timesheet.week)
                      ),
                      awm_days(1)
                    ))
                    + 1,
                    0
                  ))) AS item_2
                  WHERE awm_weekday(awm_shift(
                    max(absence.starts_on, timesheet.week), awm_days(item_2.value)
                  )) <= 5
                )),
                0
              )
              FROM absence
              WHERE absence.person = timesheet.person
                AND absence.starts_on <= awm_shift(timesheet.week, awm_days(4))
                AND absence.ends_on >= timesheet.week
            ) AS REAL
          )
        )
      )
      ORDER BY timesheet.week, awm_fold(person.name), person.name, timesheet.id
    )
    FROM timesheet
    JOIN person ON person.id = timesheet.person
    JOIN team ON team.id = person.team
    WHERE timesheet.status = :status
      AND (timesheet.person = :me OR team.lead IS :me)
      AND (:team IS NULL OR person.team = :team)
  ))
)
"""


@tool(
    status=Enum("open", "submitted", "approved", default="submitted"),
    team=Optional(Ref(TEAM), name="team_id"),
)
def list_timesheets(db, status, team):
    """Sheets of my people: of the teams that I lead, and my own."""
    return db.value(LIST_TIMESHEETS_RESULT, status=status, me=db.me, team=team)


REVIEW_TIMESHEET_REQUIRE = """
SELECT team.lead IS :me
FROM timesheet AS sheet
JOIN person ON person.id = sheet.person
JOIN team ON team.id = person.team
WHERE sheet.id = :sheet
"""
REVIEW_TIMESHEET_NOT_YOUR_TEAM = """
SELECT awm_concat(person.name, ' is not in a team that you lead.')
FROM timesheet AS sheet
JOIN person ON person.id = sheet.person
WHERE sheet.id = :sheet
"""
REVIEW_TIMESHEET_REQUIRE_2 = "SELECT status = 'submitted' FROM timesheet WHERE id = :sheet"
REVIEW_TIMESHEET_WRONG_STATE = """
SELECT awm_concat('That sheet is ', status, '.')
FROM timesheet
WHERE id = :sheet
"""
REVIEW_TIMESHEET_UPDATE_SHEET = "UPDATE timesheet SET status = 'approved' WHERE id = :sheet"
REVIEW_TIMESHEET_UPDATE_SHEET_2 = """
UPDATE timesheet
SET status = 'open', submitted_at = NULL
WHERE id = :sheet
"""
REVIEW_TIMESHEET_IF = "SELECT person <> :me FROM timesheet WHERE id = :sheet"
REVIEW_TIMESHEET_CREATE_NOTIFICATION = """
INSERT INTO notification (person, kind, text, created_at)
VALUES (
  (SELECT timesheet.person FROM timesheet WHERE timesheet.id = :sheet),
  'decided',
  awm_concat(
    'Your week of ',
    (SELECT timesheet_2.week FROM timesheet AS timesheet_2 WHERE timesheet_2.id = :sheet),
    ' is ',
    (
      SELECT timesheet_3.status
      FROM timesheet AS timesheet_3
      WHERE timesheet_3.id = :sheet
    ),
    '. ',
    :reason
  ),
  :now
)
RETURNING id
"""
REVIEW_TIMESHEET_RESULT = """
SELECT json_object(
  'id', sheet.id,
  'week', sheet.week,
  'status', sheet.status,
  'hours', CAST(
    (
      SELECT coalesce(sum(time_entry.minutes), 0)
      FROM time_entry
      WHERE time_entry.sheet = sheet.id
    ) AS REAL
  ) / 60.0,
  'person', json_object('id', person.id, 'name', person.name)
)
FROM timesheet AS sheet
JOIN person ON person.id = sheet.person
WHERE sheet.id = :sheet
"""


@tool(
    sheet=Ref(TIMESHEET, lifted=True, name="sheet_id"),
    approve=Bool(),
    reason=Text(0, 200, default=""),
    writes=True,
    invariants=(4,),
)
def review_timesheet(db, sheet, approve, reason):
    """Approve a submitted sheet of somebody in a team that I lead, or send it back."""
    if not db.value(REVIEW_TIMESHEET_REQUIRE, sheet=sheet, me=db.me):
        raise ToolError("not_your_team", db.value(REVIEW_TIMESHEET_NOT_YOUR_TEAM, sheet=sheet))
    if not db.value(REVIEW_TIMESHEET_REQUIRE_2, sheet=sheet):
        raise ToolError("wrong_state", db.value(REVIEW_TIMESHEET_WRONG_STATE, sheet=sheet))
    if not (approve or reason != ""):
        raise ToolError("reason_needed", "Say why it goes back.")
    if approve:
        db.run(REVIEW_TIMESHEET_UPDATE_SHEET, sheet=sheet)
    else:
        db.run(REVIEW_TIMESHEET_UPDATE_SHEET_2, sheet=sheet)
    if db.value(REVIEW_TIMESHEET_IF, sheet=sheet, me=db.me):
        db.insert(REVIEW_TIMESHEET_CREATE_NOTIFICATION, sheet=sheet, reason=reason, now=db.now)
    return db.value(REVIEW_TIMESHEET_RESULT, sheet=sheet)


TIME_REPORT_FOUND = """
SELECT time_entry.id
FROM time_entry
JOIN issue ON issue.number = time_entry.issue
JOIN project ON project.code = issue.project
WHERE EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.project = project.code AND membership.person = :me
)
  AND time_entry.day >= :from_
  AND time_entry.day <= :to
  AND (:project IS NULL OR issue.project = :project)
  AND (:person IS NULL OR time_entry.person = :person)
ORDER BY time_entry.id
"""
TIME_REPORT_RESULT = """
SELECT json_object(
  'hours', awm_finite((
    SELECT coalesce(sum(CAST(time_entry.minutes AS REAL) / 60.0), 0.0)
    FROM json_each(:found) AS item
    JOIN time_entry ON time_entry.id = item.value
  )),
  'billable_hours', awm_finite((
    SELECT coalesce(sum(CAST(time_entry_2.minutes AS REAL) / 60.0), 0.0)
    FROM json_each(:found) AS item_2
    JOIN time_entry AS time_entry_2 ON time_entry_2.id = item_2.value
    WHERE time_entry_2.is_billable
  )),
  'rows', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'what', CASE
          WHEN :rows_by = 'by_project' THEN project.name
          WHEN :rows_by = 'by_person' THEN person.name
          ELSE time_entry_3.issue
        END,
        'hours', awm_finite(coalesce(sum(CAST(time_entry_3.minutes AS REAL) / 60.0), 0.0)),
        'billable_hours', awm_finite(coalesce(
          sum(CAST(time_entry_3.minutes AS REAL) / 60.0) FILTER(
            WHERE time_entry_3.is_billable
          ),
          0.0
        )),
        'entries', count(*)
      ) AS v
      FROM json_each(:found) AS item_3
      JOIN time_entry AS time_entry_3 ON time_entry_3.id = item_3.value
      JOIN issue ON issue.number = time_entry_3.issue
      JOIN project ON project.code = issue.project
      JOIN person ON person.id = time_entry_3.person
      GROUP BY CASE
        WHEN :rows_by = 'by_project' THEN project.name
        WHEN :rows_by = 'by_person' THEN person.name
        ELSE time_entry_3.issue
      END
      ORDER BY
        coalesce(sum(time_entry_3.minutes), 0) DESC,
        awm_fold(CASE
          WHEN :rows_by = 'by_project' THEN project.name
          WHEN :rows_by = 'by_person' THEN person.name
          ELSE time_entry_3.issue
        END),
        CASE
          WHEN :rows_by = 'by_project' THEN project.name
          WHEN :rows_by = 'by_person' THEN person.name
          ELSE time_entry_3.issue
        END
      LIMIT :take_top
    )
  ))
)
"""


@tool(
    rows_by=Enum("by_project", "by_person", "by_issue"),
    from_=Date(),
    to=Date(),
    project=Optional(Ref(PROJECT), name="project_id"),
    person=Optional(Ref(PERSON), name="person_id"),
    take_top=Int(1, 50, default=10),
)
def time_report(db, rows_by, from_, to, project, person, take_top):
    """Hours by project, person or issue in a span, most first; of projects that I am a member of."""
    if not (from_ <= to):
        raise ToolError("bad_range", "The span ends before it starts.")
    found = db.values(TIME_REPORT_FOUND, me=db.me, from_=from_, to=to, project=project, person=person)
    return db.value(TIME_REPORT_RESULT, found=found, rows_by=rows_by, take_top=take_top)


SUBMIT_EXPENSE_IN_THE_FUTURE = "SELECT awm_concat(:spent_on, ' has not come yet.')"
SUBMIT_EXPENSE_REQUIRE = "SELECT awm_elapsed(date(:now), :spent_on) <= awm_days(60)"
SUBMIT_EXPENSE_CREATE_EXPENSE = """
INSERT INTO expense (project, person, kind, amount, spent_on, note, status)
VALUES (:project, :me, :kind, :amount, :spent_on, :note, 'submitted')
RETURNING id
"""
SUBMIT_EXPENSE_RESULT = """
SELECT json_object(
  'id', made_1.id,
  'project', json_object('code', project.code, 'name', project.name),
  'kind', made_1.kind,
  'amount', json(printf('%.2f', made_1.amount / 100.0)),
  'status', made_1.status
)
FROM expense AS made_1
JOIN project ON project.code = made_1.project
WHERE made_1.id = :made_1
"""


@tool(
    project=Ref(PROJECT, name="project_id"),
    kind=Enum("travel", "software", "hardware", "catering"),
    amount=Money(1, 2000000),
    spent_on=Date(),
    note=Text(0, 200, default=""),
    writes=True,
)
def submit_expense(db, project, kind, amount, spent_on, note):
    """Claim what I spent for a project, up to 60 days back."""
    require_contributor(db, project)
    if not (spent_on <= fn.date(db.now)):
        raise ToolError("in_the_future", db.value(SUBMIT_EXPENSE_IN_THE_FUTURE, spent_on=spent_on))
    if not db.value(SUBMIT_EXPENSE_REQUIRE, now=db.now, spent_on=spent_on):
        raise ToolError("too_old", "Expenses are taken for 60 days.")
    made_1 = db.insert(
        SUBMIT_EXPENSE_CREATE_EXPENSE,
        project=project,
        me=db.me,
        kind=kind,
        amount=amount,
        spent_on=spent_on,
        note=note,
    )
    return db.value(SUBMIT_EXPENSE_RESULT, made_1=made_1)


LIST_EXPENSES_FOUND = """
SELECT expense.id
FROM expense
JOIN project ON project.code = expense.project
WHERE EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.project = project.code AND membership.person = :me
)
  AND (:project IS NULL OR expense.project = :project)
  AND (:status IS NULL OR expense.status = :status)
  AND (:person IS NULL OR expense.person = :person)
  AND (:kind IS NULL OR expense.kind = :kind)
  AND (:min_amount IS NULL OR expense.amount >= :min_amount)
ORDER BY expense.id
"""
LIST_EXPENSES_RESULT = """
SELECT json_object(
  'total', json(printf(
    '%.2f',
    (
      SELECT coalesce(sum(expense.amount), 0)
      FROM json_each(:found) AS item
      JOIN expense ON expense.id = item.value
    ) / 100.0
  )),
  'expenses', json((
    SELECT json_group_array(
      json_object(
        'id', expense_2.id,
        'project', json_object('code', project.code, 'name', project.name),
        'person', json_object('id', person.id, 'name', person.name),
        'kind', expense_2.kind,
        'amount', json(printf('%.2f', expense_2.amount / 100.0)),
        'spent_on', expense_2.spent_on,
        'note', expense_2.note,
        'status', expense_2.status
      )
      ORDER BY expense_2.spent_on DESC, item_2.key
    )
    FROM json_each(:found) AS item_2
    JOIN expense AS expense_2 ON expense_2.id = item_2.value
    JOIN project ON project.code = expense_2.project
    JOIN person ON person.id = expense_2.person
  ))
)
"""


@tool(
    project=Optional(Ref(PROJECT), name="project_id"),
    status=Optional(Enum("submitted", "approved", "rejected")),
    person=Optional(Ref(PERSON), name="person_id"),
    kind=Optional(Enum("travel", "software", "hardware", "catering")),
    min_amount=Optional(Money(0)),
)
def list_expenses(db, project, status, person, kind, min_amount):
    """Expenses of my projects, latest first, with their sum."""
    found = db.values(
        LIST_EXPENSES_FOUND,
        me=db.me,
        project=project,
        status=status,
        person=person,
        kind=kind,
        min_amount=min_amount,
    )
    return db.value(LIST_EXPENSES_RESULT, found=found)


REVIEW_EXPENSE_PROJECT = "SELECT project FROM expense WHERE id = :expense"
REVIEW_EXPENSE_REQUIRE = "SELECT status = 'submitted' FROM expense WHERE id = :expense"
REVIEW_EXPENSE_WRONG_STATE = """
SELECT awm_concat('That expense is ', status, '.')
FROM expense
WHERE id = :expense
"""
REVIEW_EXPENSE_BUDGET = """
SELECT project.budget
FROM expense
JOIN project ON project.code = expense.project
WHERE expense.id = :expense
"""
REVIEW_EXPENSE_LEFT = """
SELECT awm_whole(
  :budget
  - (
    (
      SELECT coalesce(sum(awm_scale(t.rate, '*', t.minutes, '/', 60)), 0)
      FROM time_entry AS t
      JOIN issue ON issue.number = t.issue
      WHERE issue.project = project.code
    )
    + (
      SELECT coalesce(sum(expense_2.amount), 0)
      FROM expense AS expense_2
      WHERE expense_2.project = project.code AND expense_2.status = 'approved'
    )
  )
)
FROM expense
JOIN project ON project.code = expense.project
WHERE expense.id = :expense
"""
REVIEW_EXPENSE_REQUIRE_2 = "SELECT amount <= :left FROM expense WHERE id = :expense"
REVIEW_EXPENSE_OVER_BUDGET = """
SELECT awm_concat(project.name, ' has only ', awm_money_text(:left), ' left.')
FROM expense
JOIN project ON project.code = expense.project
WHERE expense.id = :expense
"""
REVIEW_EXPENSE_UPDATE_EXPENSE = """
UPDATE expense
SET status = CASE WHEN :approve THEN 'approved' ELSE 'rejected' END, decided_by = :me
WHERE id = :expense
"""
REVIEW_EXPENSE_IF = "SELECT person <> :me FROM expense WHERE id = :expense"
REVIEW_EXPENSE_CREATE_NOTIFICATION = """
INSERT INTO notification (person, kind, text, created_at)
VALUES (
  (SELECT expense.person FROM expense WHERE expense.id = :expense),
  'decided',
  awm_concat(
    'Your expense of ',
    awm_money_text((
      SELECT expense_2.amount FROM expense AS expense_2 WHERE expense_2.id = :expense
    )),
    ' is ',
    (SELECT expense_3.status FROM expense AS expense_3 WHERE expense_3.id = :expense),
    '.'
  ),
  :now
)
RETURNING id
"""
REVIEW_EXPENSE_RESULT = """
SELECT json_object(
  'id', expense.id,
  'project', json_object('code', project.code, 'name', project.name),
  'person', json_object('id', person.id, 'name', person.name),
  'amount', json(printf('%.2f', expense.amount / 100.0)),
  'status', expense.status
)
FROM expense
JOIN project ON project.code = expense.project
JOIN person ON person.id = expense.person
WHERE expense.id = :expense
"""


@tool(expense=Ref(EXPENSE, name="expense_id"), approve=Bool(), writes=True)
def review_expense(db, expense, approve):
    """Approve or reject an expense on a project that I manage; what bursts the budget is not approved."""
    require_manager(db, db.value(REVIEW_EXPENSE_PROJECT, expense=expense))
    if not db.value(REVIEW_EXPENSE_REQUIRE, expense=expense):
        raise ToolError("wrong_state", db.value(REVIEW_EXPENSE_WRONG_STATE, expense=expense))
    budget = db.value(REVIEW_EXPENSE_BUDGET, expense=expense)
    if approve and budget is not None:
        left = db.value(REVIEW_EXPENSE_LEFT, budget=budget, expense=expense)
        if not db.value(REVIEW_EXPENSE_REQUIRE_2, expense=expense, left=left):
            raise ToolError("over_budget", db.value(REVIEW_EXPENSE_OVER_BUDGET, expense=expense, left=left))
    db.run(REVIEW_EXPENSE_UPDATE_EXPENSE, approve=approve, me=db.me, expense=expense)
    if db.value(REVIEW_EXPENSE_IF, expense=expense, me=db.me):
        db.insert(REVIEW_EXPENSE_CREATE_NOTIFICATION, expense=expense, now=db.now)
    return db.value(REVIEW_EXPENSE_RESULT, expense=expense)


BUDGET_STATUS_LEFT_HOURS = """
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
  WHERE issue.project = :project
))
"""
BUDGET_STATUS_RATE = """
SELECT awm_average(sum(rate), count(rate))
FROM membership
WHERE project = :project AND rate > 0
"""
BUDGET_STATUS_RECENT = """
SELECT awm_scale(
  (
    SELECT coalesce(sum(awm_scale(time_entry.rate, '*', time_entry.minutes, '/', 60)), 0)
    FROM time_entry
    JOIN issue ON issue.number = time_entry.issue
    JOIN project ON project.code = issue.project
    WHERE EXISTS(
      SELECT 1
      FROM membership
      WHERE membership.project = project.code AND membership.person = :me
    )
      AND issue.project = :project
      AND time_entry.day > awm_shift(date(:now), -awm_days(28))
  ),
  '/',
  4
)
"""
BUDGET_STATUS_RESULT = """
SELECT json_object(
  'code', project.code,
  'name', project.name,
  'budget', json(awm_money_text(project.budget)),
  'worked', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(awm_scale(t.rate, '*', t.minutes, '/', 60)), 0)
      FROM time_entry AS t
      JOIN issue ON issue.number = t.issue
      WHERE issue.project = project.code
    )) / 100.0
  )),
  'expenses', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(awm_scale(t_2.rate, '*', t_2.minutes, '/', 60)), 0)
        FROM time_entry AS t_2
        JOIN issue AS issue_2 ON issue_2.number = t_2.issue
        WHERE issue_2.project = project.code
      )
      + (
        SELECT coalesce(sum(expense.amount), 0)
        FROM expense
        WHERE expense.project = project.code AND expense.status = 'approved'
      )
      - (
        SELECT coalesce(sum(awm_scale(t_3.rate, '*', t_3.minutes, '/', 60)), 0)
        FROM time_entry AS t_3
        JOIN issue AS issue_3 ON issue_3.number = t_3.issue
        WHERE issue_3.project = project.code
      )
    ) / 100.0
  )),
  'spent', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(awm_scale(t_4.rate, '*', t_4.minutes, '/', 60)), 0)
        FROM time_entry AS t_4
        JOIN issue AS issue_4 ON issue_4.number = t_4.issue
        WHERE issue_4.project = project.code
      )
      + (
        SELECT coalesce(sum(expense_2.amount), 0)
        FROM expense AS expense_2
        WHERE expense_2.project = project.code AND expense_2.status = 'approved'
      )
    ) / 100.0
  )),
  'remaining', json(awm_money_text(awm_whole(CASE
    WHEN project.budget IS NOT NULL THEN project.budget - (
      (
        SELECT coalesce(sum(awm_scale(t_5.rate, '*', t_5.minutes, '/', 60)), 0)
        FROM time_entry AS t_5
        JOIN issue AS issue_5 ON issue_5.number = t_5.issue
        WHERE issue_5.project = project.code
      )
      + (
        SELECT coalesce(sum(expense_3.amount), 0)
        FROM expense AS expense_3
        WHERE expense_3.project = project.code AND expense_3.status = 'approved'
      )
    )
    ELSE NULL
  END))),
  'week_on_average', json(printf('%.2f', :recent / 100.0)),
  'open_hours', :left_hours,
  'forecast', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(awm_scale(t_6.rate, '*', t_6.minutes, '/', 60)), 0)
        FROM time_entry AS t_6
        JOIN issue AS issue_6 ON issue_6.number = t_6.issue
        WHERE issue_6.project = project.code
      )
      + (
        SELECT coalesce(sum(expense_4.amount), 0)
        FROM expense AS expense_4
        WHERE expense_4.project = project.code AND expense_4.status = 'approved'
      )
      + awm_scale(coalesce(:rate, 0), '*', :left_hours)
    ) / 100.0
  ))
)
FROM project
WHERE project.code = :project
"""


@tool(project=Ref(PROJECT, name="project_id"))
def budget_status(db, project):
    """What a project that I manage may cost, has cost, and will have cost when its open issues are done."""
    require_manager(db, project)
    left_hours = db.value(BUDGET_STATUS_LEFT_HOURS, project=project)
    rate = db.value(BUDGET_STATUS_RATE, project=project)
    recent = db.value(BUDGET_STATUS_RECENT, me=db.me, project=project, now=db.now)
    return db.value(BUDGET_STATUS_RESULT, project=project, recent=recent, left_hours=left_hours, rate=rate)


DRAFT_INVOICE_CLIENT = "SELECT client FROM project WHERE code = :project"
DRAFT_INVOICE_NO_CLIENT = """
SELECT awm_concat(name, ' is the studio''s own.')
FROM project
WHERE code = :project
"""
DRAFT_INVOICE_REQUIRE = "SELECT billing = 'hourly' FROM project WHERE code = :project"
DRAFT_INVOICE_NOT_HOURLY = "SELECT awm_concat(name, ' has a fixed price.') FROM project WHERE code = :project"
DRAFT_INVOICE_LAST = "SELECT coalesce(:until, awm_shift(date(:now), -awm_days(1)))"
DRAFT_INVOICE_WORK = """
SELECT time_entry.id
FROM time_entry
JOIN issue ON issue.number = time_entry.issue
JOIN project ON project.code = issue.project
JOIN timesheet AS sheet ON sheet.id = time_entry.sheet
WHERE EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.project = project.code AND membership.person = :me
)
  AND issue.project = :project
  AND time_entry.is_billable
  AND time_entry.invoice IS NULL
  AND time_entry.day <= :last
  AND sheet.status = 'approved'
ORDER BY time_entry.id
"""
DRAFT_INVOICE_OUTLAYS = """
SELECT id
FROM expense
WHERE project = :project AND status = 'approved' AND invoice IS NULL AND spent_on <= :last
ORDER BY id
"""
DRAFT_INVOICE_REQUIRE_2 = """
SELECT EXISTS(
  SELECT 1 FROM json_each(:work) AS item JOIN time_entry ON time_entry.id = item.value
)
  OR EXISTS(
    SELECT 1 FROM json_each(:outlays) AS item_2 JOIN expense ON expense.id = item_2.value
  )
"""
DRAFT_INVOICE_NOTHING_TO_BILL = "SELECT awm_concat('There is nothing to bill until ', :last, '.')"
DRAFT_INVOICE_CREATE_INVOICE = """
INSERT INTO invoice (project, client, discount, status, number)
VALUES (
  :project,
  :client,
  :discount,
  'draft',
  printf('INV-%04d', (SELECT next FROM awm_serial WHERE entity = 'Invoice'))
)
RETURNING number
"""
DRAFT_INVOICE_P = """
SELECT person.id
FROM json_each(awm_distinct((
  SELECT json_group_array(time_entry.person ORDER BY item.key)
  FROM json_each(:work) AS item
  JOIN time_entry ON time_entry.id = item.value
))) AS item_2
JOIN person ON person.id = item_2.value
ORDER BY item_2.key
"""
DRAFT_INVOICE_CREATE_INVOICE_LINE = """
INSERT INTO invoice_line (invoice, description, hours, amount)
VALUES (
  :invoice,
  awm_concat('Work of ', (SELECT person.name FROM person WHERE person.id = :p)),
  awm_finite((
    SELECT coalesce(sum(CAST(time_entry.minutes AS REAL) / 60.0), 0.0)
    FROM json_each(:work) AS item
    JOIN time_entry ON time_entry.id = item.value
    WHERE time_entry.person = :p
  )),
  awm_whole((
    SELECT coalesce(
      sum(awm_scale(time_entry_2.rate, '*', time_entry_2.minutes, '/', 60)), 0
    )
    FROM json_each(:work) AS item_2
    JOIN time_entry AS time_entry_2 ON time_entry_2.id = item_2.value
    WHERE time_entry_2.person = :p
  ))
)
RETURNING id
"""
DRAFT_INVOICE_K = """
SELECT awm_distinct((
  SELECT json_group_array(expense.kind ORDER BY item.key)
  FROM json_each(:outlays) AS item
  JOIN expense ON expense.id = item.value
))
"""
DRAFT_INVOICE_CREATE_INVOICE_LINE_2 = """
INSERT INTO invoice_line (invoice, description, amount)
VALUES (
  :invoice,
  awm_concat('Expenses: ', :k),
  (
    SELECT coalesce(sum(expense.amount), 0)
    FROM json_each(:outlays) AS item
    JOIN expense ON expense.id = item.value
    WHERE expense.kind = :k
  )
)
RETURNING id
"""
DRAFT_INVOICE_UPDATE_TIME_ENTRY = """
UPDATE time_entry
SET invoice = chosen.new_invoice
FROM (
  SELECT time_entry.id AS key, :invoice AS new_invoice
  FROM json_each(:work) AS item
  JOIN time_entry ON time_entry.id = item.value
  ORDER BY item.key
) AS chosen
WHERE time_entry.id = chosen.key
"""
DRAFT_INVOICE_UPDATE_EXPENSE = """
UPDATE expense
SET invoice = chosen.new_invoice
FROM (
  SELECT expense.id AS key, :invoice AS new_invoice
  FROM json_each(:outlays) AS item
  JOIN expense ON expense.id = item.value
  ORDER BY item.key
) AS chosen
WHERE expense.id = chosen.key
"""
DRAFT_INVOICE_RESULT = """
SELECT json_object(
  'number', invoice.number,
  'client', json_object('id', client.id, 'name', client.name),
  'status', invoice.status,
  'net', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(invoice_line.amount), 0)
      FROM invoice_line
      WHERE invoice_line.invoice = invoice.number
    )) / 100.0
  )),
  'discount', invoice.discount,
  'total', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(invoice_line_2.amount), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )
      - awm_scale(
        (
          SELECT coalesce(sum(invoice_line_3.amount), 0)
          FROM invoice_line AS invoice_line_3
          WHERE invoice_line_3.invoice = invoice.number
        ),
        '*',
        invoice.discount,
        '/',
        100
      )
    ) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'description', invoice_line_4.description,
        'hours', invoice_line_4.hours,
        'amount', json(printf('%.2f', invoice_line_4.amount / 100.0))
      )
      ORDER BY invoice_line_4.id
    )
    FROM invoice_line AS invoice_line_4
    WHERE invoice_line_4.invoice = invoice.number
  ))
)
FROM invoice
JOIN client ON client.id = invoice.client
WHERE invoice.number = :invoice
"""


@tool(
    project=Ref(PROJECT, name="project_id"),
    until=Optional(Date()),
    discount=Float(0.0, 50.0, default=0.0),
    writes=True,
    invariants=(4, 5),
)
def draft_invoice(db, project, until, discount):
    """Draft an invoice over all that is approved and not billed yet: a line a person for time, a line a kind for expenses."""
    require_manager(db, project)
    client = db.value(DRAFT_INVOICE_CLIENT, project=project)
    if client is None:
        raise ToolError("no_client", db.value(DRAFT_INVOICE_NO_CLIENT, project=project))
    if not db.value(DRAFT_INVOICE_REQUIRE, project=project):
        raise ToolError("not_hourly", db.value(DRAFT_INVOICE_NOT_HOURLY, project=project))
    last = db.value(DRAFT_INVOICE_LAST, until=until, now=db.now)
    work = db.values(DRAFT_INVOICE_WORK, me=db.me, project=project, last=last)
    outlays = db.values(DRAFT_INVOICE_OUTLAYS, project=project, last=last)
    if not db.value(DRAFT_INVOICE_REQUIRE_2, work=work, outlays=outlays):
        raise ToolError("nothing_to_bill", db.value(DRAFT_INVOICE_NOTHING_TO_BILL, last=last))
    key_1 = db.insert(DRAFT_INVOICE_CREATE_INVOICE, project=project, client=client, discount=discount)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Invoice")
    invoice = key_1
    for p in db.each(db.values(DRAFT_INVOICE_P, work=work)):
        db.insert(DRAFT_INVOICE_CREATE_INVOICE_LINE, invoice=invoice, p=p, work=work)
    for k in db.each(db.json(DRAFT_INVOICE_K, outlays=outlays)):
        db.insert(DRAFT_INVOICE_CREATE_INVOICE_LINE_2, invoice=invoice, k=k, outlays=outlays)
    db.run(DRAFT_INVOICE_UPDATE_TIME_ENTRY, work=work, invoice=invoice)
    db.run(DRAFT_INVOICE_UPDATE_EXPENSE, outlays=outlays, invoice=invoice)
    return db.value(DRAFT_INVOICE_RESULT, invoice=invoice)


SEND_INVOICE_PROJECT = "SELECT project FROM invoice WHERE number = :invoice"
SEND_INVOICE_REQUIRE = "SELECT status = 'draft' FROM invoice WHERE number = :invoice"
SEND_INVOICE_WRONG_STATE = """
SELECT awm_concat(:invoice, ' is ', status, '.')
FROM invoice
WHERE number = :invoice
"""
SEND_INVOICE_UPDATE_INVOICE = """
UPDATE invoice
SET
  status = 'sent',
  issued_on = date(:now),
  due_on = awm_shift(
    date(:now),
    awm_days((SELECT client.payment_days FROM client WHERE client.id = invoice.client))
  )
WHERE invoice.number = :invoice
"""
SEND_INVOICE_RESULT = """
SELECT json_object(
  'number', invoice.number,
  'client', json_object('id', client.id, 'name', client.name),
  'status', invoice.status,
  'total', json(printf(
    '%.2f',
    awm_whole(
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
    ) / 100.0
  )),
  'issued_on', invoice.issued_on,
  'due_on', invoice.due_on
)
FROM invoice
JOIN client ON client.id = invoice.client
WHERE invoice.number = :invoice
"""


@tool(invoice=Ref(INVOICE, name="invoice_id"), writes=True, invariants=(5,))
def send_invoice(db, invoice):
    """Send a draft to the client; the client's days to pay run from today."""
    require_manager(db, db.value(SEND_INVOICE_PROJECT, invoice=invoice))
    if not db.value(SEND_INVOICE_REQUIRE, invoice=invoice):
        raise ToolError("wrong_state", db.value(SEND_INVOICE_WRONG_STATE, invoice=invoice))
    db.run(SEND_INVOICE_UPDATE_INVOICE, now=db.now, invoice=invoice)
    return db.value(SEND_INVOICE_RESULT, invoice=invoice)


RECORD_PAYMENT_PROJECT = "SELECT project FROM invoice WHERE number = :invoice"
RECORD_PAYMENT_REQUIRE = "SELECT status = 'sent' FROM invoice WHERE number = :invoice"
RECORD_PAYMENT_WRONG_STATE = """
SELECT awm_concat(:invoice, ' is ', status, '.')
FROM invoice
WHERE number = :invoice
"""
RECORD_PAYMENT_REQUIRE_2 = """
SELECT :amount = (
  SELECT coalesce(sum(invoice_line.amount), 0)
  FROM invoice_line
  WHERE invoice_line.invoice = invoice.number
) - awm_scale(
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
FROM invoice
WHERE invoice.number = :invoice
"""
RECORD_PAYMENT_WRONG_AMOUNT = """
SELECT awm_concat(
  :invoice,
  ' comes to ',
  awm_money_text(awm_whole(
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
  )),
  '.'
)
FROM invoice
WHERE invoice.number = :invoice
"""
RECORD_PAYMENT_UPDATE_INVOICE = """
UPDATE invoice
SET status = 'paid', paid_on = coalesce(:paid_on, date(:now))
WHERE number = :invoice
"""
RECORD_PAYMENT_RESULT = """
SELECT json_object(
  'number', invoice.number,
  'client', json_object('id', client.id, 'name', client.name),
  'status', invoice.status,
  'total', json(printf(
    '%.2f',
    awm_whole(
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
    ) / 100.0
  )),
  'paid_on', invoice.paid_on
)
FROM invoice
JOIN client ON client.id = invoice.client
WHERE invoice.number = :invoice
"""


@tool(
    invoice=Ref(INVOICE, name="invoice_id"),
    paid_on=Optional(Date()),
    amount=Money(1),
    writes=True,
    invariants=(5,),
)
def record_payment(db, invoice, paid_on, amount):
    """Note that a client has paid an invoice, in full and never in part."""
    require_manager(db, db.value(RECORD_PAYMENT_PROJECT, invoice=invoice))
    if not db.value(RECORD_PAYMENT_REQUIRE, invoice=invoice):
        raise ToolError("wrong_state", db.value(RECORD_PAYMENT_WRONG_STATE, invoice=invoice))
    if not db.value(RECORD_PAYMENT_REQUIRE_2, amount=amount, invoice=invoice):
        raise ToolError("wrong_amount", db.value(RECORD_PAYMENT_WRONG_AMOUNT, invoice=invoice))
    db.run(RECORD_PAYMENT_UPDATE_INVOICE, paid_on=paid_on, now=db.now, invoice=invoice)
    return db.value(RECORD_PAYMENT_RESULT, invoice=invoice)


VOID_INVOICE_PROJECT = "SELECT project FROM invoice WHERE number = :invoice"
VOID_INVOICE_REQUIRE = "SELECT status IN ('draft', 'sent') FROM invoice WHERE number = :invoice"
VOID_INVOICE_WRONG_STATE = """
SELECT awm_concat(:invoice, ' is ', status, '.')
FROM invoice
WHERE number = :invoice
"""
VOID_INVOICE_UPDATE_TIME_ENTRY = "UPDATE time_entry SET invoice = NULL WHERE invoice IS :invoice"
VOID_INVOICE_UPDATE_EXPENSE = "UPDATE expense SET invoice = NULL WHERE invoice IS :invoice"
VOID_INVOICE_UPDATE_INVOICE = "UPDATE invoice SET status = 'void' WHERE number = :invoice"
VOID_INVOICE_IF = """
SELECT project.lead <> :me
FROM invoice
JOIN project ON project.code = invoice.project
WHERE invoice.number = :invoice
"""
VOID_INVOICE_CREATE_NOTIFICATION = """
INSERT INTO notification (person, kind, text, created_at)
VALUES (
  (
    SELECT project.lead
    FROM invoice
    JOIN project ON project.code = invoice.project
    WHERE invoice.number = :invoice
  ),
  'decided',
  awm_concat(:invoice, ' is void: ', :reason),
  :now
)
RETURNING id
"""
VOID_INVOICE_RESULT = """
SELECT json_object(
  'number', invoice.number,
  'client', json_object('id', client.id, 'name', client.name),
  'status', invoice.status,
  'total', json(printf(
    '%.2f',
    awm_whole(
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
    ) / 100.0
  ))
)
FROM invoice
JOIN client ON client.id = invoice.client
WHERE invoice.number = :invoice
"""


@tool(invoice=Ref(INVOICE, name="invoice_id"), reason=Text(1, 200), writes=True, invariants=(4, 5))
def void_invoice(db, invoice, reason):
    """Take an invoice back that is not paid; what it billed can be billed again."""
    require_manager(db, db.value(VOID_INVOICE_PROJECT, invoice=invoice))
    if not db.value(VOID_INVOICE_REQUIRE, invoice=invoice):
        raise ToolError("wrong_state", db.value(VOID_INVOICE_WRONG_STATE, invoice=invoice))
    db.run(VOID_INVOICE_UPDATE_TIME_ENTRY, invoice=invoice)
    db.run(VOID_INVOICE_UPDATE_EXPENSE, invoice=invoice)
    db.run(VOID_INVOICE_UPDATE_INVOICE, invoice=invoice)
    if db.value(VOID_INVOICE_IF, invoice=invoice, me=db.me):
        db.insert(VOID_INVOICE_CREATE_NOTIFICATION, invoice=invoice, reason=reason, now=db.now)
    return db.value(VOID_INVOICE_RESULT, invoice=invoice)


CLIENT_STATEMENT_SENT = """
SELECT i.number
FROM invoice AS i
JOIN project ON project.code = i.project
WHERE EXISTS(
  SELECT 1
  FROM membership
  WHERE membership.project = project.code AND membership.person = :me
)
  AND i.client = :client
  AND i.status IN ('sent', 'paid')
  AND EXISTS(
    SELECT 1
    FROM membership AS membership_2
    WHERE membership_2.project = i.project
      AND membership_2.person = :me
      AND membership_2.access_level = 'manager'
  )
ORDER BY i.number
"""
CLIENT_STATEMENT_RESULT = """
SELECT json_object(
  'client', json_object('id', client.id, 'name', client.name),
  'billed', json(printf(
    '%.2f',
    awm_whole((
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
      FROM json_each(:sent) AS item
      JOIN invoice ON invoice.number = item.value
    )) / 100.0
  )),
  'owed', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(
          (
            SELECT coalesce(sum(invoice_line_3.amount), 0)
            FROM invoice_line AS invoice_line_3
            WHERE invoice_line_3.invoice = invoice_2.number
          )
          - awm_scale(
            (
              SELECT coalesce(sum(invoice_line_4.amount), 0)
              FROM invoice_line AS invoice_line_4
              WHERE invoice_line_4.invoice = invoice_2.number
            ),
            '*',
            invoice_2.discount,
            '/',
            100
          )
        ),
        0
      )
      FROM json_each(:sent) AS item_2
      JOIN invoice AS invoice_2 ON invoice_2.number = item_2.value
      WHERE invoice_2.status = 'sent'
    )) / 100.0
  )),
  'overdue', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(
          (
            SELECT coalesce(sum(invoice_line_5.amount), 0)
            FROM invoice_line AS invoice_line_5
            WHERE invoice_line_5.invoice = invoice_3.number
          )
          - awm_scale(
            (
              SELECT coalesce(sum(invoice_line_6.amount), 0)
              FROM invoice_line AS invoice_line_6
              WHERE invoice_line_6.invoice = invoice_3.number
            ),
            '*',
            invoice_3.discount,
            '/',
            100
          )
        ),
        0
      )
      FROM json_each(:sent) AS item_3
      JOIN invoice AS invoice_3 ON invoice_3.number = item_3.value
      WHERE invoice_3.status = 'sent'
        AND invoice_3.due_on IS NOT NULL
        AND invoice_3.due_on < date(:now)
    )) / 100.0
  )),
  'invoices', json((
    SELECT json_group_array(
      json_object(
        'number', invoice_4.number,
        'project', json_object('code', project.code, 'name', project.name),
        'status', invoice_4.status,
        'issued_on', invoice_4.issued_on,
        'due_on', invoice_4.due_on,
        'total', json(printf(
          '%.2f',
          awm_whole(
            (
              SELECT coalesce(sum(invoice_line_7.amount), 0)
              FROM invoice_line AS invoice_line_7
              WHERE invoice_line_7.invoice = invoice_4.number
            )
            - awm_scale(
              (
                SELECT coalesce(sum(invoice_line_8.amount), 0)
                FROM invoice_line AS invoice_line_8
                WHERE invoice_line_8.invoice = invoice_4.number
              ),
              '*',
              invoice_4.discount,
              '/',
              100
            )
          ) / 100.0
        )),
        'days_late', CASE
          WHEN invoice_4.status = 'sent'
          AND invoice_4.due_on IS NOT NULL
          AND invoice_4.due_on < date(:now)
          AND invoice_4.due_on IS NOT NULL THEN awm_floor(awm_divide(
            awm_elapsed(date(:now), invoice_4.due_on), awm_days(1)
          ))
          ELSE 0
        END
      )
      ORDER BY invoice_4.issued_on NULLS LAST, item_4.key
    )
    FROM json_each(:sent) AS item_4
    JOIN invoice AS invoice_4 ON invoice_4.number = item_4.value
    JOIN project ON project.code = invoice_4.project
  ))
)
FROM client
WHERE client.id = :client
"""


@tool(client=Ref(CLIENT, name="client_id"))
def client_statement(db, client):
    """What a client has been sent and owes, over the projects that I manage, oldest first."""
    sent = db.values(CLIENT_STATEMENT_SENT, me=db.me, client=client)
    return db.value(CLIENT_STATEMENT_RESULT, client=client, sent=sent, now=db.now)


WORKLOAD_START = "SELECT coalesce(:from_, date(:now))"
WORKLOAD_END = "SELECT awm_shift(:start, awm_days(7 * :weeks - 1))"
WORKLOAD_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', p.id,
        'name', p.name,
        'title', p.title,
        'open_issues', (
          SELECT count(*)
          FROM issue
          WHERE issue.assignee IS p.id AND NOT issue.status IN ('done', 'cancelled')
        ),
        'hours_left', awm_finite((
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
          WHERE issue_2.assignee IS p.id
        )),
        'capacity', awm_finite(
          p.weekly_hours / 5.0 * CAST(
            (
              SELECT count(*)
              FROM json_each(awm_range(max(
                awm_floor(awm_divide(awm_elapsed(:end, :start), awm_days(1))) + 1, 0
              ))) AS item
              WHERE awm_weekday(awm_shift(:start, awm_days(item.value))) <= 5
            ) - (
              SELECT coalesce(
                sum((
                  SELECT count(*)
                  FROM json_each(awm_range(max(
                    awm_floor(awm_divide(
                      awm_elapsed(
                        min(absence.ends_on, :end), max(absence.starts_on, :start)
                      ),
                      awm_days(1)
                    ))
                    + 1,
                    0
                  ))) AS item_2
                  WHERE awm_weekday(awm_shift(
                    max(absence.starts_on, :start), awm_days(item_2.value)
                  )) <= 5
                )),
                0
              )
              FROM absence
              WHERE absence.person = p.id
                AND absence.starts_on <= :end
                AND absence.ends_on >= :start
            ) AS REAL
          )
        ),
        'free_hours', awm_finite(
          p.weekly_hours / 5.0 * CAST(
            (
              SELECT count(*)
              FROM json_each(awm_range(max(
                awm_floor(awm_divide(awm_elapsed(:end, :start), awm_days(1))) + 1, 0
              ))) AS item_3
              WHERE awm_weekday(awm_shift(:start, awm_days(item_3.value))) <= 5
            ) - (
              SELECT coalesce(
                sum((
                  SELECT count(*)
                  FROM json_each(awm_range(max(
                    awm_floor(awm_divide(
                      awm_elapsed(
                        min(absence_2.ends_on, :end), max(absence_2.starts_on, :start)
                      ),
                      awm_days(1)
                    ))
                    + 1,
                    0
                  ))) AS item_4
                  WHERE awm_weekday(awm_shift(
                    max(absence_2.starts_on, :start), awm_days(item_4.value)
                  )) <= 5
                )),
                0
              )
              FROM absence AS absence_2
              WHERE absence_2.person = p.id
                AND absence_2.starts_on <= :end
                AND absence_2.ends_on >= :start
            ) AS REAL
          )
          - (
            SELECT coalesce(
              sum(CASE
                WHEN NOT issue_3.status IN ('done', 'cancelled') THEN max(
                  coalesce(issue_3.estimate, 0.0)
                  - CAST(
                    (
                      SELECT coalesce(sum(time_entry_2.minutes), 0)
                      FROM time_entry AS time_entry_2
                      WHERE time_entry_2.issue = issue_3.number
                    ) AS REAL
                  ) / 60.0,
                  0.0
                )
                ELSE 0.0
              END),
              0.0
            )
            FROM issue AS issue_3
            WHERE issue_3.assignee IS p.id
          )
        )
      )
      ORDER BY
        p.weekly_hours / 5.0 * CAST(
          (
            SELECT count(*)
            FROM json_each(awm_range(max(
              awm_floor(awm_divide(awm_elapsed(:end, :start), awm_days(1))) + 1, 0
            ))) AS item_5
            WHERE awm_weekday(awm_shift(:start, awm_days(item_5.value))) <= 5
          ) - (
            SELECT coalesce(
              sum((
                SELECT count(*)
                FROM json_each(awm_range(max(
                  awm_floor(awm_divide(
                    awm_elapsed(
                      min(absence_3.ends_on, :end), max(absence_3.starts_on, :start)
                    ),
                    awm_days(1)
                  ))
                  + 1,
                  0
                ))) AS item_6
                WHERE awm_weekday(awm_shift(
                  max(absence_3.starts_on, :start), awm_days(item_6.value)
                )) <= 5
              )),
              0
            )
            FROM absence AS absence_3
            WHERE absence_3.person = p.id
              AND absence_3.starts_on <= :end
              AND absence_3.ends_on >= :start
          ) AS REAL
        )
        - (
          SELECT coalesce(
            sum(CASE
              WHEN NOT issue_4.status IN ('done', 'cancelled') THEN max(
                coalesce(issue_4.estimate, 0.0)
                - CAST(
                  (
                    SELECT coalesce(sum(time_entry_3.minutes), 0)
                    FROM time_entry AS time_entry_3
                    WHERE time_entry_3.issue = issue_4.number
                  ) AS REAL
                ) / 60.0,
                0.0
              )
              ELSE 0.0
            END),
            0.0
          )
          FROM issue AS issue_4
          WHERE issue_4.assignee IS p.id
        ) DESC,
        awm_fold(p.name),
        p.name,
        p.id
    )
    FROM person AS p
    WHERE p.is_active
      AND (:team IS NULL OR p.team = :team)
      AND (
        :project IS NULL
        OR EXISTS(
          SELECT 1
          FROM membership
          WHERE membership.person = p.id AND membership.project = :project
        )
      )
  ))
)
"""


@tool(
    from_=Optional(Date()),
    weeks=Int(1, 8, default=2),
    team=Optional(Ref(TEAM), name="team_id"),
    project=Optional(Ref(PROJECT), name="project_id"),
)
def workload(db, from_, weeks, team, project):
    """Who has how much to do and how much time in the coming weeks, freest first."""
    start = db.value(WORKLOAD_START, from_=from_, now=db.now)
    end = db.value(WORKLOAD_END, weeks=weeks, start=start)
    return db.value(WORKLOAD_RESULT, team=team, project=project, end=end, start=start)


REQUEST_DAYS_OFF_REQUIRE = """
SELECT NOT EXISTS(
  SELECT 1
  FROM absence
  WHERE person = :me AND starts_on <= :ends_on AND ends_on >= :starts_on
)
"""
REQUEST_DAYS_OFF_CREATE_ABSENCE = """
INSERT INTO absence (person, kind, starts_on, ends_on)
VALUES (:me, :kind, :starts_on, :ends_on)
RETURNING id
"""
REQUEST_DAYS_OFF_RESULT = """
SELECT json_object(
  'id', absence.id,
  'kind', absence.kind,
  'starts_on', absence.starts_on,
  'ends_on', absence.ends_on,
  'working_days', (
    SELECT count(*)
    FROM json_each(awm_range(max(
      awm_floor(awm_divide(awm_elapsed(:ends_on, :starts_on), awm_days(1))) + 1, 0
    ))) AS item
    WHERE awm_weekday(awm_shift(:starts_on, awm_days(item.value))) <= 5
  ),
  'due_then', json((
    SELECT json_group_array(
      json_object('number', issue.number, 'title', issue.title, 'due_on', issue.due_on)
      ORDER BY issue.due_on, issue.number
    )
    FROM issue
    WHERE issue.assignee IS :me
      AND NOT issue.status IN ('done', 'cancelled')
      AND issue.due_on >= :starts_on
      AND issue.due_on <= :ends_on
  ))
)
FROM absence
WHERE absence.id = :absence
"""


@tool(
    starts_on=Date(), ends_on=Date(), kind=Enum("holiday", "sick", "training", default="holiday"), writes=True
)
def request_days_off(db, starts_on, ends_on, kind):
    """Enter days off of mine. Issues of mine that are due then are named, so that they can be given away."""
    if not (starts_on <= ends_on):
        raise ToolError("bad_range", "The span ends before it starts.")
    if not (kind == "sick" or starts_on > fn.date(db.now)):
        raise ToolError("too_late", "Holidays and trainings are entered ahead.")
    if not db.value(REQUEST_DAYS_OFF_REQUIRE, me=db.me, ends_on=ends_on, starts_on=starts_on):
        raise ToolError("off_already", "You are off then already.")
    absence = db.insert(
        REQUEST_DAYS_OFF_CREATE_ABSENCE, me=db.me, kind=kind, starts_on=starts_on, ends_on=ends_on
    )
    return db.value(REQUEST_DAYS_OFF_RESULT, absence=absence, ends_on=ends_on, starts_on=starts_on, me=db.me)


MARK_READ_CHOSEN = """
SELECT n.id
FROM notification AS n
WHERE n.person = :me
  AND n.read_at IS NULL
  AND (
    json_array_length(:notifications) = 0
    OR n.id IN (SELECT item.value FROM json_each(:notifications) AS item)
  )
ORDER BY n.id
"""
MARK_READ_MARKED = """
SELECT count(*)
FROM json_each(:chosen) AS item
JOIN notification ON notification.id = item.value
"""
MARK_READ_UPDATE_NOTIFICATION = """
UPDATE notification
SET read_at = chosen.new_read_at
FROM (
  SELECT notification.id AS key, :now AS new_read_at
  FROM json_each(:chosen) AS item
  JOIN notification ON notification.id = item.value
  ORDER BY item.key
) AS chosen
WHERE notification.id = chosen.key
"""
MARK_READ_RESULT = """
SELECT json_object(
  'marked', :marked,
  'unread', (SELECT count(*) FROM notification WHERE person = :me AND read_at IS NULL)
)
"""


@tool(notifications=List(Ref(NOTIFICATION), 0, 50, name="notification_ids", default=[]), writes=True)
def mark_read(db, notifications):
    """Mark notifications as read."""
    chosen = db.values(MARK_READ_CHOSEN, me=db.me, notifications=notifications)
    marked = db.value(MARK_READ_MARKED, chosen=chosen)
    db.run(MARK_READ_UPDATE_NOTIFICATION, chosen=chosen, now=db.now)
    return db.value(MARK_READ_RESULT, marked=marked, me=db.me)


LIST_NOTIFICATIONS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', notification.id,
        'person', json_object('id', person.id, 'name', person.name),
        'issue', json((
          SELECT json_object(
            'number', issue_2.number, 'title', issue_2.title, 'status', issue_2.status
          )
          FROM issue AS issue_2
          WHERE issue_2.number = notification.issue
        )),
        'kind', notification.kind,
        'text', notification.text,
        'created_at', notification.created_at,
        'read_at', notification.read_at
      ) AS v
      FROM notification
      JOIN person ON person.id = notification.person
      LEFT JOIN issue ON issue.number = notification.issue
      WHERE notification.person = :me AND (:kind IS NULL OR notification.kind = :kind)
      ORDER BY notification.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM notification AS notification_2
    WHERE notification_2.person = :me AND (:kind IS NULL OR notification_2.kind = :kind)
  ),
  'page', :page
)
"""


@tool(
    kind=Optional(Enum("assigned", "mentioned", "commented", "unblocked", "decided")),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_notifications(db, kind, page, page_size):
    """List notifications, filtered by kind."""
    return db.value(LIST_NOTIFICATIONS_RESULT, me=db.me, kind=kind, page_size=page_size, page=page)


LIST_MILESTONES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', milestone.id,
        'project', json_object('code', project.code, 'name', project.name),
        'name', milestone.name,
        'due_on', milestone.due_on,
        'status', milestone.status,
        'open_issues', (
          SELECT count(*)
          FROM issue
          WHERE issue.milestone IS milestone.id
            AND NOT issue.status IN ('done', 'cancelled')
        ),
        'is_late', json(iif(
          milestone.status = 'open' AND milestone.due_on < date(:now), 'true', 'false'
        ))
      ) AS v
      FROM milestone
      JOIN project ON project.code = milestone.project
      WHERE EXISTS(
        SELECT 1
        FROM membership
        WHERE membership.project = project.code AND membership.person = :me
      )
        AND (:project IS NULL OR milestone.project = :project)
        AND (:status IS NULL OR milestone.status = :status)
      ORDER BY milestone.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM milestone AS milestone_2
    JOIN project AS project_2 ON project_2.code = milestone_2.project
    WHERE EXISTS(
      SELECT 1
      FROM membership AS membership_2
      WHERE membership_2.project = project_2.code AND membership_2.person = :me
    )
      AND (:project IS NULL OR milestone_2.project = :project)
      AND (:status IS NULL OR milestone_2.status = :status)
  ),
  'page', :page
)
"""


@tool(
    project=Optional(Ref(PROJECT), name="project_id"),
    status=Optional(Enum("open", "reached", "dropped")),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_milestones(db, project, status, page, page_size):
    """List milestones, filtered by project and status."""
    return db.value(
        LIST_MILESTONES_RESULT,
        me=db.me,
        project=project,
        status=status,
        now=db.now,
        page_size=page_size,
        page=page,
    )


LIST_LABELS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', label.id,
        'project', json_object('code', project.code, 'name', project.name),
        'name', label.name,
        'color', label.color
      ) AS v
      FROM label
      JOIN project ON project.code = label.project
      WHERE EXISTS(
        SELECT 1
        FROM membership
        WHERE membership.project = project.code AND membership.person = :me
      )
        AND (:project IS NULL OR label.project = :project)
      ORDER BY label.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM label AS label_2
    JOIN project AS project_2 ON project_2.code = label_2.project
    WHERE EXISTS(
      SELECT 1
      FROM membership AS membership_2
      WHERE membership_2.project = project_2.code AND membership_2.person = :me
    )
      AND (:project IS NULL OR label_2.project = :project)
  ),
  'page', :page
)
"""


@tool(
    project=Optional(Ref(PROJECT), name="project_id"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_labels(db, project, page, page_size):
    """List labels, filtered by project."""
    return db.value(LIST_LABELS_RESULT, me=db.me, project=project, page_size=page_size, page=page)


DELETE_LABEL_DELETE_LABEL = "DELETE FROM label WHERE id = :label"
DELETE_LABEL_RESULT = "SELECT json_object('id', :id_deleted)"


@tool(label=Ref(LABEL, name="label_id"), writes=True, invariants=(2,))
def delete_label(db, label):
    """Delete a label."""
    id_deleted = label
    db.run(DELETE_LABEL_DELETE_LABEL, label=label)
    return db.value(DELETE_LABEL_RESULT, id_deleted=id_deleted)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
386:338 387:338 406:344 407:344 419:350 420:351 429:357 430:358 456:364 457:364 458:364 459:364 460:366
461:367 496:373 497:374 498:374 499:375 500:375 501:377 502:378 503:380 553:385 554:385 555:386 556:392
557:393 558:394 566:405 591:410 592:410 593:410 594:410 595:410 596:412 597:412 598:413 611:418 612:419
657:424 658:428 850:452 851:452 852:452 853:452 854:452 855:452 856:452 857:452 858:452 859:452 860:452
861:452 862:452 863:452 864:452 865:452 866:452 867:452 868:452 869:452 870:452 871:452 1043:480 1157:492
1158:493 1159:494 1219:513 1265:529 1350:554 1351:555 1352:555 1353:556 1354:556 1355:558 1356:558 1357:558
1358:558 1359:558 1360:558 1361:558 1362:558 1363:558 1364:558 1365:558 1366:558 1367:558 1368:558 1369:558
1370:558 1371:570 1372:571 1373:571 1374:572 1375:573 1376:575 1434:592 1435:593 1436:593 1437:594 1438:594
1439:594 1440:594 1441:594 1442:594 1443:594 1444:594 1445:594 1446:594 1447:594 1448:603 1482:608 1483:609
1484:609 1485:610 1486:611 1539:616 1540:617 1541:617 1542:618 1543:618 1544:619 1545:620 1546:621 1547:622
1548:624 1549:624 1550:627 1551:631 1611:641 1612:642 1613:642 1614:644 1615:644 1616:646 1617:647 1618:648
1619:651 1620:652 1621:653 1622:654 1623:657 1666:662 1667:663 1668:663 1669:664 1670:671 1671:672 1672:673
1673:674 1674:676 1752:681 1753:682 1754:682 1755:683 1756:683 1757:684 1758:685 1759:686 1760:686 1761:687
1762:688 1763:688 1764:688 1765:688 1766:688 1767:700 1768:701 1769:704 1770:705 1845:710 1846:711 1847:712
1848:712 1849:712 1850:712 1851:713 1852:713 1853:715 1854:716 1855:717 1856:718 1857:720 1858:726 1859:727
1860:729 1909:737 1910:738 1911:739 1912:739 1913:741 1914:743 1915:744 1916:746 1984:751 1985:752 1986:752
1987:754 1988:754 1989:757 1990:757 1991:757 1992:757 1993:759 2054:767 2055:768 2056:769 2057:769 2058:771
2059:772 2060:774 2061:775 2062:775 2063:775 2064:775 2065:775 2066:775 2067:775 2068:777 2069:777 2112:789
2113:790 2114:791 2115:792 2116:792 2117:792 2118:799 2264:804 2265:805 2266:805 2267:806 2268:807 2269:807
2270:808 2271:808 2272:809 2273:811 2274:815 2275:815 2276:817 2334:822 2335:823 2336:823 2337:824 2338:824
2339:826 2340:826 2341:827 2342:828 2343:828 2344:829 2345:830 2433:838 2434:839 2435:839 2436:840 2437:841
2438:841 2439:841 2440:841 2441:844 2442:845 2443:846 2444:847 2445:848 2446:852 2447:853 2553:858 2611:873
2612:874 2613:874 2614:875 2615:876 2616:879 2617:880 2699:896 2700:897 2701:898 2702:898 2703:899 2704:899
2705:901 2706:901 2707:901 2708:901 2709:901 2710:901 2711:901 2712:901 2713:901 2714:901 2715:901 2716:911
2790:916 2791:916 2792:917 2793:917 2794:919 2795:920 2796:921 2797:928 2886:933 2887:934 2888:935 2948:952
2949:952 2950:952 2951:954 2952:954 2953:955 2954:956 3035:961 3114:976 3115:976 3116:978 3117:978 3118:979
3119:979 3120:980 3121:981 3122:981 3123:983 3124:985 3125:986 3126:992 3215:1004 3216:1004 3217:1005
3218:1007 3252:1037 3253:1038 3254:1038 3255:1039 3256:1039 3257:1040 3258:1040 3259:1040 3260:1040 3261:1040
3262:1040 3263:1040 3264:1040 3265:1040 3266:1040 3327:1058 3328:1058 3329:1058 3330:1058 3331:1058 3332:1058
3333:1058 3334:1058 3335:1058 3336:1064 3422:1074 3423:1075 3424:1075 3425:1076 3426:1077 3427:1078 3428:1079
3429:1079 3430:1081 3431:1082 3432:1083 3433:1089 3579:1094 3580:1095 3581:1096 3582:1097 3583:1101 3777:1118
3778:1119 3779:1119 3780:1119 3781:1120 3782:1120 3783:1121 3784:1122 3785:1128 3786:1130 3787:1130 3788:1132
3789:1132 3790:1132 3791:1133 3792:1134 3793:1141 3794:1142 3795:1148 3796:1149 3797:1150 3856:1158 3857:1159
3858:1159 3859:1160 3860:1165 3964:1170 3965:1171 3966:1171 3967:1172 3968:1172 3969:1173 3970:1174 4040:1179
4041:1180 4042:1180 4043:1182 4044:1183 4045:1184 4046:1185 4047:1186 4048:1192 4216:1197 4217:1201 4431:1218
4432:1219 4433:1220 4483:1236 4484:1236 4485:1237 4486:1237 4487:1239 4488:1239 4489:1241 4490:1241 4491:1241
4492:1247 4533:1259 4534:1261 4535:1262 4536:1263 4585:1266 4648:1267 4649:1267 4650:1267 4651:1267 4652:1267
4653:1267 4654:1267 4655:1267 4656:1267 4706:1268 4716:1268 4717:1268 4718:1268
"""
