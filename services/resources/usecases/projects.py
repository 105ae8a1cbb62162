"""What this service does when a project moves on, and the start saga."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.resources.domain import lifecycle
from services.resources.domain.lifecycle import (
    STOPPED,
    DisbursementState,
    ProjectState,
    RequestState,
    ReservationState,
    Verb,
)
from services.resources.domain.payout import AdviceKind, Gate, Stopper
from services.resources.events import StartRefused, StartReserved
from services.resources.models import (
    AdoptedProject,
    Disbursement,
    PayoutAdvice,
    Phase,
    ProjectKind,
    Reservation,
    ResourceRequest,
)
from services.resources.repository import Linking, Money
from services.resources.usecases import disbursements, holds
from services.resources.usecases.endings import REASONS
from services.resources.usecases.reservations import EXPIRED
from services.resources.usecases.standing import UNFIT
from wushe.db import uuid7
from wushe.errors import Unavailable

MISSING = "RESOURCES_MISSING"
START_WITHDRAWN = "启动已撤回 · start withdrawn"
COMPLETED = "项目已完成 · project completed"
NOT_PASSED = "评价未达合格 · evaluation not passed"
ADVISED = (Gate.EVALUATION_FINAL, Gate.ACCEPTANCE)


async def adopt(
    *,
    linking: Linking,
    project_id: UUID,
    division: str,
    title: str,
    kind: ProjectKind,
    budget_fen: int,
    writer_person_ids: Collection[UUID],
    team_person_ids: Collection[UUID],
    undertaker_org_id: UUID | None,
) -> None:
    """Keep our copy of a project in step with its latest design."""
    project = await linking.project(project_id)
    if project is None:
        project = linking.add(AdoptedProject(id=project_id, division=division, state=ProjectState.DESIGNED))
    else:
        project = await linking.lock_aside(AdoptedProject, project_id)
    project.state = lifecycle.advance(lifecycle.PROJECT, project.state, Verb.DESIGN)
    project.title, project.kind, project.budget_fen = title, kind, budget_fen
    project.undertaker_org_id = undertaker_org_id
    project.writer_person_ids = sorted(str(person) for person in writer_person_ids)
    project.team_person_ids = sorted(str(person) for person in team_person_ids)
    linking.work.record(project, Verb.DESIGN)


async def start(*, linking: Linking, project_id: UUID, saga_id: UUID) -> None:
    """Confirm everything a project asked for, or refuse its start naming the requests still open."""
    project = await _known(linking, project_id)
    asked = {request.id: request for request in await linking.active_requests(project_id)}
    good = await _drop_lapsed(linking, asked, await linking.booked(project_id))
    missing = [request.id for request in asked.values() if request.state is RequestState.OPEN]
    if missing:
        refused = StartRefused(project_id=project_id, saga_id=saga_id, reason=MISSING, request_ids=missing)
        linking.work.record(project, "refuse_start", refused, reason=MISSING)
        return
    for reservation in good:
        if reservation.state is ReservationState.HELD:
            await holds.confirm(linking=linking, reservation=reservation, saga_id=saga_id)
    linking.work.record(project, "reserve_start", StartReserved(project_id=project_id, saga_id=saga_id))


async def _drop_lapsed(
    linking: Linking, asked: Mapping[UUID, ResourceRequest], booked: Sequence[Reservation]
) -> list[Reservation]:
    """What still counts, after letting go of lapsed holds and of whoever was suspended or left meanwhile."""
    unfit, good = await linking.unfit(booked), []
    for reservation in booked:
        is_lapsed = reservation.state is ReservationState.HELD and reservation.hold_expires_at <= linking.work.now
        if reservation.id not in unfit and not is_lapsed:
            good.append(reservation)
            continue
        verb, reason = (Verb.EXPIRE, EXPIRED) if is_lapsed else (Verb.RELEASE, UNFIT)
        await holds.let_go(linking=linking, reservation=reservation, verb=verb, reason=reason)
        holds.reopen(linking=linking, request=asked[reservation.request_id])
    return good


async def undo_start(*, linking: Linking, project_id: UUID, saga_id: UUID) -> None:
    """Release what one start had confirmed; what was confirmed otherwise stays."""
    for request in await linking.active_requests(project_id):
        for reservation in await linking.reservations_of(request.id, ReservationState.CONFIRMED):
            if reservation.saga_id == saga_id:
                await holds.let_go(linking=linking, reservation=reservation, verb=Verb.RELEASE, reason=START_WITHDRAWN)
                holds.reopen(linking=linking, request=request)


async def complete(*, linking: Linking, project_id: UUID) -> None:
    """Close a completed project's requests: confirmed reservations were used, held ones are let go."""
    project = await _known(linking, project_id)
    project.state = lifecycle.advance(lifecycle.PROJECT, project.state, Verb.COMPLETE)
    linking.work.record(project, Verb.COMPLETE)
    for request in await linking.active_requests(project_id):
        await _settle(linking, request)


async def _settle(linking: Linking, request: ResourceRequest) -> None:
    for reservation in await linking.reservations_of(request.id, ReservationState.CONFIRMED):
        holds.use(linking=linking, reservation=reservation)
    for reservation in await linking.reservations_of(request.id, ReservationState.HELD):
        await holds.let_go(linking=linking, reservation=reservation, verb=Verb.RELEASE, reason=COMPLETED)
    for offer in await linking.pending_offers(request.id):
        offer.state = lifecycle.advance(lifecycle.OFFER, offer.state, Verb.EXPIRE)
        linking.work.record(offer, Verb.EXPIRE, reason=COMPLETED)
    request.state = lifecycle.advance(lifecycle.REQUEST, request.state, Verb.CLOSE)
    linking.work.record(request, Verb.CLOSE)


async def accept(*, money: Money, project_id: UUID) -> None:
    """Note that a project was accepted, which may open its last tranche."""
    project = await _known(Linking(money.work), project_id)
    project.state = lifecycle.advance(lifecycle.PROJECT, project.state, Verb.ACCEPT)
    money.work.record(project, Verb.ACCEPT)
    for row in await money.waiting(project_id, Gate.ACCEPTANCE):
        disbursements.open_if_due(money, row, project)


async def plan_disbursements(
    *, money: Money, project_id: UUID, contract_id: UUID, payee_org_id: UUID, tranches: Sequence[Any]
) -> None:
    """One disbursement per tranche of a signed contract; those due at signing become due at once.

    A contract may be heard after its project was given up: both are announced on their own.
    """
    project = await _known(Linking(money.work), project_id)
    for tranche in tranches:
        if await money.planned(tranche.tranche_id) is None:
            row = _planned(project, contract_id, payee_org_id, tranche)
            await _apply_kept_advice(money, row)
            money.add(row)
            money.work.record(row, "plan")
            if project.state in STOPPED:
                disbursements.stop(money, row, REASONS[project.state], by=Stopper.PROJECT)
            disbursements.open_if_due(money, row, project)


def _planned(project: AdoptedProject, contract_id: UUID, payee_org_id: UUID, tranche: Any) -> Disbursement:
    return Disbursement(
        id=uuid7(),
        division=project.division,
        project_id=project.id,
        contract_id=contract_id,
        tranche_id=tranche.tranche_id,
        payee_org_id=payee_org_id,
        label=tranche.label,
        gate=tranche.gate,
        phase=tranche.phase,
        tranche_fen=tranche.amount_fen,
        amount_fen=tranche.amount_fen,
        state=DisbursementState.PLANNED,
        round=1,
        is_reached=False,
    )


async def _apply_kept_advice(money: Money, row: Disbursement) -> None:
    """An advice may have reached us before the contract did: they are announced by different services."""
    kept = await money.advice(row.project_id, row.phase or Phase.AFTER)
    if kept is not None and row.gate in ADVISED:
        _take(row, kept)


def _take(row: Disbursement, advice: PayoutAdvice) -> None:
    row.advice_kind, row.factor, row.evaluation_id = advice.kind, advice.factor, advice.evaluation_id


async def advise(
    *,
    money: Money,
    project_id: UUID,
    evaluation_id: UUID,
    phase: Phase,
    kind: AdviceKind,
    grade: str | None,
    factor: Decimal | None,
) -> None:
    """Apply a payout advice to the tranches waiting for the evaluation of its phase."""
    project = await _known(Linking(money.work), project_id)
    advice = await money.keep_advice(
        division=project.division,
        project_id=project_id,
        phase=phase,
        evaluation_id=evaluation_id,
        kind=kind,
        grade=grade,
        factor=None if factor is None else str(factor),
    )
    for row in await money.waiting(project_id, *ADVISED):
        if (row.phase or Phase.AFTER) is phase:
            _follow(money, row, project, advice)


def _follow(money: Money, row: Disbursement, project: AdoptedProject, advice: PayoutAdvice) -> None:
    """One tranche follows the latest advice; what people withheld stays withheld until people release it."""
    _take(row, advice)
    money.work.record(row, "advise")
    if advice.kind is AdviceKind.WITHHOLD:
        if row.state is DisbursementState.PLANNED:
            disbursements.stop(money, row, NOT_PASSED, by=Stopper.ADVICE)
        return
    if row.stopped_by is Stopper.ADVICE and project.state not in STOPPED:
        disbursements.resume(money, row)
    disbursements.open_if_due(money, row, project)


async def _known(linking: Linking, project_id: UUID) -> AdoptedProject:
    """Our locked copy; when its design is still on its way, the sender tries again later."""
    if await linking.project(project_id) is None:
        raise Unavailable(retry_after=1)
    return await linking.lock_aside(AdoptedProject, project_id)
