"""Persons, residents and the slips that tie accounts to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import (
    AgeBand,
)
from services.needs.domain.lifecycle import ResidentState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class Person(Base, Scoped):
    """One human, known everywhere by this id alone."""

    __tablename__ = "persons"

    label: Mapped[str | None] = mapped_column(unique=True)


class Resident(Base, Aggregate):
    """A registered resident: only what services must know, no name, no telephone."""

    __tablename__ = "residents"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), unique=True)
    state: Mapped[ResidentState]
    age_band: Mapped[AgeBand]
    target_groups: Mapped[list[str]]
    guardian_person_id: Mapped[UUID | None]
    synthetic: Mapped[bool]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"), index=True)
    """Whom they live with."""

    __table_args__ = (Index("ix_residents_division_id", "division", "id"),)


class LinkCode(Base, Scoped):
    """The fingerprint of a printed slip that ties an account to a resident once."""

    __tablename__ = "link_codes"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
