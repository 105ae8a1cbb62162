"""Routes of longer work."""

from services.needs.api import access
from services.needs.repository import Operations
from services.needs.schemas.operations import Only, OperationOut, OperationRowOut, named
from services.needs.usecases import imports as cases
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="operations", about="批量操作的进度和逐行结果 · Longer work, and what came of each row")


@router.read(
    "/v1/operations/{operation_id}",
    access=access.FOLLOWERS,
    operation="getOperation",
    summary="批量操作的进度 · How far longer work is",
)
async def get(operation_id: str, work: Working) -> OperationOut:
    """How far it is, also while it runs."""
    return OperationOut.of(await Operations(work).find(named(operation_id)))


@router.read(
    "/v1/operations/{operation_id}/rows",
    access=access.FOLLOWERS,
    operation="listOperationRows",
    summary="批量操作的逐行结果 · What came of each row",
)
async def rows(operation_id: str, page: Paging, work: Working, only: Only = None) -> Page[OperationRowOut]:
    """What came of each row so far, in the order of the file."""
    operations = Operations(work)
    operation = await operations.find(named(operation_id))
    found = await operations.report(operation.id, page, refused=only is not None)
    return Page[OperationRowOut](items=[OperationRowOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@router.verb(
    "/v1/operations/{operation_id}/cancel",
    access=access.FOLLOWERS,
    operation="cancelOperation",
    summary="停止批量操作 · Stop longer work",
    refusals=[ActionNotAllowed],
)
async def cancel(operation_id: str, work: Working) -> OperationOut:
    """Stop after the rows already taken in; it takes no version, for every batch makes a new one."""
    return OperationOut.of(await cases.cancel(operations=Operations(work), operation_id=named(operation_id)))
