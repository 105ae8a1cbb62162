"""How needs come in: the files they bring, and what was said without a network."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import FileKind
from services.needs.models.kit import Base
from wushe.db import Scoped


class NeedFile(Base, Scoped):
    """A file of a need, which the gateway keeps."""

    __tablename__ = "need_files"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(unique=True)
    """Of one need only: whoever names it first has it, or naming it would open another's file."""
    kind: Mapped[FileKind]


class ItemState(StrEnum):
    """What became of something said without a network."""

    APPLIED = "applied"
    HELD = "held"
    REFUSED = "refused"


class OfflineItem(Base, Scoped):
    """Something an account said without a network, under an id of its own."""

    __tablename__ = "offline_items"

    client: Mapped[str]
    subject: Mapped[str]
    client_id: Mapped[str]
    base: Mapped[str | None]
    """The item this one waits for."""
    state: Mapped[ItemState]
    fingerprint: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    """What was said, while it is held."""
    object_id: Mapped[UUID | None]
    said_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("client", "subject", "client_id"),
        Index("ix_offline_items_held", "client", "subject", "base", postgresql_where="state = 'held'"),
    )
