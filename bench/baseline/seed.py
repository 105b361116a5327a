"""The rows the clinic starts with, inserted when the program starts."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from . import models as m


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def clinic_rows() -> list[m.Base]:
    rows: list[m.Base] = [
        m.Specialty(id=1, name="Cardiology", slot_minutes=30),
        m.Specialty(id=2, name="Dermatology", slot_minutes=20),
        m.Specialty(id=3, name="General practice", slot_minutes=15),
    ]
    doctors = [
        ("Dr. Ama Osei", 1, 180.00, 4.8, "Heart rhythm and blood pressure."),
        ("Dr. Erik Lind", 1, 150.00, 4.3, None),
        ("Dr. Chloé Moreau", 2, 95.50, 4.6, "Skin and allergies."),
        ("Dr. Ravi Patel", 3, 60.00, None, "Family doctor; also blood pressure checks."),
    ]
    rows += [
        m.Doctor(id=i, name=name, specialty_id=specialty, fee=fee, rating=rating, bio=bio)
        for i, (name, specialty, fee, rating, bio) in enumerate(doctors, 1)
    ]
    hours = [
        (1, 1, time(9), time(12)),
        (1, 3, time(9), time(12)),
        (2, 2, time(13), time(17)),
        (3, 4, time(8, 30), time(11, 30)),
        (4, 1, time(8), time(12)),
        (4, 1, time(13), time(17)),
        (4, 2, time(8), time(12)),
    ]
    rows += [
        m.OpeningHour(doctor_id=doctor, weekday=weekday, opens=opens, closes=closes)
        for doctor, weekday, opens, closes in hours
    ]
    slots = [
        (4, "2024-11-05T09:00:00", 15, "booked"),
        (1, "2025-01-20T09:30:00", 30, "booked"),
        (4, "2025-03-10T14:00:00", 15, "booked"),
        (1, "2025-03-12T09:00:00", 30, "booked"),
        (1, "2025-03-12T09:30:00", 30, "open"),
        (1, "2025-03-19T11:00:00", 30, "open"),
        (2, "2025-03-11T13:00:00", 30, "open"),
        (2, "2025-03-18T13:00:00", 30, "booked"),
        (3, "2025-03-13T08:30:00", 20, "booked"),
        (4, "2025-03-11T08:00:00", 15, "open"),
    ]
    for doctor, minutes in ((1, 30), (2, 30), (3, 20), (4, 15)):
        for n in range(10):
            slots.append((doctor, f"{day('2025-03-31') + timedelta(days=n)}T09:00:00", minutes, "open"))
    rows += [
        m.Slot(
            id=i,
            doctor_id=doctor,
            starts_at=at(starts),
            ends_at=at(starts) + timedelta(minutes=minutes),
            status=status,
        )
        for i, (doctor, starts, minutes, status) in enumerate(slots, 1)
    ]
    return rows


def patient_rows() -> list[m.Base]:
    rows: list[m.Base] = [
        m.InsurancePlan(code="BAS-01", name="Basic", deductible=300.00, copay=20.00, waiting_days=30),
        m.InsurancePlan(code="PLU-02", name="Plus", deductible=100.00, copay=10.00, waiting_days=0),
    ]
    coverages = [
        ("BAS-01", "consultation", 60, 100.00),
        ("BAS-01", "medication", 50, 40.00),
        ("PLU-02", "consultation", 80, None),
        ("PLU-02", "procedure", 70, 1500.00),
        ("PLU-02", "lab", 100, None),
        ("PLU-02", "medication", 75, 60.00),
    ]
    rows += [
        m.Coverage(plan_code=plan, kind=kind, percent=percent, cap=cap)
        for plan, kind, percent, cap in coverages
    ]
    rows += [
        m.Patient(
            id=1,
            name="Nina Brandt",
            email="nina@example.com",
            born=day("1984-07-19"),
            plan_code="PLU-02",
            member_since=day("2023-01-01"),
            deductible_met=100.00,
            credit=25.00,
            allergies=["penicillin"],
        ),
        m.Patient(
            id=2,
            name="Omar Haddad",
            email="omar@example.com",
            born=day("1990-02-28"),
            plan_code="BAS-01",
            member_since=day("2025-03-01"),
        ),
        m.Patient(id=3, name="June Park", email="june@example.com", born=day("2001-12-05")),
    ]
    appointments = [
        (1, 1, "completed", "Cough", "2024-10-30T10:00:00"),
        (1, 2, "completed", "Palpitations", "2025-01-10T12:00:00"),
        (1, 3, "confirmed", "Blood pressure", "2025-03-01T09:00:00"),
        (1, 4, "booked", "Follow-up", "2025-02-20T09:00:00"),
        (3, 8, "booked", "Second opinion", "2025-02-21T09:00:00"),
        (2, 9, "booked", "Rash", "2025-02-22T09:00:00"),
    ]
    rows += [
        m.Appointment(id=i, patient_id=p, slot_id=slot, status=status, reason=reason, booked_at=at(booked))
        for i, (p, slot, status, reason, booked) in enumerate(appointments, 1)
    ]
    rows += [
        m.Visit(id=1, appointment_id=1, started_at=at("2024-11-05T09:05:00"), notes="Mild bronchitis."),
        m.Visit(id=2, appointment_id=2, started_at=at("2025-01-20T09:30:00"), notes="ECG normal."),
        m.Diagnosis(visit_id=1, code="J20.9", description="Acute bronchitis", severity="minor"),
        m.Diagnosis(visit_id=1, code="I10", description="Hypertension, suspected", severity="minor"),
        m.Diagnosis(visit_id=2, code="I10", description="Essential hypertension", severity="moderate"),
        m.Reminder(appointment_id=4, channel="email", send_at=at("2025-03-11T09:00:00")),
    ]
    return rows


def pharmacy_rows() -> list[m.Base]:
    drugs = [
        ("Ramipril 5 mg", "ramipril", 0.35),
        ("Spironolactone 25 mg", "spironolactone", 0.48),
        ("Amoxicillin 500 mg", "penicillin", 0.62),
        ("Aspirin 100 mg", "acetylsalicylic acid", 0.09),
    ]
    rows: list[m.Base] = [
        m.Drug(id=i, name=name, ingredient=ingredient, unit_price=price)
        for i, (name, ingredient, price) in enumerate(drugs, 1)
    ]
    note = "Potassium may rise to dangerous levels."
    rows += [
        m.Interaction(a_id=1, b_id=2, severity="major", note=note),
        m.Interaction(a_id=1, b_id=4, severity="minor", note="Watch the kidneys."),
    ]
    prescriptions = [
        (1, 2, 1, 60, 2, "2025-01-20", "2025-07-20", "active"),
        (1, 2, 4, 100, 0, "2025-01-20", "2025-04-20", "active"),
        (1, 1, 3, 20, 0, "2024-11-05", "2024-12-05", "used_up"),
        (2, None, 2, 30, 1, "2025-02-01", "2025-05-01", "active"),
    ]
    rows += [
        m.Prescription(
            patient_id=patient,
            visit_id=visit,
            drug_id=drug,
            quantity=quantity,
            refills_left=refills,
            issued_on=day(issued),
            expires_on=day(expires),
            status=status,
        )
        for patient, visit, drug, quantity, refills, issued, expires, status in prescriptions
    ]
    rows += [
        m.Pharmacy(
            id=1, name="Central Pharmacy", street="1 Market Square", opens=time(7, 30), closes=time(20)
        ),
        m.Pharmacy(id=2, name="Corner Pharmacy", street="9 Mill Lane", opens=time(9), closes=time(18)),
        m.Stock(pharmacy_id=1, drug_id=1, quantity=45, reorder_at=50),
        m.Stock(pharmacy_id=1, drug_id=4, quantity=300, reorder_at=100),
        m.Stock(pharmacy_id=2, drug_id=1, quantity=200, reorder_at=50),
        m.Stock(pharmacy_id=2, drug_id=2, quantity=5, reorder_at=20),
    ]
    return rows


def money_rows() -> list[m.Base]:
    invoices = [
        ("INV-00001", 1, "2024-11-05", "2024-12-05", "paid"),
        ("INV-00002", 2, "2025-01-20", "2025-02-19", "partly_paid"),
        ("INV-00003", None, "2025-03-03", "2025-03-31", "open"),
    ]
    rows: list[m.Base] = [
        m.Invoice(
            number=number, patient_id=1, visit_id=visit, issued_on=day(issued), due_on=day(due), status=status
        )
        for number, visit, issued, due, status in invoices
    ]
    lines = [
        ("INV-00001", "consultation", "Consultation with Dr. Ravi Patel", 60.00, 0),
        ("INV-00002", "consultation", "Consultation with Dr. Ama Osei", 180.00, 136.00),
        ("INV-00002", "lab", "ECG and blood panel", 89.90, 89.90),
        ("INV-00002", "procedure", "Holter monitor", 210.00, 147.00),
        ("INV-00003", "procedure", "Vaccination abroad", 44.50, 0),
    ]
    rows += [
        m.InvoiceLine(invoice_number=number, kind=kind, description=text, amount=amount, covered=covered)
        for number, kind, text, amount, covered in lines
    ]
    rows += [
        m.Payment(
            id=1, invoice_number="INV-00001", method="card", amount=60.00, paid_at=at("2024-11-20T10:00:00")
        ),
        m.Payment(
            id=2, invoice_number="INV-00002", method="card", amount=40.00, paid_at=at("2025-02-01T10:00:00")
        ),
    ]
    waiting = [
        (3, 1, "2025-03-10", "2025-03-14", "2025-03-02T09:00:00"),
        (2, 1, "2025-03-10", "2025-03-31", "2025-03-01T09:00:00"),
    ]
    rows += [
        m.WaitingEntry(
            patient_id=patient, doctor_id=doctor, earliest=day(first), latest=day(last), joined_at=at(joined)
        )
        for patient, doctor, first, last, joined in waiting
    ]
    return rows


def seed(db: Session) -> None:
    for rows in (clinic_rows(), patient_rows(), pharmacy_rows(), money_rows()):
        db.add_all(rows)
        db.flush()
