-- The time of the call, for guards that read it; NULL while rows are put back, which no trigger may stop.
CREATE TABLE awm_clock (
  now TEXT
) STRICT;
INSERT INTO awm_clock VALUES (NULL);

-- The next number of each entity whose key is a serial.
CREATE TABLE awm_serial (
  entity TEXT NOT NULL PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Team.name" CHECK (length(name) BETWEEN 1 AND 40),
  lead INTEGER REFERENCES person (id)
) STRICT;
CREATE UNIQUE INDEX "Team.name.unique" ON team(name);
CREATE INDEX "Team.lead" ON team(lead);

-- Somebody who works at the studio.
CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Person.name" CHECK (length(name) BETWEEN 1 AND 60),
  email TEXT NOT NULL,
  title TEXT NOT NULL,
  team INTEGER NOT NULL REFERENCES team (id),
  weekly_hours REAL NOT NULL CONSTRAINT "Person.weekly_hours" CHECK (weekly_hours BETWEEN 0.0 AND 60.0),
  is_active INTEGER NOT NULL CONSTRAINT "Person.is_active" CHECK (is_active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "Person.name.unique" ON person(name);
CREATE UNIQUE INDEX "Person.email.unique" ON person(email);
CREATE INDEX "Person.team" ON person(team);

CREATE TABLE client (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Client.name" CHECK (length(name) BETWEEN 1 AND 80),
  email TEXT NOT NULL,
  payment_days INTEGER NOT NULL CONSTRAINT "Client.payment_days" CHECK (payment_days BETWEEN 0 AND 90)
) STRICT;
CREATE UNIQUE INDEX "Client.name.unique" ON client(name);

-- What a client, or the studio itself, wants done. Its members see it, nobody else.
CREATE TABLE project (
  code TEXT PRIMARY KEY NOT NULL CONSTRAINT "Project.code" CHECK (awm_matches(code, '[A-Z]{2,4}')),
  name TEXT NOT NULL CONSTRAINT "Project.name" CHECK (length(name) BETWEEN 1 AND 80),
  client INTEGER REFERENCES client (id),
  lead INTEGER NOT NULL REFERENCES person (id),
  status TEXT NOT NULL CONSTRAINT "Project.status" CHECK (status IN ('planned', 'active', 'on_hold', 'done')),
  billing TEXT NOT NULL CONSTRAINT "Project.billing" CHECK (billing IN ('hourly', 'fixed', 'internal')),
  budget INTEGER CONSTRAINT "Project.budget" CHECK (budget >= 0),
  starts_on TEXT NOT NULL,
  due_on TEXT,
  CONSTRAINT "Project.check_1" CHECK ((billing = 'internal') = (client IS NULL)),
  CONSTRAINT "Project.check_2" CHECK (due_on IS NULL OR starts_on < due_on)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "Project.name.unique" ON project(name);
CREATE INDEX "Project.client" ON project(client);
CREATE INDEX "Project.lead" ON project(lead);

CREATE TRIGGER "Project.status" BEFORE UPDATE OF status ON project
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Project.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'planned' AND NEW.status IN ('active', 'on_hold') OR OLD.status = 'active' AND NEW.status IN ('on_hold', 'done') OR OLD.status = 'on_hold' AND NEW.status IN ('active', 'done')) IS TRUE;
END;

CREATE TABLE membership (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL REFERENCES project (code) ON DELETE CASCADE,
  person INTEGER NOT NULL REFERENCES person (id),
  access_level TEXT NOT NULL CONSTRAINT "Membership.access_level" CHECK (access_level IN ('viewer', 'contributor', 'manager')),
  rate INTEGER NOT NULL CONSTRAINT "Membership.rate" CHECK (rate BETWEEN 0 AND 100000),
  joined_on TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Membership.check_1" ON membership(project, person);
CREATE INDEX "Membership.project,rate" ON membership(project, rate);
CREATE INDEX "Membership.person" ON membership(person);

CREATE TABLE milestone (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL REFERENCES project (code) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT "Milestone.name" CHECK (length(name) BETWEEN 1 AND 60),
  due_on TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Milestone.status" CHECK (status IN ('open', 'reached', 'dropped'))
) STRICT;
CREATE UNIQUE INDEX "Milestone.check_1" ON milestone(project, name);

CREATE TRIGGER "Milestone.status" BEFORE UPDATE OF status ON milestone
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Milestone.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('reached', 'dropped')) IS TRUE;
END;

-- A span of days, the last one included.
CREATE TABLE sprint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL REFERENCES project (code) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT "Sprint.name" CHECK (length(name) BETWEEN 1 AND 40),
  goal TEXT NOT NULL CONSTRAINT "Sprint.goal" CHECK (length(goal) BETWEEN 0 AND 300),
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Sprint.status" CHECK (status IN ('planned', 'active', 'closed')),
  CONSTRAINT "Sprint.check_1" CHECK (starts_on < ends_on)
) STRICT;
CREATE INDEX "Sprint.check_2.search" ON sprint(project, starts_on);
CREATE UNIQUE INDEX "Sprint.check_3" ON sprint(project) WHERE status = 'active';
CREATE INDEX "Sprint.project,ends_on" ON sprint(project, ends_on);

CREATE TRIGGER "Sprint.status" BEFORE UPDATE OF status ON sprint
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Sprint.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'planned' AND NEW.status IN ('active') OR OLD.status = 'active' AND NEW.status IN ('closed')) IS TRUE;
END;

CREATE TRIGGER "Sprint.check_2.insert" AFTER INSERT ON sprint
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Sprint.check_2')
  WHERE EXISTS(SELECT 1 FROM sprint AS other WHERE other.id <> NEW.id AND other.project = NEW.project AND other.starts_on < NEW.ends_on AND NEW.starts_on < other.ends_on);
END;

CREATE TRIGGER "Sprint.check_2.update" AFTER UPDATE OF starts_on, ends_on, project ON sprint
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Sprint.check_2')
  WHERE EXISTS(SELECT 1 FROM sprint AS other WHERE other.id <> NEW.id AND other.project = NEW.project AND other.starts_on < NEW.ends_on AND NEW.starts_on < other.ends_on);
END;

CREATE TABLE label (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL REFERENCES project (code) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT "Label.name" CHECK (length(name) BETWEEN 1 AND 30),
  color TEXT NOT NULL CONSTRAINT "Label.color" CHECK (awm_matches(color, '#[0-9a-f]{6}'))
) STRICT;
CREATE UNIQUE INDEX "Label.check_1" ON label(project, name);

CREATE TABLE issue (
  number TEXT PRIMARY KEY NOT NULL,
  project TEXT NOT NULL REFERENCES project (code),
  kind TEXT NOT NULL CONSTRAINT "Issue.kind" CHECK (kind IN ('story', 'task', 'bug', 'chore')),
  title TEXT NOT NULL CONSTRAINT "Issue.title" CHECK (length(title) BETWEEN 1 AND 120),
  body TEXT NOT NULL CONSTRAINT "Issue.body" CHECK (length(body) BETWEEN 0 AND 4000),
  status TEXT NOT NULL CONSTRAINT "Issue.status" CHECK (status IN ('backlog', 'ready', 'in_progress', 'review', 'done', 'cancelled')),
  priority TEXT NOT NULL CONSTRAINT "Issue.priority" CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  reporter INTEGER NOT NULL REFERENCES person (id),
  assignee INTEGER REFERENCES person (id),
  parent TEXT REFERENCES issue (number),
  milestone INTEGER REFERENCES milestone (id) ON DELETE SET NULL,
  sprint INTEGER REFERENCES sprint (id) ON DELETE SET NULL,
  estimate REAL CONSTRAINT "Issue.estimate" CHECK (estimate BETWEEN 0.0 AND 400.0),
  due_on TEXT,
  created_at TEXT NOT NULL,
  started_at TEXT,
  closed_at TEXT,
  resolution TEXT CONSTRAINT "Issue.resolution" CHECK (resolution IN ('finished', 'wont_do', 'duplicate', 'obsolete')),
  duplicate_of TEXT REFERENCES issue (number),
  CONSTRAINT "Issue.check_1" CHECK ((status IN ('done', 'cancelled')) = (closed_at IS NOT NULL)),
  CONSTRAINT "Issue.check_2" CHECK ((closed_at IS NOT NULL) = (resolution IS NOT NULL)),
  CONSTRAINT "Issue.check_3" CHECK ((resolution IS 'duplicate') = (duplicate_of IS NOT NULL)),
  CONSTRAINT "Issue.check_4" CHECK (parent IS NOT number AND duplicate_of IS NOT number)
) STRICT, WITHOUT ROWID;
CREATE INDEX "Issue.project" ON issue(project);
CREATE INDEX "Issue.reporter" ON issue(reporter);
CREATE INDEX "Issue.assignee,due_on" ON issue(assignee, due_on);
CREATE INDEX "Issue.parent" ON issue(parent);
CREATE INDEX "Issue.milestone,due_on" ON issue(milestone, due_on);
CREATE INDEX "Issue.sprint,assignee" ON issue(sprint, assignee);
CREATE INDEX "Issue.closed_at" ON issue(closed_at);
CREATE INDEX "Issue.duplicate_of" ON issue(duplicate_of);

CREATE TRIGGER "Issue.status" BEFORE UPDATE OF status ON issue
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Issue.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'backlog' AND NEW.status IN ('ready', 'cancelled') OR OLD.status = 'ready' AND NEW.status IN ('in_progress', 'backlog', 'cancelled') OR OLD.status = 'in_progress' AND NEW.status IN ('review', 'done', 'ready', 'cancelled') OR OLD.status = 'review' AND NEW.status IN ('done', 'in_progress', 'cancelled') OR OLD.status = 'done' AND NEW.status IN ('ready') OR OLD.status = 'cancelled' AND NEW.status IN ('backlog')) IS TRUE;
END;

-- An issue that must be closed before another can start.
CREATE TABLE dependency (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  blocked TEXT NOT NULL REFERENCES issue (number) ON DELETE CASCADE,
  blocker TEXT NOT NULL REFERENCES issue (number) ON DELETE CASCADE,
  CONSTRAINT "Dependency.check_1" CHECK (blocked <> blocker)
) STRICT;
CREATE UNIQUE INDEX "Dependency.check_2" ON dependency(blocked, blocker);
CREATE INDEX "Dependency.blocker" ON dependency(blocker);

CREATE TABLE issue_label (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue TEXT NOT NULL REFERENCES issue (number) ON DELETE CASCADE,
  label INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX "IssueLabel.check_1" ON issue_label(issue, label);
CREATE INDEX "IssueLabel.label" ON issue_label(label);

CREATE TABLE watch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue TEXT NOT NULL REFERENCES issue (number) ON DELETE CASCADE,
  person INTEGER NOT NULL REFERENCES person (id)
) STRICT;
CREATE UNIQUE INDEX "Watch.check_1" ON watch(issue, person);
CREATE INDEX "Watch.person" ON watch(person);

CREATE TABLE comment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue TEXT NOT NULL REFERENCES issue (number) ON DELETE CASCADE,
  author INTEGER NOT NULL REFERENCES person (id),
  body TEXT NOT NULL CONSTRAINT "Comment.body" CHECK (length(body) BETWEEN 1 AND 2000),
  posted_at TEXT NOT NULL,
  edited_at TEXT
) STRICT;
CREATE INDEX "Comment.issue" ON comment(issue);
CREATE INDEX "Comment.author" ON comment(author);

-- A week of a person's time, from its Monday on.
CREATE TABLE timesheet (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  week TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Timesheet.status" CHECK (status IN ('open', 'submitted', 'approved')),
  submitted_at TEXT,
  CONSTRAINT "Timesheet.check_1" CHECK (awm_weekday(week) = 1),
  CONSTRAINT "Timesheet.check_2" CHECK ((status = 'open') = (submitted_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX "Timesheet.check_3" ON timesheet(person, week);
CREATE INDEX "Timesheet.week" ON timesheet(week);

CREATE TRIGGER "Timesheet.status" BEFORE UPDATE OF status ON timesheet
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Timesheet.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('submitted') OR OLD.status = 'submitted' AND NEW.status IN ('approved', 'open')) IS TRUE;
END;

CREATE TABLE time_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issue TEXT NOT NULL REFERENCES issue (number),
  person INTEGER NOT NULL REFERENCES person (id),
  sheet INTEGER NOT NULL REFERENCES timesheet (id),
  day TEXT NOT NULL,
  minutes INTEGER NOT NULL CONSTRAINT "TimeEntry.minutes" CHECK (minutes BETWEEN 1 AND 840),
  note TEXT NOT NULL CONSTRAINT "TimeEntry.note" CHECK (length(note) BETWEEN 0 AND 200),
  is_billable INTEGER NOT NULL CONSTRAINT "TimeEntry.is_billable" CHECK (is_billable IN (0, 1)),
  rate INTEGER NOT NULL CONSTRAINT "TimeEntry.rate" CHECK (rate >= 0),
  invoice TEXT REFERENCES invoice (number) ON DELETE SET NULL
) STRICT;
CREATE INDEX "TimeEntry.issue" ON time_entry(issue);
CREATE INDEX "TimeEntry.person,day" ON time_entry(person, day);
CREATE INDEX "TimeEntry.person,invoice" ON time_entry(person, invoice);
CREATE INDEX "TimeEntry.sheet" ON time_entry(sheet);
CREATE INDEX "TimeEntry.day" ON time_entry(day);
CREATE INDEX "TimeEntry.invoice" ON time_entry(invoice);

CREATE TABLE expense (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL REFERENCES project (code),
  person INTEGER NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL CONSTRAINT "Expense.kind" CHECK (kind IN ('travel', 'software', 'hardware', 'catering')),
  amount INTEGER NOT NULL CONSTRAINT "Expense.amount" CHECK (amount BETWEEN 1 AND 2000000),
  spent_on TEXT NOT NULL,
  note TEXT NOT NULL CONSTRAINT "Expense.note" CHECK (length(note) BETWEEN 0 AND 200),
  status TEXT NOT NULL CONSTRAINT "Expense.status" CHECK (status IN ('submitted', 'approved', 'rejected')),
  decided_by INTEGER REFERENCES person (id),
  invoice TEXT REFERENCES invoice (number) ON DELETE SET NULL,
  CONSTRAINT "Expense.check_1" CHECK ((status = 'submitted') = (decided_by IS NULL))
) STRICT;
CREATE INDEX "Expense.project,spent_on" ON expense(project, spent_on);
CREATE INDEX "Expense.person" ON expense(person);
CREATE INDEX "Expense.decided_by" ON expense(decided_by);
CREATE INDEX "Expense.invoice" ON expense(invoice);

CREATE TRIGGER "Expense.status" BEFORE UPDATE OF status ON expense
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Expense.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'submitted' AND NEW.status IN ('approved', 'rejected')) IS TRUE;
END;

CREATE TABLE invoice (
  number TEXT PRIMARY KEY NOT NULL,
  project TEXT NOT NULL REFERENCES project (code),
  client INTEGER NOT NULL REFERENCES client (id),
  status TEXT NOT NULL CONSTRAINT "Invoice.status" CHECK (status IN ('draft', 'sent', 'paid', 'void')),
  discount REAL NOT NULL CONSTRAINT "Invoice.discount" CHECK (discount BETWEEN 0.0 AND 50.0),
  issued_on TEXT,
  due_on TEXT,
  paid_on TEXT,
  CONSTRAINT "Invoice.check_1" CHECK (status IN ('draft', 'void') OR issued_on IS NOT NULL AND due_on IS NOT NULL),
  CONSTRAINT "Invoice.check_2" CHECK ((status = 'paid') = (paid_on IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX "Invoice.project" ON invoice(project);
CREATE INDEX "Invoice.client" ON invoice(client);

CREATE TRIGGER "Invoice.status" BEFORE UPDATE OF status ON invoice
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Invoice.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'draft' AND NEW.status IN ('sent', 'void') OR OLD.status = 'sent' AND NEW.status IN ('paid', 'void')) IS TRUE;
END;

CREATE TABLE invoice_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  invoice TEXT NOT NULL REFERENCES invoice (number) ON DELETE CASCADE,
  description TEXT NOT NULL CONSTRAINT "InvoiceLine.description" CHECK (length(description) BETWEEN 1 AND 200),
  hours REAL CONSTRAINT "InvoiceLine.hours" CHECK (hours >= 0.0),
  amount INTEGER NOT NULL CONSTRAINT "InvoiceLine.amount" CHECK (amount >= 0)
) STRICT;
CREATE INDEX "InvoiceLine.invoice" ON invoice_line(invoice);

-- Whole days off, the last one included.
CREATE TABLE absence (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL CONSTRAINT "Absence.kind" CHECK (kind IN ('holiday', 'sick', 'training')),
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  CONSTRAINT "Absence.check_1" CHECK (starts_on <= ends_on)
) STRICT;
CREATE INDEX "Absence.person,starts_on" ON absence(person, starts_on);

CREATE TABLE notification (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  issue TEXT REFERENCES issue (number) ON DELETE CASCADE,
  kind TEXT NOT NULL CONSTRAINT "Notification.kind" CHECK (kind IN ('assigned', 'mentioned', 'commented', 'unblocked', 'decided')),
  text TEXT NOT NULL CONSTRAINT "Notification.text" CHECK (length(text) BETWEEN 1 AND 300),
  created_at TEXT NOT NULL,
  read_at TEXT
) STRICT;
CREATE INDEX "Notification.person" ON notification(person);
CREATE INDEX "Notification.issue" ON notification(issue);
