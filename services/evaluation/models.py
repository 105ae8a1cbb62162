"""Tables of the issuing side (``Base``) and of the ballot side (``BallotBase``), which live in two databases.

Credentials and ballots have random ids and no time columns, and neither is audited by actor: nothing in one database
can be joined with the other.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.evaluation.domain.lifecycle import (
    AdviceState,
    AppealState,
    EvaluationState,
    Phase,
    ReportState,
    SchemeState,
)
from services.evaluation.domain.roster import Conflict, RecordState
from services.evaluation.domain.scoring import AdviceKind
from wushe.db import TYPES, Aggregate, Scoped, kit_tables, service_metadata
from wushe.erasing import ERASED_WORDS, Forgotten, Holdings
from wushe.tables import Division


class Base(DeclarativeBase):
    """Everything but the ballots."""

    metadata = service_metadata()
    type_annotation_map = TYPES


kit = kit_tables(Base.metadata)


class Scheme(Base, Aggregate):
    """How a project will be judged; frozen by hash before the project is approved."""

    __tablename__ = "schemes"

    project_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[str]
    state: Mapped[SchemeState] = mapped_column(default=SchemeState.DRAFT)
    content: Mapped[dict[str, Any]]
    scheme_hash: Mapped[str | None]
    frozen_at: Mapped[datetime | None]
    author_subject: Mapped[str]
    author_person_id: Mapped[UUID | None]

    __table_args__ = (
        Index("uq_schemes_frozen", "project_id", unique=True, postgresql_where=text("state = 'frozen'")),
        Index("ix_schemes_division", "division"),
    )


class AdoptedProject(Base, Scoped):
    """Our copy of a project: what was planned, and who has a part in it."""

    __tablename__ = "adopted_projects"

    title: Mapped[str]
    kind: Mapped[str]
    author_person_id: Mapped[UUID | None]
    undertaker_org_id: Mapped[UUID | None]
    team: Mapped[list[str]]
    approvers: Mapped[list[str]]
    interested: Mapped[list[str]]
    interested_orgs: Mapped[list[str]]
    planned: Mapped[dict[str, Any]]
    goals: Mapped[list[Any]]
    started: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int]

    __table_args__ = (Index("ix_adopted_projects_division", "division"),)


class AdoptedRecord(Base, Scoped):
    """Our copy of a service record: who was served, and whether they agree."""

    __tablename__ = "adopted_records"

    project_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID]
    state: Mapped[RecordState]
    sequence: Mapped[int]

    __table_args__ = (Index("ix_adopted_records_division", "division"),)


class Evaluation(Base, Aggregate):
    """One phase of one project put to those who were served; a second round follows a failed first one."""

    __tablename__ = "evaluations"

    project_id: Mapped[UUID]
    phase: Mapped[Phase]
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.PENDING)
    scheme_id: Mapped[UUID | None] = mapped_column(ForeignKey("schemes.id"), index=True)
    record_count: Mapped[int]
    record_digest: Mapped[str]
    delivered: Mapped[dict[str, Any]]
    roster_count: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    closable_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    credential_count: Mapped[int | None]
    ballot_count: Mapped[int | None]
    log_root: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("project_id", "phase", "round"),
        Index("ix_evaluations_division", "division"),
        Index("ix_evaluations_live", "state", "closes_at", postgresql_where=text("state <> 'closed'")),
    )


class Roster(Base, Aggregate):
    """Who may score in one evaluation, frozen when it is prepared; notices to those persons are its events."""

    __tablename__ = "rosters"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"), unique=True)
    eligible: Mapped[int]
    flagged: Mapped[int]
    strata: Mapped[list[Any]]

    __table_args__ = (Index("ix_rosters_division", "division"),)


class RosterEntry(Base, Scoped):
    """One served person on a roster."""

    __tablename__ = "roster_entries"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    stratum: Mapped[str]
    conflict: Mapped[Conflict | None]
    invited: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("evaluation_id", "person_id"),
        Index("ix_roster_entries_division", "division"),
        Index("ix_roster_entries_uninvited", "evaluation_id", postgresql_where=text("not invited")),
    )


class IssuingKey(Base, Scoped):
    """The key of one stratum; its private half is wrapped, and gone once the evaluation is closed."""

    __tablename__ = "issuing_keys"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"))
    stratum: Mapped[str]
    key_id: Mapped[str]
    public_der: Mapped[bytes] = mapped_column(LargeBinary)
    private_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("evaluation_id", "stratum"),
        Index("ix_issuing_keys_division", "division"),
    )


class Credential(Base):
    """That a roster entry was handed its one credential; the hash allows the same request again, nothing more."""

    __tablename__ = "credentials"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    division: Mapped[str] = mapped_column(Division, index=True)
    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("roster_entries.id"), unique=True)
    blinded_hash: Mapped[str]
    notified: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_credentials_evaluation_id", "evaluation_id"),
        Index("ix_credentials_unnotified", "evaluation_id", postgresql_where=text("not notified")),
    )


class Report(Base, Aggregate):
    """The published figures of one evaluation, open to appeal until final."""

    __tablename__ = "reports"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"), unique=True)
    project_id: Mapped[UUID] = mapped_column(index=True)
    phase: Mapped[Phase]
    state: Mapped[ReportState] = mapped_column(default=ReportState.DRAFT)
    content: Mapped[dict[str, Any]]
    appeal_until: Mapped[datetime]
    finalised_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_reports_division", "division"),
        Index("ix_reports_draft", "appeal_until", postgresql_where=text("state = 'draft'")),
    )


class Appeal(Base, Aggregate):
    """An objection to a draft report."""

    __tablename__ = "appeals"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"), index=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    state: Mapped[AppealState] = mapped_column(default=AppealState.OPEN)
    reason: Mapped[str]
    author_subject: Mapped[str]
    author_person_id: Mapped[UUID] = mapped_column(index=True)
    answer: Mapped[str | None]
    resolved_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_appeals_division", "division"),)


class PayoutAdvice(Base, Aggregate):
    """What a final report says about the money that waits for it."""

    __tablename__ = "payout_advices"

    project_id: Mapped[UUID] = mapped_column(index=True)
    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id"), unique=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"), index=True)
    phase: Mapped[Phase]
    state: Mapped[AdviceState] = mapped_column(default=AdviceState.PREPARED)
    kind: Mapped[AdviceKind]
    grade: Mapped[str | None]
    factor: Mapped[str | None]
    reasons: Mapped[list[str]]

    __table_args__ = (Index("ix_payout_advices_division", "division"),)


class ForgottenPerson(Base, Forgotten):
    """Somebody this service let go of on their request."""


HELD = Holdings(
    redacted=((Appeal.author_person_id, {"reason": ERASED_WORDS}),),
    kept=(AdoptedRecord.person_id, RosterEntry.person_id),
)
"""What names a person on the issuing side: the roster stays a count; ballots never named anybody."""


class BallotBase(DeclarativeBase):
    """The ballot side, in its own database: it knows neither person nor place."""

    metadata = service_metadata()
    type_annotation_map = TYPES


class BallotBox(BallotBase):
    """One evaluation as the ballot side knows it: what is asked, and whether it still takes ballots."""

    __tablename__ = "ballot_boxes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    items: Mapped[list[str]]
    k: Mapped[int]
    sealed: Mapped[bool] = mapped_column(default=False)
    root: Mapped[str | None]
    roster_count: Mapped[int | None]
    credential_count: Mapped[int | None]
    ballot_count: Mapped[int | None]


class BallotKey(BallotBase):
    """The public half of an issuing key."""

    __tablename__ = "ballot_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    box_id: Mapped[UUID] = mapped_column(ForeignKey("ballot_boxes.id"))
    stratum: Mapped[str]
    public_der: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("box_id", "stratum"),)


class Ballot(BallotBase):
    """One anonymous answer, final once cast."""

    __tablename__ = "ballots"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    box_id: Mapped[UUID] = mapped_column(ForeignKey("ballot_boxes.id"))
    stratum: Mapped[str]
    token_hash: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[str]
    answers: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("box_id", "token_hash"),)
