"""How every verb moves a project: the next state, its step in the timeline, its audit row and its events."""

from services.projects.domain.lifecycle import PROJECT, ProjectVerb, advance
from services.projects.events import ProjectEvent
from services.projects.models import Project, Step
from services.projects.repository import Collection
from wushe.outbox import Event


def check(project: Project, verb: ProjectVerb) -> None:
    """Refuse a verb the project's state does not permit, before its guards are looked at."""
    advance(PROJECT, project.state, verb)


async def move(
    repo: Collection,
    project: Project,
    verb: ProjectVerb,
    *announced: type[ProjectEvent] | Event,
    reason: str | None = None,
) -> None:
    """Take the project to its next state; an announcement given as a class is filled with the new state."""
    before, project.state = project.state, advance(PROJECT, project.state, verb)
    await note_step(repo, project, verb=verb, before=before, reason=reason)
    repo.work.record(project, str(verb), *(_fill(event, project) for event in announced), reason=reason)


def _fill(event: type[ProjectEvent] | Event, project: Project) -> Event:
    if isinstance(event, Event):
        return event
    return event(project_id=project.id, state=project.state)


async def note_step(repo: Collection, project: Project, *, verb: str, before: str | None, reason: str | None) -> None:
    """Write the change into the project's timeline."""
    repo.add(
        Step(
            division=project.division,
            project_id=project.id,
            verb=str(verb),
            from_state=before,
            to_state=str(project.state),
            at=await repo.business_time(project.division),
            role=repo.work.caller.role,
            reason=reason,
        )
    )
