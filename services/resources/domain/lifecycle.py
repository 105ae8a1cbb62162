"""The states of everything in this service, and the verbs that move them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from wushe.errors import ActionNotAllowed


class Standing(StrEnum):
    """How far a provider or a social worker has been checked."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    SUSPENDED = "suspended"


class VolunteerState(StrEnum):
    """Where a volunteer stands between the first registration and leaving."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class ResourceState(StrEnum):
    """Whether a listed resource may still be asked for."""

    AVAILABLE = "available"
    WITHDRAWN = "withdrawn"


class RequestState(StrEnum):
    """Whether what a project asked for has been found."""

    OPEN = "open"
    MET = "met"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class OfferState(StrEnum):
    """What became of asking one provider or volunteer."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class ReservationState(StrEnum):
    """The life of one reservation; the first three occupy the person, place or thing."""

    HELD = "held"
    CONFIRMED = "confirmed"
    USED = "used"
    RELEASED = "released"
    EXPIRED = "expired"


class DeliveryState(StrEnum):
    """Whether the receiver has confirmed what was handed over."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class FundState(StrEnum):
    """Whether a fund still takes and gives money."""

    OPEN = "open"
    CLOSED = "closed"


class DisbursementState(StrEnum):
    """The way of one tranche to the payee; ``endorsed`` has the first of its two approvals."""

    PLANNED = "planned"
    DUE = "due"
    ENDORSED = "endorsed"
    APPROVED = "approved"
    PAID = "paid"
    WITHHELD = "withheld"


class ProjectState(StrEnum):
    """What this service must know about a project's own progress."""

    DESIGNED = "designed"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


class Verb(StrEnum):
    """Everything that can be done to the objects of this service."""

    ACCEPT = "accept"
    ALLOCATE = "allocate"
    APPROVE = "approve"
    CANCEL = "cancel"
    CLOSE = "close"
    COMPLETE = "complete"
    CONFIRM = "confirm"
    COVER = "cover"
    DECLINE = "decline"
    DELIVER = "deliver"
    DESIGN = "design"
    ENGAGE = "engage"
    EXPIRE = "expire"
    LEAVE = "leave"
    OFFER = "offer"
    OPEN = "open"
    PAY = "pay"
    REACH = "reach"
    RECEIVE = "receive"
    RELEASE = "release"
    REOPEN = "reopen"
    RESERVE = "reserve"
    RETURN = "return"
    SUSPEND = "suspend"
    TERMINATE = "terminate"
    USE = "use"
    VERIFY = "verify"
    WITHDRAW = "withdraw"
    WITHHOLD = "withhold"


STANDING: Mapping[tuple[Standing, Verb], Standing] = {
    (Standing.REGISTERED, Verb.VERIFY): Standing.VERIFIED,
    (Standing.VERIFIED, Verb.SUSPEND): Standing.SUSPENDED,
    (Standing.SUSPENDED, Verb.VERIFY): Standing.VERIFIED,
}

VOLUNTEER: Mapping[tuple[VolunteerState, Verb], VolunteerState] = {
    (VolunteerState.REGISTERED, Verb.VERIFY): VolunteerState.VERIFIED,
    (VolunteerState.REGISTERED, Verb.LEAVE): VolunteerState.LEFT,
    (VolunteerState.VERIFIED, Verb.ENGAGE): VolunteerState.ACTIVE,
    (VolunteerState.VERIFIED, Verb.SUSPEND): VolunteerState.SUSPENDED,
    (VolunteerState.VERIFIED, Verb.LEAVE): VolunteerState.LEFT,
    (VolunteerState.ACTIVE, Verb.SUSPEND): VolunteerState.SUSPENDED,
    (VolunteerState.ACTIVE, Verb.LEAVE): VolunteerState.LEFT,
    (VolunteerState.SUSPENDED, Verb.VERIFY): VolunteerState.VERIFIED,
    (VolunteerState.SUSPENDED, Verb.LEAVE): VolunteerState.LEFT,
}

RESOURCE: Mapping[tuple[ResourceState, Verb], ResourceState] = {
    (ResourceState.AVAILABLE, Verb.WITHDRAW): ResourceState.WITHDRAWN,
}

REQUEST: Mapping[tuple[RequestState, Verb], RequestState] = {
    (RequestState.OPEN, Verb.RESERVE): RequestState.OPEN,
    (RequestState.OPEN, Verb.COVER): RequestState.MET,
    (RequestState.OPEN, Verb.CANCEL): RequestState.CANCELLED,
    (RequestState.OPEN, Verb.CLOSE): RequestState.CLOSED,
    (RequestState.MET, Verb.REOPEN): RequestState.OPEN,
    (RequestState.MET, Verb.CANCEL): RequestState.CANCELLED,
    (RequestState.MET, Verb.CLOSE): RequestState.CLOSED,
}

OFFER: Mapping[tuple[OfferState, Verb], OfferState] = {
    (OfferState.PROPOSED, Verb.OFFER): OfferState.OFFERED,
    (OfferState.PROPOSED, Verb.EXPIRE): OfferState.EXPIRED,
    (OfferState.OFFERED, Verb.ACCEPT): OfferState.ACCEPTED,
    (OfferState.OFFERED, Verb.DECLINE): OfferState.DECLINED,
    (OfferState.OFFERED, Verb.EXPIRE): OfferState.EXPIRED,
}

RESERVATION: Mapping[tuple[ReservationState, Verb], ReservationState] = {
    (ReservationState.HELD, Verb.CONFIRM): ReservationState.CONFIRMED,
    (ReservationState.HELD, Verb.RELEASE): ReservationState.RELEASED,
    (ReservationState.HELD, Verb.EXPIRE): ReservationState.EXPIRED,
    (ReservationState.CONFIRMED, Verb.DELIVER): ReservationState.CONFIRMED,
    (ReservationState.CONFIRMED, Verb.USE): ReservationState.USED,
    (ReservationState.CONFIRMED, Verb.RELEASE): ReservationState.RELEASED,
}

DELIVERY: Mapping[tuple[DeliveryState, Verb], DeliveryState] = {
    (DeliveryState.SENT, Verb.CONFIRM): DeliveryState.CONFIRMED,
    (DeliveryState.SENT, Verb.WITHDRAW): DeliveryState.WITHDRAWN,
}

FUND: Mapping[tuple[FundState, Verb], FundState] = {
    (FundState.OPEN, Verb.RECEIVE): FundState.OPEN,
    (FundState.OPEN, Verb.ALLOCATE): FundState.OPEN,
    (FundState.OPEN, Verb.RETURN): FundState.OPEN,
    (FundState.OPEN, Verb.CLOSE): FundState.CLOSED,
}

DISBURSEMENT: Mapping[tuple[DisbursementState, Verb], DisbursementState] = {
    (DisbursementState.PLANNED, Verb.REACH): DisbursementState.PLANNED,
    (DisbursementState.PLANNED, Verb.OPEN): DisbursementState.DUE,
    (DisbursementState.PLANNED, Verb.WITHHOLD): DisbursementState.WITHHELD,
    (DisbursementState.DUE, Verb.APPROVE): DisbursementState.ENDORSED,
    (DisbursementState.DUE, Verb.WITHHOLD): DisbursementState.WITHHELD,
    (DisbursementState.ENDORSED, Verb.APPROVE): DisbursementState.APPROVED,
    (DisbursementState.ENDORSED, Verb.WITHHOLD): DisbursementState.WITHHELD,
    (DisbursementState.APPROVED, Verb.PAY): DisbursementState.PAID,
    (DisbursementState.APPROVED, Verb.WITHHOLD): DisbursementState.WITHHELD,
    (DisbursementState.WITHHELD, Verb.RELEASE): DisbursementState.PLANNED,
}

PROJECT: Mapping[tuple[ProjectState, Verb], ProjectState] = {
    (ProjectState.DESIGNED, Verb.DESIGN): ProjectState.DESIGNED,
    (ProjectState.DESIGNED, Verb.ALLOCATE): ProjectState.DESIGNED,
    (ProjectState.DESIGNED, Verb.COMPLETE): ProjectState.COMPLETED,
    (ProjectState.DESIGNED, Verb.CANCEL): ProjectState.CANCELLED,
    (ProjectState.DESIGNED, Verb.TERMINATE): ProjectState.TERMINATED,
    (ProjectState.COMPLETED, Verb.ALLOCATE): ProjectState.COMPLETED,
    (ProjectState.COMPLETED, Verb.ACCEPT): ProjectState.ACCEPTED,
}

STOPPED = (ProjectState.CANCELLED, ProjectState.TERMINATED)
"""States in which a project was given up: nothing more is asked for, promised or paid."""

OCCUPYING = (ReservationState.HELD, ReservationState.CONFIRMED, ReservationState.USED)
"""States in which a reservation takes up its person, place or thing."""

State = TypeVar("State", bound=StrEnum)


def advance(table: Mapping[tuple[State, Verb], State], state: State, verb: Verb) -> State:
    """The state after ``verb``, or ActionNotAllowed naming the verbs this state permits."""
    try:
        return table[state, verb]
    except KeyError:
        raise ActionNotAllowed(allowed=allowed(table, state), state=state, verb=verb) from None


def allowed(table: Mapping[tuple[State, Verb], State], state: State) -> list[Verb]:
    """The verbs this state permits, in the order of the table."""
    return [verb for origin, verb in table if origin == state]


_TABLES: dict[str, Mapping[Any, StrEnum]] = {
    "provider": STANDING,
    "social worker": STANDING,
    "volunteer": VOLUNTEER,
    "resource": RESOURCE,
    "resource request": REQUEST,
    "offer": OFFER,
    "reservation": RESERVATION,
    "delivery": DELIVERY,
    "fund": FUND,
    "disbursement": DISBURSEMENT,
    "project": PROJECT,
}

MACHINES: dict[str, Mapping[tuple[str, str], str]] = {
    name: {(str(state), str(verb)): str(after) for (state, verb), after in table.items()}
    for name, table in _TABLES.items()
}
"""Every table in plain words, for the printed documentation."""
