"""Shapes of places, households and locations."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.authorship import FAMILY
from services.needs.domain.coordinates import Crs, Located, locate
from services.needs.domain.lifecycle import PlaceState
from services.needs.domain.places import PlaceKind
from services.needs.models import Household, Place, PlaceVersion
from services.needs.schemas.shared import ExternalIds
from services.needs.usecases.places import Description
from wushe.identity import Caller
from wushe.routes import DivisionCode, In, Out, ShortText, Whole

Degrees = Annotated[float, Field(strict=True, ge=-180, le=180)]


class LocationIn(In):
    """A point on a map and the coordinate system it was read in, which nothing but its reader knows."""

    lon: Annotated[Degrees, Field(examples=[118.675676])]
    lat: Annotated[float, Field(strict=True, ge=-90, le=90, examples=[24.874132])]
    crs: Annotated[Crs, Field(examples=["gcj02"])]

    def located(self) -> Located:
        """The point in WGS-84 with its original."""
        return locate(lon=self.lon, lat=self.lat, crs=self.crs)


class LocationOut(Out):
    """A point as it was given."""

    lon: float
    lat: float
    crs: Crs


class PlaceDescribed(In):
    """What a place is: full replacement of all that may change."""

    name: ShortText = Field(examples=["幸福里小区"])
    parent_id: UUID | None = None
    area_centi: Annotated[Whole | None, Field(examples=[8_950])] = None
    """Exclusive area of a unit in 0.01 m²."""
    location: LocationIn | None = None
    covers: Annotated[list[UUID], Field(default_factory=list, max_length=1000)]
    """The buildings of a grid."""

    def description(self) -> Description:
        """As the rules see it."""
        return Description(
            name=self.name,
            parent_id=self.parent_id,
            area_centi=self.area_centi,
            located=self.location.located() if self.location else None,
            covers=self.covers,
        )


class PlaceIn(PlaceDescribed):
    """A place to enter below a division."""

    division: DivisionCode
    kind: PlaceKind
    external_ids: ExternalIds


class RetireIn(In):
    """Why a place is given up, and what takes its place."""

    reason: ShortText = Field(examples=["已拆迁"])
    replaced_by: UUID | None = None


class PlaceFilters(BaseModel):
    """What a list of places may be narrowed by; ``at`` reads the tree as it was."""

    kind: PlaceKind | None = None
    parent_id: UUID | None = None
    division: DivisionCode | None = None
    at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(include={"kind", "parent_id"}, exclude_none=True)


class PlaceOut(Out):
    """A place; the area of a unit is null to residents."""

    id: UUID
    division: str
    kind: PlaceKind
    state: PlaceState
    name: str
    parent_id: UUID | None
    area_centi: int | None
    lon: float | None
    lat: float | None
    location: LocationOut | None
    covers: list[UUID]
    valid_from: datetime
    valid_to: datetime | None
    replaced_by: UUID | None
    version: int
    created_at: datetime

    @classmethod
    def seen_by(cls, caller: Caller, place: Place | PlaceVersion) -> Self:
        """A place as one caller may see it."""
        hidden = {"area_centi": None} if caller.role in FAMILY else {}
        return cls.model_validate(place).model_copy(update={"id": _known_by(place), **hidden})


class AbovePlace(Out):
    """What a place stands in."""

    id: UUID
    kind: PlaceKind
    name: str


class PlaceDetail(PlaceOut):
    """A place with all it stands in, the outermost first."""

    path: list[AbovePlace]

    @classmethod
    def of(cls, caller: Caller, path: list[Any]) -> Self:
        """The first of a path with what is above it."""
        above = [AbovePlace(id=_known_by(place), kind=place.kind, name=place.name) for place in reversed(path[1:])]
        shown = PlaceOut.seen_by(caller, path[0]).model_dump()
        return cls(**shown, path=above)


def _known_by(place: Place | PlaceVersion) -> UUID:
    """The id of the place, not of one description of it."""
    return place.place_id if isinstance(place, PlaceVersion) else place.id


class UnitOut(Out):
    """A unit as electorates and rosters count it."""

    id: UUID
    name: str
    division: str
    area_centi: int | None
    version: int
    household_ids: list[UUID]

    @classmethod
    def of(cls, unit: Place, household_ids: list[UUID]) -> Self:
        """A unit and the households in it."""
        fields = {name: getattr(unit, name) for name in ("id", "name", "division", "area_centi", "version")}
        return cls(**fields, household_ids=household_ids)


class HouseholdMoved(In):
    """Where a household lives now."""

    place_id: UUID | None = None


class HouseholdIn(HouseholdMoved):
    """A household to enter."""

    division: DivisionCode
    external_ids: ExternalIds


class MemberIn(In):
    """Who moves."""

    resident_id: UUID


class HouseholdFilters(BaseModel):
    """What a list of households may be narrowed by."""

    place_id: UUID | None = None


class HouseholdOut(Out):
    """People who live together."""

    id: UUID
    division: str
    place_id: UUID | None
    version: int
    created_at: datetime


class HouseholdDetail(HouseholdOut):
    """A household with the residents in it."""

    resident_ids: list[UUID]

    @classmethod
    def of(cls, household: Household, resident_ids: list[UUID]) -> Self:
        """The household with its members."""
        return cls(**HouseholdOut.model_validate(household).model_dump(), resident_ids=resident_ids)
