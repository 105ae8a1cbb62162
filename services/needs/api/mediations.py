"""Routes of mediations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.roads import NotWhileInDanger, PartiesTooFew, RoadTaken
from services.needs.models import Mediation
from services.needs.repository import Mediations, Needs
from services.needs.schemas.roads import (
    MediateIn,
    MediationFilters,
    MediationOut,
    PartyConsentIn,
    SessionIn,
    SettleIn,
)
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import mediations as cases
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="mediations", about="人民调解 · Disputes talked over")


@router.verb(
    "/v1/needs/{need_id}/mediate",
    access=access.ROAD_CHOOSERS,
    operation="mediateNeed",
    summary="申请调解 · Apply for mediation",
    if_match=True,
    refusals=[ActionNotAllowed, RoadTaken, NotWhileInDanger, PartiesTooFew],
)
async def apply(need_id: UUID, body: MediateIn, work: Working) -> MediationOut:
    """Enter a dispute into the register; property company and owners' committee are parties like people."""
    mediation = await cases.apply(
        needs=Needs(work),
        need_id=need_id,
        kind=body.kind,
        application=body.application,
        parties=[party.model_dump(mode="json") for party in body.parties],
        services=body.services,
    )
    return MediationOut.model_validate(mediation)


@router.read(
    "/v1/mediations", access=access.MEDIATION_READERS, operation="listMediations", summary="调解列表 · List mediations"
)
async def list_all(page: Paging, work: Working, filters: Annotated[MediationFilters, Query()]) -> Page[MediationOut]:
    """The register, newest first."""
    found = await Mediations(work).listed(page, filters.columns())
    shown = [MediationOut.model_validate(each) for each in found.items]
    return Page[MediationOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/mediations/{mediation_id}",
    access=access.MEDIATION_READERS,
    operation="getMediation",
    summary="调解详情 · Read a mediation",
)
async def get(mediation_id: UUID, work: Working) -> MediationOut:
    """One mediation with its record."""
    return MediationOut.model_validate(await Mediations(work).get(Mediation, mediation_id))


@router.verb(
    "/v1/mediations/{mediation_id}/consent",
    access=access.ROAD_CHOOSERS,
    operation="consentToMediation",
    summary="当事人表态 · Say whether a party agrees",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def consent(mediation_id: UUID, body: PartyConsentIn, work: Working) -> MediationOut:
    """With one no there is no mediation (人民调解法 17)."""
    return MediationOut.model_validate(
        await cases.consent(
            mediations=Mediations(work), mediation_id=mediation_id, party=body.party, agrees=body.agrees
        )
    )


@router.verb(
    "/v1/mediations/{mediation_id}/hold",
    access=access.ROAD_CHOOSERS,
    operation="holdMediation",
    summary="记录调解 · Put a session on record",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def hold(mediation_id: UUID, body: SessionIn, work: Working) -> MediationOut:
    """What a session came to."""
    return MediationOut.model_validate(
        await cases.hold(mediations=Mediations(work), mediation_id=mediation_id, note=body.note)
    )


@router.verb(
    "/v1/mediations/{mediation_id}/settle",
    access=access.ROAD_CHOOSERS,
    operation="settleMediation",
    summary="达成协议 · Enter an agreement",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def settle(mediation_id: UUID, body: SettleIn, work: Working) -> MediationOut:
    """Written, or oral and noted; the court may confirm it for thirty days."""
    return MediationOut.model_validate(
        await cases.settle(
            mediations=Mediations(work), mediation_id=mediation_id, form=body.form, agreement=body.agreement
        )
    )


@router.verb(
    "/v1/mediations/{mediation_id}/fail",
    access=access.ROAD_CHOOSERS,
    operation="failMediation",
    summary="调解不成 · End without an agreement",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def fail(mediation_id: UUID, body: ReasonIn, work: Working) -> MediationOut:
    """The need is handled on."""
    return MediationOut.model_validate(
        await cases.fail(mediations=Mediations(work), mediation_id=mediation_id, reason=body.reason)
    )
