"""Routes of places."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from services.needs.api import access, imports
from services.needs.domain.places import PlaceNameTaken, PlaceNotEmpty
from services.needs.repository import Places
from services.needs.schemas.importers import IMPORTERS
from services.needs.schemas.places import PlaceDescribed, PlaceDetail, PlaceFilters, PlaceIn, PlaceOut, RetireIn
from services.needs.usecases import places as cases
from wushe.errors import ActionNotAllowed, ExternalIdTaken, NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="places", about="小区、楼栋、单元、户和网格 · Compounds, buildings, units and grids")

imports.offer(
    router,
    IMPORTERS["places"],
    access=access.PLACE_KEEPERS,
    operation="importPlaces",
    summary="批量导入地点 · Import places",
)


@router.create(
    "/v1/places",
    access=access.PLACE_KEEPERS,
    operation="enterPlace",
    summary="登记地点 · Enter a place",
    refusals=[OutOfScope, ExternalIdTaken, PlaceNameTaken],
)
async def enter(body: PlaceIn, work: Working) -> PlaceOut:
    """Enter a place below a division."""
    place = await cases.enter(
        places=Places(work),
        division=body.division,
        kind=body.kind,
        said=body.description(),
        external_ids=body.external_ids,
    )
    return PlaceOut.model_validate(place)


@router.read("/v1/places", access=access.PLACE_READERS, operation="listPlaces", summary="地点列表 · List places")
async def list_places(page: Paging, work: Working, filters: Annotated[PlaceFilters, Query()]) -> Page[PlaceOut]:
    """The places in use, or those that stood at a time."""
    found = await Places(work).listed(page, filters.columns(), division=filters.division, at=filters.at)
    shown = [PlaceOut.seen_by(work.caller, place) for place in found.items]
    return Page[PlaceOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/places/{place_id}", access=access.PLACE_READERS, operation="getPlace", summary="地点详情 · Read a place"
)
async def get(
    place_id: UUID,
    work: Working,
    at: Annotated[AwareDatetime | None, Query(description="当时的样子 · as it was then")] = None,
) -> PlaceDetail:
    """One place with what it stands in, today or at a time."""
    places = Places(work)
    path = await (places.path(place_id) if at is None else places.path_at(place_id, at))
    if not path:
        raise NotFound
    work.lead = path[0]
    return PlaceDetail.of(work.caller, path)


@router.replace(
    "/v1/places/{place_id}",
    access=access.PLACE_KEEPERS,
    operation="replacePlace",
    summary="修改地点 · Describe a place anew",
    if_match=True,
    refusals=[ActionNotAllowed, PlaceNameTaken],
)
async def replace(place_id: UUID, body: PlaceDescribed, work: Working) -> PlaceOut:
    """Change name, parent, area, location or members; the former description stays readable."""
    return PlaceOut.model_validate(await cases.replace(places=Places(work), place_id=place_id, said=body.description()))


@router.verb(
    "/v1/places/{place_id}/retire",
    access=access.PLACE_KEEPERS,
    operation="retirePlace",
    summary="停用地点 · Give a place up",
    if_match=True,
    refusals=[ActionNotAllowed, PlaceNotEmpty],
)
async def retire(place_id: UUID, body: RetireIn, work: Working) -> PlaceOut:
    """Give a place up once it is empty; its history stays."""
    place = await cases.retire(places=Places(work), place_id=place_id, **body.model_dump())
    return PlaceOut.model_validate(place)
