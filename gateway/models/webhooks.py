"""Agencies' own systems that hear of public events, and what became of each event sent to them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.models.kit import Base
from wushe.db import Aggregate, Scoped


class WebhookState(StrEnum):
    """Whether events are sent."""

    ACTIVE = "active"
    DISABLED = "disabled"
    """Its receiver answered 410: gone."""
    WITHDRAWN = "withdrawn"


class Webhook(Base, Aggregate):
    """Where an agency hears of the public events of its division; the key it is signed with is derived, not kept."""

    __tablename__ = "webhooks"

    account_id: Mapped[UUID] = mapped_column(index=True)
    url: Mapped[str]
    types: Mapped[list[str]]
    """The events wanted; none named is all of them."""
    state: Mapped[WebhookState]
    cursor: Mapped[int] = mapped_column(BigInteger)
    """How far along the feed it has come, in order."""
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime]

    __table_args__ = (Index("ix_webhooks_due", "next_at", postgresql_where="state = 'active'"),)


class SentState(StrEnum):
    """What became of one event at one receiver."""

    DELIVERED = "delivered"
    FAILED = "failed"
    DEAD = "dead"


class WebhookDelivery(Base, Scoped):
    """One event at one receiver: the last status, 0 for no answer, and how often it was tried."""

    __tablename__ = "webhook_deliveries"

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    cursor: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str]
    type: Mapped[str]
    state: Mapped[SentState]
    attempts: Mapped[int] = mapped_column(Integer)
    status: Mapped[int] = mapped_column(Integer)
    tried_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("webhook_id", "cursor"),
        Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),
    )
