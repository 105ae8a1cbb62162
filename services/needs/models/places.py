"""Places below a division, as they are and as they were, and the households in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Double, ForeignKey, Index, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.lifecycle import PlaceState
from services.needs.domain.places import PlaceKind
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class Described:
    """What is known of a place at one time."""

    kind: Mapped[PlaceKind]
    name: Mapped[str]
    area_centi: Mapped[int | None]
    """Exclusive area of a unit in 0.01 m²."""
    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    """WGS-84."""
    location: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """As it was given, with its crs."""
    covers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """The buildings of a grid."""
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class Place(Base, Aggregate, Described):
    """A compound, group, building, entrance, unit or grid as it is today."""

    __tablename__ = "places"

    state: Mapped[PlaceState]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"), index=True)
    replaced_by: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))

    __table_args__ = (
        Index("ix_places_division_id", "division", "id"),
        Index("ix_places_covers", "covers", postgresql_using="gin"),
        Index(
            "uq_places_name",
            "division",
            "parent_id",
            "kind",
            "name",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where="state = 'active'",
        ),
    )


class PlaceVersion(Base, Scoped, Described):
    """A place as it stood from one time to another; the open one is the present."""

    __tablename__ = "place_versions"

    place_id: Mapped[UUID] = mapped_column(ForeignKey("places.id"))
    parent_id: Mapped[UUID | None]
    version: Mapped[int]

    __table_args__ = (
        Index("ix_place_versions_place_id", "place_id", "valid_from"),
        Index("ix_place_versions_division_id", "division", "id"),
        Index("ix_place_versions_parent_id", "parent_id"),
    )

    @property
    def state(self) -> PlaceState:
        """What is found at a time stood at that time."""
        return PlaceState.ACTIVE

    @property
    def replaced_by(self) -> None:
        """Nothing had taken its place then."""
        return


class Household(Base, Aggregate):
    """People who live together; they are the residents who name it."""

    __tablename__ = "households"

    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"), index=True)

    __table_args__ = (Index("ix_households_division_id", "division", "id"),)
