"""Ending the good standing of a volunteer or provider, and with it what they are booked for."""

from collections.abc import Sequence
from uuid import UUID

from services.resources.domain import lifecycle
from services.resources.domain.lifecycle import Verb
from services.resources.models import Provider, Reservation, ResourceRequest, Volunteer
from services.resources.repository import Linking
from services.resources.usecases import holds

UNFIT = "志愿者或提供方已暂停或退出 · suspended or left"


async def end_volunteer(*, linking: Linking, volunteer_id: UUID, verb: Verb, reason: str | None = None) -> Volunteer:
    """Suspend a volunteer or let them leave; whatever they were still to come to is open again."""
    booked = await linking.owed(volunteer_id=volunteer_id)
    volunteer = await linking.lock(Volunteer, volunteer_id)
    volunteer.state = lifecycle.advance(lifecycle.VOLUNTEER, volunteer.state, verb)
    linking.work.record(volunteer, verb, reason=reason)
    await _free(linking, booked)
    return volunteer


async def suspend_provider(*, linking: Linking, provider_id: UUID, reason: str) -> Provider:
    """Suspend a provider; whatever it was still to give is open again."""
    booked = await linking.owed(provider_id=provider_id)
    provider = await linking.lock(Provider, provider_id)
    provider.state = lifecycle.advance(lifecycle.STANDING, provider.state, Verb.SUSPEND)
    linking.work.record(provider, Verb.SUSPEND, reason=reason)
    await _free(linking, booked)
    return provider


async def _free(linking: Linking, booked: Sequence[tuple[Reservation, ResourceRequest]]) -> None:
    """Requests are locked before whoever serves them, here and wherever reservations are confirmed."""
    async with linking.everywhere():
        for reservation, request in booked:
            await holds.let_go(linking=linking, reservation=reservation, verb=Verb.RELEASE, reason=UNFIT)
            holds.reopen(linking=linking, request=request)
