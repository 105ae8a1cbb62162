"""Forwarding: one request to one service and its answer back, streamed both ways, within a deadline."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDict
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.limits import Arrival, SenderGone, body_parts, declared_length, largest_body
from gateway.routing import Target
from gateway.settings import Settings
from wushe.breaker import Breaker
from wushe.errors import Refusal, Unavailable
from wushe.http import FAULTS, hung_up
from wushe.identity import HEADER, Caller, Trust, sign

# What a service may hear of a request beside who sends it; everything else stays here: the token, cookies, addresses
# of other proxies, hop-by-hop headers, and whatever claims to be our own identity header.
PASSED = frozenset(
    {
        b"accept",
        b"accept-language",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"range",
        b"traceparent",
        b"tracestate",
        b"user-agent",
    }
)
PASSED_ANONYMOUSLY = frozenset({b"accept", b"accept-language", b"content-encoding", b"content-length", b"content-type"})
NOT_RETURNED = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"server",
        b"set-cookie",
    }
)
AT_ONCE = 131_072
"""Bodies up to this many bytes are passed on in one piece."""
_PAUSE = 0.1


class UpstreamFault(Refusal):
    """A service broke off instead of answering."""

    status = 502
    zh = "服务未能完成应答，请稍后再试。"
    en = "A service broke off instead of answering; retry later."
    toast = "请稍后再试"
    retryable = True


class DeadlineExceeded(Refusal):
    """A service did not answer in time; the effect of a write is unknown until it is repeated with its key."""

    status = 504
    zh = "服务未能及时应答，请用同一请求编号重试。"
    en = "A service did not answer in time; repeat with the same Idempotency-Key."
    toast = "请稍后再试"
    retryable = True


@dataclass(frozen=True, slots=True)
class _Call:
    service: str
    method: str
    url: URL
    headers: CIMultiDict[str]
    body: bytes | AsyncIterator[bytes] | None
    repeatable: bool

    @property
    def again(self) -> bool:
        """Whether we repeat it after part of it was sent: it has a key and is all here; aiohttp repeats other verbs."""
        return self.method == "POST" and self.repeatable and not isinstance(self.body, AsyncIterator)


class Proxy:
    """The connections to the services."""

    def __init__(self, settings: Settings, trust: Trust) -> None:
        self._peers = {name: address.rstrip("/") for name, address in settings.peers.items()}
        self._settings, self._trust, self._connections = settings, trust, settings.connections
        # Waiting for a free connection counts as well: a service that keeps all of them busy is as good as away.
        self._timeout = aiohttp.ClientTimeout(total=settings.deadline, connect=settings.connect_timeout)
        self._breakers: dict[str, Breaker] = defaultdict(Breaker)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def forward(self, scope: Scope, receive: Arrival, send: Send, *, target: Target, caller: Caller) -> int:
        """Pass a request on and its answer back; answers the status. Refusals are raised before anything is sent."""
        try:
            call = await self._prepare(scope, receive, target, caller)
            async with await self._open(call) as response:
                return await _give_back(response, scope, send, anonymous=target.treatment.anonymous)
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as fault:
            raise Unavailable(retry_after=2) from fault
        except TimeoutError as fault:
            raise (receive.late() if receive.awaited else DeadlineExceeded(retry_after=2)) from fault
        except (aiohttp.ClientError, OSError) as fault:
            raise _cause(fault) from fault

    async def _prepare(self, scope: Scope, receive: Receive, target: Target, caller: Caller) -> _Call:
        service = str(target.service)
        address = self._peers.get(service)
        if address is None:
            raise Unavailable(retry_after=5)
        headers = passed_headers(scope["headers"], PASSED_ANONYMOUSLY if target.treatment.anonymous else PASSED)
        if caller.issuer:
            headers[HEADER] = sign(caller, issuer=caller.issuer, audience=service, trust=self._trust)
        method = scope["method"]
        return _Call(
            service=service,
            method=method,
            url=URL(f"{address}{scope['raw_path'].decode('ascii')}{_query(scope['query_string'])}", encoded=True),
            headers=headers,
            body=await self._body(scope, receive, headers.get("content-length")),
            repeatable=method in {"GET", "HEAD"} or "idempotency-key" in headers,
        )

    async def _body(self, scope: Scope, receive: Receive, length: str | None) -> bytes | AsyncIterator[bytes] | None:
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        limit = largest_body(kind, self._settings)
        declared = declared_length(length, limit)
        if declared == 0 or (declared is None and not _is_chunked(scope["headers"])):
            return None
        parts = body_parts(receive, limit)
        if declared is not None and declared <= AT_ONCE:
            return b"".join([part async for part in parts])
        return parts

    async def _open(self, call: _Call) -> aiohttp.ClientResponse:
        """Send the request, unless its service has been silent; what it answers or not is remembered for the next."""
        breaker = self._breakers[call.service]
        breaker.admit()
        try:
            response = await self._insist(call, breaker)
        except FAULTS:
            if not isinstance(call.body, AsyncIterator):  # else it may be the sender who is silent
                breaker.hear(answered=False)
            raise
        breaker.hear(answered=True)
        return response

    async def _insist(self, call: _Call, breaker: Breaker) -> aiohttp.ClientResponse:
        """Send the request; once more where its service refused the connection or hung up, and that is safe."""
        session = self._session or self._connect()
        try:
            return await self._send(session, call)
        except aiohttp.ClientConnectorError:
            if not (call.repeatable and breaker.may_repeat()):
                raise
            await asyncio.sleep(_PAUSE)
        except FAULTS as fault:
            if not (hung_up(fault) and call.again and breaker.may_repeat()):
                raise
        return await self._send(session, call)

    async def _send(self, session: aiohttp.ClientSession, call: _Call) -> aiohttp.ClientResponse:
        return await session.request(call.method, call.url, headers=call.headers, data=call.body, allow_redirects=False)

    def _connect(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            # Services keep an idle connection for 75 s; ours is gone long before, so no request meets a closing one.
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=self._connections, keepalive_timeout=15),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=self._timeout,
            trust_env=False,
            skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
        )
        return self._session


def _cause(fault: BaseException) -> BaseException:
    """A refusal of ours that broke off the sending comes back wrapped in the client's own error."""
    found: BaseException | None = fault
    while found is not None:
        if isinstance(found, Refusal | SenderGone):
            return found
        found = found.__cause__
    return UpstreamFault(retry_after=2)


def passed_headers(headers: Iterable[tuple[bytes, bytes]], names: frozenset[bytes]) -> CIMultiDict[str]:
    """The headers of a request a service may hear."""
    return CIMultiDict([(name.decode(), value.decode("latin-1")) for name, value in headers if name in names])


def returned_headers(headers: Iterable[tuple[bytes, bytes]], *, anonymous: bool) -> list[tuple[bytes, bytes]]:
    """The headers of an answer its receiver may see; an anonymous request gets no id to remember it by."""
    lowered = [(name.lower(), value) for name, value in headers]
    return [
        (name, value)
        for name, value in lowered
        if name not in NOT_RETURNED and not name.startswith(b"wushe-") and not (anonymous and name == b"x-request-id")
    ]


def _is_chunked(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"transfer-encoding" for name, _ in headers)


def _query(raw: bytes) -> str:
    if not raw:
        return ""
    return "?" + (raw.decode() if raw.isascii() else quote(raw, safe="%/?:@!$&'()*+,;=-._~"))


async def _give_back(response: aiohttp.ClientResponse, scope: Scope, send: Send, *, anonymous: bool) -> int:
    start: Message = {
        "type": "http.response.start",
        "status": response.status,
        "headers": returned_headers(response.raw_headers, anonymous=anonymous),
    }
    # A page of ours names its request; one that does not was written by somebody who answers in a service's place.
    if response.content_type == "text/html" and "x-request-id" not in response.headers:
        raise UpstreamFault(retry_after=2)
    state: dict[str, Any] = scope["state"]
    length = response.content_length
    if length is not None and length <= AT_ONCE:
        body = await response.read()
        state["answered"] = True
        await send(start)
        await send({"type": "http.response.body", "body": body})
        return response.status
    state["answered"] = True
    await send(start)
    async for part in response.content.iter_any():
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return response.status
