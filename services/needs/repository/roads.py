"""Queries of referrals, mediations and complaints, limited to what the caller may know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from services.needs.domain.authorship import FAMILY
from services.needs.domain.lifecycle import ReferralState
from services.needs.domain.roads import STREET
from services.needs.models import Complaint, Mediation, Need, Referral
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository, names

WAITING = (ReferralState.SENT, ReferralState.RECEIVED, ReferralState.ACCEPTED)
AGENCY = "org_manager"


class Referrals(Repository):
    """Needs handed to others: staff see their divisions, agencies what was sent to them, people their own."""

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[Referral]:
        """One page of the referrals the caller may know of (ix_referrals_division_id)."""
        return await self.page(Referral, page, self._visible(), **filters)

    async def find(self, referral_id: UUID) -> Referral:
        """A referral the caller may know of; NOT_FOUND otherwise."""
        found = await self.first(select(Referral).where(Referral.id == referral_id, self._visible()))
        if found is None:
            raise NotFound
        self.work.lead = found
        return found

    async def take(self, referral_id: UUID) -> Referral:
        """The same, locked to change it."""
        await self.find(referral_id)
        return await self.lock(Referral, referral_id)

    def _visible(self) -> ColumnElement[bool]:
        caller = self.work.caller
        if caller.role == AGENCY:
            return names(Referral.to_org_id, caller.org)
        if caller.role in FAMILY:
            own = select(Need.id).where(names(Need.author_person_id, caller.person_id))
            return Referral.need_id.in_(own)
        return true()

    async def overdue(self, limit: int) -> list[tuple[Referral, datetime]]:
        """Referrals past their day that nobody was told of, with the business time there (ix_referrals_due)."""
        now = func.business_now(Referral.division)
        late = select(Referral, now).where(
            Referral.state.in_(WAITING), Referral.overdue_at.is_(None), Referral.due_at <= now
        )
        rows = await self.session.execute(
            late.order_by(Referral.due_at).limit(limit).with_for_update(skip_locked=True, of=Referral)
        )
        found = [(referral, at) for referral, at in rows]
        for referral, _ in found:
            self.work.note(referral)
        return found


class Mediations(Repository):
    """Disputes talked over."""

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[Mediation]:
        """One page of the register (ix_mediations_division_id)."""
        return await self.page(Mediation, page, **filters)


class Complaints(Repository):
    """What people hold against workers and agencies: read by the street, never by those it is about."""

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[Complaint]:
        """One page of the complaints the caller may know of (ix_complaints_division_id, author_person_id)."""
        return await self.page(Complaint, page, self._visible(), **filters)

    async def find(self, complaint_id: UUID) -> Complaint:
        """A complaint the caller may know of; NOT_FOUND otherwise."""
        found = await self.first(select(Complaint).where(Complaint.id == complaint_id, self._visible()))
        if found is None:
            raise NotFound
        self.work.lead = found
        return found

    async def take(self, complaint_id: UUID) -> Complaint:
        """The same, locked to change it."""
        await self.find(complaint_id)
        return await self.lock(Complaint, complaint_id)

    def _visible(self) -> ColumnElement[bool]:
        caller = self.work.caller
        if caller.role not in STREET:
            return names(Complaint.author_person_id, caller.person_id)
        # The null of "about nobody" compares as unknown, hence both ways.
        person = or_(Complaint.about_person_id.is_(None), Complaint.about_person_id != caller.person_id)
        org = or_(Complaint.about_org_id.is_(None), Complaint.about_org_id != caller.org)
        return and_(person if caller.person_id else true(), org if caller.org else true())
