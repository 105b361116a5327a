"""Request and response models."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Severity = Literal["minor", "moderate", "major"]
ServiceKind = Literal["consultation", "procedure", "lab", "medication"]
AppointmentStatus = Literal["booked", "confirmed", "checked_in", "completed", "cancelled", "no_show"]
PrescriptionStatus = Literal["active", "used_up", "expired", "revoked"]
InvoiceStatus = Literal["open", "partly_paid", "paid", "void"]
PaymentMethod = Literal["card", "cash", "transfer", "credit"]
Channel = Literal["email", "sms"]
DiagnosisCode = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(\.[0-9]{1,2})?$")]
Price = Annotated[float, Field(ge=0.01, le=50000)]

Item = TypeVar("Item")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Page(Out, Generic[Item]):
    items: list[Item]
    total: int
    page: int


class Items(Out, Generic[Item]):
    items: list[Item]


# ---- Rows as they look inside other results


class Named(Out):
    id: int
    name: str


def _id(value: Any) -> Any:
    return getattr(value, "id", value)


IdOf = Annotated[int, BeforeValidator(_id)]


class SlotShort(Out):
    id: int
    starts_at: datetime
    ends_at: datetime
    doctor: Named


class InvoiceShort(Out):
    number: str
    status: InvoiceStatus
    gross: float
    covered: float
    paid: float
    due: float
    due_on: date


class NumberOnly(Out):
    number: str


class NumberAndStatus(Out):
    number: str
    status: str


class IdOut(Out):
    id: int
