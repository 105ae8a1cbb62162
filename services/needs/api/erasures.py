"""Routes of erasures and corrections."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.models import Correction, Erasure
from services.needs.repository import Erasures, Residents
from services.needs.schemas.erasures import CorrectionAnswerIn, CorrectionFilters, CorrectionOut, ErasureOut
from services.needs.schemas.residents import ResidentOut
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import erasures as cases
from services.needs.usecases import residents as registry
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="erasures", about="注销与更正 · Erasure and corrections")


@router.verb(
    "/v1/residents/{resident_id}/erase",
    access=access.ERASERS,
    operation="eraseResident",
    summary="注销居民 · Erase a resident",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def erase(resident_id: UUID, body: ReasonIn, work: Working) -> ErasureOut:
    """Erase a resident who asked for it; under a legal hold processing stops instead, and the reason is told."""
    found = await cases.erase_resident(residents=Residents(work), resident_id=resident_id, reason=body.reason)
    return ErasureOut.model_validate(found)


@router.verb(
    "/v1/residents/{resident_id}/hold",
    access=access.HOLDERS,
    operation="holdResident",
    summary="依法留存 · Keep an entry as the law asks",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def hold(resident_id: UUID, body: ReasonIn, work: Working) -> ResidentOut:
    """Note that the law wants this entry kept, and why."""
    residents = Residents(work)
    found = await cases.hold(residents=residents, resident_id=resident_id, reason=body.reason)
    return ResidentOut.of(await registry.seen(residents, found))


@router.verb(
    "/v1/residents/{resident_id}/release",
    access=access.HOLDERS,
    operation="releaseResident",
    summary="解除留存 · Lift a hold",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def release(resident_id: UUID, work: Working) -> ResidentOut:
    """Lift a hold."""
    residents = Residents(work)
    found = await cases.release(residents=residents, resident_id=resident_id)
    return ResidentOut.of(await registry.seen(residents, found))


@router.read(
    "/v1/erasures", access=access.ERASURE_READERS, operation="listErasures", summary="注销记录 · List erasures"
)
async def list_erasures(page: Paging, work: Working) -> Page[ErasureOut]:
    """The requests in scope."""
    found = await Erasures(work).listed(page)
    shown = [ErasureOut.model_validate(row) for row in found.items]
    return Page[ErasureOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/erasures/{erasure_id}",
    access=access.ERASURE_READERS,
    operation="getErasure",
    summary="注销回执 · Receipts of an erasure",
)
async def get(erasure_id: UUID, work: Working) -> ErasureOut:
    """One request: which service let go, and when."""
    return ErasureOut.model_validate(await Erasures(work).get(Erasure, erasure_id))


@router.read(
    "/v1/corrections", access=access.CORRECTORS, operation="listCorrections", summary="更正请求 · List corrections"
)
async def list_corrections(
    page: Paging, work: Working, filters: Annotated[CorrectionFilters, Query()]
) -> Page[CorrectionOut]:
    """What residents say is wrong about them."""
    found = await Erasures(work).corrections(page, filters.columns())
    shown = [CorrectionOut.model_validate(row) for row in found.items]
    return Page[CorrectionOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/corrections/{correction_id}",
    access=access.CORRECTORS,
    operation="getCorrection",
    summary="更正请求详情 · Read a correction",
)
async def get_correction(correction_id: UUID, work: Working) -> CorrectionOut:
    """One request."""
    return CorrectionOut.model_validate(await Erasures(work).get(Correction, correction_id))


@router.verb(
    "/v1/corrections/{correction_id}/settle",
    access=access.CORRECTORS,
    operation="settleCorrection",
    summary="办结更正 · Settle a correction",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def settle(correction_id: UUID, body: CorrectionAnswerIn, work: Working) -> CorrectionOut:
    """Say what came of it."""
    found = await cases.settle(erasures=Erasures(work), correction_id=correction_id, answer=body.answer)
    return CorrectionOut.model_validate(found)
