"""Routes of the check-in before a visit; registered before those of visits, whose addresses they share."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.outings import NotOnesOwnSafety, OnlyTheVisitor, StillOut
from services.needs.repository import Outings
from services.needs.schemas.outings import AcknowledgeIn, CheckInIn, ExtendIn, OutingFilters, OutingOut
from services.needs.usecases import outings as cases
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="visits")


@router.create(
    "/v1/visits/check-in",
    access=access.VISITORS,
    operation="checkInForVisit",
    summary="外出报备 · Check in before a visit",
    refusals=[OutOfScope, StillOut],
)
async def check_in(body: CheckInIn, work: Working) -> OutingOut:
    """Go out and say when you will be back; whoever stays silent is looked for."""
    return OutingOut.model_validate(await cases.check_in(outings=Outings(work), **body.model_dump()))


@router.read("/v1/visits/outings", access=access.VISITORS, operation="listOutings", summary="外出列表 · List outings")
async def list_outings(page: Paging, work: Working, filters: Annotated[OutingFilters, Query()]) -> Page[OutingOut]:
    """Who is out; volunteers and grid workers see their own."""
    found = await Outings(work).listed(page, **filters.model_dump(exclude_none=True))
    return Page[OutingOut](
        items=[OutingOut.model_validate(each) for each in found.items], next_cursor=found.next_cursor
    )


@router.verb(
    "/v1/visits/outings/{outing_id}/extend",
    access=access.VISITORS,
    operation="extendOuting",
    summary="延长外出时间 · Ask for more time",
    refusals=[ActionNotAllowed, OnlyTheVisitor],
)
async def extend(outing_id: UUID, body: ExtendIn, work: Working) -> OutingOut:
    """More time, counted from now for whoever is late."""
    found = await cases.extend(outings=Outings(work), outing_id=outing_id, minutes=body.minutes)
    return OutingOut.model_validate(found)


@router.verb(
    "/v1/visits/outings/{outing_id}/return",
    access=access.VISITORS,
    operation="returnFromOuting",
    summary="报平安 · Say that you are back",
    refusals=[ActionNotAllowed, OnlyTheVisitor],
)
async def come_back(outing_id: UUID, work: Working) -> OutingOut:
    """Back and well."""
    return OutingOut.model_validate(await cases.come_back(outings=Outings(work), outing_id=outing_id))


@router.verb(
    "/v1/visits/outings/{outing_id}/acknowledge",
    access=access.WATCHERS,
    operation="acknowledgeOuting",
    summary="确认走访人情况 · Say how an overdue visitor is",
    if_match=True,
    refusals=[ActionNotAllowed, NotOnesOwnSafety],
)
async def acknowledge(outing_id: UUID, body: AcknowledgeIn, work: Working) -> OutingOut:
    """Somebody else found out how they are; nothing ends an outing by itself."""
    found = await cases.acknowledge(outings=Outings(work), outing_id=outing_id, outcome=body.outcome, note=body.note)
    return OutingOut.model_validate(found)
