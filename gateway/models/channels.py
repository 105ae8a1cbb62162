"""How people are reached: the WeChat user behind an account, and pages to somebody's telephone."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.models.kit import Base
from wushe.db import Aggregate


class WechatIdentity(Base, Aggregate):
    """The account of one user of one mini-program; their session key is kept nowhere."""

    __tablename__ = "wechat_identities"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    appid: Mapped[str]
    openid: Mapped[str]
    unionid: Mapped[str | None]

    __table_args__ = (UniqueConstraint("appid", "openid"),)


class PageKind(StrEnum):
    """How a page reaches its person."""

    SMS = "sms"
    VOICE = "voice"


class PageState(StrEnum):
    """Where a page stands; sent is the provider's word that it took it, delivered that it arrived."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class TelephonePage(Base, Aggregate):
    """One text message or call to a person; the number is asked for when it is sent, and not kept."""

    __tablename__ = "telephone_pages"

    source: Mapped[str]
    key: Mapped[str]
    person_id: Mapped[UUID | None]
    number_ref: Mapped[str | None]
    """A name the setting ``telephone_numbers`` gives one of our own numbers, such as that of last resort."""
    kind: Mapped[PageKind]
    template: Mapped[str]
    params: Mapped[dict[str, Any]]
    number: Mapped[str | None]
    """Only while a page given with its number waits; gone with the last attempt."""
    state: Mapped[PageState]
    attempts: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None]
    provider_id: Mapped[str | None] = mapped_column(index=True)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("source", "division", "key"),
        Index("ix_telephone_pages_due", "next_at", postgresql_where="state = 'queued'"),
    )
