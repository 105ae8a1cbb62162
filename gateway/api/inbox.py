"""Messages for the caller."""

from uuid import UUID

from gateway.codes import ROLES
from gateway.repository import Inbox
from gateway.schemas.registry import MessageOut
from gateway.usecases import inbox
from wushe.authorize import Roles
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="me")


@router.read("/v1/me/inbox", access=Roles(*ROLES), operation="listInbox", summary="我的消息 · My messages")
async def list_inbox(page: Paging, work: Working, *, unread: bool = False) -> Page[MessageOut]:
    """The caller's own messages, newest first."""
    return await inbox.listed(inbox=Inbox(work), page=page, unread=unread)  # type: ignore[return-value]  # rows become MessageOut


@router.verb(
    "/v1/me/inbox/{message_id}/read",
    access=Roles(*ROLES),
    operation="readMessage",
    summary="标为已读 · Mark a message as read",
)
async def read_message(message_id: UUID, work: Working) -> MessageOut:
    """The caller has read a message."""
    return MessageOut.model_validate(await inbox.mark_read(inbox=Inbox(work), message_id=message_id))
