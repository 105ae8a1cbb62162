"""The front of the gateway, raw ASGI: who is calling, may they send this much, and who answers them."""

import logging
import time
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from gateway.documents import Documents
from gateway.identity import Claims, TokenIssuer, choose
from gateway.limits import Arrival, Listed, Rates, SenderGone, declared_length, largest_body
from gateway.proxy import Proxy
from gateway.routing import Routes, Target, Treatment
from wushe import clock, problems
from wushe.authorize import GATEWAY
from wushe.db import uuid7
from wushe.errors import InternalFault, MethodNotAllowed, NotAuthenticated, NotFound, Refusal
from wushe.identity import ANONYMOUS, HEADER, Caller, sign

log = logging.getLogger("wushe.access")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
LIVE, METRICS, BETWEEN_US = b"/health/live", b"/metrics", b"/internal/"
_IDENTITY = HEADER.encode()
_RELAYED = (b"x-forwarded-", b"forwarded", b"x-real-ip")
_EDGE = (*_RELAYED, b"wushe-identity", b"cookie")
"""What a caller may say of itself without being heard: only a verified token speaks."""


class Gateway:
    """The application uvicorn serves; ``own`` is the FastAPI application of the gateway's own routes."""

    def __init__(
        self, own: FastAPI, *, tokens: TokenIssuer, routes: Routes, rates: Rates, proxy: Proxy, documents: Documents
    ) -> None:
        self.own, self.proxy, self.routes, self.documents = own, proxy, routes, documents
        self._tokens, self._rates = tokens, rates
        self._readers = Listed(own.state.settings.metrics_readers)
        self._counted = cache(own.state.metrics.counted)

    @property
    def state(self) -> Any:
        """What the parts of this process share."""
        return self.own.state

    def openapi(self) -> dict[str, Any]:
        """The document of the gateway's own routes."""
        return self.own.openapi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of whatever kind."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            try:
                await self.own(scope, receive, send)
            finally:
                await self.proxy.close()
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state["request_id"], path = str(uuid7()), _path(scope)
        arrival, send = Arrival(receive, self.state.settings.deadline), _ending(send)
        try:
            if path.startswith(b"/v1/"):
                await self._api(scope, arrival, send, path)
            else:
                await self._beside(scope, arrival, send, path)
        except SenderGone:
            return
        except Refusal as refusal:
            await self._refuse(refusal, scope, receive, send)
        except Exception as fault:
            log.exception("fault", extra={"request_id": state["request_id"]})
            await self._refuse(InternalFault(), scope, receive, send, fault)

    async def _beside(self, scope: Scope, receive: Arrival, send: Send, path: bytes) -> None:
        """What stands beside the API: pages, health, metrics, and where the services deliver their events."""
        if path.startswith(BETWEEN_US):
            self._rates.admit_delivery(_address(scope))
        elif path != LIVE:
            self._rates.admit_address(_address(scope))
        # Our own routes are found by the decoded path: one spelled otherwise could be the API, past its checks.
        if path != scope["path"].encode() or (path == METRICS and not self._may_measure(scope)):
            raise NotFound
        if self.documents.has(path):
            await self.documents.serve(scope, receive, send)
        else:
            await self.own({**scope, "headers": _without_claims(scope, path)}, receive, send)

    def _may_measure(self, scope: Scope) -> bool:
        """Whether the metrics are read from a listed address, and not by somebody a load balancer stands for."""
        return _address(scope) in self._readers and not any(name.startswith(_RELAYED) for name, _ in scope["headers"])

    async def _api(self, scope: Scope, receive: Arrival, send: Send, path: bytes) -> None:
        target = self._target(scope, path)
        scope["state"]["unlogged"] = target.treatment.unlogged
        caller = self._caller(scope, target.treatment)
        if target.service is None:
            await self._answer_ourselves(scope, receive, send, caller)
            return
        started = time.perf_counter()
        status = await self.proxy.forward(scope, receive, send, target=target, caller=caller)
        self._count(scope["method"], f"/v1/{target.collection}", status, time.perf_counter() - started)

    def _count(self, method: str, route: str, status: int, seconds: float) -> None:
        requests, lasted = self._counted(method, route, status)
        requests.inc()
        lasted.observe(seconds)

    def _target(self, scope: Scope, path: bytes) -> Target:
        try:
            if scope["method"] not in METHODS:
                raise MethodNotAllowed(allowed=sorted(METHODS))
            return self.routes.find(scope["method"], path)
        except Refusal:
            self._rates.admit_address(_address(scope))
            raise

    def _caller(self, scope: Scope, treatment: Treatment) -> Caller:
        """Who is calling under the grant the request names, or nobody; counted before anything else is refused."""
        headers = dict(scope["headers"])
        claims = (
            None if treatment.anonymous else self._claims(scope, headers.get(b"authorization", b"").decode("latin-1"))
        )
        if claims is None:
            self._rates.admit_address(_address(scope))
            if treatment.dear:
                self._rates.admit_need(_address(scope))
            return ANONYMOUS
        self._rates.admit_subject(claims)
        grant = choose(claims.grants, headers.get(b"wushe-as", b"").decode("latin-1"), clock.timestamp())
        return Caller(
            subject=claims.subject,
            client=claims.client,
            person_id=claims.person_id,
            role=grant.role,
            scope=grant.scope,
            org=claims.org,
            request_id=scope["state"]["request_id"],
            issuer=GATEWAY,
        )

    def _claims(self, scope: Scope, authorization: str) -> Claims | None:
        """What the bearer token says, if there is one."""
        scheme, _, token = authorization.partition(" ")
        if not scheme:
            return None
        try:
            return self._tokens.verify(token.strip() if scheme.lower() == "bearer" else "")
        except NotAuthenticated:
            self._rates.admit_address(_address(scope))
            raise

    async def _answer_ourselves(self, scope: Scope, receive: Arrival, send: Send, caller: Caller) -> None:
        headers = _without_claims(scope)
        said = dict(headers)
        limit = largest_body(said.get(b"content-type", b""), self.state.settings)
        declared_length(said.get(b"content-length", b"0").decode("latin-1"), limit)
        if caller.issuer:
            identity = sign(caller, issuer=GATEWAY, audience=GATEWAY, trust=self.state.trust)
            headers.append((_IDENTITY, identity.encode()))
        await self.own({**scope, "headers": headers}, receive, send)

    async def _refuse(
        self, refusal: Refusal, scope: Scope, receive: Receive, send: Send, fault: Exception | None = None
    ) -> None:
        state = scope["state"]
        if state.get("answered"):
            raise fault or refusal  # half an answer cannot be taken back: the connection is broken off
        method = scope["method"] if scope["method"] in METHODS else "?"
        self.state.metrics.requests.labels(method, "refused", refusal.status).inc()
        if not state.get("unlogged"):
            log.info(
                "refused",
                extra={
                    "request_id": state["request_id"],
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": refusal.status,
                    "code": refusal.code,
                },
            )
        response = problems.render(refusal, Request(scope))
        response.headers["x-request-id"] = state["request_id"]
        response.headers["cache-control"] = "no-store"
        response.headers["x-content-type-options"] = "nosniff"
        await response(scope, receive, send)


def _path(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    scope["raw_path"] = raw
    return raw


def _ending(send: Send) -> Send:
    """Close the connection after 408, as RFC 9110 asks: the rest of the body may come for ever."""

    async def respond(message: Message) -> None:
        if message.get("status") == 408:
            message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        await send(message)

    return respond


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _without_claims(scope: Scope, path: bytes = b"") -> list[tuple[bytes, bytes]]:
    """The headers without what a caller says of itself; between us a header another service signed is believed."""
    claims = _RELAYED if path.startswith(BETWEEN_US) else _EDGE
    return [(name, value) for name, value in scope["headers"] if not name.startswith(claims)]
