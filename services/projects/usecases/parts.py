"""What part the caller has in a project: one of its makers, somebody with a stake in it, or nobody."""

from uuid import UUID

from services.projects.domain.approval import Interests, Person, require_disinterested
from services.projects.domain.persons import Reader, record_reader, require_part
from services.projects.models import Project
from services.projects.repository import Collection


def person(repo: Collection) -> Person:
    """The human who is calling."""
    return Person(person_id=repo.work.caller.person_id, org_id=repo.work.caller.org)


async def makers(repo: Collection, project: Project) -> Interests:
    """Those who make a project: writers and team, the writers' organisations and the undertaker."""
    team = {member.person_id for member in await repo.team(project.id)}
    orgs = {UUID(org) for org in project.writer_org_ids}
    if project.undertaker_org_id is not None:
        orgs.add(project.undertaker_org_id)
    return Interests(
        persons=frozenset(team | {UUID(writer) for writer in project.writer_person_ids}), orgs=frozenset(orgs)
    )


async def interests(repo: Collection, project: Project) -> Interests:
    """Everyone with a stake in a project: its makers and whom its contracts pay."""
    made = await makers(repo, project)
    return Interests(persons=made.persons, orgs=made.orgs | frozenset(await repo.payees(project.id)))


async def require_own(repo: Collection, project: Project) -> None:
    """Refuse a social worker or an agency without a part in the project."""
    require_part(person(repo), role=repo.work.caller.role, makers=await makers(repo, project))


async def require_foreign(repo: Collection, project: Project) -> None:
    """Refuse a decision by somebody with a stake in the project."""
    require_disinterested(person(repo), await interests(repo, project))


async def lock_own(repo: Collection, project_id: UUID) -> Project:
    """The project locked, for a caller who may carry it on."""
    project: Project = await repo.lock(Project, project_id)
    await require_own(repo, project)
    return project


async def reading(repo: Collection) -> Reader:
    """Whose records the caller reads; one's own are found in the whole county."""
    found = record_reader(person(repo), role=repo.work.caller.role)
    if found.own is not None:
        await repo.work.widen()
    return found
