"""The one HTTP client: shared per process, deadlines on every call, refusals of siblings passed on."""

import asyncio
import json
import ssl
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from wushe.errors import NotFound, Unavailable, code_of
from wushe.identity import HEADER, Caller, Trust, sign

MAX_ANSWER = 4_194_304
# The aiohttp transport translates most faults into httpx's, but lets some of its own through.
FAULTS = (httpx.HTTPError, aiohttp.ClientError, TimeoutError, OSError)


class SiblingRefused(Unavailable):
    """A service declined what another asked of it; whoever asked says what that means, else it reads as unavailable."""

    @property
    def code(self) -> str:
        """That of any part that does not answer: who declined what is nobody's business outside."""
        return code_of(Unavailable)


def new_client(*, timeout: float) -> httpx.AsyncClient:
    """A client on the aiohttp transport, which costs a sixth of httpx's own; redirects are never followed."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
    transport = AiohttpTransport(limits=limits, verify=_certificates())
    return httpx.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities httpx trusts; reading them takes 20 ms."""
    return httpx.create_ssl_context()


class Siblings:
    """Calls to the other services, as this service, on behalf of one caller."""

    def __init__(
        self, client: httpx.AsyncClient, *, name: str, peers: dict[str, str], trust: Trust, deadline: float
    ) -> None:
        self._client, self._name, self._peers, self._trust, self._deadline = client, name, peers, trust, deadline
        self._caller, self._key = Caller(), ""

    def acting(self, caller: Caller, key: str) -> "Siblings":
        """The same calls for one caller; ``key`` is the idempotency key child keys are derived from."""
        bound = Siblings(self._client, name=self._name, peers=self._peers, trust=self._trust, deadline=self._deadline)
        bound._caller, bound._key = replace(caller, role="service", issuer=self._name), key
        return bound

    async def get(self, service: str, path: str, **params: str) -> Any:
        """Read from a sibling within the deadline; UNAVAILABLE when it does not answer, NOT_FOUND as it says."""
        return await self._send("GET", service, path, params=params)

    async def post(self, service: str, path: str, body: Any, *, step: str) -> Any:
        """Write to a sibling; repeated with the same request key it has one effect."""
        key = str(uuid5(NAMESPACE_URL, f"{self._key}/{step}"))
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"idempotency-key": key, "content-type": "application/json"}
        return await self._send("POST", service, path, content=content, headers=headers)

    async def _send(self, method: str, service: str, path: str, **more: Any) -> Any:
        if service not in self._peers:
            raise Unavailable(retry_after=5)
        identity = sign(self._caller, issuer=self._name, audience=service, trust=self._trust)
        headers = {**more.pop("headers", {}), HEADER: identity}
        try:
            async with (
                asyncio.timeout(self._deadline),
                self._client.stream(method, self._peers[service] + path, headers=headers, **more) as answer,
            ):
                body = await _bounded(answer)
        except FAULTS as fault:
            raise Unavailable(retry_after=2) from fault
        return _read(answer, body)


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
    except ValueError as fault:
        raise Unavailable(retry_after=2) from fault
