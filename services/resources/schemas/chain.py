"""The resources part of a project's chain on the wire; whoever sees the project reads it, so it names nobody."""

from datetime import datetime
from uuid import UUID

from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import DeliveryState, DisbursementState, RequestState, ReservationState
from services.resources.domain.payout import Gate
from wushe.routes import Out


class RequestLink(Out):
    """What was asked for."""

    id: UUID
    kind: Kind
    title: str
    quantity: int
    state: RequestState
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime


class ReservationLink(Out):
    """That something was reserved, not who or what."""

    id: UUID
    request_id: UUID
    quantity: int
    state: ReservationState
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime


class DeliveryLink(Out):
    """That something was handed over."""

    id: UUID
    reservation_id: UUID
    quantity: int
    state: DeliveryState
    created_at: datetime


class DisbursementLink(Out):
    """One tranche: what for, how much, and how far."""

    id: UUID
    label: str
    gate: Gate
    state: DisbursementState
    tranche_fen: int
    amount_fen: int
    created_at: datetime
    paid_at: datetime | None


class LinkedOut(Out):
    """What was asked for, reserved and delivered."""

    requests: list[RequestLink]
    reservations: list[ReservationLink]
    deliveries: list[DeliveryLink]


class MoneyOut(Out):
    """What was promised and paid; null where the project's design is not known yet."""

    budget_fen: int | None
    allocated_fen: int
    paid_fen: int
    disbursements: list[DisbursementLink]


class ChainOut(Out):
    """Resources and money of one project."""

    resources: LinkedOut
    money: MoneyOut
