"""What the projects service announces."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, FiniteFloat

from services.projects.domain.budget import Phase, TrancheGate
from services.projects.domain.goals import Dimension
from services.projects.domain.lifecycle import ActivityState, DeliberationState, ProjectKind, ProjectState
from wushe.outbox import Event

EVERYONE = ("evaluation", "needs", "resources")


class ProjectEvent(Event):
    """Base of the public announcements about a project: which one and where it stands now."""

    type: ClassVar[str] = ""
    public: ClassVar[bool] = True

    project_id: UUID
    state: ProjectState


class ProjectCreated(ProjectEvent):
    """A project was drafted."""

    type: ClassVar[str] = "cn.wushe.projects.project.created.v1"


class GoalFact(BaseModel):
    """One goal of the plan."""

    indicator: str
    unit: str
    baseline: FiniteFloat
    target: FiniteFloat
    due_date: date
    source: str
    dimension: Dimension


class PlannedFact(BaseModel):
    """The persons and sessions the plan promises."""

    persons: int
    sessions: int


class ProjectDesigned(Event):
    """A plan was written or rewritten; carries persons, so it stays between the services."""

    type: ClassVar[str] = "cn.wushe.projects.project.designed.v1"
    subscribers: ClassVar[tuple[str, ...]] = EVERYONE

    project_id: UUID
    title: str
    kind: ProjectKind
    division: str
    concern_ids: list[UUID]
    author_person_id: UUID
    writer_person_ids: list[UUID]
    team_person_ids: list[UUID]
    undertaker_org_id: UUID | None
    budget_fen: int
    goals: list[GoalFact]
    planned: PlannedFact


class ProjectSubmitted(ProjectEvent):
    """A plan was handed in for review."""

    type: ClassVar[str] = "cn.wushe.projects.project.submitted.v1"


class ProjectReviewed(ProjectEvent):
    """A supervisor gave a professional opinion."""

    type: ClassVar[str] = "cn.wushe.projects.project.reviewed.v1"


class ProjectApproved(ProjectEvent):
    """A project was approved."""

    type: ClassVar[str] = "cn.wushe.projects.project.approved.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("needs",)


class ProjectDecided(Event):
    """Who approved a project; evaluation keeps approvers from scoring it."""

    type: ClassVar[str] = "cn.wushe.projects.project.decided.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("evaluation",)

    project_id: UUID
    approver_person_id: UUID
    org: UUID | None


class InterestDeclared(Event):
    """Somebody has a stake in a project beside its team; evaluation keeps them from scoring it."""

    type: ClassVar[str] = "cn.wushe.projects.interest.declared.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("evaluation",)

    project_id: UUID
    person_ids: list[UUID]
    org_ids: list[UUID]
    why: str


class ProjectRejected(ProjectEvent):
    """A project was turned down."""

    type: ClassVar[str] = "cn.wushe.projects.project.rejected.v1"


class ProjectPublicised(ProjectEvent):
    """A project was put before the public."""

    type: ClassVar[str] = "cn.wushe.projects.project.publicised.v1"

    ends_at: datetime


class StartRequested(Event):
    """Everything a start needs is to be reserved before the deadline."""

    type: ClassVar[str] = "cn.wushe.projects.start.requested.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("resources",)

    project_id: UUID
    saga_id: UUID
    deadline: datetime
    budget_fen: int


class StartWithdrawn(Event):
    """A start no longer waits; what was reserved for it is to be released."""

    type: ClassVar[str] = "cn.wushe.projects.start.withdrawn.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("resources",)

    project_id: UUID
    saga_id: UUID


class ProjectStarted(ProjectEvent):
    """Everything is reserved and the work began."""

    type: ClassVar[str] = "cn.wushe.projects.project.started.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("evaluation", "needs")


class ProjectSuspended(ProjectEvent):
    """The work was interrupted."""

    type: ClassVar[str] = "cn.wushe.projects.project.suspended.v1"


class ProjectResumed(ProjectEvent):
    """The work goes on."""

    type: ClassVar[str] = "cn.wushe.projects.project.resumed.v1"


class ProjectCancelled(ProjectEvent):
    """A project was given up before its work began."""

    type: ClassVar[str] = "cn.wushe.projects.project.cancelled.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("needs", "resources")


class ProjectTerminated(ProjectEvent):
    """A project was broken off after its work had begun."""

    type: ClassVar[str] = "cn.wushe.projects.project.terminated.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("needs", "resources")


class Delivered(BaseModel):
    """What was delivered by confirmed records: persons, person-times and sessions held."""

    persons: int
    person_times: int
    sessions: int


class ProjectCompleted(ProjectEvent):
    """The work is done; count and digest let evaluation know that it has heard every record."""

    type: ClassVar[str] = "cn.wushe.projects.project.completed.v1"
    subscribers: ClassVar[tuple[str, ...]] = EVERYONE

    record_count: int
    record_digest: str
    delivered: Delivered


class ProjectAccepted(ProjectEvent):
    """A project was accepted after its evaluation."""

    type: ClassVar[str] = "cn.wushe.projects.project.accepted.v1"
    subscribers: ClassVar[tuple[str, ...]] = EVERYONE


class ProjectArchived(ProjectEvent):
    """A project was put away."""

    type: ClassVar[str] = "cn.wushe.projects.project.archived.v1"


class DeliberationEvent(Event):
    """Base of the public announcements about a decision of the residents."""

    type: ClassVar[str] = ""
    public: ClassVar[bool] = True

    deliberation_id: UUID
    project_id: UUID
    state: DeliberationState


class DeliberationRecorded(DeliberationEvent):
    """A decision was recorded and counted."""

    type: ClassVar[str] = "cn.wushe.projects.deliberation.recorded.v1"


class DeliberationPublicised(DeliberationEvent):
    """A decision was put before the public."""

    type: ClassVar[str] = "cn.wushe.projects.deliberation.publicised.v1"


class DeliberationConcluded(DeliberationEvent):
    """A decision took effect after its publicity."""

    type: ClassVar[str] = "cn.wushe.projects.deliberation.concluded.v1"


class DeliberationAnnulled(DeliberationEvent):
    """A decision was annulled after an objection."""

    type: ClassVar[str] = "cn.wushe.projects.deliberation.annulled.v1"


class TrancheFact(BaseModel):
    """One tranche of a contract."""

    tranche_id: UUID
    label: str
    amount_fen: int
    gate: TrancheGate
    phase: Phase | None


class ContractSigned(Event):
    """A contract binds; resources plans its payments."""

    type: ClassVar[str] = "cn.wushe.projects.contract.signed.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("resources",)

    contract_id: UUID
    project_id: UUID
    division: str
    payee_org_id: UUID
    budget_fen: int
    tranches: list[TrancheFact]


class ActivityEvent(Event):
    """Base of the public announcements about an activity."""

    type: ClassVar[str] = ""
    public: ClassVar[bool] = True

    activity_id: UUID
    project_id: UUID
    state: ActivityState


class ActivityScheduled(ActivityEvent):
    """An activity was announced."""

    type: ClassVar[str] = "cn.wushe.projects.activity.scheduled.v1"


class ActivityHeld(ActivityEvent):
    """An activity took place."""

    type: ClassVar[str] = "cn.wushe.projects.activity.held.v1"


class ActivityCancelled(ActivityEvent):
    """An activity will not take place."""

    type: ClassVar[str] = "cn.wushe.projects.activity.cancelled.v1"


class RecordEvent(Event):
    """Base of what evaluation hears about a service record."""

    type: ClassVar[str] = ""
    subscribers: ClassVar[tuple[str, ...]] = ("evaluation",)

    record_id: UUID
    project_id: UUID
    person_id: UUID
    activity_id: UUID
    minutes: int


class RecordRecorded(RecordEvent):
    """The organiser says a person was served."""

    type: ClassVar[str] = "cn.wushe.projects.service_record.recorded.v1"


class RecordConfirmed(RecordEvent):
    """The person says so too."""

    type: ClassVar[str] = "cn.wushe.projects.service_record.confirmed.v1"


class RecordDisputed(RecordEvent):
    """The person says otherwise."""

    type: ClassVar[str] = "cn.wushe.projects.service_record.disputed.v1"


class About(BaseModel):
    """What a notice is about."""

    collection: str
    id: UUID


class NoticeIssued(Event):
    """A sentence for one person's inbox."""

    type: ClassVar[str] = "cn.wushe.projects.notice.issued.v1"
    subscribers: ClassVar[tuple[str, ...]] = ("gateway",)

    person_id: UUID
    code: str
    zh: str
    en: str
    about: About


class ErasureCompleted(Event):
    """A person was let go of here: a receipt for needs, not public."""

    type: ClassVar[str] = "cn.wushe.projects.erasure.completed.v1"
    subscribers = ("needs",)

    erasure_id: UUID
    removed: int
