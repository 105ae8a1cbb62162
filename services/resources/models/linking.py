"""From what a project asks for to what it received."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, column, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from services.resources.domain.booking import Kind, Period
from services.resources.domain.lifecycle import (
    OCCUPYING,
    DeliveryState,
    OfferState,
    ProjectState,
    RequestState,
    ReservationState,
)
from services.resources.models.metadata import Base
from wushe.db import Aggregate

_OCCUPYING = text("state in ({})".format(", ".join(f"'{state}'" for state in OCCUPYING)))


class ProjectKind(StrEnum):
    """The four kinds of project."""

    PUBLIC_SERVICE = "public_service"
    ACTIVITY = "activity"
    MICRO_RENOVATION = "micro_renovation"
    MICRO_GOVERNANCE = "micro_governance"


class AdoptedProject(Base, Aggregate):
    """Our own copy of a project: who has a part in it, and how much of its budget is promised and paid."""

    __tablename__ = "projects"

    title: Mapped[str]
    kind: Mapped[ProjectKind]
    state: Mapped[ProjectState]
    budget_fen: Mapped[int]
    allocated_fen: Mapped[int] = mapped_column(default=0)
    paid_fen: Mapped[int] = mapped_column(default=0)
    writer_person_ids: Mapped[list[str]]
    team_person_ids: Mapped[list[str]]
    undertaker_org_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("budget_fen >= 0 and allocated_fen >= 0", name="amounts"),
        CheckConstraint("paid_fen between 0 and allocated_fen", name="paid_within_allocated"),
        Index(None, "division", "id"),
    )


class ResourceRequest(Base, Aggregate):
    """What a project asks for."""

    __tablename__ = "resource_requests"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[Kind]
    title: Mapped[str]
    skills: Mapped[list[str]]
    quantity: Mapped[int]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    state: Mapped[RequestState]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(starts_at is null) = (ends_at is null) and starts_at < ends_at", name="period"),
        Index(None, "project_id", "id"),
        Index(None, "division", "id"),
        Index(None, "state", "id"),
    )

    @property
    def period(self) -> Period | None:
        """When it is wanted; None for goods and money without a date."""
        return Period(self.starts_at, self.ends_at) if self.starts_at and self.ends_at else None


class Offer(Base, Aggregate):
    """One provider or volunteer asked for one request, and the answer."""

    __tablename__ = "offers"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("resource_requests.id"), index=True)
    resource_id: Mapped[UUID | None] = mapped_column(ForeignKey("resources.id"), index=True)
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteers.id"), index=True)
    quantity: Mapped[int]
    state: Mapped[OfferState]
    expires_at: Mapped[datetime]
    reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(resource_id, volunteer_id) = 1", name="one_bookable"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "division", "id"),
        Index("ix_offers_due", "expires_at", postgresql_where=text("state in ('proposed', 'offered')")),
        # Asking the same volunteer or provider twice at once would hold them twice.
        Index(
            "uq_offers_pending",
            "request_id",
            text("coalesce(resource_id, volunteer_id)"),
            unique=True,
            postgresql_where=text("state in ('proposed', 'offered')"),
        ),
    )


class Reservation(Base, Aggregate):
    """A person, place or thing occupied for a time, or stock set aside, for one request."""

    __tablename__ = "reservations"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("resource_requests.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("offers.id"), index=True)
    resource_id: Mapped[UUID | None] = mapped_column(ForeignKey("resources.id"), index=True)
    volunteer_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteers.id"), index=True)
    bookable: Mapped[UUID | None]
    during: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE)
    quantity: Mapped[int]
    state: Mapped[ReservationState]
    hold_expires_at: Mapped[datetime]
    saga_id: Mapped[UUID | None] = mapped_column(index=True)

    __table_args__ = (
        CheckConstraint("num_nonnulls(resource_id, volunteer_id) = 1", name="one_bookable"),
        CheckConstraint("bookable is null or during is not null", name="bookable_has_period"),
        CheckConstraint("quantity > 0", name="quantity"),
        # People are occupied by person, so that one human under two registrations is still in one place at a time.
        ExcludeConstraint(
            (column("bookable"), "="),
            (column("during"), "&&"),
            where=_OCCUPYING,
            using="gist",
            name="ex_reservations_double_booking",
        ),
        Index(None, "project_id", "id"),
        Index(None, "division", "id"),
        Index("ix_reservations_due", "hold_expires_at", postgresql_where=text("state = 'held'")),
    )

    @property
    def period(self) -> Period | None:
        """When it occupies its person, place or thing; None for stock without a date."""
        span: Any = self.during
        return Period(span.lower, span.upper) if span else None

    @property
    def starts_at(self) -> datetime | None:
        """First instant of the period."""
        return self.period.start if self.period else None

    @property
    def ends_at(self) -> datetime | None:
        """End of the period, not included."""
        return self.period.end if self.period else None


class Delivery(Base, Aggregate):
    """What was handed over, as the giver says, until the receiver confirms it."""

    __tablename__ = "deliveries"

    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservations.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    quantity: Mapped[int]
    state: Mapped[DeliveryState]
    sender_account: Mapped[str]
    sender_person_id: Mapped[UUID | None]
    receiver_person_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "project_id", "id"),
        Index(None, "division", "id"),
    )
