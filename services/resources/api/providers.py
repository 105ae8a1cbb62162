"""Routes of providers."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.resources.api import access
from services.resources.domain.lifecycle import Standing
from services.resources.models import Provider
from services.resources.repository import Linking, Supply
from services.resources.schemas.shared import ReasonIn
from services.resources.schemas.supply import ProviderIn, ProviderOut
from services.resources.usecases import providers as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="providers", about="资源提供方 · Providers")


@router.create(
    "/v1/providers",
    access=access.PROVIDER_REGISTRARS,
    operation="registerProvider",
    summary="登记资源提供方 · Register a provider",
    refusals=[OutOfScope, ExternalIdTaken, cases.ProviderKnown],
)
async def register(
    body: ProviderIn, work: Working, allows_test_region: Annotated[bool, Depends(access.allows_test_region)]
) -> ProviderOut:
    """Enter an organisation or enterprise; the code of a registered one must have a valid checksum."""
    provider = await cases.register(
        supply=Supply(work),
        name=body.name,
        registration=body.registration,
        code=body.uscc,
        kinds=body.kinds,
        division=body.division,
        synthetic=body.synthetic,
        external_ids=body.external_ids,
        test_region_allowed=allows_test_region,
    )
    return ProviderOut.model_validate(provider)


@router.read("/v1/providers", access=access.STAFF, operation="listProviders", summary="提供方列表 · List providers")
async def list_providers(page: Paging, work: Working, state: Standing | None = None) -> Page[ProviderOut]:
    """Providers of the caller's divisions, newest first."""
    return Page[ProviderOut].model_validate(await Supply(work).providers(page, state=state))


@router.read(
    "/v1/providers/{provider_id}",
    access=access.STAFF,
    operation="getProvider",
    summary="提供方详情 · Read a provider",
    hot=True,
)
async def get(provider_id: UUID, work: Working) -> ProviderOut:
    """One provider."""
    return ProviderOut.model_validate(await Supply(work).get(Provider, provider_id))


@router.verb(
    "/v1/providers/{provider_id}/verify",
    access=access.VERIFIERS,
    operation="verifyProvider",
    summary="核实提供方 · Verify a provider",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def verify(provider_id: UUID, work: Working) -> ProviderOut:
    """Confirm that the provider exists and is who it says."""
    return ProviderOut.model_validate(await cases.verify(supply=Supply(work), provider_id=provider_id))


@router.verb(
    "/v1/providers/{provider_id}/suspend",
    access=access.VERIFIERS,
    operation="suspendProvider",
    summary="暂停提供方 · Suspend a provider",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def suspend(provider_id: UUID, body: ReasonIn, work: Working) -> ProviderOut:
    """Take the provider out of every suggestion; what it was still to give is open again."""
    provider = await cases.suspend(linking=Linking(work), provider_id=provider_id, reason=body.reason)
    return ProviderOut.model_validate(provider)
