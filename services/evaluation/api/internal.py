"""What the other processes ask."""

from uuid import UUID

from services.evaluation.api.access import Serving
from services.evaluation.schemas.lifecycle import LifecycleOut
from services.evaluation.usecases import reading
from wushe.authorize import SERVICE
from wushe.routes import Router, Working

router = Router(tag="internal", about="只供服务之间调用 · Between services only")


@router.read(
    "/internal/lifecycle/{project_id}",
    access=SERVICE,
    operation="evaluationLifecycle",
    summary="项目链路中的评价环节 · Evaluation part of a lifecycle",
)
async def lifecycle(project_id: UUID, work: Working, office: Serving) -> LifecycleOut:
    """Scheme, evaluations with their reports, and payout advices."""
    return LifecycleOut.of(await reading.chain(work, office, project_id=project_id))
