"""Needs next door, offered to providers who said that they want to be asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.resources.domain.lifecycle import OfferState
from services.resources.domain.nearby import OfferChannel, OfferDelivery
from services.resources.models.metadata import Base
from wushe.db import Aggregate


class NeedOffer(Base, Aggregate):
    """One need put to one provider nearby: what it is about and how far, no word of it and no person."""

    __tablename__ = "need_offers"

    need_id: Mapped[UUID]
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    field: Mapped[str | None]
    metres: Mapped[int]
    state: Mapped[OfferState]
    channel: Mapped[OfferChannel]
    delivery: Mapped[OfferDelivery]
    reason: Mapped[str | None]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("need_id", "provider_id"),
        Index(None, "division", "id"),
        Index("ix_need_offers_due", "expires_at", postgresql_where=text("state = 'offered'")),
    )
