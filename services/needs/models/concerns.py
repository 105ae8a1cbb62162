"""Concerns and the needs that are their evidence."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import (
    ServiceField,
)
from services.needs.domain.lifecycle import ConcernState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class Concern(Base, Aggregate):
    """What several needs have in common, named and confirmed by a person."""

    __tablename__ = "concerns"

    state: Mapped[ConcernState] = mapped_column(index=True)
    title: Mapped[str]
    field: Mapped[ServiceField | None]
    theme: Mapped[str | None]
    need_count: Mapped[int]
    person_count: Mapped[int]
    priority: Mapped[float] = mapped_column(Double, server_default="0")
    """What it is ordered by: its score, the floor for those seldom heard included; derived, so it has no version."""
    retire_reason: Mapped[str | None]
    state_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_concerns_division_id", "division", "id"),
        Index("ix_concerns_priority", "priority", "id"),
    )


class ConcernNeed(Base, Scoped):
    """A need as evidence of a concern."""

    __tablename__ = "concern_needs"

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)

    __table_args__ = (UniqueConstraint("concern_id", "need_id"),)
