"""Queries of merged divisions, and of what moves with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true, update

from services.needs.domain.lifecycle import ConcernState, DivisionMergeState, NeedState, PlaceState
from services.needs.models import (
    Concern,
    ConcernNeed,
    Cosignature,
    DivisionMerge,
    Household,
    LinkCode,
    Need,
    NeedMerge,
    NeedTerm,
    PersonCall,
    Place,
    Resident,
    WorkOrder,
)
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


@dataclass(frozen=True)
class Moving:
    """A kind of object that goes on under the new code while it is open, with the rows that hang on it."""

    model: Any
    open: ColumnElement[bool]
    followers: tuple[Any, ...] = ()
    """Columns that name the object in rows which go wherever it goes."""


# What has ended stays where it ended; what is nobody's work (audit, events, versions of places) is never touched.
_NEED_ENDED = (NeedState.CLOSED, NeedState.REJECTED, NeedState.WITHDRAWN)
_CONCERN_ENDED = (ConcernState.RESOLVED, ConcernState.RETIRED)
MOVING: dict[str, Moving] = {
    "places": Moving(Place, Place.state == PlaceState.ACTIVE),
    "households": Moving(Household, true()),
    "residents": Moving(Resident, true(), (LinkCode.resident_id,)),
    "needs": Moving(
        Need,
        Need.state.not_in(_NEED_ENDED),
        (Cosignature.need_id, NeedMerge.need_id, WorkOrder.need_id, NeedTerm.need_id, PersonCall.need_id),
    ),
    "concerns": Moving(Concern, Concern.state.not_in(_CONCERN_ENDED), (ConcernNeed.concern_id,)),
}


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
        return select(*wanted).select_from(kind.model).where(kind.model.division.in_(codes), kind.open)

    async def running(self) -> DivisionMerge | None:
        """A merge under way, locked; one that somebody else carries on is left to them."""
        wanted = select(DivisionMerge).where(DivisionMerge.state == DivisionMergeState.RUNNING)
        return await self.first(wanted.order_by(DivisionMerge.id).with_for_update(skip_locked=True))

    async def take(self, codes: Sequence[str], limit: int) -> tuple[str, list[Any]]:
        """The next open objects that still stand under old codes, of one kind, locked in one order."""
        for name, kind in MOVING.items():
            wanted = self._open(kind, codes, kind.model).order_by(kind.model.id).limit(limit)
            rows = await self.all(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))
            if rows:
                return name, rows
        return "", []

    async def follow(self, name: str, idents: Sequence[UUID], division: str) -> None:
        """What hangs on some objects goes where they went."""
        for column in MOVING[name].followers:
            await self.session.execute(update(column.class_).where(column.in_(idents)).values(division=division))
