"""Receivers of every kind on real sockets, and a relay that delivers to them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from sqlalchemy import text

from tests.faults.stage import event_row
from tests.harness import TRUST
from tests.wushe.test_writes import rows
from wushe.relay import Relay
from wushe.settings import Settings

Reply = Callable[["Receiver", web.Request], Awaitable[web.StreamResponse]]


async def accept(receiver: "Receiver", request: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


def answering(status: int, said: str = "", **headers: str) -> Reply:
    async def reply(receiver: "Receiver", request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=said or None, headers=headers)

    return reply


async def hold(receiver: "Receiver", request: web.Request) -> web.StreamResponse:
    await receiver.let_go.wait()
    return web.Response(status=204)


@dataclass
class Receiver:
    """A real server that answers as told and remembers what came."""

    reply: Reply = accept
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    most: int = 0
    address: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.got.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            return await self.reply(self, request)
        finally:
            self.waiting -= 1

    def sequences(self, aggregate: str) -> list[int]:
        bodies = [json.loads(raw) for _, raw in self.got]
        return [int(found["sequence"]) for found in bodies if found["subject"] == aggregate]


@asynccontextmanager
async def receiving(reply: Reply = accept, *, port: int = 0) -> AsyncIterator[Receiver]:
    receiver = Receiver(reply)
    app = web.Application()
    app.router.add_post("/internal/events", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    receiver.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        await runner.cleanup()


@asynccontextmanager
async def relaying(probe: Any, *, lease: float = 5, timeout: float = 3, **more: Any) -> AsyncIterator[Relay]:  # noqa: ASYNC109 -- the receiver's deadline is what is tested
    """A relay of the probe to the given peers, at work until the block ends."""
    attempts = more.pop("attempts", 12)
    settings = Settings(peers=more, lease_seconds=lease, delivery_timeout=timeout, delivery_attempts=attempts)
    client = probe.app.state.client
    made = Relay(probe.database.engine, name="probe", settings=settings, trust=TRUST, client=client)
    stopping = asyncio.Event()
    running = asyncio.create_task(made.run(stopping, beat=lambda: None))
    try:
        yield made
    finally:
        stopping.set()
        await asyncio.wait_for(running, 16)


async def announce(probe: Any, *aggregates: str, events: int = 1, to: tuple[str, ...] = ("listener",)) -> None:
    made = [event_row(name, number, *to) for number in range(1, events + 1) for name in aggregates]
    await record(probe, made)


async def record(probe: Any, made: list[dict[str, Any]]) -> None:
    owed = json.dumps({"idempotency": None, "audits": [], "events": made})
    async with probe.database.engine.begin() as connection:
        await connection.execute(text("select record(cast(:owed as jsonb))"), {"owed": owed})


async def until(probe: Any, statement: str, wanted: Any = True, *, seconds: float = 5) -> None:
    """Wait until a query of the producer's database answers as wanted."""
    deadline = time.monotonic() + seconds
    while (found := (await rows(probe, statement))[0][0]) != wanted:
        assert time.monotonic() < deadline, f"{statement}: {found}"
        await asyncio.sleep(0.01)


UNDELIVERED = "select count(*) from delivery where state = 'pending'"
AT_REST = "select count(*) from stream where due_at is not null or lease is not null"
