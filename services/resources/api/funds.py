"""Routes of funds, donations and the ledger."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.payout import BudgetExceeded, OwnProject, PersonUnknown
from services.resources.models import Donation, Fund
from services.resources.repository import Money
from services.resources.schemas.money import (
    AllocateIn,
    AllocationOut,
    DonationIn,
    DonationOut,
    FundIn,
    FundOut,
    LedgerEntryOut,
)
from services.resources.usecases import funds as cases
from services.resources.usecases.demand import ProjectUnknown
from wushe.errors import ActionNotAllowed, NotFound, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="funds", about="公益基金、捐赠与分配 · Funds, donations and allocations")


@router.create(
    "/v1/funds",
    access=access.FUND_KEEPERS,
    operation="openFund",
    summary="设立资金 · Open a fund",
    refusals=[OutOfScope, PersonUnknown],
)
async def open_fund(body: FundIn, work: Working) -> FundOut:
    """Open a fund with one source."""
    fund = await cases.open_fund(money=Money(work), name=body.name, source=body.source, division=body.division)
    return FundOut.model_validate(fund)


@router.read("/v1/funds", access=access.MONEY_READERS, operation="listFunds", summary="资金列表 · List funds")
async def list_funds(page: Paging, work: Working) -> Page[FundOut]:
    """Funds of the caller's divisions, newest first."""
    return Page[FundOut].model_validate(await Money(work).funds(page))


@router.read("/v1/funds/{fund_id}", access=access.MONEY_READERS, operation="getFund", summary="资金详情 · Read a fund")
async def get_fund(fund_id: UUID, work: Working) -> FundOut:
    """One fund, what it received and what it promised."""
    return FundOut.model_validate(await Money(work).find(Fund, fund_id))


@router.verb(
    "/v1/funds/{fund_id}/allocate",
    access=access.FUND_KEEPERS,
    operation="allocateFund",
    summary="安排资金 · Allocate money to a project",
    refusals=[ActionNotAllowed, ProjectUnknown, PersonUnknown, OwnProject, cases.FundInsufficient, BudgetExceeded],
)
async def allocate(fund_id: UUID, body: AllocateIn, work: Working) -> AllocationOut:
    """Promise money to a project, within the fund's means and the project's budget."""
    allocation = await cases.allocate(
        money=Money(work), fund_id=fund_id, project_id=body.project_id, amount_fen=body.amount_fen
    )
    return AllocationOut.model_validate(allocation)


@router.verb(
    "/v1/funds/{fund_id}/close",
    access=access.FUND_KEEPERS,
    operation="closeFund",
    summary="关闭资金 · Close a fund",
    if_match=True,
    refusals=[ActionNotAllowed, PersonUnknown, cases.FundNotEmpty],
)
async def close(fund_id: UUID, work: Working) -> FundOut:
    """Close an empty fund."""
    return FundOut.model_validate(await cases.close(money=Money(work), fund_id=fund_id))


@router.create(
    "/v1/donations",
    access=access.DONATION_BOOKERS,
    operation="receiveDonation",
    summary="登记到账 · Book money received",
    refusals=[ActionNotAllowed, NotFound, PersonUnknown],
)
async def receive(body: DonationIn, work: Working) -> DonationOut:
    """Book money that came into a fund."""
    donation = await cases.receive(
        money=Money(work),
        fund_id=body.fund_id,
        donor_org_id=body.donor_org_id,
        amount_fen=body.amount_fen,
        purpose=body.purpose,
    )
    return DonationOut.model_validate(donation)


@router.read(
    "/v1/donations", access=access.MONEY_READERS, operation="listDonations", summary="到账列表 · List donations"
)
async def list_donations(page: Paging, work: Working, fund_id: UUID | None = None) -> Page[DonationOut]:
    """Money received in the caller's divisions, newest first."""
    return Page[DonationOut].model_validate(await Money(work).donations(page, fund_id=fund_id))


@router.read(
    "/v1/donations/{donation_id}",
    access=access.MONEY_READERS,
    operation="getDonation",
    summary="到账详情 · Read a donation",
)
async def get_donation(donation_id: UUID, work: Working) -> DonationOut:
    """One booking of money received."""
    return DonationOut.model_validate(await Money(work).find(Donation, donation_id))


@router.read(
    "/v1/ledger-entries",
    access=access.MONEY_READERS,
    operation="listLedgerEntries",
    summary="资金台账 · List ledger entries",
)
async def list_entries(
    page: Paging, work: Working, project_id: UUID | None = None, fund_id: UUID | None = None
) -> Page[LedgerEntryOut]:
    """Entries of the double-entry ledger, newest first."""
    found = await Money(work).entries(page, project_id=project_id, fund_id=fund_id)
    return Page[LedgerEntryOut].model_validate(found)
