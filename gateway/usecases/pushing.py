"""How a person hears of a notice beside their inbox: WeChat while they allow it, else a text, else a worker calls."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.channels import Receipt, Verdict
from gateway.channels.telephone import Telephone
from gateway.channels.wechat import WeChat
from gateway.events import About, PersonUnreached
from gateway.models import InboxMessage, Push, PushChannel, PushChoice, PushState, Subscription
from gateway.repository import Accounts, Pushes
from gateway.usecases.paging import ARRIVED, wait
from gateway.usecases.wording import filled
from wushe import clock, rules
from wushe.errors import NotFound, Unavailable
from wushe.http import Siblings, understanding
from wushe.jobs import defer

SEND_NOW = "send_pushes_now"
NOT_NOW = "not_at_this_hour"
PATIENCE, NOT_NOW_WAIT = timedelta(hours=24), timedelta(hours=1)
"""How long a text waits for an hour at which its person may be texted, and how often that is looked at."""
LOST = frozenset({PushState.REFUSED, PushState.DEAD})
ENDED = {Verdict.SENT: PushState.SENT, Verdict.REFUSED: PushState.REFUSED, Verdict.DEAD: PushState.DEAD}


async def plan(*, pushes: Pushes, message: InboxMessage) -> None:
    """Send a notice out as well, if its code has a row in the rule ``push_templates``."""
    row = await _template(pushes, message)
    if row is None:
        return
    await pushes.open()
    allowed = await pushes.allowed(message.person_id, row["template_id"]) if row["template_id"] else None
    if allowed is None:
        await _by_text(pushes, message, _text_of(row))
    else:
        subscription, openid = allowed
        subscription.quota -= 1  # kept back at once, so that two notices never count on one tap
        pushes.work.record(subscription, "spend")
        push = _queue(pushes, message, PushChannel.WECHAT, _wechat_of(row, message))
        push.openid, push.subscription_id = openid, subscription.id
        pushes.work.record(push, "queue")
    await defer(pushes.work, SEND_NOW)


async def _template(pushes: Pushes, message: InboxMessage) -> dict[str, Any] | None:
    rows: list[dict[str, Any]] = await rules.value(pushes.work, "push_templates", message.division)
    return next((row for row in rows if row["code"] == message.code), None)


def _wechat_of(row: dict[str, Any], message: InboxMessage) -> dict[str, Any]:
    values = filled(row["fields"], notice=message.zh, at=message.created_at)
    page = row["page"].replace("{id}", message.about["id"])
    return {**_text_of(row), "template_id": row["template_id"], "page": page, "values": values}


def _text_of(row: dict[str, Any]) -> dict[str, Any]:
    return {"sms": row["sms"], "call": row["call"]}


def _queue(pushes: Pushes, message: InboxMessage | Push, channel: PushChannel, content: dict[str, Any]) -> Push:
    ident = message.message_id if isinstance(message, Push) else message.id
    return pushes.add(
        Push(
            division=message.division,
            message_id=ident,
            person_id=message.person_id,
            channel=channel,
            code=message.code,
            about=message.about,
            content=content,
            state=PushState.QUEUED,
            attempts=0,
            next_at=clock.now(),
        )
    )


async def _by_text(pushes: Pushes, message: InboxMessage | Push, content: dict[str, Any]) -> None:
    """A text message, unless the person said that they want none: then a worker calls."""
    push = _queue(pushes, message, PushChannel.SMS, content)
    if await pushes.refuses_texts(message.person_id):
        push.state, push.reason = PushState.REFUSED, "opted_out"
    pushes.work.record(push, "queue", *_unreached(push))


async def attempt(push: Push, *, wechat: WeChat, telephone: Telephone, siblings: Siblings) -> Receipt:
    """One attempt, outside any transaction."""
    content = push.content
    if push.channel is PushChannel.WECHAT:
        return await wechat.subscribe_send(
            str(push.openid), template_id=content["template_id"], page=content["page"], values=content["values"]
        )
    try:
        number, refused = await _number(siblings, push.person_id)
    except Unavailable:
        return Receipt(Verdict.LATER, "contacts_unavailable")
    if number is None:
        return refused
    return await telephone.send(kind="sms", number=number, template=content["sms"], params={}, key=str(push.id))


async def _number(siblings: Siblings, person_id: UUID) -> tuple[str | None, Receipt]:
    """A number that may be texted now, or why there is none; needs keeps it, and obeys what the person asked for."""
    try:
        found = await siblings.get("needs", f"/internal/contacts/{person_id}", purpose="notice")
    except NotFound:
        return None, Receipt(Verdict.DEAD, "no_number")
    with understanding():
        if found["via_person_id"]:
            return None, Receipt(Verdict.DEAD, "through_another_person")
        if not found["text"]:
            return None, Receipt(Verdict.LATER, NOT_NOW)
        return (str(found["phone"]) if found["phone"] else None), Receipt(Verdict.DEAD, "no_number")


async def note(*, pushes: Pushes, tried: Push, receipt: Receipt, attempts: int) -> None:
    """Write down what became of an attempt; what will not arrive this way goes the next."""
    await pushes.open()
    push = await pushes.lock(Push, tried.id)
    if push.state is not PushState.QUEUED or push.attempts != tried.attempts:
        return
    settle(push, receipt, attempts=attempts)
    pushes.work.record(push, "send", *_unreached(push), reason=receipt.reason)
    if push.state in LOST and push.channel is PushChannel.WECHAT:
        await _fall_back(pushes, push)


async def _fall_back(pushes: Pushes, push: Push) -> None:
    if push.state is PushState.REFUSED and push.subscription_id:
        subscription = await pushes.lock(Subscription, push.subscription_id)
        subscription.quota = 0  # WeChat knows better than we how often somebody tapped
        pushes.work.record(subscription, "exhaust")
    await _by_text(pushes, push, _text_of(push.content))


def _unreached(push: Push) -> list[PersonUnreached]:
    """What is announced of a message that was the last way to its person."""
    if push.state not in LOST or push.channel is not PushChannel.SMS or not push.content["call"]:
        return []
    about = About(collection=push.about["collection"], id=push.about["id"])
    return [PersonUnreached(person_id=push.person_id, code=push.code, about=about, reason=push.reason or "")]


def settle(push: Push, receipt: Receipt, *, attempts: int) -> None:
    """Note what a provider said; one that did not answer is asked again, later each time."""
    push.reason, now = receipt.reason, clock.now()
    if receipt.verdict is Verdict.LATER and receipt.reason == NOT_NOW and now - push.created_at < PATIENCE:
        push.next_at, push.attempts = now + NOT_NOW_WAIT, 0
    elif receipt.verdict is Verdict.LATER and receipt.reason != NOT_NOW and push.attempts < attempts:
        push.next_at = now + wait(push.attempts)
    else:
        push.state = ENDED.get(receipt.verdict, PushState.DEAD)
        push.provider_id = receipt.provider_id
        push.sent_at = now if push.state is PushState.SENT else None


async def _account(pushes: Pushes) -> UUID:
    """The caller's account, which may never have been written down: a token alone makes none."""
    caller, accounts = pushes.work.caller, Accounts(pushes.work)
    account_id = UUID(caller.subject)
    made = await accounts.ensure(account_id, label=f"{caller.role}@{caller.scope}", division=caller.scope)
    if made is not None:
        pushes.work.record(made, "register")
    return account_id


async def tap(*, pushes: Pushes, template_id: str, result: str) -> Subscription:
    """The result of one tap in the mini-program: each "accept" is one message more, a refusal takes all back."""
    await pushes.open()
    found = await pushes.subscription(await _account(pushes), template_id, pushes.work.caller.scope)
    found.last_result = result
    if result.startswith("accept"):
        found.quota += 1
    elif result != "filter":  # filtered is WeChat's own doing, and says nothing of the person
        found.quota = 0
    pushes.work.record(found, "tap", reason=result)
    return found


async def choose(*, pushes: Pushes, wechat: bool, sms: bool) -> PushChoice:
    """By which ways the caller wants to hear of notices; the inbox stays."""
    await pushes.open()
    found = await pushes.choose(await _account(pushes), pushes.work.caller.scope)
    found.wechat, found.sms = wechat, sms
    pushes.work.record(found, "choose")
    return found


async def allowances(*, pushes: Pushes) -> tuple[PushChoice | None, list[Subscription]]:
    """What an account allows: ways at all, and messages of each template."""
    await pushes.open()
    account_id = UUID(pushes.work.caller.subject)
    return await pushes.choice(account_id), await pushes.subscriptions(account_id)


async def report(*, pushes: Pushes, provider_id: str, result: str, reason: str | None) -> Push | None:
    """A provider's later word on a text; one that did not arrive is lost, and a worker calls."""
    push = await pushes.sent_as(provider_id)
    if push is not None and push.state is PushState.SENT:
        push.state, push.reason = (PushState.DELIVERED if result == ARRIVED else PushState.DEAD), reason
        pushes.work.record(push, "report", *_unreached(push), reason=reason)
    return push


async def told_about(*, pushes: Pushes, ident: UUID) -> list[dict[str, Any]]:
    """How each person was told of one object, notice by notice, way by way."""
    messages, sent = await pushes.told_about(ident)
    ways: dict[UUID, list[Push]] = {}
    for push in sent:
        ways.setdefault(push.message_id, []).append(push)
    return [
        {
            "person_id": message.person_id,
            "code": message.code,
            "at": message.created_at,
            "read_at": message.read_at,
            "ways": ways.get(message.id, []),
        }
        for message in messages
    ]
