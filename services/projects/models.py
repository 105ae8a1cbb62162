"""Tables of the projects service."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.projects.domain.attendance import Method
from services.projects.domain.budget import FundSource, Phase, TrancheGate
from services.projects.domain.decision import Body
from services.projects.domain.goals import Dimension
from services.projects.domain.lifecycle import (
    ActivityState,
    ContractState,
    DeliberationState,
    ProjectKind,
    ProjectState,
    RecordState,
    SagaState,
)
from services.projects.domain.plan import Party, Planned
from wushe.db import TYPES, Aggregate, Scoped, kit_tables, service_metadata
from wushe.erasing import Forgotten, Holdings


class Base(DeclarativeBase):
    """The metadata of this service."""

    metadata = service_metadata()
    type_annotation_map = TYPES


KIT = kit_tables(Base.metadata)


class Project(Base, Aggregate):
    """A project from its first draft to its archive."""

    __tablename__ = "projects"
    title: Mapped[str]
    kind: Mapped[ProjectKind]
    state: Mapped[ProjectState]
    summary: Mapped[str]
    concern_ids: Mapped[list[str]]
    author_person_id: Mapped[UUID]
    writer_person_ids: Mapped[list[str]]
    writer_org_ids: Mapped[list[str]]
    target_groups: Mapped[list[str]]
    budget_fen: Mapped[int]
    undertaker_org_id: Mapped[UUID | None] = mapped_column(index=True)
    planned_persons: Mapped[int]
    planned_sessions: Mapped[int]
    opinion: Mapped[str | None]
    approver_person_id: Mapped[UUID | None]
    scheme_id: Mapped[UUID | None]
    scheme_hash: Mapped[str | None]
    publicity_ends_at: Mapped[datetime | None]
    record_count: Mapped[int | None]
    record_digest: Mapped[str | None]
    __table_args__ = (
        Index("ix_projects_division_state", "division", "state"),
        Index("ix_projects_concern_ids", "concern_ids", postgresql_using="gin"),
        Index("ix_projects_writer_person_ids", "writer_person_ids", postgresql_using="gin"),
        Index("ix_projects_writer_org_ids", "writer_org_ids", postgresql_using="gin"),
        CheckConstraint("budget_fen >= 0", name="budget"),
    )

    @property
    def planned(self) -> Planned:
        """The persons and sessions the plan promises."""
        return Planned(persons=self.planned_persons, sessions=self.planned_sessions)


class ProjectGoal(Base, Scoped):
    """One goal of the current plan."""

    __tablename__ = "goals"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    position: Mapped[int]
    indicator: Mapped[str]
    unit: Mapped[str]
    baseline: Mapped[float]
    target: Mapped[float]
    due_date: Mapped[date]
    source: Mapped[str]
    dimension: Mapped[Dimension]


class ProjectBudgetLine(Base, Scoped):
    """One budget line of the current plan."""

    __tablename__ = "budget_lines"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    position: Mapped[int]
    label: Mapped[str]
    amount_fen: Mapped[int]
    fund_source: Mapped[FundSource]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)


class TeamMember(Base, Scoped):
    """One person of the team, for one of the five actors."""

    __tablename__ = "team_members"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(index=True)
    party: Mapped[Party]
    role: Mapped[str]
    responsible: Mapped[bool]
    __table_args__ = (UniqueConstraint("project_id", "person_id"),)


class Step(Base, Scoped):
    """One change of a project's state: which verb, from where to where, in which role, when and why."""

    __tablename__ = "steps"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    verb: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    at: Mapped[datetime]
    role: Mapped[str]
    reason: Mapped[str | None]


class StartSaga(Base, Scoped):
    """One attempt to reserve everything a start needs, ended once: by an answer, the deadline or a cancellation."""

    __tablename__ = "start_sagas"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    state: Mapped[SagaState]
    deadline: Mapped[datetime]
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_start_sagas_open", "deadline", postgresql_where=text("state = 'open'")),
        Index("uq_start_sagas_one_open", "project_id", unique=True, postgresql_where=text("state = 'open'")),
    )


class Deliberation(Base, Aggregate):
    """A recorded decision of the residents, with the rule as it stood and the integers it was counted with."""

    __tablename__ = "deliberations"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    body: Mapped[Body]
    state: Mapped[DeliberationState]
    rule_code: Mapped[str]
    rule_version: Mapped[int]
    rule: Mapped[dict[str, Any]]
    binding: Mapped[bool]
    held_on: Mapped[date]
    totals: Mapped[dict[str, Any]]
    participating: Mapped[dict[str, Any]]
    yes: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    minutes: Mapped[str]
    recorder_person_id: Mapped[UUID | None]
    publicity_ends_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_deliberations_division", "division"),
        Index("ix_deliberations_publicity", "publicity_ends_at", postgresql_where=text("state = 'publicised'")),
    )


class Contract(Base, Aggregate):
    """A purchase or grant contract: who pays whom, in which tranches."""

    __tablename__ = "contracts"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    state: Mapped[ContractState]
    payee_org_id: Mapped[UUID]
    purchaser: Mapped[str]
    amount_fen: Mapped[int]
    signer_person_id: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_contracts_division", "division"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )


class Tranche(Base, Scoped):
    """One part of a contract's money and the gate it waits behind."""

    __tablename__ = "tranches"
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contracts.id"), index=True)
    position: Mapped[int]
    label: Mapped[str]
    amount_fen: Mapped[int]
    gate: Mapped[TrancheGate]
    phase: Mapped[Phase | None]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)


class Activity(Base, Aggregate):
    """One session with residents."""

    __tablename__ = "activities"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    state: Mapped[ActivityState]
    title: Mapped[str]
    method: Mapped[Method]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    place: Mapped[str]
    __table_args__ = (
        Index("ix_activities_division", "division"),
        CheckConstraint("ends_at > starts_at", name="window"),
        CheckConstraint("capacity > 0", name="capacity"),
    )


class Signup(Base, Scoped):
    """One person's place at an activity."""

    __tablename__ = "signups"
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    checked_in_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("activity_id", "person_id"),)


class ServiceRecord(Base, Aggregate):
    """That one person was served at one activity, as the organiser says, and what the person says to it."""

    __tablename__ = "service_records"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[RecordState]
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    via: Mapped[str | None]
    reason: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("activity_id", "person_id"),
        Index("ix_service_records_division", "division"),
        Index("ix_service_records_project_id_state", "project_id", "state"),
        CheckConstraint("minutes > 0", name="minutes"),
        # A person's time does not overlap, whichever division the other record belongs to and the caller may see.
        ExcludeConstraint(
            ("person_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where="state in ('recorded', 'confirmed')",
            using="gist",
            name="ex_service_records_person_time",
        ),
    )


class AdoptedConcern(Base, Scoped):
    """Our copy of a concern; its id is the concern's own."""

    __tablename__ = "adopted_concerns"
    title: Mapped[str]
    retired: Mapped[bool]


class FrozenScheme(Base, Scoped):
    """Our copy of the newest frozen evaluation scheme of a project."""

    __tablename__ = "frozen_schemes"
    project_id: Mapped[UUID] = mapped_column(unique=True)
    scheme_id: Mapped[UUID]
    scheme_hash: Mapped[str]


class FinalReport(Base, Scoped):
    """Our copy of a final evaluation report: what phase, which grade."""

    __tablename__ = "final_reports"
    project_id: Mapped[UUID]
    phase: Mapped[str]
    grade: Mapped[str | None]
    factor: Mapped[str | None]
    __table_args__ = (UniqueConstraint("project_id", "phase"),)


class Payment(Base, Scoped):
    """Our copy of a tranche that was paid."""

    __tablename__ = "payments"
    project_id: Mapped[UUID] = mapped_column(index=True)
    tranche_id: Mapped[UUID] = mapped_column(unique=True)
    amount_fen: Mapped[int]
    paid_at: Mapped[datetime]


class VisitNote(Base, Scoped):
    """Our copy of service given on a visit; its id is the visit's, its words stay with the needs service."""

    __tablename__ = "visit_notes"
    visitor_person_id: Mapped[UUID]
    resident_person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    method: Mapped[str]
    minutes: Mapped[int]
    made_on: Mapped[date]

    __table_args__ = (Index("ix_visit_notes_division_made_on", "division", "made_on"),)


class CaseRequest(Base, Scoped):
    """Our copy of what needs asked for: a case of its own for a person; its id is the need's."""

    __tablename__ = "case_requests"
    resident_id: Mapped[UUID | None]
    field: Mapped[str | None]
    target_group: Mapped[str | None]
    urgency: Mapped[str | None]


class ForgottenPerson(Base, Forgotten):
    """Somebody this service let go of on their request."""


HELD = Holdings(
    redacted=((ServiceRecord.person_id, {"reason": None}),),
    kept=(Signup.person_id, TeamMember.person_id),
)
"""What names a person here: records stay as counts under the pseudonym, without anybody's words."""
