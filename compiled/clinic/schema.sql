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

CREATE TABLE specialty (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CONSTRAINT "Specialty.name" CHECK (length(name) BETWEEN 1 AND 60),
  slot_minutes INTEGER NOT NULL CONSTRAINT "Specialty.slot_minutes" CHECK (slot_minutes BETWEEN 5 AND 120)
) STRICT;
CREATE UNIQUE INDEX "Specialty.name.unique" ON specialty(name);

-- A physician who sees outpatients.
CREATE TABLE doctor (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  specialty INTEGER NOT NULL REFERENCES specialty (id),
  fee INTEGER NOT NULL CONSTRAINT "Doctor.fee" CHECK (fee >= 0),
  bio TEXT,
  rating REAL CONSTRAINT "Doctor.rating" CHECK (rating BETWEEN 0.0 AND 5.0),
  is_active INTEGER NOT NULL CONSTRAINT "Doctor.is_active" CHECK (is_active IN (0, 1))
) STRICT;
CREATE INDEX "Doctor.specialty" ON doctor(specialty);

CREATE TABLE opening_hour (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  doctor INTEGER NOT NULL REFERENCES doctor (id) ON DELETE CASCADE,
  weekday INTEGER NOT NULL CONSTRAINT "OpeningHour.weekday" CHECK (weekday BETWEEN 1 AND 7),
  opens TEXT NOT NULL,
  closes TEXT NOT NULL,
  CONSTRAINT "OpeningHour.check_1" CHECK (opens < closes)
) STRICT;
CREATE INDEX "OpeningHour.check_2.search" ON opening_hour(doctor, weekday, opens);

CREATE TRIGGER "OpeningHour.check_2.insert" AFTER INSERT ON opening_hour
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'OpeningHour.check_2')
  WHERE EXISTS(SELECT 1 FROM opening_hour AS other WHERE other.id <> NEW.id AND other.doctor = NEW.doctor AND other.weekday = NEW.weekday AND other.opens < NEW.closes AND NEW.opens < other.closes);
END;

CREATE TRIGGER "OpeningHour.check_2.update" AFTER UPDATE OF opens, closes, doctor, weekday ON opening_hour
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'OpeningHour.check_2')
  WHERE EXISTS(SELECT 1 FROM opening_hour AS other WHERE other.id <> NEW.id AND other.doctor = NEW.doctor AND other.weekday = NEW.weekday AND other.opens < NEW.closes AND NEW.opens < other.closes);
END;

CREATE TABLE insurance_plan (
  code TEXT PRIMARY KEY NOT NULL CONSTRAINT "InsurancePlan.code" CHECK (awm_matches(code, '[A-Z]{2,4}-[0-9]{2}')),
  name TEXT NOT NULL,
  deductible INTEGER NOT NULL CONSTRAINT "InsurancePlan.deductible" CHECK (deductible >= 0),
  copay INTEGER NOT NULL CONSTRAINT "InsurancePlan.copay" CHECK (copay >= 0),
  waiting_days INTEGER NOT NULL CONSTRAINT "InsurancePlan.waiting_days" CHECK (waiting_days BETWEEN 0 AND 365)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plan TEXT NOT NULL REFERENCES insurance_plan (code) ON DELETE CASCADE,
  kind TEXT NOT NULL CONSTRAINT "Coverage.kind" CHECK (kind IN ('consultation', 'procedure', 'lab', 'medication')),
  percent REAL NOT NULL CONSTRAINT "Coverage.percent" CHECK (percent BETWEEN 0.0 AND 100.0),
  cap INTEGER CONSTRAINT "Coverage.cap" CHECK (cap >= 0)
) STRICT;
CREATE UNIQUE INDEX "Coverage.check_1" ON coverage(plan, kind);

CREATE TABLE patient (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT CONSTRAINT "Patient.phone" CHECK (phone IS NULL OR awm_matches(phone, '\+?[0-9 ]{6,20}')),
  born TEXT NOT NULL,
  plan TEXT REFERENCES insurance_plan (code),
  member_since TEXT,
  deductible_met INTEGER NOT NULL CONSTRAINT "Patient.deductible_met" CHECK (deductible_met >= 0),
  credit INTEGER NOT NULL CONSTRAINT "Patient.credit" CHECK (credit >= 0),
  allergies TEXT NOT NULL,
  CONSTRAINT "Patient.check_1" CHECK (plan IS NULL OR member_since IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX "Patient.email.unique" ON patient(email);
CREATE INDEX "Patient.plan" ON patient(plan);

CREATE TABLE slot (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  doctor INTEGER NOT NULL REFERENCES doctor (id),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Slot.status" CHECK (status IN ('open', 'booked', 'blocked')),
  CONSTRAINT "Slot.check_1" CHECK (starts_at < ends_at)
) STRICT;
CREATE INDEX "Slot.check_2.search" ON slot(doctor, starts_at);
CREATE INDEX "Slot.starts_at" ON slot(starts_at);

CREATE TRIGGER "Slot.status" BEFORE UPDATE OF status ON slot
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Slot.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('booked', 'blocked') OR OLD.status = 'booked' AND NEW.status IN ('open', 'blocked') OR OLD.status = 'blocked' AND NEW.status IN ('open')) IS TRUE;
END;

CREATE TRIGGER "Slot.check_2.insert" AFTER INSERT ON slot
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Slot.check_2')
  WHERE EXISTS(SELECT 1 FROM slot AS other WHERE other.id <> NEW.id AND other.doctor = NEW.doctor AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TRIGGER "Slot.check_2.update" AFTER UPDATE OF starts_at, ends_at, doctor ON slot
WHEN (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Slot.check_2')
  WHERE EXISTS(SELECT 1 FROM slot AS other WHERE other.id <> NEW.id AND other.doctor = NEW.doctor AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at);
END;

CREATE TABLE appointment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  patient INTEGER NOT NULL REFERENCES patient (id),
  slot INTEGER NOT NULL REFERENCES slot (id),
  status TEXT NOT NULL CONSTRAINT "Appointment.status" CHECK (status IN ('booked', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show')),
  reason TEXT NOT NULL CONSTRAINT "Appointment.reason" CHECK (length(reason) BETWEEN 1 AND 200),
  booked_at TEXT NOT NULL,
  cancelled_at TEXT,
  CONSTRAINT "Appointment.check_1" CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX "Appointment.check_2" ON appointment(slot) WHERE NOT status IN ('cancelled', 'no_show');
CREATE INDEX "Appointment.patient" ON appointment(patient);
CREATE INDEX "Appointment.slot" ON appointment(slot);

CREATE TRIGGER "Appointment.status" BEFORE UPDATE OF status ON appointment
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Appointment.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'booked' AND NEW.status IN ('confirmed', 'checked_in', 'cancelled', 'no_show') OR OLD.status = 'confirmed' AND NEW.status IN ('checked_in', 'cancelled', 'no_show') OR OLD.status = 'checked_in' AND NEW.status IN ('completed')) IS TRUE;
  SELECT RAISE(ABORT, 'an appointment that has started cannot be cancelled')
  WHERE OLD.status = 'booked' AND NEW.status IN ('cancelled') AND NOT (SELECT slot.starts_at FROM slot WHERE slot.id = OLD.slot) > (SELECT now FROM awm_clock);
  SELECT RAISE(ABORT, 'an appointment that has started cannot be cancelled')
  WHERE OLD.status = 'confirmed' AND NEW.status IN ('cancelled') AND NOT (SELECT slot.starts_at FROM slot WHERE slot.id = OLD.slot) > (SELECT now FROM awm_clock);
END;

CREATE TABLE visit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  appointment INTEGER NOT NULL REFERENCES appointment (id),
  started_at TEXT NOT NULL,
  notes TEXT
) STRICT;
CREATE UNIQUE INDEX "Visit.appointment.unique" ON visit(appointment);
CREATE INDEX "Visit.started_at desc" ON visit(started_at DESC);

CREATE TABLE diagnosis (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  visit INTEGER NOT NULL REFERENCES visit (id) ON DELETE CASCADE,
  code TEXT NOT NULL CONSTRAINT "Diagnosis.code" CHECK (awm_matches(code, '[A-Z][0-9]{2}(\.[0-9]{1,2})?')),
  description TEXT NOT NULL,
  severity TEXT NOT NULL CONSTRAINT "Diagnosis.severity" CHECK (severity IN ('minor', 'moderate', 'major'))
) STRICT;
CREATE UNIQUE INDEX "Diagnosis.check_1" ON diagnosis(visit, code);
CREATE INDEX "Diagnosis.code" ON diagnosis(code);

CREATE TABLE drug (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  ingredient TEXT NOT NULL,
  unit_price INTEGER NOT NULL CONSTRAINT "Drug.unit_price" CHECK (unit_price >= 1)
) STRICT;
CREATE UNIQUE INDEX "Drug.name.unique" ON drug(name);

CREATE TABLE interaction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  a INTEGER NOT NULL REFERENCES drug (id) ON DELETE CASCADE,
  b INTEGER NOT NULL REFERENCES drug (id) ON DELETE CASCADE,
  severity TEXT NOT NULL CONSTRAINT "Interaction.severity" CHECK (severity IN ('minor', 'moderate', 'major')),
  note TEXT NOT NULL,
  CONSTRAINT "Interaction.check_1" CHECK (a <> b)
) STRICT;
CREATE UNIQUE INDEX "Interaction.check_2" ON interaction(a, b);
CREATE INDEX "Interaction.b" ON interaction(b);

CREATE TABLE prescription (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  patient INTEGER NOT NULL REFERENCES patient (id),
  visit INTEGER REFERENCES visit (id),
  drug INTEGER NOT NULL REFERENCES drug (id),
  quantity INTEGER NOT NULL CONSTRAINT "Prescription.quantity" CHECK (quantity BETWEEN 1 AND 400),
  refills_left INTEGER NOT NULL CONSTRAINT "Prescription.refills_left" CHECK (refills_left BETWEEN 0 AND 12),
  issued_on TEXT NOT NULL,
  expires_on TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Prescription.status" CHECK (status IN ('active', 'used_up', 'expired', 'revoked')),
  CONSTRAINT "Prescription.check_1" CHECK (issued_on < expires_on)
) STRICT;
CREATE INDEX "Prescription.patient" ON prescription(patient);
CREATE INDEX "Prescription.visit" ON prescription(visit);
CREATE INDEX "Prescription.drug" ON prescription(drug);
CREATE INDEX "Prescription.expires_on" ON prescription(expires_on);

CREATE TRIGGER "Prescription.status" BEFORE UPDATE OF status ON prescription
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Prescription.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'active' AND NEW.status IN ('used_up', 'expired', 'revoked') OR OLD.status = 'used_up' AND NEW.status IN ('active')) IS TRUE;
END;

CREATE TABLE pharmacy (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  street TEXT NOT NULL,
  opens TEXT NOT NULL,
  closes TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "Pharmacy.name.unique" ON pharmacy(name);

CREATE TABLE stock (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pharmacy INTEGER NOT NULL REFERENCES pharmacy (id) ON DELETE CASCADE,
  drug INTEGER NOT NULL REFERENCES drug (id),
  quantity INTEGER NOT NULL CONSTRAINT "Stock.quantity" CHECK (quantity >= 0),
  reorder_at INTEGER NOT NULL CONSTRAINT "Stock.reorder_at" CHECK (reorder_at >= 0)
) STRICT;
CREATE UNIQUE INDEX "Stock.check_1" ON stock(pharmacy, drug);
CREATE INDEX "Stock.drug,quantity" ON stock(drug, quantity);

CREATE TABLE medicine_order (
  number TEXT PRIMARY KEY NOT NULL,
  patient INTEGER NOT NULL REFERENCES patient (id),
  pharmacy INTEGER NOT NULL REFERENCES pharmacy (id),
  status TEXT NOT NULL CONSTRAINT "MedicineOrder.status" CHECK (status IN ('placed', 'ready', 'collected', 'cancelled')),
  placed_at TEXT NOT NULL,
  collected_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX "MedicineOrder.patient" ON medicine_order(patient);
CREATE INDEX "MedicineOrder.pharmacy" ON medicine_order(pharmacy);

CREATE TRIGGER "MedicineOrder.status" BEFORE UPDATE OF status ON medicine_order
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'MedicineOrder.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'placed' AND NEW.status IN ('ready', 'cancelled') OR OLD.status = 'ready' AND NEW.status IN ('collected', 'cancelled')) IS TRUE;
END;

CREATE TABLE medicine_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "order" TEXT NOT NULL REFERENCES medicine_order (number) ON DELETE CASCADE,
  prescription INTEGER NOT NULL REFERENCES prescription (id),
  quantity INTEGER NOT NULL CONSTRAINT "MedicineLine.quantity" CHECK (quantity BETWEEN 1 AND 400),
  unit_price INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX "MedicineLine.check_1" ON medicine_line("order", prescription);
CREATE INDEX "MedicineLine.prescription" ON medicine_line(prescription);

CREATE TABLE invoice (
  number TEXT PRIMARY KEY NOT NULL,
  patient INTEGER NOT NULL REFERENCES patient (id),
  visit INTEGER REFERENCES visit (id),
  "order" TEXT REFERENCES medicine_order (number),
  issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "Invoice.status" CHECK (status IN ('open', 'partly_paid', 'paid', 'void')),
  CONSTRAINT "Invoice.check_1" CHECK (issued_on <= due_on)
) STRICT, WITHOUT ROWID;
CREATE INDEX "Invoice.patient" ON invoice(patient);
CREATE INDEX "Invoice.visit" ON invoice(visit);
CREATE INDEX "Invoice.order" ON invoice("order");

CREATE TRIGGER "Invoice.status" BEFORE UPDATE OF status ON invoice
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Invoice.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'open' AND NEW.status IN ('partly_paid', 'paid', 'void') OR OLD.status = 'partly_paid' AND NEW.status IN ('paid', 'open') OR OLD.status = 'paid' AND NEW.status IN ('partly_paid', 'open')) IS TRUE;
END;

CREATE TABLE invoice_line (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  invoice TEXT NOT NULL REFERENCES invoice (number) ON DELETE CASCADE,
  kind TEXT NOT NULL CONSTRAINT "InvoiceLine.kind" CHECK (kind IN ('consultation', 'procedure', 'lab', 'medication')),
  description TEXT NOT NULL,
  amount INTEGER NOT NULL CONSTRAINT "InvoiceLine.amount" CHECK (amount >= 0),
  covered INTEGER NOT NULL CONSTRAINT "InvoiceLine.covered" CHECK (covered >= 0),
  CONSTRAINT "InvoiceLine.check_1" CHECK (covered <= amount)
) STRICT;
CREATE INDEX "InvoiceLine.invoice" ON invoice_line(invoice);

CREATE TABLE payment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  invoice TEXT NOT NULL REFERENCES invoice (number),
  kind TEXT NOT NULL CONSTRAINT "Payment.kind" CHECK (kind IN ('payment', 'refund')),
  method TEXT NOT NULL CONSTRAINT "Payment.method" CHECK (method IN ('card', 'cash', 'transfer', 'credit')),
  amount INTEGER NOT NULL CONSTRAINT "Payment.amount" CHECK (amount >= 1),
  paid_at TEXT NOT NULL,
  refund_of INTEGER REFERENCES payment (id),
  CONSTRAINT "Payment.check_1" CHECK ((kind = 'refund') = (refund_of IS NOT NULL))
) STRICT;
CREATE INDEX "Payment.invoice" ON payment(invoice);
CREATE INDEX "Payment.paid_at" ON payment(paid_at);
CREATE INDEX "Payment.refund_of" ON payment(refund_of);

CREATE TABLE waiting_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  patient INTEGER NOT NULL REFERENCES patient (id),
  doctor INTEGER NOT NULL REFERENCES doctor (id),
  earliest TEXT NOT NULL,
  latest TEXT NOT NULL,
  status TEXT NOT NULL CONSTRAINT "WaitingEntry.status" CHECK (status IN ('waiting', 'offered', 'promoted', 'withdrawn')),
  joined_at TEXT NOT NULL,
  offered_slot INTEGER REFERENCES slot (id),
  CONSTRAINT "WaitingEntry.check_1" CHECK (earliest <= latest)
) STRICT;
CREATE UNIQUE INDEX "WaitingEntry.check_2" ON waiting_entry(patient, doctor) WHERE status = 'waiting';
CREATE INDEX "WaitingEntry.patient" ON waiting_entry(patient);
CREATE INDEX "WaitingEntry.doctor,patient" ON waiting_entry(doctor, patient);
CREATE INDEX "WaitingEntry.doctor,joined_at" ON waiting_entry(doctor, joined_at);
CREATE INDEX "WaitingEntry.offered_slot" ON waiting_entry(offered_slot);

CREATE TRIGGER "WaitingEntry.status" BEFORE UPDATE OF status ON waiting_entry
WHEN OLD.status IS NOT NEW.status AND (SELECT now FROM awm_clock) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'WaitingEntry.status cannot go from ' || OLD.status || ' to ' || NEW.status)
  WHERE NOT (OLD.status = 'waiting' AND NEW.status IN ('offered', 'promoted', 'withdrawn') OR OLD.status = 'offered' AND NEW.status IN ('promoted', 'waiting', 'withdrawn')) IS TRUE;
END;

CREATE TABLE reminder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  appointment INTEGER NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
  channel TEXT NOT NULL CONSTRAINT "Reminder.channel" CHECK (channel IN ('email', 'sms')),
  send_at TEXT NOT NULL,
  sent_at TEXT,
  -- Null while an update of several rows is at the row, and rules on several rows leave it out.
  awm_settled INTEGER DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX "Reminder.check_1" ON reminder(appointment, channel, send_at, awm_settled);
CREATE INDEX "Reminder.appointment,send_at" ON reminder(appointment, send_at);
CREATE INDEX "Reminder.send_at" ON reminder(send_at);
CREATE INDEX "Reminder.awm_settled" ON reminder(awm_settled) WHERE awm_settled IS NULL;
