"""Routes of visits."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.api.handing import handed
from services.needs.domain.authorship import ConsentMissing, GuardianMissing
from services.needs.domain.visits import NotOnTheTeam, SurveyNotOpen, VisitNotAssigned
from services.needs.repository import Offline, Visits
from services.needs.schemas.offline import BatchOut, ReceiptOut
from services.needs.schemas.visits import (
    VisitBatchIn,
    VisitDetail,
    VisitFilters,
    VisitIn,
    VisitOut,
    VisitRecordedOut,
)
from services.needs.usecases import visits as cases
from services.needs.usecases.attachments import FileTaken
from wushe.errors import NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="visits", about="走访 · Visits")
REFUSALS = [
    OutOfScope,
    NotFound,
    SurveyNotOpen,
    NotOnTheTeam,
    VisitNotAssigned,
    ConsentMissing,
    GuardianMissing,
    FileTaken,
]


@router.create(
    "/v1/visits",
    access=access.VISITORS,
    operation="recordVisit",
    summary="登记走访 · Record a visit",
    refusals=REFUSALS,
    ahead=handed,
)
async def record(body: VisitIn, work: Working) -> VisitRecordedOut:
    """A visit with its answers, needs, note of service and follow-up: all of them are recorded, or none."""
    return VisitRecordedOut.of(await cases.record(visits=Visits(work), told=body.told()))


@router.verb(
    "/v1/visits/batches",
    access=access.VISITORS,
    operation="sendVisitBatch",
    summary="提交离线走访 · Send visits recorded without a network",
    ahead=handed,
)
async def send(body: VisitBatchIn, work: Working) -> BatchOut:
    """Visits of one account: any order, split and repetition end in the same state; one refused stops no other."""
    items = [each.item() for each in body.items]
    told = {item.fingerprint: each.visit.told() for item, each in zip(items, body.items, strict=True)}
    receipts = await cases.take_in(offline=Offline(work), items=items, told=told)
    return BatchOut(items=[ReceiptOut.of(receipt) for receipt in receipts])


@router.read("/v1/visits", access=access.VISITORS, operation="listVisits", summary="走访列表 · List visits")
async def list_visits(page: Paging, work: Working, filters: Annotated[VisitFilters, Query()]) -> Page[VisitOut]:
    """The visits in scope without what was said; volunteers and grid workers see their own."""
    found = await Visits(work).listed(page, resident_id=filters.resident_id, **filters.columns())
    return Page[VisitOut](items=[VisitOut.model_validate(each) for each in found.items], next_cursor=found.next_cursor)


@router.read("/v1/visits/{visit_id}", access=access.VISITORS, operation="getVisit", summary="走访详情 · Read a visit")
async def get(visit_id: UUID, work: Working) -> VisitDetail:
    """One visit with what was answered; the look is on record."""
    return VisitDetail.of(*await cases.read(visits=Visits(work), visit_id=visit_id))
