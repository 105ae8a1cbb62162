"""Needs next door: put to the providers near them who said that they want to be asked."""

from datetime import timedelta
from uuid import UUID

from services.resources.domain import lifecycle
from services.resources.domain.lifecycle import OfferState, Verb
from services.resources.domain.nearby import (
    OfferChannel,
    OfferDelivery,
    Site,
    box_around,
    nearest,
    require_place,
)
from services.resources.domain.parties import OWNER_ROLES
from services.resources.events import About, NoticeIssued
from services.resources.models import NeedOffer, Provider
from services.resources.repository import Nearby
from services.resources.usecases.offers import NotYourOffer
from wushe import rules
from wushe.db import uuid7

UNANSWERED = "逾期未答复 · not answered in time"
CODE = "need_offer"
ZH = "您附近有一条居民需求，看看能否帮忙。"
EN = "A resident near you needs something; see whether you can help."


async def welcome(
    *,
    nearby: Nearby,
    provider_id: UUID,
    accepts: bool,
    lon: float | None,
    lat: float | None,
    person_id: UUID | None,
) -> Provider:
    """A provider says whether it wants to be asked, where it is, and whom to tell; no is as easy as yes."""
    provider = await nearby.lock(Provider, provider_id)
    caller = nearby.work.caller
    if caller.role in OWNER_ROLES and caller.org != provider.id:
        raise NotYourOffer
    require_place(accepts=accepts, lon=lon, lat=lat)
    provider.accepts_offers, provider.offers_person_id = accepts, person_id if accepts else None
    provider.lon, provider.lat = (lon, lat) if accepts else (None, None)
    nearby.work.record(provider, "welcome_offers" if accepts else "refuse_offers")
    return provider


async def offer(
    *, nearby: Nearby, need_id: UUID, division: str, field: str | None, lon: float, lat: float
) -> list[NeedOffer]:
    """Put an accepted need to the nearest willing providers, each once however often it is announced.

    Rules ``offer_radius_m``, ``offer_limit``, ``need_offer_days``.
    """
    work = nearby.work
    metres, limit, days = [
        await rules.value(work, code, division) for code in ("offer_radius_m", "offer_limit", "need_offer_days")
    ]
    willing = {row.id: row for row in await nearby.willing(box_around(lon, lat, metres))}
    sites = [Site(row.id, row.lon, row.lat) for row in willing.values() if row.lon is not None and row.lat is not None]
    known = await nearby.known(need_id)
    made = []
    for site, far in nearest(lon, lat, sites, metres=metres, limit=limit):
        if site.provider_id not in known:
            asked = NeedOffer(need_id=need_id, division=division, field=field, metres=far)
            made.append(_put(nearby, asked, willing[site.provider_id], days=days))
    return made


def _put(nearby: Nearby, asked: NeedOffer, provider: Provider, *, days: int) -> NeedOffer:
    person = provider.offers_person_id
    asked.id, asked.provider_id = uuid7(), provider.id
    asked.state = lifecycle.advance(lifecycle.OFFER, OfferState.PROPOSED, Verb.OFFER)
    asked.channel = OfferChannel.NOTICE if person else OfferChannel.NONE
    asked.delivery = OfferDelivery.SENT if person else OfferDelivery.WAITING
    asked.expires_at = nearby.work.now + timedelta(days=days)
    nearby.add(asked)
    about = About(collection="need-offers", id=asked.id)
    told = [NoticeIssued(person_id=person, code=CODE, zh=ZH, en=EN, about=about)] if person else []
    nearby.work.record(asked, Verb.OFFER, *told)
    return asked


async def accept(*, nearby: Nearby, offer_id: UUID) -> NeedOffer:
    """The provider wants to help; the worker who handles the need brings both together."""
    return await _answer(nearby, offer_id, Verb.ACCEPT)


async def decline(*, nearby: Nearby, offer_id: UUID, reason: str | None) -> NeedOffer:
    """The provider does not; it is not asked for this need again."""
    return await _answer(nearby, offer_id, Verb.DECLINE, reason=reason)


async def _answer(nearby: Nearby, offer_id: UUID, verb: Verb, *, reason: str | None = None) -> NeedOffer:
    asked = await nearby.take(offer_id)
    asked.state = lifecycle.advance(lifecycle.OFFER, asked.state, verb)
    asked.answered_at, asked.reason, asked.delivery = nearby.work.now, reason, OfferDelivery.ANSWERED
    nearby.work.record(asked, verb, reason=reason)
    return asked


async def unreached(*, nearby: Nearby, offer_id: UUID) -> None:
    """No channel reached the person a provider named; whoever handles the need sees it and calls."""
    asked = await nearby.lock(NeedOffer, offer_id)
    if asked.delivery is OfferDelivery.SENT:
        asked.delivery = OfferDelivery.UNREACHED
        nearby.work.record(asked, "unreached")


async def expire(*, nearby: Nearby, limit: int) -> int:
    """End offers nobody answered in time."""
    lapsed = await nearby.lapsed(limit)
    for asked in lapsed:
        asked.state = lifecycle.advance(lifecycle.OFFER, asked.state, Verb.EXPIRE)
        nearby.work.record(asked, Verb.EXPIRE, reason=UNANSWERED)
    return len(lapsed)
