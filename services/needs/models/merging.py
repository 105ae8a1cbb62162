"""Which need was merged into which, and who took their voice out again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.merging import MergeEnd
from services.needs.models.kit import Base
from wushe.db import Scoped


class NeedMerge(Base, Scoped):
    """One merge from its beginning to its end; nothing of either need is changed but the state of the first."""

    __tablename__ = "need_merges"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    into_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    former_state: Mapped[str]
    reason: Mapped[str]
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    """The role that merged."""
    opt_out_until: Mapped[datetime]
    end: Mapped[MergeEnd | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]

    __table_args__ = (
        Index("ix_need_merges_need_id", "need_id"),
        Index("uq_need_merges_present", "need_id", unique=True, postgresql_where="ended_at is null"),
    )


class MergeLeaver(Base, Scoped):
    """A co-signer whose voice stays with the need they signed and does not count for the one it was merged into."""

    __tablename__ = "merge_leavers"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("need_merges.id"))
    person_id: Mapped[UUID]
    left_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("merge_id", "person_id"),)
