"""Routes of residents."""

from uuid import UUID

from services.needs.api import access
from services.needs.repository import Residents
from services.needs.schemas.residents import LinkCodeOut, ResidentIn, ResidentOut
from services.needs.usecases import residents as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="residents", about="居民登记 · The register of residents")


@router.create(
    "/v1/residents",
    access=access.REGISTRARS,
    operation="registerResident",
    summary="登记居民 · Register a resident",
    refusals=[OutOfScope, ExternalIdTaken],
)
async def register(body: ResidentIn, work: Working) -> ResidentOut:
    """Enter a resident into the registry, which mints the person's id."""
    resident = await cases.register(
        residents=Residents(work),
        division=body.division,
        target_groups=body.target_groups,
        age_band=body.age_band,
        guardian_person_id=body.guardian_person_id,
        synthetic=body.synthetic,
        external_ids=body.external_ids,
    )
    return ResidentOut.model_validate(resident)


@router.read(
    "/v1/residents", access=access.REGISTRY_READERS, operation="listResidents", summary="居民列表 · List residents"
)
async def list_residents(page: Paging, work: Working) -> Page[ResidentOut]:
    """The residents in scope."""
    found = await cases.listed(residents=Residents(work), page=page)
    shown = [ResidentOut.model_validate(resident) for resident in found.items]
    return Page[ResidentOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/residents/me",
    access=access.REGISTERED,
    operation="getOwnResident",
    summary="本人登记 · Read one's own entry",
    refusals=[NotFound],
)
async def get_own(work: Working) -> ResidentOut:
    """The caller's own registration."""
    return ResidentOut.model_validate(await cases.own(residents=Residents(work)))


@router.read(
    "/v1/residents/{resident_id}",
    access=access.REGISTRY_READERS,
    operation="getResident",
    summary="居民详情 · Read a resident",
)
async def get(resident_id: UUID, work: Working) -> ResidentOut:
    """One resident."""
    return ResidentOut.model_validate(await cases.read(residents=Residents(work), resident_id=resident_id))


@router.verb(
    "/v1/residents/{resident_id}/link-code",
    access=access.SLIP_PRINTERS,
    operation="printLinkCode",
    summary="打印关联码 · Print a link code",
    refusals=[ActionNotAllowed],
    secret=True,
)
async def print_code(resident_id: UUID, work: Working) -> LinkCodeOut:
    """A slip with which the resident ties an account to this entry; earlier slips stop working."""
    return LinkCodeOut.model_validate(await cases.print_code(residents=Residents(work), resident_id=resident_id))
