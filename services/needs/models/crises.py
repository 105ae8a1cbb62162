"""Crisis tickets, the pages sent for them, the reports the law asks for, who told, and the duty rota."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.crisis import Authority, CrisisOrigin, CrisisOutcome
from services.needs.domain.duty import DutyPost, OnDuty, PageChannel, PageState
from services.needs.domain.lifecycle import CrisisState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped


class CrisisTicket(Base, Aggregate):
    """Somebody may be in danger: who has it in hand, until when, and what was done; never closed by itself."""

    __tablename__ = "crisis_tickets"

    state: Mapped[CrisisState]
    origin: Mapped[CrisisOrigin]
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("needs.id"))
    subject: Mapped[str | None]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("residents.id"), index=True)
    kinds: Mapped[list[str]]
    place: Mapped[str | None]
    note: Mapped[str | None]
    must_report: Mapped[bool]
    report_due_at: Mapped[datetime | None]
    report_chased_at: Mapped[datetime | None]
    """When the supervisor was paged because the report was late."""
    reported_at: Mapped[datetime | None]
    no_report_reason: Mapped[str | None]
    tier: Mapped[int]
    """From how high up people are paged: 0 the community's own, 1 its supervisor, 2 the street's …"""
    next_page_at: Mapped[datetime | None]
    """When the next one is paged, by the business clock; null while somebody has it in hand."""
    opened_at: Mapped[datetime]
    ack_due_at: Mapped[datetime]
    assigned_person_id: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[CrisisOutcome | None]
    done: Mapped[str | None]

    @property
    def number(self) -> str:
        """What a page calls it: eight characters that say nothing."""
        return self.id.hex[-8:].upper()

    __table_args__ = (
        Index("ix_crisis_tickets_division_id", "division", "id"),
        Index(
            "uq_crisis_tickets_unresolved",
            "need_id",
            unique=True,
            postgresql_where=text("state <> 'resolved'"),
        ),
        Index("ix_crisis_tickets_next_page", "next_page_at", postgresql_where=text("state = 'open'")),
        Index(
            "ix_crisis_tickets_report",
            "report_due_at",
            postgresql_where=text("must_report and reported_at is null and report_chased_at is null"),
        ),
    )


class CrisisPage(Base, Scoped):
    """One attempt to reach one person for a ticket."""

    __tablename__ = "crisis_pages"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("crisis_tickets.id"), index=True)
    post: Mapped[DutyPost]
    tier: Mapped[int]
    person_id: Mapped[UUID | None]
    phone: Mapped[str | None]
    channel: Mapped[PageChannel]
    state: Mapped[PageState]
    outside_id: Mapped[UUID | None]
    """What the gateway calls it."""
    tries: Mapped[int]
    tried_at: Mapped[datetime | None]
    """Technical time of the last call to the gateway; another is made when its answer stays away."""
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_crisis_pages_unsettled", "state", "tried_at", postgresql_where=text("state in ('pending', 'sent')")),
    )


class CrisisReport(Base, Scoped):
    """The receipt of a report to an authority."""

    __tablename__ = "crisis_reports"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("crisis_tickets.id"), index=True)
    authority: Mapped[Authority]
    reported_at: Mapped[datetime]
    reference: Mapped[str]
    person_id: Mapped[UUID | None]


class CrisisReporter(Base, Scoped):
    """Who told, apart from everything else: read by an unsealing with a reason and by nothing besides."""

    __tablename__ = "crisis_reporters"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("crisis_tickets.id"), unique=True)
    key_version: Mapped[int] = mapped_column(index=True)
    data_key: Mapped[bytes]
    content: Mapped[bytes]


class DutyRoster(Base, Aggregate):
    """Who is on duty in a division from one moment to another, in the order they are paged."""

    __tablename__ = "duty_rosters"

    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    people: Mapped[list[Any]]

    def on_duty(self) -> list[OnDuty]:
        """The people of this shift, as the rules see them."""
        return [
            OnDuty(
                post=DutyPost(row["post"]),
                channel=PageChannel(row["channel"]),
                person_id=UUID(row["person_id"]),
                phone=row["phone"],
            )
            for row in self.people
        ]

    __table_args__ = (
        ExcludeConstraint(
            ("division", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_duty_rosters_one_at_a_time",
        ),
        Index("ix_duty_rosters_division_id", "division", "id"),
    )
