"""Routes of volunteers."""

from uuid import UUID

from services.resources.api import access
from services.resources.api.minting import minting
from services.resources.domain.lifecycle import VolunteerState
from services.resources.domain.payout import PersonUnknown
from services.resources.models import Volunteer
from services.resources.repository import Linking, Supply
from services.resources.schemas.shared import ReasonIn
from services.resources.schemas.supply import VolunteerIn, VolunteerOut
from services.resources.usecases import people as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="volunteers", about="志愿者 · Volunteers")


@router.create(
    "/v1/volunteers",
    access=access.VOLUNTEER_REGISTRARS,
    operation="registerVolunteer",
    summary="登记志愿者 · Register a volunteer",
    refusals=[OutOfScope, ExternalIdTaken, cases.VolunteerKnown, cases.OnlyYourself, PersonUnknown],
    ahead=minting(VolunteerIn),
)
async def register(body: VolunteerIn, work: Working) -> VolunteerOut:
    """Enter oneself, or somebody on whose behalf staff act."""
    volunteer = await cases.register_volunteer(
        supply=Supply(work),
        division=body.division,
        skills=body.skills,
        availability=body.availability,
        person_id=body.person_id,
        synthetic=body.synthetic,
        external_ids=body.external_ids,
    )
    return VolunteerOut.model_validate(volunteer)


@router.read("/v1/volunteers", access=access.STAFF, operation="listVolunteers", summary="志愿者列表 · List volunteers")
async def list_volunteers(page: Paging, work: Working, state: VolunteerState | None = None) -> Page[VolunteerOut]:
    """Volunteers of the caller's divisions, newest first."""
    return Page[VolunteerOut].model_validate(await Supply(work).volunteers(page, state=state))


@router.read(
    "/v1/volunteers/{volunteer_id}",
    access=access.STAFF,
    operation="getVolunteer",
    summary="志愿者详情 · Read a volunteer",
)
async def get(volunteer_id: UUID, work: Working) -> VolunteerOut:
    """One volunteer."""
    return VolunteerOut.model_validate(await Supply(work).get(Volunteer, volunteer_id))


@router.verb(
    "/v1/volunteers/{volunteer_id}/verify",
    access=access.VOLUNTEER_VERIFIERS,
    operation="verifyVolunteer",
    summary="核实志愿者 · Verify a volunteer",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def verify(volunteer_id: UUID, work: Working) -> VolunteerOut:
    """Confirm the registration."""
    return VolunteerOut.model_validate(await cases.verify_volunteer(supply=Supply(work), volunteer_id=volunteer_id))


@router.verb(
    "/v1/volunteers/{volunteer_id}/suspend",
    access=access.VOLUNTEER_VERIFIERS,
    operation="suspendVolunteer",
    summary="暂停志愿者 · Suspend a volunteer",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def suspend(volunteer_id: UUID, body: ReasonIn, work: Working) -> VolunteerOut:
    """Take the volunteer out of every suggestion; what they were still to come to is open again."""
    volunteer = await cases.suspend_volunteer(linking=Linking(work), volunteer_id=volunteer_id, reason=body.reason)
    return VolunteerOut.model_validate(volunteer)


@router.verb(
    "/v1/volunteers/{volunteer_id}/leave",
    access=access.LEAVERS,
    operation="leaveVolunteering",
    summary="退出志愿服务 · Leave",
    if_match=True,
    refusals=[ActionNotAllowed, cases.OnlyYourself],
)
async def leave(volunteer_id: UUID, work: Working) -> VolunteerOut:
    """End a registration on the volunteer's own wish."""
    return VolunteerOut.model_validate(await cases.leave(linking=Linking(work), volunteer_id=volunteer_id))
