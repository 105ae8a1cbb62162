"""Reading what is asked for: the project behind a request, and the request as the matching rules see it."""

from uuid import UUID

from services.resources.domain import booking
from services.resources.domain.matching import Wanted
from services.resources.models import AdoptedProject, ResourceRequest
from services.resources.repository import Linking
from wushe.errors import Refusal


class ProjectUnknown(Refusal):
    """The project's design has not reached this service yet, or there is no such project."""

    zh = "没有找到该项目的方案；如刚刚提交，请稍后再试。"
    en = "No design of this project is known here; if it was just submitted, retry shortly."
    toast = "请稍后再试"
    retryable = True


async def require_project(linking: Linking, project_id: UUID) -> AdoptedProject:
    """Our copy of a project the caller covers."""
    project = await linking.project(project_id)
    if project is None:
        raise ProjectUnknown
    return project


async def wanted_by(linking: Linking, request: ResourceRequest) -> Wanted:
    """A request as the matching rules see it."""
    period = request.period
    return Wanted(
        kind=request.kind,
        division=request.division,
        skills=frozenset(request.skills),
        slots=booking.slots(period) if period else frozenset(),
        outstanding=max(0, request.quantity - await linking.covered(request.id)),
    )
