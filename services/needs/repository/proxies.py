"""Queries of who may ask for whom."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true

from services.needs.domain.authorship import FAMILY
from services.needs.domain.lifecycle import ProxyState
from services.needs.domain.proxies import may_see
from services.needs.models import Need, Person, Proxy
from wushe.erasing import reach_everywhere
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository, names


class Proxies(Repository):
    """Links between people; for those who are part of one it is wherever the other lives."""

    async def reach(self) -> None:
        """Let a resident reach the links they are part of, wherever; every query here asks for the person then."""
        if self.work.caller.role in FAMILY:
            await reach_everywhere(self.work)

    async def find(self, proxy_id: UUID) -> Proxy:
        """A link the caller may know of; NOT_FOUND otherwise."""
        await self.reach()
        found: Proxy = await self.get(Proxy, proxy_id)
        caller = self.work.caller
        if not may_see(
            role=caller.role, person_id=caller.person_id, person=found.person_id, proxy=found.proxy_person_id
        ):
            raise NotFound
        return found

    async def listed(self, page: PageRequest, **equal: Any) -> Page[Proxy]:
        """One page of links: of residents' own, both ways; of a division for staff (index on each)."""
        await self.reach()
        return await self.page(Proxy, page, self._theirs(), **equal)

    def _theirs(self) -> ColumnElement[bool]:
        caller = self.work.caller
        if caller.role not in FAMILY:
            return true()
        return or_(names(Proxy.person_id, caller.person_id), names(Proxy.proxy_person_id, caller.person_id))

    async def between(self, resident_id: UUID, proxy_person_id: UUID) -> Proxy | None:
        """The link by which one person may ask for another today (uq active)."""
        active = Proxy.state == ProxyState.ACTIVE
        pair = (Proxy.resident_id == resident_id, Proxy.proxy_person_id == proxy_person_id)
        return await self.first(select(Proxy).where(*pair, active))

    async def is_person(self, person_id: UUID) -> bool:
        """Whether somebody has this id, wherever (primary key)."""
        caller = self.work.caller
        await reach_everywhere(self.work)
        known = await self.session.get(Person, person_id)
        await self.work.within(caller)
        return known is not None

    async def ended(self, proxy_ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of some links that ended (primary key); none is asked for where there are none."""
        if not proxy_ids:
            return frozenset()
        ended = select(Proxy.id).where(Proxy.id.in_(proxy_ids), Proxy.state == ProxyState.ENDED)
        return frozenset(await self.all(ended))

    async def asked(self, proxy: Proxy, page: PageRequest, *, quiet: Collection[str]) -> Page[Need]:
        """One page of what was asked under a link (ix proxy_id): nothing of danger, nothing of a quiet theme."""
        loud = or_(Need.theme.is_(None), Need.theme.not_in(quiet)) if quiet else true()
        return await self.page(Need, page, Need.proxy_id == proxy.id, Need.danger.is_(False), loud)
