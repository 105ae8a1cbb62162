"""Routes of merges of divisions."""

from uuid import UUID

from services.needs.api import access
from services.needs.models import DivisionMerge
from services.needs.repository import Divisions
from services.needs.schemas.divisions import DivisionMergeIn, DivisionMergeOut
from services.needs.usecases import divisions as cases
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="division-merges", about="区划撤并 · Merges of divisions")


@router.create(
    "/v1/division-merges",
    access=access.DIVISION_MERGERS,
    operation="planDivisionMerge",
    summary="计划区划撤并（只试算） · Plan a merge of divisions, a dry run",
    refusals=[OutOfScope],
)
async def plan(body: DivisionMergeIn, work: Working) -> DivisionMergeOut:
    """Count what would move; nothing moves before it is run."""
    return DivisionMergeOut.model_validate(await cases.plan(divisions=Divisions(work), **body.model_dump()))


@router.read(
    "/v1/division-merges",
    access=access.DIVISION_MERGERS,
    operation="listDivisionMerges",
    summary="区划撤并列表 · List merges of divisions",
)
async def list_merges(page: Paging, work: Working) -> Page[DivisionMergeOut]:
    """The merges in scope."""
    found = await Divisions(work).listed(page)
    shown = [DivisionMergeOut.model_validate(merge) for merge in found.items]
    return Page[DivisionMergeOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/division-merges/{merge_id}",
    access=access.DIVISION_MERGERS,
    operation="getDivisionMerge",
    summary="区划撤并进度 · Read a merge of divisions",
)
async def get(merge_id: UUID, work: Working) -> DivisionMergeOut:
    """One merge and how far it has come."""
    return DivisionMergeOut.model_validate(await Divisions(work).get(DivisionMerge, merge_id))


@router.verb(
    "/v1/division-merges/{merge_id}/run",
    access=access.DIVISION_MERGERS,
    operation="runDivisionMerge",
    summary="执行区划撤并 · Run a merge of divisions",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def run(merge_id: UUID, work: Working) -> DivisionMergeOut:
    """Open objects move to the new code in batches; what is closed, and every record, keeps the old one."""
    return DivisionMergeOut.model_validate(await cases.run(divisions=Divisions(work), merge_id=merge_id))
