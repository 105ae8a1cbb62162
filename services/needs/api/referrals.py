"""Routes of referrals, and of the case a need may be opened as."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.authorship import NotTheAuthor
from services.needs.domain.roads import NotWhileInDanger, RoadTaken, SeparateConsentMissing
from services.needs.repository import Needs, Referrals
from services.needs.schemas.needs import NeedOut
from services.needs.schemas.roads import FinishIn, ReferIn, ReferralFilters, ReferralOut
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import referrals as cases
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="referrals", about="转介 · Needs handed to others")


@router.verb(
    "/v1/needs/{need_id}/refer",
    access=access.ROAD_CHOOSERS,
    operation="referNeed",
    summary="转介需求 · Refer a need",
    if_match=True,
    refusals=[ActionNotAllowed, RoadTaken, NotWhileInDanger, SeparateConsentMissing],
)
async def refer(need_id: UUID, body: ReferIn, work: Working) -> ReferralOut:
    """Hand a need to another organisation, which has until a day to answer."""
    referral = await cases.refer(
        needs=Needs(work),
        need_id=need_id,
        to_kind=body.to.kind,
        to_name=body.to.name,
        to_division=body.to.division,
        to_org_id=body.to.org_id,
        shared=body.shared,
        contract=body.contract,
        reason=body.reason,
    )
    return ReferralOut.model_validate(referral)


@router.verb(
    "/v1/needs/{need_id}/case",
    access=access.ROAD_CHOOSERS,
    operation="requestCase",
    summary="开个案 · Ask for a case",
    if_match=True,
    refusals=[ActionNotAllowed, RoadTaken, NotWhileInDanger],
)
async def request_case(need_id: UUID, body: ReasonIn, work: Working) -> NeedOut:
    """Ask projects to open a case for the person."""
    found = await cases.request_case(needs=Needs(work), need_id=need_id, reason=body.reason)
    return NeedOut.model_validate(found)


@router.read(
    "/v1/referrals", access=access.REFERRAL_READERS, operation="listReferrals", summary="转介列表 · List referrals"
)
async def list_all(page: Paging, work: Working, filters: Annotated[ReferralFilters, Query()]) -> Page[ReferralOut]:
    """Staff see their divisions, agencies what was sent to them, people their own."""
    found = await Referrals(work).listed(page, filters.columns())
    shown = [ReferralOut.model_validate(each) for each in found.items]
    return Page[ReferralOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/referrals/{referral_id}",
    access=access.REFERRAL_READERS,
    operation="getReferral",
    summary="转介详情 · Read a referral",
)
async def get(referral_id: UUID, work: Working) -> ReferralOut:
    """One referral."""
    return ReferralOut.model_validate(await Referrals(work).find(referral_id))


@router.verb(
    "/v1/referrals/{referral_id}/receive",
    access=access.REFERRAL_RECEIVERS,
    operation="receiveReferral",
    summary="签收转介 · Receive a referral",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def receive(referral_id: UUID, work: Working) -> ReferralOut:
    """The receiver has it before them."""
    return ReferralOut.model_validate(await cases.receive(referrals=Referrals(work), referral_id=referral_id))


@router.verb(
    "/v1/referrals/{referral_id}/accept",
    access=access.REFERRAL_RECEIVERS,
    operation="acceptReferral",
    summary="接受转介 · Accept a referral",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def accept(referral_id: UUID, work: Working) -> ReferralOut:
    """The receiver takes it on."""
    return ReferralOut.model_validate(await cases.accept(referrals=Referrals(work), referral_id=referral_id))


@router.verb(
    "/v1/referrals/{referral_id}/decline",
    access=access.REFERRAL_RECEIVERS,
    operation="declineReferral",
    summary="退回转介 · Decline a referral",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def decline(referral_id: UUID, body: ReasonIn, work: Working) -> ReferralOut:
    """The receiver does not take it; the need is handled here again."""
    return ReferralOut.model_validate(
        await cases.decline(referrals=Referrals(work), referral_id=referral_id, reason=body.reason)
    )


@router.verb(
    "/v1/referrals/{referral_id}/finish",
    access=access.REFERRAL_RECEIVERS,
    operation="finishReferral",
    summary="转介回执 · Tell the result of a referral",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def finish(referral_id: UUID, body: FinishIn, work: Working) -> ReferralOut:
    """What came of it: the need is answered with it."""
    return ReferralOut.model_validate(
        await cases.finish(referrals=Referrals(work), referral_id=referral_id, result=body.result)
    )


@router.verb(
    "/v1/referrals/{referral_id}/confirm",
    access=access.AUTHORS,
    operation="confirmReferral",
    summary="确认转介结果 · Confirm the result of a referral",
    if_match=True,
    refusals=[ActionNotAllowed, NotTheAuthor],
)
async def confirm(referral_id: UUID, work: Working) -> ReferralOut:
    """The person says that the result reached them."""
    return ReferralOut.model_validate(await cases.confirm(referrals=Referrals(work), referral_id=referral_id))
