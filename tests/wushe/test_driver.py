"""Transactions on asyncpg's own connection: rows and what they owe together or not at all, and nothing inherited."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import psycopg
import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection

from tests.harness import COMMUNITY
from tests.probe.service import State, Thing
from tests.wushe.test_hot import caller
from tests.wushe.test_writes import OTHER
from wushe import driver
from wushe.db import engine_for
from wushe.work import Database

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELD = "select count(*) from pg_stat_activity where usename = current_user and state like 'idle in transaction%'"


class Undone(Exception):
    """Somebody changed their mind."""


async def make(database, *, then=None) -> None:
    async with database.work(caller()) as work:
        work.session.add(thing := Thing(division=COMMUNITY, name="灯", count=0, state=State.OPEN))
        await work.session.flush()
        work.record(thing, "make")
        await work.finish()
        if then:
            await then(work)


async def stored(probe) -> tuple[int, int]:
    async with probe.database.work(caller()) as work:
        ((things, audits),) = await work.fetch("select (select count(*) from things), (select count(*) from audit)")
    return things, audits


async def end_idle_connections(addresses) -> None:
    with psycopg.connect(addresses.runtime, autocommit=True) as runtime:
        others = "from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()"
        assert runtime.execute(f"select pg_terminate_backend(pid) {others}").fetchall(), "connections were idle"
        async with asyncio.timeout(5):
            while runtime.execute(f"select count(*) {others}").fetchone() != (0,):
                await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # the loop hears of it


@asynccontextmanager
async def far_away(addresses, *, milliseconds: float = 5) -> AsyncIterator[Database]:
    """The probe's database over one connection whose every word takes its time."""
    url, tasks = make_url(addresses.runtime), []

    async def pipe(reader, writer) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await asyncio.sleep(milliseconds / 1000)
                writer.write(data)
        writer.close()

    async def serve(reader, writer) -> None:
        there, back = await asyncio.open_connection(url.host, url.port)
        tasks.extend(asyncio.create_task(pipe(*way)) for way in ((reader, back), (there, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    here = url.set(port=server.sockets[0].getsockname()[1]).render_as_string(hide_password=False)
    database = Database(engine_for(here, pool_size=1), source="probe")
    yield database
    await database.close()
    server.close()
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("after", ["a hot read", "nothing"])
async def test_whatever_was_given_up_takes_nothing_along(probe, probe_addresses, after):
    """Hung up on at the beginning, in the middle, at the end: what was answered well is there, and nothing else."""
    done = 0
    async with far_away(probe_addresses, milliseconds=2) as database:
        for moment in (0.001, 0.002, 0.003, 0.006, 0.012, 0.02):
            await make(database)
            task = asyncio.create_task(make(database))
            await asyncio.sleep(moment)
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            assert ended is None or isinstance(ended, asyncio.CancelledError)
            done += 1 + (ended is None)
            if after == "a hot read":
                await database.glance(caller()).rows(select(Thing), Thing)
                async with database.begin(caller(OTHER)) as unopened:
                    assert await unopened.fetch("select from things") == [], "a scope was inherited"
    things, audits = await stored(probe)
    assert things == audits
    assert things >= done, "a commit that was answered well is missing"


@pytest.mark.parametrize("patience", [0.1, None])
@pytest.mark.parametrize("asked", ["session", "driver"])
async def test_a_frozen_database_holds_nobody_who_gives_up(probe, asked, patience, monkeypatch):
    frozen = []

    async def freeze(work):
        frozen.append(work._raw.get_server_pid())
        os.kill(frozen[0], signal.SIGSTOP)
        async with asyncio.timeout(patience):
            await (work.session.execute(text("select 1")) if asked == "session" else work.fetch("select 1"))

    async def without_farewell(_):
        raise TimeoutError  # after two seconds otherwise

    monkeypatch.setattr(AsyncAdapt_asyncpg_connection, "_terminate_graceful_close", without_farewell)
    task = asyncio.create_task(make(probe.database, then=freeze))
    try:
        await asyncio.sleep(0.1)
        if patience is None:
            task.cancel()
        done, _ = await asyncio.wait([task], timeout=2)
    finally:
        os.kill(frozen[0], signal.SIGCONT)
    (ended,) = await asyncio.gather(*done, return_exceptions=True)
    assert isinstance(ended, TimeoutError if patience else asyncio.CancelledError)


async def test_rows_and_their_audit_are_kept_on_a_new_connection_too(probe, probe_addresses):
    await make(probe.database)
    await end_idle_connections(probe_addresses)
    await make(probe.database)
    assert await stored(probe) == (2, 2)


async def test_whatever_is_raised_undoes_both(probe):
    async def change_our_mind(_):
        raise Undone

    with pytest.raises(Undone):
        await make(probe.database, then=change_our_mind)
    assert await stored(probe) == (0, 0)


async def test_what_was_added_last_is_kept_as_well(probe):
    async with probe.database.begin(caller()) as work:
        await work.open()
        work.session.add(Thing(division=COMMUNITY, name="灯", count=0, state=State.OPEN))
    assert await stored(probe) == (1, 0)


async def test_a_savepoint_is_undone_alone(probe):
    async def try_another(work):
        with pytest.raises(Undone):
            async with work.session.begin_nested():
                await work.session.execute(text("delete from things"))
                raise Undone

    await make(probe.database, then=try_another)
    assert await stored(probe) == (1, 1)


@pytest.mark.parametrize("asked", ["session", "driver"])
async def test_whoever_hangs_up_leaves_nothing_open(probe, asked):
    async def wait(work):
        await (
            work.session.execute(text("select pg_sleep(5)")) if asked == "session" else work.fetch("select pg_sleep(5)")
        )

    before = probe.database.engine.pool.checkedout()
    for _ in range(9):  # more than the pool holds
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await make(probe.database, then=wait)
    assert probe.database.engine.pool.checkedout() == before
    assert await stored(probe) == (0, 0)
    assert (await probe.database.fetch(HELD))[0][0] == 0


async def test_a_connection_left_inside_a_transaction_is_given_to_nobody(probe, monkeypatch):
    async def forget(*_):
        raise asyncpg.InterfaceError("the rollback was lost")

    with monkeypatch.context() as broken, pytest.raises(asyncpg.InterfaceError):
        async with driver.transaction(probe.database.engine.execution_options(isolation_level="AUTOCOMMIT")) as (
            _,
            raw,
        ):
            pid = raw.get_server_pid()
            broken.setattr(asyncpg.Connection, "execute", forget)
    async with asyncio.timeout(5):
        while await probe.database.fetch("select from pg_stat_activity where pid = $1", pid):
            await asyncio.sleep(0.01)


async def test_an_engine_that_begins_transactions_itself_is_refused(probe):
    with pytest.raises(AssertionError):
        async with driver.transaction(probe.database.engine):
            pass
