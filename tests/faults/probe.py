"""Processes to kill: producer, listener and relays, forked from one that has imported everything.

Faults are injected here only: a relay stops or kills itself where its configuration says, and asks the listener by a
header to kill it in the middle of a delivery.
"""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import uvloop
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.faults import listener
from tests.harness import TRUST
from tests.probe import service
from wushe import http, jobs, relay
from wushe.commands import leaving, serve
from wushe.db import engine_for
from wushe.settings import Settings

ASK = "probe-fault"
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class Fault:
    """Strike this process the first time it passes the named point, after skipping some passes."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.action, _, self.point = config.get("fault", "").partition("@")
        self.skip = config.get("skip", 0)

    def passes(self, point: str) -> None:
        if self.due(point):
            os.kill(os.getpid(), SIGNALS[self.action])

    def due(self, point: str) -> bool:
        if point != self.point:
            return False
        self.skip -= 1
        if self.skip < 0:
            self.point = ""
        return self.skip < 0


class FaultyRelay(relay.Relay):
    """A relay with a fault at one named point."""

    fault: Fault

    async def _pump(self, held: relay.Held) -> None:
        self.fault.passes("claimed")
        await super()._pump(held)

    async def _settle(self, held: relay.Held, delivery: relay.Pending, outcome: relay.Outcome) -> bool:
        self.fault.passes("answered")
        goes_on = await super()._settle(held, delivery, outcome)
        self.fault.passes("settled")
        return goes_on

    async def _finish(self, connection: AsyncConnection, held: relay.Held) -> None:
        self.fault.passes("finishing")
        await super()._finish(connection, held)


async def run_relay(config: dict[str, Any]) -> None:
    """The relay of the producer, until SIGTERM."""
    _hasten(config)
    settings = Settings(background=False, **config["settings"])
    engine = engine_for(settings.database_url, pool_size=settings.pool_size)
    _shorten_idle_transactions(engine.sync_engine)
    fault, refusals = Fault(config), iter(range(config.get("refuse", 0)))

    async def ask(request: httpx.Request) -> None:
        for point in ("receiving", "committed"):
            if fault.due(point):
                request.headers[ASK] = f"{point} {os.getpid()}"
        if next(refusals, None) is not None:
            request.headers[ASK] = "refuse 0"

    client = http.new_client(timeout=settings.delivery_timeout)
    client.event_hooks = {"request": [ask]}
    runner = FaultyRelay(engine, name="probe", settings=settings, trust=TRUST, client=client)
    runner.fault = fault
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await runner.run(stopping, beat=lambda: None)
    await client.aclose()
    await engine.dispose()


def _hasten(config: dict[str, Any]) -> None:
    relay.FIRST_DELAY, relay.DELAY_FACTOR = config.get("first_delay", 0.05), 2
    leaving.PATIENCE_SECONDS = config.get("patience", 1)
    jobs.CONNECTION_SECONDS = 0.5  # a worker that leaves waits so long to say goodbye to a database that is away


def _shorten_idle_transactions(engine: Any) -> None:
    @event.listens_for(engine, "connect")
    def shorten(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("set idle_in_transaction_session_timeout = '600ms'")
        cursor.close()
        connection.commit()


class Doorkeeper:
    """Around a service: keeps a journal of deliveries and does the harm a header asks for."""

    def __init__(self, app: ASGIApp, journal: Path) -> None:
        self.app = app
        self.journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        wish, _, victim = headers.get(ASK.encode(), b"").decode().partition(" ")
        if wish == "refuse":
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b"later"})
            return
        if wish == "receiving":
            os.kill(int(victim), signal.SIGKILL)

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                if wish == "committed":  # the unit of work is committed before the answer begins
                    os.kill(int(victim) or os.getpid(), signal.SIGKILL)
                if b"webhook-id" in headers:
                    applied = dict(message["headers"]).get(b"wushe-applied", b"-")
                    os.write(self.journal, b"%s %d %s\n" % (headers[b"webhook-id"], message["status"], applied))
                    # The relay then goes by its own, shorter back-off.
                    message["headers"] = [header for header in message["headers"] if header[0] != b"retry-after"]
            await send(message)

        await self.app(scope, receive, note)


async def run_service(config: dict[str, Any]) -> None:
    """The producer or the listener, until SIGTERM."""
    make = service.create_app if config["name"] == "probe" else listener.create_app
    settings = Settings(background=False, **config["settings"])
    app = Doorkeeper(make(settings), Path(config["journal"]))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=settings.port, log_config=None, access_log=False)
    )
    await server.serve()


def run_command(config: dict[str, Any]) -> None:
    """The producer as the command line runs it: everything in one process, or only what works beside the requests."""
    _hasten(config)
    settings = Settings(**config["settings"])
    app = service.create_app(settings)
    os.environ |= {"WUSHE_PROBE_PORT": str(settings.port), "WUSHE_PROBE_WORK_PORT": str(settings.work_port)}
    serve.load = lambda _: app
    {"serve": serve.serve, "work": serve.work}[config["role"]]("probe")


def loop(role: Callable[[dict[str, Any]], Awaitable[None]]) -> Callable[[dict[str, Any]], None]:
    return lambda config: uvloop.run(role(config))


ROLES: dict[str, Callable[[dict[str, Any]], None]] = {
    "relay": loop(run_relay),
    "service": loop(run_service),
    "serve": run_command,
    "work": run_command,
}


def _become(config: dict[str, Any]) -> None:
    """What a forked child does, and nothing after."""
    code = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        logging.basicConfig(level="WARNING", format=f"{os.getpid()} %(message)s %(exc_info)s", force=True)
        ROLES[config["role"]](config)
        code = 0
    except SystemExit as leaving:
        code = leaving.code or 0
    except BaseException:
        logging.getLogger("probe").exception("died")
    finally:
        os._exit(code)


def main() -> None:
    """Fork on request, tell exit codes on request, and take everybody along at the end."""
    alive: set[int] = set()
    gc.collect()
    gc.freeze()  # so that no collection makes a child copy what it shares with the others
    for line in sys.stdin:
        request = json.loads(line)
        if "poll" in request:
            pid, status = os.waitpid(request["poll"], os.WNOHANG)
            alive.discard(pid)
            answer: Any = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork()
            if answer == 0:
                _become(request)
            alive.add(answer)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in alive:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
