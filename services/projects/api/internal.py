"""What the gateway and evaluation ask of this service."""

from uuid import UUID

from services.projects.models import Project
from services.projects.repository import Projects, Records
from services.projects.schemas.records import RecordStateOut, RecordStatesOut
from services.projects.schemas.slices import SliceOut
from services.projects.usecases.slices import slice_of
from wushe.authorize import SERVICE
from wushe.routes import Router, Working

router = Router(tag="internal", about="只供服务之间调用 · Between services only")


@router.read(
    "/internal/lifecycle/{project_id}",
    access=SERVICE,
    operation="getLifecycleOfProjects",
    summary="生命周期（项目） · This service's slice of a lifecycle",
)
async def lifecycle_of(project_id: UUID, work: Working) -> SliceOut:
    """The project, its decision, contracts, activities and service in numbers."""
    return SliceOut.of(await slice_of(repo=Projects(work), project_id=project_id))


@router.read(
    "/internal/projects/{project_id}/records",
    access=SERVICE,
    operation="listRecordsOfProject",
    summary="项目服务记录 · Every service record of a project",
)
async def records_of(project_id: UUID, work: Working) -> RecordStatesOut:
    """Every record with its person and state, for an evaluation that has not heard them all."""
    repo = Records(work)
    await repo.get(Project, project_id)
    return RecordStatesOut(
        records=[
            RecordStateOut(record_id=record.id, person_id=record.person_id, state=record.state)
            for record in await repo.of_project(project_id)
        ]
    )
