"""Agencies' own systems that hear of public events."""

from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from gateway.channels.webhooks import AddressNotAllowed
from gateway.models import Webhook
from gateway.repository import Receivers
from gateway.schemas.webhooks import RegisteredOut, ReplayIn, SentEventOut, WebhookIn, WebhookOut
from gateway.usecases import webhooks
from wushe.authorize import Roles
from wushe.identity import Caller
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="webhooks", about="事件推送到机构系统 · Public events sent to agencies' systems")
MACHINES = Roles("integration")


async def _look(request: Request, _: Caller, __: str) -> Any:
    """See where the address leads, before any transaction is open."""
    try:
        wish = WebhookIn.model_validate(await request.json() if await request.body() else None)
    except ValidationError:
        return
    await request.app.state.webhooks.walls.require(wish.url)


@router.create(
    "/v1/webhooks",
    access=MACHINES,
    operation="registerWebhook",
    summary="登记推送地址 · Register a webhook",
    refusals=[AddressNotAllowed],
    secret=True,
    ahead=_look,
)
async def register(body: WebhookIn, request: Request, work: Working) -> RegisteredOut:
    """Public events of the caller's division from now on; the secret is in this answer and nowhere else."""
    made = await webhooks.register(receivers=Receivers(work), url=body.url, types=body.types)
    secret = webhooks.secret_of(request.app.state.cursor_key, made)
    return RegisteredOut(**_shown(made).model_dump(), secret=secret)


@router.read("/v1/webhooks", access=MACHINES, operation="listWebhooks", summary="推送地址列表 · List webhooks")
async def listed(page: Paging, work: Working) -> Page[WebhookOut]:
    """The caller's own webhooks."""
    return await Receivers(work).listed(UUID(work.caller.subject), page)  # type: ignore[return-value]  # rows become WebhookOut


@router.read("/v1/webhooks/{webhook_id}", access=MACHINES, operation="getWebhook", summary="推送地址 · A webhook")
async def get(webhook_id: UUID, work: Working) -> WebhookOut:
    """One webhook and how far it has come."""
    return WebhookOut.model_validate(await Receivers(work).own(UUID(work.caller.subject), webhook_id))


@router.read(
    "/v1/webhooks/{webhook_id}/deliveries",
    access=MACHINES,
    operation="listDeliveriesOfWebhook",
    summary="推送记录 · What was sent to a webhook",
)
async def deliveries(webhook_id: UUID, page: Paging, work: Working) -> Page[SentEventOut]:
    """Each event, the last status and how often it was tried, newest first."""
    receivers = Receivers(work)
    await receivers.own(UUID(work.caller.subject), webhook_id)
    return await receivers.deliveries(webhook_id, page)  # type: ignore[return-value]  # rows become SentEventOut


@router.verb(
    "/v1/webhooks/{webhook_id}/replay",
    access=MACHINES,
    operation="replayWebhook",
    summary="重新推送 · Send again from a place of the feed",
    if_match=True,
)
async def replay(webhook_id: UUID, body: ReplayIn, work: Working) -> WebhookOut:
    """Everything behind that place is sent again, in order; a disabled webhook is active again."""
    return _shown(await webhooks.replay(receivers=Receivers(work), webhook_id=webhook_id, after=body.after))


@router.verb(
    "/v1/webhooks/{webhook_id}/withdraw",
    access=MACHINES,
    operation="withdrawWebhook",
    summary="停止推送 · Withdraw a webhook",
    if_match=True,
)
async def withdraw(webhook_id: UUID, work: Working) -> WebhookOut:
    """Nothing more is sent."""
    return _shown(await webhooks.withdraw(receivers=Receivers(work), webhook_id=webhook_id))


def _shown(webhook: Webhook) -> WebhookOut:
    return WebhookOut.model_validate(webhook)
