"""Tables of the needs service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.needs.domain.codes import (
    AgeBand,
    Channel,
    InputMode,
    Outcome,
    RejectReason,
    ServiceField,
    TargetGroup,
    Urgency,
)
from services.needs.domain.lifecycle import ConcernState, NeedState, ResidentState
from wushe.db import TYPES, Aggregate, Scoped, kit_tables, service_metadata


class Base(DeclarativeBase):
    """Everything in the needs database."""

    metadata = service_metadata()
    type_annotation_map = TYPES


kit = kit_tables(Base.metadata)


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


class LinkCode(Base, Scoped):
    """The fingerprint of a printed slip that ties an account to a resident once."""

    __tablename__ = "link_codes"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Need(Base, Aggregate):
    """What a resident asked for, in their own words, and what became of it."""

    __tablename__ = "needs"

    state: Mapped[NeedState]
    statement: Mapped[str]
    """Immutable: a trigger refuses every change."""
    channel: Mapped[Channel]
    input: Mapped[InputMode]
    place: Mapped[str | None]
    consent_version: Mapped[str | None]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id"), index=True)
    author_person_id: Mapped[UUID | None] = mapped_column(index=True)
    proxy: Mapped[bool]
    danger: Mapped[bool]
    danger_kinds: Mapped[list[str]]
    field: Mapped[ServiceField | None]
    target_group: Mapped[TargetGroup | None]
    urgency: Mapped[Urgency | None]
    theme: Mapped[str | None]
    cosigner_count: Mapped[int]
    answer: Mapped[str | None]
    outcome_expected: Mapped[str | None]
    reject_reason: Mapped[RejectReason | None]
    close_reason: Mapped[str | None]
    outcome: Mapped[Outcome | None]
    silent: Mapped[bool]
    project_id: Mapped[UUID | None] = mapped_column(index=True)
    submitted_at: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When silence closes an answered need."""
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_needs_division_id", "division", "id"),
        # What stands behind the order is asked of the index alone, before any row is fetched.
        Index("ix_needs_division_state_id", "division", "state", "id", "theme"),
        Index("ix_needs_state_id", "state", "id", "division"),
        Index("ix_needs_due", "due_at", postgresql_where="state = 'responded' and not danger"),
    )


class Cosignature(Base, Scoped):
    """One person standing behind a neighbour's need, once."""

    __tablename__ = "cosignatures"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("need_id", "person_id"),)


class Concern(Base, Aggregate):
    """What several needs have in common, named and confirmed by a person."""

    __tablename__ = "concerns"

    state: Mapped[ConcernState] = mapped_column(index=True)
    title: Mapped[str]
    field: Mapped[ServiceField | None]
    theme: Mapped[str | None]
    need_count: Mapped[int]
    person_count: Mapped[int]
    retire_reason: Mapped[str | None]
    state_at: Mapped[datetime]


class ConcernNeed(Base, Scoped):
    """A need as evidence of a concern."""

    __tablename__ = "concern_needs"

    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id"))
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)

    __table_args__ = (UniqueConstraint("concern_id", "need_id"),)


class AdoptedProject(Base, Aggregate):
    """Our copy of a project: what it is called and which concerns it answers; its id is the project's."""

    __tablename__ = "adopted_projects"

    title: Mapped[str]
    concern_ids: Mapped[list[Any]]
    approved: Mapped[bool]
    """Whether it answers them: from its approval until it is cancelled or terminated."""

    __table_args__ = (Index("ix_adopted_projects_approved", "division", postgresql_where="approved"),)
