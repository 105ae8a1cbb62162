"""Who lives together, and where."""

from collections.abc import Sequence
from uuid import UUID

from services.needs.domain.places import PlaceKind, unknown_place
from services.needs.models import Household, Resident
from services.needs.repository import Households, Places
from wushe import external
from wushe.errors import FieldError, InvalidInput, NotFound, Refusal


class NotLivingHere(Refusal):
    """Only who lives in a household moves out of it."""

    zh = "这位居民不在该户。"
    en = "This resident does not live in this household."
    toast = "不在该户"


async def enter(
    *, households: Households, division: str, place_id: UUID | None, external_ids: Sequence[external.Named]
) -> Household:
    """Enter a household, in a unit when that is known."""
    work = households.work
    work.claim(division)
    await _require_unit(households, division, place_id)
    household = households.add(Household(division=division, place_id=place_id))
    await external.register(work, "households", external_ids, household.id)
    work.record(household, "enter")
    return household


async def _require_unit(households: Households, division: str, place_id: UUID | None) -> None:
    unit = await Places(households.work).active(place_id, division)
    if place_id and (unit is None or unit.kind is not PlaceKind.UNIT):
        raise unknown_place("/place_id")


async def read(*, households: Households, household_id: UUID) -> tuple[Household, list[UUID]]:
    """A household and who belongs to it; the look is on record."""
    household = await households.get(Household, household_id)
    households.work.witness("read", subject=f"households/{household.id}", division=household.division, reason=None)
    return household, await households.members(household.id)


async def replace(*, households: Households, household_id: UUID, place_id: UUID | None) -> Household:
    """A household moves to another unit of its division, or nobody knows where any more."""
    household = await households.lock(Household, household_id)
    await _require_unit(households, household.division, place_id)
    household.place_id = place_id
    households.work.record(household, "replace")
    return household


async def move_in(*, households: Households, household_id: UUID, resident_id: UUID) -> Household:
    """A resident lives in this household from now on, and in no other."""
    return await _move(households, household_id, resident_id, "move_in")


async def move_out(*, households: Households, household_id: UUID, resident_id: UUID) -> Household:
    """A resident no longer lives in this household."""
    return await _move(households, household_id, resident_id, "move_out")


async def _move(households: Households, household_id: UUID, resident_id: UUID, verb: str) -> Household:
    household, work = await households.lock(Household, household_id), households.work
    resident = await _lock_resident(households, resident_id)
    lives_here = resident.household_id == household.id
    if verb == "move_out" and not lives_here:
        raise NotLivingHere
    if resident.division != household.division:
        raise _unlike("ELSEWHERE", "这位居民登记在别的社区。", "This resident is registered in another community.")
    resident.household_id = household.id if verb == "move_in" else None
    work.record(resident, verb)
    work.record(household, verb)
    return household


async def _lock_resident(households: Households, resident_id: UUID) -> Resident:
    try:
        return await households.lock(Resident, resident_id)
    except NotFound:
        raise _unlike("UNKNOWN", "没有找到这位居民。", "No such resident.") from None


def _unlike(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError("/resident_id", code, zh, en)])
