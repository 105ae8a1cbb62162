"""Queries of merged divisions, and of what moves with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, func, select, update

from services.needs.domain.lifecycle import (
    CallState,
    ComplaintState,
    ConcernState,
    ConsentState,
    CorrectionState,
    CrisisState,
    DivisionMergeState,
    ErasureState,
    FollowUpState,
    MediationState,
    NeedState,
    OutingState,
    PlaceState,
    ProxyState,
    ReferralState,
    SurveyPlanState,
    WorkOrderState,
)
from services.needs.models import (
    Base,
    Complaint,
    Concern,
    Consent,
    Correction,
    CrisisTicket,
    DivisionMerge,
    Erasure,
    FollowUp,
    Household,
    Mediation,
    Need,
    NeedTerm,
    Outing,
    PersonCall,
    Place,
    PlaceVersion,
    Proxy,
    Referral,
    Resident,
    SurveyPlan,
    WorkOrder,
)
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


@dataclass(frozen=True)
class Moving:
    """A kind of object that goes on under the new code unless it has ended, with the rows that hang on it."""

    model: Any
    ended: tuple[Any, ...] = ()


# Visits, registers, operations and duty rosters stay where they were: they are records, or the community's own.
MOVING: dict[str, Moving] = {
    "places": Moving(Place, (PlaceState.RETIRED,)),
    "households": Moving(Household),
    "residents": Moving(Resident),
    "consents": Moving(Consent, (ConsentState.REPLACED, ConsentState.WITHDRAWN)),
    "corrections": Moving(Correction, (CorrectionState.SETTLED,)),
    "needs": Moving(Need, (NeedState.CLOSED, NeedState.REJECTED, NeedState.WITHDRAWN)),
    "concerns": Moving(Concern, (ConcernState.RESOLVED, ConcernState.RETIRED)),
    "referrals": Moving(Referral, (ReferralState.DECLINED, ReferralState.LAPSED, ReferralState.CONFIRMED)),
    "mediations": Moving(Mediation, (MediationState.REFUSED, MediationState.SETTLED, MediationState.FAILED)),
    "complaints": Moving(Complaint, (ComplaintState.CLOSED, ComplaintState.WITHDRAWN)),
    "crisis_tickets": Moving(CrisisTicket, (CrisisState.RESOLVED,)),
    "work_orders": Moving(WorkOrder, (WorkOrderState.CALLED_BACK, WorkOrderState.RETURNED)),
    "outings": Moving(Outing, (OutingState.RETURNED, OutingState.ACKNOWLEDGED)),
    "erasures": Moving(Erasure, (ErasureState.COMPLETED, ErasureState.REFUSED)),
    "follow_ups": Moving(FollowUp, (FollowUpState.DONE,)),
    "proxies": Moving(Proxy, (ProxyState.ENDED,)),
    "calls": Moving(PersonCall, (CallState.DONE,)),
    "survey_plans": Moving(SurveyPlan, (SurveyPlanState.CLOSED, SurveyPlanState.CANCELLED)),
}
_HISTORY = {PlaceVersion.__tablename__}


def _hanging(table: Table) -> list[Column[Any]]:
    """The columns that name a row of this table in rows without a life of their own, wherever they are declared."""
    every = [
        key.parent for other in Base.metadata.sorted_tables for key in other.foreign_keys if key.column.table is table
    ]
    own = [each for each in every if "division" in each.table.c and "event_seq" not in each.table.c]
    return [each for each in own if each.table.name not in _HISTORY]


class Divisions(Repository):
    """Merges of divisions and what they move."""

    async def listed(self, page: PageRequest) -> Page[DivisionMerge]:
        """One page of the merges in scope."""
        return await self.page(DivisionMerge, page)

    async def count(self, codes: Sequence[str]) -> dict[str, int]:
        """How many open objects of each kind stand under some codes (each table has an index by division)."""
        counted = {name: self._open(kind, codes, func.count()).scalar_subquery() for name, kind in MOVING.items()}
        row = (await self.session.execute(select(*(query.label(name) for name, query in counted.items())))).one()
        return dict(zip(counted, row, strict=True))

    def _open(self, kind: Moving, codes: Sequence[str], *wanted: Any) -> Any:
        query = select(*wanted).select_from(kind.model).where(kind.model.division.in_(codes))
        return query.where(kind.model.state.not_in(kind.ended)) if kind.ended else query

    async def running(self) -> DivisionMerge | None:
        """A merge under way, locked; one that somebody else carries on is left to them."""
        wanted = select(DivisionMerge).where(DivisionMerge.state == DivisionMergeState.RUNNING)
        return await self.first(wanted.order_by(DivisionMerge.id).with_for_update(skip_locked=True))

    async def overtaken(self) -> DivisionMerge | None:
        """A merge that is done while a need under one of its codes was opened again (index ix_needs_state_id)."""
        again = select(Need.division).where(
            Need.state == NeedState.REOPENED, DivisionMerge.from_codes.op("?")(Need.division)
        )
        wanted = select(DivisionMerge).where(DivisionMerge.state == DivisionMergeState.DONE, again.exists())
        return await self.first(wanted.order_by(DivisionMerge.id).with_for_update(skip_locked=True))

    async def take(self, codes: Sequence[str], limit: int) -> tuple[str, list[Any]]:
        """The next open objects that still stand under old codes, of one kind, locked in one order."""
        for name, kind in MOVING.items():
            wanted = self._open(kind, codes, kind.model).order_by(kind.model.id).limit(limit)
            rows = await self.all(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))
            if rows:
                return name, rows
        return "", []

    async def follow(self, name: str, idents: Sequence[UUID], codes: Sequence[str], division: str) -> None:
        """What hangs on some objects, and on that in turn, goes where they went."""
        await self._follow(MOVING[name].model.__table__, idents, codes, division)
        if name == "needs":
            terms = update(NeedTerm).where(NeedTerm.need_id.in_(idents)).values(division=division)
            await self.session.execute(terms.execution_options(synchronize_session=False))

    async def _follow(self, table: Table, idents: Sequence[UUID], codes: Sequence[str], division: str) -> None:
        for column in _hanging(table):
            those = column.table.update().where(column.in_(idents), column.table.c.division.in_(codes))
            moved = (await self.session.scalars(those.values(division=division).returning(column.table.c.id))).all()
            if moved:
                await self._follow(column.table, moved, codes, division)
