"""Contracts: what a project promises to pay to whom, signed by someone without a stake."""

from collections.abc import Sequence
from uuid import UUID

from services.projects.domain.approval import require_disinterested
from services.projects.domain.budget import Installment, require_gated, require_installments, require_room
from services.projects.domain.lifecycle import (
    CONTRACT,
    GOING_AHEAD_STATES,
    PLANNED_STATES,
    ContractState,
    ContractVerb,
    advance,
)
from services.projects.events import ContractSigned, InterestDeclared, TrancheFact
from services.projects.models import Contract, Project, Tranche
from services.projects.repository import Contracts
from services.projects.usecases.parts import interests, lock_own, person, require_own
from wushe.errors import ActionNotAllowed


async def create(
    *, repo: Contracts, project_id: UUID, payee_org_id: UUID, purchaser: str, tranches: Sequence[Installment]
) -> Contract:
    """Draft a contract inside what the project's budget has left, its last money behind the evaluation."""
    project = await lock_own(repo, project_id)
    if project.state not in PLANNED_STATES | GOING_AHEAD_STATES:
        raise ActionNotAllowed(state=str(project.state), verb="contract")
    require_installments(tranches)
    amount = sum(tranche.amount_fen for tranche in tranches)
    require_room(budget_fen=project.budget_fen, committed_fen=await repo.committed(project.id), amount_fen=amount)
    require_gated(tranches)
    contract = repo.create(
        Contract(
            division=project.division,
            project_id=project.id,
            state=ContractState.DRAFTED,
            payee_org_id=payee_org_id,
            purchaser=purchaser,
            amount_fen=amount,
        )
    )
    repo.work.record(contract, "create")
    await repo.written(contract)
    _add_tranches(repo, contract, tranches)
    return await repo.written(contract)


def _add_tranches(repo: Contracts, contract: Contract, tranches: Sequence[Installment]) -> None:
    for position, tranche in enumerate(tranches):
        repo.add(
            Tranche(
                division=contract.division,
                contract_id=contract.id,
                position=position,
                label=tranche.label,
                amount_fen=tranche.amount_fen,
                gate=tranche.gate,
                phase=tranche.phase,
            )
        )


async def sign(*, repo: Contracts, contract_id: UUID) -> Contract:
    """Sign for the purchaser: the project is approved, the budget still covers it, the signer has no stake."""
    contract = await repo.lock(Contract, contract_id)
    following = advance(CONTRACT, contract.state, ContractVerb.SIGN)
    project = await repo.share_project(contract.project_id)
    signer = require_disinterested(person(repo), await interests(repo, project))
    if project.state not in GOING_AHEAD_STATES:
        raise ActionNotAllowed(state=str(project.state), verb="sign")
    others = await repo.committed(project.id) - contract.amount_fen
    require_room(budget_fen=project.budget_fen, committed_fen=others, amount_fen=contract.amount_fen)
    contract.state, contract.signed_at = following, await repo.business_time(contract.division)
    contract.signer_person_id = signer
    signed = _signed(contract, project, await repo.tranches([contract.id]))
    repo.work.record(contract, "sign", signed, *_declared(contract, signer))
    return contract


def _declared(contract: Contract, signer: UUID) -> tuple[InterestDeclared, InterestDeclared]:
    """Who signed for the purchaser, and whom the contract pays."""
    return (
        InterestDeclared(project_id=contract.project_id, person_ids=[signer], org_ids=[], why="signed"),
        InterestDeclared(
            project_id=contract.project_id, person_ids=[], org_ids=[contract.payee_org_id], why="contracted"
        ),
    )


def _signed(contract: Contract, project: Project, tranches: Sequence[Tranche]) -> ContractSigned:
    return ContractSigned(
        contract_id=contract.id,
        project_id=project.id,
        division=contract.division,
        payee_org_id=contract.payee_org_id,
        budget_fen=project.budget_fen,
        tranches=[
            TrancheFact(
                tranche_id=tranche.id,
                label=tranche.label,
                amount_fen=tranche.amount_fen,
                gate=tranche.gate,
                phase=tranche.phase,
            )
            for tranche in tranches
        ],
    )


async def withdraw(*, repo: Contracts, contract_id: UUID, reason: str) -> Contract:
    """Take back a draft; its money is free again."""
    contract = await repo.lock(Contract, contract_id)
    await require_own(repo, await repo.get(Project, contract.project_id))
    contract.state = advance(CONTRACT, contract.state, ContractVerb.WITHDRAW)
    repo.work.record(contract, "withdraw", reason=reason)
    return contract
