"""Tranches on their way to the payee: due, approved twice, paid once, or withheld."""

from uuid import UUID

from services.resources.domain import ledger, lifecycle, payout
from services.resources.domain.lifecycle import STOPPED, DisbursementState, ProjectState, Standing, Verb
from services.resources.domain.payout import Facts, Gate, Purse, Stopper
from services.resources.events import DisbursementPaid
from services.resources.models import AdoptedProject, Approval, Disbursement, Registration
from services.resources.repository import Linking, Money
from services.resources.usecases.demand import require_project
from services.resources.usecases.funds import interests_of
from wushe.errors import Refusal

SETTLED = (DisbursementState.PAID, DisbursementState.WITHHELD)


class PayeeNotRegistered(Refusal):
    """Money goes only to a verified provider registered with a unified social credit code."""

    zh = "收款方不是已核实的登记机构，不能拨付；可由代管机构代收。"
    en = "The payee is not a verified, registered organisation; let a host organisation receive the money."
    toast = "收款方未登记"


async def reach(*, money: Money, disbursement_id: UUID) -> Disbursement:
    """Confirm the milestone of a tranche, which makes it due."""
    row, project = await _locked(money, disbursement_id)
    _decider(money, row, project)
    lifecycle.advance(lifecycle.DISBURSEMENT, row.state, Verb.REACH)
    row.is_reached = True
    money.work.record(row, Verb.REACH)
    open_if_due(money, row, project)
    return row


async def approve(*, money: Money, disbursement_id: UUID) -> Disbursement:
    """Approve a due tranche; two different people without a part in the project are needed."""
    row, project = await _locked(money, disbursement_id)
    person_id = _decider(money, row, project)
    if row.state not in SETTLED:
        payout.require_gate(facts_of(row, project))
        payout.require_turn(person_id, role=money.work.caller.role, approvers=await money.approvers(row))
    row.state = lifecycle.advance(lifecycle.DISBURSEMENT, row.state, Verb.APPROVE)
    approval = Approval(
        division=row.division,
        disbursement_id=row.id,
        round=row.round,
        person_id=person_id,
        role=money.work.caller.role,
    )
    await money.insert(approval, clash=payout.SameApprover)
    money.work.record(row, Verb.APPROVE)
    return row


async def pay(*, money: Money, disbursement_id: UUID) -> Disbursement:
    """Pay an approved tranche out of the project's allocations and book it, once."""
    row, project = await _locked(money, disbursement_id)
    _decider(money, row, project)
    if row.state not in SETTLED:
        payout.require_gate(facts_of(row, project))
        payout.require_approvals(await money.approvers(row))
    state = lifecycle.advance(lifecycle.DISBURSEMENT, row.state, Verb.PAY)
    await _require_payee(money, row.payee_org_id)
    await _spend(money, row, project)
    row.state, row.paid_at = state, money.work.now
    paid = DisbursementPaid(
        disbursement_id=row.id, project_id=row.project_id, tranche_id=row.tranche_id, amount_fen=row.amount_fen
    )
    money.work.record(row, Verb.PAY, paid)
    return row


async def withhold(*, money: Money, disbursement_id: UUID, reason: str) -> Disbursement:
    """Stop a tranche; approvals given so far are void."""
    row, project = await _locked(money, disbursement_id)
    _decider(money, row, project)
    stop(money, row, reason, by=Stopper.PERSON)
    return row


async def release(*, money: Money, disbursement_id: UUID) -> Disbursement:
    """Take a withheld tranche up again; it is due when its gate is open, and needs two new approvals."""
    row, project = await _locked(money, disbursement_id)
    _decider(money, row, project)
    resume(money, row)
    open_if_due(money, row, project)
    return row


def stop(money: Money, row: Disbursement, reason: str, *, by: Stopper) -> None:
    """Withhold a locked disbursement and begin a new round of approvals."""
    row.state = lifecycle.advance(lifecycle.DISBURSEMENT, row.state, Verb.WITHHOLD)
    row.reason, row.stopped_by = reason, by
    row.round += 1
    money.work.record(row, Verb.WITHHOLD, reason=reason)


def resume(money: Money, row: Disbursement) -> None:
    """Put a withheld disbursement back among the planned ones."""
    row.state = lifecycle.advance(lifecycle.DISBURSEMENT, row.state, Verb.RELEASE)
    row.reason = row.stopped_by = None
    money.work.record(row, Verb.RELEASE)


def open_if_due(money: Money, row: Disbursement, project: AdoptedProject) -> None:
    """Make a planned disbursement due once its gate is open; an advice decides how much of it."""
    if row.state is not DisbursementState.PLANNED or not payout.is_open(facts_of(row, project)):
        return
    if row.advice_kind is not None:
        factor = payout.factor_of(row.advice_kind, row.factor)
        row.amount_fen = payout.payable(row.tranche_fen, factor, project.budget_fen - project.paid_fen)
    row.state = lifecycle.advance(lifecycle.DISBURSEMENT, row.state, Verb.OPEN)
    money.work.record(row, Verb.OPEN)


def facts_of(row: Disbursement, project: AdoptedProject) -> Facts:
    """What is known about the gate of a disbursement."""
    is_advised = row.gate in (Gate.EVALUATION_FINAL, Gate.ACCEPTANCE)
    return Facts(
        gate=row.gate,
        advice=row.advice_kind if is_advised else None,
        is_reached=row.is_reached,
        is_accepted=project.state is ProjectState.ACCEPTED,
        is_stopped=project.state in STOPPED,
    )


async def _locked(money: Money, disbursement_id: UUID) -> tuple[Disbursement, AdoptedProject]:
    """A disbursement and its project, the project locked first."""
    seen = await money.find(Disbursement, disbursement_id)
    await require_project(Linking(money.work), seen.project_id)
    project = await money.lock_aside(AdoptedProject, seen.project_id)
    return await money.lock(Disbursement, disbursement_id), project


def _decider(money: Money, row: Disbursement, project: AdoptedProject) -> UUID:
    """The person deciding about this money, who has no part in it; nobody decides once the project is given up."""
    caller = money.work.caller
    person_id = payout.require_independent(caller.person_id, caller.org, interests_of(project, row.payee_org_id))
    payout.require_going(facts_of(row, project))
    return person_id


async def _require_payee(money: Money, org_id: UUID) -> None:
    payee = await money.payee(org_id)
    if payee is None or payee.registration is not Registration.REGISTERED or payee.state is not Standing.VERIFIED:
        raise PayeeNotRegistered


async def _spend(money: Money, row: Disbursement, project: AdoptedProject) -> None:
    """Draw the amount from the project's allocations, oldest first, and book it."""
    allocations = await money.allocations(project.id)
    purses = [Purse(one.id, one.fund_id, one.left_fen) for one in allocations]
    parts = payout.draw(purses, row.amount_fen)
    drawn = {part.allocation_id: part.amount_fen for part in parts}
    for allocation in allocations:
        if allocation.id in drawn:
            allocation.spent_fen += drawn[allocation.id]
            money.work.record(allocation, Verb.PAY)
    project.paid_fen += row.amount_fen
    money.work.record(project, Verb.PAY)
    await money.book(row.division, ledger.Kind.DISBURSEMENT, row.id, ledger.paid(project_id=project.id, parts=parts))
