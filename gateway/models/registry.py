"""The gateway's registry: accounts and what they may act as, inboxes, the feed, divisions and the sandbox clock."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.models.kit import Base
from wushe.db import Aggregate, Scoped


class Account(Base, Aggregate):
    """Whoever signs in, a person or a system; its id is the subject of tokens."""

    __tablename__ = "accounts"

    label: Mapped[str]


class Grant(Base, Scoped):
    """A role an account may act in, over its division and all below it."""

    __tablename__ = "grants"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str]
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("account_id", "role", "division"),
        Index("ix_grants_role_division", "role", "division"),
    )


class Client(Base, Aggregate):
    """An agency's system that signs in with a secret of 32 random bytes, of which only the fingerprint is kept."""

    __tablename__ = "clients"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    org: Mapped[UUID | None]
    secret_hash: Mapped[str]


class Residency(Base, Aggregate):
    """The one person an account belongs to, as a printed slip proved."""

    __tablename__ = "residencies"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    resident_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)


class InboxMessage(Base, Aggregate):
    """Something one person should know."""

    __tablename__ = "inbox_messages"

    person_id: Mapped[UUID]
    source: Mapped[str]
    code: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    about: Mapped[dict[str, Any]]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_inbox_messages_person_id_id", "person_id", "id"),
        Index("ix_inbox_messages_about", text("(about ->> 'id')")),
    )


class FeedEntry(Base, Scoped):
    """A public event at its place in the feed; places are consecutive and in order of commit."""

    __tablename__ = "feed_entries"

    cursor: Mapped[int] = mapped_column(BigInteger, unique=True)
    event_id: Mapped[str]
    source: Mapped[str]
    type: Mapped[str]
    subject: Mapped[str]
    sequence: Mapped[int]
    time: Mapped[str]
    data: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("source", "event_id"),)


class Division(Base, Scoped):
    """An administrative division; its code is the division it belongs to."""

    __tablename__ = "divisions"

    name: Mapped[str]
    kind: Mapped[str]
    parent: Mapped[str | None] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("division"),)


class DivisionImport(Base, Aggregate):
    """One batch of divisions and what became of it."""

    __tablename__ = "division_imports"

    rows_hash: Mapped[str]
    created: Mapped[int] = mapped_column(Integer)
    updated: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)


class CountyClock(Base, Aggregate):
    """How far the business clock of a county has been moved forward."""

    __tablename__ = "county_clocks"

    offset_seconds: Mapped[int]

    __table_args__ = (UniqueConstraint("division"),)
