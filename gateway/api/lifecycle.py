"""The whole chain of one project."""

from typing import Any
from uuid import UUID

from fastapi import Request

from gateway.codes import ROLES
from gateway.schemas.registry import LifecycleOut, StepOut
from gateway.usecases import lifecycle
from wushe.authorize import Roles
from wushe.errors import NotFound
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="lifecycle", about="项目全周期 · The whole lifecycle of a project")


async def _ask(request: Request, caller: Caller, key: str) -> Any:
    """Ask every service for its part, before any transaction is open."""
    try:
        project_id = UUID(request.path_params["project_id"])
    except ValueError as fault:
        raise NotFound from fault
    return await lifecycle.join(siblings=request.app.state.siblings.acting(caller, key), project_id=project_id)


@router.read(
    "/v1/lifecycle/{project_id}",
    access=Roles(*(role for role in ROLES if role != "operator")),
    operation="getLifecycle",
    summary="项目全周期 · The whole chain of a project",
    ahead=_ask,
)
async def get_lifecycle(project_id: UUID, work: Working) -> LifecycleOut:
    """Needs, plan, service, resources, evaluation and money of a project, with times, states and ids."""
    steps = [StepOut.model_validate(step) for step in lifecycle.steps(work.ahead)]
    return LifecycleOut(project_id=project_id, steps=steps, **work.ahead)
