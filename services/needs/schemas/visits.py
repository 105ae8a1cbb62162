"""Shapes of visits and follow-ups."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.needs.domain.codes import Channel, InputMode, ServiceField, TargetGroup, Urgency
from services.needs.domain.lifecycle import FollowUpState
from services.needs.domain.offline import Item, ItemKind
from services.needs.domain.visits import Span, VisitMethod, VisitOutcome
from services.needs.models import SurveyPlan, Visit
from services.needs.repository.visits import Tally
from services.needs.schemas.needs import HelpLineOut
from services.needs.schemas.offline import ClientId, fingerprint
from services.needs.schemas.places import LocationIn, LocationOut
from services.needs.schemas.shared import Day, Moment
from services.needs.usecases.visits import Heard, Recorded, Task, Told
from wushe.routes import DivisionCode, In, Out, ShortText, Text

ConsentVersion = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class VisitNeedIn(In):
    """A need heard on a visit; without a resident it is that of the first one visited."""

    statement: Text = Field(examples=["中午做饭麻烦，希望有人送餐"])
    resident_id: UUID | None = None
    consent_version: ConsentVersion | None = None
    input: InputMode = InputMode.WORKER_NOTES
    field: ServiceField | None = None
    target_group: TargetGroup | None = None
    urgency: Urgency | None = None

    def heard(self) -> Heard:
        """As the rules see it."""
        more = self.model_dump(include={"input", "field", "target_group", "urgency"})
        return Heard(
            statement=self.statement, resident_id=self.resident_id, consent_version=self.consent_version, more=more
        )


class FollowUpIn(In):
    """What is to be done after a visit; by the visitor, unless somebody else is named."""

    task: ShortText = Field(examples=["三天后电话回访，确认送餐"])
    due_on: Day
    assignee_person_id: UUID | None = None
    resident_id: UUID | None = None


class VisitIn(In):
    """A visit as its visitor tells it, with everything that comes of it."""

    division: DivisionCode
    plan_id: UUID | None = None
    form_version_id: UUID | None = None
    follow_up_id: UUID | None = None
    visitor_person_id: UUID | None = None
    companion_person_ids: Annotated[list[UUID], Field(default_factory=list, max_length=20)]
    resident_ids: Annotated[list[UUID], Field(default_factory=list, max_length=20)]
    channel: Literal[Channel.VISIT, Channel.OUTREACH] = Channel.VISIT
    method: VisitMethod = VisitMethod.HOME
    outcome: VisitOutcome
    place: ShortText | None = None
    place_id: UUID | None = None
    location: LocationIn | None = None
    started_at: Moment
    ended_at: Moment
    consent_version: ConsentVersion | None = None
    answers: Annotated[dict[str, Any] | None, Field(default=None, max_length=500)]
    notes: Text | None = None
    service_note: Text | None = None
    needs: Annotated[list[VisitNeedIn], Field(default_factory=list, max_length=20)]
    follow_up: FollowUpIn | None = None

    def told(self) -> Told:
        """As the rules see it."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name in Told.__slots__}
        return Told(
            **{
                **given,
                "located": self.location.located() if self.location else None,
                "span": Span(self.started_at, self.ended_at),
                "needs": [need.heard() for need in self.needs],
                "follow_up": Task(**self.follow_up.model_dump()) if self.follow_up else None,
            }
        )


class VisitItemIn(In):
    """A visit recorded without a network, under the device's own id."""

    client_id: ClientId
    visit: VisitIn

    def item(self) -> Item:
        """The item as the rules see it; what it says is found by its fingerprint."""
        at, said = self.visit.ended_at, fingerprint(self)
        return Item(client_id=self.client_id, kind=ItemKind.VISIT, at=at, fingerprint=said)


class VisitBatchIn(In):
    """Visits a device recorded, in any order and however often."""

    items: Annotated[list[VisitItemIn], Field(min_length=1, max_length=50)]


class VisitFilters(BaseModel):
    """What a list of visits may be narrowed by."""

    plan_id: UUID | None = None
    visitor_person_id: UUID | None = None
    resident_id: UUID | None = None
    outcome: VisitOutcome | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude={"resident_id"}, exclude_none=True)


class VisitOut(Out):
    """A visit without a word of what was said."""

    id: UUID
    division: str
    plan_id: UUID | None
    form_version_id: UUID | None
    visitor_person_id: UUID
    companion_person_ids: list[UUID]
    resident_ids: list[UUID]
    channel: Channel
    method: VisitMethod
    outcome: VisitOutcome
    place: str | None
    place_id: UUID | None
    location: LocationOut | None
    started_at: datetime
    ended_at: datetime
    cell: int | None
    version: int
    created_at: datetime


class VisitDetail(VisitOut):
    """A visit with what was answered and noted; the look is on record."""

    answers: dict[str, Any] | None
    notes: str | None
    service_note: str | None

    @classmethod
    def of(cls, visit: Visit, said: dict[str, Any]) -> Self:
        """The visit and what lay under its seal."""
        opened = {name: said.get(name) for name in ("answers", "notes", "service_note")}
        return cls(**VisitOut.model_validate(visit).model_dump(), **opened)


class FollowUpOut(Out):
    """Something to be done after a visit."""

    id: UUID
    division: str
    state: FollowUpState
    visit_id: UUID
    resident_id: UUID | None
    assignee_person_id: UUID
    task: str
    due_on: date
    result: str | None
    done_at: datetime | None
    version: int
    created_at: datetime


class VisitRecordedOut(VisitOut):
    """A visit just recorded, what came of it, and whom to call when somebody is in danger."""

    need_ids: list[UUID]
    follow_up: FollowUpOut | None
    help_lines: list[HelpLineOut]

    @classmethod
    def of(cls, recorded: Recorded) -> Self:
        """The visit with its needs and follow-up."""
        follow_up = recorded.follow_up
        return cls(
            **VisitOut.model_validate(recorded.visit).model_dump(),
            need_ids=[need.id for need in recorded.needs],
            follow_up=FollowUpOut.model_validate(follow_up) if follow_up else None,
            help_lines=[HelpLineOut.model_validate(line) for line in recorded.lines],
        )


class FollowUpFilters(BaseModel):
    """What a list of follow-ups may be narrowed by."""

    state: FollowUpState | None = None
    assignee_person_id: UUID | None = None
    overdue: bool = False

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude={"overdue"}, exclude_none=True)


class FollowUpResultIn(In):
    """What came of it."""

    result: Text = Field(examples=["已电话回访，送餐正常"])


class DoneOut(Out):
    """How much was done."""

    visits: int
    reached: int
    absent: int
    refused: int
    persons: int
    households: int
    last_day: date | None


class CellProgressOut(DoneOut):
    """One part of the sample: what was wanted and what is done."""

    name: str | None
    target: int | None


class VisitorProgressOut(DoneOut):
    """What one visitor did."""

    visitor_person_id: UUID


class ProgressOut(DoneOut):
    """How far a survey is, by part of the sample and by visitor."""

    planned: int | None
    cells: list[CellProgressOut]
    visitors: list[VisitorProgressOut]

    @classmethod
    def of(cls, plan: SurveyPlan, cells: list[Tally], visitors: list[Tally]) -> Self:
        """The counts beside what was planned; the last cell is what lies outside every part."""
        done = {tally.key: _counts(tally) for tally in cells}
        parts = [(number, cell["name"], cell["target"]) for number, cell in enumerate(plan.cells)]
        parts += [(-1, None, None)] if -1 in done else []
        return cls(
            **_counts(*cells),
            planned=plan.size or sum(cell["target"] for cell in plan.cells) or None,
            cells=[
                CellProgressOut(name=name, target=target, **done.get(number, _counts()))
                for number, name, target in parts
            ],
            visitors=[VisitorProgressOut(visitor_person_id=tally.key, **_counts(tally)) for tally in visitors],
        )


def _counts(*tallies: Tally) -> dict[str, Any]:
    """What several counts come to."""
    numbers = ("visits", "reached", "absent", "refused", "persons", "households")
    days = [tally.last_day for tally in tallies if tally.last_day]
    return {
        **{name: sum(getattr(tally, name) for tally in tallies) for name in numbers},
        "last_day": max(days, default=None),
    }
