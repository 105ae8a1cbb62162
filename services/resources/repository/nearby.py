"""Queries of providers near a place, and of the needs offered to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true

from services.resources.domain.lifecycle import OfferState, Standing
from services.resources.domain.nearby import Box
from services.resources.domain.parties import OWNER_ROLES
from services.resources.models import NeedOffer, Provider
from services.resources.repository.rows import Repository
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest


class Nearby(Repository):
    """Providers who want to be asked, and what they were asked; an organisation sees its own."""

    async def willing(self, box: Box) -> list[Provider]:
        """Verified providers in a box who said yes to offers (ix_providers_willing)."""
        inside = Provider.lat.between(box.south, box.north) & Provider.lon.between(box.west, box.east)
        wanted = select(Provider).where(Provider.accepts_offers, inside, Provider.state == Standing.VERIFIED)
        return await self.all(wanted)

    async def known(self, need_id: UUID) -> set[UUID]:
        """The providers a need was offered to before (uq_need_offers_need_id)."""
        return set(await self.all(select(NeedOffer.provider_id).where(NeedOffer.need_id == need_id)))

    async def listed(self, page: PageRequest, need_id: UUID | None, state: OfferState | None) -> Page[NeedOffer]:
        """One page of offers the caller may know of (ix_need_offers_division, uq_need_offers_need_id)."""
        return await self.page(NeedOffer, page, self._visible(), need_id=need_id, state=state)

    async def find(self, offer_id: UUID) -> NeedOffer:
        """An offer the caller may know of; NOT_FOUND otherwise."""
        found = await self.first(select(NeedOffer).where(NeedOffer.id == offer_id, self._visible()))
        if found is None:
            raise NotFound
        self.work.lead = found
        return found

    async def take(self, offer_id: UUID) -> NeedOffer:
        """The same, locked to change it."""
        await self.find(offer_id)
        return await self.lock(NeedOffer, offer_id)

    def _visible(self) -> ColumnElement[bool]:
        caller = self.work.caller
        return NeedOffer.provider_id == caller.org if caller.role in OWNER_ROLES else true()

    async def lapsed(self, limit: int) -> list[NeedOffer]:
        """Offers nobody answered in time, locked (ix_need_offers_due)."""
        now: ColumnElement[datetime] = func.business_now(NeedOffer.division)
        due = select(NeedOffer).where(NeedOffer.state == OfferState.OFFERED, NeedOffer.expires_at <= now)
        found = await self.all(due.order_by(NeedOffer.expires_at).limit(limit).with_for_update(skip_locked=True))
        for offer in found:
            self.work.note(offer)
        return found
