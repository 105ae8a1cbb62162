"""Funds, gifts, allocations, disbursements and the ledger on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.resources.domain import ledger
from services.resources.domain.lifecycle import DisbursementState, FundState
from services.resources.domain.payout import AdviceKind, Gate, Stopper
from services.resources.models import FundSource, Phase
from services.resources.schemas.shared import AggregateOut, Amount
from wushe.routes import DivisionCode, In, Out, ShortText, Text


class FundIn(In):
    """A fund to open."""

    name: ShortText = Field(examples=["社区公益基金"])
    source: FundSource
    division: DivisionCode


class FundOut(AggregateOut):
    """A fund, what it received and what it promised."""

    name: str
    source: FundSource
    received_fen: int
    allocated_fen: int
    state: FundState


class DonationIn(In):
    """Money that came into a fund."""

    fund_id: UUID
    donor_org_id: UUID | None = None
    amount_fen: Amount
    purpose: Text = Field(examples=["用于独居老人助餐"])


class DonationOut(AggregateOut):
    """Money received by a fund and booked."""

    fund_id: UUID
    donor_org_id: UUID | None
    amount_fen: int
    purpose: str
    state: Literal["received"] = "received"


class AllocateIn(In):
    """Money to promise to a project."""

    project_id: UUID
    amount_fen: Amount


class AllocationOut(AggregateOut):
    """Money a fund promised to a project, and how much of it was spent."""

    fund_id: UUID
    project_id: UUID
    amount_fen: int
    spent_fen: int
    state: Literal["allocated"] = "allocated"


class DisbursementOut(AggregateOut):
    """One tranche on its way to the payee."""

    project_id: UUID
    contract_id: UUID
    tranche_id: UUID
    payee_org_id: UUID
    label: str
    gate: Gate
    phase: Phase | None
    tranche_fen: int
    amount_fen: int
    state: DisbursementState
    advice_kind: AdviceKind | None
    factor: str | None
    evaluation_id: UUID | None
    reason: str | None
    stopped_by: Stopper | None
    paid_at: datetime | None


class LedgerEntryOut(Out):
    """One line of a booking, debit positive and credit negative."""

    id: UUID
    division: str
    transaction_id: UUID
    account: ledger.Account
    amount_fen: int
    fund_id: UUID
    project_id: UUID | None
    allocation_id: UUID | None
    created_at: datetime
