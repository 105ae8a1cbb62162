"""Queries of crisis tickets, their pages and receipts, and of the duty rota."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from services.needs.domain.duty import OnDuty, PageState, Span
from services.needs.domain.lifecycle import CrisisState
from services.needs.models import CrisisPage, CrisisReport, CrisisReporter, CrisisTicket, DutyRoster
from services.needs.repository.areas import inside
from wushe import clock
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

_AGAIN = timedelta(seconds=10)
"""Technical time after which a call to the gateway without an answer is made again."""


class Crises(Repository):
    """Tickets, whom they were paged to, what was reported, and who told."""

    async def listed(self, page: PageRequest, state: CrisisState | None, division: str | None) -> Page[CrisisTicket]:
        """One page of the tickets in scope (ix_crisis_tickets_division_id)."""
        wanted = [inside(CrisisTicket.division, division)] if division else []
        return await self.page(CrisisTicket, page, *wanted, state=state)

    async def unresolved(self, need_id: UUID) -> CrisisTicket | None:
        """The ticket of a need that nobody has closed (uq_crisis_tickets_unresolved)."""
        unresolved = CrisisTicket.state != CrisisState.RESOLVED
        return await self.first(select(CrisisTicket).where(CrisisTicket.need_id == need_id, unresolved))

    async def pages(self, ticket_id: UUID) -> list[CrisisPage]:
        """Every attempt to reach somebody, oldest first."""
        return await self.all(
            select(CrisisPage).where(CrisisPage.ticket_id == ticket_id).order_by(CrisisPage.asked_at, CrisisPage.id)
        )

    async def reports(self, ticket_id: UUID) -> list[CrisisReport]:
        """The receipts of what was reported, oldest first."""
        return await self.all(select(CrisisReport).where(CrisisReport.ticket_id == ticket_id).order_by(CrisisReport.id))

    async def reporter(self, ticket_id: UUID) -> CrisisReporter | None:
        """Who told, sealed; only an unsealing asks."""
        return await self.first(select(CrisisReporter).where(CrisisReporter.ticket_id == ticket_id))

    async def sealed_before(self, version: int, limit: int) -> list[CrisisReporter]:
        """Sealed names under an older key, locked (ix_crisis_reporters_key_version); an emptied one has none."""
        old = select(CrisisReporter).where(CrisisReporter.key_version < version, CrisisReporter.key_version > 0)
        return await self.all(
            old.order_by(CrisisReporter.key_version).limit(limit).with_for_update(key_share=True, skip_locked=True)
        )

    async def paged(self, ticket_id: UUID) -> Counter[tuple[UUID | None, str | None]]:
        """How often each was paged for a ticket, a second channel for one page not counted."""
        sent = select(CrisisPage.person_id, CrisisPage.phone, CrisisPage.asked_at, CrisisPage.ticket_id)
        found = await self.session.execute(sent.where(CrisisPage.ticket_id == ticket_id).distinct())
        return Counter((person, None if person else number) for person, number, *_ in found)

    async def due(self, limit: int) -> list[tuple[CrisisTicket, datetime]]:
        """Open tickets whose next page is due, with the business time of their county (ix_crisis_tickets_next_page)."""
        now = func.business_now(CrisisTicket.division)
        due = select(CrisisTicket, now).where(CrisisTicket.state == CrisisState.OPEN, CrisisTicket.next_page_at <= now)
        return await self._taken(due.order_by(CrisisTicket.next_page_at), limit)

    async def unreported(self, limit: int) -> list[tuple[CrisisTicket, datetime]]:
        """Tickets whose report is late and whose supervisor was not told yet (ix_crisis_tickets_report)."""
        now = func.business_now(CrisisTicket.division)
        late = select(CrisisTicket, now).where(
            CrisisTicket.must_report,
            CrisisTicket.reported_at.is_(None),
            CrisisTicket.report_chased_at.is_(None),
            CrisisTicket.state != CrisisState.RESOLVED,
            CrisisTicket.report_due_at <= now,
        )
        return await self._taken(late.order_by(CrisisTicket.report_due_at), limit)

    async def _taken(self, wanted: Any, limit: int) -> list[tuple[CrisisTicket, datetime]]:
        rows = await self.session.execute(wanted.limit(limit).with_for_update(skip_locked=True, of=CrisisTicket))
        found = [(ticket, at) for ticket, at in rows]
        for ticket, _ in found:
            self.work.note(ticket)
        return found

    async def business_time(self, division: str) -> datetime:
        """The business time of a division's county."""
        at: datetime = (await self.session.execute(select(func.business_now(division)))).scalar_one()
        return at

    async def unsettled(self, state: PageState, limit: int) -> list[CrisisPage]:
        """Pages in one state whose last call is old enough to make another, locked (ix_crisis_pages_unsettled)."""
        rested = or_(CrisisPage.tried_at.is_(None), CrisisPage.tried_at < clock.now() - _AGAIN)
        wanted = select(CrisisPage).where(CrisisPage.state == state, rested)
        # What was never tried comes first: the tried may be many while nobody answers.
        return await self.all(
            wanted.order_by(CrisisPage.tried_at.nulls_first()).limit(limit).with_for_update(skip_locked=True)
        )


class Duty(Repository):
    """Who is on duty where and when."""

    async def listed(self, page: PageRequest, division: str | None) -> Page[DutyRoster]:
        """One page of the shifts in scope (ix_duty_rosters_division_id)."""
        wanted = [inside(DutyRoster.division, division)] if division else []
        return await self.page(DutyRoster, page, *wanted)

    async def on_duty(self, divisions: Sequence[str], at: datetime) -> dict[str, list[OnDuty]]:
        """Who is on duty in some divisions at a moment (ex_duty_rosters_one_at_a_time)."""
        now = func.tstzrange(DutyRoster.starts_at, DutyRoster.ends_at).op("@>")(at)
        found = await self.all(select(DutyRoster).where(DutyRoster.division.in_(divisions), now))
        return {shift.division: shift.on_duty() for shift in found}

    async def overlapping(self, division: str, span: Span) -> list[DutyRoster]:
        """The shifts of one division that touch a time, oldest first (ex_duty_rosters_one_at_a_time)."""
        wanted = func.tstzrange(span.starts_at, span.ends_at)
        meets = func.tstzrange(DutyRoster.starts_at, DutyRoster.ends_at).op("&&")(wanted)
        found = select(DutyRoster).where(DutyRoster.division == division, meets)
        return await self.all(found.order_by(DutyRoster.starts_at))
