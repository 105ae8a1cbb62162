"""Routes of disbursements."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain import payout
from services.resources.domain.lifecycle import DisbursementState
from services.resources.models import Disbursement
from services.resources.repository import Money
from services.resources.schemas.money import DisbursementOut
from services.resources.schemas.shared import ReasonIn
from services.resources.usecases import disbursements as cases
from services.resources.usecases.demand import ProjectUnknown
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="disbursements", about="资金拨付 · Disbursements")
DECIDING = [ActionNotAllowed, ProjectUnknown, payout.PersonUnknown, payout.OwnProject, payout.ProjectStopped]
GATES = [
    payout.EvaluationNotFinal,
    payout.PaymentAdvisedAgainst,
    payout.ProjectNotAccepted,
    payout.MilestoneNotReached,
]


@router.read(
    "/v1/disbursements",
    access=access.MONEY_READERS,
    operation="listDisbursements",
    summary="拨付列表 · List disbursements",
)
async def list_disbursements(
    page: Paging, work: Working, project_id: UUID | None = None, state: DisbursementState | None = None
) -> Page[DisbursementOut]:
    """Tranches of the caller's divisions, newest first."""
    found = await Money(work).disbursements(page, project_id=project_id, state=state)
    return Page[DisbursementOut].model_validate(found)


@router.read(
    "/v1/disbursements/{disbursement_id}",
    access=access.MONEY_READERS,
    operation="getDisbursement",
    summary="拨付详情 · Read a disbursement",
)
async def get(disbursement_id: UUID, work: Working) -> DisbursementOut:
    """One tranche on its way to the payee."""
    return DisbursementOut.model_validate(await Money(work).find(Disbursement, disbursement_id))


@router.verb(
    "/v1/disbursements/{disbursement_id}/reach",
    access=access.MILESTONE_WITNESSES,
    operation="reachMilestone",
    summary="确认里程碑 · Confirm a milestone",
    if_match=True,
    refusals=[*DECIDING],
)
async def reach(disbursement_id: UUID, work: Working) -> DisbursementOut:
    """Confirm the milestone of a tranche, which makes it due."""
    return DisbursementOut.model_validate(await cases.reach(money=Money(work), disbursement_id=disbursement_id))


@router.verb(
    "/v1/disbursements/{disbursement_id}/approve",
    access=access.PAYOUT_APPROVERS,
    operation="approveDisbursement",
    summary="批准拨付 · Approve a disbursement",
    if_match=True,
    refusals=[*DECIDING, *GATES, payout.SameApprover, payout.FirstApprovalOnly],
)
async def approve(disbursement_id: UUID, work: Working) -> DisbursementOut:
    """Give one of the two approvals a payment needs."""
    return DisbursementOut.model_validate(await cases.approve(money=Money(work), disbursement_id=disbursement_id))


@router.verb(
    "/v1/disbursements/{disbursement_id}/pay",
    access=access.PAYERS,
    operation="payDisbursement",
    summary="拨付 · Pay a disbursement",
    if_match=True,
    refusals=[*DECIDING, *GATES, payout.ApproverMissing, payout.BudgetExceeded, cases.PayeeNotRegistered],
)
async def pay(disbursement_id: UUID, work: Working) -> DisbursementOut:
    """Pay an approved tranche and book it, once."""
    return DisbursementOut.model_validate(await cases.pay(money=Money(work), disbursement_id=disbursement_id))


@router.verb(
    "/v1/disbursements/{disbursement_id}/withhold",
    access=access.FUND_KEEPERS,
    operation="withholdDisbursement",
    summary="暂缓拨付 · Withhold a disbursement",
    if_match=True,
    refusals=[*DECIDING],
)
async def withhold(disbursement_id: UUID, body: ReasonIn, work: Working) -> DisbursementOut:
    """Stop a tranche; approvals given so far are void."""
    row = await cases.withhold(money=Money(work), disbursement_id=disbursement_id, reason=body.reason)
    return DisbursementOut.model_validate(row)


@router.verb(
    "/v1/disbursements/{disbursement_id}/release",
    access=access.FUND_KEEPERS,
    operation="releaseDisbursement",
    summary="恢复拨付 · Release a withheld disbursement",
    if_match=True,
    refusals=[*DECIDING],
)
async def release(disbursement_id: UUID, work: Working) -> DisbursementOut:
    """Take a withheld tranche up again; it needs two new approvals."""
    return DisbursementOut.model_validate(await cases.release(money=Money(work), disbursement_id=disbursement_id))
