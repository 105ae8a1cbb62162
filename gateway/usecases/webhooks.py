"""Public events sent to agencies' own systems: in order, signed, tried for a day, and all of it on record."""

import base64
import hmac
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from gateway.channels.webhooks import GONE, Webhooks
from gateway.models import FeedEntry, SentState, Webhook, WebhookState
from gateway.repository import Receivers
from gateway.usecases.paging import wait
from wushe import clock

ATTEMPTS = 33
"""Over a day, the waits growing to an hour; then the event is dead and the next one is sent."""
Tried = list[tuple[FeedEntry, int]]


def key_of(root: bytes, webhook: Webhook) -> bytes:
    """What the events of one webhook are signed with, derived from a key this process has, and kept nowhere."""
    return hmac.digest(root, f"webhook:{webhook.id}".encode(), sha256)


def secret_of(root: bytes, webhook: Webhook) -> str:
    """The same, as its receiver is told once (Standard Webhooks 1.0)."""
    return "whsec_" + base64.b64encode(key_of(root, webhook)).decode()


async def register(*, receivers: Receivers, url: str, types: Sequence[str]) -> Webhook:
    """Send the public events of the caller's division from now on to an address already looked at."""
    caller = receivers.work.caller
    webhook = receivers.add(
        Webhook(
            division=caller.scope,
            account_id=UUID(caller.subject),
            url=url,
            types=sorted(set(types)),
            state=WebhookState.ACTIVE,
            cursor=await receivers.end(),
            attempts=0,
            next_at=clock.now(),
        )
    )
    receivers.work.record(webhook, "register")
    return webhook


async def replay(*, receivers: Receivers, webhook_id: UUID, after: int) -> Webhook:
    """Send everything behind a place of the feed again, also after it was disabled; receivers know events by id."""
    webhook = await _take(receivers, webhook_id)
    webhook.cursor, webhook.attempts, webhook.next_at = min(after, await receivers.end()), 0, clock.now()
    webhook.state = WebhookState.ACTIVE
    receivers.work.record(webhook, "replay")
    return webhook


async def withdraw(*, receivers: Receivers, webhook_id: UUID) -> Webhook:
    """Send nothing more."""
    webhook = await _take(receivers, webhook_id)
    webhook.state = WebhookState.WITHDRAWN
    receivers.work.record(webhook, "withdraw")
    return webhook


async def _take(receivers: Receivers, webhook_id: UUID) -> Webhook:
    await receivers.own(UUID(receivers.work.caller.subject), webhook_id)
    found: Webhook = await receivers.lock(Webhook, webhook_id)
    return found


async def deliver(client: Webhooks, webhook: Webhook, news: Sequence[FeedEntry], *, root: bytes) -> Tried:
    """Send events in their order until one is not taken, outside any transaction."""
    tried: Tried = []
    for entry in news:
        body = json.dumps(_event(entry), ensure_ascii=False, separators=(",", ":"))
        status = await client.deliver(webhook.url, body=body, event_id=entry.event_id, key=key_of(root, webhook))
        tried.append((entry, status))
        if not _taken(status):
            break
    return tried


def _taken(status: int) -> bool:
    return 200 <= status < 300


def _event(entry: FeedEntry) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": entry.event_id,
        "source": entry.source,
        "type": entry.type,
        "subject": entry.subject,
        "time": entry.time,
        "datacontenttype": "application/json",
        "sequence": f"{entry.sequence:010d}",
        "division": entry.division,
        "data": entry.data,
    }


async def note(*, receivers: Receivers, sent: Webhook, tried: Tried, end: int) -> None:
    """Write down what was taken and what was not; with nothing to hear it stands where the feed ended then."""
    webhook = await receivers.lock(Webhook, sent.id)
    if webhook.cursor != sent.cursor or webhook.state is not WebhookState.ACTIVE:
        return  # played again, or withdrawn, meanwhile
    webhook.next_at = clock.now()
    for entry, status in tried:
        await _note_one(receivers, webhook, entry, status)
    if not tried:
        webhook.cursor = max(webhook.cursor, end)
    receivers.work.record(webhook, "deliver")


async def _note_one(receivers: Receivers, webhook: Webhook, entry: FeedEntry, status: int) -> None:
    state, attempts = SentState.DELIVERED, webhook.attempts + 1
    if not _taken(status):
        state = SentState.DEAD if attempts >= ATTEMPTS else SentState.FAILED
        webhook.next_at = clock.now() + wait(attempts)
    if status == GONE:
        webhook.state = WebhookState.DISABLED
    if state is SentState.FAILED:
        webhook.attempts = attempts
    else:
        webhook.cursor, webhook.attempts = entry.cursor, 0
    told = {"event_id": entry.event_id, "type": entry.type, "cursor": entry.cursor, "division": webhook.division}
    outcome = {"state": state, "attempts": attempts, "status": status, "tried_at": clock.now()}
    await receivers.log({"webhook_id": webhook.id, "created_at": clock.now(), **told, **outcome})
