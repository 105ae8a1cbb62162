"""Loops that run in a process of their own on the server's core, and print what one turn cost.

`python -m bench.alone get|list DSN IDENT`: asyncpg with nothing around it.  `… plain|sibling URL`: calls to a service.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import uvloop

from bench.load import CONNECTIONS, SECONDS
from wushe import http
from wushe.identity import Caller, Trust
from wushe.settings import DEVELOPMENT_ROOT

Turn = Callable[[], Awaitable[object]]
PATH = "/v1/needs/small.json"
LIST = "select * from needs where division = $1 order by id desc limit 20"


async def repeat(turns: list[Turn]) -> dict[str, float]:
    """Run each in a task of its own, over and over; turns a second and processor microseconds of a turn."""
    done, ends = 0, time.perf_counter() + 0.3

    async def loop(turn: Turn) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await turn()
            done += 1

    await asyncio.gather(*map(loop, turns))  # warm
    done, started, spent = 0, time.perf_counter(), time.process_time()
    ends = started + SECONDS
    await asyncio.gather(*map(loop, turns))
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    return {"rate": done / seconds, "cpu": spent * 1e6 / done}


async def rows(kind: str, dsn: str, ident: str) -> dict[str, float]:
    """`fetchrow` of one row, or `fetch` of a page of twenty, on eight connections."""
    connections = [await asyncpg.connect(dsn) for _ in range(CONNECTIONS)]

    def turn(connection: asyncpg.Connection) -> Turn:
        if kind == "get":
            wanted = UUID(ident)
            return lambda: connection.fetchrow("select * from needs where id = $1", wanted)
        return lambda: connection.fetch(LIST, ident)

    try:
        return await repeat([turn(connection) for connection in connections])
    finally:
        for connection in connections:
            await connection.close()


async def plain(url: str) -> dict[str, float]:
    """A shared client as httpx's documentation shows it."""
    async with httpx.AsyncClient(base_url=url, timeout=5, trust_env=False) as client:

        async def turn() -> object:
            answer = await client.get(PATH, headers={"authorization": "Bearer something"})
            answer.raise_for_status()
            return answer.json()

        return await repeat([turn] * CONNECTIONS)


async def sibling(url: str) -> dict[str, float]:
    """A call as one service makes it: signed for its caller, within a deadline, its answer bounded."""
    transport = http.new_transport()
    peers = {"needs": url}
    siblings = http.Siblings(
        transport, name="projects", peers=peers, trust=Trust(root=DEVELOPMENT_ROOT, folder=None), deadline=2
    )
    caller = Caller(subject="bench", client="bench", role="service", scope="350502001001", request_id="bench")
    acting = siblings.acting(caller, "bench")
    try:
        return await repeat([lambda: acting.get("needs", PATH)] * CONNECTIONS)
    finally:
        await transport.aclose()


def main(kind: str, *arguments: str) -> None:
    """One loop, one line of JSON."""
    loops: dict[str, Callable[..., Coroutine[Any, Any, dict[str, float]]]] = {
        "get": rows,
        "list": rows,
        "plain": plain,
        "sibling": sibling,
    }
    given = (kind, *arguments) if kind in {"get", "list"} else arguments
    os.write(1, json.dumps(uvloop.run(loops[kind](*given))).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
