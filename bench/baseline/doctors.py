"""Doctors and their slots."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from . import models as m
from .common import Paging, fail, find, require
from .database import Db, Now
from .schemas import Items, Named, Out, Page

router = APIRouter(tags=["doctors"])


class DoctorFound(Out):
    id: int
    name: str
    fee: float
    rating: float | None
    specialty: Named


class HourOut(Out):
    weekday: int
    opens: time
    closes: time


class DoctorWithFee(Named):
    fee: float


class SlotFound(Out):
    id: int
    starts_at: datetime
    ends_at: datetime
    length_minutes: int
    doctor: DoctorWithFee


class SlotStart(Out):
    id: int
    starts_at: datetime


class DoctorNext(Named):
    next_slot: SlotStart | None


class OpenSlots(BaseModel):
    doctor_id: int
    day: date
    how_many: int = Field(ge=1, le=20)


class SlotOut(Out):
    id: int
    starts_at: datetime
    ends_at: datetime
    status: str


# ---- Routes


@router.get("/doctors", operation_id="search_doctors", response_model=Page[DoctorFound])
def search_doctors(
    db: Db,
    now: Now,
    paging: Annotated[Paging, Depends()],
    query: Annotated[str | None, Query(description="Words in the name or the biography")] = None,
    specialty_id: int | None = None,
    max_fee: Annotated[float | None, Query(ge=0)] = None,
):
    """Find doctors by text, specialty and fee, best rated first."""
    found = select(m.Doctor).where(m.Doctor.is_active).options(joinedload(m.Doctor.specialty))
    if query is not None:
        found = found.where(or_(m.Doctor.name.icontains(query), m.Doctor.bio.icontains(query)))
    if specialty_id is not None:
        find(db, m.Specialty, specialty_id)
        found = found.where(m.Doctor.specialty_id == specialty_id)
    if max_fee is not None:
        found = found.where(m.Doctor.fee <= max_fee)
    return paging.result(db, found.order_by(m.Doctor.rating.desc().nulls_last(), m.Doctor.name))


@router.get("/doctors/{doctor_id}/hours", operation_id="get_opening_hours", response_model=Items[HourOut])
def get_opening_hours(
    db: Db, now: Now, doctor_id: int, weekday: Annotated[int | None, Query(ge=1, le=7)] = None
):
    """Weekly opening hours of a doctor."""
    doctor = find(db, m.Doctor, doctor_id)
    hours = select(m.OpeningHour).where(m.OpeningHour.doctor_id == doctor.id)
    if weekday is not None:
        hours = hours.where(m.OpeningHour.weekday == weekday)
    return {"items": db.scalars(hours.order_by(m.OpeningHour.weekday, m.OpeningHour.opens)).all()}


@router.get("/slots", operation_id="find_slots", response_model=Page[SlotFound])
def find_slots(
    db: Db,
    now: Now,
    start: Annotated[date, Query(alias="from")],
    end: Annotated[date, Query(alias="to")],
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    doctor_id: int | None = None,
    specialty_id: int | None = None,
    not_before: Annotated[time | None, Query(description="Earliest time of day")] = None,
):
    """Open slots in a range of days, earliest first."""
    require(start <= end, "bad_range", "The range ends before it starts.")
    require(end - start <= timedelta(days=60), "range_too_long", "Ask for 60 days at most.")
    slots = (
        select(m.Slot)
        .join(m.Slot.doctor)
        .where(m.Slot.status == "open", m.Slot.starts_at > now)
        .where(m.Slot.starts_at >= datetime.combine(start, time.min))
        .where(m.Slot.starts_at < datetime.combine(end + timedelta(days=1), time.min))
        .options(joinedload(m.Slot.doctor))
    )
    if doctor_id is not None:
        slots = slots.where(m.Slot.doctor_id == find(db, m.Doctor, doctor_id).id)
    if specialty_id is not None:
        slots = slots.where(m.Doctor.specialty_id == find(db, m.Specialty, specialty_id).id)
    if not_before is not None:
        slots = slots.where(func.time(m.Slot.starts_at) >= not_before.isoformat())
    return Paging(page, page_size).result(db, slots.order_by(m.Slot.starts_at, m.Doctor.name))


@router.get(
    "/specialties/{specialty_id}/next", operation_id="next_available", response_model=Items[DoctorNext]
)
def next_available(db: Db, now: Now, specialty_id: int):
    """The first open slot of every doctor of a specialty."""
    specialty = find(db, m.Specialty, specialty_id)
    items = []
    for doctor in sorted(specialty.doctors, key=lambda doctor: doctor.name):
        first = db.scalar(
            select(m.Slot)
            .where(m.Slot.doctor_id == doctor.id, m.Slot.status == "open", m.Slot.starts_at > now)
            .order_by(m.Slot.starts_at)
            .limit(1)
        )
        if doctor.is_active and first is not None:
            items.append({"id": doctor.id, "name": doctor.name, "next_slot": first})
    return {"items": items}


@router.post("/slots", operation_id="open_slots", response_model=Items[SlotOut])
def open_slots(db: Db, now: Now, body: OpenSlots):
    """Open a row of back-to-back slots from the start of the doctor's day."""
    require(body.day >= now.date(), "in_the_past", f"{body.day} is over.")
    doctor = find(db, m.Doctor, body.doctor_id)
    openings = [hours for hours in doctor.hours if hours.weekday == body.day.isoweekday()]
    if not openings:
        fail("closed", f"{doctor.name} is not in on that day.")
    opening = min(openings, key=lambda hours: hours.opens)
    size = timedelta(minutes=doctor.specialty.slot_minutes)
    start = datetime.combine(body.day, opening.opens)
    for _ in range(body.how_many):
        end = start + size
        require(end.time() <= opening.closes, "after_hours", f"A slot would end after {opening.closes}.")
        taken = select(m.Slot.id).where(
            m.Slot.doctor_id == doctor.id, m.Slot.starts_at < end, m.Slot.ends_at > start
        )
        require(db.scalar(taken.limit(1)) is None, "overlap", f"There is a slot at {start} already.")
        db.add(m.Slot(doctor_id=doctor.id, starts_at=start, ends_at=end, status="open"))
        db.flush()
        start = end
    midnight = datetime.combine(body.day, time.min)
    slots = select(m.Slot).where(
        m.Slot.doctor_id == doctor.id,
        m.Slot.starts_at >= midnight,
        m.Slot.starts_at < midnight + timedelta(days=1),
    )
    return {"items": db.scalars(slots.order_by(m.Slot.starts_at)).all()}
