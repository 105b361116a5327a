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

-- Somebody who -- or ' so -- buys.
CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "User.name" CHECK (length(name) BETWEEN 1 AND 5),
  -- Where mail goes.
  email TEXT NOT NULL,
  boss INTEGER REFERENCES user (id) ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX "User.email.unique" ON user(email);
CREATE INDEX "User.boss" ON user(boss);

CREATE TABLE "group" (
  code TEXT PRIMARY KEY NOT NULL CONSTRAINT "Group.code" CHECK (awm_matches(code, '[A-Z]{2}')),
  label TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "Group.label.unique" ON "group"(label);

CREATE TABLE "order" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  "group" TEXT REFERENCES "group" (code),
  status TEXT NOT NULL CONSTRAINT "Order.status" CHECK (status IN ('cart', 'placed', 'delivered', 'cancelled')),
  note TEXT CONSTRAINT "Order.note" CHECK (note IS NULL OR awm_matches(note, '[a-z]+')),
  size INTEGER NOT NULL CONSTRAINT "Order.size" CHECK (size BETWEEN 1 AND 3),
  tip INTEGER NOT NULL CONSTRAINT "Order.tip" CHECK (tip <= 5000),
  rating REAL CONSTRAINT "Order.rating" CHECK (rating >= 0.5),
  is_gift INTEGER NOT NULL CONSTRAINT "Order.is_gift" CHECK (is_gift IN (0, 1)),
  tags TEXT NOT NULL CONSTRAINT "Order.tags" CHECK (json_array_length(tags) BETWEEN 1 AND 2),
  placed_at TEXT,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  CONSTRAINT "Order.check_1" CHECK (status = 'cart' OR placed_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX "Order.check_2" ON "order"(user) WHERE status = 'cart';
CREATE INDEX "Order.check_3.search" ON "order"(user, starts);
CREATE INDEX "Order.group" ON "order"("group");

CREATE TRIGGER "Order.status" BEFORE UPDATE OF status ON "order"
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Order.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'cart' AND NEW.status IN ('placed') OR OLD.status = 'placed' AND NEW.status IN ('delivered', 'cancelled')) IS TRUE;
  SELECT RAISE(ABORT, 'too small to cancel')
  WHERE OLD.status = 'placed' AND NEW.status IN ('cancelled') AND NOT (OLD.size > 1 OR OLD.is_gift);
END;

CREATE TRIGGER "Order.check_3.insert" AFTER INSERT ON "order"
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Order.check_3')
  WHERE EXISTS(SELECT 1 FROM "order" AS other WHERE other.id <> NEW.id AND other.user = NEW.user AND other.starts < NEW.ends AND NEW.starts < other.ends);
END;

CREATE TRIGGER "Order.check_3.update" AFTER UPDATE OF starts, ends, user ON "order"
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Order.check_3')
  WHERE EXISTS(SELECT 1 FROM "order" AS other WHERE other.id <> NEW.id AND other.user = NEW.user AND other.starts < NEW.ends AND NEW.starts < other.ends);
END;
