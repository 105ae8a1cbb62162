"""Places named by their path, as lists of houses name them: what is missing is entered, what differs is corrected."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.needs.domain.coordinates import Located, Point
from services.needs.domain.places import PlaceKind, unknown_place
from services.needs.models import Place
from services.needs.repository import Places
from services.needs.usecases import places as cases
from services.needs.usecases.places import Description


async def follow(
    *,
    places: Places,
    division: str,
    path: Sequence[tuple[PlaceKind, str]],
    area_centi: int | None,
    located: Located | None,
    grid: str | None,
) -> UUID:
    """The innermost place of a path, entered or corrected where the list says more than is known.

    Said again, the same path changes nothing: neither a row nor a version nor an audit row.
    """
    places.work.claim(division)
    if not path:
        raise unknown_place("/unit")
    parent: UUID | None = None
    for level, (kind, name) in enumerate(path, start=1):
        innermost = level == len(path)
        said = Description(
            name=name,
            parent_id=parent,
            area_centi=area_centi if innermost else None,
            located=located if innermost else None,
            covers=(),
        )
        parent = (await _known(places, division, kind, said)).id
        if kind is PlaceKind.BUILDING and grid:
            await _cover(places, division, grid, parent)
    assert parent is not None
    return parent


async def _known(places: Places, division: str, kind: PlaceKind, said: Description) -> Place:
    found = await places.named(division, said.parent_id, kind, said.name)
    if found is None:
        return await cases.enter(places=places, division=division, kind=kind, said=said, external_ids=())
    told = _beside(found, said)
    if told == _described(found):
        return found
    return await cases.replace(places=places, place_id=found.id, said=told)


def _described(place: Place) -> Description:
    located = None
    if place.lon is not None and place.lat is not None:
        located = Located(Point(place.lon, place.lat), dict(place.location or {}))
    return Description(
        name=place.name,
        parent_id=place.parent_id,
        area_centi=place.area_centi,
        located=located,
        covers=tuple(place.covers),
    )


def _beside(place: Place, said: Description) -> Description:
    """What is known, with what the list says besides; an empty cell takes nothing away."""
    known = _described(place)
    area = known.area_centi if said.area_centi is None else said.area_centi
    return replace(known, area_centi=area, located=said.located or known.located)


async def _cover(places: Places, division: str, name: str, building_id: UUID) -> None:
    said = Description(name=name, parent_id=None, area_centi=None, located=None, covers=(building_id,))
    found = await places.named(division, None, PlaceKind.GRID, name)
    if found is None:
        await cases.enter(places=places, division=division, kind=PlaceKind.GRID, said=said, external_ids=())
    elif building_id not in found.covers:
        wider = replace(_described(found), covers=(*found.covers, building_id))
        await cases.replace(places=places, place_id=found.id, said=wider)
