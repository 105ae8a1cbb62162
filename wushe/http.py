"""The one HTTP client: shared per process, deadlines on every call, refusals of siblings passed on."""

import asyncio
import json
import ssl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from wushe.breaker import Breaker
from wushe.errors import NotFound, Unavailable, code_of
from wushe.identity import HEADER, Caller, Trust, sign
from wushe.work import is_within_work

MAX_ANSWER = 4_194_304
AT_ONCE = 32
"""Calls under way to one sibling; the others wait, so that a slow one does not take every connection."""
CONNECTIONS = 256
"""More than all siblings and all lanes of the relay may use together."""
# The aiohttp transport translates most faults into httpx's, but lets some of its own through.
FAULTS = (httpx.HTTPError, aiohttp.ClientError, TimeoutError, OSError)


class SiblingRefused(Unavailable):
    """A service declined what another asked of it; whoever asked says what that means, else it reads as unavailable."""

    @property
    def code(self) -> str:
        """That of any part that does not answer: who declined what is nobody's business outside."""
        return code_of(Unavailable)


def new_transport() -> AiohttpTransport:
    """What both kinds of calls go through: aiohttp, which costs a sixth of httpx's own; it remembers no cookies."""

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=5, ssl=_certificates())
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return AiohttpTransport(client=session, verify=_certificates())


def new_client(*, timeout: float, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client on a transport of ours, which it closes; redirects are never followed."""
    transport = transport or new_transport()
    return httpx.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities httpx trusts; reading them takes 20 ms."""
    return httpx.create_ssl_context()


@dataclass(slots=True)
class _Line:
    """What all callers share of one sibling."""

    breaker: Breaker = field(default_factory=Breaker)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


class Siblings:
    """Calls to the other services, as this service, on behalf of one caller.

    They go to the transport itself: a client's defaults, cookies and redirects, which are not wanted, took two
    fifths of a call.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, *, name: str, peers: dict[str, str], trust: Trust, deadline: float
    ) -> None:
        self._transport, self._name, self._peers, self._trust = transport, name, peers, trust
        self._deadline = deadline
        self._caller, self._key = Caller(), ""
        self._lines: dict[str, _Line] = defaultdict(_Line)

    def acting(self, caller: Caller, key: str) -> "Siblings":
        """The same calls for one caller; ``key`` is the idempotency key child keys are derived from."""
        bound = copy(self)
        bound._caller, bound._key = caller, key  # noqa: SLF001 -- a copy of ourselves
        return bound

    async def get(self, service: str, path: str, **params: str) -> Any:
        """Read from a sibling within the deadline; UNAVAILABLE when it does not answer, NOT_FOUND as it says."""
        return await self._send("GET", service, f"{path}?{urlencode(params)}" if params else path, {})

    async def post(self, service: str, path: str, body: Any, *, step: str) -> Any:
        """Write to a sibling; repeated with the same request key it has one effect."""
        key = str(uuid5(NAMESPACE_URL, f"{self._key}/{step}"))
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"idempotency-key": key, "content-type": "application/json"}
        return await self._send("POST", service, path, headers, content)

    async def _send(
        self, method: str, service: str, path: str, headers: dict[str, str], content: bytes | None = None
    ) -> Any:
        assert not is_within_work(), "ask siblings ahead of the unit of work, or after it"
        if service not in self._peers:
            raise Unavailable(retry_after=5)
        asking = replace(self._caller, role="service", issuer=self._name)
        headers[HEADER] = sign(asking, issuer=self._name, audience=service, trust=self._trust)
        request = httpx.Request(method, self._peers[service] + path, headers=headers, content=content)
        line = self._lines[service]
        line.breaker.admit()
        try:
            async with asyncio.timeout(self._deadline), line.slots:
                answer, body = await self._exchange(line.breaker, request)
        except FAULTS as fault:
            line.breaker.hear(answered=False)
            raise Unavailable(retry_after=2) from fault
        line.breaker.hear(answered=True)
        return _read(answer, body)

    async def _exchange(self, breaker: Breaker, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """One call; a write, which has its key, once more when the sibling hung up on it, as one that leaves does."""
        try:
            return await self._call(request)
        except FAULTS as fault:
            write = request.method == "POST"  # aiohttp repeats what only reads by itself
            if not (write and hung_up(fault.__cause__ or fault) and breaker.may_repeat()):
                raise
        return await self._call(request)

    async def _call(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        answer = await self._transport.handle_async_request(request)
        try:
            return answer, await _bounded(answer)
        finally:
            await answer.aclose()


def hung_up(fault: BaseException) -> bool:
    """Whether a connection ended before its answer began, other than by never being made."""
    refused = isinstance(fault, aiohttp.ClientConnectorError)
    return isinstance(fault, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError) and not refused


@contextmanager
def understanding() -> Iterator[None]:
    """Read what a sibling said; what is not in it, or is something else, makes the sibling UNAVAILABLE."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        raise Unavailable(retry_after=2) from fault


async def _bounded(answer: httpx.Response) -> bytes:
    """The body of an answer, given up as soon as it is longer than any of ours."""
    parts, size = [], 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > MAX_ANSWER:
            raise Unavailable(retry_after=2)
        parts.append(part)
    return b"".join(parts)


def _read(answer: httpx.Response, body: bytes) -> Any:
    """The JSON of a good answer; anything a sibling may not say becomes UNAVAILABLE."""
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotFound
    if answer.is_client_error:
        raise SiblingRefused(retry_after=2)
    if not answer.is_success:
        raise Unavailable(retry_after=2)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Unavailable(retry_after=2) from fault
