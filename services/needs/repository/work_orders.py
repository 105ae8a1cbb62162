"""Queries of orders of the 12345 hotline."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from services.needs.domain.authorship import CRISIS_READERS
from services.needs.models import Need, WorkOrder
from wushe.errors import NotFound
from wushe.identity import county
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

Told = tuple[WorkOrder, str | None]
"""An order, and the answer its caller was given."""


class WorkOrders(Repository):
    """Orders of the hotline; those whose need speaks of danger are for the few who answer it."""

    async def known(self, number: str, division: str) -> WorkOrder | None:
        """The order of a number in its county, locked (its unique index)."""
        wanted = select(WorkOrder).where(WorkOrder.tenant == county(division), WorkOrder.number == number)
        found = await self.session.scalars(wanted.with_for_update(key_share=True))
        order = found.one_or_none()
        if order is not None:
            self.work.note(order)
        return order

    async def of_needs(self, need_ids: Collection[UUID]) -> list[WorkOrder]:
        """The orders of some needs and of those merged into them, locked in one order (unique index on need_id)."""
        merged = select(Need.id).where(Need.merged_into_id.in_(need_ids))
        wanted = select(WorkOrder).where(or_(WorkOrder.need_id.in_(need_ids), WorkOrder.need_id.in_(merged)))
        return await self.all(wanted.order_by(WorkOrder.id).with_for_update(key_share=True))

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[WorkOrder]:
        """One page of the orders in scope."""
        return await self.page(WorkOrder, page, self._readable(), **filters)

    async def find(self, order_id: UUID) -> WorkOrder:
        """One order the caller may know of."""
        order = await self.first(select(WorkOrder).where(WorkOrder.id == order_id, self._readable()))
        if order is None:
            raise NotFound
        self.work.lead = self.work.lead or order
        return order

    def _readable(self) -> ColumnElement[bool]:
        return true() if self.work.caller.role in CRISIS_READERS else WorkOrder.need_id.in_(_HARMLESS)

    async def told(self, after: UUID | None, limit: int) -> list[Told]:
        """The next orders in scope, oldest first, with their answers: never one that speaks of danger (INV-N4)."""
        into = aliased(Need)
        wanted = (
            select(WorkOrder, func.coalesce(into.answer, Need.answer))
            .join(Need, Need.id == WorkOrder.need_id)
            .outerjoin(into, into.id == Need.merged_into_id)
            .where(Need.danger.is_(False), func.coalesce(into.danger, False).is_(False))
            .order_by(WorkOrder.id)
            .limit(limit)
        )
        if after is not None:
            wanted = wanted.where(WorkOrder.id > after)
        return [(order, answer) for order, answer in await self.session.execute(wanted)]

    async def newest_change(self) -> tuple[int, datetime | None]:
        """How many orders there are in scope, and when one last changed: until then an export is the same."""
        found = (await self.session.execute(select(func.count(), func.max(WorkOrder.updated_at)))).one()
        return found[0], found[1]


_HARMLESS = select(Need.id).where(Need.danger.is_(False))
