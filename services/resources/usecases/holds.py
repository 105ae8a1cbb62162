"""The steps every reservation goes through; callers hold the lock of its request."""

from uuid import UUID

from services.resources.domain import booking, lifecycle, matching, rulings
from services.resources.domain.booking import Kind, Period
from services.resources.domain.lifecycle import RequestState, ReservationState, Verb, VolunteerState
from services.resources.domain.matching import Candidate
from services.resources.events import ReservationConfirmed
from services.resources.models import Offer, Reservation, Resource, ResourceRequest, Volunteer
from services.resources.repository import Linking, span
from services.resources.usecases.demand import wanted_by
from wushe import rules
from wushe.errors import FieldError, InvalidInput, NotFound, Refusal


class HoldExpired(Refusal):
    """The hold was not confirmed in time."""

    zh = "预留已过期，请重新预约。"
    en = "The hold has expired; reserve again."
    toast = "预留已过期"


def chosen(request: ResourceRequest, resource_id: UUID | None, volunteer_id: UUID | None) -> UUID:
    """The one candidate named, of the sort the request asks for."""
    wants_people = request.kind is Kind.VOLUNTEER
    ident = volunteer_id if wants_people else resource_id
    if ident is None or (resource_id is not None and volunteer_id is not None):
        pointer = "/volunteer_id" if wants_people else "/resource_id"
        message = ("请只填写一个与需求类型相符的对象。", "Name exactly one candidate of the kind requested.")
        raise InvalidInput(errors=[FieldError(pointer, "REQUIRED", *message)])
    return ident


async def require_candidate(linking: Linking, request: ResourceRequest, ident: UUID, quantity: int) -> Candidate:
    """The candidate, suitable for what is still missing of an open request."""
    lifecycle.advance(lifecycle.REQUEST, request.state, Verb.RESERVE)
    found = await linking.candidates(request, only=ident)
    if not found:
        raise NotFound
    wanted = await wanted_by(linking, request)
    matching.require_suitable(wanted, found[0])
    missing = wanted.outstanding if found[0].left is not None else min(1, wanted.outstanding)
    booking.check_outstanding(quantity, outstanding=missing)
    return found[0]


async def hold(
    *, linking: Linking, request: ResourceRequest, ident: UUID, quantity: int, offer: Offer | None = None
) -> Reservation:
    """Hold a candidate for a request, or refuse with the conflict and the next free time, or with what is left."""
    candidate = await require_candidate(linking, request, ident, quantity)
    resource = await _take_stock(linking, candidate, quantity)
    reservation = await _book(linking, request, candidate, quantity, offer)
    linking.work.record(reservation, "hold")
    if resource is not None:
        linking.work.record(resource, Verb.RESERVE)
    if await linking.covered(request.id) == request.quantity:
        request.state = lifecycle.advance(lifecycle.REQUEST, request.state, Verb.COVER)
        linking.work.record(request, Verb.COVER)
    return reservation


async def _take_stock(linking: Linking, candidate: Candidate, quantity: int) -> Resource | None:
    if candidate.left is None:
        return None
    resource = await linking.lock_aside(Resource, candidate.id)
    booking.check_stock(quantity, left=resource.left or 0)
    resource.reserved += quantity
    return resource


async def _book(
    linking: Linking, request: ResourceRequest, candidate: Candidate, quantity: int, offer: Offer | None
) -> Reservation:
    bookable = await _bookable(linking, candidate)
    waiting = rulings.hours("hold_hours", await rules.value(linking.work, "hold_hours", request.division))
    reservation = await linking.book(
        division=request.division,
        request_id=request.id,
        project_id=request.project_id,
        offer_id=offer.id if offer else None,
        volunteer_id=candidate.id if candidate.kind is Kind.VOLUNTEER else None,
        resource_id=None if candidate.kind is Kind.VOLUNTEER else candidate.id,
        bookable=bookable,
        during=span(request.period),
        quantity=quantity,
        state=ReservationState.HELD,
        hold_expires_at=linking.work.now + waiting,
    )
    if reservation is None:
        wanted = request.period or Period(linking.work.now, linking.work.now)
        raise booking.already_booked(await linking.taken(bookable, wanted.start) if bookable else [], wanted)
    return reservation


async def _bookable(linking: Linking, candidate: Candidate) -> UUID | None:
    """What is occupied: the person, the thing itself, or nothing for stock."""
    if candidate.kind is Kind.VOLUNTEER:
        volunteer = await linking.get_aside(Volunteer, candidate.id)
        return UUID(str(volunteer.person_id))
    return candidate.id if candidate.left is None else None


async def confirm(*, linking: Linking, reservation: Reservation, saga_id: UUID | None = None) -> None:
    """Make a hold firm; a volunteer's first one makes them active."""
    state = lifecycle.advance(lifecycle.RESERVATION, reservation.state, Verb.CONFIRM)
    if reservation.hold_expires_at <= linking.work.now:
        raise HoldExpired
    reservation.state, reservation.saga_id = state, saga_id
    confirmed = ReservationConfirmed(
        reservation_id=reservation.id,
        request_id=reservation.request_id,
        project_id=reservation.project_id,
        state=state,
    )
    linking.work.record(reservation, Verb.CONFIRM, confirmed)
    if reservation.volunteer_id is not None:
        await _engage(linking, reservation.volunteer_id)


async def _engage(linking: Linking, volunteer_id: UUID) -> None:
    volunteer = await linking.lock_aside(Volunteer, volunteer_id)
    if volunteer.state is VolunteerState.VERIFIED:
        volunteer.state = lifecycle.advance(lifecycle.VOLUNTEER, volunteer.state, Verb.ENGAGE)
        linking.work.record(volunteer, Verb.ENGAGE)


def use(*, linking: Linking, reservation: Reservation) -> None:
    """Mark a confirmed reservation as used; it goes on occupying its time."""
    reservation.state = lifecycle.advance(lifecycle.RESERVATION, reservation.state, Verb.USE)
    linking.work.record(reservation, Verb.USE)


async def let_go(*, linking: Linking, reservation: Reservation, verb: Verb, reason: str) -> None:
    """Release a reservation or let it expire, and give back what of its stock was not delivered."""
    reservation.state = lifecycle.advance(lifecycle.RESERVATION, reservation.state, verb)
    linking.work.record(reservation, verb, reason=reason)
    if reservation.resource_id is not None and reservation.bookable is None:
        arrived = await linking.delivered(reservation.id, only_confirmed=True)
        resource = await linking.lock_aside(Resource, reservation.resource_id)
        resource.reserved -= reservation.quantity - arrived
        linking.work.record(resource, Verb.RELEASE)


def reopen(*, linking: Linking, request: ResourceRequest) -> None:
    """A request is open again when part of what met it is gone."""
    if request.state is RequestState.MET:
        request.state = lifecycle.advance(lifecycle.REQUEST, request.state, Verb.REOPEN)
        linking.work.record(request, Verb.REOPEN)
