"""Scopes never leak: not over a pooled connection, not without the application's filter, not when unset."""

import asyncio
import json

import pytest
from sqlalchemy import text

from tests.harness import TRUST
from tests.probe.service import create_app
from tests.wushe.test_writes import body
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, sign
from wushe.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="session")
PLACES = ["350502001001", "350502001002", "350502002001", "310110001001"]


async def ask(app, header: str, path: str) -> bytes:
    """One GET straight through the ASGI interface, to make ten thousand of them affordable."""
    parts: list[bytes] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(HEADER.encode(), header.encode())],
        "scheme": "http",
        "server": ("probe", 80),
        "client": None,
        "root_path": "",
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


def header_for(place: str) -> str:
    caller = Caller(subject="w", client="c", role="worker", scope=place, request_id="r", issuer="gateway")
    return sign(caller, issuer="gateway", audience="probe", trust=TRUST)


@pytest.mark.parametrize("rounds", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
async def test_alternating_scopes_over_one_connection(probe, probe_addresses, rounds):
    """Rounds of four workers that share the connection: never a row of another's division (S11)."""
    made = {
        place: (await probe.acting("worker", place).post("/v1/things", body(division=place, name=place))).json()["id"]
        for place in PLACES
    }
    app = create_app(Settings(database_url=probe_addresses.runtime, background=False, pool_size=1, pool_timeout=60))
    served = dict.fromkeys(PLACES, 0)

    async def alternate(worker: int) -> None:
        for turn in range(rounds // 4):
            if turn % 100 == 0:  # a header lives thirty seconds, on a busy machine less than the test
                headers = {each: header_for(each) for each in PLACES}
            place, wanted = PLACES[(turn + worker) % 4], PLACES[(turn // 4) % 4]
            if turn % 40 == 0:  # a list is a transaction, a single row a statement of its own
                answer = json.loads(await ask(app, headers[place], "/v1/things"))
                assert [found["name"] for found in answer["items"]] == [place]
                continue
            answer = json.loads(await ask(app, headers[place], f"/v1/things/{made[wanted]}"))
            assert answer.get("name", answer.get("code")) == (place if place == wanted else "NOT_FOUND")
            served[place] += place == wanted

    async with asyncio.TaskGroup() as group:
        for worker in range(4):
            group.create_task(alternate(worker))
    await app.state.client.aclose()
    await app.state.databases["main"].close()
    assert sum(served.values()) > rounds // 5
    assert min(served.values()) > 0


@pytest.mark.parametrize("scope", ["unset", "empty", "half"])
async def test_without_a_scope_the_database_denies(probe, scope):
    await probe.acting("worker").post("/v1/things", body())
    async with probe.database.engine.connect() as connection:
        if scope != "unset":
            hi = "999999999999" if scope == "half" else ""
            lo = "'~'" if scope == "half" else "''"
            setting = f"select set_config('wushe.lo', {lo}, true), set_config('wushe.hi', '{hi}', true)"
            await connection.execute(text(setting))
        assert (await connection.execute(text("select count(*) from things"))).scalar_one() == 0


async def test_the_database_refuses_a_foreign_insert(probe):
    async with probe.database.engine.connect() as connection:
        await connection.execute(
            text("select set_config('wushe.lo', '350502001001', true), set_config('wushe.hi', '350502001001', true)")
        )
        with pytest.raises(Exception, match="row-level security"):
            await connection.execute(
                text(
                    "insert into things (id, division, name, count, state, version, event_seq, created_at, updated_at)"
                    " values (:id, '310110001001', 'x', 0, 'open', 1, 0, now(), now())"
                ),
                {"id": uuid7()},
            )
