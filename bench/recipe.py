"""The gateway we compare with: FastAPI and one shared httpx client, the recipe most often given."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

UPSTREAM = os.environ.get("BENCH_UPSTREAM", "")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for the life of the process."""
    async with httpx.AsyncClient(base_url=UPSTREAM, trust_env=False) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
async def forward(path: str, request: Request) -> StreamingResponse:
    """Pass a request on and stream its answer back; nothing is verified, limited or stamped."""
    client: httpx.AsyncClient = request.app.state.client
    url = httpx.URL(path="/" + path, query=request.url.query.encode())
    passed = client.build_request(
        request.method, url, headers=request.headers.raw, content=request.stream() if request.method != "GET" else None
    )
    answer = await client.send(passed, stream=True)
    return StreamingResponse(
        answer.aiter_raw(),
        status_code=answer.status_code,
        headers=dict(answer.headers),
        background=BackgroundTask(answer.aclose),
    )
