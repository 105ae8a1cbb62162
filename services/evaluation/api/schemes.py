"""Routes of schemes."""

from uuid import UUID

from services.evaluation.api.access import AUTHORS, DECIDERS, READERS
from services.evaluation.domain.lifecycle import SchemeState
from services.evaluation.domain.roster import OwnProject, PersonUnknown
from services.evaluation.schemas.schemes import SchemeContentIn, SchemeIn, SchemeOut
from services.evaluation.usecases import schemes
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="schemes", about="评价方案 · Evaluation schemes")


@router.create(
    "/v1/schemes",
    access=AUTHORS,
    operation="createScheme",
    summary="起草评价方案 · Draft a scheme",
    refusals=[OutOfScope],
)
async def create(body: SchemeIn, work: Working) -> SchemeOut:
    """What is left out comes from the template."""
    scheme = await schemes.create(
        work, project_id=body.project_id, division=body.division, title=body.title, content=body.content()
    )
    return SchemeOut.model_validate(scheme)


@router.read("/v1/schemes", access=READERS, operation="listSchemes", summary="评价方案列表 · List schemes")
async def listed(
    page: Paging, work: Working, project_id: UUID | None = None, state: SchemeState | None = None
) -> Page[SchemeOut]:
    """Newest first."""
    found = await schemes.listed(work, page, project_id=project_id, state=state)
    items = [SchemeOut.model_validate(row) for row in found.items]
    return Page[SchemeOut](items=items, next_cursor=found.next_cursor)


@router.read(
    "/v1/schemes/{scheme_id}", access=READERS, operation="getScheme", summary="评价方案 · Get a scheme", hot=True
)
async def read(scheme_id: UUID, work: Working) -> SchemeOut:
    """One scheme."""
    return SchemeOut.model_validate(await schemes.read(work, scheme_id=scheme_id))


@router.replace(
    "/v1/schemes/{scheme_id}",
    access=AUTHORS,
    if_match=True,
    operation="replaceScheme",
    summary="修改评价方案草稿 · Replace a draft scheme",
    refusals=[ActionNotAllowed, schemes.NotYourScheme],
)
async def replace(scheme_id: UUID, body: SchemeContentIn, work: Working) -> SchemeOut:
    """Only a draft, by its author, the project's own people, or those who watch over it."""
    scheme = await schemes.replace(work, scheme_id=scheme_id, title=body.title, content=body.content())
    return SchemeOut.model_validate(scheme)


@router.verb(
    "/v1/schemes/{scheme_id}/freeze",
    access=DECIDERS,
    if_match=True,
    operation="freezeScheme",
    summary="锁定评价方案 · Freeze a scheme",
    refusals=[
        ActionNotAllowed,
        OwnProject,
        PersonUnknown,
        schemes.ProjectNotDesigned,
        schemes.ProjectStarted,
        schemes.SchemeAlreadyFrozen,
    ],
)
async def freeze(scheme_id: UUID, work: Working) -> SchemeOut:
    """The goalposts stand from now on."""
    return SchemeOut.model_validate(await schemes.freeze(work, scheme_id=scheme_id))
