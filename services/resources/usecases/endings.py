"""What becomes of a project that is given up: bookings are freed, unpaid money stops, promises go back to the funds."""

from uuid import UUID

from services.resources.domain import ledger, lifecycle
from services.resources.domain.lifecycle import ProjectState, Verb
from services.resources.domain.payout import Stopper
from services.resources.events import AllocationReturned
from services.resources.models import AdoptedProject, Allocation, Fund
from services.resources.repository import Linking, Money
from services.resources.usecases import disbursements, requests

REASONS = {
    ProjectState.CANCELLED: "项目已取消 · project cancelled",
    ProjectState.TERMINATED: "项目已终止 · project terminated",
}


async def give_up(*, money: Money, project_id: UUID, verb: Verb) -> None:
    """Stop everything of a cancelled or terminated project; what was used and paid stays so.

    One never designed here asked for nothing: its design would have come before this.
    """
    linking = Linking(money.work)
    if await linking.project(project_id) is None:
        return
    project = await linking.lock_aside(AdoptedProject, project_id)
    project.state = lifecycle.advance(lifecycle.PROJECT, project.state, verb)
    reason = REASONS[project.state]
    for request in await linking.active_requests(project_id):
        await requests.give_up(linking=linking, request=request, reason=reason)
    for row in await money.under_way(project_id):
        disbursements.stop(money, row, reason, by=Stopper.PROJECT)
    await _give_back(money, project, reason)
    money.work.record(project, verb, reason=reason)


async def _give_back(money: Money, project: AdoptedProject, reason: str) -> None:
    """Free what the project did not spend; a fund of the whole city may be among those who promised it."""
    unspent = [allocation for allocation in await money.allocations(project.id) if allocation.left_fen]
    async with money.everywhere():
        funds = await money.funds_behind(unspent)
        for allocation in unspent:
            await _return(money, project, funds[allocation.fund_id], allocation)
        for fund in funds.values():
            money.work.record(fund, Verb.RETURN, reason=reason)


async def _return(money: Money, project: AdoptedProject, fund: Fund, allocation: Allocation) -> None:
    amount_fen = allocation.left_fen
    fund.state = lifecycle.advance(lifecycle.FUND, fund.state, Verb.RETURN)
    fund.allocated_fen -= amount_fen
    project.allocated_fen -= amount_fen
    allocation.returned_fen += amount_fen
    named = {"allocation_id": allocation.id, "fund_id": fund.id, "project_id": project.id}
    lines = ledger.returned(**named, amount_fen=amount_fen)
    await money.book(allocation.division, ledger.Kind.RETURN, allocation.id, lines)
    money.work.record(allocation, Verb.RETURN, AllocationReturned(**named, amount_fen=amount_fen))
