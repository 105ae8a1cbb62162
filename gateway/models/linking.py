"""Codes an account shows so that a worker, who sees its person, may tie it to a resident."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from gateway.models.kit import Base
from wushe.db import Aggregate


class LinkRequest(Base, Aggregate):
    """The fingerprint of a code one account shows for a few minutes."""

    __tablename__ = "link_requests"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
