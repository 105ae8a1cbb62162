"""Queries of what people allow, and of the messages that were to reach them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from gateway.models import (
    InboxMessage,
    Push,
    PushChoice,
    PushState,
    Residency,
    Subscription,
    WechatIdentity,
)
from gateway.repository.registry import Everywhere
from wushe import clock
from wushe.db import uuid7

LEASE = timedelta(seconds=60)
_ABOUT = text("inbox_messages.about->>'id' = :about")


class Pushes(Everywhere):
    """What people allow and the messages on their way to them, wherever they are registered."""

    async def subscription(self, account_id: UUID, template_id: str, division: str) -> Subscription:
        """What an account allows of one template, made when missing, locked."""
        row = {"id": uuid7(), "account_id": account_id, "template_id": template_id, "division": division}
        row |= {"quota": 0, "last_result": "", "version": 0, "event_seq": 0}
        await self.session.execute(insert(Subscription).values(row).on_conflict_do_nothing())
        same = (Subscription.account_id == account_id, Subscription.template_id == template_id)
        found = (await self.session.scalars(select(Subscription).where(*same).with_for_update())).one()
        self.work.note(found)
        return found

    async def subscriptions(self, account_id: UUID) -> list[Subscription]:
        """What an account allows, template by template."""
        mine = select(Subscription).where(Subscription.account_id == account_id)
        return await self.all(mine.order_by(Subscription.template_id))

    async def choice(self, account_id: UUID) -> PushChoice | None:
        """By which ways an account wants to hear of notices; None before it said."""
        return await self.first(select(PushChoice).where(PushChoice.account_id == account_id))

    async def choose(self, account_id: UUID, division: str) -> PushChoice:
        """The same, made when missing, locked."""
        row = {"id": uuid7(), "account_id": account_id, "division": division, "wechat": True, "sms": True}
        await self.session.execute(
            insert(PushChoice).values({**row, "version": 0, "event_seq": 0}).on_conflict_do_nothing()
        )
        mine = select(PushChoice).where(PushChoice.account_id == account_id).with_for_update()
        found = (await self.session.scalars(mine)).one()
        self.work.note(found)
        return found

    async def allowed(self, person_id: UUID, template_id: str) -> tuple[Subscription, str] | None:
        """A message of a template that one of a person's accounts still allows, locked; and the WeChat user."""
        refused = select(PushChoice.account_id).where(PushChoice.wechat.is_(False))
        left = (
            select(Subscription, WechatIdentity.openid)
            .join(WechatIdentity, WechatIdentity.account_id == Subscription.account_id)
            .join(Residency, Residency.account_id == Subscription.account_id)
            .where(Residency.person_id == person_id, Subscription.template_id == template_id, Subscription.quota > 0)
            .where(Subscription.account_id.not_in(refused))
            .order_by(Subscription.updated_at.desc())
            .limit(1)
            .with_for_update(of=Subscription)
        )
        row = (await self.session.execute(left)).first()
        if row is None:
            return None
        self.work.note(row[0])
        return row[0], row[1]

    async def refuses_texts(self, person_id: UUID) -> bool:
        """Whether a person said with any account that they want no text messages."""
        theirs = select(PushChoice).join(Residency, Residency.account_id == PushChoice.account_id)
        return await self.first(theirs.where(Residency.person_id == person_id, PushChoice.sms.is_(False))) is not None

    async def due(self, limit: int) -> list[Push]:
        """Messages whose turn it is, taken for the time of the lease."""
        now = clock.now()
        waiting = select(Push).where(Push.state == PushState.QUEUED, Push.next_at <= now)
        found = await self.all(waiting.order_by(Push.next_at).limit(limit).with_for_update(skip_locked=True))
        for push in found:
            push.next_at, push.attempts = now + LEASE, push.attempts + 1
        return found

    async def sent_as(self, provider_id: str) -> Push | None:
        """The message a provider calls by this name, locked."""
        push = await self.first(select(Push).where(Push.provider_id == provider_id).with_for_update(key_share=True))
        if push is not None:
            self.work.note(push)
        return push

    async def told_about(self, ident: UUID) -> tuple[list[InboxMessage], Sequence[Push]]:
        """The notices about one object, oldest first, and how each went out (index on the object's id)."""
        about: Any = _ABOUT.bindparams(about=str(ident))
        messages = await self.all(select(InboxMessage).where(about).order_by(InboxMessage.id).limit(500))
        pushes = select(Push).where(Push.message_id.in_([each.id for each in messages])).order_by(Push.id)
        return messages, await self.all(pushes)
