"""Requests of persons about their own data, and the receipts of those who let go of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.lifecycle import CorrectionState, ErasureState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class Erasure(Base, Aggregate):
    """A person asked to be erased: what every service let go of, and when."""

    __tablename__ = "erasures"

    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id"), index=True)
    """None for somebody in no register."""
    person_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[ErasureState]
    reason: Mapped[str | None]
    refused_reason: Mapped[str | None]
    receipts: Mapped[dict[str, Any]]
    """By service: when it was done and how many rows changed; null while it is waited for."""
    completed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_erasures_division_id", "division", "id"),)


class Correction(Base, Aggregate):
    """What a person says is wrong about them; the words go with the person."""

    __tablename__ = "corrections"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"), index=True)
    person_id: Mapped[UUID]
    state: Mapped[CorrectionState]
    text: Mapped[str | None]
    answer: Mapped[str | None]

    __table_args__ = (Index("ix_corrections_division_id", "division", "id"),)
