"""Routes that explain a priority."""

from uuid import UUID

from services.needs.api import access
from services.needs.repository import Concerns, Needs
from services.needs.schemas.priorities import ConcernPriorityOut, NeedPriorityOut
from services.needs.usecases import priorities as cases
from wushe.routes import Router, Working

of_needs = Router(tag="needs")
of_concerns = Router(tag="concerns")


@of_needs.read(
    "/v1/needs/{need_id}/priority",
    access=access.PRIORITY_READERS,
    operation="explainNeedPriority",
    summary="需求优先程度 · Explain a need's priority",
)
async def of_need(need_id: UUID, work: Working) -> NeedPriorityOut:
    """How pressing a need is by itself: each term with its weight and what it adds."""
    return NeedPriorityOut.of(need_id, await cases.of_need(needs=Needs(work), need_id=need_id))


@of_concerns.read(
    "/v1/concerns/{concern_id}/priority",
    access=access.PRIORITY_READERS,
    operation="explainConcernPriority",
    summary="关注点优先程度 · Explain a concern's priority",
)
async def of_concern(concern_id: UUID, work: Working) -> ConcernPriorityOut:
    """How pressing a concern is now, by which formula, what each need in it is by itself, and where it is ordered."""
    return ConcernPriorityOut.of_concern(*await cases.of_concern(concerns=Concerns(work), concern_id=concern_id))
