"""Queries of outings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select, true

from services.needs.domain.lifecycle import OutingState
from services.needs.domain.visits import FIELD_WORKERS
from services.needs.models import Outing
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
OUT = (OutingState.OPEN, OutingState.OVERDUE, OutingState.ALARMED)


class Outings(Repository):
    """Who is out, and who should be back."""

    async def take(self, outing_id: UUID) -> Outing:
        """An outing in scope, locked; whoever only goes out finds their own."""
        found: Outing = await self.lock(Outing, outing_id)
        caller = self.work.caller
        if caller.role in FIELD_WORKERS and found.person_id != caller.person_id:
            raise NotFound
        return found

    async def of(self, person_id: UUID) -> Outing | None:
        """The outing somebody is on (uq person_id); one at a time may begin."""
        await self.work.fetch(_ONE_AT_A_TIME, f"outing {person_id}")
        return await self.first(select(Outing).where(Outing.person_id == person_id, Outing.state.in_(OUT)))

    async def listed(self, page: PageRequest, **equal: Any) -> Page[Outing]:
        """One page of outings."""
        return await self.page(Outing, page, self._own(), **equal)

    def _own(self) -> ColumnElement[bool]:
        caller = self.work.caller
        if caller.role not in FIELD_WORKERS:
            return true()
        return Outing.person_id == caller.person_id if caller.person_id else false()

    async def late(self, state: OutingState, limit: int, *also: ColumnElement[bool]) -> list[tuple[Outing, datetime]]:
        """Who should have been back by now, with the business time of their county (ix due_at), the latest first."""
        now = func.business_now(Outing.division)
        wanted = select(Outing, now).where(Outing.state == state, Outing.due_at <= now, *also).order_by(Outing.due_at)
        found = await self.session.execute(wanted.limit(limit).with_for_update(skip_locked=True, of=Outing))
        return [(outing, at) for outing, at in found]

    async def missed(self, limit: int) -> list[tuple[Outing, datetime]]:
        """Those of them who are alone and were reminded: nobody else stands in their way."""
        return await self.late(OutingState.OVERDUE, limit, Outing.alone.is_(True))
