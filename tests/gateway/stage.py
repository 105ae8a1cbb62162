"""The gateway in front of one address that plays every service, and requests message by message."""

from contextlib import asynccontextmanager
from urllib.parse import unquote

import httpx

from gateway.app import create_app
from gateway.front import Gateway
from gateway.settings import SERVICES, Settings

NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"


@asynccontextmanager
async def gateway_to(address: str, **more: object):
    """A gateway in front of one address that plays every service."""
    peers = dict.fromkeys(SERVICES, address) | more.pop("peers", {})
    app = create_app(Settings(database_url=NOWHERE, background=False, peers=peers, **more))
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield app, client
    await app.proxy.close()
    await app.state.client.aclose()


async def call(
    app: Gateway, messages: list[dict], *, headers: dict[str, str] | None = None, receive=None, **scope: object
):
    """One request, message by message; the path is decoded as every server does."""
    waiting, sent = list(messages), []

    async def next_message() -> dict:
        return waiting.pop(0)

    async def send(message: dict) -> None:
        sent.append(message)

    raw = scope.pop("raw_path", b"/v1/needs")
    await app(
        {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": unquote(raw.decode()),
            "raw_path": raw,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
            "client": ("192.0.2.7", 40000),
            **scope,
        },
        receive or next_message,
        send,
    )
    return sent
