"""Who may ask for whom: a child for a parent, a neighbour for somebody without a telephone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import ConsentMode, ProxyRelation
from services.needs.domain.lifecycle import ProxyState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class Proxy(Base, Aggregate):
    """A worker confirmed that one person may ask for another, who agreed; it lies where the other lives."""

    __tablename__ = "proxies"

    state: Mapped[ProxyState]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"))
    person_id: Mapped[UUID]
    """Whose matters they are."""
    proxy_person_id: Mapped[UUID]
    """Who asks."""
    relation: Mapped[ProxyRelation]
    consent_given: Mapped[ConsentMode]
    """How the person agreed."""
    confirmed_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    __table_args__ = (
        Index("ix_proxies_division_id", "division", "id"),
        Index("ix_proxies_person_id", "person_id", "id"),
        Index("ix_proxies_proxy_person_id", "proxy_person_id", "id"),
        Index("uq_proxies_active", "resident_id", "proxy_person_id", unique=True, postgresql_where="state = 'active'"),
    )
