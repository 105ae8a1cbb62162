"""Routes of the right to ask for somebody else."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.proxies import ProxyKnown
from services.needs.repository import Proxies
from services.needs.schemas.proxies import ProxiedNeedOut, ProxyEndIn, ProxyFilters, ProxyIn, ProxyOut
from services.needs.usecases import proxies as cases
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="proxies", about="代办人 · Who may ask for whom")


@router.create(
    "/v1/residents/{resident_id}/proxies",
    access=access.SLIP_PRINTERS,
    operation="confirmProxy",
    summary="登记代办人 · Confirm who may ask for a resident",
    refusals=[ProxyKnown],
)
async def confirm(resident_id: UUID, body: ProxyIn, work: Working) -> ProxyOut:
    """Note that a resident agreed that somebody asks for them; both are told."""
    found = await cases.confirm(proxies=Proxies(work), resident_id=resident_id, **body.model_dump())
    return ProxyOut.model_validate(found)


@router.read("/v1/proxies", access=access.PROXY_READERS, operation="listProxies", summary="代办人列表 · List proxies")
async def list_proxies(page: Paging, work: Working, filters: Annotated[ProxyFilters, Query()]) -> Page[ProxyOut]:
    """Residents see for whom they may ask and who may ask for them, workers their divisions."""
    found = await Proxies(work).listed(page, **filters.columns())
    shown = [ProxyOut.model_validate(each) for each in found.items]
    return Page[ProxyOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/proxies/{proxy_id}", access=access.PROXY_READERS, operation="getProxy", summary="代办人详情 · Read a proxy"
)
async def get(proxy_id: UUID, work: Working) -> ProxyOut:
    """One link between two people."""
    return ProxyOut.model_validate(await Proxies(work).find(proxy_id))


@router.read(
    "/v1/proxies/{proxy_id}/needs",
    access=access.REGISTERED,
    operation="listProxiedNeeds",
    summary="代办的需求 · What one asked for somebody",
)
async def needs(proxy_id: UUID, page: Paging, work: Working) -> Page[ProxiedNeedOut]:
    """How the needs stand one asked under this link, and no other need of that person."""
    found = await cases.asked(proxies=Proxies(work), proxy_id=proxy_id, page=page)
    shown = [ProxiedNeedOut.model_validate(each) for each in found.items]
    return Page[ProxiedNeedOut](items=shown, next_cursor=found.next_cursor)


@router.verb(
    "/v1/proxies/{proxy_id}/end",
    access=access.PROXY_ENDERS,
    operation="endProxy",
    summary="解除代办 · End a proxy",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def end(proxy_id: UUID, body: ProxyEndIn, work: Working) -> ProxyOut:
    """Whoever is part of it ends it without a reason; so may a worker."""
    found = await cases.end(proxies=Proxies(work), proxy_id=proxy_id, reason=body.reason)
    return ProxyOut.model_validate(found)
