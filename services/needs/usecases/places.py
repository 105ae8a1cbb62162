"""What can be done with a place: enter it, describe it anew, give it up; what it was stays readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.needs.domain.coordinates import Located
from services.needs.domain.lifecycle import PLACE_TRANSITIONS, PlaceState, PlaceVerb, advance
from services.needs.domain.places import PlaceKind, PlaceNameTaken, PlaceNotEmpty, require_fit, unknown_place
from services.needs.models import Place, PlaceVersion
from services.needs.repository import Places
from wushe import external


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a place is called, where it stands and what belongs to it."""

    name: str
    parent_id: UUID | None
    area_centi: int | None
    located: Located | None
    covers: Sequence[UUID]


async def enter(
    *, places: Places, division: str, kind: PlaceKind, said: Description, external_ids: Sequence[external.Named]
) -> Place:
    """Enter a place below a division."""
    work = places.work
    work.claim(division)
    await _require_right(places, division, kind, said)
    place = Place(division=division, kind=kind, state=PlaceState.ACTIVE, valid_from=work.now)
    _describe(place, said)
    places.add(place)
    await places.session.flush()  # its first version refers to it
    await external.register(work, "places", external_ids, place.id)
    work.record(place, "enter")
    _keep_version(places, place)
    return place


async def _require_right(
    places: Places, division: str, kind: PlaceKind, said: Description, *, own: UUID | None = None
) -> None:
    parent = await places.active(said.parent_id, division)
    if said.parent_id and parent is None:
        raise unknown_place("/parent_id")
    require_fit(kind, parent=parent.kind if parent else None, area_centi=said.area_centi, covers=said.covers)
    namesake = await places.named(division, said.parent_id, kind, said.name)
    if namesake is not None and namesake.id != own:
        raise PlaceNameTaken(name=said.name)
    if said.covers and await places.buildings(said.covers, division) != set(said.covers):
        raise unknown_place("/covers")


def _describe(place: Place, said: Description) -> None:
    place.name, place.parent_id, place.area_centi = said.name, said.parent_id, said.area_centi
    place.lon = said.located.point.lon if said.located else None
    place.lat = said.located.point.lat if said.located else None
    place.location = dict(said.located.original) if said.located else None
    place.covers = sorted(set(said.covers))


def _keep_version(places: Places, place: Place) -> None:
    places.add(
        PlaceVersion(
            division=place.division,
            place_id=place.id,
            kind=place.kind,
            name=place.name,
            parent_id=place.parent_id,
            area_centi=place.area_centi,
            lon=place.lon,
            lat=place.lat,
            location=place.location,
            covers=place.covers,
            version=place.version,
            valid_from=places.work.now,
        )
    )


async def replace(*, places: Places, place_id: UUID, said: Description) -> Place:
    """Describe a place anew; how it stood until now stays readable with ``at``."""
    place = await places.lock(Place, place_id)
    if place.state is not PlaceState.ACTIVE:
        advance(PLACE_TRANSITIONS, place.state, PlaceVerb.RETIRE)  # refused: nothing is possible any more
    await _require_right(places, place.division, place.kind, said, own=place.id)
    _describe(place, said)
    await _next_version(places, place, "replace")
    return place


async def _next_version(places: Places, place: Place, verb: str, *, reason: str | None = None) -> None:
    await places.close_version(place.id)
    places.work.record(place, verb, reason=reason)
    if place.state is PlaceState.ACTIVE:
        _keep_version(places, place)


async def retire(*, places: Places, place_id: UUID, reason: str, replaced_by: UUID | None) -> Place:
    """Give a place up once nothing and nobody is left in it; what replaces it may be named."""
    place = await places.lock(Place, place_id)
    place_state = advance(PLACE_TRANSITIONS, place.state, PlaceVerb.RETIRE)
    left = await places.occupied(place.id)
    if left:
        raise PlaceNotEmpty(count=left)
    heir = await places.active(replaced_by, place.division)
    if replaced_by and (heir is None or heir.kind is not place.kind or heir.id == place.id):
        raise unknown_place("/replaced_by")
    place.state, place.valid_to, place.replaced_by = place_state, places.work.now, replaced_by
    await _next_version(places, place, PlaceVerb.RETIRE, reason=reason)
    return place


async def remap(*, places: Places, place: Place, division: str, reason: str) -> None:
    """Put a place under another division code; its former code stays in its history."""
    place.division = division
    await _next_version(places, place, "remap", reason=reason)
