"""Routes of follow-ups."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.repository import Visits
from services.needs.schemas.visits import FollowUpFilters, FollowUpOut, FollowUpResultIn
from services.needs.usecases import visits as cases
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="follow-ups", about="回访任务 · Follow-ups")


@router.read(
    "/v1/follow-ups", access=access.VISITORS, operation="listFollowUps", summary="回访任务列表 · List follow-ups"
)
async def list_follow_ups(
    page: Paging, work: Working, filters: Annotated[FollowUpFilters, Query()]
) -> Page[FollowUpOut]:
    """The follow-ups in scope, those overdue if asked; volunteers and grid workers see what was given to them."""
    found = await Visits(work).follow_ups(page, overdue=filters.overdue, **filters.columns())
    shown = [FollowUpOut.model_validate(each) for each in found.items]
    return Page[FollowUpOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/follow-ups/{follow_up_id}",
    access=access.VISITORS,
    operation="getFollowUp",
    summary="回访任务详情 · Read a follow-up",
)
async def get(follow_up_id: UUID, work: Working) -> FollowUpOut:
    """One follow-up."""
    return FollowUpOut.model_validate(await Visits(work).follow_up(follow_up_id))


@router.verb(
    "/v1/follow-ups/{follow_up_id}/finish",
    access=access.VISITORS,
    operation="finishFollowUp",
    summary="完成回访 · Finish a follow-up",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def finish(follow_up_id: UUID, body: FollowUpResultIn, work: Working) -> FollowUpOut:
    """Say what came of it."""
    found = await cases.finish(visits=Visits(work), follow_up_id=follow_up_id, result=body.result)
    return FollowUpOut.model_validate(found)
