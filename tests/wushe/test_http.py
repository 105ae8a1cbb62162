"""Calls to siblings: a deadline on everything, garbage is 'unavailable', repeats have one child key."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from tests.harness import COMMUNITY, TRUST
from wushe.errors import NotFound, Unavailable
from wushe.http import Siblings, new_client
from wushe.identity import HEADER, Caller, verify

pytestmark = pytest.mark.asyncio(loop_scope="session")
CALLER = Caller(subject="a", client="c", role="worker", scope=COMMUNITY, request_id="r", issuer="gateway")


@asynccontextmanager
async def sibling(reply: bytes | None):
    """A real server that answers every request with the same bytes, or never; yields calls to it and what it heard."""
    heard: list[bytes] = []

    async def serve(reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
                heard.append(head + await reader.readexactly(int(length[0].split(b":")[1]) if length else 0))
                if reply is None:
                    continue
                writer.write(reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = new_client(timeout=5)
    peers = {"needs": f"http://127.0.0.1:{port}", "nobody": "http://127.0.0.1:1"}
    calls = Siblings(client, name="projects", peers=peers, trust=TRUST, deadline=0.3)
    yield calls.acting(CALLER, "key-1"), heard
    await client.aclose()
    server.close()


def answer(status: str, body: bytes = b"", kind: str = "application/json", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}content-length: {len(body)}\r\n\r\n".encode() + body


async def test_a_good_answer_is_read_and_the_caller_is_passed_on():
    async with sibling(answer("200 OK", b'{"person_id": "x"}')) as (calls, heard):
        assert await calls.get("needs", "/internal/x", external="SYN-R0001") == {"person_id": "x"}
    head = heard[0].decode()
    assert head.startswith("GET /internal/x?external=SYN-R0001 ")
    header = next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith(HEADER))
    seen = verify(header, audience="needs", trust=TRUST)
    assert (seen.issuer, seen.role, seen.scope) == ("projects", "service", COMMUNITY)


async def test_the_same_request_uses_the_same_child_key():
    async with sibling(answer("201 Created", b"{}")) as (calls, heard):
        for step in ("mint", "mint", "other"):
            await calls.post("needs", "/internal/persons", {"a": 1}, step=step)
    keys = [
        next(line for line in head.decode().split("\r\n") if line.lower().startswith("idempotency-key"))
        for head in heard
    ]
    assert keys[0] == keys[1] != keys[2]


async def test_not_found_stays_not_found():
    async with sibling(answer("404 Not Found", b"{}")) as (calls, _):
        with pytest.raises(NotFound):
            await calls.get("needs", "/x")


@pytest.mark.parametrize(
    "reply",
    [
        None,
        answer("200 OK", b'{"cut'),
        answer("200 OK", b"<html>", "text/html"),
        answer("503 Service Unavailable"),
        answer("422 Unprocessable Content", b"{}"),
        answer("200 OK", b'"' + b"x" * 5_000_000 + b'"'),
        answer("302 Found", more="location: http://127.0.0.1:1/\r\n"),
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
    ],
)
async def test_whatever_else_comes_is_unavailable_within_the_deadline(reply):
    async with sibling(reply) as (calls, _):
        async with asyncio.timeout(2):
            with pytest.raises(Unavailable) as refusal:
                await calls.get("needs", "/x")
        assert refusal.value.code == "UNAVAILABLE"


async def test_nobody_listens():
    async with sibling(None) as (calls, _):
        for service in ("nobody", "unknown"):
            with pytest.raises(Unavailable):
                await calls.get(service, "/x")
