"""Merges of divisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.needs.domain.lifecycle import DivisionMergeState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class DivisionMerge(Base, Aggregate):
    """Communities that become one: what was open in them goes on under the new code."""

    __tablename__ = "division_merges"

    state: Mapped[DivisionMergeState]
    from_codes: Mapped[list[str]]
    to_code: Mapped[str]
    reason: Mapped[str]
    planned: Mapped[dict[str, Any]]
    """How many rows of each collection would move, counted when it was planned."""
    moved: Mapped[dict[str, Any]]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_division_merges_division_id", "division", "id"),
        Index("ix_division_merges_running", "id", postgresql_where="state = 'running'"),
    )
