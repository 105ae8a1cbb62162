"""Queries of consents."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from services.needs.domain.authorship import FAMILY
from services.needs.domain.codes import AgeBand
from services.needs.domain.consents import ConsentType
from services.needs.domain.lifecycle import ConsentState
from services.needs.models import Consent, Resident
from wushe.pages import Page, PageRequest
from wushe.repository import Repository, names


class Consents(Repository):
    """What residents consented to."""

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[Consent]:
        """One page; to residents and guardians their own and their children's."""
        caller = self.work.caller
        if caller.role not in FAMILY:
            return await self.page(Consent, page, **filters)
        charge = and_(names(Resident.guardian_person_id, caller.person_id), Resident.age_band == AgeBand.UNDER_14)
        mine = or_(names(Resident.person_id, caller.person_id), charge)
        return await self.page(Consent, page, Consent.resident_id.in_(select(Resident.id).where(mine)), **filters)

    async def given(self, person_id: UUID, purpose: ConsentType) -> Consent | None:
        """The consent that holds for a purpose, locked (index uq_consents_given)."""
        found = select(Consent).where(
            Consent.person_id == person_id, Consent.purpose == purpose, Consent.state == ConsentState.GIVEN
        )
        return await self.first(found.with_for_update())

    async def has(self, person_id: UUID, purpose: ConsentType) -> bool:
        """Whether a person consents to a purpose now."""
        return await self.given(person_id, purpose) is not None

    async def has_stopped(self, resident: Resident) -> bool:
        """Whether a resident's data is used for nothing any more: consent withdrawn, or erasure barred by law."""
        return resident.restricted_at is not None or await self.has_withdrawn(resident.person_id, ConsentType.GENERAL)

    async def has_withdrawn(self, person_id: UUID, purpose: ConsentType) -> bool:
        """Whether a person's last word on a purpose was no; whoever was never asked has not withdrawn."""
        last = select(Consent.state).where(Consent.person_id == person_id, Consent.purpose == purpose)
        return await self.first(last.order_by(Consent.id.desc())) is ConsentState.WITHDRAWN
