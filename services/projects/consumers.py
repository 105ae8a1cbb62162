"""What we do when another service announces something; the event classes are our own copies."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from services.projects.events import ErasureCompleted
from services.projects.models import HELD, ForgottenPerson
from services.projects.repository import Projects
from services.projects.usecases import adopted, implementation
from wushe.erasing import forget, let_go
from wushe.inbox import Consumers, Heard
from wushe.work import Work

consumers = Consumers()


class ConcernNamed(Heard):
    """A concern was confirmed or published."""

    concern_id: UUID
    title: str


class ConcernRetired(Heard):
    """A concern was taken back."""

    concern_id: UUID


class CaseRequested(Heard):
    """A need asks for a case of its own."""

    need_id: UUID
    resident_id: UUID | None = None
    field: str | None = None
    target_group: str | None = None
    urgency: str | None = None


class SchemeFrozen(Heard):
    """How a project will be judged is fixed."""

    project_id: UUID
    scheme_id: UUID
    scheme_hash: str


class StartReserved(Heard):
    """What a start needs was reserved."""

    project_id: UUID
    saga_id: UUID


class StartRefused(Heard):
    """What a start needs could not be reserved."""

    project_id: UUID
    saga_id: UUID
    reason: str | None = None


class EvaluationOpened(Heard):
    """Those who were served are being asked."""

    project_id: UUID


class ReportFinalised(Heard):
    """The report of one phase is final; a suppressed result has neither grade nor factor."""

    project_id: UUID
    phase: str
    grade: str | None = None
    factor: Decimal | None = None


class DisbursementPaid(Heard):
    """A tranche was paid."""

    project_id: UUID
    tranche_id: UUID
    amount_fen: int


class VisitRecorded(Heard):
    """Service was given on a visit."""

    visit_id: UUID
    visitor_person_id: UUID
    resident_person_ids: list[UUID]
    method: str
    minutes: int
    made_on: date


@consumers.on("cn.wushe.needs.visit.recorded.v1")
async def visit_recorded(work: Work, event: VisitRecorded) -> None:
    """Keep who gave service to whom, for how long."""
    facts = event.model_dump(include={"visitor_person_id", "resident_person_ids", "method", "minutes", "made_on"})
    await adopted.visit_recorded(repo=Projects(work), visit_id=event.visit_id, division=event.division, **facts)


@consumers.on("cn.wushe.needs.concern.confirmed.v1")
async def concern_confirmed(work: Work, event: ConcernNamed) -> None:
    """Let projects answer the concern."""
    await adopted.concern_confirmed(
        repo=Projects(work), concern_id=event.concern_id, division=event.division, title=event.title
    )


@consumers.on("cn.wushe.needs.concern.published.v1")
async def concern_published(work: Work, event: ConcernNamed) -> None:
    """Keep the published wording."""
    await adopted.concern_confirmed(
        repo=Projects(work), concern_id=event.concern_id, division=event.division, title=event.title
    )


@consumers.on("cn.wushe.needs.concern.retired.v1")
async def concern_retired(work: Work, event: ConcernRetired) -> None:
    """Let no further project answer the concern."""
    await adopted.concern_retired(repo=Projects(work), concern_id=event.concern_id, division=event.division)


@consumers.on("cn.wushe.evaluation.scheme.frozen.v1")
async def scheme_frozen(work: Work, event: SchemeFrozen) -> None:
    """Keep the hash that approval will nail to the project."""
    await adopted.scheme_frozen(
        repo=Projects(work),
        project_id=event.project_id,
        scheme_id=event.scheme_id,
        scheme_hash=event.scheme_hash,
    )


@consumers.on("cn.wushe.resources.start.reserved.v1")
async def start_reserved(work: Work, event: StartReserved) -> None:
    """Begin the work."""
    await implementation.reserved(repo=Projects(work), project_id=event.project_id, saga_id=event.saga_id)


@consumers.on("cn.wushe.resources.start.refused.v1")
async def start_refused(work: Work, event: StartRefused) -> None:
    """Go back to before the start."""
    await implementation.refused(
        repo=Projects(work), project_id=event.project_id, saga_id=event.saga_id, reason=event.reason
    )


@consumers.on("cn.wushe.needs.case.requested.v1")
async def case_requested(work: Work, event: CaseRequested) -> None:
    """Keep that somebody needs a case."""
    await adopted.case_requested(
        repo=Projects(work),
        need_id=event.need_id,
        division=event.division,
        resident_id=event.resident_id,
        field=event.field,
        target_group=event.target_group,
        urgency=event.urgency,
    )


@consumers.on("cn.wushe.evaluation.evaluation.opened.v1")
async def evaluation_opened(work: Work, event: EvaluationOpened) -> None:
    """Note that the project is being evaluated."""
    await implementation.evaluation_opened(repo=Projects(work), project_id=event.project_id)


@consumers.on("cn.wushe.evaluation.report.finalised.v1")
async def report_finalised(work: Work, event: ReportFinalised) -> None:
    """Keep what acceptance asks for."""
    await adopted.report_finalised(
        repo=Projects(work),
        project_id=event.project_id,
        phase=event.phase,
        grade=event.grade,
        factor=None if event.factor is None else str(event.factor),
    )


@consumers.on("cn.wushe.resources.disbursement.paid.v1")
async def disbursement_paid(work: Work, event: DisbursementPaid) -> None:
    """Show what was paid."""
    await adopted.tranche_paid(
        repo=Projects(work),
        project_id=event.project_id,
        tranche_id=event.tranche_id,
        amount_fen=event.amount_fen,
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
