"""Shapes of referrals, mediations and complaints."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.codes import Outcome
from services.needs.domain.danger import HelpLine
from services.needs.domain.lifecycle import ComplaintState, MediationState, ReferralState
from services.needs.domain.roads import AgreementForm, DisputeKind, FamilyService, PartyRole, ReceiverKind
from services.needs.models import Complaint
from services.needs.schemas.needs import HelpLineOut
from wushe.routes import DivisionCode, Flag, In, Out, ShortText, Text


class ReceiverIn(In):
    """Who receives a referral; ``org_id`` where the organisation works in this system."""

    kind: ReceiverKind
    name: ShortText = Field(examples=["区残疾人联合会"])
    division: DivisionCode
    org_id: UUID | None = None


class ReferIn(In):
    """To whom a need is handed, what they are told, why, and under which contract if the person was not asked."""

    to: ReceiverIn
    shared: Text = Field(examples=["一位居民需要轮椅坡道，请上门评估"])
    reason: ShortText = Field(examples=["不在社区职责内"])
    contract: ShortText | None = Field(None, examples=["委托合同 2026-17"])


class FinishIn(In):
    """What the receiver made of it."""

    result: Text = Field(examples=["坡道已装好"])


class ReferralFilters(BaseModel):
    """What a list of referrals may be narrowed by."""

    state: ReferralState | None = None
    need_id: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class ReferralOut(Out):
    """A referral, and in the end its receipt."""

    id: UUID
    receipt_number: str
    division: str
    need_id: UUID
    state: ReferralState
    to_kind: ReceiverKind
    to_name: str
    to_division: str
    to_org_id: UUID | None
    shared: str
    contract: str | None
    reason: str
    sent_at: datetime
    due_at: datetime
    overdue_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    decline_reason: str | None
    result: str | None
    result_at: datetime | None
    confirmed_at: datetime | None
    version: int
    created_at: datetime


class PartyIn(In):
    """A party to a dispute: a person by id, a company or committee by name."""

    role: PartyRole
    person_id: UUID | None = None
    name: ShortText | None = Field(None, examples=["幸福物业公司"])


class MediateIn(In):
    """An application for mediation."""

    kind: DisputeKind
    application: Text = Field(examples=["楼上漏水，双方对维修费用有争议"])
    parties: Annotated[list[PartyIn], Field(max_length=20)]
    services: Annotated[list[FamilyService], Field(default_factory=list, max_length=3)]


class PartyConsentIn(In):
    """Which party, counted from 0, and whether they agree to be mediated."""

    party: Annotated[int, Field(strict=True, ge=0, le=19)]
    agrees: Flag


class SessionIn(In):
    """What a session came to."""

    note: Text = Field(examples=["双方同意先查明漏点"])


class SettleIn(In):
    """What was agreed, and whether it is written or oral."""

    form: AgreementForm
    agreement: Text = Field(examples=["楼上一周内修好，费用各半"])


class MediationFilters(BaseModel):
    """What the register may be narrowed by."""

    state: MediationState | None = None
    kind: DisputeKind | None = None
    need_id: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class PartyOut(Out):
    """A party; ``agrees`` is null until they said."""

    role: PartyRole
    person_id: UUID | None
    name: str | None
    agrees: bool | None


class SessionOut(Out):
    """One session on record."""

    at: datetime
    note: str
    mediator_person_id: UUID | None


class MediationOut(Out):
    """A mediation as it stands in the register."""

    id: UUID
    register_number: str
    division: str
    need_id: UUID
    state: MediationState
    kind: DisputeKind
    application: str
    parties: list[PartyOut]
    services: list[FamilyService]
    sessions: list[SessionOut]
    mediator_person_id: UUID | None
    applied_at: datetime
    form: AgreementForm | None
    agreement: str | None
    settled_at: datetime | None
    confirmable_until: datetime | None
    ended_reason: str | None
    version: int
    created_at: datetime


class SubjectIn(In):
    """Whom a complaint is about: a person or an organisation."""

    person_id: UUID | None = None
    org_id: UUID | None = None


class ComplaintIn(In):
    """What somebody holds against a worker or an agency."""

    division: DivisionCode
    statement: Text = Field(examples=["上门三次都没有人来，也没有电话"])
    about: SubjectIn


class ComplaintAnswerIn(In):
    """What the street found and did."""

    answer: Text = Field(examples=["经核实情况属实，已更换服务人员"])


class ComplaintOutcomeIn(In):
    """The complainant's own word."""

    outcome: Outcome


class ComplaintFilters(BaseModel):
    """What a list of complaints may be narrowed by."""

    state: ComplaintState | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class ComplaintOut(Out):
    """A complaint, to the street and to whoever made it."""

    id: UUID
    division: str
    state: ComplaintState
    statement: str
    about_person_id: UUID | None
    about_org_id: UUID | None
    answer: str | None
    outcome: Outcome | None
    close_reason: str | None
    submitted_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    version: int
    created_at: datetime


class ComplaintTaken(ComplaintOut):
    """A complaint just taken down; help lines when its words may mean danger."""

    help_lines: list[HelpLineOut]

    @classmethod
    def of(cls, complaint: Complaint, lines: tuple[HelpLine, ...]) -> Self:
        """The complaint with the lines to call."""
        shown = [HelpLineOut.model_validate(line) for line in lines]
        return cls(**ComplaintOut.model_validate(complaint).model_dump(), help_lines=shown)
