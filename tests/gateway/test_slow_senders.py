"""Bodies that never end: every address gives them so many seconds, whoever it is that answers there."""

import asyncio
import json
from contextlib import suppress

import aiohttp
import pytest

from gateway.limits import Arrival, RequestTimeout
from tests.gateway.stage import call, gateway_to
from tests.gateway.upstream import Upstream, listening

pytestmark = pytest.mark.asyncio(loop_scope="session")
DEADLINE = 0.3
JSON, FORM = "content-type: application/json", "content-type: application/x-www-form-urlencoded"
# Where, which headers, and what comes of the body before its sender falls silent.
SLOW = {
    "forwarded in one piece": ("/v1/needs", f"{JSON}\r\ncontent-length: 10", b"{"),
    "forwarded as it arrives": ("/v1/needs", f"{JSON}\r\ncontent-length: 400000", b"x" * 150_000),
    "of unknown length": ("/v1/needs", f"{JSON}\r\ntransfer-encoding: chunked", b"1\r\n{\r\n"),
    "a ballot": ("/v1/evaluations/1/ballots", f"{JSON}\r\ncontent-length: 10", b""),
    "our own": ("/v1/auth/development", f"{JSON}\r\ncontent-length: 10", b"{"),
    "a form": ("/v1/oauth/token", f"{FORM}\r\ncontent-length: 10", b"g"),
    "an event": ("/internal/events", f"{JSON}\r\ncontent-length: 10", b"{"),
}


async def read_all(reader: asyncio.StreamReader) -> bytes:
    """Until the connection is closed, or reset because its sender went on sending."""
    parts = []
    with suppress(ConnectionResetError):
        while part := await reader.read(65_536):
            parts.append(part)
    return b"".join(parts)


async def send_slowly(address: str, path: str, headers: str, begin: bytes, *, drip: bytes = b"") -> tuple[bytes, bytes]:
    """Send part of a request, byte after byte if asked to, and read until the connection is closed."""
    reader, writer = await asyncio.open_connection(*address.removeprefix("http://").split(":"))
    writer.write(f"POST {path} HTTP/1.1\r\nhost: gateway\r\n{headers}\r\n\r\n".encode() + begin)
    answered = asyncio.create_task(read_all(reader))
    while drip and not answered.done():
        writer.write(drip)
        await asyncio.sleep(0.02)
    async with asyncio.timeout(5):
        head, _, body = (await answered).partition(b"\r\n\r\n")
    writer.close()
    return head, body


async def test_whoever_sends_too_slowly_is_sent_away():
    async with (
        listening(Upstream()) as service,
        gateway_to(service, deadline=DEADLINE) as (app, client),
        listening(app) as address,
    ):
        sending = [send_slowly(address, *each) for each in SLOW.values()]
        sending.append(send_slowly(address, "/v1/needs", f"{JSON}\r\ncontent-length: 90000", b"{", drip=b"1"))
        waiting = asyncio.gather(*sending)
        assert (await client.get("/v1/needs")).status_code == 200
        answers = dict(zip([*SLOW, "byte after byte"], await waiting, strict=True))
    for what, (head, body) in answers.items():
        assert head.startswith(b"HTTP/1.1 408 "), (what, head, body)
        assert b"\r\nconnection: close" in head, what
        assert b"application/problem+json" in head, what
        assert json.loads(body)["code"] == "REQUEST_TIMEOUT", what


async def test_a_body_that_is_missing_is_not_the_fault_of_the_service():
    async with listening(Upstream()) as service, gateway_to(service, deadline=5) as (app, _):
        app.proxy._timeout = aiohttp.ClientTimeout(total=0.1)
        silence = asyncio.Event()

        async def receive() -> dict:
            await silence.wait()
            return {"type": "http.disconnect"}

        headers = {"content-length": "400000"}
        sent = await call(app, [], headers=headers, receive=receive)
    assert (sent[0]["status"], json.loads(sent[1]["body"])["code"]) == (408, "REQUEST_TIMEOUT")


async def test_once_the_body_is_here_nobody_is_hurried():
    messages = [{"type": "http.request", "body": b"x"}]

    async def receive() -> dict:
        if messages:
            return messages.pop()
        await asyncio.sleep(0.05)
        return {"type": "http.disconnect"}

    arrival = Arrival(receive, 0.02)
    assert (await arrival())["body"] == b"x"
    assert (await arrival())["type"] == "http.disconnect"
    with pytest.raises(RequestTimeout):
        await Arrival(receive, 0.02)()
