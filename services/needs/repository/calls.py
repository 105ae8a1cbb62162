"""Queries of the calls workers have to make."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from services.needs.domain.lifecycle import CallState
from services.needs.models import Need, PersonCall, Resident
from wushe.errors import NotFound
from wushe.identity import scope_range
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


class Calls(Repository):
    """Calls to people behind needs; a need that speaks of danger is on no list."""

    async def listed(self, page: PageRequest, state: CallState) -> Page[PersonCall]:
        """One page of the calls of the caller's divisions (index on division, state, id)."""
        lo, hi = scope_range(self.work.caller.scope)
        return await self.page(PersonCall, page, _harmless(), state=state, division=lo if lo == hi else None)

    async def take(self, call_id: UUID) -> PersonCall:
        """A call on the list, locked."""
        known = select(PersonCall).where(PersonCall.id == call_id, _harmless())
        if await self.first(known) is None:
            raise NotFound
        return await self.lock(PersonCall, call_id)

    async def waiting(self, need_id: UUID, person_id: UUID) -> PersonCall | None:
        """The call already on the list for somebody behind a need, locked."""
        same = select(PersonCall).where(PersonCall.need_id == need_id, PersonCall.person_id == person_id)
        found = await self.first(same.where(PersonCall.state == CallState.WAITING).with_for_update())
        if found is not None:
            self.work.note(found)
        return found

    async def missed(self, need_id: UUID, person_id: UUID) -> Need | None:
        """The harmless need a resident was not told of, locked; None when nobody is to be called about it."""
        found = await self.first(select(Need).where(Need.id == need_id, Need.danger.is_(False)).with_for_update())
        resident = select(Resident.id).where(Resident.person_id == person_id)
        return found if found is not None and await self.first(resident) is not None else None


def _harmless() -> ColumnElement[bool]:
    return ~exists().where(Need.id == PersonCall.need_id, Need.danger)
