"""Routes of households."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.repository import Households
from services.needs.schemas.places import (
    HouseholdDetail,
    HouseholdFilters,
    HouseholdIn,
    HouseholdMoved,
    HouseholdOut,
    MemberIn,
)
from services.needs.usecases import households as cases
from wushe.errors import ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="households", about="住户 · Households")


@router.create(
    "/v1/households",
    access=access.HOUSEHOLD_KEEPERS,
    operation="enterHousehold",
    summary="登记住户 · Enter a household",
    refusals=[OutOfScope, ExternalIdTaken],
)
async def enter(body: HouseholdIn, work: Working) -> HouseholdOut:
    """Enter a household, in a unit when that is known."""
    household = await cases.enter(
        households=Households(work), division=body.division, place_id=body.place_id, external_ids=body.external_ids
    )
    return HouseholdOut.model_validate(household)


@router.read(
    "/v1/households", access=access.HOUSEHOLD_READERS, operation="listHouseholds", summary="住户列表 · List households"
)
async def list_households(
    page: Paging, work: Working, filters: Annotated[HouseholdFilters, Query()]
) -> Page[HouseholdOut]:
    """The households in scope."""
    found = await Households(work).listed(page, place_id=filters.place_id)
    shown = [HouseholdOut.model_validate(household) for household in found.items]
    return Page[HouseholdOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/households/{household_id}",
    access=access.HOUSEHOLD_READERS,
    operation="getHousehold",
    summary="住户详情 · Read a household",
)
async def get(household_id: UUID, work: Working) -> HouseholdDetail:
    """One household with the residents in it."""
    return HouseholdDetail.of(*await cases.read(households=Households(work), household_id=household_id))


@router.replace(
    "/v1/households/{household_id}",
    access=access.HOUSEHOLD_KEEPERS,
    operation="replaceHousehold",
    summary="修改住户住址 · Move a household",
    if_match=True,
)
async def replace(household_id: UUID, body: HouseholdMoved, work: Working) -> HouseholdOut:
    """The household lives in another unit from now on."""
    moved = await cases.replace(households=Households(work), household_id=household_id, place_id=body.place_id)
    return HouseholdOut.model_validate(moved)


@router.verb(
    "/v1/households/{household_id}/move-in",
    access=access.HOUSEHOLD_KEEPERS,
    operation="moveIntoHousehold",
    summary="居民迁入 · A resident moves in",
)
async def move_in(household_id: UUID, body: MemberIn, work: Working) -> HouseholdOut:
    """A resident lives in this household from now on, and in no other."""
    found = await cases.move_in(households=Households(work), household_id=household_id, resident_id=body.resident_id)
    return HouseholdOut.model_validate(found)


@router.verb(
    "/v1/households/{household_id}/move-out",
    access=access.HOUSEHOLD_KEEPERS,
    operation="moveOutOfHousehold",
    summary="居民迁出 · A resident moves out",
    refusals=[cases.NotLivingHere],
)
async def move_out(household_id: UUID, body: MemberIn, work: Working) -> HouseholdOut:
    """A resident no longer lives in this household."""
    found = await cases.move_out(households=Households(work), household_id=household_id, resident_id=body.resident_id)
    return HouseholdOut.model_validate(found)
