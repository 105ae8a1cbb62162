"""An agency's system over HTTP on 127.0.0.1: what it heard, and the statuses it is told to answer."""

from typing import Any

from aiohttp import web


class Receiver:
    """Everything that was sent to it, in order, with its headers."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[tuple[dict[str, str], str]] = []
        self.statuses: list[int] = []
        self.is_down = False

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/events", self._take), web.post("/elsewhere", self._take)]

    @web.middleware
    async def mood(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.is_down:
            request.transport.close()
            raise web.HTTPInternalServerError
        return await handler(request)

    async def _take(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 204
        headers = {"location": "/elsewhere"} if status == 307 else {}
        if status < 300:
            self.heard.append((dict(request.headers), await request.text()))
        return web.Response(status=status, headers=headers)
