"""Routes of resource requests."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.lifecycle import RequestState
from services.resources.domain.rulings import RuleUnreadable
from services.resources.models import ResourceRequest
from services.resources.repository import Linking
from services.resources.schemas.linking import RequestIn, RequestOut, StepOut, SuggestionOut, SuggestionsOut
from services.resources.schemas.shared import ReasonIn
from services.resources.usecases import requests as cases
from services.resources.usecases.demand import ProjectUnknown
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="resource-requests", about="项目的资源需求与推荐 · What projects ask for, and suggestions")


@router.read(
    "/v1/resource-requests/{request_id}/suggestions",
    access=access.MATCHERS,
    operation="suggestCandidates",
    summary="供需对接建议 · Suggest candidates",
    refusals=[RuleUnreadable],
)
async def suggestions(request_id: UUID, work: Working) -> SuggestionsOut:
    """The ten best candidates with a reason for every point, and what each rule removed."""
    request, ranking = await cases.suggest(linking=Linking(work), request_id=request_id)
    return SuggestionsOut(
        request_id=request.id,
        considered=ranking.considered,
        best=[SuggestionOut.model_validate(one) for one in ranking.best],
        funnel=[StepOut.model_validate(step) for step in ranking.funnel],
    )


@router.create(
    "/v1/resource-requests",
    access=access.REQUESTERS,
    operation="openRequest",
    summary="提出资源需求 · Ask for a resource",
    refusals=[OutOfScope, ProjectUnknown, cases.ProjectEnded],
)
async def open_request(body: RequestIn, work: Working) -> RequestOut:
    """Ask for something on behalf of a designed project."""
    request = await cases.open_request(
        linking=Linking(work),
        project_id=body.project_id,
        kind=body.kind,
        title=body.title,
        skills=body.skills,
        quantity=body.quantity,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        division=body.division,
    )
    return RequestOut.model_validate(request)


@router.read(
    "/v1/resource-requests",
    access=access.READERS,
    operation="listRequests",
    summary="资源需求列表 · List resource requests",
)
async def list_requests(
    page: Paging, work: Working, project_id: UUID | None = None, state: RequestState | None = None
) -> Page[RequestOut]:
    """Requests of the caller's divisions, newest first."""
    found = await Linking(work).requests(page, project_id=project_id, state=state)
    return Page[RequestOut].model_validate(found)


@router.read(
    "/v1/resource-requests/{request_id}",
    access=access.READERS,
    operation="getRequest",
    summary="资源需求详情 · Read a resource request",
    hot=True,
)
async def get(request_id: UUID, work: Working) -> RequestOut:
    """One request."""
    return RequestOut.model_validate(await Linking(work).get(ResourceRequest, request_id))


@router.verb(
    "/v1/resource-requests/{request_id}/cancel",
    access=access.REQUESTERS,
    operation="cancelRequest",
    summary="取消资源需求 · Cancel a resource request",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def cancel(request_id: UUID, body: ReasonIn, work: Working) -> RequestOut:
    """Withdraw a request; whatever was reserved for it is free again."""
    request = await cases.cancel(linking=Linking(work), request_id=request_id, reason=body.reason)
    return RequestOut.model_validate(request)
