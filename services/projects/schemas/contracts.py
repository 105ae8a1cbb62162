"""Shapes of contracts."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.projects.domain.budget import Installment, Phase, TrancheGate
from services.projects.domain.lifecycle import ContractState
from services.projects.usecases.slices import Signed
from wushe.routes import Fen, In, Out, ShortText

Amount = Annotated[Fen, Field(ge=1)]


class TrancheIn(In):
    """One tranche; ``phase`` only with the gate evaluation_final."""

    label: ShortText = Field(examples=["首期款"])
    amount_fen: Amount
    gate: TrancheGate
    phase: Phase | None = None

    def read(self) -> Installment:
        """The tranche as the rules see it."""
        return Installment(self.label, self.amount_fen, self.gate, self.phase)


class ContractIn(In):
    """A contract to draft."""

    project_id: UUID
    payee_org_id: UUID
    purchaser: ShortText = Field(examples=["样例街道办事处"])
    tranches: Annotated[list[TrancheIn], Field(min_length=1, max_length=50)]


class TrancheOut(Out):
    """One tranche and what was paid of it."""

    id: UUID
    label: str
    amount_fen: int
    gate: TrancheGate
    phase: Phase | None
    paid_fen: int


class ContractOut(Out):
    """A contract with its tranches."""

    id: UUID
    division: str
    project_id: UUID
    state: ContractState
    payee_org_id: UUID
    purchaser: str
    amount_fen: int
    signed_at: datetime | None
    tranches: list[TrancheOut]
    version: int
    created_at: datetime

    @classmethod
    def of(cls, signed: Signed) -> Self:
        """The contract with what was paid of each tranche."""
        contract = signed.contract
        return cls(
            id=contract.id,
            division=contract.division,
            project_id=contract.project_id,
            state=contract.state,
            payee_org_id=contract.payee_org_id,
            purchaser=contract.purchaser,
            amount_fen=contract.amount_fen,
            signed_at=contract.signed_at,
            tranches=[
                TrancheOut(
                    id=tranche.id,
                    label=tranche.label,
                    amount_fen=tranche.amount_fen,
                    gate=tranche.gate,
                    phase=tranche.phase,
                    paid_fen=signed.paid.get(tranche.id, 0),
                )
                for tranche in signed.tranches
            ],
            version=contract.version,
            created_at=contract.created_at,
        )
