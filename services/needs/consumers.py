"""What we do when projects and resources announce something; the event classes are our own copies."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.needs.domain.notices import OF_NEED
from services.needs.repository import Calls, Erasures, Projects
from services.needs.usecases import calls as call_cases
from services.needs.usecases import erasures
from services.needs.usecases import projects as cases
from wushe.inbox import Consumers, Heard
from wushe.work import Work

consumers = Consumers()


class About(BaseModel):
    """The object a notice spoke of."""

    model_config = ConfigDict(extra="ignore")

    collection: str
    id: UUID


class PersonUnreached(Heard):
    """No channel reached a person with a notice."""

    person_id: UUID
    code: str
    reason: str
    about: About


@consumers.on("cn.wushe.gateway.person.unreached.v1")
async def unreached(work: Work, event: PersonUnreached) -> None:
    """Put whoever did not hear of their need on the call list."""
    if event.about.collection == "needs" and event.code.removeprefix("need_") in OF_NEED:
        await call_cases.missed(
            calls=Calls(work),
            need_id=event.about.id,
            person_id=event.person_id,
            code=event.code,
            reason=event.reason,
        )


class ProjectDesigned(Heard):
    """A project has a plan."""

    project_id: UUID
    title: str
    concern_ids: list[UUID]


class ProjectMoved(Heard):
    """Something happened to a project."""

    project_id: UUID


@consumers.on("cn.wushe.projects.project.designed.v1")
async def designed(work: Work, event: ProjectDesigned) -> None:
    """Keep a copy of the plan."""
    await cases.adopt(
        projects=Projects(work),
        project_id=event.project_id,
        division=event.division,
        title=event.title,
        concern_ids=event.concern_ids,
    )


@consumers.on("cn.wushe.projects.project.approved.v1")
async def approved(work: Work, event: ProjectMoved) -> None:
    """Plan the needs of its concerns."""
    await cases.approved(projects=Projects(work), project_id=event.project_id)


@consumers.on("cn.wushe.projects.project.started.v1")
async def started(work: Work, event: ProjectMoved) -> None:
    """Tell the people behind its needs."""
    await cases.started(projects=Projects(work), project_id=event.project_id)


@consumers.on("cn.wushe.projects.project.cancelled.v1")
@consumers.on("cn.wushe.projects.project.terminated.v1")
async def cancelled(work: Work, event: ProjectMoved) -> None:
    """Give back the needs planned into it."""
    await cases.cancelled(projects=Projects(work), project_id=event.project_id)


@consumers.on("cn.wushe.projects.project.completed.v1")
async def completed(work: Work, event: ProjectMoved) -> None:
    """Answer the needs planned into it."""
    await cases.completed(projects=Projects(work), project_id=event.project_id)


@consumers.on("cn.wushe.projects.project.accepted.v1")
async def accepted(work: Work, event: ProjectMoved) -> None:
    """Resolve its concerns and tell the people behind its needs."""
    await cases.accepted(projects=Projects(work), project_id=event.project_id)


@consumers.on("cn.wushe.resources.disbursement.paid.v1")
async def paid(work: Work, event: ProjectMoved) -> None:
    """Tell the people behind its needs."""
    await cases.paid(projects=Projects(work), project_id=event.project_id)


class ErasureCompleted(Heard):
    """A service let go of a person."""

    erasure_id: UUID
    removed: int


@consumers.on("cn.wushe.projects.erasure.completed.v1")
@consumers.on("cn.wushe.resources.erasure.completed.v1")
@consumers.on("cn.wushe.evaluation.erasure.completed.v1")
@consumers.on("cn.wushe.gateway.erasure.completed.v1")
async def erasure_completed(work: Work, event: ErasureCompleted) -> None:
    """Keep the receipt."""
    service = event.source.strip("/")
    await erasures.receive(erasures=Erasures(work), erasure_id=event.erasure_id, service=service, removed=event.removed)
