"""A dead, garbling or leaving service behind the gateway: its own callers hear of it in time, nobody else does."""

import asyncio
import json
from contextlib import suppress

import pytest

from tests.faults.wire import GARBAGE, JSON, Peak, ends, wire
from tests.gateway.stage import call, gateway_to
from tests.gateway.test_lifecycle import PROJECT, SLICES
from tests.gateway.upstream import listening
from wushe import breaker, http

pytestmark = pytest.mark.asyncio(loop_scope="session")
MEANT = {"half": 200, "schema": 200, "nested": 200, "redirect": 302}
"""What only its receiver can judge, or may follow."""
KEYED = {"idempotency-key": "k"}


@pytest.mark.parametrize("fault", GARBAGE)
async def test_garbage_is_502_and_leaves_no_connection(fault):
    async with wire(fault=fault) as needs, gateway_to(needs.address) as (_, client):
        answer = await client.post("/v1/needs", json={}, headers=KEYED)
        await ends(needs)
    assert answer.status_code == MEANT.get(fault, 502), answer.text
    assert fault in MEANT or answer.json()["code"] == "UPSTREAM_FAULT"
    assert needs.heard == (2 if fault == "hung up" else 1), "no redirect is followed"


async def receive_all(address: str, *, slowly: bool) -> int:
    """How many bytes of an answer come before the connection ends."""
    reader, writer = await asyncio.open_connection(*address.removeprefix("http://").split(":"))
    writer.write(b"GET /v1/needs HTTP/1.1\r\nhost: gateway\r\n\r\n")
    size = 0
    with suppress(ConnectionResetError):
        while part := await reader.read(65536):
            size += len(part)
            await asyncio.sleep(0.002 if slowly else 0)
    writer.close()
    return size


async def test_an_endless_answer_ends_with_its_deadline_and_takes_no_memory():
    peak = Peak()
    async with (
        wire(fault="endless") as needs,
        gateway_to(needs.address, deadline=0.2) as (app, _),
        listening(app) as address,
    ):
        fast, slow = await asyncio.gather(*(receive_all(address, slowly=slowly) for slowly in (False, True)))
        await ends(needs)
    assert fast > 1_000_000 and slow > 0
    assert peak.grown() < 40_000_000


async def test_a_dead_service_leaves_the_others_their_pace_and_is_soon_not_waited_for():
    async with (
        wire(fault="hole") as needs,
        wire(fault="fine") as projects,
        gateway_to(needs.address, peers={"projects": projects.address}, deadline=1) as (_, client),
    ):
        hanging = [asyncio.create_task(client.get("/v1/needs")) for _ in range(64)]
        while needs.heard < 64:
            await asyncio.sleep(0.005)
        assert (await client.get("/v1/projects")).status_code == 200
        assert not any(task.done() for task in hanging)
        answers = await asyncio.gather(*hanging)
        assert {answer.json()["code"] for answer in answers} == {"DEADLINE_EXCEEDED"}
        refused = await asyncio.gather(*(client.get("/v1/needs") for _ in range(50)))
        assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(503, "UNAVAILABLE")}
        assert needs.heard == 64, "nobody waits for it again so soon"
        assert (await client.get("/v1/projects")).status_code == 200
        await ends(needs)


async def test_slow_senders_do_not_make_a_service_look_dead(monkeypatch):
    monkeypatch.setattr(breaker, "TOLERATED", 1)
    async with wire(fault="hole") as needs, gateway_to(needs.address, deadline=0.2) as (app, client):
        silence = asyncio.Event()
        headers = {"content-length": "400000"}
        sent = await call(app, [], headers=headers, receive=silence.wait)
        assert sent[0]["status"] == 408
        needs.fault = "fine"
        assert (await client.get("/v1/needs")).status_code == 200


@pytest.mark.parametrize(("keyed", "status", "attempts"), [(True, 200, 2), (False, 502, 1)])
async def test_a_write_a_leaving_service_hung_up_on_is_repeated_once_if_it_has_a_key(keyed, status, attempts):
    async with wire(fault="fine") as needs, gateway_to(needs.address) as (_, client):
        needs.once = ["hung up"]
        answer = await client.post("/v1/needs", json={}, headers=KEYED if keyed else {})
    assert (answer.status_code, needs.heard) == (status, attempts)


async def test_the_chain_is_joined_around_dead_and_garbling_services(house, signed_in, monkeypatch):
    body = json.dumps(SLICES["projects"]).encode()
    good = JSON + f"content-length: {len(body)}\r\n\r\n".encode() + body
    monkeypatch.setitem(GARBAGE, "good", good)
    siblings = house.app.state.siblings
    transport = http.new_transport()
    monkeypatch.setattr(siblings, "_transport", transport)
    monkeypatch.setattr(siblings, "_deadline", 0.3)
    async with (
        wire(fault="hole") as needs,
        wire(fault="good") as projects,
        wire(fault="nested") as resources,
        wire(fault="endless") as evaluation,
    ):
        found = {"needs": needs, "projects": projects, "resources": resources, "evaluation": evaluation}
        monkeypatch.setattr(siblings, "_peers", {name: each.address for name, each in found.items()})
        answer = await signed_in("donor").get(f"/v1/lifecycle/{PROJECT}")
        await asyncio.gather(*(ends(each) for each in found.values()))
    await transport.aclose()
    assert answer.status_code == 200, answer.text
    assert answer.json()["projects"] == SLICES["projects"]
    assert all(answer.json()[name] == {"status": "unavailable"} for name in found if name != "projects")
