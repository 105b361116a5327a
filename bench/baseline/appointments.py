"""Appointments, reminders and the waiting list."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from . import models as m
from .common import ME, CrudPaging, find, find_mine, move, new_invoice, percent_of, require
from .database import Db, Now
from .schemas import AppointmentStatus, Channel, IdOf, IdOut, Items, Named, Out, Page, SlotShort

router = APIRouter(tags=["appointments"])


class Book(BaseModel):
    slot_id: int
    reason: str = Field(min_length=1, max_length=200)
    remind_hours: list[Annotated[int, Field(ge=1, le=168)]] = Field(default=[24], max_length=3)


class ReminderShort(Out):
    channel: Channel
    send_at: datetime


class AppointmentStatusOut(Out):
    id: int
    status: AppointmentStatus


class AppointmentWithSlot(AppointmentStatusOut):
    slot: SlotShort


class Booked(AppointmentWithSlot):
    reminders: list[ReminderShort]


class Reschedule(BaseModel):
    slot_id: int


class Cancel(BaseModel):
    accept_fee: bool = False


class AppointmentCancelled(AppointmentStatusOut):
    cancelled_at: datetime


class CancelOut(Out):
    appointment: AppointmentCancelled
    fee: float
    promoted: bool


class BlockDays(BaseModel):
    doctor_id: int
    start: date = Field(alias="from")
    end: date = Field(alias="to")


class BlockOut(Out):
    cancelled: int
    blocked: int


class JoinWaitingList(BaseModel):
    doctor_id: int
    earliest: date
    latest: date


class WaitingOut(Out):
    id: int
    earliest: date
    latest: date
    status: str
    position: int


class IdAndStatus(Out):
    id: int
    status: str


class WaitingTime(Out):
    doctor: Named
    waiting: int
    since: datetime


class AddReminder(BaseModel):
    appointment_id: int
    hours_before: int = Field(ge=1, le=168)
    channel: Channel = "sms"


class ReminderOut(Out):
    id: int
    channel: Channel
    send_at: datetime


class ReminderFull(Out):
    id: int
    appointment: IdOf
    channel: Channel
    send_at: datetime
    sent_at: datetime | None


class SentOut(Out):
    sent: int


class AppointmentFull(Out):
    id: int
    patient: Named
    slot: SlotShort
    status: AppointmentStatus
    reason: str
    booked_at: datetime
    cancelled_at: datetime | None
    is_pending: bool


# ---- Routes


@router.post("/appointments", operation_id="book_appointment", response_model=Booked)
def book_appointment(db: Db, now: Now, body: Book):
    """Book an open slot, with reminders some hours ahead."""
    slot = find(db, m.Slot, body.slot_id)
    require(slot.status == "open", "slot_taken", "That slot is not open.")
    require(slot.starts_at > now, "in_the_past", "That slot is over.")
    clash = (
        select(m.Appointment.id)
        .join(m.Appointment.slot)
        .where(m.Appointment.patient_id == ME, m.Appointment.status.in_(["booked", "confirmed"]))
        .where(m.Slot.starts_at < slot.ends_at, m.Slot.ends_at > slot.starts_at)
    )
    require(db.scalar(clash.limit(1)) is None, "overlap", "You have another appointment at that time.")
    move(slot, "booked")
    appointment = m.Appointment(patient_id=ME, slot=slot, reason=body.reason, status="booked", booked_at=now)
    for hours in dict.fromkeys(body.remind_hours):
        send_at = slot.starts_at - timedelta(hours=hours)
        if send_at > now:
            appointment.reminders.append(m.Reminder(channel="email", send_at=send_at))
    db.add(appointment)
    db.flush()
    return appointment


@router.post(
    "/appointments/{appointment_id}/confirm",
    operation_id="confirm_appointment",
    response_model=AppointmentStatusOut,
)
def confirm_appointment(db: Db, now: Now, appointment_id: int):
    """Confirm a booked appointment."""
    appointment = find_mine(db, m.Appointment, appointment_id)
    require(appointment.status == "booked", "wrong_state", f"The appointment is {appointment.status}.")
    move(appointment, "confirmed")
    return appointment


@router.post(
    "/appointments/{appointment_id}/reschedule",
    operation_id="reschedule_appointment",
    response_model=AppointmentWithSlot,
)
def reschedule_appointment(db: Db, now: Now, appointment_id: int, body: Reschedule):
    """Move an appointment to another open slot of the same doctor; the old slot opens again."""
    appointment = find_mine(db, m.Appointment, appointment_id)
    slot = find(db, m.Slot, body.slot_id)
    require(appointment.is_pending, "wrong_state", f"The appointment is {appointment.status}.")
    require(slot.status == "open" and slot.starts_at > now, "slot_taken", "That slot is not open.")
    old_slot = appointment.slot
    require(slot.doctor_id == old_slot.doctor_id, "other_doctor", f"That slot is with {slot.doctor.name}.")
    shift = slot.starts_at - old_slot.starts_at
    appointment.slot = slot
    move(old_slot, "open")
    move(slot, "booked")
    for reminder in list(appointment.reminders):
        if reminder.sent_at is None:
            reminder.send_at += shift
            if reminder.send_at <= now:
                db.delete(reminder)
    db.flush()
    return appointment


@router.post(
    "/appointments/{appointment_id}/cancel", operation_id="cancel_appointment", response_model=CancelOut
)
def cancel_appointment(db: Db, now: Now, appointment_id: int, body: Cancel):
    """Cancel an appointment. Less than 24 hours ahead it costs 30% of the fee. The slot goes to the waiting list."""
    appointment = find_mine(db, m.Appointment, appointment_id)
    require(appointment.is_pending, "wrong_state", f"The appointment is {appointment.status}.")
    slot = appointment.slot
    require(slot.starts_at > now, "constraint", "an appointment that has started cannot be cancelled")
    fee = 0.0
    if slot.starts_at - now < timedelta(hours=24):
        require(body.accept_fee, "fee_applies", "Cancelling now costs a fee; call again with accept_fee.")
        fee = percent_of(slot.doctor.fee, 30)
        bill = new_invoice(db, now, now.date() + timedelta(days=14), patient_id=ME)
        bill.lines.append(m.InvoiceLine(kind="consultation", description="Late cancellation", amount=fee))
    cancel(db, appointment, now)
    move(slot, "open")
    db.flush()
    return {"appointment": appointment, "fee": fee, "promoted": promote(db, slot, now)}


def cancel(db: Session, appointment: m.Appointment, now: datetime) -> None:
    move(appointment, "cancelled")
    appointment.cancelled_at = now
    for reminder in list(appointment.reminders):
        if reminder.sent_at is None:
            db.delete(reminder)


def promote(db: Session, slot: m.Slot, now: datetime) -> bool:
    """Give a slot that is free again to the one who has waited longest for it."""
    day = slot.starts_at.date()
    entry = db.scalar(
        select(m.WaitingEntry)
        .where(m.WaitingEntry.doctor_id == slot.doctor_id, m.WaitingEntry.status == "waiting")
        .where(m.WaitingEntry.patient_id != ME)
        .where(m.WaitingEntry.earliest <= day, m.WaitingEntry.latest >= day)
        .order_by(m.WaitingEntry.joined_at)
        .limit(1)
    )
    if entry is None:
        return False
    db.add(
        m.Appointment(
            patient_id=entry.patient_id,
            slot=slot,
            reason="From the waiting list",
            status="booked",
            booked_at=now,
        )
    )
    move(entry, "promoted")
    entry.offered_slot_id = slot.id
    move(slot, "booked")
    return True


@router.post(
    "/appointments/{appointment_id}/check-in", operation_id="check_in", response_model=AppointmentStatusOut
)
def check_in(db: Db, now: Now, appointment_id: int):
    """Check in, from 60 minutes before the start until 15 minutes after it."""
    appointment = find_mine(db, m.Appointment, appointment_id)
    require(appointment.is_pending, "wrong_state", f"The appointment is {appointment.status}.")
    starts_at = appointment.slot.starts_at
    require(now >= starts_at - timedelta(hours=1), "too_early", "Check-in opens an hour ahead.")
    require(now <= starts_at + timedelta(minutes=15), "too_late", "Check-in is closed.")
    move(appointment, "checked_in")
    return appointment


@router.post("/calendar/block", operation_id="block_days", response_model=BlockOut)
def block_days(db: Db, now: Now, body: BlockDays):
    """Close a doctor's calendar: open slots are blocked, booked ones cancelled free of charge."""
    require(body.start <= body.end, "bad_range", "The range ends before it starts.")
    doctor = find(db, m.Doctor, body.doctor_id)
    cancelled = 0
    for slot in doctor.slots:
        if slot.starts_at > now and body.start <= slot.starts_at.date() <= body.end:
            for appointment in slot.appointments:
                if appointment.is_pending:
                    cancel(db, appointment, now)
                    cancelled += 1
            move(slot, "blocked")
    return {"cancelled": cancelled, "blocked": sum(slot.status == "blocked" for slot in doctor.slots)}


@router.post("/waiting-list", operation_id="join_waiting_list", response_model=WaitingOut)
def join_waiting_list(db: Db, now: Now, body: JoinWaitingList):
    """Wait for a slot of a doctor; widens your entry if you wait already."""
    valid = body.earliest <= body.latest and body.latest >= now.date()
    require(valid, "bad_range", "The range is empty or over.")
    doctor = find(db, m.Doctor, body.doctor_id)
    waiting = select(m.WaitingEntry).where(
        m.WaitingEntry.doctor_id == doctor.id, m.WaitingEntry.status == "waiting"
    )
    entry = db.scalar(waiting.where(m.WaitingEntry.patient_id == ME))
    if entry is None:
        entry = m.WaitingEntry(
            patient_id=ME,
            doctor_id=doctor.id,
            earliest=body.earliest,
            latest=body.latest,
            status="waiting",
            joined_at=now,
        )
        db.add(entry)
    entry.earliest = min(entry.earliest, body.earliest)
    entry.latest = max(entry.latest, body.latest)
    db.flush()
    ahead = waiting.where(m.WaitingEntry.joined_at < entry.joined_at).subquery()
    return {
        "id": entry.id,
        "earliest": entry.earliest,
        "latest": entry.latest,
        "status": entry.status,
        "position": 1 + (db.scalar(select(func.count()).select_from(ahead)) or 0),
    }


@router.post("/waiting-list/{entry_id}/leave", operation_id="leave_waiting_list", response_model=IdAndStatus)
def leave_waiting_list(db: Db, now: Now, entry_id: int):
    """Give up a place on the waiting list."""
    entry = find(db, m.WaitingEntry, entry_id)
    require(entry.status in ("waiting", "offered"), "wrong_state", f"The entry is {entry.status}.")
    move(entry, "withdrawn")
    entry.offered_slot_id = None
    return entry


@router.get("/waiting-list/times", operation_id="waiting_times", response_model=Items[WaitingTime])
def waiting_times(db: Db, now: Now):
    """How many people wait for each doctor, and since when, longest list first."""
    count = func.count()
    rows = db.execute(
        select(m.Doctor, count, func.min(m.WaitingEntry.joined_at))
        .join(m.WaitingEntry.doctor)
        .where(m.WaitingEntry.status == "waiting")
        .group_by(m.Doctor.id)
        .order_by(count.desc(), m.Doctor.id)
    )
    return {"items": [{"doctor": doctor, "waiting": n, "since": since} for doctor, n, since in rows]}


@router.post("/reminders/send", operation_id="send_due_reminders", response_model=SentOut)
def send_due_reminders(db: Db, now: Now):
    """Send the reminders whose time has come."""
    ready = db.scalars(
        select(m.Reminder)
        .join(m.Reminder.appointment)
        .where(m.Reminder.sent_at.is_(None), m.Reminder.send_at <= now)
        .where(m.Appointment.status.in_(["booked", "confirmed"]))
    ).all()
    for reminder in ready:
        reminder.sent_at = now
    return {"sent": len(ready)}


@router.post("/reminders", operation_id="add_reminder", response_model=ReminderOut)
def add_reminder(db: Db, now: Now, body: AddReminder):
    """Add a reminder to an appointment."""
    appointment = find_mine(db, m.Appointment, body.appointment_id)
    send_at = appointment.slot.starts_at - timedelta(hours=body.hours_before)
    require(send_at > now, "in_the_past", f"{send_at} is over.")
    reminder = m.Reminder(appointment_id=appointment.id, channel=body.channel, send_at=send_at)
    db.add(reminder)
    db.flush()
    return reminder


@router.get("/appointments", operation_id="list_appointments", response_model=Page[AppointmentFull])
def list_appointments(
    db: Db, now: Now, paging: Annotated[CrudPaging, Depends()], status: AppointmentStatus | None = None
):
    """List appointments."""
    mine = select(m.Appointment).where(m.Appointment.patient_id == ME)
    mine = mine.options(joinedload(m.Appointment.slot).joinedload(m.Slot.doctor))
    if status is not None:
        mine = mine.where(m.Appointment.status == status)
    return paging.result(db, mine.order_by(m.Appointment.id))


@router.get("/appointments/{appointment_id}", operation_id="get_appointment", response_model=AppointmentFull)
def get_appointment(db: Db, now: Now, appointment_id: int):
    """Get an appointment."""
    return find_mine(db, m.Appointment, appointment_id)


@router.get("/reminders", operation_id="list_reminders", response_model=Page[ReminderFull])
def list_reminders(db: Db, now: Now, paging: Annotated[CrudPaging, Depends()]):
    """List reminders."""
    mine = select(m.Reminder).join(m.Reminder.appointment).where(m.Appointment.patient_id == ME)
    return paging.result(db, mine.order_by(m.Reminder.id))


@router.delete("/reminders/{reminder_id}", operation_id="delete_reminder", response_model=IdOut)
def delete_reminder(db: Db, now: Now, reminder_id: int):
    """Delete a reminder."""
    db.delete(find_mine(db, m.Reminder, reminder_id))
    return {"id": reminder_id}
