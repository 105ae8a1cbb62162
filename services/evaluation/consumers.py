"""What evaluation does when projects announces something."""

from typing import Any
from uuid import UUID

from services.evaluation.domain.roster import Record, RecordState
from services.evaluation.events import ErasureCompleted
from services.evaluation.models import HELD, ForgottenPerson
from services.evaluation.usecases import adopting
from wushe.erasing import forget, let_go
from wushe.inbox import Consumers, Heard
from wushe.work import Work

PROJECTS = "cn.wushe.projects"


class ProjectDesigned(Heard):
    """A plan, with everyone who has a part in it."""

    project_id: UUID
    title: str
    kind: str
    author_person_id: UUID | None
    writer_person_ids: tuple[UUID, ...] = ()
    team_person_ids: list[UUID]
    undertaker_org_id: UUID | None
    goals: list[dict[str, Any]]
    planned: dict[str, int]


class ProjectDecided(Heard):
    """Who approved a project."""

    project_id: UUID
    approver_person_id: UUID


class InterestDeclared(Heard):
    """Persons and organisations turned out to have a stake in a project."""

    project_id: UUID
    person_ids: list[UUID]
    org_ids: list[UUID]


class ProjectMoved(Heard):
    """A project went on to another state."""

    project_id: UUID


class ProjectCompleted(Heard):
    """A project is done; count and digest say which service records we must have heard of."""

    project_id: UUID
    record_count: int
    record_digest: str
    delivered: dict[str, int]


class ServiceRecord(Heard):
    """A service record in its newest state."""

    record_id: UUID
    project_id: UUID
    person_id: UUID


class PersonErased(Heard):
    """A person asked to be erased."""

    person_id: UUID
    erasure_id: UUID


def listen(consumers: Consumers) -> Consumers:
    """Register every handler."""
    consumers.on(f"{PROJECTS}.project.designed.v1")(designed)
    consumers.on(f"{PROJECTS}.project.decided.v1")(decided)
    consumers.on(f"{PROJECTS}.interest.declared.v1")(interest)
    consumers.on(f"{PROJECTS}.project.started.v1")(started)
    consumers.on(f"{PROJECTS}.project.completed.v1")(completed)
    consumers.on(f"{PROJECTS}.project.accepted.v1")(accepted)
    consumers.on(f"{PROJECTS}.service_record.recorded.v1")(recorded)
    consumers.on(f"{PROJECTS}.service_record.confirmed.v1")(confirmed)
    consumers.on(f"{PROJECTS}.service_record.disputed.v1")(disputed)
    consumers.on("cn.wushe.needs.person.erased.v1")(person_erased)
    return consumers


async def designed(work: Work, event: ProjectDesigned) -> None:
    """Keep the plan; whoever wrote it stands with the team."""
    await adopting.adopt_project(
        work,
        project_id=event.project_id,
        division=event.division,
        title=event.title,
        kind=event.kind,
        author=event.author_person_id,
        undertaker=event.undertaker_org_id,
        team=[*event.writer_person_ids, *event.team_person_ids],
        planned=event.planned,
        goals=event.goals,
        sequence=event.sequence,
    )


async def decided(work: Work, event: ProjectDecided) -> None:
    """Keep the approver."""
    await adopting.adopt_decision(work, project_id=event.project_id, approver=event.approver_person_id)


async def interest(work: Work, event: InterestDeclared) -> None:
    """Keep whoever has a stake from scoring and from deciding."""
    await adopting.adopt_interest(work, project_id=event.project_id, persons=event.person_ids, orgs=event.org_ids)


async def started(work: Work, event: ProjectMoved) -> None:
    """No scheme is frozen after the first session."""
    await adopting.adopt_start(work, project_id=event.project_id)


async def accepted(work: Work, event: ProjectMoved) -> None:
    """Drop what was kept only to evaluate."""
    await adopting.conclude(work, project_id=event.project_id)


async def completed(work: Work, event: ProjectCompleted) -> None:
    """Expect an evaluation."""
    await adopting.expect_evaluation(
        work,
        project_id=event.project_id,
        division=event.division,
        record_count=event.record_count,
        record_digest=event.record_digest,
        delivered=event.delivered,
    )


async def recorded(work: Work, event: ServiceRecord) -> None:
    """Keep a record nobody has confirmed yet."""
    await _keep(work, event, RecordState.RECORDED)


async def confirmed(work: Work, event: ServiceRecord) -> None:
    """Keep a record that counts."""
    await _keep(work, event, RecordState.CONFIRMED)


async def disputed(work: Work, event: ServiceRecord) -> None:
    """Keep a record that was denied."""
    await _keep(work, event, RecordState.DISPUTED)


async def _keep(work: Work, event: ServiceRecord, state: RecordState) -> None:
    record = Record(event.record_id, event.person_id, state)
    await adopting.adopt_record(
        work, record=record, project_id=event.project_id, division=event.division, sequence=event.sequence
    )


async def person_erased(work: Work, event: PersonErased) -> None:
    """Let go of the person, and say so."""
    removed = await let_go(work, HELD, event.person_id)
    await forget(
        work,
        ForgottenPerson,
        erasure_id=event.erasure_id,
        person_id=event.person_id,
        division=event.division,
        removed=removed,
        announce=lambda count: ErasureCompleted(erasure_id=event.erasure_id, removed=count),
    )
