"""What the resources service announces; public ones are thin and name no person."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import RequestState, ReservationState, Standing
from wushe.outbox import Event


class StartReserved(Event):
    """Everything a project asked for is confirmed; it may start."""

    type = "cn.wushe.resources.start.reserved.v1"
    subscribers = ("projects",)

    project_id: UUID
    saga_id: UUID


class StartRefused(Event):
    """Something a project asked for is still missing; it cannot start."""

    type = "cn.wushe.resources.start.refused.v1"
    subscribers = ("projects",)

    project_id: UUID
    saga_id: UUID
    reason: str
    request_ids: list[UUID]


class ProviderVerified(Event):
    """A provider was checked and may be matched."""

    type = "cn.wushe.resources.provider.verified.v1"
    public = True

    provider_id: UUID
    state: Standing


class RequestOpened(Event):
    """A project asks for something."""

    type = "cn.wushe.resources.request.opened.v1"
    public = True

    request_id: UUID
    project_id: UUID
    kind: Kind
    state: RequestState


class ReservationConfirmed(Event):
    """A person, place or thing is firmly reserved for a project."""

    type = "cn.wushe.resources.reservation.confirmed.v1"
    public = True

    reservation_id: UUID
    request_id: UUID
    project_id: UUID
    state: ReservationState


class DeliveryConfirmed(Event):
    """The receiver confirmed what was handed over."""

    type = "cn.wushe.resources.delivery.confirmed.v1"
    public = True

    delivery_id: UUID
    reservation_id: UUID
    project_id: UUID
    quantity: int


class DonationReceived(Event):
    """Money came into a fund."""

    type = "cn.wushe.resources.donation.received.v1"
    public = True

    donation_id: UUID
    fund_id: UUID
    amount_fen: int


class AllocationMade(Event):
    """A fund promised money to a project."""

    type = "cn.wushe.resources.allocation.made.v1"
    public = True

    allocation_id: UUID
    fund_id: UUID
    project_id: UUID
    amount_fen: int


class AllocationReturned(Event):
    """A fund has back what a cancelled or terminated project did not spend."""

    type = "cn.wushe.resources.allocation.returned.v1"
    public = True

    allocation_id: UUID
    fund_id: UUID
    project_id: UUID
    amount_fen: int


class DisbursementPaid(Event):
    """A tranche was paid."""

    type = "cn.wushe.resources.disbursement.paid.v1"
    public = True
    subscribers = ("projects", "needs")

    disbursement_id: UUID
    project_id: UUID
    tranche_id: UUID
    amount_fen: int


class ErasureCompleted(Event):
    """A person was let go of here: a receipt for needs, not public."""

    type = "cn.wushe.resources.erasure.completed.v1"
    subscribers = ("needs",)

    erasure_id: UUID
    removed: int


class About(BaseModel):
    """The object a notice speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    collection: str
    id: UUID


class NoticeIssued(Event):
    """One message for one person's inbox."""

    type = "cn.wushe.resources.notice.issued.v1"
    subscribers = ("gateway",)

    person_id: UUID
    code: str
    zh: str
    en: str
    about: About
