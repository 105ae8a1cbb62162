"""Shapes of projects and their plans."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from services.projects.domain.budget import BudgetLine, FundSource
from services.projects.domain.goals import Dimension, Goal
from services.projects.domain.lifecycle import ProjectKind, ProjectState
from services.projects.domain.plan import Member, Party, Plan, Planned
from services.projects.schemas.shared import Day, PlannedOut, StepOut
from wushe.routes import Code, DivisionCode, ExternalId, Fen, Flag, In, Out, ShortText, Text, Whole

Positive = Annotated[Whole, Field(ge=1)]
Amount = Annotated[Fen, Field(ge=1)]


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise ValueError("number expected")  # noqa: TRY004 -- pydantic reports ValueError as a field error
    return value


Number = Annotated[float | None, BeforeValidator(_number)]
Phrase = Annotated[str, StringConstraints(max_length=200)]


class ProjectIn(In):
    """A project's first draft."""

    title: ShortText = Field(examples=["夕阳助餐"])
    kind: ProjectKind
    division: DivisionCode
    summary: Text = Field(examples=["为独居老人送午餐，并陪伴聊天"])
    concern_ids: Annotated[list[UUID], Field(default_factory=list, max_length=20)]
    external_ids: Annotated[list[ExternalId], Field(default_factory=list, max_length=10)]


class ProjectFilters(BaseModel):
    """What a list of projects may be narrowed by."""

    state: ProjectState | None = None
    kind: ProjectKind | None = None
    division: DivisionCode | None = None
    concern_id: UUID | None = None


class GoalIn(In):
    """One goal; a missing part is answered with GOAL_NOT_SMART."""

    indicator: Phrase | None = None
    unit: Phrase | None = None
    baseline: Number = None
    target: Number = None
    due_date: Day | None = None
    source: Phrase | None = None
    dimension: Dimension | None = None

    def read(self) -> Goal:
        """The goal as the rules see it."""
        return Goal(**self.model_dump())


class BudgetLineIn(In):
    """One line of the budget, in fen."""

    label: ShortText = Field(examples=["志愿者补贴"])
    amount_fen: Amount
    fund_source: FundSource

    def read(self) -> BudgetLine:
        """The line as the rules see it."""
        return BudgetLine(self.label, self.amount_fen, self.fund_source)


class MemberIn(In):
    """One person of the team."""

    person_id: UUID
    party: Party
    role: ShortText = Field(examples=["项目负责人"])
    responsible: Flag = False

    def read(self) -> Member:
        """The member as the rules see them."""
        return Member(self.person_id, self.party, self.role, self.responsible)


class PlannedIn(In):
    """The persons and sessions the plan promises."""

    persons: Positive
    sessions: Positive


class DesignIn(In):
    """A plan; ``budget_fen`` is the total its lines must add up to."""

    target_groups: Annotated[list[Code], Field(min_length=1, max_length=30)]
    goals: Annotated[list[GoalIn], Field(max_length=50)]
    budget_fen: Fen
    budget: Annotated[list[BudgetLineIn], Field(max_length=200)]
    team: Annotated[list[MemberIn], Field(max_length=100)]
    undertaker_org_id: UUID | None = None
    planned: PlannedIn
    concern_ids: Annotated[list[UUID], Field(max_length=20)] | None = None

    def read(self) -> Plan:
        """The plan as the rules see it."""
        return Plan(
            target_groups=tuple(dict.fromkeys(self.target_groups)),
            goals=tuple(goal.read() for goal in self.goals),
            budget_fen=self.budget_fen,
            lines=tuple(line.read() for line in self.budget),
            team=tuple(member.read() for member in self.team),
            undertaker_org_id=self.undertaker_org_id,
            planned=Planned(self.planned.persons, self.planned.sessions),
        )


class ReviewIn(In):
    """A professional opinion."""

    opinion: Text = Field(examples=["目标清楚，预算合理"])


class ProjectOut(Out):
    """A project as it stands."""

    id: UUID
    division: str
    title: str
    kind: ProjectKind
    state: ProjectState
    summary: str
    concern_ids: list[UUID]
    target_groups: list[str]
    budget_fen: int
    undertaker_org_id: UUID | None
    planned: PlannedOut
    opinion: str | None
    scheme_id: UUID | None
    scheme_hash: str | None
    publicity_ends_at: datetime | None
    record_count: int | None
    record_digest: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class GoalOut(Out):
    """One goal."""

    id: UUID
    indicator: str
    unit: str
    baseline: float
    target: float
    due_date: date
    source: str
    dimension: Dimension


class BudgetLineOut(Out):
    """One budget line."""

    id: UUID
    label: str
    amount_fen: int
    fund_source: FundSource


class SourceShareOut(Out):
    """What one source carries of a budget; ``share`` of the whole, from 0 to 1."""

    fund_source: FundSource
    amount_fen: int
    share: float


class BudgetOut(Out):
    """A budget: its total, its lines and sources, what contracts promise and what was paid."""

    budget_fen: int
    lines: list[BudgetLineOut]
    sources: list[SourceShareOut]
    committed_fen: int
    paid_fen: int


class MemberOut(Out):
    """One person of the team; residents see the part played, not who plays it."""

    person_id: UUID | None
    party: Party
    role: str
    responsible: bool


class GoalsOut(Out):
    """The goals of a project."""

    items: list[GoalOut]


class TeamOut(Out):
    """The team of a project."""

    items: list[MemberOut]


class TimelineOut(Out):
    """How a project came to its state."""

    items: list[StepOut]
