"""A service behind the gateway, on a real socket: answers what it was told, and misbehaves when asked to."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import uvicorn
from starlette.types import Receive, Scope, Send

BIG = 400_000
LEAVING = [
    (b"content-type", b"application/json"),
    (b"etag", b'"v7"'),
    (b"x-request-id", b"of-the-service"),
    (b"set-cookie", b"track=1"),
    (b"server", b"secret/1.0"),
    (b"keep-alive", b"timeout=5"),
    (b"wushe-applied", b"true"),
]


class Upstream:
    """The last request it got, and a gate that holds back the second half of a long answer."""

    def __init__(self) -> None:
        self.heard: dict[str, object] = {}
        self.calls = 0
        self.gate = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        size, parts, more = 0, 0, True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            size, parts = size + len(message.get("body", b"")), parts + 1
        self.heard = {
            "method": scope["method"],
            "path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
            "size": size,
            "parts": parts,
        }
        await self._answer(scope["path"].rpartition("/")[2], send)

    async def _answer(self, wish: str, send: Send) -> None:
        if wish == "hang":
            await asyncio.sleep(5)
        if wish == "break":
            return  # uvicorn closes the connection with a bare 500
        status = {"moved": 302, "gone": 410}.get(wish, 200)
        headers = [*LEAVING, (b"location", b"http://127.0.0.1:1/")] if wish == "moved" else LEAVING
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if wish == "stream":
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            await self.gate.wait()
            await send({"type": "http.response.body", "body": b"x" * BIG})
            return
        await send({"type": "http.response.body", "body": json.dumps(self.heard).encode()})


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:
        return nullcontext()


@asynccontextmanager
async def listening(app: object, bound: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve an application on a free port, or on one taken before."""
    with bound or socket.socket() as sock:
        if bound is None:
            sock.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, server_header=False)
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[sock]))
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await running


@asynccontextmanager
async def breaking_off(answer: bytes) -> AsyncIterator[str]:
    """A service that says a few bytes and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def closed_address() -> str:
    """An address nobody listens at."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"
