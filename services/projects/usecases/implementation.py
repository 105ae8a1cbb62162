"""Carrying a project out: the start with its reservation, interruptions, completion, and giving up before it."""

from datetime import timedelta
from uuid import UUID

from services.projects.domain.attendance import record_digest
from services.projects.domain.lifecycle import (
    SAGA,
    ActivityState,
    ProjectState,
    ProjectVerb,
    RecordState,
    SagaState,
    SagaVerb,
    advance,
)
from services.projects.domain.plan import (
    Member,
    NothingServed,
    PublicityRunning,
    RecordsOpen,
    require_social_worker,
)
from services.projects.events import (
    Delivered,
    ProjectCancelled,
    ProjectCompleted,
    ProjectResumed,
    ProjectStarted,
    ProjectSuspended,
    ProjectTerminated,
    StartRequested,
    StartWithdrawn,
)
from services.projects.models import Project, ServiceRecord, StartSaga
from services.projects.repository import Activities, Projects, Records
from services.projects.usecases.moves import check, move
from services.projects.usecases.parts import lock_own, require_foreign
from wushe import clock, rules

BATCH = 20


async def start(*, repo: Projects, project_id: UUID) -> Project:
    """Ask for everything the project needs to be reserved; the work begins when the answer comes in time."""
    project = await lock_own(repo, project_id)
    check(project, ProjectVerb.START)
    now = await repo.business_time(project.division)
    if project.publicity_ends_at is None or now < project.publicity_ends_at:
        raise PublicityRunning(ends_at=project.publicity_ends_at or "-")
    require_social_worker(
        [Member(row.person_id, row.party, row.role, row.responsible) for row in await repo.team(project.id)]
    )
    # The deadline is technical: it bounds how long machines wait for each other, so the sandbox never moves it.
    minutes = await rules.value(repo.work, "saga_minutes", project.division)
    saga = repo.add(
        StartSaga(
            division=project.division,
            project_id=project.id,
            state=SagaState.OPEN,
            deadline=clock.now() + timedelta(minutes=minutes),
        )
    )
    requested = StartRequested(
        project_id=project.id, saga_id=saga.id, deadline=saga.deadline, budget_fen=project.budget_fen
    )
    await move(repo, project, ProjectVerb.START, requested)
    return project


async def reserved(*, repo: Projects, project_id: UUID, saga_id: UUID) -> None:
    """Begin the work: everything is reserved. An answer to an attempt that has ended changes nothing."""
    project = await repo.lock(Project, project_id)
    saga = await _end(repo, project, saga_id, SagaVerb.RESERVE)
    if saga is not None:
        await move(repo, project, ProjectVerb.RESERVE, ProjectStarted)


async def refused(*, repo: Projects, project_id: UUID, saga_id: UUID, reason: str | None) -> None:
    """Go back to before the start: something could not be reserved."""
    project = await repo.lock(Project, project_id)
    saga = await _end(repo, project, saga_id, SagaVerb.REFUSE, reason=reason)
    if saga is not None:
        await _release(repo, project, saga, reason)


async def expire(*, repo: Projects) -> int:
    """Give up attempts nobody answered in time; answers how many were looked at."""
    late = await repo.expired_sagas(clock.now(), BATCH)
    for overdue in late:
        project = await repo.lock(Project, overdue.project_id)
        saga = await _end(repo, project, overdue.id, SagaVerb.EXPIRE, reason="deadline")
        if saga is not None:
            await _release(repo, project, saga, "deadline")
    return len(late)


async def _end(
    repo: Projects, project: Project, saga_id: UUID, verb: SagaVerb, *, reason: str | None = None
) -> StartSaga | None:
    """End the attempt, once; None when it is not this project's or has ended before.

    The project is locked first by everyone who ends an attempt, so an answer and the deadline never both win.
    """
    saga = await repo.saga(saga_id)
    if saga is None or saga.project_id != project.id or saga.state is not SagaState.OPEN:
        return None
    saga.state = advance(SAGA, saga.state, verb)
    saga.ended_at, saga.reason = clock.now(), reason
    return saga


async def _release(repo: Projects, project: Project, saga: StartSaga, reason: str | None) -> None:
    withdrawn = StartWithdrawn(project_id=project.id, saga_id=saga.id)
    await move(repo, project, ProjectVerb.RELEASE, withdrawn, reason=reason)


async def cancel(*, repo: Projects, project_id: UUID, reason: str) -> Project:
    """Give a project up before its work begins; a reservation under way is withdrawn."""
    project = await lock_own(repo, project_id)
    check(project, ProjectVerb.CANCEL)
    saga = await repo.open_saga(project.id) if project.state is ProjectState.RESOURCING else None
    if saga is None:
        await move(repo, project, ProjectVerb.CANCEL, ProjectCancelled, reason=reason)
        return project
    await _end(repo, project, saga.id, SagaVerb.WITHDRAW, reason=reason)
    withdrawn = StartWithdrawn(project_id=project.id, saga_id=saga.id)
    await move(repo, project, ProjectVerb.CANCEL, ProjectCancelled, withdrawn, reason=reason)
    return project


async def terminate(*, repo: Projects, project_id: UUID, reason: str) -> Project:
    """Break a project off after its work has begun, never one's own."""
    project = await repo.lock(Project, project_id)
    check(project, ProjectVerb.TERMINATE)
    await require_foreign(repo, project)
    await move(repo, project, ProjectVerb.TERMINATE, ProjectTerminated, reason=reason)
    return project


async def suspend(*, repo: Projects, project_id: UUID, reason: str) -> Project:
    """Interrupt the work."""
    project = await repo.lock(Project, project_id)
    await move(repo, project, ProjectVerb.SUSPEND, ProjectSuspended, reason=reason)
    return project


async def resume(*, repo: Projects, project_id: UUID) -> Project:
    """Take the work up again."""
    project = await repo.lock(Project, project_id)
    await move(repo, project, ProjectVerb.RESUME, ProjectResumed)
    return project


async def complete(*, repo: Projects, project_id: UUID) -> Project:
    """Finish the work; every record has its answer, and count and digest seal what was confirmed."""
    project = await lock_own(repo, project_id)
    check(project, ProjectVerb.COMPLETE)
    activities = Activities(repo.work)
    records = await Records(repo.work).of_project(project.id)
    unanswered = sum(record.state is RecordState.RECORDED for record in records)
    unheld = await activities.count(project.id, ActivityState.SCHEDULED)
    if unanswered or unheld:
        raise RecordsOpen(records=unanswered, activities=unheld)
    confirmed = [record for record in records if record.state is RecordState.CONFIRMED]
    if not confirmed:
        raise NothingServed
    project.record_count = len(confirmed)
    project.record_digest = record_digest(record.id for record in confirmed)
    sessions = await activities.count(project.id, ActivityState.HELD)
    await move(repo, project, ProjectVerb.COMPLETE, _completed(project, confirmed, sessions))
    return project


def _completed(project: Project, confirmed: list[ServiceRecord], sessions: int) -> ProjectCompleted:
    return ProjectCompleted(
        project_id=project.id,
        state=ProjectState.COMPLETED,
        record_count=len(confirmed),
        record_digest=str(project.record_digest),
        delivered=Delivered(
            persons=len({record.person_id for record in confirmed}), person_times=len(confirmed), sessions=sessions
        ),
    )


async def evaluation_opened(*, repo: Projects, project_id: UUID) -> None:
    """Note that those who were served are being asked; other phases than the last do not move the project."""
    project = await repo.lock(Project, project_id)
    if project.state is ProjectState.COMPLETED:
        await move(repo, project, ProjectVerb.EVALUATE)
