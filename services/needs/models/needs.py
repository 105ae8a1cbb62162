"""Needs and who stands behind them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import (
    Channel,
    ConsentMode,
    InputMode,
    Outcome,
    ProxyRelation,
    RejectReason,
    ServiceField,
    TargetGroup,
    Urgency,
)
from services.needs.domain.lifecycle import NeedState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class Need(Base, Aggregate):
    """What a resident asked for, in their own words, and what became of it."""

    __tablename__ = "needs"

    state: Mapped[NeedState]
    statement: Mapped[str]
    """Immutable: a trigger refuses every change."""
    channel: Mapped[Channel]
    input: Mapped[InputMode]
    place: Mapped[str | None]
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    """WGS-84: as told, or those of the place."""
    location: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """As told, with its crs."""
    consent_version: Mapped[str | None]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id"), index=True)
    author_person_id: Mapped[UUID | None] = mapped_column(index=True)
    proxy: Mapped[bool]
    proxy_relation: Mapped[ProxyRelation | None]
    reporter_person_id: Mapped[UUID | None]
    """Who spoke or took it down, where that is not its author."""
    consent_given: Mapped[ConsentMode | None]
    client_ref: Mapped[str | None]
    """What the device that wrote it without a network calls it."""
    said_at: Mapped[datetime | None]
    """When it was said, where that was before it reached us."""
    tracking_hash: Mapped[str | None] = mapped_column(unique=True)
    """Of the code by which somebody without a name follows it."""
    danger: Mapped[bool]
    danger_kinds: Mapped[list[str]]
    author_sealed: Mapped[bool] = mapped_column(server_default=false())
    """Who told of violence the law asks to report is named to nobody: only the crisis ticket can be unsealed."""
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
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("needs.id"))
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
        Index("ix_needs_spot", "division", "lat", "lon", postgresql_where="lat is not null"),
        Index("ix_needs_place_id", "place_id", postgresql_where="place_id is not null"),
        Index("ix_needs_merged_into_id", "merged_into_id", postgresql_where="merged_into_id is not null"),
        Index("ix_needs_division_submitted_at", "division", "submitted_at", "channel"),
        Index("ix_needs_due", "due_at", postgresql_where="state = 'responded' and not danger"),
    )


class Cosignature(Base, Scoped):
    """One person standing behind a neighbour's need, once."""

    __tablename__ = "cosignatures"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("need_id", "person_id"),)
