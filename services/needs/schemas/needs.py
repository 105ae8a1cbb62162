"""Shapes of needs."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, model_validator

from services.needs.domain.authorship import Attached, Submission, may_read_statement
from services.needs.domain.codes import (
    Channel,
    ConsentMode,
    FileKind,
    HandlerStatus,
    InputMode,
    Outcome,
    ProxyRelation,
    RejectReason,
    ServiceField,
    TargetGroup,
    Urgency,
)
from services.needs.domain.danger import HelpLine
from services.needs.domain.lifecycle import NeedState
from services.needs.domain.moderation import Decision, Moderation
from services.needs.domain.roads import Road
from services.needs.models import Need
from services.needs.schemas.places import LocationIn, LocationOut
from services.needs.schemas.shared import ExternalIds
from wushe.identity import Caller
from wushe.routes import Code, DivisionCode, Flag, In, Out, ShortText, Text


class AttachedIn(In):
    """A file uploaded before, and what it is."""

    file_id: UUID
    kind: FileKind


class AttachedOut(Out):
    """A file of a need; the gateway serves it under /v1/files."""

    file_id: UUID
    kind: FileKind


class AttachedFiles(Out):
    """The files of a need."""

    items: list[AttachedOut]


class NeedIn(In):
    """What a resident asks for."""

    statement: Text = Field(examples=["3 号楼门前的路灯坏了两周，晚上看不清台阶"])
    division: DivisionCode
    channel: Channel
    input: InputMode
    consent_version: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    resident_id: UUID | None = None
    place: ShortText | None = None
    place_id: UUID | None = None
    location: LocationIn | None = None
    field: ServiceField | None = None
    target_group: TargetGroup | None = None
    urgency: Urgency | None = None
    proxy_relation: ProxyRelation | None = None
    consent_given: ConsentMode | None = None
    files: Annotated[list[AttachedIn], Field(default_factory=list, max_length=9)]
    external_ids: ExternalIds

    def submission(self) -> Submission:
        """The statement as the rules see it."""
        located = self.location.located() if self.location else None
        files = tuple(Attached(each.file_id, each.kind) for each in self.files)
        plain = self.model_dump(exclude={"external_ids", "location", "files"})
        return Submission(**plain, located=located, files=files)


class TriageIn(In):
    """How a worker files a need; ``danger`` raises or clears the mark the crisis net set."""

    field: ServiceField
    target_group: TargetGroup
    urgency: Urgency
    theme: Code | None = None
    danger: Flag | None = None
    asks: Annotated[list[ShortText], Field(min_length=1, max_length=10)] | None = None
    """The several things it asks for, where it asks more than one."""


class AskAnswerIn(In):
    """The answer to one of the things a need asks, by its number from 1."""

    ask: Annotated[int, Field(strict=True, ge=1, le=10)]
    answer: Text = Field(examples=["路灯周五前修好"])


class AnswerIn(In):
    """What the author is told; a need that asks several things is answered point by point."""

    answer: Text = Field(examples=["路灯已修好，欢迎查看"])
    outcome_expected: ShortText | None = None
    asks_answered: Annotated[list[AskAnswerIn], Field(default_factory=list, max_length=10)]


class RejectIn(In):
    """Why a need is not taken on."""

    reason_code: RejectReason


class ModerateIn(In):
    """A person's word on whether others may see a need, and why."""

    verdict: Decision
    reason: ShortText = Field(examples=["内容属实，没有不当言辞"])


class OutcomeIn(In):
    """The author's word on what came of it."""

    outcome: Outcome
    asks_solved: Annotated[list[Annotated[int, Field(strict=True, ge=1, le=10)]], Field(max_length=10)] | None = None
    """Which of the things asked were solved, by number."""


class NeedFilters(BaseModel):
    """What a list of needs may be narrowed by."""

    state: NeedState | None = None
    theme: str | None = None
    field: ServiceField | None = None
    target_group: TargetGroup | None = None
    urgency: Urgency | None = None
    channel: Channel | None = None
    danger: bool | None = None
    moderation: Moderation | None = None
    division: DivisionCode | None = None
    overdue: bool | None = None
    escalated: bool | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude={"division", *MARKS}, exclude_none=True)

    def marks(self) -> dict[str, bool]:
        """The filters by a mark few needs bear."""
        return self.model_dump(include=set(MARKS), exclude_none=True)


MARKS = ("overdue", "escalated")


Mark = Annotated[bool, BeforeValidator(bool)]
"""A mark of a row that has not met the database yet is not set."""


class NeedOut(Out):
    """A need; its words, place and persons are null to whoever neither asked for it nor works on it."""

    id: UUID
    division: str
    state: NeedState
    statement: str | None
    channel: Channel
    input: InputMode
    place: str | None
    place_id: UUID | None
    lon: float | None
    lat: float | None
    location: LocationOut | None
    resident_id: UUID | None
    author_person_id: UUID | None
    proxy: bool
    proxy_relation: ProxyRelation | None
    reporter_person_id: UUID | None
    consent_given: ConsentMode | None
    said_at: datetime | None
    danger: bool
    moderation: Moderation
    field: ServiceField | None
    target_group: TargetGroup | None
    urgency: Urgency | None
    theme: str | None
    cosigner_count: int
    answer: str | None
    outcome_expected: str | None
    reject_reason: RejectReason | None
    close_reason: str | None
    outcome: Outcome | None
    outcome_at: datetime | None
    handler_status: HandlerStatus
    silent: bool
    escalated: Mark
    overdue: Mark
    triage_due_at: datetime | None
    answer_due_at: datetime | None
    asks: list[str] | None
    ask_answers: list[str] | None
    road: Road | None
    project_id: UUID | None
    merged_into_id: UUID | None
    visit_id: UUID | None
    submitted_at: datetime
    responded_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    version: int
    created_at: datetime
    author_sealed: bool | None = Field(default=False, exclude=True)

    @model_validator(mode="after")
    def _keep_secret(self) -> Self:
        """Whoever told of violence the law asks to report is named to nobody."""
        if self.author_sealed:
            if not self.proxy:
                self.author_person_id = self.resident_id = None
            elif self.author_person_id == self.reporter_person_id:  # a neighbour or guardian is the author as well
                self.author_person_id = None
            self.reporter_person_id = None
        return self

    @classmethod
    def seen_by(cls, caller: Caller, need: Need, *, asked_within: bool = False) -> Self:
        """A need as one caller may see it: neighbours learn what it is about, not who asked nor in which words.

        Whoever asked for what was merged into it reads the answer, which is given to them as well.
        """
        whole = cls.model_validate(need)
        author = need.author_person_id
        if may_read_statement(role=caller.role, person_id=caller.person_id, author=author):
            return whole
        kept = {"answer", "outcome_expected"} if asked_within else set[str]()
        return whole.model_copy(update=dict.fromkeys(name for name in _PRIVATE if name not in kept))


_PRIVATE = (
    "visit_id",
    "statement",
    "place",
    "place_id",
    "lon",
    "lat",
    "location",
    "resident_id",
    "author_person_id",
    "reporter_person_id",
    "answer",
    "asks",
    "ask_answers",
    "outcome_expected",
    "close_reason",
)


class HelpLineOut(Out):
    """A telephone number that answers now."""

    number: str
    zh: str
    en: str


class SubmittedOut(NeedOut):
    """A need just taken down; help lines when its words may mean danger."""

    help_lines: list[HelpLineOut]

    @classmethod
    def of(cls, need: Need, lines: tuple[HelpLine, ...]) -> Self:
        """The need with the lines to call."""
        shown = [HelpLineOut.model_validate(line) for line in lines]
        return cls(**NeedOut.model_validate(need).model_dump(), help_lines=shown)
