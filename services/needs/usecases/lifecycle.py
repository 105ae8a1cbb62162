"""What the needs service adds to a project's lifecycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.needs.models import Concern, Need
from services.needs.repository import Concerns, Projects


@dataclass(frozen=True, slots=True)
class Slice:
    """The concerns a project answers and the needs behind them."""

    concerns: Sequence[Concern]
    needs: Sequence[Need]


async def slice_of(*, projects: Projects, project_id: UUID) -> Slice:
    """What this service knows of a project; nothing before the project was designed."""
    project = await projects.adopted(project_id)
    if project is None:
        return Slice([], [])
    concerns, concern_ids = Concerns(projects.work), [UUID(concern_id) for concern_id in project.concern_ids]
    return Slice(await concerns.several(concern_ids), await concerns.needs_of(concern_ids))
