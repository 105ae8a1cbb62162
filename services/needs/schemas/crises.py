"""Shapes of crisis tickets."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.needs.domain.crisis import Authority, CrisisOrigin, CrisisOutcome
from services.needs.domain.danger import HelpLine
from services.needs.domain.duty import DutyPost, PageChannel, PageState
from services.needs.domain.lifecycle import CrisisState
from services.needs.schemas.identities import SafeContactOut
from services.needs.schemas.needs import HelpLineOut
from services.needs.schemas.shared import Moment
from services.needs.usecases.crises import Matter
from wushe.routes import Code, DivisionCode, Flag, In, Out, ShortText, Text

Kinds = Annotated[list[Code], Field(default_factory=list, max_length=20, examples=[["violence"]])]


class AlarmIn(In):
    """One tap: somebody is in danger. Only the division is needed; ``own`` says that it is oneself."""

    division: DivisionCode
    own: Flag = True
    kinds: Kinds
    note: Annotated[str, StringConstraints(max_length=2000)] = Field("", examples=["二楼一直有哭喊声"])
    place: Annotated[str, StringConstraints(max_length=200)] = ""


class AlarmOut(Out):
    """What whoever pressed the button is told: that it arrived, and whom to call now; the ticket only to staff."""

    ticket_id: UUID | None
    zh: str
    en: str
    help_lines: list[HelpLineOut]

    @classmethod
    def of(cls, ticket_id: UUID | None, lines: tuple[HelpLine, ...]) -> Self:
        """The answer, with every line to call."""
        shown = [HelpLineOut.model_validate(line) for line in lines]
        return cls(ticket_id=ticket_id, zh=_RECEIVED[0], en=_RECEIVED[1], help_lines=shown)


_RECEIVED = (
    "我们已经收到，会尽快联系您。情况紧急时，请先拨打下面的电话。",
    "We have it and will be in touch as soon as possible. If it is urgent, call one of these numbers first.",
)


class SignalIn(In):
    """Another service saw a sign of danger: in which object of its own, of which kinds."""

    division: DivisionCode
    subject: ShortText = Field(examples=["measurements/0198f0c2-0000-7000-8000-000000000001"])
    kinds: Kinds
    resident_id: UUID | None = None


class SignalOut(Out):
    """The ticket that was opened."""

    ticket_id: UUID


class ReportIn(In):
    """The receipt of a report to an authority."""

    authority: Authority
    reported_at: Moment
    reference: ShortText = Field(examples=["接警单 20261130-0017"])


class ResolveIn(In):
    """How a matter stands and what was done; the receipt of a mandatory report, or a supervisor's reason why none."""

    outcome: CrisisOutcome
    done: Text = Field(examples=["已上门，老人平安，家属已到"])
    report: ReportIn | None = None
    no_report_reason: ShortText | None = None


class ReassignIn(In):
    """To whom a matter is handed, and why."""

    person_id: UUID
    reason: ShortText = Field(examples=["我在外地培训"])


class ReporterOut(Out):
    """Who told."""

    person_id: UUID


class TicketFilters(BaseModel):
    """What a list of tickets may be narrowed by."""

    state: CrisisState | None = None
    division: DivisionCode | None = None


class TicketOut(Out):
    """A crisis ticket; the words of the matter stand in the single ticket alone."""

    id: UUID
    number: str
    division: str
    state: CrisisState
    origin: CrisisOrigin
    need_id: UUID | None
    subject: str | None
    resident_id: UUID | None
    kinds: list[str]
    place: str | None
    must_report: bool
    report_due_at: datetime | None
    reported_at: datetime | None
    no_report_reason: str | None
    tier: int
    opened_at: datetime
    ack_due_at: datetime
    next_page_at: datetime | None
    assigned_person_id: UUID | None
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    outcome: CrisisOutcome | None
    done: str | None
    version: int
    created_at: datetime


class PageOut(Out):
    """One attempt to reach somebody."""

    id: UUID
    post: DutyPost
    tier: int
    person_id: UUID | None
    channel: PageChannel
    state: PageState
    tries: int
    asked_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None
    acknowledged_at: datetime | None


class ReportOut(Out):
    """The receipt of a report."""

    authority: Authority
    reported_at: datetime
    reference: str
    person_id: UUID | None


class TicketDetail(TicketOut):
    """A ticket with its words, whom it was paged to, and what was reported."""

    note: str | None
    statement: str | None
    safe_contact: SafeContactOut | None
    """How and when the person may be reached without harm; null where nobody has said."""
    pages: list[PageOut]
    reports: list[ReportOut]

    @classmethod
    def of(cls, matter: Matter) -> Self:
        """The whole matter on the wire."""
        return cls(
            **TicketOut.model_validate(matter.ticket).model_dump(),
            note=matter.ticket.note,
            statement=matter.statement,
            safe_contact=SafeContactOut.model_validate(matter.safe_contact) if matter.safe_contact else None,
            pages=[PageOut.model_validate(page) for page in matter.pages],
            reports=[ReportOut.model_validate(report) for report in matter.reports],
        )
