"""What residents consented to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import Channel
from services.needs.domain.consents import ConsentType, Giver, LegalBasis
from services.needs.domain.lifecycle import ConsentState
from services.needs.models.kit import Base
from wushe.db import Aggregate


class Consent(Base, Aggregate):
    """One person's yes to one purpose under one version of the policy; withdrawn, it stays as what held until then."""

    __tablename__ = "consents"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"))
    person_id: Mapped[UUID]
    state: Mapped[ConsentState]
    purpose: Mapped[ConsentType]
    policy_version: Mapped[str]
    legal_basis: Mapped[LegalBasis]
    given_by: Mapped[Giver]
    given_by_person_id: Mapped[UUID | None]
    channel: Mapped[Channel]
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_consents_resident_id", "resident_id", "id"),
        Index("ix_consents_person_id", "person_id", "purpose", "id"),
        Index("uq_consents_given", "person_id", "purpose", unique=True, postgresql_where="state = 'given'"),
    )
