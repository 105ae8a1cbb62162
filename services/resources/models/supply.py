"""Who and what can be linked to projects: providers, volunteers, social workers, listed resources."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import ResourceState, Standing, VolunteerState
from services.resources.models.metadata import Base
from wushe.db import Aggregate


class Registration(StrEnum):
    """How a provider exists in law; only registered ones receive money."""

    REGISTERED = "registered"
    FILED = "filed"
    INFORMAL = "informal"


class Qualification(StrEnum):
    """Levels of social-work qualification, the local one included."""

    NONE = "none"
    LOCAL_WORKER = "local_worker"
    ASSISTANT = "assistant"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"


class Side(StrEnum):
    """Which of the three sides of the service matrix a resource comes from."""

    ADMINISTRATIVE = "administrative"
    SOCIAL = "social"
    COMMUNITY = "community"


class Provider(Base, Aggregate):
    """An organisation or enterprise that gives goods, money, technology, services or places."""

    __tablename__ = "providers"

    name: Mapped[str]
    registration: Mapped[Registration]
    uscc: Mapped[str | None] = mapped_column(unique=True)
    uscc_warnings: Mapped[list[str]]
    kinds: Mapped[list[str]]
    state: Mapped[Standing]
    synthetic: Mapped[bool]
    accepts_offers: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It wants to be asked about needs nearby; without that nobody asks it."""
    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    """WGS-84."""
    offers_person_id: Mapped[UUID | None]
    """Who is told of them."""

    __table_args__ = (
        Index("ix_providers_willing", "lat", "lon", postgresql_where=text("accepts_offers")),
        CheckConstraint("registration <> 'registered' or uscc is not null", name="registered_has_uscc"),
        Index(None, "division", "id"),
        Index(None, "state", "id"),
    )


class Volunteer(Base, Aggregate):
    """A person who gives time; known here by person_id only."""

    __tablename__ = "volunteers"

    person_id: Mapped[UUID] = mapped_column(unique=True)
    skills: Mapped[list[str]]
    availability: Mapped[list[str]]
    state: Mapped[VolunteerState]
    synthetic: Mapped[bool]

    __table_args__ = (Index(None, "division", "id"), Index(None, "state", "id"))


class SocialWorker(Base, Aggregate):
    """A qualified professional; known here by person_id only."""

    __tablename__ = "social_workers"

    person_id: Mapped[UUID] = mapped_column(unique=True)
    qualification: Mapped[Qualification]
    org_id: Mapped[UUID | None] = mapped_column(index=True)
    state: Mapped[Standing]
    synthetic: Mapped[bool]

    __table_args__ = (Index(None, "division", "id"), Index(None, "state", "id"))


class Resource(Base, Aggregate):
    """One thing a provider lists; with a quantity it is stock, without one it is occupied by time."""

    __tablename__ = "resources"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    kind: Mapped[Kind]
    title: Mapped[str]
    skills: Mapped[list[str]]
    side: Mapped[Side | None]
    unit: Mapped[str | None]
    quantity: Mapped[int | None]
    reserved: Mapped[int] = mapped_column(default=0)
    state: Mapped[ResourceState]

    __table_args__ = (
        # The last word on stock: whatever the application believes, more than there is cannot be reserved.
        CheckConstraint("reserved between 0 and coalesce(quantity, 0)", name="reserved_within_quantity"),
        CheckConstraint("kind <> 'volunteer'", name="kind_of_thing"),
        Index(None, "division", "id"),
        Index(None, "kind", "id"),
    )

    @property
    def left(self) -> int | None:
        """What can still be reserved; None for what is occupied by time."""
        return None if self.quantity is None else self.quantity - self.reserved
