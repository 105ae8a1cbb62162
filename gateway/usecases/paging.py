"""Pages to people's telephones: asked for once, tried until sent, and never believed to have arrived on their own."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.channels import Receipt, Verdict
from gateway.channels.telephone import Telephone
from gateway.models import PageKind, PageState, TelephonePage
from gateway.repository import TelephonePages
from wushe import clock
from wushe.errors import NotFound, Unavailable
from wushe.http import Siblings, understanding
from wushe.jobs import defer

SEND_NOW = "send_pages_now"
ARRIVED = "delivered"
NO_NUMBER = Receipt(Verdict.DEAD, "no_number")
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)


async def ask(
    *,
    pages: TelephonePages,
    division: str,
    person_id: UUID | None,
    number_ref: str | None,
    kind: PageKind,
    template: str,
    params: dict[str, str],
    key: str,
    number: str | None,
) -> TelephonePage:
    """Take a page on, to be sent at once; asked for again by the same key it is the same page."""
    work = pages.work
    work.claim(division)
    row: dict[str, Any] = {"division": division, "person_id": person_id, "kind": kind, "params": params}
    row |= {"number_ref": number_ref, "template": template, "number": number, "source": work.caller.issuer, "key": key}
    row |= {"state": PageState.QUEUED, "attempts": 0, "next_at": clock.now(), "version": 0, "event_seq": 0}
    page, is_new = await pages.ensure(row)
    if is_new:
        work.record(page, "ask")
        await defer(work, SEND_NOW)
    return page


async def attempt(
    page: TelephonePage, *, telephone: Telephone, siblings: Siblings, numbers: Mapping[str, str]
) -> Receipt:
    """One attempt at a page taken to be sent, outside any transaction; ``numbers`` are those of our own staff."""
    try:
        number = page.number or numbers.get(page.number_ref or "") or await number_of(siblings, page)
    except Unavailable:
        return Receipt(Verdict.LATER, "contacts_unavailable")
    if not number:
        return NO_NUMBER
    return await telephone.send(
        kind=page.kind, number=number, template=page.template, params=page.params, key=str(page.id)
    )


async def note(*, pages: TelephonePages, tried: TelephonePage, receipt: Receipt, attempts: int) -> None:
    """Write down what became of an attempt, unless the page was taken again since."""
    page = await pages.lock(TelephonePage, tried.id)
    if page.state is PageState.QUEUED and page.attempts == tried.attempts:
        settle(page, receipt, attempts=attempts)
        pages.work.record(page, "send", reason=receipt.reason)


async def number_of(siblings: Siblings, page: TelephonePage) -> str | None:
    """The number needs knows of a person, if they may be reached in this way at this moment; used, and not kept."""
    if page.person_id is None:
        return None
    try:
        found = await siblings.get("needs", f"/internal/contacts/{page.person_id}", purpose="page")
    except NotFound:
        return None
    with understanding():
        return str(found["phone"]) if found["phone"] and found[_ASKED_FOR[page.kind]] else None


_ASKED_FOR = {PageKind.SMS: "text", PageKind.VOICE: "call"}


def settle(page: TelephonePage, receipt: Receipt, *, attempts: int) -> None:
    """Note what a provider said; one that did not answer is asked again, later each time."""
    page.reason = receipt.reason
    if receipt.verdict is Verdict.SENT:
        page.state, page.provider_id, page.sent_at = PageState.SENT, receipt.provider_id, clock.now()
    elif receipt.verdict is Verdict.LATER and page.attempts < attempts:
        page.next_at = clock.now() + wait(page.attempts)
        return
    else:
        page.state = PageState.FAILED
    page.number = None


def wait(attempts: int) -> timedelta:
    """How long to leave a provider alone after so many attempts."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)


async def report(*, pages: TelephonePages, provider_id: str, result: str, reason: str | None) -> TelephonePage | None:
    """A provider's later word on a page; arrived stays arrived."""
    await pages.open()
    page = await pages.sent_as(provider_id)
    if page is None:
        return None
    if page.state is PageState.SENT:
        page.state = PageState.DELIVERED if result == ARRIVED else PageState.FAILED
        page.reason, page.delivered_at = reason, clock.now() if result == ARRIVED else None
        pages.work.record(page, "report", reason=reason)
    return page
