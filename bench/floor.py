"""What stands under any answer of ours: the server alone, and FastAPI with a model of a need's size and no database."""

from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send


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


framework = FastAPI()


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
