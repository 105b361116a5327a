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
  lead INTEGER REFERENCES user (id),
  -- What its apps may cost in a year
  app_budget INTEGER NOT NULL CONSTRAINT "Team.app_budget" CHECK (app_budget >= 0)
) STRICT;
CREATE UNIQUE INDEX "Team.name.unique" ON team(name);
CREATE INDEX "Team.lead" ON team(lead);

-- Somebody with an account. Guests come from outside the company.
CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "User.name" CHECK (length(name) BETWEEN 1 AND 60),
  handle TEXT NOT NULL CONSTRAINT "User.handle" CHECK (awm_matches(handle, '[a-z][a-z0-9.]{1,24}')),
  email TEXT NOT NULL,
  title TEXT NOT NULL,
  team INTEGER REFERENCES team (id),
  role TEXT NOT NULL CONSTRAINT "User.role" CHECK (role IN ('guest', 'member', 'admin')),
  is_active INTEGER NOT NULL CONSTRAINT "User.is_active" CHECK (is_active IN (0, 1)),
  joined_on TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "User.handle.unique" ON user(handle);
CREATE UNIQUE INDEX "User.email.unique" ON user(email);
CREATE INDEX "User.team" ON user(team);

-- Public ones can be read and joined by all; a direct one is the talk of its members.
CREATE TABLE channel (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Channel.name" CHECK (awm_matches(name, '[a-z0-9][a-z0-9.+-]{1,79}')),
  kind TEXT NOT NULL CONSTRAINT "Channel.kind" CHECK (kind IN ('public', 'private', 'direct')),
  topic TEXT NOT NULL CONSTRAINT "Channel.topic" CHECK (length(topic) BETWEEN 0 AND 250),
  team INTEGER REFERENCES team (id),
  only_managers_post INTEGER NOT NULL CONSTRAINT "Channel.only_managers_post" CHECK (only_managers_post IN (0, 1)),
  takes_guests INTEGER NOT NULL CONSTRAINT "Channel.takes_guests" CHECK (takes_guests IN (0, 1)),
  created_at TEXT NOT NULL,
  archived_at TEXT,
  CONSTRAINT "Channel.check_1" CHECK (kind <> 'direct' OR archived_at IS NULL)
) STRICT;
CREATE UNIQUE INDEX "Channel.name.unique" ON channel(name);
CREATE INDEX "Channel.team" ON channel(team);

CREATE TABLE membership (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel INTEGER NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  user INTEGER NOT NULL REFERENCES user (id),
  role TEXT NOT NULL CONSTRAINT "Membership.role" CHECK (role IN ('member', 'manager')),
  notify TEXT NOT NULL CONSTRAINT "Membership.notify" CHECK (notify IN ('everything', 'mentions', 'nothing')),
  is_starred INTEGER NOT NULL CONSTRAINT "Membership.is_starred" CHECK (is_starred IN (0, 1)),
  joined_at TEXT NOT NULL,
  -- What was posted later is unread
  read_until TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Membership.check_1" ON membership(channel, user);
CREATE INDEX "Membership.channel,joined_at" ON membership(channel, joined_at);
CREATE INDEX "Membership.user" ON membership(user);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel INTEGER NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  author INTEGER NOT NULL REFERENCES user (id),
  text TEXT NOT NULL CONSTRAINT "Message.text" CHECK (length(text) BETWEEN 1 AND 4000),
  sent_at TEXT NOT NULL,
  edited_at TEXT,
  -- The message that it replies to
  thread INTEGER REFERENCES message (id),
  is_deleted INTEGER NOT NULL CONSTRAINT "Message.is_deleted" CHECK (is_deleted IN (0, 1)),
  CONSTRAINT "Message.check_1" CHECK (edited_at IS NULL OR edited_at >= sent_at)
) STRICT;
CREATE INDEX "Message.channel,sent_at desc" ON message(channel, sent_at DESC);
CREATE INDEX "Message.author" ON message(author);
CREATE INDEX "Message.thread" ON message(thread);

CREATE TABLE mention (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  user INTEGER NOT NULL REFERENCES user (id)
) STRICT;
CREATE UNIQUE INDEX "Mention.check_1" ON mention(message, user);
CREATE INDEX "Mention.user" ON mention(user);

CREATE TABLE reaction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  user INTEGER NOT NULL REFERENCES user (id),
  emoji TEXT NOT NULL CONSTRAINT "Reaction.emoji" CHECK (awm_matches(emoji, '[a-z0-9_+-]{1,30}'))
) STRICT;
CREATE UNIQUE INDEX "Reaction.check_1" ON reaction(message, user, emoji);
CREATE INDEX "Reaction.message,emoji" ON reaction(message, emoji);
CREATE INDEX "Reaction.user" ON reaction(user);

CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  name TEXT NOT NULL CONSTRAINT "File.name" CHECK (length(name) BETWEEN 1 AND 120),
  kind TEXT NOT NULL CONSTRAINT "File.kind" CHECK (kind IN ('document', 'image', 'spreadsheet', 'archive')),
  size_kb INTEGER NOT NULL CONSTRAINT "File.size_kb" CHECK (size_kb BETWEEN 1 AND 500000)
) STRICT;
CREATE INDEX "File.message" ON file(message);

CREATE TABLE pin (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  pinned_by INTEGER NOT NULL REFERENCES user (id),
  pinned_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Pin.message.unique" ON pin(message);
CREATE INDEX "Pin.pinned_by" ON pin(pinned_by);

-- A message kept for later; only its owner sees that.
CREATE TABLE saved_item (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user (id),
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  note TEXT CONSTRAINT "SavedItem.note" CHECK (length(note) BETWEEN 1 AND 200),
  saved_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "SavedItem.check_1" ON saved_item(user, message);
CREATE INDEX "SavedItem.message" ON saved_item(message);

CREATE TABLE reminder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user (id),
  text TEXT NOT NULL CONSTRAINT "Reminder.text" CHECK (length(text) BETWEEN 1 AND 300),
  due_at TEXT NOT NULL,
  message INTEGER REFERENCES message (id) ON DELETE SET NULL,
  is_done INTEGER NOT NULL CONSTRAINT "Reminder.is_done" CHECK (is_done IN (0, 1))
) STRICT;
CREATE INDEX "Reminder.user" ON reminder(user);
CREATE INDEX "Reminder.message" ON reminder(message);

CREATE TABLE scheduled_message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  author INTEGER NOT NULL REFERENCES user (id),
  channel INTEGER NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  text TEXT NOT NULL CONSTRAINT "ScheduledMessage.text" CHECK (length(text) BETWEEN 1 AND 4000),
  send_at TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "ScheduledMessage.status" CHECK (status IN ('waiting', 'sent', 'cancelled'))
) STRICT;
CREATE INDEX "ScheduledMessage.author" ON scheduled_message(author);
CREATE INDEX "ScheduledMessage.channel,send_at" ON scheduled_message(channel, send_at);

CREATE TRIGGER "ScheduledMessage.status" BEFORE UPDATE OF status ON scheduled_message
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'ScheduledMessage.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'waiting' AND NEW.status IN ('sent', 'cancelled')) IS TRUE;
  SELECT RAISE(ABORT, 'its time has come')
  WHERE OLD.status = 'waiting' AND NEW.status IN ('cancelled') AND NOT OLD.send_at > (SELECT now FROM awm_clock);
END;

CREATE TABLE poll (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  question TEXT NOT NULL CONSTRAINT "Poll.question" CHECK (length(question) BETWEEN 1 AND 200),
  max_choices INTEGER NOT NULL CONSTRAINT "Poll.max_choices" CHECK (max_choices BETWEEN 1 AND 10),
  closes_at TEXT,
  status TEXT NOT NULL CONSTRAINT "Poll.status" CHECK (status IN ('open', 'closed'))
) STRICT;
CREATE UNIQUE INDEX "Poll.message.unique" ON poll(message);

CREATE TRIGGER "Poll.status" BEFORE UPDATE OF status ON poll
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Poll.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('closed')) IS TRUE;
END;

CREATE TABLE poll_option (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  poll INTEGER NOT NULL REFERENCES poll (id) ON DELETE CASCADE,
  label TEXT NOT NULL CONSTRAINT "PollOption.label" CHECK (length(label) BETWEEN 1 AND 80)
) STRICT;
CREATE UNIQUE INDEX "PollOption.check_1" ON poll_option(poll, label);

CREATE TABLE vote (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  option INTEGER NOT NULL REFERENCES poll_option (id) ON DELETE CASCADE,
  user INTEGER NOT NULL REFERENCES user (id)
) STRICT;
CREATE UNIQUE INDEX "Vote.check_1" ON vote(option, user);
CREATE INDEX "Vote.user" ON vote(user);

-- When nothing is to ring, by weekday.
CREATE TABLE quiet_hours (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user (id),
  weekday INTEGER NOT NULL CONSTRAINT "QuietHours.weekday" CHECK (weekday BETWEEN 1 AND 7),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  CONSTRAINT "QuietHours.check_1" CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX "QuietHours.check_2.search" ON quiet_hours(user, weekday, starts_at);

CREATE TRIGGER "QuietHours.check_2.insert" AFTER INSERT ON quiet_hours
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'QuietHours.check_2')
  WHERE EXISTS(SELECT 1 FROM quiet_hours AS other WHERE other.id <> NEW.id AND other.user = NEW.user AND other.weekday = NEW.weekday AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "QuietHours.check_2.update" AFTER UPDATE OF starts_at, ends_at, user, weekday ON quiet_hours
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'QuietHours.check_2')
  WHERE EXISTS(SELECT 1 FROM quiet_hours AS other WHERE other.id <> NEW.id AND other.user = NEW.user AND other.weekday = NEW.weekday AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

-- Somebody is on call for a team.
CREATE TABLE shift (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
  rotation TEXT NOT NULL CONSTRAINT "Shift.rotation" CHECK (rotation IN ('primary', 'secondary')),
  user INTEGER NOT NULL REFERENCES user (id),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  CONSTRAINT "Shift.check_1" CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX "Shift.check_2.search" ON shift(team, rotation, starts_at);
CREATE INDEX "Shift.check_3.search" ON shift(user, starts_at);
CREATE INDEX "Shift.user,team" ON shift(user, team);
CREATE INDEX "Shift.starts_at" ON shift(starts_at);

CREATE TRIGGER "Shift.check_2.insert" AFTER INSERT ON shift
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Shift.check_2')
  WHERE EXISTS(SELECT 1 FROM shift AS other WHERE other.id <> NEW.id AND other.team = NEW.team AND other.rotation = NEW.rotation AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "Shift.check_2.update" AFTER UPDATE OF starts_at, ends_at, team, rotation ON shift
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Shift.check_2')
  WHERE EXISTS(SELECT 1 FROM shift AS other WHERE other.id <> NEW.id AND other.team = NEW.team AND other.rotation = NEW.rotation AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "Shift.check_3.insert" AFTER INSERT ON shift
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Shift.check_3')
  WHERE EXISTS(SELECT 1 FROM shift AS other WHERE other.id <> NEW.id AND other.user = NEW.user AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "Shift.check_3.update" AFTER UPDATE OF starts_at, ends_at, user ON shift
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Shift.check_3')
  WHERE EXISTS(SELECT 1 FROM shift AS other WHERE other.id <> NEW.id AND other.user = NEW.user AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TABLE app (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "App.name" CHECK (length(name) BETWEEN 1 AND 40),
  category TEXT NOT NULL CONSTRAINT "App.category" CHECK (category IN ('design', 'engineering', 'support', 'meetings', 'sales')),
  -- For a month
  seat_price INTEGER NOT NULL CONSTRAINT "App.seat_price" CHECK (seat_price >= 0),
  rating REAL CONSTRAINT "App.rating" CHECK (rating BETWEEN 0.0 AND 5.0)
) STRICT;
CREATE UNIQUE INDEX "App.name.unique" ON app(name);

CREATE TABLE subscription (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app INTEGER NOT NULL REFERENCES app (id),
  team INTEGER NOT NULL REFERENCES team (id),
  seats INTEGER NOT NULL CONSTRAINT "Subscription.seats" CHECK (seats BETWEEN 1 AND 500),
  started_on TEXT NOT NULL,
  ended_on TEXT,
  CONSTRAINT "Subscription.check_2" CHECK (ended_on IS NULL OR ended_on >= started_on)
) STRICT;
CREATE UNIQUE INDEX "Subscription.check_1" ON subscription(app, team) WHERE ended_on IS NULL;
CREATE INDEX "Subscription.app" ON subscription(app);
CREATE INDEX "Subscription.team,app" ON subscription(team, app);

CREATE TABLE app_request (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app INTEGER NOT NULL REFERENCES app (id),
  team INTEGER NOT NULL REFERENCES team (id),
  seats INTEGER NOT NULL CONSTRAINT "AppRequest.seats" CHECK (seats BETWEEN 1 AND 500),
  requested_by INTEGER NOT NULL REFERENCES user (id),
  reason TEXT NOT NULL CONSTRAINT "AppRequest.reason" CHECK (length(reason) BETWEEN 0 AND 300),
  requested_at TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "AppRequest.status" CHECK (status IN ('pending', 'approved', 'declined', 'withdrawn')),
  decided_by INTEGER REFERENCES user (id),
  decided_at TEXT,
  note TEXT CONSTRAINT "AppRequest.note" CHECK (length(note) BETWEEN 1 AND 300),
  CONSTRAINT "AppRequest.check_1" CHECK ((status IN ('approved', 'declined')) = (decided_by IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX "AppRequest.check_2" ON app_request(app, team) WHERE status = 'pending';
CREATE INDEX "AppRequest.app" ON app_request(app);
CREATE INDEX "AppRequest.team" ON app_request(team);
CREATE INDEX "AppRequest.requested_by" ON app_request(requested_by);
CREATE INDEX "AppRequest.decided_by" ON app_request(decided_by);

CREATE TRIGGER "AppRequest.status" BEFORE UPDATE OF status ON app_request
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'AppRequest.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'pending' AND NEW.status IN ('approved', 'declined', 'withdrawn')) IS TRUE;
END;
