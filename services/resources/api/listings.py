"""Routes of listed resources."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.booking import Kind
from services.resources.models import Resource
from services.resources.repository import Supply
from services.resources.schemas.shared import ReasonIn
from services.resources.schemas.supply import ResourceIn, ResourceOut
from services.resources.usecases import listings as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="resources", about="可用的资源 · Resources on offer")


@router.create(
    "/v1/resources",
    access=access.LISTERS,
    operation="listResource",
    summary="登记资源 · List a resource",
    refusals=[NotFound, OutOfScope, ExternalIdTaken, cases.NotYourProvider],
)
async def list_resource(body: ResourceIn, work: Working) -> ResourceOut:
    """Enter goods, money, technology, a service or a facility of a provider."""
    resource = await cases.list_resource(
        supply=Supply(work),
        provider_id=body.provider_id,
        kind=body.kind,
        title=body.title,
        division=body.division,
        quantity=body.quantity,
        unit=body.unit,
        side=body.side,
        skills=body.skills,
        external_ids=body.external_ids,
    )
    return ResourceOut.model_validate(resource)


@router.read("/v1/resources", access=access.READERS, operation="listResources", summary="资源列表 · List resources")
async def list_resources(page: Paging, work: Working, kind: Kind | None = None) -> Page[ResourceOut]:
    """Resources of the caller's divisions, newest first."""
    return Page[ResourceOut].model_validate(await Supply(work).resources(page, kind=kind))


@router.read(
    "/v1/resources/{resource_id}",
    access=access.READERS,
    operation="getResource",
    summary="资源详情 · Read a resource",
)
async def get(resource_id: UUID, work: Working) -> ResourceOut:
    """One resource and how much of it is reserved."""
    return ResourceOut.model_validate(await Supply(work).get(Resource, resource_id))


@router.verb(
    "/v1/resources/{resource_id}/withdraw",
    access=access.LISTERS,
    operation="withdrawResource",
    summary="撤下资源 · Withdraw a resource",
    if_match=True,
    refusals=[ActionNotAllowed, cases.NotYourProvider],
)
async def withdraw(resource_id: UUID, body: ReasonIn, work: Working) -> ResourceOut:
    """Take a resource off the list; reservations stay."""
    resource = await cases.withdraw(supply=Supply(work), resource_id=resource_id, reason=body.reason)
    return ResourceOut.model_validate(resource)
