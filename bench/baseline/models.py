"""The tables, as SQLAlchemy models. Derived values are properties."""

from datetime import date, datetime, time
from typing import Optional

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import Base, clock


class Specialty(Base):
    __tablename__ = "specialties"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    slot_minutes: Mapped[int] = mapped_column(default=30)
    doctors: Mapped[list["Doctor"]] = relationship(back_populates="specialty")


class Doctor(Base):
    __tablename__ = "doctors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    specialty_id: Mapped[int] = mapped_column(ForeignKey("specialties.id"), index=True)
    fee: Mapped[float] = mapped_column(CheckConstraint("fee >= 0"))
    bio: Mapped[str | None]
    rating: Mapped[float | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    specialty: Mapped[Specialty] = relationship(back_populates="doctors")
    hours: Mapped[list["OpeningHour"]] = relationship(back_populates="doctor")
    slots: Mapped[list["Slot"]] = relationship(back_populates="doctor")


class OpeningHour(Base):
    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("opens < closes"), CheckConstraint("weekday BETWEEN 1 AND 7"))
    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    doctor: Mapped[Doctor] = relationship(back_populates="hours")


class InsurancePlan(Base):
    __tablename__ = "insurance_plans"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    deductible: Mapped[float] = mapped_column(default=0)
    copay: Mapped[float] = mapped_column(default=0)
    waiting_days: Mapped[int] = mapped_column(default=0)
    coverages: Mapped[list["Coverage"]] = relationship(back_populates="plan")


class Coverage(Base):
    __tablename__ = "coverages"
    __table_args__ = (UniqueConstraint("plan_code", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_code: Mapped[str] = mapped_column(ForeignKey("insurance_plans.code", ondelete="CASCADE"))
    kind: Mapped[str]
    percent: Mapped[float]
    cap: Mapped[float | None]
    plan: Mapped[InsurancePlan] = relationship(back_populates="coverages")


class Patient(Base):
    __tablename__ = "patients"
    __table_args__ = (CheckConstraint("plan_code IS NULL OR member_since IS NOT NULL"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]
    born: Mapped[date]
    plan_code: Mapped[str | None] = mapped_column(ForeignKey("insurance_plans.code"))
    member_since: Mapped[date | None]
    deductible_met: Mapped[float] = mapped_column(default=0)
    credit: Mapped[float] = mapped_column(default=0)
    allergies: Mapped[list[str]] = mapped_column(JSON, default=list)
    plan: Mapped[InsurancePlan | None] = relationship()
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="patient")
    prescriptions: Mapped[list["Prescription"]] = relationship(back_populates="patient")
    invoices: Mapped[list["Invoice"]] = relationship(back_populates="patient")


class Slot(Base):
    __tablename__ = "slots"
    __table_args__ = (CheckConstraint("starts_at < ends_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default="open")
    doctor: Mapped[Doctor] = relationship(back_populates="slots")
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="slot")

    @property
    def length_minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Appointment(Base):
    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)"),
        Index(
            "one_appointment_a_slot",
            "slot_id",
            unique=True,
            sqlite_where=text("status NOT IN ('cancelled', 'no_show')"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    status: Mapped[str] = mapped_column(default="booked")
    reason: Mapped[str] = mapped_column(String(200))
    booked_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    patient: Mapped[Patient] = relationship(back_populates="appointments")
    slot: Mapped[Slot] = relationship(back_populates="appointments")
    visit: Mapped[Optional["Visit"]] = relationship(back_populates="appointment")
    reminders: Mapped[list["Reminder"]] = relationship(
        back_populates="appointment", order_by="Reminder.id", cascade="all, delete-orphan"
    )

    @property
    def is_pending(self) -> bool:
        return self.status in ("booked", "confirmed")


class Visit(Base):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), unique=True)
    started_at: Mapped[datetime]
    notes: Mapped[str | None]
    appointment: Mapped[Appointment] = relationship(back_populates="visit")
    diagnoses: Mapped[list["Diagnosis"]] = relationship(back_populates="visit", order_by="Diagnosis.id")


class Diagnosis(Base):
    __tablename__ = "diagnoses"
    __table_args__ = (UniqueConstraint("visit_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    code: Mapped[str]
    description: Mapped[str]
    severity: Mapped[str] = mapped_column(default="minor")
    visit: Mapped[Visit] = relationship(back_populates="diagnoses")


class Drug(Base):
    __tablename__ = "drugs"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    ingredient: Mapped[str]
    unit_price: Mapped[float]


class Interaction(Base):
    __tablename__ = "interactions"
    __table_args__ = (UniqueConstraint("a_id", "b_id"), CheckConstraint("a_id <> b_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("drugs.id", ondelete="CASCADE"))
    b_id: Mapped[int] = mapped_column(ForeignKey("drugs.id", ondelete="CASCADE"))
    severity: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    a: Mapped[Drug] = relationship(foreign_keys=a_id)
    b: Mapped[Drug] = relationship(foreign_keys=b_id)


class Prescription(Base):
    __tablename__ = "prescriptions"
    __table_args__ = (CheckConstraint("issued_on < expires_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    drug_id: Mapped[int] = mapped_column(ForeignKey("drugs.id"))
    quantity: Mapped[int]
    refills_left: Mapped[int] = mapped_column(default=0)
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    status: Mapped[str] = mapped_column(default="active")
    patient: Mapped[Patient] = relationship(back_populates="prescriptions")
    drug: Mapped[Drug] = relationship()

    @property
    def is_usable(self) -> bool:
        return self.status == "active" and self.expires_on >= clock.now.date()

    @property
    def days_left(self) -> int:
        return (self.expires_on - clock.now.date()).days


class Pharmacy(Base):
    __tablename__ = "pharmacies"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    street: Mapped[str]
    opens: Mapped[time]
    closes: Mapped[time]
    stock: Mapped[list["Stock"]] = relationship(back_populates="pharmacy")


class Stock(Base):
    __tablename__ = "stock"
    __table_args__ = (UniqueConstraint("pharmacy_id", "drug_id"), CheckConstraint("quantity >= 0"))
    id: Mapped[int] = mapped_column(primary_key=True)
    pharmacy_id: Mapped[int] = mapped_column(ForeignKey("pharmacies.id", ondelete="CASCADE"))
    drug_id: Mapped[int] = mapped_column(ForeignKey("drugs.id"))
    quantity: Mapped[int]
    reorder_at: Mapped[int] = mapped_column(default=10)
    pharmacy: Mapped[Pharmacy] = relationship(back_populates="stock")
    drug: Mapped[Drug] = relationship()

    @property
    def missing(self) -> int:
        return self.reorder_at - self.quantity


class MedicineOrder(Base):
    __tablename__ = "medicine_orders"
    number: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    pharmacy_id: Mapped[int] = mapped_column(ForeignKey("pharmacies.id"))
    status: Mapped[str] = mapped_column(default="placed")
    placed_at: Mapped[datetime]
    collected_at: Mapped[datetime | None]
    pharmacy: Mapped[Pharmacy] = relationship()
    lines: Mapped[list["MedicineLine"]] = relationship(back_populates="order", order_by="MedicineLine.id")

    @property
    def total(self) -> float:
        return round(sum(line.quantity * line.unit_price for line in self.lines), 2)


class MedicineLine(Base):
    __tablename__ = "medicine_lines"
    __table_args__ = (UniqueConstraint("order_number", "prescription_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("medicine_orders.number", ondelete="CASCADE"))
    prescription_id: Mapped[int] = mapped_column(ForeignKey("prescriptions.id"))
    quantity: Mapped[int]
    unit_price: Mapped[float]
    order: Mapped[MedicineOrder] = relationship(back_populates="lines")
    prescription: Mapped[Prescription] = relationship()

    @property
    def drug(self) -> Drug:
        return self.prescription.drug


class Invoice(Base):
    __tablename__ = "invoices"
    __table_args__ = (CheckConstraint("issued_on <= due_on"),)
    number: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    order_number: Mapped[str | None] = mapped_column(ForeignKey("medicine_orders.number"), index=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(default="open")
    patient: Mapped[Patient] = relationship(back_populates="invoices")
    lines: Mapped[list["InvoiceLine"]] = relationship(
        back_populates="invoice", order_by="InvoiceLine.id", lazy="selectin"
    )
    payments: Mapped[list["Payment"]] = relationship(
        back_populates="invoice", order_by="Payment.id", lazy="selectin"
    )

    @property
    def visit(self) -> int | None:
        return self.visit_id

    @property
    def order(self) -> str | None:
        return self.order_number

    @property
    def gross(self) -> float:
        return round(sum(line.amount for line in self.lines), 2)

    @property
    def covered(self) -> float:
        return round(sum(line.covered for line in self.lines), 2)

    @property
    def paid(self) -> float:
        return round(sum(payment.signed for payment in self.payments), 2)

    @property
    def due(self) -> float:
        return round(self.gross - self.covered - self.paid, 2)

    @property
    def is_owed(self) -> bool:
        return self.status in ("open", "partly_paid")

    @property
    def is_overdue(self) -> bool:
        return self.is_owed and self.due_on < clock.now.date()


class InvoiceLine(Base):
    __tablename__ = "invoice_lines"
    __table_args__ = (CheckConstraint("covered <= amount"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_number: Mapped[str] = mapped_column(ForeignKey("invoices.number", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    description: Mapped[str]
    amount: Mapped[float]
    covered: Mapped[float] = mapped_column(default=0)
    invoice: Mapped[Invoice] = relationship(back_populates="lines")


class Payment(Base):
    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("(kind = 'refund') = (refund_of_id IS NOT NULL)"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_number: Mapped[str] = mapped_column(ForeignKey("invoices.number"), index=True)
    kind: Mapped[str] = mapped_column(default="payment")
    method: Mapped[str]
    amount: Mapped[float] = mapped_column(CheckConstraint("amount > 0"))
    paid_at: Mapped[datetime]
    refund_of_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    invoice: Mapped[Invoice] = relationship(back_populates="payments")
    refunds: Mapped[list["Payment"]] = relationship()

    @property
    def signed(self) -> float:
        return self.amount if self.kind == "payment" else -self.amount


class WaitingEntry(Base):
    __tablename__ = "waiting_entries"
    __table_args__ = (
        CheckConstraint("earliest <= latest"),
        Index(
            "one_entry_a_doctor",
            "patient_id",
            "doctor_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"), index=True)
    earliest: Mapped[date]
    latest: Mapped[date]
    status: Mapped[str] = mapped_column(default="waiting")
    joined_at: Mapped[datetime]
    offered_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id"))
    patient: Mapped[Patient] = relationship()
    doctor: Mapped[Doctor] = relationship()


class Reminder(Base):
    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("appointment_id", "channel", "send_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(default="email")
    send_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    appointment: Mapped[Appointment] = relationship(back_populates="reminders")
