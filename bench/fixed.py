"""An upstream that always answers the same, as cheaply as a server in Python can."""

import json

from starlette.types import Receive, Scope, Send

BODY = json.dumps({"statement": "x" * 600, "state": "submitted", "version": 1}).encode()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 -- an ASGI application
    """Answer every request alike."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY})
