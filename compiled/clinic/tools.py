"""The tools of clinic. Made by awmc from clinic.awm; change that, not this."""

from awmlang.runtime import functions as fn
from awmlang.runtime.program import (
    Bool,
    Date,
    Entity,
    Enum,
    Int,
    List,
    Money,
    Optional,
    Record,
    Ref,
    Text,
    Time,
    ToolError,
    tool,
)

APPOINTMENT_VISIBLE = "SELECT 1 FROM appointment WHERE id = :key AND patient = :me"
VISIT_VISIBLE = """
SELECT 1
FROM visit
JOIN appointment ON appointment.id = visit.appointment
WHERE visit.id = :key AND appointment.patient = :me
"""
DIAGNOSIS_VISIBLE = """
SELECT 1
FROM diagnosis
JOIN visit ON visit.id = diagnosis.visit
JOIN appointment ON appointment.id = visit.appointment
WHERE diagnosis.id = :key AND appointment.patient = :me
"""
PRESCRIPTION_VISIBLE = "SELECT 1 FROM prescription WHERE id = :key AND patient = :me"
MEDICINE_ORDER_VISIBLE = "SELECT 1 FROM medicine_order WHERE number = :key AND patient = :me"
MEDICINE_LINE_VISIBLE = """
SELECT 1
FROM medicine_line
JOIN medicine_order AS order_ ON order_.number = medicine_line."order"
WHERE medicine_line.id = :key AND order_.patient = :me
"""
INVOICE_VISIBLE = "SELECT 1 FROM invoice WHERE number = :key AND patient = :me"
INVOICE_LINE_VISIBLE = """
SELECT 1
FROM invoice_line
JOIN invoice ON invoice.number = invoice_line.invoice
WHERE invoice_line.id = :key AND invoice.patient = :me
"""
PAYMENT_VISIBLE = """
SELECT 1
FROM payment
JOIN invoice ON invoice.number = payment.invoice
WHERE payment.id = :key AND invoice.patient = :me
"""
WAITING_ENTRY_VISIBLE = "SELECT 1 FROM waiting_entry WHERE id = :key AND patient = :me"
REMINDER_VISIBLE = """
SELECT 1
FROM reminder
JOIN appointment ON appointment.id = reminder.appointment
WHERE reminder.id = :key AND appointment.patient = :me
"""

SPECIALTY = Entity("Specialty", table="specialty", key=Int())
DOCTOR = Entity("Doctor", table="doctor", key=Int())
OPENING_HOUR = Entity("OpeningHour", table="opening_hour", key=Int())
INSURANCE_PLAN = Entity("InsurancePlan", table="insurance_plan", key=Text(), column="code")
COVERAGE = Entity("Coverage", table="coverage", key=Int())
PATIENT = Entity("Patient", table="patient", key=Int())
SLOT = Entity("Slot", table="slot", key=Int())
APPOINTMENT = Entity("Appointment", table="appointment", key=Int(), visible=APPOINTMENT_VISIBLE)
VISIT = Entity("Visit", table="visit", key=Int(), visible=VISIT_VISIBLE)
DIAGNOSIS = Entity("Diagnosis", table="diagnosis", key=Int(), visible=DIAGNOSIS_VISIBLE)
DRUG = Entity("Drug", table="drug", key=Int())
INTERACTION = Entity("Interaction", table="interaction", key=Int())
PRESCRIPTION = Entity("Prescription", table="prescription", key=Int(), visible=PRESCRIPTION_VISIBLE)
PHARMACY = Entity("Pharmacy", table="pharmacy", key=Int())
STOCK = Entity("Stock", table="stock", key=Int())
MEDICINE_ORDER = Entity(
    "MedicineOrder", table="medicine_order", key=Text(), column="number", visible=MEDICINE_ORDER_VISIBLE
)
MEDICINE_LINE = Entity("MedicineLine", table="medicine_line", key=Int(), visible=MEDICINE_LINE_VISIBLE)
INVOICE = Entity("Invoice", table="invoice", key=Text(), column="number", visible=INVOICE_VISIBLE)
INVOICE_LINE = Entity("InvoiceLine", table="invoice_line", key=Int(), visible=INVOICE_LINE_VISIBLE)
PAYMENT = Entity("Payment", table="payment", key=Int(), visible=PAYMENT_VISIBLE)
WAITING_ENTRY = Entity("WaitingEntry", table="waiting_entry", key=Int(), visible=WAITING_ENTRY_VISIBLE)
REMINDER = Entity("Reminder", table="reminder", key=Int(), visible=REMINDER_VISIBLE)

# What the constraints of the database say in the words of the spec.
RULES = {
    "Specialty.name": "name must have from 1 to 60 characters",
    "Specialty.name.unique": "name must be unique, and another Specialty has this one",
    "Specialty.slot_minutes": "slot_minutes must be from 5 to 120",
    "Doctor.fee": "fee must be at least 0",
    "Doctor.rating": "rating must be from 0 to 5",
    "Doctor.is_active": "is_active must be true or false",
    "OpeningHour.weekday": "weekday must be from 1 to 7",
    "OpeningHour.check_1": "opens before it closes",
    "OpeningHour.check_2": "opening hours do not overlap",
    "InsurancePlan.code": "code must match [A-Z]{2,4}-[0-9]{2}",
    "insurance_plan.code": "code must be unique, and another InsurancePlan has this one",
    "InsurancePlan.deductible": "deductible must be at least 0",
    "InsurancePlan.copay": "copay must be at least 0",
    "InsurancePlan.waiting_days": "waiting_days must be from 0 to 365",
    "Coverage.kind": "kind must be one of consultation, procedure, lab, medication",
    "Coverage.percent": "percent must be from 0 to 100",
    "Coverage.cap": "cap must be at least 0",
    "Coverage.check_1": "one coverage a kind of service",
    "Patient.email.unique": "email must be unique, and another Patient has this one",
    "Patient.phone": "phone must match \\+?[0-9 ]{6,20}",
    "Patient.deductible_met": "deductible_met must be at least 0",
    "Patient.credit": "credit must be at least 0",
    "Patient.check_1": "a member knows since when",
    "Slot.status": "status must be one of open, booked, blocked",
    "Slot.check_1": "a slot ends after it starts",
    "Slot.check_2": "slots of a doctor do not overlap",
    "Appointment.status": "status must be one of booked, confirmed, checked_in, completed, cancelled, no_show",
    "Appointment.reason": "reason must have from 1 to 200 characters",
    "Appointment.check_1": "a cancelled appointment knows when",
    "Appointment.check_2": "no double booking",
    "Visit.appointment.unique": "appointment must be unique, and another Visit has this one",
    "Diagnosis.code": "code must match [A-Z][0-9]{2}(\\.[0-9]{1,2})?",
    "Diagnosis.severity": "severity must be one of minor, moderate, major",
    "Diagnosis.check_1": "a code once a visit",
    "Drug.name.unique": "name must be unique, and another Drug has this one",
    "Drug.unit_price": "unit_price must be at least 0.01",
    "Interaction.severity": "severity must be one of minor, moderate, major",
    "Interaction.check_1": "a drug does not interact with itself",
    "Interaction.check_2": "a pair once",
    "Prescription.quantity": "quantity must be from 1 to 400",
    "Prescription.refills_left": "refills_left must be from 0 to 12",
    "Prescription.status": "status must be one of active, used_up, expired, revoked",
    "Prescription.check_1": "expires after it is issued",
    "Pharmacy.name.unique": "name must be unique, and another Pharmacy has this one",
    "Stock.quantity": "quantity must be at least 0",
    "Stock.reorder_at": "reorder_at must be at least 0",
    "Stock.check_1": "one shelf a drug",
    "medicine_order.number": "number must be unique, and another MedicineOrder has this one",
    "MedicineOrder.status": "status must be one of placed, ready, collected, cancelled",
    "MedicineLine.quantity": "quantity must be from 1 to 400",
    "MedicineLine.check_1": "one line a prescription",
    "invoice.number": "number must be unique, and another Invoice has this one",
    "Invoice.status": "status must be one of open, partly_paid, paid, void",
    "Invoice.check_1": "due after it is issued",
    "InvoiceLine.kind": "kind must be one of consultation, procedure, lab, medication",
    "InvoiceLine.amount": "amount must be at least 0",
    "InvoiceLine.covered": "covered must be at least 0",
    "InvoiceLine.check_1": "insurance never pays more than the price",
    "Payment.kind": "kind must be one of payment, refund",
    "Payment.method": "method must be one of card, cash, transfer, credit",
    "Payment.amount": "amount must be at least 0.01",
    "Payment.check_1": "a refund names its payment",
    "WaitingEntry.status": "status must be one of waiting, offered, promoted, withdrawn",
    "WaitingEntry.check_1": "the range is not empty",
    "WaitingEntry.check_2": "you wait once for a doctor",
    "Reminder.channel": "channel must be one of email, sms",
    "Reminder.check_1": "one reminder a moment",
}

# What must hold at the end of a call: SQL that gives 1, the words, the entities that it reads.
INVARIANTS = [
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM invoice
  WHERE NOT (
    SELECT coalesce(sum(invoice_line.amount), 0)
    FROM invoice_line
    WHERE invoice_line.invoice = invoice.number
  ) - (
    SELECT coalesce(sum(invoice_line_2.covered), 0)
    FROM invoice_line AS invoice_line_2
    WHERE invoice_line_2.invoice = invoice.number
  ) - (
    SELECT coalesce(
      sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
      0
    )
    FROM payment
    WHERE payment.invoice = invoice.number
  ) >= 0
)
""",
        "nobody pays more than an invoice asks",
        ("Invoice", "InvoiceLine", "Payment"),
    ),
    (
        "SELECT NOT EXISTS(SELECT 1 FROM patient WHERE NOT born <= date(:now))",
        "nobody is born in the future",
        ("Patient",),
    ),
    (
        """
SELECT NOT EXISTS(
  SELECT 1
  FROM payment
  LEFT JOIN payment AS refund_of ON refund_of.id = payment.refund_of
  WHERE payment.refund_of IS NOT NULL AND payment.invoice <> refund_of.invoice
)
""",
        "a refund is on the invoice of its payment",
        ("Payment",),
    ),
]


COVERED_PART_PLAN = "SELECT plan FROM patient WHERE id = :patient"
COVERED_PART_COVERAGE = "SELECT id FROM coverage WHERE plan = :plan AND kind = :kind ORDER BY id LIMIT 1"
COVERED_PART_SHARE = """
SELECT awm_scale(
  :amount, '*', (SELECT percent FROM coverage WHERE id = :coverage), '/', 100
)
"""
COVERED_PART_RESULT = "SELECT min(:share, coalesce((SELECT cap FROM coverage WHERE id = :coverage), :share))"


def covered_part(db, patient, kind, amount):
    """What the plan of a patient pays of an amount, deductible aside."""
    plan = db.value(COVERED_PART_PLAN, patient=patient)
    if plan is not None:
        coverage = db.value(COVERED_PART_COVERAGE, plan=plan, kind=kind)
        if coverage is not None:
            share = db.value(COVERED_PART_SHARE, coverage=coverage, amount=amount)
            return db.value(COVERED_PART_RESULT, share=share, coverage=coverage)
    return 0


PROMOTE_DAY = "SELECT date(starts_at) FROM slot WHERE id = :slot"
PROMOTE_NEXT = """
SELECT (
  SELECT waiting_entry.id
  FROM waiting_entry
  WHERE waiting_entry.doctor = slot.doctor
    AND waiting_entry.status = 'waiting'
    AND waiting_entry.patient <> :me
    AND waiting_entry.earliest <= :day
    AND waiting_entry.latest >= :day
  ORDER BY waiting_entry.joined_at, waiting_entry.id
  LIMIT 1
)
FROM slot
WHERE slot.id = :slot
"""
PROMOTE_CREATE_APPOINTMENT = """
INSERT INTO appointment (patient, slot, reason, status, booked_at)
VALUES (
  (SELECT patient FROM waiting_entry WHERE id = :next),
  :slot,
  'From the waiting list',
  'booked',
  :now
)
RETURNING id
"""
PROMOTE_UPDATE_NEXT = "UPDATE waiting_entry SET status = 'promoted', offered_slot = :slot WHERE id = :next"
PROMOTE_UPDATE_SLOT = "UPDATE slot SET status = 'booked' WHERE id = :slot"


def promote(db, slot):
    """Give a slot that is free again to the one who has waited longest for it."""
    day = db.value(PROMOTE_DAY, slot=slot)
    next = db.value(PROMOTE_NEXT, slot=slot, me=db.me, day=day)
    if next is not None:
        db.insert(PROMOTE_CREATE_APPOINTMENT, next=next, slot=slot, now=db.now)
        db.run(PROMOTE_UPDATE_NEXT, slot=slot, next=next)
        db.run(PROMOTE_UPDATE_SLOT, slot=slot)
    return next is not None


SETTLE_UPDATE_INVOICE = """
UPDATE invoice
SET status = CASE
  WHEN (
    SELECT coalesce(sum(invoice_line.amount), 0)
    FROM invoice_line
    WHERE invoice_line.invoice = invoice.number
  ) - (
    SELECT coalesce(sum(invoice_line_2.covered), 0)
    FROM invoice_line AS invoice_line_2
    WHERE invoice_line_2.invoice = invoice.number
  ) - (
    SELECT coalesce(
      sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
      0
    )
    FROM payment
    WHERE payment.invoice = invoice.number
  ) = 0 THEN 'paid'
  WHEN (
    SELECT coalesce(
      sum(CASE
        WHEN payment_2.kind = 'payment' THEN payment_2.amount
        ELSE -payment_2.amount
      END),
      0
    )
    FROM payment AS payment_2
    WHERE payment_2.invoice = invoice.number
  ) = 0 THEN 'open'
  ELSE 'partly_paid'
END
WHERE invoice.number = :invoice
"""


def settle(db, invoice):
    """Bring the status of an invoice in line with what is paid."""
    db.run(SETTLE_UPDATE_INVOICE, invoice=invoice)


SEARCH_DOCTORS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', doctor.id,
        'name', doctor.name,
        'fee', json(printf('%.2f', doctor.fee / 100.0)),
        'rating', doctor.rating,
        'specialty', json_object('id', specialty.id, 'name', specialty.name)
      ) AS v
      FROM doctor
      JOIN specialty ON specialty.id = doctor.specialty
      WHERE doctor.is_active
        AND (
          :query IS NULL
          OR :query IS NOT NULL AND awm_contains(doctor.name, :query)
          OR :query IS NOT NULL AND awm_contains(doctor.bio, :query)
        )
        AND (:specialty IS NULL OR doctor.specialty = :specialty)
        AND (:max_fee IS NULL OR doctor.fee <= :max_fee)
      ORDER BY doctor.rating DESC, awm_fold(doctor.name), doctor.name, doctor.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM doctor AS doctor_2
    WHERE doctor_2.is_active
      AND (
        :query IS NULL
        OR :query IS NOT NULL AND awm_contains(doctor_2.name, :query)
        OR :query IS NOT NULL AND awm_contains(doctor_2.bio, :query)
      )
      AND (:specialty IS NULL OR doctor_2.specialty = :specialty)
      AND (:max_fee IS NULL OR doctor_2.fee <= :max_fee)
  ),
  'page', :page
)
"""


@tool(
    query=Optional(Text()),
    specialty=Optional(Ref(SPECIALTY), name="specialty_id"),
    max_fee=Optional(Money(0)),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=10),
)
def search_doctors(db, query, specialty, max_fee, page, page_size):
    """Find doctors by text, specialty and fee, best rated first."""
    return db.value(
        SEARCH_DOCTORS_RESULT,
        query=query,
        specialty=specialty,
        max_fee=max_fee,
        page_size=page_size,
        page=page,
    )


GET_OPENING_HOURS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object('weekday', weekday, 'opens', opens, 'closes', closes)
      ORDER BY weekday, opens, id
    )
    FROM opening_hour
    WHERE doctor = :doctor AND (:weekday IS NULL OR weekday = :weekday)
  ))
)
"""


@tool(doctor=Ref(DOCTOR, name="doctor_id"), weekday=Optional(Int(1, 7)))
def get_opening_hours(db, doctor, weekday):
    """Weekly opening hours of a doctor."""
    return db.value(GET_OPENING_HOURS_RESULT, doctor=doctor, weekday=weekday)


FIND_SLOTS_REQUIRE = "SELECT awm_elapsed(:to, :from_) <= awm_days(60)"
FIND_SLOTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', slot.id,
        'starts_at', slot.starts_at,
        'ends_at', slot.ends_at,
        'length_minutes', awm_floor(awm_divide(
          awm_elapsed(slot.ends_at, slot.starts_at), awm_minutes(1)
        )),
        'doctor', json_object(
          'id', doctor.id,
          'name', doctor.name,
          'fee', json(printf('%.2f', doctor.fee / 100.0))
        )
      ) AS v
      FROM slot
      JOIN doctor ON doctor.id = slot.doctor
      WHERE slot.status = 'open'
        AND slot.starts_at > :now
        AND (:doctor IS NULL OR slot.doctor = :doctor)
        AND (:specialty IS NULL OR doctor.specialty = :specialty)
        AND date(slot.starts_at) >= :from_
        AND date(slot.starts_at) <= :to
        AND (:not_before IS NULL OR time(slot.starts_at) >= :not_before)
      ORDER BY slot.starts_at, awm_fold(doctor.name), doctor.name, slot.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM slot AS slot_2
    JOIN doctor AS doctor_2 ON doctor_2.id = slot_2.doctor
    WHERE slot_2.status = 'open'
      AND slot_2.starts_at > :now
      AND (:doctor IS NULL OR slot_2.doctor = :doctor)
      AND (:specialty IS NULL OR doctor_2.specialty = :specialty)
      AND date(slot_2.starts_at) >= :from_
      AND date(slot_2.starts_at) <= :to
      AND (:not_before IS NULL OR time(slot_2.starts_at) >= :not_before)
  ),
  'page', :page
)
"""


@tool(
    doctor=Optional(Ref(DOCTOR), name="doctor_id"),
    specialty=Optional(Ref(SPECIALTY), name="specialty_id"),
    from_=Date(),
    to=Date(),
    not_before=Optional(Time()),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def find_slots(db, doctor, specialty, from_, to, not_before, page, page_size):
    """Open slots in a range of days, earliest first."""
    if not (from_ <= to):
        raise ToolError("bad_range", "The range ends before it starts.")
    if not db.value(FIND_SLOTS_REQUIRE, to=to, from_=from_):
        raise ToolError("range_too_long", "Ask for 60 days at most.")
    return db.value(
        FIND_SLOTS_RESULT,
        now=db.now,
        doctor=doctor,
        specialty=specialty,
        from_=from_,
        to=to,
        not_before=not_before,
        page_size=page_size,
        page=page,
    )


NEXT_AVAILABLE_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', doctor.id,
        'name', doctor.name,
        'next_slot', json((
          SELECT json_object('id', slot_2.id, 'starts_at', slot_2.starts_at)
          FROM slot AS slot_2
          WHERE slot_2.doctor = doctor.id
            AND slot_2.status = 'open'
            AND slot_2.starts_at > :now
          ORDER BY slot_2.starts_at, slot_2.id
          LIMIT 1
        ))
      )
      ORDER BY awm_fold(doctor.name), doctor.name, doctor.id
    )
    FROM doctor
    WHERE doctor.specialty = :specialty
      AND doctor.is_active
      AND (
        SELECT count(*)
        FROM slot
        WHERE slot.doctor = doctor.id AND slot.status = 'open' AND slot.starts_at > :now
      ) > 0
  ))
)
"""


@tool(specialty=Ref(SPECIALTY, name="specialty_id"))
def next_available(db, specialty):
    """The first open slot of every doctor of a specialty."""
    return db.value(NEXT_AVAILABLE_RESULT, specialty=specialty, now=db.now)


OPEN_SLOTS_IN_THE_PAST = "SELECT awm_concat(:day, ' is over.')"
OPEN_SLOTS_OPENING = """
SELECT id
FROM opening_hour
WHERE doctor = :doctor AND weekday = awm_weekday(:day)
ORDER BY opens, id
LIMIT 1
"""
OPEN_SLOTS_CLOSED = "SELECT awm_concat(name, ' is not in on that day.') FROM doctor WHERE id = :doctor"
OPEN_SLOTS_SIZE = """
SELECT awm_minutes(specialty.slot_minutes)
FROM doctor
JOIN specialty ON specialty.id = doctor.specialty
WHERE doctor.id = :doctor
"""
OPEN_SLOTS_START = "SELECT awm_datetime(:day, opens) FROM opening_hour WHERE id = :opening"
OPEN_SLOTS_REQUIRE = "SELECT time(awm_shift(:start, :size)) <= closes FROM opening_hour WHERE id = :opening"
OPEN_SLOTS_AFTER_HOURS = """
SELECT awm_concat('A slot would end after ', closes, '.')
FROM opening_hour
WHERE id = :opening
"""
OPEN_SLOTS_REQUIRE_2 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM slot
  WHERE doctor = :doctor AND starts_at < awm_shift(:start, :size) AND ends_at > :start
)
"""
OPEN_SLOTS_OVERLAP = "SELECT awm_concat('There is a slot at ', :start, ' already.')"
OPEN_SLOTS_CREATE_SLOT = """
INSERT INTO slot (doctor, starts_at, ends_at, status)
VALUES (:doctor, :start, awm_shift(:start, :size), 'open')
RETURNING id
"""
OPEN_SLOTS_START_2 = "SELECT awm_shift(:start, :size)"
OPEN_SLOTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object('id', id, 'starts_at', starts_at, 'ends_at', ends_at, 'status', status)
      ORDER BY starts_at, id
    )
    FROM slot
    WHERE doctor = :doctor AND date(starts_at) = :day
  ))
)
"""


@tool(doctor=Ref(DOCTOR, name="doctor_id"), day=Date(), how_many=Int(1, 20), writes=True)
def open_slots(db, doctor, day, how_many):
    """Open a row of back-to-back slots from the start of the doctor's day."""
    if not (day >= fn.date(db.now)):
        raise ToolError("in_the_past", db.value(OPEN_SLOTS_IN_THE_PAST, day=day))
    opening = db.value(OPEN_SLOTS_OPENING, doctor=doctor, day=day)
    if opening is None:
        raise ToolError("closed", db.value(OPEN_SLOTS_CLOSED, doctor=doctor))
    size = db.value(OPEN_SLOTS_SIZE, doctor=doctor)
    start = db.value(OPEN_SLOTS_START, day=day, opening=opening)
    for i in db.each(fn.range(how_many)):
        if not db.value(OPEN_SLOTS_REQUIRE, size=size, start=start, opening=opening):
            raise ToolError("after_hours", db.value(OPEN_SLOTS_AFTER_HOURS, opening=opening))
        if not db.value(OPEN_SLOTS_REQUIRE_2, doctor=doctor, size=size, start=start):
            raise ToolError("overlap", db.value(OPEN_SLOTS_OVERLAP, start=start))
        db.insert(OPEN_SLOTS_CREATE_SLOT, doctor=doctor, start=start, size=size)
        start = db.value(OPEN_SLOTS_START_2, size=size, start=start)
    return db.value(OPEN_SLOTS_RESULT, doctor=doctor, day=day)


BOOK_APPOINTMENT_REQUIRE = "SELECT status = 'open' FROM slot WHERE id = :slot"
BOOK_APPOINTMENT_REQUIRE_2 = "SELECT starts_at > :now FROM slot WHERE id = :slot"
BOOK_APPOINTMENT_REQUIRE_3 = """
SELECT NOT EXISTS(
  SELECT 1
  FROM appointment
  JOIN slot ON slot.id = appointment.slot
  WHERE appointment.patient = :me
    AND appointment.status IN ('booked', 'confirmed')
    AND slot.starts_at < slot_2.ends_at
    AND slot.ends_at > slot_2.starts_at
)
FROM slot AS slot_2
WHERE slot_2.id = :slot
"""
BOOK_APPOINTMENT_UPDATE_SLOT = "UPDATE slot SET status = 'booked' WHERE id = :slot"
BOOK_APPOINTMENT_CREATE_APPOINTMENT = """
INSERT INTO appointment (patient, slot, reason, status, booked_at)
VALUES (:me, :slot, :reason, 'booked', :now)
RETURNING id
"""
BOOK_APPOINTMENT_H = """
SELECT awm_distinct((
  SELECT json_group_array(value ORDER BY key) FROM json_each(:remind_hours)
))
"""
BOOK_APPOINTMENT_IF = "SELECT awm_shift(starts_at, -awm_hours(:h)) > :now FROM slot WHERE id = :slot"
BOOK_APPOINTMENT_CREATE_REMINDER = """
INSERT INTO reminder (appointment, send_at, channel)
VALUES (
  :appointment,
  awm_shift((SELECT starts_at FROM slot WHERE id = :slot), -awm_hours(:h)),
  'email'
)
RETURNING id
"""
BOOK_APPOINTMENT_RESULT = """
SELECT json_object(
  'id', appointment.id,
  'status', appointment.status,
  'slot', json_object(
    'id', slot.id,
    'starts_at', slot.starts_at,
    'ends_at', slot.ends_at,
    'doctor', json_object('id', doctor.id, 'name', doctor.name)
  ),
  'reminders', json((
    SELECT json_group_array(
      json_object('channel', reminder.channel, 'send_at', reminder.send_at)
      ORDER BY reminder.id
    )
    FROM reminder
    WHERE reminder.appointment = appointment.id
  ))
)
FROM appointment
JOIN slot ON slot.id = appointment.slot
JOIN doctor ON doctor.id = slot.doctor
WHERE appointment.id = :appointment
"""


@tool(
    slot=Ref(SLOT, name="slot_id"),
    reason=Text(1, 200),
    remind_hours=List(Int(1, 168), 0, 3, default=[24]),
    writes=True,
)
def book_appointment(db, slot, reason, remind_hours):
    """Book an open slot, with reminders some hours ahead."""
    if not db.value(BOOK_APPOINTMENT_REQUIRE, slot=slot):
        raise ToolError("slot_taken", "That slot is not open.")
    if not db.value(BOOK_APPOINTMENT_REQUIRE_2, slot=slot, now=db.now):
        raise ToolError("in_the_past", "That slot is over.")
    if not db.value(BOOK_APPOINTMENT_REQUIRE_3, me=db.me, slot=slot):
        raise ToolError("overlap", "You have another appointment at that time.")
    db.run(BOOK_APPOINTMENT_UPDATE_SLOT, slot=slot)
    appointment = db.insert(
        BOOK_APPOINTMENT_CREATE_APPOINTMENT, me=db.me, slot=slot, reason=reason, now=db.now
    )
    for h in db.each(db.json(BOOK_APPOINTMENT_H, remind_hours=remind_hours)):
        if db.value(BOOK_APPOINTMENT_IF, h=h, slot=slot, now=db.now):
            db.insert(BOOK_APPOINTMENT_CREATE_REMINDER, appointment=appointment, h=h, slot=slot)
    return db.value(BOOK_APPOINTMENT_RESULT, appointment=appointment)


CONFIRM_APPOINTMENT_REQUIRE = "SELECT status = 'booked' FROM appointment WHERE id = :appointment"
CONFIRM_APPOINTMENT_WRONG_STATE = """
SELECT awm_concat('The appointment is ', status, '.')
FROM appointment
WHERE id = :appointment
"""
CONFIRM_APPOINTMENT_UPDATE_APPOINTMENT = "UPDATE appointment SET status = 'confirmed' WHERE id = :appointment"
CONFIRM_APPOINTMENT_RESULT = """
SELECT json_object('id', id, 'status', status)
FROM appointment
WHERE id = :appointment
"""


@tool(appointment=Ref(APPOINTMENT, name="appointment_id"), writes=True)
def confirm_appointment(db, appointment):
    """Confirm a booked appointment."""
    if not db.value(CONFIRM_APPOINTMENT_REQUIRE, appointment=appointment):
        raise ToolError("wrong_state", db.value(CONFIRM_APPOINTMENT_WRONG_STATE, appointment=appointment))
    db.run(CONFIRM_APPOINTMENT_UPDATE_APPOINTMENT, appointment=appointment)
    return db.value(CONFIRM_APPOINTMENT_RESULT, appointment=appointment)


RESCHEDULE_APPOINTMENT_REQUIRE = """
SELECT status IN ('booked', 'confirmed')
FROM appointment
WHERE id = :appointment
"""
RESCHEDULE_APPOINTMENT_WRONG_STATE = """
SELECT awm_concat('The appointment is ', status, '.')
FROM appointment
WHERE id = :appointment
"""
RESCHEDULE_APPOINTMENT_REQUIRE_2 = "SELECT status = 'open' AND starts_at > :now FROM slot WHERE id = :slot"
RESCHEDULE_APPOINTMENT_REQUIRE_3 = """
SELECT slot.doctor = slot_2.doctor
FROM slot
JOIN appointment ON appointment.id = :appointment
JOIN slot AS slot_2 ON slot_2.id = appointment.slot
WHERE slot.id = :slot
"""
RESCHEDULE_APPOINTMENT_OTHER_DOCTOR = """
SELECT awm_concat('That slot is with ', doctor.name, '.')
FROM slot
JOIN doctor ON doctor.id = slot.doctor
WHERE slot.id = :slot
"""
RESCHEDULE_APPOINTMENT_OLD_SLOT = "SELECT slot FROM appointment WHERE id = :appointment"
RESCHEDULE_APPOINTMENT_SHIFT = """
SELECT awm_elapsed(slot.starts_at, old_slot.starts_at)
FROM slot
JOIN slot AS old_slot ON old_slot.id = :old_slot
WHERE slot.id = :slot
"""
RESCHEDULE_APPOINTMENT_UPDATE_APPOINTMENT = "UPDATE appointment SET slot = :slot WHERE id = :appointment"
RESCHEDULE_APPOINTMENT_UPDATE_OLD_SLOT = "UPDATE slot SET status = 'open' WHERE id = :old_slot"
RESCHEDULE_APPOINTMENT_UPDATE_SLOT = "UPDATE slot SET status = 'booked' WHERE id = :slot"
RESCHEDULE_APPOINTMENT_UPDATE_REMINDER = """
UPDATE reminder
SET send_at = chosen.new_send_at, awm_settled = NULL
FROM (
  SELECT reminder.id AS key, awm_shift(reminder.send_at, :shift) AS new_send_at
  FROM reminder
  WHERE reminder.appointment = :appointment AND reminder.sent_at IS NULL
  ORDER BY reminder.id
) AS chosen
WHERE reminder.id = chosen.key
"""
RESCHEDULE_APPOINTMENT_SETTLE_REMINDER = "UPDATE reminder SET awm_settled = 1 WHERE awm_settled IS NULL"
RESCHEDULE_APPOINTMENT_DELETE_REMINDER = """
DELETE FROM reminder
WHERE appointment = :appointment AND sent_at IS NULL AND send_at <= :now
"""
RESCHEDULE_APPOINTMENT_RESULT = """
SELECT json_object(
  'id', appointment.id,
  'status', appointment.status,
  'slot', json_object(
    'id', slot.id,
    'starts_at', slot.starts_at,
    'ends_at', slot.ends_at,
    'doctor', json_object('id', doctor.id, 'name', doctor.name)
  )
)
FROM appointment
JOIN slot ON slot.id = appointment.slot
JOIN doctor ON doctor.id = slot.doctor
WHERE appointment.id = :appointment
"""


@tool(appointment=Ref(APPOINTMENT, name="appointment_id"), slot=Ref(SLOT, name="slot_id"), writes=True)
def reschedule_appointment(db, appointment, slot):
    """Move an appointment to another open slot of the same doctor; the old slot opens again."""
    if not db.value(RESCHEDULE_APPOINTMENT_REQUIRE, appointment=appointment):
        raise ToolError("wrong_state", db.value(RESCHEDULE_APPOINTMENT_WRONG_STATE, appointment=appointment))
    if not db.value(RESCHEDULE_APPOINTMENT_REQUIRE_2, slot=slot, now=db.now):
        raise ToolError("slot_taken", "That slot is not open.")
    if not db.value(RESCHEDULE_APPOINTMENT_REQUIRE_3, slot=slot, appointment=appointment):
        raise ToolError("other_doctor", db.value(RESCHEDULE_APPOINTMENT_OTHER_DOCTOR, slot=slot))
    old_slot = db.value(RESCHEDULE_APPOINTMENT_OLD_SLOT, appointment=appointment)
    shift = db.value(RESCHEDULE_APPOINTMENT_SHIFT, slot=slot, old_slot=old_slot)
    db.run(RESCHEDULE_APPOINTMENT_UPDATE_APPOINTMENT, slot=slot, appointment=appointment)
    db.run(RESCHEDULE_APPOINTMENT_UPDATE_OLD_SLOT, old_slot=old_slot)
    db.run(RESCHEDULE_APPOINTMENT_UPDATE_SLOT, slot=slot)
    db.run(RESCHEDULE_APPOINTMENT_UPDATE_REMINDER, appointment=appointment, shift=shift)
    db.run(RESCHEDULE_APPOINTMENT_SETTLE_REMINDER)
    db.run(RESCHEDULE_APPOINTMENT_DELETE_REMINDER, appointment=appointment, now=db.now)
    return db.value(RESCHEDULE_APPOINTMENT_RESULT, appointment=appointment)


CANCEL_APPOINTMENT_REQUIRE = """
SELECT status IN ('booked', 'confirmed')
FROM appointment
WHERE id = :appointment
"""
CANCEL_APPOINTMENT_WRONG_STATE = """
SELECT awm_concat('The appointment is ', status, '.')
FROM appointment
WHERE id = :appointment
"""
CANCEL_APPOINTMENT_SLOT = "SELECT slot FROM appointment WHERE id = :appointment"
CANCEL_APPOINTMENT_IF = "SELECT awm_elapsed(starts_at, :now) < awm_hours(24) FROM slot WHERE id = :slot"
CANCEL_APPOINTMENT_FEE = """
SELECT awm_scale(doctor.fee, '*', 30, '/', 100)
FROM slot
JOIN doctor ON doctor.id = slot.doctor
WHERE slot.id = :slot
"""
CANCEL_APPOINTMENT_CREATE_INVOICE = """
INSERT INTO invoice (patient, issued_on, due_on, status, number)
VALUES (
  :me,
  date(:now),
  awm_shift(date(:now), awm_days(14)),
  'open',
  printf('INV-%05d', (SELECT next FROM awm_serial WHERE entity = 'Invoice'))
)
RETURNING number
"""
CANCEL_APPOINTMENT_CREATE_INVOICE_LINE = """
INSERT INTO invoice_line (invoice, kind, description, amount, covered)
VALUES (:bill, 'consultation', 'Late cancellation', :fee, 0)
RETURNING id
"""
CANCEL_APPOINTMENT_UPDATE_APPOINTMENT = """
UPDATE appointment
SET status = 'cancelled', cancelled_at = :now
WHERE id = :appointment
"""
CANCEL_APPOINTMENT_DELETE_REMINDER = """
DELETE FROM reminder
WHERE appointment = :appointment AND sent_at IS NULL
"""
CANCEL_APPOINTMENT_UPDATE_SLOT = "UPDATE slot SET status = 'open' WHERE id = :slot"
CANCEL_APPOINTMENT_RESULT = """
SELECT json_object(
  'appointment', json_object('id', id, 'status', status, 'cancelled_at', cancelled_at),
  'fee', json(printf('%.2f', :fee / 100.0)),
  'promoted', json(iif(:promoted, 'true', 'false'))
)
FROM appointment
WHERE id = :appointment
"""


@tool(
    appointment=Ref(APPOINTMENT, name="appointment_id"),
    accept_fee=Bool(default=0),
    writes=True,
    invariants=(0,),
)
def cancel_appointment(db, appointment, accept_fee):
    """Cancel an appointment. Less than 24 hours ahead it costs 30% of the fee. The slot goes to the waiting list."""
    if not db.value(CANCEL_APPOINTMENT_REQUIRE, appointment=appointment):
        raise ToolError("wrong_state", db.value(CANCEL_APPOINTMENT_WRONG_STATE, appointment=appointment))
    slot = db.value(CANCEL_APPOINTMENT_SLOT, appointment=appointment)
    fee = 0
    if db.value(CANCEL_APPOINTMENT_IF, slot=slot, now=db.now):
        if not accept_fee:
            raise ToolError("fee_applies", "Cancelling now costs a fee; call again with accept_fee.")
        fee = db.value(CANCEL_APPOINTMENT_FEE, slot=slot)
        key_1 = db.insert(CANCEL_APPOINTMENT_CREATE_INVOICE, me=db.me, now=db.now)
        db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Invoice")
        bill = key_1
        db.insert(CANCEL_APPOINTMENT_CREATE_INVOICE_LINE, bill=bill, fee=fee)
    db.run(CANCEL_APPOINTMENT_UPDATE_APPOINTMENT, now=db.now, appointment=appointment)
    db.run(CANCEL_APPOINTMENT_DELETE_REMINDER, appointment=appointment)
    db.run(CANCEL_APPOINTMENT_UPDATE_SLOT, slot=slot)
    promoted = promote(db, slot)
    return db.value(CANCEL_APPOINTMENT_RESULT, appointment=appointment, fee=fee, promoted=promoted)


CHECK_IN_REQUIRE = "SELECT status IN ('booked', 'confirmed') FROM appointment WHERE id = :appointment"
CHECK_IN_WRONG_STATE = """
SELECT awm_concat('The appointment is ', status, '.')
FROM appointment
WHERE id = :appointment
"""
CHECK_IN_REQUIRE_2 = """
SELECT :now >= awm_shift(slot.starts_at, -awm_hours(1))
FROM appointment
JOIN slot ON slot.id = appointment.slot
WHERE appointment.id = :appointment
"""
CHECK_IN_REQUIRE_3 = """
SELECT :now <= awm_shift(slot.starts_at, awm_minutes(15))
FROM appointment
JOIN slot ON slot.id = appointment.slot
WHERE appointment.id = :appointment
"""
CHECK_IN_UPDATE_APPOINTMENT = "UPDATE appointment SET status = 'checked_in' WHERE id = :appointment"
CHECK_IN_RESULT = "SELECT json_object('id', id, 'status', status) FROM appointment WHERE id = :appointment"


@tool(appointment=Ref(APPOINTMENT, name="appointment_id"), writes=True)
def check_in(db, appointment):
    """Check in, from 60 minutes before the start until 15 minutes after it."""
    if not db.value(CHECK_IN_REQUIRE, appointment=appointment):
        raise ToolError("wrong_state", db.value(CHECK_IN_WRONG_STATE, appointment=appointment))
    if not db.value(CHECK_IN_REQUIRE_2, now=db.now, appointment=appointment):
        raise ToolError("too_early", "Check-in opens an hour ahead.")
    if not db.value(CHECK_IN_REQUIRE_3, now=db.now, appointment=appointment):
        raise ToolError("too_late", "Check-in is closed.")
    db.run(CHECK_IN_UPDATE_APPOINTMENT, appointment=appointment)
    return db.value(CHECK_IN_RESULT, appointment=appointment)


BLOCK_DAYS_S = """
SELECT id
FROM slot
WHERE doctor = :doctor
  AND starts_at > :now
  AND date(starts_at) >= :from_
  AND date(starts_at) <= :to
ORDER BY id
"""
BLOCK_DAYS_A = """
SELECT id
FROM appointment
WHERE slot = :s AND status IN ('booked', 'confirmed')
ORDER BY id
"""
BLOCK_DAYS_UPDATE_A = "UPDATE appointment SET status = 'cancelled', cancelled_at = :now WHERE id = :a"
BLOCK_DAYS_DELETE_REMINDER = "DELETE FROM reminder WHERE appointment = :a AND sent_at IS NULL"
BLOCK_DAYS_UPDATE_S = "UPDATE slot SET status = 'blocked' WHERE id = :s"
BLOCK_DAYS_RESULT = """
SELECT json_object(
  'cancelled', :cancelled,
  'blocked', (SELECT count(*) FROM slot WHERE doctor = :doctor AND status = 'blocked')
)
"""


@tool(doctor=Ref(DOCTOR, name="doctor_id"), from_=Date(), to=Date(), writes=True)
def block_days(db, doctor, from_, to):
    """Close a doctor's calendar: open slots are blocked, booked ones cancelled free of charge."""
    if not (from_ <= to):
        raise ToolError("bad_range", "The range ends before it starts.")
    cancelled = 0
    for s in db.each(db.values(BLOCK_DAYS_S, doctor=doctor, now=db.now, from_=from_, to=to)):
        for a in db.each(db.values(BLOCK_DAYS_A, s=s)):
            db.run(BLOCK_DAYS_UPDATE_A, now=db.now, a=a)
            db.run(BLOCK_DAYS_DELETE_REMINDER, a=a)
            cancelled = fn.whole(cancelled + 1)
        db.run(BLOCK_DAYS_UPDATE_S, s=s)
    return db.value(BLOCK_DAYS_RESULT, cancelled=cancelled, doctor=doctor)


JOIN_WAITING_LIST_ENTRY = """
SELECT id
FROM waiting_entry
WHERE patient = :me AND doctor = :doctor AND status = 'waiting'
ORDER BY id
LIMIT 1
"""
JOIN_WAITING_LIST_CREATE_WAITING_ENTRY = """
INSERT INTO waiting_entry (patient, doctor, earliest, latest, status, joined_at)
VALUES (:me, :doctor, :earliest, :latest, 'waiting', :now)
RETURNING id
"""
JOIN_WAITING_LIST_UPDATE_ENTRY = """
UPDATE waiting_entry
SET earliest = min(earliest, :earliest), latest = max(latest, :latest)
WHERE id = :entry
"""
JOIN_WAITING_LIST_RESULT = """
SELECT json_object(
  'id', entry.id,
  'earliest', entry.earliest,
  'latest', entry.latest,
  'status', entry.status,
  'position', 1
  + (
    SELECT count(*)
    FROM waiting_entry
    WHERE waiting_entry.doctor = :doctor
      AND waiting_entry.status = 'waiting'
      AND waiting_entry.joined_at < entry.joined_at
  )
)
FROM waiting_entry AS entry
WHERE entry.id = :entry
"""


@tool(doctor=Ref(DOCTOR, name="doctor_id"), earliest=Date(), latest=Date(), writes=True)
def join_waiting_list(db, doctor, earliest, latest):
    """Wait for a slot of a doctor; widens your entry if you wait already."""
    if not (earliest <= latest and latest >= fn.date(db.now)):
        raise ToolError("bad_range", "The range is empty or over.")
    found_1 = db.value(JOIN_WAITING_LIST_ENTRY, me=db.me, doctor=doctor)
    if found_1 is None:
        found_1 = db.insert(
            JOIN_WAITING_LIST_CREATE_WAITING_ENTRY,
            me=db.me,
            doctor=doctor,
            earliest=earliest,
            latest=latest,
            now=db.now,
        )
    entry = found_1
    db.run(JOIN_WAITING_LIST_UPDATE_ENTRY, earliest=earliest, latest=latest, entry=entry)
    return db.value(JOIN_WAITING_LIST_RESULT, entry=entry, doctor=doctor)


LEAVE_WAITING_LIST_REQUIRE = "SELECT status IN ('waiting', 'offered') FROM waiting_entry WHERE id = :entry"
LEAVE_WAITING_LIST_WRONG_STATE = """
SELECT awm_concat('The entry is ', status, '.')
FROM waiting_entry
WHERE id = :entry
"""
LEAVE_WAITING_LIST_UPDATE_ENTRY = """
UPDATE waiting_entry
SET status = 'withdrawn', offered_slot = NULL
WHERE id = :entry
"""
LEAVE_WAITING_LIST_RESULT = """
SELECT json_object('id', id, 'status', status)
FROM waiting_entry
WHERE id = :entry
"""


@tool(entry=Ref(WAITING_ENTRY, name="entry_id"), writes=True)
def leave_waiting_list(db, entry):
    """Give up a place on the waiting list."""
    if not db.value(LEAVE_WAITING_LIST_REQUIRE, entry=entry):
        raise ToolError("wrong_state", db.value(LEAVE_WAITING_LIST_WRONG_STATE, entry=entry))
    db.run(LEAVE_WAITING_LIST_UPDATE_ENTRY, entry=entry)
    return db.value(LEAVE_WAITING_LIST_RESULT, entry=entry)


WAITING_TIMES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'doctor', json_object('id', doctor.id, 'name', doctor.name),
        'waiting', count(*),
        'since', min(waiting_entry.joined_at)
      ) AS v
      FROM waiting_entry
      JOIN doctor ON doctor.id = waiting_entry.doctor
      WHERE waiting_entry.status = 'waiting'
      GROUP BY waiting_entry.doctor
      ORDER BY count(*) DESC, waiting_entry.doctor
    )
  ))
)
"""


@tool()
def waiting_times(db):
    """How many people wait for each doctor, and since when, longest list first."""
    return db.value(WAITING_TIMES_RESULT)


RECORD_VISIT_REQUIRE = "SELECT status = 'checked_in' FROM appointment WHERE id = :appointment"
RECORD_VISIT_REQUIRE_2 = """
SELECT json_array_length(awm_distinct((
  SELECT json_group_array(value ->> 'code' ORDER BY key) FROM json_each(:diagnoses)
))) = json_array_length(:diagnoses)
"""
RECORD_VISIT_PATIENT = "SELECT patient FROM appointment WHERE id = :appointment"
RECORD_VISIT_DOCTOR = """
SELECT slot.doctor
FROM appointment
JOIN slot ON slot.id = appointment.slot
WHERE appointment.id = :appointment
"""
RECORD_VISIT_CREATE_VISIT = """
INSERT INTO visit (appointment, started_at, notes)
VALUES (
  :appointment,
  (
    SELECT slot.starts_at
    FROM appointment
    JOIN slot ON slot.id = appointment.slot
    WHERE appointment.id = :appointment
  ),
  :notes
)
RETURNING id
"""
RECORD_VISIT_CREATE_DIAGNOSIS = """
INSERT INTO diagnosis (visit, code, description, severity)
VALUES (:visit, :d ->> 'code', :d ->> 'description', coalesce(:d ->> 'severity', 'minor'))
RETURNING id
"""
RECORD_VISIT_CREATE_INVOICE = """
INSERT INTO invoice (patient, visit, issued_on, due_on, status, number)
VALUES (
  :patient,
  :visit,
  date(:now),
  awm_shift(date(:now), awm_days(30)),
  'open',
  printf('INV-%05d', (SELECT next FROM awm_serial WHERE entity = 'Invoice'))
)
RETURNING number
"""
RECORD_VISIT_CREATE_INVOICE_LINE = """
INSERT INTO invoice_line (invoice, kind, description, amount, covered)
VALUES (
  :invoice,
  'consultation',
  awm_concat(
    'Consultation with ', (SELECT doctor.name FROM doctor WHERE doctor.id = :doctor)
  ),
  (SELECT doctor_2.fee FROM doctor AS doctor_2 WHERE doctor_2.id = :doctor),
  0
)
RETURNING id
"""
RECORD_VISIT_CREATE_INVOICE_LINE_2 = """
INSERT INTO invoice_line (invoice, kind, description, amount, covered)
VALUES (:invoice, :s ->> 'kind', :s ->> 'description', :s ->> 'amount', 0)
RETURNING id
"""
RECORD_VISIT_PLAN = "SELECT plan FROM patient WHERE id = :patient"
RECORD_VISIT_SINCE = "SELECT member_since FROM patient WHERE id = :patient"
RECORD_VISIT_IF = """
SELECT awm_elapsed(date(:now), :since) >= awm_days((
  SELECT waiting_days FROM insurance_plan WHERE code = :plan
))
"""
RECORD_VISIT_LEFT = """
SELECT max(
  (SELECT insurance_plan.deductible FROM insurance_plan WHERE insurance_plan.code = :plan)
  - patient.deductible_met,
  0
)
FROM patient
WHERE patient.id = :patient
"""
RECORD_VISIT_LINE = "SELECT id FROM invoice_line WHERE invoice = :invoice ORDER BY id, id"
RECORD_VISIT_OWN = "SELECT min(:left, amount) FROM invoice_line WHERE id = :line"
RECORD_VISIT_UPDATE_PATIENT = """
UPDATE patient
SET deductible_met = awm_whole(deductible_met + :own)
WHERE id = :patient
"""
RECORD_VISIT_KIND = "SELECT kind FROM invoice_line WHERE id = :line"
RECORD_VISIT_AMOUNT = "SELECT awm_whole(amount - :own) FROM invoice_line WHERE id = :line"
RECORD_VISIT_UPDATE_LINE = "UPDATE invoice_line SET covered = :covered_2 WHERE id = :line"
RECORD_VISIT_UPDATE_APPOINTMENT = "UPDATE appointment SET status = 'completed' WHERE id = :appointment"
RECORD_VISIT_RESULT = """
SELECT json_object(
  'id', visit.id,
  'diagnoses', json((
    SELECT json_group_array(
      json_object('code', diagnosis.code, 'severity', diagnosis.severity)
      ORDER BY diagnosis.id
    )
    FROM diagnosis
    WHERE diagnosis.visit = visit.id
  )),
  'invoice', json_object(
    'number', invoice.number,
    'status', invoice.status,
    'gross', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line.amount), 0)
        FROM invoice_line
        WHERE invoice_line.invoice = invoice.number
      )) / 100.0
    )),
    'covered', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line_2.covered), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )) / 100.0
    )),
    'paid', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(
          sum(CASE
            WHEN payment.kind = 'payment' THEN payment.amount
            ELSE -payment.amount
          END),
          0
        )
        FROM payment
        WHERE payment.invoice = invoice.number
      )) / 100.0
    )),
    'due', json(printf(
      '%.2f',
      awm_whole(
        (
          SELECT coalesce(sum(invoice_line_3.amount), 0)
          FROM invoice_line AS invoice_line_3
          WHERE invoice_line_3.invoice = invoice.number
        )
        - (
          SELECT coalesce(sum(invoice_line_4.covered), 0)
          FROM invoice_line AS invoice_line_4
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
          FROM payment AS payment_2
          WHERE payment_2.invoice = invoice.number
        )
      ) / 100.0
    )),
    'due_on', invoice.due_on
  )
)
FROM visit
JOIN invoice ON invoice.number = :invoice
WHERE visit.id = :visit
"""


@tool(
    appointment=Ref(APPOINTMENT, lifted=True, name="appointment_id"),
    notes=Optional(Text(0, 2000)),
    diagnoses=List(
        Record(
            {
                "code": Text(pattern="[A-Z][0-9]{2}(\\.[0-9]{1,2})?"),
                "description": Text(),
                "severity": Optional(Enum("minor", "moderate", "major")),
            },
        ),
        0,
        10,
    ),
    services=List(
        Record(
            {
                "kind": Enum("consultation", "procedure", "lab", "medication"),
                "description": Text(),
                "amount": Money(1, 5000000),
            },
        ),
        0,
        20,
    ),
    writes=True,
    invariants=(0, 1),
)
def record_visit(db, appointment, notes, diagnoses, services):
    """Close a visit: notes, diagnoses and the invoice, with what insurance covers."""
    if not db.value(RECORD_VISIT_REQUIRE, appointment=appointment):
        raise ToolError("wrong_state", "The patient is not checked in.")
    if not db.value(RECORD_VISIT_REQUIRE_2, diagnoses=diagnoses):
        raise ToolError("duplicate_code", "A code appears twice.")
    patient = db.value(RECORD_VISIT_PATIENT, appointment=appointment)
    doctor = db.value(RECORD_VISIT_DOCTOR, appointment=appointment)
    visit = db.insert(RECORD_VISIT_CREATE_VISIT, appointment=appointment, notes=notes)
    for d in db.each(diagnoses):
        db.insert(RECORD_VISIT_CREATE_DIAGNOSIS, visit=visit, d=d)
    key_1 = db.insert(RECORD_VISIT_CREATE_INVOICE, patient=patient, visit=visit, now=db.now)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Invoice")
    invoice = key_1
    db.insert(RECORD_VISIT_CREATE_INVOICE_LINE, invoice=invoice, doctor=doctor)
    for s in db.each(services):
        db.insert(RECORD_VISIT_CREATE_INVOICE_LINE_2, invoice=invoice, s=s)
    plan = db.value(RECORD_VISIT_PLAN, patient=patient)
    since = db.value(RECORD_VISIT_SINCE, patient=patient)
    if plan is not None and since is not None:
        if db.value(RECORD_VISIT_IF, now=db.now, since=since, plan=plan):
            left = db.value(RECORD_VISIT_LEFT, plan=plan, patient=patient)
            for line in db.each(db.values(RECORD_VISIT_LINE, invoice=invoice)):
                own = db.value(RECORD_VISIT_OWN, left=left, line=line)
                left = fn.whole(left - own)
                db.run(RECORD_VISIT_UPDATE_PATIENT, own=own, patient=patient)
                covered_2 = covered_part(
                    db,
                    patient,
                    db.value(RECORD_VISIT_KIND, line=line),
                    db.value(RECORD_VISIT_AMOUNT, line=line, own=own),
                )
                db.run(RECORD_VISIT_UPDATE_LINE, covered_2=covered_2, line=line)
    db.run(RECORD_VISIT_UPDATE_APPOINTMENT, appointment=appointment)
    return db.value(RECORD_VISIT_RESULT, visit=visit, invoice=invoice)


LIST_VISITS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', visit.id,
        'started_at', visit.started_at,
        'notes', visit.notes,
        'doctor', doctor.name,
        'diagnoses', json((
          SELECT json_group_array(
            json_object(
              'code', diagnosis.code,
              'description', diagnosis.description,
              'severity', diagnosis.severity
            )
            ORDER BY diagnosis.id
          )
          FROM diagnosis
          WHERE diagnosis.visit = visit.id
        ))
      ) AS v
      FROM visit
      JOIN appointment ON appointment.id = visit.appointment
      JOIN slot ON slot.id = appointment.slot
      JOIN doctor ON doctor.id = slot.doctor
      WHERE appointment.patient = :me
        AND (:from_ IS NULL OR date(visit.started_at) >= :from_)
        AND (:to IS NULL OR date(visit.started_at) <= :to)
        AND (:doctor IS NULL OR slot.doctor = :doctor)
      ORDER BY visit.started_at DESC, visit.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM visit AS visit_2
    JOIN appointment AS appointment_2 ON appointment_2.id = visit_2.appointment
    JOIN slot AS slot_2 ON slot_2.id = appointment_2.slot
    WHERE appointment_2.patient = :me
      AND (:from_ IS NULL OR date(visit_2.started_at) >= :from_)
      AND (:to IS NULL OR date(visit_2.started_at) <= :to)
      AND (:doctor IS NULL OR slot_2.doctor = :doctor)
  ),
  'page', :page
)
"""


@tool(
    from_=Optional(Date()),
    to=Optional(Date()),
    doctor=Optional(Ref(DOCTOR), name="doctor_id"),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=10),
)
def list_visits(db, from_, to, doctor, page, page_size):
    """My past visits, latest first."""
    return db.value(
        LIST_VISITS_RESULT, me=db.me, from_=from_, to=to, doctor=doctor, page_size=page_size, page=page
    )


HEALTH_RECORD_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'code', d.code,
        'description', d.description,
        'severity', d.severity,
        'on', date(visit.started_at)
      )
      ORDER BY awm_fold(d.code), d.code, d.id
    )
    FROM diagnosis AS d
    JOIN visit ON visit.id = d.visit
    JOIN appointment ON appointment.id = visit.appointment
    WHERE appointment.patient = :me
      AND NOT EXISTS(
        SELECT 1
        FROM diagnosis
        JOIN visit AS visit_2 ON visit_2.id = diagnosis.visit
        JOIN appointment AS appointment_2 ON appointment_2.id = visit_2.appointment
        WHERE appointment_2.patient = :me
          AND diagnosis.code = d.code
          AND visit_2.started_at > visit.started_at
      )
  ))
)
"""


@tool()
def health_record(db):
    """The latest diagnosis of every code I was ever given."""
    return db.value(HEALTH_RECORD_RESULT, me=db.me)


PRESCRIBE_PATIENT = """
SELECT appointment.patient
FROM visit
JOIN appointment ON appointment.id = visit.appointment
WHERE visit.id = :visit
"""
PRESCRIBE_REQUIRE = """
SELECT NOT drug.ingredient IN (
  SELECT item.value FROM json_each(patient.allergies) AS item
)
FROM drug
JOIN patient ON patient.id = :patient
WHERE drug.id = :drug
"""
PRESCRIBE_ALLERGY = """
SELECT awm_concat(patient.name, ' is allergic to ', drug.ingredient, '.')
FROM patient
JOIN drug ON drug.id = :drug
WHERE patient.id = :patient
"""
PRESCRIBE_CLASH = """
SELECT i.id
FROM interaction AS i
WHERE i.severity = 'major'
  AND EXISTS(
    SELECT 1
    FROM prescription
    WHERE prescription.patient = :patient
      AND prescription.status = 'active'
      AND prescription.expires_on >= date(:now)
      AND (
        i.a = :drug AND prescription.drug = i.b OR i.b = :drug AND prescription.drug = i.a
      )
  )
ORDER BY i.id
LIMIT 1
"""
PRESCRIBE_INTERACTION = """
SELECT awm_concat(name, ' interacts with a medicine in use.')
FROM drug
WHERE id = :drug
"""
PRESCRIBE_CREATE_PRESCRIPTION = """
INSERT INTO prescription (
  patient, visit, drug, quantity, refills_left, issued_on, expires_on, status
)
VALUES (
  :patient,
  :visit,
  :drug,
  :quantity,
  :refills,
  date(:now),
  awm_shift(date(:now), awm_days(:valid_days)),
  'active'
)
RETURNING id
"""
PRESCRIBE_RESULT = """
SELECT json_object(
  'id', prescription.id,
  'drug', json_object('id', drug.id, 'name', drug.name),
  'quantity', prescription.quantity,
  'refills_left', prescription.refills_left,
  'expires_on', prescription.expires_on,
  'warning', (SELECT interaction.note FROM interaction WHERE interaction.id = :clash)
)
FROM prescription
JOIN drug ON drug.id = prescription.drug
WHERE prescription.id = :prescription
"""


@tool(
    visit=Ref(VISIT, lifted=True, name="visit_id"),
    drug=Ref(DRUG, name="drug_id"),
    quantity=Int(1, 400),
    refills=Int(0, 12, default=0),
    valid_days=Int(1, 365, default=90),
    override=Bool(default=0),
    writes=True,
)
def prescribe(db, visit, drug, quantity, refills, valid_days, override):
    """Prescribe a drug after a visit; refuses allergies and major interactions."""
    patient = db.value(PRESCRIBE_PATIENT, visit=visit)
    if not db.value(PRESCRIBE_REQUIRE, drug=drug, patient=patient):
        raise ToolError("allergy", db.value(PRESCRIBE_ALLERGY, patient=patient, drug=drug))
    clash = db.value(PRESCRIBE_CLASH, patient=patient, now=db.now, drug=drug)
    if not (clash is None or override):
        raise ToolError("interaction", db.value(PRESCRIBE_INTERACTION, drug=drug))
    prescription = db.insert(
        PRESCRIBE_CREATE_PRESCRIPTION,
        patient=patient,
        visit=visit,
        drug=drug,
        quantity=quantity,
        refills=refills,
        now=db.now,
        valid_days=valid_days,
    )
    return db.value(PRESCRIBE_RESULT, prescription=prescription, clash=clash)


CHECK_INTERACTIONS_MINE = """
SELECT id
FROM prescription
WHERE patient = :me AND status = 'active' AND expires_on >= date(:now)
ORDER BY id
"""
CHECK_INTERACTIONS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'a', json_object('id', a.id, 'name', a.name),
        'b', json_object('id', b.id, 'name', b.name),
        'severity', interaction.severity,
        'note', interaction.note
      )
      ORDER BY
        CASE
          interaction.severity
          WHEN 'minor' THEN 0
          WHEN 'moderate' THEN 1
          WHEN 'major' THEN 2
        END DESC,
        interaction.id
    )
    FROM interaction
    JOIN drug AS a ON a.id = interaction.a
    JOIN drug AS b ON b.id = interaction.b
    WHERE interaction.a IN (SELECT item.value FROM json_each(:drugs) AS item)
      AND (
        interaction.b IN (SELECT item_2.value FROM json_each(:drugs) AS item_2)
        OR EXISTS(
          SELECT 1
          FROM json_each(:mine) AS item_3
          JOIN prescription AS p ON p.id = item_3.value
          WHERE p.drug = interaction.b
        )
      )
      OR interaction.b IN (SELECT item_4.value FROM json_each(:drugs) AS item_4)
        AND EXISTS(
          SELECT 1
          FROM json_each(:mine) AS item_5
          JOIN prescription AS p_2 ON p_2.id = item_5.value
          WHERE p_2.drug = interaction.a
        )
  ))
)
"""


@tool(drugs=List(Ref(DRUG), 1, 10, name="drug_ids"))
def check_interactions(db, drugs):
    """Interactions among some drugs, and between them and my current medicines, worst first."""
    mine = db.values(CHECK_INTERACTIONS_MINE, me=db.me, now=db.now)
    return db.value(CHECK_INTERACTIONS_RESULT, drugs=drugs, mine=mine)


LIST_PRESCRIPTIONS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', prescription.id,
        'drug', json_object('id', drug.id, 'name', drug.name),
        'quantity', prescription.quantity,
        'refills_left', prescription.refills_left,
        'issued_on', prescription.issued_on,
        'expires_on', prescription.expires_on,
        'status', prescription.status,
        'days_left', awm_floor(awm_divide(
          awm_elapsed(prescription.expires_on, date(:now)), awm_days(1)
        ))
      )
      ORDER BY prescription.expires_on, prescription.id
    )
    FROM prescription
    JOIN drug ON drug.id = prescription.drug
    WHERE prescription.patient = :me
      AND (:status IS NULL OR prescription.status = :status)
      AND (:expires_before IS NULL OR prescription.expires_on < :expires_before)
  ))
)
"""


@tool(status=Optional(Enum("active", "used_up", "expired", "revoked")), expires_before=Optional(Date()))
def list_prescriptions(db, status, expires_before):
    """My prescriptions, the ones that expire first on top."""
    return db.value(
        LIST_PRESCRIPTIONS_RESULT, me=db.me, status=status, expires_before=expires_before, now=db.now
    )


RENEW_PRESCRIPTION_REQUIRE = """
SELECT status IN ('used_up', 'active')
FROM prescription
WHERE id = :prescription
"""
RENEW_PRESCRIPTION_WRONG_STATE = """
SELECT awm_concat('The prescription is ', status, '.')
FROM prescription
WHERE id = :prescription
"""
RENEW_PRESCRIPTION_REQUIRE_2 = """
SELECT awm_elapsed(date(:now), expires_on) < awm_days(30)
FROM prescription
WHERE id = :prescription
"""
RENEW_PRESCRIPTION_TOO_OLD = """
SELECT awm_concat('It expired on ', expires_on, '.')
FROM prescription
WHERE id = :prescription
"""
RENEW_PRESCRIPTION_UPDATE_PRESCRIPTION = """
UPDATE prescription
SET
  status = 'active',
  refills_left = 1,
  expires_on = awm_shift(max(expires_on, date(:now)), awm_days(90))
WHERE id = :prescription
"""
RENEW_PRESCRIPTION_RESULT = """
SELECT json_object(
  'id', id, 'status', status, 'refills_left', refills_left, 'expires_on', expires_on
)
FROM prescription
WHERE id = :prescription
"""


@tool(prescription=Ref(PRESCRIPTION, name="prescription_id"), writes=True)
def renew_prescription(db, prescription):
    """Renew a used-up prescription for 90 days if it expired less than 30 days ago."""
    if not db.value(RENEW_PRESCRIPTION_REQUIRE, prescription=prescription):
        raise ToolError("wrong_state", db.value(RENEW_PRESCRIPTION_WRONG_STATE, prescription=prescription))
    if not db.value(RENEW_PRESCRIPTION_REQUIRE_2, now=db.now, prescription=prescription):
        raise ToolError("too_old", db.value(RENEW_PRESCRIPTION_TOO_OLD, prescription=prescription))
    db.run(RENEW_PRESCRIPTION_UPDATE_PRESCRIPTION, now=db.now, prescription=prescription)
    return db.value(RENEW_PRESCRIPTION_RESULT, prescription=prescription)


EXPIRE_PRESCRIPTIONS_STALE = """
SELECT id
FROM prescription
WHERE status = 'active' AND expires_on < date(:now)
ORDER BY id
"""
EXPIRE_PRESCRIPTIONS_N = """
SELECT count(*)
FROM json_each(:stale) AS item
JOIN prescription ON prescription.id = item.value
"""
EXPIRE_PRESCRIPTIONS_UPDATE_PRESCRIPTION = """
UPDATE prescription
SET status = chosen.new_status, refills_left = chosen.new_refills_left
FROM (
  SELECT prescription.id AS key, 'expired' AS new_status, 0 AS new_refills_left
  FROM json_each(:stale) AS item
  JOIN prescription ON prescription.id = item.value
  ORDER BY item.key
) AS chosen
WHERE prescription.id = chosen.key
"""
EXPIRE_PRESCRIPTIONS_RESULT = "SELECT json_object('expired', :n)"


@tool(writes=True)
def expire_prescriptions(db):
    """Mark every prescription past its date as expired."""
    stale = db.values(EXPIRE_PRESCRIPTIONS_STALE, now=db.now)
    n = db.value(EXPIRE_PRESCRIPTIONS_N, stale=stale)
    db.run(EXPIRE_PRESCRIPTIONS_UPDATE_PRESCRIPTION, stale=stale)
    return db.value(EXPIRE_PRESCRIPTIONS_RESULT, n=n)


FIND_PHARMACIES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'quantity', stock.quantity,
        'pharmacy', json_object(
          'id', pharmacy.id,
          'name', pharmacy.name,
          'street', pharmacy.street,
          'opens', pharmacy.opens,
          'closes', pharmacy.closes
        )
      )
      ORDER BY stock.quantity DESC, awm_fold(pharmacy.name), pharmacy.name, stock.id
    )
    FROM stock
    JOIN pharmacy ON pharmacy.id = stock.pharmacy
    WHERE stock.drug = :drug
      AND stock.quantity >= :quantity
      AND (:open_at IS NULL OR pharmacy.opens <= :open_at)
      AND (:open_at IS NULL OR pharmacy.closes > :open_at)
  ))
)
"""


@tool(drug=Ref(DRUG, name="drug_id"), quantity=Int(1, default=1), open_at=Optional(Time()))
def find_pharmacies(db, drug, quantity, open_at):
    """Pharmacies that have enough of a drug, largest stock first."""
    return db.value(FIND_PHARMACIES_RESULT, drug=drug, quantity=quantity, open_at=open_at)


ORDER_MEDICINES_REQUIRE = """
SELECT time(:now) >= opens AND time(:now) < closes
FROM pharmacy
WHERE id = :pharmacy
"""
ORDER_MEDICINES_CLOSED = "SELECT awm_concat(name, ' is closed.') FROM pharmacy WHERE id = :pharmacy"
ORDER_MEDICINES_CREATE_MEDICINE_ORDER = """
INSERT INTO medicine_order (patient, pharmacy, status, placed_at, number)
VALUES (
  :me,
  :pharmacy,
  'placed',
  :now,
  printf('RX-%05d', (SELECT next FROM awm_serial WHERE entity = 'MedicineOrder'))
)
RETURNING number
"""
ORDER_MEDICINES_CREATE_INVOICE = """
INSERT INTO invoice (patient, "order", issued_on, due_on, status, number)
VALUES (
  :me,
  :order,
  date(:now),
  awm_shift(date(:now), awm_days(14)),
  'open',
  printf('INV-%05d', (SELECT next FROM awm_serial WHERE entity = 'Invoice'))
)
RETURNING number
"""
ORDER_MEDICINES_REQUIRE_2 = """
SELECT status = 'active' AND expires_on >= date(:now)
FROM prescription
WHERE id = :p
"""
ORDER_MEDICINES_NOT_USABLE = """
SELECT awm_concat(
  'Prescription ', CAST(:p AS TEXT), ' is ', status, ' or expired on ', expires_on, '.'
)
FROM prescription
WHERE id = :p
"""
ORDER_MEDICINES_REQUIRE_3 = "SELECT :quantity <= quantity FROM prescription WHERE id = :p"
ORDER_MEDICINES_TOO_MANY = """
SELECT awm_concat('At most ', CAST(p.quantity AS TEXT), ' of ', drug.name, '.')
FROM prescription AS p
JOIN drug ON drug.id = p.drug
WHERE p.id = :p
"""
ORDER_MEDICINES_SHELF = """
SELECT (
  SELECT stock.id
  FROM stock
  WHERE stock.pharmacy = :pharmacy AND stock.drug = p.drug
  ORDER BY stock.id
  LIMIT 1
)
FROM prescription AS p
WHERE p.id = :p
"""
ORDER_MEDICINES_OUT_OF_STOCK = """
SELECT awm_concat(pharmacy.name, ' does not carry ', drug.name, '.')
FROM pharmacy
JOIN prescription AS p ON p.id = :p
JOIN drug ON drug.id = p.drug
WHERE pharmacy.id = :pharmacy
"""
ORDER_MEDICINES_REQUIRE_4 = "SELECT quantity >= :quantity FROM stock WHERE id = :shelf"
ORDER_MEDICINES_OUT_OF_STOCK_2 = """
SELECT awm_concat('Only ', CAST(shelf.quantity AS TEXT), ' of ', drug.name, ' are left.')
FROM stock AS shelf
JOIN prescription AS p ON p.id = :p
JOIN drug ON drug.id = p.drug
WHERE shelf.id = :shelf
"""
ORDER_MEDICINES_UPDATE_SHELF = "UPDATE stock SET quantity = quantity - :quantity WHERE id = :shelf"
ORDER_MEDICINES_CREATE_MEDICINE_LINE = """
INSERT INTO medicine_line ("order", prescription, quantity, unit_price)
VALUES (
  :order,
  :p,
  :quantity,
  (
    SELECT drug.unit_price
    FROM prescription
    JOIN drug ON drug.id = prescription.drug
    WHERE prescription.id = :p
  )
)
RETURNING id
"""
ORDER_MEDICINES_IF = "SELECT refills_left > 0 FROM prescription WHERE id = :p"
ORDER_MEDICINES_UPDATE_P = "UPDATE prescription SET refills_left = refills_left - 1 WHERE id = :p"
ORDER_MEDICINES_UPDATE_P_2 = "UPDATE prescription SET status = 'used_up' WHERE id = :p"
ORDER_MEDICINES_AMOUNT = """
SELECT awm_whole(drug.unit_price * :quantity)
FROM prescription AS p
JOIN drug ON drug.id = p.drug
WHERE p.id = :p
"""
ORDER_MEDICINES_CREATE_INVOICE_LINE = """
INSERT INTO invoice_line (invoice, kind, description, amount, covered)
VALUES (
  :invoice,
  'medication',
  awm_concat(
    CAST(:quantity AS TEXT),
    ' x ',
    (
      SELECT drug.name
      FROM prescription
      JOIN drug ON drug.id = prescription.drug
      WHERE prescription.id = :p
    )
  ),
  :amount,
  :covered_3
)
RETURNING id
"""
ORDER_MEDICINES_RESULT = """
SELECT json_object(
  'number', order_.number,
  'status', order_.status,
  'total', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(medicine_line.unit_price * medicine_line.quantity), 0)
      FROM medicine_line
      WHERE medicine_line."order" = order_.number
    )) / 100.0
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'quantity', medicine_line_2.quantity,
        'unit_price', json(printf('%.2f', medicine_line_2.unit_price / 100.0)),
        'drug', json_object('id', drug.id, 'name', drug.name)
      )
      ORDER BY medicine_line_2.id
    )
    FROM medicine_line AS medicine_line_2
    JOIN prescription ON prescription.id = medicine_line_2.prescription
    JOIN drug ON drug.id = prescription.drug
    WHERE medicine_line_2."order" = order_.number
  )),
  'invoice', json_object(
    'number', invoice.number,
    'status', invoice.status,
    'gross', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line.amount), 0)
        FROM invoice_line
        WHERE invoice_line.invoice = invoice.number
      )) / 100.0
    )),
    'covered', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line_2.covered), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )) / 100.0
    )),
    'paid', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(
          sum(CASE
            WHEN payment.kind = 'payment' THEN payment.amount
            ELSE -payment.amount
          END),
          0
        )
        FROM payment
        WHERE payment.invoice = invoice.number
      )) / 100.0
    )),
    'due', json(printf(
      '%.2f',
      awm_whole(
        (
          SELECT coalesce(sum(invoice_line_3.amount), 0)
          FROM invoice_line AS invoice_line_3
          WHERE invoice_line_3.invoice = invoice.number
        )
        - (
          SELECT coalesce(sum(invoice_line_4.covered), 0)
          FROM invoice_line AS invoice_line_4
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
          FROM payment AS payment_2
          WHERE payment_2.invoice = invoice.number
        )
      ) / 100.0
    )),
    'due_on', invoice.due_on
  )
)
FROM medicine_order AS order_
JOIN invoice ON invoice.number = :invoice
WHERE order_.number = :order
"""


@tool(
    pharmacy=Ref(PHARMACY, name="pharmacy_id"),
    prescriptions=List(Ref(PRESCRIPTION), 1, 10, name="prescription_ids"),
    quantities=List(Int(1, 400), 1, 10),
    writes=True,
    invariants=(0,),
)
def order_medicines(db, pharmacy, prescriptions, quantities):
    """Order medicines on prescription; takes the stock, uses a refill each, and bills what insurance leaves."""
    if not fn.length(prescriptions) == fn.length(quantities):
        raise ToolError("bad_lists", "Give one quantity for each prescription.")
    if not db.value(ORDER_MEDICINES_REQUIRE, now=db.now, pharmacy=pharmacy):
        raise ToolError("closed", db.value(ORDER_MEDICINES_CLOSED, pharmacy=pharmacy))
    key_1 = db.insert(ORDER_MEDICINES_CREATE_MEDICINE_ORDER, me=db.me, pharmacy=pharmacy, now=db.now)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="MedicineOrder")
    order = key_1
    key_2 = db.insert(ORDER_MEDICINES_CREATE_INVOICE, me=db.me, order=order, now=db.now)
    db.run("UPDATE awm_serial SET next = next + 1 WHERE entity = :entity", entity="Invoice")
    invoice = key_2
    for p, quantity in zip(db.each(prescriptions), quantities, strict=False):
        if not db.value(ORDER_MEDICINES_REQUIRE_2, p=p, now=db.now):
            raise ToolError("not_usable", db.value(ORDER_MEDICINES_NOT_USABLE, p=p))
        if not db.value(ORDER_MEDICINES_REQUIRE_3, quantity=quantity, p=p):
            raise ToolError("too_many", db.value(ORDER_MEDICINES_TOO_MANY, p=p))
        shelf = db.value(ORDER_MEDICINES_SHELF, pharmacy=pharmacy, p=p)
        if shelf is None:
            raise ToolError("out_of_stock", db.value(ORDER_MEDICINES_OUT_OF_STOCK, pharmacy=pharmacy, p=p))
        if not db.value(ORDER_MEDICINES_REQUIRE_4, shelf=shelf, quantity=quantity):
            raise ToolError("out_of_stock", db.value(ORDER_MEDICINES_OUT_OF_STOCK_2, shelf=shelf, p=p))
        db.run(ORDER_MEDICINES_UPDATE_SHELF, quantity=quantity, shelf=shelf)
        db.insert(ORDER_MEDICINES_CREATE_MEDICINE_LINE, order=order, p=p, quantity=quantity)
        if db.value(ORDER_MEDICINES_IF, p=p):
            db.run(ORDER_MEDICINES_UPDATE_P, p=p)
        else:
            db.run(ORDER_MEDICINES_UPDATE_P_2, p=p)
        amount = db.value(ORDER_MEDICINES_AMOUNT, p=p, quantity=quantity)
        covered_3 = covered_part(db, db.me, "medication", amount)
        db.insert(
            ORDER_MEDICINES_CREATE_INVOICE_LINE,
            invoice=invoice,
            quantity=quantity,
            p=p,
            amount=amount,
            covered_3=covered_3,
        )
    return db.value(ORDER_MEDICINES_RESULT, order=order, invoice=invoice)


CANCEL_MEDICINE_ORDER_REQUIRE = """
SELECT status IN ('placed', 'ready')
FROM medicine_order
WHERE number = :order
"""
CANCEL_MEDICINE_ORDER_WRONG_STATE = """
SELECT awm_concat('The order is ', status, '.')
FROM medicine_order
WHERE number = :order
"""
CANCEL_MEDICINE_ORDER_INVOICE = 'SELECT number FROM invoice WHERE "order" IS :order ORDER BY number'
CANCEL_MEDICINE_ORDER_REQUIRE_2 = """
SELECT (
  SELECT coalesce(
    sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
    0
  )
  FROM payment
  WHERE payment.invoice = invoice.number
) = 0
FROM invoice
WHERE invoice.number = :invoice
"""
CANCEL_MEDICINE_ORDER_PAID_ALREADY = "SELECT awm_concat('Refund the payments of ', :invoice, ' first.')"
CANCEL_MEDICINE_ORDER_LINE = 'SELECT id FROM medicine_line WHERE "order" = :order ORDER BY id'
CANCEL_MEDICINE_ORDER_UPDATE_STOCK = """
UPDATE stock
SET quantity = chosen.new_quantity
FROM (
  SELECT
    stock.id AS key,
    awm_whole(
      stock.quantity
      + (
        SELECT medicine_line_2.quantity
        FROM medicine_line AS medicine_line_2
        WHERE medicine_line_2.id = :line
      )
    ) AS new_quantity
  FROM stock
  WHERE stock.pharmacy = (
    SELECT medicine_order.pharmacy
    FROM medicine_order
    WHERE medicine_order.number = :order
  )
    AND stock.drug = (
      SELECT prescription.drug
      FROM medicine_line
      JOIN prescription ON prescription.id = medicine_line.prescription
      WHERE medicine_line.id = :line
    )
  ORDER BY stock.id
) AS chosen
WHERE stock.id = chosen.key
"""
CANCEL_MEDICINE_ORDER_IF = """
SELECT prescription.status = 'used_up'
FROM medicine_line AS line
JOIN prescription ON prescription.id = line.prescription
WHERE line.id = :line
"""
CANCEL_MEDICINE_ORDER_ROW_1 = "SELECT prescription FROM medicine_line WHERE id = :line"
CANCEL_MEDICINE_ORDER_UPDATE_PRESCRIPTION = "UPDATE prescription SET status = 'active' WHERE id = :row_1"
CANCEL_MEDICINE_ORDER_ROW_2 = "SELECT prescription FROM medicine_line WHERE id = :line"
CANCEL_MEDICINE_ORDER_UPDATE_PRESCRIPTION_2 = """
UPDATE prescription
SET refills_left = refills_left + 1
WHERE id = :row_2
"""
CANCEL_MEDICINE_ORDER_UPDATE_ORDER = "UPDATE medicine_order SET status = 'cancelled' WHERE number = :order"
CANCEL_MEDICINE_ORDER_UPDATE_INVOICE = "UPDATE invoice SET status = 'void' WHERE number = :invoice"
CANCEL_MEDICINE_ORDER_RESULT = """
SELECT json_object(
  'number', order_.number,
  'status', order_.status,
  'invoice', json_object('number', invoice.number, 'status', invoice.status)
)
FROM medicine_order AS order_
JOIN invoice ON invoice.number = :invoice
WHERE order_.number = :order
"""


@tool(order=Ref(MEDICINE_ORDER, name="order_id"), writes=True, invariants=(0,))
def cancel_medicine_order(db, order):
    """Cancel an order that was not collected: stock and refills go back, the unpaid invoice is void."""
    if not db.value(CANCEL_MEDICINE_ORDER_REQUIRE, order=order):
        raise ToolError("wrong_state", db.value(CANCEL_MEDICINE_ORDER_WRONG_STATE, order=order))
    invoice = db.one(CANCEL_MEDICINE_ORDER_INVOICE, order=order)
    if not db.value(CANCEL_MEDICINE_ORDER_REQUIRE_2, invoice=invoice):
        raise ToolError("paid_already", db.value(CANCEL_MEDICINE_ORDER_PAID_ALREADY, invoice=invoice))
    for line in db.each(db.values(CANCEL_MEDICINE_ORDER_LINE, order=order)):
        db.run(CANCEL_MEDICINE_ORDER_UPDATE_STOCK, order=order, line=line)
        if db.value(CANCEL_MEDICINE_ORDER_IF, line=line):
            row_1 = db.value(CANCEL_MEDICINE_ORDER_ROW_1, line=line)
            db.run(CANCEL_MEDICINE_ORDER_UPDATE_PRESCRIPTION, row_1=row_1)
        else:
            row_2 = db.value(CANCEL_MEDICINE_ORDER_ROW_2, line=line)
            db.run(CANCEL_MEDICINE_ORDER_UPDATE_PRESCRIPTION_2, row_2=row_2)
    db.run(CANCEL_MEDICINE_ORDER_UPDATE_ORDER, order=order)
    db.run(CANCEL_MEDICINE_ORDER_UPDATE_INVOICE, invoice=invoice)
    return db.value(CANCEL_MEDICINE_ORDER_RESULT, order=order, invoice=invoice)


COLLECT_ORDER_INVOICE = 'SELECT number FROM invoice WHERE "order" IS :order ORDER BY number'
COLLECT_ORDER_REQUIRE = """
SELECT (
  SELECT coalesce(sum(invoice_line.amount), 0)
  FROM invoice_line
  WHERE invoice_line.invoice = invoice.number
) - (
  SELECT coalesce(sum(invoice_line_2.covered), 0)
  FROM invoice_line AS invoice_line_2
  WHERE invoice_line_2.invoice = invoice.number
) - (
  SELECT coalesce(
    sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
    0
  )
  FROM payment
  WHERE payment.invoice = invoice.number
) = 0
FROM invoice
WHERE invoice.number = :invoice
"""
COLLECT_ORDER_UNPAID = """
SELECT awm_concat(
  awm_money_text(awm_whole(
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
  )),
  ' of ',
  :invoice,
  ' is unpaid.'
)
FROM invoice
WHERE invoice.number = :invoice
"""
COLLECT_ORDER_IF = "SELECT status = 'placed' FROM medicine_order WHERE number = :order"
COLLECT_ORDER_UPDATE_ORDER = "UPDATE medicine_order SET status = 'ready' WHERE number = :order"
COLLECT_ORDER_UPDATE_ORDER_2 = """
UPDATE medicine_order
SET status = 'collected', collected_at = :now
WHERE number = :order
"""
COLLECT_ORDER_RESULT = """
SELECT json_object('number', number, 'status', status, 'collected_at', collected_at)
FROM medicine_order
WHERE number = :order
"""


@tool(order=Ref(MEDICINE_ORDER, name="order_id"), writes=True)
def collect_order(db, order):
    """Hand over an order whose invoice is paid."""
    invoice = db.one(COLLECT_ORDER_INVOICE, order=order)
    if not db.value(COLLECT_ORDER_REQUIRE, invoice=invoice):
        raise ToolError("unpaid", db.value(COLLECT_ORDER_UNPAID, invoice=invoice))
    if db.value(COLLECT_ORDER_IF, order=order):
        db.run(COLLECT_ORDER_UPDATE_ORDER, order=order)
    db.run(COLLECT_ORDER_UPDATE_ORDER_2, now=db.now, order=order)
    return db.value(COLLECT_ORDER_RESULT, order=order)


RESTOCK_SHELF = """
SELECT id
FROM stock
WHERE pharmacy = :pharmacy AND drug = :i ->> 'drug'
ORDER BY id
LIMIT 1
"""
RESTOCK_CREATE_STOCK = """
INSERT INTO stock (pharmacy, drug, quantity, reorder_at)
VALUES (:pharmacy, :i ->> 'drug', 0, 10)
RETURNING id
"""
RESTOCK_UPDATE_SHELF = "UPDATE stock SET quantity = awm_whole(quantity + :i ->> 'quantity') WHERE id = :shelf"
RESTOCK_RESULT = """
SELECT json_object(
  'id', pharmacy.id,
  'name', pharmacy.name,
  'stock', json((
    SELECT json_group_array(
      json_object(
        'drug', json_object('id', drug.id, 'name', drug.name), 'quantity', stock.quantity
      )
      ORDER BY stock.quantity, stock.id
    )
    FROM stock
    JOIN drug ON drug.id = stock.drug
    WHERE stock.pharmacy = pharmacy.id
  ))
)
FROM pharmacy
WHERE pharmacy.id = :pharmacy
"""


@tool(
    pharmacy=Ref(PHARMACY, name="pharmacy_id"),
    items=List(Record({"drug": Ref(DRUG, name="drug_id"), "quantity": Int(1, 10000)}), 1, 50),
    writes=True,
)
def restock(db, pharmacy, items):
    """Add stock to a pharmacy; a drug it never carried gets a shelf."""
    for i in db.each(items):
        found_1 = db.value(RESTOCK_SHELF, pharmacy=pharmacy, i=i)
        if found_1 is None:
            found_1 = db.insert(RESTOCK_CREATE_STOCK, pharmacy=pharmacy, i=i)
        shelf = found_1
        db.run(RESTOCK_UPDATE_SHELF, i=i, shelf=shelf)
    return db.value(RESTOCK_RESULT, pharmacy=pharmacy)


LOW_STOCK_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'pharmacy', json_object('id', pharmacy.id, 'name', pharmacy.name),
        'drug', json_object('id', drug.id, 'name', drug.name),
        'quantity', stock.quantity,
        'missing', stock.reorder_at - stock.quantity
      )
      ORDER BY stock.quantity - stock.reorder_at, awm_fold(drug.name), drug.name, stock.id
    )
    FROM stock
    JOIN pharmacy ON pharmacy.id = stock.pharmacy
    JOIN drug ON drug.id = stock.drug
    WHERE stock.quantity <= stock.reorder_at
      AND (:pharmacy IS NULL OR stock.pharmacy = :pharmacy)
  ))
)
"""


@tool(pharmacy=Optional(Ref(PHARMACY), name="pharmacy_id"))
def low_stock(db, pharmacy):
    """Shelves at or below their reorder level, emptiest first."""
    return db.value(LOW_STOCK_RESULT, pharmacy=pharmacy)


TOP_DRUGS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'drug', json_object('id', drug.id, 'name', drug.name),
        'units', coalesce(sum(medicine_line.quantity), 0),
        'revenue', json(printf(
          '%.2f',
          awm_whole(coalesce(sum(medicine_line.unit_price * medicine_line.quantity), 0)) / 100.0
        ))
      ) AS v
      FROM medicine_line
      JOIN medicine_order AS order_ ON order_.number = medicine_line."order"
      JOIN prescription ON prescription.id = medicine_line.prescription
      JOIN drug ON drug.id = prescription.drug
      WHERE order_.status <> 'cancelled'
        AND (:since IS NULL OR date(order_.placed_at) >= :since)
      GROUP BY prescription.drug
      ORDER BY coalesce(sum(medicine_line.quantity), 0) DESC, prescription.drug
      LIMIT :n
    )
  ))
)
"""


@tool(n=Int(1, 20, default=5), since=Optional(Date()))
def top_drugs(db, n, since):
    """The drugs ordered most, by units, with what they brought in."""
    return db.value(TOP_DRUGS_RESULT, since=since, n=n)


ESTIMATE_COPAY_PLAN = "SELECT plan FROM patient WHERE id = :me"
ESTIMATE_COPAY_DEDUCTIBLE = """
SELECT min(
  max(
    (
      SELECT insurance_plan.deductible
      FROM insurance_plan
      WHERE insurance_plan.code = :plan
    )
    - me.deductible_met,
    0
  ),
  :amount
)
FROM patient AS me
WHERE me.id = :me
"""
ESTIMATE_COPAY_RESULT = """
SELECT json_object(
  'price', json(printf('%.2f', :amount / 100.0)),
  'deductible', json(printf('%.2f', :deductible / 100.0)),
  'covered', json(printf('%.2f', :covered / 100.0)),
  'you_pay', json(printf('%.2f', awm_whole(:amount - :covered) / 100.0))
)
"""


@tool(kind=Enum("consultation", "procedure", "lab", "medication"), amount=Money(1, 5000000))
def estimate_copay(db, kind, amount):
    """What I would pay myself for a service of that price today."""
    plan = db.value(ESTIMATE_COPAY_PLAN, me=db.me)
    deductible = 0
    if plan is not None:
        deductible = db.value(ESTIMATE_COPAY_DEDUCTIBLE, plan=plan, me=db.me, amount=amount)
    covered = covered_part(db, db.me, kind, fn.whole(amount - deductible))
    return db.value(ESTIMATE_COPAY_RESULT, amount=amount, deductible=deductible, covered=covered)


GET_INVOICE_RESULT = """
SELECT json_object(
  'number', invoice.number,
  'patient', json_object('id', patient.id, 'name', patient.name),
  'visit', (SELECT visit_2.id FROM visit AS visit_2 WHERE visit_2.id = invoice.visit),
  'order', (
    SELECT order_2.number
    FROM medicine_order AS order_2
    WHERE order_2.number = invoice."order"
  ),
  'issued_on', invoice.issued_on,
  'due_on', invoice.due_on,
  'status', invoice.status,
  'gross', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(invoice_line.amount), 0)
      FROM invoice_line
      WHERE invoice_line.invoice = invoice.number
    )) / 100.0
  )),
  'covered', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(sum(invoice_line_2.covered), 0)
      FROM invoice_line AS invoice_line_2
      WHERE invoice_line_2.invoice = invoice.number
    )) / 100.0
  )),
  'paid', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(CASE
          WHEN payment.kind = 'payment' THEN payment.amount
          ELSE -payment.amount
        END),
        0
      )
      FROM payment
      WHERE payment.invoice = invoice.number
    )) / 100.0
  )),
  'due', json(printf(
    '%.2f',
    awm_whole(
      (
        SELECT coalesce(sum(invoice_line_3.amount), 0)
        FROM invoice_line AS invoice_line_3
        WHERE invoice_line_3.invoice = invoice.number
      )
      - (
        SELECT coalesce(sum(invoice_line_4.covered), 0)
        FROM invoice_line AS invoice_line_4
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
        FROM payment AS payment_2
        WHERE payment_2.invoice = invoice.number
      )
    ) / 100.0
  )),
  'is_overdue', json(iif(
    invoice.status IN ('open', 'partly_paid') AND invoice.due_on < date(:now),
    'true',
    'false'
  )),
  'lines', json((
    SELECT json_group_array(
      json_object(
        'kind', invoice_line_5.kind,
        'description', invoice_line_5.description,
        'amount', json(printf('%.2f', invoice_line_5.amount / 100.0)),
        'covered', json(printf('%.2f', invoice_line_5.covered / 100.0))
      )
      ORDER BY invoice_line_5.id
    )
    FROM invoice_line AS invoice_line_5
    WHERE invoice_line_5.invoice = invoice.number
  )),
  'payments', json((
    SELECT json_group_array(
      json_object(
        'id', payment_3.id,
        'kind', payment_3.kind,
        'method', payment_3.method,
        'amount', json(printf('%.2f', payment_3.amount / 100.0)),
        'paid_at', payment_3.paid_at
      )
      ORDER BY payment_3.id
    )
    FROM payment AS payment_3
    WHERE payment_3.invoice = invoice.number
  ))
)
FROM invoice
JOIN patient ON patient.id = invoice.patient
LEFT JOIN visit ON visit.id = invoice.visit
LEFT JOIN medicine_order AS order_ ON order_.number = invoice."order"
WHERE invoice.number = :invoice
"""


@tool(invoice=Ref(INVOICE, name="invoice_id"))
def get_invoice(db, invoice):
    """An invoice with its lines and payments."""
    return db.value(GET_INVOICE_RESULT, invoice=invoice, now=db.now)


PAY_INVOICE_REQUIRE = "SELECT status IN ('open', 'partly_paid') FROM invoice WHERE number = :invoice"
PAY_INVOICE_WRONG_STATE = """
SELECT awm_concat('The invoice is ', status, '.')
FROM invoice
WHERE number = :invoice
"""
PAY_INVOICE_PAY = """
SELECT awm_whole(coalesce(
  :amount,
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
      sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
      0
    )
    FROM payment
    WHERE payment.invoice = invoice.number
  )
))
FROM invoice
WHERE invoice.number = :invoice
"""
PAY_INVOICE_REQUIRE_2 = """
SELECT :pay <= (
  SELECT coalesce(sum(invoice_line.amount), 0)
  FROM invoice_line
  WHERE invoice_line.invoice = invoice.number
) - (
  SELECT coalesce(sum(invoice_line_2.covered), 0)
  FROM invoice_line AS invoice_line_2
  WHERE invoice_line_2.invoice = invoice.number
) - (
  SELECT coalesce(
    sum(CASE WHEN payment.kind = 'payment' THEN payment.amount ELSE -payment.amount END),
    0
  )
  FROM payment
  WHERE payment.invoice = invoice.number
)
FROM invoice
WHERE invoice.number = :invoice
"""
PAY_INVOICE_TOO_MUCH = """
SELECT awm_concat(
  'Only ',
  awm_money_text(awm_whole(
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
  )),
  ' is due.'
)
FROM invoice
WHERE invoice.number = :invoice
"""
PAY_INVOICE_REQUIRE_3 = "SELECT credit >= :pay FROM patient WHERE id = :me"
PAY_INVOICE_NO_CREDIT = """
SELECT awm_concat('Your credit is ', awm_money_text(credit), '.')
FROM patient
WHERE id = :me
"""
PAY_INVOICE_UPDATE_ME = "UPDATE patient SET credit = awm_whole(credit - :pay) WHERE id = :me"
PAY_INVOICE_CREATE_PAYMENT = """
INSERT INTO payment (invoice, amount, method, kind, paid_at)
VALUES (:invoice, :pay, :method, 'payment', :now)
RETURNING id
"""
PAY_INVOICE_RESULT = """
SELECT json_object(
  'id', payment.id,
  'amount', json(printf('%.2f', payment.amount / 100.0)),
  'invoice', json_object(
    'number', invoice.number,
    'status', invoice.status,
    'gross', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line.amount), 0)
        FROM invoice_line
        WHERE invoice_line.invoice = invoice.number
      )) / 100.0
    )),
    'covered', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line_2.covered), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )) / 100.0
    )),
    'paid', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(
          sum(CASE
            WHEN payment_2.kind = 'payment' THEN payment_2.amount
            ELSE -payment_2.amount
          END),
          0
        )
        FROM payment AS payment_2
        WHERE payment_2.invoice = invoice.number
      )) / 100.0
    )),
    'due', json(printf(
      '%.2f',
      awm_whole(
        (
          SELECT coalesce(sum(invoice_line_3.amount), 0)
          FROM invoice_line AS invoice_line_3
          WHERE invoice_line_3.invoice = invoice.number
        )
        - (
          SELECT coalesce(sum(invoice_line_4.covered), 0)
          FROM invoice_line AS invoice_line_4
          WHERE invoice_line_4.invoice = invoice.number
        )
        - (
          SELECT coalesce(
            sum(CASE
              WHEN payment_3.kind = 'payment' THEN payment_3.amount
              ELSE -payment_3.amount
            END),
            0
          )
          FROM payment AS payment_3
          WHERE payment_3.invoice = invoice.number
        )
      ) / 100.0
    )),
    'due_on', invoice.due_on
  )
)
FROM payment
JOIN invoice ON invoice.number = payment.invoice
WHERE payment.id = :payment
"""


@tool(
    invoice=Ref(INVOICE, name="invoice_id"),
    amount=Optional(Money(1)),
    method=Enum("card", "cash", "transfer", "credit"),
    writes=True,
    invariants=(0, 1, 2),
)
def pay_invoice(db, invoice, amount, method):
    """Pay an invoice, in part or, without an amount, in full."""
    if not db.value(PAY_INVOICE_REQUIRE, invoice=invoice):
        raise ToolError("wrong_state", db.value(PAY_INVOICE_WRONG_STATE, invoice=invoice))
    pay = db.value(PAY_INVOICE_PAY, amount=amount, invoice=invoice)
    if not db.value(PAY_INVOICE_REQUIRE_2, pay=pay, invoice=invoice):
        raise ToolError("too_much", db.value(PAY_INVOICE_TOO_MUCH, invoice=invoice))
    if method == "credit":
        if not db.value(PAY_INVOICE_REQUIRE_3, me=db.me, pay=pay):
            raise ToolError("no_credit", db.value(PAY_INVOICE_NO_CREDIT, me=db.me))
        db.run(PAY_INVOICE_UPDATE_ME, pay=pay, me=db.me)
    payment = db.insert(PAY_INVOICE_CREATE_PAYMENT, invoice=invoice, pay=pay, method=method, now=db.now)
    settle(db, invoice)
    return db.value(PAY_INVOICE_RESULT, payment=payment)


REFUND_PAYMENT_REQUIRE = "SELECT kind = 'payment' FROM payment WHERE id = :payment"
REFUND_PAYMENT_REQUIRE_2 = """
SELECT awm_elapsed(:now, paid_at) <= awm_days(90)
FROM payment
WHERE id = :payment
"""
REFUND_PAYMENT_LEFT = """
SELECT awm_whole(
  payment.amount
  - (
    SELECT coalesce(sum(payment_2.amount), 0)
    FROM payment AS payment_2
    WHERE payment_2.refund_of IS :payment
  )
)
FROM payment
WHERE payment.id = :payment
"""
REFUND_PAYMENT_BACK = "SELECT coalesce(:amount, :left)"
REFUND_PAYMENT_TOO_MUCH = "SELECT awm_concat('Only ', awm_money_text(:left), ' of it can be refunded.')"
REFUND_PAYMENT_CREATE_PAYMENT = """
INSERT INTO payment (invoice, kind, method, amount, refund_of, paid_at)
VALUES (
  (SELECT invoice FROM payment WHERE id = :payment),
  'refund',
  'credit',
  :back,
  :payment,
  :now
)
RETURNING id
"""
REFUND_PAYMENT_UPDATE_ME = "UPDATE patient SET credit = awm_whole(credit + :back) WHERE id = :me"
REFUND_PAYMENT_INVOICE = "SELECT invoice FROM payment WHERE id = :payment"
REFUND_PAYMENT_RESULT = """
SELECT json_object(
  'refunded', json(printf('%.2f', :back / 100.0)),
  'credit', json(printf('%.2f', me.credit / 100.0)),
  'invoice', json_object(
    'number', invoice.number,
    'status', invoice.status,
    'gross', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line.amount), 0)
        FROM invoice_line
        WHERE invoice_line.invoice = invoice.number
      )) / 100.0
    )),
    'covered', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(sum(invoice_line_2.covered), 0)
        FROM invoice_line AS invoice_line_2
        WHERE invoice_line_2.invoice = invoice.number
      )) / 100.0
    )),
    'paid', json(printf(
      '%.2f',
      awm_whole((
        SELECT coalesce(
          sum(CASE
            WHEN payment_2.kind = 'payment' THEN payment_2.amount
            ELSE -payment_2.amount
          END),
          0
        )
        FROM payment AS payment_2
        WHERE payment_2.invoice = invoice.number
      )) / 100.0
    )),
    'due', json(printf(
      '%.2f',
      awm_whole(
        (
          SELECT coalesce(sum(invoice_line_3.amount), 0)
          FROM invoice_line AS invoice_line_3
          WHERE invoice_line_3.invoice = invoice.number
        )
        - (
          SELECT coalesce(sum(invoice_line_4.covered), 0)
          FROM invoice_line AS invoice_line_4
          WHERE invoice_line_4.invoice = invoice.number
        )
        - (
          SELECT coalesce(
            sum(CASE
              WHEN payment_3.kind = 'payment' THEN payment_3.amount
              ELSE -payment_3.amount
            END),
            0
          )
          FROM payment AS payment_3
          WHERE payment_3.invoice = invoice.number
        )
      ) / 100.0
    )),
    'due_on', invoice.due_on
  )
)
FROM patient AS me
JOIN payment ON payment.id = :payment
JOIN invoice ON invoice.number = payment.invoice
WHERE me.id = :me
"""


@tool(payment=Ref(PAYMENT, name="payment_id"), amount=Optional(Money(1)), writes=True, invariants=(0, 1, 2))
def refund_payment(db, payment, amount):
    """Refund a payment, in part or in full, within 90 days, as credit."""
    if not db.value(REFUND_PAYMENT_REQUIRE, payment=payment):
        raise ToolError("not_a_payment", "That is a refund.")
    if not db.value(REFUND_PAYMENT_REQUIRE_2, now=db.now, payment=payment):
        raise ToolError("too_late", "Payments are refunded for 90 days.")
    left = db.value(REFUND_PAYMENT_LEFT, payment=payment)
    back = db.value(REFUND_PAYMENT_BACK, amount=amount, left=left)
    if not (back <= left and back > 0):
        raise ToolError("too_much", db.value(REFUND_PAYMENT_TOO_MUCH, left=left))
    db.insert(REFUND_PAYMENT_CREATE_PAYMENT, payment=payment, back=back, now=db.now)
    db.run(REFUND_PAYMENT_UPDATE_ME, back=back, me=db.me)
    settle(db, db.value(REFUND_PAYMENT_INVOICE, payment=payment))
    return db.value(REFUND_PAYMENT_RESULT, back=back, me=db.me, payment=payment)


STATEMENT_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(
      json_object(
        'id', p.id,
        'paid_at', p.paid_at,
        'kind', p.kind,
        'amount', json(printf('%.2f', p.amount / 100.0)),
        'invoice', json_object('number', invoice.number),
        'running', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(
              sum(CASE
                WHEN payment.kind = 'payment' THEN payment.amount
                ELSE -payment.amount
              END),
              0
            )
            FROM payment
            JOIN invoice AS invoice_2 ON invoice_2.number = payment.invoice
            WHERE invoice_2.patient = :me AND payment.paid_at <= p.paid_at
          )) / 100.0
        ))
      )
      ORDER BY p.paid_at, p.id
    )
    FROM payment AS p
    JOIN invoice ON invoice.number = p.invoice
    WHERE invoice.patient = :me
      AND (:from_ IS NULL OR date(p.paid_at) >= :from_)
      AND (:to IS NULL OR date(p.paid_at) <= :to)
  ))
)
"""


@tool(from_=Optional(Date()), to=Optional(Date()))
def statement(db, from_, to):
    """My payments in order of time with the running total paid."""
    return db.value(STATEMENT_RESULT, me=db.me, from_=from_, to=to)


SPENDING_BY_KIND_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'kind', invoice_line.kind,
        'services', count(*),
        'billed', json(printf(
          '%.2f', awm_whole(coalesce(sum(invoice_line.amount), 0)) / 100.0
        )),
        'own', json(printf(
          '%.2f',
          awm_whole(coalesce(sum(invoice_line.amount - invoice_line.covered), 0)) / 100.0
        )),
        'average', json(awm_money_text(awm_average(
          sum(invoice_line.amount), count(invoice_line.amount)
        )))
      ) AS v
      FROM invoice_line
      JOIN invoice ON invoice.number = invoice_line.invoice
      WHERE invoice.patient = :me
        AND invoice.status <> 'void'
        AND awm_year(invoice.issued_on) = :in_year
      GROUP BY invoice_line.kind
      ORDER BY
        coalesce(sum(invoice_line.amount - invoice_line.covered), 0) DESC,
        CASE
          invoice_line.kind
          WHEN 'consultation' THEN 0
          WHEN 'procedure' THEN 1
          WHEN 'lab' THEN 2
          WHEN 'medication' THEN 3
        END
    )
  ))
)
"""


@tool(in_year=Int(2000, 2100))
def spending_by_kind(db, in_year):
    """What I was billed in a year, by kind of service, largest share first."""
    return db.value(SPENDING_BY_KIND_RESULT, me=db.me, in_year=in_year)


OVERDUE_REPORT_MINE = """
SELECT number
FROM invoice
WHERE patient = :me AND status IN ('open', 'partly_paid')
ORDER BY number
"""
OVERDUE_REPORT_RESULT = """
SELECT json_object(
  'current', json(printf(
    '%.2f',
    awm_whole((
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
      FROM json_each(:mine) AS item
      JOIN invoice ON invoice.number = item.value
      WHERE NOT (
        invoice.status IN ('open', 'partly_paid') AND invoice.due_on < date(:now)
      )
    )) / 100.0
  )),
  'up_to_30', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(
          (
            SELECT coalesce(sum(invoice_line_3.amount), 0)
            FROM invoice_line AS invoice_line_3
            WHERE invoice_line_3.invoice = invoice_2.number
          )
          - (
            SELECT coalesce(sum(invoice_line_4.covered), 0)
            FROM invoice_line AS invoice_line_4
            WHERE invoice_line_4.invoice = invoice_2.number
          )
          - (
            SELECT coalesce(
              sum(CASE
                WHEN payment_2.kind = 'payment' THEN payment_2.amount
                ELSE -payment_2.amount
              END),
              0
            )
            FROM payment AS payment_2
            WHERE payment_2.invoice = invoice_2.number
          )
        ),
        0
      )
      FROM json_each(:mine) AS item_2
      JOIN invoice AS invoice_2 ON invoice_2.number = item_2.value
      WHERE invoice_2.status IN ('open', 'partly_paid')
        AND invoice_2.due_on < date(:now)
        AND awm_elapsed(date(:now), invoice_2.due_on) <= awm_days(30)
    )) / 100.0
  )),
  'older', json(printf(
    '%.2f',
    awm_whole((
      SELECT coalesce(
        sum(
          (
            SELECT coalesce(sum(invoice_line_5.amount), 0)
            FROM invoice_line AS invoice_line_5
            WHERE invoice_line_5.invoice = invoice_3.number
          )
          - (
            SELECT coalesce(sum(invoice_line_6.covered), 0)
            FROM invoice_line AS invoice_line_6
            WHERE invoice_line_6.invoice = invoice_3.number
          )
          - (
            SELECT coalesce(
              sum(CASE
                WHEN payment_3.kind = 'payment' THEN payment_3.amount
                ELSE -payment_3.amount
              END),
              0
            )
            FROM payment AS payment_3
            WHERE payment_3.invoice = invoice_3.number
          )
        ),
        0
      )
      FROM json_each(:mine) AS item_3
      JOIN invoice AS invoice_3 ON invoice_3.number = item_3.value
      WHERE invoice_3.status IN ('open', 'partly_paid')
        AND invoice_3.due_on < date(:now)
        AND awm_elapsed(date(:now), invoice_3.due_on) > awm_days(30)
    )) / 100.0
  )),
  'oldest', json((
    SELECT json_object(
      'number', invoice_4.number,
      'due', json(printf(
        '%.2f',
        awm_whole(
          (
            SELECT coalesce(sum(invoice_line_7.amount), 0)
            FROM invoice_line AS invoice_line_7
            WHERE invoice_line_7.invoice = invoice_4.number
          )
          - (
            SELECT coalesce(sum(invoice_line_8.covered), 0)
            FROM invoice_line AS invoice_line_8
            WHERE invoice_line_8.invoice = invoice_4.number
          )
          - (
            SELECT coalesce(
              sum(CASE
                WHEN payment_4.kind = 'payment' THEN payment_4.amount
                ELSE -payment_4.amount
              END),
              0
            )
            FROM payment AS payment_4
            WHERE payment_4.invoice = invoice_4.number
          )
        ) / 100.0
      )),
      'due_on', invoice_4.due_on
    )
    FROM json_each(:mine) AS item_4
    JOIN invoice AS invoice_4 ON invoice_4.number = item_4.value
    ORDER BY invoice_4.due_on, item_4.key
    LIMIT 1
  ))
)
"""


@tool()
def overdue_report(db):
    """What I owe by age: not due yet, up to 30 days late, later."""
    mine = db.values(OVERDUE_REPORT_MINE, me=db.me)
    return db.value(OVERDUE_REPORT_RESULT, mine=mine, now=db.now)


SEND_DUE_REMINDERS_READY = """
SELECT reminder.id
FROM reminder
JOIN appointment ON appointment.id = reminder.appointment
WHERE reminder.sent_at IS NULL
  AND reminder.send_at <= :now
  AND appointment.status IN ('booked', 'confirmed')
ORDER BY reminder.id
"""
SEND_DUE_REMINDERS_N = """
SELECT count(*)
FROM json_each(:ready) AS item
JOIN reminder ON reminder.id = item.value
"""
SEND_DUE_REMINDERS_UPDATE_REMINDER = """
UPDATE reminder
SET sent_at = chosen.new_sent_at
FROM (
  SELECT reminder.id AS key, :now AS new_sent_at
  FROM json_each(:ready) AS item
  JOIN reminder ON reminder.id = item.value
  ORDER BY item.key
) AS chosen
WHERE reminder.id = chosen.key
"""
SEND_DUE_REMINDERS_RESULT = "SELECT json_object('sent', :n)"


@tool(writes=True)
def send_due_reminders(db):
    """Send the reminders whose time has come."""
    ready = db.values(SEND_DUE_REMINDERS_READY, now=db.now)
    n = db.value(SEND_DUE_REMINDERS_N, ready=ready)
    db.run(SEND_DUE_REMINDERS_UPDATE_REMINDER, ready=ready, now=db.now)
    return db.value(SEND_DUE_REMINDERS_RESULT, n=n)


ADD_REMINDER_AT = """
SELECT awm_shift(slot.starts_at, -awm_hours(:hours_before))
FROM appointment
JOIN slot ON slot.id = appointment.slot
WHERE appointment.id = :appointment
"""
ADD_REMINDER_IN_THE_PAST = "SELECT awm_concat(:at, ' is over.')"
ADD_REMINDER_CREATE_REMINDER = """
INSERT INTO reminder (appointment, channel, send_at)
VALUES (:appointment, :channel, :at)
RETURNING id
"""
ADD_REMINDER_RESULT = """
SELECT json_object('id', id, 'channel', channel, 'send_at', send_at)
FROM reminder
WHERE id = :made_1
"""


@tool(
    appointment=Ref(APPOINTMENT, name="appointment_id"),
    hours_before=Int(1, 168),
    channel=Enum("email", "sms", default="sms"),
    writes=True,
)
def add_reminder(db, appointment, hours_before, channel):
    """Add a reminder to an appointment."""
    at = db.value(ADD_REMINDER_AT, hours_before=hours_before, appointment=appointment)
    if not (at > db.now):
        raise ToolError("in_the_past", db.value(ADD_REMINDER_IN_THE_PAST, at=at))
    made_1 = db.insert(ADD_REMINDER_CREATE_REMINDER, appointment=appointment, channel=channel, at=at)
    return db.value(ADD_REMINDER_RESULT, made_1=made_1)


LIST_APPOINTMENTS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', appointment.id,
        'patient', json_object('id', patient.id, 'name', patient.name),
        'slot', json_object(
          'id', slot.id,
          'starts_at', slot.starts_at,
          'ends_at', slot.ends_at,
          'doctor', json_object('id', doctor.id, 'name', doctor.name)
        ),
        'status', appointment.status,
        'reason', appointment.reason,
        'booked_at', appointment.booked_at,
        'cancelled_at', appointment.cancelled_at,
        'is_pending', json(iif(
          appointment.status IN ('booked', 'confirmed'), 'true', 'false'
        ))
      ) AS v
      FROM appointment
      JOIN patient ON patient.id = appointment.patient
      JOIN slot ON slot.id = appointment.slot
      JOIN doctor ON doctor.id = slot.doctor
      WHERE appointment.patient = :me
        AND (:status IS NULL OR appointment.status = :status)
      ORDER BY appointment.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM appointment AS appointment_2
    WHERE appointment_2.patient = :me
      AND (:status IS NULL OR appointment_2.status = :status)
  ),
  'page', :page
)
"""


@tool(
    status=Optional(Enum("booked", "confirmed", "checked_in", "completed", "cancelled", "no_show")),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_appointments(db, status, page, page_size):
    """List appointments, filtered by status."""
    return db.value(LIST_APPOINTMENTS_RESULT, me=db.me, status=status, page_size=page_size, page=page)


GET_APPOINTMENT_RESULT = """
SELECT json_object(
  'id', appointment.id,
  'patient', json_object('id', patient.id, 'name', patient.name),
  'slot', json_object(
    'id', slot.id,
    'starts_at', slot.starts_at,
    'ends_at', slot.ends_at,
    'doctor', json_object('id', doctor.id, 'name', doctor.name)
  ),
  'status', appointment.status,
  'reason', appointment.reason,
  'booked_at', appointment.booked_at,
  'cancelled_at', appointment.cancelled_at,
  'is_pending', json(iif(appointment.status IN ('booked', 'confirmed'), 'true', 'false'))
)
FROM appointment
JOIN patient ON patient.id = appointment.patient
JOIN slot ON slot.id = appointment.slot
JOIN doctor ON doctor.id = slot.doctor
WHERE appointment.id = :appointment
"""


@tool(appointment=Ref(APPOINTMENT, name="appointment_id"))
def get_appointment(db, appointment):
    """Look up an appointment."""
    return db.value(GET_APPOINTMENT_RESULT, appointment=appointment)


LIST_INVOICES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'number', invoice.number,
        'patient', json_object('id', patient.id, 'name', patient.name),
        'visit', (
          SELECT visit_2.id FROM visit AS visit_2 WHERE visit_2.id = invoice.visit
        ),
        'order', (
          SELECT order_2.number
          FROM medicine_order AS order_2
          WHERE order_2.number = invoice."order"
        ),
        'issued_on', invoice.issued_on,
        'due_on', invoice.due_on,
        'status', invoice.status,
        'gross', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(invoice_line.amount), 0)
            FROM invoice_line
            WHERE invoice_line.invoice = invoice.number
          )) / 100.0
        )),
        'covered', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(sum(invoice_line_2.covered), 0)
            FROM invoice_line AS invoice_line_2
            WHERE invoice_line_2.invoice = invoice.number
          )) / 100.0
        )),
        'paid', json(printf(
          '%.2f',
          awm_whole((
            SELECT coalesce(
              sum(CASE
                WHEN payment.kind = 'payment' THEN payment.amount
                ELSE -payment.amount
              END),
              0
            )
            FROM payment
            WHERE payment.invoice = invoice.number
          )) / 100.0
        )),
        'due', json(printf(
          '%.2f',
          awm_whole(
            (
              SELECT coalesce(sum(invoice_line_3.amount), 0)
              FROM invoice_line AS invoice_line_3
              WHERE invoice_line_3.invoice = invoice.number
            )
            - (
              SELECT coalesce(sum(invoice_line_4.covered), 0)
              FROM invoice_line AS invoice_line_4
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
              FROM payment AS payment_2
              WHERE payment_2.invoice = invoice.number
            )
          ) / 100.0
        )),
        'is_owed', json(iif(invoice.status IN ('open', 'partly_paid'), 'true', 'false')),
        'is_overdue', json(iif(
          invoice.status IN ('open', 'partly_paid') AND invoice.due_on < date(:now),
          'true',
          'false'
        ))
      ) AS v
      FROM invoice
      JOIN patient ON patient.id = invoice.patient
      LEFT JOIN visit ON visit.id = invoice.visit
      LEFT JOIN medicine_order AS order_ ON order_.number = invoice."order"
      WHERE invoice.patient = :me AND (:status IS NULL OR invoice.status = :status)
      ORDER BY invoice.number
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM invoice AS invoice_2
    WHERE invoice_2.patient = :me AND (:status IS NULL OR invoice_2.status = :status)
  ),
  'page', :page
)
"""


@tool(
    status=Optional(Enum("open", "partly_paid", "paid", "void")),
    page=Int(1, default=1),
    page_size=Int(1, 100, default=20),
)
def list_invoices(db, status, page, page_size):
    """List invoices, filtered by status."""
    return db.value(LIST_INVOICES_RESULT, me=db.me, status=status, now=db.now, page_size=page_size, page=page)


LIST_REMINDERS_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', reminder.id,
        'appointment', appointment.id,
        'channel', reminder.channel,
        'send_at', reminder.send_at,
        'sent_at', reminder.sent_at
      ) AS v
      FROM reminder
      JOIN appointment ON appointment.id = reminder.appointment
      WHERE appointment.patient = :me
      ORDER BY reminder.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (
    SELECT count(*)
    FROM reminder AS reminder_2
    JOIN appointment AS appointment_2 ON appointment_2.id = reminder_2.appointment
    WHERE appointment_2.patient = :me
  ),
  'page', :page
)
"""


@tool(page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_reminders(db, page, page_size):
    """List reminders."""
    return db.value(LIST_REMINDERS_RESULT, me=db.me, page_size=page_size, page=page)


DELETE_REMINDER_DELETE_REMINDER = "DELETE FROM reminder WHERE id = :reminder"
DELETE_REMINDER_RESULT = "SELECT json_object('id', :id_deleted)"


@tool(reminder=Ref(REMINDER, name="reminder_id"), writes=True)
def delete_reminder(db, reminder):
    """Delete a reminder."""
    id_deleted = reminder
    db.run(DELETE_REMINDER_DELETE_REMINDER, reminder=reminder)
    return db.value(DELETE_REMINDER_RESULT, id_deleted=id_deleted)


LIST_PHARMACIES_RESULT = """
SELECT json_object(
  'items', json((
    SELECT json_group_array(json(v))
    FROM (
      SELECT json_object(
        'id', pharmacy.id,
        'name', pharmacy.name,
        'street', pharmacy.street,
        'opens', pharmacy.opens,
        'closes', pharmacy.closes
      ) AS v
      FROM pharmacy
      ORDER BY pharmacy.id
      LIMIT :page_size
      OFFSET (:page - 1) * :page_size
    )
  )),
  'total', (SELECT count(*) FROM pharmacy AS pharmacy_2),
  'page', :page
)
"""


@tool(page=Int(1, default=1), page_size=Int(1, 100, default=20))
def list_pharmacies(db, page, page_size):
    """List pharmacies."""
    return db.value(LIST_PHARMACIES_RESULT, page_size=page_size, page=page)


GET_PHARMACY_RESULT = """
SELECT json_object(
  'id', id, 'name', name, 'street', street, 'opens', opens, 'closes', closes
)
FROM pharmacy
WHERE id = :pharmacy
"""


@tool(pharmacy=Ref(PHARMACY, name="pharmacy_id"))
def get_pharmacy(db, pharmacy):
    """Look up a pharmacy."""
    return db.value(GET_PHARMACY_RESULT, pharmacy=pharmacy)


GET_INSURANCE_PLAN_RESULT = """
SELECT json_object(
  'code', code,
  'name', name,
  'deductible', json(printf('%.2f', deductible / 100.0)),
  'copay', json(printf('%.2f', copay / 100.0)),
  'waiting_days', waiting_days
)
FROM insurance_plan
WHERE code = :insurance_plan
"""


@tool(insurance_plan=Ref(INSURANCE_PLAN, name="insurance_plan_id"))
def get_insurance_plan(db, insurance_plan):
    """Look up an insurance plan."""
    return db.value(GET_INSURANCE_PLAN_RESULT, insurance_plan=insurance_plan)


# Lines of this file, and the lines of the spec from which they are made.
SPEC_LINES = """
220:309 221:310 222:311 223:312 224:313 225:314 226:317 262:322 263:323 264:332 265:333 266:334 267:335
268:337 309:342 365:355 366:355 367:355 368:355 369:355 370:355 371:355 372:355 392:367 456:381 457:381
458:382 459:382 460:383 461:383 462:383 463:383 464:383 465:383 466:383 467:383 468:383 469:383 470:383
508:398 564:408 565:408 566:409 567:409 568:409 569:411 570:412 571:413 572:414 573:414 574:416 575:416
576:418 577:419 578:421 651:429 652:429 653:430 654:430 655:431 656:431 657:435 658:436 659:436 660:436
661:437 662:438 663:439 664:442 684:447 685:447 686:448 687:449 761:454 762:454 763:455 764:455 765:456
766:456 767:458 768:459 769:460 770:461 771:462 772:463 773:463 774:464 775:465 841:470 842:470 843:471
844:472 845:473 846:474 847:474 848:475 849:476 850:476 851:476 852:477 853:484 854:485 855:486 856:487
857:488 885:493 886:493 887:494 888:494 889:496 890:496 891:497 892:498 924:503 925:503 926:504 927:505
928:508 929:509 930:510 931:511 932:513 933:515 976:522 977:522 978:523 979:523 980:523 981:523 982:523
983:523 984:523 985:523 986:523 987:523 988:523 989:527 990:528 1014:538 1015:538 1016:539 1017:540 1044:545
1245:559 1246:559 1247:560 1248:560 1249:562 1250:563 1251:564 1252:569 1253:570 1254:577 1255:577 1256:577
1257:583 1258:589 1259:590 1260:597 1261:598 1262:599 1263:600 1264:601 1265:602 1266:603 1267:604 1268:605
1269:606 1270:606 1271:606 1272:606 1273:606 1274:606 1275:606 1276:610 1277:611 1340:616 1341:616 1342:616
1378:631 1465:646 1466:647 1467:647 1468:649 1469:657 1470:657 1471:658 1472:658 1473:658 1474:658 1475:658
1476:658 1477:658 1478:658 1479:658 1480:658 1481:667 1537:672 1538:673 1572:682 1573:682 1574:682 1617:690
1618:690 1619:692 1620:692 1621:694 1622:699 1653:704 1654:705 1655:706 1656:707 1689:714 1914:726 1915:726
1916:728 1917:728 1918:730 1919:730 1920:730 1921:731 1922:731 1923:731 1924:737 1925:738 1926:738 1927:740
1928:740 1929:741 1930:741 1931:741 1932:743 1933:743 1934:745 1935:746 1936:752 1937:753 1938:753 1939:755
1940:757 1941:758 1942:758 1943:758 1944:758 1945:758 1946:758 1947:758 1948:758 1949:758 1950:766 2039:775
2040:775 2041:776 2042:777 2043:777 2044:778 2045:779 2046:780 2047:781 2048:781 2049:781 2050:783 2051:783
2052:786 2053:787 2054:788 2127:793 2128:794 2129:794 2130:795 2131:795 2132:796 2133:797 2177:802 2178:803
2179:803 2180:803 2181:803 2182:805 2183:807 2211:812 2245:820 2278:833 2279:834 2280:835 2281:835 2282:836
2283:837 2399:842 2577:851 2578:851 2579:852 2580:853 2581:853 2582:854 2583:855 2584:855 2585:856 2586:858
2587:859 2588:860 2701:865 2702:865 2703:866 2704:866 2705:867 2706:868 2707:869 2708:869 2709:870 2710:877
2711:878 2712:879 2756:884 2802:896 2964:912 2965:913 2999:923 3000:924 3001:925 3002:926 3032:931 3033:932
3034:932 3035:933 3036:933 3090:938 3120:938 3232:939 3269:940 3279:940 3280:940 3281:940 3311:941 3326:941
3345:942
"""
