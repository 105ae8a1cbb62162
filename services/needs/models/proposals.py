"""What clustering found, and what changed from run to run."""

from datetime import datetime
from typing import Any

from sqlalchemy import Double, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.lifecycle import ProposalRunState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class ConcernProposal(Base, Aggregate):
    """Needs that may share a concern; the same proposal as long as most of them stay together."""

    __tablename__ = "concern_proposals"

    title: Mapped[str]
    named: Mapped[bool]
    """Whether a person gave the title: then it stays."""
    anchor: Mapped[str | None]
    """The theme the words are about, as the shipped model reads them; nobody's label."""
    need_ids: Mapped[list[Any]]
    person_count: Mapped[int]
    likeness: Mapped[float] = mapped_column(Double)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (Index("ix_concern_proposals_division", "division", "person_count"),)


class ProposalRun(Base, Aggregate):
    """One clustering of the needs of a street or a county, and its report of what changed."""

    __tablename__ = "proposal_runs"

    state: Mapped[ProposalRunState]
    need_count: Mapped[int]
    proposal_count: Mapped[int]
    report: Mapped[dict[str, Any] | None]
    state_at: Mapped[datetime]

    __table_args__ = (Index("ix_proposal_runs_division_id", "division", "id"),)
