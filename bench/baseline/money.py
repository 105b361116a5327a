"""Insurance, invoices and payments."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from . import models as m
from .common import ME, CrudPaging, covered_part, find, find_mine, me, require, settle
from .database import Db, Now
from .schemas import (
    InvoiceShort,
    InvoiceStatus,
    Items,
    Named,
    NumberOnly,
    Out,
    Page,
    PaymentMethod,
    Price,
    ServiceKind,
)

router = APIRouter(tags=["money"])


class CopayOut(Out):
    price: float
    deductible: float
    covered: float
    you_pay: float


class InvoiceLineOut(Out):
    kind: ServiceKind
    description: str
    amount: float
    covered: float


class PaymentShort(Out):
    id: int
    kind: str
    method: PaymentMethod
    amount: float
    paid_at: datetime


class InvoiceBase(Out):
    number: str
    patient: Named
    visit: int | None
    order: str | None
    issued_on: date
    due_on: date
    status: InvoiceStatus
    gross: float
    covered: float
    paid: float
    due: float


class InvoiceDetail(InvoiceBase):
    is_overdue: bool
    lines: list[InvoiceLineOut]
    payments: list[PaymentShort]


class InvoiceFull(InvoiceBase):
    is_owed: bool
    is_overdue: bool


class PayInvoice(BaseModel):
    amount: float | None = Field(default=None, ge=0.01)
    method: PaymentMethod


class PaymentOut(Out):
    id: int
    amount: float
    invoice: InvoiceShort


class Refund(BaseModel):
    amount: float | None = Field(default=None, ge=0.01)


class RefundOut(Out):
    refunded: float
    credit: float
    invoice: InvoiceShort


class StatementLine(Out):
    id: int
    paid_at: datetime
    kind: str
    amount: float
    invoice: NumberOnly
    running: float


class SpendingOut(Out):
    kind: ServiceKind
    services: int
    billed: float
    own: float
    average: float


class OldestInvoice(Out):
    number: str
    due: float
    due_on: date


class OverdueOut(Out):
    current: float
    up_to_30: float
    older: float
    oldest: OldestInvoice | None


class PlanOut(Out):
    code: str
    name: str
    deductible: float
    copay: float
    waiting_days: int


# ---- Routes


@router.get("/copay", operation_id="estimate_copay", response_model=CopayOut)
def estimate_copay(db: Db, now: Now, kind: ServiceKind, amount: Annotated[Price, Query()]):
    """What I would pay myself for a service of that price today."""
    patient = me(db)
    deductible = 0.0
    if patient.plan is not None:
        deductible = min(max(patient.plan.deductible - patient.deductible_met, 0.0), amount)
    covered = covered_part(patient, kind, round(amount - deductible, 2))
    return {
        "price": amount,
        "deductible": deductible,
        "covered": covered,
        "you_pay": round(amount - covered, 2),
    }


@router.get("/invoices/{invoice_id}", operation_id="get_invoice", response_model=InvoiceDetail)
def get_invoice(db: Db, now: Now, invoice_id: str):
    """An invoice with its lines and payments."""
    return find_mine(db, m.Invoice, invoice_id)


@router.post("/invoices/{invoice_id}/payments", operation_id="pay_invoice", response_model=PaymentOut)
def pay_invoice(db: Db, now: Now, invoice_id: str, body: PayInvoice):
    """Pay an invoice, in part or, without an amount, in full."""
    invoice = find_mine(db, m.Invoice, invoice_id)
    require(invoice.is_owed, "wrong_state", f"The invoice is {invoice.status}.")
    pay = invoice.due if body.amount is None else body.amount
    require(pay <= invoice.due, "too_much", f"Only {invoice.due:.2f} is due.")
    if body.method == "credit":
        patient = me(db)
        require(patient.credit >= pay, "no_credit", f"Your credit is {patient.credit:.2f}.")
        patient.credit = round(patient.credit - pay, 2)
    payment = m.Payment(invoice=invoice, kind="payment", amount=pay, method=body.method, paid_at=now)
    db.add(payment)
    settle(invoice)
    db.flush()
    return payment


@router.post("/payments/{payment_id}/refund", operation_id="refund_payment", response_model=RefundOut)
def refund_payment(db: Db, now: Now, payment_id: int, body: Refund):
    """Refund a payment, in part or in full, within 90 days, as credit."""
    payment = find_mine(db, m.Payment, payment_id)
    require(payment.kind == "payment", "not_a_payment", "That is a refund.")
    recent = now - payment.paid_at <= timedelta(days=90)
    require(recent, "too_late", "Payments are refunded for 90 days.")
    left = round(payment.amount - sum(refund.amount for refund in payment.refunds), 2)
    back = left if body.amount is None else body.amount
    require(0 < back <= left, "too_much", f"Only {left:.2f} of it can be refunded.")
    db.add(
        m.Payment(
            invoice=payment.invoice,
            kind="refund",
            method="credit",
            amount=back,
            paid_at=now,
            refund_of_id=payment.id,
        )
    )
    patient = me(db)
    patient.credit = round(patient.credit + back, 2)
    settle(payment.invoice)
    return {"refunded": back, "credit": patient.credit, "invoice": payment.invoice}


@router.get("/statement", operation_id="statement", response_model=Items[StatementLine])
def statement(
    db: Db,
    now: Now,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
):
    """My payments in order of time with the running total paid."""
    mine = (
        select(m.Payment)
        .join(m.Payment.invoice)
        .where(m.Invoice.patient_id == ME)
        .options(joinedload(m.Payment.invoice))
        .order_by(m.Payment.paid_at, m.Payment.id)
    )
    items, running = [], 0.0
    for payment in db.scalars(mine):
        running = round(running + payment.signed, 2)
        day = payment.paid_at.date()
        if (start is None or day >= start) and (end is None or day <= end):
            items.append(
                {
                    "id": payment.id,
                    "paid_at": payment.paid_at,
                    "kind": payment.kind,
                    "amount": payment.amount,
                    "invoice": payment.invoice,
                    "running": running,
                }
            )
    return {"items": items}


@router.get("/spending", operation_id="spending_by_kind", response_model=Items[SpendingOut])
def spending_by_kind(db: Db, now: Now, in_year: Annotated[int, Query(ge=2000, le=2100)]):
    """What I was billed in a year, by kind of service, largest share first."""
    own = func.round(func.sum(m.InvoiceLine.amount - m.InvoiceLine.covered), 2)
    rows = db.execute(
        select(
            m.InvoiceLine.kind,
            func.count(),
            func.round(func.sum(m.InvoiceLine.amount), 2),
            own,
            func.round(func.avg(m.InvoiceLine.amount), 2),
        )
        .join(m.InvoiceLine.invoice)
        .where(m.Invoice.patient_id == ME, m.Invoice.status != "void")
        .where(func.strftime("%Y", m.Invoice.issued_on) == str(in_year))
        .group_by(m.InvoiceLine.kind)
        .order_by(own.desc())
    )
    names = ("kind", "services", "billed", "own", "average")
    return {"items": [dict(zip(names, row, strict=True)) for row in rows]}


@router.get("/overdue", operation_id="overdue_report", response_model=OverdueOut)
def overdue_report(db: Db, now: Now):
    """What I owe by age: not due yet, up to 30 days late, later."""
    owed = [invoice for invoice in me(db).invoices if invoice.is_owed]
    late = {invoice.number: (now.date() - invoice.due_on).days for invoice in owed}
    oldest = min(owed, key=lambda invoice: (invoice.due_on, invoice.number), default=None)
    return {
        "current": round(sum(i.due for i in owed if late[i.number] <= 0), 2),
        "up_to_30": round(sum(i.due for i in owed if 0 < late[i.number] <= 30), 2),
        "older": round(sum(i.due for i in owed if late[i.number] > 30), 2),
        "oldest": oldest,
    }


@router.get("/invoices", operation_id="list_invoices", response_model=Page[InvoiceFull])
def list_invoices(
    db: Db, now: Now, paging: Annotated[CrudPaging, Depends()], status: InvoiceStatus | None = None
):
    """List invoices."""
    mine = select(m.Invoice).where(m.Invoice.patient_id == ME).options(joinedload(m.Invoice.patient))
    if status is not None:
        mine = mine.where(m.Invoice.status == status)
    return paging.result(db, mine.order_by(m.Invoice.number))


@router.get("/plans/{insurance_plan_id}", operation_id="get_insurance_plan", response_model=PlanOut)
def get_insurance_plan(db: Db, now: Now, insurance_plan_id: str):
    """Get an insurance plan."""
    return find(db, m.InsurancePlan, insurance_plan_id)
