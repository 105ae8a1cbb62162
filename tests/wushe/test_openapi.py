"""The document of a service while it is being made."""

import asyncio
from threading import Event
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from wushe import openapi

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_others_are_answered_while_the_document_is_made(
    probe_app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered, made = Event(), Event(), openapi._made

    def slowly(app: FastAPI) -> dict[str, Any]:
        asked.set()
        assert answered.wait(10), "nobody is answered until the document is made"
        return made(app)

    monkeypatch.setattr(openapi, "_made", slowly)
    transport = httpx.ASGITransport(probe_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        document = asyncio.create_task(client.get("/openapi.json"))
        await asyncio.to_thread(asked.wait, 10)
        assert (await client.get("/health/live")).status_code == 200
        answered.set()
        assert "/health/live" not in (await document).json()["paths"]
