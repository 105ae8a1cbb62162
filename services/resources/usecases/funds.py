"""Money coming in and being promised to projects."""

from uuid import UUID

from services.resources.domain import ledger, lifecycle, payout
from services.resources.domain.lifecycle import FundState, Verb
from services.resources.domain.parties import MACHINE
from services.resources.domain.payout import BudgetExceeded, Interests
from services.resources.events import AllocationMade, DonationReceived
from services.resources.models import AdoptedProject, Allocation, Donation, Fund, FundSource
from services.resources.repository import Linking, Money
from services.resources.usecases.demand import require_project
from wushe.db import uuid7
from wushe.errors import Refusal


class FundInsufficient(Refusal):
    """The fund has less than was asked for."""

    zh = "资金余额不足：可用 {left_fen} 分，需要 {amount_fen} 分。"
    en = "The fund has {left_fen} fen left, {amount_fen} are needed."
    toast = "资金余额不足"


class FundNotEmpty(Refusal):
    """A fund is closed only when nothing is left in it."""

    zh = "资金尚有 {cash_fen} 分未使用，不能关闭。"
    en = "{cash_fen} fen are still in the fund; it cannot be closed."
    toast = "资金尚有余额"


async def open_fund(*, money: Money, name: str, source: FundSource, division: str) -> Fund:
    """Start a fund with one source."""
    payout.require_known(money.work.caller.person_id)
    fund = money.add(
        Fund(
            id=uuid7(),
            division=division,
            name=name,
            source=source,
            received_fen=0,
            allocated_fen=0,
            state=FundState.OPEN,
        )
    )
    money.work.record(fund, Verb.OPEN)
    return fund


async def receive(*, money: Money, fund_id: UUID, donor_org_id: UUID | None, amount_fen: int, purpose: str) -> Donation:
    """Book money that came into a fund; a bank's or platform's own system decides nothing and needs no person."""
    if money.work.caller.role != MACHINE:
        payout.require_known(money.work.caller.person_id)
    fund = await money.lock_aside(Fund, fund_id)
    lifecycle.advance(lifecycle.FUND, fund.state, Verb.RECEIVE)
    donation = money.add(
        Donation(
            id=uuid7(),
            division=fund.division,
            fund_id=fund.id,
            donor_org_id=donor_org_id,
            amount_fen=amount_fen,
            purpose=purpose,
        )
    )
    fund.received_fen += amount_fen
    lines = ledger.received(fund_id=fund.id, amount_fen=amount_fen)
    await money.book(fund.division, ledger.Kind.DONATION, donation.id, lines)
    received = DonationReceived(donation_id=donation.id, fund_id=fund.id, amount_fen=amount_fen)
    money.work.record(donation, Verb.RECEIVE, received)
    money.work.record(fund, Verb.RECEIVE)
    return donation


async def allocate(*, money: Money, fund_id: UUID, project_id: UUID, amount_fen: int) -> Allocation:
    """Promise money of a fund to a project, never beyond the fund's means nor the project's budget."""
    caller = money.work.caller
    payout.require_known(caller.person_id)
    await require_project(Linking(money.work), project_id)
    # Projects before funds: giving a project up frees the promises of several funds at once.
    project = await money.lock_aside(AdoptedProject, project_id)
    payout.require_independent(caller.person_id, caller.org, interests_of(project))
    fund = await money.lock_aside(Fund, fund_id)
    lifecycle.advance(lifecycle.FUND, fund.state, Verb.ALLOCATE)
    _require_means(fund, project, amount_fen)
    allocation = money.add(
        Allocation(
            id=uuid7(),
            division=project.division,
            fund_id=fund.id,
            project_id=project.id,
            amount_fen=amount_fen,
            spent_fen=0,
            returned_fen=0,
        )
    )
    fund.allocated_fen += amount_fen
    project.allocated_fen += amount_fen
    lines = ledger.allocated(fund_id=fund.id, project_id=project.id, allocation_id=allocation.id, amount_fen=amount_fen)
    await money.book(project.division, ledger.Kind.ALLOCATION, allocation.id, lines)
    made = AllocationMade(allocation_id=allocation.id, fund_id=fund.id, project_id=project.id, amount_fen=amount_fen)
    money.work.record(allocation, Verb.ALLOCATE, made)
    money.work.record(fund, Verb.ALLOCATE)
    money.work.record(project, Verb.ALLOCATE)
    return allocation


async def close(*, money: Money, fund_id: UUID) -> Fund:
    """Close an empty fund."""
    payout.require_known(money.work.caller.person_id)
    fund = await money.lock(Fund, fund_id)
    state = lifecycle.advance(lifecycle.FUND, fund.state, Verb.CLOSE)
    cash = await money.cash_of(fund.id)
    if cash:
        raise FundNotEmpty(cash_fen=cash)
    fund.state = state
    money.work.record(fund, Verb.CLOSE)
    return fund


def interests_of(project: AdoptedProject, *organisations: UUID) -> Interests:
    """Everybody with a part in a project, and the organisations that carry it out or are paid."""
    return Interests(
        people=frozenset(UUID(person) for person in (*project.writer_person_ids, *project.team_person_ids)),
        organisations=frozenset(org for org in (project.undertaker_org_id, *organisations) if org),
    )


def _require_means(fund: Fund, project: AdoptedProject, amount_fen: int) -> None:
    lifecycle.advance(lifecycle.PROJECT, project.state, Verb.ALLOCATE)
    in_fund = fund.received_fen - fund.allocated_fen
    if amount_fen > in_fund:
        raise FundInsufficient(left_fen=in_fund, amount_fen=amount_fen)
    in_budget = project.budget_fen - project.allocated_fen
    if amount_fen > in_budget:
        raise BudgetExceeded(left_fen=max(0, in_budget), amount_fen=amount_fen)
