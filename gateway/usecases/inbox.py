"""Messages for one person."""

from uuid import UUID

from gateway.models import InboxMessage
from gateway.repository import Inbox
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest


async def deliver(
    *, inbox: Inbox, division: str, person_id: UUID, source: str, code: str, zh: str, en: str, about: dict[str, str]
) -> InboxMessage:
    """Put a notice of a service into a person's inbox."""
    row = InboxMessage(
        division=division, person_id=person_id, source=source, code=code, zh=zh, en=en, about=about, read_at=None
    )
    inbox.work.record(inbox.add(row), "deliver")
    return row


async def listed(*, inbox: Inbox, page: PageRequest, unread: bool) -> Page[InboxMessage]:
    """The caller's own messages; an account that belongs to nobody has none."""
    await inbox.open()
    person = inbox.work.caller.person_id
    return await inbox.listed(person, page, unread=unread) if person else Page[InboxMessage](items=[])


async def mark_read(*, inbox: Inbox, message_id: UUID) -> InboxMessage:
    """The caller has read a message; the first time counts."""
    await inbox.open()
    person = inbox.work.caller.person_id
    if person is None:
        raise NotFound
    message = await inbox.take(person, message_id)
    if message.read_at is None:
        message.read_at = inbox.work.now
        inbox.work.record(message, "read")
    return message


async def unread(*, inbox: Inbox) -> int:
    """How many messages wait for the caller."""
    await inbox.open()
    person = inbox.work.caller.person_id
    return await inbox.unread(person) if person else 0
