"""Routes only sibling services may call."""

from uuid import UUID

from services.resources.repository import Linking, Money
from services.resources.schemas.chain import ChainOut, LinkedOut, MoneyOut
from services.resources.usecases import chain
from wushe.authorize import SERVICE
from wushe.routes import Router, Working

router = Router(tag="internal", about="只供服务之间调用 · Between services only")


@router.read(
    "/internal/lifecycle/{project_id}",
    access=SERVICE,
    operation="getResourcesLifecycle",
    summary="项目资源与资金链 · Resources and money of a project",
)
async def lifecycle(project_id: UUID, work: Working) -> ChainOut:
    """What was asked for, reserved, delivered and paid."""
    found = await chain.of_project(linking=Linking(work), money=Money(work), project_id=project_id)
    project = found.project
    return ChainOut(
        resources=LinkedOut.model_validate(found, from_attributes=True),
        money=MoneyOut.model_validate(
            {
                "budget_fen": project.budget_fen if project else None,
                "allocated_fen": project.allocated_fen if project else 0,
                "paid_fen": project.paid_fen if project else 0,
                "disbursements": found.disbursements,
            }
        ),
    )
