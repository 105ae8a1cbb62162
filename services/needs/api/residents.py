"""Routes of residents."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.needs.api import access, imports
from services.needs.domain.unmasking import NotYourMatter
from services.needs.repository import Residents
from services.needs.schemas.identities import SearchIn, UnmaskedOut, UnmaskIn
from services.needs.schemas.importers import IMPORTERS
from services.needs.schemas.residents import LinkCodeOut, ResidentChange, ResidentIn, ResidentOut, ResidentsOut
from services.needs.usecases import identities
from services.needs.usecases import residents as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="residents", about="居民登记 · The register of residents")
TestRegion = Annotated[bool, Depends(access.allows_test_region)]


@router.create(
    "/v1/residents",
    access=access.REGISTRARS,
    operation="registerResident",
    summary="登记居民 · Register a resident",
    refusals=[OutOfScope, ExternalIdTaken, cases.ResidentKnown],
)
async def register(body: ResidentIn, work: Working, test_region: TestRegion) -> ResidentOut:
    """Enter a resident into the registry, which mints the person's id."""
    seen = await cases.register(
        residents=Residents(work),
        division=body.division,
        entered=body.particulars(),
        synthetic=body.synthetic,
        external_ids=body.external_ids,
        test_region_allowed=test_region,
    )
    return ResidentOut.of(seen)


imports.offer(
    router,
    IMPORTERS["residents"],
    access=access.REGISTRARS,
    operation="importResidents",
    summary="批量导入居民 · Import residents",
)


@router.read(
    "/v1/residents", access=access.REGISTRY_READERS, operation="listResidents", summary="居民列表 · List residents"
)
async def list_residents(page: Paging, work: Working) -> Page[ResidentOut]:
    """The residents in scope, masked."""
    found = await cases.listed(residents=Residents(work), page=page)
    shown = [ResidentOut.of(seen, listed=True) for seen in found.items]
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
    return ResidentOut.of(await cases.own(residents=Residents(work)))


@router.verb(
    "/v1/residents/search",
    access=access.REGISTRY_READERS,
    operation="searchResidents",
    summary="按电话或身份证号查找居民 · Find residents by telephone or ID",
)
async def search(body: SearchIn, work: Working, test_region: TestRegion) -> ResidentsOut:
    """The residents in scope with this telephone or ID, masked; neither stands in an address or a log."""
    found = await cases.search(
        residents=Residents(work), phone=body.phone, id_number=body.id_number, test_region_allowed=test_region
    )
    return ResidentsOut(items=[ResidentOut.of(seen, listed=True) for seen in found])


@router.read(
    "/v1/residents/{resident_id}",
    access=access.REGISTRY_READERS,
    operation="getResident",
    summary="居民详情 · Read a resident",
)
async def get(resident_id: UUID, work: Working) -> ResidentOut:
    """One resident, masked."""
    return ResidentOut.of(await cases.read(residents=Residents(work), resident_id=resident_id))


@router.replace(
    "/v1/residents/{resident_id}",
    access=access.CORRECTORS,
    operation="correctResident",
    summary="更正居民登记 · Correct a resident's entry",
    if_match=True,
    refusals=[ActionNotAllowed, cases.ResidentKnown],
)
async def correct(resident_id: UUID, body: ResidentChange, work: Working, test_region: TestRegion) -> ResidentOut:
    """Put an entry right; an identity or safe contact left out stays as it is."""
    seen = await cases.correct(
        residents=Residents(work),
        resident_id=resident_id,
        entered=body.particulars(),
        test_region_allowed=test_region,
    )
    return ResidentOut.of(seen)


@router.verb(
    "/v1/residents/{resident_id}/unmask",
    access=access.UNMASKERS,
    operation="unmaskResident",
    summary="查看真实身份 · See who a resident is",
    refusals=[NotYourMatter, identities.NothingSealed],
    secret=True,
)
async def unmask(resident_id: UUID, body: UnmaskIn, work: Working) -> UnmaskedOut:
    """The named fields as they are, for a reason that is kept; the answer is not."""
    fields = frozenset(body.fields)
    identity = await identities.unmask(
        residents=Residents(work), resident_id=resident_id, fields=fields, reason=body.reason
    )
    return UnmaskedOut.of(identity, fields)


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
