"""Routes of the duty rota."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from services.needs.api import access
from services.needs.domain.duty import ShiftInvalid, Span, WindowInvalid
from services.needs.models import DutyRoster
from services.needs.repository import Duty
from services.needs.schemas.duty import GapOut, GapsOut, NowOut, RosterFilters, RosterIn, RosterOut, ShiftIn
from services.needs.usecases import duty as cases
from wushe.errors import OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import DivisionCode, Router, Working

router = Router(tag="duty-rosters", about="值班表 · Who is on duty")


@router.create(
    "/v1/duty-rosters",
    access=access.ROTA_PLANNERS,
    operation="planShift",
    summary="排班 · Put a shift on the rota",
    refusals=[OutOfScope, ShiftInvalid, cases.RosterOverlaps],
)
async def plan(body: RosterIn, work: Working) -> RosterOut:
    """The people of a shift, in the order they are paged."""
    shift = await cases.plan(duty=Duty(work), division=body.division, span=body.span(), people=body.rows())
    return RosterOut.model_validate(shift)


@router.read("/v1/duty-rosters", access=access.ROTA_READERS, operation="listShifts", summary="值班表 · List shifts")
async def list_shifts(page: Paging, work: Working, filters: Annotated[RosterFilters, Query()]) -> Page[RosterOut]:
    """The shifts in scope, newest first."""
    found = await Duty(work).listed(page, filters.division)
    shown = [RosterOut.model_validate(shift) for shift in found.items]
    return Page[RosterOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/duty-rosters/gaps",
    access=access.ROTA_READERS,
    operation="findDutyGaps",
    summary="无人值班的时段 · When nobody is on duty",
    refusals=[OutOfScope, WindowInvalid],
)
async def find_gaps(
    work: Working,
    division: Annotated[DivisionCode, Query()],
    starts_at: Annotated[AwareDatetime, Query()],
    ends_at: Annotated[AwareDatetime, Query()],
) -> GapsOut:
    """The hours of a time in which nobody of a division is on duty; pages then go to the division above."""
    found = await cases.uncovered(duty=Duty(work), division=division, asked=Span(starts_at, ends_at))
    return GapsOut(items=[GapOut.model_validate(gap) for gap in found])


@router.read(
    "/v1/duty-rosters/now",
    access=access.ROTA_READERS,
    operation="whoIsOnDuty",
    summary="现在谁值班 · Who is on duty now",
    refusals=[OutOfScope],
)
async def on_duty_now(work: Working, division: Annotated[DivisionCode, Query()]) -> NowOut:
    """Who would be paged now, in order, as far up as the caller may see."""
    return NowOut.of(*await cases.now(duty=Duty(work), division=division))


@router.read(
    "/v1/duty-rosters/{roster_id}",
    access=access.ROTA_READERS,
    operation="getShift",
    summary="班次详情 · Read a shift",
)
async def get(roster_id: UUID, work: Working) -> RosterOut:
    """One shift."""
    return RosterOut.model_validate(await Duty(work).get(DutyRoster, roster_id))


@router.replace(
    "/v1/duty-rosters/{roster_id}",
    access=access.ROTA_PLANNERS,
    operation="replaceShift",
    summary="换班 · Change a shift",
    if_match=True,
    refusals=[ShiftInvalid, cases.RosterOverlaps],
)
async def replace(roster_id: UUID, body: ShiftIn, work: Working) -> RosterOut:
    """Swap people or move the hours; from now on the new people are paged."""
    shift = await cases.replace(duty=Duty(work), roster_id=roster_id, span=body.span(), people=body.rows())
    return RosterOut.model_validate(shift)
