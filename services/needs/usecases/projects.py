"""What happens here when a project is designed, approved, started, given up, completed, accepted or paid.

An event that overtook the project's design finds no copy to lock: NOT_FOUND, and its sender delivers it again.
"""

from collections.abc import Sequence
from uuid import UUID

from services.needs.domain.lifecycle import ConcernState, ConcernVerb, NeedState, NeedVerb
from services.needs.domain.notices import OF_PROJECT, PROJECT_ANSWER
from services.needs.events import About
from services.needs.models import AdoptedProject
from services.needs.repository import Concerns, Needs, Projects
from services.needs.usecases import concerns as concern_cases
from services.needs.usecases.moves import move_all, notices
from services.needs.usecases.needs import answered

WAITING = frozenset({ConcernState.CONFIRMED, ConcernState.PUBLISHED})


async def adopt(
    *, projects: Projects, project_id: UUID, division: str, title: str, concern_ids: Sequence[UUID]
) -> None:
    """Keep a copy of a project's plan: its title and the concerns it answers."""
    if await projects.adopted(project_id) is None:
        project = projects.add(AdoptedProject(id=project_id, division=division, approved=False))
    else:
        project = await projects.lock(AdoptedProject, project_id)
    project.title, project.concern_ids = title, [str(concern_id) for concern_id in concern_ids]
    projects.work.record(project, "adopt")


async def approved(*, projects: Projects, project_id: UUID) -> None:
    """An approved project addresses its concerns; the needs linked there are planned."""
    project = await projects.lock(AdoptedProject, project_id)
    project.approved = True
    projects.work.record(project, "approve")
    concerns, concern_ids = Concerns(projects.work), _ids(project)
    for concern in await concerns.lock_several(concern_ids):
        if concern.state in WAITING:
            concern_cases.move(concerns, concern, ConcernVerb.ADDRESS)
    linked = await concerns.lock_needs(concern_ids, states=[NeedState.LINKED])
    for need in linked:
        need.project_id = project.id
    await move_all(Needs(projects.work), linked, NeedVerb.PLAN)


async def started(*, projects: Projects, project_id: UUID) -> None:
    """Tell the people behind its needs that a project has begun."""
    await _tell(projects, await projects.lock(AdoptedProject, project_id), "start")


async def cancelled(*, projects: Projects, project_id: UUID) -> None:
    """A project given up, cancelled or terminated, gives back what it took on; one never approved took nothing."""
    if await projects.adopted(project_id) is None:
        return  # a project's events come in order, so it was given up before it had a plan
    project = await projects.lock(AdoptedProject, project_id)
    if project.approved:
        project.approved = False
        await _give_back(projects, project)
    projects.work.record(project, "cancel")


async def _give_back(projects: Projects, project: AdoptedProject) -> None:
    """Its needs wait again, and so do the concerns no other approved project answers."""
    concerns = Concerns(projects.work)
    rows = await concerns.lock_several(_ids(project))
    others = await projects.approved_for(_ids(project), besides=project.id)
    taken = {concern_id for other in others for concern_id in _ids(other)}
    planned = await concerns.lock_needs_of_project(project.id, NeedState.PLANNED)
    for need in planned:
        need.project_id = None
    await move_all(Needs(projects.work), planned, NeedVerb.UNPLAN)
    for concern in rows:
        if concern.state is ConcernState.ADDRESSED and concern.id not in taken:
            concern_cases.move(concerns, concern, ConcernVerb.RELEASE)


async def completed(*, projects: Projects, project_id: UUID) -> None:
    """A completed project answers the needs planned into it; their authors are asked what came of it."""
    project = await projects.lock(AdoptedProject, project_id)
    concerns, needs = Concerns(projects.work), Needs(projects.work)
    planned = await concerns.lock_needs_of_project(project.id, NeedState.PLANNED)
    for need in planned:
        await answered(needs=needs, need=need, answer=PROJECT_ANSWER.filled(title=project.title).zh)
    await move_all(needs, planned, NeedVerb.RESPOND)


async def accepted(*, projects: Projects, project_id: UUID) -> None:
    """An accepted project resolves the concerns it addressed."""
    project = await projects.lock(AdoptedProject, project_id)
    concerns = Concerns(projects.work)
    for concern in await concerns.lock_several(_ids(project)):
        if concern.state is ConcernState.ADDRESSED:
            concern_cases.move(concerns, concern, ConcernVerb.RESOLVE)
    await _tell(projects, project, "accept")


async def paid(*, projects: Projects, project_id: UUID) -> None:
    """Tell the people behind its needs that money of a project was paid out."""
    await _tell(projects, await projects.lock(AdoptedProject, project_id), "pay")


async def _tell(projects: Projects, project: AdoptedProject, verb: str) -> None:
    """One notice per person behind the project's needs, however many of them they stand behind."""
    work = projects.work
    needs = await Concerns(work).needs_of(_ids(project))
    behind = await Needs(work).persons_behind(needs)
    notice = OF_PROJECT[verb].filled(title=project.title)
    about = About(collection="projects", id=project.id)
    work.record(project, verb, *notices(work, notice, frozenset().union(*behind.values()), about=about))


def _ids(project: AdoptedProject) -> list[UUID]:
    return [UUID(concern_id) for concern_id in project.concern_ids]
