"""Queries over reports, appeals and payout advices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from services.evaluation.domain.lifecycle import AppealState, ReportState
from services.evaluation.models import Appeal, PayoutAdvice, Report
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


class Reports(Repository):
    """Reports and what follows from them, within the caller's divisions."""

    async def now(self, division: str) -> datetime:
        """The business time of a division's county."""
        found: datetime = (await self.session.execute(select(func.business_now(division)))).scalar_one()
        return found

    async def of_evaluation(self, evaluation_id: UUID) -> Report | None:
        """The report of an evaluation, once it is closed."""
        return await self.first(select(Report).where(Report.evaluation_id == evaluation_id))

    async def published(self, evaluation_id: UUID) -> Report:
        """The report of an evaluation; NOT_FOUND before it is closed."""
        found = await self.of_evaluation(evaluation_id)
        if found is None:
            raise NotFound
        self.work.lead = self.work.lead or found
        return found

    async def listed(self, page: PageRequest, *, project_id: UUID | None, state: ReportState | None) -> Page[Report]:
        """One page of reports."""
        found = select(Report)
        if project_id is not None:
            found = found.where(Report.project_id == project_id)
        if state is not None:
            found = found.where(Report.state == state)
        return await self.page(found, Report, page)

    async def take_due(self) -> Report | None:
        """One draft whose appeal window is over and whose appeals are settled, locked."""
        unsettled = exists().where(Appeal.report_id == Report.id, Appeal.state == AppealState.OPEN)
        over = func.business_now(Report.division) >= Report.appeal_until
        due = select(Report).where(Report.state == ReportState.DRAFT, over, ~unsettled)
        row = await self.first(due.with_for_update(key_share=True, skip_locked=True))
        if row is not None:
            self.work.note(row)
        return row

    async def appeal_count(self, report_id: UUID, state: AppealState) -> int:
        """How many appeals against a report are in a state."""
        counted = select(func.count()).where(Appeal.report_id == report_id, Appeal.state == state)
        return (await self.session.execute(counted)).scalar_one()

    async def appeals(
        self, page: PageRequest, *, evaluation_id: UUID | None, state: AppealState | None, author: UUID | None
    ) -> Page[Appeal]:
        """One page of appeals; ``author`` limits it to one person's own."""
        found = select(Appeal)
        if evaluation_id is not None:
            found = found.where(Appeal.evaluation_id == evaluation_id)
        if state is not None:
            found = found.where(Appeal.state == state)
        if author is not None:
            found = found.where(Appeal.author_person_id == author)
        return await self.page(found, Appeal, page)

    async def advices(self, page: PageRequest, *, project_id: UUID | None) -> Page[PayoutAdvice]:
        """One page of payout advices."""
        found = select(PayoutAdvice)
        if project_id is not None:
            found = found.where(PayoutAdvice.project_id == project_id)
        return await self.page(found, PayoutAdvice, page)

    async def advices_of(self, project_id: UUID) -> list[PayoutAdvice]:
        """Every payout advice of a project, oldest first."""
        mine = select(PayoutAdvice).where(PayoutAdvice.project_id == project_id)
        return await self.all(mine.order_by(PayoutAdvice.id))
