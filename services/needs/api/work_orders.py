"""Routes of orders of the 12345 hotline: taken in from its lists, and told back to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from services.needs.api import access
from services.needs.api.imports import TABLE
from services.needs.domain.work_orders import EXPORTED, Mapping12345
from services.needs.repository import Operations, WorkOrders
from services.needs.schemas.operations import OperationOut
from services.needs.schemas.sheets import CSV, MARK, XLSX, csv_lines, xlsx_of
from services.needs.schemas.work_orders import OrderRows, WorkOrderFilters, WorkOrderOut, heads, lines, ours
from services.needs.usecases import imports
from services.needs.usecases import work_orders as cases
from services.needs.usecases.imports import Sent
from wushe import rules, sheets
from wushe.errors import OutOfScope, Refusal
from wushe.identity import Caller
from wushe.pages import Page, Paging
from wushe.routes import Router, Working
from wushe.sheets import Limits
from wushe.uploads import Uploaded
from wushe.work import Database

router = Router(tag="work-orders", about="12345 工单：导入、办理状态、回传 · Orders of the 12345 hotline, in and back")
JSON = "application/vnd.wushe.work-orders+json"
PAGE, WORKBOOK = 500, 50_000
"""Orders read in one transaction, and the most a workbook, which is made in memory, holds."""


class WorkbookTooLong(Refusal):
    """A workbook is made in memory; longer lists are streamed as csv or json."""

    status = 422
    zh = "工单共 {count} 条，超过 {limit} 条的请导出 csv 或 json。"
    en = "There are {count} orders; beyond {limit} export csv or json."
    toast = "请导出 csv"


async def _read(request: Request, caller: Caller, _: str) -> Sent:
    """Read the list in a process of its own, under our names (rule ``work_order_mapping``)."""
    async with request.app.state.databases["main"].work(caller) as work:
        limits = await rules.value(work, "import_limits", caller.scope)
        spoken = await cases.mapping(orders=WorkOrders(work), division=caller.scope)
    sent = request.state.upload
    table = await sheets.read(sent.content, sent.media, Limits(rows=limits["rows"]))
    return Sent(ours(table, spoken), sent.sha256, {"division": sent.fields.division or caller.scope})


@router.start(
    "/v1/work-orders/imports",
    access=access.ORDER_KEEPERS,
    operation="importWorkOrders",
    summary="导入 12345 工单 · Import orders of the hotline",
    upload=TABLE,
    ahead=_read,
    refusals=[*sheets.REFUSALS, imports.ColumnsNotUnderstood, OutOfScope],
)
async def begin(sent: Uploaded, work: Working) -> OperationOut:
    """Take in a list of the hotline: new numbers become needs, known ones are brought up to date."""
    work.claim(sent.fields.division or work.caller.scope)
    begun = await imports.begin(
        operations=Operations(work), importer=OrderRows(), sent=work.ahead, dry_run=sent.fields.dry_run
    )
    return OperationOut.of(begun)


@router.read(
    "/v1/work-orders",
    access=access.ORDER_READERS,
    operation="listWorkOrders",
    summary="工单列表 · Orders of the hotline",
)
async def list_orders(page: Paging, work: Working, filters: Annotated[WorkOrderFilters, Query()]) -> Page[WorkOrderOut]:
    """The orders in scope; those in which somebody may be in danger are for the few who answer it."""
    found = await WorkOrders(work).listed(page, filters.columns())
    shown = [WorkOrderOut.model_validate(order) for order in found.items]
    return Page[WorkOrderOut](items=shown, next_cursor=found.next_cursor)


@router.download(
    "/v1/work-orders/export",
    media=(XLSX, CSV, JSON),
    access=access.ORDER_KEEPERS,
    operation="exportWorkOrders",
    summary="回传 12345 工单 · Export orders for the hotline",
    refusals=[WorkbookTooLong],
)
async def export(
    request: Request, work: Working, form: Annotated[Literal["xlsx", "csv", "json"], Query(alias="format")] = "csv"
) -> Response:
    """Every order in scope in the city's own columns and words, for its system to read; never one of danger."""
    orders, database = WorkOrders(work), request.app.state.databases["main"]
    spoken = await cases.mapping(orders=orders, division=work.caller.scope)
    count, changed = await orders.newest_change()
    work.witness("export", subject="work_orders", division=work.caller.scope)
    tag = sha256(repr((form, count, changed, work.caller.scope, spoken)).encode()).hexdigest()
    headers = {"etag": f'"{tag[:32]}"', "content-disposition": f'attachment; filename="work-orders.{form}"'}
    if form == "xlsx" and count > WORKBOOK:
        raise WorkbookTooLong(count=count, limit=WORKBOOK)
    write, media = _WRITERS[form]
    return StreamingResponse(write(_pages(database, work.caller, spoken), spoken), media_type=media, headers=headers)


Lines = AsyncIterator[list[list[str | None]]]


async def _pages(database: Database, caller: Caller, spoken: Mapping12345) -> Lines:
    """The lines page by page, each in a transaction of its own: whoever reads slowly holds nothing open."""
    after: UUID | None = None
    while True:
        async with database.work(caller) as work:
            found = await WorkOrders(work).told(after, PAGE)
        if found:
            yield lines(found, spoken)
        if len(found) < PAGE:
            return
        after = found[-1][0].id


async def _csv(pages: Lines, spoken: Mapping12345) -> AsyncIterator[bytes]:
    yield MARK + csv_lines([heads(spoken)])
    async for page in pages:
        yield csv_lines(page)


async def _json(pages: Lines, spoken: Mapping12345) -> AsyncIterator[bytes]:  # noqa: ARG001 -- as its brothers
    begun = False
    yield b'{"items": ['
    async for page in pages:
        told = ",\n".join(json.dumps(dict(zip(EXPORTED, line, strict=True)), ensure_ascii=False) for line in page)
        yield ((",\n" if begun else "\n") + told).encode()
        begun = True
    yield b"]}\n"


async def _xlsx(pages: Lines, spoken: Mapping12345) -> AsyncIterator[bytes]:
    table = [line async for page in pages for line in page]
    yield await asyncio.to_thread(xlsx_of, heads(spoken), table, title="工单")


_WRITERS = {"csv": (_csv, CSV), "json": (_json, JSON), "xlsx": (_xlsx, XLSX)}


@router.read(
    "/v1/work-orders/{order_id}",
    access=access.ORDER_READERS,
    operation="getWorkOrder",
    summary="工单详情 · Read an order",
)
async def get(order_id: UUID, work: Working) -> WorkOrderOut:
    """One order and the need it became."""
    return WorkOrderOut.model_validate(await WorkOrders(work).find(order_id))
