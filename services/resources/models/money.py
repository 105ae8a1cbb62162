"""Where the money is: funds, gifts, allocations, tranches, and the double-entry ledger."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.resources.domain import ledger
from services.resources.domain.lifecycle import DisbursementState, FundState
from services.resources.domain.payout import AdviceKind, Gate, Stopper
from services.resources.models.metadata import Base
from wushe.db import Aggregate, Scoped


class FundSource(StrEnum):
    """Where a fund's money comes from."""

    GOV_PURCHASE = "gov_purchase"
    FISCAL_BUDGET = "fiscal_budget"
    WELFARE_LOTTERY = "welfare_lottery"
    ASSISTANCE_SUBSIDY = "assistance_subsidy"
    MINOR_PROTECTION = "minor_protection"
    COMMUNITY_FUND = "community_fund"
    CHARITY_DONATION = "charity_donation"
    ENTERPRISE_SUPPORT = "enterprise_support"
    OWNERS_FUND = "owners_fund"
    RESIDENTS_RAISE = "residents_raise"


class Phase(StrEnum):
    """When an evaluation takes place."""

    BEFORE = "before"
    MID = "mid"
    AFTER = "after"


class Fund(Base, Aggregate):
    """A pot of money with one source."""

    __tablename__ = "funds"

    name: Mapped[str]
    source: Mapped[FundSource]
    received_fen: Mapped[int] = mapped_column(default=0)
    allocated_fen: Mapped[int] = mapped_column(default=0)
    state: Mapped[FundState]

    __table_args__ = (
        CheckConstraint("allocated_fen between 0 and received_fen", name="allocated_within_received"),
        Index(None, "division", "id"),
    )


class Donation(Base, Aggregate):
    """Money received by a fund."""

    __tablename__ = "donations"

    fund_id: Mapped[UUID] = mapped_column(ForeignKey("funds.id"), index=True)
    donor_org_id: Mapped[UUID | None] = mapped_column(index=True)
    amount_fen: Mapped[int]
    purpose: Mapped[str]

    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"), Index(None, "division", "id"))


class Allocation(Base, Aggregate):
    """Money a fund promised to a project, how much of it was spent, and how much the fund has back."""

    __tablename__ = "allocations"

    fund_id: Mapped[UUID] = mapped_column(ForeignKey("funds.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    amount_fen: Mapped[int]
    spent_fen: Mapped[int] = mapped_column(default=0)
    returned_fen: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("spent_fen >= 0 and returned_fen between 0 and amount_fen - spent_fen", name="within_amount"),
        Index(None, "project_id", "id"),
    )

    @property
    def left_fen(self) -> int:
        """What can still be spent."""
        return self.amount_fen - self.spent_fen - self.returned_fen


class PayoutAdvice(Base, Scoped):
    """Our copy of the latest advice for one project and phase."""

    __tablename__ = "payout_advices"

    project_id: Mapped[UUID]
    phase: Mapped[Phase]
    evaluation_id: Mapped[UUID]
    kind: Mapped[AdviceKind]
    grade: Mapped[str | None]
    factor: Mapped[str | None]

    __table_args__ = (UniqueConstraint("project_id", "phase"),)


class Disbursement(Base, Aggregate):
    """One tranche of a contract on its way to the payee."""

    __tablename__ = "disbursements"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    contract_id: Mapped[UUID] = mapped_column(index=True)
    tranche_id: Mapped[UUID] = mapped_column(unique=True)
    payee_org_id: Mapped[UUID] = mapped_column(index=True)
    label: Mapped[str]
    gate: Mapped[Gate]
    phase: Mapped[Phase | None]
    tranche_fen: Mapped[int]
    amount_fen: Mapped[int]
    state: Mapped[DisbursementState]
    round: Mapped[int] = mapped_column(default=1)
    advice_kind: Mapped[AdviceKind | None]
    factor: Mapped[str | None]
    evaluation_id: Mapped[UUID | None]
    is_reached: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    stopped_by: Mapped[Stopper | None]
    paid_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("tranche_fen > 0 and amount_fen between 0 and tranche_fen", name="amounts"),
        CheckConstraint("(stopped_by is not null) = (state = 'withheld')", name="withheld_by_somebody"),
        Index(None, "project_id", "id"),
        Index(None, "division", "id"),
        Index(None, "state", "id"),
    )


class Approval(Base, Scoped):
    """One person's approval of one disbursement; a withheld one starts a new round."""

    __tablename__ = "approvals"

    disbursement_id: Mapped[UUID] = mapped_column(ForeignKey("disbursements.id"))
    round: Mapped[int]
    person_id: Mapped[UUID]
    role: Mapped[str]

    __table_args__ = (UniqueConstraint("disbursement_id", "round", "person_id"),)


class LedgerTransaction(Base, Scoped):
    """One booking; the same source is never booked twice."""

    __tablename__ = "ledger_transactions"

    kind: Mapped[ledger.Kind]
    source_id: Mapped[UUID]
    booked_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "source_id"),)


class LedgerEntry(Base, Scoped):
    """One line of a booking, debit positive and credit negative; the lines of a booking add up to nothing."""

    __tablename__ = "ledger_entries"

    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account: Mapped[ledger.Account]
    amount_fen: Mapped[int]
    fund_id: Mapped[UUID] = mapped_column(ForeignKey("funds.id"))
    project_id: Mapped[UUID | None]
    allocation_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index(None, "project_id", "id"),
        Index(None, "fund_id", "id"),
        Index(None, "division", "id"),
    )
