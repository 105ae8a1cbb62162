"""Routes of survey plans."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.surveys import SurveyTeamIncomplete
from services.needs.repository import Surveys, Visits
from services.needs.schemas.shared import ReasonIn
from services.needs.schemas.surveys import FormVersionOut, PlanDetail, PlanFilters, PlanIn, PlanOut
from services.needs.schemas.visits import ProgressOut
from services.needs.usecases import surveys as cases
from wushe.errors import ActionNotAllowed, NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="survey-plans", about="沉浸式调研 · Surveys of residents")


@router.create(
    "/v1/survey-plans",
    access=access.SURVEY_PLANNERS,
    operation="planSurvey",
    summary="制定调研方案 · Plan a survey",
    refusals=[OutOfScope, NotFound],
)
async def plan(body: PlanIn, work: Working) -> PlanDetail:
    """Plan a survey; a random sample is drawn and its seed kept."""
    return PlanDetail.model_validate(await cases.plan(surveys=Surveys(work), columns=body.columns()))


@router.read(
    "/v1/survey-plans",
    access=access.SURVEY_READERS,
    operation="listSurveyPlans",
    summary="调研方案列表 · List survey plans",
)
async def list_plans(page: Paging, work: Working, filters: Annotated[PlanFilters, Query()]) -> Page[PlanOut]:
    """The surveys in scope; volunteers and grid workers see those they go out for."""
    found = await Surveys(work).plans(page, filters.model_dump(exclude_none=True))
    return Page[PlanOut](items=[PlanOut.model_validate(each) for each in found.items], next_cursor=found.next_cursor)


@router.read(
    "/v1/survey-plans/{plan_id}",
    access=access.SURVEY_READERS,
    operation="getSurveyPlan",
    summary="调研方案详情 · Read a survey plan",
)
async def get(plan_id: UUID, work: Working) -> PlanDetail:
    """One survey, also for its team from elsewhere."""
    return PlanDetail.model_validate(await Surveys(work).find(plan_id))


@router.read(
    "/v1/survey-plans/{plan_id}/form",
    access=access.SURVEY_READERS,
    operation="getSurveyPlanForm",
    summary="调研使用的问卷 · The questionnaire of a survey",
)
async def get_form(plan_id: UUID, work: Working) -> FormVersionOut:
    """What is asked, as a mini-program shows it."""
    return FormVersionOut.model_validate(await cases.form_in_the_field(surveys=Surveys(work), plan_id=plan_id))


@router.read(
    "/v1/survey-plans/{plan_id}/progress",
    access=access.SURVEY_READERS,
    operation="getSurveyProgress",
    summary="调研进度 · How far a survey is",
)
async def progress(plan_id: UUID, work: Working) -> ProgressOut:
    """Planned and done by part of the sample and by visitor, counted as visits come in."""
    plan, visits = await Surveys(work).find(plan_id), Visits(work)
    return ProgressOut.of(
        plan, await visits.progress(plan.id, "cell"), await visits.progress(plan.id, "visitor_person_id")
    )


@router.replace(
    "/v1/survey-plans/{plan_id}",
    access=access.SURVEY_PLANNERS,
    operation="replaceSurveyPlan",
    summary="修改调研方案 · Replace a survey plan",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def replace(plan_id: UUID, body: PlanIn, work: Working) -> PlanDetail:
    """Replace a draft as a whole."""
    found = await cases.revise(surveys=Surveys(work), plan_id=plan_id, columns=body.columns())
    return PlanDetail.model_validate(found)


@router.verb(
    "/v1/survey-plans/{plan_id}/start",
    access=access.SURVEY_LEADERS,
    operation="startSurvey",
    summary="开始调研 · Start a survey",
    if_match=True,
    refusals=[ActionNotAllowed, SurveyTeamIncomplete],
)
async def start(plan_id: UUID, work: Working) -> PlanDetail:
    """Send the team out, once a community worker, a social worker and a volunteer are on it."""
    return PlanDetail.model_validate(await cases.start(surveys=Surveys(work), plan_id=plan_id))


@router.verb(
    "/v1/survey-plans/{plan_id}/close",
    access=access.SURVEY_LEADERS,
    operation="closeSurvey",
    summary="结束调研 · Close a survey",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def close(plan_id: UUID, work: Working) -> PlanDetail:
    """End the fielding."""
    return PlanDetail.model_validate(await cases.close(surveys=Surveys(work), plan_id=plan_id))


@router.verb(
    "/v1/survey-plans/{plan_id}/cancel",
    access=access.SURVEY_LEADERS,
    operation="cancelSurvey",
    summary="取消调研 · Cancel a survey",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def cancel(plan_id: UUID, body: ReasonIn, work: Working) -> PlanDetail:
    """Give a survey up, for a reason."""
    return PlanDetail.model_validate(await cases.cancel(surveys=Surveys(work), plan_id=plan_id, reason=body.reason))
