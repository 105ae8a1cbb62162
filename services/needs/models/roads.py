"""Referrals, mediations and complaints."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import Outcome
from services.needs.domain.lifecycle import ComplaintState, MediationState, ReferralState
from services.needs.domain.roads import AgreementForm, DisputeKind, ReceiverKind
from services.needs.models.kit import Base
from wushe.db import Aggregate


class Referral(Base, Aggregate):
    """A need handed to somebody else, and the receipt of what they made of it (转介回执)."""

    __tablename__ = "referrals"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    state: Mapped[ReferralState]
    to_kind: Mapped[ReceiverKind]
    to_name: Mapped[str]
    to_division: Mapped[str]
    to_org_id: Mapped[UUID | None]
    shared: Mapped[str]
    """What the receiver is told."""
    contract: Mapped[str | None]
    reason: Mapped[str]
    sent_by_person_id: Mapped[UUID | None]
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime]
    overdue_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    result: Mapped[str | None]
    result_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    @property
    def receipt_number(self) -> str:
        """The number on the receipt."""
        return self.id.hex[-8:].upper()

    __table_args__ = (
        Index("ix_referrals_division_id", "division", "id"),
        Index(
            "ix_referrals_due",
            "due_at",
            postgresql_where="state in ('sent', 'received', 'accepted') and overdue_at is null",
        ),
    )


class Mediation(Base, Aggregate):
    """A dispute talked over by consent of both sides, with its register and record (人民调解法 17, 27-33)."""

    __tablename__ = "mediations"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    state: Mapped[MediationState]
    kind: Mapped[DisputeKind]
    application: Mapped[str]
    parties: Mapped[list[Any]]
    services: Mapped[list[str]]
    sessions: Mapped[list[Any]]
    mediator_person_id: Mapped[UUID | None]
    applied_at: Mapped[datetime]
    form: Mapped[AgreementForm | None]
    agreement: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    confirmable_until: Mapped[datetime | None]
    """Until then both may ask the court to confirm the agreement."""
    ended_reason: Mapped[str | None]

    @property
    def register_number(self) -> str:
        """The number in the register."""
        return self.id.hex[-8:].upper()

    __table_args__ = (Index("ix_mediations_division_id", "division", "id"),)


class Complaint(Base, Aggregate):
    """What somebody holds against a worker or an agency; it goes to the street and is hidden from them."""

    __tablename__ = "complaints"

    state: Mapped[ComplaintState]
    statement: Mapped[str]
    author_person_id: Mapped[UUID] = mapped_column(index=True)
    about_person_id: Mapped[UUID | None]
    about_org_id: Mapped[UUID | None]
    danger: Mapped[bool]
    answer: Mapped[str | None]
    outcome: Mapped[Outcome | None]
    close_reason: Mapped[str | None]
    submitted_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_complaints_division_id", "division", "id"),)
