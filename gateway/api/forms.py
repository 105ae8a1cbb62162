"""Routes that also read what OAuth clients send."""

import json
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.types import Message

from wushe.bodies import read_body
from wushe.errors import MalformedBody
from wushe.routes import Route

FORM = "application/x-www-form-urlencoded"
MAX_FORM = 8192
MAX_MEMBER = 128
_REPLACED = {b"content-type", b"content-length"}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def member(request: Request, name: str) -> str:
    """A text in the body, for what has to happen before the body is judged; empty when there is none of use."""
    body = await request.json() if await request.body() else None
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) and len(value) <= MAX_MEMBER else ""


class FormRoute(Route):
    """Reads a form as if it were the JSON object with the same members."""

    def get_route_handler(self) -> Handler:
        """Translate, then go on as every route does."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            return await inner(await _as_json(request) if kind == FORM else request)

        return handle


async def _as_json(request: Request) -> Request:
    raw = await read_body(request, MAX_FORM)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=20, errors="strict")
    except ValueError as fault:
        raise MalformedBody(why=("不是有效的表单", "not a form")) from fault
    if len(dict(pairs)) != len(pairs):
        raise MalformedBody(why=("字段重复", "duplicate field"))
    body = json.dumps(dict(pairs)).encode()
    kept = [(name, value) for name, value in request.scope["headers"] if name not in _REPLACED]
    headers = [*kept, (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({**request.scope, "headers": headers}, receive)
