"""Moderation, asked for by the services."""

from typing import Any

from fastapi import Request
from pydantic import ValidationError

from gateway.schemas.moderation import ModerationIn, ModerationOut
from gateway.usecases import moderation
from wushe.authorize import SERVICE
from wushe.errors import NotFound
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="internal", about="只供服务之间调用 · Between services only")


async def _check(request: Request, caller: Caller, _: str) -> Any:
    """Ask whoever looks, before any transaction is open."""
    state = request.app.state
    try:
        wish = ModerationIn.model_validate(await request.json() if await request.body() else None)
    except ValidationError:
        return None  # the route itself names what is wrong
    asking = {"database": state.databases["main"], "caller": caller, "checker": state.checker}
    if wish.file_id is not None:
        return await moderation.check_file(**asking, objects=state.cabinet.objects, file_id=wish.file_id)
    appid = state.wechat.appid
    return await moderation.check_text(**asking, appid=appid, text=wish.text or "", person_id=wish.person_id)


@router.verb(
    "/internal/moderation",
    access=SERVICE,
    operation="moderate",
    summary="审核文字或图片 · Look at words or a picture",
    refusals=[NotFound],
    ahead=_check,
)
async def moderate(body: ModerationIn, work: Working) -> ModerationOut:  # noqa: ARG001 -- looked at ahead
    """Whether it may be public, as far as a checker can say; without one it is `unchecked`."""
    return ModerationOut.model_validate(work.ahead)
