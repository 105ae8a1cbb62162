"""Reserving for a request, and what becomes of a reservation."""

from uuid import UUID

from services.resources.domain import matching
from services.resources.domain.lifecycle import ReservationState, Verb
from services.resources.models import Reservation, ResourceRequest
from services.resources.repository import Linking
from services.resources.usecases import holds

EXPIRED = "预留到期 · hold expired"


async def reserve(
    *, linking: Linking, request_id: UUID, resource_id: UUID | None, volunteer_id: UUID | None, quantity: int
) -> Reservation:
    """Hold a volunteer or resource for a request, as agreed with them outside the system."""
    request = await linking.lock_aside(ResourceRequest, request_id)
    ident = holds.chosen(request, resource_id, volunteer_id)
    return await holds.hold(linking=linking, request=request, ident=ident, quantity=quantity)


async def confirm(*, linking: Linking, reservation_id: UUID) -> Reservation:
    """Make a held reservation firm, so that it no longer expires; whoever gives must still be in good standing."""
    reservation, _ = await _locked(linking, reservation_id)
    if await linking.unfit([reservation]):
        raise matching.unverified()
    await holds.confirm(linking=linking, reservation=reservation)
    return reservation


async def release(*, linking: Linking, reservation_id: UUID, reason: str) -> Reservation:
    """Give a reservation up; its time or stock is free at once and the request is open again."""
    reservation, request = await _locked(linking, reservation_id)
    await holds.let_go(linking=linking, reservation=reservation, verb=Verb.RELEASE, reason=reason)
    holds.reopen(linking=linking, request=request)
    return reservation


async def expire_holds(*, linking: Linking) -> int:
    """Let go of holds that were not confirmed in time; answers how many."""
    lapsed = await linking.lapsed_holds()
    for reservation_id, _ in lapsed:
        reservation, request = await _locked(linking, reservation_id)
        if reservation.state is ReservationState.HELD:
            await holds.let_go(linking=linking, reservation=reservation, verb=Verb.EXPIRE, reason=EXPIRED)
            holds.reopen(linking=linking, request=request)
    return len(lapsed)


async def _locked(linking: Linking, reservation_id: UUID) -> tuple[Reservation, ResourceRequest]:
    """A reservation and its request, the request locked first."""
    seen = await linking.get(Reservation, reservation_id)
    request = await linking.lock_aside(ResourceRequest, seen.request_id)
    return await linking.lock(Reservation, reservation_id), request
