"""A server that speaks as api.weixin.qq.com does, over HTTP on 127.0.0.1: codes, tokens, quotas and moods."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from aiohttp import web

APPID, SECRET = "wx0000000000000000", "s" * 32


class FakeWeChat:
    """One mini-program's server side: what it was sent, and what it is told to answer."""

    def __init__(self) -> None:
        self.url = ""
        self.sent: list[dict[str, Any]] = []
        self.asked: Counter[str] = Counter()
        self.codes: dict[str, str] = {}
        self.quota: Counter[tuple[str, str]] = Counter()
        self.scripted: list[int] = []
        """Error codes of the next answers that are neither a token nor a login."""
        self.is_down = False
        self.gate: asyncio.Event | None = None
        """While there is one, nothing is answered before it is set."""
        self.forced = 0
        self.looked_at: list[Any] = []
        """Words, with who wrote them, and pictures the content check was sent."""
        self._numbers, self._token = count(1), "token-0"

    def code(self, openid: str) -> str:
        """A login code of a user, good once."""
        code = f"code-{next(self._numbers)}"
        self.codes[code] = openid
        return code

    def expire(self) -> None:
        """The access token handed out so far is not known any more, though nobody was told."""
        self._token = f"token-{next(self._numbers)}"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sns/jscode2session", self._session),
            web.post("/cgi-bin/stable_token", self._stable_token),
            web.post("/cgi-bin/message/subscribe/send", self._send),
            web.post("/wxa/msg_sec_check", self._check_text),
            web.post("/wxa/img_sec_check", self._check_picture),
        ]

    @web.middleware
    async def mood(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked[request.path] += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.is_down:
            request.transport.close()
            raise web.HTTPInternalServerError
        return await handler(request)

    async def _session(self, request: web.Request) -> web.Response:
        query = request.query
        if (query["appid"], query["secret"], query["grant_type"]) != (APPID, SECRET, "authorization_code"):
            return _told(40125)
        special = {"busy": -1, "often": 45011, "risky": 40226}.get(query["js_code"])
        if special is not None:
            return _told(special)
        openid = self.codes.pop(query["js_code"], None)
        if openid is None:
            return _told(40029)
        # A success leaves errcode out; WeChat says text/plain whatever it sends.
        return _plain({"openid": openid, "session_key": "k" * 24, "unionid": f"u-{openid}"})

    async def _stable_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (body["appid"], body["secret"], body["grant_type"]) != (APPID, SECRET, "client_credential"):
            return _told(40125)
        if body.get("force_refresh"):
            self.forced += 1
            self.expire()
        return _plain({"access_token": self._token, "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.Response:
        if request.query["access_token"] != self._token:
            return _told(42001)
        if self.scripted:
            return _told(self.scripted.pop(0))
        body = await request.json()
        key = (body["touser"], body["template_id"])
        if self.quota[key] < 1:
            return _told(43101)
        self.quota[key] -= 1
        self.sent.append(body)
        return _plain({"errcode": 0, "errmsg": "ok", "msgid": next(self._numbers)})

    async def _check_text(self, request: web.Request) -> web.Response:
        body = await request.json()
        if request.query["access_token"] != self._token:
            return _told(42001)
        if self.scripted:
            return _told(self.scripted.pop(0))
        if (body["version"], body["scene"]) != (2, 3) or not 0 < len(body["content"]) <= 2500:
            return _told(40003)
        self.looked_at.append((body["openid"], body["content"]))
        found = next((word for word in ("review", "risky") if word in body["content"]), "pass")
        label = {"pass": 100, "review": 10001, "risky": 20006}[found]
        result = {"suggest": found, "label": label}
        return _plain({"errcode": 0, "errmsg": "ok", "result": result, "detail": [], "trace_id": "t"})

    async def _check_picture(self, request: web.Request) -> web.Response:
        if request.query["access_token"] != self._token:
            return _told(42001)
        if self.scripted:
            return _told(self.scripted.pop(0))
        form = await request.post()
        picture = form["media"].file.read()
        if form["media"].content_type != "image/jpeg" or len(picture) > 1_048_576:
            return _told(40006)
        self.looked_at.append(picture)
        return _plain({"errcode": 0, "errmsg": "ok"})


def _plain(body: dict[str, Any]) -> web.Response:
    return web.json_response(body, content_type="text/plain")


def _told(errcode: int) -> web.Response:
    return _plain({"errcode": errcode, "errmsg": "told to"})


@asynccontextmanager
async def serving(fake: Any) -> Any:
    """Serve a fake on a free port of 127.0.0.1."""
    app = web.Application(middlewares=[fake.mood])
    app.add_routes(fake.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
