"""Needs and who stands behind them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, Integer, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import (
    Channel,
    ConsentMode,
    HandlerStatus,
    InputMode,
    Outcome,
    ProxyRelation,
    RejectReason,
    ServiceField,
    TargetGroup,
    Urgency,
)
from services.needs.domain.lifecycle import HANDLER_STATUS, NeedState
from services.needs.domain.moderation import Moderation
from services.needs.domain.roads import Road
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
    proxy_id: Mapped[UUID | None] = mapped_column(ForeignKey("proxies.id"))
    """Under which confirmation somebody asked for its author."""
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
    author_sealed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Who told of violence the law asks to report is named to nobody: only the crisis ticket can be unsealed."""
    moderation: Mapped[Moderation] = mapped_column(default=Moderation.UNCHECKED, server_default="unchecked")
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
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    """The visit it was heard on."""
    project_id: Mapped[UUID | None] = mapped_column(index=True)
    road: Mapped[Road | None]
    """By which road it is being answered without a project."""
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("needs.id"))
    submitted_at: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When silence closes an answered need."""
    closed_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]
    escalated: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its asker said that it did not help; a supervisor looks until it is answered again."""
    escalated_at: Mapped[datetime | None]
    sla_started_at: Mapped[datetime | None]
    sla_paused_at: Mapped[datetime | None]
    triage_due_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    """Of these two the one that runs; none while nothing is due."""
    overdue: Mapped[bool] = mapped_column(default=False, server_default=false())
    overdue_level: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    asks: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """The several things it asks for, as whoever read it counted them."""
    ask_answers: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        Index("ix_needs_division_id", "division", "id"),
        # What stands behind the order is asked of the index alone, before any row is fetched.
        Index("ix_needs_division_state_id", "division", "state", "id", "theme"),
        Index("ix_needs_state_id", "state", "id", "division"),
        Index("ix_needs_division_theme_id", "division", "theme", "id", postgresql_where="theme is not null"),
        Index("ix_needs_spot", "division", "lat", "lon", postgresql_where="lat is not null"),
        Index("ix_needs_proxy_id", "proxy_id", "id", postgresql_where="proxy_id is not null"),
        Index("ix_needs_place_id", "place_id", postgresql_where="place_id is not null"),
        Index("ix_needs_merged_into_id", "merged_into_id", postgresql_where="merged_into_id is not null"),
        Index("ix_needs_division_submitted_at", "division", "submitted_at", "channel"),
        Index("ix_needs_next_due", "next_due_at", postgresql_where="next_due_at is not null"),
        Index("ix_needs_overdue", "division", "id", postgresql_where="overdue"),
        Index("ix_needs_escalated", "division", "id", postgresql_where="escalated"),
        Index("ix_needs_visit_id", "visit_id", postgresql_where="visit_id is not null"),
        Index("ix_needs_due", "due_at", postgresql_where="state = 'responded' and not danger"),
    )

    @property
    def handler_status(self) -> HandlerStatus:
        """How far the handlers say they are, beside the asker's own ``outcome``."""
        return HANDLER_STATUS.get(self.state, HandlerStatus.WORKING)


class NeedWord(Base, Scoped):
    """One word of an asker on one answer, or that there was none; later rounds add to it and take nothing away."""

    __tablename__ = "need_words"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"), index=True)
    outcome: Mapped[Outcome | None]
    silent: Mapped[bool]
    asks_solved: Mapped[list[int] | None] = mapped_column(JSONB(none_as_null=True))
    said_at: Mapped[datetime]

    __table_args__ = (Index("ix_need_words_division_said_at", "division", "said_at"),)


class Cosignature(Base, Scoped):
    """One person standing behind a neighbour's need, once."""

    __tablename__ = "cosignatures"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("need_id", "person_id"),)
