"""Signing in from the mini-program."""

from typing import Any

from fastapi import Request
from pydantic import ValidationError

from gateway.channels.wechat import WxCodeInvalid, WxNotConfigured, WxTooOften, WxUserBlocked
from gateway.repository import Accounts, Wechat
from gateway.schemas.channels import WechatIn
from gateway.schemas.registry import TokenOut
from gateway.usecases import accounts
from wushe.authorize import PUBLIC
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="auth", about="登录 · Signing in")


async def _exchange(request: Request, _: Caller, __: str) -> Any:
    """Ask WeChat who the code belongs to, before any transaction is open."""
    wechat = request.app.state.wechat
    try:
        wish = WechatIn.model_validate(await request.json() if await request.body() else None)
    except ValidationError:
        return None  # the route itself names what is wrong
    wechat.require(wish.appid)
    return await wechat.code2session(wish.code)


@router.verb(
    "/v1/auth/wechat",
    access=PUBLIC,
    operation="signInWithWechat",
    summary="微信登录 · Sign in with WeChat",
    keyless=True,
    refusals=[WxCodeInvalid, WxTooOften, WxUserBlocked, WxNotConfigured],
    ahead=_exchange,
)
async def sign_in(body: WechatIn, request: Request, work: Working) -> TokenOut:  # noqa: ARG001 -- the code was exchanged ahead
    """A token for the account behind a login code; until it is tied to a resident, it is nobody in particular's."""
    state = request.app.state
    signed_in = await accounts.sign_in_with_wechat(
        accounts=Accounts(work),
        users=Wechat(work),
        issuer=state.tokens,
        user=work.ahead,
        appid=state.wechat.appid,
        division=state.settings.wechat_division,
    )
    return TokenOut.model_validate(signed_in)
