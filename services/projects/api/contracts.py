"""Routes of contracts."""

from uuid import UUID

from services.projects.api import access
from services.projects.domain.approval import OwnProject, PersonUnknown
from services.projects.domain.budget import BudgetExceeded, LastTrancheUngated, PhaseNotEvaluated
from services.projects.domain.persons import NotYourProject
from services.projects.models import Contract
from services.projects.repository import Contracts
from services.projects.schemas.contracts import ContractIn, ContractOut
from services.projects.schemas.shared import ReasonIn
from services.projects.usecases import contracts
from services.projects.usecases.slices import with_tranches
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="contracts", about="合同与分期款 · Contracts and their tranches")


async def _shown(repo: Contracts, found: list[Contract]) -> list[ContractOut]:
    return [ContractOut.of(signed) for signed in await with_tranches(repo=repo, found=found)]


@router.create(
    "/v1/contracts",
    access=access.CONTRACTORS,
    operation="draftContract",
    summary="起草合同 · Draft a contract",
    refusals=[ActionNotAllowed, NotFound, NotYourProject, BudgetExceeded, LastTrancheUngated, PhaseNotEvaluated],
)
async def draft_contract(body: ContractIn, work: Working) -> ContractOut:
    """Draft a contract inside what the budget has left; its last tranche waits for evaluation or acceptance."""
    repo = Contracts(work)
    contract = await contracts.create(
        repo=repo,
        project_id=body.project_id,
        payee_org_id=body.payee_org_id,
        purchaser=body.purchaser,
        tranches=[tranche.read() for tranche in body.tranches],
    )
    return (await _shown(repo, [contract]))[0]


@router.read(
    "/v1/contracts", access=access.CONTRACT_READERS, operation="listContracts", summary="合同列表 · List contracts"
)
async def list_contracts(page: Paging, work: Working, project_id: UUID | None = None) -> Page[ContractOut]:
    """Contracts in the caller's divisions, newest first."""
    repo = Contracts(work)
    found = await repo.search(page, project_id=project_id)
    return Page[ContractOut](items=await _shown(repo, found.items), next_cursor=found.next_cursor)


@router.read(
    "/v1/contracts/{contract_id}",
    access=access.CONTRACT_READERS,
    operation="getContract",
    summary="合同详情 · Read a contract",
)
async def get_contract(contract_id: UUID, work: Working) -> ContractOut:
    """One contract with its tranches and what was paid of them."""
    repo = Contracts(work)
    return (await _shown(repo, [await repo.get(Contract, contract_id)]))[0]


@router.verb(
    "/v1/contracts/{contract_id}/sign",
    access=access.OFFICIALS,
    operation="signContract",
    summary="签订合同 · Sign a contract",
    if_match=True,
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown, BudgetExceeded],
)
async def sign_contract(contract_id: UUID, work: Working) -> ContractOut:
    """Sign for the purchaser; nobody signs what they wrote, undertake or are paid by."""
    repo = Contracts(work)
    return (await _shown(repo, [await contracts.sign(repo=repo, contract_id=contract_id)]))[0]


@router.verb(
    "/v1/contracts/{contract_id}/withdraw",
    access=access.CONTRACTORS,
    operation="withdrawContract",
    summary="撤回合同草稿 · Take back a draft",
    if_match=True,
    refusals=[ActionNotAllowed, NotYourProject],
)
async def withdraw_contract(contract_id: UUID, body: ReasonIn, work: Working) -> ContractOut:
    """Take back a contract nobody has signed."""
    repo = Contracts(work)
    contract = await contracts.withdraw(repo=repo, contract_id=contract_id, reason=body.reason)
    return (await _shown(repo, [contract]))[0]
