"""Service records: the person's own word on what the organiser recorded."""

from uuid import UUID

from services.projects.domain.lifecycle import (
    RECORD,
    ProjectState,
    RecordState,
    RecordVerb,
    advance,
    allowed,
)
from services.projects.domain.persons import RecordsSealed, Via, require_answer
from services.projects.events import RecordConfirmed, RecordDisputed, RecordEvent
from services.projects.models import Project, ServiceRecord
from services.projects.repository import Records
from services.projects.usecases.parts import interests, person, reading
from wushe.errors import ActionNotAllowed, NotFound
from wushe.outbox import Event
from wushe.pages import Page, PageRequest

OPEN_STATES = frozenset({ProjectState.IMPLEMENTING, ProjectState.SUSPENDED})


async def confirm(*, repo: Records, record_id: UUID, via: Via) -> ServiceRecord:
    """Say that the service took place; a call-back never overrules the person's own denial."""
    project, record = await _open(repo, record_id, via)
    await _require_answer(repo, project, record, via)
    if via is Via.CALL_BACK and record.state is RecordState.DISPUTED:
        raise ActionNotAllowed(state=str(record.state), verb="confirm", allowed=allowed(RECORD, record.state))
    record.state, record.via = advance(RECORD, record.state, RecordVerb.CONFIRM), str(via)
    repo.work.record(record, "confirm", _about(record, RecordConfirmed))
    await repo.written_once()
    return record


async def dispute(*, repo: Records, record_id: UUID, via: Via, reason: str) -> ServiceRecord:
    """Say that the service did not take place as recorded; the record leaves roster and counts."""
    project, record = await _open(repo, record_id, via)
    await _require_answer(repo, project, record, via)
    record.state, record.via = advance(RECORD, record.state, RecordVerb.DISPUTE), str(via)
    record.reason = reason
    repo.work.record(record, "dispute", _about(record, RecordDisputed))
    return record


async def lapse(*, repo: Records, record_id: UUID, reason: str) -> ServiceRecord:
    """Note that the person could not be reached; a record nobody confirmed counts for nothing."""
    project, record = await _open(repo, record_id, Via.CALL_BACK)
    await _require_answer(repo, project, record, Via.CALL_BACK)
    record.state, record.via = advance(RECORD, record.state, RecordVerb.LAPSE), str(Via.CALL_BACK)
    record.reason = reason
    repo.work.record(record, "lapse", reason=reason)
    return record


async def search(
    *, repo: Records, page: PageRequest, project_id: UUID | None, state: RecordState | None
) -> Page[ServiceRecord]:
    """Records, newest first; those who speak for themselves see their own, an agency those of its projects."""
    return await repo.search(page, project_id=project_id, state=state, reader=await reading(repo))


async def read(*, repo: Records, record_id: UUID) -> ServiceRecord:
    """One record; one that is not the caller's to read does not exist for them."""
    return await repo.find(record_id, reader=await reading(repo))


async def _open(repo: Records, record_id: UUID, via: Via) -> tuple[Project, ServiceRecord]:
    """The record locked, its project held: completion counts the records and must not miss an answer.

    Who speaks for themselves reaches their own record in the whole county, and others' no further than before.
    """
    caller = repo.work.caller
    if via is Via.SELF:
        await repo.work.widen()
    known: ServiceRecord = await repo.get(ServiceRecord, record_id)
    if known.person_id != caller.person_id and not caller.covers(known.division):
        raise NotFound
    project = await repo.share_project(known.project_id)
    record: ServiceRecord = await repo.lock(ServiceRecord, record_id)
    if project.state not in OPEN_STATES:
        raise RecordsSealed
    return project, record


async def _require_answer(repo: Records, project: Project, record: ServiceRecord, via: Via) -> None:
    require_answer(
        person(repo),
        role=repo.work.caller.role,
        via=via,
        served=record.person_id,
        interests=await interests(repo, project),
    )


def _about(record: ServiceRecord, event: type[RecordEvent]) -> Event:
    return event(
        record_id=record.id,
        project_id=record.project_id,
        person_id=record.person_id,
        activity_id=record.activity_id,
        minutes=record.minutes,
    )
