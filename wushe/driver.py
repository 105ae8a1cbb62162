"""asyncpg's own connections, out of the engine's pool: a statement costs a quarter of what a session takes for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Any]]:
    """A transaction begun before anything else is sent: the connection to bind a session to, and asyncpg's own.

    ``engine`` is set to AUTOCOMMIT, so that a session bound to the connection begins and ends nothing itself: one that
    rolled back what it had not begun would undo its rows and keep their audit.
    """
    assert engine.sync_engine.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
    connection, driver = await _lively(engine)
    ended = False
    try:
        begun = driver.transaction()
        await begun.start()
        try:
            yield connection, driver
        except Exception as fault:
            # A statement given up may still be running: to undo it would mean to wait for it.
            if not (isinstance(fault, TimeoutError) or driver.is_closed()):
                await begun.rollback()
                ended = True
            raise
        await begun.commit()
        ended = True
    finally:
        await asyncio.shield(_give_back(connection, usable=ended))


async def _give_back(connection: AsyncConnection, *, usable: bool) -> None:
    """Into the pool only what certainly stands outside any transaction: whoever gets it next must inherit nothing."""
    if not usable:
        await connection.invalidate()
    await connection.close()


async def _lively(engine: AsyncEngine) -> tuple[AsyncConnection, Any]:
    """A connection whose server has not left while it was idle."""
    while True:
        connection = await engine.connect()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if not driver.is_closed():
            return connection, driver
        await _give_back(connection, usable=False)


async def fetch(engine: AsyncEngine, statement: str, *values: Any) -> list[Any]:
    """The records of a statement in a transaction of its own; a connection that failed is not used again."""
    pooled, connection = await _connection(engine)
    while connection.is_closed():  # the server left while it was idle
        pooled.invalidate()
        pooled, connection = await _connection(engine)
    try:
        records: list[Any] = await connection.fetch(statement, *values)
    except BaseException:
        pooled.invalidate()
        raise
    pooled.close()
    return records


async def _connection(engine: AsyncEngine) -> tuple[Any, Any]:
    """A pooled connection, and asyncpg's own inside it."""
    pooled = await engine.raw_connection()
    return pooled, pooled.driver_connection
