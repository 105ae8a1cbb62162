"""Routes of concerns."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.repository import Concerns
from services.needs.schemas.concerns import (
    ConcernDetail,
    ConcernFilters,
    ConcernIn,
    ConcernOut,
)
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import concerns as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="concerns", about="共同关注点 · Shared concerns")


@router.create(
    "/v1/concerns",
    access=access.CONCERN_DRAFTERS,
    operation="draftConcern",
    summary="起草共同关注点 · Draft a concern",
    refusals=[OutOfScope, ExternalIdTaken, cases.NeedsNotReady],
)
async def draft(body: ConcernIn, work: Working) -> ConcernOut:
    """Put needs together under a title; nothing is linked yet."""
    concern = await cases.draft(
        concerns=Concerns(work),
        title=body.title,
        division=body.division,
        need_ids=body.need_ids,
        external_ids=body.external_ids,
    )
    return ConcernOut.model_validate(concern)


@router.read(
    "/v1/concerns", access=access.CONCERN_READERS, operation="listConcerns", summary="共同关注点列表 · List concerns"
)
async def list_concerns(page: Paging, work: Working, filters: Annotated[ConcernFilters, Query()]) -> Page[ConcernOut]:
    """The concerns in scope, newest or most pressing first; drafts are for those who work on them."""
    concerns = Concerns(work)
    list_of = concerns.by_priority if filters.order == "priority" else concerns.listed
    found = await list_of(page, filters.columns())
    shown = [ConcernOut.model_validate(concern) for concern in found.items]
    return Page[ConcernOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/concerns/{concern_id}",
    access=access.CONCERN_READERS,
    operation="getConcern",
    summary="共同关注点详情 · Read a concern",
)
async def get(concern_id: UUID, work: Working) -> ConcernDetail:
    """One concern with its evidence as it stands now."""
    return ConcernDetail.of(*await cases.read(concerns=Concerns(work), concern_id=concern_id))


@router.verb(
    "/v1/concerns/{concern_id}/confirm",
    access=access.DECIDERS,
    operation="confirmConcern",
    summary="确认共同关注点 · Confirm a concern",
    if_match=True,
    refusals=[ActionNotAllowed, cases.NeedsNotReady],
)
async def confirm(concern_id: UUID, work: Working) -> ConcernOut:
    """Confirm a concern: its needs are linked, projects may answer it."""
    return ConcernOut.model_validate(await cases.confirm(concerns=Concerns(work), concern_id=concern_id))


@router.verb(
    "/v1/concerns/{concern_id}/publish",
    access=access.DECIDERS,
    operation="publishConcern",
    summary="公布共同关注点 · Publish a concern",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def publish(concern_id: UUID, work: Working) -> ConcernOut:
    """Make a confirmed concern public."""
    return ConcernOut.model_validate(await cases.publish(concerns=Concerns(work), concern_id=concern_id))


@router.verb(
    "/v1/concerns/{concern_id}/retire",
    access=access.DECIDERS,
    operation="retireConcern",
    summary="撤销共同关注点 · Retire a concern",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def retire(concern_id: UUID, body: ReasonIn, work: Working) -> ConcernOut:
    """Take a concern back; its waiting needs are handled on their own."""
    return ConcernOut.model_validate(
        await cases.retire(concerns=Concerns(work), concern_id=concern_id, reason=body.reason)
    )
