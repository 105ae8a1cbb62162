"""Code tables and administrative divisions."""

from typing import Annotated

from fastapi import Path, Query

from gateway.codes import TABLES
from gateway.repository import Divisions
from gateway.schemas.registry import CodesOut, DivisionImportIn, DivisionImportOut, DivisionOut, DivisionResult
from gateway.usecases import divisions
from gateway.usecases.divisions import Row
from wushe.authorize import PUBLIC, Roles
from wushe.errors import NotFound
from wushe.pages import Page, Paging
from wushe.routes import DivisionCode, Router, Working

router = Router(tag="divisions", about="代码表与行政区划 · Code tables and administrative divisions")
_CODES = CodesOut.model_validate({"tables": TABLES})


@router.read("/v1/codes", access=PUBLIC, operation="listCodes", summary="代码表 · Code tables", refusals=[NotFound])
async def list_codes(
    table: Annotated[str | None, Query(max_length=64, description="代码表名 · name of one table")] = None,
) -> CodesOut:
    """All code tables, or one; NOT_FOUND for a name that is none."""
    if table is None:
        return _CODES
    if table not in _CODES.tables:
        raise NotFound
    return CodesOut(tables={table: _CODES.tables[table]})


@router.read("/v1/divisions", access=PUBLIC, operation="listDivisions", summary="行政区划 · Administrative divisions")
async def list_divisions(
    page: Paging,
    work: Working,
    parent: Annotated[DivisionCode | None, Query(description="上级区划 · the division above")] = None,
) -> Page[DivisionOut]:
    """The divisions directly below another, or those without one above, by code."""
    repository = Divisions(work)
    await repository.open()
    return await repository.listed(parent, page)  # type: ignore[return-value]  # rows become DivisionOut


@router.read(
    "/v1/divisions/{code}", access=PUBLIC, operation="getDivision", summary="一个行政区划 · One administrative division"
)
async def get_division(code: Annotated[DivisionCode, Path()], work: Working) -> DivisionOut:
    """One division by its code."""
    repository = Divisions(work)
    await repository.open()
    return DivisionOut.model_validate(await repository.of(code))


@router.verb(
    "/v1/divisions/imports",
    access=Roles("operator"),
    operation="importDivisions",
    summary="导入行政区划 · Import administrative divisions",
)
async def import_divisions(body: DivisionImportIn, work: Working) -> DivisionImportOut:
    """Write up to a thousand divisions; each line is answered, and repeating them changes nothing."""
    rows = [Row(row.code, row.name, row.kind, row.parent) for row in body.rows]
    note, outcomes = await divisions.load(divisions=Divisions(work), rows=rows)
    return DivisionImportOut(
        id=note.id,
        created=note.created,
        updated=note.updated,
        unchanged=note.unchanged,
        refused=note.refused,
        results=[DivisionResult.model_validate(outcome) for outcome in outcomes],
    )
