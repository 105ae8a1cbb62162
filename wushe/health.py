"""Health for operators: alive, ready for requests, started."""

import asyncio
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from wushe.clock import timestamp
from wushe.provision import newest

BEAT_SECONDS = 30


@dataclass
class Health:
    """What one process knows of itself."""

    started: bool = False
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the process was told to end: whoever asks for readiness sends nothing more."""
    beats: dict[str, int] = field(default_factory=dict)

    def beat(self, name: str) -> None:
        """A background loop reports that it has just done its work, or is about to begin."""
        self.beats[name] = timestamp()

    def late(self) -> list[str]:
        """Loops that have not reported for half a minute."""
        return sorted(name for name, at in self.beats.items() if timestamp() - at > BEAT_SECONDS)


def health_router() -> APIRouter:
    """``/health/live`` (the process runs), ``/health/ready`` (requests will succeed), ``/health/startup``."""
    router = APIRouter()

    @router.get("/health/live", include_in_schema=False, response_model=None)
    async def live() -> Response:
        return Response("ok", media_type="text/plain")

    @router.get("/health/startup", include_in_schema=False, response_model=None)
    async def startup(request: Request) -> Response:
        started = request.app.state.health.started
        return Response("ok" if started else "starting", 200 if started else 503, media_type="text/plain")

    @router.get("/health/ready", include_in_schema=False, response_model=None)
    async def ready(request: Request) -> Response:
        trouble = await _trouble(request)
        return Response(trouble or "ok", 503 if trouble else 200, media_type="text/plain")

    return router


async def _trouble(request: Request) -> str:
    health: Health = request.app.state.health
    if health.leaving.is_set():
        return "leaving"
    for label, database in request.app.state.databases.items():
        name = request.app.state.name if label == "main" else label
        try:
            async with database.engine.connect() as connection:
                found = await connection.scalar(text(_revision_of(name)))
        except ProgrammingError:
            return f"database {name} is not migrated"
        except Exception:
            return f"database {name} does not answer"
        if found is None or found < newest(name):
            return f"database {name} is not migrated"
    if late := health.late():
        return "late: " + ", ".join(late)
    return ""


def _revision_of(database: str) -> str:
    return "select max(version_num) from alembic_version" if newest(database) else "select ''"
