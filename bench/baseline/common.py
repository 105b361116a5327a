"""What the routes share: errors, look-ups that respect ownership, paging, status changes, money rules."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn, TypeVar

from fastapi import HTTPException, Query
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from . import models as m
from .database import Base

ME = 1  # the signed-in patient

Row = TypeVar("Row", bound=Base)

FLOWS: dict[type[Base], set[tuple[str, str]]] = {
    m.Slot: {
        ("open", "booked"),
        ("booked", "open"),
        ("open", "blocked"),
        ("blocked", "open"),
        ("booked", "blocked"),
    },
    m.Appointment: {
        ("booked", "confirmed"),
        ("confirmed", "checked_in"),
        ("checked_in", "completed"),
        ("booked", "checked_in"),
        ("booked", "cancelled"),
        ("confirmed", "cancelled"),
        ("booked", "no_show"),
        ("confirmed", "no_show"),
    },
    m.Prescription: {
        ("active", "used_up"),
        ("used_up", "active"),
        ("active", "expired"),
        ("active", "revoked"),
    },
    m.MedicineOrder: {
        ("placed", "ready"),
        ("ready", "collected"),
        ("placed", "cancelled"),
        ("ready", "cancelled"),
    },
    m.Invoice: {
        ("open", "partly_paid"),
        ("partly_paid", "paid"),
        ("open", "paid"),
        ("paid", "partly_paid"),
        ("partly_paid", "open"),
        ("paid", "open"),
        ("open", "void"),
    },
    m.WaitingEntry: {
        ("waiting", "offered"),
        ("offered", "promoted"),
        ("waiting", "promoted"),
        ("offered", "waiting"),
        ("waiting", "withdrawn"),
        ("offered", "withdrawn"),
    },
}


def fail(code: str, message: str, status: int = 400) -> NoReturn:
    raise HTTPException(status_code=status, detail={"code": code, "message": message})


def require(condition: bool, code: str, message: str) -> None:
    if not condition:
        fail(code, message)


def find(db: Session, model: type[Row], key: int | str) -> Row:
    row = db.get(model, key)
    if row is None:
        fail("not_found", f"There is no {model.__name__} {key}.", 404)
    return row


def find_mine(db: Session, model: type[Row], key: int | str) -> Row:
    """A row that belongs to the signed-in patient; anything else does not exist for them."""
    row = find(db, model, key)
    owner: Any = row
    for step in ("appointment", "invoice"):
        owner = getattr(owner, step, owner)
    if owner.patient_id != ME:
        fail("not_found", f"There is no {model.__name__} {key}.", 404)
    return row


def me(db: Session) -> m.Patient:
    return find(db, m.Patient, ME)


def move(row: Any, status: str) -> None:
    """Change a status along the arrows that its kind of row allows."""
    if row.status == status:
        return
    if (row.status, status) not in FLOWS[type(row)]:
        fail("constraint", f"{type(row).__name__} cannot go from {row.status} to {status}.")
    row.status = status


def next_number(db: Session, model: type[m.Invoice] | type[m.MedicineOrder], prefix: str) -> str:
    last = db.scalar(select(func.max(model.number)))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"


class Paging:
    """The query parameters ``page`` and ``page_size``."""

    def __init__(self, page: int = Query(1, ge=1), page_size: int = Query(10, ge=1, le=100)) -> None:
        self.page = page
        self.page_size = page_size

    def result(self, db: Session, query: Select[Any]) -> dict[str, Any]:
        total = db.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
        rows = db.scalars(query.offset((self.page - 1) * self.page_size).limit(self.page_size)).all()
        return {"items": rows, "total": total, "page": self.page}


class CrudPaging(Paging):
    def __init__(self, page: int = Query(1, ge=1), page_size: int = Query(20, ge=1, le=100)) -> None:
        super().__init__(page, page_size)


def new_invoice(db: Session, now: datetime, due_on: Any, **links: Any) -> m.Invoice:
    invoice = m.Invoice(
        number=next_number(db, m.Invoice, "INV-"), issued_on=now.date(), due_on=due_on, status="open", **links
    )
    db.add(invoice)
    return invoice


def percent_of(amount: float, percent: float) -> float:
    """Rounded to the cent, half away from zero."""
    exact = Decimal(str(amount)) * Decimal(str(percent)) / 100
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def covered_part(patient: m.Patient, kind: str, amount: float) -> float:
    """What the plan of a patient pays of an amount, deductible aside."""
    if patient.plan is None:
        return 0.0
    coverage = next((c for c in patient.plan.coverages if c.kind == kind), None)
    if coverage is None:
        return 0.0
    share = percent_of(amount, coverage.percent)
    return share if coverage.cap is None else min(share, coverage.cap)


def settle(invoice: m.Invoice) -> None:
    """Bring the status of an invoice in line with what is paid."""
    require(invoice.due >= 0, "constraint", "nobody pays more than an invoice asks")
    move(invoice, "paid" if invoice.due == 0 else "open" if invoice.paid == 0 else "partly_paid")
