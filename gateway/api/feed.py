"""The feed of public events."""

from typing import Annotated

from fastapi import Query

from gateway.models import FeedEntry
from gateway.repository import Feed
from gateway.schemas.registry import FeedItem, FeedOut
from gateway.usecases import feed
from wushe.authorize import Roles
from wushe.bodies import MAX_INTEGER
from wushe.routes import Router, Working

router = Router(tag="events", about="公开事件流 · The feed of public events")


def _item(row: FeedEntry) -> FeedItem:
    return FeedItem(
        cursor=row.cursor,
        id=row.event_id,
        source=row.source,
        type=row.type,
        subject=row.subject,
        time=row.time,
        sequence=row.sequence,
        division=row.division,
        data=row.data,
    )


@router.read(
    "/v1/events",
    access=Roles("integration", "auditor", "civil_affairs", "society_work_dept", "operator"),
    operation="listEvents",
    summary="公开事件流 · Feed of public events",
)
async def list_events(
    work: Working,
    after: Annotated[int, Query(ge=0, le=MAX_INTEGER, description="从此位置之后读起 · read on from here")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数 · items per page")] = 100,
) -> FeedOut:
    """Public events of the caller's divisions in the order they were committed; none is ever inserted behind."""
    rows, more = await feed.read(feed=Feed(work), after=after, limit=limit)
    return FeedOut(items=[_item(row) for row in rows], next_after=rows[-1].cursor if rows else after, more=more)
