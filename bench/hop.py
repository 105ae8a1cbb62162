"""What stands under the gateway: aiohttp passing a request on in plain ASGI, with nothing verified or limited."""

import os

import aiohttp
from starlette.types import Receive, Scope, Send

UPSTREAM = os.environ.get("BENCH_UPSTREAM", "")
_HOP = {b"connection", b"transfer-encoding", b"server"}
_sessions: list[aiohttp.ClientSession] = []


def _session() -> aiohttp.ClientSession:
    """One for the life of the process; it needs a running loop."""
    if not _sessions:
        jar, connector = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(limit=0)
        _sessions.append(aiohttp.ClientSession(UPSTREAM, connector=connector, cookie_jar=jar, auto_decompress=False))
    return _sessions[0]


async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 -- reads only
    """Pass a read on, with its headers, and its answer back."""
    if scope["type"] != "http":
        return
    headers = {name.decode(): value.decode() for name, value in scope["headers"] if name != b"host"}
    async with _session().get(scope["path"], headers=headers) as answer:
        kept = [(name.lower(), value) for name, value in answer.raw_headers if name.lower() not in _HOP]
        body = await answer.read()
    await send({"type": "http.response.start", "status": answer.status, "headers": kept})
    await send({"type": "http.response.body", "body": body})
