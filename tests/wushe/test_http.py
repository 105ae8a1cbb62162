"""Calls to siblings: a deadline on everything, garbage is 'unavailable', repeats have one child key."""

import asyncio
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from tests.faults.wire import GARBAGE, Peak, ends, wire
from tests.harness import COMMUNITY, TRUST
from wushe import breaker
from wushe.errors import NotFound, Unavailable
from wushe.http import AT_ONCE, Siblings, new_transport, understanding
from wushe.identity import HEADER, Caller, verify
from wushe.work import among_ourselves

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
    transport = new_transport()
    peers = {"needs": f"http://127.0.0.1:{port}", "nobody": "http://127.0.0.1:1"}
    calls = Siblings(transport, name="projects", peers=peers, trust=TRUST, deadline=0.3)
    yield calls.acting(CALLER, "key-1"), heard
    await transport.aclose()
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
        answer("503 Service Unavailable"),
        answer("422 Unprocessable Content", b"{}"),
    ],
)
async def test_what_a_sibling_may_not_say_is_unavailable(reply):
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


@asynccontextmanager
async def calling(*, deadline: float = 0.3, **peers: str):
    """Calls to wires, and the transport they share."""
    transport = new_transport()
    calls = Siblings(transport, name="projects", peers=peers, trust=TRUST, deadline=deadline)
    yield calls.acting(CALLER, "key-1")
    await transport.aclose()


@pytest.mark.parametrize("fault", [*GARBAGE, "hole", "endless"])
async def test_whatever_the_wire_does_costs_one_refusal_and_no_connection(fault):
    peak = Peak()
    async with wire(fault=fault) as needs, calling(needs=needs.address) as calls:
        for _ in range(3):
            async with asyncio.timeout(2):
                with pytest.raises(Unavailable):
                    found = await calls.get("needs", "/internal/persons")
                    with understanding():
                        UUID(found["person_id"])
        await ends(needs)
    assert needs.heard == (6 if fault == "hung up" else 3), "what was hung up on is repeated once"
    assert peak.grown() < 60_000_000


async def gather_refusals(calls, service: str, count: int) -> int:
    found = await asyncio.gather(*(calls.get(service, "/x") for _ in range(count)), return_exceptions=True)
    return sum(isinstance(each, Unavailable) for each in found)


async def test_a_sibling_that_hangs_keeps_only_its_own_callers_waiting():
    async with (
        wire(fault="hole") as hole,
        wire(fault="fine") as fine,
        calling(deadline=2, needs=hole.address, resources=fine.address) as calls,
    ):
        hanging = asyncio.create_task(gather_refusals(calls, "needs", 300))
        while hole.heard < AT_ONCE:
            await asyncio.sleep(0.005)
        assert await calls.get("resources", "/x") == {}
        assert (hole.heard, hanging.done()) == (AT_ONCE, False)
        hanging.cancel()


async def test_a_silent_sibling_is_left_alone_until_it_is_back():
    async with wire(fault="hole") as needs, calling(deadline=0.1, needs=needs.address) as calls:
        known = calls._lines["needs"].breaker
        assert await gather_refusals(calls, "needs", breaker.TOLERATED) == breaker.TOLERATED
        known._opens += 60  # so that a slow machine does not look sooner
        assert await gather_refusals(calls, "needs", 50) == 50
        assert needs.heard == breaker.TOLERATED, "nobody asked again"
        known._opens = 0
        assert await gather_refusals(calls, "needs", 50) == 50
        assert needs.heard == breaker.TOLERATED + 1, "one went to look"
        needs.fault, known._opens, calls._deadline = "fine", 0, 5
        assert await calls.get("needs", "/x") == {}
        assert await gather_refusals(calls, "needs", 50) == 0


async def test_nobody_is_asked_while_a_unit_of_work_is_open():
    async with wire(fault="fine") as needs, calling(needs=needs.address) as calls:
        with among_ourselves(), pytest.raises(AssertionError):
            await calls.get("needs", "/x")
        assert needs.heard == 0
        assert await calls.get("needs", "/x") == {}


async def test_repeats_are_a_tenth_of_all_calls_at_most():
    async with wire(fault="hung up") as needs, calling(needs=needs.address) as calls:
        line = calls._lines["needs"]
        for _ in range(200):
            line.breaker.hear(answered=True)  # as if others were luckier, or nobody would ask after the fifth
            with pytest.raises(Unavailable):
                await calls.post("needs", "/x", {}, step="x")
    assert needs.heard <= 200 + breaker.REPEATS + 200 * breaker.EARNED
    assert needs.heard >= 200 + breaker.REPEATS
