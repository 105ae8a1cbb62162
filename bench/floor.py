"""What stands under an answer of ours: the server alone, FastAPI with a model, a page without any authorisation."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from bench.alone import LIST
from bench.textbook import NeedOut


class Twenty(BaseModel):
    """As many fields as a need shows, of the same kinds."""

    id: str = "01a1f9c3-d31f-7883-a53a-2ccfbf0554e5"
    division: str = "350502001001"
    state: str = "submitted"
    statement: str = "独居老人中午没地方吃饭，想有个就近的助餐点"
    texts: list[str] = ["mini_program", "typed", "elderly", "living_alone_elderly", "normal", "elder_meal"]
    flags: dict[str, bool] = {"danger": False, "anonymous": False, "silent": False}
    counts: dict[str, int] = {"cosigners": 3, "version": 7, "attachments": 0, "reopened": 0}
    times: list[datetime] = [datetime(2026, 11, 20, tzinfo=UTC)] * 3


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """As many connections as ours has, where there is a database."""
    url = os.environ.get("BENCH_DATABASE_URL")
    app.state.pool = await asyncpg.create_pool(url, min_size=8, max_size=8) if url else None
    yield
    if url:
        await app.state.pool.close()


# Ours has this turned off as well.
framework = FastAPI(lifespan=lifespan, telemetry={"tracing": False, "metrics": False, "logs": False})


@framework.get("/page/{division}")
async def page(division: str) -> list[NeedOut]:
    """Twenty needs of a division as asyncpg reads them and the framework writes them: nobody is asked who they are."""
    return [NeedOut.model_validate(dict(row)) for row in await framework.state.pool.fetch(LIST, division)]


@framework.get("/{ident}")
async def get(ident: str) -> Twenty:
    """One object, validated and written by the framework."""
    return Twenty(id=ident)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """`/bare` without a framework, everything else with it."""
    if scope["type"] == "http" and scope["path"] == "/bare":
        start: dict[str, Any] = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": [(b"content-type", b"application/json"), (b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})
    else:
        await framework(scope, receive, send)
