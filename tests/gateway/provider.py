"""A telephone provider over HTTP on 127.0.0.1: takes messages once per key, and reports what became of them."""

from itertools import count
from typing import Any

from aiohttp import web

from wushe import clock
from wushe.outbox import signature_headers

KEY = "provider-key"


class FakeProvider:
    """What it was sent, by key, and what it is told to answer."""

    def __init__(self) -> None:
        self.url = ""
        self.sent: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self.statuses: list[int] = []
        self.is_down = False
        self._numbers, self._names = count(1), {}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/messages", self._take)]

    @web.middleware
    async def mood(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls += 1
        if self.is_down:
            request.transport.close()
            raise web.HTTPInternalServerError
        return await handler(request)

    async def _take(self, request: web.Request) -> web.Response:
        if request.headers["authorization"] != f"Bearer {KEY}":
            return web.json_response({}, status=401)
        if self.statuses:
            return web.json_response({}, status=self.statuses.pop(0))
        key = request.headers["idempotency-key"]
        self.sent[key] = await request.json()
        name = self._names.setdefault(key, f"m-{next(self._numbers)}")
        return web.json_response({"id": name}, status=202)


def signed(body: str, *, key: str = KEY, at: int | None = None) -> dict[str, str]:
    """The headers of a report."""
    headers = signature_headers(body, event_id="r-1", key=key.encode(), at=at or clock.timestamp())
    return {**headers, "content-type": "application/json"}
