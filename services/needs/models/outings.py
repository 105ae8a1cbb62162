"""Who is out at somebody's door, and until when they are expected back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.crisis import CrisisOutcome
from services.needs.domain.lifecycle import OutingState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class Outing(Base, Aggregate):
    """Somebody checked in before a visit; it never ends by itself."""

    __tablename__ = "outings"

    state: Mapped[OutingState]
    person_id: Mapped[UUID]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id"), index=True)
    place: Mapped[str | None]
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    alone: Mapped[bool]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("crisis_tickets.id"))
    """What the people on duty were called for."""
    ended_at: Mapped[datetime | None]
    outcome: Mapped[CrisisOutcome | None]
    note: Mapped[str | None]

    __table_args__ = (
        Index("ix_outings_division_id", "division", "id"),
        Index(
            "uq_outings_person_id",
            "person_id",
            unique=True,
            postgresql_where="state in ('open', 'overdue', 'alarmed')",
        ),
        Index("ix_outings_due_at", "due_at", postgresql_where="state in ('open', 'overdue')"),
    )
