"""Queries of places, as they are and as they were, and of households."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from services.needs.domain.lifecycle import PlaceState
from services.needs.domain.places import PlaceKind
from services.needs.models import Household, Place, PlaceVersion, Resident
from services.needs.repository.areas import inside
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


class Places(Repository):
    """Places below a division and who lives in them."""

    async def listed(
        self, page: PageRequest, filters: dict[str, Any], *, division: str | None, at: datetime | None
    ) -> Page[Any]:
        """One page of places: those in use today, or those that stood at a time (index by division and id)."""
        wanted = [inside(Place.division, division)] if division else []
        if at is None:
            return await self.page(Place, page, Place.state == PlaceState.ACTIVE, *wanted, **filters)
        wanted = [inside(PlaceVersion.division, division)] if division else []
        return await self.page(PlaceVersion, page, _stood(at), *wanted, **filters)

    async def path(self, place_id: UUID) -> list[Place]:
        """A place and all it stands in, the outermost last; empty when it is not known here."""
        start = select(Place.id, Place.parent_id).where(Place.id == place_id).cte("path", recursive=True)
        above = aliased(Place)
        path = start.union_all(select(above.id, above.parent_id).where(above.id == start.c.parent_id))
        found = await self.all(select(Place).where(Place.id.in_(select(path.c.id))))
        return _upwards({place.id: place for place in found}, place_id)

    async def path_at(self, place_id: UUID, at: datetime) -> list[PlaceVersion]:
        """The same as it was at a time; a place stands under four others at most."""
        found: dict[UUID, PlaceVersion] = {}
        wanted: UUID | None = place_id
        while wanted is not None and wanted not in found:
            version = await self.first(select(PlaceVersion).where(PlaceVersion.place_id == wanted, _stood(at)))
            if version is None:
                break
            found[wanted], wanted = version, version.parent_id
        return _upwards(found, place_id)

    async def active(self, place_id: UUID | None, division: str) -> Place | None:
        """A place in use in one division, or None."""
        wanted = select(Place).where(Place.id == place_id, Place.division == division, _active())
        return await self.first(wanted) if place_id else None

    async def named(self, division: str, parent_id: UUID | None, kind: PlaceKind, name: str) -> Place | None:
        """The place in use of this name; the same index keeps it the only one."""
        stands = Place.parent_id.is_(None) if parent_id is None else Place.parent_id == parent_id
        wanted = select(Place).where(Place.division == division, stands, Place.kind == kind, Place.name == name)
        return await self.first(wanted.where(_active()))

    async def buildings(self, idents: Iterable[UUID], division: str) -> set[UUID]:
        """The buildings in use among some places of a division."""
        wanted = select(Place.id).where(Place.id.in_(idents), Place.division == division, _active())
        return set(await self.all(wanted.where(Place.kind == PlaceKind.BUILDING)))

    async def occupied(self, place_id: UUID) -> int:
        """How many places in use and households are right there."""
        places = select(func.count()).select_from(Place).where(Place.parent_id == place_id, _active())
        homes = select(func.count()).select_from(Household).where(Household.place_id == place_id)
        return int(await self.session.scalar(select(places.scalar_subquery() + homes.scalar_subquery())) or 0)

    async def close_version(self, place_id: UUID) -> None:
        """The description that held until now becomes history."""
        present = update(PlaceVersion).where(PlaceVersion.place_id == place_id, PlaceVersion.valid_to.is_(None))
        await self.session.execute(present.values(valid_to=self.work.now))

    async def units(self, root: Place, page: PageRequest) -> tuple[Page[Place], dict[UUID | None, list[UUID]]]:
        """One page of the units in use under a place, through the buildings of a grid, and the households in each."""
        below = _below([root.id, *root.covers])
        found = await self.page(Place, page, Place.id.in_(below), _active(), kind=PlaceKind.UNIT)
        homes = select(Household.place_id, Household.id).where(
            Household.place_id.in_([unit.id for unit in found.items])
        )
        living: dict[UUID | None, list[UUID]] = {unit.id: [] for unit in found.items}
        for place_id, household_id in await self.session.execute(homes.order_by(Household.id)):
            living[place_id].append(household_id)
        return found, living


class Households(Repository):
    """Who lives together."""

    async def listed(self, page: PageRequest, *, place_id: UUID | None) -> Page[Household]:
        """One page of the households in scope, or of one unit."""
        return await self.page(Household, page, place_id=place_id)

    async def members(self, household_id: UUID) -> list[UUID]:
        """The residents of a household."""
        wanted = select(Resident.id).where(Resident.household_id == household_id)
        return await self.all(wanted.order_by(Resident.id))

    async def behind(self, person_ids: Collection[UUID]) -> frozenset[UUID]:
        """The households some persons live in; whoever has none counts for none."""
        wanted = select(Household.id).join(Resident, Resident.household_id == Household.id)
        return frozenset(await self.all(wanted.where(Resident.person_id.in_(person_ids)).distinct()))


def _active() -> ColumnElement[bool]:
    return Place.state == PlaceState.ACTIVE


def _stood(at: datetime) -> ColumnElement[bool]:
    return and_(PlaceVersion.valid_from <= at, or_(PlaceVersion.valid_to.is_(None), PlaceVersion.valid_to > at))


def _upwards(found: dict[UUID, Any], place_id: UUID) -> list[Any]:
    path, here = [], found.get(place_id)
    while here is not None:
        path.append(here)
        here = found.get(here.parent_id)
    return path


def _below(roots: Sequence[UUID]) -> Select[Any]:
    tree = select(Place.id).where(Place.id.in_(roots)).cte("below", recursive=True)
    lower = aliased(Place)
    below = tree.union(select(lower.id).where(lower.parent_id == tree.c.id))
    return select(below.c.id)
