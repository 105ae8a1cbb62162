"""The feed of public events: complete, in order, to be read again from any place."""

from typing import Any

from gateway.models import FeedEntry
from gateway.repository import Feed
from wushe.db import uuid7


async def append(*, feed: Feed, division: str, values: dict[str, Any]) -> None:
    """Give an event the next place; the inbox has made sure that it comes once."""
    feed.session.add(FeedEntry(id=uuid7(), division=division, cursor=await feed.next_cursor(), **values))


async def read(*, feed: Feed, after: int, limit: int) -> tuple[list[FeedEntry], bool]:
    """The entries behind a place, and whether there are more."""
    found = await feed.after(after, limit + 1)
    return found[:limit], len(found) > limit
