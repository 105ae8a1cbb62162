"""Routes of consents."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.repository import Consents
from services.needs.schemas.consents import ConsentFilters, ConsentIn, ConsentOut
from services.needs.usecases import consents as cases
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="consents", about="同意与撤回 · Consents, given and withdrawn")


@router.create(
    "/v1/consents",
    access=access.CONSENTERS,
    operation="giveConsent",
    summary="同意处理个人信息 · Consent to a purpose",
    refusals=[NotFound],
)
async def give(body: ConsentIn, work: Working) -> ConsentOut:
    """Note a yes to one purpose under one version of the policy."""
    return ConsentOut.model_validate(await cases.give(consents=Consents(work), **body.model_dump()))


@router.read("/v1/consents", access=access.CONSENTERS, operation="listConsents", summary="同意记录 · List consents")
async def list_consents(page: Paging, work: Working, filters: Annotated[ConsentFilters, Query()]) -> Page[ConsentOut]:
    """The consents in scope; to residents and guardians their own and their child's."""
    found = await Consents(work).listed(page, filters.columns())
    shown = [ConsentOut.model_validate(consent) for consent in found.items]
    return Page[ConsentOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/consents/{consent_id}",
    access=access.CONSENTERS,
    operation="getConsent",
    summary="同意详情 · Read a consent",
)
async def get(consent_id: UUID, work: Working) -> ConsentOut:
    """One consent."""
    return ConsentOut.model_validate(await cases.find(consents=Consents(work), consent_id=consent_id))


@router.verb(
    "/v1/consents/{consent_id}/withdraw",
    access=access.CONSENTERS,
    operation="withdrawConsent",
    summary="撤回同意 · Withdraw a consent",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def withdraw(consent_id: UUID, work: Working) -> ConsentOut:
    """Take a consent back; its purpose stops now, what was done before stays lawful."""
    return ConsentOut.model_validate(await cases.withdraw(consents=Consents(work), consent_id=consent_id))
