"""Visits, diagnoses and prescriptions."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from . import models as m
from .common import ME, Paging, covered_part, find, find_mine, me, move, new_invoice, require
from .database import Db, Now
from .schemas import (
    DiagnosisCode,
    InvoiceShort,
    Items,
    Named,
    Out,
    Page,
    PrescriptionStatus,
    Price,
    ServiceKind,
    Severity,
)

router = APIRouter(tags=["care"])


class Finding(BaseModel):
    code: DiagnosisCode
    description: str
    severity: Severity | None = None


class Service(BaseModel):
    kind: ServiceKind
    description: str
    amount: Price


class RecordVisit(BaseModel):
    appointment_id: int
    notes: str | None = Field(default=None, max_length=2000)
    diagnoses: list[Finding] = Field(max_length=10)
    services: list[Service] = Field(max_length=20)


class DiagnosisShort(Out):
    code: str
    severity: Severity


class VisitRecorded(Out):
    id: int
    diagnoses: list[DiagnosisShort]
    invoice: InvoiceShort


class DiagnosisOut(Out):
    code: str
    description: str
    severity: Severity


class VisitOut(Out):
    id: int
    started_at: datetime
    notes: str | None
    doctor: str
    diagnoses: list[DiagnosisOut]


class DiagnosisOn(DiagnosisOut):
    on: date


class Prescribe(BaseModel):
    visit_id: int
    drug_id: int
    quantity: int = Field(ge=1, le=400)
    refills: int = Field(default=0, ge=0, le=12)
    valid_days: int = Field(default=90, ge=1, le=365)
    override: bool = False


class Prescribed(Out):
    id: int
    drug: Named
    quantity: int
    refills_left: int
    expires_on: date
    warning: str | None


class CheckInteractions(BaseModel):
    drug_ids: list[int] = Field(min_length=1, max_length=10)


class InteractionOut(Out):
    a: Named
    b: Named
    severity: Severity
    note: str


class PrescriptionOut(Out):
    id: int
    drug: Named
    quantity: int
    refills_left: int
    issued_on: date
    expires_on: date
    status: PrescriptionStatus
    days_left: int


class Renewed(Out):
    id: int
    status: PrescriptionStatus
    refills_left: int
    expires_on: date


class ExpiredOut(Out):
    expired: int


# ---- Routes


@router.post("/visits", operation_id="record_visit", response_model=VisitRecorded)
def record_visit(db: Db, now: Now, body: RecordVisit):
    """Close a visit: notes, diagnoses and the invoice, with what insurance covers."""
    appointment = find(db, m.Appointment, body.appointment_id)
    require(appointment.status == "checked_in", "wrong_state", "The patient is not checked in.")
    codes = [finding.code for finding in body.diagnoses]
    require(len(set(codes)) == len(codes), "duplicate_code", "A code appears twice.")
    patient, doctor = appointment.patient, appointment.slot.doctor
    visit = m.Visit(appointment=appointment, started_at=appointment.slot.starts_at, notes=body.notes)
    visit.diagnoses = [
        m.Diagnosis(code=finding.code, description=finding.description, severity=finding.severity or "minor")
        for finding in body.diagnoses
    ]
    db.add(visit)
    db.flush()
    invoice = new_invoice(db, now, now.date() + timedelta(days=30), patient_id=patient.id, visit_id=visit.id)
    consultation = f"Consultation with {doctor.name}"
    invoice.lines.append(m.InvoiceLine(kind="consultation", description=consultation, amount=doctor.fee))
    for service in body.services:
        invoice.lines.append(m.InvoiceLine(**service.model_dump()))
    db.flush()
    plan, since = patient.plan, patient.member_since
    if plan and since and now.date() - since >= timedelta(days=plan.waiting_days):
        left = max(plan.deductible - patient.deductible_met, 0.0)
        for line in invoice.lines:
            own = min(left, line.amount)
            left = round(left - own, 2)
            patient.deductible_met = round(patient.deductible_met + own, 2)
            line.covered = covered_part(patient, line.kind, round(line.amount - own, 2))
    move(appointment, "completed")
    return {"id": visit.id, "diagnoses": visit.diagnoses, "invoice": invoice}


@router.get("/visits", operation_id="list_visits", response_model=Page[VisitOut])
def list_visits(
    db: Db,
    now: Now,
    paging: Annotated[Paging, Depends()],
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
    doctor_id: int | None = None,
):
    """My past visits, latest first."""
    visits = (
        select(m.Visit)
        .join(m.Visit.appointment)
        .join(m.Appointment.slot)
        .where(m.Appointment.patient_id == ME)
        .options(
            joinedload(m.Visit.appointment).joinedload(m.Appointment.slot).joinedload(m.Slot.doctor),
            selectinload(m.Visit.diagnoses),
        )
    )
    if start is not None:
        visits = visits.where(func.date(m.Visit.started_at) >= start.isoformat())
    if end is not None:
        visits = visits.where(func.date(m.Visit.started_at) <= end.isoformat())
    if doctor_id is not None:
        visits = visits.where(m.Slot.doctor_id == find(db, m.Doctor, doctor_id).id)
    page = paging.result(db, visits.order_by(m.Visit.started_at.desc(), m.Visit.id))
    page["items"] = [
        {
            "id": visit.id,
            "started_at": visit.started_at,
            "notes": visit.notes,
            "doctor": visit.appointment.slot.doctor.name,
            "diagnoses": visit.diagnoses,
        }
        for visit in page["items"]
    ]
    return page


@router.get("/health-record", operation_id="health_record", response_model=Items[DiagnosisOn])
def health_record(db: Db, now: Now):
    """The latest diagnosis of every code I was ever given."""
    rows = db.execute(
        select(m.Diagnosis, m.Visit.started_at)
        .join(m.Diagnosis.visit)
        .join(m.Visit.appointment)
        .where(m.Appointment.patient_id == ME)
        .order_by(m.Diagnosis.code, m.Visit.started_at.desc())
    )
    latest: dict[str, dict] = {}
    for diagnosis, started_at in rows:
        latest.setdefault(
            diagnosis.code,
            {
                "code": diagnosis.code,
                "description": diagnosis.description,
                "severity": diagnosis.severity,
                "on": started_at.date(),
            },
        )
    return {"items": list(latest.values())}


@router.post("/prescriptions", operation_id="prescribe", response_model=Prescribed)
def prescribe(db: Db, now: Now, body: Prescribe):
    """Prescribe a drug after a visit; refuses allergies and major interactions."""
    visit = find(db, m.Visit, body.visit_id)
    drug = find(db, m.Drug, body.drug_id)
    patient = visit.appointment.patient
    allergic = drug.ingredient in patient.allergies
    require(not allergic, "allergy", f"{patient.name} is allergic to {drug.ingredient}.")
    in_use = [prescription.drug_id for prescription in patient.prescriptions if prescription.is_usable]
    clash = db.scalar(
        select(m.Interaction)
        .where(m.Interaction.severity == "major")
        .where(
            or_(
                and_(m.Interaction.a_id == drug.id, m.Interaction.b_id.in_(in_use)),
                and_(m.Interaction.b_id == drug.id, m.Interaction.a_id.in_(in_use)),
            )
        )
        .order_by(m.Interaction.id)
        .limit(1)
    )
    allowed = clash is None or body.override
    require(allowed, "interaction", f"{drug.name} interacts with a medicine in use.")
    prescription = m.Prescription(
        patient_id=patient.id,
        visit_id=visit.id,
        drug=drug,
        quantity=body.quantity,
        refills_left=body.refills,
        issued_on=now.date(),
        expires_on=now.date() + timedelta(days=body.valid_days),
        status="active",
    )
    db.add(prescription)
    db.flush()
    return {
        "id": prescription.id,
        "drug": drug,
        "quantity": prescription.quantity,
        "refills_left": prescription.refills_left,
        "expires_on": prescription.expires_on,
        "warning": clash.note if clash else None,
    }


@router.post("/interactions/check", operation_id="check_interactions", response_model=Items[InteractionOut])
def check_interactions(db: Db, now: Now, body: CheckInteractions):
    """Interactions among some drugs, and between them and my current medicines, worst first."""
    drugs = [find(db, m.Drug, drug_id).id for drug_id in body.drug_ids]
    mine = [prescription.drug_id for prescription in me(db).prescriptions if prescription.is_usable]
    a, b = aliased(m.Drug), aliased(m.Drug)
    rank = case({"minor": 0, "moderate": 1, "major": 2}, value=m.Interaction.severity)
    rows = db.scalars(
        select(m.Interaction)
        .join(a, m.Interaction.a)
        .join(b, m.Interaction.b)
        .where(or_(and_(a.id.in_(drugs), b.id.in_(drugs + mine)), and_(b.id.in_(drugs), a.id.in_(mine))))
        .order_by(rank.desc(), m.Interaction.id)
    )
    return {"items": rows.all()}


@router.get("/prescriptions", operation_id="list_prescriptions", response_model=Items[PrescriptionOut])
def list_prescriptions(
    db: Db, now: Now, status: PrescriptionStatus | None = None, expires_before: date | None = None
):
    """My prescriptions, the ones that expire first on top."""
    mine = select(m.Prescription).where(m.Prescription.patient_id == ME)
    mine = mine.options(joinedload(m.Prescription.drug))
    if status is not None:
        mine = mine.where(m.Prescription.status == status)
    if expires_before is not None:
        mine = mine.where(m.Prescription.expires_on < expires_before)
    return {"items": db.scalars(mine.order_by(m.Prescription.expires_on, m.Prescription.id)).all()}


@router.post(
    "/prescriptions/{prescription_id}/renew", operation_id="renew_prescription", response_model=Renewed
)
def renew_prescription(db: Db, now: Now, prescription_id: int):
    """Renew a used-up prescription for 90 days if it expired less than 30 days ago."""
    prescription = find_mine(db, m.Prescription, prescription_id)
    renewable = prescription.status in ("used_up", "active")
    require(renewable, "wrong_state", f"The prescription is {prescription.status}.")
    recent = now.date() - prescription.expires_on < timedelta(days=30)
    require(recent, "too_old", f"It expired on {prescription.expires_on}.")
    move(prescription, "active")
    prescription.refills_left = 1
    prescription.expires_on = max(prescription.expires_on, now.date()) + timedelta(days=90)
    return prescription


@router.post("/prescriptions/expire", operation_id="expire_prescriptions", response_model=ExpiredOut)
def expire_prescriptions(db: Db, now: Now):
    """Mark every prescription past its date as expired."""
    stale = db.scalars(
        select(m.Prescription).where(
            m.Prescription.status == "active", m.Prescription.expires_on < now.date()
        )
    ).all()
    for prescription in stale:
        move(prescription, "expired")
        prescription.refills_left = 0
    return {"expired": len(stale)}
