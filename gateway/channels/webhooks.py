"""Delivering events to agencies' own systems: only to addresses outside our own walls, signed, never redirected."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from httpx_aiohttp import AiohttpTransport

from wushe import clock
from wushe.errors import Refusal
from wushe.http import FAULTS, new_client
from wushe.outbox import signature_headers

GONE = 410
Networks = tuple[IPv4Network | IPv6Network, ...]


class AddressNotAllowed(Refusal):
    """Events go out over https to public addresses; anything else could be a door into somebody's inner network."""

    status = 422
    zh = "该地址不能接收事件：须是公网上的 https 地址。"
    en = "Events are not delivered to this address; use https and a public host."
    toast = "地址不能使用"


class Walls:
    """Which addresses may be called: public ones, and the networks a deployer lists."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed: Networks = tuple(ip_network(each) for each in allowed)

    def admits(self, address: str) -> bool:
        """Whether an address may be connected to."""
        found = ip_address(address.partition("%")[0])
        mapped = getattr(found, "ipv4_mapped", None) or found
        return self.lists(address) or (mapped.is_global and not mapped.is_multicast)

    def lists(self, address: str) -> bool:
        """Whether the deployer named the network of an address."""
        return any(ip_address(address.partition("%")[0]) in each for each in self._allowed)

    async def require(self, url: str) -> None:
        """Refuse an address now; what its name leads to later is asked again whenever it is connected to."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
            found = await asyncio.get_running_loop().getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
        except (ValueError, OSError) as fault:
            raise AddressNotAllowed from fault
        addresses = {str(each[4][0]) for each in found}
        is_plain = parts.scheme == "http" and all(self.lists(each) for each in addresses)
        if parts.username or parts.password or parts.fragment or not (parts.scheme == "https" or is_plain):
            raise AddressNotAllowed
        if not addresses or not all(self.admits(each) for each in addresses):
            raise AddressNotAllowed


class _Guarded(AbstractResolver):
    """Resolves names to admitted addresses only: a name may lead elsewhere than when it was registered."""

    def __init__(self, walls: Walls) -> None:
        self._walls, self._inner = walls, DefaultResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        admitted = [each for each in found if self._walls.admits(each["host"])]
        if not admitted:
            raise OSError("no admitted address")
        return admitted

    async def close(self) -> None:
        await self._inner.close()


class Webhooks:
    """The client of agencies' systems, with walls of its own."""

    def __init__(self, walls: Walls, *, deadline: float) -> None:
        self.walls, self._deadline = walls, deadline
        self._client: httpx.AsyncClient | None = None

    async def deliver(self, url: str, *, body: str, event_id: str, key: bytes) -> int:
        """One attempt; answers the status, and 0 when there was none."""
        headers = signature_headers(body, event_id=event_id, key=key, at=clock.timestamp())
        headers["content-type"] = "application/cloudevents+json; charset=utf-8"
        try:
            await self.walls.require(url)  # an address written as numbers is resolved by nobody
            async with asyncio.timeout(self._deadline):
                answer = await self._opened().post(url, content=body.encode(), headers=headers)
        except (*FAULTS, AddressNotAllowed):
            return 0
        return answer.status_code

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = new_client(timeout=self._deadline, transport=AiohttpTransport(client=self._session))
        return self._client

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(resolver=_Guarded(self.walls), limit=64, keepalive_timeout=5)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def until(self, stopping: asyncio.Event) -> None:
        """Keep the connections until the process ends."""
        await stopping.wait()
        await self.close()

    async def close(self) -> None:
        """Give every connection back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
