"""JSON logs with request ids, and metrics; pure ASGI, so that it breaks no stream."""

import json
import logging
import sys
import time
from contextlib import suppress
from functools import cache
from typing import Any, TextIO, cast

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wushe import outbox_admin
from wushe.db import uuid7
from wushe.problems import unforeseen

_OWED = {
    "oldest_seconds": "Age of the oldest undelivered event: the alarm.",
    "pending": "Events not delivered yet.",
    "dead": "Dead letters.",
}
_JOBS = text("select status::text, count(*) from procrastinate_jobs group by status")
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode  # made once, not for every line
_STAMP = structlog.processors.TimeStamper(fmt="iso", key="at")
SILENT = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)).bind()


def _rendering(service: str) -> list[structlog.typing.Processor]:
    """One JSON object a line; control characters in names or headers cannot forge a second line."""

    def name_service(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"service": service, **line}

    return [name_service, structlog.processors.JSONRenderer(serializer=lambda line, **_: _encode(line))]


def json_lines(service: str) -> logging.Formatter:
    """The lines of our modules and of the libraries, which log as the standard library has it."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.ExtraAdder(), _STAMP],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            *_rendering(service),
        ],
    )


class _Lenient:
    """A stream whose faults concern nobody who was answered: a full disk loses lines, never requests."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        """Write a line, if it can be written."""
        with suppress(OSError, ValueError):
            self._stream.write(line)

    def flush(self) -> None:
        """The same."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def access_lines(service: str, level: str, stream: TextIO) -> Any:
    """A line for every request, past the standard library's machinery, which took a sixth of a read."""
    return structlog.wrap_logger(
        structlog.WriteLogger(cast("TextIO", _Lenient(stream))),
        processors=[structlog.processors.add_log_level, _STAMP, *_rendering(service)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    ).bind()


def configure_logging(service: str, level: str) -> None:
    """Write JSON lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(json_lines(service))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in ("procrastinate", "uvicorn.error", "httpx"):
        logging.getLogger(noisy).setLevel("WARNING")


class Metrics:
    """What one process counts; its own registry, so that several applications live in one test."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "wushe_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "wushe_request_seconds", "Seconds until the answer was complete.", ["route"], registry=self.registry
        )
        self.owed = {
            name: Gauge(f"wushe_outbox_{name}", meaning, ["destination"], registry=self.registry)
            for name, meaning in _OWED.items()
        }
        self.jobs = Gauge("wushe_jobs", "Jobs by status.", ["status"], registry=self.registry)

    def counted(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The counter and the clock of one kind of answer; whoever counts often keeps them."""
        return self.requests.labels(method, route, status), self.seconds.labels(route)

    async def look(self, engine: AsyncEngine) -> None:
        """Read what only the database knows; while it is away the last figures stand."""
        try:
            behind = await outbox_admin.status(engine)
            async with engine.connect() as connection:
                jobs = (await connection.execute(_JOBS)).all()
        except (SQLAlchemyError, OSError):
            return
        self.jobs.clear()
        for status, count in jobs:
            self.jobs.labels(status).set(count)
        for name, gauge in self.owed.items():
            gauge.clear()
            for destination in behind:
                gauge.labels(destination.destination).set(getattr(destination, name))


class Telemetry:
    """ASGI middleware: request id, security headers, access log and metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics
        self._count = cache(metrics.counted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and account for it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = str(uuid7())
        started, status = time.perf_counter(), None

        async def respond(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message.get("headers", [])
                said = {name for name, _ in own}
                added = [each for each in _SECURITY if each[0] not in said]
                message["headers"] = [*own, *added, (b"x-request-id", state["request_id"].encode())]
            await send(message)

        try:
            await self.app(scope, receive, respond)
        except Exception as fault:
            if status is not None:
                raise
            await unforeseen(Request(scope), fault)(scope, receive, respond)
        finally:
            self._account(scope, status or 500, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        requests, lasted = self._count(scope["method"], route, status)
        requests.inc()
        lasted.observe(seconds)
        state = scope["state"]
        if state.get("unlogged"):
            return
        scope["app"].state.access.info(
            "request",
            request_id=state["request_id"],
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
        )
