"""Pharmacies, their stock, and medicine orders."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from . import models as m
from .common import (
    ME,
    CrudPaging,
    covered_part,
    fail,
    find,
    find_mine,
    me,
    move,
    new_invoice,
    next_number,
    require,
)
from .database import Db, Now
from .schemas import InvoiceShort, Items, Named, NumberAndStatus, Out, Page

router = APIRouter(tags=["pharmacy"])


class PharmacyOut(Out):
    id: int
    name: str
    street: str
    opens: time
    closes: time


class PharmacyWithStock(Out):
    quantity: int
    pharmacy: PharmacyOut


class OrderMedicines(BaseModel):
    pharmacy_id: int
    prescription_ids: list[int] = Field(min_length=1, max_length=10)
    quantities: list[Annotated[int, Field(ge=1, le=400)]] = Field(
        min_length=1, max_length=10, description="How many of each, in the same order"
    )


class MedicineLineOut(Out):
    quantity: int
    unit_price: float
    drug: Named


class MedicineOrderOut(Out):
    number: str
    status: str
    total: float
    lines: list[MedicineLineOut]
    invoice: InvoiceShort


class OrderCancelled(NumberAndStatus):
    invoice: NumberAndStatus


class OrderCollected(NumberAndStatus):
    collected_at: datetime


class RestockItem(BaseModel):
    drug_id: int
    quantity: int = Field(ge=1, le=10000)


class Restock(BaseModel):
    pharmacy_id: int
    items: list[RestockItem] = Field(min_length=1, max_length=50)


class ShelfOut(Out):
    drug: Named
    quantity: int


class Restocked(Named):
    stock: list[ShelfOut]


class LowShelf(Out):
    pharmacy: Named
    drug: Named
    quantity: int
    missing: int


class TopDrug(Out):
    drug: Named
    units: int
    revenue: float


# ---- Routes


@router.get(
    "/drugs/{drug_id}/pharmacies", operation_id="find_pharmacies", response_model=Items[PharmacyWithStock]
)
def find_pharmacies(
    db: Db,
    now: Now,
    drug_id: int,
    quantity: Annotated[int, Query(ge=1)] = 1,
    open_at: time | None = None,
):
    """Pharmacies that have enough of a drug, largest stock first."""
    drug = find(db, m.Drug, drug_id)
    shelves = (
        select(m.Stock)
        .join(m.Stock.pharmacy)
        .where(m.Stock.drug_id == drug.id, m.Stock.quantity >= quantity)
        .options(joinedload(m.Stock.pharmacy))
    )
    if open_at is not None:
        shelves = shelves.where(m.Pharmacy.opens <= open_at, m.Pharmacy.closes > open_at)
    return {"items": db.scalars(shelves.order_by(m.Stock.quantity.desc(), m.Pharmacy.name)).all()}


@router.post("/orders", operation_id="order_medicines", response_model=MedicineOrderOut)
def order_medicines(db: Db, now: Now, body: OrderMedicines):
    """Order medicines on prescription; takes the stock, uses a refill each, and bills what insurance leaves."""
    pharmacy = find(db, m.Pharmacy, body.pharmacy_id)
    prescriptions = [find_mine(db, m.Prescription, key) for key in body.prescription_ids]
    same = len(prescriptions) == len(body.quantities)
    require(same, "bad_lists", "Give one quantity for each prescription.")
    is_open = pharmacy.opens <= now.time() < pharmacy.closes
    require(is_open, "closed", f"{pharmacy.name} is closed.")
    order = m.MedicineOrder(
        number=next_number(db, m.MedicineOrder, "RX-"),
        patient_id=ME,
        pharmacy=pharmacy,
        status="placed",
        placed_at=now,
    )
    db.add(order)
    db.flush()
    due_on = now.date() + timedelta(days=14)
    invoice = new_invoice(db, now, due_on, patient_id=ME, order_number=order.number)
    for prescription, quantity in zip(prescriptions, body.quantities, strict=True):
        drug = prescription.drug
        require(
            prescription.is_usable,
            "not_usable",
            f"Prescription {prescription.id} is {prescription.status} or expired on {prescription.expires_on}.",
        )
        most = prescription.quantity
        require(quantity <= most, "too_many", f"At most {most} of {drug.name}.")
        shelf = shelf_of(db, pharmacy.id, drug.id)
        if shelf is None:
            fail("out_of_stock", f"{pharmacy.name} does not carry {drug.name}.")
        left = shelf.quantity
        require(left >= quantity, "out_of_stock", f"Only {left} of {drug.name} are left.")
        shelf.quantity -= quantity
        order.lines.append(
            m.MedicineLine(prescription=prescription, quantity=quantity, unit_price=drug.unit_price)
        )
        if prescription.refills_left > 0:
            prescription.refills_left -= 1
        else:
            move(prescription, "used_up")
        amount = round(quantity * drug.unit_price, 2)
        covered = covered_part(me(db), "medication", amount)
        description = f"{quantity} x {drug.name}"
        invoice.lines.append(
            m.InvoiceLine(kind="medication", description=description, amount=amount, covered=covered)
        )
    db.flush()
    return {
        "number": order.number,
        "status": order.status,
        "total": order.total,
        "lines": order.lines,
        "invoice": invoice,
    }


def shelf_of(db: Session, pharmacy_id: int, drug_id: int) -> m.Stock | None:
    return db.scalar(select(m.Stock).where(m.Stock.pharmacy_id == pharmacy_id, m.Stock.drug_id == drug_id))


def invoice_of(db: Session, order: m.MedicineOrder) -> m.Invoice:
    invoice = db.scalar(select(m.Invoice).where(m.Invoice.order_number == order.number))
    if invoice is None:
        fail("not_found", f"Order {order.number} has no invoice.", 404)
    return invoice


@router.post("/orders/{order_id}/cancel", operation_id="cancel_medicine_order", response_model=OrderCancelled)
def cancel_medicine_order(db: Db, now: Now, order_id: str):
    """Cancel an order that was not collected: stock and refills go back, the unpaid invoice is void."""
    order = find_mine(db, m.MedicineOrder, order_id)
    require(order.status in ("placed", "ready"), "wrong_state", f"The order is {order.status}.")
    invoice = invoice_of(db, order)
    require(invoice.paid == 0, "paid_already", f"Refund the payments of {invoice.number} first.")
    for line in order.lines:
        prescription = line.prescription
        shelf = shelf_of(db, order.pharmacy_id, prescription.drug_id)
        if shelf is not None:
            shelf.quantity += line.quantity
        if prescription.status == "used_up":
            move(prescription, "active")
        else:
            prescription.refills_left += 1
    move(order, "cancelled")
    move(invoice, "void")
    return {"number": order.number, "status": order.status, "invoice": invoice}


@router.post("/orders/{order_id}/collect", operation_id="collect_order", response_model=OrderCollected)
def collect_order(db: Db, now: Now, order_id: str):
    """Hand over an order whose invoice is paid."""
    order = find_mine(db, m.MedicineOrder, order_id)
    invoice = invoice_of(db, order)
    require(invoice.due == 0, "unpaid", f"{invoice.due:.2f} of {invoice.number} is unpaid.")
    if order.status == "placed":
        move(order, "ready")
    move(order, "collected")
    order.collected_at = now
    return order


@router.post("/stock", operation_id="restock", response_model=Restocked)
def restock(db: Db, now: Now, body: Restock):
    """Add stock to a pharmacy; a drug it never carried gets a shelf."""
    pharmacy = find(db, m.Pharmacy, body.pharmacy_id)
    for item in body.items:
        drug = find(db, m.Drug, item.drug_id)
        shelf = shelf_of(db, pharmacy.id, drug.id)
        if shelf is None:
            shelf = m.Stock(pharmacy_id=pharmacy.id, drug_id=drug.id, quantity=0)
            db.add(shelf)
        shelf.quantity += item.quantity
        db.flush()
    shelves = select(m.Stock).where(m.Stock.pharmacy_id == pharmacy.id).options(joinedload(m.Stock.drug))
    stock = db.scalars(shelves.order_by(m.Stock.quantity, m.Stock.id)).all()
    return {"id": pharmacy.id, "name": pharmacy.name, "stock": stock}


@router.get("/stock/low", operation_id="low_stock", response_model=Items[LowShelf])
def low_stock(db: Db, now: Now, pharmacy_id: int | None = None):
    """Shelves at or below their reorder level, emptiest first."""
    shelves = (
        select(m.Stock)
        .join(m.Stock.drug)
        .where(m.Stock.quantity <= m.Stock.reorder_at)
        .options(joinedload(m.Stock.drug), joinedload(m.Stock.pharmacy))
    )
    if pharmacy_id is not None:
        shelves = shelves.where(m.Stock.pharmacy_id == find(db, m.Pharmacy, pharmacy_id).id)
    emptiest = m.Stock.quantity - m.Stock.reorder_at
    return {"items": db.scalars(shelves.order_by(emptiest, m.Drug.name, m.Stock.id)).all()}


@router.get("/drugs/top", operation_id="top_drugs", response_model=Items[TopDrug])
def top_drugs(db: Db, now: Now, n: Annotated[int, Query(ge=1, le=20)] = 5, since: date | None = None):
    """The drugs ordered most, by units, with what they brought in."""
    units = func.sum(m.MedicineLine.quantity)
    revenue = func.round(func.sum(m.MedicineLine.quantity * m.MedicineLine.unit_price), 2)
    top = (
        select(m.Drug, units, revenue)
        .select_from(m.MedicineLine)
        .join(m.MedicineLine.order)
        .join(m.MedicineLine.prescription)
        .join(m.Prescription.drug)
        .where(m.MedicineOrder.status != "cancelled")
        .group_by(m.Drug.id)
        .order_by(units.desc(), m.Drug.id)
        .limit(n)
    )
    if since is not None:
        top = top.where(func.date(m.MedicineOrder.placed_at) >= since.isoformat())
    return {
        "items": [
            {"drug": drug, "units": count, "revenue": amount} for drug, count, amount in db.execute(top)
        ]
    }


@router.get("/pharmacies", operation_id="list_pharmacies", response_model=Page[PharmacyOut])
def list_pharmacies(db: Db, now: Now, paging: Annotated[CrudPaging, Depends()]):
    """List pharmacies."""
    return paging.result(db, select(m.Pharmacy).order_by(m.Pharmacy.id))


@router.get("/pharmacies/{pharmacy_id}", operation_id="get_pharmacy", response_model=PharmacyOut)
def get_pharmacy(db: Db, now: Now, pharmacy_id: int):
    """Get a pharmacy."""
    return find(db, m.Pharmacy, pharmacy_id)
