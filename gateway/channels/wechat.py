"""WeChat's server side, as far as we use it; its secrets and access token never leave this module."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.channels import Receipt, Verdict
from wushe import clock
from wushe.breaker import Breaker
from wushe.errors import Refusal, Unavailable
from wushe.http import FAULTS

STALE_TOKEN = frozenset({40001, 40014, 42001})
BUSY = frozenset({-1, 45009, 45011, 45047})
"""Asked for patience: the system is busy, or today's or this minute's share is used up."""
NOT_WANTED = 43101
FORUM = 3
"""The scene of a text that neighbours read and answer."""
MARGIN_SECONDS = 300
"""How long before its end an access token is replaced; WeChat hands out the next one this early."""


class WxCodeInvalid(Refusal):
    """A login code is good for five minutes and for one use."""

    status = 401
    zh = "微信登录凭证无效或已使用，请重新登录。"
    en = "This WeChat login code is not valid or was used; log in again."
    toast = "请重新登录"


class WxTooOften(Refusal):
    """WeChat lets one user log in a hundred times a minute."""

    status = 429
    zh = "登录过于频繁，请一分钟后再试。"
    en = "Too many logins; try again in a minute."
    toast = "请稍后再试"
    retryable = True


class WxUserBlocked(Refusal):
    """WeChat holds the user for risky and lets nobody sign them in."""

    status = 403
    zh = "微信暂时限制了该账号登录，请联系社区工作者。"
    en = "WeChat does not let this account log in at present; please see a community worker."
    toast = "登录受限"


class WxNotConfigured(Refusal):
    """There is no mini-program here, or not the one that asks."""

    status = 422
    zh = "本系统没有接入这个小程序。"
    en = "This mini-program is not connected here."
    toast = "未接入小程序"


@dataclass(frozen=True, slots=True)
class WxUser:
    """Who logged in, as this mini-program knows them; the session key stays behind."""

    openid: str
    unionid: str | None


class WeChat:
    """Calls to ``api.weixin.qq.com`` as one mini-program."""

    def __init__(self, client: httpx.AsyncClient, *, url: str, appid: str, secret: str, deadline: float) -> None:
        self.appid = appid
        self._client, self._url, self._secret, self._deadline = client, url.rstrip("/"), secret, deadline
        self._breaker, self._turn = Breaker(), asyncio.Lock()
        self._token, self._until = "", 0

    def require(self, appid: str | None) -> None:
        """Refuse a mini-program that is not ours; WX_NOT_CONFIGURED where there is none."""
        if not self.appid or (appid or self.appid) != self.appid:
            raise WxNotConfigured

    async def code2session(self, code: str) -> WxUser:
        """Exchange a login code for the user behind it; the session key is forgotten here."""
        params = {"appid": self.appid, "secret": self._secret, "js_code": code, "grant_type": "authorization_code"}
        answer = await self._exchange("GET", "/sns/jscode2session", params)
        _refuse_login(errcode(answer))
        openid, unionid = answer.get("openid"), answer.get("unionid")
        if not isinstance(openid, str) or not openid:
            raise Unavailable(retry_after=5)
        return WxUser(openid, unionid if isinstance(unionid, str) else None)

    async def subscribe_send(self, openid: str, *, template_id: str, page: str, values: dict[str, str]) -> Receipt:
        """Send one subscribe message; it names the page a tap opens."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": {name: {"value": value} for name, value in values.items()},
            "miniprogram_state": "formal",
            "lang": "zh_CN",
        }
        try:
            answer = await self.call("/cgi-bin/message/subscribe/send", body)
        except Unavailable:
            return Receipt(Verdict.LATER, "unreachable")
        return _receipt(answer)

    async def check_text(self, openid: str, text: str) -> dict[str, Any]:
        """What WeChat's content check says of a text its user wrote (msgSecCheck, version 2)."""
        body = {"openid": openid, "scene": FORUM, "version": 2, "content": text}
        return await self.call("/wxa/msg_sec_check", body)

    async def check_picture(self, picture: bytes) -> dict[str, Any]:
        """What WeChat's content check says of a small JPEG (imgSecCheck)."""
        return await self.call("/wxa/img_sec_check", {"media": ("picture.jpg", picture, "image/jpeg")})

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A call with the access token, once more with another one when WeChat no longer knows it."""
        token = await self._access_token()
        answer = await self._exchange("POST", path, {"access_token": token}, body)
        if errcode(answer) in STALE_TOKEN:
            token = await self._access_token(other_than=token)
            answer = await self._exchange("POST", path, {"access_token": token}, body)
        return answer

    async def _access_token(self, *, other_than: str = "") -> str:
        """The token all our processes share; whoever comes first fetches it for all who wait."""
        async with self._turn:
            if self._token == other_than or clock.timestamp() >= self._until:
                await self._fetch_token(force=False)
                if self._token == other_than:
                    await self._fetch_token(force=True)
            return self._token

    async def _fetch_token(self, *, force: bool) -> None:
        mine = {"appid": self.appid, "secret": self._secret}
        body = {"grant_type": "client_credential", **mine, "force_refresh": force}
        answer = await self._exchange("POST", "/cgi-bin/stable_token", {}, body)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise Unavailable(retry_after=5)
        self._token, self._until = token, clock.timestamp() + max(seconds - MARGIN_SECONDS, 0)

    async def _exchange(
        self, method: str, path: str, params: dict[str, str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """One request; the fault is not told on, for it names the address, and the address has secrets in it."""
        sent = _sent(body)
        self._breaker.admit()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.request(method, self._url + path, params=params, **sent)
        except FAULTS:
            self._breaker.hear(answered=False)
            raise Unavailable(retry_after=5) from None
        self._breaker.hear(answered=answer.is_success)
        return _read(answer)


def _sent(body: dict[str, Any] | None) -> dict[str, Any]:
    """A body as JSON, or as a form when it holds a file."""
    if body and all(isinstance(value, tuple) for value in body.values()):
        return {"files": body}
    return {"content": None if body is None else json.dumps(body, ensure_ascii=False).encode()}


def errcode(answer: dict[str, Any]) -> int:
    """WeChat's own code of an answer; a good one may leave it out."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else 0


def _read(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise Unavailable(retry_after=5)
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        raise Unavailable(retry_after=5) from None
    if not isinstance(found, dict):
        raise Unavailable(retry_after=5)
    return found


def _refuse_login(code: int) -> None:
    if code in {40029, 40163}:
        raise WxCodeInvalid
    if code == 45011:
        raise WxTooOften(retry_after=60)
    if code == 40226:
        raise WxUserBlocked
    if code:
        raise Unavailable(retry_after=5)


def _receipt(answer: dict[str, Any]) -> Receipt:
    code = errcode(answer)
    if code == 0:
        return Receipt(Verdict.SENT, provider_id=str(answer.get("msgid") or "") or None)
    if code == NOT_WANTED:
        return Receipt(Verdict.REFUSED, f"wx_{code}")
    return Receipt(Verdict.LATER if code in BUSY | STALE_TOKEN else Verdict.DEAD, f"wx_{code}")
