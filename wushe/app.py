"""How a service is put together: the same way four times."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from prometheus_client import generate_latest

from wushe import audit, http, jobs, openapi, problems
from wushe.db import engine_for
from wushe.health import Health, health_router
from wushe.housekeeping import keep_house
from wushe.identity import Trust
from wushe.inbox import Consumers, inbox_router
from wushe.jobs import Sweeps
from wushe.relay import Relay
from wushe.routes import Router
from wushe.sandbox import CLOCK_MOVED, listen_to_clock
from wushe.settings import Settings
from wushe.telemetry import SILENT, Metrics, Telemetry
from wushe.work import Database

VERSION = "0.1.0"
UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""An exporter found in the environment would trace ballots as well; looking for one took 2 % of a read."""
LOOPS_SECONDS = 20
"""Time the loops beside the requests have to finish once these are answered; they were told at SIGTERM already."""
Background = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


def create_service(
    name: str,
    settings: Settings,
    *,
    routers: Sequence[Router],
    consumers: Consumers,
    sweeps: Sweeps,
    extra_databases: dict[str, str] | None = None,
) -> FastAPI:
    """A service's application: state, routes, problems, telemetry, and its background work when asked for."""
    app = FastAPI(
        title=f"Wushe {name}",
        version=VERSION,
        openapi_tags=openapi.tags({str(router.tags[0]): router.about for router in routers if router.about}),
        **openapi.INFO,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        telemetry=UNTRACED,
    )
    announcer = CLOCK_MOVED.split(".")[2]  # has moved its own clock already
    if settings.profile == "development" and name != announcer:
        listen_to_clock(consumers, sweeps)
    keep_house(sweeps)
    state = app.state
    state.name, state.settings, state.sweeps, state.consumers = name, settings, sweeps, consumers
    state.trust = Trust(root=settings.development_root, folder=settings.trust_dir)
    state.cursor_key = state.trust.key(name, name)
    state.databases = _databases(name, settings, extra_databases or {})
    transport = http.new_transport()
    state.client = http.new_client(timeout=settings.delivery_timeout, transport=transport)
    state.siblings = http.Siblings(
        transport, name=name, peers=settings.peers, trust=state.trust, deadline=settings.call_timeout
    )
    state.health, state.metrics, state.access, state.background = Health(), Metrics(), SILENT, []
    for router in (*routers, inbox_router(consumers), health_router(), _metrics_router()):
        app.router.routes.extend(router.routes)  # an included router is matched twice, a tenth of a request's cost
    problems.install(app)
    app.add_middleware(Telemetry, metrics=state.metrics)
    if settings.profile == "development":
        openapi.serve(app)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _databases(name: str, settings: Settings, extra: dict[str, str]) -> dict[str, Database]:
    size, timeout = settings.pool_size, settings.pool_timeout
    main = Database(engine_for(settings.database_url, pool_size=size, pool_timeout=timeout), source=name)
    others = {
        label: Database(engine_for(url, pool_size=size, pool_timeout=timeout), source=name, bare=True)
        for label, url in extra.items()
    }
    return {"main": main, **others}


def create_worker(app: Any) -> FastAPI:
    """What `work` runs: the background work of an application, its health and metrics, and no other route."""
    worker = FastAPI(openapi_url=None, lifespan=_lifespan, telemetry=UNTRACED)
    worker.state = app.state
    worker.state.settings = app.state.settings.model_copy(update={"background": True})
    for router in (health_router(), _metrics_router()):
        worker.router.routes.extend(router.routes)
    problems.install(worker)
    worker.add_middleware(Telemetry, metrics=worker.state.metrics)
    return worker


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start background work, and finish it before the connections go."""
    state, stopping = app.state, asyncio.Event()
    # Relay and jobs end while open requests are answered; what the answers need stays until they are.
    apart = background(app) if state.settings.background else []
    running = [asyncio.create_task(work(state.health.leaving)) for work in apart]
    running += [asyncio.create_task(work(stopping)) for work in state.background]
    state.health.started = True
    yield
    state.health.leaving.set()
    stopping.set()
    if running:
        await asyncio.wait(running, timeout=LOOPS_SECONDS)
    await state.client.aclose()
    for database in state.databases.values():
        await database.close()


def background(app: FastAPI) -> list[Background]:
    """The loops every service has beside the requests: relay, audit sealer, job worker."""
    state = app.state
    main: Database = state.databases["main"]
    relay = Relay(main.engine, name=state.name, settings=state.settings, trust=state.trust, client=state.client)
    worker = jobs.application(state.sweeps, main, state.settings.database_url)
    health: Health = state.health
    for name in ("relay", "sealer", "jobs"):
        health.beat(name)
    return [
        lambda stopping: relay.run(stopping, beat=lambda: health.beat("relay")),
        lambda stopping: audit.run(main.engine, stopping, beat=lambda: health.beat("sealer")),
        lambda stopping: jobs.supervise(worker, stopping, beat=lambda: health.beat("jobs")),
    ]


def _metrics_router() -> APIRouter:
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False, response_model=None)
    async def metrics(request: Request) -> Response:
        state = request.app.state
        await state.metrics.look(state.databases["main"].engine)
        return Response(generate_latest(state.metrics.registry), media_type="text/plain; version=0.0.4")

    return router
