"""Queries of agencies' webhooks and of what was sent to them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from gateway.models import FeedEntry, Webhook, WebhookDelivery, WebhookState
from wushe import clock
from wushe.db import uuid7
from wushe.errors import NotFound
from wushe.identity import scope_range
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

LEASE = timedelta(seconds=120)
AT_ONCE = 20
"""Events sent to one receiver before the next has its turn."""


class Receivers(Repository):
    """Webhooks of one account, and for the sender all of them."""

    async def listed(self, account_id: UUID, page: PageRequest) -> Page[Webhook]:
        """One page of an account's webhooks."""
        return await self.page(Webhook, page, account_id=account_id)

    async def own(self, account_id: UUID, webhook_id: UUID) -> Webhook:
        """An account's webhook; NOT_FOUND for anybody else's."""
        row = await self.get(Webhook, webhook_id)
        if row.account_id != account_id:
            raise NotFound
        return row

    async def deliveries(self, webhook_id: UUID, page: PageRequest) -> Page[WebhookDelivery]:
        """One page of what was sent to a webhook, newest first."""
        return await self.page(WebhookDelivery, page, webhook_id=webhook_id)

    async def end(self) -> int:
        """How far the feed goes."""
        return int(await self.session.scalar(select(func.max(FeedEntry.cursor))) or 0)

    async def due(self, limit: int, end: int) -> list[Webhook]:
        """Webhooks that are not at the end of the feed, taken for the time of the lease."""
        now = clock.now()
        waiting = select(Webhook).where(Webhook.state == WebhookState.ACTIVE, Webhook.next_at <= now)
        waiting = waiting.where(Webhook.cursor < end).order_by(Webhook.next_at).limit(limit)
        found = await self.all(waiting.with_for_update(skip_locked=True))
        for each in found:
            each.next_at = now + LEASE
        return found

    async def news(self, webhook: Webhook) -> list[FeedEntry]:
        """The next events a webhook wants to hear, in the order of the feed."""
        low, high = scope_range(webhook.division)
        mine = select(FeedEntry).where(FeedEntry.cursor > webhook.cursor, FeedEntry.division.between(low, high))
        if webhook.types:
            mine = mine.where(or_(*(FeedEntry.type == kind for kind in webhook.types)))
        return await self.all(mine.order_by(FeedEntry.cursor).limit(AT_ONCE))

    async def log(self, values: dict[str, Any]) -> None:
        """Keep what became of an event at a receiver; the last word counts."""
        new = insert(WebhookDelivery).values(id=uuid7(), **values)
        changed = {name: new.excluded[name] for name in ("state", "attempts", "status", "tried_at")}
        await self.session.execute(new.on_conflict_do_update(index_elements=["webhook_id", "cursor"], set_=changed))
