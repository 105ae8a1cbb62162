"""Queries over funds, gifts, allocations, disbursements and the ledger."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.dialects.postgresql import insert

from services.resources.domain import ledger
from services.resources.domain.lifecycle import DisbursementState, Standing
from services.resources.domain.parties import DONOR, MACHINE
from services.resources.domain.payout import Gate
from services.resources.models import (
    Allocation,
    Approval,
    Disbursement,
    Donation,
    Fund,
    LedgerEntry,
    LedgerTransaction,
    PayoutAdvice,
    Phase,
    Provider,
    Registration,
)
from services.resources.repository.rows import Repository
from wushe.db import uuid7
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest

Moved = TypeVar("Moved", Fund, Donation, Disbursement)


@dataclass(frozen=True, slots=True)
class Payee:
    """What paying a provider depends on, and nothing else of it."""

    id: UUID
    registration: Registration
    state: Standing


class Money(Repository):
    """Where the money is."""

    async def book(self, division: str, kind: ledger.Kind, source_id: UUID, lines: Sequence[ledger.Line]) -> None:
        """Write one balanced transaction; the database refuses a second one for the same source."""
        transaction = {"id": uuid7(), "division": division, "kind": kind, "source_id": source_id}
        await self.session.execute(insert(LedgerTransaction).values(**transaction, booked_at=self.work.now))
        entries = [
            {"id": uuid7(), "division": division, "transaction_id": transaction["id"], **asdict(line)} for line in lines
        ]
        await self.session.execute(insert(LedgerEntry), entries)

    async def allocations(self, project_id: UUID) -> list[Allocation]:
        """The allocations of a project, oldest first, locked."""
        statement = select(Allocation).where(Allocation.project_id == project_id)
        return await self.lock_all(statement.order_by(Allocation.id))

    async def funds_behind(self, allocations: Sequence[Allocation]) -> dict[UUID, Fund]:
        """The funds that promised some allocations, locked; one may be kept for more than the caller's divisions."""
        idents = {allocation.fund_id for allocation in allocations}
        found = await self.lock_all(select(Fund).where(Fund.id.in_(idents)).order_by(Fund.id))
        return {fund.id: fund for fund in found}

    async def payee(self, org_id: UUID) -> Payee | None:
        """The standing of one payee, wherever in the country it is registered."""
        statement = select(Provider.id, Provider.registration, Provider.state).where(Provider.id == org_id)
        async with self.everywhere():
            row = (await self.session.execute(statement)).one_or_none()
        return None if row is None else Payee(id=row.id, registration=row.registration, state=row.state)

    async def approvers(self, disbursement: Disbursement) -> list[UUID]:
        """Who approved a disbursement in its present round."""
        statement = select(Approval.person_id).where(
            Approval.disbursement_id == disbursement.id, Approval.round == disbursement.round
        )
        return await self.all(statement.order_by(Approval.id))

    async def planned(self, tranche_id: UUID) -> Disbursement | None:
        """The disbursement of a tranche."""
        return await self.first(select(Disbursement).where(Disbursement.tranche_id == tranche_id))

    async def advice(self, project_id: UUID, phase: Phase) -> PayoutAdvice | None:
        """The latest advice for a project and phase."""
        statement = select(PayoutAdvice).where(PayoutAdvice.project_id == project_id, PayoutAdvice.phase == phase)
        return await self.first(statement.execution_options(populate_existing=True))

    async def keep_advice(self, **advice: Any) -> PayoutAdvice:
        """Keep an advice in place of an earlier one of the same project and phase."""
        changed = {name: advice[name] for name in ("evaluation_id", "kind", "grade", "factor")}
        statement = insert(PayoutAdvice).values(id=uuid7(), **advice)
        replacing = statement.on_conflict_do_update(index_elements=["project_id", "phase"], set_=changed)
        kept = replacing.returning(PayoutAdvice).execution_options(populate_existing=True)
        return (await self.session.scalars(kept)).one()

    async def waiting(self, project_id: UUID, *gates: Gate) -> list[Disbursement]:
        """The disbursements of a project behind some gates that are not yet due, locked."""
        states = (DisbursementState.PLANNED, DisbursementState.WITHHELD)
        statement = select(Disbursement).where(
            Disbursement.project_id == project_id, Disbursement.gate.in_(gates), Disbursement.state.in_(states)
        )
        return await self.lock_all(statement.order_by(Disbursement.id))

    async def under_way(self, project_id: UUID) -> list[Disbursement]:
        """The disbursements of a project that are neither paid nor withheld, locked."""
        settled = (DisbursementState.PAID, DisbursementState.WITHHELD)
        statement = select(Disbursement).where(
            Disbursement.project_id == project_id, Disbursement.state.not_in(settled)
        )
        return await self.lock_all(statement.order_by(Disbursement.id))

    async def funds(self, page: PageRequest) -> Page[Fund]:
        """One page of the funds the caller may see."""
        return await self.page(Fund, page, self._given_to(Fund.id))

    async def donations(self, page: PageRequest, *, fund_id: UUID | None) -> Page[Donation]:
        """One page of donations."""
        return await self.page(Donation, page, self._given_to(Donation.fund_id), fund_id=fund_id)

    async def disbursements(
        self, page: PageRequest, *, project_id: UUID | None, state: DisbursementState | None
    ) -> Page[Disbursement]:
        """One page of the disbursements the caller may see."""
        return await self.page(Disbursement, page, self._known(Disbursement), project_id=project_id, state=state)

    async def entries(self, page: PageRequest, *, project_id: UUID | None, fund_id: UUID | None) -> Page[LedgerEntry]:
        """One page of ledger entries."""
        known = self._given_to(LedgerEntry.fund_id)
        return await self.page(LedgerEntry, page, known, project_id=project_id, fund_id=fund_id)

    async def disbursements_of(self, project_id: UUID) -> list[Disbursement]:
        """Every disbursement of a project."""
        statement = select(Disbursement).where(Disbursement.project_id == project_id)
        return await self.all(statement.order_by(Disbursement.id))

    async def cash_of(self, fund_id: UUID) -> int:
        """The cash a fund still holds, in fen, according to the ledger."""
        statement = select(func.coalesce(func.sum(LedgerEntry.amount_fen), 0)).where(
            LedgerEntry.fund_id == fund_id, LedgerEntry.account == ledger.Account.CASH
        )
        return int(await self.session.scalar(statement) or 0)

    async def find(self, model: type[Moved], ident: UUID) -> Moved:
        """One fund, donation or disbursement the caller may see; NOT_FOUND otherwise."""
        row = await self.get(model, ident)
        if not await self.session.scalar(select(model.id).where(model.id == ident, self._known(model))):
            raise NotFound
        return row

    def _known(self, model: type[Fund | Donation | Disbursement]) -> ColumnElement[bool]:
        """Staff see their divisions, donors what they gave to, the system of an agency what the agency is paid."""
        caller = self.work.caller
        if model is not Disbursement:
            return self._given_to(Fund.id if model is Fund else Donation.fund_id)
        if caller.role == MACHINE:
            return Disbursement.payee_org_id == caller.org if caller.org else false()
        if caller.role != DONOR:
            return true()
        return Disbursement.project_id.in_(select(Allocation.project_id).where(self._given_to(Allocation.fund_id)))

    def _given_to(self, fund_id: Any) -> ColumnElement[bool]:
        """The funds a donor's organisation gave to; anonymous gifts belong to no donor."""
        caller = self.work.caller
        if caller.role != DONOR:
            return true()
        given = select(Donation.fund_id).where(Donation.donor_org_id == caller.org)
        return fund_id.in_(given) if caller.org else false()
