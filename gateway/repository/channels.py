"""Queries of what is sent to people outside this system."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from gateway.models import PageState, Residency, TelephonePage, WechatIdentity
from gateway.repository.registry import Everywhere
from wushe import clock
from wushe.db import uuid7

LEASE = timedelta(seconds=60)
"""How long what was taken to be sent is nobody else's; whoever died meanwhile may have sent it."""


class Wechat(Everywhere):
    """Users of our mini-programs and the accounts they sign in to."""

    async def user(self, appid: str, openid: str) -> WechatIdentity | None:
        """Who a user of a mini-program is here."""
        found = select(WechatIdentity).where(WechatIdentity.appid == appid, WechatIdentity.openid == openid)
        return await self.first(found)

    async def ensure(self, **values: Any) -> WechatIdentity | None:
        """Keep a user's account; answers the row when it is new."""
        made: WechatIdentity | None = await self.session.scalar(
            insert(WechatIdentity).values(id=uuid7(), **values).on_conflict_do_nothing().returning(WechatIdentity)
        )
        return made

    async def openid_of(self, appid: str, person_id: UUID) -> str | None:
        """Who a person is in one mini-program, the account tied last when there are several."""
        theirs = select(Residency.account_id).where(Residency.person_id == person_id)
        found = select(WechatIdentity.openid).where(
            WechatIdentity.appid == appid, WechatIdentity.account_id.in_(theirs)
        )
        return await self.first(found.order_by(WechatIdentity.id.desc()))


class TelephonePages(Everywhere):
    """Pages to people's telephones."""

    async def ensure(self, values: dict[str, Any]) -> tuple[TelephonePage, bool]:
        """The page its sender calls by this key, and whether it is new."""
        new = insert(TelephonePage).values(id=uuid7(), **values).on_conflict_do_nothing()
        made: UUID | None = await self.session.scalar(new.returning(TelephonePage.id))
        same = [getattr(TelephonePage, name) == values[name] for name in ("source", "division", "key")]
        known = select(TelephonePage).where(*same)
        return (await self.session.scalars(known)).one(), made is not None

    async def due(self, limit: int) -> list[TelephonePage]:
        """Pages whose turn it is, taken for the time of the lease."""
        now = clock.now()
        waiting = select(TelephonePage).where(TelephonePage.state == PageState.QUEUED, TelephonePage.next_at <= now)
        found = await self.all(waiting.order_by(TelephonePage.next_at).limit(limit).with_for_update(skip_locked=True))
        for page in found:
            self.work.note(page)
            page.next_at, page.attempts = now + LEASE, page.attempts + 1
        return found

    async def sent_as(self, provider_id: str) -> TelephonePage | None:
        """The page a provider calls by this name, locked."""
        found = select(TelephonePage).where(TelephonePage.provider_id == provider_id)
        page = await self.first(found.with_for_update(key_share=True))
        if page is not None:
            self.work.note(page)
        return page
