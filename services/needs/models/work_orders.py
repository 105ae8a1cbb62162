"""Orders of the 12345 hotline and the needs they became."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import Outcome
from services.needs.domain.lifecycle import WorkOrderState
from services.needs.models.kit import Base
from wushe.db import Aggregate
from wushe.tables import Division


class WorkOrder(Base, Aggregate):
    """One order of the hotline: its number, deadline, unit and category as the hotline has them."""

    __tablename__ = "work_orders"

    tenant: Mapped[str] = mapped_column(Division)
    """The county whose number it is: another may have the same."""
    number: Mapped[str]
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), unique=True)
    state: Mapped[WorkOrderState]
    category: Mapped[str | None]
    unit: Mapped[str | None]
    dispatched_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    """What the caller said, to us or when the hotline called back."""
    satisfaction: Mapped[str | None]
    """In the hotline's own word, where it asked."""

    __table_args__ = (
        UniqueConstraint("tenant", "number"),
        Index("ix_work_orders_division_id", "division", "id"),
    )
