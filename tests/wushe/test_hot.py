"""Hot reads: the same row as the mapper's, row level security included, and no failed connection used twice."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import psycopg
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import UnboundExecutionError

from tests.harness import COMMUNITY
from tests.probe.service import State, Thing
from tests.wushe.test_writes import OTHER, body
from wushe import hot
from wushe.db import uuid7
from wushe.identity import Caller
from wushe.repository import Repository

NOWHERE = {"lo": "", "hi": ""}
pytestmark = pytest.mark.asyncio(loop_scope="session")


def caller(scope: str = COMMUNITY) -> Caller:
    return Caller(subject="w", client="c", role="worker", scope=scope, request_id="r", issuer="gateway")


async def made(probe) -> Thing:
    due = datetime(2026, 12, 1, 8, tzinfo=UTC).isoformat()
    answer = await probe.acting("worker").post("/v1/things", body(due_at=due))
    async with probe.database.work(caller()) as work:
        return await Repository(work).get(Thing, answer.json()["id"])


def columns(row: Thing) -> dict:
    return {column.key: getattr(row, column.key) for column in Thing.__table__.columns}


async def test_it_reads_what_the_mapper_reads(probe):
    wanted = await made(probe)
    found = await probe.database.glance(caller()).get(Thing, wanted.id)
    assert columns(found) == columns(wanted)
    assert found.state is State.OPEN and found.due_at.tzinfo is not None


async def test_a_page_is_read_as_the_mapper_reads_it(probe):
    wanted = [await made(probe) for _ in range(3)]
    page = select(Thing).where(Thing.state == State.OPEN).order_by(Thing.id.desc()).limit(2)
    found = await probe.database.glance(caller()).rows(page, Thing)
    assert [columns(row) for row in found] == [columns(row) for row in wanted[:0:-1]]
    assert await probe.database.glance(caller(OTHER)).rows(page, Thing) == []


async def test_a_page_is_compiled_once_for_all_its_values(probe):
    texts = {hot.scoped(select(Thing).where(Thing.id < uuid7()).limit(n), NOWHERE)[0] for n in (1, 2)}
    assert len(texts) == 1
    with pytest.raises(AssertionError, match="single values"):
        hot.scoped(select(Thing).where(Thing.id.in_([uuid7()])), NOWHERE)


@pytest.mark.parametrize("scope", [OTHER, ""])
async def test_it_sees_nothing_of_other_divisions(probe, scope):
    wanted = await made(probe)
    assert await probe.database.glance(caller(scope)).get(Thing, wanted.id) is None


async def test_without_its_own_filter_the_database_still_denies(probe):
    wanted = await made(probe)
    unfiltered = (
        "select found.id from (select set_config('wushe.lo', $1, true), set_config('wushe.hi', $2, true)) as scope"
        " join lateral (select id from things where id = $3 and scope is not null) as found on true"
    )
    for place, seen in ((COMMUNITY, [(wanted.id,)]), (OTHER, [])):
        found = await probe.database.fetch(unfiltered, place, place, wanted.id)
        assert [tuple(row) for row in found] == seen


async def test_it_is_one_statement_outside_any_transaction(probe):
    wanted, begun = await made(probe), []
    count = lambda *_: begun.append(1)  # noqa: E731 -- a listener is removed by identity
    event.listen(probe.database.engine.sync_engine, "begin", count)
    answer = await probe.acting("worker").get(f"/v1/things/{wanted.id}")
    event.remove(probe.database.engine.sync_engine, "begin", count)
    assert (answer.status_code, answer.headers["etag"], begun) == (200, '"v1"', [])


async def test_it_can_do_nothing_else(probe):
    wanted, glance = await made(probe), probe.database.glance(caller())
    with pytest.raises(UnboundExecutionError):
        await Repository(glance).lock(Thing, wanted.id)
    with pytest.raises(AssertionError, match="without hot"):
        await glance.fetch("select 1")
    glance.witness("read", subject="things/1", division=COMMUNITY)
    with pytest.raises(AssertionError, match="without hot"):
        await glance.finish()


async def test_a_connection_the_server_ended_is_replaced_unnoticed(probe, probe_addresses):
    wanted, worker = await made(probe), probe.acting("worker")
    await asyncio.gather(*(worker.get(f"/v1/things/{wanted.id}") for _ in range(8)))
    with psycopg.connect(probe_addresses.runtime, autocommit=True) as runtime:
        others = "usename = current_user and pid <> pg_backend_pid()"
        ended = runtime.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {others}")
        assert ended.fetchall(), "connections were idle in the pool"
        async with asyncio.timeout(5):
            while runtime.execute(f"select count(*) from pg_stat_activity where {others}").fetchone() != (0,):
                await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # the loop hears of it
    answers = await asyncio.gather(*(worker.get(f"/v1/things/{wanted.id}") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_fault_under_way_is_answered_and_its_connection_dropped(probe, monkeypatch):
    wanted, worker = await made(probe), probe.acting("worker")
    before = probe.database.engine.pool.checkedout()

    async def lost(*_):
        raise asyncpg.InterfaceError("connection is closed")

    monkeypatch.setattr(asyncpg.Connection, "fetch", lost)
    refused = await worker.get(f"/v1/things/{wanted.id}")
    assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
    monkeypatch.undo()
    assert (await worker.get(f"/v1/things/{wanted.id}")).status_code == 200
    assert probe.database.engine.pool.checkedout() == before


async def test_whoever_hangs_up_takes_no_connection_along(probe):
    before = probe.database.engine.pool.checkedout()
    for _ in range(12):  # more than the pool holds
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await probe.database.fetch("select pg_sleep(5)")
    assert probe.database.engine.pool.checkedout() == before
    assert (await probe.database.fetch("select 1"))[0][0] == 1
