"""What we do when projects or evaluation announce something, with our own copies of their events."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.resources.domain.lifecycle import Verb
from services.resources.domain.payout import AdviceKind, Gate
from services.resources.events import ErasureCompleted
from services.resources.models import HELD, ForgottenPerson, Phase, ProjectKind
from services.resources.repository import Linking, Money, Nearby
from services.resources.usecases import endings, nearby, projects
from wushe.erasing import forget, let_go
from wushe.inbox import Consumers, Heard
from wushe.work import Work

consumers = Consumers()


class ProjectDesigned(Heard):
    """A project has a plan, or a new version of it."""

    project_id: UUID
    title: str
    kind: ProjectKind
    budget_fen: int
    author_person_id: UUID
    writer_person_ids: list[UUID] = Field(default_factory=list)
    team_person_ids: list[UUID] = Field(default_factory=list)
    undertaker_org_id: UUID | None = None


class StartRequested(Heard):
    """A project wants to start and asks for its resources."""

    project_id: UUID
    saga_id: UUID


class StartWithdrawn(Heard):
    """A start did not happen."""

    project_id: UUID
    saga_id: UUID


class ProjectCompleted(Heard):
    """A project has done its work."""

    project_id: UUID


class ProjectCancelled(Heard):
    """A project was given up before its work began."""

    project_id: UUID


class ProjectTerminated(Heard):
    """A project was given up in the middle of its work."""

    project_id: UUID


class ProjectAccepted(Heard):
    """A project passed its acceptance."""

    project_id: UUID


class Tranche(BaseModel):
    """One part of a contract's money."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tranche_id: UUID
    label: str
    amount_fen: int
    gate: Gate
    phase: Phase | None = None


class ContractSigned(Heard):
    """A contract with its tranches is signed."""

    contract_id: UUID
    project_id: UUID
    payee_org_id: UUID
    tranches: list[Tranche]


class PayoutAdviceIssued(Heard):
    """A final evaluation report says what it means for the money."""

    project_id: UUID
    evaluation_id: UUID
    phase: Phase
    kind: AdviceKind
    grade: str | None = None
    factor: Annotated[Decimal, Field(ge=0, le=1)] | None = None


@consumers.on("cn.wushe.projects.project.designed.v1")
async def designed(work: Work, event: ProjectDesigned) -> None:
    """Keep our copy of the project."""
    await projects.adopt(
        linking=Linking(work),
        project_id=event.project_id,
        division=event.division,
        title=event.title,
        kind=event.kind,
        budget_fen=event.budget_fen,
        writer_person_ids={event.author_person_id, *event.writer_person_ids},
        team_person_ids=event.team_person_ids,
        undertaker_org_id=event.undertaker_org_id,
    )


@consumers.on("cn.wushe.projects.start.requested.v1")
async def start_requested(work: Work, event: StartRequested) -> None:
    """Confirm what the project asked for, or refuse its start."""
    await projects.start(linking=Linking(work), project_id=event.project_id, saga_id=event.saga_id)


@consumers.on("cn.wushe.projects.start.withdrawn.v1")
async def start_withdrawn(work: Work, event: StartWithdrawn) -> None:
    """Release what the withdrawn start had confirmed."""
    await projects.undo_start(linking=Linking(work), project_id=event.project_id, saga_id=event.saga_id)


@consumers.on("cn.wushe.projects.project.completed.v1")
async def completed(work: Work, event: ProjectCompleted) -> None:
    """Close the project's requests."""
    await projects.complete(linking=Linking(work), project_id=event.project_id)


@consumers.on("cn.wushe.projects.project.cancelled.v1")
async def cancelled(work: Work, event: ProjectCancelled) -> None:
    """Free what was reserved for the project, and stop its money."""
    await endings.give_up(money=Money(work), project_id=event.project_id, verb=Verb.CANCEL)


@consumers.on("cn.wushe.projects.project.terminated.v1")
async def terminated(work: Work, event: ProjectTerminated) -> None:
    """Free what is still reserved for the project, and stop the money not yet paid."""
    await endings.give_up(money=Money(work), project_id=event.project_id, verb=Verb.TERMINATE)


@consumers.on("cn.wushe.projects.project.accepted.v1")
async def accepted(work: Work, event: ProjectAccepted) -> None:
    """Open the gate of the acceptance tranche."""
    await projects.accept(money=Money(work), project_id=event.project_id)


@consumers.on("cn.wushe.projects.contract.signed.v1")
async def contract_signed(work: Work, event: ContractSigned) -> None:
    """Plan a disbursement for every tranche."""
    await projects.plan_disbursements(
        money=Money(work),
        project_id=event.project_id,
        contract_id=event.contract_id,
        payee_org_id=event.payee_org_id,
        tranches=event.tranches,
    )


@consumers.on("cn.wushe.evaluation.payout_advice.issued.v1")
async def payout_advised(work: Work, event: PayoutAdviceIssued) -> None:
    """Follow the advice with the tranches that wait for it."""
    await projects.advise(
        money=Money(work),
        project_id=event.project_id,
        evaluation_id=event.evaluation_id,
        phase=event.phase,
        kind=event.kind,
        grade=event.grade,
        factor=event.factor,
    )


class PersonErased(Heard):
    """A person asked to be erased."""

    person_id: UUID
    erasure_id: UUID


@consumers.on("cn.wushe.needs.person.erased.v1")
async def person_erased(work: Work, event: PersonErased) -> None:
    """Let go of the person, and say so."""
    removed = await let_go(work, HELD, event.person_id)
    await forget(
        work,
        ForgottenPerson,
        erasure_id=event.erasure_id,
        person_id=event.person_id,
        division=event.division,
        removed=removed,
        announce=lambda count: ErasureCompleted(erasure_id=event.erasure_id, removed=count),
    )


class NeedOfferable(Heard):
    """A need was accepted, and where it is."""

    need_id: UUID
    field: str | None = None
    lon: float
    lat: float


class Subject(BaseModel):
    """What a notice was about."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    collection: str
    id: UUID


class PersonUnreached(Heard):
    """No channel reached a person with a notice."""

    about: Subject


@consumers.on("cn.wushe.needs.need.offerable.v1")
async def need_offerable(work: Work, event: NeedOfferable) -> None:
    """Put it to willing providers nearby."""
    await nearby.offer(
        nearby=Nearby(work),
        need_id=event.need_id,
        division=event.division,
        field=event.field,
        lon=event.lon,
        lat=event.lat,
    )


@consumers.on("cn.wushe.gateway.person.unreached.v1")
async def person_unreached(work: Work, event: PersonUnreached) -> None:
    """Note that a provider did not hear of what was put to it."""
    if event.about.collection == "need-offers":
        await nearby.unreached(nearby=Nearby(work), offer_id=event.about.id)
