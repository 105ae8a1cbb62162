"""Asking a provider or volunteer, and their answer."""

from uuid import UUID

from services.resources.domain import lifecycle, rulings
from services.resources.domain.lifecycle import OfferState, Verb
from services.resources.domain.parties import OWNER_ROLES, SELF_ROLES
from services.resources.models import Offer, Reservation, Resource, ResourceRequest, Volunteer
from services.resources.repository import Linking
from services.resources.usecases import holds
from wushe import rules
from wushe.db import uuid7
from wushe.errors import Refusal

UNANSWERED = "逾期未答复 · not answered in time"


class OfferPending(Refusal):
    """The same candidate was asked already and has not answered."""

    zh = "已向该对象发出邀请，正在等待答复。"
    en = "This candidate was asked already and has not answered yet."
    toast = "等待对方答复"


class NotYourOffer(Refusal):
    """Only the one who was asked answers, or a community worker on their behalf."""

    status = 403
    zh = "只有受邀的志愿者或提供方本人（或社区工作者代办）可以答复。"
    en = "Only the volunteer or provider who was asked may answer, or a community worker on their behalf."
    toast = "非受邀对象"


async def make(
    *, linking: Linking, request_id: UUID, resource_id: UUID | None, volunteer_id: UUID | None, quantity: int
) -> Offer:
    """Ask one suitable candidate for an open request."""
    request = await linking.lock_aside(ResourceRequest, request_id)
    ident = holds.chosen(request, resource_id, volunteer_id)
    await holds.require_candidate(linking, request, ident, quantity)
    waiting = rulings.hours("offer_hours", await rules.value(linking.work, "offer_hours", request.division))
    offer = Offer(
        id=uuid7(),
        division=request.division,
        request_id=request.id,
        resource_id=resource_id,
        volunteer_id=volunteer_id,
        quantity=quantity,
        state=lifecycle.advance(lifecycle.OFFER, OfferState.PROPOSED, Verb.OFFER),
        expires_at=linking.work.now + waiting,
    )
    await linking.insert(offer, clash=OfferPending)
    linking.work.record(offer, Verb.OFFER)
    return offer


async def accept(*, linking: Linking, offer_id: UUID) -> tuple[Offer, Reservation]:
    """Say yes: the candidate is held for the request in the same moment."""
    offer, request = await _locked(linking, offer_id)
    await _require_asked(linking, offer)
    offer.state = lifecycle.advance(lifecycle.OFFER, offer.state, Verb.ACCEPT)
    linking.work.record(offer, Verb.ACCEPT)
    ident = holds.chosen(request, offer.resource_id, offer.volunteer_id)
    return offer, await holds.hold(linking=linking, request=request, ident=ident, quantity=offer.quantity, offer=offer)


async def decline(*, linking: Linking, offer_id: UUID, reason: str | None) -> Offer:
    """Say no; this candidate is not suggested for the request again."""
    offer, _ = await _locked(linking, offer_id)
    await _require_asked(linking, offer)
    offer.state = lifecycle.advance(lifecycle.OFFER, offer.state, Verb.DECLINE)
    offer.reason = reason
    linking.work.record(offer, Verb.DECLINE, reason=reason)
    return offer


async def expire_unanswered(*, linking: Linking) -> int:
    """End offers nobody answered in time; answers how many."""
    lapsed = await linking.lapsed_offers()
    for offer in lapsed:
        offer.state = lifecycle.advance(lifecycle.OFFER, offer.state, Verb.EXPIRE)
        linking.work.record(offer, Verb.EXPIRE, reason=UNANSWERED)
    return len(lapsed)


async def _locked(linking: Linking, offer_id: UUID) -> tuple[Offer, ResourceRequest]:
    """An offer and its request, the request locked first."""
    seen = await linking.get(Offer, offer_id)
    request = await linking.lock_aside(ResourceRequest, seen.request_id)
    return await linking.lock(Offer, offer_id), request


async def _require_asked(linking: Linking, offer: Offer) -> None:
    caller = linking.work.caller
    if caller.role in SELF_ROLES and not await _is_asked_person(linking, offer):
        raise NotYourOffer
    if caller.role in OWNER_ROLES and not await _is_asked_provider(linking, offer):
        raise NotYourOffer


async def _is_asked_person(linking: Linking, offer: Offer) -> bool:
    if offer.volunteer_id is None or linking.work.caller.person_id is None:
        return False
    volunteer = await linking.get(Volunteer, offer.volunteer_id)
    return bool(volunteer.person_id == linking.work.caller.person_id)


async def _is_asked_provider(linking: Linking, offer: Offer) -> bool:
    if offer.resource_id is None or linking.work.caller.org is None:
        return False
    resource = await linking.get(Resource, offer.resource_id)
    return bool(resource.provider_id == linking.work.caller.org)
