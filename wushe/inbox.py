"""Hearing what other services announce: verified, once each, in one transaction with the handler."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar, get_type_hints

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text

from wushe import clock
from wushe.bodies import parse_json, read_body
from wushe.errors import InvalidInput, NotAuthenticated
from wushe.identity import Caller, Trust, county
from wushe.outbox import signature_headers
from wushe.work import Database, Work

TOLERANCE_SECONDS = 300
MAX_EVENT = 262_144
_FIRST = text("insert into inbox (source, event_id) values (:source, :id) on conflict do nothing returning 1")


class Heard(BaseModel):
    """Base of our own copies of others' events: only the fields we read, unknown ones ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ENVELOPE: ClassVar[tuple[str, ...]] = ("event_id", "sequence", "subject", "division", "source", "public", "type")

    event_id: str = ""
    sequence: int = 0
    subject: str = ""
    division: str = ""
    source: str = ""
    public: bool = False
    type: str = ""
    time: str = ""


Copy = TypeVar("Copy", bound=Heard)
Handler = Callable[[Work, Any], Awaitable[None]]


class Consumers:
    """The events one service listens to, and what it does with each."""

    def __init__(self) -> None:
        self.handlers: dict[str, tuple[type[Heard], Handler]] = {}
        self.otherwise: tuple[type[Heard], Handler] | None = None

    def copy(self) -> "Consumers":
        """The same handlers, for one application to add to."""
        copied = Consumers()
        copied.handlers, copied.otherwise = dict(self.handlers), self.otherwise
        return copied

    def every(self, handler: Handler) -> Handler:
        """Register the handler of all types that have none of their own."""
        self.otherwise = (_copy_of(handler), handler)
        return handler

    def on(self, kind: str) -> Callable[[Handler], Handler]:
        """Register the handler of one event type; its second parameter is our copy of the event."""

        def register(handler: Handler) -> Handler:
            self.handlers[kind] = (_copy_of(handler), handler)
            return handler

        return register


def _copy_of(handler: Handler) -> type[Heard]:
    hints = get_type_hints(handler)
    hints.pop("return", None)
    copy: type[Heard] = list(hints.values())[1]
    return copy


def event_of(copy: type[Copy], body: dict[str, Any]) -> Copy:
    """Read our copy out of a CloudEvent."""
    return copy.model_validate(
        {
            **body["data"],
            "event_id": body["id"],
            "sequence": int(body["sequence"]),
            "subject": body["subject"],
            "division": body["division"],
            "source": body["source"],
            "public": body.get("public", False),
            "type": body["type"],
            "time": body["time"],
        }
    )


def authenticate(request: Request, raw: bytes, *, name: str, trust: Trust, issuer: str) -> None:
    """Refuse a body its claimed sender did not sign within the last five minutes."""
    event_id = request.headers.get("webhook-id", "")
    stamp = request.headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(clock.timestamp() - int(stamp[:12])) > TOLERANCE_SECONDS:
        raise NotAuthenticated
    key = trust.key(issuer, name)
    expected = signature_headers(raw.decode(), event_id=event_id, key=key, at=int(stamp))["webhook-signature"]
    given = request.headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(expected.encode(), part.encode()) for part in given):
        raise NotAuthenticated


def _speaks_for(issuer: str, kind: Any) -> bool:
    return isinstance(kind, str) and kind.startswith(f"cn.wushe.{issuer}.")


async def consume(database: Database, consumers: Consumers, body: dict[str, Any], *, issuer: str) -> bool:
    """Apply one event exactly once; False when it was applied before or nobody here listens to it."""
    listener = consumers.handlers.get(body.get("type", ""), consumers.otherwise)
    if listener is None:
        return False
    copy, handler = listener
    try:
        event = event_of(copy, body)
    except (ValueError, KeyError, TypeError) as fault:
        raise InvalidInput from fault
    caller = Caller(
        subject=f"service:{issuer}",
        client=issuer,
        role="service",
        scope=county(event.division),
        request_id=str(body.get("requestid", "")),
        issuer=issuer,
    )
    async with database.work(caller) as work:
        if not (await work.session.execute(_FIRST, {"source": event.source, "id": event.event_id})).first():
            return False
        await handler(work, event)
    return True


def inbox_router(consumers: Consumers) -> APIRouter:
    """The one address other services deliver to."""
    router = APIRouter()

    @router.post("/internal/events", include_in_schema=False, response_model=None)
    async def deliver(request: Request) -> Response:
        state = request.app.state
        raw = await read_body(request, MAX_EVENT)
        body = parse_json(raw)
        issuer = str(body.get("source", "")).strip("/") if isinstance(body, dict) else ""
        authenticate(request, raw, name=state.name, trust=state.trust, issuer=issuer)
        # A service speaks only of what is its own, whatever key it holds.
        if request.headers["webhook-id"] != body.get("id") or not _speaks_for(issuer, body.get("type")):
            raise NotAuthenticated
        applied = await consume(state.databases["main"], consumers, body, issuer=issuer)
        return Response(status_code=204, headers={"wushe-applied": str(applied).lower()})

    return router
