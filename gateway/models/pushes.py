"""How people hear of a notice beside their inbox: what they allow, and each message that was to reach them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.models.kit import Base
from wushe.db import Aggregate


class Subscription(Base, Aggregate):
    """How many subscribe messages of one template an account still allows: one for each tap on "allow"."""

    __tablename__ = "subscriptions"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    template_id: Mapped[str]
    quota: Mapped[int] = mapped_column(Integer)
    last_result: Mapped[str]

    __table_args__ = (UniqueConstraint("account_id", "template_id"),)


class PushChoice(Base, Aggregate):
    """By which ways an account wants to hear of notices at all (PIPL 24: refusing is as easy as allowing)."""

    __tablename__ = "push_choices"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    wechat: Mapped[bool]
    sms: Mapped[bool]


class PushChannel(StrEnum):
    """A way beside the inbox."""

    WECHAT = "wechat"
    SMS = "sms"


class PushState(StrEnum):
    """What became of one message."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """The person did not want it."""
    DEAD = "dead"
    """It could not be sent, for the reason given."""


class Push(Base, Aggregate):
    """One notice on its way to its person by one channel."""

    __tablename__ = "pushes"

    message_id: Mapped[UUID]
    person_id: Mapped[UUID]
    channel: Mapped[PushChannel]
    code: Mapped[str]
    about: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]
    """What is sent: template, page and values, none of them anybody's words."""
    openid: Mapped[str | None]
    subscription_id: Mapped[UUID | None]
    state: Mapped[PushState]
    attempts: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None]
    provider_id: Mapped[str | None] = mapped_column(index=True)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        Index("ix_pushes_due", "next_at", postgresql_where="state = 'queued'"),
    )
