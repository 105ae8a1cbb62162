"""Routes of complaints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.repository import Complaints
from services.needs.schemas.roads import (
    ComplaintAnswerIn,
    ComplaintFilters,
    ComplaintIn,
    ComplaintOut,
    ComplaintOutcomeIn,
    ComplaintTaken,
)
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import complaints as cases
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="complaints", about="投诉 · Complaints about a worker or an agency")


@router.create(
    "/v1/complaints",
    access=access.COMPLAINANTS,
    operation="submitComplaint",
    summary="投诉 · Complain",
    refusals=[OutOfScope],
)
async def submit(body: ComplaintIn, work: Working) -> ComplaintTaken:
    """Complain about a worker or an agency: the street reads it, and nobody it is about."""
    complaint, lines = await cases.submit(
        complaints=Complaints(work),
        division=body.division,
        statement=body.statement,
        person_id=body.about.person_id,
        org_id=body.about.org_id,
    )
    return ComplaintTaken.of(complaint, lines)


@router.read(
    "/v1/complaints", access=access.COMPLAINT_READERS, operation="listComplaints", summary="投诉列表 · List complaints"
)
async def list_all(page: Paging, work: Working, filters: Annotated[ComplaintFilters, Query()]) -> Page[ComplaintOut]:
    """The street's, or one's own."""
    found = await Complaints(work).listed(page, filters.columns())
    shown = [ComplaintOut.model_validate(each) for each in found.items]
    return Page[ComplaintOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/complaints/{complaint_id}",
    access=access.COMPLAINT_READERS,
    operation="getComplaint",
    summary="投诉详情 · Read a complaint",
)
async def get(complaint_id: UUID, work: Working) -> ComplaintOut:
    """One complaint."""
    return ComplaintOut.model_validate(await Complaints(work).find(complaint_id))


@router.verb(
    "/v1/complaints/{complaint_id}/accept",
    access=access.COMPLAINT_HANDLERS,
    operation="acceptComplaint",
    summary="受理投诉 · Take a complaint up",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def accept(complaint_id: UUID, work: Working) -> ComplaintOut:
    """The street takes it up."""
    found = await cases.accept(complaints=Complaints(work), complaint_id=complaint_id)
    return ComplaintOut.model_validate(found)


@router.verb(
    "/v1/complaints/{complaint_id}/respond",
    access=access.COMPLAINT_HANDLERS,
    operation="respondToComplaint",
    summary="答复投诉 · Answer a complaint",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def respond(complaint_id: UUID, body: ComplaintAnswerIn, work: Working) -> ComplaintOut:
    """What the street found and did."""
    return ComplaintOut.model_validate(
        await cases.respond(complaints=Complaints(work), complaint_id=complaint_id, answer=body.answer)
    )


@router.verb(
    "/v1/complaints/{complaint_id}/close",
    access=access.COMPLAINT_HANDLERS,
    operation="closeComplaint",
    summary="办结投诉 · Close a complaint",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def close(complaint_id: UUID, body: ReasonIn, work: Working) -> ComplaintOut:
    """For a reason the complainant reads; silence never closes one."""
    return ComplaintOut.model_validate(
        await cases.close(complaints=Complaints(work), complaint_id=complaint_id, reason=body.reason)
    )


@router.verb(
    "/v1/complaints/{complaint_id}/outcome",
    access=access.COMPLAINANTS,
    operation="judgeComplaintOutcome",
    summary="反馈投诉结果 · Say what came of one's complaint",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def outcome(complaint_id: UUID, body: ComplaintOutcomeIn, work: Working) -> ComplaintOut:
    """Solved closes it, "not" or "worse" sends it back."""
    return ComplaintOut.model_validate(
        await cases.outcome(complaints=Complaints(work), complaint_id=complaint_id, outcome=body.outcome)
    )


@router.verb(
    "/v1/complaints/{complaint_id}/withdraw",
    access=access.COMPLAINANTS,
    operation="withdrawComplaint",
    summary="撤回投诉 · Withdraw one's own complaint",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def withdraw(complaint_id: UUID, work: Working) -> ComplaintOut:
    """Take one's own complaint back."""
    found = await cases.withdraw(complaints=Complaints(work), complaint_id=complaint_id)
    return ComplaintOut.model_validate(found)
