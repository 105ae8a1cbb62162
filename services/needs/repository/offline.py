"""Queries of what was said without a network."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from services.needs.models import ItemState, OfflineItem
from wushe.repository import Repository

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1, 0))"


class Offline(Repository):
    """The items of one account, by the ids it gave them."""

    async def alone(self) -> None:
        """Wait until no other batch of this account is being taken in."""
        caller = self.work.caller
        await self.work.fetch(_ONE_AT_A_TIME, f"offline {caller.client} {caller.subject}")

    def _mine(self) -> ColumnElement[bool]:
        caller = self.work.caller
        return and_(OfflineItem.client == caller.client, OfflineItem.subject == caller.subject)

    async def known(self, client_ids: Iterable[str]) -> dict[str, OfflineItem]:
        """Those of these ids that were sent before (unique)."""
        wanted = select(OfflineItem).where(self._mine(), OfflineItem.client_id.in_(client_ids))
        return {item.client_id: item for item in await self.all(wanted)}

    async def waiting_for(self, client_id: str) -> list[OfflineItem]:
        """What is held until this item is applied (index on what is held)."""
        held = OfflineItem.state == ItemState.HELD
        wanted = select(OfflineItem).where(self._mine(), OfflineItem.base == client_id, held)
        return await self.all(wanted.order_by(OfflineItem.client_id))

    async def applied(self, client_id: str) -> UUID | None:
        """The need an item became, once it has."""
        item = (await self.known([client_id])).get(client_id)
        return item.object_id if item is not None and item.state is ItemState.APPLIED else None
