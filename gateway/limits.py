"""How much one sender may send: bytes in a request, seconds for sending them, requests in a minute."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterable
from ipaddress import ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Message, Receive

from gateway.identity import Claims
from gateway.settings import Settings
from wushe.errors import BodyTooLarge, MalformedBody, Refusal, RequestTimeout

INTEGRATION = "integration"
SWEEP_SECONDS = 60


class RateLimited(Refusal):
    """More requests in a minute than this sender may send."""

    status = 429
    zh = "请求过于频繁，请在 {seconds} 秒后再试。"
    en = "Too many requests; retry in {seconds} seconds."
    toast = "请稍后再试"
    retryable = True


class SenderGone(Exception):
    """The sender went away before its request was complete."""


class _Idle(threading.Timer):
    """Stands where the library keeps its own timer, so that it starts none."""

    def is_alive(self) -> bool:
        """As if it were running."""
        return True


class _Counts(MemoryStorage):
    """Counts in memory without the library's thread, which walks over all of them a hundred times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.timer = _Idle(0, lambda: None)
        self._swept = time.monotonic()

    def sweep(self) -> None:
        """Forget counts that have ended, once a minute."""
        if time.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._swept, now = time.monotonic(), time.time()
        for key in [key for key, ends in self.expirations.items() if ends <= now]:
            for kept in (self.storage, self.expirations, self.locks):
                kept.pop(key, None)


class Rates:
    """Requests per minute of each subject, and of each address that shows no believable token.

    Counted by sender alone: no spelling of a path or header, nor the grant it acts under, opens a second allowance.
    Counts live in this process.
    """

    def __init__(self, settings: Settings) -> None:
        self._counts = _Counts()
        self._limiter = SlidingWindowCounterRateLimiter(self._counts)
        self._subject = RateLimitItemPerMinute(settings.requests_per_minute)
        self._integration = RateLimitItemPerMinute(settings.integration_requests_per_minute)
        self._address = RateLimitItemPerMinute(settings.anonymous_requests_per_minute)
        self._need = RateLimitItemPerMinute(settings.anonymous_needs_per_minute)

    def admit_subject(self, claims: Claims) -> None:
        """Count a request of whoever a token speaks for; RATE_LIMITED when it is one too many."""
        system = any(grant.role == INTEGRATION for grant in claims.grants)
        self._admit(self._integration if system else self._subject, "subject", claims.client, claims.subject)

    def admit_address(self, address: str) -> None:
        """Count a request of nobody known."""
        self._admit(self._address, "address", address)

    def admit_need(self, address: str) -> None:
        """Count a need of nobody known, beside the request it is."""
        self._admit(self._need, "need", address)

    def admit_delivery(self, address: str) -> None:
        """Count an event a service delivers; its signature is checked later."""
        self._admit(self._integration, "delivery", address)

    def _admit(self, limit: RateLimitItem, *key: str) -> None:
        self._counts.sweep()
        if not self._limiter.hit(limit, *key):
            ends = self._limiter.get_window_stats(limit, *key).reset_time
            seconds = max(1, round(ends - time.time()))
            raise RateLimited(seconds=seconds, retry_after=seconds)


def declared_length(header: str | None, limit: int) -> int | None:
    """The length a request declares, refused before anything is read when it passes ``limit`` bytes."""
    if header is None:
        return None
    if not (header.isascii() and header.isdecimal()) or len(header) > 18:
        raise MalformedBody(why=("Content-Length 有误", "wrong Content-Length"))
    length = int(header)
    if length > limit:
        raise BodyTooLarge(limit=limit)
    return length


def largest_body(content_type: bytes, settings: Settings) -> int:
    """How many bytes a body of this media type may have: what is no JSON is a file, and its route sets its own limit.

    A route that reads JSON refuses anything beyond ``max_body`` itself, whatever it is called.
    """
    kind = content_type.partition(b";")[0].strip().lower()
    return settings.max_body if kind in _NO_FILES else settings.max_upload


_NO_FILES = (b"", b"application/json", b"application/cloudevents+json", b"application/x-www-form-urlencoded")


class Arrival:
    """A request on its way in: its body has so many seconds to be here whole."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive, self._seconds = receive, seconds
        self._ends = asyncio.get_running_loop().time() + seconds
        self._complete = False
        self.awaited = False
        """Whether somebody asked for more of the body than has come."""

    async def __call__(self) -> Message:
        """The next message from the sender; REQUEST_TIMEOUT when the body takes too long."""
        if self._complete:
            return await self._receive()
        self.awaited = True
        try:
            async with asyncio.timeout_at(self._ends):
                message = await self._receive()
        except TimeoutError as fault:
            raise self.late() from fault
        self.awaited, self._complete = False, not message.get("more_body", False)
        return message

    def late(self) -> RequestTimeout:
        """The refusal of a body that is not here in time."""
        return RequestTimeout(seconds=f"{self._seconds:g}")


class Listed:
    """Addresses and networks that were named in a setting."""

    def __init__(self, names: Iterable[str]) -> None:
        self._networks = [ip_network(name, strict=False) for name in names]

    def __contains__(self, address: str) -> bool:
        """Whether an address is among them; an IPv4 address may be written as IPv6."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self._networks)


async def body_parts(receive: Receive, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives; BODY_TOO_LARGE as soon as it passes ``limit`` bytes."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderGone
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > limit:
            raise BodyTooLarge(limit=limit)
        if part:
            yield part
