"""Persons, residents and the slips that tie accounts to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import (
    AgeBand,
    GuardianRelation,
)
from services.needs.domain.lifecycle import ResidentState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class Person(Base, Scoped):
    """One human, known everywhere by this id alone."""

    __tablename__ = "persons"

    label: Mapped[str | None] = mapped_column(unique=True)


class Resident(Base, Aggregate):
    """A registered resident; who it is lies sealed under a key of this row, and is found by blind index only."""

    __tablename__ = "residents"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), unique=True)
    state: Mapped[ResidentState]
    age_band: Mapped[AgeBand]
    """As declared; where a birthday lies under the seal, that tells it."""
    target_groups: Mapped[list[str]]
    """As of the last change; which hold today is told by the periods."""
    guardian_person_id: Mapped[UUID | None]
    synthetic: Mapped[bool]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("households.id"), index=True)
    """Whom they live with."""
    group_periods: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    guardian_relation: Mapped[GuardianRelation | None]
    safe_contact: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_version: Mapped[int | None] = mapped_column(index=True)
    phone_index: Mapped[str | None] = mapped_column(index=True)
    id_index: Mapped[str | None]
    hold_reason: Mapped[str | None]
    """Why the law wants it kept; asked to erase, processing stops instead."""
    restricted_at: Mapped[datetime | None]
    """Since when it is kept and used for nothing else."""

    __table_args__ = (
        Index("ix_residents_division_id", "division", "id"),
        # One person is one resident, wherever the two were entered.
        Index("uq_residents_id_index", "id_index", unique=True),
    )


class LinkCode(Base, Scoped):
    """The fingerprint of a printed slip that ties an account to a resident once."""

    __tablename__ = "link_codes"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PhoneCode(Base, Scoped):
    """The fingerprint of six digits sent to a resident's telephone, for one account."""

    __tablename__ = "phone_codes"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"), index=True)
    account: Mapped[str]
    fingerprint: Mapped[str]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_phone_codes_account", "account", "id"),)
