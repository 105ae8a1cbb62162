"""Queries of questionnaires and survey plans."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true

from services.needs.domain.surveys import on_team
from services.needs.domain.visits import FIELD_WORKERS
from services.needs.models import SurveyForm, SurveyFormVersion, SurveyPlan
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


class Surveys(Repository):
    """Questionnaires, their versions and the plans that use them."""

    async def form_named(self, division: str, name: str) -> SurveyForm | None:
        """A division's questionnaire by the id of its XLSForm, locked against a second upload (uq division, name)."""
        wanted = (SurveyForm.division == division, SurveyForm.name == name)
        found = await self.first(select(SurveyForm).where(*wanted).with_for_update())
        if found is not None:
            self.work.note(found)
        return found

    async def form_version(self, form_id: UUID, number: int) -> SurveyFormVersion:
        """One version of a questionnaire; NOT_FOUND otherwise (uq form_id, number)."""
        wanted = (SurveyFormVersion.form_id == form_id, SurveyFormVersion.number == number)
        found: SurveyFormVersion | None = await self.first(select(SurveyFormVersion).where(*wanted))
        if found is None:
            raise NotFound
        return found

    async def forms(self, page: PageRequest) -> Page[SurveyForm]:
        """One page of the questionnaires in scope."""
        return await self.page(SurveyForm, page)

    async def find(self, plan_id: UUID) -> SurveyPlan:
        """A plan of the caller's divisions, or one whose team they are on; NOT_FOUND otherwise."""
        caller = self.work.caller
        plan: SurveyPlan | None = await self.work.get(SurveyPlan, plan_id)
        if plan is None:
            await self.work.widen()  # a team is drawn from several communities: the row names them
            plan = await self.work.get(SurveyPlan, plan_id)
            known = plan is not None and on_team(plan.team, caller.person_id)
        else:
            known = caller.role not in FIELD_WORKERS or on_team(plan.team, caller.person_id)
        if plan is None or not known:
            raise NotFound
        self.work.lead = self.work.lead or plan
        return plan

    async def plans(self, page: PageRequest, filters: dict[str, Any]) -> Page[SurveyPlan]:
        """One page of the plans in scope; whoever only goes out sees those of their teams."""
        if self.work.caller.role in FIELD_WORKERS:
            await self.work.widen()
        return await self.page(SurveyPlan, page, self._known(), **filters)

    def _known(self) -> ColumnElement[bool]:
        caller = self.work.caller
        if caller.role not in FIELD_WORKERS:
            return true()
        if caller.person_id is None:
            return false()
        return SurveyPlan.team.contains([{"person_id": str(caller.person_id)}])
