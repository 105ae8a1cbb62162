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
        return await self.page(Report, page, project_id=project_id, state=state)

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
        return await self.page(Appeal, page, evaluation_id=evaluation_id, state=state, author_person_id=author)

    async def advices(self, page: PageRequest, *, project_id: UUID | None) -> Page[PayoutAdvice]:
        """One page of payout advices."""
        return await self.page(PayoutAdvice, page, project_id=project_id)

    async def advices_of(self, project_id: UUID) -> list[PayoutAdvice]:
        """Every payout advice of a project, oldest first."""
        mine = select(PayoutAdvice).where(PayoutAdvice.project_id == project_id)
        return await self.all(mine.order_by(PayoutAdvice.id))
