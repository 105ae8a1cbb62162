"""Visits, what is to be done after them, and how far a survey is."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.codes import Channel
from services.needs.domain.lifecycle import FollowUpState
from services.needs.domain.visits import VisitMethod, VisitOutcome
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class Visit(Base, Aggregate):
    """Who went to whom, when and where; what was answered and noted lies sealed under a key of this row."""

    __tablename__ = "visits"

    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("survey_plans.id"))
    form_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("survey_form_versions.id"))
    """What the answers answer."""
    visitor_person_id: Mapped[UUID]
    companion_person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    resident_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    channel: Mapped[Channel]
    method: Mapped[VisitMethod]
    outcome: Mapped[VisitOutcome]
    place: Mapped[str | None]
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("places.id"))
    lon: Mapped[float | None] = mapped_column(Double)
    lat: Mapped[float | None] = mapped_column(Double)
    location: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    cell: Mapped[int | None]
    """Which part of the sample it counts for."""
    danger: Mapped[bool]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_version: Mapped[int | None] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_visits_division_id", "division", "id"),
        Index("ix_visits_plan_id", "plan_id", "id"),
        Index("ix_visits_visitor_person_id", "visitor_person_id", "id"),
        Index("ix_visits_resident_ids", "resident_ids", postgresql_using="gin"),
    )


class VisitFile(Base, Scoped):
    """A file among the answers of a visit, which the gateway keeps."""

    __tablename__ = "visit_files"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(unique=True)


class FollowUp(Base, Aggregate):
    """Something to be done after a visit, by somebody, until a day."""

    __tablename__ = "follow_ups"

    state: Mapped[FollowUpState]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id"), index=True)
    assignee_person_id: Mapped[UUID]
    task: Mapped[str]
    due_on: Mapped[date]
    result: Mapped[str | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_follow_ups_division_id", "division", "id"),
        Index("ix_follow_ups_assignee_person_id", "assignee_person_id", "id"),
        Index("ix_follow_ups_due_on", "due_on", "id", postgresql_where="state = 'open'"),
    )


class SurveyCount(Base, Scoped):
    """What one visitor did on one day in one part of a sample; counted as visits come in, so that none is summed."""

    __tablename__ = "survey_counts"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("survey_plans.id"))
    cell: Mapped[int]
    """-1 outside every part."""
    visitor_person_id: Mapped[UUID]
    day: Mapped[date]
    visits: Mapped[int]
    reached: Mapped[int]
    absent: Mapped[int]
    refused: Mapped[int]
    persons: Mapped[int]
    """Reached for the first time in this survey."""
    households: Mapped[int]

    __table_args__ = (UniqueConstraint("plan_id", "cell", "visitor_person_id", "day", "division"),)


class SurveyReached(Base, Scoped):
    """A resident or household a survey has reached, once."""

    __tablename__ = "survey_reached"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("survey_plans.id"))
    subject_id: Mapped[UUID]

    __table_args__ = (UniqueConstraint("plan_id", "subject_id"),)
