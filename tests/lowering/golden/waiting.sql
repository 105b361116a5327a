CREATE TABLE slot (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  place INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  -- Null while an update of several rows is at the row, and rules on several rows leave it out.
  awm_settled INTEGER DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX "Slot.place.unique" ON slot(place, awm_settled);
CREATE INDEX "Slot.awm_settled" ON slot(awm_settled) WHERE awm_settled IS NULL;

CREATE TRIGGER "Slot.check_1.insert" AFTER INSERT ON slot
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Slot.check_1')
  WHERE EXISTS(SELECT 1 FROM slot AS other WHERE other.id <> NEW.id AND other.starts < NEW.ends AND NEW.starts < other.ends);
END;

CREATE TRIGGER "Slot.check_1.update" AFTER UPDATE OF starts, ends, awm_settled ON slot
WHEN NEW.awm_settled IS NOT NULL AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Slot.check_1')
  WHERE EXISTS(SELECT 1 FROM slot AS other WHERE other.id <> NEW.id AND other.starts < NEW.ends AND NEW.starts < other.ends);
END;
