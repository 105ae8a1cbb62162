"""Routes of service records."""

from uuid import UUID

from services.projects.api import access
from services.projects.domain.approval import PersonUnknown
from services.projects.domain.attendance import TimeOverlap
from services.projects.domain.lifecycle import RecordState
from services.projects.domain.persons import CallBackNotAllowed, NotYourRecord, RecordsSealed
from services.projects.repository import Records
from services.projects.schemas.records import ConfirmIn, DisputeIn, RecordOut
from services.projects.schemas.shared import ReasonIn
from services.projects.usecases import records
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="service-records", about="服务记录，由本人确认 · Service records, confirmed by the person served")


@router.read(
    "/v1/service-records",
    access=access.RECORD_READERS,
    operation="listServiceRecords",
    summary="服务记录列表 · List service records",
    refusals=[PersonUnknown],
)
async def list_records(
    page: Paging, work: Working, project_id: UUID | None = None, state: RecordState | None = None
) -> Page[RecordOut]:
    """Service records, newest first; residents see their own, an agency those of its projects."""
    found = await records.search(repo=Records(work), page=page, project_id=project_id, state=state)
    return Page[RecordOut](
        items=[RecordOut.model_validate(record) for record in found.items], next_cursor=found.next_cursor
    )


@router.read(
    "/v1/service-records/{record_id}",
    access=access.RECORD_READERS,
    operation="getServiceRecord",
    summary="服务记录详情 · Read a service record",
    refusals=[PersonUnknown],
)
async def get_record(record_id: UUID, work: Working) -> RecordOut:
    """One service record; residents see their own, an agency those of its projects."""
    return RecordOut.model_validate(await records.read(repo=Records(work), record_id=record_id))


@router.verb(
    "/v1/service-records/{record_id}/confirm",
    access=access.ANSWERERS,
    operation="confirmServiceRecord",
    summary="确认服务 · Confirm a service",
    refusals=[ActionNotAllowed, NotYourRecord, CallBackNotAllowed, RecordsSealed, TimeOverlap],
)
async def confirm_record(record_id: UUID, body: ConfirmIn, work: Working) -> RecordOut:
    """Say that the service took place: the person, or an outside community worker after a call-back."""
    return RecordOut.model_validate(await records.confirm(repo=Records(work), record_id=record_id, via=body.via))


@router.verb(
    "/v1/service-records/{record_id}/dispute",
    access=access.ANSWERERS,
    operation="disputeServiceRecord",
    summary="对服务记录提出异议 · Dispute a service",
    refusals=[ActionNotAllowed, NotYourRecord, CallBackNotAllowed, RecordsSealed],
)
async def dispute_record(record_id: UUID, body: DisputeIn, work: Working) -> RecordOut:
    """Say that the service did not take place as recorded."""
    record = await records.dispute(repo=Records(work), record_id=record_id, via=body.via, reason=body.reason)
    return RecordOut.model_validate(record)


@router.verb(
    "/v1/service-records/{record_id}/lapse",
    access=access.CALLERS_BACK,
    operation="lapseServiceRecord",
    summary="回访未果 · Nobody could be reached",
    refusals=[ActionNotAllowed, CallBackNotAllowed, RecordsSealed],
)
async def lapse_record(record_id: UUID, body: ReasonIn, work: Working) -> RecordOut:
    """Note that the person could not be reached; the record counts for nothing unless they confirm it later."""
    return RecordOut.model_validate(await records.lapse(repo=Records(work), record_id=record_id, reason=body.reason))
