"""The calls workers have to make to people no message reached."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import CallResult
from services.needs.domain.lifecycle import CallState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class PersonCall(Base, Aggregate):
    """Somebody behind a need to be told by telephone or at the door what no message could tell them."""

    __tablename__ = "person_calls"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    person_id: Mapped[UUID]
    code: Mapped[str]
    """The newest notice they missed."""
    reason: Mapped[str]
    state: Mapped[CallState]
    tries: Mapped[int] = mapped_column(Integer)
    result: Mapped[CallResult | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        # However many notices somebody missed, they are called once.
        Index("uq_person_calls_waiting", "need_id", "person_id", unique=True, postgresql_where="state = 'waiting'"),
        Index("ix_person_calls_division_state_id", "division", "state", "id"),
    )
