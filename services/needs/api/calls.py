"""The worker's call list, and how the people behind a need were told."""

from typing import Any
from uuid import UUID

from fastapi import Request

from services.needs.api import access
from services.needs.domain.lifecycle import CallState
from services.needs.repository import Calls, Needs
from services.needs.schemas.calls import CallDoneIn, CallOut, ToldListOut
from services.needs.usecases import calls as cases
from wushe.errors import ActionNotAllowed, Unavailable
from wushe.http import understanding
from wushe.identity import Caller
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="call-list", about="待打电话名单 · People to call whom no message reached")


@router.read(
    "/v1/call-list", access=access.ANSWERERS, operation="listCalls", summary="待打电话名单 · People to call", hot=True
)
async def listed(page: Paging, work: Working, state: CallState = CallState.WAITING) -> Page[CallOut]:
    """Who has to be told by a person, why, and the sentence to say."""
    found = await Calls(work).listed(page, state)
    return Page[CallOut](items=[CallOut.of(call) for call in found.items], next_cursor=found.next_cursor)


@router.verb(
    "/v1/call-list/{call_id}/done",
    access=access.ANSWERERS,
    operation="finishCall",
    summary="记录通话结果 · Note what came of a call",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def done(call_id: UUID, body: CallDoneIn, work: Working) -> CallOut:
    """Reached or not to be reached takes a call off the list; nobody answering leaves it there."""
    return CallOut.of(await cases.done(calls=Calls(work), call_id=call_id, result=body.result))


async def _ask_gateway(request: Request, caller: Caller, key: str) -> Any:
    """What the gateway, which owns every channel, knows of one need; None while it does not answer."""
    siblings = request.app.state.siblings.acting(caller, key)
    try:
        found = await siblings.get("gateway", "/internal/notices", about=request.path_params["need_id"])
    except Unavailable:
        return None
    with understanding():
        return found["items"]


@router.read(
    "/v1/needs/{need_id}/notices",
    access=access.ANSWERERS,
    operation="listNeedNotices",
    summary="通知情况 · How the people behind a need were told",
    ahead=_ask_gateway,
)
async def told(need_id: UUID, work: Working) -> ToldListOut:
    """Each notice to each person behind a need, by number, with the ways it went out and what became of them."""
    need = await Needs(work).find(need_id)
    if work.ahead is None:
        raise Unavailable(retry_after=2)
    with understanding():
        return ToldListOut.masked(work.ahead, author=need.author_person_id)
