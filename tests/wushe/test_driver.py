"""Transactions on asyncpg's own connection: rows and what they owe together or not at all, and nothing inherited."""

import asyncio

import asyncpg
import psycopg
import pytest
from sqlalchemy import text

from tests.harness import COMMUNITY
from tests.probe.service import State, Thing
from tests.wushe.test_hot import caller
from wushe import driver

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
